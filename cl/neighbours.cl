/* Distances to the nearest training rows.
 *
 * Host side: host/ops/neighbours.c.  Test: tests/ops/check_neighbours.c.  Build macros:
 * WG, items of a group. */
#include "shared.h"

#ifndef WG
#error "neighbours.cl: build with -DWG=<work-group size>"
#endif

#define KEPT (2 * NEIGHBOURS) /* candidate points with exact distances */

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

/* |p - q|^2. */
static float apart(__global const float *restrict p, __global const float *restrict q,
                   const int P)
{
    float square = 0.0f;
    for (int k = 0; k < P; k++)
        square = fma(p[k] - q[k], p[k] - q[k], square);
    return square;
}

/* The nearest of n points q have the smallest |q|^2 - 2 p q = |p - q|^2 - |p|^2.  That
 * cancels for near points, so |p - q| is computed directly for KEPT points, of which the
 * `count` nearest count.  With d the mean of theirs, term NEAR is d, and LOCAL d /
 * exp(mean local_scale of these points).  products: (N, n) p q.  p: (N, P).  q: (n, P).
 * squares: (n) |q|^2.  local_scale: (n).  first >= 0: row r is point first + r itself, which is
 * left out.  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void neighbours_nearest(__global float *restrict terms,
                        __global const float *restrict products_mem,
                        const int products_at, const int ldp,
                        __global const float *restrict p_mem, const int p_at,
                        const int lda, __global const float *restrict q_mem,
                        __global const float *restrict squares,
                        __global const float *restrict local_scale, const int n, const int P,
                        const int count, const int first)
{
    __local float all[WG * KEPT];
    __local int all_index[WG * KEPT];
    const int row = (int)get_group_id(0), item = (int)get_local_id(0);
    __global const float *products = products_mem + products_at + row * ldp;
    __global const float *p = p_mem + p_at + row * lda;
    const int own = first < 0 ? -1 : first + row;
    float best[KEPT], near[NEIGHBOURS];
    int index[KEPT], near_index[NEIGHBOURS];

    for (int i = 0; i < KEPT; i++) {
        best[i] = INFINITY;
        index[i] = n;
    }
    for (int j = item; j < n; j += WG) {
        const float v = squares[j] - 2.0f * products[j];
        if (v < best[KEPT - 1] && j != own)
            insert(best, index, KEPT, v, j);
    }
    for (int i = 0; i < KEPT; i++) {
        all[item * KEPT + i] = best[i];
        all_index[item * KEPT + i] = index[i];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item == 0) {
        float distance = 0.0f, around = 0.0f;
        for (int i = KEPT; i < WG * KEPT; i++)
            insert(best, index, KEPT, all[i], all_index[i]);
        for (int i = 0; i < NEIGHBOURS; i++) {
            near[i] = INFINITY;
            near_index[i] = n;
        }
        for (int i = 0; i < KEPT && index[i] < n; i++)
            insert(near, near_index, NEIGHBOURS, apart(p, q_mem + index[i] * P, P), index[i]);
        for (int i = 0; i < count; i++) {
            const int at = min(near_index[i], n - 1); /* n only if all are NaN */
            distance += sqrt(apart(p, q_mem + at * P, P));
            around += local_scale[at];
        }
        distance /= (float)count;
        terms[row * TERMS + TERM_NEAR] = distance;
        terms[row * TERMS + TERM_LOCAL] = distance / exp(around / (float)count);
    }
}
