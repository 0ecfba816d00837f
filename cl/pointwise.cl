/* Elementwise operators and column sums, for engines that do not fold them into the
 * product, and the scaling of raw inputs.
 *
 * Host side: host/ops/pointwise.c.  Test: tests/ops/check_pointwise.c.  Build macros: WG,
 * items of a group; CHUNK, elements of one item; VECTOR, floats in a vector of it (1, 8
 * or 16). */
#include "shared.h"
#include "rng.h"

#ifndef WG
#error "pointwise.cl: build with -DWG=<work-group size>"
#endif
#ifndef CHUNK
#error "pointwise.cl: build with -DCHUNK=<elements per item>"
#endif
#ifndef VECTOR
#error "pointwise.cl: build with -DVECTOR=<1, 8 or 16>"
#endif

#include "vector.h"
#include "scale.h"

/* y = dropout(act(y + bias)), y: (N, C).  Groups: ceil(N * C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void pointwise_forward(__global float *restrict y_mem, const int y_at, const int ldy,
                       __global const float *restrict bias_mem, const int bias_at,
                       const int N, const int C, const int act, const float slope,
                       const float dropout, __global const uint *restrict clock,
                       const uint key0, const uint key1, const uint stream)
{
    const int i = (int)get_global_id(0);
    if (i >= N * C)
        return;
    const int row = i / C, column = i % C;
    __global float *y = y_mem + y_at + row * ldy + column;
    float v = y[0] + bias_mem[bias_at + column];
    if (act == ACT_RELU)
        v = v <= 0.0f ? 0.0f : v; /* NaN stays NaN */
    else if (act == ACT_LEAKY_RELU)
        v = v > 0.0f ? v : v * slope;
    else if (act == ACT_TANH)
        v = tanh(v);
    else if (act == ACT_SIGMOID)
        v = 1.0f / (1.0f + exp(-v));
    else if (act == ACT_SOFTPLUS)
        v = fmax(v, 0.0f) + log1p(exp(-fabs(v)));
    if (dropout > 0.0f)
        v = drops(row, column, dropout, clock[0], stream, key0, key1)
                ? 0.0f
                : v * (1.0f / (1.0f - dropout));
    y[0] = v;
}

/* dy *= act'(y), y the output of the activation after dropout.  dy, y: (N, C).  Groups:
 * ceil(N * C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void pointwise_backward(__global float *restrict dy_mem, const int dy_at, const int lddy,
                        __global const float *restrict y_mem, const int y_at,
                        const int ldy, const int N, const int C, const int act,
                        const float slope, const float dropout)
{
    const int i = (int)get_global_id(0);
    if (i >= N * C)
        return;
    const float y = y_mem[y_at + i / C * ldy + i % C];
    const float scale = 1.0f / (1.0f - dropout);
    float d = 1.0f;
    if (act == ACT_RELU)
        d = y > 0.0f ? scale : 0.0f;
    else if (act == ACT_LEAKY_RELU)
        d = y > 0.0f ? scale : y < 0.0f ? slope * scale : 0.0f;
    else if (act == ACT_TANH && dropout > 0.0f)
        d = y == 0.0f ? 0.0f : scale - y * y / scale;
    else if (act == ACT_TANH)
        d = 1.0f - y * y;
    else if (act == ACT_SIGMOID)
        d = y * (1.0f - y);
    else if (act == ACT_SOFTPLUS)
        d = -expm1(-y);
    else if (dropout > 0.0f)
        d = y == 0.0f ? 0.0f : scale;
    dy_mem[dy_at + i / C * lddy + i % C] *= d;
}

/* to = to + from, or 0 if `have` is 0 (from is not read then).  to, from: (N, C).  Groups:
 * ceil(N * C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void pointwise_add(__global float *restrict to_mem, const int to_at, const int ldto,
                   __global const float *restrict from_mem, const int from_at,
                   const int ldfrom, const int N, const int C, const int have)
{
    const int i = (int)get_global_id(0);
    if (i >= N * C)
        return;
    __global float *to = to_mem + to_at + i / C * ldto + i % C;
    to[0] = have ? to[0] + from_mem[from_at + i / C * ldfrom + i % C] : 0.0f;
}

/* to = the transpose of from, added to `to` if `add`.  to: (N, C).  from: (C, N).  Groups:
 * ceil(C / CHUNK / WG) by ceil(N / CHUNK); an item has CHUNK columns of CHUNK rows. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void pointwise_transpose(__global float *restrict to_mem, const int to_at, const int ldto,
                         __global const float *restrict from_mem, const int from_at,
                         const int ldfrom, const int N, const int C, const int add)
{
    const int first = (int)get_global_id(0) * CHUNK, row = (int)get_group_id(1) * CHUNK;
    const int rows = min(row + CHUNK, N), columns = min(first + CHUNK, C);
    for (int i = row; i < rows; i++) {
        __global float *to = to_mem + to_at + i * ldto;
        __global const float *from = from_mem + from_at + i;
        for (int j = first; j < columns; j++)
            to[j] = add ? to[j] + from[j * ldfrom] : from[j * ldfrom];
    }
}

/* sums[i, j] = sum over rows i chunk to (i + 1) chunk of x[., j], row after row.  sums: (.,
 * C).  x: (N, C).  Groups: ceil(C / CHUNK / WG) by ceil(N / chunk). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void pointwise_sums(__global float *restrict sums_mem, const int sums_at,
                    __global const float *restrict x_mem, const int x_at, const int ldx,
                    const int N, const int C, const int chunk)
{
    const int j = (int)get_global_id(0) * CHUNK, begin = (int)get_global_id(1) * chunk;
    const int end = min(begin + chunk, N);
    if (j >= C)
        return;
    FLOATV sum[CHUNK / VECTOR];
#pragma unroll
    for (int v = 0; v < CHUNK / VECTOR; v++)
        sum[v] = (FLOATV)(0.0f);
    __global const float *x = x_mem + x_at + begin * ldx + j;
    for (int i = begin; i < end; i++, x += ldx)
#pragma unroll
        for (int v = 0; v < CHUNK / VECTOR; v++)
            sum[v] += LOADV(v, x);
    __global float *to = sums_mem + sums_at + (int)get_global_id(1) * C + j;
#pragma unroll
    for (int v = 0; v < CHUNK / VECTOR; v++)
        store(sum[v], to + v * VECTOR, C - j - v * VECTOR);
}

/* Scale raw columns to inputs (scale.h).  x: (N, C), in place; fit: (3, C).  Groups:
 * ceil(N / CHUNK) by 1, each WG items over the columns of CHUNK rows. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void pointwise_scale(__global float *restrict x_mem, const int x_at, const int ldx,
                     __global const float *restrict fit_mem, const int fit_at,
                     const int N, const int C, const float limit)
{
    const int first = (int)get_group_id(0) * CHUNK, last = min(first + CHUNK, N);
    __global const float *fit = fit_mem + fit_at;
    for (int i = first; i < last; i++) {
        __global float *x = x_mem + x_at + i * ldx;
        for (int j = (int)get_local_id(0); j < C; j += WG)
            x[j] = scaled(x[j], fit, C, j, limit);
    }
}
