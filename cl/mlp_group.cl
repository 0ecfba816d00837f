/* A whole score in one launch, for GPUs: a group runs a few rows through the steps of
 * mlp.cl, and intermediate values stay in local memory, where the rows of a column form a
 * vector that an item reads at once.
 *
 * Host side: host/ops/mlp.c, host/ops/mlp_run.c.  Test: tests/ops/check_mlp*.c; the twin is the
 * same launch by launch.
 * Build macros: ROWS, rows of a group (1, 2, 4 or 8); STRIDE, columns of local memory
 * that they have. */
#include "shared.h"

#ifndef ROWS
#error "mlp_group.cl: build with -DROWS=<rows of a group>"
#endif
#ifndef STRIDE
#error "mlp_group.cl: build with -DSTRIDE=<columns of local memory>"
#endif

#define VECTOR ROWS
#include "vector.h"
#include "derivative.h"
#include "adam.h"
#include "scale.h"
#include "function.h"
#include "density.h"

#define WG MLP_GROUP
#define WG_BITS 8
#define DEPTH 16 /* weights loaded ahead per item, to hide latency */
#define LEAST 4  /* fewest inputs per item */

/* A slot: its first column. */
#define AT(slot) (own + ((slot) >> 1))
/* x of column j, row r. */
#define ELEMENT(x, j, r) ((__local float *)(x))[(j) * ROWS + (r)]

/* Load columns of `rows` rows of x (n, C), contiguous; rows past the last are 0.  fit:
 * (3, C), or NULL to take x as it is. */
static void input(__local FLOATV *y, __global const float *x, const int C,
                  __global const float *fit, const float limit, const int rows)
{
    for (int r = 0; r < ROWS; r++)
        for (int j = (int)get_local_id(0); j < C; j += WG) {
            const float v = r < rows ? x[r * C + j] : 0.0f;
            ELEMENT(y, j, r) = fit && r < rows ? scaled(v, fit, C, j, limit) : v;
        }
}

static void keep(__global float *state, __local const FLOATV *x, const int C,
                 const int rows)
{
    for (int r = 0; r < rows; r++)
        for (int j = (int)get_local_id(0); j < C; j += WG)
            state[r * C + j] = ELEMENT(x, j, r);
}

/* The layer of a step.  An item computes columns or, if there are few, one of 1 << parts
 * shares of a column's inputs; 1 << across items have the same share. */
typedef struct {
    int I, O, act, triangular, backward, across, parts;
    float slope, scale;
    __global const float *w, *bias;
    __local FLOATV *y;
    __local const FLOATV *x, *below;
} layer;

static inline layer layer_of(__constant const int *s, __local FLOATV *own,
                             __global const float *numbers, const float slope)
{
    layer l = { .I = s[3], .O = s[4], .act = s[7], .triangular = s[8],
                .backward = s[9] >= 0, .slope = slope,
                .scale = s[11] < 0 ? 0.0f : numbers[s[11]], .w = numbers + s[5],
                .bias = s[6] < 0 ? 0 : numbers + s[6], .y = AT(s[1]), .x = AT(s[2]),
                .below = AT(max(s[9], 0)) };
    l.across = l.O < WG ? 32 - (int)clz(l.O - 1) : WG_BITS;
    l.parts = min(WG_BITS - l.across, 31 - (int)clz(max(l.I / LEAST, 1)));
    return l;
}

/* Number of inputs of column j for this item, from *begin on. */
static inline int inputs_of(const layer l, const int j, int *begin)
{
    const int K = l.triangular ? min(l.I, (j | 31) + 1) : l.I;
    const int depth = (K + (1 << l.parts) - 1) >> l.parts;
    const int part = (int)get_local_id(0) >> l.across;
    *begin = part * depth;
    return j < l.O && part < 1 << l.parts ? min(depth, K - *begin) : 0;
}

/* This item's weights of column j, from the k-th on. */
static inline void fetch(float *part, const layer l, const int j, const int k)
{
    int begin;
    const int n = inputs_of(l, j, &begin) - k;
    __global const float *w = l.w + (begin + k) * l.O + j;
    if (n >= DEPTH) {
#pragma unroll
        for (int i = 0; i < DEPTH; i++)
            part[i] = w[i * l.O];
    } else {
#pragma unroll
        for (int i = 0; i < DEPTH; i++)
            part[i] = i < n ? w[i * l.O] : 0.0f;
    }
}

static inline FLOATV multiply(FLOATV sum, const float *part, __local const FLOATV *x,
                              const int n)
{
    if (n >= DEPTH) {
#pragma unroll
        for (int i = 0; i < DEPTH; i++)
            sum = fma((FLOATV)(part[i]), x[i], sum);
    } else {
#pragma unroll
        for (int i = 0; i < DEPTH; i++)
            if (i < n) /* do not multiply 0 by a possible NaN */
                sum = fma((FLOATV)(part[i]), x[i], sum);
    }
    return sum;
}

static inline int first_column(const layer l)
{
    return (int)get_local_id(0) & ((1 << l.across) - 1);
}

static inline float bias_of(const layer l, const int j)
{
    return l.bias && j < l.O ? l.bias[j] : 0.0f;
}

static inline void finish(const layer l, const int j, const FLOATV sum, const float bias)
{
    if (l.backward)
        l.y[j] = sum * derivative(l.below[j], l.act, l.slope,
                                  l.scale > 0.0f ? l.scale : 1.0f, l.scale > 0.0f);
    else
        l.y[j] = activate(sum + bias, l.act, l.slope);
}

/* y = act(x W + bias), as mlp.cl's `dense`, but W: (I, O).  For a column in parts, this
 * item's partial sum.  next, first_bias: prefetched values of the first column. */
static FLOATV dense(const layer l, float *next, const float first_bias)
{
    FLOATV sum = (FLOATV)(0.0f);
    float bias = first_bias;
    for (int j = first_column(l); j < l.O; j += 1 << l.across) {
        int begin;
        const int n = inputs_of(l, j, &begin);
        sum = (FLOATV)(0.0f);
        for (int k = 0; k < n; k += DEPTH) {
            float now[DEPTH];
#pragma unroll
            for (int i = 0; i < DEPTH; i++)
                now[i] = next[i];
            const int more = k + DEPTH < n;
            fetch(next, l, more ? j : j + (1 << l.across), more ? k + DEPTH : 0);
            sum = multiply(sum, now, l.x + begin + k, n - k);
        }
        if (l.parts == 0 && n > 0) {
            finish(l, j, sum, bias);
            bias = bias_of(l, j + (1 << l.across));
        }
    }
    return sum;
}

/* The sum of |a - b|, or that of the squares; without `difference`, b is 0. */
static FLOATV distance_of(__local const FLOATV *a, __local const FLOATV *b, const int C,
                         const int difference, const int squares)
{
    FLOATV sum = (FLOATV)(0.0f);
    for (int j = (int)get_local_id(0); j < C; j += WG) {
        const FLOATV d = difference ? a[j] - b[j] : a[j];
        sum = squares ? fma(d, d, sum) : sum + fabs(d);
    }
    return sum;
}

/* A term of each row. */
static inline void put(__global float *term, const FLOATV v, const int rows)
{
    float part[ROWS];
    STOREV(v, 0, part);
#pragma unroll
    for (int r = 0; r < ROWS; r++)
        if (r < rows)
            term[r * TERMS] = part[r];
}

static void evidence(__local FLOATV *y, __local const FLOATV *a, __local const FLOATV *b,
                     const int F, __global const float *mean)
{
    for (int j = (int)get_local_id(0); j < F; j += WG) {
        y[j] = a[j] - mean[j];
        y[F + j] = (a[j] - b[j]) - mean[F + j];
    }
}

/* As mlp.cl's. */
static void function(__local FLOATV *y, __local const FLOATV *a, __local const FLOATV *b,
                     __global const float *c, const int C, const int which)
{
    for (int j = (int)get_local_id(0); j < C; j += WG)
        y[j] = function_of(which, a[j], b ? b[j] : a[j], c ? (FLOATV)(c[j]) : a[j]);
}

/* This item's part of the sum of each row. */
static FLOATV density(__local const FLOATV *x, __local const FLOATV *m,
                      __local const FLOATV *l, const int C, const int kind)
{
    FLOATV sum = (FLOATV)(0.0f);
    for (int j = (int)get_local_id(0); j < C; j += WG)
        sum += density_of(kind, x[j], m[j], l[j]);
    return sum;
}

/* As terms_distance_back. */
static void distance_back(__local FLOATV *d, __local const FLOATV *a,
                          __local const FLOATV *b, const int C, const float weight,
                          const int act, const float slope, const int add)
{
    for (int j = (int)get_local_id(0); j < C; j += WG) {
        const FLOATV g = pull(a[j], b[j], weight) * derivative(a[j], act, slope, 1.0f, 0);
        d[j] = add ? g + d[j] : g;
    }
}

/* As mlp.cl's. */
static void adam(__local FLOATV *w_row, __local const FLOATV *g_row,
                 __local FLOATV *m_row, __local FLOATV *v_row, const int C,
                 __global const float *numbers, const int turn)
{
    const FLOATV rate = (FLOATV)(numbers[3 + turn]);
    for (int j = (int)get_local_id(0); j < C; j += WG) {
        FLOATV w = w_row[j], m = (FLOATV)(0.0f), v = m;
        const FLOATV g = g_row[j];
        if (turn) {
            m = m_row[j];
            v = v_row[j];
        }
        ADAM(w, g, m, v, rate, numbers[0], numbers[1], numbers[2])
        w_row[j] = w;
        m_row[j] = m;
        v_row[j] = v;
    }
}

/* terms (n, TERMS) of x (n, columns), rows close together.  state: (n, ...) of loads and
 * stores.  steps: (count, MLP_STEP).  numbers: weights and other values that steps refer
 * to.  Groups: any number, of WG items, which share the rows. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void mlp_group_run(__global float *restrict terms_mem,
                   __global const float *restrict x_mem, const int n, const int columns,
                   __constant const int *restrict steps, const int count,
                   __global const float *restrict numbers, const float slope,
                   const float limit, __global float *restrict state)
{
    __local FLOATV own[STRIDE], partial[WG];
    const int item = (int)get_local_id(0);
    for (int first = (int)get_group_id(0) * ROWS; first < n;
         first += (int)get_num_groups(0) * ROWS) {
        const int rows = min(ROWS, n - first);
        __global float *terms = terms_mem + (size_t)first * TERMS;
        for (int i = 0, turn = 0; i < count; i++) {
            __constant const int *s = steps + i * MLP_STEP;
            FLOATV sum = (FLOATV)(0.0f);
            int across = 0, parts = 0; /* of the sum, as in a layer */
            layer l = { 0 };
            float next[DEPTH], bias = 0.0f;
            /* Start loads from global memory before the preceding step ends. */
            if (s[0] == MLP_DENSE) {
                l = layer_of(s, own, numbers, slope);
                fetch(next, l, first_column(l), 0);
                bias = bias_of(l, first_column(l));
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            switch (s[0]) {
            case MLP_INPUT:
                input(AT(s[1]), x_mem + (size_t)first * (size_t)columns, columns,
                      s[2] < 0 ? 0 : numbers + s[2], limit, rows);
                break;
            case MLP_DENSE:
                sum = dense(l, next, bias);
                across = l.across;
                parts = l.parts;
                break;
            case MLP_DISTANCE:
                sum = distance_of(AT(s[1]), AT(max(s[2], 0)), s[3], s[2] >= 0, s[4] < 0);
                parts = WG_BITS;
                break;
            case MLP_SIGMA:
                if (item < rows) {
                    const float logit = ELEMENT(AT(s[1]), 0, item);
                    terms[item * TERMS + s[2]] =
                        fmax(-logit, 0.0f) + log1p(exp(-fabs(logit)));
                }
                break;
            case MLP_EVIDENCE:
                evidence(AT(s[1]), AT(s[2]), AT(s[3]), s[4], numbers + s[5]);
                break;
            case MLP_LOAD:
                input(AT(s[1]), state + (size_t)first * (size_t)s[2], s[2], 0, 0.0f,
                      rows);
                break;
            case MLP_STORE:
                keep(state + (size_t)first * (size_t)s[2], AT(s[1]), s[2], rows);
                break;
            case MLP_DISTANCE_BACK:
                distance_back(AT(s[1]), AT(s[2]), AT(s[3]), s[4], numbers[s[5]], s[6],
                              slope, s[7]);
                break;
            case MLP_SIGMA_BACK:
                if (item < ROWS)
                    ELEMENT(AT(s[1]), 0, item) =
                        -numbers[s[3]] / (1.0f + exp(ELEMENT(AT(s[2]), 0, item)));
                break;
            case MLP_ADAM:
                adam(AT(s[1]), AT(s[2]), AT(s[3]), AT(s[4]), s[5], numbers + s[6], turn);
                break;
            case MLP_REPEAT:
                if (++turn < s[2])
                    i = s[1] - 1;
                break;
            case MLP_COPY:
                for (int j = item; j < s[3]; j += WG)
                    AT(s[1])[j] = AT(s[2])[j];
                break;
            case MLP_FUNCTION:
                function(AT(s[1]), AT(s[2]), s[3] < 0 ? 0 : AT(s[3]),
                         s[4] < 0 ? 0 : numbers + s[4] + turn * s[5], s[5], s[6]);
                break;
            case MLP_DENSITY:
                sum = density(AT(s[1]), AT(s[2]), AT(s[3]), s[4], s[5]);
                parts = WG_BITS;
                break;
            case MLP_AVERAGE:
                if (item < rows)
                    DENSITY_AVERAGE(terms[item * TERMS + s[3]],
                                    (__local const float *)AT(s[1]) + item, ROWS, s[2],
                                    s[4])
                break;
            }
            /* A tree sum in a fixed order. */
            if (parts > 0)
                partial[item] = sum;
            for (int pairs = (1 << parts) >> 1; pairs > 0; pairs >>= 1) {
                barrier(CLK_LOCAL_MEM_FENCE);
                if (item < pairs << across) {
                    sum += partial[item + (pairs << across)];
                    partial[item] = sum;
                }
            }
            if (s[0] == MLP_DENSE && parts > 0 && item < l.O)
                finish(l, item, sum, bias);
            if (s[0] == MLP_DENSITY && item == 0) {
                const FLOATV all = s[5] == DENSITY_DISTANCE ? sqrt(sum) : sum;
                if (s[6] < 0)
                    put(terms + s[7], all, rows);
                else
                    AT(s[6])[turn] = all;
            }
            if (s[0] == MLP_DISTANCE && item == 0)
                put(terms + max(s[4], s[5]), sum, rows);
        }
    }
}
