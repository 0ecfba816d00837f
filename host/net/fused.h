/* A section of dense layers as steps of one fused launch (mlp.c), forward and backward:
 * the counterpart of pass.h, which uses one launch per layer. */
#ifndef EGAD_FUSED_H
#define EGAD_FUSED_H

#include "net.h"
#include "ops/mlp.h"

typedef struct {
    const egad_net *net;
    const egad_net_layer *layer;
    size_t n;
    float *w;     /* owned: the network's parameters w on the host */
    egad_slot *y; /* owned: output of each layer, after its activation */
} egad_fused;

/* Reserve slots for a section of `net`, whose batch normalisation must be folded into w.
 * The caller frees `fused` with egad_fused_free, at the earliest after the last step was
 * added. */
egad_status egad_fused_new(egad_fused *fused, egad_mlp *mlp, egad_device *device,
                           const egad_net *net, int section);
void egad_fused_free(egad_fused *fused);

/* Width of the widest layer's output, but at least `least`. */
size_t egad_fused_widest(const egad_fused *fused, size_t least);

/* Add the forward steps of the first n layers on x. */
egad_status egad_fused_forward(const egad_fused *fused, egad_mlp *mlp, egad_slot x,
                               size_t n);
/* Add the backward steps of the first n layers.  On entry d[0] holds the gradient before
 * the activation of layer n - 1; on return, the gradient before activation `act` of the
 * layer below the section, whose output is y (no slot: the gradient of the section's
 * inputs).  d[1] is overwritten. */
egad_status egad_fused_backward(const egad_fused *fused, egad_mlp *mlp, egad_slot d[2],
                                size_t n, egad_slot y, int act);

#endif
