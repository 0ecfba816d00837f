/* Eigenvectors by LAPACK, and the likelihood by which a shrinkage is chosen. */
#include "spectrum.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

enum { FREEDOM = 4 }; /* of the Student t density */

double egad_spectrum_likelihood(const double *q, size_t rows, size_t n,
                                double determinant)
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

double egad_spectrum_shrinkage(const double *square, size_t rows, const double *variance,
                               size_t n, double least, double *q)
{
    double mean = 0.0, best = -INFINITY, found = 1.0;
    for (size_t j = 0; j < n; j++)
        mean += variance[j] / (double)n;
    for (double s = 1.0; rows > 0 && mean > 0.0 && s > 0.5 * least; s /= 10.0) {
        double determinant = 0.0;
        for (size_t j = 0; j < n; j++)
            determinant -= 0.5 * log(variance[j] + s * mean);
        for (size_t i = 0; i < rows; i++) {
            q[i] = 0.0;
            for (size_t j = 0; j < n; j++)
                q[i] += square[i * n + j] / (variance[j] + s * mean);
        }
        const double likely = egad_spectrum_likelihood(q, rows, n, determinant);
        if (likely > best) {
            best = likely;
            found = s;
        }
    }
    return found;
}

egad_status egad_spectrum_eigen(double *values, double *v, double *covariance, size_t n,
                                size_t P)
{
    egad_status status = EGAD_OK;
    double *all = NULL;
    lapack_int *support = NULL, found = 0;
    NEW(all, n);
    NEW(support, 2 * P);
    const lapack_int N = (lapack_int)n, last = N, first = N - (lapack_int)P + 1;
    const lapack_int info =
        LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'L', N, covariance, N, 0.0, 0.0, first,
                       last, 0.0, &found, all, v, N, support);
    if (info == LAPACK_WORK_MEMORY_ERROR)
        FAIL(MEMORY, "out of memory for the directions of %zu columns", n);
    if (info != 0 || found != (lapack_int)P)
        FAIL(DATA,
             "the directions in which rows vary could not be found "
             "(LAPACK's dsyevr: %d)",
             (int)info);
    for (size_t k = 0; k < P / 2; k++) /* LAPACK sorts ascending */
        for (size_t j = 0; j < n; j++) {
            const double other = v[k * n + j];
            v[k * n + j] = v[(P - 1 - k) * n + j];
            v[(P - 1 - k) * n + j] = other;
        }
    for (size_t k = 0; k < P; k++) {
        double *row = v + k * n, largest = 0.0;
        for (size_t i = 0; i < n; i++)
            largest = fabs(row[i]) > fabs(largest) ? row[i] : largest;
        for (size_t i = 0; i < n && largest < 0.0; i++)
            row[i] = -row[i];
        values[k] = all[P - 1 - k];
    }
done:
    free(all);
    free(support);
    return status;
}

egad_status egad_spectrum_root(double *c, size_t n)
{
    egad_status status = EGAD_OK;
    const lapack_int N = (lapack_int)n;
    lapack_int info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', N, c, N);
    if (info == 0)
        info = LAPACKE_dtrtri(LAPACK_ROW_MAJOR, 'U', 'N', N, c, N);
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        FAIL(MEMORY, "out of memory for the covariance of %zu columns", n);
    if (info != 0)
        FAIL(DATA,
             "the covariance of the columns could not be inverted (LAPACK's dpotrf and "
             "dtrtri: %d)",
             (int)info);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            c[i * n + j] = 0.0;
done:
    return status;
}
