/* The losses of the GAN and BiGAN steps: cross-entropy of logits with a label.
 *
 * Host side: host/ops/loss.c.  Test: tests/ops/check_loss.c.
 * Build macros: WG, items of a group, a power of two. */
#include "shared.h"
#include "cross_entropy.h"

#ifndef WG
#error "loss.cl: build with -DWG=<work-group size>"
#endif

/* Mean of CE(l[i], label) over the N logits, and d[i] = its gradient; the mean goes to
 * ring[(clock % RING) * LOSSES + slot].  l, d: (N, 1).  Two halves in one launch: group 0
 * takes the first N logits with (label0, slot0), group 1 the next N with (label1, slot1).
 * Groups: 1 or 2. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void loss_cross_entropy(__global float *restrict d_mem, const int d_at,
                        __global const float *restrict l_mem, const int l_at, const int N,
                        __global float *restrict ring, __global const uint *restrict clock,
                        const float label0, const int slot0, const float label1,
                        const int slot1)
{
    __local float part[WG];
    const int item = (int)get_local_id(0), group = (int)get_group_id(0);
    const float label = group ? label1 : label0;
    __global const float *l = l_mem + l_at + group * N;
    __global float *d = d_mem + d_at + group * N;
    float sum = 0.0f;
    for (int i = item; i < N; i += WG) {
        const float2 ce = cross_entropy(l[i], label);
        sum += ce.x;
        d[i] = ce.y / (float)N;
    }
    part[item] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int reach = WG / 2; reach > 0; reach /= 2) {
        if (item < reach)
            part[item] += part[item + reach];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (item == 0)
        ring[clock[0] % RING * LOSSES + (uint)(group ? slot1 : slot0)] = part[0] / (float)N;
}
