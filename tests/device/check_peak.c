/* Peak performance of a device: the kernels compute what they are timed for, in their CPU
 * and GPU forms; and the measurement. */
#include "cl/shared.h"
#include "lab.h"

#include <math.h>

enum { ITEMS = 6, CHUNK = 4 };

static egad_launch launch(const char *kernel, const char *options, size_t groups,
                          size_t local)
{
    return (egad_launch){ .label = kernel,
                          .source = egad_cl_peak,
                          .kernel = kernel,
                          .options = options,
                          .groups = { groups, 1 },
                          .local = local };
}

/* An item's chains, equal in all elements of a vector. */
static double chains(size_t item, size_t vector, double a, double b, int n)
{
    double sum = 0.0;
    for (int k = 0; k < PEAK_CHAINS; k++) {
        double x = (double)(item % 7) + k;
        for (int step = 0; step < n; step++)
            x = x * a + b;
        sum += x;
    }
    return sum * (double)vector;
}

static void check_form(size_t vector, size_t local)
{
    static const int steps[] = { 0, 1, 30 };
    char options[64];
    snprintf(options, sizeof options, "-DVECTOR=%zu -DWG=%zu -DCHUNK=%d", vector, local,
             CHUNK);
    const size_t items = ITEMS * local;
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        const egad_launch l = launch("peak_multiply_add", options, ITEMS, local);
        const egad_tensor y = lab_tensor(1, items, 0, NULL);
        egad_plan *plan = lab_plan();
        double *want = lab_doubles(items);
        CHECK_OK(ADD(plan, &l, MEM(y.mem), FLOAT(0.75f), FLOAT(0.5f), INT(steps[s])));
        lab_run(plan);
        for (size_t i = 0; i < items; i++)
            want[i] = chains(i, vector, 0.75, 0.5, steps[s]);
        lab_near(TOLERANCE_SUM, "chains", lab_read(y), want, items);
        lab_end();
        lab_begin();
    }
    /* Around a multiple of the group size by one vector. */
    for (size_t n = 2 * local * CHUNK - 1; n <= 2 * local * CHUNK + 1; n++) {
        const egad_launch l = launch("peak_copy", options,
                                     (n + local * CHUNK - 1) / (local * CHUNK), local);
        const float *values = lab_uniform(n * vector, 5, 1.0f);
        const egad_tensor x = lab_tensor(1, n * vector, 0, values);
        const egad_tensor y = lab_tensor(1, n * vector, 0, NULL);
        egad_plan *plan = lab_plan();
        CHECK_OK(ADD(plan, &l, MEM(y.mem), MEM(x.mem), INT(n)));
        lab_run(plan);
        lab_same("copy", lab_read(y), values, n * vector);
        lab_end();
        lab_begin();
    }
}

START_TEST(kernels)
{
    check_form(8, 1);
    check_form(16, 1);
    check_form(1, 32);
}
END_TEST

START_TEST(measured)
{
    for (int cpu = 0; cpu < 2; cpu++) {
        egad_peak p = { 0 };
        lab_pretend(cpu);
        CHECK_OK(egad_peak_measure(&p, lab, 0.05));
        ck_assert(isfinite(p.flops) && p.flops > 1e6);
        ck_assert(isfinite(p.bytes) && p.bytes > 1e6);
        ck_assert_uint_eq(p.vector, cpu ? egad_device_vector(lab) : 1);
        ck_assert_uint_gt(p.copied, 0);
        ck_assert_uint_le(p.copied, egad_device_describe(lab)->largest);
        lab_end();
        lab_begin();
    }
}
END_TEST

START_TEST(refused)
{
    static const double times[] = { 0.0, -1.0, NAN, INFINITY };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        egad_peak p = { .flops = 7.0 };
        CHECK_FAILS(egad_peak_measure(&p, lab, times[i]), ARGUMENT, "at most an hour");
        ck_assert(p.flops == 7.0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peak");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, kernels);
    tcase_add_test(tests, measured);
    tcase_add_test(tests, refused);
    return lab_main(suite);
}
