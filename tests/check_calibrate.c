/* Mean, shrinkage and whitening of evidence against their definitions: sums in double,
 * and the inverse of the covariance by Gaussian elimination.  Needs no device. */
#include "../host/calibrate.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

/* ---- Evidence -------------------------------------------------------------- */

/* Rows that depend on `factors` normal numbers each, the k-th `decay` times as much as
 * the one before, and on noise of their own in every column.  freedom: of a Student t, by
 * which rows are stretched; 0: a Gaussian. */
typedef struct {
    size_t rows, n, factors;
    double decay, noise;
    int freedom;
    uint64_t seed;
    int thin; /* only a small shrinkage will do */
} plot;

static float *draw(const plot *p)
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

/* ---- The definition -------------------------------------------------------- */

/* Of the rows first, first + by, ...: mean (n) and covariance (n, n). */
static void measure(const float *e, size_t rows, size_t n, size_t first, size_t by,
                    double *mean, double *covariance)
{
    double count = 0.0;
    for (size_t i = first; i < rows; i += by)
        count += 1.0;
    memset(mean, 0, n * sizeof *mean);
    memset(covariance, 0, n * n * sizeof *covariance);
    for (size_t i = first; i < rows; i += by)
        for (size_t j = 0; j < n; j++)
            mean[j] += (double)e[i * n + j] / count;
    for (size_t i = first; i < rows; i += by)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                covariance[j * n + k] += ((double)e[i * n + j] - mean[j]) *
                                         ((double)e[i * n + k] - mean[k]) / count;
}

/* The covariance with `shrinkage` times the mean variance on its diagonal. */
static void shrink(double *covariance, size_t n, double shrinkage)
{
    double variance = 0.0;
    for (size_t j = 0; j < n; j++)
        variance += covariance[j * n + j] / (double)n;
    for (size_t j = 0; j < n; j++)
        covariance[j * n + j] += shrinkage * variance;
}

/* The inverse by elimination, a row at a time, the largest pivot first; returns the
 * logarithm of the determinant. */
static double invert(const double *from, size_t n, double *inverse)
{
    double *a = lab_widen(lab_floats(n * n), n * n), logarithm = 0.0;
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

/* The mean log density of a multivariate t of 4 degrees of freedom whose scale matrix is
 * the covariance times the factor that makes it largest, up to a constant. */
static double likely(const double *q, size_t count, size_t n, double log_determinant)
{
    const double freedom = 4.0, N = (double)n;
    double low = -100.0, high = 100.0, sum = 0.0;
    for (int times = 0; times < 200; times++) { /* where the derivative is 0 */
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

/* The shrinkage under which rows 0, 2, 4, ... make rows 1, 3, 5, ... most likely. */
static double best_shrinkage(const float *e, size_t rows, size_t n)
{
    double *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double *inverse = lab_doubles(n * n), *q = lab_doubles(rows / 2);
    double best = -INFINITY, found = NAN;
    for (int power = 0; power <= 6; power++) {
        const double shrinkage = pow(10.0, -power);
        measure(e, rows, n, 0, 2, mean, covariance);
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

/* ---- What is measured ------------------------------------------------------ */

static egad_calibration fit(const float *e, size_t rows, size_t n)
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

/* (e - mean) whitening for one row, and the sum of its squares. */
static double whiten(const egad_calibration *c, const float *e, double *y)
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

/* Gaussians of odd and even numbers of rows; round, and long and thin. */
/* clang-format off */
static const plot gaussians[] = {
/*    rows    n   k decay  noise  t seed thin; k factors, t degrees of freedom */
    { 3001,   1,  1,  1.0,    0.1, 0,  1,  0 },
    { 3000,   2,  1,  1.0,    0.1, 0,  2,  0 },
    { 3001,   7,  7,  0.7,    0.1, 0,  3,  1 },
    { 2000,  33, 20,  0.7,   0.05, 0,  4,  1 },
    {  999,  12,  1,  1.0,   10.0, 0,  5,  0 },
};
/* clang-format on */
enum { GAUSSIANS = sizeof gaussians / sizeof *gaussians };

/* Training rows end up spread alike in all directions: their covariance and what the
 * shrinkage added to it make the identity. */
START_TEST(whitens)
{
    const plot *p = &gaussians[_i];
    const size_t n = p->n;
    const float *e = draw(p);
    egad_calibration c = fit(e, p->rows, n);
    float *white = lab_floats(p->rows * n);
    double *y = lab_doubles(n), *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double variance = 0.0;
    measure(e, p->rows, n, 0, 1, mean, covariance);
    for (size_t j = 0; j < n; j++)
        variance += covariance[j * n + j] / (double)n;
    for (size_t i = 0; i < p->rows; i++) {
        whiten(&c, e + i * n, y);
        for (size_t j = 0; j < n; j++)
            white[i * n + j] = (float)y[j];
    }
    measure(white, p->rows, n, 0, 1, mean, covariance);
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

/* The mean is the mean, and distances are those of the covariance of all rows, for rows
 * that were measured and for rows far away. */
START_TEST(distances)
{
    const plot *p = &gaussians[_i];
    const size_t n = p->n;
    float *e = draw(p);
    egad_calibration c = fit(e, p->rows, n);
    double *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double *inverse = lab_doubles(n * n), *y = lab_doubles(n);
    measure(e, p->rows, n, 0, 1, mean, covariance);
    for (size_t j = 0; j < n; j++)
        ck_assert_double_le(fabs((double)c.mean[j] - mean[j]),
                            1e-7 * (fabs(mean[j]) + sqrt(covariance[j * n + j])));
    shrink(covariance, n, c.shrinkage);
    invert(covariance, n, inverse);
    for (size_t i = 0; i < 90; i++) {
        for (size_t j = 0; i >= 30 && j < n; j++) /* along columns, and anywhere */
            e[i * n + j] *= i < 60 && j != i % n ? 1.0f : 100.0f;
        const double want = mahalanobis(e + i * n, mean, inverse, n);
        const double got = whiten(&c, e + i * n, y);
        ck_assert_msg(fabs(got - want) <= 1e-4 * want, "row %zu is at %g and not %g", i,
                      got, want);
    }
    egad_calibrate_clear(&c);
}
END_TEST

/* The first k columns of the whitening are that of the first k columns of evidence. */
START_TEST(first_columns)
{
    const plot *p = &gaussians[_i];
    const size_t n = p->n;
    const float *e = draw(p);
    egad_calibration c = fit(e, p->rows, n);
    double *mean = lab_doubles(n), *covariance = lab_doubles(n * n);
    double *part = lab_doubles(n * n), *inverse = lab_doubles(n * n), *y = lab_doubles(n);
    measure(e, p->rows, n, 0, 1, mean, covariance);
    shrink(covariance, n, c.shrinkage);
    for (size_t k = 1; k <= n; k += 1 + n / 5) {
        for (size_t i = 0; i < k * k; i++)
            part[i] = covariance[i / k * n + i % k];
        invert(part, k, inverse);
        for (size_t i = 0; i < 30; i++) {
            const double want = mahalanobis(e + i * n, mean, inverse, k);
            double got = 0.0;
            whiten(&c, e + i * n, y);
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
static const plot plots[] = {
/*    rows    n   k decay  noise  t seed thin; k factors, t degrees of freedom */
    /* few rows, many, and nothing but noise */
    {   12,  30,  3,  0.8,    0.3, 0, 11,  0 },
    {   13,  30,  9,  0.8,    0.1, 0, 12,  0 },
    {   40,  30,  9,  0.5,   0.02, 0, 13,  0 },
    {  400,  30,  9,  0.5,  0.002, 0, 14,  0 },
    {  401,  30,  1,  1.0,   30.0, 0, 15,  0 },
    {   25,  30,  1,  1.0,   30.0, 0, 16,  0 },
    { 9001,   5,  5,  0.2,    0.0, 0, 17,  0 },
    /* heavy tails, where a Gaussian, or another t, would choose otherwise */
    {   79,  10,  1,  0.6,   0.01, 1, 307, 0 },
    {  100,   3,  7,  0.4,    1.0, 1, 340, 0 },
    {   97,   4,  7,  0.8,    0.1, 1, 421, 0 },
    {   40,   3,  7,  0.6,    1.0, 1, 160, 0 },
    {  124,  15,  4,  0.5,   0.01, 1, 292, 0 },
    {   76,  11,  1,  0.3,  0.001, 1, 388, 0 },
    /* as many columns as a score has */
    {   90, 256, 40,  0.9,   0.01, 0, 22,  0 },
};
/* clang-format on */
enum { PLOTS = sizeof plots / sizeof *plots };

START_TEST(by_definition)
{
    const plot *p = &plots[_i];
    const float *e = draw(p);
    egad_calibration c = fit(e, p->rows, p->n);
    const double want = best_shrinkage(e, p->rows, p->n);
    ck_assert_msg(fabs(c.shrinkage / want - 1.0) < 1e-6, "the shrinkage is %g and not %g",
                  c.shrinkage, want);
    egad_calibrate_clear(&c);
}
END_TEST

/* The more rows of the same kind, the less shrinkage. */
START_TEST(by_rows)
{
    plot p = { .n = 24, .factors = 6, .decay = 0.6, .noise = 0.003, .seed = 30 };
    double last = 1.0;
    for (p.rows = 6; p.rows <= 6000; p.rows *= 10) {
        egad_calibration c = fit(draw(&p), p.rows, p.n);
        ck_assert_double_le(c.shrinkage, last);
        ck_assert(p.rows != 6 || c.shrinkage >= 0.099);
        ck_assert(p.rows != 6000 || c.shrinkage <= 1.01e-5);
        last = c.shrinkage;
        egad_calibrate_clear(&c);
    }
}
END_TEST

/* ---- Rows that are hardly any, or hardly differ ---------------------------- */

/* fit() checks that all of it is finite; distances are finite too, and grow with the
 * distance from the mean along every column. */
static void check_sane(const float *e, size_t rows, size_t n)
{
    egad_calibration c = fit(e, rows, n);
    double *y = lab_doubles(n);
    for (size_t i = 0; i < rows; i++)
        ck_assert(isfinite((float)whiten(&c, e + i * n, y)));
    for (size_t j = 0; j < n; j++) {
        double last = 0.0;
        for (float by = 1.0f; by < 1e7f; by *= 10.0f) {
            float *far = lab_floats(n);
            memcpy(far, c.mean, n * sizeof *far);
            far[j] += by * (1.0f + fabsf(far[j]));
            const double q = whiten(&c, far, y);
            ck_assert_msg(isfinite((float)q) && q > last,
                          "column %zu, by %g: %g after %g", j, (double)by, q, last);
            last = q;
        }
    }
    egad_calibrate_clear(&c);
}

START_TEST(few_rows)
{
    static const size_t columns[] = { 1, 2, 9, 256 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (size_t rows = 1; rows <= 5; rows++) {
            const size_t n = columns[k];
            check_sane(lab_uniform(rows * n, (unsigned)rows, 1.0f), rows, n);
            egad_calibration c = fit(lab_uniform(n, 1, 1.0f), 1, n);
            lab_same("the only row", c.mean, lab_uniform(n, 1, 1.0f), n);
            egad_calibrate_clear(&c);
        }
}
END_TEST

START_TEST(equal_rows)
{
    static const float values[] = { 0.0f, 0.1f, -1e6f, 3e-20f };
    enum { ROWS = 101, N = 7 };
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        for (size_t rows = 1; rows <= ROWS; rows += 25) {
            float *e = lab_floats(rows * N);
            for (size_t i = 0; i < rows * N; i++)
                e[i] = values[k] * (float)(i % N + 1);
            check_sane(e, rows, N);
            egad_calibration c = fit(e, rows, N);
            lab_same("mean", c.mean, e, N);
            egad_calibrate_clear(&c);
        }
}
END_TEST

/* Columns that stay the same, or are alike, among others; one row far out. */
START_TEST(odd_columns)
{
    const plot p = {
        .rows = 200, .n = 11, .factors = 4, .decay = 0.7, .noise = 0.05, .seed = 40
    };
    enum { SAME = 3, COPY = 5, OPPOSITE = 8, SUM = 9 };
    for (int kind = 0; kind < 16; kind++) {
        float *e = draw(&p);
        for (size_t i = 0; i < p.rows; i++) {
            float *row = e + i * p.n;
            row[SAME] = kind & 1 ? 0.1f : row[SAME];
            row[COPY] = kind & 2 ? row[0] : row[COPY];
            row[OPPOSITE] = kind & 2 ? -2.0f * row[0] : row[OPPOSITE];
            row[SUM] = kind & 4 ? row[1] + row[2] - row[4] : row[SUM];
        }
        for (size_t j = 0; kind & 8 && j < p.n; j++)
            e[77 * p.n + j] *= j % 2 ? 1e6f : -1e12f;
        check_sane(e, p.rows, p.n);
    }
}
END_TEST

/* A row that breaks what all others keep to is far, though each of its columns is not. */
START_TEST(broken_rule)
{
    const plot p = {
        .rows = 500, .n = 6, .factors = 2, .decay = 0.9, .noise = 0.0, .seed = 41
    };
    float *e = draw(&p);
    double y[6], farthest = 0.0;
    egad_calibration c = fit(e, p.rows, p.n);
    for (size_t i = 0; i < p.rows; i++)
        farthest = fmax(farthest, whiten(&c, e + i * p.n, y));
    e[4] = 2.0f * c.mean[4] - e[4];
    ck_assert_double_gt(whiten(&c, e, y), 100.0 * farthest);
    egad_calibrate_clear(&c);
}
END_TEST

START_TEST(outliers)
{
    plot p = {
        .rows = 300, .n = 10, .factors = 4, .decay = 0.7, .noise = 0.1, .seed = 42
    };
    for (p.freedom = 1; p.freedom <= 3; p.freedom++)
        check_sane(draw(&p), p.rows, p.n);
    for (float size = 1e3f; size < 1e18f; size *= 1e3f) {
        float *e = draw(&p);
        for (size_t i = 0; i < p.rows; i += 50)
            e[i * p.n + i / 50] = size;
        check_sane(e, p.rows, p.n);
    }
}
END_TEST

/* Other units give the same, in those units: powers of two to the bit. */
START_TEST(units)
{
    const plot p = {
        .rows = 150, .n = 13, .factors = 6, .decay = 0.5, .noise = 0.02, .seed = 43
    };
    const float *e = draw(&p);
    egad_calibration c = fit(e, p.rows, p.n);
    for (int power = -40; power <= 40; power += 20) {
        const float unit = ldexpf(1.0f, power);
        float *scaled = lab_floats(p.rows * p.n);
        for (size_t i = 0; i < p.rows * p.n; i++)
            scaled[i] = e[i] * unit;
        egad_calibration other = fit(scaled, p.rows, p.n);
        for (size_t j = 0; j < p.n; j++)
            other.mean[j] /= unit;
        for (size_t i = 0; i < p.n * p.n; i++)
            other.whitening[i] *= unit;
        ck_assert(other.shrinkage == c.shrinkage);
        lab_same("mean", other.mean, c.mean, p.n);
        lab_same("whitening", other.whitening, c.whitening, p.n * p.n);
        egad_calibrate_clear(&other);
    }
    egad_calibrate_clear(&c);
}
END_TEST

/* ---- As a function --------------------------------------------------------- */

/* The same rows give the same bits, whatever was there before, and rows are not written.
 */
START_TEST(twice)
{
    const plot p = {
        .rows = 5001, .n = 17, .factors = 6, .decay = 0.5, .noise = 0.02, .seed = 50
    };
    const float *e = draw(&p), *before = draw(&p);
    egad_calibration first = fit(e, p.rows, p.n), again = fit(e, 40, 3);
    CHECK_OK(egad_calibrate_fit(&again, e, p.rows, p.n));
    ck_assert_uint_eq(again.n, p.n);
    ck_assert_uint_eq(again.rows, p.rows);
    ck_assert(again.shrinkage == first.shrinkage);
    lab_same("mean", again.mean, first.mean, p.n);
    lab_same("whitening", again.whitening, first.whitening, p.n * p.n);
    lab_same("evidence", e, before, p.rows * p.n);
    egad_calibrate_clear(&first);
    egad_calibrate_clear(&again);
    egad_calibrate_clear(&again);
    ck_assert_uint_eq(again.n, 0);
    ck_assert_ptr_null(again.mean);
    ck_assert_ptr_null(again.whitening);
}
END_TEST

/* AddressSanitizer: memory that there is not is NULL, as anywhere else. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

START_TEST(out_of_memory)
{
    const float *e = lab_uniform(100, 1, 1.0f);
    egad_calibration c = fit(e, 20, 5);
    const egad_calibration kept = c;
    float mean[5], whitening[25];
    memcpy(mean, c.mean, sizeof mean);
    memcpy(whitening, c.whitening, sizeof whitening);
    CHECK_FAILS(egad_calibrate_fit(&c, e, 1, SIZE_MAX / 8), MEMORY, "out of memory");
    CHECK_FAILS(egad_calibrate_fit(&c, e, 1, (size_t)1 << 31), MEMORY, "out of memory");
    ck_assert_int_eq(memcmp(&c, &kept, sizeof c), 0);
    lab_same("mean", c.mean, mean, 5);
    lab_same("whitening", c.whitening, whitening, 25);
    egad_calibrate_clear(&c);
}
END_TEST

START_TEST(no_number)
{
    static const float broken[] = { NAN, INFINITY, -INFINITY };
    egad_calibration c = { 0 };
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
        float *e = lab_uniform(100, 1, 1.0f);
        e[37] = broken[k];
        CHECK_FAILS(egad_calibrate_fit(&c, e, 20, 5), DATA, "training row 8 of 20");
        ck_assert_ptr_null(c.whitening);
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
    tcase_add_test(tests, few_rows);
    tcase_add_test(tests, equal_rows);
    tcase_add_test(tests, odd_columns);
    tcase_add_test(tests, broken_rule);
    tcase_add_test(tests, outliers);
    tcase_add_test(tests, units);
    tcase_add_test(tests, twice);
    tcase_add_test(tests, out_of_memory);
    tcase_add_test(tests, no_number);
    return support_run(suite);
}
