/* Shared by the files net*.c only. */
#ifndef EGAD_NET_INSIDE_H
#define EGAD_NET_INSIDE_H

#include "net.h"

/* Allocate the packed forms of all kernels and set their offsets. */
egad_status egad_net_reserve_panels(egad_net *net, egad_device *device);
/* Decide whether the first two layers are composed, and allocate the composed kernels. */
egad_status egad_net_reserve_joined(egad_net *net, egad_device *device);

/* 1 if a layer's kernel is divided by its norm, and the columns of that kernel as a
 * matrix. */
static inline int egad_net_divides(const egad_net_layer *layer)
{
    return (layer->row.mark & SN) != 0;
}
static inline size_t egad_net_divided_columns(const egad_net_layer *layer)
{
    return layer->row.op == OP_DENSE ? layer->O : layer->conv.O;
}

/* net_spectral.c: allocate and free `applied` and `kept`. */
egad_status egad_net_reserve_applied(egad_net *net, egad_device *device);
void egad_net_free_applied(egad_net *net);

#endif
