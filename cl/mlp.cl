/* A whole score in one launch, for CPU devices: one work-item takes a block of rows through
 * a list of steps - dense layers, the terms of the score, for AnoGAN's search the way back
 * and Adam, over and over - and all that lies between stays in its cache.
 *
 * Host side: host/op_mlp.c, which also gives the layout of the steps.  Test:
 * tests/check_mlp.c; the twin is the same score launch by launch (gemm.cl, terms.cl).
 * Build macros: VECTOR, floats in a vector (8 or 16); ROWS, rows in registers. */
#include "shared.h"

#ifndef VECTOR
#error "mlp.cl: build with -DVECTOR=<8 or 16>"
#endif
#ifndef ROWS
#error "mlp.cl: build with -DROWS=<rows of a register block>"
#endif

#include "vector.h"
#include "distance.h"
#include "derivative.h"
#include "adam.h"

#define BLOCK (2 * ROWS) /* rows that a work-item takes at once */

/* x = clip((f(x) - offset) * scale) for `rows` rows of C columns, as pointwise_scale has
 * it; the rest of the block is 0.  x: (n, C), its rows close together.  fit: (3, C), or
 * NULL to take x as it is. */
static void input(__global float *restrict y, const int ldy, __global const float *x,
                  const int C, __global const float *fit, const float limit, const int rows)
{
    for (int r = 0; r < rows; r++, x += C, y += ldy) {
        int j = 0;
        for (; j + VECTOR <= C; j += VECTOR) {
            FLOATV v = LOADV(0, x + j);
            if (fit) {
                const FLOATV logarithm = LOADV(0, fit + 2 * C + j);
                if (any(logarithm != (FLOATV)(0.0f)))
                    v = select(v, copysign(log1p(fabs(v)), v), logarithm != (FLOATV)(0.0f));
                v = (v - LOADV(0, fit + j)) * LOADV(0, fit + C + j);
                v = select(v, (FLOATV)(limit), v > (FLOATV)(limit));
                v = select(v, (FLOATV)(-limit), v < (FLOATV)(-limit));
            }
            STOREV(v, 0, y + j);
        }
        for (; j < C; j++) {
            float v = x[j];
            if (fit) {
                if (fit[2 * C + j] != 0.0f)
                    v = copysign(log1p(fabs(v)), v);
                v = (v - fit[j]) * fit[C + j];
                v = v > limit ? limit : v < -limit ? -limit : v;
            }
            y[j] = v;
        }
    }
    for (int r = rows; r < BLOCK; r++, y += ldy)
        for (int j = 0; j < C; j++)
            y[j] = 0.0f;
}

/* y = act(x W + bias) for a block of rows.  x: (BLOCK, I).  W: (I, O) in panels, its last
 * one filled up with zeros, which y has room for.  bias: as wide, or NULL.  triangular: W
 * is 0 below its diagonal.  With `below`, (BLOCK, O), a way back: y = x W act'(below). */
static void dense(__global float *restrict y, const int ldy, __global const float *restrict x,
                  const int ldx, const int I, const int O, __global const float *restrict w,
                  __global const float *bias, const int act, const float slope,
                  const int triangular, __global const float *restrict below,
                  const int ldbelow)
{
    for (int j = 0; j < O; j += PANEL, w += I * PANEL) {
        const int K = triangular ? min(I, j + PANEL) : I;
        FLOATV bias0 = (FLOATV)(0.0f), bias1 = (FLOATV)(0.0f);
        if (bias) {
            bias0 = LOADV(0, bias + j);
            bias1 = LOADV(1, bias + j);
        }
        for (int half_block = 0; half_block < BLOCK; half_block += ROWS) {
            __global const float *a = x + half_block * ldx, *b = w;
            __global float *c = y + half_block * ldy + j;
            FLOATV left[ROWS], right[ROWS];
#pragma unroll
            for (int r = 0; r < ROWS; r++)
                left[r] = right[r] = (FLOATV)(0.0f);
            for (int k = 0; k < K; k++, b += PANEL) {
                const FLOATV b0 = LOADV(0, b), b1 = LOADV(1, b);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    const FLOATV v = (FLOATV)(a[r * ldx + k]);
                    left[r] = fma(v, b0, left[r]);
                    right[r] = fma(v, b1, right[r]);
                }
            }
            if (below) {
                __global const float *out = below + half_block * ldbelow + j;
#pragma unroll
                for (int r = 0; r < ROWS; r++, out += ldbelow) {
                    STOREV(left[r] * derivative(LOADV(0, out), act, slope, 1.0f, 0), 0,
                           c + r * ldy);
                    STOREV(right[r] * derivative(LOADV(1, out), act, slope, 1.0f, 0), 1,
                           c + r * ldy);
                }
                continue;
            }
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                STOREV(activate(left[r] + bias0, act, slope), 0, c + r * ldy);
                STOREV(activate(right[r] + bias1, act, slope), 1, c + r * ldy);
            }
        }
    }
}

/* The terms of terms_distance; ldb 0: b stands for 0. */
static void distance_of(__global float *terms, __global const float *a, const int lda,
                        __global const float *b, const int ldb, const int C,
                        const int first, const int second, const int rows)
{
    for (int r = 0; r < rows; r++, a += lda, b += ldb, terms += TERMS) {
        const float2 share = distance_share(a, b, C, ldb != 0, 0, 1);
        if (first >= 0)
            terms[first] = share.x;
        if (second >= 0)
            terms[second] = share.y;
    }
}

static void evidence(__global float *y, const int ldy, __global const float *a,
                     const int lda, __global const float *b, const int ldb, const int F,
                     __global const float *mean)
{
    for (int r = 0; r < BLOCK; r++, y += ldy, a += lda, b += ldb)
        for (int j = 0; j < F; j++) {
            y[j] = a[j] - mean[j];
            y[F + j] = (a[j] - b[j]) - mean[F + j];
        }
}

/* Rows of `state` (n, C), close together: those that there are, then 0. */
static void load(__global float *restrict y, const int ldy, __global const float *state,
                 const int C, const int rows)
{
    for (int r = 0; r < BLOCK; r++, y += ldy)
        for (int j = 0; j < C; j++)
            y[j] = r < rows ? state[r * C + j] : 0.0f;
}

static void keep(__global float *state, __global const float *restrict x, const int ldx,
                 const int C, const int rows)
{
    for (int r = 0; r < rows; r++, x += ldx)
        for (int j = 0; j < C; j++)
            state[r * C + j] = x[j];
}

/* As terms_distance_back.  Whole vectors: what is past column C is nobody's. */
static void distance_back(__global float *restrict d, const int ldd,
                          __global const float *restrict a, const int lda,
                          __global const float *restrict b, const int ldb, const int C,
                          const float weight, const int act, const float slope,
                          const int add)
{
    for (int r = 0; r < BLOCK; r++, d += ldd, a += lda, b += ldb)
        for (int j = 0; j < C; j += VECTOR) {
            const FLOATV v = LOADV(0, a + j);
            FLOATV g = pull(v, LOADV(0, b + j), weight) * derivative(v, act, slope, 1.0f, 0);
            if (add)
                g += LOADV(0, d + j);
            STOREV(g, 0, d + j);
        }
}

/* Adam in turn `turn`, from zero moments in the first.  numbers: 1 - beta1, 1 - beta2,
 * epsilon, rates.  Whole vectors, as above. */
static void adam(__global float *restrict w_row, const int ldw,
                 __global const float *restrict g_row, const int ldg,
                 __global float *restrict m_row, const int ldm,
                 __global float *restrict v_row, const int ldv, const int C,
                 __global const float *restrict numbers, const int turn)
{
    const FLOATV rate = (FLOATV)(numbers[3 + turn]);
    for (int r = 0; r < BLOCK; r++, w_row += ldw, g_row += ldg, m_row += ldm, v_row += ldv)
        for (int j = 0; j < C; j += VECTOR) {
            FLOATV w = LOADV(0, w_row + j), m = (FLOATV)(0.0f), v = m;
            const FLOATV g = LOADV(0, g_row + j);
            if (turn) {
                m = LOADV(0, m_row + j);
                v = LOADV(0, v_row + j);
            }
            ADAM(w, g, m, v, rate, numbers[0], numbers[1], numbers[2])
            STOREV(w, 0, w_row + j);
            STOREV(m, 0, m_row + j);
            STOREV(v, 0, v_row + j);
        }
}

/* terms (n, TERMS) of x (n, columns), rows close together.  state: (n, ...) of loads and
 * stores.  steps: (count, MLP_STEP).
 * numbers: weights and all else that steps point into.  scratch: `area` floats per group.
 * Groups: any number, of one item, which share the blocks. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void mlp_run(__global float *restrict terms_mem, __global const float *restrict x_mem,
             const int n, const int columns, __global const int *restrict steps,
             const int count, __global const float *restrict numbers,
             __global float *restrict scratch, const int area, const float slope,
             const float limit, __global float *restrict state)
{
    __global float *own = scratch + (size_t)get_group_id(0) * (size_t)area;
    for (int first = (int)get_group_id(0) * BLOCK; first < n;
         first += (int)get_num_groups(0) * BLOCK) {
        const int rows = min(BLOCK, n - first);
        __global float *terms = terms_mem + (size_t)first * TERMS;
        for (int i = 0, turn = 0; i < count; i++) {
            __global const int *s = steps + i * MLP_STEP;
            switch (s[0]) {
            case MLP_INPUT:
                input(own + s[1], s[2], x_mem + (size_t)first * (size_t)columns, columns,
                      s[3] < 0 ? 0 : numbers + s[3], limit, rows);
                break;
            case MLP_DENSE:
                dense(own + s[1], s[2], own + s[3], s[4], s[5], s[6], numbers + s[7],
                      s[8] < 0 ? 0 : numbers + s[8], s[9], slope, s[10],
                      s[12] ? own + s[11] : 0, s[12]);
                break;
            case MLP_DISTANCE:
                distance_of(terms, own + s[1], s[2], own + s[3], s[4], s[5], s[6], s[7], rows);
                break;
            case MLP_SIGMA:
                for (int r = 0; r < rows; r++) {
                    const float l = own[s[1] + r * s[2]];
                    terms[r * TERMS + s[3]] = fmax(-l, 0.0f) + log1p(exp(-fabs(l)));
                }
                break;
            case MLP_EVIDENCE:
                evidence(own + s[1], s[2], own + s[3], s[4], own + s[5], s[6], s[7],
                         numbers + s[8]);
                break;
            case MLP_LOAD:
                load(own + s[1], s[2], state + (size_t)first * (size_t)s[3], s[3], rows);
                break;
            case MLP_STORE:
                keep(state + (size_t)first * (size_t)s[3], own + s[1], s[2], s[3], rows);
                break;
            case MLP_DISTANCE_BACK:
                distance_back(own + s[1], s[2], own + s[3], s[4], own + s[5], s[6], s[7],
                              numbers[s[8]], s[9], slope, s[10]);
                break;
            case MLP_SIGMA_BACK:
                for (int r = 0; r < BLOCK; r++)
                    own[s[1] + r * s[2]] = -numbers[s[5]] / (1.0f + exp(own[s[3] + r * s[4]]));
                break;
            case MLP_ADAM:
                adam(own + s[1], s[2], own + s[3], s[4], own + s[5], s[6], own + s[7], s[8],
                     s[9], numbers + s[10], turn);
                break;
            case MLP_REPEAT:
                if (++turn < s[2])
                    i = s[1] - 1;
                break;
            }
        }
    }
}
