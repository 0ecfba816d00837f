/* Generated rows: G(z), in the units of x. */
#include "detector.h"
#include "device/rng.h"
#include "net/pass.h"

#include "cl/shared.h"

#include <stdlib.h>

/* The current generator, prepared for a batch. */
typedef struct {
    egad_net *net;
    egad_tensor z, x; /* (batch, Z), (batch, columns) */
    egad_pass pass;
    egad_plan *plan;
} generator;

static egad_status generator_new(generator *g, egad_detector *d, size_t batch)
{
    egad_status status = EGAD_OK;
    const egad_net *net = d->network[d->model->values[d->model->generated].network];
    *g = (generator){ 0 };
    TRY(egad_net_freeze(&g->net, d->device, net, net->ema));
    TRY(egad_tensor_new(&g->z, d->device, batch, (size_t)d->model->z_dim));
    TRY(egad_tensor_new(&g->x, d->device, batch, d->columns));
    TRY(egad_pass_new(&g->pass, d->device, g->net, 0, g->z, g->x, NULL));
    TRY(egad_plan_new(&g->plan, d->device, "generate"));
    TRY(egad_pass_forward(&g->pass, g->plan, g->net->w, 0, 0));
done:
    return status;
}

static void generator_free(generator *g)
{
    egad_plan_free(g->plan);
    egad_pass_free(&g->pass);
    egad_tensor_free(&g->z);
    egad_tensor_free(&g->x);
    egad_net_free(g->net);
}

/* z (n, Z) of the rows from `first` on. */
static void draw(float *z, uint64_t seed, uint64_t first, size_t n, size_t Z)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t row = first + i;
        egad_rng_noise(seed, (uint32_t)row, (uint32_t)(row >> 32), STREAM_GENERATE, Z,
                       z + i * Z);
    }
}

egad_status egad_generate_rows(egad_detector *d, const float *z, uint64_t seed,
                               size_t rows, float *x)
{
    egad_status status = EGAD_OK;
    generator g = { 0 };
    const size_t C = d->columns, Z = (size_t)d->model->z_dim;
    const size_t batch = egad_score_bulk(d, rows);
    float *drawn = NULL;
    if (!d->model->generated)
        FAIL(ARGUMENT, "%s generates no rows: it has no generator", d->model->name);
    if (rows == 0)
        return EGAD_OK;
    NEW(drawn, z ? 0 : batch * Z);
    TRY(generator_new(&g, d, batch));
    for (size_t i = 0; i < rows; i += batch) {
        const size_t n = rows - i < batch ? rows - i : batch;
        if (!z)
            draw(drawn, seed, i, n, Z);
        TRY(egad_tensor_write(d->device, egad_tensor_rows(g.z, 0, n),
                              z ? z + i * Z : drawn));
        TRY(egad_plan_run(g.plan));
        TRY(egad_tensor_read(d->device, egad_tensor_rows(g.x, 0, n), x + i * C));
        for (size_t k = i * C; k < (i + n) * C; k++)
            x[k] = egad_detector_unscale(d, k % C, x[k]);
    }
done:
    generator_free(&g);
    free(drawn);
    return status;
}
