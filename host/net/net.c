/* Networks: layers built from tables, and the offsets of their parameters. */
#include "net_inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16 }; /* offsets of parameters are multiples of one vector, in floats */

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* ---- Shapes and offsets ------------------------------------------------------ */

static size_t product(const size_t shape[3])
{
    return shape[0] * shape[1] * shape[2];
}

/* Name a layer, "dx_conv1": its kind, numbered within its section.  If that has a name,
 * which may be empty, and ends in one column, this is "dx_out". */
static void name_layer(egad_net_layer *l, const char *prefix, size_t number, int last)
{
    static const char *const kinds[] = {
        [OP_DENSE] = "dense", [OP_CONV] = "conv", [OP_TCONV] = "tconv"
    };
    const char *between = prefix && *prefix ? "_" : "";
    if (prefix && last && l->O == 1)
        snprintf(l->name, sizeof l->name, "%s%sout", prefix, between);
    else
        snprintf(l->name, sizeof l->name, "%s%s%s%zu", prefix ? prefix : "", between,
                 kinds[l->row.op], number);
}

/* Shape of a layer with input shape `in`, for data of shape x. */
static egad_status shape_layer(egad_net_layer *l, const egad_layer *row,
                               const size_t in[3], const size_t x[3])
{
    egad_status status = EGAD_OK;
    const size_t heads = row->mark & HEADS ? 2 : 1,
                 units = (row->units == AS_X ? x[2] : (size_t)row->units) * heads;
    const size_t S = (size_t)row->stride;
    size_t out[3] = { 1, 1, row->units == AS_X ? product(x) * heads : units };
    l->row = *row;
    memcpy(l->in, in, sizeof l->in);
    switch (row->op) {
    case OP_CONV:
        l->conv = (egad_conv2d){ .H = in[0],
                                 .W = in[1],
                                 .C = in[2],
                                 .K = (size_t)row->kernel,
                                 .S = S,
                                 .O = units };
        out[0] = egad_conv2d_h(&l->conv);
        out[1] = egad_conv2d_w(&l->conv);
        out[2] = units;
        break;
    case OP_TCONV:
        out[0] = in[0] * S;
        out[1] = in[1] * S;
        out[2] = units;
        l->conv = (egad_conv2d){ .H = out[0],
                                 .W = out[1],
                                 .C = units,
                                 .K = (size_t)row->kernel,
                                 .S = S,
                                 .O = in[2] };
        break;
    default:
        if (S) { /* feature maps */
            if (x[0] % S != 0 || x[1] % S != 0)
                FAIL(SHAPE,
                     "a convolutional model takes images whose height and width are "
                     "divisible by %zu, not %zu x %zu; import them in another size",
                     S, x[0], x[1]);
            out[0] = x[0] / S;
            out[1] = x[1] / S;
            out[2] = units;
        }
    }
    memcpy(l->out, out, sizeof l->out);
    l->I = l->part = product(in);
    l->O = product(out);
    const int dense = row->op == OP_DENSE;
    l->owner = dense && row->kernel ? abs(row->kernel) - 1 : -1;
    l->transposes = dense && row->kernel < 0;
    l->channels = dense && !(row->mark & MAPS) ? l->O : units;
    l->weights = dense ? l->I * l->O : l->conv.K * l->conv.K * l->conv.C * l->conv.O;
done:
    return status;
}

/* Set names, shapes and offsets of the layers of section s.  *at and *moving are the
 * sizes so far of the flat buffers and of the moving statistics, and are advanced. */
static egad_status lay_out(egad_net *net, size_t s, const size_t input[3],
                           const size_t x[3], size_t *at, size_t *moving)
{
    egad_status status = EGAD_OK;
    const egad_layer *table = net->table->section[s].layers;
    const char *prefix = net->table->section[s].name;
    size_t number[OP_TCONV + 1] = { 0 };
    const size_t *in = input;
    net->first[s] = net->n;
    for (size_t i = 0; table[i].op != OP_END; i++) {
        egad_net_layer *l = &net->layer[net->n];
        TRY(shape_layer(l, &table[i], in, x));
        name_layer(l, prefix, ++number[l->row.op], table[i + 1].op == OP_END);
        l->kernel = *at;
        l->bias = l->kernel + aligned(l->weights);
        l->gamma = l->bias + aligned(l->channels);
        l->beta = l->gamma + (l->row.bn ? aligned(l->channels) : 0);
        *at = l->beta + (l->row.bn ? aligned(l->channels) : 0);
        l->moving = *moving;
        *moving += l->row.bn ? 2 * l->channels : 0;
        l->u = *moving;
        *moving += egad_net_divides(l) ? egad_net_divided_columns(l) : 0;
        net->parameters += l->owner < 0 ? l->weights : 0;
        net->parameters += l->row.mark & NO_BIAS ? 0 : l->channels;
        net->parameters += l->row.bn ? 2 * l->channels : 0;
        net->n++;
        in = l->out;
    }
    net->count[s] = net->n - net->first[s];
done:
    return status;
}

/* H, W, C of the input of section s: an input of the network, the output of an earlier
 * section, or two of them side by side; of two images, one above the other.  *part: the
 * columns of the first of two. */
static void find_input(const egad_net *net, size_t s,
                       const size_t inputs[MODEL_INPUTS][3], size_t input[3],
                       size_t *part)
{
    const int *from = net->table->section[s].from;
    *part = 0;
    for (int k = 0; k < 2 && from[k]; k++) {
        const size_t *shape =
            from[k] > 0
                ? inputs[from[k] - 1]
                : net->layer[net->first[-from[k] - 1] + net->count[-from[k] - 1] - 1].out;
        if (k == 0) {
            memcpy(input, shape, 3 * sizeof *input);
        } else {
            *part = product(input);
            if (input[0] > 1 && memcmp(input, shape, 3 * sizeof *input) == 0) {
                input[0] *= 2;
            } else {
                input[0] = input[1] = 1;
                input[2] = *part + product(shape);
            }
        }
    }
}

egad_status egad_net_new(egad_net **out, egad_device *device, const egad_network *table,
                         const size_t inputs[MODEL_INPUTS][3], const size_t x[3],
                         float slope)
{
    egad_status status = EGAD_OK;
    egad_net *net = NULL;
    size_t layers = 0, at = 0, moving = 0;
    *out = NULL;

    NEW(net, 1);
    net->table = table;
    net->name = table->name;
    net->slope = slope;
    while (net->sections < MODEL_SECTIONS && table->section[net->sections].layers)
        for (const egad_layer *row = table->section[net->sections++].layers;
             row->op != OP_END; row++)
            layers++;
    NEW(net->layer, layers);
    for (size_t s = 0; s < net->sections; s++) {
        size_t input[3] = { 0 }, part = 0;
        find_input(net, s, inputs, input, &part);
        TRY(lay_out(net, s, input, x, &at, &moving));
        if (part)
            net->layer[net->first[s]].part = part;
    }
    assert(net->n > 0);
    TRY(egad_tensor_flat(&net->w, device, at));
    TRY(egad_tensor_flat(&net->g, device, at));
    TRY(egad_tensor_flat(&net->m, device, at));
    TRY(egad_tensor_flat(&net->v, device, at));
    TRY(egad_tensor_flat(&net->ema, device, at));
    if (moving)
        TRY(egad_tensor_flat(&net->moving, device, moving));
    TRY(egad_gemm_choose(&net->engine, device));
    if (egad_gemm_packs(net->engine))
        TRY(egad_net_reserve_panels(net, device));
    TRY(egad_net_reserve_joined(net, device));
    TRY(egad_net_reserve_applied(net, device));
    *out = net;
    net = NULL;
done:
    egad_net_free(net);
    return status;
}

size_t egad_net_outputs(const egad_net *net, int section)
{
    return net->layer[net->first[section] + net->count[section] - 1].O;
}

size_t egad_net_starred(const egad_net *net)
{
    size_t i = 0;
    while (i + 1 < net->n && !(net->layer[i].row.mark & STAR))
        i++;
    return i;
}

void egad_net_free(egad_net *net)
{
    if (!net)
        return;
    egad_tensor *const all[] = { &net->w,       &net->g,        &net->m,
                                 &net->v,       &net->ema,      &net->moving,
                                 &net->panels,  &net->panels_t, &net->joined,
                                 &net->joined_t };
    egad_net_free_applied(net);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        egad_tensor_free(all[i]);
    free(net->layer);
    free(net);
}

egad_status egad_net_freeze(egad_net **out, egad_device *device, const egad_net *net,
                            egad_tensor flat)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    egad_net *made = NULL;
    const egad_tensor none = { 0 };
    *out = NULL;
    NEW(made, 1);
    *made = *net;
    made->w = made->g = made->m = made->v = made->ema = made->moving = none;
    made->panels = made->panels_t = made->joined = made->joined_t = none;
    made->applied = made->kept = none;
    made->joins = 0; /* latent search needs the gradient of the inputs */
    made->layer = NULL;
    TRY(egad_gemm_choose(&made->engine, device));
    NEW(made->layer, net->n);
    memcpy(made->layer, net->layer, net->n * sizeof *made->layer);
    TRY(egad_net_fold(net, device, flat, &made->w));
    made->applied = made->w;
    if (egad_gemm_packs(made->engine)) {
        TRY(egad_net_reserve_panels(made, device));
        TRY(egad_plan_new(&plan, device, "pack"));
        TRY(egad_net_pack_score(made, plan, made->w));
        TRY(egad_net_pack_train(made, plan));
        TRY(egad_plan_run(plan));
        TRY(egad_device_finish(device));
    }
    *out = made;
    made = NULL;
done:
    egad_plan_free(plan);
    egad_net_free(made);
    return status;
}
