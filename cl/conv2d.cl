/* Convolutions as implicit matrix products on CPU devices: operands are gathered while
 * loading, without a copy.  One image of a pair is large (H, W, C), the other small (H/S,
 * W/S, O); kernels are (K, K, C, O) and padding is SAME.
 *
 *   conv2d_rows     small from large (a convolution), or large from small (its adjoint, a
 *                   transposed convolution): one work-item keeps ROWS pixels x PANEL
 *                   channels in vector registers and runs once through taps and depth
 *   conv2d_dots     the same for results of few channels: vectors run along the depth
 *   conv2d_weights  the gradient of a kernel: products of pixels of the two images; and
 *                   that of a bias, sums over the pixels of the small one
 *   conv2d_few      the same for a large image of few channels: several taps at a time
 *
 * Host side: host/ops/conv2d.c.  Other devices use patches.cl.  Test:
 * tests/ops/check_conv2d.c.  Build macros: VECTOR, floats in a vector (8 or 16);
 * EPILOGUE, one of EPILOGUE_* of epilogue.h; BLOCK, rows of the kernel that the last two
 * keep in registers.
 *
 * A gather is a table of ints: CONV_* of shared.h, then CONV_PHASE for each phase, then
 * CONV_TAP for each tap.  A phase has the results with coordinates (ph, pw) modulo
 * CONV_OUT_STEP; its result (a, b) reads pixel (a IN_STEP + dh, b IN_STEP + dw) for each
 * tap, 0 outside. */
#include "shared.h"
#include "rng.h"

#ifndef VECTOR
#error "conv2d.cl: build with -DVECTOR=<8 or 16>"
#endif
#ifndef EPILOGUE
#error "conv2d.cl: build with -DEPILOGUE=<EPILOGUE_*>"
#endif
#ifndef BLOCK
#error "conv2d.cl: build with -DBLOCK=<1 to 8>"
#endif

#include "vector.h"
#include "epilogue.h"
#include "derivative.h"

#define ROWS 10   /* pixels of a block of conv2d_rows */
#define PIXELS 16 /* of conv2d_dots */
#define CHUNK 64  /* of conv2d_weights, at a time */
#define DEPTH 64  /* channels of one item of conv2d_weights, */
#define TAPS 16   /* taps, at most, */
#define SUMS ((DEPTH + BLOCK) * PANEL) /* and floats for each of them */
#define AHEAD 12  /* pixels that conv2d_few prefetches */

/* Vectors with an element per pixel of a block, at most 16. */
typedef struct {
    int16 n, h, w; /* pixel (h, w) of image n in the grid of a phase, */
    int16 there;   /* and whether it exists */
} places;

/* i / n for small numbers. */
static int16 over(const int16 i, const int n)
{
    return convert_int16((convert_float16(i) + 0.5f) / (float)n);
}

/* Positions of 16 pixels from `first` on; those past the last of N images are put into
 * it. */
static places place(const int first, const int N, __global const int *restrict g)
{
    const int H = g[CONV_GRID_H], W = g[CONV_GRID_W];
    const int row = first / W, image = row / H;
    const int16 along = (int16)(first - row * W) + LANES16;
    const int16 rows = over(along, W), down = (int16)(row - image * H) + rows;
    const int16 images = over(down, H);
    const places at = { min((int16)(image) + images, (int16)(N - 1)), down - images * H,
                        along - rows * W, (int16)(image) + images < (int16)(N) };
    return at;
}

/* Offset of tap (dh, dw) of each pixel in images with rows `lda` apart; -1: outside. */
static int16 tapped(const places at, const int dh, const int dw, const int lda,
                    __global const int *restrict g)
{
    const int16 y = at.h * g[CONV_IN_STEP] + dh, x = at.w * g[CONV_IN_STEP] + dw;
    const int16 inside = (as_uint16(y) < (uint16)(g[CONV_IN_H]))
                         & (as_uint16(x) < (uint16)(g[CONV_IN_W]));
    return select((int16)(-1), at.n * lda + (y * g[CONV_IN_W] + x) * g[CONV_IN_C], inside);
}

/* Offset of each pixel's result in images with rows `ldc` apart; -1: none. */
static int16 result(const places at, __global const int *restrict phase, const int ldc,
                    __global const int *restrict g)
{
    const int16 y = at.h * g[CONV_OUT_STEP] + phase[CONV_PH];
    const int16 x = at.w * g[CONV_OUT_STEP] + phase[CONV_PW];
    const int16 inside = at.there & (y < (int16)(g[CONV_OUT_H])) & (x < (int16)(g[CONV_OUT_W]));
    return select((int16)(-1), at.n * ldc + (y * g[CONV_OUT_W] + x) * g[CONV_OUT_C], inside);
}

/* c: (N, OUT_H * OUT_W * OUT_C).  a: (N, IN_H * IN_W * IN_C).  Weights of tap t and panel
 * p: element (k, j) at b[t tap + p panel + k ldb + j].  zeros_at: IN_C zeros in g.  Groups:
 * phases * ceil(OUT_C / PANEL) by ceil(N * GRID_H * GRID_W / ROWS), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_rows(__global float *restrict c_mem, const int c_at, const int ldc,
                 __global const float *restrict a_mem, const int a_at, const int lda,
                 __global const float *restrict b_mem, const int b_at, const int ldb,
                 const int tap, const int panel, __global const int *restrict g,
                 const int zeros_at, const int N
#if EPILOGUE == EPILOGUE_FORWARD
                 , __global const float *restrict bias_mem, const int bias_at,
                 const int act, const float slope
#elif EPILOGUE == EPILOGUE_BACKWARD
                 , __global const float *restrict y_mem, const int y_at, const int ldy,
                 const int act, const float slope
#endif
)
{
    const int panels = (g[CONV_OUT_C] + PANEL - 1) / PANEL;
    const int p = (int)get_global_id(0) % panels, j0 = p * PANEL;
    __global const int *phase = g + CONV_PHASES_AT
                                + (int)get_global_id(0) / panels * CONV_PHASE;
    __global const int *t = g + phase[CONV_FIRST_TAP];
    const int m0 = (int)get_global_id(1) * ROWS, depth = g[CONV_IN_C];
    __global const float *zeros = (__global const float *)(g + zeros_at);
    const places at = place(m0, N, g);
    FLOATV left[ROWS], right[ROWS];

#pragma unroll
    for (int r = 0; r < ROWS; r++)
        left[r] = right[r] = (FLOATV)(0.0f);
    for (int i = 0; i < phase[CONV_TAPS]; i++, t += CONV_TAP) {
        __global const float *b = b_mem + b_at + p * panel + t[CONV_KERNEL_TAP] * tap;
        __global const float *a[ROWS];
        int from[16];
        vstore16(tapped(at, t[CONV_DH], t[CONV_DW], lda, g), 0, from);
#pragma unroll
        for (int r = 0; r < ROWS; r++)
            a[r] = from[r] < 0 ? zeros : a_mem + a_at + from[r];
        for (int k = 0; k < depth; k++, b += ldb) {
            const FLOATV b0 = LOADV(0, b), b1 = LOADV(1, b);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                const FLOATV v = (FLOATV)(a[r][k]);
                left[r] = fma(v, b0, left[r]);
                right[r] = fma(v, b1, right[r]);
            }
        }
    }

    /* Loops from here on: code that runs once should be short. */
    FLOATV results[2 * ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        results[2 * r] = left[r];
        results[2 * r + 1] = right[r];
    }
    const int columns = g[CONV_OUT_C] - j0;
    int to[16];
    vstore16(result(at, phase, ldc, g), 0, to);
#if EPILOGUE == EPILOGUE_BACKWARD
    int under[16];
    vstore16(result(at, phase, ldy, g), 0, under);
#endif
#if EPILOGUE == EPILOGUE_FORWARD
    const FLOATV bias0 = LOADV(0, bias_mem + bias_at + j0);
    const FLOATV bias1 = LOADV(1, bias_mem + bias_at + j0);
#endif
#pragma nounroll
    for (int r = 0; r < ROWS; r++)
        if (to[r] >= 0) {
            FLOATV v0 = results[2 * r], v1 = results[2 * r + 1];
            __global float *c = c_mem + c_at + j0 + to[r];
#if EPILOGUE == EPILOGUE_FORWARD
            v0 = activate(v0 + bias0, act, slope);
            v1 = activate(v1 + bias1, act, slope);
#elif EPILOGUE == EPILOGUE_BACKWARD
            __global const float *below = y_mem + y_at + j0 + under[r];
            v0 *= derivative(LOADV(0, below), act, slope, 1.0f, 0);
            v1 *= derivative(LOADV(1, below), act, slope, 1.0f, 0);
#endif
            store(v0, c, columns);
            store(v1, c + VECTOR, columns - VECTOR);
        }
}

/* The same for one channel of the results and PIXELS of them.  w: element k of tap t and
 * channel j at w[(t OUT_C + j) IN_C + k].  Groups: phases * OUT_C by
 * ceil(N * GRID_H * GRID_W / PIXELS), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_dots(__global float *restrict c_mem, const int c_at, const int ldc,
                 __global const float *restrict a_mem, const int a_at, const int lda,
                 __global const float *restrict w_mem, const int w_at,
                 __global const int *restrict g, const int zeros_at, const int N
#if EPILOGUE == EPILOGUE_FORWARD
                 , __global const float *restrict bias_mem, const int bias_at,
                 const int act, const float slope
#elif EPILOGUE == EPILOGUE_BACKWARD
                 , __global const float *restrict y_mem, const int y_at, const int ldy,
                 const int act, const float slope
#endif
)
{
    const int j = (int)get_global_id(0) % g[CONV_OUT_C];
    __global const int *phase = g + CONV_PHASES_AT
                                + (int)get_global_id(0) / g[CONV_OUT_C] * CONV_PHASE;
    __global const int *t = g + phase[CONV_FIRST_TAP];
    const int m0 = (int)get_global_id(1) * PIXELS, depth = g[CONV_IN_C];
    __global const float *zeros = (__global const float *)(g + zeros_at);
    const places at = place(m0, N, g);
    FLOATV sum[PIXELS];

#pragma unroll
    for (int r = 0; r < PIXELS; r++)
        sum[r] = (FLOATV)(0.0f);
    for (int i = 0; i < phase[CONV_TAPS]; i++, t += CONV_TAP) {
        __global const float *b =
            w_mem + w_at + (t[CONV_KERNEL_TAP] * g[CONV_OUT_C] + j) * depth;
        __global const float *a[PIXELS];
        int from[16];
        vstore16(tapped(at, t[CONV_DH], t[CONV_DW], lda, g), 0, from);
#pragma unroll
        for (int r = 0; r < PIXELS; r++)
            a[r] = from[r] < 0 ? zeros : a_mem + a_at + from[r];
        int k = 0;
        for (; k + VECTOR <= depth; k += VECTOR) {
            const FLOATV v = LOADV(0, b + k);
#pragma unroll
            for (int r = 0; r < PIXELS; r++)
                sum[r] = fma(LOADV(0, a[r] + k), v, sum[r]);
        }
        if (k < depth) { /* values past the depth are undefined, possibly NaN */
            const INTV in = LANES < (INTV)(depth - k);
            const FLOATV zero = (FLOATV)(0.0f);
            const FLOATV v = select(zero, LOADV(0, b + k), in);
#pragma unroll
            for (int r = 0; r < PIXELS; r++)
                sum[r] = fma(select(zero, LOADV(0, a[r] + k), in), v, sum[r]);
        }
    }

    int to[16];
    vstore16(result(at, phase, ldc, g), 0, to);
#if EPILOGUE == EPILOGUE_BACKWARD
    int under[16];
    vstore16(result(at, phase, ldy, g), 0, under);
#endif
    for (int r = 0; r < PIXELS; r++)
        if (to[r] >= 0) {
            float v = total(sum[r]);
#if EPILOGUE == EPILOGUE_FORWARD
            v = activate((FLOATV)(v + bias_mem[bias_at + j]), act, slope).s0;
#elif EPILOGUE == EPILOGUE_BACKWARD
            const float below = y_mem[y_at + j + under[r]];
            v *= derivative((FLOATV)(below), act, slope, 1.0f, 0).s0;
#endif
            c_mem[c_at + j + to[r]] = v;
        }
}

#if EPILOGUE == EPILOGUE_NONE
/* Store the first n elements of a row of a panel. */
static void store_both(const FLOATV *row, __global float *to, const int n)
{
    store(row[0], to, n);
    store(row[1], to + VECTOR, n - VECTOR);
}

/* Add the products of `count` pairs of pixels to sums of (channels, PANEL): channels of x
 * at x[from_x[i]], of y at y[from_y[i]]. */
static void add_pairs(float *sums, const int channels, __global const float *restrict x,
                      __global const float *restrict y, const int *from_x,
                      const int *from_y, const int count)
{
    for (int c = 0; c < channels; c += BLOCK) {
        FLOATV left[BLOCK], right[BLOCK];
        float *s = sums + c * PANEL;
#pragma unroll
        for (int r = 0; r < BLOCK; r++) {
            left[r] = LOADV(2 * r, s);
            right[r] = LOADV(2 * r + 1, s);
        }
        for (int i = 0; i < count; i++) {
            const FLOATV y0 = LOADV(0, y + from_y[i]), y1 = LOADV(1, y + from_y[i]);
            __global const float *from = x + (from_x[i] + c);
#pragma unroll
            for (int r = 0; r < BLOCK; r++) {
                const FLOATV v = (FLOATV)(from[r]);
                left[r] = fma(v, y0, left[r]);
                right[r] = fma(v, y1, right[r]);
            }
        }
#pragma unroll
        for (int r = 0; r < BLOCK; r++) {
            STOREV(left[r], 2 * r, s);
            STOREV(right[r], 2 * r + 1, s);
        }
    }
}

/* Add `pixels` rows of a panel, `O` apart, to sum, through a partial sum that limits
 * rounding errors. */
static void add_rows(FLOATV *sum, __global const float *restrict y, const int O,
                     const int pixels)
{
    FLOATV left = (FLOATV)(0.0f), right = (FLOATV)(0.0f);
    for (int i = 0; i < pixels; i++, y += O) {
        left += LOADV(0, y);
        right += LOADV(1, y);
    }
    sum[0] += left;
    sum[1] += right;
}

/* dw[(t IN_C + c) O + j] = sum over results of x at their tap t, channel c, times y at
 * the result, channel j; and if `summed`, sums[j] = sum over results of y.  x: (N, IN_H *
 * IN_W * IN_C).  y: (N, GRID_H * GRID_W * O).  A work-item processes some images tap by
 * tap, while they are in the cache.  Groups: ceil(all taps / taps) * ceil(IN_C / DEPTH)
 * by ceil(O / PANEL), of one item; taps: 1 to TAPS. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_weights(__global float *restrict dw_mem, const int dw_at,
                    __global const float *restrict x_mem, const int x_at, const int ldx,
                    __global const float *restrict y_mem, const int y_at, const int ldy,
                    __global float *restrict sums_mem, const int sums_at, const int summed,
                    __global const int *restrict g, const int taps, const int N, const int O)
{
    const int deep = (g[CONV_IN_C] + DEPTH - 1) / DEPTH;
    const int c0 = (int)get_global_id(0) % deep * DEPTH, j0 = (int)get_global_id(1) * PANEL;
    const int t0 = (int)get_global_id(0) / deep * taps;
    const int channels = min(DEPTH, g[CONV_IN_C] - c0);
    const int end = min(taps, g[CONV_PHASES_AT + CONV_TAPS] - t0);
    __global const int *first = g + g[CONV_PHASES_AT + CONV_FIRST_TAP] + t0 * CONV_TAP;
    const int H = g[CONV_GRID_H];
    const int W = g[CONV_GRID_W];
    const int S = g[CONV_IN_STEP];
    const int images = (CHUNK + H * W - 1) / (H * W);
    float sums[TAPS * SUMS];
    int from_x[CHUNK], from_y[CHUNK];
    FLOATV y_sum[2] = { (FLOATV)(0.0f), (FLOATV)(0.0f) };
    const int totals = summed & (get_global_id(0) == 0);

    for (int i = 0; i < end * SUMS; i++)
        sums[i] = 0.0f;
    for (int n0 = 0; n0 < N; n0 += images) {
        for (int n = n0; n < min(n0 + images, totals ? N : 0); n++)
            add_rows(y_sum, y_mem + y_at + n * ldy + j0, O, H * W);
        for (int k = 0; k < end; k++) {
            const int dh = first[k * CONV_TAP + CONV_DH], dw = first[k * CONV_TAP + CONV_DW];
            /* The range of w with w S + dw inside. */
            const int w0 = dw < 0 ? (S - 1 - dw) / S : 0;
            const int w1 = min(W, (g[CONV_IN_W] - dw + S - 1) / S);
            int count = 0;
            for (int n = n0; n < min(n0 + images, N); n++)
                for (int h = 0; h < H; h++) {
                    const int y = h * S + dh;
                    if ((uint)y >= (uint)g[CONV_IN_H])
                        continue;
                    int xs = x_at + n * ldx + c0
                             + (y * g[CONV_IN_W] + w0 * S + dw) * g[CONV_IN_C];
                    int ys = y_at + n * ldy + (h * W + w0) * O + j0;
                    for (int w = w0; w < w1; w++, xs += S * g[CONV_IN_C], ys += O) {
                        for (int c = 0; c < channels; c += VECTOR)
                            FETCH(x_mem + xs + c);
                        from_x[count] = xs;
                        from_y[count] = ys;
                        if (++count == CHUNK) {
                            add_pairs(sums + k * SUMS, channels, x_mem, y_mem, from_x, from_y,
                                      count);
                            count = 0;
                        }
                    }
                }
            add_pairs(sums + k * SUMS, channels, x_mem, y_mem, from_x, from_y, count);
        }
    }
    if (totals)
        store_both(y_sum, sums_mem + sums_at + j0, O - j0);
    for (int k = 0; k < end; k++)
        for (int c = 0; c < channels; c++) {
            const float *s = sums + k * SUMS + c * PANEL;
            const FLOATV row[2] = { LOADV(0, s), LOADV(1, s) };
            const int tap = first[k * CONV_TAP + CONV_KERNEL_TAP];
            store_both(row, dw_mem + dw_at + (tap * g[CONV_IN_C] + c0 + c) * O + j0, O - j0);
        }
}

/* dw and sums as above; row e of dw is channel e % IN_C of tap e / IN_C.  A work-item reads
 * y once for BLOCK rows.  Groups: ceil(rows / BLOCK) by ceil(O / PANEL), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_few(__global float *restrict dw_mem, const int dw_at,
                __global const float *restrict x_mem, const int x_at, const int ldx,
                __global const float *restrict y_mem, const int y_at, const int ldy,
                __global float *restrict sums_mem, const int sums_at, const int summed,
                __global const int *restrict g, const int rows, const int N, const int O)
{
    const int e0 = (int)get_global_id(0) * BLOCK, j0 = (int)get_global_id(1) * PANEL;
    const int C = g[CONV_IN_C];
    const int S = g[CONV_IN_STEP];
    const int H = g[CONV_GRID_H];
    const int W = g[CONV_GRID_W];
    __global const int *taps = g + g[CONV_PHASES_AT + CONV_FIRST_TAP];
    int dh[BLOCK], dw[BLOCK], from[BLOCK], to[BLOCK];
    int first_h = INT_MAX, last_h = INT_MIN, first_w = INT_MAX, last_w = INT_MIN;
    FLOATV left[BLOCK], right[BLOCK], y_sum[2] = { (FLOATV)(0.0f), (FLOATV)(0.0f) };
    const int totals = summed & (e0 == 0);

#pragma unroll
    for (int r = 0; r < BLOCK; r++) {
        const int e = min(e0 + r, rows - 1); /* rows past the last are not stored */
        __global const int *t = taps + e / C * CONV_TAP;
        dh[r] = t[CONV_DH];
        dw[r] = t[CONV_DW];
        from[r] = (dh[r] * g[CONV_IN_W] + dw[r]) * C + e % C;
        to[r] = t[CONV_KERNEL_TAP] * C + e % C;
        first_h = min(first_h, dh[r]);
        last_h = max(last_h, dh[r]);
        first_w = min(first_w, dw[r]);
        last_w = max(last_w, dw[r]);
        left[r] = right[r] = (FLOATV)(0.0f);
    }
    for (int n = 0; n < N; n++)
        for (int h = 0; h < H; h++) {
            const int whole = (h * S + first_h >= 0) & (h * S + last_h < g[CONV_IN_H]);
            if (totals)
                add_rows(y_sum, y_mem + y_at + n * ldy + h * W * O + j0, O, W);
            for (int w = 0; w < W; w++) {
                __global const float *y = y_mem + (y_at + n * ldy + (h * W + w) * O + j0);
                __global const float *x =
                    x_mem + (x_at + n * ldx + (h * g[CONV_IN_W] + w) * S * C);
                FETCH(y + AHEAD * O);
                FETCH(y + AHEAD * O + VECTOR);
                const FLOATV y0 = LOADV(0, y), y1 = LOADV(1, y);
                float v[BLOCK];
                if (whole & (w * S + first_w >= 0) & (w * S + last_w < g[CONV_IN_W])) {
#pragma unroll
                    for (int r = 0; r < BLOCK; r++)
                        v[r] = x[from[r]];
                } else {
#pragma unroll
                    for (int r = 0; r < BLOCK; r++) {
                        const int inside = (uint)(h * S + dh[r]) < (uint)g[CONV_IN_H]
                                           & (uint)(w * S + dw[r]) < (uint)g[CONV_IN_W];
                        v[r] = inside ? x[from[r]] : 0.0f;
                    }
                }
#pragma unroll
                for (int r = 0; r < BLOCK; r++) {
                    left[r] = fma((FLOATV)(v[r]), y0, left[r]);
                    right[r] = fma((FLOATV)(v[r]), y1, right[r]);
                }
            }
        }
#pragma unroll
    for (int r = 0; r < BLOCK; r++)
        if (e0 + r < rows) {
            const FLOATV row[2] = { left[r], right[r] };
            store_both(row, dw_mem + dw_at + to[r] * O + j0, O - j0);
        }
    if (totals)
        store_both(y_sum, sums_mem + sums_at + j0, O - j0);
}
#endif
