/* Functions of values without weights, and their gradients.
 *
 * Host side: host/ops/function.c.  Test: tests/ops/check_function.c.  Build macros: WG,
 * items of a group; VECTOR, floats in a vector of it (1, 8 or 16). */
#include "shared.h"

#ifndef WG
#error "function.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "function.cl: build with -DVECTOR=<1, 8 or 16>"
#endif

#include "vector.h"
#include "derivative.h"
#include "function.h"

/* Columns past the last are read (tensors have slack for it) and not stored. */
#define ARGUMENTS                                                                        \
    __global const float *restrict a_mem, const int a_at, const int lda,                 \
        __global const float *restrict b_mem, const int b_at, const int ldb,             \
        __global const float *restrict c_mem, const int c_at, const int ldc
#define LOAD(x, j) LOADV(0, x##_mem + x##_at + row * ld##x + (j))

/* y = f(a, b, c).  All: (N, C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void function_forward(__global float *restrict y_mem, const int y_at, const int ldy,
                      ARGUMENTS, const int C, const int which)
{
    const int row = (int)get_group_id(0);
    for (int j = (int)get_local_id(0) * VECTOR; j < C; j += WG * VECTOR)
        store(function_of(which, LOAD(a, j), LOAD(b, j), LOAD(c, j)),
              y_mem + y_at + row * ldy + j, C - j);
}

/* d = dy times the derivative of f with respect to an argument (0: a, ...), before the
 * activation that the argument is the output of; added to d if `add`.  All: (N, C).
 * Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void function_backward(__global float *restrict d_mem, const int d_at, const int ldd,
                       __global const float *restrict y_mem, const int y_at, const int ldy,
                       ARGUMENTS, const int C, const int which, const int argument,
                       const int act, const float slope, const float dropout,
                       const int add)
{
    const int row = (int)get_group_id(0);
    const float scale = 1.0f / (1.0f - dropout);
    __global float *d = d_mem + d_at + row * ldd;
    for (int j = (int)get_local_id(0) * VECTOR; j < C; j += WG * VECTOR) {
        const FLOATV a = LOAD(a, j), b = LOAD(b, j), c = LOAD(c, j);
        const FLOATV of = argument == 0 ? a : argument == 1 ? b : c;
        const FLOATV g = LOAD(y, j) * function_slope(which, argument, a, b, c) *
                         derivative(of, act, slope, scale, dropout > 0.0f);
        store(add ? LOADV(0, d + j) + g : g, d + j, C - j);
    }
}
