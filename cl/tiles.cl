/* Matrix products C (M, N) = op(A) op(B) for GPUs: a group computes a tile of C and loads
 * A and B through local memory, TILE_K deep at a time.
 *
 *   tiles_product  a tile or, if there are few tiles, its sum over a part of K
 *   tiles_finish   the sum of the parts, in order
 *
 * Host side: host/ops/tiles.c.  Test: tests/ops/check_gemm.c, tests/ops/check_conv2d.c.
 * Build macros: TILE_M, TILE_N, TILE_K, a tile; BLOCK_M, BLOCK_N, results of one item;
 * VECTOR, 4, floats of a load; ALIGNED, 1 if all whole vectors of A, B and C lie at
 * multiples of their size; TRANSPOSED_A, 1 if A is stored (K, M); TRANSPOSED_B, 1 if B is
 * stored (N, K); GATHER, 1 if what is stored as A is images, and A the matrix of their
 * patches that patches.cl would write out, with the geometry that patches.h names;
 * STRETCHES, 1 if all of K is for one group, and summed as if each STRETCH of it were a
 * part; EPILOGUE, one of EPILOGUE_*. */
#include "shared.h"

#if !defined(TILE_M) || !defined(TILE_N) || !defined(TILE_K)
#error "tiles.cl: build with -DTILE_M=<rows> -DTILE_N=<columns> -DTILE_K=<depth>"
#endif
#if !defined(BLOCK_M) || !defined(BLOCK_N)
#error "tiles.cl: build with -DBLOCK_M=<rows of an item> -DBLOCK_N=<columns of an item>"
#endif
#if VECTOR != 4 || !defined(ALIGNED)
#error "tiles.cl: build with -DVECTOR=4 -DALIGNED=<0 or 1>"
#endif
#if !defined(TRANSPOSED_A) || !defined(TRANSPOSED_B)
#error "tiles.cl: build with -DTRANSPOSED_A=<0 or 1> -DTRANSPOSED_B=<0 or 1>"
#endif
#if !defined(GATHER) || !defined(STRETCHES)
#error "tiles.cl: build with -DGATHER=<0 or 1> -DSTRETCHES=<0 or 1>"
#endif
#if GATHER
#include "patches.h"
#endif

/* Start of row `row` of C and y; with patches, rows of an image are contiguous and images
 * ld floats apart. */
#if GATHER && !TRANSPOSED_A
#define ROW(row, ld) ((row) / SMALL * (ld) + (row) % SMALL * N)
#else
#define ROW(row, ld) ((row) * (ld))
#endif

#include "rng.h"
#include "vector.h"
#include "epilogue.h"
#include "derivative.h"
#include "end.h"

#define ITEMS_N (TILE_N / BLOCK_N)
#define ITEMS (TILE_M / BLOCK_M * ITEMS_N)
#define VECTORS (BLOCK_N / VECTOR)
/* Vectors per item of a tile of this width. */
#define LOADS(size) ((size) * TILE_K / VECTOR / ITEMS)
/* Row length of tiles in local memory, padded so that writes down a column hit different
 * banks. */
#define LDA (TILE_M + VECTOR)
#define LDB (TILE_N + VECTOR)
#define FINISH 64
#define STRETCH 320

#if ALIGNED
#define LOADA(p) (*(__global const FLOATV *)(p))
#else
#define LOADA(p) LOADV(0, p)
#endif

/* Store the first n of the elements of v. */
static inline void put(const FLOATV v, __global float *c, const int n)
{
#if ALIGNED
    if (n >= VECTOR) {
        *(__global FLOATV *)c = v;
        return;
    }
#endif
    store(v, c, n);
}

/* VECTOR elements of row `row` of a stored matrix (rows, columns), from `column` on; 0
 * outside.  gathered: x is images, the matrix that of their patches. */
static inline FLOATV fetch(__global const float *x, const int ldx, const int row,
                           const int column, const int rows, const int columns,
                           const int gathered)
{
    float part[VECTOR];
    if (row >= rows || column >= columns)
        return (FLOATV)(0.0f);
#if GATHER && IMAGE_C % VECTOR == 0
    if (gathered) {
        const int from = patch_at(row, column, ldx);
        return from < 0 ? (FLOATV)(0.0f) : LOADA(x + from);
    }
#elif GATHER
    if (gathered) {
#pragma unroll
        for (int e = 0; e < VECTOR; e++) {
            const int from = column + e < columns ? patch_at(row, column + e, ldx) : -1;
            part[e] = from < 0 ? 0.0f : x[from];
        }
        return LOADV(0, part);
    }
#endif
    if (column + VECTOR <= columns)
        return LOADA(x + row * ldx + column);
#pragma unroll
    for (int e = 0; e < VECTOR; e++)
        part[e] = column + e < columns ? x[row * ldx + column + e] : 0.0f;
    return LOADV(0, part);
}

/* Load this item's part of an operand's tile, from k0 on: (k, i) is element (k0 + k,
 * first + i), 0 from `end` and `limit` on.  Memory neighbours differ in k if by_k is set,
 * else in i.  size: number of i. */
static inline void take(FLOATV *next, __global const float *x, const int ldx,
                        const int by_k, const int first, const int limit, const int size,
                        const int k0, const int end, const int gathered)
{
    const int across = by_k ? TILE_K : size;
#pragma unroll
    for (int l = 0; l < LOADS(size); l++) {
        const int at = ((int)get_local_id(0) + l * ITEMS) * VECTOR;
        const int i = at / across, j = at % across;
        next[l] = fetch(x, ldx, i + (by_k ? first : k0), j + (by_k ? k0 : first),
                        by_k ? limit : end, by_k ? end : limit, gathered);
    }
}

/* Store it to tile[k * ld + i]. */
static inline void place(__local float *tile, const int ld, const int by_k, const int size,
                         const FLOATV *next)
{
    const int across = by_k ? TILE_K : size;
#pragma unroll
    for (int l = 0; l < LOADS(size); l++) {
        const int at = ((int)get_local_id(0) + l * ITEMS) * VECTOR;
        const int i = at / across, j = at % across;
        if (!by_k) {
            *(__local FLOATV *)(tile + i * ld + j) = next[l];
            continue;
        }
        tile[j * ld + i] = next[l].x;
        tile[(j + 1) * ld + i] = next[l].y;
        tile[(j + 2) * ld + i] = next[l].z;
        tile[(j + 3) * ld + i] = next[l].w;
    }
}

/* BLOCK_M elements of a column of a tile of A. */
static inline void column_of(float *a, __local const float *tile)
{
#pragma unroll
    for (int i = 0; i < BLOCK_M; i += BLOCK_M % VECTOR ? 1 : VECTOR) {
#if BLOCK_M % VECTOR
        a[i] = tile[i];
#else
        const FLOATV v = *(__local const FLOATV *)(tile + i);
        a[i] = v.x;
        a[i + 1] = v.y;
        a[i + 2] = v.z;
        a[i + 3] = v.w;
#endif
    }
}

/* Part `p` of `parts` covers `depth` of K from p * depth on and writes to C + p `next`
 * floats (likewise the sums).  Groups: ceil(M / TILE_M) * parts by ceil(N / TILE_N), of
 * ITEMS items. */
__kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void tiles_product(__global float *restrict c_mem, const int c_at, const int ldc,
                   __global const float *restrict a_mem, const int a_at, const int lda,
                   __global const float *restrict b_mem, const int b_at, const int ldb,
                   const int M, const int N, const int K, const int parts, const int depth,
                   const int next END_PARAMETERS)
{
    __local FLOATV a_tile[TILE_K * LDA / VECTOR], b_tile[TILE_K * LDB / VECTOR];
    const int part = (int)get_group_id(0) % parts;
    const int m0 = (int)get_group_id(0) / parts * TILE_M;
    const int n0 = (int)get_group_id(1) * TILE_N;
    const int item_m = (int)get_local_id(0) / ITEMS_N * BLOCK_M;
    const int item_n = (int)get_local_id(0) % ITEMS_N;
    const int begin = part * depth, end = min(begin + depth, K);
    FLOATV sum[BLOCK_M][VECTORS];

#pragma unroll
    for (int i = 0; i < BLOCK_M; i++)
#pragma unroll
        for (int v = 0; v < VECTORS; v++)
            sum[i][v] = (FLOATV)(0.0f);
#if EPILOGUE == EPILOGUE_SUMS
    FLOATV columns[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        columns[v] = (FLOATV)(0.0f);
#endif
#if STRETCHES
    FLOATV total[BLOCK_M][VECTORS];
#pragma unroll
    for (int i = 0; i < BLOCK_M; i++)
#pragma unroll
        for (int v = 0; v < VECTORS; v++)
            total[i][v] = (FLOATV)(0.0f);
#else
#define total sum
#endif
    FLOATV next_a[LOADS(TILE_M)], next_b[LOADS(TILE_N)]; /* in flight */
    take(next_a, a_mem + a_at, lda, !TRANSPOSED_A, m0, M, TILE_M, begin, end, GATHER);
    take(next_b, b_mem + b_at, ldb, TRANSPOSED_B, n0, N, TILE_N, begin, end, 0);
    for (int k0 = begin; k0 < end; k0 += TILE_K) {
        barrier(CLK_LOCAL_MEM_FENCE);
        place((__local float *)a_tile, LDA, !TRANSPOSED_A, TILE_M, next_a);
        place((__local float *)b_tile, LDB, TRANSPOSED_B, TILE_N, next_b);
        barrier(CLK_LOCAL_MEM_FENCE);
        if (k0 + TILE_K < end) {
            take(next_a, a_mem + a_at, lda, !TRANSPOSED_A, m0, M, TILE_M, k0 + TILE_K, end,
                 GATHER);
            take(next_b, b_mem + b_at, ldb, TRANSPOSED_B, n0, N, TILE_N, k0 + TILE_K, end, 0);
        }
#pragma unroll
        for (int k = 0; k < TILE_K; k++) {
            float a[BLOCK_M];
            FLOATV b[VECTORS];
            column_of(a, (__local const float *)a_tile + k * LDA + item_m);
#pragma unroll
            for (int v = 0; v < VECTORS; v++)
                b[v] = b_tile[k * (LDB / VECTOR) + v * ITEMS_N + item_n];
#if EPILOGUE == EPILOGUE_SUMS
#pragma unroll
            for (int v = 0; v < VECTORS; v++)
                columns[v] += b[v];
#endif
#pragma unroll
            for (int i = 0; i < BLOCK_M; i++)
#pragma unroll
                for (int v = 0; v < VECTORS; v++)
                    sum[i][v] = fma((FLOATV)(a[i]), b[v], sum[i][v]);
        }
#if STRETCHES
        if ((k0 + TILE_K) % STRETCH == 0 || k0 + TILE_K >= end) {
#pragma unroll
            for (int i = 0; i < BLOCK_M; i++)
#pragma unroll
                for (int v = 0; v < VECTORS; v++) {
                    total[i][v] += sum[i][v];
                    sum[i][v] = (FLOATV)(0.0f);
                }
        }
#endif
    }

    __global float *c = c_mem + c_at + part * next;
#pragma unroll
    for (int v = 0; v < VECTORS; v++) {
        const int column = n0 + (v * ITEMS_N + item_n) * VECTOR;
#pragma unroll
        for (int i = 0; i < BLOCK_M; i++) {
            const int row = m0 + item_m + i;
            if (row < M && column < N)
                put(END(total[i][v], row, column), c + ROW(row, ldc) + column, N - column);
        }
#if EPILOGUE == EPILOGUE_SUMS
        if (m0 == 0 && item_m == 0 && column < N)
            store(columns[v], sums_mem + sums_at + part * next + column, N - column);
#endif
    }
}

/* C = the sum of `parts` matrices (M, N) that are `next` floats apart, with its epilogue;
 * sums are one more row of each.  Groups: ceil(rows * ceil(N / VECTOR) / FINISH) of
 * FINISH items. */
__kernel __attribute__((reqd_work_group_size(FINISH, 1, 1)))
void tiles_finish(__global float *restrict c_mem, const int c_at, const int ldc,
                  __global const float *restrict part_mem, const int part_at,
                  const int M, const int N, const int parts, const int next END_PARAMETERS)
{
    const int across = (N + VECTOR - 1) / VECTOR;
    const int row = (int)get_global_id(0) / across;
    const int column = (int)get_global_id(0) % across * VECTOR;
    if (row >= M + (EPILOGUE == EPILOGUE_SUMS))
        return;
    FLOATV sum = (FLOATV)(0.0f);
    for (int p = 0; p < parts; p++)
        sum += LOADV(0, part_mem + part_at + p * next + row * N + column);
#if EPILOGUE == EPILOGUE_SUMS
    if (row == M) {
        store(sum, sums_mem + sums_at + column, N - column);
        return;
    }
#endif
    store(END(sum, row, column), c_mem + c_at + ROW(row, ldc) + column, N - column);
}
