/* The nearest training rows: against plain loops in double, at sizes around NEIGHBOURS
 * and the work-group's; and the directions that rows become points in. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { COLUMNS = 9 };

/* Points that were not measured but made up, of evidence with COLUMNS columns. */
static egad_points make(size_t rows, size_t P)
{
    return (egad_points){ .n = COLUMNS,
                          .P = P,
                          .rows = rows,
                          .map = lab_uniform(COLUMNS * P, 1, 0.5f),
                          .offset = lab_uniform(P, 2, 1.0f),
                          .point = lab_uniform(rows * P, 3, 1.0f),
                          .reach = lab_uniform(rows, 4, 1.0f) };
}

static double squared(const double *a, const float *b, size_t n)
{
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += (a[k] - (double)b[k]) * (a[k] - (double)b[k]);
    return sum;
}

/* NEAR and LOCAL of a point p (P) by their definition; own: one that does not count. */
static void nearest(double *near, double *local, const egad_points *points,
                    const double *p, long own)
{
    double best[NEIGHBOURS], around = 0.0;
    size_t at[NEIGHBOURS], found = 0;
    for (size_t j = 0; j < points->rows; j++) {
        double d = squared(p, points->point + j * points->P, points->P);
        size_t index = j;
        if ((long)j == own)
            continue;
        for (size_t i = 0; i < found; i++)
            if (d < best[i]) {
                const double other = best[i];
                const size_t other_index = at[i];
                best[i] = d;
                at[i] = index;
                d = other;
                index = other_index;
            }
        if (found < NEIGHBOURS) {
            best[found] = d;
            at[found++] = index;
        }
    }
    *near = 0.0;
    for (size_t i = 0; i < found; i++) {
        *near += sqrt(best[i]) / (double)found;
        around += (double)points->reach[at[i]] / (double)found;
    }
    *local = *near / exp(around);
}

static void column(float *out, const float *terms, size_t N, int which)
{
    for (size_t i = 0; i < N; i++)
        out[i] = terms[i * TERMS + (size_t)which];
}

/* Evidence e (N, COLUMNS) through both operators: terms (N, TERMS). */
static float *run(const egad_points *points, const float *e, size_t N, int strided,
                  long first)
{
    egad_neighbours near;
    const egad_tensor terms = lab_tensor(N, TERMS, 0, NULL);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_neighbours_new(&near, lab, points, N));
    if (e)
        CHECK_OK(egad_neighbours_place(&near, plan, lab_tensor(N, COLUMNS, strided, e)));
    else
        CHECK_OK(egad_tensor_write(lab, egad_tensor_rows(near.place, 0, N),
                                   points->point + (size_t)first * points->P));
    CHECK_OK(egad_neighbours_nearest(&near, plan, terms, N, first));
    lab_run(plan);
    float *got = lab_read(terms);
    for (size_t i = 0; i < N * TERMS; i++)
        if (i % TERMS != TERM_NEAR && i % TERMS != TERM_LOCAL)
            ck_assert(got[i] == LAB_MARK);
    egad_neighbours_free(&near);
    return got;
}

static void check(const egad_points *points, size_t N, int strided, long first)
{
    const size_t P = points->P;
    const float *e = first < 0 ? lab_uniform(N * COLUMNS, 5, 1.0f) : NULL;
    double *near = lab_doubles(N), *local = lab_doubles(N), *p = lab_doubles(P);
    float *got_near = lab_floats(N), *got_local = lab_floats(N);
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < P; k++) {
            p[k] = e ? (double)points->offset[k]
                     : (double)points->point[((size_t)first + i) * P + k];
            for (size_t j = 0; e && j < COLUMNS; j++)
                p[k] += (double)e[i * COLUMNS + j] * (double)points->map[j * P + k];
        }
        nearest(&near[i], &local[i], points, p, e ? -1 : first + (long)i);
    }
    const float *got = run(points, e, N, strided, first);
    column(got_near, got, N, TERM_NEAR);
    column(got_local, got, N, TERM_LOCAL);
    lab_near(TOLERANCE_NEAR, "near", got_near, near, N);
    lab_near(TOLERANCE_NEAR, "local", got_local, local, N);
}

static const char *const engines[] = { "rows", "plain", "clblast" };

START_TEST(sizes)
{
    static const size_t rows[] = { 2, 4, 5, 6, 7, 63, 64, 65, 129, 400 };
    static const size_t few[] = { 1, 3, 9 }, many[] = { 5, 9, 33 };
    lab_engine(engines[_i]);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (int cpu = 0; cpu < 2; cpu++) {
            const egad_points points = make(rows[k], (rows[k] < 10 ? few : many)[k % 3]);
            lab_pretend(cpu);
            check(&points, 1 + (5 * k + (size_t)cpu) % 11, (int)k % 2, -1);
            check(&points, rows[k] / 2, 0, (long)(rows[k] - rows[k] / 2));
            check(&points, 1, 0, 0);
        }
}
END_TEST

/* Of points that stand twice, the first counts first: the same bits in all groups. */
START_TEST(ties)
{
    enum { ROWS = 130, P = 3, N = 4 };
    egad_points points = make(ROWS, P);
    const float *e = lab_uniform(N * COLUMNS, 6, 1.0f);
    float *got[3];
    for (size_t i = 0; i < ROWS * P; i++)
        points.point[i] = points.point[i % (13 * P)];
    lab_engine("plain");
    for (int times = 0; times < 3; times++) {
        lab_pretend(times > 0); /* the last two: two runs */
        got[times] = run(&points, e, N, 0, -1);
    }
    lab_same("other groups", got[0], got[1], N * TERMS);
    lab_same("two runs", got[1], got[2], N * TERMS);
}
END_TEST

/* A copy of six points is at no distance from them. */
START_TEST(copies)
{
    enum { ROWS = 40, P = 4 };
    egad_points points = make(ROWS, P);
    for (size_t i = 0; i < 6 * P; i++)
        points.point[i] = (float)(i % P) / 4.0f;
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        ck_assert(run(&points, NULL, 1, 0, 2)[TERM_NEAR] == 0.0f);
        ck_assert(run(&points, NULL, 1, 0, 20)[TERM_NEAR] > 0.0f);
    }
}
END_TEST

START_TEST(nan_is_seen)
{
    enum { ROWS = 70, P = 3, N = 3 };
    const egad_points points = make(ROWS, P);
    float *e = lab_uniform(N * COLUMNS, 7, 1.0f);
    e[COLUMNS + 4] = NAN;
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const float *got = run(&points, e, N, 0, -1);
        for (size_t i = 0; i < N; i++) {
            ck_assert_int_eq(isnan(got[i * TERMS + TERM_NEAR]) != 0, i == 1);
            ck_assert_int_eq(isnan(got[i * TERMS + TERM_LOCAL]) != 0, i == 1);
        }
    }
}
END_TEST

/* ---- Directions ------------------------------------------------------------- */

/* Rows of two factors and noise; columns from `part` on are a hundred times larger. */
static float *draw(size_t rows, size_t part)
{
    const float *a = lab_uniform(rows, 10, 2.0f), *b = lab_uniform(rows, 11, 1.0f);
    float *e = lab_uniform(rows * COLUMNS, 12, 0.1f);
    for (size_t i = 0; i < rows * COLUMNS; i++) {
        const float j = (float)(i % COLUMNS);
        e[i] += 3.0f + a[i / COLUMNS] * sinf(j) + b[i / COLUMNS] * cosf(2.0f * j);
        e[i] *= i % COLUMNS < part ? 1.0f : 100.0f;
    }
    return e;
}

/* Points are uncorrelated, in order of their variances, which together with a mean of 0
 * are those of the parts divided by the roots of their total variances. */
START_TEST(directions)
{
    enum { ROWS = 300, PART = 4 };
    egad_calibration c = { 0 };
    const float *e = draw(ROWS, PART);
    double total[2] = { 0.0, 0.0 }, all = 0.0;
    CHECK_OK(egad_calibrate_points(&c, e, ROWS, COLUMNS, PART, 100));
    const egad_points *p = &c.points;
    ck_assert_uint_eq(p->P, COLUMNS); /* no more than there can be */
    ck_assert_uint_eq(p->rows, ROWS);
    for (size_t a = 0; a < COLUMNS; a++)
        for (size_t b = a; b < COLUMNS; b++) {
            double mean = 0.0, sum = 0.0, last = 0.0;
            for (size_t i = 0; i < ROWS; i++) {
                const double x = p->point[i * COLUMNS + a], y = p->point[i * COLUMNS + b];
                mean += x / ROWS;
                sum += x * y / ROWS;
            }
            ck_assert_double_eq_tol(mean, 0.0, 1e-5);
            if (a != b)
                ck_assert_double_eq_tol(sum, 0.0, 1e-6);
            else
                all += sum;
            for (size_t i = 0; a == b && a > 0 && i < ROWS; i++)
                last += pow(p->point[i * COLUMNS + a - 1], 2.0) / ROWS;
            ck_assert(a != b || a == 0 || sum <= last + 1e-9);
        }
    ck_assert_double_eq_tol(all, 2.0, 1e-5); /* each part 1 */
    for (size_t k = 0; k < COLUMNS; k++) {
        double largest = 0.0;
        for (size_t j = 0; j < COLUMNS; j++) {
            const double m = p->map[j * COLUMNS + k] * (j < PART ? 1.0 : 100.0);
            total[j >= PART] += m * m;
            largest = fabs(m) > fabs(largest) ? m : largest;
        }
    }
    ck_assert_double_gt(total[0], 0.0);
    egad_calibrate_clear(&c);
    ck_assert_ptr_null(c.points.map);
}
END_TEST

/* The first of fewer directions is that of all; what was measured of many rows too. */
START_TEST(fewer_directions)
{
    egad_calibration all = { 0 }, some = { 0 }, many = { 0 };
    CHECK_OK(egad_calibrate_points(&all, draw(6000, 4), 6000, COLUMNS, 4, COLUMNS));
    CHECK_OK(egad_calibrate_points(&some, draw(6000, 4), 6000, COLUMNS, 4, 2));
    CHECK_OK(egad_calibrate_points(&many, draw(6000, 4), 6000, COLUMNS, 4, 2));
    ck_assert_uint_eq(some.points.P, 2);
    for (size_t j = 0; j < COLUMNS; j++)
        for (size_t k = 0; k < 2; k++)
            ck_assert_float_eq_tol(some.points.map[j * 2 + k],
                                   all.points.map[j * COLUMNS + k], 1e-5f);
    lab_same("again", some.points.point, many.points.point, 2 * 6000);
    egad_calibrate_clear(&all);
    egad_calibrate_clear(&some);
    egad_calibrate_clear(&many);
}
END_TEST

/* Nothing to tell rows apart by: all at 0, and no number that is none. */
START_TEST(equal_rows)
{
    enum { ROWS = 20 };
    egad_calibration c = { 0 };
    float *e = lab_floats(ROWS * COLUMNS);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        e[i] = 2.5f;
    CHECK_OK(egad_calibrate_points(&c, e, ROWS, COLUMNS, 4, 3));
    for (size_t i = 0; i < ROWS * 3; i++)
        ck_assert(c.points.point[i] == 0.0f);
    egad_calibrate_clear(&c);
    e[COLUMNS * 7 + 1] = NAN;
    CHECK_FAILS(egad_calibrate_points(&c, e, ROWS, COLUMNS, 4, 3), DATA,
                "training row 8 of 20 no number");
    ck_assert_ptr_null(c.points.map);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("neighbours");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, sizes, 0, sizeof engines / sizeof *engines);
    tcase_add_test(tests, ties);
    tcase_add_test(tests, copies);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, directions);
    tcase_add_test(tests, fewer_directions);
    tcase_add_test(tests, equal_rows);
    return lab_main(suite);
}
