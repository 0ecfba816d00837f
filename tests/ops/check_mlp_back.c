/* Latent search in one launch: backward through layers and terms, Adam, repetition, load
 * and store. */
#include "chain.h"
#include "ref_cpu.h"

#include <math.h>

/* A state of N rows, followed by guard rows. */
static egad_tensor state_of(const float *values, size_t N, size_t C)
{
    chain_state = lab_tensor(N, C, 0, values);
    return chain_state;
}

static void check_dense_back(size_t N, size_t I, size_t O, int act)
{
    const float *dy = lab_uniform(N * O, 1, 1.0f), *y = lab_uniform(N * I, 2, 0.9f);
    float *w = chain_weights(I, O, 3, 0);
    double *want = lab_doubles(N * I), *both = lab_doubles(N * 2 * I);
    ref_product(want, lab_widen(dy, N * O), lab_widen(w, I * O), N, I, O, 0, 1);
    if (act >= 0)
        ref_backward(want, lab_widen(y, N * I), N, I, act, (double)CHAIN_SLOPE, 0.0);
    for (size_t i = 0; i < N * I; i++) {
        both[i / I * 2 * I + i % I] = (double)y[i];
        both[i / I * 2 * I + I + i % I] = want[i];
    }
    const egad_slot in = chain_take(O + 2 * I), below = chain_reserve(I),
                    dx = chain_reserve(I);
    /* The slot below must be separate and hold whole panels. */
    float *one = lab_floats(I * I);
    for (size_t i = 0; i < I; i++)
        one[i * I + i] = 1.0f;
    CHECK_OK(egad_mlp_dense(chain, below, egad_mlp_columns(in, O), one, NULL, I, I,
                            ACT_LINEAR, CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_dense_back(chain, dx, in, w, I, O, act < 0 ? chain_nowhere : below,
                                 act < 0 ? ACT_LINEAR : act, CHAIN_SLOPE));
    memset(w, 0xff, I * O * sizeof *w); /* input was copied */
    chain_compare(dx, egad_mlp_columns(in, O + I), I);
    chain_check("back", TOLERANCE_PRODUCT,
                chain_launch(chain_beside(dy, O, both, 2 * I, N), N, O + 2 * I), want, N,
                I);
}

START_TEST(layers)
{
    static const size_t sides[] = { 1, 7, 31, 32, 33, 121 };
    enum { SIDES = sizeof sides / sizeof *sides };
    for (size_t i = 0; i < SIDES; i++)
        for (size_t j = 0; j < SIDES; j++)
            for (int act = -1; act <= ACT_SOFTPLUS; act++) {
                chain_start(_i);
                check_dense_back(act % 2 ? 27 : 12, sides[i], sides[j], act);
            }
}
END_TEST

/* State rows are loaded and stored unchanged; rows beyond N are not written. */
START_TEST(loads_and_stores)
{
    static const size_t rows[] = { 1, 12, 13, 26, 53 };
    enum { C = 21 };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const size_t N = rows[k];
        chain_start(_i);
        const float *z = lab_uniform(N * C, 4, 1.0f), *x = lab_uniform(N * C, 5, 1.0f);
        const egad_tensor state = state_of(z, N, C);
        const egad_slot in = chain_take(C), loaded = chain_reserve(C);
        double *sums = lab_doubles(N);
        CHECK_OK(egad_mlp_load(chain, loaded, C));
        CHECK_OK(egad_mlp_store(chain, in, C));
        CHECK_OK(egad_mlp_distance(chain, loaded, chain_nowhere, C, CHAIN_SUM, -1));
        for (size_t i = 0; i < N * C; i++)
            sums[i / C] += fabs((double)z[i]);
        lab_near(TOLERANCE_TERM, "loaded",
                 chain_column(chain_launch(x, N, C), N, CHAIN_SUM), sums, N);
        lab_same("stored", lab_read(state), x, N * C);
    }
}
END_TEST

/* The gradients of a distance and of a logit's cross-entropy, stored in the state. */
START_TEST(terms_back)
{
    enum { N = 27 };
    static const size_t columns[] = { 1, 16, 33 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
            chain_start(_i);
            const size_t C = columns[k];
            const int add = (act + (int)k) % 2;
            const float *x = lab_uniform(N * 2 * C, 6, 0.9f),
                        *d = lab_uniform(N * C, 7, 1.0f);
            double *want = lab_doubles(N * C);
            const egad_tensor state = state_of(d, N, C);
            const egad_slot in = chain_take(2 * C), back = chain_reserve(C);
            CHECK_OK(egad_mlp_load(chain, back, C));
            CHECK_OK(egad_mlp_distance_back(chain, back, in, egad_mlp_columns(in, C), C,
                                            0.7, act, CHAIN_SLOPE, add));
            CHECK_OK(egad_mlp_store(chain, back, C));
            chain_launch(x, N, 2 * C);
            for (size_t i = 0; i < N * C; i++) {
                const double a = (double)x[i / C * 2 * C + i % C],
                             b = (double)x[i / C * 2 * C + C + i % C];
                want[i] = (add ? (double)d[i] : 0.0) +
                          0.7 * ((a > b) - (a < b)) *
                              ref_derivative(a, act, (double)CHAIN_SLOPE);
            }
            lab_near(TOLERANCE_SUM, "distance back", lab_read(state), want, N * C);
        }
}
END_TEST

START_TEST(sigma_back)
{
    enum { N = 27 };
    chain_start(_i);
    float *logits = lab_uniform(N, 8, 8.0f);
    double want[N];
    logits[3] = 1e8f;
    logits[4] = -1e8f;
    logits[5] = NAN;
    const egad_tensor state = state_of(logits, N, 1);
    const egad_slot in = chain_take(1), back = chain_reserve(1);
    CHECK_OK(egad_mlp_sigma_back(chain, back, in, 0.3));
    CHECK_OK(egad_mlp_store(chain, back, 1));
    chain_launch(logits, N, 1);
    for (int i = 0; i < N; i++)
        want[i] = 0.3 * (ref_sigmoid((double)logits[i]) - 1.0);
    lab_near(TOLERANCE_GRADIENT, "sigma back", lab_read(state), want, N);
}
END_TEST

/* A few steps of Adam with the gradient of 1.5 |w - x|, x being the input rows. */
static void check_turns(size_t N, size_t C, int turns)
{
    const double beta1 = 0.9;
    const float *w = lab_uniform(N * C, 9, 1.0f), *x = lab_uniform(N * C, 10, 1.0f);
    float rates[9];
    double *want = lab_widen(w, N * C), *m = lab_doubles(N * C), *v = lab_doubles(N * C);
    double *unused = lab_doubles(N * C), *g = lab_doubles(N * C);
    const egad_tensor state = state_of(w, N, C);
    const egad_slot in = chain_take(C), at = chain_reserve(C), back = chain_reserve(C),
                    moment = chain_reserve(C), variance = chain_reserve(C);
    for (int t = 0; t < turns; t++)
        rates[t] = (float)egad_adam_rate(0.02 / (t + 1), beta1, (uint64_t)t);
    CHECK_OK(egad_mlp_load(chain, at, C));
    const size_t first = egad_mlp_steps(chain);
    ck_assert_uint_eq(first, 2);
    /* The gradient of |w - x|: its sign changes at w = x. */
    CHECK_OK(
        egad_mlp_distance_back(chain, back, at, in, C, 1.5, ACT_LINEAR, CHAIN_SLOPE, 0));
    CHECK_OK(
        egad_mlp_adam(chain, at, back, moment, variance, C, beta1, rates, (size_t)turns));
    CHECK_OK(egad_mlp_repeat(chain, first, (size_t)turns));
    CHECK_OK(egad_mlp_store(chain, at, C));
    chain_launch(x, N, C);
    for (int t = 0; t < turns; t++) {
        for (size_t i = 0; i < N * C; i++)
            g[i] = 1.5 * ((want[i] > (double)x[i]) - (want[i] < (double)x[i]));
        ref_adam(want, g, m, v, unused, N * C, (double)rates[t], beta1, ADAM_BETA2,
                 ADAM_EPSILON, 0.5);
    }
    lab_near(TOLERANCE_ADAM, "turns", lab_read(state), want, N * C);
}

START_TEST(turns)
{
    static const size_t columns[] = { 1, 15, 16, 32, 33 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int n = 1; n <= 9; n += 4) {
            chain_start(_i);
            check_turns(k % 2 ? 27 : 53, columns[k], n);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mlp_back");
    TCase *tests = support_case(suite, chain_begin, chain_end);
    tcase_add_loop_test(tests, layers, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, loads_and_stores, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, terms_back, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, sigma_back, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, turns, 0, CHAIN_KINDS);
    return lab_main(suite);
}
