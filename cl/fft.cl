/* Convolutions of step 1 as products of transforms.  Planes are (P, Q) arrays of complex
 * numbers, `distance` of them apart, and as a list a matrix (rows, depth).  A plane holds
 * one real image or two: real rows r and r + apart are the real and imaginary parts of
 * plane r.  A product with the transform of a real plane keeps them separate.
 *
 *   fft_place     pixels, or taps of a kernel, into planes, and zeros around them
 *   fft_products  products of transforms, summed over the depth
 *   fft_take      pixels, or taps, out of the planes, with bias, activation, derivative
 *
 * Host side: host/ops/conv2d_fft.c.  Test: tests/ops/check_conv2d.c.  Build macros: WG,
 * items of a group, 1 on CPU devices; VECTOR, floats in a vector, 8 or 16 for
 * fft_products and 1 for the others; EPILOGUE, one of EPILOGUE_* of epilogue.h. */
#include "shared.h"

#ifndef WG
#error "fft.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "fft.cl: build with -DVECTOR=<8 or 16 for fft_products, else 1>"
#endif
#ifndef EPILOGUE
#error "fft.cl: build with -DEPILOGUE=<EPILOGUE_*>"
#endif

#include "vector.h"
#include "derivative.h"
#include "epilogue.h"

#if VECTOR == 1
/* i modulo n, for i from -n to 2 n - 1. */
static int around(const int i, const int n)
{
    return i < 0 ? i + n : i >= n ? i - n : i;
}

/* Plane (p, k), element (u, v): pixel (turn u + shift_h mod P, turn v + shift_w mod Q) of
 * rows p and p + apart of depth k, 0 where that is not within (H, W) or `rows`.  turn is
 * 1 or -1.  apart: 0 for one row in a plane.  x: row r, depth k, pixel (i, j) at x[r row +
 * k deep + i down + j right].  Groups: ceil(depth / WG) by planes of a depth * P. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void fft_place(__global float2 *restrict z, const int first, const int depth,
               const int distance, const int P, const int Q,
               __global const float *restrict x_mem, const int x_at, const int rows,
               const int apart, const int row, const int deep, const int down,
               const int right, const int H, const int W, const int turn,
               const int shift_h, const int shift_w)
{
    const int k = (int)get_global_id(0);
    const int p = (int)get_global_id(1) / P, u = (int)get_global_id(1) % P;
    if (k >= depth)
        return;
    const int i = around(turn * u + shift_h, P), both = apart > 0 && p + apart < rows;
    __global float2 *to =
        z + ((size_t)first + (size_t)p * depth + k) * distance + (size_t)u * Q;
    for (int v = 0; v < Q; v++)
        to[v] = (float2)(0.0f);
    if (i >= H)
        return;
    __global const float *x = x_mem + x_at + (size_t)p * row + (size_t)k * deep
                              + (size_t)i * down;
    __global const float *other = both ? x + (size_t)apart * row : x;
    for (int j = 0; j < W; j++) {
        const float v = x[(size_t)j * right], im = other[(size_t)j * right];
        to[around(turn * (j - shift_w), Q)] = (float2)(v, both ? im : 0.0f);
    }
}

/* Element (i, j) of row a, column b: the plane's at (i + shift_h, j + shift_w), mod P and
 * Q, or 0 outside of lo_h <= i < hi_h, lo_w <= j < hi_w.  apart: planes are pairs of rows
 * that far apart; by_column: 1 if they are pairs of columns.  c: c[a row + b column + i
 * down + j right], and y likewise with y_row.  Groups: ceil(columns / WG) by rows * H. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void fft_take(__global float *restrict c_mem, const int c_at, const int row,
              const int column, const int down, const int right, const int H, const int W,
              __global const float2 *restrict z, const int columns, const int apart,
              const int by_column, const int distance, const int P, const int Q,
              const int shift_h, const int shift_w, const int lo_h, const int hi_h,
              const int lo_w, const int hi_w
#if EPILOGUE == EPILOGUE_FORWARD
              , __global const float *restrict bias_mem, const int bias_at, const int act,
              const float slope
#elif EPILOGUE == EPILOGUE_BACKWARD
              , __global const float *restrict y_mem, const int y_at, const int y_row,
              const int act, const float slope
#endif
)
{
    const int b = (int)get_global_id(0);
    const int a = (int)get_global_id(1) / H, i = (int)get_global_id(1) % H;
    if (b >= columns)
        return;
    const int second = by_column ? b >= apart : a >= apart;
    const size_t plane = by_column ? (size_t)a * apart + (b - second * apart)
                               : (size_t)(a - second * apart) * columns + b;
    const int u = around(i + shift_h, P), inside = i >= lo_h && i < hi_h;
    __global const float2 *from = z + plane * distance + (size_t)u * Q;
    const size_t at = (size_t)b * column + (size_t)i * down;
    __global float *c = c_mem + c_at + (size_t)a * row + at;
#if EPILOGUE == EPILOGUE_FORWARD
    const float bias = bias_mem[bias_at + b];
#elif EPILOGUE == EPILOGUE_BACKWARD
    __global const float *y = y_mem + y_at + (size_t)a * y_row + at;
#endif
    for (int j = 0; j < W; j++) {
        float v = 0.0f;
        if (inside && j >= lo_w && j < hi_w) {
            const float2 complex = from[around(j + shift_w, Q)];
            v = second ? complex.y : complex.x;
        }
#if EPILOGUE == EPILOGUE_FORWARD
        v = activate(v + bias, act, slope);
#elif EPILOGUE == EPILOGUE_BACKWARD
        v *= derivative(y[(size_t)j * right], act, slope, 1.0f, 0);
#endif
        c[(size_t)j * right] = v;
    }
}

#else

#if VECTOR == 16
#define TILE_A 3
#define TILE_B 4
#define REAL(v) (v).s0022446688AACCEE
#define IMAGINARY(v) (v).s1133557799BBDDFF
#define SWAPPED(v) (v).s1032547698BADCFE
#define SIGNS (float16)(-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1)
#else
#define TILE_A 2
#define TILE_B 2
#define REAL(v) (v).s00224466
#define IMAGINARY(v) (v).s11335577
#define SWAPPED(v) (v).s10325476
#define SIGNS (float8)(-1, 1, -1, 1, -1, 1, -1, 1)
#endif

/* Plane (p, q) of r = sum over k of plane (p, k) of a times plane (q, k) of b, element by
 * element.  r: (as, bs) planes.  a: (as, depth), the first of z.  b: (bs, depth), behind
 * them.  distance: a multiple of VECTOR / 2.  Items: 2 distance / VECTOR * ceil(as /
 * TILE_A) * ceil(bs / TILE_B). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void fft_products(__global float *restrict r, __global const float *restrict z,
                  const int as, const int bs, const int depth, const int distance)
{
    const int tiles_b = (bs + TILE_B - 1) / TILE_B;
    const int tiles = (as + TILE_A - 1) / TILE_A * tiles_b;
    const int blocks = 2 * distance / VECTOR;
    const size_t id = get_global_id(0), plane = 2 * (size_t)distance;
#if WG == 1 /* sequentially: all tiles of a block, which fit the cache */
    const int tile = (int)(id % (size_t)tiles);
    const size_t at = id / (size_t)tiles * VECTOR;
#else /* in parallel: neighbours in memory */
    const int tile = (int)(id / (size_t)blocks);
    const size_t at = id % (size_t)blocks * VECTOR;
#endif
    if (id >= (size_t)tiles * (size_t)blocks)
        return;
    const int a0 = tile / tiles_b * TILE_A, b0 = tile % tiles_b * TILE_B;
    __global const float *a[TILE_A], *b[TILE_B];
    FLOATV by_real[TILE_A][TILE_B], by_imaginary[TILE_A][TILE_B];

#pragma unroll
    for (int p = 0; p < TILE_A; p++) {
        a[p] = z + (size_t)min(a0 + p, as - 1) * depth * plane + at;
#pragma unroll
        for (int q = 0; q < TILE_B; q++)
            by_real[p][q] = by_imaginary[p][q] = (FLOATV)(0.0f);
    }
#pragma unroll
    for (int q = 0; q < TILE_B; q++)
        b[q] = z + ((size_t)as + (size_t)min(b0 + q, bs - 1)) * depth * plane + at;
    for (size_t k = 0; k < (size_t)depth * plane; k += plane) {
        FLOATV from[TILE_B];
#pragma unroll
        for (int q = 0; q < TILE_B; q++)
            from[q] = LOADV(0, b[q] + k);
#pragma unroll
        for (int p = 0; p < TILE_A; p++) {
            const FLOATV v = LOADV(0, a[p] + k);
            const FLOATV re = REAL(v), im = IMAGINARY(v);
#pragma unroll
            for (int q = 0; q < TILE_B; q++) {
                by_real[p][q] = fma(re, from[q], by_real[p][q]);
                by_imaginary[p][q] = fma(im, from[q], by_imaginary[p][q]);
            }
        }
    }
#pragma unroll
    for (int p = 0; p < TILE_A; p++)
#pragma unroll
        for (int q = 0; q < TILE_B; q++)
            if (a0 + p < as && b0 + q < bs)
                STOREV(fma(SIGNS, SWAPPED(by_imaginary[p][q]), by_real[p][q]), 0,
                       r + ((size_t)(a0 + p) * bs + (b0 + q)) * plane + at);
}
#endif
