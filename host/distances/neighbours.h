/* Distances to the nearest training rows: neighbours.c; an order in which they are found
 * fast: neighbours_order.c.  For errors and tensors see ops/ops.h. */
#ifndef EGAD_NEIGHBOURS_H
#define EGAD_NEIGHBOURS_H

#include "ops/ops.h"

/* Training rows as points: the features e (n) of the score, projected onto P
 * directions. */
typedef struct {
    size_t n;           /* number of features; 0: no points */
    size_t P;           /* directions */
    size_t rows;        /* points */
    float *map;         /* (n, P) */
    float *offset;      /* (P); a point is e map + offset */
    float *point;       /* (rows, P), the points */
    float *local_scale; /* (rows): log of the mean distance to the point's nearest */
} egad_points;

/* The points on the device, with memory for a batch.  The points lie in tiles, near ones
 * together. */
typedef struct {
    size_t n, P; /* number of points, and their columns */
    egad_tensor map, offset, packed, local_scale; /* no memory: points have none */
    egad_tensor tiles, number, boxes;             /* as in cl/neighbours.cl */
    egad_tensor place;                            /* (batch, P): the batch, projected */
    egad_tensor squares, at;           /* (batch, NEIGHBOURS): see egad_neighbours_find */
    egad_tensor part_squares, part_at; /* the same of segments of the points */
} egad_neighbours;

/* map and offset NULL: queries are written to `place` as they are.  local_scale NULL: for
 * egad_neighbours_find alone. */
egad_status egad_neighbours_new(egad_neighbours *out, egad_device *device,
                                const egad_points *points, size_t batch);
void egad_neighbours_free(egad_neighbours *neighbours);

/* The first N rows of `place` = e map + offset.  e: (N, features). */
egad_status egad_neighbours_place(const egad_neighbours *b, egad_plan *plan,
                                  egad_tensor e);
/* The NEIGHBOURS points nearest to each of the first N rows of `place`, exactly:
 * `squares` are the squares of their distances, ascending, `at` their numbers, as the
 * bits of ints; of equally near ones the first counts.  Where points are missing, the
 * square is INFINITY and the number n; NaN for a row that holds one.  first >= 0: row r
 * is point first + r, which is skipped. */
egad_status egad_neighbours_find(const egad_neighbours *b, egad_plan *plan, size_t N,
                                 long first);
/* The same, and two columns of terms (N, TERMS); -1 skips one.  column[0]: the mean
 * distance d to the nearest NEIGHBOURS points.  column[1]: d divided by the geometric
 * mean of these points' own mean distances (local_scale). */
egad_status egad_neighbours_nearest(const egad_neighbours *b, egad_plan *plan,
                                    egad_tensor terms, size_t N, long first,
                                    const int column[2]);

/* order (rows): the numbers of the rows of x (rows, columns), such that rows that follow
 * each other are near.  Points are searched fastest with queries in such an order. */
egad_status egad_neighbours_order(uint32_t *order, const float *x, size_t rows,
                                  size_t columns);

#endif
