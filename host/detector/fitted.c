/* Views of rows, and the methods that are fitted to them. */
#include "fitted.h"
#include "methods/gradients.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    BESIDE_ROWS = 40000,     /* different training rows kept beside networks, and */
    BESIDE_FLOATS = 1 << 26, /* floats of these, at most */
    UNSORTED_ROWS = 20000,   /* rows kept of those that may hold anomalies, at most */
    WHITE_COLUMNS = 2048,    /* columns that are whitened, at most */
    VIEW = 4,                /* arrays of a view */
    BATCH_FLOATS = 1 << 24   /* of rows that a method is given at once */
};

/* ---- Views ------------------------------------------------------------------- */

/* Columns of what method k sees. */
static size_t width(const egad_detector *d, size_t k)
{
    return d->model->methods[k].view == VIEW_GRADIENTS ? egad_gradients_columns(d->shape)
                                                       : d->columns;
}

/* n rows as method k sees them.  A view is (VIEW, columns): v becomes
 * (squash((v - a) b) - c) d.  room: (columns). */
static void see(const egad_detector *d, size_t k, float *out, const float *x, size_t n,
                float *room)
{
    const size_t C = d->columns, own = width(d, k);
    const float *view = d->fitted[k].view;
    if (d->model->methods[k].view == VIEW_GRADIENTS) {
        for (size_t i = 0; i < n; i++) {
            egad_detector_scale_rows(d, room, x + i * C, 1);
            egad_gradients_of(out + i * own, room, d->shape);
        }
        return;
    }
    if (!view) {
        egad_detector_scale_rows(d, out, x, n);
        return;
    }
    for (size_t i = 0; i < n * C; i++) {
        const float *a = view + i % C;
        const double v =
            egad_detector_squash(((double)x[i] - (double)a[0]) * (double)a[C]);
        out[i] = (float)((v - (double)a[2 * C]) * (double)a[3 * C]);
    }
}

/* mean, and factor = 1 / deviation, of each column of rows after what the first `done`
 * pairs of the view do.  A column that does not vary has the factor 1. */
static egad_status standardise(float *view, int done, const egad_detector *d,
                               const egad_dataset *data, const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns;
    double *sum = NULL, *squares = NULL;
    NEW(sum, C);
    NEW(squares, C);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < C; j++) {
                double v = (double)data->x[rows[i] * C + j];
                if (done)
                    v = egad_detector_squash((v - (double)view[j]) * (double)view[C + j]);
                if (pass)
                    squares[j] += (v - sum[j]) * (v - sum[j]) / (double)n;
                else
                    sum[j] += v / (double)n;
            }
    float *mean = view + 2 * (size_t)done * C;
    for (size_t j = 0; j < C; j++) {
        const float factor = (float)(1.0 / sqrt(squares[j]));
        mean[j] = (float)sum[j];
        mean[C + j] = isfinite(factor) ? factor : 1.0f;
    }
done:
    free(sum);
    free(squares);
    return status;
}

/* 1 if such a view depends on the training rows, beyond the scaling of the recipe. */
static int is_stored(int kind)
{
    return kind == VIEW_LOG || kind == VIEW_SQUASHED;
}

static egad_status view_fit(float **out, int kind, const egad_detector *d,
                            const egad_dataset *data, const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    float *view = NULL;
    const size_t C = d->columns;
    *out = NULL;
    if (!is_stored(kind))
        return EGAD_OK;
    NEW(view, VIEW * C);
    for (size_t j = 0; j < C; j++)
        view[C + j] = 1.0f;
    if (kind == VIEW_SQUASHED)
        TRY(standardise(view, 0, d, data, rows, n));
    TRY(standardise(view, 1, d, data, rows, n));
    *out = view;
    view = NULL;
done:
    free(view);
    return status;
}

/* ---- Fitting ----------------------------------------------------------------- */

/* 1 if method k of the model is part of this detector: without networks, or with a recipe
 * whose default score is a combined one; whitened rows only up to WHITE_COLUMNS, beyond
 * which inverting the covariance takes minutes. */
static int is_wanted(const egad_detector *d, size_t k)
{
    const egad_model_method *m = &d->model->methods[k];
    return (d->recipe.combined || !d->model->networks) &&
           !(m->shrinkage > 0.0 && d->columns > WHITE_COLUMNS);
}

static egad_status fit(egad_detector *d, size_t k, const egad_dataset *data,
                       const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns, own = width(d, k);
    egad_fitted *f = &d->fitted[k];
    egad_method_settings settings = { .variance = d->recipe.variance,
                                      .components = d->recipe.components,
                                      .nu = d->recipe.nu,
                                      .gamma = d->recipe.gamma,
                                      .shrinkage = d->model->methods[k].shrinkage };
    float *x = NULL, *room = NULL;
    if (d->model->networks)
        settings.most =
            BESIDE_FLOATS / own < BESIDE_ROWS ? BESIDE_FLOATS / own + 1 : BESIDE_ROWS;
    if (d->recipe.contamination > 0.0)
        settings.share =
            fmin(d->model->methods[k].unsorted,
                 fmin(UNSORTED_ROWS, (double)(BESIDE_FLOATS / own + 1)) / (double)n);
    TRY(view_fit(&f->view, d->model->methods[k].view, d, data, rows, n));
    NEW(x, n * own);
    NEW(room, C);
    for (size_t i = 0; i < n; i++)
        see(d, k, x + i * own, data->x + rows[i] * C, 1, room);
    TRY(f->method->fit(&f->fitted, d->device, &settings, x, n, own));
done:
    free(x);
    free(room);
    return status;
}

egad_status egad_fitted_fit(egad_detector *d, const egad_dataset *data,
                            const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    egad_fitted_clear(d);
    for (size_t k = 0; k < d->methods; k++)
        if (is_wanted(d, k))
            TRY(fit(d, k, data, rows, n));
done:
    if (status != EGAD_OK)
        egad_fitted_clear(d);
    return status;
}

void egad_fitted_clear(egad_detector *d)
{
    for (size_t k = 0; k < d->methods; k++) {
        egad_fitted *f = &d->fitted[k];
        free(f->view);
        f->view = NULL;
        if (f->fitted)
            f->method->free(f->fitted);
        f->fitted = NULL;
    }
}

/* ---- Terms ------------------------------------------------------------------- */

/* Terms of method k, as bits. */
static unsigned terms_of(const egad_detector *d, size_t k)
{
    const egad_term *term = d->model->terms;
    unsigned bits = 0;
    for (int t = 0; term[t].name; t++)
        if (term[t].kind == TERM_METHOD && (size_t)term[t].of[0] == k)
            bits |= 1u << t;
    return bits;
}

unsigned egad_fitted_terms(const egad_detector *d)
{
    unsigned bits = 0;
    for (size_t k = 0; k < d->methods; k++)
        if (d->fitted[k].fitted)
            bits |= terms_of(d, k);
    return bits;
}

egad_status egad_fitted_run(egad_detector *d, unsigned wanted, const float *x,
                            size_t rows, int trained, float *terms)
{
    egad_status status = EGAD_OK;
    const egad_term *term = d->model->terms;
    const size_t C = d->columns, most = BATCH_FLOATS / C + 1;
    const size_t batch = rows < most ? rows : most;
    size_t widest = 0;
    float *seen = NULL, *own = NULL, *room = NULL;
    if (!(wanted & egad_fitted_terms(d)))
        goto done;
    for (size_t k = 0; k < d->methods; k++)
        widest = width(d, k) > widest ? width(d, k) : widest;
    NEW(seen, batch * widest);
    NEW(room, C);
    NEW(own, batch * METHOD_TERMS);
    for (size_t k = 0; k < d->methods; k++) {
        const egad_fitted *f = &d->fitted[k];
        const unsigned bits = f->fitted ? terms_of(d, k) & wanted : 0;
        const size_t n = egad_method_terms(f->method);
        for (size_t i = 0; i < rows && bits; i += batch) {
            const size_t some = rows - i < batch ? rows - i : batch;
            see(d, k, seen, x + i * C, some, room);
            TRY(f->method->terms(f->fitted, seen, some, trained, own));
            for (size_t r = 0; r < some; r++)
                for (int t = 0; term[t].name; t++)
                    if (bits >> t & 1u)
                        terms[(i + r) * TERMS + (size_t)t] =
                            own[r * n + (size_t)term[t].of[1]];
        }
    }
done:
    free(seen);
    free(own);
    free(room);
    return status;
}

/* ---- Files ------------------------------------------------------------------- */

typedef struct {
    char group[METHOD_PATH / 2], view[METHOD_PATH];
} place;

static place place_of(const egad_detector *d, size_t k)
{
    place p;
    snprintf(p.group, sizeof p.group, "/%s", d->model->methods[k].name);
    snprintf(p.view, sizeof p.view, "%s/view", p.group);
    return p;
}

egad_status egad_fitted_save(const egad_detector *d, egad_h5 *file)
{
    egad_status status = EGAD_OK;
    for (size_t k = 0; k < d->methods; k++) {
        const egad_fitted *f = &d->fitted[k];
        const place p = place_of(d, k);
        if (!f->fitted)
            continue;
        TRY(f->method->save(f->fitted, file, p.group));
        if (f->view)
            TRY(egad_h5_write_floats(file, p.view, 2,
                                     (const size_t[]){ VIEW, d->columns }, f->view));
    }
done:
    return status;
}

egad_status egad_fitted_load(egad_detector *d, egad_h5 *file)
{
    egad_status status = EGAD_OK;
    for (size_t k = 0; k < d->methods; k++) {
        egad_fitted *f = &d->fitted[k];
        const place p = place_of(d, k);
        if (d->model->networks && !egad_h5_has(file, p.group, NULL))
            continue;
        if (is_stored(d->model->methods[k].view)) {
            NEW(f->view, VIEW * d->columns);
            TRY(egad_h5_read_floats(file, p.view, 2, (const size_t[]){ VIEW, d->columns },
                                    f->view));
        }
        TRY(f->method->load(&f->fitted, d->device, file, p.group, width(d, k)));
    }
done:
    return status;
}
