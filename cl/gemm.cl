/* Matrix products C (M, N) = A (M, K) B (K, N), with what comes before and after a product
 * in a dense layer folded in.
 *
 *   gemm_rows     for CPU devices: one work-item keeps a block of ROWS x PANEL results in
 *                 vector registers and runs once through K
 *   gemm_pack     B in panels of PANEL columns, so that gemm_rows reads it as one stream
 *   gemm_plain    one work-item, one result: the twin that the others are checked against
 *
 * Host side: host/gemm.c.  Test: tests/check_gemm.c.
 * Build macros: VECTOR, floats in a vector (8 or 16); TRANSPOSED_A, 1 if A is stored (K,
 * M); EPILOGUE, one of EPILOGUE_* below.  Rows of A past M and columns of B past N may be
 * read (tensors have slack for it); their results are not stored. */
#include "shared.h"
#include "rng.h"

#ifndef VECTOR
#error "gemm.cl: build with -DVECTOR=<8 or 16>"
#endif
#ifndef TRANSPOSED_A
#error "gemm.cl: build with -DTRANSPOSED_A=<0 or 1>"
#endif
#ifndef EPILOGUE
#error "gemm.cl: build with -DEPILOGUE=<EPILOGUE_*>"
#endif

#include "vector.h"
#include "epilogue.h"
#include "derivative.h"

#define ROWS 10
#define BLOCK 64 /* rows of a panel that are packed at a time */

/* A: element (m, k) at a[m * lda + k], or a[k * lda + m] if TRANSPOSED_A.  B: element
 * (k, j) at b[j / PANEL * panel + k * ldb + j % PANEL].  Groups: ceil(M / ROWS) by
 * ceil(N / PANEL), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_rows(__global float *restrict c_mem, const int c_at, const int ldc,
               __global const float *restrict a_mem, const int a_at, const int lda,
               __global const float *restrict b_mem, const int b_at, const int ldb,
               const int panel, const int M, const int N, const int K
#if EPILOGUE == EPILOGUE_FORWARD
               , __global const float *restrict bias_mem, const int bias_at,
               const int act, const float slope, const float dropout,
               __global const uint *restrict clock, const uint key0, const uint key1,
               const uint stream
#elif EPILOGUE == EPILOGUE_BACKWARD
               , __global const float *restrict y_mem, const int y_at, const int ldy,
               const int act, const float slope, const float dropout
#elif EPILOGUE == EPILOGUE_SUMS
               , __global float *restrict sums_mem, const int sums_at
#endif
)
{
    const int m0 = (int)get_global_id(0) * ROWS, j0 = (int)get_global_id(1) * PANEL;
    __global const float *b = b_mem + b_at + (int)get_global_id(1) * panel;
    FLOATV left[ROWS], right[ROWS];

#pragma unroll
    for (int r = 0; r < ROWS; r++)
        left[r] = right[r] = (FLOATV)(0.0f);
#if TRANSPOSED_A
    __global const float *a = a_mem + a_at + m0;
#else
    __global const float *a = a_mem + a_at + m0 * lda;
#endif
    for (int k = 0; k < K; k++) {
        const FLOATV b0 = LOADV(0, b), b1 = LOADV(1, b);
        b += ldb;
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
#if TRANSPOSED_A
            const FLOATV x = (FLOATV)(a[r]);
#else
            const FLOATV x = (FLOATV)(a[r * lda]);
#endif
            left[r] = fma(x, b0, left[r]);
            right[r] = fma(x, b1, right[r]);
        }
#if TRANSPOSED_A
        a += lda;
#else
        a++;
#endif
    }

#if EPILOGUE == EPILOGUE_SUMS
    if (m0 == 0) {
        FLOATV s0 = (FLOATV)(0.0f), s1 = (FLOATV)(0.0f);
        b = b_mem + b_at + (int)get_global_id(1) * panel;
        for (int k = 0; k < K; k++, b += ldb) {
            s0 += LOADV(0, b);
            s1 += LOADV(1, b);
        }
        store(s0, sums_mem + sums_at + j0, N - j0);
        store(s1, sums_mem + sums_at + j0 + VECTOR, N - j0 - VECTOR);
    }
#endif
#if EPILOGUE == EPILOGUE_FORWARD
    const FLOATV bias0 = LOADV(0, bias_mem + bias_at + j0);
    const FLOATV bias1 = LOADV(1, bias_mem + bias_at + j0);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        left[r] = activate(left[r] + bias0, act, slope);
        right[r] = activate(right[r] + bias1, act, slope);
    }
    if (dropout > 0.0f) {
        /* pointwise.cl has the same numbers for the same elements: four outputs of one
         * counter are two rows of 16 + 16 columns. */
        const uint limit = (uint)(dropout * 4294967296.0f);
        const FLOATV scale = (FLOATV)(1.0f / (1.0f - dropout));
        const FLOATV zero = (FLOATV)(0.0f);
#pragma unroll
        for (int r = 0; r < ROWS; r += 2) {
#if VECTOR == 16
            UINTV c0 = AS_UINTV(LANES) + (uint)(j0 / 2), c1 = (UINTV)((uint)(m0 + r) / 2);
            UINTV c2 = (UINTV)(clock[0]), c3 = (UINTV)(stream);
            PHILOXV(key0, key1)
            left[r] = select(left[r] * scale, zero, AS_INTV(c0 < (UINTV)(limit)));
            right[r] = select(right[r] * scale, zero, AS_INTV(c1 < (UINTV)(limit)));
            left[r + 1] = select(left[r + 1] * scale, zero, AS_INTV(c2 < (UINTV)(limit)));
            right[r + 1] = select(right[r + 1] * scale, zero, AS_INTV(c3 < (UINTV)(limit)));
#else
            /* A panel of 16 columns is the left or the right half of 32. */
            const int right_half = j0 / 16 % 2;
            for (int v = 0; v < 2; v++) {
                UINTV c0 = AS_UINTV(LANES) + (uint)(j0 / 32 * 16 + 8 * v);
                UINTV c1 = (UINTV)((uint)(m0 + r) / 2);
                UINTV c2 = (UINTV)(clock[0]), c3 = (UINTV)(stream);
                PHILOXV(key0, key1)
                const INTV upper = AS_INTV((right_half ? c1 : c0) < (UINTV)(limit));
                const INTV lower = AS_INTV((right_half ? c3 : c2) < (UINTV)(limit));
                if (v == 0) {
                    left[r] = select(left[r] * scale, zero, upper);
                    left[r + 1] = select(left[r + 1] * scale, zero, lower);
                } else {
                    right[r] = select(right[r] * scale, zero, upper);
                    right[r + 1] = select(right[r + 1] * scale, zero, lower);
                }
            }
#endif
        }
    }
#endif

#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        if (m0 + r < M) {
            FLOATV v0 = left[r], v1 = right[r];
            __global float *c = c_mem + c_at + (m0 + r) * ldc + j0;
#if EPILOGUE == EPILOGUE_BACKWARD
            __global const float *y = y_mem + y_at + (m0 + r) * ldy + j0;
            const float scale = 1.0f / (1.0f - dropout);
            v0 *= derivative(LOADV(0, y), act, slope, scale, dropout > 0.0f);
            v1 *= derivative(LOADV(1, y), act, slope, scale, dropout > 0.0f);
#endif
            store(v0, c, N - j0);
            store(v1, c + VECTOR, N - j0 - VECTOR);
        }
    }
}

#if EPILOGUE == EPILOGUE_NONE && !TRANSPOSED_A
/* Matrices of `table`, five ints each, into panels: first panel of this launch, offset of
 * the source (I, O) in b_mem, I, O, offset of the panels in packed_mem.  Negative I means
 * that the transpose (O, I) is packed.  Columns past the last are zero.  Groups: as many
 * as there are panels in all, of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_pack(__global float *restrict packed_mem, const int packed_at,
               __global const float *restrict b_mem, const int b_at,
               __global const int *restrict table, const int entries)
{
    const int group = (int)get_global_id(0);
    int e = 0;
    while (e + 1 < entries && table[5 * (e + 1)] <= group)
        e++;
    const int p = group - table[5 * e];
    const int rows = abs(table[5 * e + 2]), columns = table[5 * e + 3];
    const int transposed = table[5 * e + 2] < 0;
    __global const float *b = b_mem + b_at + table[5 * e + 1];
    const int K = transposed ? columns : rows, N = transposed ? rows : columns;
    __global float *to = packed_mem + packed_at + table[5 * e + 4] + p * K * PANEL;
    const int j0 = p * PANEL, n = min(PANEL, N - j0);

    if (transposed) {
        /* By blocks that stay in the cache while they are written column by column. */
        for (int k0 = 0; k0 < K; k0 += BLOCK) {
            const int end = min(k0 + BLOCK, K);
            for (int j = 0; j < n; j++)
                for (int k = k0; k < end; k++)
                    to[k * PANEL + j] = b[(j0 + j) * columns + k];
        }
    } else {
        for (int k = 0; k < K; k++)
            for (int j = 0; j < n; j++)
                to[k * PANEL + j] = b[k * columns + j0 + j];
    }
    for (int j = n; j < PANEL; j++)
        for (int k = 0; k < K; k++)
            to[k * PANEL + j] = 0.0f;
}

/* C = op(A) op(B), both plain matrices; op transposes if its flag is set.  Groups:
 * ceil(M * N / WG) of WG items. */
__kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void gemm_plain(__global float *restrict c_mem, const int c_at, const int ldc,
                __global const float *restrict a_mem, const int a_at, const int lda,
                __global const float *restrict b_mem, const int b_at, const int ldb,
                const int M, const int N, const int K,
                const int transposed_a, const int transposed_b)
{
    const int i = (int)get_global_id(0);
    if (i >= M * N)
        return;
    const int m = i / N, j = i % N;
    float sum = 0.0f;
    for (int k = 0; k < K; k++)
        sum = fma(a_mem[a_at + (transposed_a ? k * lda + m : m * lda + k)],
                  b_mem[b_at + (transposed_b ? j * ldb + k : k * ldb + j)], sum);
    c_mem[c_at + m * ldc + j] = sum;
}
#endif
