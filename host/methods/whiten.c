/* The inverse root of a covariance: its Cholesky factor L by LAPACK, map = L^-T. */
#include "whiten.h"

#include "moments.h"

#include <lapacke.h>
#include <stdlib.h>

/* c (P, P), symmetric: the covariance, and `shrinkage` times the mean variance on its
 * diagonal. */
static void covariance(double *c, const egad_moments *m, double shrinkage)
{
    const size_t P = m->P;
    const double rows = (double)m->rows;
    double variance = 0.0;
    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++)
            c[i * P + j] =
                m->products[i * P + j] / rows - m->sum[i] / rows * (m->sum[j] / rows);
    for (size_t j = 0; j < P; j++)
        variance += c[j * P + j] / (double)P;
    if (!(variance > 0.0))
        variance = 1.0; /* all rows are equal: leave distances in the units of x */
    for (size_t j = 0; j < P; j++)
        c[j * P + j] += shrinkage * variance;
}

egad_status egad_whiten_fit(float *map, float *offset, egad_device *device,
                            const float *x, size_t rows, size_t P, double shrinkage)
{
    egad_status status = EGAD_OK;
    egad_moments m = { 0 };
    double *c = NULL;
    float *mean = NULL;
    const lapack_int N = (lapack_int)P;
    TRY(egad_moments_new(&m, P));
    NEW(c, P * P);
    NEW(mean, P);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < P; j++)
            m.sum[j] += x[i * P + j];
    for (size_t j = 0; j < P; j++) {
        mean[j] = (float)(m.sum[j] / (double)rows);
        m.sum[j] = 0.0;
    }
    TRY(egad_moments_add(&m, device, mean, x, rows, 0));
    TRY(egad_moments_add(&m, device, mean, x, rows, 1));
    covariance(c, &m, shrinkage);
    /* Column by column, the upper half is L^T; its inverse is the map, transposed here
     * because LAPACK counts from the other side. */
    lapack_int info = LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', N, c, N);
    if (info == 0)
        info = LAPACKE_dtrtri(LAPACK_COL_MAJOR, 'U', 'N', N, c, N);
    if (info != 0)
        FAIL(DATA,
             "the covariance of the columns could not be inverted (LAPACK's dpotrf and "
             "dtrtri: %d)",
             (int)info);
    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++)
            map[i * P + j] = i <= j ? (float)c[j * P + i] : 0.0f;
    for (size_t j = 0; j < P; j++) {
        double sum = 0.0;
        for (size_t i = 0; i <= j; i++)
            sum -= (double)mean[i] * (double)map[i * P + j];
        offset[j] = (float)sum;
    }
done:
    egad_moments_free(&m);
    free(c);
    free(mean);
    return status;
}
