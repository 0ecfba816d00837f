/* Radial kernels k(x, y) = exp(-gamma |x - y|^2) of rows x and points y, from their products
 * p = x.y: |x - y|^2 = |x|^2 + |y|^2 - 2 p, at least 0.
 *
 * Host side: host/ops/radial.c.  Test: tests/ops/check_radial.c.  Build macros: WG, items of
 * a group, a power of two; VECTOR, floats in a vector of it (1, 8 or 16). */
#include "shared.h"

#ifndef WG
#error "radial.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "radial.cl: build with -DVECTOR=<1, 8 or 16>"
#endif

#include "vector.h"
#include "group.h"

#if VECTOR == 1
#define TOTAL(v) (v)
#else
#define TOTAL total
#endif

/* Products (N, S) with S a multiple of 16; the squares of the lengths of the S points. */
#define PRODUCTS                                                                         \
    const int p_at, const int ldp, __global const float *restrict points_mem,            \
        const int points_at, const int S, const float gamma

/* The kernel of a row and VECTOR points; NaN stays NaN. */
static inline FLOATV radial(const FLOATV p, const float row, const FLOATV points,
                            const float gamma)
{
    const FLOATV square = (FLOATV)(row) + points - (FLOATV)(2.0f) * p;
    return exp(-gamma * select(square, (FLOATV)(0.0f), square < (FLOATV)(0.0f)));
}

/* The columns of item `item` in part `part` of a row: for (j from begin to end). */
#define EACH_OF_PART                                                                     \
    for (int j = (int)get_group_id(0) * RADIAL_PART + (int)get_local_id(0) * VECTOR;     \
         j < min(S, ((int)get_group_id(0) + 1) * RADIAL_PART); j += WG * VECTOR)

/* p = the kernels, in place.  rows: (N), squares of the lengths.  Groups: ceil(S /
 * RADIAL_PART) by N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void radial_rows(__global float *restrict p_mem, PRODUCTS,
                 __global const float *restrict rows_mem, const int rows_at)
{
    const int row = (int)get_group_id(1);
    __global float *p = p_mem + p_at + row * ldp;
    __global const float *points = points_mem + points_at;
    EACH_OF_PART
        STOREV(radial(LOADV(0, p + j), rows_mem[rows_at + row], LOADV(0, points + j), gamma),
               0, p + j);
}

/* sums = the kernels times weight (S), summed over each part.  sums: (N, ceil(S /
 * RADIAL_PART)).  Groups: as for radial_rows. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void radial_sums(__global float *restrict sums, __global const float *restrict p_mem,
                 PRODUCTS, __global const float *restrict rows_mem, const int rows_at,
                 __global const float *restrict weight)
{
    __local float part[WG];
    const int row = (int)get_group_id(1);
    __global const float *p = p_mem + p_at + row * ldp;
    __global const float *points = points_mem + points_at;
    FLOATV sum = (FLOATV)(0.0f);
    EACH_OF_PART
        sum = fma(LOADV(0, weight + j),
                  radial(LOADV(0, p + j), rows_mem[rows_at + row], LOADV(0, points + j),
                         gamma),
                  sum);
    const float all = group_total(TOTAL(sum), part);
    if (get_local_id(0) == 0)
        sums[row * (int)get_num_groups(0) + (int)get_group_id(0)] = all;
}

/* p = the share that each point has in the sum of the kernels times weight, in place.  The
 * largest kernel is taken out first, so that rows far from all points have shares, too.
 * Groups: ceil(N / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void radial_shares(__global float *restrict p_mem, PRODUCTS,
                   __global const float *restrict weight, const int N)
{
    const int row = (int)get_global_id(0);
    __global float *p = p_mem + p_at + row * ldp;
    __global const float *points = points_mem + points_at;
    float least = INFINITY, sum = 0.0f;
    if (row >= N)
        return;
    for (int j = 0; j < S; j++)
        if (weight[j] > 0.0f)
            least = fmin(least, points[j] - 2.0f * p[j]);
    for (int j = 0; j < S; j++) {
        p[j] = weight[j] > 0.0f
                   ? weight[j] * exp(-gamma * (points[j] - 2.0f * p[j] - least))
                   : 0.0f;
        sum += p[j];
    }
    for (int j = 0; j < S; j++)
        p[j] /= sum;
}
