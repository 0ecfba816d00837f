/* The parameters of a network: names, initial values, and what scoring makes of them:
 * spectral norms and batch normalisation are folded into kernels. */
#include "net_inside.h"

#include "device/rng.h"
#include "ops/spectral.h"

#include <math.h>
#include <stdlib.h>

size_t egad_net_trained(const egad_net_layer *l, egad_net_array arrays[NET_ARRAYS])
{
    const egad_conv2d *g = &l->conv;
    size_t n = 0;
    if (l->row.op == OP_DENSE && l->owner < 0)
        arrays[n++] =
            (egad_net_array){ "kernel", l->kernel, l->weights, 2, { l->I, l->O } };
    else if (l->row.op != OP_DENSE)
        arrays[n++] = (egad_net_array){
            "kernel", l->kernel, l->weights, 4, { g->K, g->K, g->C, g->O }
        };
    if (!(l->row.mark & NO_BIAS))
        arrays[n++] =
            (egad_net_array){ "bias", l->bias, l->channels, 1, { l->channels } };
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
    const size_t C = l->channels, O = egad_net_divided_columns(l);
    size_t n = 0;
    if (l->row.bn) {
        arrays[n++] = (egad_net_array){ "moving_mean", l->moving, C, 1, { C } };
        arrays[n++] = (egad_net_array){ "moving_variance", l->moving + C, C, 1, { C } };
    }
    if (egad_net_divides(l))
        arrays[n++] = (egad_net_array){ "u", l->u, O, 1, { O } };
    return n;
}

/* A start for a power iteration: normal, but not beyond two deviations. */
static void draw_start(uint64_t seed, unsigned tensor, size_t n, float *u)
{
    enum {
        OTHERS = 1 << 16,
        DRAWN = 64
    }; /* stream numbers apart from those of kernels */
    float some[DRAWN];
    for (size_t i = 0, at = DRAWN, block = 0; i < n; at++) {
        if (at == DRAWN) {
            egad_rng_noise(seed, tensor, (uint32_t)(OTHERS + block++), STREAM_WEIGHTS,
                           DRAWN, some);
            at = 0;
        }
        if (fabsf(some[at]) <= 2.0f)
            u[i++] = some[at];
    }
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
        const size_t heads = l->row.mark & HEADS ? 2 : 1;
        const size_t fans =
            l->row.op == OP_DENSE ? l->I + l->O / heads : l->conv.C + l->conv.O;
        const float limit = (float)sqrt(6.0 / (double)(area * fans));
        if (deviation > 0.0f)
            egad_rng_normal(seed, tensor, deviation, l->weights, host + l->kernel);
        else
            egad_rng_uniform(seed, tensor, limit, l->weights, host + l->kernel);
        if (egad_net_divides(l))
            draw_start(seed, tensor, egad_net_divided_columns(l), moving + l->u);
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

/* Multiply the weights of each output channel c of a layer by scale[c]. */
static void scale_kernel(const egad_net_layer *l, float *kernel, const double *scale)
{
    /* The output channel is the last index; in a transposed convolution the last but
     * one. */
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
        const size_t O = egad_net_divided_columns(l);
        if (egad_net_divides(l))
            TRY(egad_spectral_divide(w + l->kernel, moving + l->u, l->weights / O, O));
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
