/* Matrix products C (M, N) = op(A) op(B) for GPUs: a group computes a tile of C, and moves
 * what it needs of A and B through local memory, TILE_K deep at a time.
 *
 *   tiles_product  a tile, or where there are few of them, its sum over a part of K
 *   tiles_finish   the parts added up in their order
 *
 * Host side: host/tiles.c.  Test: tests/check_tiles.c.
 * Build macros: TILE_M, TILE_N, TILE_K, a tile; BLOCK_M, BLOCK_N, results of one item;
 * VECTOR, floats of a load (1 or 4); TRANSPOSED_A, 1 if A is stored (K, M); TRANSPOSED_B, 1
 * if B is stored (N, K); GATHER, 1 if what is stored as A is images, and A the matrix of
 * their patches that patches.cl would write out; EPILOGUE, one of EPILOGUE_* below.  Of y
 * and bias, columns past N may be read (tensors have slack for it). */
#include "shared.h"
#include "rng.h"

#if !defined(TILE_M) || !defined(TILE_N) || !defined(TILE_K)
#error "tiles.cl: build with -DTILE_M=<rows> -DTILE_N=<columns> -DTILE_K=<depth>"
#endif
#if !defined(BLOCK_M) || !defined(BLOCK_N)
#error "tiles.cl: build with -DBLOCK_M=<rows of an item> -DBLOCK_N=<columns of an item>"
#endif
#ifndef VECTOR
#error "tiles.cl: build with -DVECTOR=<1 or 4>"
#endif
#if !defined(TRANSPOSED_A) || !defined(TRANSPOSED_B)
#error "tiles.cl: build with -DTRANSPOSED_A=<0 or 1> -DTRANSPOSED_B=<0 or 1>"
#endif
#ifndef GATHER
#error "tiles.cl: build with -DGATHER=<0 or 1>"
#endif
#ifndef EPILOGUE
#error "tiles.cl: build with -DEPILOGUE=<EPILOGUE_*>"
#endif

#include "vector.h"
#include "epilogue.h"
#include "derivative.h"

#define ITEMS_N (TILE_N / BLOCK_N)
#define ITEMS (TILE_M / BLOCK_M * ITEMS_N)
#define VECTORS (BLOCK_N / VECTOR)
/* Rows of the tiles in local memory: longer than what they hold, so that writes down a
 * column fall into different banks. */
#define LDA (TILE_M + 1)
#define LDB (TILE_N + VECTOR)
#define FINISH 64

/* What an epilogue has besides the product, and what it makes of VECTOR results. */
#if EPILOGUE == EPILOGUE_FORWARD
#define END_PARAMETERS                                                                   \
    , __global const float *restrict bias_mem, const int bias_at, const int act,         \
        const float slope, const float dropout, __global const uint *restrict clock,     \
        const uint key0, const uint key1, const uint stream
#define END(v, row, column)                                                              \
    forward(v, row, column, bias_mem + bias_at, act, slope, dropout, clock, key0, key1, stream)

static inline FLOATV forward(FLOATV v, const int row, const int column,
                             __global const float *bias, const int act, const float slope,
                             const float dropout, __global const uint *clock,
                             const uint key0, const uint key1, const uint stream)
{
    v = activate(v + LOADV(0, bias + column), act, slope);
    if (dropout > 0.0f) {
        float part[VECTOR];
        STOREV(v, 0, part);
        for (int e = 0; e < VECTOR; e++)
            part[e] = drops(row, column + e, dropout, clock[0], stream, key0, key1)
                          ? 0.0f
                          : part[e] * (1.0f / (1.0f - dropout));
        v = LOADV(0, part);
    }
    return v;
}
#elif EPILOGUE == EPILOGUE_BACKWARD
#define END_PARAMETERS                                                                   \
    , __global const float *restrict y_mem, const int y_at, const int ldy, const int act, \
        const float slope, const float dropout
#define END(v, row, column)                                                              \
    ((v) * derivative(LOADV(0, y_mem + y_at + (row) * ldy + (column)), act, slope,       \
                      1.0f / (1.0f - dropout), dropout > 0.0f))
#elif EPILOGUE == EPILOGUE_SUMS
#define END_PARAMETERS , __global float *restrict sums_mem, const int sums_at
#define END(v, row, column) (v)
#else
#define END_PARAMETERS
#define END(v, row, column) (v)
#endif

/* Images (H, W, C), and patches of side x side pixels, one for each of h x w: as
 * patches_gather has them. */
typedef struct {
    int H, W, C, h, w, side, step, before_h, before_w;
} geometry;
#if GATHER
#define GATHER_PARAMETERS                                                                \
    , const int H, const int W, const int C, const int h, const int w, const int side,   \
        const int step, const int before_h, const int before_w
#define GEOMETRY (geometry){ H, W, C, h, w, side, step, before_h, before_w }
#else
#define GATHER_PARAMETERS
#define GEOMETRY (geometry){ 0 }
#endif

/* Where element (row, column) of the patches of images, ldx floats apart, lies; -1: beside
 * the image. */
static inline int patch_at(const int row, const int column, const int ldx, const geometry g)
{
    const int n = row / (g.h * g.w), i = row / g.w % g.h, j = row % g.w;
    const int tap = column / g.C;
    const int y = i * g.step + tap / g.side - g.before_h;
    const int x = j * g.step + tap % g.side - g.before_w;
    if (y < 0 || y >= g.H || x < 0 || x >= g.W)
        return -1;
    return n * ldx + (y * g.W + x) * g.C + column % g.C;
}

/* Elements (k, i) of an operand into tile[(k - k0) * ld + i - first], for TILE_K of k from
 * k0 on and `size` of i from `first` on; 0 from `end` and `limit` on.  In memory
 * neighbours differ in k where by_k is set, else in i.  gathered: x is images. */
static inline void fetch(__local float *tile, const int ld, __global const float *x,
                         const int ldx, const int by_k, const int first, const int limit,
                         const int size, const int k0, const int end, const int gathered,
                         const geometry g)
{
    const int across = by_k ? TILE_K : size;
    const int rows = by_k ? limit : end, columns = by_k ? end : limit;
    for (int at = (int)get_local_id(0) * VECTOR; at < size * TILE_K; at += ITEMS * VECTOR) {
        const int i = at / across, j = at % across;
        const int row = i + (by_k ? first : k0), column = j + (by_k ? k0 : first);
        float part[VECTOR];
        if (gathered && g.C % VECTOR != 0) {
            for (int e = 0; e < VECTOR; e++) {
                const int from = row < rows && column + e < columns
                                     ? patch_at(row, column + e, ldx, g)
                                     : -1;
                part[e] = from < 0 ? 0.0f : x[from];
            }
        } else if (row < rows && column + VECTOR <= columns) {
            const int from = gathered ? patch_at(row, column, ldx, g) : row * ldx + column;
            STOREV(from < 0 ? (FLOATV)(0.0f) : LOADV(0, x + from), 0, part);
        } else {
            for (int e = 0; e < VECTOR; e++)
                part[e] = !gathered && row < rows && column + e < columns
                              ? x[row * ldx + column + e]
                              : 0.0f;
        }
#pragma unroll
        for (int e = 0; e < VECTOR; e++)
            tile[by_k ? (j + e) * ld + i : i * ld + j + e] = part[e];
    }
}

/* Part `p` of `parts` goes over `depth` of K from p * depth on, and to C `next` floats
 * further on than that before it (likewise the sums).  Groups: ceil(M / TILE_M) * parts by
 * ceil(N / TILE_N), of ITEMS items. */
__kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void tiles_product(__global float *restrict c_mem, const int c_at, const int ldc,
                   __global const float *restrict a_mem, const int a_at, const int lda,
                   __global const float *restrict b_mem, const int b_at, const int ldb,
                   const int M, const int N, const int K, const int parts, const int depth,
                   const int next GATHER_PARAMETERS END_PARAMETERS)
{
    __local float a_tile[TILE_K * LDA];
    __local FLOATV b_tile[TILE_K * LDB / VECTOR];
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
    for (int k0 = begin; k0 < end; k0 += TILE_K) {
        barrier(CLK_LOCAL_MEM_FENCE);
        fetch(a_tile, LDA, a_mem + a_at, lda, !TRANSPOSED_A, m0, M, TILE_M, k0, end,
              GATHER, GEOMETRY);
        fetch((__local float *)b_tile, LDB, b_mem + b_at, ldb, TRANSPOSED_B, n0, N, TILE_N,
              k0, end, 0, (geometry){ 0 });
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int k = 0; k < TILE_K; k++) {
            float a[BLOCK_M];
            FLOATV b[VECTORS];
#pragma unroll
            for (int i = 0; i < BLOCK_M; i++)
                a[i] = a_tile[k * LDA + item_m + i];
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
    }

    __global float *c = c_mem + c_at + part * next;
#pragma unroll
    for (int v = 0; v < VECTORS; v++) {
        const int column = n0 + (v * ITEMS_N + item_n) * VECTOR;
#pragma unroll
        for (int i = 0; i < BLOCK_M; i++) {
            const int row = m0 + item_m + i;
            if (row < M && column < N)
                store(END(sum[i][v], row, column), c + row * ldc + column, N - column);
        }
#if EPILOGUE == EPILOGUE_SUMS
        if (m0 == 0 && item_m == 0 && column < N)
            store(columns[v], sums_mem + sums_at + part * next + column, N - column);
#endif
    }
}

/* C = the sum of `parts` matrices (M, N) that stand `next` floats apart, and its epilogue;
 * with sums, each has them as one more row.  Groups: ceil(rows * ceil(N / VECTOR) / FINISH)
 * of FINISH items. */
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
    store(END(sum, row, column), c_mem + c_at + row * ldc + column, N - column);
}
