/* A whole score in one launch, for CPU devices: one work-item runs a block of rows
 * through a list of steps - dense layers, score terms, for AnoGAN's latent search also
 * the backward pass and Adam, repeatedly - and intermediate values stay in its cache.
 * With TRAIN, all gradients of a training step in one launch, and their sum in a second.
 *
 * Host side: host/ops/mlp.c, which also gives the layout of the steps.  Test:
 * tests/ops/check_mlp*.c; the twin is the same launch by launch (gemm.cl, terms.cl, loss.cl).
 * Build macros: VECTOR, floats in a vector (8 or 16); ROWS, rows in registers; STRIDE,
 * floats from a row of scratch memory to the next; TRAIN, 1 for the steps of training. */
#include "shared.h"

#ifndef VECTOR
#error "mlp.cl: build with -DVECTOR=<8 or 16>"
#endif
#ifndef ROWS
#error "mlp.cl: build with -DROWS=<rows of a register block>"
#endif
#ifndef STRIDE
#error "mlp.cl: build with -DSTRIDE=<floats from row to row>"
#endif
#ifndef TRAIN
#error "mlp.cl: build with -DTRAIN=<0 or 1>"
#endif

#include "vector.h"
#include "distance.h"
#include "derivative.h"
#include "adam.h"
#include "scale.h"
#include "function.h"
#include "density.h"

#define LINE 16 /* floats of a cache line */
#define BLOCK (2 * ROWS) /* rows of a block of a work-item */
#if TRAIN
#define SPAN ROWS /* of the batch: half of them real, half generated */
#else
#define SPAN BLOCK
#endif

/* x = clip((f(x) - offset) * scale) for `rows` rows of C columns, as pointwise_scale
 * does; the rest of the span is 0.  x: (n, C), its rows close together.  fit: (3, C), or
 * NULL to take x as it is. */
static void input(__global float *restrict y, __global const float *x, const int C,
                  __global const float *fit, const float limit, const int rows)
{
    int j = 0;
    for (; j + VECTOR <= C; j += VECTOR) {
        FLOATV offset = (FLOATV)(0.0f), scale = (FLOATV)(1.0f), logarithm = offset;
        if (fit) {
            offset = LOADV(0, fit + j);
            scale = LOADV(0, fit + C + j);
            logarithm = LOADV(0, fit + 2 * C + j);
        }
        const int logarithms = any(logarithm != (FLOATV)(0.0f));
        for (int r = 0; r < rows; r++) {
            FLOATV v = LOADV(0, x + r * C + j);
            if (logarithms)
                v = select(v, copysign(log1p(fabs(v)), v), logarithm != (FLOATV)(0.0f));
            if (fit) {
                v = (v - offset) * scale;
                v = select(v, (FLOATV)(limit), v > (FLOATV)(limit));
                v = select(v, (FLOATV)(-limit), v < (FLOATV)(-limit));
            }
            STOREG(v, 0, y + r * STRIDE + j);
        }
    }
    for (; j < C; j++)
        for (int r = 0; r < rows; r++) {
            const float v = x[r * C + j];
            y[r * STRIDE + j] = fit ? scaled(v, fit, C, j, limit) : v;
        }
    for (int r = rows; r < SPAN; r++)
        for (j = 0; j < C; j++)
            y[r * STRIDE + j] = 0.0f;
}

/* y = act(x w + bias), a layer of one unit, for `height` rows: a panel would hold one
 * column. */
static void dense_one(__global float *restrict y, __global const float *restrict x,
                      const int I, __global const float *restrict w, const float bias,
                      const int act, const float slope, const int height)
{
    for (int half_block = 0; half_block < height; half_block += ROWS) {
        __global const float *a = x + half_block * STRIDE;
        FLOATV sum[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++)
            sum[r] = (FLOATV)(0.0f);
        for (int k = 0; k < I; k += VECTOR) {
            float column[VECTOR];
            for (int i = 0; i < VECTOR; i++)
                column[i] = k + i < I ? w[(k + i) * PANEL] : 0.0f;
            const FLOATV b = LOADV(0, column);
            const INTV there = LANES < (INTV)(I - k);
#pragma unroll
            for (int r = 0; r < ROWS; r++)
                sum[r] = fma(select((FLOATV)(0.0f), LOADV(0, a + r * STRIDE + k), there), b,
                             sum[r]);
        }
        for (int r = 0; r < ROWS; r++) {
            const FLOATV all = (FLOATV)(bias + total(sum[r]));
            STOREG(activate(all, act, slope), 0, y + (half_block + r) * STRIDE);
        }
    }
}

/* Add the product of column k of x and row k of W, b, to a block of results. */
#define MULTIPLY(k, b)                                                                   \
    {                                                                                    \
        const FLOATV b0 = LOADV(0, b), b1 = LOADV(1, b);                                 \
        _Pragma("unroll") for (int r = 0; r < ROWS; r++)                                 \
        {                                                                                \
            const FLOATV v = (FLOATV)(a[r * STRIDE + (k)]);                              \
            left[r] = fma(v, b0, left[r]);                                               \
            right[r] = fma(v, b1, right[r]);                                             \
        }                                                                                \
    }

/* A block of results, with constant `act`. */
#define FINISH(act)                                                                      \
    _Pragma("unroll") for (int r = 0; r < ROWS; r++)                                     \
    {                                                                                    \
        STOREG(activate(left[r] + bias0, act, slope), 0, c + r * STRIDE);                \
        STOREG(activate(right[r] + bias1, act, slope), 1, c + r * STRIDE);               \
    }

/* y = act(x W + bias) for `height` rows, ROWS or twice as many.  x: (height, I).  W: (I,
 * O) in panels, the last one padded with zeros, which y has room for.  bias: as wide, or
 * NULL.  triangular: W is 0 below its diagonal.  With `below`, (height, O), a backward
 * pass: y = x W act'(below); scale: of the dropout after it, 0: none. */
static void dense(__global float *restrict y, __global const float *restrict x, const int I,
                  const int O, __global const float *restrict w, __global const float *bias,
                  const int act, const float slope, const int triangular,
                  __global const float *restrict below, const int height,
                  const float scale)
{
    const float kept = scale > 0.0f ? scale : 1.0f;
    if (O == 1 && !below) {
        dense_one(y, x, I, w, bias ? bias[0] : 0.0f, act, slope, height);
        return;
    }
    for (int j = 0; j < O; j += PANEL, w += I * PANEL) {
        const int K = triangular ? min(I, j + PANEL) : I;
        FLOATV bias0 = (FLOATV)(0.0f), bias1 = (FLOATV)(0.0f);
        if (bias) {
            bias0 = LOADV(0, bias + j);
            bias1 = LOADV(1, bias + j);
        }
        for (int half_block = 0; half_block < height; half_block += ROWS) {
            __global const float *a = x + half_block * STRIDE, *b = w;
            __global float *c = y + half_block * STRIDE + j;
            FLOATV left[ROWS], right[ROWS];
#pragma unroll
            for (int r = 0; r < ROWS; r++)
                left[r] = right[r] = (FLOATV)(0.0f);
            int k = 0;
            for (; k + 1 < K; k += 2, b += 2 * PANEL) {
                MULTIPLY(k, b)
                MULTIPLY(k + 1, b + PANEL)
            }
            if (k < K)
                MULTIPLY(k, b)
            if (below) {
                __global const float *out = below + half_block * STRIDE + j;
#pragma unroll
                for (int r = 0; r < ROWS; r++, out += STRIDE) {
                    left[r] *= derivative(LOADV(0, out), act, slope, kept, scale > 0.0f);
                    right[r] *= derivative(LOADV(1, out), act, slope, kept, scale > 0.0f);
                    STOREG(left[r], 0, c + r * STRIDE);
                    STOREG(right[r], 1, c + r * STRIDE);
                }
            } else if (act == ACT_LEAKY_RELU) {
                FINISH(ACT_LEAKY_RELU)
            } else if (act == ACT_RELU) {
                FINISH(ACT_RELU)
            } else if (act == ACT_LINEAR) {
                FINISH(ACT_LINEAR)
            } else {
                FINISH(act)
            }
        }
    }
}

/* The terms of terms_distance; b NULL stands for 0. */
static void distance_of(__global float *terms, __global const float *a,
                        __global const float *b, const int C, const int first,
                        const int second, const int rows)
{
    for (int r = 0; r < rows; r++, a += STRIDE, terms += TERMS) {
        const float2 share = distance_share(a, b ? b + r * STRIDE : a, C, b != 0, 0, 1);
        if (first >= 0)
            terms[first] = share.x;
        if (second >= 0)
            terms[second] = share.y;
    }
}

/* CE(l, 1) of each row: log(1 + exp(-l)). */
static void sigma(__global float *terms, __global const float *logits, const int which,
                  const int rows)
{
    for (int first = 0; first < rows; first += VECTOR) {
        const int n = min(VECTOR, rows - first);
        float part[VECTOR];
        for (int r = 0; r < VECTOR; r++)
            part[r] = r < n ? logits[(first + r) * STRIDE] : 0.0f;
        const FLOATV l = LOADV(0, part);
        STOREV(fmax(-l, (FLOATV)(0.0f)) + log1p(exp(-fabs(l))), 0, part);
        for (int r = 0; r < n; r++)
            terms[(first + r) * TERMS + which] = part[r];
    }
}

static void evidence(__global float *y, __global const float *a, __global const float *b,
                     const int F, __global const float *mean)
{
    for (int r = 0; r < BLOCK; r++, y += STRIDE, a += STRIDE, b += STRIDE)
        for (int j = 0; j < F; j++) {
            y[j] = a[j] - mean[j];
            y[F + j] = (a[j] - b[j]) - mean[F + j];
        }
}

/* y = x, (SPAN, C), and nothing beside it. */
static void copy(__global float *restrict y, __global const float *restrict x, const int C)
{
    for (int r = 0; r < SPAN * STRIDE; r += STRIDE)
        for (int j = 0; j < C; j += VECTOR)
            store(LOADV(0, x + r + j), y + r + j, C - j);
}

/* Load rows of `state` (n, C), contiguous; rows past the last are 0. */
static void load(__global float *restrict y, __global const float *state, const int C,
                 const int rows)
{
    for (int r = 0; r < SPAN; r++, y += STRIDE)
        for (int j = 0; j < C; j++)
            y[j] = r < rows ? state[r * C + j] : 0.0f;
}

static void keep(__global float *state, __global const float *restrict x, const int C,
                 const int rows)
{
    for (int r = 0; r < rows; r++, x += STRIDE)
        for (int j = 0; j < C; j++)
            state[r * C + j] = x[j];
}

/* As terms_distance_back.  Whole vectors: columns past C are padding. */
static void distance_back(__global float *restrict d, __global const float *restrict a,
                          __global const float *restrict b, const int C,
                          const float weight, const int act, const float slope,
                          const int add)
{
    for (int r = 0; r < BLOCK; r++, d += STRIDE, a += STRIDE, b += STRIDE)
        for (int j = 0; j < C; j += VECTOR) {
            const FLOATV v = LOADV(0, a + j);
            FLOATV g = pull(v, LOADV(0, b + j), weight) * derivative(v, act, slope, 1.0f, 0);
            if (add)
                g += LOADV(0, d + j);
            STOREG(g, 0, d + j);
        }
}

/* Adam in iteration `turn`, from zero moments in the first.  numbers: 1 - beta1, 1 -
 * beta2, epsilon, rates.  Whole vectors, as above. */
static void adam(__global float *restrict w_row, __global const float *restrict g_row,
                 __global float *restrict m_row, __global float *restrict v_row,
                 const int C, __global const float *restrict numbers, const int turn)
{
    const FLOATV rate = (FLOATV)(numbers[3 + turn]);
    for (int r = 0; r < BLOCK * STRIDE; r += STRIDE)
        for (int j = r; j < r + C; j += VECTOR) {
            FLOATV w = LOADV(0, w_row + j), m = (FLOATV)(0.0f), v = m;
            const FLOATV g = LOADV(0, g_row + j);
            if (turn) {
                m = LOADV(0, m_row + j);
                v = LOADV(0, v_row + j);
            }
            ADAM(w, g, m, v, rate, numbers[0], numbers[1], numbers[2])
            STOREG(w, 0, w_row + j);
            STOREG(m, 0, m_row + j);
            STOREG(v, 0, v_row + j);
        }
}

/* y = f(a, b, c), element by element.  b: NULL if f has no such argument; c: one row for
 * all, or likewise. */
static void function(__global float *restrict y, __global const float *a,
                     __global const float *b, __global const float *c, const int C,
                     const int which)
{
    for (int r = 0; r < SPAN * STRIDE; r += STRIDE)
        for (int j = 0; j < C; j += VECTOR) {
            const FLOATV first = LOADV(0, a + r + j);
            store(function_of(which, first, b ? LOADV(0, b + r + j) : first,
                              c ? LOADV(0, c + j) : first),
                  y + r + j, C - j);
        }
}

/* The number of each of `rows` rows, as density_rows gives it, `apart` floats apart. */
static void density(__global float *to, const int apart, __global const float *x,
                    __global const float *m, __global const float *l, const int C,
                    const int kind, const int rows)
{
    for (int r = 0; r < rows; r++, x += STRIDE, m += STRIDE, l += STRIDE, to += apart) {
        FLOATV sum = (FLOATV)(0.0f);
        for (int j = 0; j < C; j += VECTOR)
            sum += select((FLOATV)(0.0f),
                          density_of(kind, LOADV(0, x + j), LOADV(0, m + j), LOADV(0, l + j)),
                          LANES < (INTV)(C - j));
        to[0] = kind == DENSITY_DISTANCE ? sqrt(total(sum)) : total(sum);
    }
}

/* Prefetch share i of `count` of the next n inputs. */
static void fetch(__global const float *x, const int n, const int i, const int count)
{
    const int share = (n / count / LINE + 1) * LINE;
    for (int j = i * share; j < min((i + 1) * share, n); j += LINE)
        FETCH(x + j);
}

#if TRAIN
#include "rng.h"
#include "cross_entropy.h"
#include "mlp_train.h"
#endif

/* A slot: 2 x its first column, + 1 for the second half of the block. */
#define AT(slot) (own + ((slot) >> 1) + ((slot) & 1) * (ROWS * STRIDE))

/* terms (n, TERMS) of x (n, columns), rows close together.  state: (n, ...) of loads and
 * stores.  steps: (count, MLP_STEP).  numbers: weights and other values that steps refer
 * to.  scratch: (BLOCK, STRIDE) per group.  With TRAIN, parts instead of terms: (groups,
 * part), each group's share of the gradients and losses; loads read rows of state from n
 * on; and only the blocks of rows from .. to.  Groups: any number, of one item, which
 * share the blocks. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void mlp_run(__global float *restrict terms_mem, __global const float *restrict x_mem,
             const int n, const int columns, __global const int *restrict steps,
             const int count, __global const float *restrict numbers,
             __global float *restrict scratch, const float slope, const float limit,
             __global float *restrict state
#if TRAIN
             , __global float *restrict parts, const int part,
             __global const uint *restrict clock, const uint key0, const uint key1,
             const int from, const int to
#endif
)
{
    __global float *own = scratch + (size_t)get_group_id(0) * (BLOCK * STRIDE);
#if TRAIN
    __global float *share = parts + (size_t)get_group_id(0) * (size_t)part;
#else
    const int from = 0, to = n;
#endif
    for (int first = from + (int)get_group_id(0) * SPAN; first < to;
         first += (int)get_num_groups(0) * SPAN) {
        const int rows = min(SPAN, n - first);
        const int next = first + (int)get_num_groups(0) * SPAN;
        __global float *terms = terms_mem + (size_t)first * TERMS;
        for (int i = 0, turn = 0; i < count; i++) {
            __global const int *s = steps + i * MLP_STEP;
            if (!turn && next < to)
                fetch(x_mem + (size_t)next * (size_t)columns, SPAN * columns, i, count);
            switch (s[0]) {
            case MLP_INPUT:
                input(AT(s[1]), x_mem + (size_t)first * (size_t)columns, columns,
                      s[2] < 0 ? 0 : numbers + s[2], limit, rows);
                break;
            case MLP_DENSE:
                dense(AT(s[1]), AT(s[2]), s[3], s[4], numbers + s[5],
                      s[6] < 0 ? 0 : numbers + s[6], s[7], slope, s[8],
                      s[9] < 0 ? 0 : AT(s[9]), s[10], s[11] < 0 ? 0.0f : numbers[s[11]]);
                break;
            case MLP_DISTANCE:
                distance_of(terms, AT(s[1]), s[2] < 0 ? 0 : AT(s[2]), s[3], s[4], s[5],
                            rows);
                break;
            case MLP_SIGMA:
                sigma(terms, AT(s[1]), s[2], rows);
                break;
            case MLP_EVIDENCE:
                evidence(AT(s[1]), AT(s[2]), AT(s[3]), s[4], numbers + s[5]);
                break;
            case MLP_LOAD:
                load(AT(s[1]), state + (size_t)(first + TRAIN * n) * (size_t)s[2], s[2],
                     rows);
                break;
            case MLP_STORE:
                keep(state + (size_t)first * (size_t)s[2], AT(s[1]), s[2], rows);
                break;
            case MLP_DISTANCE_BACK:
                distance_back(AT(s[1]), AT(s[2]), AT(s[3]), s[4], numbers[s[5]], s[6], slope,
                              s[7]);
                break;
            case MLP_SIGMA_BACK:
                for (int r = 0; r < BLOCK; r++)
                    AT(s[1])[r * STRIDE] =
                        -numbers[s[3]] / (1.0f + exp(AT(s[2])[r * STRIDE]));
                break;
            case MLP_ADAM:
                adam(AT(s[1]), AT(s[2]), AT(s[3]), AT(s[4]), s[5], numbers + s[6], turn);
                break;
            case MLP_REPEAT:
                if (++turn < s[2])
                    i = s[1] - 1;
                break;
            case MLP_COPY:
                copy(AT(s[1]), AT(s[2]), s[3]);
                break;
            case MLP_FUNCTION:
                function(AT(s[1]), AT(s[2]), s[3] < 0 ? 0 : AT(s[3]),
                         s[4] < 0 ? 0 : numbers + s[4] + turn * s[5], s[5], s[6]);
                break;
            case MLP_DENSITY:
                density(s[6] < 0 ? terms + s[7] : AT(s[6]) + turn, s[6] < 0 ? TERMS : STRIDE,
                        AT(s[1]), AT(s[2]), AT(s[3]), s[4], s[5], rows);
                break;
            case MLP_AVERAGE:
                for (int r = 0; r < rows; r++)
                    DENSITY_AVERAGE(terms[r * TERMS + s[3]], AT(s[1]) + r * STRIDE, 1, s[2],
                                    s[4])
                break;
#if TRAIN
            case MLP_DROPOUT:
                dropout(AT(s[1]), s[2], numbers[s[3]], numbers[s[3] + 1],
                        first + (s[5] ? n : 0), clock[0], (uint)s[4], key0, key1);
                break;
            case MLP_LOSS:
                loss(AT(s[1]), AT(s[2]), (float)s[3], share + s[4], rows, n,
                     first - from >= (int)get_num_groups(0) * SPAN);
                break;
            case MLP_WEIGHTS:
                weights(share + s[5], share + s[6], AT(s[1]), AT(s[2]), s[3], s[4], s[7],
                        first - from >= (int)get_num_groups(0) * SPAN);
                break;
#endif
            }
        }
    }
}
