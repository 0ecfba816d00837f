/* Generated rows: G(z), in the units of x. */
#include "detector.h"
#include "device/rng.h"
#include "graph/graph.h"
#include "net/pass.h"
#include "ops/function.h"

#include "cl/shared.h"

#include <assert.h>
#include <stdlib.h>

/* The current generator, prepared for a batch. */
typedef struct {
    egad_net *net;
    egad_tensor z, y, x; /* (batch, Z); (batch, outputs); (batch, columns), which is y, a
                          * part of it or a function of that */
    int made;            /* 1: x is a function, of memory of its own */
    egad_pass pass;
    egad_plan *plan;
} generator;

/* The value that a network computes on the way to v. */
static const egad_value *output_of(const egad_model *model, int v)
{
    while (model->values[v].kind == VALUE_PART || model->values[v].kind == VALUE_FUNCTION)
        v = model->values[v].from[0];
    return &model->values[v];
}

/* Append what makes x of the network's output: parts, and functions of one value. */
static egad_status finish(generator *g, const egad_detector *d, int v)
{
    egad_status status = EGAD_OK;
    const egad_value *value = &d->model->values[v];
    size_t first;
    if (value->kind != VALUE_PART && value->kind != VALUE_FUNCTION) {
        g->x = g->y;
        return EGAD_OK;
    }
    TRY(finish(g, d, value->from[0]));
    const egad_tensor from[FUNCTION_ARGUMENTS] = { g->x };
    if (value->kind == VALUE_PART) {
        const size_t n = egad_graph_part(value, d->columns, &first);
        g->x = egad_tensor_columns(g->x, first, n);
    } else {
        assert(egad_function_arguments(value->function) == 1 && !g->made);
        TRY(egad_tensor_new(&g->x, d->device, from->n, from->c));
        g->made = 1;
        TRY(egad_function_forward(g->plan, value->name, value->function, g->x, from));
    }
done:
    return status;
}

static egad_status generator_new(generator *g, egad_detector *d, size_t batch)
{
    egad_status status = EGAD_OK;
    const egad_net *net = d->network[output_of(d->model, d->model->generated)->network];
    *g = (generator){ 0 };
    TRY(egad_net_freeze(&g->net, d->device, net, net->ema));
    TRY(egad_tensor_new(&g->z, d->device, batch, (size_t)d->model->z_dim));
    TRY(egad_tensor_new(&g->y, d->device, batch, egad_net_outputs(g->net, 0)));
    TRY(egad_pass_new(&g->pass, d->device, g->net, 0, g->z, g->y, NULL));
    TRY(egad_plan_new(&g->plan, d->device, "generate"));
    TRY(egad_pass_forward(&g->pass, g->plan, g->net->w, 0, 0));
    TRY(finish(g, d, d->model->generated));
done:
    return status;
}

static void generator_free(generator *g)
{
    egad_plan_free(g->plan);
    egad_pass_free(&g->pass);
    egad_tensor_free(&g->z);
    egad_tensor_free(&g->y);
    if (g->made)
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
