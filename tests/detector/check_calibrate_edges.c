/* Features of the score with few or nearly equal rows, in other units, and not finite.
 * Needs no device. */
#include "score_features.h"

#include <math.h>

/* ---- Few or nearly equal rows ---------------------------------------------- */

/* evidence_fit() checks that all values are finite; distances are finite too, and grow
 * with the distance from the mean along every column. */
static void check_sane(const float *e, size_t rows, size_t n)
{
    egad_calibration c = evidence_fit(e, rows, n);
    double *y = lab_doubles(n);
    for (size_t i = 0; i < rows; i++)
        ck_assert(isfinite((float)evidence_whiten(&c, e + i * n, y)));
    for (size_t j = 0; j < n; j++) {
        double last = 0.0;
        for (float by = 1.0f; by < 1e7f; by *= 10.0f) {
            float *far = lab_floats(n);
            memcpy(far, c.mean, n * sizeof *far);
            far[j] += by * (1.0f + fabsf(far[j]));
            const double q = evidence_whiten(&c, far, y);
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
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
        const size_t n = columns[k];
        const float *only = lab_uniform(n, 1, 1.0f);
        for (size_t rows = 1; rows <= 5; rows++)
            check_sane(lab_uniform(rows * n, (unsigned)rows, 1.0f), rows, n);
        egad_calibration c = evidence_fit(only, 1, n);
        lab_same("the only row", c.mean, only, n);
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
            egad_calibration c = evidence_fit(e, rows, N);
            lab_same("mean", c.mean, e, N);
            egad_calibrate_clear(&c);
        }
}
END_TEST

/* Constant or equal columns among others; one outlier row. */
START_TEST(odd_columns)
{
    const evidence_plot p = {
        .rows = 200, .n = 11, .factors = 4, .decay = 0.7, .noise = 0.05, .seed = 40
    };
    enum { SAME = 3, COPY = 5, OPPOSITE = 8, TOTAL = 9 };
    for (int kind = 0; kind < 16; kind++) {
        float *e = evidence_draw(&p);
        for (size_t i = 0; i < p.rows; i++) {
            float *row = e + i * p.n;
            row[SAME] = kind & 1 ? 0.1f : row[SAME];
            row[COPY] = kind & 2 ? row[0] : row[COPY];
            row[OPPOSITE] = kind & 2 ? -2.0f * row[0] : row[OPPOSITE];
            row[TOTAL] = kind & 4 ? row[1] + row[2] - row[4] : row[TOTAL];
        }
        for (size_t j = 0; kind & 8 && j < p.n; j++)
            e[77 * p.n + j] *= j % 2 ? 1e6f : -1e12f;
        check_sane(e, p.rows, p.n);
    }
}
END_TEST

/* A row that violates a linear relation is far, though each of its columns is not. */
START_TEST(broken_rule)
{
    const evidence_plot p = {
        .rows = 500, .n = 6, .factors = 2, .decay = 0.9, .noise = 0.0, .seed = 41
    };
    float *e = evidence_draw(&p);
    double y[6], farthest = 0.0;
    egad_calibration c = evidence_fit(e, p.rows, p.n);
    for (size_t i = 0; i < p.rows; i++)
        farthest = fmax(farthest, evidence_whiten(&c, e + i * p.n, y));
    e[4] = 2.0f * c.mean[4] - e[4];
    ck_assert_double_gt(evidence_whiten(&c, e, y), 100.0 * farthest);
    egad_calibrate_clear(&c);
}
END_TEST

START_TEST(outliers)
{
    evidence_plot p = {
        .rows = 300, .n = 10, .factors = 4, .decay = 0.7, .noise = 0.1, .seed = 42
    };
    for (p.freedom = 1; p.freedom <= 3; p.freedom++)
        check_sane(evidence_draw(&p), p.rows, p.n);
    for (float size = 1e3f; size < 1e18f; size *= 1e3f) {
        float *e = evidence_draw(&p);
        for (size_t i = 0; i < p.rows; i += 50)
            e[i * p.n + i / 50] = size;
        check_sane(e, p.rows, p.n);
    }
}
END_TEST

/* Scaling by powers of two scales the results exactly. */
START_TEST(units)
{
    const evidence_plot p = {
        .rows = 150, .n = 13, .factors = 6, .decay = 0.5, .noise = 0.02, .seed = 43
    };
    const float *e = evidence_draw(&p);
    egad_calibration c = evidence_fit(e, p.rows, p.n);
    for (int power = -40; power <= 40; power += 20) {
        const float unit = ldexpf(1.0f, power);
        float *scaled = lab_floats(p.rows * p.n);
        for (size_t i = 0; i < p.rows * p.n; i++)
            scaled[i] = e[i] * unit;
        egad_calibration other = evidence_fit(scaled, p.rows, p.n);
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

/* The same rows give the same bits, whatever the output held; rows are not modified. */
START_TEST(twice)
{
    const evidence_plot p = {
        .rows = 5001, .n = 17, .factors = 6, .decay = 0.5, .noise = 0.02, .seed = 50
    };
    const float *e = evidence_draw(&p), *before = evidence_draw(&p);
    egad_calibration first = evidence_fit(e, p.rows, p.n), again = evidence_fit(e, 40, 3);
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

/* AddressSanitizer: failed allocations return NULL, as elsewhere. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

START_TEST(out_of_memory)
{
    const float *e = lab_uniform(100, 1, 1.0f);
    egad_calibration c = evidence_fit(e, 20, 5);
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
        CHECK_FAILS(egad_calibrate_fit(&c, e, 20, 5), DATA, "row 8 of 20");
        ck_assert_ptr_null(c.whitening);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibrate_edges");
    TCase *tests = support_case(suite, NULL, lab_end);
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
