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

#include "device/plan.h"

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
struct egad_product;
egad_status egad_gemm_pick(egad_gemm_engine *engine, egad_device *device,
                           const struct egad_product *p);

/* Does the engine fold an epilogue into the product?  Does it read `panels`? */
int egad_gemm_folds(egad_gemm_engine engine);
int egad_gemm_packs(egad_gemm_engine engine);
/* Does it take A as images? */
int egad_gemm_gathers(egad_gemm_engine engine);

/* What random numbers are drawn with: the seed, and the buffer of the iteration. */
typedef struct {
    cl_mem clock;
    uint64_t seed;
} egad_random;

/* Images (H, W, C) whose patches of side x side pixels, one for each of h x w steps, with
 * padding before, are the rows of A: as cl/patches.cl has them. */
typedef struct {
    size_t images, H, W, C, h, w, side, step;
    int before_h, before_w;
} egad_gather;

/* C (M, N) = op(A) op(B).  For an engine that folds, one of the epilogues of cl/gemm.cl:
 * FORWARD with bias (N), act, slope, dropout, random, stream; BACKWARD with y (M, N),
 * act, slope, dropout; SUMS with sums (N). */
typedef struct egad_product {
    const char *label;
    egad_tensor c, a, b;
    int transposed_a, transposed_b;
    const egad_gather *gather; /* or NULL.  For an engine that gathers: a is of n patches
                                * of c elements, in memory images `stride` apart; so are
                                * the rows of c, and of y, unless a is transposed */
    egad_tensor panels; /* op(B) packed by egad_gemm_pack, or no memory.  An engine that
                         * packs needs it if transposed_b */
    enum { PRODUCT_ONLY, PRODUCT_FORWARD, PRODUCT_BACKWARD, PRODUCT_SUMS } epilogue;
    egad_tensor bias, y, sums;
    int act;
    float slope, dropout;
    egad_random random;
    unsigned stream;
} egad_product;

/* Append a launch of a kernel that ends with the epilogue's arguments, in the order of
 * cl/gemm.cl and cl/end.h. */
#define ADD_ENDED(plan, launch, p, ...)                                                  \
    ((p)->epilogue == PRODUCT_FORWARD                                                    \
         ? ADD(plan, launch, __VA_ARGS__, TENSOR((p)->bias), INT((p)->act),              \
               FLOAT((p)->slope), FLOAT((p)->dropout), MEM((p)->random.clock),           \
               UINT((p)->random.seed), UINT((p)->random.seed >> 32), UINT((p)->stream))  \
     : (p)->epilogue == PRODUCT_BACKWARD                                                 \
         ? ADD(plan, launch, __VA_ARGS__, MATRIX((p)->y), INT((p)->act),                 \
               FLOAT((p)->slope), FLOAT((p)->dropout))                                   \
     : (p)->epilogue == PRODUCT_SUMS ? ADD(plan, launch, __VA_ARGS__, TENSOR((p)->sums)) \
                                     : ADD(plan, launch, __VA_ARGS__))

/* The build macros of cl/patches.h, and of a tile of none. */
enum { EGAD_GEMM_GEOMETRY = 256 };
void egad_gemm_geometry(char out[EGAD_GEMM_GEOMETRY], const egad_gather *g);

/* What a product has to read and write, for profiles. */
double egad_gemm_bytes(const egad_product *p);

/* Append the product to a plan.  An engine that does not fold accepts PRODUCT_ONLY. */
egad_status egad_gemm_append(egad_plan *plan, egad_gemm_engine engine,
                             const egad_product *p);

/* Floats in a vector of the kernels that read panels: two make one. */
size_t egad_gemm_vector(const egad_device *device);
/* How many of them an item of a CPU device takes of each row of a matrix with so many
 * columns, which it goes through row by row: rows are then read as streams. */
size_t egad_gemm_wide(const egad_device *device, size_t columns);

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
