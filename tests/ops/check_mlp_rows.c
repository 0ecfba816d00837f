/* Scores in one launch: whole chains, blocks of rows, rebound rows. */
#include "chain.h"
#include "ref_cpu.h"

#include <math.h>

/* ---- A chain --------------------------------------------------------------- */

enum { X = 19, H = 45, Z = 33, F = 21 };

/* Parameters of a chain. */
typedef struct {
    const float *w[4], *b[3], *mean, *fit;
} parts;

static parts draw(void)
{
    float *fit = lab_uniform(3 * X, 19, 2.0f);
    for (size_t j = 0; j < X; j++)
        fit[2 * X + j] = j % 2 ? 1.0f : 0.0f;
    return (parts){ .w = { chain_weights(X, H, 11, 0), chain_weights(H, Z, 12, 0),
                           chain_weights(Z, F, 13, 0),
                           chain_weights(2 * F, 2 * F, 14, 1) },
                    .b = { lab_uniform(H, 15, 1.0f), lab_uniform(Z, 16, 1.0f),
                           lab_uniform(F, 17, 1.0f) },
                    .mean = lab_uniform(2 * F, 18, 1.0f),
                    .fit = fit };
}

/* The steps of a score, with slots that are released and reused. */
static void build(void)
{
    const parts p = draw();
    const egad_slot x = chain_reserve(X), real = chain_reserve(F),
                    fake = chain_reserve(F);
    CHECK_OK(egad_mlp_input(chain, x, p.fit, X, 8.0f));
    /* The most columns are in use here, not at the end. */
    const egad_slot h = egad_mlp_columns(chain_reserve(300), 200), z = chain_reserve(Z);
    CHECK_OK(egad_mlp_dense(chain, h, x, p.w[0], p.b[0], X, H, ACT_LEAKY_RELU,
                            CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_dense(chain, z, h, p.w[1], p.b[1], H, Z, ACT_TANH, CHAIN_SLOPE, 0));
    CHECK_OK(
        egad_mlp_dense(chain, real, z, p.w[2], p.b[2], Z, F, ACT_RELU, CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_sigma(chain, egad_mlp_columns(z, 5), BIGAN_SIGMA));
    egad_mlp_release(chain, h);
    const egad_slot again = chain_reserve(Z); /* reuses h's slot */
    ck_assert_uint_eq(again.at, h.at);
    CHECK_OK(egad_mlp_dense(chain, again, egad_mlp_columns(x, 2), p.w[1], NULL, X - 2, Z,
                            ACT_SIGMOID, CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_dense(chain, fake, again, p.w[2], p.b[2], Z, F, ACT_LINEAR,
                            CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_distance(chain, real, fake, F, BIGAN_FM, BIGAN_L1));
    egad_mlp_release(chain, again);
    const egad_slot e = chain_reserve(2 * F), white = chain_reserve(2 * F);
    CHECK_OK(egad_mlp_features(chain, e, real, fake, F, p.mean));
    CHECK_OK(egad_mlp_dense(chain, white, e, p.w[3], NULL, 2 * F, 2 * F, ACT_LINEAR,
                            CHAIN_SLOPE, 1));
    CHECK_OK(egad_mlp_distance(chain, white, chain_nowhere, F, -1, BIGAN_FEATURES));
    CHECK_OK(egad_mlp_distance(chain, white, chain_nowhere, 2 * F, -1, BIGAN_EVIDENCE));
}

/* The same by ref_cpu: (N, TERMS). */
static double *truth(const float *from, size_t N)
{
    const parts p = draw();
    double *x = lab_widen(from, N * X), *part = lab_doubles(N * (X - 2));
    double *e = lab_doubles(N * 2 * F), *out = lab_doubles(N * TERMS);
    ref_scale(x, lab_widen(p.fit, 3 * X), N, X, 8.0);
    for (size_t i = 0; i < N * (X - 2); i++)
        part[i] = x[i / (X - 2) * X + 2 + i % (X - 2)];
    const double *h = chain_dense(x, p.w[0], p.b[0], N, X, H, ACT_LEAKY_RELU);
    const double *z = chain_dense(h, p.w[1], p.b[1], N, H, Z, ACT_TANH);
    const double *real = chain_dense(z, p.w[2], p.b[2], N, Z, F, ACT_RELU);
    const double *again = chain_dense(part, p.w[1], NULL, N, X - 2, Z, ACT_SIGMOID);
    const double *fake = chain_dense(again, p.w[2], p.b[2], N, Z, F, ACT_LINEAR);
    for (size_t i = 0; i < N * F; i++) {
        const size_t row = i / F, j = i % F;
        const double d = real[i] - fake[i];
        out[row * TERMS + BIGAN_FM] += fabs(d);
        out[row * TERMS + BIGAN_L1] += d * d;
        e[row * 2 * F + j] = real[i] - (double)p.mean[j];
        e[row * 2 * F + F + j] = d - (double)p.mean[F + j];
    }
    const double *white = chain_dense(e, p.w[3], NULL, N, 2 * F, 2 * F, ACT_LINEAR);
    for (size_t i = 0; i < N * 2 * F; i++) {
        double *t = out + i / (2 * F) * TERMS;
        t[BIGAN_FEATURES] += i % (2 * F) < F ? white[i] * white[i] : 0.0;
        t[BIGAN_EVIDENCE] += white[i] * white[i];
    }
    for (size_t i = 0; i < N; i++)
        out[i * TERMS + BIGAN_SIGMA] = ref_cross_entropy(z[i * Z + 5], 1.0);
    return out;
}

static void check_terms(const float *got, const double *want, size_t N)
{
    for (int k = 0; k < TERMS; k++) {
        char what[32];
        double *of_k = lab_doubles(N);
        for (size_t i = 0; i < N; i++)
            of_k[i] = want[i * TERMS + (size_t)k];
        snprintf(what, sizeof what, "term %d", k);
        if (k == BIGAN_SIGMA_REBUILT || k >= BIGAN_NEAR) /* not written */
            chain_untouched(got, N, k);
        else
            lab_near(TOLERANCE_SCORE, what, chain_column(got, N, k), of_k, N);
    }
}

/* ---- Rows ------------------------------------------------------------------ */

/* Whole and partial blocks of rows, fewer and more than groups; a row's bits do not
 * depend on the number of rows. */
START_TEST(rows)
{
    static const size_t numbers[] = { 1,  5,  6,  7,  11, 12, 13, 14,  24,   25,
                                      26, 27, 38, 39, 51, 52, 53, 100, 2000, 5003 };
    enum { MOST = 5003 };
    static float all[MOST * TERMS];
    for (size_t k = sizeof numbers / sizeof *numbers; k-- > 0;) {
        const size_t N = numbers[k];
        chain_start(_i);
        build();
        const float *x = lab_uniform(MOST * X, 20, 30.0f), *got = chain_launch(x, N, X);
        check_terms(got, truth(x, N), N);
        if (N == MOST)
            memcpy(all, got, sizeof all);
        lab_same("rows", got, all, N * TERMS);
    }
}
END_TEST

/* Concurrent groups do not interfere: equal rows score the same, however many there
 * are. */
START_TEST(many_rows)
{
    enum { SOME = 100, MOST = 100000 };
    const size_t many = _i < CHAIN_CPU ? MOST : MOST / 50; /* slow on a CPU */
    chain_start(_i);
    build();
    const float *x = lab_uniform(SOME * X, 23, 30.0f);
    float *all = lab_floats(many * X);
    for (size_t i = 0; i < many; i++)
        memcpy(all + i * X, x + i % SOME * X, X * sizeof *all);
    chain_launch(all, many, X);
    for (int times = 0; times < 10; times++) {
        lab_run(chain_plan);
        const float *got = lab_read(chain_terms);
        check_terms(got, truth(x, SOME), SOME);
        for (size_t i = SOME; i < many; i += SOME)
            lab_same("equal rows", got + i * TERMS, got, SOME * TERMS);
    }
}
END_TEST

/* The same plan repeated and another plan give the same bits. */
START_TEST(two_runs)
{
    enum { N = 333 };
    float first[N * TERMS];
    for (int times = 0; times < 2; times++) {
        chain_start(_i);
        build();
        const float *got = chain_launch(lab_uniform(N * X, 20, 30.0f), N, X);
        if (times == 0)
            memcpy(first, got, sizeof first);
        lab_same("other plan", got, first, N * TERMS);
        float *cleared = lab_floats(N * TERMS);
        for (size_t i = 0; i < N * TERMS; i++)
            if (i % TERMS == BIGAN_SIGMA_REBUILT || i % TERMS >= BIGAN_NEAR)
                cleared[i] = LAB_MARK; /* not written */
        for (int again = 0; again < 3; again++) {
            CHECK_OK(
                egad_tensor_write(lab, egad_tensor_rows(chain_terms, 0, N), cleared));
            lab_run(chain_plan);
            lab_same("again", lab_read(chain_terms), first, N * TERMS);
        }
    }
}
END_TEST

/* A NaN shows in its own row only, through any layers. */
START_TEST(nan_is_seen)
{
    enum { N = 53, I = 37, O = 35 };
    static const size_t broken[] = { 0, 11, 12, 13, 25, 26, 52 };
    for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++)
        for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
            const float *got[2];
            float *x = NULL, clean[N * TERMS];
            for (int with = 0; with < 2; with++) {
                chain_start(_i);
                x = lab_uniform(N * I, 1, 1.0f);
                float *fit = lab_uniform(3 * I, 2, 1.0f), *mean = lab_floats(2 * O);
                if (with) /* in a vector, and in the remainder */
                    x[broken[k] * I + (k % 2 ? 3 : I - 1)] = NAN;
                const egad_slot in = chain_reserve(I), y = chain_reserve(O),
                                e = chain_reserve(2 * O);
                CHECK_OK(egad_mlp_input(chain, in, fit, I, 8.0f));
                CHECK_OK(egad_mlp_dense(chain, y, in, chain_weights(I, O, 3, 0), NULL, I,
                                        O, act, CHAIN_SLOPE, 0));
                CHECK_OK(egad_mlp_features(chain, e, y, y, O, mean));
                CHECK_OK(egad_mlp_distance(chain, in, chain_nowhere, I, 0, 1));
                CHECK_OK(egad_mlp_distance(chain, y, in, O, 2, -1));
                CHECK_OK(egad_mlp_sigma(chain, egad_mlp_columns(y, O - 1), 3));
                CHECK_OK(egad_mlp_distance(chain, e, chain_nowhere, 2 * O, 4, 5));
                got[with] = chain_launch(x, N, I);
                if (!with)
                    memcpy(clean, got[0], sizeof clean);
            }
            for (size_t i = 0; i < N * TERMS; i++)
                if (i / TERMS == broken[k] && i % TERMS < BIGAN_NEAR
                        ? !isnan(got[1][i])
                        : memcmp(&got[1][i], &clean[i], sizeof *clean) != 0)
                    ck_abort_msg("activation %d, term %zu of row %zu: %g", act, i % TERMS,
                                 i / TERMS, (double)got[1][i]);
        }
}
END_TEST

/* ---- Rebound rows ---------------------------------------------------------- */

/* Any number of rows, in device or caller memory, at any float offset. */
START_TEST(rebind)
{
    enum { MOST = 90, GUARD = 40, SIZE = MOST * X + 2 * GUARD, DEVICE = 19 };
    static const size_t numbers[] = { 1, 12, 13, 25, 26, 27, 53, 89, MOST };
    chain_start(_i);
    build();
    chain_launch(lab_uniform(MOST * X, 21, 30.0f), MOST, X);
    float *marks = lab_floats((MOST + CHAIN_BESIDE) * TERMS);
    for (size_t i = 0; i < (MOST + CHAIN_BESIDE) * TERMS; i++)
        marks[i] = LAB_MARK;
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        for (size_t shift = 0; shift <= DEVICE; shift += shift < 5 ? 1 : 7) {
            const size_t N = numbers[k];
            const float *x = lab_uniform(N * X, 22 + (unsigned)(k + shift), 30.0f);
            float *own = lab_floats(SIZE), *before = lab_floats(SIZE);
            egad_tensor other = { 0 };
            for (size_t i = 0; i < SIZE; i++)
                own[i] = NAN;
            memcpy(own + GUARD + shift, x, N * X * sizeof *own);
            memcpy(before, own, SIZE * sizeof *own);
            CHECK_OK(egad_tensor_write(lab, chain_terms, marks));
            if (shift == DEVICE)
                other = lab_tensor(N, X, 0, x);
            else
                CHECK_OK(egad_tensor_wrap(&other, lab, own + GUARD + shift, N, X));
            CHECK_OK(egad_mlp_rebind(chain_plan, other));
            lab_run(chain_plan);
            lab_same("the rows", lab_read(other), x, N * X);
            if (shift != DEVICE)
                egad_tensor_free(&other);
            lab_same("own memory", own, before, SIZE);
            const float *got = lab_read(chain_terms);
            check_terms(got, truth(x, N), N);
            lab_same("beyond", got + N * TERMS, marks, (MOST + CHAIN_BESIDE - N) * TERMS);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mlp_rows");
    TCase *tests = support_case(suite, chain_begin, chain_end);
    tcase_add_loop_test(tests, rows, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, many_rows, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, two_runs, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, nan_is_seen, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, rebind, 0, CHAIN_KINDS);
    return lab_main(suite);
}
