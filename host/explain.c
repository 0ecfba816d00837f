/* Why a row has its score: G(E(x)) in the row's own units, and what each feature and each
 * column adds to the error of reconstruction. */
#include "infer.h"

#include <math.h>
#include <stdlib.h>

/* What the scaling of cl/pointwise.cl would have made v of. */
static float undo(const egad_detector *d, size_t column, float v)
{
    const float *fit = d->fit + column;
    const double raw = (double)v / (double)fit[d->columns] + (double)fit[0];
    return (float)(fit[2 * d->columns] != 0.0f ? copysign(expm1(fabs(raw)), raw) : raw);
}

/* Of n rows, whose first is row `at` of `out`. */
static void fill(const egad_detector *d, const egad_explanation *out, size_t at, size_t n,
                 const float *scaled, const float *rebuilt)
{
    const size_t C = d->columns;
    const float limit = egad_detector_limit(d);
    for (size_t i = 0; i < n * C; i++) {
        const size_t to = at * C + i;
        if (out->rebuilt)
            out->rebuilt[to] = undo(d, i % C, rebuilt[i]);
        if (out->residual)
            out->residual[to] = scaled[i] - rebuilt[i];
        if (out->clipped)
            out->clipped[to] = isfinite(limit) && fabsf(scaled[i]) >= limit;
    }
}

egad_status egad_explain_rows(egad_detector *d, const float *x, size_t rows,
                              const egad_search_options *search,
                              const egad_explanation *out)
{
    egad_status status = EGAD_OK;
    (void)search;
    egad_infer *infer = NULL;
    float *scaled = NULL, *rebuilt = NULL;
    const size_t C = d->columns, batch = egad_score_bulk(d, rows);
    if (!d->net[NET_E])
        FAIL(ARGUMENT, "%s has no encoder, so it rebuilds no rows to explain scores by",
             d->model->name);
    if (rows == 0)
        return EGAD_OK;
    NEW(scaled, batch * C);
    NEW(rebuilt, batch * C);
    TRY(egad_infer_new(&infer, d, INFER_REBUILT, batch));
    for (size_t i = 0; i < rows; i += batch) {
        const size_t n = rows - i < batch ? rows - i : batch;
        TRY(egad_infer_rebuild(infer, x + i * C, n, scaled, rebuilt));
        fill(d, out, i, n, scaled, rebuilt);
    }
done:
    egad_infer_free(infer);
    free(scaled);
    free(rebuilt);
    return status;
}

/* ---- Columns --------------------------------------------------------------- */

/* Largest first; a NaN, which compares with nothing, before all; then by column. */
static int by_residual_down(const void *a, const void *b)
{
    const egad_explained *x = a, *y = b;
    if (isnan(x->residual) != isnan(y->residual))
        return isnan(x->residual) ? -1 : 1;
    if (x->residual != y->residual && !isnan(x->residual))
        return x->residual > y->residual ? -1 : 1;
    return x->column < y->column ? -1 : 1;
}

static size_t largest(const float *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

/* The column whose first feature is j; `categories` as in egad_column. */
static egad_explained explain(const float *x, const egad_explanation *of, size_t column,
                              size_t j, size_t categories)
{
    egad_explained e = { .column = column, .category = -1, .expected = -1 };
    const size_t features = categories ? categories : 1;
    double sum = 0.0;
    for (size_t i = j; i < j + features; i++) {
        sum += fabs((double)of->residual[i]);
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
    e.value = x[shown];
    e.rebuilt = of->rebuilt[shown];
    return e;
}

egad_status egad_explain_columns(egad_explained **list, size_t *n, const egad_detector *d,
                                 const float *x, const egad_explanation *of)
{
    egad_status status = EGAD_OK;
    egad_explained *columns = NULL;
    const size_t all = d->schema.n ? d->schema.n : d->columns;
    double sum = 0.0;
    *list = NULL;
    if (!of->rebuilt || !of->residual)
        FAIL(ARGUMENT, "the columns of a row want what was rebuilt, and the residual");
    NEW(columns, all);
    for (size_t i = 0, j = 0; i < all; i++) {
        const size_t categories = d->schema.n ? d->schema.column[i].categories : 0;
        columns[i] = explain(x, of, i, j, categories);
        sum += (double)columns[i].residual;
        j += categories ? categories : 1;
    }
    for (size_t i = 0; i < all; i++)
        columns[i].share = sum != 0.0 ? (float)((double)columns[i].residual / sum) : 0.0f;
    qsort(columns, all, sizeof *columns, by_residual_down);
    *list = columns;
    *n = all;
done:
    return status;
}
