/* Detectors: models with their state.  The scaling of their rows is in detector_scale.c.
 */
#include "detector_inside.h"
#include "fitted.h"
#include "graph/graph.h"
#include "net/tie.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_SEED = 5 /* draws the same held-out rows for all detectors of a data set */ };

static egad_status build_networks(egad_detector *d)
{
    egad_status status = EGAD_OK;
    for (const egad_network *table = d->model->networks; table && table->name; table++) {
        size_t inputs[MODEL_INPUTS][3] = { { 0 } };
        egad_net **net = &d->network[d->networks];
        for (int k = 0; k < MODEL_INPUTS && table->input[k]; k++) {
            const int width = table->input[k];
            inputs[k][0] = inputs[k][1] = 1;
            inputs[k][2] = (size_t)(width == OF_Z ? d->model->z_dim : width);
            if (width == OF_X)
                memcpy(inputs[k], d->shape, sizeof inputs[k]);
        }
        TRY(egad_net_new(net, d->device, table, (const size_t(*)[3])inputs, d->shape,
                         d->model->slope));
        d->networks++;
    }
    TRY(egad_tie_check(d->network, d->networks));
done:
    return status;
}

egad_status egad_detector_build(egad_detector **out, egad_device *device,
                                const egad_model *model, const egad_recipe *recipe,
                                const size_t shape[3], const egad_schema *schema,
                                const char *protocol, uint64_t seed)
{
    egad_status status = EGAD_OK;
    egad_detector *d = NULL;
    *out = NULL;
    NEW(d, 1);
    d->device = device;
    d->model = recipe->variant ? recipe->variant : model;
    d->recipe = *recipe;
    d->seed = seed;
    memcpy(d->shape, shape, sizeof d->shape);
    d->columns = shape[0] * shape[1] * shape[2];
    TRY(egad_schema_copy(&d->schema, schema));
    TRY(egad_array_text(&d->protocol, protocol ? protocol : ""));
    NEW(d->fit, 3 * d->columns);
    NEW(d->range, 4 * d->columns);
    for (size_t i = 0; i < 4 * d->columns; i++)
        d->range[i] = NAN;
    TRY(egad_tensor_new(&d->fit_on, device, 3, d->columns));
    d->thresholds.false_alarms = 0.01;
    egad_detector_forget(d);

    for (const egad_model_method *m = model->methods; m && m->name; m++) {
        d->fitted[d->methods].method = egad_method_find(m->method);
        assert(d->fitted[d->methods].method);
        d->methods++;
    }
    if (model->images > 0 && shape[0] == 1 && shape[1] == 1)
        FAIL(SHAPE,
             "%s needs images, but the data is a table of %zu columns; use model %s",
             model->name, shape[2], egad_models[0]->name);
    TRY(build_networks(d));
    *out = d;
    d = NULL;
done:
    egad_detector_free(d);
    return status;
}

void egad_detector_free(egad_detector *d)
{
    if (!d)
        return;
    for (size_t k = 0; k < d->networks; k++)
        egad_net_free(d->network[k]);
    egad_fitted_clear(d);
    egad_tensor_free(&d->fit_on);
    egad_calibrate_clear(&d->calibration);
    egad_detector_forget(d);
    egad_schema_clear(&d->schema);
    free(d->protocol);
    free(d->fit);
    free(d->range);
    free(d->quantile);
    free(d->trimmed);
    free(d->history);
    free(d);
}

void egad_detector_forget(egad_detector *d)
{
    egad_thresholds *t = &d->thresholds;
    for (int k = 0; k < SCORES; k++) {
        free(t->score[k]);
        t->score[k] = NULL;
        t->at[k] = NAN;
    }
    t->rows = t->folds = 0;
}

/* Of n training rows, how many the recipe holds out; and how many of the others it trains
 * on, before any are left out as contamination. */
static size_t held_of(const egad_recipe *recipe, size_t n)
{
    return (size_t)(recipe->hold_out * (double)n);
}

static size_t drawn_of(const egad_recipe *recipe, size_t n)
{
    const size_t others = n - held_of(recipe, n), most = (size_t)recipe->rows;
    return most && most < others ? most : others;
}

/* The training rows of `data` that the recipe trains on, or with `held` holds out. */
static egad_status divide(const egad_dataset *data, const egad_recipe *recipe, int held,
                          size_t **rows, size_t *n)
{
    egad_status status = EGAD_OK;
    size_t *all = NULL, *out = NULL, of = 0, next = 0, kept = 0;
    *rows = NULL;
    TRY(egad_dataset_select(data, EGAD_TRAIN, &all, &of));
    const size_t some = held_of(recipe, of), drawn = drawn_of(recipe, of);
    if (drawn < of - some) { /* the sample of `some` rows is part of this one */
        free(all);
        all = NULL;
        of = some + drawn;
        TRY(egad_dataset_sample(data, EGAD_TRAIN, of, HELD_SEED, &all));
    }
    TRY(egad_dataset_sample(data, EGAD_TRAIN, some, HELD_SEED, &out));
    for (size_t i = 0; i < of; i++)
        if (next < some && all[i] == out[next])
            next++;
        else
            all[kept++] = all[i];
    *rows = held ? out : all;
    *n = held ? some : kept;
    *(held ? &out : &all) = NULL;
done:
    free(all);
    free(out);
    return status;
}

/* Remove the rows left out as contamination from n rows in ascending order. */
static void remove_trimmed(const egad_detector *d, size_t *rows, size_t *n)
{
    size_t kept = 0, t = 0;
    for (size_t i = 0; i < *n; i++) {
        while (t < d->trims && d->trimmed[t] < rows[i])
            t++;
        if (t == d->trims || d->trimmed[t] != rows[i])
            rows[kept++] = rows[i];
    }
    *n = kept;
}

egad_status egad_detector_select(const egad_detector *d, const egad_dataset *data,
                                 int held, size_t **rows, size_t *n)
{
    egad_status status = EGAD_OK;
    TRY(divide(data, &d->recipe, held, rows, n));
    if (!held)
        remove_trimmed(d, *rows, n);
done:
    return status;
}

egad_status egad_detector_unsorted(const egad_detector *d, const egad_dataset *data,
                                   size_t **rows, size_t *n)
{
    return divide(data, &d->recipe, 0, rows, n);
}

size_t egad_detector_trim_round(double contamination, size_t n)
{
    const double share = 1.0 - pow(1.0 - contamination, 1.0 / TRIM_ROUNDS);
    return (size_t)(share * (double)n + 1e-9);
}

size_t egad_detector_trains(const egad_recipe *recipe, size_t n)
{
    n = drawn_of(recipe, n);
    for (int round = 0; round < TRIM_ROUNDS; round++)
        n -= egad_detector_trim_round(recipe->contamination, n);
    return n;
}

egad_status egad_detector_check(const egad_detector *detector, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    const size_t columns = data->shape[0] * data->shape[1] * data->shape[2];
    const size_t *have = data->shape, *want = detector->shape;
    const int images = want[0] > 1 || want[1] > 1;
    if (images && memcmp(have, want, sizeof data->shape) != 0)
        FAIL(SHAPE,
             "the model expects images of %zu x %zu pixels and %zu channels, the "
             "data%s%s has %zu x %zu x %zu",
             want[0], want[1], want[2], data->source ? " from " : "",
             data->source ? data->source : "", have[0], have[1], have[2]);
    if (columns != detector->columns)
        FAIL(SHAPE, "the model expects rows of %zu columns, the data%s%s has %zu",
             detector->columns, data->source ? " from " : "",
             data->source ? data->source : "", columns);
    if (egad_schema_shifted(&data->schema, &detector->schema))
        FAIL(DATA,
             "the data%s%s has other offsets than the model: read it with "
             "egad_dataset_read, or train a new model",
             data->source ? " from " : "", data->source ? data->source : "");
done:
    return status;
}

egad_status egad_detector_same(const egad_detector *detector, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    if (detector->data_sum && detector->data_sum != egad_dataset_sum(data))
        FAIL(DATA,
             "the rows%s%s are not the model's training rows: give the data that it was "
             "trained on",
             data->source ? " from " : "", data->source ? data->source : "");
done:
    return status;
}

size_t egad_detector_columns(const egad_detector *d)
{
    return d->schema.n ? d->schema.n : d->columns;
}

size_t egad_detector_categories(const egad_detector *d, size_t column)
{
    return d->schema.n ? d->schema.column[column].categories : 0;
}

int egad_detector_dense(const egad_detector *d)
{
    for (size_t k = 0; k < d->networks; k++)
        for (size_t i = 0; i < d->network[k]->n; i++)
            if (d->network[k]->layer[i].row.op != OP_DENSE)
                return 0;
    return 1;
}

int egad_detector_epoch(const egad_detector *detector)
{
    return detector->per_epoch ? (int)(detector->step / detector->per_epoch) : 0;
}

egad_detector_info egad_detector_describe(const egad_detector *d)
{
    egad_detector_info info = { .model = d->model->name,
                                .recipe = d->recipe.name,
                                .z_dim = (size_t)d->model->z_dim,
                                .epochs = d->recipe.epochs,
                                .batch = d->recipe.batch,
                                .lr = d->recipe.lr,
                                .hold_out = d->recipe.hold_out,
                                .rows = (size_t)d->recipe.rows,
                                .nu = d->recipe.nu,
                                .gamma = d->recipe.gamma,
                                .contamination = d->recipe.contamination,
                                .trimmed = d->trims,
                                .seed = d->seed,
                                .step = d->step,
                                .steps_per_epoch = d->per_epoch,
                                .epoch = egad_detector_epoch(d),
                                .history = d->history,
                                .schema = &d->schema,
                                .protocol = d->protocol,
                                .calibrated = d->calibration.rows > 0 };
    memcpy(info.shape, d->shape, sizeof info.shape);
    egad_graph_curves(d->model, info.losses);
    info.searches = egad_detector_finds_latent(d->model);
    info.rebuilt = d->model->rebuilt ? d->model->values[d->model->rebuilt].name : NULL;
    for (size_t k = 0; k < d->networks; k++) {
        info.networks[k] = d->network[k]->name;
        info.parameters[k] = d->network[k]->parameters;
    }
    return info;
}
