/* What DAGMM computes of rows beside its networks (Zong et al. 2018): two features of a
 * reconstruction, their gradients, and the energy of a row in a Gaussian mixture.
 *
 * Host side: host/ops/mixture_launch.c.  Test: tests/ops/check_mixture.c.  Build macros: WG,
 * items of a group, a power of two; VECTOR, floats in a vector of it (1, 8 or 16). */
#include "shared.h"

#ifndef WG
#error "mixture.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "mixture.cl: build with -DVECTOR=<1, 8 or 16>"
#endif

#include "vector.h"
#include "derivative.h"
#include "group.h"

/* Columns past the last are read (tensors have slack for it) and not used. */
#define ROWS                                                                             \
    __global const float *restrict x_mem, const int x_at, const int ldx,                 \
        __global const float *restrict r_mem, const int r_at, const int ldr, const int C
#define LOAD(x, j) LOADV(0, x##_mem + x##_at + row * ld##x + (j))

#if VECTOR == 1
#define UP_TO(n, v) (v)
#define TOTAL(v) (v)
#else
#define UP_TO(n, v) select((FLOATV)(0.0f), v, LANES < (INTV)(n))
#define TOTAL total
#endif

/* Of a row x and its reconstruction r: |x - r|, |x| and |r|, not below a floor, x.r, and
 * whether |r| is above it. */
typedef struct {
    float apart, x, r, product;
    int above;
} lengths;

static lengths measure(__global const float *x_mem, const int x_at, const int ldx,
                       __global const float *r_mem, const int r_at, const int ldr,
                       const int C, __local float *part)
{
    const int row = (int)get_group_id(0);
    FLOATV apart = (FLOATV)(0.0f), xx = apart, rr = apart, xr = apart;
    for (int j = (int)get_local_id(0) * VECTOR; j < C; j += WG * VECTOR) {
        const FLOATV x = UP_TO(C - j, LOAD(x, j)), r = UP_TO(C - j, LOAD(r, j));
        apart = fma(x - r, x - r, apart);
        xx = fma(x, x, xx);
        rr = fma(r, r, rr);
        xr = fma(x, r, xr);
    }
    lengths l;
    l.apart = sqrt(group_total(TOTAL(apart), part));
    l.x = fmax(sqrt(group_total(TOTAL(xx), part)), LENGTH_FLOOR);
    l.r = sqrt(group_total(TOTAL(rr), part));
    l.above = l.r > LENGTH_FLOOR;
    l.r = fmax(l.r, LENGTH_FLOOR);
    l.product = group_total(TOTAL(xr), part);
    return l;
}

/* y = |x - r| / |x|, at most DISTANCE_MOST, and x.r / (|x| |r|).  y: (N, 2).  x, r: (N, C).
 * Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void mixture_features(__global float *restrict y_mem, const int y_at, const int ldy, ROWS)
{
    __local float part[WG];
    __global float *y = y_mem + y_at + (int)get_group_id(0) * ldy;
    const lengths l = measure(x_mem, x_at, ldx, r_mem, r_at, ldr, C, part);
    const float distance = l.apart / l.x;
    if (get_local_id(0) == 0) {
        y[0] = distance > DISTANCE_MOST ? DISTANCE_MOST : distance; /* NaN stays NaN */
        y[1] = l.product / (l.x * l.r);
    }
}

/* d = the gradient with respect to r, before the activation that r is the output of, from
 * dy (N, 2); added to d if `add`.  It is 0 of a distance at its limit, or of 0; a floor is
 * a constant.  d: (N, C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void mixture_features_back(__global float *restrict d_mem, const int d_at, const int ldd,
                           __global const float *restrict dy_mem, const int dy_at,
                           const int lddy, ROWS, const int act, const float slope,
                           const float dropout, const int add)
{
    __local float part[WG];
    const int row = (int)get_group_id(0);
    const lengths l = measure(x_mem, x_at, ldx, r_mem, r_at, ldr, C, part);
    __global const float *dy = dy_mem + dy_at + row * lddy;
    __global float *d = d_mem + d_at + row * ldd;
    const int moves = l.apart > 0.0f && l.apart / l.x <= DISTANCE_MOST;
    const float by_distance = moves ? dy[0] / (l.apart * l.x) : 0.0f;
    const float by_cosine = dy[1] / (l.x * l.r);
    const float by_length = l.above ? by_cosine * l.product / (l.r * l.r) : 0.0f;
    const float scale = 1.0f / (1.0f - dropout);
    for (int j = (int)get_local_id(0) * VECTOR; j < C; j += WG * VECTOR) {
        const FLOATV x = LOAD(x, j), r = LOAD(r, j);
        const FLOATV g = ((r - x) * by_distance + x * by_cosine - r * by_length) *
                         derivative(r, act, slope, scale, dropout > 0.0f);
        store(add ? LOADV(0, d + j) + g : g, d + j, C - j);
    }
}

/* Term `which` of every row: its energy -log sum exp l_k, l_k = a_k - |W_k (z - m_k)|^2 / 2,
 * where z is c (N, m) beside f (N, d - m).  parts: (K, 1 + 2 d + d^2), of each a, m as the
 * sum of two floats, and W, lower triangular.  Groups: ceil(N / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void mixture_energy(__global float *restrict terms, const int which,
                    __global const float *restrict c_mem, const int c_at, const int ldc,
                    __global const float *restrict f_mem, const int f_at, const int ldf,
                    const int m, const int d, __global const float *restrict parts,
                    const int K, const int N)
{
    const int row = (int)get_global_id(0);
    float z[MIXTURE_COLUMNS], apart[MIXTURE_COLUMNS], l[MIXTURE_PARTS];
    float most = -INFINITY, sum = 0.0f;
    if (row >= N)
        return;
    for (int j = 0; j < d; j++)
        z[j] = j < m ? c_mem[c_at + row * ldc + j] : f_mem[f_at + row * ldf + j - m];
    for (int k = 0; k < K; k++) {
        __global const float *of = parts + k * (1 + 2 * d + d * d), *w = of + 1 + 2 * d;
        l[k] = 0.0f;
        for (int i = 0; i < d; i++) {
            float v = 0.0f;
            apart[i] = (z[i] - of[1 + i]) - of[1 + d + i];
            for (int j = 0; j <= i; j++)
                v = fma(w[i * d + j], apart[j], v);
            l[k] = fma(v, v, l[k]);
        }
        l[k] = of[0] - l[k] / 2.0f;
        most = l[k] > most || isnan(l[k]) ? l[k] : most;
    }
    for (int k = 0; k < K; k++)
        sum += exp(l[k] - most);
    terms[row * TERMS + which] = -(most + log(sum));
}
