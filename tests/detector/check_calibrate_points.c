/* Projected training rows against their definition: sums in double, eigenvectors by
 * Jacobi rotations.  Needs no device. */
#include "score_features.h"

#include <math.h>

enum { MEASURED = 5000 }; /* most rows used to compute directions */

/* ---- The definition -------------------------------------------------------- */

/* Rotate columns i and j of a (n, n). */
static void turn(double *a, size_t n, size_t i, size_t j, double c, double s)
{
    for (size_t k = 0; k < n; k++) {
        const double x = a[k * n + i], y = a[k * n + j];
        a[k * n + i] = c * x - s * y;
        a[k * n + j] = s * x + c * y;
    }
}

static void transpose(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            const double x = a[i * n + j];
            a[i * n + j] = a[j * n + i];
            a[j * n + i] = x;
        }
}

/* Rotate the symmetric a until it is diagonal: its eigenvalues; the columns of v are the
 * eigenvectors. */
static void rotate(double *a, double *v, size_t n)
{
    for (size_t i = 0; i < n * n; i++)
        v[i] = i / n == i % n;
    for (int sweep = 0; sweep < 30; sweep++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++) {
                const double angle =
                    0.5 * atan2(2.0 * a[i * n + j], a[j * n + j] - a[i * n + i]);
                turn(a, n, i, j, cos(angle), sin(angle));
                transpose(a, n);
                turn(a, n, i, j, cos(angle), sin(angle));
                transpose(a, n);
                turn(v, n, i, j, cos(angle), sin(angle));
            }
}

typedef struct {
    double *mean, *scale; /* (n) */
    double *value;        /* (n) eigenvalues, the largest first */
    double *map;          /* (n, n): scaled eigenvectors, the largest element positive */
} truth;

static truth define(const float *e, size_t rows, size_t n, size_t part)
{
    truth t = { lab_doubles(n), lab_doubles(n), lab_doubles(n), lab_doubles(n * n) };
    double *c = lab_doubles(n * n), *v = lab_doubles(n * n), total[2] = { 0.0, 0.0 };
    evidence_moments(e, rows, n, 0, (rows + MEASURED - 1) / MEASURED, t.mean, c);
    for (size_t j = 0; j < n; j++)
        total[j >= part] += c[j * n + j];
    for (size_t j = 0; j < n; j++)
        t.scale[j] = total[j >= part] > 0.0 ? 1.0 / sqrt(total[j >= part]) : 0.0;
    for (size_t i = 0; i < n * n; i++)
        c[i] *= t.scale[i / n] * t.scale[i % n];
    rotate(c, v, n);
    for (size_t k = 0; k < n; k++) {
        size_t best = 0;
        double largest = 0.0;
        for (size_t j = 1; j < n; j++)
            best = c[j * n + j] > c[best * n + best] ? j : best;
        for (size_t j = 0; j < n; j++)
            largest = fabs(v[j * n + best]) > fabs(largest) ? v[j * n + best] : largest;
        for (size_t j = 0; j < n; j++)
            t.map[j * n + k] =
                v[j * n + best] * t.scale[j] * (largest < 0.0 ? -1.0 : 1.0);
        t.value[k] = c[best * n + best];
        c[best * n + best] = -INFINITY;
    }
    return t;
}

/* ---- Properties ------------------------------------------------------------ */

static egad_calibration points_of(const float *e, size_t rows, size_t n, size_t part,
                                  size_t P)
{
    egad_calibration c = { 0 };
    CHECK_OK(egad_calibrate_points(&c, e, rows, n, part, P));
    const egad_points *p = &c.points;
    ck_assert_uint_eq(c.n, n);
    ck_assert_uint_eq(c.rows, rows);
    ck_assert(c.mean == NULL && c.whitening == NULL);
    ck_assert_uint_eq(p->n, n);
    ck_assert_uint_eq(p->rows, rows);
    ck_assert_uint_eq(p->P, P < n ? P : n);
    for (size_t i = 0; i < n * p->P; i++)
        ck_assert(isfinite(p->map[i]));
    for (size_t i = 0; i < rows; i++)
        ck_assert(p->local_scale[i] == 0.0f);
    for (int k = 0; k < TERMS; k++)
        ck_assert(c.mean_log[k] == 0.0 && c.deviation_log[k] == 0.0);
    return c;
}

/* Points are evidence * map + offset, offset = -mean * map, up to rounding. */
static void check_places(const egad_points *p, const float *e, const truth *t)
{
    for (size_t k = 0; k < p->P; k++) {
        double offset = 0.0, size = 0.0;
        for (size_t j = 0; j < p->n; j++) {
            offset -= t->mean[j] * (double)p->map[j * p->P + k];
            size += fabs(t->mean[j] * (double)p->map[j * p->P + k]);
        }
        ck_assert_double_le(fabs((double)p->offset[k] - offset), 1e-7 * size);
        for (size_t i = 0; i < p->rows; i++) {
            double place = (double)p->offset[k];
            for (size_t j = 0; j < p->n; j++)
                place += (double)e[i * p->n + j] * (double)p->map[j * p->P + k];
            ck_assert_double_le(fabs((double)p->point[i * p->P + k] - place),
                                1e-7 * (fabs(place) + size));
        }
    }
}

/* Points of the rows used: centred, uncorrelated, with variances by the eigenvalues. */
static void check_spread(const egad_points *p, const truth *t)
{
    const size_t P = p->P, by = (p->rows + MEASURED - 1) / MEASURED;
    double *mean = lab_doubles(P), *covariance = lab_doubles(P * P), all = 0.0;
    evidence_moments(p->point, p->rows, P, 0, by, mean, covariance);
    for (size_t k = 0; k < p->n; k++)
        all += t->value[k];
    for (size_t i = 0; i < P * P; i++)
        ck_assert_msg(fabs(covariance[i] - (i / P == i % P ? t->value[i / P] : 0.0)) <=
                          1e-6 * all,
                      "covariance (%zu, %zu) is %g", i / P, i % P, covariance[i]);
    for (size_t k = 0; k < P; k++)
        ck_assert_double_le(fabs(mean[k]), 1e-5 * sqrt(all));
}

/* The eigenvectors, where their eigenvalues are distinct. */
static void check_map(const egad_points *p, const truth *t)
{
    size_t told = 0;
    for (size_t k = 0; k < p->P; k++) {
        const double above = k ? t->value[k - 1] - t->value[k] : INFINITY;
        const double below = k + 1 < p->n ? t->value[k] - t->value[k + 1] : INFINITY;
        if (fmin(above, below) < 1e-5 * t->value[0])
            continue;
        for (size_t j = 0; j < p->n; j++)
            ck_assert_msg(fabs((double)p->map[j * p->P + k] - t->map[j * p->n + k]) <=
                              1e-6 * t->scale[j],
                          "map (%zu, %zu) is %g and not %g", j, k,
                          (double)p->map[j * p->P + k], t->map[j * p->n + k]);
        told++;
    }
    ck_assert_uint_gt(told, 0);
}

/* clang-format off */
static const struct {
    evidence_plot plot;
    size_t part, P;
} cases[] = {
/*      rows   n   k decay noise  t seed thin      part  P */
    { {  300,  9,  3,  0.8,  0.1, 0,  1,  0 },       4,  9 },
    { {  300,  9,  3,  0.8,  0.1, 0,  1,  0 },       4,  2 },
    { {  301,  9,  9,  0.7, 0.01, 1,  2,  0 },       1, 100 },
    { {   12, 40, 20,  0.9,  0.1, 0,  3,  0 },      30, 64 }, /* fewer rows than columns */
    { {   12, 40, 20,  0.9,  0.1, 0,  3,  0 },      30,  5 },
    { {    2,  7,  3,  0.9,  0.1, 0,  4,  0 },       3,  1 },
    { {   50,  1,  1,  1.0,  0.1, 0,  5,  0 },       1,  3 },
    { {  100,  8,  3,  0.9,  0.1, 0,  6,  0 },       0,  4 }, /* one part */
    { {  100,  8,  3,  0.9,  0.1, 0,  6,  0 },       8,  4 },
    { { 5000,  6,  3,  0.9,  0.1, 0,  7,  0 },       2,  6 },
    { { 5001,  6,  3,  0.9,  0.1, 0,  7,  0 },       2,  6 }, /* every second row */
    { {10001,  6,  3,  0.9,  0.1, 0,  7,  0 },       2,  6 }, /* every third row */
};
/* clang-format on */
enum { CASES = sizeof cases / sizeof *cases };

/* Parts in different units, as features and E(x) are. */
static float *draw(size_t i)
{
    const evidence_plot *p = &cases[i].plot;
    float *e = evidence_draw(p);
    for (size_t k = 0; k < p->rows * p->n; k++)
        e[k] *= k % p->n < cases[i].part ? 1.0f : 30.0f;
    return e;
}

START_TEST(by_definition)
{
    const evidence_plot *p = &cases[_i].plot;
    const float *e = draw((size_t)_i);
    egad_calibration c = points_of(e, p->rows, p->n, cases[_i].part, cases[_i].P);
    const truth t = define(e, p->rows, p->n, cases[_i].part);
    check_places(&c.points, e, &t);
    check_spread(&c.points, &t);
    check_map(&c.points, &t);
    egad_calibrate_clear(&c);
    ck_assert(c.n == 0 && c.points.n == 0 && !c.points.map && !c.points.offset);
    ck_assert(!c.points.point && !c.points.local_scale);
}
END_TEST

/* Directions depend only on the rows used, bit for bit: here on every second row. */
START_TEST(measured_rows)
{
    enum { ROWS = 6000, N = 6, PART = 2, P = 4 };
    float *all = draw(CASES - 1), *some = lab_floats(ROWS / 2 * N);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < N; j++)
            if (i % 2)
                all[i * N + j] *= 100.0f;
            else
                some[i / 2 * N + j] = all[i * N + j];
    egad_calibration a = points_of(all, ROWS, N, PART, P),
                     b = points_of(some, ROWS / 2, N, PART, P);
    lab_same("map", a.points.map, b.points.map, N * P);
    lab_same("offset", a.points.offset, b.points.offset, P);
    for (size_t i = 0; i < ROWS; i += 2)
        lab_same("points", a.points.point + i * P, b.points.point + i / 2 * P, P);
    egad_calibrate_clear(&a);
    egad_calibrate_clear(&b);
}
END_TEST

/* Each part scaled by a power of two: the same points to the bit. */
START_TEST(units)
{
    enum { CASE = 0 };
    const size_t rows = cases[CASE].plot.rows, n = cases[CASE].plot.n;
    const size_t part = cases[CASE].part, P = 4;
    egad_calibration first = points_of(draw(CASE), rows, n, part, P);
    for (int power = -40; power <= 40; power += 16) {
        float *e = draw(CASE);
        for (size_t i = 0; i < rows * n; i++)
            e[i] = ldexpf(e[i], i % n < part ? power : 3 - power);
        egad_calibration c = points_of(e, rows, n, part, P);
        lab_same("points", c.points.point, first.points.point, rows * P);
        lab_same("offset", c.points.offset, first.points.offset, P);
        egad_calibrate_clear(&c);
    }
    egad_calibrate_clear(&first);
}
END_TEST

/* A constant column, or a whole constant part, does not affect the points. */
START_TEST(same_columns)
{
    enum { CASE = 0 };
    const size_t rows = cases[CASE].plot.rows, n = cases[CASE].plot.n;
    const size_t part = cases[CASE].part, P = 3;
    for (size_t first = 1; first < part + 2; first += part) {
        const size_t end = first == 1 ? 3 : n; /* two columns; all of part two */
        float *e = draw(CASE);
        for (size_t i = 0; i < rows * n; i++)
            if (i % n >= (first == 1 ? 1 : part) && i % n < end)
                e[i] = 2.5f;
        egad_calibration c = points_of(e, rows, n, part, P);
        const truth t = define(e, rows, n, part);
        check_places(&c.points, e, &t);
        check_spread(&c.points, &t);
        check_map(&c.points, &t);
        for (size_t j = first == 1 ? 1 : part; j < end; j++)
            for (size_t k = 0; k < P; k++)
                ck_assert_double_le(fabs((double)c.points.map[j * P + k]), 1e-7);
        egad_calibrate_clear(&c);
    }
}
END_TEST

/* Equal rows, or only one row: all points are 0. */
START_TEST(equal_rows)
{
    enum { N = 9, PART = 4, P = 3 };
    for (size_t rows = 1; rows <= 21; rows += 20) {
        float *e = lab_floats(rows * N);
        for (size_t i = 0; i < rows * N; i++)
            e[i] = 0.1f * (float)(i % N) - 0.3f;
        egad_calibration c = points_of(e, rows, N, PART, P);
        for (size_t i = 0; i < rows * P; i++)
            ck_assert(c.points.point[i] == 0.0f);
        egad_calibrate_clear(&c);
    }
}
END_TEST

/* The same rows give the same bits, whatever the output held; rows are not modified. */
START_TEST(twice)
{
    enum { CASE = 2 };
    const size_t rows = cases[CASE].plot.rows, n = cases[CASE].plot.n, P = 4;
    const float *e = draw(CASE), *before = draw(CASE);
    egad_calibration a = points_of(e, rows, n, 3, P), b = evidence_fit(e, rows, n);
    CHECK_OK(egad_calibrate_points(&b, e, 40, n, 2, 2));
    CHECK_OK(egad_calibrate_points(&b, e, rows, n, 3, P));
    ck_assert_ptr_null(b.mean);
    lab_same("map", a.points.map, b.points.map, n * P);
    lab_same("offset", a.points.offset, b.points.offset, P);
    lab_same("points", a.points.point, b.points.point, rows * P);
    lab_same("evidence", e, before, rows * n);
    CHECK_OK(egad_calibrate_fit(&b, e, rows, n));
    ck_assert_ptr_null(b.points.map);
    egad_calibrate_clear(&a);
    egad_calibrate_clear(&b);
}
END_TEST

/* A failed call leaves its output unchanged. */
START_TEST(no_number)
{
    static const float broken[] = { NAN, INFINITY, -INFINITY };
    egad_calibration c = points_of(draw(0), 20, 9, 4, 3);
    const egad_calibration kept = c;
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
        float *e = draw(0);
        e[9 * 7 + 1] = broken[k];
        CHECK_FAILS(egad_calibrate_points(&c, e, 20, 9, 4, 3), DATA,
                    "row 8 of 20: non-finite");
        ck_assert_int_eq(memcmp(&c, &kept, sizeof c), 0);
    }
    egad_calibrate_clear(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibrate_points");
    TCase *tests = support_case(suite, NULL, lab_end);
    tcase_add_loop_test(tests, by_definition, 0, CASES);
    tcase_add_test(tests, measured_rows);
    tcase_add_test(tests, units);
    tcase_add_test(tests, same_columns);
    tcase_add_test(tests, equal_rows);
    tcase_add_test(tests, twice);
    tcase_add_test(tests, no_number);
    return support_run(suite);
}
