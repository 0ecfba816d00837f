/* Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957): a kernel W, (R, O), is
 * divided by an estimate of its largest singular value, by one power iteration from u (O):
 *
 *   v = W u / (|W u| + epsilon),  s = v W,  u' = s / (|s| + epsilon),  sigma = s u'
 *
 * Host side: host/ops/spectral.c.  Test: tests/ops/check_spectral.c.  Build macros: WG,
 * items of a group, a power of two; VECTOR, floats in a vector of an item (1, 8 or 16). */
#include "shared.h"

#ifndef WG
#error "spectral.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "spectral.cl: build with -DVECTOR=<1, 8 or 16>"
#endif

#include "vector.h"

#if VECTOR == 1
#define TOTAL(v) (v)
#else
#define TOTAL(v) total(v)
#endif

/* The sum of the items' values, in a fixed order; all items must call it. */
static float group_sum(const float value, __local float *part)
{
    const int item = (int)get_local_id(0);
    part[item] = value;
    for (int pairs = WG / 2; pairs > 0; pairs /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < pairs)
            part[item] += part[item + pairs];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const float sum = part[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

/* t (R) = W u.  Groups: R. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_rows(__global float *restrict t, const int t_at,
                   __global const float *restrict w, const int w_at,
                   __global const float *restrict u, const int u_at, const int O)
{
    __local float part[WG];
    const int row = (int)get_group_id(0), item = (int)get_local_id(0);
    const int whole = O / VECTOR * VECTOR;
    w += w_at + (size_t)row * (size_t)O;
    u += u_at;
    FLOATV sum = (FLOATV)(0.0f);
    for (int j = item * VECTOR; j < whole; j += WG * VECTOR)
        sum = fma(LOADV(0, w + j), LOADV(0, u + j), sum);
    float one = TOTAL(sum);
    for (int j = whole + item; j < O; j += WG)
        one = fma(w[j], u[j], one);
    one = group_sum(one, part);
    if (item == 0)
        t[t_at + row] = one;
}

/* parts[i, j] = sum over rows i chunk to (i + 1) chunk of t[.] W[., j].  parts: (., O).
 * Groups: ceil(O / VECTOR / WG) by ceil(R / chunk). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_columns(__global float *restrict parts, const int parts_at,
                      __global const float *restrict t, const int t_at,
                      __global const float *restrict w, const int w_at, const int R,
                      const int O, const int chunk)
{
    const int j = (int)get_global_id(0) * VECTOR, first = (int)get_group_id(1) * chunk;
    const int last = min(first + chunk, R), n = min(VECTOR, O - j);
    if (j >= O)
        return;
    t += t_at;
    w += w_at + (size_t)first * (size_t)O + j;
    parts += parts_at + (int)get_group_id(1) * O + j;
    if (n == VECTOR) {
        FLOATV sum = (FLOATV)(0.0f);
        for (int r = first; r < last; r++, w += O)
            sum = fma((FLOATV)(t[r]), LOADV(0, w), sum);
        STOREV(sum, 0, parts);
    } else {
        for (int k = 0; k < n; k++) {
            float sum = 0.0f;
            for (int r = first; r < last; r++)
                sum = fma(t[r], w[(r - first) * O + k], sum);
            parts[k] = sum;
        }
    }
}

/* From t = W u and the `count` parts of t W: v (R) in place of t, u (O) in place of u, and
 * numbers[0] = 1 / sigma.  Groups: one. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_finish(__global float *restrict t, const int t_at,
                     __global const float *restrict parts, const int parts_at,
                     __global float *restrict u, const int u_at,
                     __global float *restrict numbers, const int numbers_at, const int R,
                     const int O, const int count)
{
    __local float part[WG];
    const int item = (int)get_local_id(0);
    float squares = 0.0f;
    t += t_at;
    u += u_at;
    for (int r = item; r < R; r += WG)
        squares = fma(t[r], t[r], squares);
    const float of_v = 1.0f / (sqrt(group_sum(squares, part)) + SPECTRAL_EPSILON);
    for (int r = item; r < R; r += WG)
        t[r] *= of_v;
    squares = 0.0f;
    for (int j = item; j < O; j += WG) {
        float sum = 0.0f;
        for (int i = 0; i < count; i++)
            sum += parts[parts_at + i * O + j];
        sum *= of_v;
        u[j] = sum; /* s */
        squares = fma(sum, sum, squares);
    }
    const float all = group_sum(squares, part);
    const float of_u = 1.0f / (sqrt(all) + SPECTRAL_EPSILON);
    for (int j = item; j < O; j += WG)
        u[j] *= of_u;
    if (item == 0)
        numbers[numbers_at] = 1.0f / (all * of_u);
}

/* to (n) = W / sigma.  Groups: ceil(n / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_divide(__global float *restrict to, const int to_at,
                     __global const float *restrict w, const int w_at,
                     __global const float *restrict numbers, const int numbers_at,
                     const int n)
{
    const int i = (int)get_global_id(0);
    if (i < n)
        to[to_at + i] = w[w_at + i] * numbers[numbers_at];
}

/* parts[i] = sum of g W over elements i chunk to (i + 1) chunk of n.  Groups: ceil(n /
 * chunk). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_dot(__global float *restrict parts, const int parts_at,
                  __global const float *restrict g, const int g_at,
                  __global const float *restrict w, const int w_at, const int n,
                  const int chunk)
{
    __local float part[WG];
    const int group = (int)get_group_id(0), item = (int)get_local_id(0);
    const int last = min(n, (group + 1) * chunk);
    float sum = 0.0f;
    for (int i = group * chunk + item; i < last; i += WG)
        sum = fma(g[g_at + i], w[w_at + i], sum);
    sum = group_sum(sum, part);
    if (item == 0)
        parts[parts_at + group] = sum;
}

/* numbers[1] = (sum of the `count` parts) / sigma^2.  Groups: one. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_share(__global float *restrict numbers, const int numbers_at,
                    __global const float *restrict parts, const int parts_at,
                    const int count)
{
    __local float part[WG];
    float sum = 0.0f;
    for (int i = (int)get_local_id(0); i < count; i += WG)
        sum += parts[parts_at + i];
    sum = group_sum(sum, part);
    if (get_local_id(0) == 0) {
        const float inverse = numbers[numbers_at];
        numbers[numbers_at + 1] = sum * inverse * inverse;
    }
}

/* g = g / sigma - numbers[1] v u^T, (R, O): the gradient of W, u and v being constants,
 * from that of W / sigma.  Groups: ceil(R O / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void spectral_gradient(__global float *restrict g, const int g_at,
                       __global const float *restrict v, const int v_at,
                       __global const float *restrict u, const int u_at,
                       __global const float *restrict numbers, const int numbers_at,
                       const int n, const int O)
{
    const int i = (int)get_global_id(0);
    if (i < n)
        g[g_at + i] = g[g_at + i] * numbers[numbers_at] -
                      numbers[numbers_at + 1] * v[v_at + i / O] * u[u_at + i % O];
}
