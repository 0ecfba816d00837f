/* Radial kernels of rows and points from their products: against loops in double. */
#include "distances/radial.h"

#include "cl/shared.h"
#include "lab.h"

#include <math.h>

enum { SHAPES = 6 };
static const size_t shapes[SHAPES][3] = { /* rows, points of a weight, points */
                                          { 1, 1, 16 },    { 3, 15, 16 },
                                          { 7, 250, 256 }, { 2, 257, 272 },
                                          { 65, 40, 48 },  { 1, 1000, 1008 }
};

typedef struct {
    size_t N, S;
    const float *p, *rows, *points;
    float *weight;
    egad_radial of;
} subject;

static subject make(const size_t shape[3], double gamma)
{
    subject s = { .N = shape[0], .S = shape[2] };
    float *rows = lab_floats(s.N), *points = lab_floats(s.S);
    const float *some = lab_uniform(s.N + s.S, 1, 0.5f);
    for (size_t i = 0; i < s.N; i++)
        rows[i] = some[i] + 1.0f;
    for (size_t j = 0; j < s.S; j++)
        points[j] = some[s.N + j] + 1.0f;
    s.p = lab_uniform(s.N * s.S, 2, 1.2f); /* some squares are below 0 */
    s.rows = rows;
    s.points = points;
    s.weight = lab_floats(s.S);
    for (size_t j = 0; j < shape[1]; j++)
        s.weight[j] = 0.5f + (float)(j % 7);
    s.of = (egad_radial){ .products = lab_tensor(s.N, s.S, 1, s.p),
                          .rows = lab_tensor(1, s.N, 0, rows),
                          .points = lab_tensor(1, s.S, 0, points),
                          .weight = lab_tensor(1, s.S, 0, s.weight),
                          .gamma = gamma };
    return s;
}

static double square(const subject *s, size_t i, size_t j)
{
    return (double)s->rows[i] + (double)s->points[j] - 2.0 * (double)s->p[i * s->S + j];
}

START_TEST(kernels)
{
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const subject s = make(shapes[_i], 0.75);
        double *want = lab_doubles(s.N * s.S);
        egad_plan *plan = lab_plan();
        for (size_t k = 0; k < s.N * s.S; k++)
            want[k] = exp(-0.75 * fmax(square(&s, k / s.S, k % s.S), 0.0));
        CHECK_OK(egad_radial_rows(plan, "kernels", &s.of));
        lab_run(plan);
        lab_near(TOLERANCE_ELEMENT, "kernels", lab_read(s.of.products), want, s.N * s.S);
    }
}
END_TEST

START_TEST(sums)
{
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const subject s = make(shapes[_i], 0.25);
        const size_t parts = egad_radial_parts(s.S);
        const egad_tensor to = lab_tensor(s.N, parts, 0, NULL);
        double *want = lab_doubles(s.N * parts);
        egad_plan *plan = lab_plan();
        for (size_t k = 0; k < s.N * s.S; k++) {
            const size_t i = k / s.S, j = k % s.S;
            want[i * parts + j / RADIAL_PART] +=
                (double)s.weight[j] * exp(-0.25 * fmax(square(&s, i, j), 0.0));
        }
        CHECK_OK(egad_radial_sums(plan, "sums", &s.of, to));
        lab_run(plan);
        lab_near(TOLERANCE_TERM, "sums", lab_read(to), want, s.N * parts);
    }
}
END_TEST

/* With a large gamma, kernels are 0 in single precision; shares are not. */
START_TEST(shares)
{
    for (int cpu = 0; cpu < 2; cpu++)
        for (int wide = 0; wide < 2; wide++) {
            const double gamma = wide ? 0.5 : 300.0;
            lab_pretend(cpu);
            const subject s = make(shapes[_i], gamma);
            double *want = lab_doubles(s.N * s.S);
            egad_plan *plan = lab_plan();
            for (size_t i = 0; i < s.N; i++) {
                double least = INFINITY, sum = 0.0;
                for (size_t j = 0; j < s.S; j++)
                    if (s.weight[j] > 0.0f)
                        least = fmin(least, square(&s, i, j));
                for (size_t j = 0; j < s.S; j++) {
                    want[i * s.S + j] =
                        (double)s.weight[j] * exp(-gamma * (square(&s, i, j) - least));
                    sum += want[i * s.S + j];
                }
                for (size_t j = 0; j < s.S; j++)
                    want[i * s.S + j] /= sum;
            }
            CHECK_OK(egad_radial_shares(plan, "shares", &s.of));
            lab_run(plan);
            lab_near_size(TOLERANCE_ACTIVATION, "shares", lab_read(s.of.products), want,
                          s.N * s.S, wide ? 1.0 : 20.0);
        }
}
END_TEST

/* NaN stays, and what is infinitely far has the kernel 0. */
START_TEST(broken)
{
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        subject s = make(shapes[1], 0.75);
        const egad_tensor to = lab_tensor(s.N, 1, 0, NULL);
        egad_plan *plan = lab_plan();
        s.of.rows = lab_tensor(1, 3, 0, (const float[]){ NAN, INFINITY, 1.0f });
        CHECK_OK(egad_radial_sums(plan, "sums", &s.of, to));
        lab_run(plan);
        const float *got = lab_read(to);
        ck_assert(isnan(got[0]) && got[1] == 0.0f && got[2] > 0.0f);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("radial");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, kernels, 0, SHAPES);
    tcase_add_loop_test(tests, sums, 0, SHAPES);
    tcase_add_loop_test(tests, shares, 0, SHAPES);
    tcase_add_test(tests, broken);
    return lab_main(suite);
}
