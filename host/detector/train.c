/* Training: the loop over epochs. */
#include "train.h"

#include "fitted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double egad_train_rate(const egad_recipe *recipe, uint64_t step, uint64_t steps)
{
    const double share = steps > 1 ? (double)step / (double)(steps - 1) : 0.0;
    const double down = 0.5 * (1.0 - cos(acos(-1.0) * share));
    return recipe->lr * (1.0 + (recipe->lr_end - 1.0) * down);
}

/* Write the learning rates of the next n iterations to their slots of the ring. */
static egad_status write_rates(egad_train *t, uint64_t steps, size_t n)
{
    const egad_detector *d = t->detector;
    float rates[RING] = { 0 };
    for (uint64_t s = d->step; s < d->step + n; s++)
        rates[s % RING] = (float)egad_adam_rate(egad_train_rate(&d->recipe, s, steps),
                                                d->recipe.beta1, s);
    return egad_tensor_write(d->device, t->rates, rates);
}

/* The training rows of a run. */
typedef struct {
    const egad_dataset *data;
    const size_t *row;
    size_t n;
} training_rows;

/* Fail for a loss that is not finite, and name the column whose inputs are so large that
 * this is why. */
static egad_status fail_diverged(const egad_detector *d, const training_rows *of,
                                 uint64_t step)
{
    enum { FAR = 1000 }; /* scaled inputs are of the order of 1 */
    egad_status status = EGAD_OK;
    char *column = NULL;
    float most = 0.0f;
    size_t at = 0;
    for (size_t i = 0; i < of->n; i++)
        for (size_t j = 0; j < d->columns; j++) {
            const float x = of->data->x[of->row[i] * d->columns + j];
            const float size = fabsf(egad_detector_scale(d, j, x));
            if (size > most) {
                most = size;
                at = j;
            }
        }
    if (most <= (float)FAR)
        FAIL(DATA,
             "training diverged: a loss is not finite at iteration %llu; lower --lr, or "
             "check the scale of the data",
             (unsigned long long)step);
    TRY(egad_detector_column(&column, d, at));
    FAIL(DATA,
         "training diverged: a loss is not finite at iteration %llu; inputs of %s reach "
         "%.3g: use a recipe that scales columns, or divide it by a power of ten",
         (unsigned long long)step, column, (double)most);
done:
    free(column);
    return status;
}

/* Add the losses of the last n iterations to the epoch's sums. */
static egad_status read_losses(egad_train *t, const training_rows *of, size_t n)
{
    egad_status status = EGAD_OK;
    egad_detector *d = t->detector;
    float ring[RING * LOSSES];
    TRY(egad_tensor_read(d->device, t->ring, ring));
    for (uint64_t s = d->step - n; s < d->step; s++)
        for (int k = 0; k < t->graph->losses; k++) {
            const float loss = ring[s % RING * LOSSES + (uint64_t)k];
            if (!isfinite(loss))
                TRY(fail_diverged(d, of, s));
            d->partial[k] += loss;
        }
done:
    return status;
}

/* Mean losses of the epoch's first n iterations. */
static egad_epoch means(const egad_detector *d, uint64_t n)
{
    const double m = n ? (double)n : 1.0;
    const egad_loss *loss[MODEL_LOSSES];
    const char *shown[MODEL_CURVES];
    const int losses = egad_graph_losses(d->model, loss),
              curves = egad_graph_curves(d->model, shown);
    egad_epoch epoch = { .seconds = (float)d->partial_seconds };
    for (int c = 0; c < curves; c++) {
        double sum = 0.0;
        for (int k = 0; k < losses; k++)
            sum += strcmp(loss[k]->shown, shown[c]) == 0 ? d->partial[k] : 0.0;
        epoch.loss[c] = (float)(sum / m);
    }
    return epoch;
}

/* Append the completed epoch to the history. */
static egad_status end_epoch(egad_detector *d)
{
    egad_status status = EGAD_OK;
    const size_t n = (size_t)egad_detector_epoch(d);
    egad_epoch *more = realloc(d->history, n * sizeof *more);
    if (!more)
        FAIL(MEMORY, "out of memory for the history");
    d->history = more;
    d->history[n - 1] = means(d, d->per_epoch);
    memset(d->partial, 0, sizeof d->partial);
    d->partial_seconds = 0.0;
done:
    return status;
}

egad_status egad_train_extend(egad_detector *d, int epochs)
{
    egad_status status = EGAD_OK;
    if (epochs == d->recipe.epochs)
        goto done;
    if (!d->networks)
        FAIL(ARGUMENT, "%s has no epochs: it is fitted once, to all training rows",
             d->model->name);
    if (epochs < 1 || d->step > d->per_epoch * (uint64_t)epochs)
        FAIL(ARGUMENT, "it cannot end at epoch %d: %d of %d epochs are already trained",
             epochs, egad_detector_epoch(d), d->recipe.epochs);
    if (d->recipe.lr_end != 1.0)
        FAIL(ARGUMENT,
             "its learning rate decays until epoch %d, so that %d epochs need a new "
             "training",
             d->recipe.epochs, epochs);
    d->recipe.epochs = epochs;
done:
    return status;
}

static egad_status iterate(const egad_train *t)
{
    egad_status status = EGAD_OK;
    for (int s = 0; s < t->graph->steps; s++) {
        TRY(egad_plan_run(t->step[s].feed));
        TRY(egad_plan_run(t->step[s].gradients));
        TRY(egad_plan_run(t->step[s].update));
    }
done:
    return status;
}

/* Fit a method without networks: one iteration, which sees all training rows. */
static egad_status fit_method(egad_detector *d, const egad_dataset *data,
                              const size_t *rows, size_t n, const egad_train_options *o)
{
    egad_status status = EGAD_OK;
    const double start = egad_device_clock();
    TRY(egad_fitted_fit(d, data, rows, n));
    d->step = 1;
    egad_detector_forget(d);
    d->partial_seconds = egad_device_clock() - start;
    egad_progress p = { .epoch = 1,
                        .epochs = 1,
                        .step = 1,
                        .steps = 1,
                        .epoch_end = 1,
                        .rows_per_second = (double)n / fmax(d->partial_seconds, 1e-9),
                        .losses = means(d, 1) };
    TRY(end_epoch(d));
    if (o->progress)
        o->progress(o->context, &p);
done:
    return status;
}

egad_status egad_train_run(egad_detector *d, const egad_dataset *data,
                           const egad_train_options *options)
{
    egad_status status = EGAD_OK;
    egad_train_options read = { .progress = NULL };
    const egad_train_options *o = &read;
    const size_t N = (size_t)d->recipe.batch;
    size_t *rows = NULL, n = 0;
    egad_train *t = NULL;

    READ_SIZED(egad_train_options, &read, options);
    if (d->slim)
        FAIL(DATA, "this model has only what scoring needs: resume the model that it was "
                   "made from, or train another one");
    TRY(egad_detector_check(d, data));
    TRY(egad_detector_select(d, data, 0, &rows, &n));
    if (n < N)
        FAIL(DATA, "a batch of %zu rows cannot be drawn from %zu training rows", N, n);
    if (d->per_epoch && d->per_epoch != n / N)
        FAIL(DATA, "the model was trained with %llu batches per epoch, this data has %zu",
             (unsigned long long)d->per_epoch, n / N);
    TRY(egad_detector_same(d, data));
    d->per_epoch = n / N;
    if (!d->data_sum)
        d->data_sum = egad_dataset_sum(data);
    const uint64_t steps = d->per_epoch * (uint64_t)d->recipe.epochs, begin = d->step;
    if (steps > UINT32_MAX)
        FAIL(ARGUMENT, "%llu iterations exceed the limit of 2^32",
             (unsigned long long)steps);
    if (begin >= steps)
        goto done;
    if (!d->networks) {
        TRY(fit_method(d, data, rows, n, o));
        goto done;
    }
    TRY(egad_train_new(&t, d, N, 1, data, rows, n));
    TRY(egad_train_set_clock(t, begin));

    /* The first iterations compile kernels and take longer; the measured speed excludes
     * them once there are others. */
    double start = egad_device_clock();
    uint64_t from = begin;
    while (d->step < steps && !(o->stop && *o->stop)) {
        const double chunk_start = egad_device_clock();
        const uint64_t epoch_left = d->per_epoch - d->step % d->per_epoch;
        const size_t chunk = epoch_left < RING ? (size_t)epoch_left : RING;
        size_t i = 0;
        TRY(write_rates(t, steps, chunk));
        for (; i < chunk && !(o->stop && *o->stop); i++)
            TRY(iterate(t));
        d->step += i;
        if (i > 0) { /* computed from earlier weights */
            egad_calibrate_clear(&d->calibration);
            egad_detector_forget(d);
        }
        TRY(egad_device_finish(d->device));
        TRY(read_losses(t, &(training_rows){ data, rows, n }, i));
        d->partial_seconds += egad_device_clock() - chunk_start;

        const uint64_t in_epoch = d->step % d->per_epoch;
        const int ended = i > 0 && in_epoch == 0;
        const double elapsed = egad_device_clock() - start;
        const double rate = (double)(d->step - from) / (elapsed > 0 ? elapsed : 1e-9);
        const double left = (double)(steps - d->step) / rate;
        egad_progress p = { .epoch = egad_detector_epoch(d) + !ended,
                            .epochs = d->recipe.epochs,
                            .step = d->step,
                            .steps = steps,
                            .epoch_end = ended,
                            .rows_per_second = rate * (double)N,
                            .seconds_left =
                                from > begin || d->step == steps ? left : INFINITY,
                            .losses = means(d, ended ? d->per_epoch : in_epoch) };
        if (ended)
            TRY(end_epoch(d));
        if (o->progress && o->progress(o->context, &p))
            break;
        if (from == begin) {
            from = d->step;
            start = egad_device_clock();
        }
    }
done:
    egad_train_free(t);
    free(rows);
    return status;
}
