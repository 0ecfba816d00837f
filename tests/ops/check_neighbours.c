/* Nearest training rows against plain loops in double, at sizes around NEIGHBOURS and the
 * work-group's; and the projection of rows to points. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { COLUMNS = 9 };

/* Made-up points of evidence with COLUMNS columns. */
static egad_points make(size_t rows, size_t P)
{
    return (egad_points){ .n = COLUMNS,
                          .P = P,
                          .rows = rows,
                          .map = lab_uniform(COLUMNS * P, 1, 0.5f),
                          .offset = lab_uniform(P, 2, 1.0f),
                          .point = lab_uniform(rows * P, 3, 1.0f),
                          .local_scale = lab_uniform(rows, 4, 1.0f) };
}

static void column(float *out, const float *terms, size_t N, int which)
{
    for (size_t i = 0; i < N; i++)
        out[i] = terms[i * TERMS + (size_t)which];
}

/* Evidence e (N, COLUMNS) through both operators, or with e NULL points from `first` on
 * against all others.  Returns terms (N, TERMS), and checks that no rows beyond N are
 * written. */
static float *run(const egad_points *points, const float *e, size_t N, int strided,
                  long first)
{
    enum { MORE = 3 };
    egad_neighbours near;
    const egad_tensor terms = lab_tensor(N + MORE, TERMS, 0, NULL);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_neighbours_new(&near, lab, points, N + MORE));
    if (e)
        CHECK_OK(egad_neighbours_place(&near, plan, lab_tensor(N, COLUMNS, strided, e)));
    else
        CHECK_OK(egad_tensor_write(lab, egad_tensor_rows(near.place, 0, N),
                                   points->point + (size_t)first * points->P));
    CHECK_OK(egad_neighbours_nearest(&near, plan, terms, N, first));
    lab_run(plan);
    float *got = lab_read(terms);
    for (size_t i = 0; i < (N + MORE) * TERMS; i++)
        if (i >= N * TERMS || (i % TERMS != TERM_NEAR && i % TERMS != TERM_LOCAL))
            ck_assert(got[i] == LAB_MARK);
    egad_neighbours_free(&near);
    return got;
}

static void check(const egad_points *points, const float *e, size_t N, int strided,
                  long first)
{
    double *near = lab_doubles(N), *local = lab_doubles(N), *p = lab_doubles(points->P);
    float *got_near = lab_floats(N), *got_local = lab_floats(N);
    for (size_t i = 0; i < N; i++) {
        if (e)
            ref_place(p, points, lab_widen(e + i * COLUMNS, COLUMNS));
        else
            p = lab_widen(points->point + ((size_t)first + i) * points->P, points->P);
        ref_nearest(&near[i], &local[i], points, p, e ? -1 : first + (long)i);
    }
    const float *got = run(points, e, N, strided, first);
    column(got_near, got, N, TERM_NEAR);
    column(got_local, got, N, TERM_LOCAL);
    lab_near(TOLERANCE_NEAR, "near", got_near, near, N);
    lab_near(TOLERANCE_NEAR, "local", got_local, local, N);
}

static const char *const engines[] = { "rows", "tiles", "plain", "clblast" };

enum { ENGINES = sizeof engines / sizeof *engines };

START_TEST(sizes)
{
    static const size_t rows[] = { 2, 3, 4, 5, 6, 7, 63, 64, 65, 129, 400 };
    static const size_t few[] = { 1, 3, 9 }, many[] = { 5, 9, 33 };
    lab_engine(engines[_i]);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (int cpu = 0; cpu < 2; cpu++) {
            const egad_points points = make(rows[k], (rows[k] < 10 ? few : many)[k % 3]);
            const size_t N = 1 + (5 * k + (size_t)cpu) % 11;
            lab_pretend(cpu);
            check(&points, lab_uniform(N * COLUMNS, 5, 1.0f), N, (int)k % 2, -1);
            check(&points, NULL, rows[k] / 2, 0, (long)(rows[k] - rows[k] / 2));
            check(&points, NULL, 1, 0, 0);
        }
}
END_TEST

/* Of ten equal points with different local scales the first is taken: the same bits with
 * all group sizes. */
START_TEST(ties)
{
    enum { ROWS = 130, DIFFERENT = 13, P = 3, N = 4 };
    egad_points points = make(ROWS, P);
    const float *e = lab_uniform(N * COLUMNS, 6, 1.0f);
    float *got[3];
    for (size_t i = 0; i < ROWS * P; i++)
        points.point[i] = points.point[i % (DIFFERENT * P)];
    lab_engine(engines[_i]);
    for (int times = 0; times < 3; times++) {
        lab_pretend(times > 0); /* the last two are equal runs */
        check(&points, e, N, 0, -1);
        check(&points, NULL, N, 0, 20);
        got[times] = run(&points, e, N, 0, -1);
    }
    lab_same("other groups", got[0], got[1], N * TERMS);
    lab_same("two runs", got[1], got[2], N * TERMS);
}
END_TEST

/* With six equal points the distance is 0: five are left without the point itself. */
START_TEST(copies)
{
    enum { ROWS = 40, P = 4, COPIES = NEIGHBOURS + 1 };
    egad_points points = make(ROWS, P);
    for (size_t i = 0; i < COPIES * P; i++)
        points.point[i] = 0.3f + 0.7f * (float)(i % P);
    for (int cpu = 0; cpu < 2; cpu++)
        for (size_t k = 0; k < ENGINES; k++) {
            lab_engine(engines[k]);
            lab_pretend(cpu);
            const float *got = run(&points, NULL, COPIES, 0, 0);
            for (size_t i = 0; i < COPIES; i++) {
                ck_assert(got[i * TERMS + TERM_NEAR] == 0.0f);
                ck_assert(got[i * TERMS + TERM_LOCAL] == 0.0f);
            }
            ck_assert(run(&points, NULL, 1, 0, 20)[TERM_NEAR] > 0.0f);
            points.point[0] += 0.5f;
            ck_assert(run(&points, NULL, 1, 0, 2)[TERM_NEAR] > 0.0f);
            points.point[0] -= 0.5f;
        }
}
END_TEST

/* Far from the origin, products cannot rank points at nearly equal distance from a row:
 * exact differences can. */
START_TEST(near_ties)
{
    enum { ROWS = 60, P = 3, CLOSE = 9 };
    egad_points points = make(ROWS, P);
    for (size_t i = 0; i < CLOSE; i++)
        for (size_t k = 0; k < P; k++)
            points.point[i * P + k] =
                30.0f + (i && i % P == k ? 0.1f + 1e-4f * (float)(i * 5 % CLOSE) : 0.0f);
    lab_engine(engines[_i]);
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        check(&points, NULL, 1, 0, 0);
    }
}
END_TEST

/* A NaN row, or one whose square overflows, affects that row only. */
START_TEST(nan_is_seen)
{
    static const float broken[] = { NAN, INFINITY, 1e25f };
    enum { ROWS = 70, P = 3, N = 3 };
    const egad_points points = make(ROWS, P);
    lab_engine(engines[_i]);
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++)
        for (int cpu = 0; cpu < 2; cpu++) {
            float *e = lab_uniform(N * COLUMNS, 7, 1.0f);
            e[COLUMNS + 4] = broken[k];
            lab_pretend(cpu);
            const float *got = run(&points, e, N, 0, -1);
            for (size_t i = 0; i < N; i++) {
                ck_assert_int_eq(!isfinite(got[i * TERMS + TERM_NEAR]), i == 1);
                ck_assert_int_eq(!isfinite(got[i * TERMS + TERM_LOCAL]), i == 1);
            }
            ck_assert(k > 0 || isnan(got[TERMS + TERM_NEAR]));
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("neighbours");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, sizes, 0, ENGINES);
    tcase_add_loop_test(tests, ties, 0, ENGINES);
    tcase_add_test(tests, copies);
    tcase_add_loop_test(tests, near_ties, 0, ENGINES);
    tcase_add_loop_test(tests, nan_is_seen, 0, ENGINES);
    return lab_main(suite);
}
