/* Forward and backward passes through one section of a network. */
#include "pass.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Allocate the tensors of layer i. */
static egad_status reserve(egad_pass *p, egad_device *device, size_t i, egad_tensor out)
{
    egad_status status = EGAD_OK;
    const egad_net_layer *l = &p->net->layer[p->first + i];
    const size_t N = p->x.n;
    if (i == 0 && p->joins)
        return EGAD_OK;
    if (i + 1 == p->n && p->borrowed)
        p->y[i] = out;
    else
        TRY(egad_tensor_new(&p->y[i], device, N, l->O));
    if (l->row.bn && (p->mode == PASS_MOMENTS || p->mode == PASS_TRAIN)) {
        TRY(egad_tensor_new(&p->h[i], device, N, l->O));
        TRY(egad_tensor_new(&p->stats[i], device, p->groups, 2 * l->channels));
    }
    if (p->mode == PASS_TRAIN || p->mode == PASS_SEARCH)
        TRY(egad_tensor_new(&p->dpre[i], device, N, l->O));
done:
    return status;
}

/* Allocate the tensors of the composed convolution. */
static egad_status reserve_join(egad_pass *p, egad_device *device)
{
    egad_status status = EGAD_OK;
    const egad_conv2d_compose *j = &p->net->join;
    const size_t pixels = j->second.H * j->second.W;
    TRY(egad_tensor_new(&p->unfolded, device, p->x.n, pixels * j->joined.C));
    if (p->mode == PASS_TRAIN)
        TRY(egad_tensor_flat(&p->djoined, device, egad_conv2d_compose_weights(j)));
done:
    return status;
}

egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out,
                          const egad_pass_options *options)
{
    static const egad_pass_options scoring = { .mode = PASS_SCORE };
    egad_status status = EGAD_OK;
    const egad_pass_options *o = options ? options : &scoring;
    egad_pass p = { .net = net,
                    .mode = o->mode,
                    .groups = o->groups ? o->groups : 1,
                    .first = net->first[section],
                    .n = net->count[section],
                    .x = x,
                    .g = net->g,
                    .stream = o->stream,
                    .borrowed = out.mem != NULL,
                    .dropout = o->random != NULL,
                    .joins = o->joins && net->joins && section == 0 };
    assert(x.c == net->layer[p.first].I && x.n % p.groups == 0);
    if (o->random)
        p.random = *o->random;
    NEW(p.y, p.n);
    NEW(p.h, p.n);
    NEW(p.stats, p.n);
    if (p.mode == PASS_TRAIN || p.mode == PASS_SEARCH)
        NEW(p.dpre, p.n);
    for (size_t i = 0; i < p.n; i++)
        TRY(reserve(&p, device, i, out));
    if (p.joins)
        TRY(reserve_join(&p, device));
    const egad_net_layer *bottom = &net->layer[p.first];
    if (p.mode == PASS_TRAIN && bottom->row.op != OP_DENSE && bottom->part < bottom->I)
        TRY(egad_tensor_new(&p.pair, device, x.n, bottom->I));
    *pass = p;
    p = (egad_pass){ 0 };
done:
    egad_pass_free(&p);
    return status;
}

void egad_pass_free(egad_pass *pass)
{
    for (size_t i = 0; pass->stats && i < pass->n; i++) {
        if (!(pass->borrowed && i + 1 == pass->n))
            egad_tensor_free(&pass->y[i]);
        egad_tensor_free(&pass->h[i]);
        egad_tensor_free(&pass->stats[i]);
        if (pass->dpre)
            egad_tensor_free(&pass->dpre[i]);
    }
    egad_tensor_free(&pass->unfolded);
    egad_tensor_free(&pass->djoined);
    egad_tensor_free(&pass->pair);
    free(pass->y);
    free(pass->h);
    free(pass->stats);
    free(pass->dpre);
    *pass = (egad_pass){ 0 };
}

/* The activation and dropout of layer i. */
static egad_activation activation(const egad_pass *pass, size_t i, unsigned second)
{
    const egad_layer *row = &pass->net->layer[pass->first + i].row;
    return (egad_activation){ .act = row->act,
                              .slope = pass->net->slope,
                              .dropout = pass->dropout ? row->dropout : 0.0f,
                              .random = pass->random,
                              .stream = STREAM_DROPOUT + pass->stream +
                                        (unsigned)(pass->first + i) + second };
}

static const char *label(char *out, size_t size, const egad_net *net, size_t i)
{
    snprintf(out, size, "%s/%s", net->name, net->layer[i].name);
    return out;
}

/* A layer's packed kernel, or no memory.  A layer without one may have its offset at the
 * end of the buffer. */
static egad_tensor packed(egad_tensor panels, size_t at)
{
    const egad_tensor none = { 0 };
    return at < panels.c ? egad_tensor_view(panels, at, 1, 1) : none;
}

/* 1 if a layer's product does not take bias, activation and dropout: dropout of pixels,
 * and a bias per map of a dense layer. */
static int ends_apart(const egad_net_layer *l, const egad_activation *a)
{
    return l->row.op == OP_DENSE ? l->channels < l->O : a->dropout > 0.0f;
}

/* y = dropout(act(y + bias)), channel by channel. */
static egad_status end_apart(egad_plan *plan, const char *text, egad_tensor y,
                             egad_tensor bias, const egad_activation *a)
{
    assert(y.stride == y.c);
    y.n *= y.c / bias.c;
    y.c = y.stride = bias.c;
    return egad_pointwise_forward(plan, text, y, bias, a);
}

/* y = act(x times kernel + bias).  For the second of two composed layers, x is
 * `unfolded`. */
static egad_status forward_layer(const egad_pass *pass, egad_plan *plan, const char *text,
                                 size_t i, egad_tensor y, egad_tensor x, egad_tensor flat,
                                 const egad_activation *a)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    const egad_net_layer *l = &net->layer[pass->first + i];
    const egad_tensor w = egad_net_kernel(l, flat), none = { 0 };
    const egad_tensor bias = egad_net_view(flat, l->bias, l->channels);
    const int apart = ends_apart(l, a);
    const egad_conv2d_end whole = { .bias = bias, .a = *a },
                          nothing = { .a = { .act = ACT_LINEAR } },
                          end = apart ? nothing : whole;
    const egad_tensor panels = pass->mode == PASS_SCORE || pass->mode == PASS_SEARCH
                                   ? packed(net->panels, l->panels)
                                   : none;
    if (pass->joins && i == 1)
        TRY(egad_conv2d_forward(plan, text, &net->join.joined, y, x,
                                pass->mode == PASS_SCORE ? net->joined : net->joined_t,
                                none, &end));
    else if (l->row.op == OP_CONV)
        TRY(egad_conv2d_forward(plan, text, &l->conv, y, x, w, panels, &end));
    else if (l->row.op == OP_TCONV)
        TRY(egad_conv2d_adjoint(
            plan, text, &l->conv, y, x, w,
            panels.mem ? panels : packed(net->panels_t, l->panels_t[0]), &end));
    else
        TRY(egad_dense_forward(plan, text, y, x, w,
                               panels.mem ? panels : packed(net->panels_t, l->panels_w),
                               end.bias, a));
    if (apart)
        TRY(end_apart(plan, text, y, bias, a));
done:
    return status;
}

/* Batch normalisation of layer i, for whole groups of rows from first_row on. */
static egad_batchnorm normalisation(const egad_pass *pass, size_t i, egad_tensor flat,
                                    size_t first_row, size_t rows)
{
    const egad_net *net = pass->net;
    const egad_net_layer *l = &net->layer[pass->first + i];
    const size_t part = pass->x.n / pass->groups, groups = rows / part;
    assert(first_row % part == 0 && rows % part == 0);
    return (egad_batchnorm){
        .groups = groups,
        .C = l->channels,
        .h = egad_tensor_rows(pass->h[i], first_row, rows),
        .y = egad_tensor_rows(pass->y[i], first_row, rows),
        .gamma = egad_net_view(flat, l->gamma, l->channels),
        .beta = egad_net_view(flat, l->beta, l->channels),
        .dgamma = egad_net_view(pass->g, l->gamma, l->channels),
        .dbeta = egad_net_view(pass->g, l->beta, l->channels),
        .moving = egad_net_view(net->moving, l->moving, 2 * l->channels),
        .stats = egad_tensor_rows(pass->stats[i], first_row / part, groups),
        .a = activation(pass, i, 0)
    };
}

/* Append the first n layers.  `outputs`: n, or n - 1 if the last of them is only needed
 * for its moving statistics. */
static egad_status forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                           size_t n, size_t outputs, int move, unsigned second)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    egad_tensor x = pass->x;
    char text[64];
    if (pass->joins) {
        x = egad_tensor_rows(pass->unfolded, 0, x.n);
        TRY(egad_conv2d_compose_unfold(plan, label(text, sizeof text, net, 0), &net->join,
                                       x, pass->x));
    }
    for (size_t i = (size_t)pass->joins; i < n; i++) {
        const int normalises = pass->h[i].mem != NULL;
        egad_activation a = activation(pass, i, second);
        label(text, sizeof text, net, pass->first + i);
        if (normalises)
            a = (egad_activation){ .act = ACT_LINEAR };
        TRY(forward_layer(pass, plan, text, i, normalises ? pass->h[i] : pass->y[i], x,
                          flat, &a));
        if (normalises) {
            egad_batchnorm b = normalisation(pass, i, flat, 0, pass->x.n);
            if (i == outputs)
                b.y = (egad_tensor){ 0 };
            TRY(egad_batchnorm_forward(plan, text, &b, move));
        }
        x = pass->y[i];
    }
done:
    return status;
}

egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int move, unsigned second)
{
    return forward(pass, plan, flat, pass->n, pass->n, move, second);
}

egad_status egad_pass_move(const egad_pass *pass, egad_plan *plan, egad_tensor flat)
{
    size_t n = pass->n;
    while (n > 0 && !pass->net->layer[pass->first + n - 1].row.bn)
        n--;
    return n ? forward(pass, plan, flat, n, n - 1, 1, 0) : EGAD_OK;
}

/* to = the gradient of a convolution's input, followed by `end`. */
static egad_status image_gradient(egad_plan *plan, const char *text,
                                  const egad_net_layer *l, egad_tensor to, egad_tensor dy,
                                  egad_tensor w, egad_tensor panels,
                                  const egad_conv2d_end *end)
{
    return l->row.op == OP_CONV
               ? egad_conv2d_adjoint(plan, text, &l->conv, to, dy, w, panels, end)
               : egad_conv2d_forward(plan, text, &l->conv, to, dy, w, (egad_tensor){ 0 },
                                     end);
}

/* to = the gradient of one part of layer i's input (times act' by `end`), from the rows
 * of dpre from `row` on. */
static egad_status input_gradient(const egad_pass *pass, size_t i, int part, size_t row,
                                  egad_tensor to, const egad_conv2d_end *end,
                                  egad_plan *plan)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    const egad_net_layer *l = &net->layer[pass->first + i];
    const int dense = l->row.op == OP_DENSE, apart = l->part < l->I;
    const size_t first = part ? l->part : 0, n = part ? l->I - l->part : l->part;
    const egad_tensor dy = egad_tensor_rows(pass->dpre[i], row, to.n);
    const egad_tensor panels = packed(net->panels_t, l->panels_t[dense ? part : 0]);
    const egad_tensor w = egad_net_kernel(l, net->applied);
    const egad_conv2d_end nothing = { .a = { .act = ACT_LINEAR } };
    char text[64];
    label(text, sizeof text, net, pass->first + i);
    if (dense)
        return egad_dense_input(plan, text, to, dy, egad_tensor_rows(w, first, n), panels,
                                end->y, &end->a);
    if (!apart && end->a.dropout <= 0.0f)
        return image_gradient(plan, text, l, to, dy, w, panels, end);
    const egad_tensor all = apart ? egad_tensor_rows(pass->pair, 0, to.n) : to;
    TRY(image_gradient(plan, text, l, all, dy, w, panels, &nothing));
    if (apart)
        TRY(egad_plan_copy(plan, text, to, egad_tensor_columns(all, first, n)));
    TRY(egad_pointwise_backward(plan, text, to, end->y, &end->a));
done:
    return status;
}

/* dpre of layer b of `below`, from layer i of `pass`, for `rows` rows. */
static egad_status below_gradient(const egad_pass *pass, size_t i, int part, size_t row,
                                  const egad_pass *below, size_t b, size_t below_row,
                                  size_t rows, egad_plan *plan)
{
    const egad_conv2d_end end = { .y = egad_tensor_rows(below->y[b], below_row, rows),
                                  .a = activation(below, b, 0) };
    return input_gradient(pass, i, part, row,
                          egad_tensor_rows(below->dpre[b], below_row, rows), &end, plan);
}

/* Gradients of the kernels and biases of the composed layers. */
static egad_status weights_of_joined(const egad_pass *pass, egad_plan *plan, size_t row,
                                     size_t rows)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    const egad_net_layer *second = &net->layer[1];
    const egad_conv2d_compose_kernels d = egad_net_join_kernels(net, pass->g),
                                      of = egad_net_join_kernels(net, net->applied);
    char text[64];
    TRY(egad_conv2d_weights(plan, label(text, sizeof text, net, 1), &net->join.joined,
                            pass->djoined,
                            egad_net_view(pass->g, second->bias, second->channels),
                            egad_tensor_rows(pass->unfolded, row, rows),
                            egad_tensor_rows(pass->dpre[1], row, rows)));
    TRY(egad_conv2d_compose_gradients(plan, label(text, sizeof text, net, 0), &net->join,
                                      &d, pass->djoined, &of));
done:
    return status;
}

/* Gradients of layer i's kernel and bias, from `rows` rows. */
static egad_status weights_of(const egad_pass *pass, egad_plan *plan, size_t i,
                              size_t row, size_t rows)
{
    egad_status status = EGAD_OK;
    const egad_net *net = pass->net;
    const egad_net_layer *l = &net->layer[pass->first + i];
    const egad_tensor x = egad_tensor_rows(i ? pass->y[i - 1] : pass->x, row, rows),
                      dy = egad_tensor_rows(pass->dpre[i], row, rows);
    const egad_tensor dw = egad_net_kernel(l, pass->g);
    const egad_tensor db = l->row.mark & NO_BIAS
                               ? (egad_tensor){ 0 }
                               : egad_net_view(pass->g, l->bias, l->channels);
    char text[64];
    label(text, sizeof text, net, pass->first + i);
    const egad_tensor none = { 0 };
    if (l->row.op == OP_DENSE && l->channels == l->O)
        return egad_dense_weights(plan, text, dw, db, x, dy);
    if (l->row.op == OP_CONV)
        return egad_conv2d_weights(plan, text, &l->conv, dw, db, x, dy);
    TRY(l->row.op == OP_DENSE
            ? egad_dense_weights(plan, text, dw, none, x, dy)
            : egad_conv2d_weights(plan, text, &l->conv, dw, none, dy, x));
    TRY(egad_pointwise_sums(plan, text, db, dy));
done:
    return status;
}

egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows)
{
    egad_status status = EGAD_OK;
    char text[64];
    const size_t bottom = (size_t)pass->joins;
    for (size_t i = pass->n; i-- > bottom;) {
        if (pass->h[i].mem) {
            const egad_batchnorm b =
                normalisation(pass, i, pass->net->applied, first_row, rows);
            label(text, sizeof text, pass->net, pass->first + i);
            TRY(egad_batchnorm_backward(plan, text, &b,
                                        egad_tensor_rows(pass->dpre[i], first_row, rows),
                                        weights));
        }
        if (weights)
            TRY(pass->joins && i == 1 ? weights_of_joined(pass, plan, first_row, rows)
                                      : weights_of(pass, plan, i, first_row, rows));
        if (i > bottom)
            TRY(below_gradient(pass, i, 0, first_row, pass, i - 1, first_row, rows,
                               plan));
    }
done:
    return status;
}

egad_status egad_pass_inputs(const egad_pass *pass, egad_plan *plan, egad_tensor dx)
{
    const egad_conv2d_end end = { .y = pass->x, .a = { .act = ACT_LINEAR } };
    return input_gradient(pass, 0, 0, 0, dx, &end, plan);
}

egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan)
{
    return below_gradient(upper, 0, part, first_row, lower, lower->n - 1, lower_row, rows,
                          plan);
}

egad_status egad_pass_part(const egad_pass *upper, int part, size_t first_row,
                           egad_tensor to, egad_tensor y, const egad_activation *a,
                           egad_plan *plan)
{
    return input_gradient(upper, 0, part, first_row, to,
                          &(egad_conv2d_end){ .y = y, .a = *a }, plan);
}

egad_activation egad_pass_end(const egad_pass *pass)
{
    return activation(pass, pass->n - 1, 0);
}

egad_pass egad_pass_starred(const egad_pass *pass)
{
    egad_pass some = *pass;
    some.n = egad_net_starred(pass->net) + 1 - pass->first;
    assert(some.n <= pass->n);
    return some;
}

egad_tensor egad_pass_features(const egad_pass *pass)
{
    const egad_pass some = egad_pass_starred(pass);
    return egad_pass_output(&some);
}

egad_tensor egad_pass_output(const egad_pass *pass)
{
    return pass->y[pass->n - 1];
}
