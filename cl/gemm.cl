/* Matrix products C (M, N) = A (M, K) B (K, N), with a dense layer's operations before
 * and after the product folded in.
 *
 *   gemm_rows     for CPU devices: one work-item keeps a block of ROWS x PANEL results in
 *                 vector registers and runs once through K
 *   gemm_pack     B in panels of PANEL columns, so that gemm_rows reads it as one stream
 *   gemm_plain    one work-item per result: the reference for the others
 *
 * Host side: host/ops/gemm.c.  Test: tests/ops/check_gemm.c.  Build macros: VECTOR,
 * floats in a vector (8 or 16); TRANSPOSED_A, 1 if A is stored (K, M); EPILOGUE, one of
 * EPILOGUE_* below.  Rows of A past M and columns of B past N may be read (tensors have
 * slack for it); their results are not stored. */
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
#define CACHED 65536 /* floats of a panel, at most, for two of them in the cache */
#define AHEAD 96     /* prefetch distance in rows, */
#define FETCHED 4    /* rows per prefetch */

#if EPILOGUE == EPILOGUE_FORWARD
/* Dropout of two rows, from `row` on, of a panel that begins at column j0: y (2, PANEL).
 * Drops the same elements as drops() of rng.h, with all four outputs of a counter at
 * once. */
static void drop(FLOATV *y, const int row, const int j0, const float dropout,
                 const uint clock, const uint stream, const uint key0, const uint key1)
{
    const uint limit = (uint)(dropout * 4294967296.0f);
    const FLOATV scale = (FLOATV)(1.0f / (1.0f - dropout));
    const FLOATV zero = (FLOATV)(0.0f);
    FLOATV v[4]; /* left and right half of the upper row, then of the lower */
#pragma unroll
    for (int i = 0; i < 4; i++)
        v[i] = y[i] * scale;
#if VECTOR == 16
    UINTV c0 = AS_UINTV(LANES) + (uint)(j0 / 2), c1 = (UINTV)((uint)row / 2);
    UINTV c2 = (UINTV)(clock), c3 = (UINTV)(stream);
    PHILOXV(key0, key1)
    y[0] = select(v[0], zero, AS_INTV(c0 < (UINTV)(limit)));
    y[1] = select(v[1], zero, AS_INTV(c1 < (UINTV)(limit)));
    y[2] = select(v[2], zero, AS_INTV(c2 < (UINTV)(limit)));
    y[3] = select(v[3], zero, AS_INTV(c3 < (UINTV)(limit)));
#else
    /* A panel of 16 columns is the left or the right half of 32. */
    const int right_half = j0 / 16 % 2;
#pragma unroll
    for (int i = 0; i < 2; i++) {
        UINTV c0 = AS_UINTV(LANES) + (uint)(j0 / 32 * 16 + 8 * i);
        UINTV c1 = (UINTV)((uint)row / 2), c2 = (UINTV)(clock), c3 = (UINTV)(stream);
        PHILOXV(key0, key1)
        const INTV upper = AS_INTV((right_half ? c1 : c0) < (UINTV)(limit));
        const INTV lower = AS_INTV((right_half ? c3 : c2) < (UINTV)(limit));
        y[i] = select(v[i], zero, upper);
        y[2 + i] = select(v[2 + i], zero, lower);
    }
#endif
}
#endif

/* Add the product of the next column of A and row of B to a block of results. */
#if TRANSPOSED_A
#define OF_ROW(r) a[r]
#define NEXT lda
#else
#define OF_ROW(r) a[(r) * lda]
#define NEXT 1
#endif
#define MULTIPLY                                                                         \
    {                                                                                    \
        const FLOATV b0 = LOADV(0, b), b1 = LOADV(1, b);                                 \
        _Pragma("unroll") for (int r = 0; r < ROWS; r++)                                 \
        {                                                                                \
            const FLOATV x = (FLOATV)(OF_ROW(r));                                        \
            left[r] = fma(x, b0, left[r]);                                               \
            right[r] = fma(x, b1, right[r]);                                             \
        }                                                                                \
        a += NEXT;                                                                       \
        b += ldb;                                                                        \
    }

/* A: element (m, k) at a[m * lda + k], or a[k * lda + m] if TRANSPOSED_A.  B: element (k,
 * j) at b[j / PANEL * panel + k * ldb + j % PANEL].  Items process `side` panels of a
 * block of rows, then the next block, then the next panels.  Groups: ceil(M / ROWS) *
 * side by ceil(ceil(N / PANEL) / side), of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_rows(__global float *restrict c_mem, const int c_at, const int ldc,
               __global const float *restrict a_mem, const int a_at, const int lda,
               __global const float *restrict b_mem, const int b_at, const int ldb,
               const int panel, const int side, const int M, const int N, const int K
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
    const int block = (int)get_global_id(0) / side;
    const int p = (int)get_global_id(1) * side + (int)get_global_id(0) % side;
    const int m0 = block * ROWS, j0 = p * PANEL;
    __global const float *b = b_mem + b_at + p * panel;
    FLOATV left[ROWS], right[ROWS];

    if (j0 >= N)
        return;

#pragma unroll
    for (int r = 0; r < ROWS; r++)
        left[r] = right[r] = (FLOATV)(0.0f);
#if TRANSPOSED_A
    __global const float *a = a_mem + a_at + m0;
#else
    __global const float *a = a_mem + a_at + m0 * lda;
#endif
    /* A panel is first read from memory, so it is prefetched: by the blocks of rows of
     * the preceding panel, a share each; or, if two panels exceed the cache, some rows
     * ahead. */
    const int blocks = K * PANEL <= CACHED ? (M + ROWS - 1) / ROWS : 1;
    const int ahead = blocks > 1 ? min(block * ((K + blocks - 1) / blocks), K) : AHEAD;
    __global const float *next = b + (blocks > 1 ? side * panel : 0) + ahead * ldb;
    for (int k = 0; k < K;) {
        const int end = min(k + FETCHED * blocks, K);
#pragma unroll
        for (int r = 0; r < FETCHED; r++, next += ldb) {
            FETCH(next);
            FETCH(next + VECTOR);
        }
        for (; k + FETCHED <= end; k += FETCHED) {
#pragma unroll
            for (int i = 0; i < FETCHED; i++)
                MULTIPLY
        }
        for (; k < end; k++)
            MULTIPLY
    }

#if EPILOGUE == EPILOGUE_SUMS
    if (m0 == 0) {
        FLOATV s0 = (FLOATV)(0.0f), s1 = (FLOATV)(0.0f);
        b = b_mem + b_at + p * panel;
        for (int k = 0; k < K; k++, b += ldb) {
            s0 += LOADV(0, b);
            s1 += LOADV(1, b);
        }
        store(s0, sums_mem + sums_at + j0, N - j0);
        store(s1, sums_mem + sums_at + j0 + VECTOR, N - j0 - VECTOR);
    }
#endif
    /* Loops from here on: code that runs once should be short. */
    FLOATV results[2 * ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        results[2 * r] = left[r];
        results[2 * r + 1] = right[r];
    }
#if EPILOGUE == EPILOGUE_FORWARD
    const FLOATV bias0 = LOADV(0, bias_mem + bias_at + j0);
    const FLOATV bias1 = LOADV(1, bias_mem + bias_at + j0);
#pragma nounroll
    for (int r = 0; r < ROWS; r++) {
        results[2 * r] = activate(results[2 * r] + bias0, act, slope);
        results[2 * r + 1] = activate(results[2 * r + 1] + bias1, act, slope);
    }
    if (dropout > 0.0f)
#pragma nounroll
        for (int r = 0; r < ROWS; r += 2)
            drop(results + 2 * r, m0 + r, j0, dropout, clock[0], stream, key0, key1);
#endif

#pragma nounroll
    for (int r = 0; r < min(ROWS, M - m0); r++) {
        FLOATV v0 = results[2 * r], v1 = results[2 * r + 1];
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

#if EPILOGUE == EPILOGUE_NONE && !TRANSPOSED_A
/* to[k PANEL + j] = from[j ldb + k] of VECTOR x VECTOR elements: each round interleaves
 * the vectors of the upper half with those of the lower half. */
static void turn(__global float *restrict to, __global const float *restrict from,
                 const int ldb)
{
    FLOATV v[VECTOR], dealt[VECTOR];
#pragma unroll
    for (int j = 0; j < VECTOR; j++)
        v[j] = LOADV(0, from + j * ldb);
#pragma unroll
    for (int round = 1; round < VECTOR; round *= 2) {
#pragma unroll
        for (int j = 0; j < VECTOR / 2; j++) {
            dealt[2 * j].even = v[j].lo;
            dealt[2 * j].odd = v[j + VECTOR / 2].lo;
            dealt[2 * j + 1].even = v[j].hi;
            dealt[2 * j + 1].odd = v[j + VECTOR / 2].hi;
        }
#pragma unroll
        for (int j = 0; j < VECTOR; j++)
            v[j] = dealt[j];
    }
#pragma unroll
    for (int k = 0; k < VECTOR; k++)
        stream(v[k], to + k * PANEL, VECTOR);
}

/* Matrices of `table`, five ints each, into panels: first panel of this launch, offset of
 * the source (I, O) in b_mem, I, O, offset of the panels in packed_mem.  Negative I: pack
 * the transpose of (O, I).  Columns past the last are zero.  Groups: as many as there are
 * panels in all, of one item. */
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

    int k0 = 0; /* rows of the panel to write */
    for (; n == PANEL && k0 + VECTOR <= K; k0 += VECTOR)
        if (transposed) {
            turn(to + k0 * PANEL, b + j0 * columns + k0, columns);
            turn(to + k0 * PANEL + VECTOR, b + (j0 + VECTOR) * columns + k0, columns);
        } else {
#pragma unroll
            for (int k = k0; k < k0 + VECTOR; k++) {
                __global const float *row = b + k * columns + j0;
                FETCH(row + VECTOR * columns);
                FETCH(row + VECTOR * columns + VECTOR);
                stream(LOADV(0, row), to + k * PANEL, VECTOR);
                stream(LOADV(1, row), to + k * PANEL + VECTOR, VECTOR);
            }
        }
    for (int j = 0; j < n; j++)
        for (int k = k0; k < K; k++)
            to[k * PANEL + j] = b[transposed ? (j0 + j) * columns + k : k * columns + j0 + j];
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
