/* Batch normalisation: forward against the formula, backward against the formula and
 * against central differences, groups, moving averages. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>
#include <string.h>

static const struct {
    size_t N, pixels, C, groups;
} shapes[] = {
    { 4, 9, 5, 1 },     { 6, 4, 16, 2 },   { 7, 1, 33, 1 },  { 100, 1, 70, 1 },
    { 10, 196, 64, 2 }, { 3, 257, 17, 3 }, { 8, 1, 129, 2 }, { 2, 9000, 1, 1 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* One normalisation; its device buffers are in b. */
typedef struct {
    size_t n, R, C, groups; /* elements; rows of a group */
    float *h, *gamma, *beta, *d, *moving;
    egad_batchnorm b;
    char name[80];
} experiment;

static float *shifted(size_t n, unsigned key, float middle, float limit)
{
    float *x = lab_uniform(n, key, limit);
    for (size_t i = 0; i < n; i++)
        x[i] += middle;
    return x;
}

static experiment prepare(size_t i, int act, int strided)
{
    const size_t N = shapes[i].N, C = shapes[i].C, width = shapes[i].pixels * C;
    experiment e = { .n = N * width,
                     .R = N / shapes[i].groups * shapes[i].pixels,
                     .C = C,
                     .groups = shapes[i].groups };
    e.h = shifted(e.n, (unsigned)i, 0.5f, 2.0f);
    e.gamma = shifted(C, (unsigned)i + 100, 1.0f, 0.5f);
    e.beta = lab_uniform(C, (unsigned)i + 200, 0.5f);
    e.d = lab_uniform(e.n, (unsigned)i + 300, 1.0f);
    e.moving = shifted(2 * C, (unsigned)i + 400, 0.5f, 0.4f);
    e.b = (egad_batchnorm){ .groups = e.groups,
                            .C = C,
                            .h = lab_tensor(N, width, 0, e.h),
                            .y = lab_tensor(N, width, strided, NULL),
                            .gamma = lab_tensor(1, C, 0, e.gamma),
                            .beta = lab_tensor(1, C, 0, e.beta),
                            .dgamma = lab_tensor(1, C, 0, NULL),
                            .dbeta = lab_tensor(1, C, 0, NULL),
                            .moving = lab_tensor(1, 2 * C, 0, e.moving),
                            .stats = lab_tensor(e.groups, 2 * C, 0, NULL),
                            .a = { .act = act, .slope = 0.1f } };
    snprintf(e.name, sizeof e.name, "%zu x %zu pixels x %zu, %zu groups", N,
             shapes[i].pixels, C, e.groups);
    return e;
}

/* y of the whole batch in double, and the updated moving averages. */
static void reference(const experiment *e, const double *h, double *y, double *moving)
{
    double *gamma = lab_widen(e->gamma, e->C), *beta = lab_widen(e->beta, e->C);
    double *moments = lab_doubles(2 * e->C);
    const size_t part = e->R * e->C;
    for (size_t g = 0; g < e->groups; g++) {
        ref_batchnorm(y + g * part, moments, h + g * part, gamma, beta, e->R, e->C);
        for (size_t c = 0; moving && c < 2 * e->C; c++)
            moving[c] += 0.01 * (moments[c] - moving[c]);
    }
}

static void forward(size_t i, int act, int strided, int move)
{
    experiment e = prepare(i, act, strided);
    egad_plan *plan = lab_plan();
    double *want = lab_doubles(e.n), *moving = lab_widen(e.moving, 2 * e.C);
    CHECK_OK(egad_batchnorm_forward(plan, "forward", &e.b, move));
    lab_run(plan);
    reference(&e, lab_widen(e.h, e.n), want, move ? moving : NULL);
    for (size_t k = 0; k < e.n; k++)
        want[k] = ref_activate(want[k], act, 0.1);
    lab_near(TOLERANCE_BATCHNORM, e.name, lab_read(e.b.y), want, e.n);
    lab_near(TOLERANCE_BATCHNORM, e.name, lab_read(e.b.moving), moving, 2 * e.C);
}

/* The gradients of sum d y by h, gamma and beta: for the first and for the last group
 * alone, as training requests them, and for all groups. */
static void backward(size_t i, size_t first, size_t groups, int weights)
{
    experiment e = prepare(i, ACT_LINEAR, 0);
    const size_t part = e.R * e.C, N = shapes[i].N / e.groups;
    double *want = lab_doubles(e.n), *dgamma = lab_doubles(e.C),
           *dbeta = lab_doubles(e.C);
    double *h = lab_widen(e.h, e.n), *d = lab_widen(e.d, e.n);
    for (size_t g = first; g < first + groups; g++)
        for (size_t c = 0; c < e.C; c++) {
            double mean = 0.0, variance = 0.0, sum = 0.0, product = 0.0;
            for (size_t r = 0; r < e.R; r++)
                mean += h[g * part + r * e.C + c] / (double)e.R;
            for (size_t r = 0; r < e.R; r++)
                variance += pow(h[g * part + r * e.C + c] - mean, 2.0) / (double)e.R;
            const double inv = 1.0 / sqrt(variance + 1e-3);
            for (size_t r = 0; r < e.R; r++) {
                const size_t at = g * part + r * e.C + c;
                sum += d[at];
                product += d[at] * (h[at] - mean) * inv;
            }
            for (size_t r = 0; r < e.R; r++) {
                const size_t at = g * part + r * e.C + c;
                want[at] = (double)e.gamma[c] * inv *
                           (d[at] - sum / (double)e.R -
                            (h[at] - mean) * inv * product / (double)e.R);
            }
            dgamma[c] += product;
            dbeta[c] += sum;
        }
    egad_plan *plan = lab_plan();
    const egad_tensor all = lab_tensor(shapes[i].N, shapes[i].pixels * e.C, 0, e.d);
    CHECK_OK(egad_batchnorm_forward(plan, "forward", &e.b, 0));
    egad_batchnorm some = e.b;
    some.groups = groups;
    some.h = egad_tensor_rows(e.b.h, first * N, groups * N);
    some.y = egad_tensor_rows(e.b.y, first * N, groups * N);
    some.stats = egad_tensor_rows(e.b.stats, first, groups);
    const egad_tensor part_d = egad_tensor_rows(all, first * N, groups * N);
    CHECK_OK(egad_batchnorm_backward(plan, "backward", &some, part_d, weights));
    lab_run(plan);
    lab_near(TOLERANCE_BATCHNORM, e.name, lab_read(part_d), want + first * part,
             groups * part);
    if (weights) {
        lab_near(TOLERANCE_BATCHNORM, e.name, lab_read(e.b.dgamma), dgamma, e.C);
        lab_near(TOLERANCE_BATCHNORM, e.name, lab_read(e.b.dbeta), dbeta, e.C);
    }
}

static void all(void)
{
    for (size_t i = 0; i < SHAPES; i++) {
        forward(i, ACT_LINEAR, 0, 1);
        forward(i, ACT_LEAKY_RELU, 1, 0);
        backward(i, 0, shapes[i].groups, 1);
        backward(i, shapes[i].groups - 1, 1, 0);
        lab_end();
    }
}

START_TEST(vectors_of_16)
{
    lab->vector = 16;
    all();
}
END_TEST

START_TEST(vectors_of_8)
{
    lab->vector = 8;
    all();
}
END_TEST

START_TEST(groups_of_a_gpu)
{
    lab_pretend(0);
    all();
}
END_TEST

/* The formula in backward() is the derivative of the one in forward(). */
START_TEST(central_differences)
{
    enum { I = 5 };
    experiment e = prepare(I, ACT_LINEAR, 0);
    egad_plan *plan = lab_plan();
    const egad_tensor d = lab_tensor(shapes[I].N, shapes[I].pixels * e.C, 0, e.d);
    CHECK_OK(egad_batchnorm_forward(plan, "forward", &e.b, 0));
    CHECK_OK(egad_batchnorm_backward(plan, "backward", &e.b, d, 1));
    lab_run(plan);
    const float *got = lab_read(d);
    double *h = lab_widen(e.h, e.n), *y = lab_doubles(e.n), largest = 0.0;
    for (size_t k = 0; k < e.n; k++)
        largest = fmax(largest, fabs((double)got[k]));
    for (size_t k = 0; k < e.n; k += 97) {
        double sums[2] = { 0.0, 0.0 };
        const double middle = h[k];
        for (int side = 0; side < 2; side++) {
            h[k] = middle + (side ? 1e-4 : -1e-4);
            reference(&e, h, y, NULL);
            for (size_t i = 0; i < e.n; i++)
                sums[side] += (double)e.d[i] * y[i];
        }
        h[k] = middle;
        ck_assert_double_eq_tol((sums[1] - sums[0]) / 2e-4, (double)got[k],
                                1e-5 * largest);
    }
}
END_TEST

/* A constant column far from its moving average does not overflow. */
START_TEST(constant_column)
{
    enum { N = 300, C = 3 };
    float *h = lab_floats(N * C);
    for (size_t i = 0; i < N * C; i++)
        h[i] = i % C == 1 ? 1000.0f : (float)(i % 7);
    experiment e = prepare(0, ACT_LINEAR, 0);
    e.b.C = C;
    e.b.h = lab_tensor(N, C, 0, h);
    e.b.y = lab_tensor(N, C, 0, NULL);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_batchnorm_forward(plan, "forward", &e.b, 1));
    lab_run(plan);
    const float *y = lab_read(e.b.y);
    for (size_t i = 0; i < N * C; i++)
        ck_assert_msg(isfinite(y[i]) && fabsf(y[i]) < 100.0f, "element %zu is %g", i,
                      (double)y[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batchnorm");
    TCase *tests = tcase_create("batchnorm");
    tcase_add_checked_fixture(tests, lab_begin, lab_end);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, vectors_of_16);
    tcase_add_test(tests, vectors_of_8);
    tcase_add_test(tests, groups_of_a_gpu);
    tcase_add_test(tests, central_differences);
    tcase_add_test(tests, constant_column);
    suite_add_tcase(suite, tests);
    return lab_main(suite);
}
