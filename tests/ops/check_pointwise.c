/* Elementwise operators, column sums, scaling of inputs. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { SEED = 42, STEP = 9, STREAM = STREAM_DROPOUT + 1 };
/* One element; around a group of 64 in either direction; odd sizes. */
static const size_t sizes[][2] = { { 1, 1 },    { 1, 63 }, { 1, 64 }, { 1, 65 },
                                   { 63, 1 },   { 64, 1 }, { 65, 1 }, { 7, 33 },
                                   { 50, 121 }, { 9, 128 } };
enum { SIZES = sizeof sizes / sizeof *sizes };

static egad_activation activation(int act, float dropout)
{
    return (egad_activation){ .act = act,
                              .slope = 0.1f,
                              .dropout = dropout,
                              .random = lab_random(SEED, STEP),
                              .stream = STREAM };
}

static void check_forward(size_t N, size_t C, int act, float dropout, int strided)
{
    const ref_random at = { .seed = SEED, .step = STEP, .stream = STREAM };
    const egad_activation a = activation(act, dropout);
    const float *x = lab_uniform(N * C, 1, 4.0f), *bias = lab_uniform(C, 2, 1.0f);
    const egad_tensor y = lab_tensor(N, C, strided, x);
    double *want = lab_widen(x, N * C);
    egad_plan *plan = lab_plan();
    CHECK_OK(
        egad_pointwise_forward(plan, "forward", y, lab_tensor(1, C, strided, bias), &a));
    lab_run(plan);
    ref_forward(want, lab_widen(bias, C), N, C, act, (double)a.slope, (double)dropout,
                &at);
    lab_near(TOLERANCE_ELEMENT, "forward", lab_read(y), want, N * C);
}

START_TEST(forward)
{
    for (size_t k = 0; k < SIZES; k++)
        for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++)
            for (int p = 0; p < 2; p++) {
                check_forward(sizes[k][0], sizes[k][1], act, p ? 0.2f : 0.0f,
                              (int)(k + (size_t)act) % 2);
                lab_end();
            }
}
END_TEST

/* Outputs y, some of them 0: dropped, or at the kink. */
static void check_backward(size_t N, size_t C, int act, float dropout, int strided)
{
    const egad_activation a = activation(act, dropout);
    const float *dy = lab_uniform(N * C, 3, 2.0f);
    float *y = lab_uniform(N * C, 4, 0.99f);
    for (size_t i = 0; i < N * C; i++)
        if (i % 5 == 0 || (act == ACT_RELU && y[i] < 0.0f))
            y[i] = 0.0f;
    const egad_tensor d = lab_tensor(N, C, strided, dy);
    double *want = lab_widen(dy, N * C);
    egad_plan *plan = lab_plan();
    CHECK_OK(
        egad_pointwise_backward(plan, "backward", d, lab_tensor(N, C, strided, y), &a));
    lab_run(plan);
    ref_backward(want, lab_widen(y, N * C), N, C, act, (double)a.slope, (double)dropout);
    lab_near(TOLERANCE_ELEMENT, "backward", lab_read(d), want, N * C);
}

START_TEST(backward)
{
    for (size_t k = 0; k < SIZES; k++)
        for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++)
            for (int p = 0; p < (act <= ACT_LEAKY_RELU ? 2 : 1); p++) {
                check_backward(sizes[k][0], sizes[k][1], act, p ? 0.2f : 0.0f,
                               (int)(k + (size_t)act) % 2);
                lab_end();
            }
}
END_TEST

START_TEST(transposes)
{
    for (size_t k = 0; k < SIZES; k++)
        for (int kind = 0; kind < 8; kind++) {
            const size_t N = sizes[k][0], C = sizes[k][1];
            const int strided = kind & 1, add = kind >> 1 & 1;
            const float *x = lab_uniform(C * N, 5, 1.0f),
                        *y = lab_uniform(N * C, 6, 1.0f);
            double *want = lab_doubles(N * C);
            lab_pretend(kind / 4);
            const egad_tensor to = lab_tensor(N, C, strided, y);
            egad_plan *plan = lab_plan();
            CHECK_OK(egad_pointwise_transpose(plan, "transpose", to,
                                              lab_tensor(C, N, !strided, x), add));
            lab_run(plan);
            for (size_t i = 0; i < N * C; i++)
                want[i] = (double)x[i % C * N + i / C] + (add ? (double)y[i] : 0.0);
            lab_near(TOLERANCE_SUM, "transpose", lab_read(to), want, N * C);
            lab_end();
        }
}
END_TEST

START_TEST(sums)
{
    for (size_t k = 0; k < SIZES; k++)
        for (int strided = 0; strided < 2; strided++) {
            const size_t N = sizes[k][0], C = sizes[k][1];
            const float *x = lab_uniform(N * C, 5, 1.0f);
            const egad_tensor to = lab_tensor(1, C, strided, NULL);
            double *want = lab_doubles(C);
            egad_plan *plan = lab_plan();
            CHECK_OK(egad_pointwise_sums(plan, "sums", to, lab_tensor(N, C, strided, x)));
            lab_run(plan);
            ref_sums(want, lab_widen(x, N * C), N, C);
            lab_near(TOLERANCE_SUM, "sums", lab_read(to), want, C);
            lab_end();
        }
}
END_TEST

/* Large inputs give the limits of the functions, not NaN. */
START_TEST(extremes)
{
    const float x[] = { -INFINITY, -1e8f, -100.0f, -0.0f, 0.0f, 100.0f, 1e8f, INFINITY };
    enum { C = sizeof x / sizeof *x };
    for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
        const egad_activation a = activation(act, 0.0f);
        const egad_tensor y = lab_tensor(1, C, 0, x);
        double *want = lab_widen(x, C);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_pointwise_forward(plan, "forward", y,
                                        lab_tensor(1, C, 0, lab_floats(C)), &a));
        lab_run(plan);
        const float *got = lab_read(y);
        ref_forward(want, lab_doubles(C), 1, C, act, (double)a.slope, 0.0, NULL);
        for (int i = 0; i < C; i++)
            ck_assert_msg(fabs((double)got[i] - want[i]) <=
                                  1e-7 * fabs(want[i]) + 1e-30 ||
                              (double)got[i] == want[i],
                          "activation %d of %g is %g and not %g", act, (double)x[i],
                          (double)got[i], want[i]);
    }
}
END_TEST

START_TEST(nan_is_seen)
{
    for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
        const float x[] = { 1.0f, NAN, 1.0f };
        const egad_activation a = activation(act, 0.0f);
        const egad_tensor y = lab_tensor(1, 3, 0, x), dy = lab_tensor(1, 3, 0, x);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_pointwise_backward(plan, "backward", dy,
                                         lab_tensor(1, 3, 0, lab_floats(3)), &a));
        CHECK_OK(egad_pointwise_forward(plan, "forward", y,
                                        lab_tensor(1, 3, 0, lab_floats(3)), &a));
        lab_run(plan);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(!isnan(lab_read(y)[i]), i != 1);
            ck_assert_int_eq(!isnan(lab_read(dy)[i]), i != 1);
        }
    }
}
END_TEST

static void check_scale(size_t N, size_t C, float limit, int strided)
{
    float *x = lab_uniform(N * C, 6, 30.0f), *fit = lab_uniform(3 * C, 7, 2.0f);
    for (size_t i = 0; i < N * C; i += 11)
        x[i] *= 3e6f;
    for (size_t j = 0; j < C; j++)
        fit[2 * C + j] = j % 3 == 1;
    x[N * C / 2] = NAN;
    const egad_tensor t = lab_tensor(N, C, strided, x);
    double *want = lab_widen(x, N * C);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_pointwise_scale(plan, "scale", t, lab_tensor(3, C, 0, fit), limit));
    lab_run(plan);
    ref_scale(want, lab_widen(fit, 3 * C), N, C, (double)limit);
    lab_near(TOLERANCE_ELEMENT, "scale", lab_read(t), want, N * C);
}

START_TEST(scale)
{
    static const size_t rows[] = { 1, 15, 16, 17, 33 }, columns[] = { 1, 63, 64, 65 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; j < sizeof columns / sizeof *columns; j++)
            for (int cpu = 0; cpu < 2; cpu++) {
                lab_pretend(cpu);
                check_scale(rows[i], columns[j], j % 2 ? 8.0f : INFINITY, cpu);
                lab_end();
            }
}
END_TEST

/* Values at and around the limit. */
START_TEST(clip)
{
    const float x[] = { 7.9999f, 8.0f, 8.0001f, -7.9999f, -8.0f, -8.0001f, INFINITY };
    const float want[] = { 7.9999f, 8.0f, 8.0f, -7.9999f, -8.0f, -8.0f, 8.0f };
    enum { C = sizeof x / sizeof *x };
    float *fit = lab_floats(3 * C);
    for (int j = 0; j < C; j++)
        fit[C + j] = 1.0f;
    const egad_tensor t = lab_tensor(1, C, 0, x);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_pointwise_scale(plan, "scale", t, lab_tensor(3, C, 0, fit), 8.0f));
    lab_run(plan);
    lab_same("clip", lab_read(t), want, C);
}
END_TEST

START_TEST(add)
{
    static const size_t shapes[][2] = { { 1, 1 }, { 7, 9 }, { 13, 64 } };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        for (int clear = 0; clear < 2; clear++) {
            const size_t N = shapes[k][0], C = shapes[k][1];
            const float *a = lab_uniform(N * C, 1, 2.0f),
                        *b = lab_uniform(N * C, 2, 2.0f);
            const egad_tensor to = lab_tensor(N, C, 1, a), none = { 0 };
            float *want = lab_floats(N * C);
            egad_plan *plan = lab_plan();
            CHECK_OK(egad_pointwise_add(plan, "add", to,
                                        clear ? none : lab_tensor(N, C, 1, b)));
            lab_run(plan);
            for (size_t i = 0; i < N * C && !clear; i++)
                want[i] = a[i] + b[i];
            lab_same("sum", lab_read(to), want, N * C);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pointwise");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, forward);
    tcase_add_test(tests, backward);
    tcase_add_test(tests, transposes);
    tcase_add_test(tests, sums);
    tcase_add_test(tests, extremes);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, scale);
    tcase_add_test(tests, clip);
    tcase_add_test(tests, add);
    return lab_main(suite);
}
