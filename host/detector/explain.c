/* Explanations: G(E(x)) in the units of x, and the contribution of each feature and
 * column to the reconstruction error. */
#include "outside.h"
#include "reconstruct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of n rows, whose first is row `at` of `out`. */
static void fill(const egad_detector *d, const egad_explanation *out, size_t at, size_t n,
                 const float *scaled, const float *rebuilt)
{
    const size_t C = d->columns;
    const float limit = egad_detector_limit(d);
    for (size_t i = 0; i < n * C; i++) {
        const size_t to = at * C + i;
        if (out->rebuilt)
            out->rebuilt[to] = egad_detector_unscale(d, i % C, rebuilt[i]);
        if (out->residual)
            out->residual[to] = scaled[i] - rebuilt[i];
        if (out->clipped)
            out->clipped[to] = isfinite(limit) && fabsf(scaled[i]) >= limit;
    }
}

static size_t largest(const float *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

/* Put into row x what is expected of the column whose first feature is j: a number within
 * the training range, or the category with the largest reconstruction. */
static void expect(const egad_detector *d, float *x, const float *rebuilt, size_t j,
                   size_t categories)
{
    const float least = d->range[j], most = d->range[d->columns + j];
    if (categories) {
        memset(x + j, 0, categories * sizeof *x);
        x[j + largest(rebuilt + j, categories)] = 1.0f;
    } else {
        x[j] = rebuilt[j] > most ? most : rebuilt[j] < least ? least : rebuilt[j];
    }
}

/* By how much the score of row x falls for each of its columns as expected. */
static egad_status measure_falls(egad_detector *d, egad_scorer *scorer, const float *x,
                                 const float *rebuilt, float *changed, size_t batch,
                                 float *fall)
{
    egad_status status = EGAD_OK;
    const size_t all = egad_detector_columns(d), C = d->columns;
    float score;
    TRY(egad_score_run(scorer, x, 1, &score));
    for (size_t k = 0, j = 0; k < all; k += batch) {
        const size_t n = all - k < batch ? all - k : batch;
        for (size_t i = 0; i < n; i++) {
            const size_t categories = egad_detector_categories(d, k + i);
            memcpy(changed + i * C, x, C * sizeof *x);
            expect(d, changed + i * C, rebuilt, j, categories);
            j += categories ? categories : 1;
        }
        TRY(egad_score_run(scorer, changed, n, fall + k));
        for (size_t i = 0; i < n; i++)
            fall[k + i] = score - fall[k + i];
    }
done:
    return status;
}

/* The same of many rows x, whose reconstructions (rows, columns) are in units of x. */
static egad_status fill_falls(egad_detector *d, const float *x, const float *rebuilt,
                              size_t rows, const egad_scoring *how, float *fall)
{
    enum { MOST = 256 };
    egad_status status = EGAD_OK;
    const size_t all = egad_detector_columns(d), C = d->columns;
    const size_t batch = all < MOST ? all : MOST;
    egad_scorer *scorer = NULL;
    float *changed = NULL;
    if (egad_detector_finds_latent(d->model))
        FAIL(ARGUMENT,
             "%s searches for each row: how its score falls by column is "
             "not computed",
             d->model->name);
    NEW(changed, batch * C);
    TRY(egad_score_new(&scorer, d, how, batch));
    for (size_t i = 0; i < rows; i++)
        TRY(measure_falls(d, scorer, x + i * C, rebuilt + i * C, changed, batch,
                          fall + i * all));
done:
    egad_score_free(scorer);
    free(changed);
    return status;
}

egad_status egad_explain_rows(egad_detector *d, const float *x, size_t rows,
                              const egad_scoring *how, const egad_explanation *to)
{
    egad_status status = EGAD_OK;
    egad_explanation out = { .rebuilt = NULL };
    egad_reconstruct *by = NULL;
    egad_formula score;
    egad_scoring settled;
    float *scaled = NULL, *rebuilt = NULL;
    const size_t C = d->columns, Z = (size_t)d->model->z_dim;
    const size_t batch = egad_reconstruct_bulk(d, rows);
    READ_SIZED(egad_explanation, &out, to);
    if (out.fall && !out.rebuilt)
        FAIL(ARGUMENT, "how the score falls by column needs the reconstruction");
    TRY(egad_score_settle(&score, &settled, d, how));
    if (rows == 0)
        return EGAD_OK;
    NEW(scaled, batch * C);
    NEW(rebuilt, batch * C);
    TRY(egad_reconstruct_new(&by, d, &score, &settled, 1, batch));
    egad_reconstruct_trained(by, settled.left_out);
    for (size_t i = 0; i < rows; i += batch) {
        const size_t n = rows - i < batch ? rows - i : batch;
        TRY(egad_reconstruct_rows(by, x + i * C, n, scaled, rebuilt,
                                  out.latent ? out.latent + i * Z : NULL));
        fill(d, &out, i, n, scaled, rebuilt);
    }
    if (out.fall)
        TRY(fill_falls(d, x, out.rebuilt, rows, how, out.fall));
done:
    egad_reconstruct_free(by);
    free(scaled);
    free(rebuilt);
    return status;
}

/* ---- Latent space ------------------------------------------------------------ */

/* Mean and variance of column j of x (rows, columns). */
static double mean_of(const float *x, size_t rows, size_t columns, size_t j,
                      double *variance)
{
    double mean = 0.0;
    *variance = 0.0;
    for (size_t i = 0; i < rows; i++)
        mean += (double)x[i * columns + j] / (double)rows;
    for (size_t i = 0; i < rows; i++) {
        const double v = (double)x[i * columns + j] - mean;
        *variance += v * v / (double)rows;
    }
    return mean;
}

egad_status egad_explain_plane(float *point, double share[2], const float *latent,
                               size_t rows, size_t z_dim)
{
    egad_status status = EGAD_OK;
    egad_calibration c = { 0 };
    double all = 0.0, variance = 0.0;
    if (rows == 0 || z_dim == 0)
        FAIL(SHAPE, "plane: %zu rows of %zu dimensions, wanted at least one of each",
             rows, z_dim);
    TRY(egad_calibrate_points(&c, latent, rows, z_dim, z_dim, 2));
    for (size_t j = 0; j < z_dim; j++) {
        mean_of(latent, rows, z_dim, j, &variance);
        all += variance;
    }
    const egad_points *p = &c.points;
    for (size_t k = 0; k < 2; k++) {
        double unit = 0.0, mean = 0.0; /* an axis is a scaled unit vector */
        for (size_t j = 0; k < p->P && j < z_dim; j++)
            unit += (double)p->map[j * p->P + k] * (double)p->map[j * p->P + k];
        variance = 0.0;
        if (unit > 0.0)
            mean = mean_of(p->point, rows, p->P, k, &variance);
        for (size_t i = 0; i < rows; i++)
            point[2 * i + k] =
                unit > 0.0 ? (float)(((double)p->point[i * p->P + k] - mean) / sqrt(unit))
                           : 0.0f;
        share[k] = unit > 0.0 && all > 0.0 ? variance / unit / all : 0.0;
    }
done:
    egad_calibrate_clear(&c);
    return status;
}

/* ---- Columns --------------------------------------------------------------- */

/* Largest first, NaN before all others. */
static int down(float x, float y)
{
    if (isnan(x) != isnan(y))
        return isnan(x) ? -1 : 1;
    return isnan(x) ? 0 : (x < y) - (x > y);
}

/* By how the score falls, then by the reconstruction error; ties by column. */
static int by_weight_down(const void *a, const void *b)
{
    const egad_explained *x = a, *y = b;
    const int fall = down(x->fall, y->fall);
    const int error = fall ? fall : down(x->largest, y->largest);
    return error ? error : x->column < y->column ? -1 : 1;
}

/* Limit a reconstruction of x to the training range: undoing the logarithm makes values
 * beyond it arbitrarily large.  An outlying value is also reconstructed far out, and is
 * closer to that than to the training range. */
static float keep_range(egad_explained *e, const egad_detector *d, size_t j, float x,
                        float rebuilt)
{
    const float least = d->range[j], most = d->range[d->columns + j];
    e->beyond = rebuilt > most ? 1 : rebuilt < least ? -1 : 0;
    if (!e->beyond)
        return rebuilt;
    const float bound = e->beyond > 0 ? most : least;
    const float far =
        fabsf(egad_detector_scale(d, j, x) - egad_detector_scale(d, j, bound));
    if (far > e->largest)
        e->largest = far;
    return bound;
}

/* What training never saw comes first: more than any input within its limits. */
static void raise_outside(egad_explained *e, const egad_detector *d, size_t j,
                          const float *x, size_t categories)
{
    const double level =
        categories ? (double)(e->category < 0) : egad_outside_level(d, j, x[j], 0);
    if (egad_outside_weighs(d) && level > 0.0) {
        e->largest += egad_detector_limit(d) * (float)(1.0 + level);
        e->fall = fmaxf(e->fall, (float)egad_outside_column(d, e->column, j, x));
    }
}

/* Where a number lies among those of the training rows. */
static void place(egad_explained *e, const egad_detector *d, size_t j, float x,
                  size_t categories)
{
    e->quantile = categories ? NAN : egad_detector_quantile(d, j, x);
    if (!categories)
        e->outside = x > d->range[d->columns + j] ? 1 : x < d->range[j] ? -1 : 0;
}

/* The column whose first feature is j; `categories` as in egad_column. */
static egad_explained explain(const egad_detector *d, const float *x,
                              const egad_explanation *of, size_t column, size_t j,
                              size_t categories)
{
    egad_explained e = { .column = column, .category = -1, .expected = -1 };
    e.fall = of->fall ? of->fall[column] : 0.0f;
    const size_t features = categories ? categories : 1;
    double sum = 0.0;
    for (size_t i = j; i < j + features; i++) {
        const float size = fabsf(of->residual[i]);
        sum += (double)size;
        if (!(size <= e.largest)) /* NaN stays */
            e.largest = isnan(e.largest) ? e.largest : size;
        e.clipped += of->clipped && of->clipped[i];
    }
    e.residual = (float)sum;
    size_t shown = j;
    if (categories) {
        const size_t has = largest(x + j, categories);
        if (x[j + has] > 0.0f)
            e.category = (int)has;
        e.expected = (int)largest(of->rebuilt + j, categories);
        shown += (size_t)e.expected;
    }
    float rebuilt = of->rebuilt[shown];
    if (!categories)
        rebuilt = keep_range(&e, d, j, x[j], rebuilt);
    raise_outside(&e, d, j, x, categories);
    place(&e, d, j, x[j], categories);
    e.value = egad_schema_value(&d->schema, shown, x[shown]);
    e.rebuilt = egad_schema_value(&d->schema, shown, rebuilt);
    return e;
}

/* What shares are of. */
static double weight(const egad_explained *e, int falls)
{
    return falls ? fmax((double)e->fall, 0.0) : (double)e->largest;
}

egad_status egad_explain_columns(egad_explained **list, size_t *n, const egad_detector *d,
                                 const float *x, const egad_explanation *from)
{
    egad_status status = EGAD_OK;
    egad_explanation of = { .rebuilt = NULL };
    egad_explained *columns = NULL;
    const size_t all = egad_detector_columns(d);
    double sum = 0.0;
    *list = NULL;
    READ_SIZED(egad_explanation, &of, from);
    if (!of.rebuilt || !of.residual)
        FAIL(ARGUMENT, "explaining columns needs the reconstruction and the residual");
    NEW(columns, all);
    for (size_t i = 0, j = 0; i < all; i++) {
        const size_t categories = egad_detector_categories(d, i);
        columns[i] = explain(d, x, &of, i, j, categories);
        sum += weight(&columns[i], of.fall != NULL);
        j += categories ? categories : 1;
    }
    for (size_t i = 0; i < all; i++)
        columns[i].share =
            sum != 0.0 ? (float)(weight(&columns[i], of.fall != NULL) / sum) : 0.0f;
    qsort(columns, all, sizeof *columns, by_weight_down);
    *list = columns;
    *n = all;
done:
    return status;
}
