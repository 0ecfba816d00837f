/* Describes one matrix product for the engines of gemm.c: its operands, how A is
 * gathered, and its epilogue. */
#ifndef EGAD_PRODUCT_H
#define EGAD_PRODUCT_H

#include "device/plan.h"

/* State of the random numbers: the seed, and the buffer with the current iteration. */
typedef struct {
    cl_mem clock;
    uint64_t seed;
} egad_random;

/* Patches of images as the rows of A: images (H, W, C), patches of side x side pixels at
 * h x w positions `step` apart, with before_h and before_w pixels of padding in front;
 * see cl/patches.cl. */
typedef struct {
    size_t images, H, W, C, h, w, side, step;
    int before_h, before_w;
} egad_gather;

/* C (M, N) = op(A) op(B), then an epilogue of cl/gemm.cl if the engine folds: FORWARD
 * uses bias (N), act, slope, dropout, random, stream; BACKWARD uses y (M, N), act, slope,
 * dropout; SUMS writes sums (N). */
typedef struct {
    const char *label;
    egad_tensor c, a, b;
    int transposed_a, transposed_b;
    const egad_gather *gather; /* or NULL.  For an engine that gathers: `a` holds
                                * images of C channels, `stride` floats apart; so are
                                * the rows of c and y, unless `a` is transposed */
    egad_tensor panels; /* op(B) packed by egad_gemm_pack, or no memory; an engine that
                         * packs requires it if transposed_b */
    enum { PRODUCT_ONLY, PRODUCT_FORWARD, PRODUCT_BACKWARD, PRODUCT_SUMS } epilogue;
    egad_tensor bias, y, sums;
    int act;
    float slope, dropout;
    egad_random random;
    unsigned stream;
} egad_product;

/* Append a launch whose kernel's last arguments are the epilogue's, in the order of
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

/* The build macros of cl/patches.h; those of an empty geometry if g is NULL. */
enum { EGAD_PRODUCT_GEOMETRY = 256 };
void egad_product_geometry(char out[EGAD_PRODUCT_GEOMETRY], const egad_gather *g);

/* K, the depth of the product: columns of op(A) and rows of op(B). */
size_t egad_product_depth(const egad_product *p);

/* Operations of a product, and its compulsory memory traffic in bytes, for profiles. */
double egad_product_flops(const egad_product *p);
double egad_product_bytes(const egad_product *p);

#endif
