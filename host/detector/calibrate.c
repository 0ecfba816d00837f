/* Mean, covariance, its shrinkage, its inverse root and its directions, in double. */
#include "calibrate.h"

#include "methods/spectrum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    JUDGES = 2000, /* rows to evaluate a shrinkage on, at most */
    SPREAD = 5000  /* rows to fit principal components to, at most */
};

/* Sums over some rows. */
typedef struct {
    size_t rows;
    double *mean;       /* (n) */
    double *covariance; /* (n, n), upper half; not yet divided by rows */
} moments;

static egad_status moments_new(moments *m, size_t n)
{
    egad_status status = EGAD_OK;
    *m = (moments){ 0 };
    NEW(m->mean, n);
    NEW(m->covariance, n * n);
done:
    return status;
}

static void moments_free(moments *m)
{
    free(m->mean);
    free(m->covariance);
}

/* Of the rows first, first + by, ... */
static void moments_of(moments *m, const float *e, size_t rows, size_t n, size_t first,
                       size_t by, double *centred)
{
    for (size_t i = first; i < rows; i += by, m->rows++)
        for (size_t j = 0; j < n; j++)
            m->mean[j] += e[i * n + j];
    for (size_t j = 0; j < n; j++)
        m->mean[j] /= (double)m->rows;
    for (size_t i = first; i < rows; i += by) {
        for (size_t j = 0; j < n; j++)
            centred[j] = e[i * n + j] - m->mean[j];
        for (size_t j = 0; j < n; j++)
            for (size_t k = j; k < n; k++)
                m->covariance[j * n + k] += centred[j] * centred[k];
    }
}

static double mean_variance(const moments *m, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        sum += m->covariance[j * n + j];
    return sum / (double)m->rows / (double)n;
}

/* w = L^-T, upper triangular, of L L^T = covariance + shrinkage (mean variance) I.
 * Returns the logarithm of the determinant of w. */
static double whiten(double *w, const moments *m, size_t n, double shrinkage, double *l)
{
    double variance = mean_variance(m, n), determinant = 0.0;
    if (variance <= 0.0)
        variance = 1.0; /* all rows are equal: leave distances in the units of the
                         * features */
    for (size_t i = 0; i < n * n; i++)
        l[i] = m->covariance[i] / (double)m->rows;
    for (size_t j = 0; j < n; j++)
        l[j * n + j] += shrinkage * variance;

    /* Cholesky: the upper half of l becomes L^T, row by row. */
    for (size_t k = 0; k < n; k++) {
        double *row = l + k * n;
        /* Rounding can make an almost fully explained variance 0 or negative. */
        const double pivot = sqrt(fmax(row[k], 1e-3 * shrinkage * variance));
        row[k] = pivot;
        for (size_t j = k + 1; j < n; j++)
            row[j] /= pivot;
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = i; j < n; j++)
                l[i * n + j] -= row[i] * row[j];
        determinant -= log(pivot);
    }
    /* Row k of w from the last: w L^T = I, so w[k] = (I[k] - sum w[k][i] L^T[i]) / ...;
     * column by column of w would stride, so rows of w are built up from those of L^T. */
    memset(w, 0, n * n * sizeof *w);
    for (size_t k = 0; k < n; k++) {
        double *row = w + k * n;
        row[k] = 1.0;
        for (size_t i = k; i < n; i++) {
            const double *upper = l + i * n;
            row[i] /= upper[i];
            for (size_t j = i + 1; j < n; j++)
                row[j] -= row[i] * upper[j];
        }
    }
    return determinant;
}

/* |(e - mean) w|^2 */
static double distance(const float *e, const double *mean, const double *w, size_t n,
                       double *y)
{
    double sum = 0.0;
    memset(y, 0, n * sizeof *y);
    for (size_t k = 0; k < n; k++) {
        const double v = e[k] - mean[k];
        for (size_t j = k; j < n; j++)
            y[j] += v * w[k * n + j];
    }
    for (size_t j = 0; j < n; j++)
        sum += y[j] * y[j];
    return sum;
}

static egad_status check_numbers(const float *evidence, size_t rows, size_t n)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0; i < rows * n; i++)
        if (!isfinite(evidence[i]))
            FAIL(DATA,
                 "row %zu of %zu: non-finite network output: the data or the weights are "
                 "NaN or too large",
                 i / n + 1, rows);
done:
    return status;
}

egad_status egad_calibrate_fit(egad_calibration *out, const float *evidence, size_t rows,
                               size_t n)
{
    egad_status status = EGAD_OK;
    egad_calibration c = { .n = n, .rows = rows, .shrinkage = 1.0 };
    moments half = { 0 }, all = { 0 };
    double *w = NULL, *l = NULL, *row = NULL, *q = NULL, best = -INFINITY;
    NEW(c.mean, n);
    NEW(c.whitening, n * n);
    TRY(moments_new(&half, n));
    TRY(moments_new(&all, n));
    NEW(w, n * n);
    NEW(l, n * n);
    NEW(row, n);
    TRY(check_numbers(evidence, rows, n));
    const size_t others = rows / 2, judges = others < JUDGES ? others : JUDGES;
    NEW(q, judges);
    moments_of(&half, evidence, rows, n, 0, 2, row);
    const int differ = judges > 0 && mean_variance(&half, n) > 0.0;
    for (double shrinkage = 1.0; differ && shrinkage > 5e-7; shrinkage /= 10.0) {
        const double determinant = whiten(w, &half, n, shrinkage, l);
        for (size_t i = 0; i < judges; i++)
            q[i] = distance(evidence + (2 * (i * others / judges) + 1) * n, half.mean, w,
                            n, row);
        const double likely = egad_spectrum_likelihood(q, judges, n, determinant);
        if (likely > best) {
            best = likely;
            c.shrinkage = shrinkage;
        }
    }
    moments_of(&all, evidence, rows, n, 0, 1, row);
    whiten(w, &all, n, c.shrinkage, l);
    for (size_t j = 0; j < n; j++)
        c.mean[j] = (float)all.mean[j];
    for (size_t i = 0; i < n * n; i++)
        c.whitening[i] = (float)w[i];
    egad_calibrate_clear(out);
    *out = c;
    c = (egad_calibration){ 0 };
done:
    egad_calibrate_clear(&c);
    moments_free(&half);
    moments_free(&all);
    free(w);
    free(l);
    free(row);
    free(q);
    return status;
}

/* 1 / the root of the total variance of columns first to end. */
static double scale_of(const moments *m, size_t n, size_t first, size_t end)
{
    double sum = 0.0;
    for (size_t j = first; j < end; j++)
        sum += m->covariance[j * n + j] / (double)m->rows;
    return sum > 0.0 ? 1.0 / sqrt(sum) : 0.0;
}

/* map (n, P): the P main directions of the scaled covariance, times the scale. */
static egad_status directions(float *map, const moments *m, size_t n, size_t P,
                              const double *scale)
{
    egad_status status = EGAD_OK;
    double *c = NULL, *values = NULL, *v = NULL;
    NEW(c, n * n);
    NEW(values, P);
    NEW(v, n * P);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++) /* its upper half, row by row */
            c[i * n + j] =
                m->covariance[i * n + j] / (double)m->rows * scale[i] * scale[j];
    TRY(egad_spectrum_eigen(values, v, c, n, P));
    for (size_t k = 0; k < P; k++)
        for (size_t i = 0; i < n; i++)
            map[i * P + k] = (float)(v[k * n + i] * scale[i]);
done:
    free(c);
    free(values);
    free(v);
    return status;
}

/* point = e map + offset, for every row. */
static void place(egad_points *p, const float *evidence, double *sums)
{
    for (size_t i = 0; i < p->rows; i++) {
        for (size_t k = 0; k < p->P; k++)
            sums[k] = p->offset[k];
        for (size_t j = 0; j < p->n; j++)
            for (size_t k = 0; k < p->P; k++)
                sums[k] += (double)evidence[i * p->n + j] * p->map[j * p->P + k];
        for (size_t k = 0; k < p->P; k++)
            p->point[i * p->P + k] = (float)sums[k];
    }
}

egad_status egad_calibrate_points(egad_calibration *out, const float *evidence,
                                  size_t rows, size_t n, size_t part, size_t P)
{
    egad_status status = EGAD_OK;
    egad_calibration c = { .n = n, .rows = rows };
    egad_points *p = &c.points;
    moments m = { 0 };
    double *scratch = NULL, *scale = NULL;
    *p = (egad_points){ .n = n, .P = P < n ? P : n, .rows = rows };
    TRY(check_numbers(evidence, rows, n));
    NEW(p->map, n * p->P);
    NEW(p->offset, p->P);
    NEW(p->point, rows * p->P);
    NEW(p->local_scale, rows);
    NEW(scratch, n);
    NEW(scale, n);
    TRY(moments_new(&m, n));
    moments_of(&m, evidence, rows, n, 0, (rows + SPREAD - 1) / SPREAD, scratch);
    for (size_t j = 0; j < n; j++)
        scale[j] = j < part ? scale_of(&m, n, 0, part) : scale_of(&m, n, part, n);
    TRY(directions(p->map, &m, n, p->P, scale));
    for (size_t k = 0; k < p->P; k++) {
        double sum = 0.0;
        for (size_t j = 0; j < n; j++)
            sum -= m.mean[j] * p->map[j * p->P + k];
        p->offset[k] = (float)sum;
    }
    place(p, evidence, scratch);
    egad_calibrate_clear(out);
    *out = c;
    c = (egad_calibration){ 0 };
done:
    egad_calibrate_clear(&c);
    moments_free(&m);
    free(scratch);
    free(scale);
    return status;
}

egad_status egad_calibrate_mixture(egad_calibration *calibration)
{
    return egad_mixture_prepare(calibration->mixture);
}

void egad_calibrate_clear(egad_calibration *calibration)
{
    egad_points *p = &calibration->points;
    float *const arrays[] = {
        calibration->mean, calibration->whitening, p->map, p->offset, p->point,
        p->local_scale,    calibration->unseen
    };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(calibration->mixture);
    *calibration = (egad_calibration){ 0 };
}
