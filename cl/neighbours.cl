/* Nearest points: exact distances of queries to points, the NEIGHBOURS smallest of each
 * query, and two terms of a score from them.
 *
 *   neighbours_rows   for CPU devices: one work-item searches for a block of queries, and
 *                     skips tiles of points that cannot be near enough
 *   neighbours_group  for other devices: one work-item searches for one query, and a
 *                     group shares the points in local memory
 *   neighbours_merge  the results of all segments of the points become one
 *   neighbours_terms  the terms NEAR and LOCAL
 *
 * A squared distance is the sum of (p[k] - q[k])^2, in the order of k in chunks of CHUNK
 * columns, whose sums are added in order.  All terms are positive, so nothing cancels:
 * its relative error is at most (CHUNK + P / CHUNK + 2) 2^-24, and a query's k-th smallest
 * is as exact as the distances.  All devices compute the same bits, and choose the same
 * points: of equal distances the first point counts.
 *
 * A tile lies in a box, from the least to the largest value of each column.  The distance
 * to the box is summed in the same way.  Each rounding is monotone, so the result is never
 * above that to a point in the box, and skipping tiles changes no bit.
 *
 * Host side: host/ops/neighbours.c.  Test: tests/ops/check_neighbours.c.  Build macros:
 * WG, items of a group; VECTOR, floats in a vector (8 or 16). */
#include "shared.h"

#ifndef WG
#error "neighbours.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "neighbours.cl: build with -DVECTOR=<8 or 16>"
#endif

#include "vector.h"

#define CHUNK 64         /* columns of a partial sum */
#define BLOCK NEAR_BLOCK /* queries of a work-item of neighbours_rows, */
#define SIDE 4           /* of which it compares so many at once */
#define PART 16          /* points that an item of neighbours_group compares at once */

/* Insert (v, at) into the sorted list of the `length` smallest, ties by `at`. */
static void insert(float *best, int *index, const int length, float v, int at)
{
    for (int i = 0; i < length; i++) {
        const int before = v < best[i] || (v == best[i] && at < index[i]);
        const float other = best[i];
        const int other_at = index[i];
        best[i] = before ? v : other;
        index[i] = before ? at : other_at;
        v = before ? other : v;
        at = before ? other_at : at;
    }
}

static void empty(float *best, int *index, const int n)
{
    for (int i = 0; i < NEIGHBOURS; i++) {
        best[i] = INFINITY;
        index[i] = n;
    }
}

/* ---- CPU devices ---------------------------------------------------------- */

/* Queries that are compared at once. */
typedef struct {
    __global const float *p[SIDE];
    float best[SIDE][NEIGHBOURS];
    int index[SIDE][NEIGHBOURS], own[SIDE];
    int home; /* the tile compared first */
} side;

/* Lower bounds of the squared distances of the queries to NEAR_BOXES boxes.  box: (P, 2,
 * NEAR_BOXES), least and largest values. */
static void bounds(float bound[SIDE][NEAR_BOXES], const side *s,
                   __global const float *restrict box, const int P)
{
    float8 sum[SIDE];
    for (int k0 = 0; k0 < P; k0 += CHUNK) {
        const int end = min(k0 + CHUNK, P);
        float8 some[SIDE];
#pragma unroll
        for (int i = 0; i < SIDE; i++)
            some[i] = (float8)(0.0f);
        for (int k = k0; k < end; k++) {
            const float8 least = vload8(2 * k, box), most = vload8(2 * k + 1, box);
#pragma unroll
            for (int i = 0; i < SIDE; i++) {
                const float8 x = (float8)(s->p[i][k]);
                const float8 d = fmax(fmax(least - x, x - most), (float8)(0.0f));
                some[i] = fma(d, d, some[i]);
            }
        }
#pragma unroll
        for (int i = 0; i < SIDE; i++)
            sum[i] = k0 ? sum[i] + some[i] : some[i];
    }
    for (int i = 0; i < SIDE; i++)
        vstore8(sum[i], 0, bound[i]);
}

/* 1 if box j may hold a point that is near enough. */
static int promises(const float bound[SIDE][NEAR_BOXES], const side *s, const int j)
{
    int any_query = 0;
    for (int i = 0; i < SIDE; i++)
        any_query |= bound[i][j] <= s->best[i][NEIGHBOURS - 1];
    return any_query;
}

/* Of the first `count` boxes, that with the least sum of bounds; *least is that sum, or
 * as it was if all are larger, and -1 is returned. */
static int nearest_box(const float bound[SIDE][NEAR_BOXES], const int count, float *least)
{
    int found = -1;
    for (int j = 0; j < count; j++) {
        float sum = 0.0f;
        for (int i = 0; i < SIDE; i++)
            sum += bound[i][j];
        if (sum < *least) {
            *least = sum;
            found = j;
        }
    }
    return found;
}

/* Compare the queries with a tile.  tile: (P, NEAR_TILE).  number: of its points. */
static void compare(side *s, __global const float *restrict tile,
                    __global const int *restrict number, const int P)
{
    for (int j0 = 0; j0 < NEAR_TILE; j0 += PANEL) {
        FLOATV left[SIDE], right[SIDE];
        int near = 1;
        for (int k0 = 0; k0 < P && near; k0 += CHUNK) {
            const int end = min(k0 + CHUNK, P);
            __global const float *q = tile + k0 * NEAR_TILE + j0;
            FLOATV a[SIDE], b[SIDE];
#pragma unroll
            for (int i = 0; i < SIDE; i++)
                a[i] = b[i] = (FLOATV)(0.0f);
            for (int k = k0; k < end; k++, q += NEAR_TILE) {
                const FLOATV q0 = LOADV(0, q), q1 = LOADV(1, q);
#pragma unroll
                for (int i = 0; i < SIDE; i++) {
                    const FLOATV x = (FLOATV)(s->p[i][k]);
                    const FLOATV d0 = x - q0, d1 = x - q1;
                    a[i] = fma(d0, d0, a[i]);
                    b[i] = fma(d1, d1, b[i]);
                }
            }
            near = 0;
#pragma unroll
            for (int i = 0; i < SIDE; i++) {
                const FLOATV worst = (FLOATV)(s->best[i][NEIGHBOURS - 1]);
                left[i] = k0 ? left[i] + a[i] : a[i];
                right[i] = k0 ? right[i] + b[i] : b[i];
                near |= any((left[i] <= worst) | (right[i] <= worst));
            }
        }
        if (!near)
            continue;
        for (int i = 0; i < SIDE; i++) {
            float square[PANEL];
            STOREV(left[i], 0, square);
            STOREV(right[i], 1, square);
            for (int j = 0; j < PANEL; j++)
                if (square[j] <= s->best[i][NEIGHBOURS - 1] && number[j0 + j] != s->own[i])
                    insert(s->best[i], s->index[i], NEIGHBOURS, square[j], number[j0 + j]);
        }
    }
}

#define BOX_OF(panel) (boxes + (panel) * P * 2 * NEAR_BOXES)

/* squares, at: (N, segments, NEIGHBOURS), the smallest squared distances of each query to
 * the points of a segment, ascending, and the numbers of these points; INFINITY and n
 * where there are fewer.  p: (N, P).  tiles: (T, P, NEAR_TILE), the points; those past the
 * last are infinitely far.  number: (T, NEAR_TILE), of each point.  boxes: panels (P, 2,
 * NEAR_BOXES); the first are of NEAR_BOXES tiles each, the others of NEAR_BOXES panels
 * each.  first >= 0: query r is point number first + r, which is left out.  Groups: ceil(N
 * / BLOCK) by segments. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void neighbours_rows(__global float *restrict squares, __global int *restrict at,
                     __global const float *restrict p_mem, const int p_at, const int lda,
                     __global const float *restrict tiles,
                     __global const int *restrict number,
                     __global const float *restrict boxes, const int N, const int n,
                     const int P, const int T, const int segments, const int first)
{
    const int row0 = (int)get_global_id(0) * BLOCK, segment = (int)get_group_id(1);
    const int rows = min(BLOCK, N - row0), sides = (rows + SIDE - 1) / SIDE;
    const int panels = (T + NEAR_BOXES - 1) / NEAR_BOXES;
    const int uppers = (panels + NEAR_BOXES - 1) / NEAR_BOXES;
    const int begin = (int)((long)uppers * segment / segments);
    const int end = (int)((long)uppers * (segment + 1) / segments);
    side s[BLOCK / SIDE];
    float upper[BLOCK / SIDE][SIDE][NEAR_BOXES], lower[SIDE][NEAR_BOXES];

    /* The nearest box first: what it holds lets most others be skipped. */
    for (int b = 0; b < sides; b++) {
        float least = INFINITY;
        int home = begin * NEAR_BOXES;
        for (int i = 0; i < SIDE; i++) {
            const int row = min(row0 + b * SIDE + i, N - 1);
            s[b].p[i] = p_mem + p_at + row * lda;
            s[b].own[i] = first < 0 ? -1 : first + row;
            empty(s[b].best[i], s[b].index[i], n);
        }
        for (int u = begin; u < end; u++) {
            bounds(lower, &s[b], BOX_OF(panels + u), P);
            const int j = nearest_box(lower, min(NEAR_BOXES, panels - u * NEAR_BOXES), &least);
            home = j < 0 ? home : u * NEAR_BOXES + j;
        }
        least = INFINITY;
        bounds(lower, &s[b], BOX_OF(home), P);
        home = home * NEAR_BOXES +
               max(0, nearest_box(lower, min(NEAR_BOXES, T - home * NEAR_BOXES), &least));
        compare(&s[b], tiles + home * P * NEAR_TILE, number + home * NEAR_TILE, P);
        s[b].home = home;
    }
    for (int u = begin; u < end; u++) {
        for (int b = 0; b < sides; b++)
            bounds(upper[b], &s[b], BOX_OF(panels + u), P);
        for (int i = 0; i < min(NEAR_BOXES, panels - u * NEAR_BOXES); i++)
            for (int b = 0; b < sides; b++) {
                const int panel = u * NEAR_BOXES + i;
                if (!promises(upper[b], &s[b], i))
                    continue;
                bounds(lower, &s[b], BOX_OF(panel), P);
                for (int j = 0; j < min(NEAR_BOXES, T - panel * NEAR_BOXES); j++) {
                    const int t = panel * NEAR_BOXES + j;
                    if (t != s[b].home && promises(lower, &s[b], j))
                        compare(&s[b], tiles + t * P * NEAR_TILE, number + t * NEAR_TILE,
                                P);
                }
            }
    }
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < NEIGHBOURS; i++) {
            const int to = ((row0 + r) * segments + segment) * NEIGHBOURS + i;
            squares[to] = s[r / SIDE].best[r % SIDE][i];
            at[to] = s[r / SIDE].index[r % SIDE][i];
        }
}

/* ---- Other devices -------------------------------------------------------- */

/* The same results.  Item i of a group searches for the query i of WG.  Groups: ceil(N /
 * WG) by segments. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void neighbours_group(__global float *restrict squares, __global int *restrict at,
                      __global const float *restrict p_mem, const int p_at, const int lda,
                      __global const float *restrict tiles,
                      __global const int *restrict number, const int N, const int n,
                      const int P, const int T, const int segments, const int first)
{
    __local float p[CHUNK * (WG + 1)], q[CHUNK * NEAR_TILE];
    const int item = (int)get_local_id(0), segment = (int)get_group_id(1);
    const int row0 = (int)get_group_id(0) * WG, row = row0 + item;
    const int begin = (int)((long)T * segment / segments);
    const int end = (int)((long)T * (segment + 1) / segments);
    const int own = first < 0 ? -1 : first + row;
    float best[NEIGHBOURS], sum[NEAR_TILE];
    int index[NEIGHBOURS];

    empty(best, index, n);
    for (int t = begin; t < end; t++) {
        for (int k0 = 0; k0 < P; k0 += CHUNK) {
            const int columns = min(CHUNK, P - k0);
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int e = item; e < columns * NEAR_TILE; e += WG)
                q[e] = tiles[(t * P + k0) * NEAR_TILE + e];
            if (t == begin || P > CHUNK)
                for (int e = item; e < columns * WG; e += WG)
                    p[e % columns * (WG + 1) + e / columns] =
                        p_mem[p_at + min(row0 + e / columns, N - 1) * lda + k0 + e % columns];
            barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
            for (int j0 = 0; j0 < NEAR_TILE; j0 += PART) {
                float some[PART];
#pragma unroll
                for (int j = 0; j < PART; j++)
                    some[j] = 0.0f;
                for (int k = 0; k < columns; k++) {
                    const float x = p[k * (WG + 1) + item];
#pragma unroll
                    for (int j = 0; j < PART; j++) {
                        const float d = x - q[k * NEAR_TILE + j0 + j];
                        some[j] = fma(d, d, some[j]);
                    }
                }
#pragma unroll
                for (int j = 0; j < PART; j++)
                    sum[j0 + j] = k0 ? sum[j0 + j] + some[j] : some[j];
            }
        }
#pragma unroll
        for (int j = 0; j < NEAR_TILE; j++) {
            const int which = number[t * NEAR_TILE + j];
            if (sum[j] <= best[NEIGHBOURS - 1] && which != own)
                insert(best, index, NEIGHBOURS, sum[j], which);
        }
    }
    if (row < N)
        for (int i = 0; i < NEIGHBOURS; i++) {
            const int to = (row * segments + segment) * NEIGHBOURS + i;
            squares[to] = best[i];
            at[to] = index[i];
        }
}

/* ---- All devices ---------------------------------------------------------- */

/* squares, at: (N, NEIGHBOURS), of all segments.  Where there is no point, as there are
 * fewer, or the query is not finite or too far from all, a square is INFINITY or NaN, and
 * a number n.  part_squares, part_at: (N, segments, NEIGHBOURS).  p: (N, P).  Groups:
 * ceil(N / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void neighbours_merge(__global float *restrict squares, __global int *restrict at,
                      __global const float *restrict part_squares,
                      __global const int *restrict part_at,
                      __global const float *restrict p_mem, const int p_at, const int lda,
                      const int N, const int n, const int P, const int segments)
{
    const int row = (int)get_global_id(0);
    float best[NEIGHBOURS], length = 0.0f;
    int index[NEIGHBOURS];
    if (row >= N)
        return;
    empty(best, index, n);
    for (int i = 0; i < segments * NEIGHBOURS; i++)
        insert(best, index, NEIGHBOURS, part_squares[row * segments * NEIGHBOURS + i],
               part_at[row * segments * NEIGHBOURS + i]);
    for (int k = 0; k < P && index[NEIGHBOURS - 1] >= n; k++)
        length = fma(p_mem[p_at + row * lda + k], p_mem[p_at + row * lda + k], length);
    for (int i = 0; i < NEIGHBOURS; i++) {
        squares[row * NEIGHBOURS + i] = index[i] < n ? best[i] : INFINITY + length;
        at[row * NEIGHBOURS + i] = min(index[i], n);
    }
}

/* With d the mean distance to the `count` nearest points, column `near` is d, and column
 * `relative` d / exp(mean local_scale of these points); one that is -1 is left out.  terms: (N, TERMS).  squares, at: (N,
 * NEIGHBOURS).  local_scale: (n).  Groups: ceil(N / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void neighbours_terms(__global float *restrict terms, __global const float *restrict squares,
                      __global const int *restrict at,
                      __global const float *restrict local_scale, const int N, const int n,
                      const int count, const int near, const int relative)
{
    const int row = (int)get_global_id(0);
    float distance = 0.0f, around = 0.0f;
    if (row >= N)
        return;
    for (int i = 0; i < count; i++) {
        distance += sqrt(squares[row * NEIGHBOURS + i]);
        around += local_scale[min(at[row * NEIGHBOURS + i], n - 1)];
    }
    distance /= (float)count;
    if (near >= 0)
        terms[row * TERMS + near] = distance;
    if (relative >= 0)
        terms[row * TERMS + relative] = distance / exp(around / (float)count);
}
