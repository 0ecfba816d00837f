/* Adam (Kingma and Ba 2015, in the form with epsilon-hat of its section 2) and the moving
 * average of the weights, for all parameters of a network in one launch.
 *
 *   m += (1 - beta1)(g - m)   v += (1 - beta2)(g^2 - v)   w -= rate m / (sqrt(v) + eps)
 *   ema += (1 - decay)(w - ema)
 *
 * Host side: host/ops/adam.c.  Test: tests/ops/check_adam.c.
 * Build macros: WG, items of a group; CHUNK, elements of one item. */
#include "shared.h"
#include "adam.h"

#ifndef WG
#error "adam.cl: build with -DWG=<work-group size>"
#endif
#ifndef CHUNK
#error "adam.cl: build with -DCHUNK=<elements per item>"
#endif

/* w, g, m, v, ema: (n), ema not read if `average` is 0.  rates: (RING), the bias-corrected
 * rate of iteration t at t % RING.  Groups: ceil(n / (WG * CHUNK)). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void adam_step(__global float *restrict w, __global const float *restrict g,
               __global float *restrict m, __global float *restrict v,
               __global float *restrict ema, const int average, const int n,
               __global const float *restrict rates, __global const uint *restrict clock,
               const float one_less_beta1, const float one_less_beta2,
               const float epsilon, const float one_less_decay)
{
    const int first = (int)get_group_id(0) * WG * CHUNK;
    const int last = min(first + WG * CHUNK, n);
    const float rate = rates[clock[0] % RING];
    for (int i = first + (int)get_local_id(0); i < last; i += WG) {
        const float gi = g[i];
        float wi = w[i], mi = m[i], vi = v[i];
        ADAM(wi, gi, mi, vi, rate, one_less_beta1, one_less_beta2, epsilon)
        m[i] = mi;
        v[i] = vi;
        w[i] = wi;
        if (average)
            ema[i] += one_less_decay * (wi - ema[i]);
    }
}
