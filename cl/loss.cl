/* The losses of a training step, and their gradients.
 *
 * Host side: host/ops/loss.c.  Test: tests/ops/check_loss.c.
 * Build macros: WG, items of a group, a power of two. */
#include "shared.h"
#include "cross_entropy.h"

#define VECTOR 1
#include "vector.h"
#include "derivative.h"

#ifndef WG
#error "loss.cl: build with -DWG=<work-group size>"
#endif

#include "group.h"

/* Mean of CE(l[i], label) over the N logits, and d[i] = weight times its gradient, added
 * to d if `add`; the mean goes to ring[(clock % RING) * LOSSES + slot].  l, d: (N, 1).
 * Two blocks of rows in one launch: group 0 takes the first N logits with label0, weight0
 * and slot0, group 1 the next N with label1, ...  Groups: 1 or 2. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void loss_cross_entropy(__global float *restrict d_mem, const int d_at,
                        __global const float *restrict l_mem, const int l_at, const int N,
                        __global float *restrict ring, __global const uint *restrict clock,
                        const float label0, const float weight0, const int slot0,
                        const float label1, const float weight1, const int slot1,
                        const int add)
{
    __local float part[WG];
    const int item = (int)get_local_id(0), group = (int)get_group_id(0);
    const float label = group ? label1 : label0, weight = group ? weight1 : weight0;
    __global const float *l = l_mem + l_at + group * N;
    __global float *d = d_mem + d_at + group * N;
    float sum = 0.0f;
    for (int i = item; i < N; i += WG) {
        const float2 ce = cross_entropy(l[i], label);
        const float g = ce.y / (float)N * weight;
        sum += ce.x;
        d[i] = add ? d[i] + g : g;
    }
    const float all = group_total(sum, part);
    if (item == 0)
        ring[clock[0] % RING * LOSSES + (uint)(group ? slot1 : slot0)] = all / (float)N;
}

/* The sum over N rows and C columns of |a - b|, or with `squares` of (a - b)^2, divided by
 * `by`, to its slot of the ring.  a, b: (N, C).  Groups: 1. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void loss_distance(__global const float *restrict a_mem, const int a_at, const int lda,
                   __global const float *restrict b_mem, const int b_at, const int ldb,
                   const int N, const int C, const int by, __global float *restrict ring,
                   __global const uint *restrict clock, const int slot, const int squares)
{
    __local float part[WG];
    const int item = (int)get_local_id(0);
    float sum = 0.0f;
    for (int i = item; i < N; i += WG) {
        __global const float *a = a_mem + a_at + i * lda, *b = b_mem + b_at + i * ldb;
        float row = 0.0f;
        for (int j = 0; j < C; j++) {
            const float v = a[j] - b[j];
            row += squares ? v * v : fabs(v);
        }
        sum += row;
    }
    const float all = group_total(sum, part);
    if (item == 0)
        ring[clock[0] % RING * LOSSES + (uint)slot] = all / (float)by;
}

/* d = the gradient of weight * sum |a - b|, or with `squares` of weight * sum (a - b)^2,
 * with respect to a and before the activation that a is the output of; added to d if
 * `add`.  d, a, b: (N, C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void loss_distance_back(__global float *restrict d_mem, const int d_at, const int ldd,
                        __global const float *restrict a_mem, const int a_at, const int lda,
                        __global const float *restrict b_mem, const int b_at, const int ldb,
                        const int C, const float weight, const int squares, const int act,
                        const float slope, const float dropout, const int add)
{
    const int row = (int)get_group_id(0);
    const float scale = 1.0f / (1.0f - dropout);
    __global const float *a = a_mem + a_at + row * lda, *b = b_mem + b_at + row * ldb;
    __global float *d = d_mem + d_at + row * ldd;
    for (int j = (int)get_local_id(0); j < C; j += WG) {
        const float of_a =
            squares ? 2.0f * weight * (a[j] - b[j]) : pull(a[j], b[j], weight);
        const float g = of_a * derivative(a[j], act, slope, scale, dropout > 0.0f);
        d[j] = add ? d[j] + g : g;
    }
}
