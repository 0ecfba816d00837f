/* Matrix products with an optional epilogue, by one of several engines:
 *
 *   rows     egad's kernel for CPU devices, on packed panels; their default
 *   tiles    egad's kernel for other devices, by tiles in local memory (tiles.h);
 *            their default
 *   clblast  CLBlast
 *   plain    one work-item per result; the reference for the others
 *
 * rows and tiles fold bias, activation, dropout and sums into the product.  The
 * environment variable EGAD_GEMM sets one engine for all products; otherwise measurements
 * of `egad tune` (tune.h) take precedence over the defaults. */
#ifndef EGAD_GEMM_H
#define EGAD_GEMM_H

#include "product.h"

typedef enum {
    EGAD_GEMM_ROWS,
    EGAD_GEMM_TILES,
    EGAD_GEMM_CLBLAST,
    EGAD_GEMM_PLAIN
} egad_gemm_engine;

/* The default engine of this device.  EGAD_ARGUMENT if EGAD_GEMM is not an engine. */
egad_status egad_gemm_choose(egad_gemm_engine *engine, egad_device *device);

/* The engine for one product, by its sizes and transpositions.  Differs from
 * egad_gemm_choose only where nothing is packed and another engine was measured to be
 * faster. */
egad_status egad_gemm_pick(egad_gemm_engine *engine, egad_device *device,
                           const egad_product *p);

/* Whether the engine folds an epilogue into the product; whether it reads `panels`. */
int egad_gemm_folds(egad_gemm_engine engine);
int egad_gemm_packs(egad_gemm_engine engine);
/* Whether it reads A as patches of images (egad_gather). */
int egad_gemm_gathers(egad_gemm_engine engine);

/* Append the product.  An engine that does not fold accepts only PRODUCT_ONLY. */
egad_status egad_gemm_append(egad_plan *plan, egad_gemm_engine engine,
                             const egad_product *p);

/* Size in floats of a (K, N) matrix packed into panels. */
size_t egad_gemm_panels(const egad_device *device, size_t K, size_t N);

/* A matrix to pack: (rows, columns) at offset `from` of the weights, or its transpose, to
 * offset `to` of the packed buffer. */
typedef struct {
    size_t from, rows, columns, to;
    int transposed;
} egad_gemm_entry;

/* Append one launch that packs all entries. */
egad_status egad_gemm_pack(egad_plan *plan, const char *label, egad_tensor packed,
                           egad_tensor weights, const egad_gemm_entry *entries, size_t n);

#endif
