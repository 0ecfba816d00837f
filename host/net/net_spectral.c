/* Spectral normalisation of a network's marked layers, and the parameters that its passes
 * then read. */
#include "net_inside.h"

#include "ops/spectral.h"

#include <stdio.h>

egad_status egad_net_reserve_applied(egad_net *net, egad_device *device)
{
    egad_status status = EGAD_OK;
    size_t kept = 0;
    for (size_t i = 0; i < net->n; i++) {
        egad_net_layer *l = &net->layer[i];
        l->kept = kept;
        if (egad_net_divides(l))
            kept += SPECTRAL_NUMBERS + l->weights / egad_net_divided_columns(l);
    }
    net->applied = net->w;
    if (!kept)
        return EGAD_OK;
    TRY(egad_tensor_flat(&net->kept, device, kept));
    net->applied = (egad_tensor){ 0 };
    TRY(egad_tensor_flat(&net->applied, device, net->w.c));
done:
    return status;
}

void egad_net_free_applied(egad_net *net)
{
    if (net->kept.mem)
        egad_tensor_free(&net->applied);
    egad_tensor_free(&net->kept);
}

static egad_spectral operator_of(const egad_net *net, const egad_net_layer *l)
{
    const size_t O = egad_net_divided_columns(l), R = l->weights / O;
    return (egad_spectral){ .R = R,
                            .O = O,
                            .w = egad_net_view(net->w, l->kernel, l->weights),
                            .u = egad_net_view(net->moving, l->u, O),
                            .kept =
                                egad_net_view(net->kept, l->kept, SPECTRAL_NUMBERS + R) };
}

static egad_status copy(const egad_net *net, egad_plan *plan, size_t from, size_t to)
{
    if (from == to)
        return EGAD_OK;
    return egad_plan_copy(plan, net->name, egad_net_view(net->applied, from, to - from),
                          egad_net_view(net->w, from, to - from));
}

egad_status egad_net_apply(const egad_net *net, egad_plan *plan)
{
    egad_status status = EGAD_OK;
    size_t at = 0;
    char text[64];
    if (!net->kept.mem)
        return EGAD_OK;
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        if (!egad_net_divides(l))
            continue;
        const egad_spectral s = operator_of(net, l);
        snprintf(text, sizeof text, "%s/%s", net->name, l->name);
        TRY(egad_spectral_forward(plan, text, &s,
                                  egad_net_view(net->applied, l->kernel, l->weights)));
        TRY(copy(net, plan, at, l->kernel));
        at = l->kernel + l->weights;
    }
    TRY(copy(net, plan, at, net->w.c));
done:
    return status;
}

egad_status egad_net_apply_back(const egad_net *net, egad_plan *plan)
{
    egad_status status = EGAD_OK;
    char text[64];
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        if (!egad_net_divides(l))
            continue;
        const egad_spectral s = operator_of(net, l);
        snprintf(text, sizeof text, "%s/%s", net->name, l->name);
        TRY(egad_spectral_backward(plan, text, &s,
                                   egad_net_view(net->g, l->kernel, l->weights)));
    }
done:
    return status;
}
