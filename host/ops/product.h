/* One matrix product, as gemm.c hands it to its engines: operands, what is gathered for
 * them, what comes after. */
#ifndef EGAD_PRODUCT_H
#define EGAD_PRODUCT_H

#include "device/plan.h"

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
typedef struct {
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
enum { EGAD_PRODUCT_GEOMETRY = 256 };
void egad_product_geometry(char out[EGAD_PRODUCT_GEOMETRY], const egad_gather *g);

/* K: the columns of op(A), which are the rows of op(B). */
size_t egad_product_depth(const egad_product *p);

/* The operations of a product, and what it has to read and write: for profiles. */
double egad_product_flops(const egad_product *p);
double egad_product_bytes(const egad_product *p);

#endif
