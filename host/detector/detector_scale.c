/* What is fitted to the columns of training rows: the scaling, x becomes (f(x) - offset)
 * scale, f being sign(x) log(1 + |x|) or nothing; and quantiles. */
#include "detector_inside.h"

#include "base/array.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLIP = 8,         /* deviations at which SCALE_STANDARD clips */
    MOST_ROWS = 20000 /* training rows that are sorted for quantiles, at most */
};

float egad_detector_limit(const egad_detector *detector)
{
    return detector->recipe.scaling == SCALE_STANDARD ? (float)CLIP : INFINITY;
}

int egad_detector_scales(const egad_detector *detector)
{
    return detector->recipe.scaling != SCALE_NONE || detector->schema.offsets;
}

double egad_detector_squash(double v)
{
    return copysign(log1p(fabs(v)), v);
}

static double squash(double v, float logarithm)
{
    return logarithm != 0.0f ? egad_detector_squash(v) : v;
}

float egad_detector_scale(const egad_detector *d, size_t column, float v)
{
    const float *fit = d->fit + column, limit = egad_detector_limit(d);
    const double raw = squash((double)v, fit[2 * d->columns]);
    const float scaled = (float)((raw - (double)fit[0]) * (double)fit[d->columns]);
    return scaled > limit ? limit : scaled < -limit ? -limit : scaled;
}

void egad_detector_scale_rows(const egad_detector *d, float *scaled, const float *x,
                              size_t n)
{
    for (size_t i = 0; i < n * d->columns; i++)
        scaled[i] = egad_detector_scale(d, i % d->columns, x[i]);
}

float egad_detector_unscale(const egad_detector *d, size_t column, float v)
{
    const float *fit = d->fit + column;
    const double raw = (double)v / (double)fit[d->columns] + (double)fit[0];
    return (float)(fit[2 * d->columns] != 0.0f ? copysign(expm1(fabs(raw)), raw) : raw);
}

egad_status egad_detector_column(char **out, const egad_detector *d, size_t j)
{
    egad_status status = EGAD_OK;
    char *name = NULL;
    if (d->schema.n)
        TRY(egad_schema_feature_name(&d->schema, j, &name));
    const size_t size = (name ? strlen(name) : 0) + 32;
    NEW(*out, size);
    if (name)
        snprintf(*out, size, "column '%s'", name);
    else
        snprintf(*out, size, "column %zu", j);
done:
    free(name);
    return status;
}

/* EGAD_DATA unless feature j, which varies by `width`, can be divided by that in single
 * precision. */
static egad_status check_width(const egad_detector *d, size_t j, double width)
{
    egad_status status = EGAD_OK;
    char *column = NULL;
    if (width >= (double)FLT_MIN)
        return EGAD_OK;
    TRY(egad_detector_column(&column, d, j));
    FAIL(DATA,
         "%s varies by %.3g in the training rows, too little for single precision: "
         "multiply it by a power of ten, or leave it out",
         column, width);
done:
    free(column);
    return status;
}

/* EGAD_DATA unless model files hold what was fitted: finite numbers, and no scale of 0.
 */
static egad_status check_fit(const egad_detector *d)
{
    egad_status status = EGAD_OK;
    char *column = NULL;
    size_t j = 0;
    while (j < d->columns && isfinite(d->fit[j]) && isfinite(d->fit[d->columns + j]) &&
           d->fit[d->columns + j] != 0.0f)
        j++;
    if (j == d->columns)
        return EGAD_OK;
    TRY(egad_detector_column(&column, d, j));
    FAIL(DATA,
         "%s varies too much in the training rows for single precision: divide it by a "
         "power of ten, or leave it out",
         column);
done:
    free(column);
    return status;
}

/* One offset and scale for all pixels maps their range to [-1, 1], or SCALE_UNIT's to [0,
 * 1]: 0 to 255 if all are integers in that range, as in image files; else the range in
 * the training rows. */
static egad_status fit_pixels(egad_detector *d, const egad_dataset *data,
                              const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns;
    float least = INFINITY, most = -INFINITY;
    int whole = 1;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < C; j++) {
            const float v = data->x[rows[i] * C + j];
            least = v < least ? v : least;
            most = v > most ? v : most;
            whole = whole && v == rintf(v);
        }
    if (whole && least >= 0.0f && most > 1.0f && most <= 255.0f) {
        least = 0.0f;
        most = 255.0f;
    }
    if (most > least)
        TRY(check_width(d, 0, (double)most - (double)least));
    const int unit = d->recipe.scaling == SCALE_UNIT;
    for (size_t j = 0; j < C; j++) {
        d->fit[j] = unit ? least : (least + most) / 2.0f;
        d->fit[C + j] = most > least ? (unit ? 1.0f : 2.0f) / (most - least) : 1.0f;
    }
done:
    return status;
}

/* Which columns get the logarithm: numeric ones that have a name.  One-hot columns and
 * rows without a schema stay linear; so do columns with an offset, whose values are so
 * close together that their logarithm is a line. */
static void choose_logarithm(const egad_schema *schema, float *logarithm)
{
    for (size_t k = 0, j = 0; k < schema->n; k++) {
        const size_t categories = schema->column[k].categories;
        if (!categories && !(schema->offsets && schema->offset[j] != 0.0))
            logarithm[j] = 1.0f;
        j += categories ? categories : 1;
    }
}

/* One-hot columns stay as they are. */
static void keep_categories(const egad_schema *schema, float *offset, float *scale)
{
    for (size_t k = 0, j = 0; k < schema->n; k++) {
        const size_t categories = schema->column[k].categories;
        for (size_t i = 0; i < categories; i++) {
            offset[j + i] = 0.0f;
            scale[j + i] = 1.0f;
        }
        j += categories ? categories : 1;
    }
}

/* Extend the range of feature j by the value of another row. */
static void extend(egad_detector *d, size_t j, float x)
{
    const size_t C = d->columns;
    float *least = d->range + j, *most = least + C;
    float *second_least = least + 2 * C, *second_most = least + 3 * C;
    if (!(x > *least)) { /* or it is the first one */
        *second_least = *least;
        *least = x;
    } else if (!(x > *second_least))
        *second_least = x;
    if (!(x < *most)) {
        *second_most = *most;
        *most = x;
    } else if (!(x < *second_most))
        *second_most = x;
}

void egad_detector_extend(egad_detector *d, const egad_dataset *data, const size_t *rows,
                          size_t n)
{
    if (!d->trims || isnan(d->range[0]))
        return; /* they are known already */
    for (size_t k = 0; k < 4 * d->columns; k++)
        d->range[k] = NAN;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d->columns; j++)
            extend(d, j, data->x[rows[i] * d->columns + j]);
}

/* Offset, scale and logarithm of every column, from the training rows.  A constant column
 * has scale 1: later deviations stay in its own units. */
egad_status egad_detector_fit(egad_detector *d, const egad_dataset *data,
                              const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns;
    float *offset = d->fit, *scale = d->fit + C, *logarithm = d->fit + 2 * C;
    double *sum = NULL, *squares = NULL, *least = NULL, *most = NULL;
    if (d->recipe.scaling == SCALE_PIXELS || d->recipe.scaling == SCALE_UNIT) {
        TRY(fit_pixels(d, data, rows, n));
        TRY(check_fit(d));
        return egad_tensor_write(d->device, d->fit_on, d->fit);
    }
    NEW(sum, C);
    NEW(squares, C);
    NEW(least, C);
    NEW(most, C);

    if (d->recipe.scaling == SCALE_STANDARD)
        choose_logarithm(&d->schema, logarithm);
    for (size_t j = 0; j < C; j++) {
        least[j] = INFINITY;
        most[j] = -INFINITY;
    }
    for (size_t i = 0; i < n; i++) {
        const float *x = data->x + rows[i] * C;
        for (size_t j = 0; j < C; j++) {
            const double v = squash(x[j], logarithm[j]);
            sum[j] += v;
            extend(d, j, x[j]);
            least[j] = v < least[j] ? v : least[j];
            most[j] = v > most[j] ? v : most[j];
        }
    }
    /* The second pass subtracts the mean first: large values keep their precision. */
    for (size_t i = 0; i < n; i++) {
        const float *x = data->x + rows[i] * C;
        for (size_t j = 0; j < C; j++) {
            const double v = squash(x[j], logarithm[j]) - sum[j] / (double)n;
            squares[j] += v * v;
        }
    }
    for (size_t j = 0; j < C; j++) {
        const double deviation = sqrt(squares[j] / (double)n);
        scale[j] = 1.0f;
        if (d->recipe.scaling == SCALE_NONE) { /* values, not differences */
            offset[j] = d->schema.offsets ? -(float)d->schema.offset[j] : 0.0f;
            continue;
        }
        const int minmax = d->recipe.scaling == SCALE_MINMAX;
        offset[j] = (float)(minmax ? least[j] : sum[j] / (double)n);
        if (most[j] > least[j]) {
            const double width = minmax ? most[j] - least[j] : deviation;
            TRY(check_width(d, j, width));
            scale[j] = (float)(1.0 / width);
        }
    }
    if (d->recipe.scaling == SCALE_NUMERIC)
        keep_categories(&d->schema, offset, scale);
    TRY(check_fit(d));
    TRY(egad_tensor_write(d->device, d->fit_on, d->fit));
done:
    free(sum);
    free(squares);
    free(least);
    free(most);
    return status;
}

/* ---- Biases at the mean of the training rows ---------------------------------- */

/* mean (columns) of n scaled rows. */
static void mean_of_rows(const egad_detector *d, const egad_dataset *data,
                         const size_t *rows, size_t n, float *mean)
{
    for (size_t j = 0; j < d->columns; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += egad_detector_scale(d, j, data->x[rows[i] * d->columns + j]);
        mean[j] = (float)(sum / (double)n);
    }
}

egad_status egad_detector_centre(egad_detector *d, const egad_dataset *data,
                                 const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    float *mean = NULL;
    for (size_t k = 0; k < d->networks; k++)
        for (size_t i = 0; i < d->network[k]->n; i++) {
            const egad_net *net = d->network[k];
            const egad_net_layer *l = &net->layer[i];
            if (!(l->row.mark & FROM_MEAN) || l->channels != d->columns)
                continue;
            free(mean);
            NEW(mean, d->columns);
            mean_of_rows(d, data, rows, n, mean);
            TRY(egad_tensor_write(d->device, egad_net_view(net->w, l->bias, l->channels),
                                  mean));
            TRY(egad_tensor_write(d->device,
                                  egad_net_view(net->ema, l->bias, l->channels), mean));
        }
done:
    free(mean);
    return status;
}

/* ---- Quantiles --------------------------------------------------------------------- */

/* Shares of the training rows below each quantile: closer at both ends. */
static const double position[QUANTILES] = { 0.0,  0.001, 0.002, 0.005, 0.01, 0.02,
                                            0.05, 0.1,   0.2,   0.3,   0.4,  0.5,
                                            0.6,  0.7,   0.8,   0.9,   0.95, 0.98,
                                            0.99, 0.995, 0.998, 0.999, 1.0 };

egad_status egad_detector_fit_quantiles(egad_detector *d, const egad_dataset *data,
                                        const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns, some = n < MOST_ROWS ? n : MOST_ROWS;
    float *sorted = NULL;
    if (!some || egad_dataset_images(&d->schema, d->shape))
        return EGAD_OK;
    NEW(sorted, some);
    NEW(d->quantile, QUANTILES * C);
    for (size_t j = 0; j < C; j++) {
        for (size_t i = 0; i < some; i++)
            sorted[i] = data->x[rows[i * n / some] * C + j];
        egad_array_sort(sorted, some);
        for (size_t q = 0; q < QUANTILES; q++)
            d->quantile[q * C + j] =
                sorted[(size_t)(position[q] * (double)(some - 1) + 0.5)];
        d->quantile[j] = d->range[j]; /* of all training rows */
        d->quantile[(QUANTILES - 1) * C + j] = d->range[C + j];
    }
done:
    free(sorted);
    return status;
}

double egad_detector_quantile(const egad_detector *d, size_t j, float x)
{
    const size_t C = d->columns;
    const float *of = d->quantile ? d->quantile + j : NULL;
    size_t low = 0,
           high = 0; /* of[low - 1] < x <= of[low], of[high - 1] <= x < of[high] */
    if (!of || isnan(x))
        return NAN;
    while (low < QUANTILES && of[low * C] < x)
        low++;
    while (high < QUANTILES && of[high * C] <= x)
        high++;
    if (low == QUANTILES || high == 0)
        return high == 0 ? 0.0 : 1.0;
    if (low < high)
        return (position[low] + position[high - 1]) / 2.0;
    const double below = (double)of[(low - 1) * C], above = (double)of[low * C];
    return position[low - 1] +
           (position[low] - position[low - 1]) * ((double)x - below) / (above - below);
}
