/* Functions of values without weights, and their gradients. */
#include "ops/function.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

static const size_t shapes[][2] = {
    { 1, 1 }, { 7, 33 }, { 5, 16 }, { 3, 65 }, { 65, 3 }
};

static double value(int which, const double v[3])
{
    switch (which) {
    case FUNCTION_SAMPLE:
        return v[0] + exp(v[1] / 2.0) * v[2];
    case FUNCTION_GATE:
        return 1.0 - exp(-v[0]);
    case FUNCTION_GATED:
        return v[0] * (1.0 - exp(-v[1]));
    case FUNCTION_ADD:
        return v[0] + v[1];
    case FUNCTION_ZERO:
        return 0.0;
    default:
        return ref_sigmoid(v[0]);
    }
}

/* By central differences. */
static double slope(int which, const double v[3], int argument)
{
    const double h = 1e-5;
    double above[3], below[3];
    memcpy(above, v, sizeof above);
    memcpy(below, v, sizeof below);
    above[argument] += h;
    below[argument] -= h;
    return (value(which, above) - value(which, below)) / (2.0 * h);
}

/* The arguments of element i; c is one row for all if `shared`. */
static void at(const float *const of[3], size_t i, size_t C, int shared, double v[3])
{
    v[0] = (double)of[0][i];
    v[1] = (double)of[1][i];
    v[2] = (double)of[2][shared ? i % C : i];
}

static void check_one(int which, size_t N, size_t C, int shared, int act, int add)
{
    const float *of[3], *dy = lab_uniform(N * C, 9, 1.0f);
    egad_tensor t[3], y = lab_tensor(N, C, 1, NULL);
    double *want = lab_doubles(N * C), v[3];
    const egad_activation a = { .act = act, .slope = 0.2f };
    egad_plan *plan = lab_plan();
    for (int k = 0; k < 3; k++) {
        of[k] = lab_uniform(N * C, (unsigned)k, 0.9f);
        t[k] = lab_tensor(N, C, 1, of[k]);
    }
    if (shared) {
        t[2] = lab_tensor(1, C, 0, of[2]);
        t[2].n = N;
        t[2].stride = 0;
    }
    for (size_t i = 0; i < N * C; i++) {
        at(of, i, C, shared, v);
        want[i] = value(which, v);
    }
    CHECK_OK(egad_function_forward(plan, "function", which, y, t));
    lab_run(plan);
    lab_near(TOLERANCE_ELEMENT, "value", lab_read(y), want, N * C);
    for (int k = 0; k < egad_function_arguments(which); k++) {
        const float *before = lab_uniform(N * C, 20, 1.0f);
        const egad_tensor d = lab_tensor(N, C, 1, add ? before : NULL);
        plan = lab_plan();
        CHECK_OK(egad_function_backward(plan, "gradient", which, k, d,
                                        lab_tensor(N, C, 1, dy), t, &a, add));
        lab_run(plan);
        for (size_t i = 0; i < N * C; i++) {
            at(of, i, C, shared, v);
            want[i] = (double)dy[i] * slope(which, v, k) *
                          ref_derivative(v[k], act, (double)a.slope) +
                      (add ? (double)before[i] : 0.0);
        }
        lab_near(TOLERANCE_ACTIVATION, "gradient", lab_read(d), want, N * C);
    }
}

START_TEST(elements)
{
    static const int acts[] = { ACT_LINEAR, ACT_LEAKY_RELU, ACT_TANH };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        for (int which = FUNCTION_SAMPLE; which <= FUNCTION_ZERO; which++)
            for (int kind = 0; kind < 12; kind++) {
                lab_pretend(kind & 1);
                check_one(which, shapes[k][0], shapes[k][1], kind >> 1 & 1,
                          acts[kind % 3], kind / 6);
                lab_end();
            }
}
END_TEST

/* The gate of a softplus is its slope, to the last digits where it is small. */
START_TEST(gates)
{
    enum { N = 41 };
    float a[N];
    double want[N], large[N];
    for (int i = 0; i < N; i++) {
        const double u = i - 20;
        a[i] = (float)log1p(exp(u)); /* float: relative to itself */
        want[i] = -expm1(-(double)a[i]);
        large[i] = 1.0 / (1.0 + exp(-u));
    }
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const egad_tensor x = lab_tensor(1, N, 0, a), y = lab_tensor(1, N, 0, NULL);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_function_forward(plan, "gate", FUNCTION_GATE, y,
                                       (egad_tensor[FUNCTION_ARGUMENTS]){ x }));
        lab_run(plan);
        const float *got = lab_read(y);
        for (int i = 0; i < N; i++)
            ck_assert_msg(fabs((double)got[i] / want[i] - 1.0) < 4e-7 &&
                              fabs((double)got[i] / large[i] - 1.0) < 1e-6,
                          "gate %d is %g, not %g", i, (double)got[i], want[i]);
        lab_end();
    }
}
END_TEST

/* A NaN is seen, and large arguments have a limit. */
START_TEST(extremes)
{
    const float a[] = { NAN, 1e8f, -1e8f, 90.0f, -90.0f };
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const egad_tensor x = lab_tensor(1, 5, 0, a), y = lab_tensor(1, 5, 0, NULL);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_function_forward(plan, "sigmoid", FUNCTION_SIGMOID, y,
                                       (egad_tensor[FUNCTION_ARGUMENTS]){ x }));
        lab_run(plan);
        const float *got = lab_read(y);
        ck_assert(isnan(got[0]) && got[1] == 1.0f && got[2] == 0.0f && got[3] == 1.0f);
        ck_assert(got[4] >= 0.0f && got[4] < 1e-38f);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("function");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, elements);
    tcase_add_test(tests, gates);
    tcase_add_test(tests, extremes);
    return lab_main(suite);
}
