/* The covariance, and its inverse root as a map. */
#include "whiten.h"

#include "moments.h"
#include "spectrum.h"

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
    TRY(egad_spectrum_root(c, P));
    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++)
            map[i * P + j] = (float)c[i * P + j];
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
