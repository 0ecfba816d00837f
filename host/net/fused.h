/* A section of dense layers as steps of one launch (mlp.c), forward and backward; the
 * counterpart of pass.h. */
#ifndef EGAD_FUSED_H
#define EGAD_FUSED_H

#include "net.h"
#include "ops/mlp.h"

typedef struct {
    const egad_net *net;
    const egad_net_layer *layer;
    size_t n;
    float *w;     /* the network's w, in host memory */
    egad_slot *y; /* by layer, after activation */
} egad_fused;

/* Reserve slots for a section of `net`, whose w has batch normalisation folded in.  The
 * caller may free it once the steps are added. */
egad_status egad_fused_new(egad_fused *fused, egad_mlp *mlp, egad_device *device,
                           const egad_net *net, int section);
void egad_fused_free(egad_fused *fused);

/* Outputs of the widest layer, at least `least`. */
size_t egad_fused_widest(const egad_fused *fused, size_t least);

/* Add the steps of the first n layers. */
egad_status egad_fused_forward(const egad_fused *fused, egad_mlp *mlp, egad_slot x,
                               size_t n);
/* Backward pass: d[0], the gradient before the activation of layer n - 1, becomes the
 * gradient before the activation of the layer below, whose output is y; y no slot: the
 * gradient of the inputs.  Overwrites d[1]. */
egad_status egad_fused_backward(const egad_fused *fused, egad_mlp *mlp, egad_slot d[2],
                                size_t n, egad_slot y, int act);

#endif
