/* Saves and loads a detector as a model file (docs/files.md; checkpoint_text.c
 * prints one): named float32 arrays that h5py can read without egad, and the state that
 * lets a resumed training continue bit for bit. */
#include "checkpoint_inside.h"

#include "detector/fitted.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Layout versions: a model with offsets, or without what only training needs, needs a
 * reader that knows of them. */
static const uint64_t version = 3, version_with_offsets = 2, version_plain = 1;

/* What messages call a model without a file. */
static const char in_memory[] = "model in memory";

/* The recipe's values, stored in full: a file stays valid when egad's recipes change. */
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
/* Not in older files; written where they are not 0. */
#define RECIPE_LATER(X)                                                                  \
    X(nu, double, 1.0)                                                                   \
    X(gamma, double, FLT_MAX)                                                            \
    X(rows, int, INT32_MAX)                                                              \
    X(contamination, double, 0.5)

static const char *const scalings[SCALINGS] = {
    [SCALE_UNIT] = "unit",     [SCALE_NUMERIC] = "numeric",   [SCALE_NONE] = "none",
    [SCALE_MINMAX] = "minmax", [SCALE_STANDARD] = "standard", [SCALE_PIXELS] = "pixels"
};

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
#define X(field, type, most)                                                             \
    if (r->field != 0)                                                                   \
        TRY(egad_h5_write_number(file, "/recipe", #field, (double)r->field));
    RECIPE_LATER(X)
#undef X
done:
    return status;
}

static egad_status read_scaling(egad_h5 *file, int *scaling)
{
    egad_status status = EGAD_OK;
    char *name = NULL;
    int i = SCALINGS - 1;
    TRY(egad_h5_read_text(file, "/recipe", "scaling", &name));
    while (i >= 0 && strcmp(name, scalings[i]) != 0)
        i--;
    if (i < 0)
        FAIL(FORMAT,
             "model: its recipe has a scaling that this version does not know" ANEW);
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
        FAIL(FORMAT, "model: its recipe has an invalid value, %s = %g" ANEW, #field,     \
             value);                                                                     \
    r->field = (int)value;
    RECIPE_INTS(X)
#undef X
    r->hold_out = 0.0; /* not in older files */
    if (egad_h5_has(file, "/recipe", "hold_out"))
        TRY(egad_h5_read_number(file, "/recipe", "hold_out", &r->hold_out));
#define X(field, type, most)                                                             \
    value = 0.0;                                                                         \
    if (egad_h5_has(file, "/recipe", #field))                                            \
        TRY(egad_h5_read_number(file, "/recipe", #field, &value));                       \
    if (!(value >= 0.0 && value <= (double)(most)))                                      \
        FAIL(FORMAT, "model: its recipe has an invalid value, %s = %g" ANEW, #field,     \
             value);                                                                     \
    r->field = (type)value;
    RECIPE_LATER(X)
#undef X
    if (r->batch < 1 || r->epochs < 1 || !(r->hold_out >= 0.0 && r->hold_out < 1.0))
        FAIL(FORMAT, "model: its recipe has values out of range" ANEW);
done:
    return status;
}

/* The training progress, and the state that resuming needs. */
static egad_status write_progress(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    TRY(egad_h5_write_count(file, "/rng", "seed", d->seed));
    TRY(egad_h5_write_count(file, "/rng", "step", d->step));
    TRY(egad_h5_write_count(file, "/rng", "steps_per_epoch", d->per_epoch));
    TRY(egad_h5_write_count(file, "/rng", "data_sum", d->data_sum));
    TRY(egad_checkpoint_write_losses(file, d));
    TRY(egad_h5_write_number(file, "/rng", "partial_seconds", d->partial_seconds));
    TRY(egad_checkpoint_write_calibration(file, d));
    TRY(egad_checkpoint_write_thresholds(file, d));
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
    TRY(egad_checkpoint_read_losses(file, d));
    TRY(egad_h5_read_number(file, "/rng", "partial_seconds", &d->partial_seconds));
    TRY(egad_checkpoint_read_calibration(file, d));
    TRY(egad_checkpoint_read_thresholds(file, d));
done:
    return status;
}

static egad_status write_head(egad_h5 *file, const egad_detector *d, int slim)
{
    egad_status status = EGAD_OK;
    const size_t fit[2] = { 3, d->columns };
    const uint64_t shape[3] = { d->shape[0], d->shape[1], d->shape[2] };
    TRY(egad_h5_write_text(file, "/", "format", "egad-model"));
    TRY(egad_h5_write_count(file, "/", "format_version",
                            slim                ? version
                            : d->schema.offsets ? version_with_offsets
                                                : version_plain));
    if (slim)
        TRY(egad_h5_write_count(file, "/", "slim", 1));
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
    if (d->schema.offsets)
        TRY(egad_h5_write(file, "/preprocessing/offset", EGAD_H5_F64, 1, &d->columns,
                          d->schema.offset));
    TRY(egad_h5_write(file, "/preprocessing/fit", EGAD_H5_F32, 2, fit, d->fit));
    TRY(egad_h5_write_text(file, "/preprocessing/fit", "rows",
                           "offset scale logarithm: x -> (f(x) - offset) scale, f(x) = "
                           "sign(x) log(1 + |x|) where logarithm is not 0"));
    if (!isnan(d->range[0]))
        TRY(egad_h5_write(file, "/preprocessing/range", EGAD_H5_F32, 2,
                          (const size_t[]){ 2, d->columns }, d->range));
    if (!isnan(d->range[0]) && !isnan(d->range[2 * d->columns]))
        TRY(egad_h5_write(file, "/preprocessing/range_within", EGAD_H5_F32, 2,
                          (const size_t[]){ 2, d->columns }, d->range + 2 * d->columns));
    if (d->quantile)
        TRY(egad_h5_write(file, "/preprocessing/quantiles", EGAD_H5_F32, 2,
                          (const size_t[]){ QUANTILES, d->columns }, d->quantile));
done:
    return status;
}

/* Row numbers, exact in doubles; not where no row was left out. */
static egad_status write_trimmed(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    double *rows = NULL;
    if (!d->trims)
        goto done;
    NEW(rows, d->trims);
    for (size_t i = 0; i < d->trims; i++)
        rows[i] = (double)d->trimmed[i];
    TRY(egad_h5_write(file, "/trimmed", EGAD_H5_F64, 1, &d->trims, rows));
done:
    free(rows);
    return status;
}

static egad_status read_trimmed(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    double *rows = NULL, last = -1.0;
    if (!egad_h5_has(file, "/trimmed", NULL))
        goto done;
    TRY(egad_h5_shape(file, "/trimmed", shape, &rank));
    if (rank != 1)
        FAIL(FORMAT, "model: '/trimmed' has an impossible shape" ANEW);
    NEW(rows, shape[0]);
    NEW(d->trimmed, shape[0]);
    TRY(egad_h5_read(file, "/trimmed", EGAD_H5_F64, shape[0], rows));
    for (size_t i = 0; i < shape[0]; i++) {
        if (!(rows[i] > last && rows[i] < 0x1p53 && rows[i] == floor(rows[i])))
            FAIL(FORMAT, "model: '/trimmed' holds %g, which is no row number" ANEW,
                 rows[i]);
        last = rows[i];
        d->trimmed[i] = (size_t)last;
    }
    d->trims = shape[0];
done:
    free(rows);
    return status;
}

static egad_status write_all(egad_h5 *file, const egad_detector *d, int slim)
{
    egad_status status = EGAD_OK;
    TRY(write_head(file, d, slim));
    TRY(write_recipe(file, &d->recipe));
    TRY(egad_checkpoint_networks(file, d, 1, slim));
    TRY(egad_fitted_save(d, file));
    TRY(write_trimmed(file, d));
    TRY(write_progress(file, d));
done:
    return status;
}

egad_status egad_checkpoint_save(const egad_detector *d, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    TRY(egad_h5_create(&file, path));
    TRY(write_all(file, d, d->slim));
    TRY(egad_h5_commit(file));
done:
    egad_h5_close(file);
    return status;
}

egad_status egad_checkpoint_store(const egad_detector *d, int slim, unsigned char **bytes,
                                  size_t *n)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    *bytes = NULL;
    TRY(egad_h5_create_bytes(&file, in_memory));
    TRY(write_all(file, d, slim || d->slim));
    TRY(egad_h5_take_bytes(file, bytes, n));
done:
    egad_h5_close(file);
    return status;
}

/* Check the size before the networks are allocated: refuse shapes that are too large for
 * the file.  Averages of parameters, four bytes each, and the parameters themselves where
 * the file is not slim, hardly compress to one byte; and every model of networks has at
 * least 64 parameters per column, or 4,096 per pixel, in its dense layers. */
static egad_status check_size(const egad_h5 *file, const char *path,
                              const egad_model *model, const size_t shape[3])
{
    egad_status status = EGAD_OK;
    const size_t least = !model->networks ? 0
                         : model->images  ? 4096 * shape[0] * shape[1]
                                          : 64 * shape[0] * shape[1] * shape[2];
    if (least > egad_h5_size(file))
        FAIL(FORMAT,
             "'%s' claims rows of %zu x %zu x %zu values, too large for a model file of "
             "%llu bytes" ANEW,
             path, shape[0], shape[1], shape[2], (unsigned long long)egad_h5_size(file));
done:
    return status;
}

/* Not in older files, nor where all are 0. */
static egad_status read_offsets(egad_h5 *file, egad_schema *schema, size_t columns)
{
    egad_status status = EGAD_OK;
    if (!egad_h5_has(file, "/preprocessing/offset", NULL))
        goto done;
    NEW(schema->offset, columns);
    schema->offsets = columns;
    TRY(egad_h5_read(file, "/preprocessing/offset", EGAD_H5_F64, columns,
                     schema->offset));
    for (size_t i = 0; i < columns; i++)
        if (!(fabs(schema->offset[i]) <= (double)FLT_MAX))
            FAIL(FORMAT, "model: '/preprocessing/offset' holds an invalid value" ANEW);
done:
    return status;
}

/* Not in older files, nor of images. */
static egad_status read_quantiles(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    if (!egad_h5_has(file, "/preprocessing/quantiles", NULL))
        goto done;
    NEW(d->quantile, QUANTILES * d->columns);
    TRY(egad_checkpoint_read_array(file, "/preprocessing/quantiles", 2,
                                   (const size_t[]){ QUANTILES, d->columns },
                                   d->quantile));
done:
    return status;
}

static egad_status read_all(egad_detector **out, egad_device *device, egad_h5 *file,
                            const char *path)
{
    egad_status status = EGAD_OK;
    egad_detector *d = NULL;
    egad_schema schema = { 0 };
    char *model_name = NULL, *recipe_name = NULL, *protocol = NULL;
    const egad_model *model = NULL;
    const egad_recipe *named = NULL;
    uint64_t seed = 0, x_shape[3] = { 0 };

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
            FAIL(FORMAT, "'%s' claims rows with a side of %llu, which is too large" ANEW,
                 path, (unsigned long long)x_shape[i]);
    const size_t shape[3] = { x_shape[0], x_shape[1], x_shape[2] };
    const size_t columns = shape[0] * shape[1] * shape[2];
    if (columns > 1u << 20 || (schema.n && egad_schema_features(&schema) != columns))
        FAIL(FORMAT, "'%s' has columns that do not match its x_shape" ANEW, path);
    TRY(check_size(file, path, model, shape));
    TRY(read_offsets(file, &schema, columns));
    TRY(egad_detector_build(&d, device, model, &recipe, shape, &schema, protocol, seed));
    TRY(egad_checkpoint_read_array(file, "/preprocessing/fit", 2,
                                   (const size_t[]){ 3, columns }, d->fit));
    TRY(egad_tensor_write(device, d->fit_on, d->fit));
    if (egad_h5_has(file, "/preprocessing/range", NULL)) /* not in older files */
        TRY(egad_checkpoint_read_array(file, "/preprocessing/range", 2,
                                       (const size_t[]){ 2, columns }, d->range));
    if (egad_h5_has(file, "/preprocessing/range_within", NULL)) /* likewise */
        TRY(egad_checkpoint_read_array(file, "/preprocessing/range_within", 2,
                                       (const size_t[]){ 2, columns },
                                       d->range + 2 * columns));
    TRY(read_quantiles(file, d));
    d->slim = egad_h5_has(file, "/", "slim");
    TRY(egad_checkpoint_networks(file, d, 0, d->slim));
    TRY(read_trimmed(file, d));
    if (model->networks) /* the calibration is of their terms, too */
        TRY(egad_fitted_load(d, file));
    TRY(read_progress(file, d));
    if (!model->networks && d->step)
        TRY(egad_fitted_load(d, file));
    *out = d;
    d = NULL;
done:
    egad_detector_free(d);
    egad_schema_clear(&schema);
    free(model_name);
    free(recipe_name);
    free(protocol);
    return status;
}

egad_status egad_checkpoint_load(egad_detector **out, egad_device *device,
                                 const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    *out = NULL;
    TRY(egad_h5_open(&file, path));
    TRY(read_all(out, device, file, path));
done:
    egad_h5_close(file);
    return status;
}

egad_status egad_checkpoint_restore(egad_detector **out, egad_device *device,
                                    const void *bytes, size_t n)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    *out = NULL;
    TRY(egad_h5_open_bytes(&file, bytes, n, in_memory));
    TRY(read_all(out, device, file, in_memory));
done:
    egad_h5_close(file);
    return status;
}
