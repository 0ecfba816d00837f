/* Packed forms of a network's kernels, for engines that read panels, and the composition
 * of two convolutions into one. */
#include "net_inside.h"

#include <stdlib.h>

/* ---- Memory ------------------------------------------------------------------ */

egad_status egad_net_reserve_panels(egad_net *net, egad_device *device)
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
        if (l->row.op == OP_DENSE && l->part < l->I)
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

/* Whether to compose the first two layers: they are convolutions with only a bias
 * between, composing saves products, and it was measured to be faster with this
 * engine. */
static int can_join(const egad_net *net)
{
    enum { LESS = 2 }; /* channels between the two / composed channels, at least */
    const egad_net_layer *a = &net->layer[0], *b = a + 1;
    if (!egad_gemm_packs(net->engine) || net->count[0] < 2)
        return 0;
    if (a->row.op != OP_CONV || b->row.op != OP_CONV || a->row.act != ACT_LINEAR)
        return 0;
    if (a->row.bn || a->row.dropout > 0.0f)
        return 0;
    return LESS * (a->conv.K * a->conv.K * a->conv.C + 1) <= a->conv.O;
}

egad_status egad_net_reserve_joined(egad_net *net, egad_device *device)
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

/* ---- Launches ---------------------------------------------------------------- */

/* Upper limit of the number of entries of all layers: a dense layer has itself and two
 * parts, a convolution its taps. */
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

/* joined = the composed kernel of `flat`, if the network composes layers. */
static egad_status join(const egad_net *net, egad_plan *plan, egad_tensor joined,
                        egad_tensor flat)
{
    if (!net->joins)
        return EGAD_OK;
    const egad_conv2d_compose_kernels of = egad_net_join_kernels(net, flat);
    return egad_conv2d_compose_kernel(plan, net->name, &net->join, joined, &of);
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

/* List the matrices of a layer to pack in `entries`; returns their number. */
typedef size_t layer_entries(const egad_device *device, const egad_net_layer *l,
                             egad_gemm_entry *entries);

static size_t score_entries(const egad_device *device, const egad_net_layer *l,
                            egad_gemm_entry *entries)
{
    if (l->row.op != OP_DENSE)
        return egad_conv2d_pack(device, &l->conv, l->row.op == OP_TCONV, l->kernel,
                                l->panels, entries);
    entries[0] = (egad_gemm_entry){
        .from = l->kernel, .rows = l->I, .columns = l->O, .to = l->panels
    };
    return 1;
}

static size_t train_entries(const egad_device *device, const egad_net_layer *l,
                            egad_gemm_entry *entries)
{
    if (l->row.op != OP_DENSE)
        return egad_conv2d_pack(device, &l->conv, 1, l->kernel, l->panels_t[0], entries);
    return egad_net_dense_entries(l, l->panels_w, l->panels_t, entries);
}

/* panels, joined = packed and composed kernels of `flat`. */
static egad_status pack(const egad_net *net, egad_plan *plan, egad_tensor panels,
                        egad_tensor joined, egad_tensor flat, layer_entries *entries_of)
{
    egad_status status = EGAD_OK;
    egad_gemm_entry *entries = NULL;
    size_t n = 0;
    if (!egad_gemm_packs(net->engine))
        return EGAD_OK;
    NEW(entries, most_entries(net));
    for (size_t i = 0; i < net->n; i++)
        n += entries_of(egad_plan_device(plan), &net->layer[i], entries + n);
    TRY(egad_gemm_pack(plan, net->name, panels, flat, entries, n));
    TRY(join(net, plan, joined, flat));
done:
    free(entries);
    return status;
}

egad_status egad_net_pack_score(egad_net *net, egad_plan *plan, egad_tensor flat)
{
    return pack(net, plan, net->panels, net->joined, flat, score_entries);
}

egad_status egad_net_pack_train(egad_net *net, egad_plan *plan)
{
    return pack(net, plan, net->panels_t, net->joined_t, net->applied, train_entries);
}
