/* Networks: parameters from tables, and their packed forms. */
#include "net.h"

#include "device/rng.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16 }; /* floats: offsets of parameters, one vector */

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* ---- Shapes and offsets ------------------------------------------------------ */

static size_t product(const size_t shape[3])
{
    return shape[0] * shape[1] * shape[2];
}

/* "dx_conv1": what a layer is, counted within its section; D ends in "out". */
static void name_layer(egad_net_layer *l, const char *prefix, size_t number, int last)
{
    static const char *const kinds[] = {
        [OP_DENSE] = "dense", [OP_CONV] = "conv", [OP_TCONV] = "tconv"
    };
    if (*prefix && last && l->O == 1)
        snprintf(l->name, sizeof l->name, "%sout", prefix);
    else
        snprintf(l->name, sizeof l->name, "%s%s%zu", prefix, kinds[l->row.op], number);
}

/* What a layer makes of `in`, for data of shape x. */
static egad_status shape_layer(egad_net_layer *l, const egad_layer *row,
                               const size_t in[3], const size_t x[3])
{
    egad_status status = EGAD_OK;
    const size_t units = row->units == AS_X ? x[2] : (size_t)row->units;
    const size_t S = (size_t)row->stride;
    size_t out[3] = { 1, 1, row->units == AS_X ? product(x) : units };
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
    l->channels = dense ? l->O : units;
    l->weights = dense ? l->I * l->O : l->conv.K * l->conv.K * l->conv.C * l->conv.O;
done:
    return status;
}

/* Names, shapes and offsets of the layers of section s, after `at` floats of the flat
 * buffers and `moving` floats of moving statistics; both go on. */
static egad_status lay_out(egad_net *net, int s, const egad_layer *table,
                           const size_t input[3], const size_t x[3], size_t *at,
                           size_t *moving)
{
    static const char *const prefixes[SECTIONS] = { "dx_", "dz_", "dxz_" };
    egad_status status = EGAD_OK;
    const char *prefix = net->name[0] == 'd' ? prefixes[s] : "";
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
        net->parameters += l->weights + (l->row.bn ? 3 : 1) * l->channels;
        net->n++;
        in = l->out;
    }
    net->count[s] = net->n - net->first[s];
done:
    return status;
}

/* Reserve the packed forms of all kernels. */
static egad_status reserve_panels(egad_net *net, egad_device *device)
{
    egad_status status = EGAD_OK;
    size_t score = 0, train = 0;
    for (size_t i = 0; i < net->n; i++) {
        egad_net_layer *l = &net->layer[i];
        l->panels = score;
        l->panels_t[0] = train;
        if (l->row.op == OP_DENSE) {
            score += egad_gemm_panels(device, l->I, l->O);
            train += egad_gemm_panels(device, l->O, l->part);
        } else {
            score += egad_conv2d_panels(device, &l->conv, l->row.op == OP_TCONV);
            train += egad_conv2d_panels(device, &l->conv, 1);
        }
        l->panels_t[1] = train;
        if (l->part < l->I)
            train += egad_gemm_panels(device, l->O, l->I - l->part);
        l->panels_w = train;
        if (l->row.op == OP_DENSE)
            train += egad_gemm_panels(device, l->I, l->O);
    }
    TRY(egad_tensor_flat(&net->panels, device, score));
    TRY(egad_tensor_flat(&net->panels_t, device, train));
done:
    return status;
}

/* Are the first two layers one convolution, of fewer products, with an engine for which
 * that was measured to be faster? */
static int can_join(const egad_net *net)
{
    enum { LESS = 2 }; /* times the channels between the two */
    const egad_net_layer *a = &net->layer[0], *b = a + 1;
    if (!egad_gemm_packs(net->engine) || net->count[0] < 2)
        return 0;
    if (a->row.op != OP_CONV || b->row.op != OP_CONV || a->row.act != ACT_LINEAR)
        return 0;
    if (a->row.bn || a->row.dropout > 0.0f)
        return 0;
    return LESS * (a->conv.K * a->conv.K * a->conv.C + 1) <= a->conv.O;
}

/* Reserve the joined kernels. */
static egad_status reserve_joined(egad_net *net, egad_device *device)
{
    egad_status status = EGAD_OK;
    net->joins = can_join(net);
    if (!net->joins)
        return EGAD_OK;
    net->join = egad_conv2d_compose_of(&net->layer[0].conv, &net->layer[1].conv);
    TRY(egad_tensor_flat(&net->joined, device, egad_conv2d_compose_weights(&net->join)));
    TRY(egad_tensor_flat(&net->joined_t, device,
                         egad_conv2d_compose_weights(&net->join)));
done:
    return status;
}

egad_status egad_net_new(egad_net **out, egad_device *device, const char *name,
                         const egad_layer *const tables[SECTIONS],
                         const size_t inputs[SECTIONS][3], const size_t x[3], float slope)
{
    egad_status status = EGAD_OK;
    egad_net *net = NULL;
    size_t layers = 0, at = 0, moving = 0;
    *out = NULL;

    NEW(net, 1);
    net->name = name;
    net->slope = slope;
    for (int s = 0; s < SECTIONS; s++)
        for (size_t i = 0; tables[s] && (i == 0 || tables[s][i - 1].op != OP_END); i++)
            layers++;
    NEW(net->layer, layers);
    for (int s = 0; s < SECTIONS; s++) {
        if (!tables[s])
            continue;
        size_t input[3] = { inputs[s][0], inputs[s][1], inputs[s][2] }, part = 0;
        if (s == SECTION_DXZ) { /* the outputs of the other two, side by side */
            part = egad_net_outputs(net, SECTION_DX);
            input[0] = input[1] = 1;
            input[2] = part + egad_net_outputs(net, SECTION_DZ);
        }
        TRY(lay_out(net, s, tables[s], input, x, &at, &moving));
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
        TRY(reserve_panels(net, device));
    TRY(reserve_joined(net, device));
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
    while (i + 1 < net->n && net->layer[i].row.mark != STAR)
        i++;
    assert(net->layer[i].row.mark == STAR);
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
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        egad_tensor_free(all[i]);
    free(net->layer);
    free(net);
}

/* ---- Values ------------------------------------------------------------------ */

size_t egad_net_trained(const egad_net_layer *l, egad_net_array arrays[NET_ARRAYS])
{
    const egad_conv2d *g = &l->conv;
    size_t n = 0;
    if (l->row.op == OP_DENSE)
        arrays[n++] =
            (egad_net_array){ "kernel", l->kernel, l->weights, 2, { l->I, l->O } };
    else
        arrays[n++] = (egad_net_array){
            "kernel", l->kernel, l->weights, 4, { g->K, g->K, g->C, g->O }
        };
    arrays[n++] = (egad_net_array){ "bias", l->bias, l->channels, 1, { l->channels } };
    if (l->row.bn) {
        arrays[n++] =
            (egad_net_array){ "gamma", l->gamma, l->channels, 1, { l->channels } };
        arrays[n++] =
            (egad_net_array){ "beta", l->beta, l->channels, 1, { l->channels } };
    }
    return n;
}

size_t egad_net_moving(const egad_net_layer *l, egad_net_array arrays[NET_ARRAYS])
{
    if (!l->row.bn)
        return 0;
    arrays[0] =
        (egad_net_array){ "moving_mean", l->moving, l->channels, 1, { l->channels } };
    arrays[1] = (egad_net_array){
        "moving_variance", l->moving + l->channels, l->channels, 1, { l->channels }
    };
    return 2;
}

egad_status egad_net_initialise(egad_net *net, egad_device *device, uint64_t seed,
                                unsigned first_tensor, float deviation)
{
    egad_status status = EGAD_OK;
    float *host = NULL, *moving = NULL;
    NEW(host, net->w.c);
    NEW(moving, net->moving.c);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const unsigned tensor = first_tensor + (unsigned)i;
        const size_t area = l->row.op == OP_DENSE ? 1 : l->conv.K * l->conv.K;
        const size_t fans = l->row.op == OP_DENSE ? l->I + l->O : l->conv.C + l->conv.O;
        const float limit = (float)sqrt(6.0 / (double)(area * fans));
        if (deviation > 0.0f)
            egad_rng_normal(seed, tensor, deviation, l->weights, host + l->kernel);
        else
            egad_rng_uniform(seed, tensor, limit, l->weights, host + l->kernel);
        for (size_t c = 0; l->row.bn && c < l->channels; c++) {
            host[l->gamma + c] = 1.0f;
            moving[l->moving + l->channels + c] = 1.0f;
        }
    }
    TRY(egad_tensor_write(device, net->w, host));
    TRY(egad_tensor_write(device, net->ema, host));
    if (net->moving.mem)
        TRY(egad_tensor_write(device, net->moving, moving));
done:
    free(host);
    free(moving);
    return status;
}

egad_tensor egad_net_kernel(const egad_net_layer *layer, egad_tensor flat)
{
    if (layer->row.op == OP_DENSE)
        return egad_tensor_view(flat, layer->kernel, layer->I, layer->O);
    return egad_net_view(flat, layer->kernel, layer->weights);
}

egad_tensor egad_net_view(egad_tensor flat, size_t at, size_t n)
{
    return egad_tensor_view(flat, at, 1, n);
}

/* Multiply what makes channel c of a layer by scale[c]. */
static void scale_kernel(const egad_net_layer *l, float *kernel, const double *scale)
{
    /* The channel is the last index, or of a transposed convolution the last but one. */
    const size_t inner = l->row.op == OP_TCONV ? l->conv.O : 1;
    for (size_t i = 0; i < l->weights; i++)
        kernel[i] = (float)(kernel[i] * scale[i / inner % l->channels]);
}

egad_status egad_net_fold(const egad_net *net, egad_device *device, egad_tensor flat,
                          egad_tensor *folded)
{
    egad_status status = EGAD_OK;
    egad_tensor made = { 0 };
    float *w = NULL, *moving = NULL;
    double *scale = NULL;
    NEW(w, flat.c);
    NEW(moving, net->moving.c);
    TRY(egad_tensor_read(device, flat, w));
    if (net->moving.mem)
        TRY(egad_tensor_read(device, net->moving, moving));
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const float *mean = moving + l->moving, *variance = mean + l->channels;
        if (!l->row.bn)
            continue;
        free(scale);
        NEW(scale, l->channels);
        for (size_t c = 0; c < l->channels; c++) {
            scale[c] = w[l->gamma + c] / sqrt((double)variance[c] + BATCHNORM_EPSILON);
            w[l->bias + c] =
                (float)(((double)w[l->bias + c] - mean[c]) * scale[c] + w[l->beta + c]);
        }
        scale_kernel(l, w + l->kernel, scale);
    }
    TRY(egad_tensor_flat(&made, device, flat.c));
    TRY(egad_tensor_write(device, made, w));
    *folded = made;
    made = (egad_tensor){ 0 };
done:
    egad_tensor_free(&made);
    free(w);
    free(moving);
    free(scale);
    return status;
}

/* ---- Packed forms ------------------------------------------------------------ */

/* Most entries that one layer has: a dense one itself and two parts, a convolution its
 * taps. */
static size_t most_entries(const egad_net *net)
{
    size_t n = 0;
    for (size_t i = 0; i < net->n; i++)
        n += NET_DENSE_ENTRIES + net->layer[i].conv.K * net->layer[i].conv.K;
    return n;
}

egad_conv2d_compose_kernels egad_net_join_kernels(const egad_net *net, egad_tensor flat)
{
    const egad_net_layer *l = net->layer;
    return (egad_conv2d_compose_kernels){ .w = egad_net_kernel(&l[0], flat),
                                          .bias = egad_net_view(flat, l[0].bias,
                                                                l[0].channels),
                                          .second = egad_net_kernel(&l[1], flat) };
}

/* joined = the joined kernel of `flat`, in a network that joins. */
static egad_status join(const egad_net *net, egad_plan *plan, egad_tensor joined,
                        egad_tensor flat)
{
    if (!net->joins)
        return EGAD_OK;
    const egad_conv2d_compose_kernels of = egad_net_join_kernels(net, flat);
    return egad_conv2d_compose_kernel(plan, net->name, &net->join, joined, &of);
}

egad_status egad_net_pack_score(egad_net *net, egad_plan *plan, egad_tensor flat)
{
    egad_status status = EGAD_OK;
    egad_gemm_entry *entries = NULL;
    size_t n = 0;
    if (!egad_gemm_packs(net->engine))
        return EGAD_OK;
    NEW(entries, most_entries(net));
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        if (l->row.op == OP_DENSE)
            entries[n++] = (egad_gemm_entry){
                .from = l->kernel, .rows = l->I, .columns = l->O, .to = l->panels
            };
        else
            n += egad_conv2d_pack(egad_plan_device(plan), &l->conv, l->row.op == OP_TCONV,
                                  l->kernel, l->panels, entries + n);
    }
    TRY(egad_gemm_pack(plan, net->name, net->panels, flat, entries, n));
    TRY(join(net, plan, net->joined, flat));
done:
    free(entries);
    return status;
}

size_t egad_net_dense_entries(const egad_net_layer *l, size_t w,
                              const size_t transposed[2], egad_gemm_entry *entries)
{
    const size_t parts[2] = { l->part, l->I - l->part };
    size_t n = 0;
    for (int p = 0; p < 2 && parts[p] > 0; p++)
        entries[n++] = (egad_gemm_entry){ .from = l->kernel + (p ? l->part * l->O : 0),
                                          .rows = parts[p],
                                          .columns = l->O,
                                          .to = transposed[p],
                                          .transposed = 1 };
    entries[n++] =
        (egad_gemm_entry){ .from = l->kernel, .rows = l->I, .columns = l->O, .to = w };
    return n;
}

egad_status egad_net_pack_train(egad_net *net, egad_plan *plan)
{
    egad_status status = EGAD_OK;
    egad_gemm_entry *entries = NULL;
    size_t n = 0;
    if (!egad_gemm_packs(net->engine))
        return EGAD_OK;
    NEW(entries, most_entries(net));
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        if (l->row.op == OP_DENSE)
            n += egad_net_dense_entries(l, l->panels_w, l->panels_t, entries + n);
        else
            n += egad_conv2d_pack(egad_plan_device(plan), &l->conv, 1, l->kernel,
                                  l->panels_t[0], entries + n);
    }
    TRY(egad_gemm_pack(plan, net->name, net->panels_t, net->w, entries, n));
    TRY(join(net, plan, net->joined_t, net->w));
done:
    free(entries);
    return status;
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
    made->joins = 0; /* a search goes back to the inputs */
    made->layer = NULL;
    TRY(egad_gemm_choose(&made->engine, device));
    NEW(made->layer, net->n);
    memcpy(made->layer, net->layer, net->n * sizeof *made->layer);
    TRY(egad_net_fold(net, device, flat, &made->w));
    if (egad_gemm_packs(made->engine)) {
        TRY(reserve_panels(made, device));
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
