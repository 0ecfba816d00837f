/* Adam and the moving average of the weights. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { STEPS = 5, FIRST = RING - 2 }; /* the ring wraps around within these steps */
static const double beta2 = 0.999, epsilon = 1e-8;

/* A few steps with made-up gradients: every buffer equals ref_cpu's. */
static void check_steps(size_t n, double lr, double beta1, double decay, float size)
{
    enum { W, M, V, EMA, BUFFERS };
    static const char *const names[] = { "w", "m", "v", "ema" };
    egad_tensor t[BUFFERS];
    double *want[BUFFERS];
    float rates[RING] = { 0 };
    for (int k = 0; k < BUFFERS; k++) {
        float *values = lab_uniform(n, (unsigned)k, 1.0f);
        for (size_t i = 0; k == V && i < n; i++)
            values[i] *= values[i];
        t[k] = lab_tensor(1, n, 0, values);
        want[k] = lab_widen(values, n);
    }
    for (int s = 0; s < STEPS; s++)
        rates[(FIRST + s) % RING] = (float)egad_adam_rate(lr, beta1, (uint64_t)s);
    const egad_tensor g = lab_tensor(1, n, 0, NULL);
    const egad_random random = lab_random(1, FIRST);
    const egad_adam a = { .w = t[W],
                          .g = g,
                          .m = t[M],
                          .v = t[V],
                          .ema = t[EMA],
                          .rates = lab_tensor(1, RING, 0, rates),
                          .beta1 = beta1,
                          .ema_decay = decay };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_adam_step(plan, "adam", &a, random));
    CHECK_OK(egad_batch_tick(plan, random));
    for (int s = 0; s < STEPS; s++) {
        float *gradient = lab_uniform(n, 100 + (unsigned)s, size);
        for (size_t i = 0; i < n; i += 7)
            gradient[i] *= 1e-6f;
        CHECK_OK(egad_tensor_write(lab, g, gradient));
        lab_run(plan);
        ref_adam(want[W], lab_widen(gradient, n), want[M], want[V], want[EMA], n,
                 (double)rates[(FIRST + s) % RING], beta1, beta2, epsilon, decay);
    }
    for (int k = 0; k < BUFFERS; k++)
        lab_near(TOLERANCE_ADAM, names[k], lab_read(t[k]), want[k], n);
}

START_TEST(sizes)
{
    static const size_t counts[] = { 1, 63, 64, 65, 129, 2047, 2048, 2049, 5001 };
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int cpu = 0; cpu < 2; cpu++) {
            lab_pretend(cpu);
            check_steps(counts[k], 1e-3, 0.5, 0.999, 1.0f);
            lab_end();
        }
}
END_TEST

START_TEST(extremes)
{
    check_steps(100, 1e-5, 0.5, 0.9999, 1e8f);
    check_steps(100, 1e-5, 0.9, 0.0, 1e-12f);
    check_steps(100, 0.5, 0.0, 0.5, 1.0f);
}
END_TEST

/* With zero gradients nothing changes; elements beyond n never change. */
START_TEST(rest)
{
    enum { N = 70 };
    float rates[RING];
    for (int i = 0; i < RING; i++)
        rates[i] = 1.0f;
    const float *w = lab_uniform(N, 1, 1.0f), *zero = lab_floats(N);
    for (int cpu = 0; cpu < 2; cpu++) {
        egad_adam a = { .w = lab_tensor(1, N, 0, w),
                        .g = lab_tensor(1, N, 0, zero),
                        .m = lab_tensor(1, N, 0, zero),
                        .v = lab_tensor(1, N, 0, zero),
                        .ema = lab_tensor(1, N, 0, w),
                        .rates = lab_tensor(1, RING, 0, rates),
                        .beta1 = 0.5,
                        .ema_decay = 0.999 };
        const egad_tensor whole = a.w;
        egad_plan *plan = lab_plan();
        lab_pretend(cpu);
        CHECK_OK(egad_adam_step(plan, "adam", &a, lab_random(1, 0)));
        lab_run(plan);
        lab_same("w", lab_read(a.w), w, N);
        lab_same("ema", lab_read(a.ema), w, N);

        a.g = lab_tensor(1, N, 0, w);
        a.w.c = N - 5;
        plan = lab_plan();
        CHECK_OK(egad_adam_step(plan, "adam", &a, lab_random(1, 0)));
        lab_run(plan);
        const float *after = lab_read(whole);
        lab_same("beyond", after + N - 5, w + N - 5, 5);
        ck_assert(after[N - 6] != w[N - 6]);
    }
}
END_TEST

/* Without a moving average the other buffers are the same. */
START_TEST(no_average)
{
    enum { N = 70 };
    float rates[RING];
    for (int i = 0; i < RING; i++)
        rates[i] = 0.1f;
    egad_adam a = { .g = lab_tensor(1, N, 0, lab_uniform(N, 2, 1.0f)),
                    .rates = lab_tensor(1, RING, 0, rates),
                    .beta1 = 0.9,
                    .ema_decay = 0.999 };
    const float *made[2][3];
    for (int k = 0; k < 2; k++) {
        egad_plan *plan = lab_plan();
        a.w = lab_tensor(1, N, 0, lab_uniform(N, 1, 1.0f));
        a.m = lab_tensor(1, N, 0, lab_floats(N));
        a.v = lab_tensor(1, N, 0, lab_floats(N));
        a.ema = k ? (egad_tensor){ 0 } : lab_tensor(1, N, 0, lab_floats(N));
        CHECK_OK(egad_adam_step(plan, "adam", &a, lab_random(1, 0)));
        lab_run(plan);
        made[k][0] = lab_read(a.w);
        made[k][1] = lab_read(a.m);
        made[k][2] = lab_read(a.v);
    }
    for (int i = 0; i < 3; i++)
        lab_same("without", made[0][i], made[1][i], N);
}
END_TEST

START_TEST(nan_is_seen)
{
    float g[3] = { 1.0f, NAN, 1.0f }, rates[RING] = { 1.0f };
    const egad_adam a = { .w = lab_tensor(1, 3, 0, lab_floats(3)),
                          .g = lab_tensor(1, 3, 0, g),
                          .m = lab_tensor(1, 3, 0, lab_floats(3)),
                          .v = lab_tensor(1, 3, 0, lab_floats(3)),
                          .ema = lab_tensor(1, 3, 0, lab_floats(3)),
                          .rates = lab_tensor(1, RING, 0, rates),
                          .beta1 = 0.5,
                          .ema_decay = 0.999 };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_adam_step(plan, "adam", &a, lab_random(1, 0)));
    lab_run(plan);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(!isnan(lab_read(a.ema)[i]), i != 1);
}
END_TEST

START_TEST(rate)
{
    /* lr sqrt(1 - .999) / (1 - .5) at first, lr in the limit. */
    ck_assert_double_eq_tol(egad_adam_rate(1e-5, 0.5, 0), 6.324555320337e-07, 1e-18);
    ck_assert_double_eq_tol(egad_adam_rate(1e-5, 0.5, 1),
                            1e-5 * sqrt(1.0 - 0.998001) / 0.75, 1e-18);
    ck_assert_double_eq_tol(egad_adam_rate(1e-5, 0.5, 1000000), 1e-5, 1e-18);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("adam");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, sizes);
    tcase_add_test(tests, extremes);
    tcase_add_test(tests, rest);
    tcase_add_test(tests, no_average);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, rate);
    return lab_main(suite);
}
