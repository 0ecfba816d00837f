/* New detectors: the recipe with the options applied, the rows to train on, scaling and
 * initial weights. */
#include "detector_inside.h"
#include "net/tie.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { LOOKS_BACK = 3 /* averaging time is at most 1 / LOOKS_BACK of the training */ };

/* The fewest iterations for n training rows.  Where distances to training rows decide the
 * default score, and the table is small, more gain nothing (bench/results/quality.md). */
static size_t fewest(const egad_recipe *recipe, const egad_model *model, size_t n)
{
    enum { SMALL = 500 }; /* rows that are worth as many iterations */
    const size_t least = (size_t)recipe->least_steps, few = n * n / SMALL;
    const int distances = recipe->combined && model->methods && !model->images;
    return distances && few < least ? few : least;
}

/* Apply the options, and what the recipe derives from the number of training rows. */
static void adapt(egad_recipe *recipe, const egad_model *model,
                  const egad_detector_options *options, size_t n)
{
    const size_t least = fewest(recipe, model, n);
    if (options->batch)
        recipe->batch = options->batch;
    else if (recipe->least_steps && n / 8 < (size_t)recipe->batch)
        recipe->batch = n < 8 ? 1 : (int)(n / 8);
    const size_t steps = n / (size_t)recipe->batch; /* per epoch */
    if (options->epochs)
        recipe->epochs = options->epochs;
    else if (steps > 0 && steps * (size_t)recipe->epochs < least)
        recipe->epochs = (int)((least + steps - 1) / steps);
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

/* The share of the training rows that may be anomalies. */
static egad_status choose_contamination(egad_recipe *recipe, double contamination,
                                        const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    if (contamination == 0.0)
        goto done;
    if (!(contamination > 0.0 && contamination < 0.5))
        FAIL(ARGUMENT,
             "a contamination of %g; it must be above 0 and below 0.5: more than half of "
             "the training rows must be normal",
             contamination);
    if (egad_dataset_images(&data->schema, data->shape))
        FAIL(ARGUMENT,
             "training rows can be left out as contamination of tables only, and the "
             "data has images: sort them");
    recipe->contamination = contamination;
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
    size_t *rows = NULL, *unsorted = NULL, n = 0, all = 0;
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
    TRY(choose_contamination(&recipe, how.contamination, data));
    TRY(egad_dataset_select(data, EGAD_TRAIN, &unsorted, &all));
    n = egad_detector_trains(&recipe, all);
    if (n == 0)
        FAIL(DATA, "the data has no training rows");
    free(unsorted);
    unsorted = NULL;
    if (!model->networks) { /* one iteration with all rows */
        recipe.batch = (int)n;
        recipe.epochs = 1;
        recipe.lr_end = 1.0;
    } else {
        adapt(&recipe, model, &how, n);
    }
    if ((size_t)recipe.batch > n)
        FAIL(DATA,
             "a batch of %d rows cannot be drawn from %zu training rows; choose a "
             "smaller one",
             recipe.batch, n);
    TRY(egad_detector_build(&d, device, model, &recipe, data->shape, &data->schema,
                            data->protocol, how.seed));
    TRY(egad_detector_unsorted(d, data, &unsorted, &all));
    if (n < all)
        TRY(egad_detector_trim(&d->trimmed, &d->trims, device, data, unsorted, all,
                               recipe.contamination));
    TRY(egad_detector_select(d, data, 0, &rows, &n));
    TRY(egad_detector_fit(d, data, rows, n));
    egad_detector_extend(d, data, unsorted, all);
    TRY(egad_detector_fit_quantiles(d, data, unsorted, all));
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
    free(unsorted);
    return status;
}
