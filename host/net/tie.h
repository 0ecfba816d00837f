/* Tied layers, which have the kernel of another network's first layer (models/model.h).
 */
#ifndef EGAD_TIE_H
#define EGAD_TIE_H

#include "net.h"

/* EGAD_ARGUMENT unless the kernel of each tied layer is one of an earlier of the n
 * networks of a model, and has its shape. */
egad_status egad_tie_check(egad_net *const *network, size_t n);

/* Copy kernels, with averages and moments, to the layers that are tied to them: after
 * those of their owners are set. */
egad_status egad_tie_copy(egad_net *const *network, size_t n, egad_device *device);

/* Append what gives tied kernels and their owners the sum of their gradients, in the
 * networks that a step moves (bits 1u << k): all or none of those that share a kernel. */
egad_status egad_tie_gradients(egad_net *const *network, size_t n, unsigned moves,
                               egad_plan *plan);

#endif
