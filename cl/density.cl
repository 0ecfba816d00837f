/* Numbers of rows that are sums over columns (density.h): as losses with their gradients,
 * and as terms of scores.
 *
 * Host side: host/ops/density.c.  Test: tests/ops/check_density.c.  Build macros: WG,
 * items of a group, a power of two; VECTOR, floats in a vector of it (1, 8 or 16). */
#include "shared.h"

#ifndef WG
#error "density.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "density.cl: build with -DVECTOR=<1, 8 or 16>"
#endif

#include "vector.h"
#include "group.h"
#include "density.h"

/* Columns past the last are read (tensors have slack for it) and not used. */
#define VALUES                                                                           \
    __global const float *restrict x_mem, const int x_at, const int ldx,                 \
        __global const float *restrict m_mem, const int m_at, const int ldm,             \
        __global const float *restrict l_mem, const int l_at, const int ldl
#define LOAD(x, j) LOADV(0, x##_mem + x##_at + row * ld##x + (j))

#if VECTOR == 1
#define UP_TO(n, v) (v)
#define TOTAL(v) (v)
#else
#define UP_TO(n, v) select((FLOATV)(0.0f), v, LANES < (INTV)(n))
#define TOTAL total
#endif

/* to = the number of each row.  to: (N, 1).  x, m, l: (N, C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void density_rows(__global float *restrict to_mem, const int to_at, const int ldto, VALUES,
                  const int C, const int kind)
{
    __local float part[WG];
    const int row = (int)get_group_id(0), item = (int)get_local_id(0);
    FLOATV sum = (FLOATV)(0.0f);
    for (int j = item * VECTOR; j < C; j += WG * VECTOR)
        sum += UP_TO(C - j, density_of(kind, LOAD(x, j), LOAD(m, j), LOAD(l, j)));
    const float all = group_total(TOTAL(sum), part);
    if (item == 0)
        to_mem[to_at + row * ldto] = kind == DENSITY_DISTANCE ? sqrt(all) : all;
}

/* d = weight times the gradient with respect to m or, of_l 1, l; added to d if `add`.  d,
 * x, m, l: (N, C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void density_back(__global float *restrict d_mem, const int d_at, const int ldd, VALUES,
                  const int C, const int kind, const int of_l, const float weight,
                  const int add)
{
    const int row = (int)get_group_id(0);
    __global float *d = d_mem + d_at + row * ldd;
    for (int j = (int)get_local_id(0) * VECTOR; j < C; j += WG * VECTOR) {
        const FLOATV g =
            density_slope(kind, of_l, LOAD(x, j), LOAD(m, j), LOAD(l, j)) * weight;
        store(add ? LOADV(0, d + j) + g : g, d + j, C - j);
    }
}

/* The mean of N numbers to its slot of the ring.  Groups: 1. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void density_mean(__global float *restrict ring, __global const uint *restrict clock,
                  const int slot, __global const float *restrict rows, const int at,
                  const int N)
{
    __local float part[WG];
    const int item = (int)get_local_id(0);
    float sum = 0.0f;
    for (int i = item; i < N; i += WG)
        sum += rows[at + i];
    const float all = group_total(sum, part);
    if (item == 0)
        ring[clock[0] % RING * LOSSES + (uint)slot] = all / (float)N;
}

/* Term `which` of every row, from its L samples.  samples: (N, L).  Groups: ceil(N /
 * WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void density_average(__global float *restrict terms, const int which,
                     __global const float *restrict samples_mem, const int samples_at,
                     const int ld, const int N, const int L, const int logarithm)
{
    const int i = (int)get_global_id(0);
    if (i < N)
        DENSITY_AVERAGE(terms[i * TERMS + which], samples_mem + samples_at + i * ld, 1,
                        L, logarithm)
}
