/* The arrays of a model file.  Those of the networks are parts of flat buffers. */
#include "checkpoint_inside.h"

#include "net/tie.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

egad_status egad_checkpoint_write_array(egad_h5 *file, const char *name, int rank,
                                        const size_t *shape, float *values)
{
    return egad_h5_write(file, name, EGAD_H5_F32, rank, shape, values);
}

egad_status egad_checkpoint_read_array(egad_h5 *file, const char *name, int rank,
                                       const size_t *shape, float *values)
{
    return egad_h5_read_floats(file, name, rank, shape, values);
}

/* ---- The flat buffers and their names ------------------------------------ */

typedef struct {
    const char *group; /* group in the file, before the network's name */
    const char *after; /* group after the network's name */
    size_t at;         /* offset of the buffer in egad_net */
    size_t (*arrays)(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);
    int scores; /* 1: all models need it to score */
} buffer;

static const buffer buffers[] = {
    { "/model/", "", offsetof(egad_net, w), egad_net_trained, 0 },
    { "/model/", "", offsetof(egad_net, moving), egad_net_moving, 1 },
    { "/ema/", "", offsetof(egad_net, ema), egad_net_trained, 1 },
    { "/optimizer/", "/m", offsetof(egad_net, m), egad_net_trained, 0 },
    { "/optimizer/", "/v", offsetof(egad_net, v), egad_net_trained, 0 },
};

static egad_tensor tensor_of(const egad_net *net, const buffer *b)
{
    egad_tensor t;
    memcpy(&t, (const char *)net + b->at, sizeof t);
    return t;
}

/* Call `call` for each array of each layer; `flat` holds the buffer's values. */
static egad_status each_array(egad_h5 *file, const egad_net *net, const buffer *b,
                              float *flat, egad_checkpoint_array *call)
{
    egad_status status = EGAD_OK;
    egad_net_array arrays[NET_ARRAYS];
    char name[160];
    for (size_t i = 0; i < net->n; i++) {
        const size_t n = b->arrays(&net->layer[i], arrays);
        for (size_t k = 0; k < n; k++) {
            snprintf(name, sizeof name, "%s%s%s/%s/%s", b->group, net->name, b->after,
                     net->layer[i].name, arrays[k].name);
            TRY(call(file, name, arrays[k].rank, arrays[k].shape, flat + arrays[k].at));
        }
    }
done:
    return status;
}

/* 1 if scoring needs the buffer: the search of the recipe release reads the weights of D,
 * not their averages. */
static int scores(const egad_detector *d, const buffer *b)
{
    return b->scores || (b->at == offsetof(egad_net, w) && d->recipe.sigma_of_rebuilt &&
                         egad_detector_finds_latent(d->model));
}

egad_status egad_checkpoint_networks(egad_h5 *file, const egad_detector *d, int save,
                                     int slim)
{
    egad_status status = EGAD_OK;
    float *flat = NULL;
    for (size_t k = 0; k < d->networks; k++) {
        const egad_net *net = d->network[k];
        for (size_t b = 0; b < sizeof buffers / sizeof *buffers; b++) {
            const egad_tensor t = tensor_of(net, &buffers[b]);
            /* without batch normalisation, or not for scoring */
            if (!t.mem || (slim && !scores(d, &buffers[b])))
                continue;
            free(flat);
            NEW(flat, t.c);
            if (save)
                TRY(egad_tensor_read(d->device, t, flat));
            TRY(each_array(file, net, &buffers[b], flat,
                           save ? egad_checkpoint_write_array
                                : egad_checkpoint_read_array));
            if (!save)
                TRY(egad_tensor_write(d->device, t, flat));
        }
    }
    if (!save)
        TRY(egad_tie_copy(d->network, d->networks, d->device));
done:
    free(flat);
    return status;
}
