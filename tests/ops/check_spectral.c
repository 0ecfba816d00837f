/* Spectral normalisation: the power iteration, the division and the gradient against
 * plain loops, and the estimate against the largest singular value. */
#include "ops/spectral.h"

#include "lab.h"

#include <math.h>

static const size_t shapes[][2] = { { 1, 1 },   { 1, 7 },    { 5, 1 },    { 3, 8 },
                                    { 27, 5 },  { 33, 17 },  { 257, 33 }, { 300, 64 },
                                    { 64, 65 }, { 700, 100 } };
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
    size_t R, O;
    double *w, *u, *v, sigma;
} twin;

/* One power iteration; moves u. */
static void iterate(twin *t)
{
    double length = 0.0, squares = 0.0;
    for (size_t r = 0; r < t->R; r++) {
        t->v[r] = 0.0;
        for (size_t j = 0; j < t->O; j++)
            t->v[r] += t->w[r * t->O + j] * t->u[j];
        length += t->v[r] * t->v[r];
    }
    for (size_t r = 0; r < t->R; r++)
        t->v[r] /= sqrt(length) + 1e-12;
    for (size_t j = 0; j < t->O; j++) {
        t->u[j] = 0.0;
        for (size_t r = 0; r < t->R; r++)
            t->u[j] += t->v[r] * t->w[r * t->O + j];
        squares += t->u[j] * t->u[j];
    }
    t->sigma = squares / (sqrt(squares) + 1e-12);
    for (size_t j = 0; j < t->O; j++)
        t->u[j] /= sqrt(squares) + 1e-12;
}

/* The operator and its twin, of random numbers. */
static egad_spectral make(size_t R, size_t O, twin *t)
{
    const float *w = lab_uniform(R * O, 1, 1.0f), *u = lab_uniform(O, 2, 1.0f);
    *t = (twin){ .R = R,
                 .O = O,
                 .w = lab_widen(w, R * O),
                 .u = lab_widen(u, O),
                 .v = lab_doubles(R) };
    return (egad_spectral){ .R = R,
                            .O = O,
                            .w = lab_tensor(1, R * O, 0, w),
                            .u = lab_tensor(1, O, 0, u),
                            .kept = lab_tensor(1, SPECTRAL_NUMBERS + R, 0, NULL) };
}

/* Several iterations, each from the vector that the last one left. */
static void check_forward(size_t R, size_t O)
{
    twin t;
    const egad_spectral s = make(R, O, &t);
    const egad_tensor to = lab_tensor(1, R * O, 0, NULL);
    double *want = lab_doubles(R * O);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_spectral_forward(plan, "spectral", &s, to));
    for (int k = 0; k < 3; k++) {
        float *again = lab_uniform(R * O, 1, 1.0f);
        const float *u = lab_read(s.u);
        CHECK_OK(egad_spectral_divide(again, u, R, O));
        lab_run(plan);
        iterate(&t);
        for (size_t i = 0; i < R * O; i++)
            want[i] = t.w[i] / t.sigma;
        lab_near(TOLERANCE_SPECTRAL, "kernel", lab_read(to), want, R * O);
        lab_near(TOLERANCE_SPECTRAL, "kernel on the host", again, want, R * O);
        lab_near(TOLERANCE_SPECTRAL, "u", lab_read(s.u), t.u, O);
    }
}

/* The gradient of sum P W / (v W u) with constant u and v, by central differences. */
static void check_backward(size_t R, size_t O)
{
    enum { TRIED = 40 };
    const double h = 1e-6;
    twin t;
    const egad_spectral s = make(R, O, &t);
    const float *p = lab_uniform(R * O, 3, 1.0f);
    const egad_tensor to = lab_tensor(1, R * O, 0, NULL), g = lab_tensor(1, R * O, 0, p);
    const size_t apart = R * O / TRIED + 1;
    egad_plan *plan = lab_plan();
    double sum = 0.0, want[TRIED], largest = 0.0;
    float got[TRIED];
    size_t tried = 0;
    CHECK_OK(egad_spectral_forward(plan, "spectral", &s, to));
    CHECK_OK(egad_spectral_backward(plan, "spectral", &s, g));
    lab_run(plan);
    iterate(&t);
    for (size_t i = 0; i < R * O; i++)
        sum += (double)p[i] * t.w[i];
    for (size_t i = 0; i < R * O; i += apart, tried++) {
        const double both = t.v[i / O] * t.u[i % O];
        const double above = (sum + h * (double)p[i]) / (t.sigma + h * both),
                     below = (sum - h * (double)p[i]) / (t.sigma - h * both);
        got[tried] = lab_read(g)[i];
        want[tried] = (above - below) / (2.0 * h);
        largest = fmax(largest, fabs(want[tried]));
    }
    lab_near_size(TOLERANCE_SPECTRAL, "gradient", got, want, tried, fmax(largest, 1e-2));
}

static void check_all(void)
{
    for (size_t i = 0; i < SHAPES; i++) {
        check_forward(shapes[i][0], shapes[i][1]);
        check_backward(shapes[i][0], shapes[i][1]);
        lab_end();
    }
}

START_TEST(on_a_cpu)
{
    check_all();
    lab->vector = 8;
    check_all();
}
END_TEST

START_TEST(on_a_gpu)
{
    lab_pretend(0);
    check_all();
}
END_TEST

/* Many iterations find the largest singular value: of a diagonal, its largest element. */
START_TEST(converges)
{
    enum { N = 9 };
    float w[N * N] = { 0 }, ones[N];
    for (size_t i = 0; i < N; i++) {
        w[i * N + i] = i == 4 ? 5.0f : 1.0f;
        ones[i] = 1.0f;
    }
    const egad_spectral s = { .R = N,
                              .O = N,
                              .w = lab_tensor(1, N * N, 0, w),
                              .u = lab_tensor(1, N, 0, ones),
                              .kept = lab_tensor(1, SPECTRAL_NUMBERS + N, 0, NULL) };
    const egad_tensor to = lab_tensor(1, N * N, 0, NULL);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_spectral_forward(plan, "spectral", &s, to));
    for (int k = 0; k < 20; k++)
        lab_run(plan);
    ck_assert(fabsf(lab_read(to)[4 * N + 4] - 1.0f) < 1e-6f);
    ck_assert(fabsf(lab_read(to)[0] - 0.2f) < 1e-6f);
}
END_TEST

/* Two runs give the same bits. */
START_TEST(twice)
{
    float *first = NULL;
    for (int k = 0; k < 2; k++) {
        twin t;
        const egad_spectral s = make(300, 64, &t);
        const egad_tensor to = lab_tensor(1, 300 * 64, 0, NULL);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_spectral_forward(plan, "spectral", &s, to));
        lab_run(plan);
        float *got = lab_read(to);
        if (first)
            lab_same("kernel", first, got, 300 * 64);
        first = got;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spectral");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, on_a_cpu);
    tcase_add_test(tests, on_a_gpu);
    tcase_add_test(tests, converges);
    tcase_add_test(tests, twice);
    return lab_main(suite);
}
