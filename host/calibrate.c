/* Mean, covariance, its shrinkage and its inverse root, in double. */
#include "calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    JUDGES = 2000, /* rows that a shrinkage is judged by, at most */
    FREEDOM = 4    /* of the Student t density */
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

/* w = L^-T of L L^T = covariance + shrinkage (mean variance) I; what lies below its
 * diagonal is 0.  Returns the logarithm of the determinant of w. */
static double whiten(double *w, const moments *m, size_t n, double shrinkage, double *l)
{
    double variance = mean_variance(m, n), determinant = 0.0;
    if (variance <= 0.0)
        variance = 1.0; /* all rows equal: distances in the evidence's own units */
    for (size_t i = 0; i < n * n; i++)
        l[i] = m->covariance[i] / (double)m->rows;
    for (size_t j = 0; j < n; j++)
        l[j * n + j] += shrinkage * variance;

    /* Cholesky: the upper half of l becomes L^T, row by row. */
    for (size_t k = 0; k < n; k++) {
        double *row = l + k * n;
        /* Rounding can take a variance that is all but explained to 0 and below. */
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

/* The mean logarithm of a t density whose scale matrix is s times the covariance that q
 * was measured with, less what does not depend on it; s is the most likely one. */
static double likelihood(const double *q, size_t rows, size_t n, double determinant)
{
    const double v = FREEDOM, N = (double)n;
    double s = 1.0, sum = 0.0;
    for (int times = 0; times < 50; times++) {
        double weights = 0.0, weighted = 0.0;
        for (size_t i = 0; i < rows; i++) {
            const double weight = (v + N) / (v + q[i] / s);
            weights += weight;
            weighted += weight * q[i];
        }
        s = fmax(weighted / weights / N, 1e-12);
    }
    for (size_t i = 0; i < rows; i++)
        sum -= 0.5 * (v + N) * log1p(q[i] / (s * v));
    return sum / (double)rows + determinant - 0.5 * N * log(s);
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
    for (size_t i = 0; i < rows * n; i++)
        if (!isfinite(evidence[i]))
            FAIL(DATA,
                 "the networks give training row %zu of %zu no number: the data, or "
                 "what was learned from it, holds NaN or is too large",
                 i / n + 1, rows);

    const size_t others = rows / 2, judges = others < JUDGES ? others : JUDGES;
    NEW(q, judges);
    moments_of(&half, evidence, rows, n, 0, 2, row);
    const int differ = judges > 0 && mean_variance(&half, n) > 0.0;
    for (double shrinkage = 1.0; differ && shrinkage > 5e-7; shrinkage /= 10.0) {
        const double determinant = whiten(w, &half, n, shrinkage, l);
        for (size_t i = 0; i < judges; i++)
            q[i] = distance(evidence + (2 * (i * others / judges) + 1) * n, half.mean, w,
                            n, row);
        const double likely = likelihood(q, judges, n, determinant);
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

void egad_calibrate_clear(egad_calibration *calibration)
{
    free(calibration->mean);
    free(calibration->whitening);
    *calibration = (egad_calibration){ 0 };
}
