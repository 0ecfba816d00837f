/* Fits the method pca: the covariance is of moments.h, its eigenvectors come
 * from LAPACK (spectrum.c), and the shrinkage is chosen as for the combined score
 * (spectrum.h). */
#include "moments.h"
#include "pca_inside.h"
#include "spectrum.h"

#include <math.h>
#include <stdlib.h>

enum { JUDGES = 2000 /* rows to evaluate a shrinkage on; at most PCA_BATCH */ };

/* The least shrinkage.  The covariance is rounded by some 3e-8 of a variance, and with P
 * columns its eigenvalues by 2 sqrt(P) times that, at most 3e-6 for 3,072 columns. */
static const double LEAST = 1e-4;

/* Direction, variance and mean from moments about `about`, of at least one row. */
static egad_status diagonalise(egad_pca *f, const egad_moments *m, const float *about)
{
    egad_status status = EGAD_OK;
    const size_t P = f->P;
    const double rows = (double)m->rows;
    double *c = NULL, *values = NULL, *v = NULL;
    NEW(c, P * P);
    NEW(values, P);
    NEW(v, P * P);
    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++)
            c[i * P + j] =
                m->products[i * P + j] / rows - m->sum[i] / rows * (m->sum[j] / rows);
    TRY(egad_spectrum_eigen(values, v, c, P, P));
    for (size_t k = 0; k < P; k++) {
        f->variance[k] = (float)fmax(values[k], 0.0); /* rounding may leave less */
        f->mean[k] = (float)(about[k] + m->sum[k] / rows);
        for (size_t j = 0; j < P; j++)
            f->direction[k * P + j] = (float)v[k * P + j];
    }
done:
    free(c);
    free(values);
    free(v);
    return status;
}

/* The shrinkage under which rows 1, 3, 5, ... are likeliest, given f of the others. */
static egad_status choose_shrinkage(egad_pca *f, const float *x, size_t rows)
{
    egad_status status = EGAD_OK;
    const size_t P = f->P, others = rows / 2, judges = others < JUDGES ? others : JUDGES;
    egad_plan *plan = NULL;
    float *some = NULL;
    double *square = NULL, *variance = NULL, *q = NULL;
    NEW(some, judges * P);
    NEW(square, judges * P);
    NEW(variance, P);
    NEW(q, judges);
    f->main = 1; /* not used here */
    TRY(egad_pca_prepare(f));
    for (size_t i = 0; i < judges; i++)
        for (size_t j = 0; j < P; j++)
            some[i * P + j] = x[(2 * (i * others / judges) + 1) * P + j];
    for (size_t j = 0; j < P; j++)
        variance[j] = f->variance[j];
    TRY(egad_plan_new(&plan, f->device, "judges"));
    if (judges) {
        TRY(egad_tensor_write(f->device, egad_tensor_rows(f->x, 0, judges), some));
        TRY(egad_pca_project(f, plan, judges));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(f->device, egad_tensor_rows(f->y, 0, judges), some));
    }
    for (size_t i = 0; i < judges * P; i++)
        square[i] = (double)some[i] * some[i];
    f->shrinkage = egad_spectrum_shrinkage(square, judges, variance, P, LEAST, q);
done:
    egad_plan_free(plan);
    free(some);
    free(square);
    free(variance);
    free(q);
    return status;
}

/* Number of components by the settings. */
static size_t main_of(const egad_pca *f, const egad_method_settings *s)
{
    double all = 0.0, held = 0.0;
    size_t n = 0;
    if (s->components > 0)
        return (size_t)s->components < f->P ? (size_t)s->components : f->P;
    for (size_t k = 0; k < f->P; k++)
        all += f->variance[k];
    do
        held += f->variance[n++];
    while (n < f->P && held < s->variance * all);
    return n;
}

egad_status egad_pca_fit(void **out, egad_device *device,
                         const egad_method_settings *settings, const float *x,
                         size_t rows, size_t columns)
{
    egad_status status = EGAD_OK;
    egad_pca *f = NULL;
    egad_moments half = { 0 }, other = { 0 };
    double *sum = NULL;
    float *about = NULL;
    *out = NULL;
    if (rows < 1)
        FAIL(DATA, "pca needs a training row, and the data has none");
    if (settings->components < 0 ||
        (!settings->components &&
         !(settings->variance > 0.0 && settings->variance <= 1.0)))
        FAIL(ARGUMENT,
             "pca needs a number of components, or a share of the variance above 0, at "
             "most 1");
    NEW(f, 1);
    f->device = device;
    f->P = columns;
    f->rows = rows;
    NEW(f->mean, columns);
    NEW(f->direction, columns * columns);
    NEW(f->variance, columns);
    NEW(sum, columns);
    NEW(about, columns);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            sum[j] += x[i * columns + j];
    for (size_t j = 0; j < columns; j++)
        f->mean[j] = about[j] = (float)(sum[j] / (double)rows);
    TRY(egad_moments_new(&half, columns));
    TRY(egad_moments_new(&other, columns));
    TRY(egad_moments_add(&half, device, f->mean, x, rows, 0));
    TRY(egad_moments_add(&other, device, f->mean, x, rows, 1));
    TRY(diagonalise(f, &half, about));
    TRY(choose_shrinkage(f, x, rows));
    half.rows += other.rows;
    for (size_t k = 0; k < columns * columns; k++)
        half.products[k] += other.products[k];
    for (size_t j = 0; j < columns; j++)
        half.sum[j] += other.sum[j];
    TRY(diagonalise(f, &half, about));
    f->main = main_of(f, settings);
    TRY(egad_pca_prepare(f));
    *out = f;
    f = NULL;
done:
    egad_pca_free(f);
    egad_moments_free(&half);
    egad_moments_free(&other);
    free(sum);
    free(about);
    return status;
}
