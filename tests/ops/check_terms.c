/* Score terms: distances per row, the cross-entropy of a logit, features of the score. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

/* Columns other than `first` and `second` are not written. */
static void check_columns(const float *terms, size_t N, int first, int second)
{
    for (size_t i = 0; i < N * TERMS; i++)
        if ((int)(i % TERMS) != first && (int)(i % TERMS) != second)
            ck_assert_msg(terms[i] == LAB_MARK, "term %d of row %d was written",
                          (int)(i % TERMS), (int)(i / TERMS));
}

static void near_column(const float *terms, size_t N, int which, const double *want)
{
    float *column = lab_floats(N);
    for (size_t i = 0; which >= 0 && i < N; i++)
        column[i] = terms[i * TERMS + (size_t)which];
    if (which >= 0)
        lab_near(TOLERANCE_TERM, "term", column, want, N);
}

static void check_distance(const float *a, const float *b, size_t N, size_t C, int first,
                           int second, int strided)
{
    const egad_tensor terms = lab_tensor(N, TERMS, 0, NULL);
    egad_tensor other = { 0 };
    double *want1 = lab_doubles(N), *want2 = lab_doubles(N);
    egad_plan *plan = lab_plan();
    if (b)
        other = lab_tensor(N, C, !strided, b);
    CHECK_OK(egad_terms_distance(plan, "distance", terms, lab_tensor(N, C, strided, a),
                                 other, first, second));
    lab_run(plan);
    for (size_t i = 0; i < N * C; i++) {
        const double d = (double)a[i] - (b ? (double)b[i] : 0.0);
        want1[i / C] += fabs(d);
        want2[i / C] += d * d;
    }
    const float *got = lab_read(terms);
    check_columns(got, N, first, second);
    near_column(got, N, first, want1);
    near_column(got, N, second, want2);
}

START_TEST(distances)
{
    static const size_t columns[] = { 1, 7, 8, 9, 32, 121, 255, 256, 257, 263, 600 };
    static const size_t rows[] = { 1, 31, 33 };
    static const int wanted[][2] = { { BIGAN_L1, BIGAN_SIGMA },
                                     { BIGAN_FM, -1 },
                                     { -1, BIGAN_EVIDENCE } };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int kind = 0; kind < 6; kind++) {
            const size_t N = rows[kind % 3], C = columns[k];
            const int *w = wanted[(kind + (int)k) % 3];
            const float *a = lab_uniform(N * C, 1, 1.0f);
            const float *b = w[0] >= 0 ? lab_uniform(N * C, 2, 1.0f) : NULL;
            lab_pretend(kind / 3);
            check_distance(a, b, N, C, w[0], w[1], (int)k % 2);
            lab_end();
        }
}
END_TEST

START_TEST(far_apart)
{
    enum { N = 3, C = 40 };
    float *a = lab_uniform(N * C, 1, 1.0f), *b = lab_uniform(N * C, 2, 1.0f);
    a[5] = 1e8f;
    b[C + 7] = -1e8f;
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        check_distance(a, b, N, C, BIGAN_L1, BIGAN_FM, 1);
        check_distance(a, a, N, C, BIGAN_L1, BIGAN_FM, 1); /* exactly 0 */
    }
}
END_TEST

START_TEST(nan_is_seen)
{
    enum { N = 2, C = 300 };
    for (int cpu = 0; cpu < 2; cpu++)
        for (int j = 0; j < C; j += 37) {
            float *a = lab_uniform(N * C, 1, 1.0f);
            const egad_tensor terms = lab_tensor(N, TERMS, 0, NULL);
            egad_plan *plan = lab_plan();
            a[j] = NAN;
            lab_pretend(cpu);
            CHECK_OK(egad_terms_distance(plan, "distance", terms, lab_tensor(N, C, 0, a),
                                         lab_tensor(N, C, 0, lab_floats(N * C)), 0, 1));
            CHECK_OK(egad_terms_sigma(plan, "sigma", terms,
                                      lab_tensor(2, 1, 0, (float[]){ NAN, 0.0f }), 2));
            lab_run(plan);
            for (int k = 0; k < 3; k++) {
                ck_assert(isnan(lab_read(terms)[k]));
                ck_assert(!isnan(lab_read(terms)[TERMS + k]));
            }
        }
}
END_TEST

static void check_sigma(const float *logits, size_t N, int which)
{
    const egad_tensor terms = lab_tensor(N, TERMS, 0, NULL);
    double *want = lab_doubles(N);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_terms_sigma(plan, "sigma", terms, lab_tensor(N, 1, 0, logits), which));
    lab_run(plan);
    for (size_t i = 0; i < N; i++)
        want[i] = ref_cross_entropy((double)logits[i], 1.0);
    const float *got = lab_read(terms);
    check_columns(got, N, which, -1);
    near_column(got, N, which, want);
}

START_TEST(sigma)
{
    static const size_t rows[] = { 1, 31, 32, 33, 65 };
    static const float far[] = { -1e8f, -100.0f, -80.0f, -1.0f, -1e-6f, 0.0f,
                                 1e-6f, 1.0f,    16.0f,  80.0f, 1e8f };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (int cpu = 0; cpu < 2; cpu++) {
            lab_pretend(cpu);
            check_sigma(lab_uniform(rows[k], 1, 10.0f), rows[k], BIGAN_SIGMA);
            check_sigma(far, sizeof far / sizeof *far, BIGAN_SIGMA_REBUILT);
        }
}
END_TEST

static void check_evidence(size_t N, size_t C, int strided)
{
    const float *a = lab_uniform(N * C, 1, 3.0f), *b = lab_uniform(N * C, 2, 3.0f);
    const float *mean = lab_uniform(2 * C, 3, 1.0f);
    const egad_tensor e = lab_tensor(N, 2 * C, strided, NULL);
    double *want = lab_doubles(2 * N * C);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_terms_features(plan, "evidence", e, lab_tensor(N, C, !strided, a),
                                 lab_tensor(N, C, strided, b),
                                 lab_tensor(1, 2 * C, strided, mean)));
    lab_run(plan);
    for (size_t i = 0; i < N * C; i++) {
        const size_t at = i / C * 2 * C + i % C;
        want[at] = (double)a[i] - (double)mean[i % C];
        want[at + C] = (double)a[i] - (double)b[i] - (double)mean[C + i % C];
    }
    lab_near(TOLERANCE_ELEMENT, "evidence", lab_read(e), want, 2 * N * C);
}

START_TEST(evidence)
{
    static const size_t columns[] = { 1, 7, 31, 32, 33, 64, 65, 128, 263 };
    static const size_t rows[] = { 1, 31, 33 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            for (int kind = 0; kind < 4; kind++) {
                lab_pretend(kind / 2);
                check_evidence(rows[i], columns[k], kind % 2);
                lab_end();
            }
}
END_TEST

/* a, b and evidence side by side in one matrix; a NaN in a or b affects only its own
 * element. */
START_TEST(evidence_in_place)
{
    enum { N = 3, C = 37 };
    for (int kind = 0; kind < 4; kind++) {
        const int cpu = kind / 2, other = kind % 2;
        float *from = lab_uniform(N * 4 * C, 1, 3.0f);
        from[4 * C + other * C + 5] = NAN; /* row 1 of a or b, column 5 */
        const egad_tensor all = lab_tensor(N, 4 * C, 1, from);
        const egad_tensor e = egad_tensor_columns(all, 2 * C, 2 * C);
        egad_plan *plan = lab_plan();
        lab_pretend(cpu);
        CHECK_OK(egad_terms_features(plan, "evidence", e, egad_tensor_columns(all, 0, C),
                                     egad_tensor_columns(all, C, C),
                                     lab_tensor(1, 2 * C, 0, lab_floats(2 * C))));
        lab_run(plan);
        for (int i = 0; i < N; i++)
            lab_same("a and b", lab_read(all) + i * 4 * C, from + i * 4 * C, 2 * C);
        const float *got = lab_read(e);
        for (int i = 0; i < N * 2 * C; i++)
            ck_assert_int_eq(isnan(got[i]) != 0,
                             (i == 2 * C + 5 && !other) || i == 3 * C + 5);
    }
}
END_TEST

/* ---- Gradients of terms ----------------------------------------------------- */

static void check_distance_back(size_t N, size_t C, int act, int add, int strided)
{
    float *a = lab_uniform(N * C, 1, 0.9f), *b = lab_uniform(N * C, 2, 1.0f);
    const float *before = lab_uniform(N * C, 3, 1.0f);
    const egad_activation activation = { .act = act, .slope = 0.1f };
    const egad_tensor d = lab_tensor(N, C, strided, before);
    double *want = lab_doubles(N * C);
    egad_plan *plan = lab_plan();
    a[0] = 0.0f; /* at the kinks of activation and distance */
    b[C / 2] = a[C / 2];
    CHECK_OK(egad_terms_distance_back(plan, "back", d, lab_tensor(N, C, !strided, a),
                                      lab_tensor(N, C, strided, b), 0.7, &activation,
                                      add));
    lab_run(plan);
    for (size_t i = 0; i < N * C; i++)
        want[i] =
            (add ? (double)before[i] : 0.0) + 0.7 * ((a[i] > b[i]) - (a[i] < b[i])) *
                                                  ref_derivative((double)a[i], act, 0.1);
    lab_near(TOLERANCE_SUM, "distance back", lab_read(d), want, N * C);
}

START_TEST(distances_back)
{
    static const size_t columns[] = { 1, 31, 32, 33, 121 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
            lab_pretend(act % 2);
            check_distance_back(k % 2 ? 1 : 7, columns[k], act, (act + (int)k) % 2,
                                (int)k % 2);
            lab_end();
        }
}
END_TEST

START_TEST(sigma_back)
{
    enum { N = 33 };
    float logits[N] = { 0.0f, 1e-3f, -1e-3f, 100.0f, -100.0f, 1e8f, -1e8f, NAN };
    const float *more = lab_uniform(N, 5, 8.0f);
    double want[N];
    for (int i = 8; i < N; i++)
        logits[i] = more[i];
    for (int i = 0; i < N; i++)
        want[i] = 0.3 * (ref_sigmoid((double)logits[i]) - 1.0);
    for (int cpu = 0; cpu < 2; cpu++) {
        egad_plan *plan = lab_plan();
        const egad_tensor d = lab_tensor(N, 1, 0, NULL);
        lab_pretend(cpu);
        CHECK_OK(
            egad_terms_sigma_back(plan, "back", d, lab_tensor(N, 1, 0, logits), 0.3));
        lab_run(plan);
        lab_near(TOLERANCE_GRADIENT, "sigma back", lab_read(d), want, N);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("terms");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, distances);
    tcase_add_test(tests, far_apart);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, sigma);
    tcase_add_test(tests, evidence);
    tcase_add_test(tests, evidence_in_place);
    tcase_add_test(tests, distances_back);
    tcase_add_test(tests, sigma_back);
    return lab_main(suite);
}
