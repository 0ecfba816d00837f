/* Tied layers: dense layers that have the kernel of a layer of an earlier network, as it
 * is or transposed.
 *
 * Each has a copy, so that products, packing and folding know nothing of it.  Copies
 * start alike, and in every step all get the same gradient, the sum of their own: then
 * Adam moves them alike, bit for bit. */
#include "tie.h"

#include <stdlib.h>

/* The layer that has the kernel: the first of its network. */
static const egad_net_layer *owner_of(egad_net *const *network, const egad_net_layer *l)
{
    return network[l->owner]->layer;
}

egad_status egad_tie_check(egad_net *const *network, size_t n)
{
    egad_status status = EGAD_OK;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < network[k]->n; i++) {
            const egad_net_layer *l = &network[k]->layer[i];
            const int turned = l->transposes;
            if (l->owner < 0)
                continue;
            const egad_net_layer *o = (size_t)l->owner < k ? owner_of(network, l) : NULL;
            if (!o || o->row.op != OP_DENSE || o->row.kernel ||
                o->I != (turned ? l->O : l->I) || o->O != (turned ? l->I : l->O))
                FAIL(ARGUMENT,
                     "network %s: layer %s has the kernel of network %d, which is no "
                     "earlier one whose first layer is dense, with a kernel of its own, "
                     "of %zu x %zu",
                     network[k]->name, l->name, l->owner, turned ? l->O : l->I,
                     turned ? l->I : l->O);
        }
done:
    return status;
}

/* to's kernel of layer l = that of from's first layer. */
static egad_status copy_one(egad_device *device, egad_tensor to, const egad_net_layer *l,
                            egad_tensor from, const egad_net_layer *owner)
{
    egad_status status = EGAD_OK;
    float *in = NULL, *out = NULL;
    const int turned = l->transposes;
    NEW(in, owner->weights);
    NEW(out, owner->weights);
    TRY(egad_tensor_read(device, egad_net_view(from, owner->kernel, owner->weights), in));
    for (size_t i = 0; i < l->I; i++)
        for (size_t j = 0; j < l->O; j++)
            out[i * l->O + j] = in[turned ? j * l->I + i : i * l->O + j];
    TRY(egad_tensor_write(device, egad_net_view(to, l->kernel, l->weights), out));
done:
    free(in);
    free(out);
    return status;
}

egad_status egad_tie_copy(egad_net *const *network, size_t n, egad_device *device)
{
    egad_status status = EGAD_OK;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < network[k]->n; i++) {
            const egad_net_layer *l = &network[k]->layer[i];
            if (l->owner < 0)
                continue;
            const egad_net *from = network[l->owner], *to = network[k];
            TRY(copy_one(device, to->w, l, from->w, from->layer));
            TRY(copy_one(device, to->ema, l, from->ema, from->layer));
            TRY(copy_one(device, to->m, l, from->m, from->layer));
            TRY(copy_one(device, to->v, l, from->v, from->layer));
        }
done:
    return status;
}

/* to = the kernel's gradient `from`, transposed for one that is. */
static egad_status pass_on(egad_plan *plan, const egad_net_layer *l, const char *label,
                           egad_tensor to, egad_tensor from, int add)
{
    if (l->transposes)
        return egad_pointwise_transpose(plan, label, to, from, add);
    return add ? egad_pointwise_add(plan, label, to, from)
               : egad_plan_copy(plan, label, to, from);
}

egad_status egad_tie_gradients(egad_net *const *network, size_t n, unsigned moves,
                               egad_plan *plan)
{
    egad_status status = EGAD_OK;
    for (int back = 0; back < 2; back++) /* all sums first */
        for (size_t k = 0; k < n; k++)
            for (size_t i = 0; (moves >> k & 1u) && i < network[k]->n; i++) {
                const egad_net_layer *l = &network[k]->layer[i];
                if (l->owner < 0)
                    continue;
                const egad_tensor own = egad_net_kernel(l, network[k]->g),
                                  all = egad_net_kernel(owner_of(network, l),
                                                        network[l->owner]->g);
                TRY(pass_on(plan, l, network[k]->name, back ? own : all, back ? all : own,
                            !back));
            }
done:
    return status;
}
