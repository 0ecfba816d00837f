/* Two convolutions with only the first's bias between them, composed as one: on images
 * whose channels are the pixels under the first kernel and a 1, so that the second's
 * padding is zeros here too.
 *
 * The first kernel is (T, C, M) of T taps, the second (T2, M, O); there are U = T C + 1
 * unfolded channels; the rows of `a` are those of the first kernel, then its bias.
 *
 * Host side: host/ops/conv2d_compose.c.  Test: tests/ops/check_conv2d_compose.c.  Build
 * macros: VECTOR, floats in a vector (8 or 16). */
#include "shared.h"

#ifndef VECTOR
#error "conv2d_compose.cl: build with -DVECTOR=<8 or 16>"
#endif

#include "vector.h"

/* Row k of `a`. */
#define ROW_OF_A(k) (a_mem + ((k) < U - 1 ? w_at + (k) * M : bias_at))

/* u[(n, i, j), (kh, kw, c)] = x[n, i S + kh - before_h, j S + kw - before_w, c], 0
 * outside; then 1.  u: (N * h * w, U).  x: (N, H * W * C).  Groups: N * h, of one
 * item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void join_unfold(__global float *restrict u_mem, const int u_at,
                 __global const float *restrict x_mem, const int x_at, const int ldx,
                 const int H, const int W, const int C, const int h, const int w,
                 const int K, const int S, const int before_h, const int before_w)
{
    const int row = (int)get_global_id(0), n = row / h, y0 = row % h * S - before_h;
    __global float *u = u_mem + u_at + row * w * (K * K * C + 1);
    for (int j = 0; j < w; j++) {
        for (int kh = 0; kh < K; kh++) {
            const int y = y0 + kh;
            __global const float *x = x_mem + (x_at + n * ldx + y * W * C);
            for (int kw = 0; kw < K; kw++) {
                const int at = j * S + kw - before_w;
                const int inside = (uint)y < (uint)H & (uint)at < (uint)W;
                for (int c = 0; c < C; c++)
                    *u++ = inside ? x[at * C + c] : 0.0f;
            }
        }
        *u++ = 1.0f;
    }
}

/* joined[t, k, o] = sum over c of a[k, c] second[t, c, o].  joined: (T2, U, O).  Groups: T2 U
 * by ceil(O / VECTOR), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void join_kernel(__global float *restrict joined_mem, const int joined_at,
                 __global const float *restrict a_mem, const int w_at, const int bias_at,
                 __global const float *restrict second_mem, const int second_at,
                 const int U, const int M, const int O)
{
    const int tk = (int)get_global_id(0), o = (int)get_global_id(1) * VECTOR;
    __global const float *a = ROW_OF_A(tk % U);
    __global const float *second = second_mem + second_at + tk / U * M * O + o;
    FLOATV sum = (FLOATV)(0.0f);
    for (int c = 0; c < M; c++, second += O)
        sum = fma((FLOATV)(a[c]), LOADV(0, second), sum);
    store(sum, joined_mem + joined_at + tk * O + o, O - o);
}

/* dsecond[t, c, o] = sum over k of a[k, c] djoined[t, k, o].  Groups: T2 M by ceil(O /
 * VECTOR), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void join_second(__global float *restrict dsecond_mem, const int dsecond_at,
                 __global const float *restrict a_mem, const int w_at, const int bias_at,
                 __global const float *restrict djoined_mem, const int djoined_at,
                 const int U, const int M, const int O)
{
    const int tc = (int)get_global_id(0), o = (int)get_global_id(1) * VECTOR;
    __global const float *djoined = djoined_mem + djoined_at + tc / M * U * O + o;
    FLOATV sum = (FLOATV)(0.0f);
    for (int k = 0; k < U; k++, djoined += O)
        sum = fma((FLOATV)(ROW_OF_A(k)[tc % M]), LOADV(0, djoined), sum);
    store(sum, dsecond_mem + dsecond_at + tc * O + o, O - o);
}

/* da[k, c] = sum over t and o of djoined[t, k, o] second[t, c, o], to where w and the bias
 * are.  Groups: U by M, of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void join_first(__global float *restrict a_mem, const int w_at, const int bias_at,
                __global const float *restrict djoined_mem, const int djoined_at,
                __global const float *restrict second_mem, const int second_at,
                const int T2, const int U, const int M, const int O)
{
    const int k = (int)get_global_id(0), c = (int)get_global_id(1);
    FLOATV sums = (FLOATV)(0.0f);
    float rest = 0.0f;
    for (int t = 0; t < T2; t++) {
        __global const float *djoined = djoined_mem + djoined_at + (t * U + k) * O;
        __global const float *second = second_mem + second_at + (t * M + c) * O;
        int o = 0;
        for (; o + VECTOR <= O; o += VECTOR)
            sums = fma(LOADV(0, djoined + o), LOADV(0, second + o), sums);
        for (; o < O; o++)
            rest = fma(djoined[o], second[o], rest);
    }
    ROW_OF_A(k)[c] = total(sums) + rest;
}
