/* Nearest training rows against plain loops in double, at sizes around NEIGHBOURS, those
 * of tiles, boxes and chunks of columns, and the work-group's; the projection of rows to
 * points; and the order of points. */
#include "distances/neighbours.h"

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
    static const int columns[] = { BIGAN_NEAR, BIGAN_LOCAL };
    egad_neighbours near;
    const egad_tensor terms = lab_tensor(N + MORE, TERMS, 0, NULL);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_neighbours_new(&near, lab, points, N + MORE));
    if (e)
        CHECK_OK(egad_neighbours_place(&near, plan, lab_tensor(N, COLUMNS, strided, e)));
    else
        CHECK_OK(egad_tensor_write(lab, egad_tensor_rows(near.place, 0, N),
                                   points->point + (size_t)first * points->P));
    CHECK_OK(egad_neighbours_nearest(&near, plan, terms, N, first, columns));
    lab_run(plan);
    float *got = lab_read(terms);
    for (size_t i = 0; i < (N + MORE) * TERMS; i++)
        if (i >= N * TERMS || (i % TERMS != BIGAN_NEAR && i % TERMS != BIGAN_LOCAL))
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
    column(got_near, got, N, BIGAN_NEAR);
    column(got_local, got, N, BIGAN_LOCAL);
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
                ck_assert(got[i * TERMS + BIGAN_NEAR] == 0.0f);
                ck_assert(got[i * TERMS + BIGAN_LOCAL] == 0.0f);
            }
            ck_assert(run(&points, NULL, 1, 0, 20)[BIGAN_NEAR] > 0.0f);
            points.point[0] += 0.5f;
            ck_assert(run(&points, NULL, 1, 0, 2)[BIGAN_NEAR] > 0.0f);
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
                ck_assert_int_eq(!isfinite(got[i * TERMS + BIGAN_NEAR]), i == 1);
                ck_assert_int_eq(!isfinite(got[i * TERMS + BIGAN_LOCAL]), i == 1);
            }
            ck_assert(k > 0 || isnan(got[TERMS + BIGAN_NEAR]));
        }
}
END_TEST

/* ---- egad_neighbours_find --------------------------------------------------- */

/* The squares and numbers of the nearest for N rows p, or from `first` on. */
typedef struct {
    float *squares;
    union {
        float *floats;
        int *ints;
    } at;
} found;

static found find(const egad_points *points, const float *p, size_t N, long first)
{
    found got = { .squares = lab_floats(N * NEIGHBOURS),
                  .at.floats = lab_floats(N * NEIGHBOURS) };
    egad_neighbours near;
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_neighbours_new(&near, lab, points, N));
    CHECK_OK(egad_tensor_write(lab, near.place, p));
    CHECK_OK(egad_neighbours_find(&near, plan, N, first));
    lab_run(plan);
    CHECK_OK(egad_tensor_read(lab, near.squares, got.squares));
    CHECK_OK(egad_tensor_read(lab, near.at, got.at.floats));
    egad_neighbours_free(&near);
    return got;
}

/* The square of the distance, in double. */
static double apart(const float *a, const float *b, size_t P)
{
    double sum = 0.0;
    for (size_t k = 0; k < P; k++)
        sum += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    return sum;
}

/* Every number is of a point at that distance, no point is named twice, and the distances
 * are the smallest. */
static void check_found(const egad_points *points, const float *p, size_t N, long first)
{
    const found got = find(points, p, N, first);
    const size_t n = points->rows, P = points->P;
    double *want = lab_doubles(NEIGHBOURS + 1), *named = lab_doubles(NEIGHBOURS);
    for (size_t i = 0; i < N; i++) {
        const float *squares = got.squares + i * NEIGHBOURS;
        const int *at = got.at.ints + i * NEIGHBOURS;
        size_t count = 0;
        for (size_t j = 0; j < n; j++) {
            size_t to = count < NEIGHBOURS ? count++ : NEIGHBOURS;
            if ((long)j == first + (long)i && first >= 0) {
                count -= to < NEIGHBOURS;
                continue;
            }
            want[to] = apart(p + i * P, points->point + j * P, P);
            for (; to > 0 && want[to] < want[to - 1]; to--) {
                const double other = want[to];
                want[to] = want[to - 1];
                want[to - 1] = other;
            }
        }
        for (size_t k = 0; k < NEIGHBOURS; k++) {
            for (size_t e = 0; e < k && at[k] < (int)n; e++)
                ck_assert_int_ne(at[k], at[e]);
            if (k >= count) {
                ck_assert_int_eq(at[k], (int)n);
                ck_assert(isinf(squares[k]));
                continue;
            }
            ck_assert(at[k] >= 0 && at[k] < (int)n);
            named[k] = apart(p + i * P, points->point + (size_t)at[k] * P, P);
        }
        lab_near(TOLERANCE_APART, "distances", squares, want, count);
        lab_near(TOLERANCE_APART, "of the points named", squares, named, count);
    }
}

/* Points in groups, as tables have them: most tiles are skipped. */
static float *grouped(size_t rows, size_t P, unsigned key)
{
    float *x = lab_uniform(rows * P, key, 0.2f);
    const float *centre = lab_uniform(16 * P, 40, 3.0f);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < P; k++)
            x[i * P + k] += centre[(i * 7 + key) % 16 * P + k];
    return x;
}

/* Around the sizes of tiles (32 points), panels (256), panels of panels (2,048) and
 * chunks (64 columns): the same bits by both kernels, which divide the points
 * differently. */
START_TEST(shapes)
{
    static const struct {
        size_t rows, P, N;
    } shape[] = { { 1, 1, 1 },    { 4, 3, 33 },    { 31, 63, 3 },    { 32, 64, 32 },
                  { 33, 65, 31 }, { 257, 129, 5 }, { 2048, 7, 70 },  { 2049, 2, 129 },
                  { 4200, 5, 2 }, { 300, 200, 9 }, { 2500, 67, 64 }, { 5000, 12, 300 } };
    found got[2];
    for (size_t s = 0; s < sizeof shape / sizeof *shape; s++)
        for (int groups = 0; groups < 2; groups++) {
            const size_t n = shape[s].rows, P = shape[s].P, N = shape[s].N;
            const egad_points points = { .P = P,
                                         .rows = n,
                                         .point = groups ? grouped(n, P, 50)
                                                         : lab_uniform(n * P, 51, 1.0f) };
            const float *p = groups ? grouped(N, P, 52) : lab_uniform(N * P, 53, 1.2f);
            for (int cpu = 0; cpu < 2; cpu++) {
                lab_pretend(cpu);
                lab->vector = s % 2 ? 8 : 16;
                lab->info.units = s % 3 == 0 ? 1 : 40; /* one segment, or several */
                check_found(&points, p, N, -1);
                check_found(&points, points.point + (n - 1) / 2 * P,
                            (n + 1) / 2 < N ? 1 : N, (long)((n - 1) / 2));
                got[cpu] = find(&points, p, N, -1);
            }
            lab_same("squares", got[0].squares, got[1].squares, N * NEIGHBOURS);
            lab_same("numbers", got[0].at.floats, got[1].at.floats, N * NEIGHBOURS);
        }
}
END_TEST

/* Of many equally near points the first count, wherever their tiles are: here each point
 * occurs 60 times, in rows EVERY apart. */
START_TEST(first_of_equal)
{
    enum { EVERY = 50, ROWS = 60 * EVERY, P = 3, N = 40 };
    egad_points points = { .P = P,
                           .rows = ROWS,
                           .point = lab_uniform(ROWS * P, 61, 1.0f) };
    const float *p = lab_uniform(N * P, 60, 1.0f);
    for (size_t i = EVERY * P; i < ROWS * P; i++)
        points.point[i] = points.point[i % (EVERY * P)];
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const found got = find(&points, p, N, -1);
        for (size_t i = 0; i < N * NEIGHBOURS; i++)
            ck_assert_int_eq(got.at.ints[i] / EVERY, (int)(i % NEIGHBOURS));
        check_found(&points, p, 3, -1);
        check_found(&points, points.point + EVERY * P, 3, EVERY);
    }
}
END_TEST

/* Points on either side, as far away as each other: the second tile may not be skipped.
 */
START_TEST(first_of_two_sides)
{
    enum { HALF = 64 };
    egad_points points = { .P = 1, .rows = 2 * HALF, .point = lab_floats(2 * HALF) };
    for (size_t i = 0; i < 2 * HALF; i++)
        points.point[i] = i < HALF ? 1.0f : -1.0f;
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        lab->info.units = 1;
        const found got = find(&points, lab_floats(1), 1, -1);
        for (int k = 0; k < NEIGHBOURS; k++)
            ck_assert_int_eq(got.at.ints[k], k);
    }
}
END_TEST

/* Every row occurs once; rows that follow each other are nearer than rows at random. */
START_TEST(order)
{
    static const size_t rows[] = { 1, 2, 31, 32, 33, 64, 65, 1000, 4097 };
    enum { P = 5 };
    for (size_t s = 0; s < sizeof rows / sizeof *rows; s++) {
        const size_t n = rows[s];
        float *x = grouped(n, P, 70);
        uint32_t *in_order = malloc(n * sizeof *in_order);
        float *seen = lab_floats(n);
        double near = 0.0, any = 0.0;
        x[0] = NAN;
        CHECK_OK(egad_neighbours_order(in_order, x, n, P));
        for (size_t i = 0; i < n; i++) {
            ck_assert(in_order[i] < n && seen[in_order[i]] == 0.0f);
            seen[in_order[i]] = 1.0f;
        }
        x[0] = 0.0f;
        for (size_t i = 1; i < n; i++) {
            near += apart(x + in_order[i] * P, x + in_order[i - 1] * P, P);
            any += apart(x + i * P, x + (i - 1) * P, P);
        }
        ck_assert(n < 1000 || near < 0.3 * any);
        free(in_order);
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
    tcase_add_test(tests, shapes);
    tcase_add_test(tests, first_of_equal);
    tcase_add_test(tests, first_of_two_sides);
    tcase_add_test(tests, order);
    return lab_main(suite);
}
