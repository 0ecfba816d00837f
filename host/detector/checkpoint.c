/* A detector as a file and back (README, "A model file"; checkpoint_text.c prints one):
 * named float32 arrays, so that h5py reads it without egad, and everything that resuming
 * needs to go on bit for bit. */
#include "detector.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What to do about a file that no egad has written so: the end of what is said of one. */
#define ANEW ": copy the file, or train, anew"

static const uint64_t version = 1; /* of the layout that this file writes */

/* ---- The flat buffers and their names ------------------------------------ */

typedef struct {
    const char *group; /* in the file, before the network's name */
    const char *after; /* and behind it */
    size_t at;         /* of the buffer in egad_net */
    size_t (*arrays)(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);
} buffer;

static const buffer buffers[] = {
    { "/model/", "", offsetof(egad_net, w), egad_net_trained },
    { "/model/", "", offsetof(egad_net, moving), egad_net_moving },
    { "/ema/", "", offsetof(egad_net, ema), egad_net_trained },
    { "/optimizer/", "/m", offsetof(egad_net, m), egad_net_trained },
    { "/optimizer/", "/v", offsetof(egad_net, v), egad_net_trained },
};

static egad_tensor tensor_of(const egad_net *net, const buffer *b)
{
    egad_tensor t;
    memcpy(&t, (const char *)net + b->at, sizeof t);
    return t;
}

typedef egad_status array_call(egad_h5 *file, const char *name, int rank,
                               const size_t *shape, float *values);

/* Call `call` for every array of every layer, `flat` being the buffer's values. */
static egad_status each_array(egad_h5 *file, const egad_net *net, const buffer *b,
                              float *flat, array_call *call)
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

static egad_status write_array(egad_h5 *file, const char *name, int rank,
                               const size_t *shape, float *values)
{
    return egad_h5_write(file, name, EGAD_H5_F32, rank, shape, values);
}

/* Read an array whose shape and every value must be as they should. */
static egad_status read_array(egad_h5 *file, const char *name, int rank,
                              const size_t *shape, float *values)
{
    egad_status status = EGAD_OK;
    size_t have[EGAD_H5_RANK], n = 1;
    int have_rank = 0;
    TRY(egad_h5_shape(file, name, have, &have_rank));
    for (int i = 0; i < rank; i++) {
        n *= shape[i];
        if (have_rank != rank || have[i] != shape[i])
            FAIL(FORMAT,
                 "model: '%s' does not have the shape that the model's table gives" ANEW,
                 name);
    }
    TRY(egad_h5_read(file, name, EGAD_H5_F32, n, values));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            FAIL(FORMAT, "model: '%s' holds a value that is not a number" ANEW, name);
done:
    return status;
}

/* Every network and buffer of a detector, to the file or from it. */
static egad_status transfer(egad_h5 *file, const egad_detector *d, int save)
{
    egad_status status = EGAD_OK;
    float *flat = NULL;
    for (int k = 0; k < NETS; k++) {
        const egad_net *net = d->net[k];
        if (!net)
            continue;
        for (size_t b = 0; b < sizeof buffers / sizeof *buffers; b++) {
            const egad_tensor t = tensor_of(net, &buffers[b]);
            if (!t.mem) /* no batch normalisation */
                continue;
            free(flat);
            NEW(flat, t.c);
            if (save)
                TRY(egad_tensor_read(d->device, t, flat));
            TRY(each_array(file, net, &buffers[b], flat,
                           save ? write_array : read_array));
            if (!save)
                TRY(egad_tensor_write(d->device, t, flat));
        }
    }
done:
    free(flat);
    return status;
}

/* ---- Everything else ----------------------------------------------------- */

/* The recipe, number by number: a file stays what it was when egad's recipes change. */
#define RECIPE_NUMBERS(X)                                                                \
    X(lr)                                                                                \
    X(lr_end)                                                                            \
    X(beta1)                                                                             \
    X(ema_decay)
#define RECIPE_INTS(X)                                                                   \
    X(batch)                                                                             \
    X(epochs)                                                                            \
    X(combined)                                                                          \
    X(sigma_of_rebuilt)

static const char *const scalings[] = { [SCALE_NONE] = "none",
                                        [SCALE_MINMAX] = "minmax",
                                        [SCALE_STANDARD] = "standard",
                                        [SCALE_PIXELS] = "pixels" };

static egad_status write_recipe(egad_h5 *file, const egad_recipe *r)
{
    egad_status status = EGAD_OK;
    TRY(egad_h5_write_text(file, "/recipe", "scaling", scalings[r->scaling]));
#define X(field) TRY(egad_h5_write_number(file, "/recipe", #field, r->field));
    RECIPE_NUMBERS(X)
#undef X
#define X(field) TRY(egad_h5_write_count(file, "/recipe", #field, (uint64_t)r->field));
    RECIPE_INTS(X)
#undef X
    TRY(egad_h5_write_number(file, "/recipe", "hold_out", r->hold_out));
done:
    return status;
}

static egad_status read_scaling(egad_h5 *file, int *scaling)
{
    egad_status status = EGAD_OK;
    char *name = NULL;
    int i = SCALE_PIXELS;
    TRY(egad_h5_read_text(file, "/recipe", "scaling", &name));
    while (i >= 0 && strcmp(name, scalings[i]) != 0)
        i--;
    if (i < 0)
        FAIL(FORMAT, "model: its recipe has a scaling that egad does not know" ANEW);
    *scaling = i;
done:
    free(name);
    return status;
}

static egad_status read_recipe(egad_h5 *file, egad_recipe *r)
{
    egad_status status = EGAD_OK;
    double value = 0.0;
    TRY(read_scaling(file, &r->scaling));
#define X(field)                                                                         \
    TRY(egad_h5_read_number(file, "/recipe", #field, &value));                           \
    r->field = value;
    RECIPE_NUMBERS(X)
#undef X
#define X(field)                                                                         \
    TRY(egad_h5_read_number(file, "/recipe", #field, &value));                           \
    if (!(value >= 0.0 && value < 1e9))                                                  \
        FAIL(FORMAT, "model: its recipe has %s = %g" ANEW, #field, value);               \
    r->field = (int)value;
    RECIPE_INTS(X)
#undef X
    r->hold_out = 0.0; /* older files do not say so */
    if (egad_h5_has(file, "/recipe", "hold_out"))
        TRY(egad_h5_read_number(file, "/recipe", "hold_out", &r->hold_out));
    if (r->batch < 1 || r->epochs < 1 || !(r->hold_out >= 0.0 && r->hold_out < 1.0))
        FAIL(FORMAT, "model: its recipe has values that no recipe has" ANEW);
done:
    return status;
}

/* The arrays of a calibration by name, those of its own kind: to the file, or from it. */
static egad_status each_of_calibration(egad_h5 *file, const egad_calibration *c,
                                       array_call *each)
{
    egad_status status = EGAD_OK;
    const egad_points *p = &c->points;
    if (p->n) {
        const size_t map[2] = { p->n, p->P }, point[2] = { p->rows, p->P };
        TRY(each(file, "/calibration/map", 2, map, p->map));
        TRY(each(file, "/calibration/offset", 1, map + 1, p->offset));
        TRY(each(file, "/calibration/points", 2, point, p->point));
        TRY(each(file, "/calibration/reach", 1, point, p->local_scale));
    } else {
        const size_t square[2] = { c->n, c->n };
        TRY(each(file, "/calibration/mean", 1, square, c->mean));
        TRY(each(file, "/calibration/whitening", 2, square, c->whitening));
    }
done:
    return status;
}

static egad_status write_calibration(egad_h5 *file, const egad_calibration *c)
{
    egad_status status = EGAD_OK;
    const size_t terms[1] = { TERMS };
    if (c->n == 0)
        return EGAD_OK;
    TRY(each_of_calibration(file, c, write_array));
    TRY(egad_h5_write(file, "/calibration/mean_log", EGAD_H5_F64, 1, terms, c->mean_log));
    TRY(egad_h5_write(file, "/calibration/deviation_log", EGAD_H5_F64, 1, terms,
                      c->deviation_log));
    TRY(egad_h5_write_text(file, "/calibration", "terms",
                           "l1 sigma sigma_rebuilt fm features evidence near local"));
    TRY(egad_h5_write_count(file, "/calibration", "rows", c->rows));
    TRY(egad_h5_write_number(file, "/calibration", "shrinkage", c->shrinkage));
done:
    return status;
}

/* Room for the points of a file, as many and as long as it says. */
static egad_status reserve_points(egad_points *p, egad_h5 *file, size_t n)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    TRY(egad_h5_shape(file, "/calibration/points", shape, &rank));
    if (rank != 2 || shape[0] < 2 || shape[0] > 1u << 24 || shape[1] < 1 || shape[1] > n)
        FAIL(FORMAT, "model: '/calibration/points' has a shape that cannot be" ANEW);
    *p = (egad_points){ .n = n, .P = shape[1], .rows = shape[0] };
    NEW(p->map, n * p->P);
    NEW(p->offset, p->P);
    NEW(p->point, p->rows * p->P);
    NEW(p->local_scale, p->rows);
done:
    return status;
}

static egad_status read_calibration(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    const size_t n = egad_detector_score_features(d);
    egad_calibration c = { .n = n };
    uint64_t rows = 0;
    if (!egad_h5_has(file, "/calibration", NULL))
        return EGAD_OK;
    if (d->model->combined == COMBINED_NEAREST) {
        TRY(reserve_points(&c.points, file, n));
    } else {
        NEW(c.mean, n);
        NEW(c.whitening, n * n);
    }
    TRY(each_of_calibration(file, &c, read_array));
    TRY(egad_h5_read(file, "/calibration/mean_log", EGAD_H5_F64, TERMS, c.mean_log));
    TRY(egad_h5_read(file, "/calibration/deviation_log", EGAD_H5_F64, TERMS,
                     c.deviation_log));
    for (int k = 0; k < TERMS; k++)
        if (!isfinite(c.mean_log[k]) ||
            !(c.deviation_log[k] > 0.0 && isfinite(c.deviation_log[k])))
            FAIL(FORMAT, "model: its calibration holds a value that cannot be" ANEW);
    TRY(egad_h5_read_count(file, "/calibration", "rows", &rows));
    TRY(egad_h5_read_number(file, "/calibration", "shrinkage", &c.shrinkage));
    if (rows < 1 || (c.points.n && rows != c.points.rows))
        FAIL(FORMAT, "model: its calibration is of %llu rows, which cannot be" ANEW,
             (unsigned long long)rows);
    c.rows = (size_t)rows;
    d->calibration = c;
    c = (egad_calibration){ 0 };
done:
    egad_calibrate_clear(&c);
    return status;
}

/* The array of a kind of score. */
static const char *threshold_array(int kind)
{
    static const char *const names[KINDS] = { [EGAD_SCORE_SIGMA] = "/threshold/sigma",
                                              [EGAD_SCORE_FM] = "/threshold/fm",
                                              [EGAD_SCORE_COMBINED] =
                                                  "/threshold/combined" };
    return names[kind];
}

static egad_status write_thresholds(egad_h5 *file, const egad_thresholds *t)
{
    egad_status status = EGAD_OK;
    TRY(egad_h5_write_number(file, "/threshold", "false_alarms", t->false_alarms));
    if (t->rows == 0)
        goto done;
    TRY(egad_h5_write_count(file, "/threshold", "held_out", (uint64_t)t->held_out));
    TRY(egad_h5_write_number(file, "/threshold", "alpha", t->alpha));
    TRY(egad_h5_write_count(file, "/threshold", "steps", t->steps));
    TRY(egad_h5_write_count(file, "/threshold", "restarts", t->restarts));
    for (int k = EGAD_SCORE_SIGMA; k < KINDS; k++) {
        if (!t->score[k])
            continue;
        TRY(write_array(file, threshold_array(k), 1, &t->rows, t->score[k]));
        if (!isnan(t->at[k]))
            TRY(egad_h5_write_number(file, threshold_array(k), "threshold",
                                     (double)t->at[k]));
    }
done:
    return status;
}

/* Scores of one kind, as many as of the others. */
static egad_status read_scores(egad_h5 *file, egad_thresholds *t, int kind)
{
    egad_status status = EGAD_OK;
    const char *name = threshold_array(kind);
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    double at = NAN;
    TRY(egad_h5_shape(file, name, shape, &rank));
    if (rank != 1 || shape[0] < 1 || (t->rows && shape[0] != t->rows))
        FAIL(FORMAT, "model: '%s' has a shape that cannot be" ANEW, name);
    t->rows = shape[0];
    NEW(t->score[kind], t->rows);
    TRY(read_array(file, name, 1, shape, t->score[kind]));
    for (size_t i = 1; i < t->rows; i++)
        if (t->score[kind][i] < t->score[kind][i - 1])
            FAIL(FORMAT, "model: '%s' does not ascend" ANEW, name);
    if (!egad_h5_has(file, name, "threshold"))
        goto done;
    TRY(egad_h5_read_number(file, name, "threshold", &at));
    t->at[kind] = (float)at;
    if (!isfinite(t->at[kind]))
        FAIL(FORMAT, "model: '%s' has the threshold %g" ANEW, name, at);
done:
    return status;
}

static egad_status read_thresholds(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    egad_thresholds *t = &d->thresholds;
    uint64_t held_out = 0;
    if (!egad_h5_has(file, "/threshold", NULL)) /* older files */
        goto done;
    TRY(egad_h5_read_number(file, "/threshold", "false_alarms", &t->false_alarms));
    if (!(t->false_alarms > 0.0 && t->false_alarms < 1.0))
        FAIL(FORMAT, "model: its rate of false alarms is %g" ANEW, t->false_alarms);
    for (int k = EGAD_SCORE_SIGMA; k < KINDS; k++)
        if (egad_h5_has(file, threshold_array(k), NULL) &&
            (k != EGAD_SCORE_COMBINED || d->calibration.n))
            TRY(read_scores(file, t, k));
    if (t->rows == 0)
        goto done;
    TRY(egad_h5_read_count(file, "/threshold", "held_out", &held_out));
    TRY(egad_h5_read_number(file, "/threshold", "alpha", &t->alpha));
    TRY(egad_h5_read_count(file, "/threshold", "steps", &t->steps));
    TRY(egad_h5_read_count(file, "/threshold", "restarts", &t->restarts));
    t->held_out = held_out != 0;
done:
    return status;
}

/* How far training has come, and what it goes on with. */
static egad_status write_progress(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    const size_t epochs = (size_t)egad_detector_epoch(d);
    const size_t history[2] = { epochs, 4 }, partial[1] = { LOSSES };
    TRY(egad_h5_write_count(file, "/rng", "seed", d->seed));
    TRY(egad_h5_write_count(file, "/rng", "step", d->step));
    TRY(egad_h5_write_count(file, "/rng", "steps_per_epoch", d->per_epoch));
    TRY(egad_h5_write_count(file, "/rng", "data_sum", d->data_sum));
    TRY(egad_h5_write(file, "/rng/partial_losses", EGAD_H5_F64, 1, partial, d->partial));
    TRY(egad_h5_write_number(file, "/rng", "partial_seconds", d->partial_seconds));
    if (epochs) {
        TRY(egad_h5_write(file, "/history", EGAD_H5_F32, 2, history, d->history));
        TRY(egad_h5_write_text(file, "/history", "columns",
                               "loss_dis loss_gen loss_enc seconds"));
    }
    TRY(write_calibration(file, &d->calibration));
    TRY(write_thresholds(file, &d->thresholds));
done:
    return status;
}

static egad_status read_progress(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    TRY(egad_h5_read_count(file, "/rng", "step", &d->step));
    TRY(egad_h5_read_count(file, "/rng", "steps_per_epoch", &d->per_epoch));
    if (egad_h5_has(file, "/rng", "data_sum")) /* not in older files */
        TRY(egad_h5_read_count(file, "/rng", "data_sum", &d->data_sum));
    if ((d->per_epoch == 0 && d->step > 0) || d->step > UINT32_MAX)
        FAIL(FORMAT, "model: its step counts contradict each other" ANEW);
    TRY(egad_h5_read(file, "/rng/partial_losses", EGAD_H5_F64, LOSSES, d->partial));
    TRY(egad_h5_read_number(file, "/rng", "partial_seconds", &d->partial_seconds));
    const size_t epochs = (size_t)egad_detector_epoch(d);
    NEW(d->history, epochs);
    if (epochs)
        TRY(egad_h5_read(file, "/history", EGAD_H5_F32, 4 * epochs, d->history));
    TRY(read_calibration(file, d));
    TRY(read_thresholds(file, d));
done:
    return status;
}

static egad_status write_head(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    const size_t fit[2] = { 3, d->columns };
    const uint64_t shape[3] = { d->shape[0], d->shape[1], d->shape[2] };
    TRY(egad_h5_write_text(file, "/", "format", "egad-model"));
    TRY(egad_h5_write_count(file, "/", "format_version", version));
    TRY(egad_h5_write_text(file, "/", "egad_version", egad_status_version()));
    TRY(egad_h5_write_text(file, "/", "model", d->model->name));
    TRY(egad_h5_write_text(file, "/", "recipe", d->recipe.name));
    TRY(egad_h5_write_text(file, "/", "protocol", d->protocol));
    TRY(egad_h5_write_text(file, "/", "device", d->device->info.name));
    TRY(egad_h5_write_counts(file, "/", "x_shape", shape, 3));
    TRY(egad_h5_write_count(file, "/", "z_dim", (uint64_t)d->model->z_dim));
    TRY(egad_h5_write_count(file, "/", "seed", d->seed));
    TRY(egad_h5_write_count(file, "/", "epoch", (uint64_t)egad_detector_epoch(d)));
    TRY(egad_h5_write_count(file, "/", "step", d->step));
    TRY(egad_schema_write(file, "/preprocessing", &d->schema));
    TRY(egad_h5_write(file, "/preprocessing/fit", EGAD_H5_F32, 2, fit, d->fit));
    TRY(egad_h5_write_text(file, "/preprocessing/fit", "rows",
                           "offset scale logarithm: x -> (f(x) - offset) scale, f(x) = "
                           "sign(x) log(1 + |x|) where logarithm is not 0"));
    if (!isnan(d->range[0]))
        TRY(egad_h5_write(file, "/preprocessing/range", EGAD_H5_F32, 2,
                          (const size_t[]){ 2, d->columns }, d->range));
done:
    return status;
}

egad_status egad_checkpoint_save(const egad_detector *d, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    TRY(egad_h5_create(&file, path));
    TRY(write_head(file, d));
    TRY(write_recipe(file, &d->recipe));
    TRY(transfer(file, d, 1));
    TRY(write_progress(file, d));
    TRY(egad_h5_commit(file));
done:
    egad_h5_close(file);
    return status;
}

/* Networks are made before their arrays are read: no larger ones than the file can be of.
 * Its weights and their averages, eight bytes, hardly shrink to one; every model has 64
 * and more for a column, or 4,096 for a pixel, in its dense layers. */
static egad_status check_size(const egad_h5 *file, const char *path,
                              const egad_model *model, const size_t shape[3])
{
    egad_status status = EGAD_OK;
    const size_t least =
        model->images ? 4096 * shape[0] * shape[1] : 64 * shape[0] * shape[1] * shape[2];
    if (least > egad_h5_size(file))
        FAIL(FORMAT,
             "'%s' says that its rows are of %zu x %zu x %zu values, for which its %llu "
             "bytes cannot hold a model" ANEW,
             path, shape[0], shape[1], shape[2], (unsigned long long)egad_h5_size(file));
done:
    return status;
}

egad_status egad_checkpoint_load(egad_detector **out, egad_device *device,
                                 const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    egad_detector *d = NULL;
    egad_schema schema = { 0 };
    char *model_name = NULL, *recipe_name = NULL, *protocol = NULL;
    const egad_model *model = NULL;
    const egad_recipe *named = NULL;
    uint64_t seed = 0, x_shape[3] = { 0 };
    *out = NULL;

    TRY(egad_h5_open(&file, path));
    TRY(egad_h5_expect(file, path, "egad-model", "model file", "egad train", version));
    TRY(egad_h5_read_text(file, "/", "model", &model_name));
    TRY(egad_h5_read_text(file, "/", "recipe", &recipe_name));
    TRY(egad_h5_read_text(file, "/", "protocol", &protocol));
    TRY(egad_h5_read_counts(file, "/", "x_shape", x_shape, 3));
    TRY(egad_h5_read_count(file, "/rng", "seed", &seed));
    TRY(egad_detector_find_model(&model, model_name));
    TRY(egad_detector_find_recipe(&named, model, recipe_name));
    TRY(egad_schema_read(file, "/preprocessing", &schema));
    egad_recipe recipe = *named;
    TRY(read_recipe(file, &recipe));

    for (int i = 0; i < 3; i++)
        if (x_shape[i] < 1 || x_shape[i] > 1u << 20)
            FAIL(FORMAT, "'%s' says that its rows have a side of %llu" ANEW, path,
                 (unsigned long long)x_shape[i]);
    const size_t shape[3] = { x_shape[0], x_shape[1], x_shape[2] };
    const size_t columns = shape[0] * shape[1] * shape[2];
    if (columns > 1u << 20 || (schema.n && egad_schema_features(&schema) != columns))
        FAIL(FORMAT, "'%s' has columns that do not agree with its x_shape" ANEW, path);
    TRY(check_size(file, path, model, shape));
    TRY(egad_detector_build(&d, device, model, &recipe, shape, &schema, protocol, seed));
    TRY(read_array(file, "/preprocessing/fit", 2, (const size_t[]){ 3, columns },
                   d->fit));
    TRY(egad_tensor_write(device, d->fit_on, d->fit));
    if (egad_h5_has(file, "/preprocessing/range", NULL)) /* not in older files */
        TRY(read_array(file, "/preprocessing/range", 2, (const size_t[]){ 2, columns },
                       d->range));
    TRY(transfer(file, d, 0));
    TRY(read_progress(file, d));
    *out = d;
    d = NULL;
done:
    egad_detector_free(d);
    egad_schema_clear(&schema);
    egad_h5_close(file);
    free(model_name);
    free(recipe_name);
    free(protocol);
    return status;
}
