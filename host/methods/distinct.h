/* Different rows of a table: copies are found once. */
#ifndef EGAD_DISTINCT_H
#define EGAD_DISTINCT_H

#include "base/status.h"

typedef struct {
    size_t n;         /* number of different rows */
    float *row;       /* (n, columns), near ones together (egad_neighbours_order) */
    uint32_t *copies; /* (n): how often each occurs */
    uint32_t *of;     /* (rows): which of them each row is */
} egad_distinct;

/* Rows are copies if all values are equal; NaN equals NaN, and -0 equals 0.  `*out` is
 * freed by egad_distinct_clear. */
egad_status egad_distinct_find(egad_distinct *out, const float *x, size_t rows,
                               size_t columns);
void egad_distinct_clear(egad_distinct *distinct);

#endif
