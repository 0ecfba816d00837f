/* Peak rates of a device: independent multiply-adds, and a copy.
 *
 * Host side: host/device/peak.c.  Test: tests/device/check_peak.c.  Build macros: VECTOR,
 * floats in a vector (8 or 16; 1 where neighbouring items make one); WG, items of a
 * group; CHUNK, vectors that an item copies. */
#include "shared.h"

#ifndef VECTOR
#error "peak.cl: build with -DVECTOR=<1, 8 or 16>"
#endif
#ifndef WG
#error "peak.cl: build with -DWG=<work-group size>"
#endif
#ifndef CHUNK
#error "peak.cl: build with -DCHUNK=<vectors per item>"
#endif

#include "vector.h"

/* y[i] = the result of PEAK_CHAINS chains of n multiply-adds x = x a + b, on vectors.
 * Groups: any of WG items; y: a float for each item. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void peak_multiply_add(__global float *restrict y, const float a, const float b, const int n)
{
    const int i = (int)get_global_id(0);
    const FLOATV va = (FLOATV)(a), vb = (FLOATV)(b);
    FLOATV x[PEAK_CHAINS];
#pragma unroll
    for (int k = 0; k < PEAK_CHAINS; k++)
        x[k] = (FLOATV)((float)(i % 7 + k));
    for (int step = 0; step < n; step++) {
#pragma unroll
        for (int k = 0; k < PEAK_CHAINS; k++)
            x[k] = fma(x[k], va, vb);
    }
    for (int k = 1; k < PEAK_CHAINS; k++)
        x[0] += x[k];
#if VECTOR > 1
    float part[VECTOR];
    STOREV(x[0], 0, part);
    for (int k = 1; k < VECTOR; k++)
        part[0] += part[k];
    y[i] = part[0];
#else
    y[i] = x[0];
#endif
}

/* y = x, n vectors of each.  Groups: ceil(n / (WG * CHUNK)). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void peak_copy(__global float *restrict y, __global const float *restrict x, const int n)
{
    const int first = (int)get_group_id(0) * WG * CHUNK + (int)get_local_id(0);
    for (int k = 0; k < CHUNK; k++) {
        const int i = first + k * WG;
        if (i < n)
            STOREV(LOADV(i, x), i, y);
    }
}
