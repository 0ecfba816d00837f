/* Matrix products with what a dense layer has around them, by one of several engines:
 *
 *   rows     own kernel for CPU devices, on packed panels; its default
 *   tiles    own kernel for other devices, by tiles in local memory (tiles.h); their
 *            default
 *   clblast  CLBlast
 *   plain    one work-item per result; what the others are checked against
 *
 * The first two fold bias, activation, dropout and sums in.
 * EGAD_GEMM in the environment names one for all products; else what egad tune has
 * measured (tune.h) comes before the defaults. */
#ifndef EGAD_GEMM_H
#define EGAD_GEMM_H

#include "product.h"

typedef enum {
    EGAD_GEMM_ROWS,
    EGAD_GEMM_TILES,
    EGAD_GEMM_CLBLAST,
    EGAD_GEMM_PLAIN
} egad_gemm_engine;

/* The engine for products on this device; EGAD_ARGUMENT if EGAD_GEMM names none. */
egad_status egad_gemm_choose(egad_gemm_engine *engine, egad_device *device);

/* The engine for one product, of which sizes and what is transposed matter: where nothing
 * is packed, another may be faster than for most. */
egad_status egad_gemm_pick(egad_gemm_engine *engine, egad_device *device,
                           const egad_product *p);

/* Does the engine fold an epilogue into the product?  Does it read `panels`? */
int egad_gemm_folds(egad_gemm_engine engine);
int egad_gemm_packs(egad_gemm_engine engine);
/* Does it take A as images? */
int egad_gemm_gathers(egad_gemm_engine engine);

/* Append the product to a plan.  An engine that does not fold accepts PRODUCT_ONLY. */
egad_status egad_gemm_append(egad_plan *plan, egad_gemm_engine engine,
                             const egad_product *p);

/* Floats that a (K, N) matrix takes in panels. */
size_t egad_gemm_panels(const egad_device *device, size_t K, size_t N);

/* One matrix of a pack: (rows, columns) at `from` of the weights, or its transpose, to
 * `to` of the packed buffer. */
typedef struct {
    size_t from, rows, columns, to;
    int transposed;
} egad_gemm_entry;

/* Append one launch that packs all entries. */
egad_status egad_gemm_pack(egad_plan *plan, const char *label, egad_tensor packed,
                           egad_tensor weights, const egad_gemm_entry *entries, size_t n);

#endif
