/* Detectors: models with their state.  The scaling of their rows is in detector_scale.c.
 */
#include "detector_inside.h"
#include "fitted.h"
#include "graph/graph.h"
#include "net/tie.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOKS_BACK = 3, /* averaging time is at most 1 / LOOKS_BACK of the training */
    HELD_SEED = 5   /* draws the same held-out rows for all detectors of a data set */
};

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

/* The training rows of `data` that the recipe trains on, or with `held` holds out. */
static egad_status divide(const egad_dataset *data, const egad_recipe *recipe, int held,
                          size_t **rows, size_t *n)
{
    egad_status status = EGAD_OK;
    size_t *all = NULL, *out = NULL, of = 0, next = 0, kept = 0;
    const size_t most = (size_t)recipe->rows;
    *rows = NULL;
    TRY(egad_dataset_select(data, EGAD_TRAIN, &all, &of));
    const size_t some = (size_t)(recipe->hold_out * (double)of);
    if (most && most < of - some) { /* the sample of `some` rows is part of this one */
        free(all);
        all = NULL;
        of = some + most;
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

egad_status egad_detector_select(const egad_detector *d, const egad_dataset *data,
                                 int held, size_t **rows, size_t *n)
{
    return divide(data, &d->recipe, held, rows, n);
}

/* Apply the options, and what the recipe derives from the number of training rows. */
static void adapt(egad_recipe *recipe, const egad_detector_options *options, size_t n)
{
    if (options->batch)
        recipe->batch = options->batch;
    else if (recipe->least_steps && n / 8 < (size_t)recipe->batch)
        recipe->batch = n < 8 ? 1 : (int)(n / 8);
    const size_t steps = n / (size_t)recipe->batch; /* per epoch */
    if (options->epochs)
        recipe->epochs = options->epochs;
    else if (steps > 0 && steps * (size_t)recipe->epochs < (size_t)recipe->least_steps)
        recipe->epochs = (int)(((size_t)recipe->least_steps + steps - 1) / steps);
    /* In a short training, slow moving averages would still contain the initial
     * weights. */
    const double all = (double)steps * recipe->epochs;
    if (recipe->least_steps && all > 0)
        recipe->ema_decay = fmin(recipe->ema_decay, fmax(0, 1 - LOOKS_BACK / all));
    if (options->lr > 0.0)
        recipe->lr = options->lr;
}

static egad_status choose_share(egad_recipe *recipe, double hold_out)
{
    egad_status status = EGAD_OK;
    if (!(hold_out < 1.0))
        FAIL(ARGUMENT,
             "cannot hold out a share of %g of the training rows; it must be below 1",
             hold_out);
    if (hold_out != 0.0)
        recipe->hold_out = fmax(hold_out, 0.0);
done:
    return status;
}

/* nu and gamma are options of models whose recipes have a nu. */
static egad_status choose_machine(egad_recipe *recipe, const egad_model *model,
                                  const egad_detector_options *options)
{
    egad_status status = EGAD_OK;
    if (options->nu == 0.0 && options->gamma == 0.0)
        goto done;
    if (!(recipe->nu > 0.0))
        FAIL(ARGUMENT, "%s has no nu and no gamma: they are options of ocsvm",
             model->name);
    if (options->nu != 0.0)
        recipe->nu = options->nu;
    recipe->gamma = options->gamma;
    if (!(recipe->nu > 0.0 && recipe->nu <= 1.0))
        FAIL(ARGUMENT, "nu is %g; it must be above 0, at most 1", recipe->nu);
    if (!(recipe->gamma >= 0.0 && recipe->gamma <= (double)FLT_MAX))
        FAIL(ARGUMENT, "gamma is %g; it must be above 0, at most %g", recipe->gamma,
             (double)FLT_MAX);
done:
    return status;
}

egad_status egad_detector_new(egad_detector **out, egad_device *device,
                              const egad_dataset *data,
                              const egad_detector_options *options)
{
    egad_status status = EGAD_OK;
    egad_detector *d = NULL;
    size_t *rows = NULL, n = 0;
    const egad_model *model = NULL;
    const egad_recipe *found = NULL;
    egad_detector_options how = { .model = NULL };
    unsigned tensor = 1;
    *out = NULL;

    READ_SIZED(egad_detector_options, &how, options);
    model = egad_detector_default_model(data);
    if (how.model)
        TRY(egad_detector_find_model(&model, how.model));
    TRY(egad_detector_find_recipe(&found, model, how.recipe));
    egad_recipe recipe = *found;
    if (how.epochs < 0 || how.batch < 0 || !(how.lr >= 0.0))
        FAIL(ARGUMENT, "epochs, batch and learning rate must not be negative");
    TRY(choose_share(&recipe, how.hold_out));
    TRY(choose_machine(&recipe, model, &how));
    recipe.rows = how.rows < INT32_MAX ? (int)how.rows : 0;
    TRY(divide(data, &recipe, 0, &rows, &n));
    if (n == 0)
        FAIL(DATA, "the data has no training rows");
    if (!model->networks) { /* one iteration with all rows */
        recipe.batch = (int)n;
        recipe.epochs = 1;
        recipe.lr_end = 1.0;
    } else {
        adapt(&recipe, &how, n);
    }
    if ((size_t)recipe.batch > n)
        FAIL(DATA,
             "a batch of %d rows cannot be drawn from %zu training rows; choose a "
             "smaller one",
             recipe.batch, n);
    TRY(egad_detector_build(&d, device, model, &recipe, data->shape, &data->schema,
                            data->protocol, how.seed));
    TRY(egad_detector_fit(d, data, rows, n));
    TRY(egad_detector_fit_quantiles(d, data, rows, n));
    for (size_t k = 0; k < d->networks; k++) {
        TRY(egad_net_initialise(d->network[k], device, how.seed, tensor,
                                model->deviation));
        tensor += (unsigned)d->network[k]->n;
    }
    TRY(egad_tie_copy(d->network, d->networks, device));
    TRY(egad_detector_centre(d, data, rows, n));
    *out = d;
    d = NULL;
done:
    egad_detector_free(d);
    free(rows);
    return status;
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
