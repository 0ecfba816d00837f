/* Scores in one launch: input, dense layers and slots; terms are in check_mlp_terms.c,
 * blocks of rows in check_mlp_rows.c. */
#include "chain.h"
#include "ref_cpu.h"

#include <math.h>

/* ---- Input ----------------------------------------------------------------- */

/* The expected result is beside the columns, with offset 0 and scale 1, before or after
 * them. */
static void check_input(size_t N, size_t C, float limit, int behind)
{
    float *x = lab_uniform(N * C, 6, 30.0f), *fit = lab_uniform(3 * C, 7, 2.0f);
    float *both = lab_floats(2 * N * C), *fit2 = lab_floats(6 * C);
    const size_t at = behind ? C : 0, other = C - at;
    for (size_t i = 0; i < N * C; i += 11)
        x[i] *= isinf(limit) ? 3.0f : 3e6f;
    for (size_t j = 0; j < C; j++)
        fit[2 * C + j] = (float)(j % 3 == 1) * (j % 2 ? 1.0f : -0.5f);
    double *want = lab_widen(x, N * C);
    ref_scale(want, lab_widen(fit, 3 * C), N, C, (double)limit);
    for (size_t i = 0; i < N * C; i++) {
        both[i / C * 2 * C + at + i % C] = x[i];
        both[i / C * 2 * C + other + i % C] = (float)want[i];
    }
    for (size_t j = 0; j < C; j++) {
        for (size_t k = 0; k < 3; k++)
            fit2[k * 2 * C + at + j] = fit[k * C + j];
        fit2[2 * C + other + j] = 1.0f;
    }
    const egad_slot y = chain_reserve(2 * C);
    CHECK_OK(egad_mlp_input(chain, y, fit2, 2 * C, limit));
    memset(fit2, 0xff, 6 * C * sizeof *fit2); /* input was copied */
    chain_compare(egad_mlp_columns(y, at), egad_mlp_columns(y, other), C);
    chain_check("input", TOLERANCE_ELEMENT, chain_launch(both, N, 2 * C), want, N, C);
}

START_TEST(scaled)
{
    static const size_t columns[] = { 1, 3, 7, 8, 9, 15, 16, 17, 31, 121 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int kind = 0; kind < 4; kind++) {
            chain_start(_i);
            check_input(k % 2 ? 5 : 27, columns[k], kind / 2 ? 8.0f : INFINITY, kind % 2);
        }
}
END_TEST

/* At and around the limit, to the bit. */
START_TEST(clip)
{
    static const float values[] = { 7.9999f,  8.0f,  8.0001f,  INFINITY, 0.0f,
                                    -7.9999f, -8.0f, -8.0001f, -INFINITY };
    static const float want[] = { 7.9999f, 8.0f, 8.0f, 8.0f, 0.0f,
                                  7.9999f, 8.0f, 8.0f, 8.0f };
    enum { N = sizeof values / sizeof *values };
    for (size_t C = 1; C < 40; C += 19)
        for (size_t j = 0; j < C; j++) {
            chain_start(_i);
            float *x = lab_floats(N * C), *fit = lab_floats(3 * C);
            for (size_t i = 0; i < N; i++)
                x[i * C + j] = values[i];
            for (size_t i = 0; i < C; i++)
                fit[C + i] = 1.0f;
            const egad_slot y = chain_reserve(C);
            CHECK_OK(egad_mlp_input(chain, y, fit, C, 8.0f));
            CHECK_OK(egad_mlp_distance(chain, y, chain_nowhere, C, CHAIN_SUM, -1));
            lab_same("clip", chain_column(chain_launch(x, N, C), N, CHAIN_SUM), want, N);
        }
}
END_TEST

/* ---- Dense layers ---------------------------------------------------------- */

static tolerance limit_of(int act)
{
    return act >= ACT_TANH ? TOLERANCE_ACTIVATION : TOLERANCE_PRODUCT;
}

static void check_dense(size_t N, size_t I, size_t O, int act, int biased, int triangular)
{
    const float *x = lab_uniform(N * I, 1, 1.0f);
    float *w = chain_weights(I, O, 2, triangular);
    float *bias = biased ? lab_uniform(O, 3, 1.0f) : NULL;
    const double *want = chain_dense(lab_widen(x, N * I), w, bias, N, I, O, act);
    const egad_slot in = chain_take(I + O), y = chain_reserve(O);
    CHECK_OK(egad_mlp_dense(chain, y, in, w, bias, I, O, act, CHAIN_SLOPE, triangular));
    memset(w, 0xff, I * O * sizeof *w); /* input was copied */
    if (bias)
        memset(bias, 0xff, O * sizeof *bias);
    chain_compare(y, egad_mlp_columns(in, I), O);
    chain_check("dense", limit_of(act),
                chain_launch(chain_beside(x, I, want, O, N), N, I + O), want, N, O);
}

static const size_t sides[] = { 1, 7, 31, 32, 33, 121, 128 };
enum { SIDES = sizeof sides / sizeof *sides };

START_TEST(layers)
{
    static const size_t rows[] = { 1, 12, 13, 27 };
    for (size_t i = 0; i < SIDES; i++)
        for (size_t j = 0; j < SIDES; j++)
            for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
                chain_start(_i);
                check_dense(rows[(i + j + (size_t)act) % 4], sides[i], sides[j], act,
                            (int)(i + j / 2 + (size_t)act) % 2, 0);
            }
}
END_TEST

START_TEST(triangular)
{
    static const size_t more[] = { 63, 64, 65, 96, 256 };
    for (size_t i = 0; i < SIDES + sizeof more / sizeof *more; i++) {
        const size_t n = i < SIDES ? sides[i] : more[i - SIDES];
        chain_start(_i);
        check_dense(14, n, n, ACT_LINEAR, (int)i % 2, 1);
    }
    /* more inputs than outputs, and fewer */
    for (int more_out = 0; more_out < 2; more_out++) {
        chain_start(_i);
        check_dense(14, more_out ? 40 : 100, more_out ? 100 : 40, ACT_LINEAR, 1, 1);
    }
}
END_TEST

/* Large inputs give the limits of the activation. */
START_TEST(extremes)
{
    static const float far[] = {
        -1e8f, -200.0f, -80.0f, -0.0f, 0.0f, 80.0f, 200.0f, 1e8f
    };
    enum { N = sizeof far / sizeof *far };
    for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
        chain_start(_i);
        const float one = 1.0f;
        const double *want = chain_dense(lab_widen(far, N), &one, NULL, N, 1, 1, act);
        const egad_slot in = chain_take(2), y = chain_reserve(1);
        CHECK_OK(egad_mlp_dense(chain, y, in, &one, NULL, 1, 1, act, CHAIN_SLOPE, 0));
        chain_compare(y, egad_mlp_columns(in, 1), 1);
        chain_check("far", limit_of(act),
                    chain_launch(chain_beside(far, 1, want, 1, N), N, 2), want, N, 1);
    }
}
END_TEST

/* ---- Slots ----------------------------------------------------------------- */

/* Two layers write to a slot side by side, the left one first; a third reads both. */
static void check_sides(size_t N, size_t I, size_t a, size_t b, size_t O)
{
    const float *x = lab_uniform(N * I, 1, 1.0f);
    const float *w[3] = { chain_weights(I, a, 2, 0), chain_weights(I, b, 3, 0),
                          chain_weights(a + b, O, 4, 0) };
    const float *bias[2] = { lab_uniform(a, 5, 1.0f), lab_uniform(b, 6, 1.0f) };
    const double *wide = lab_widen(x, N * I);
    const double *left = chain_dense(wide, w[0], bias[0], N, I, a, ACT_TANH);
    const double *right = chain_dense(wide, w[1], bias[1], N, I, b, ACT_LEAKY_RELU);
    double *both = lab_doubles(N * (a + b));
    for (size_t i = 0; i < N * (a + b); i++) {
        const size_t row = i / (a + b), j = i % (a + b);
        both[i] = j < a ? left[row * a + j] : right[row * b + j - a];
    }
    const double *want = chain_dense(both, w[2], NULL, N, a + b, O, ACT_LINEAR);
    const egad_slot in = chain_take(I + O), hidden = chain_reserve(a + b),
                    y = chain_reserve(O);
    CHECK_OK(
        egad_mlp_dense(chain, hidden, in, w[0], bias[0], I, a, ACT_TANH, CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_dense(chain, egad_mlp_columns(hidden, a), in, w[1], bias[1], I, b,
                            ACT_LEAKY_RELU, CHAIN_SLOPE, 0));
    CHECK_OK(egad_mlp_dense(chain, y, hidden, w[2], NULL, a + b, O, ACT_LINEAR,
                            CHAIN_SLOPE, 0));
    chain_compare(y, egad_mlp_columns(in, I), O);
    chain_check("side by side", TOLERANCE_ACTIVATION,
                chain_launch(chain_beside(x, I, want, O, N), N, I + O), want, N, O);
}

START_TEST(side_by_side)
{
    static const size_t lefts[] = { 1, 15, 17, 31, 32, 33, 47, 49, 121 };
    static const size_t rights[] = { 1, 5, 16, 40, 128 };
    for (size_t i = 0; i < sizeof lefts / sizeof *lefts; i++)
        for (size_t j = 0; j < sizeof rights / sizeof *rights; j++) {
            chain_start(_i);
            check_sides(27, 9, lefts[i], rights[j], 1 + (i * 7 + j) % 40);
        }
}
END_TEST

/* A copy writes its columns and nothing beside them: the left part of a slot is copied
 * after the right one. */
START_TEST(copies)
{
    enum { N = 27 };
    for (size_t i = 0; i < SIDES; i++)
        for (size_t j = 0; j < SIDES; j++) {
            const size_t a = sides[i], b = sides[j];
            chain_start(_i);
            const float *x = lab_uniform(N * (a + b), 1, 1.0f);
            const egad_slot in = chain_take(a + b), y = chain_reserve(a + b);
            CHECK_OK(
                egad_mlp_copy(chain, egad_mlp_columns(y, a), egad_mlp_columns(in, a), b));
            CHECK_OK(egad_mlp_copy(chain, y, in, a));
            CHECK_OK(egad_mlp_distance(chain, y, in, a + b, CHAIN_SUM, -1));
            lab_same("copy", chain_column(chain_launch(x, N, a + b), N, CHAIN_SUM),
                     lab_floats(N), N);
        }
}
END_TEST

/* A layer writes whole panels within its slot only: slots reserved or written before or
 * after it stay unchanged. */
START_TEST(neighbours)
{
    enum { N = 53, I = 5 };
    for (size_t k = 0; k < SIDES; k++)
        for (int behind = 0; behind < 2; behind++) {
            const size_t O = sides[k];
            chain_start(_i);
            const float *x = lab_uniform(N * I, 1, 1.0f), one = 1.0f;
            const egad_slot in = chain_take(I), first = chain_reserve(behind ? O : 1),
                            last = chain_reserve(behind ? 1 : O);
            const egad_slot y = behind ? first : last, kept = behind ? last : first;
            CHECK_OK(egad_mlp_dense(chain, kept, in, &one, NULL, 1, 1, ACT_LINEAR,
                                    CHAIN_SLOPE, 0));
            CHECK_OK(egad_mlp_dense(chain, y, in, chain_weights(I, O, 2, 0), NULL, I, O,
                                    ACT_LINEAR, CHAIN_SLOPE, 0));
            CHECK_OK(egad_mlp_distance(chain, kept, in, 1, CHAIN_SUM, -1));
            lab_same("kept", chain_column(chain_launch(x, N, I), N, CHAIN_SUM),
                     lab_floats(N), N);
        }
}
END_TEST

/* Released slots are reused; the size is the most reserved at once. */
START_TEST(stack)
{
    chain_start(_i);
    const egad_slot first = chain_reserve(40), second = chain_reserve(7);
    egad_mlp_release(chain, second);
    const egad_slot third = chain_reserve(100), fourth = chain_reserve(1);
    ck_assert_uint_eq(third.at, second.at);
    ck_assert_uint_ge(second.at, first.at + first.room);
    ck_assert_uint_ge(fourth.at, third.at + third.room);
    ck_assert_uint_ge(first.room, _i < CHAIN_CPU ? 64 : 40);
    ck_assert_uint_eq(egad_mlp_columns(third, 3).at, third.at + 3);
    ck_assert_uint_eq(egad_mlp_columns(egad_mlp_columns(third, 3), 4).at, third.at + 7);
    egad_mlp_release(chain, first);
    ck_assert_uint_eq(chain_reserve(1).at, first.at);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mlp");
    TCase *tests = support_case(suite, chain_begin, chain_end);
    tcase_add_loop_test(tests, scaled, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, clip, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, layers, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, triangular, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, extremes, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, side_by_side, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, copies, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, neighbours, 0, CHAIN_KINDS);
    tcase_add_loop_test(tests, stack, 0, CHAIN_KINDS);
    return lab_main(suite);
}
