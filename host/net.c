/* Networks: parameters from tables, and their packed forms. */
#include "net.h"

#include "rng.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGN = 16 }; /* floats: offsets of parameters, one vector */

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* Fill in names, shapes and offsets of the layers of section s; returns the next offset.
 */
static size_t lay_out(egad_net *net, int s, const egad_layer *table, size_t inputs,
                      size_t part, size_t x_units, int prefixed, size_t at)
{
    static const char *const prefixes[SECTIONS] = { "dx_", "dz_", "dxz_" };
    net->first[s] = net->n;
    for (size_t i = 0; table[i].op != OP_END; i++) {
        egad_net_layer *l = &net->layer[net->n++];
        const char *prefix = prefixed ? prefixes[s] : "";
        l->row = table[i];
        l->I = inputs;
        l->part = i == 0 ? part : inputs;
        l->O = table[i].units == AS_X ? x_units : (size_t)table[i].units;
        if (prefixed && table[i + 1].op == OP_END && l->O == 1)
            snprintf(l->name, sizeof l->name, "%sout", prefix);
        else
            snprintf(l->name, sizeof l->name, "%sdense%zu", prefix, i + 1);
        l->kernel = at;
        at += aligned(l->I * l->O);
        l->bias = at;
        at += aligned(l->O);
        net->parameters += l->I * l->O + l->O;
        inputs = l->O;
    }
    net->count[s] = net->n - net->first[s];
    return at;
}

/* Reserve the packed forms of all kernels. */
static egad_status reserve_panels(egad_net *net, egad_device *device)
{
    egad_status status = EGAD_OK;
    size_t forward = 0, backward = 0;
    for (size_t i = 0; i < net->n; i++) {
        egad_net_layer *l = &net->layer[i];
        l->panels = forward;
        forward += egad_gemm_panels(device, l->I, l->O);
        l->panels_t[0] = backward;
        backward += egad_gemm_panels(device, l->O, l->part);
        l->panels_t[1] = backward;
        if (l->part < l->I)
            backward += egad_gemm_panels(device, l->O, l->I - l->part);
    }
    TRY(egad_tensor_new(&net->panels, device, 1, forward));
    TRY(egad_tensor_new(&net->panels_t, device, 1, backward));
done:
    return status;
}

egad_status egad_net_new(egad_net **out, egad_device *device, const char *name,
                         const egad_layer *const tables[SECTIONS],
                         const size_t inputs[SECTIONS], size_t x_units, float slope)
{
    egad_status status = EGAD_OK;
    egad_net *net = NULL;
    size_t layers = 0, at = 0, out_of[SECTIONS] = { 0 };
    int sections = 0;
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
        const size_t part = s == SECTION_DXZ ? out_of[SECTION_DX] : inputs[s];
        const size_t all = s == SECTION_DXZ ? part + out_of[SECTION_DZ] : inputs[s];
        const int discriminator = name[0] == 'd';
        at = lay_out(net, s, tables[s], all, part, x_units, discriminator, at);
        out_of[s] = net->layer[net->n - 1].O;
        sections++;
    }
    assert(sections > 0);
    (void)sections;
    TRY(egad_tensor_new(&net->w, device, 1, at));
    TRY(egad_tensor_new(&net->g, device, 1, at));
    TRY(egad_tensor_new(&net->m, device, 1, at));
    TRY(egad_tensor_new(&net->v, device, 1, at));
    TRY(egad_tensor_new(&net->ema, device, 1, at));
    TRY(egad_gemm_choose(&net->engine, device));
    if (egad_gemm_folds(net->engine))
        TRY(reserve_panels(net, device));
    *out = net;
    net = NULL;
done:
    egad_net_free(net);
    return status;
}

void egad_net_free(egad_net *net)
{
    if (!net)
        return;
    egad_tensor *const all[] = { &net->w,        &net->g,     &net->m,
                                 &net->v,        &net->ema,   &net->panels,
                                 &net->panels_t, &net->table, &net->table_t };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        egad_tensor_free(all[i]);
    free(net->layer);
    free(net);
}

egad_status egad_net_initialise(egad_net *net, egad_device *device, uint64_t seed,
                                unsigned first_tensor)
{
    egad_status status = EGAD_OK;
    float *host = NULL;
    NEW(host, net->w.c);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const float limit = (float)sqrt(6.0 / (double)(l->I + l->O));
        egad_rng_uniform(seed, first_tensor + (unsigned)i, limit, l->I * l->O,
                         host + l->kernel);
    }
    TRY(egad_tensor_write(device, net->w, host));
    TRY(egad_tensor_write(device, net->ema, host));
done:
    free(host);
    return status;
}

egad_tensor egad_net_kernel(const egad_net_layer *layer, egad_tensor flat)
{
    return egad_tensor_view(flat, layer->kernel, layer->I, layer->O);
}

egad_tensor egad_net_bias(const egad_net_layer *layer, egad_tensor flat)
{
    return egad_tensor_view(flat, layer->bias, 1, layer->O);
}

egad_status egad_net_pack_forward(egad_net *net, egad_plan *plan, egad_tensor flat)
{
    egad_status status = EGAD_OK;
    egad_gemm_entry *entries = NULL;
    if (!egad_gemm_folds(net->engine))
        return EGAD_OK;
    NEW(entries, net->n);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        entries[i] = (egad_gemm_entry){
            .from = l->kernel, .rows = l->I, .columns = l->O, .to = l->panels
        };
    }
    egad_tensor_free(&net->table);
    TRY(egad_gemm_pack(plan, net->name, net->panels, flat, entries, net->n, &net->table));
done:
    free(entries);
    return status;
}

egad_status egad_net_pack_backward(egad_net *net, egad_plan *plan)
{
    egad_status status = EGAD_OK;
    egad_gemm_entry *entries = NULL;
    size_t n = 0;
    if (!egad_gemm_folds(net->engine))
        return EGAD_OK;
    NEW(entries, 2 * net->n);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const size_t parts[2] = { l->part, l->I - l->part };
        for (int p = 0; p < 2 && parts[p] > 0; p++)
            entries[n++] =
                (egad_gemm_entry){ .from = l->kernel + (p ? l->part * l->O : 0),
                                   .rows = parts[p],
                                   .columns = l->O,
                                   .to = l->panels_t[p],
                                   .transposed = 1 };
    }
    egad_tensor_free(&net->table_t);
    TRY(egad_gemm_pack(plan, net->name, net->panels_t, net->w, entries, n,
                       &net->table_t));
done:
    free(entries);
    return status;
}
