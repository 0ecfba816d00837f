/* Build macros and costs of a product, common to all engines. */
#include "product.h"

#include <stdio.h>

void egad_product_geometry(char out[EGAD_PRODUCT_GEOMETRY], const egad_gather *g)
{
    out[0] = '\0';
    if (g)
        snprintf(out, EGAD_PRODUCT_GEOMETRY,
                 " -DIMAGE_H=%zu -DIMAGE_W=%zu -DIMAGE_C=%zu -DSMALL_H=%zu -DSMALL_W=%zu "
                 "-DSIDE=%zu -DSTEP=%zu -DBEFORE_H=%d -DBEFORE_W=%d",
                 g->H, g->W, g->C, g->h, g->w, g->side, g->step, g->before_h,
                 g->before_w);
}

size_t egad_product_depth(const egad_product *p)
{
    return p->transposed_a ? p->a.n : p->a.c;
}

double egad_product_flops(const egad_product *p)
{
    return 2.0 * (double)p->c.n * (double)p->c.c * (double)egad_product_depth(p);
}

double egad_product_bytes(const egad_product *p)
{
    const egad_gather *g = p->gather;
    const double a = g ? (double)(g->images * g->H * g->W * g->C * sizeof(float))
                       : egad_tensor_bytes(p->a);
    return egad_tensor_bytes(p->c) + a + egad_tensor_bytes(p->b) +
           egad_tensor_bytes(p->bias) + egad_tensor_bytes(p->y) +
           egad_tensor_bytes(p->sums);
}
