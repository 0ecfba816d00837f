/* Scores in one launch: steps that write terms, and evidence. */
#include "chain.h"
#include "ref_cpu.h"

#include <math.h>

/* A chain needs parameters: add a layer of one that nothing reads. */
static void idle(egad_slot x)
{
    const float one = 1.0f;
    CHECK_OK(egad_mlp_dense(chain, chain_reserve(1), x, &one, NULL, 1, 1, ACT_LINEAR,
                            CHAIN_SLOPE, 0));
}

/* On a CPU device bitwise equal to terms_distance; always close to the reference. */
static void check_distance(size_t N, size_t C, int difference, int first, int second,
                           int twins)
{
    const float *x = lab_uniform(N * 2 * C, 1, 1.0f);
    double *want1 = lab_doubles(N), *want2 = lab_doubles(N);
    const egad_slot in = chain_take(2 * C);
    idle(in);
    CHECK_OK(egad_mlp_distance(chain, in,
                               difference ? egad_mlp_columns(in, C) : chain_nowhere, C,
                               first, second));
    const float *got = chain_launch(x, N, 2 * C);
    for (size_t i = 0; i < N * C; i++) {
        const float *a = x + i / C * 2 * C + i % C;
        const double d = (double)a[0] - (difference ? (double)a[C] : 0.0);
        want1[i / C] += fabs(d);
        want2[i / C] += d * d;
    }
    if (first >= 0)
        lab_near(TOLERANCE_TERM, "sum", chain_column(got, N, first), want1, N);
    if (second >= 0)
        lab_near(TOLERANCE_TERM, "squares", chain_column(got, N, second), want2, N);
    if (!twins)
        return;
    const egad_tensor twin = lab_tensor(N, TERMS, 0, NULL),
                      both = lab_tensor(N, 2 * C, 0, x);
    egad_plan *other = lab_plan();
    CHECK_OK(egad_terms_distance(other, "twin", twin, egad_tensor_columns(both, 0, C),
                                 difference ? egad_tensor_columns(both, C, C)
                                            : (egad_tensor){ 0 },
                                 first, second));
    lab_run(other);
    lab_same("twin", got, lab_read(twin), N * TERMS); /* with unwritten marks */
}

START_TEST(distance)
{
    static const size_t columns[] = { 1, 7, 8, 9, 15, 16, 17, 121, 257 };
    static const int wanted[][2] = { { BIGAN_L1, -1 },
                                     { -1, BIGAN_EVIDENCE },
                                     { BIGAN_FM, BIGAN_SIGMA } };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int kind = 0; kind < 6; kind++) {
            chain_start(_i);
            check_distance(k % 2 ? 13 : 27, columns[k], kind % 2, wanted[kind / 2][0],
                           wanted[kind / 2][1], _i < CHAIN_CPU);
        }
}
END_TEST

/* The logit is one of many columns. */
static void check_sigma(const float *logits, size_t N, size_t C, size_t at, int which)
{
    float *x = lab_uniform(N * C, 1, 5.0f);
    double *want = lab_doubles(N);
    for (size_t i = 0; i < N; i++) {
        x[i * C + at] = logits[i];
        want[i] = ref_cross_entropy((double)logits[i], 1.0);
    }
    const egad_slot in = chain_take(C);
    idle(in);
    CHECK_OK(egad_mlp_sigma(chain, egad_mlp_columns(in, at), which));
    const float *got = chain_launch(x, N, C);
    lab_near(TOLERANCE_TERM, "sigma", chain_column(got, N, which), want, N);
    for (int k = 0; k < TERMS; k++)
        if (k != which)
            chain_untouched(got, N, k);
}

START_TEST(sigma)
{
    static const float far[] = { -1e8f, -100.0f, -80.0f, -1.0f, -1e-6f, 0.0f,
                                 1e-6f, 1.0f,    16.0f,  80.0f, 1e8f };
    for (size_t at = 0; at < 5; at++) {
        chain_start(_i);
        check_sigma(lab_uniform(53, 2, 10.0f), 53, 5, at, BIGAN_SIGMA);
        chain_start(_i);
        check_sigma(far, sizeof far / sizeof *far, at + 1, at, BIGAN_SIGMA_REBUILT);
    }
}
END_TEST

static void check_evidence(size_t N, size_t C)
{
    float *x = lab_uniform(N * 2 * C, 1, 3.0f), *mean = lab_uniform(2 * C, 3, 1.0f);
    double *want = lab_doubles(N * 2 * C);
    for (size_t i = 0; i < N * 2 * C; i++) {
        const float *row = x + i / (2 * C) * 2 * C;
        const size_t j = i % (2 * C);
        want[i] = (double)row[j % C] - (j < C ? 0.0 : (double)row[j]) - (double)mean[j];
    }
    const egad_slot in = chain_take(4 * C), e = chain_reserve(2 * C);
    CHECK_OK(egad_mlp_features(chain, e, in, egad_mlp_columns(in, C), C, mean));
    memset(mean, 0xff, 2 * C * sizeof *mean); /* input was copied */
    chain_compare(e, egad_mlp_columns(in, 2 * C), 2 * C);
    chain_check("evidence", TOLERANCE_ELEMENT,
                chain_launch(chain_beside(x, 2 * C, want, 2 * C, N), N, 4 * C), want, N,
                2 * C);
}

START_TEST(evidence)
{
    static const size_t columns[] = { 1, 7, 15, 16, 17, 31, 32, 33, 128 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
        chain_start(_i);
        check_evidence(k % 2 ? 13 : 27, columns[k]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mlp_terms");
    TCase *tests = support_case(suite, chain_begin, chain_end);
    tcase_add_loop_test(tests, distance, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, sigma, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, evidence, 0, CHAIN_KINDS);
    return lab_main(suite);
}
