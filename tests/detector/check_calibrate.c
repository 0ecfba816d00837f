/* Mean, shrinkage and whitening of score features against their definitions: sums in
 * double, and the inverse of the covariance by Gaussian elimination.  Needs no device.
 * Degenerate features are in check_calibrate_edges.c. */
#include "score_features.h"

#include <math.h>

/* ---- The definition -------------------------------------------------------- */

/* The covariance with `shrinkage` times the mean variance on its diagonal. */
static void shrink(double *covariance, size_t n, double shrinkage)
{
    double variance = 0.0;
    for (size_t j = 0; j < n; j++)
        variance += covariance[j * n + j] / (double)n;
    for (size_t j = 0; j < n; j++)
        covariance[j * n + j] += shrinkage * variance;
}

/* The inverse by elimination with row pivoting; returns the logarithm of the
 * determinant. */
static double invert(const double *from, size_t n, double *inverse)
{
    double *a = lab_doubles(n * n), logarithm = 0.0;
    memcpy(a, from, n * n * sizeof *a);
    for (size_t i = 0; i < n * n; i++)
        inverse[i] = i / n == i % n;
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
                best = i;
        for (size_t j = 0; j < n; j++) {
            const double x = a[k * n + j], y = inverse[k * n + j];
            a[k * n + j] = a[best * n + j];
            inverse[k * n + j] = inverse[best * n + j];
            a[best * n + j] = x;
            inverse[best * n + j] = y;
        }
        const double pivot = a[k * n + k];
        logarithm += log(fabs(pivot));
        for (size_t j = 0; j < n; j++) {
            a[k * n + j] /= pivot;
            inverse[k * n + j] /= pivot;
        }
        for (size_t i = 0; i < n; i++) {
            const double times = i == k ? 0.0 : a[i * n + k];
            for (size_t j = 0; times != 0.0 && j < n; j++) {
                a[i * n + j] -= times * a[k * n + j];
                inverse[i * n + j] -= times * inverse[k * n + j];
            }
        }
    }
    return logarithm;
}

/* (e - mean) inverse (e - mean)^T */
static double mahalanobis(const float *e, const double *mean, const double *inverse,
                          size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++)
            sum +=
                ((double)e[j] - mean[j]) * inverse[j * n + k] * ((double)e[k] - mean[k]);
    return sum;
}

/* The mean log density, up to a constant, of a multivariate t of 4 degrees of freedom
 * whose scale matrix is the covariance times the factor that maximises the density. */
static double likely(const double *q, size_t count, size_t n, double log_determinant)
{
    const double freedom = 4.0, N = (double)n;
    double low = -100.0, high = 100.0, sum = 0.0;
    for (int times = 0; times < 200; times++) { /* bisect for derivative 0 */
        const double middle = (low + high) / 2.0, s = exp(middle);
        double derivative = 0.0;
        for (size_t i = 0; i < count; i++)
            derivative += (freedom + N) * q[i] / (freedom * s + q[i]) - N;
        if (derivative > 0.0)
            low = middle;
        else
            high = middle;
    }
    for (size_t i = 0; i < count; i++)
        sum -= (freedom + N) / 2.0 * log1p(q[i] / (exp(low) * freedom));
    return sum / (double)count - (log_determinant + N * low) / 2.0;
}

/* The shrinkage fitted to rows 0, 2, 4, ... that makes rows 1, 3, 5, ... most likely. */
static double best_shrinkage(const float *e, size_t rows, size_t n)
{
    double *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double *inverse = lab_doubles(n * n), *q = lab_doubles(rows / 2);
    double best = -INFINITY, found = NAN;
    for (int power = 0; power <= 6; power++) {
        const double shrinkage = pow(10.0, -power);
        evidence_moments(e, rows, n, 0, 2, mean, covariance);
        shrink(covariance, n, shrinkage);
        const double determinant = invert(covariance, n, inverse);
        for (size_t i = 0; i < rows / 2; i++)
            q[i] = mahalanobis(e + (2 * i + 1) * n, mean, inverse, n);
        const double l = likely(q, rows / 2, n, determinant);
        if (l > best) {
            best = l;
            found = shrinkage;
        }
    }
    return found;
}

/* ---- Whitening ------------------------------------------------------------- */

/* Gaussians, odd and even numbers of rows; round or elongated. */
/* clang-format off */
static const evidence_plot gaussians[] = {
/*    rows    n   k decay  noise  t seed thin; k factors, t degrees of freedom */
    { 3001,   1,  1,  1.0,    0.1, 0,  1,  0 },
    { 3000,   2,  1,  1.0,    0.1, 0,  2,  0 },
    { 3001,   7,  7,  0.7,    0.1, 0,  3,  1 },
    { 2000,  33, 20,  0.7,   0.05, 0,  4,  1 },
    {  999,  12,  1,  1.0,   10.0, 0,  5,  0 },
};
/* clang-format on */
enum { GAUSSIANS = sizeof gaussians / sizeof *gaussians };

/* Whitened training rows: their covariance plus the whitened shrinkage is the
 * identity. */
START_TEST(whitens)
{
    const evidence_plot *p = &gaussians[_i];
    const size_t n = p->n;
    const float *e = evidence_draw(p);
    egad_calibration c = evidence_fit(e, p->rows, n);
    float *white = lab_floats(p->rows * n);
    double *y = lab_doubles(n), *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double variance = 0.0;
    evidence_moments(e, p->rows, n, 0, 1, mean, covariance);
    for (size_t j = 0; j < n; j++)
        variance += covariance[j * n + j] / (double)n;
    for (size_t i = 0; i < p->rows; i++) {
        evidence_whiten(&c, e + i * n, y);
        for (size_t j = 0; j < n; j++)
            white[i * n + j] = (float)y[j];
    }
    evidence_moments(white, p->rows, n, 0, 1, mean, covariance);
    for (size_t j = 0; j < n; j++)
        ck_assert_double_le(fabs(mean[j]), 1e-4);
    for (size_t i = 0; i < n * n; i++) {
        const size_t j = i / n, k = i % n;
        double added = 0.0;
        for (size_t l = 0; l < n; l++)
            added += c.shrinkage * variance * (double)c.whitening[l * n + j] *
                     (double)c.whitening[l * n + k];
        ck_assert_msg(fabs(covariance[i] + added - (double)(j == k)) < 1e-4,
                      "covariance (%zu, %zu) is %g, and %g", j, k, covariance[i], added);
        ck_assert(!p->thin || fabs(covariance[i] - (double)(j == k)) < 0.1);
    }
    ck_assert(!p->thin || c.shrinkage <= 1e-3);
    egad_calibrate_clear(&c);
}
END_TEST

/* The mean, and distances by the covariance of all rows, for training rows and for rows
 * far away. */
START_TEST(distances)
{
    const evidence_plot *p = &gaussians[_i];
    const size_t n = p->n;
    float *e = evidence_draw(p);
    egad_calibration c = evidence_fit(e, p->rows, n);
    double *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double *inverse = lab_doubles(n * n), *y = lab_doubles(n);
    evidence_moments(e, p->rows, n, 0, 1, mean, covariance);
    for (size_t j = 0; j < n; j++)
        ck_assert_double_le(fabs((double)c.mean[j] - mean[j]),
                            1e-7 * (fabs(mean[j]) + sqrt(covariance[j * n + j])));
    shrink(covariance, n, c.shrinkage);
    invert(covariance, n, inverse);
    for (size_t i = 0; i < 90; i++) {
        for (size_t j = 0; i >= 30 && j < n; j++) /* along columns, then anywhere */
            e[i * n + j] *= i < 60 && j != i % n ? 1.0f : 100.0f;
        const double want = mahalanobis(e + i * n, mean, inverse, n);
        const double got = evidence_whiten(&c, e + i * n, y);
        ck_assert_msg(fabs(got - want) <= 1e-4 * want, "row %zu is at %g and not %g", i,
                      got, want);
    }
    egad_calibrate_clear(&c);
}
END_TEST

/* The first k columns of the whitening matrix whiten the first k features. */
START_TEST(first_columns)
{
    const evidence_plot *p = &gaussians[_i];
    const size_t n = p->n;
    const float *e = evidence_draw(p);
    egad_calibration c = evidence_fit(e, p->rows, n);
    double *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double *part = lab_doubles(n * n), *inverse = lab_doubles(n * n), *y = lab_doubles(n);
    evidence_moments(e, p->rows, n, 0, 1, mean, covariance);
    shrink(covariance, n, c.shrinkage);
    for (size_t k = 1; k <= n; k += 1 + n / 5) {
        for (size_t i = 0; i < k * k; i++)
            part[i] = covariance[i / k * n + i % k];
        invert(part, k, inverse);
        for (size_t i = 0; i < 30; i++) {
            const double want = mahalanobis(e + i * n, mean, inverse, k);
            double got = 0.0;
            evidence_whiten(&c, e + i * n, y);
            for (size_t j = 0; j < k; j++)
                got += y[j] * y[j];
            ck_assert_msg(fabs(got - want) <= 1e-4 * want,
                          "row %zu of %zu columns is at %g and not %g", i, k, got, want);
        }
    }
    egad_calibrate_clear(&c);
}
END_TEST

/* ---- Shrinkage ------------------------------------------------------------- */

/* clang-format off */
static const evidence_plot plots[] = {
/*    rows    n   k decay  noise  t seed thin; k factors, t degrees of freedom */
    /* few rows, many rows, pure noise */
    {   12,  30,  3,  0.8,    0.3, 0, 11,  0 },
    {   13,  30,  9,  0.8,    0.1, 0, 12,  0 },
    {   40,  30,  9,  0.5,   0.02, 0, 13,  0 },
    {  400,  30,  9,  0.5,  0.002, 0, 14,  0 },
    {  401,  30,  1,  1.0,   30.0, 0, 15,  0 },
    {   25,  30,  1,  1.0,   30.0, 0, 16,  0 },
    { 9001,   5,  5,  0.2,    0.0, 0, 17,  0 },
    /* heavy tails: a Gaussian or another t would choose another shrinkage */
    {   79,  10,  1,  0.6,   0.01, 1, 307, 0 },
    {  100,   3,  7,  0.4,    1.0, 1, 340, 0 },
    {   97,   4,  7,  0.8,    0.1, 1, 421, 0 },
    {   40,   3,  7,  0.6,    1.0, 1, 160, 0 },
    {  124,  15,  4,  0.5,   0.01, 1, 292, 0 },
    {   76,  11,  1,  0.3,  0.001, 1, 388, 0 },
    /* as many columns as a score */
    {   90, 256, 40,  0.9,   0.01, 0, 22,  0 },
};
/* clang-format on */
enum { PLOTS = sizeof plots / sizeof *plots };

START_TEST(by_definition)
{
    const evidence_plot *p = &plots[_i];
    const float *e = evidence_draw(p);
    egad_calibration c = evidence_fit(e, p->rows, p->n);
    const double want = best_shrinkage(e, p->rows, p->n);
    ck_assert_msg(fabs(c.shrinkage / want - 1.0) < 1e-6, "the shrinkage is %g and not %g",
                  c.shrinkage, want);
    egad_calibrate_clear(&c);
}
END_TEST

/* More rows of the same distribution need less shrinkage. */
START_TEST(by_rows)
{
    evidence_plot p = { .n = 24, .factors = 6, .decay = 0.6, .noise = 0.003, .seed = 30 };
    double last = 1.0;
    for (p.rows = 6; p.rows <= 6000; p.rows *= 10) {
        egad_calibration c = evidence_fit(evidence_draw(&p), p.rows, p.n);
        ck_assert_double_le(c.shrinkage, last);
        ck_assert(p.rows != 6 || c.shrinkage >= 0.099);
        ck_assert(p.rows != 6000 || c.shrinkage <= 1.01e-5);
        last = c.shrinkage;
        egad_calibrate_clear(&c);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibrate");
    TCase *tests = support_case(suite, NULL, lab_end);
    tcase_add_loop_test(tests, whitens, 0, GAUSSIANS);
    tcase_add_loop_test(tests, distances, 0, GAUSSIANS);
    tcase_add_loop_test(tests, first_columns, 0, GAUSSIANS);
    tcase_add_loop_test(tests, by_definition, 0, PLOTS);
    tcase_add_test(tests, by_rows);
    return support_run(suite);
}
