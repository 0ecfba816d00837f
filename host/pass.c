/* Forward and backward through one section of a network. */
#include "pass.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out, int gradients,
                          const egad_random *random)
{
    egad_status status = EGAD_OK;
    egad_pass p = { .net = net,
                    .first = net->first[section],
                    .n = net->count[section],
                    .x = x,
                    .borrowed = out.mem != NULL,
                    .dropout = random != NULL };
    assert(x.c == net->layer[p.first].I);
    if (random)
        p.random = *random;
    NEW(p.y, p.n);
    if (gradients)
        NEW(p.dpre, p.n);
    for (size_t i = 0; i < p.n; i++) {
        const size_t O = net->layer[p.first + i].O;
        if (i + 1 == p.n && p.borrowed)
            p.y[i] = out;
        else
            TRY(egad_tensor_new(&p.y[i], device, x.n, O));
        if (gradients)
            TRY(egad_tensor_new(&p.dpre[i], device, x.n, O));
    }
    *pass = p;
    p = (egad_pass){ 0 };
done:
    egad_pass_free(&p);
    return status;
}

void egad_pass_free(egad_pass *pass)
{
    for (size_t i = 0; pass->y && i < pass->n; i++)
        if (!(pass->borrowed && i + 1 == pass->n))
            egad_tensor_free(&pass->y[i]);
    for (size_t i = 0; pass->dpre && i < pass->n; i++)
        egad_tensor_free(&pass->dpre[i]);
    free(pass->y);
    free(pass->dpre);
    *pass = (egad_pass){ 0 };
}

/* What stands behind layer i of a pass. */
static egad_activation activation(const egad_pass *pass, size_t i, unsigned second)
{
    const egad_layer *row = &pass->net->layer[pass->first + i].row;
    return (egad_activation){ .act = row->act,
                              .slope = pass->net->slope,
                              .dropout = pass->dropout ? row->dropout : 0.0f,
                              .random = pass->random,
                              .stream =
                                  STREAM_DROPOUT + (unsigned)(pass->first + i) + second };
}

static const char *label(char *out, size_t size, const egad_net *net, size_t i)
{
    snprintf(out, size, "%s/%s", net->name, net->layer[i].name);
    return out;
}

egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int packed, unsigned second)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    egad_tensor x = pass->x;
    char text[64];
    for (size_t i = 0; i < pass->n; i++) {
        const egad_net_layer *l = &net->layer[pass->first + i];
        const egad_activation a = activation(pass, i, second);
        egad_tensor panels = { 0 };
        if (packed && net->panels.mem)
            panels = egad_tensor_view(net->panels, l->panels, 1, 1);
        TRY(egad_dense_forward(plan, label(text, sizeof text, net, pass->first + i),
                               pass->y[i], x, egad_net_kernel(l, flat), panels,
                               egad_net_bias(l, flat), &a));
        x = pass->y[i];
    }
done:
    return status;
}

/* dpre of layer `b` of `below` = dpre of layer `i` of `pass` times w^T (one part of its
 * inputs) times act'(y), for `rows` rows of each. */
static egad_status input_gradient(const egad_pass *pass, size_t i, int part, size_t row,
                                  const egad_pass *below, size_t b, size_t below_row,
                                  size_t rows, egad_plan *plan)
{
    const egad_net *net = pass->net;
    const egad_net_layer *l = &net->layer[pass->first + i];
    const egad_activation a = activation(below, b, 0);
    const size_t first = part ? l->part : 0, n = part ? l->I - l->part : l->part;
    const egad_tensor w = egad_tensor_rows(egad_net_kernel(l, net->w), first, n);
    egad_tensor panels = { 0 };
    char text[64];
    if (net->panels_t.mem)
        panels = egad_tensor_view(net->panels_t, l->panels_t[part], 1, 1);
    return egad_dense_input(plan, label(text, sizeof text, net, pass->first + i),
                            egad_tensor_rows(below->dpre[b], below_row, rows),
                            egad_tensor_rows(pass->dpre[i], row, rows), w, panels,
                            egad_tensor_rows(below->y[b], below_row, rows), &a);
}

egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    char text[64];
    for (size_t i = pass->n; i-- > 0;) {
        const size_t at = pass->first + i;
        const egad_net_layer *l = &net->layer[at];
        const egad_tensor x = i ? pass->y[i - 1] : pass->x;
        if (weights)
            TRY(egad_dense_weights(plan, label(text, sizeof text, net, at),
                                   egad_net_kernel(l, net->g), egad_net_bias(l, net->g),
                                   x, pass->dpre[i]));
        if (i > 0)
            TRY(input_gradient(pass, i, 0, first_row, pass, i - 1, first_row, rows,
                               plan));
    }
done:
    return status;
}

egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan)
{
    return input_gradient(upper, 0, part, first_row, lower, lower->n - 1, lower_row, rows,
                          plan);
}

egad_tensor egad_pass_features(const egad_pass *pass)
{
    size_t i = 0;
    while (i + 1 < pass->n && pass->net->layer[pass->first + i].row.mark != STAR)
        i++;
    assert(pass->net->layer[pass->first + i].row.mark == STAR);
    return pass->y[i];
}

egad_tensor egad_pass_output(const egad_pass *pass)
{
    return pass->y[pass->n - 1];
}
