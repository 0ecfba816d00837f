/* Adds a section of dense layers to a fused launch. */
#include "fused.h"

#include <stdlib.h>

egad_status egad_fused_new(egad_fused *c, egad_mlp *m, egad_device *device,
                           const egad_net *net, int section)
{
    egad_status status = EGAD_OK;
    c->net = net;
    c->layer = net->layer + net->first[section];
    c->n = net->count[section];
    NEW(c->w, net->w.c);
    TRY(egad_tensor_read(device, net->w, c->w));
    NEW(c->y, c->n);
    for (size_t i = 0; i < c->n; i++)
        c->y[i] = egad_mlp_reserve(m, c->layer[i].O);
done:
    return status;
}

void egad_fused_free(egad_fused *c)
{
    free(c->w);
    free(c->y);
    *c = (egad_fused){ 0 };
}

egad_status egad_fused_forward(const egad_fused *c, egad_mlp *m, egad_slot x, size_t n)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0; i < n; i++) {
        const egad_net_layer *l = &c->layer[i];
        TRY(egad_mlp_dense(m, c->y[i], i ? c->y[i - 1] : x, c->w + l->kernel,
                           c->w + l->bias, l->I, l->O, l->row.act, c->net->slope, 0));
    }
done:
    return status;
}

egad_status egad_fused_backward(const egad_fused *c, egad_mlp *m, egad_slot d[2],
                                size_t n, egad_slot y, int act)
{
    egad_status status = EGAD_OK;
    for (size_t i = n; i-- > 0;) {
        const egad_net_layer *l = &c->layer[i];
        const egad_slot from = d[0];
        TRY(egad_mlp_dense_back(m, d[1], from, c->w + l->kernel, l->I, l->O,
                                i ? c->y[i - 1] : y, i ? c->layer[i - 1].row.act : act,
                                c->net->slope));
        d[0] = d[1];
        d[1] = from;
    }
done:
    return status;
}

size_t egad_fused_widest(const egad_fused *c, size_t most)
{
    for (size_t i = 0; i < c->n; i++)
        most = c->layer[i].O > most ? c->layer[i].O : most;
    return most;
}
