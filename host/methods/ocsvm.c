/* The method ocsvm: the one-class support vector machine of Schoelkopf et al. (2001) in
 * LIBSVM's form, with a radial kernel.  Training rows that are copies are one point that
 * may weigh as much as they together, which is the same problem. */
#include "distinct.h"
#include "machine.h"
#include "method.h"
#include "smo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE = 256 << 20 /* bytes of rows of kernels, while it is fitted */ };
enum { ROUNDS = 5 /* gradients computed anew at the end, at most */ };

typedef struct {
    egad_device *device;
    size_t P, rows, different; /* columns; training rows, and different ones of these */
    double nu, gamma, rho;
    size_t n;      /* support vectors */
    float *point;  /* (n, P) */
    double *alpha; /* (n), in single precision above 0 */
    egad_machine *machine;
} ocsvm;

static void destroy(void *fitted)
{
    ocsvm *f = fitted;
    if (!f)
        return;
    egad_machine_free(f->machine);
    free(f->point);
    free(f->alpha);
    free(f);
}

/* Where the solution stops; LIBSVM's default is 1e-3.  Sums of kernels grow with the sum
 * of the weights, and so does their rounding. */
static double gap_of(const ocsvm *f)
{
    return 1e-6 * fmax(1.0, f->nu * (double)f->rows / 100.0);
}

/* A free support vector, and its copies, have the score 0 up to the gap and rounding: a
 * row is outside above this. */
static double margin(const ocsvm *f)
{
    return fmax(10.0 * gap_of(f), 1e-6 * f->rho);
}

/* ---- Fitting ------------------------------------------------------------------- */

/* The machine of the different rows that weigh something. */
static egad_status support(ocsvm *f, const egad_distinct *d, const double *a)
{
    egad_status status = EGAD_OK;
    const size_t P = f->P;
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++)
        n += (float)a[i] > 0.0f;
    egad_machine_free(f->machine);
    free(f->point);
    free(f->alpha);
    f->machine = NULL;
    f->alpha = NULL;
    f->n = n;
    NEW(f->point, n * P);
    NEW(f->alpha, n);
    n = 0;
    for (size_t i = 0; i < d->n; i++)
        if ((float)a[i] > 0.0f) {
            memcpy(f->point + n * P, d->row + i * P, P * sizeof *f->point);
            f->alpha[n++] = (double)(float)a[i];
        }
    TRY(egad_machine_new(&f->machine, f->device, f->point, f->alpha, n, P, f->gamma));
done:
    return status;
}

static egad_status row_of(void *context, size_t i, const float **row)
{
    return egad_machine_row(context, i, row);
}

/* Find the support vectors and rho. */
static egad_status solve(ocsvm *f, const egad_distinct *d)
{
    egad_status status = EGAD_OK;
    egad_machine *all = NULL;
    egad_machine_rows *rows = NULL;
    double *most = NULL, *a = NULL, *g = NULL;
    NEW(most, d->n);
    NEW(a, d->n);
    NEW(g, d->n);
    for (size_t i = 0; i < d->n; i++)
        most[i] = d->copies[i];
    TRY(egad_machine_new(&all, f->device, d->row, NULL, d->n, f->P, f->gamma));
    TRY(egad_machine_rows_new(&rows, all, CACHE));
    egad_smo s = { .n = d->n,
                   .most = most,
                   .gap = gap_of(f),
                   .row = row_of,
                   .context = rows,
                   .a = a,
                   .g = g };
    egad_smo_start(&s, f->nu * (double)f->rows);
    for (int round = 0; round < ROUNDS; round++) {
        TRY(support(f, d, a));
        TRY(egad_machine_sums(f->machine, d->row, d->n, g));
        if (egad_smo_done(&s))
            break;
        if (round + 1 < ROUNDS)
            TRY(egad_smo_run(&s));
    }
    f->rho = egad_smo_rho(&s);
done:
    egad_machine_rows_free(rows);
    egad_machine_free(all);
    free(most);
    free(a);
    free(g);
    return status;
}

static egad_status fit(void **out, egad_device *device,
                       const egad_method_settings *settings, const float *x, size_t rows,
                       size_t columns)
{
    egad_status status = EGAD_OK;
    egad_distinct d = { 0 };
    ocsvm *f = NULL;
    *out = NULL;
    if (rows < 1)
        FAIL(DATA, "ocsvm needs a training row, and the data has none");
    if (!(settings->nu > 0.0 && settings->nu <= 1.0))
        FAIL(ARGUMENT, "nu is %g; ocsvm needs one above 0, at most 1", settings->nu);
    if (!(settings->gamma >= 0.0 && isfinite(settings->gamma)))
        FAIL(ARGUMENT, "gamma is %g; ocsvm needs one above 0, or 0 for 1 / columns",
             settings->gamma);
    NEW(f, 1);
    f->device = device;
    f->P = columns;
    f->rows = rows;
    f->nu = settings->nu;
    f->gamma = settings->gamma > 0.0 ? settings->gamma : 1.0 / (double)columns;
    TRY(egad_distinct_find(&d, x, rows, columns));
    f->different = d.n;
    TRY(solve(f, &d));
    *out = f;
    f = NULL;
done:
    egad_distinct_clear(&d);
    destroy(f);
    return status;
}

/* ---- Rows ---------------------------------------------------------------------- */

static egad_status terms(void *fitted, const float *x, size_t rows, int trained,
                         float *out)
{
    egad_status status = EGAD_OK;
    ocsvm *f = fitted;
    egad_distinct d = { 0 };
    double *sums = NULL;
    (void)trained; /* one row of many hardly moves the boundary */
    TRY(egad_distinct_find(&d, x, rows, f->P));
    NEW(sums, d.n);
    TRY(egad_machine_sums(f->machine, d.row, d.n, sums));
    for (size_t i = 0; i < rows; i++)
        out[i] = (float)(f->rho - sums[d.of[i]]);
done:
    egad_distinct_clear(&d);
    free(sums);
    return status;
}

static egad_status rebuild(void *fitted, const float *x, size_t rows, int trained,
                           float *rebuilt)
{
    (void)trained;
    ocsvm *f = fitted;
    return egad_machine_means(f->machine, x, rows, rebuilt);
}

/* ---- Files --------------------------------------------------------------------- */

static egad_status save(const void *fitted, egad_h5 *file, const char *group)
{
    egad_status status = EGAD_OK;
    const ocsvm *f = fitted;
    float *alpha = NULL;
    char path[METHOD_PATH];
    NEW(alpha, f->n);
    for (size_t i = 0; i < f->n; i++)
        alpha[i] = (float)f->alpha[i];
    snprintf(path, sizeof path, "%s/support", group);
    TRY(egad_h5_write_floats(file, path, 2, (const size_t[]){ f->n, f->P }, f->point));
    snprintf(path, sizeof path, "%s/alpha", group);
    TRY(egad_h5_write_floats(file, path, 1, &f->n, alpha));
    TRY(egad_h5_write_count(file, group, "rows", f->rows));
    TRY(egad_h5_write_count(file, group, "different", f->different));
    TRY(egad_h5_write_number(file, group, "nu", f->nu));
    TRY(egad_h5_write_number(file, group, "gamma", f->gamma));
    TRY(egad_h5_write_number(file, group, "rho", f->rho));
    TRY(egad_h5_write_number(file, group, "outside_above", margin(f)));
done:
    free(alpha);
    return status;
}

static egad_status read_numbers(ocsvm *f, egad_h5 *file, const char *group)
{
    egad_status status = EGAD_OK;
    uint64_t rows = 0, different = 0;
    TRY(egad_h5_read_count(file, group, "rows", &rows));
    TRY(egad_h5_read_count(file, group, "different", &different));
    TRY(egad_h5_read_number(file, group, "nu", &f->nu));
    TRY(egad_h5_read_number(file, group, "gamma", &f->gamma));
    TRY(egad_h5_read_number(file, group, "rho", &f->rho));
    if (different < f->n || rows < different || !(f->nu > 0.0 && f->nu <= 1.0) ||
        !(f->gamma > 0.0 && isfinite(f->gamma)) || !isfinite(f->rho))
        FAIL(FORMAT, "model: its method holds an impossible number" EGAD_H5_RETRAIN);
    f->rows = (size_t)rows;
    f->different = (size_t)different;
done:
    return status;
}

static egad_status read_alpha(ocsvm *f, egad_h5 *file, const char *path)
{
    egad_status status = EGAD_OK;
    float *alpha = NULL;
    NEW(alpha, f->n);
    NEW(f->alpha, f->n);
    TRY(egad_h5_read_floats(file, path, 1, &f->n, alpha));
    for (size_t i = 0; i < f->n; i++) {
        if (!(alpha[i] > 0.0f))
            FAIL(FORMAT, "model: '%s' holds the weight %g" EGAD_H5_RETRAIN, path,
                 (double)alpha[i]);
        f->alpha[i] = (double)alpha[i];
    }
done:
    free(alpha);
    return status;
}

static egad_status load(void **out, egad_device *device, egad_h5 *file, const char *group,
                        size_t columns)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    ocsvm *f = NULL;
    char path[METHOD_PATH];
    *out = NULL;
    snprintf(path, sizeof path, "%s/support", group);
    TRY(egad_h5_shape(file, path, shape, &rank));
    if (rank != 2 || shape[0] < 1 || shape[1] != columns)
        FAIL(FORMAT, "model: '%s' has an impossible shape" EGAD_H5_RETRAIN, path);
    NEW(f, 1);
    f->device = device;
    f->n = shape[0];
    f->P = columns;
    NEW(f->point, f->n * f->P);
    TRY(egad_h5_read_floats(file, path, 2, shape, f->point));
    snprintf(path, sizeof path, "%s/alpha", group);
    TRY(read_alpha(f, file, path));
    TRY(read_numbers(f, file, group));
    TRY(egad_machine_new(&f->machine, device, f->point, f->alpha, f->n, columns,
                         f->gamma));
    *out = f;
    f = NULL;
done:
    destroy(f);
    return status;
}

static void describe(const void *fitted, char *out, size_t size)
{
    const ocsvm *f = fitted;
    snprintf(out, size,
             "%zu support vectors, of %zu different rows of %zu; nu %g, gamma %.4g, rho "
             "%.6g; outside: score > %.3g",
             f->n, f->different, f->rows, f->nu, f->gamma, f->rho, margin(f));
}

const egad_method egad_ocsvm_method = { .name = "ocsvm",
                                        .term = { "decision" },
                                        .fit = fit,
                                        .terms = terms,
                                        .rebuild = rebuild,
                                        .save = save,
                                        .load = load,
                                        .describe = describe,
                                        .free = destroy };
