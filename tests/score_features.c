/* Made-up score features, and their calibration. */
#include "score_features.h"

#include "ref_cpu.h"

#include <math.h>

float *evidence_draw(const evidence_plot *p)
{
    float *e = lab_floats(p->rows * p->n);
    const float *mix = lab_uniform(p->factors * p->n, (unsigned)p->seed, 1.0f);
    for (size_t i = 0; i < p->rows; i++) {
        const uint32_t row = (uint32_t)i;
        double stretch = 1.0, squares = 0.0;
        for (int k = 0; k < p->freedom; k++)
            squares += pow(ref_noise(row, (uint32_t)k, p->seed, 0, 0), 2.0);
        if (p->freedom)
            stretch = sqrt(p->freedom / squares);
        for (size_t j = 0; j < p->n; j++) {
            double sum = p->noise * ref_noise(row, (uint32_t)j, p->seed, 0, 1);
            for (size_t k = 0; k < p->factors; k++)
                sum += pow(p->decay, (double)k) * (double)mix[k * p->n + j] *
                       ref_noise(row, (uint32_t)k, p->seed, 0, 2);
            e[i * p->n + j] = (float)(stretch * sum + (double)(j % 7));
        }
    }
    return e;
}

egad_calibration evidence_fit(const float *e, size_t rows, size_t n)
{
    egad_calibration c = { 0 };
    CHECK_OK(egad_calibrate_fit(&c, e, rows, n));
    ck_assert_uint_eq(c.n, n);
    ck_assert_uint_eq(c.rows, rows);
    int power = 0;
    while (power <= 6 && fabs(c.shrinkage * pow(10.0, power) - 1.0) > 1e-6)
        power++;
    ck_assert_msg(power <= 6, "the shrinkage is %g", c.shrinkage);
    for (size_t i = 0; i < n * n; i++) {
        ck_assert_msg(isfinite(c.whitening[i]), "element %zu is %g", i,
                      (double)c.whitening[i]);
        ck_assert(i / n <= i % n || c.whitening[i] == 0.0f);
        ck_assert(i / n != i % n || c.whitening[i] > 0.0f);
    }
    for (size_t j = 0; j < n; j++)
        ck_assert(isfinite(c.mean[j]));
    for (int k = 0; k < TERMS; k++)
        ck_assert(c.mean_log[k] == 0.0 && c.deviation_log[k] == 0.0);
    return c;
}

double evidence_whiten(const egad_calibration *c, const float *e, double *y)
{
    double squares = 0.0;
    for (size_t j = 0; j < c->n; j++) {
        y[j] = 0.0;
        for (size_t k = 0; k < c->n; k++)
            y[j] +=
                ((double)e[k] - (double)c->mean[k]) * (double)c->whitening[k * c->n + j];
        squares += y[j] * y[j];
    }
    return squares;
}

void evidence_moments(const float *e, size_t rows, size_t n, size_t first, size_t by,
                      double *mean, double *covariance)
{
    double count = 0.0;
    for (size_t i = first; i < rows; i += by)
        count += 1.0;
    memset(mean, 0, n * sizeof *mean);
    memset(covariance, 0, n * n * sizeof *covariance);
    for (size_t i = first; i < rows; i += by)
        for (size_t j = 0; j < n; j++)
            mean[j] += (double)e[i * n + j]; /* exact if all rows are equal */
    for (size_t j = 0; j < n; j++)
        mean[j] /= count;
    for (size_t i = first; i < rows; i += by)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                covariance[j * n + k] += ((double)e[i * n + j] - mean[j]) *
                                         ((double)e[i * n + k] - mean[k]) / count;
}
