/* The one launch of a score: each kind of step, chains of them, blocks of rows.
 *
 * Only terms leave the launch.  So a row of the input holds, beside what a layer takes,
 * what the layer should make of it, and the terms are how far the two are apart. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

static const float mark = -12345.678f; /* of lab_tensor */
static const egad_slot nowhere = { 0 };
static const float SLOPE = 0.1f;

/* The terms that a check of a slot fills; the others stay as they are. */
enum { SUM = 0, SQUARES = 1, ERROR = 3, BESIDE = 64 /* rows of terms after the last */ };

/* ---- A launch -------------------------------------------------------------- */

static egad_mlp *mlp;
static egad_plan *plan;
static egad_tensor terms, input; /* with what surrounds them */

static void begin(void)
{
    lab_begin();
    mlp = NULL;
}

static void end(void)
{
    egad_mlp_free(mlp);
    mlp = NULL;
    lab_end();
}

/* A new chain; the last one ends.  `wide` is of the test, which runs with both vectors of
 * the kernel: 13 rows in registers and blocks of 26, or 6 and 12. */
static void start(int wide)
{
    end();
    lab->vector = wide ? 16 : 8;
    CHECK_OK(egad_mlp_new(&mlp, lab));
}

static egad_slot reserve(size_t columns)
{
    return egad_mlp_reserve(mlp, columns);
}

/* The rows of the input as they are. */
static egad_slot take(size_t columns)
{
    const egad_slot x = reserve(columns);
    CHECK_OK(egad_mlp_input(mlp, x, NULL, columns, INFINITY));
    return x;
}

/* Launch for N rows; the terms, which nothing but rows of them was written to. */
static const float *launch(const float *x, size_t N, size_t columns)
{
    terms = lab_tensor(N + BESIDE, TERMS, 0, NULL);
    input = lab_tensor(N, columns, 0, x);
    plan = lab_plan();
    CHECK_OK(egad_mlp_append(mlp, plan, "chain", terms, input));
    ck_assert_uint_eq(egad_plan_size(plan), 1);
    lab_run(plan);
    const float *got = lab_read(terms);
    for (size_t i = N * TERMS; i < (N + BESIDE) * TERMS; i++)
        ck_assert_msg(got[i] == mark, "term %zu of row %zu of %zu was written", i % TERMS,
                      i / TERMS, N);
    return got;
}

static float *column(const float *got, size_t N, int which)
{
    float *out = lab_floats(N);
    for (size_t i = 0; i < N; i++)
        out[i] = got[i * TERMS + (size_t)which];
    return out;
}

static void check_untouched(const float *got, size_t N, int which)
{
    for (size_t i = 0; i < N; i++)
        ck_assert_msg(got[i * TERMS + (size_t)which] == mark,
                      "term %d of row %zu was written", which, i);
}

/* (N, a + b) of (N, a) and (N, b), which is rounded. */
static float *beside(const float *left, size_t a, const double *right, size_t b, size_t N)
{
    float *out = lab_floats(N * (a + b));
    for (size_t i = 0; i < N * (a + b); i++) {
        const size_t row = i / (a + b), j = i % (a + b);
        out[i] = j < a ? left[row * a + j] : (float)right[row * b + j - a];
    }
    return out;
}

/* Steps that hold C columns of y against those of `want`. */
static void compare(egad_slot y, egad_slot want, size_t C)
{
    CHECK_OK(egad_mlp_distance(mlp, y, nowhere, C, SUM, SQUARES));
    CHECK_OK(egad_mlp_distance(mlp, y, want, C, -1, ERROR));
}

/* What `compare` found: the root of the sum of squared errors, so that no element is
 * further off, and the sums themselves. */
static void check(const char *what, tolerance limit, const float *got, const double *want,
                  size_t N, size_t C)
{
    double *sum = lab_doubles(N), *squares = lab_doubles(N), largest = 0.0;
    float *error = column(got, N, ERROR);
    for (size_t i = 0; i < N * C; i++) {
        sum[i / C] += fabs(want[i]);
        squares[i / C] += want[i] * want[i];
        largest = fmax(largest, fabs(want[i]));
    }
    for (size_t i = 0; i < N; i++)
        error[i] = sqrtf(error[i]);
    lab_near_size(limit, what, error, lab_doubles(N), N, largest);
    lab_near(limit, what, column(got, N, SUM), sum, N);
    lab_near(limit, what, column(got, N, SQUARES), squares, N);
    check_untouched(got, N, 2);
    for (int k = ERROR + 1; k < TERMS; k++)
        check_untouched(got, N, k);
}

/* ---- Input ----------------------------------------------------------------- */

/* What should come of it stands beside the columns, with offset 0 and scale 1, at the
 * front or at the end. */
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
    const egad_slot y = reserve(2 * C);
    CHECK_OK(egad_mlp_input(mlp, y, fit2, 2 * C, limit));
    memset(fit2, 0xff, 6 * C * sizeof *fit2); /* it was copied */
    compare(egad_mlp_columns(y, at), egad_mlp_columns(y, other), C);
    check("input", TOLERANCE_ELEMENT, launch(both, N, 2 * C), want, N, C);
}

START_TEST(scaled)
{
    static const size_t columns[] = { 1, 3, 7, 8, 9, 15, 16, 17, 31, 121 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int kind = 0; kind < 4; kind++) {
            start(_i);
            check_input(k % 2 ? 5 : 27, columns[k], kind / 2 ? 8.0f : INFINITY, kind % 2);
        }
}
END_TEST

/* At the limit and beside it: to the bit. */
START_TEST(clip)
{
    static const float values[] = { 7.9999f,  8.0f,  8.0001f,  INFINITY, 0.0f,
                                    -7.9999f, -8.0f, -8.0001f, -INFINITY };
    static const float want[] = { 7.9999f, 8.0f, 8.0f, 8.0f, 0.0f,
                                  7.9999f, 8.0f, 8.0f, 8.0f };
    enum { N = sizeof values / sizeof *values };
    for (size_t C = 1; C < 40; C += 19)
        for (size_t j = 0; j < C; j++) {
            start(_i);
            float *x = lab_floats(N * C), *fit = lab_floats(3 * C);
            for (size_t i = 0; i < N; i++)
                x[i * C + j] = values[i];
            for (size_t i = 0; i < C; i++)
                fit[C + i] = 1.0f;
            const egad_slot y = reserve(C);
            CHECK_OK(egad_mlp_input(mlp, y, fit, C, 8.0f));
            CHECK_OK(egad_mlp_distance(mlp, y, nowhere, C, SUM, -1));
            lab_same("clip", column(launch(x, N, C), N, SUM), want, N);
        }
}
END_TEST

/* ---- Dense layers ---------------------------------------------------------- */

/* (I, O), with zeros below the diagonal if triangular. */
static float *weights(size_t I, size_t O, unsigned key, int triangular)
{
    float *w = lab_uniform(I * O, key, 1.0f);
    for (size_t i = 0; triangular && i < I; i++)
        for (size_t j = 0; j < i && j < O; j++)
            w[i * O + j] = 0.0f;
    return w;
}

/* y = act(x w + bias), in double. */
static double *dense(const double *x, const float *w, const float *bias, size_t N,
                     size_t I, size_t O, int act)
{
    double *y = lab_doubles(N * O);
    ref_product(y, x, lab_widen(w, I * O), N, O, I, 0, 0);
    ref_forward(y, bias ? lab_widen(bias, O) : lab_doubles(O), N, O, act, (double)SLOPE,
                0.0, NULL);
    return y;
}

static tolerance limit_of(int act)
{
    return act == ACT_TANH || act == ACT_SIGMOID ? TOLERANCE_ACTIVATION
                                                 : TOLERANCE_PRODUCT;
}

static void check_dense(size_t N, size_t I, size_t O, int act, int biased, int triangular)
{
    const float *x = lab_uniform(N * I, 1, 1.0f);
    float *w = weights(I, O, 2, triangular);
    float *bias = biased ? lab_uniform(O, 3, 1.0f) : NULL;
    const double *want = dense(lab_widen(x, N * I), w, bias, N, I, O, act);
    const egad_slot in = take(I + O), y = reserve(O);
    CHECK_OK(egad_mlp_dense(mlp, y, in, w, bias, I, O, act, SLOPE, triangular));
    memset(w, 0xff, I * O * sizeof *w); /* it was copied */
    if (bias)
        memset(bias, 0xff, O * sizeof *bias);
    compare(y, egad_mlp_columns(in, I), O);
    check("dense", limit_of(act), launch(beside(x, I, want, O, N), N, I + O), want, N, O);
}

static const size_t sides[] = { 1, 7, 31, 32, 33, 121, 128 };
enum { SIDES = sizeof sides / sizeof *sides };

START_TEST(layers)
{
    static const size_t rows[] = { 1, 12, 13, 27 };
    for (size_t i = 0; i < SIDES; i++)
        for (size_t j = 0; j < SIDES; j++)
            for (int act = ACT_LINEAR; act <= ACT_SIGMOID; act++) {
                start(_i);
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
        start(_i);
        check_dense(14, n, n, ACT_LINEAR, (int)i % 2, 1);
    }
    /* more inputs than outputs, and fewer */
    for (int more_out = 0; more_out < 2; more_out++) {
        start(_i);
        check_dense(14, more_out ? 40 : 100, more_out ? 100 : 40, ACT_LINEAR, 1, 1);
    }
}
END_TEST

/* Far inputs end at the limits of the functions. */
START_TEST(extremes)
{
    static const float far[] = {
        -1e8f, -200.0f, -80.0f, -0.0f, 0.0f, 80.0f, 200.0f, 1e8f
    };
    enum { N = sizeof far / sizeof *far };
    for (int act = ACT_LINEAR; act <= ACT_SIGMOID; act++) {
        start(_i);
        const float one = 1.0f;
        const double *want = dense(lab_widen(far, N), &one, NULL, N, 1, 1, act);
        const egad_slot in = take(2), y = reserve(1);
        CHECK_OK(egad_mlp_dense(mlp, y, in, &one, NULL, 1, 1, act, SLOPE, 0));
        compare(y, egad_mlp_columns(in, 1), 1);
        check("far", limit_of(act), launch(beside(far, 1, want, 1, N), N, 2), want, N, 1);
    }
}
END_TEST

/* ---- Terms ----------------------------------------------------------------- */

/* A chain must hold numbers; a layer of one that nothing reads. */
static void idle(egad_slot x)
{
    const float one = 1.0f;
    CHECK_OK(egad_mlp_dense(mlp, reserve(1), x, &one, NULL, 1, 1, ACT_LINEAR, SLOPE, 0));
}

/* The same bits as terms_distance on a CPU device, and near the truth. */
static void check_distance(size_t N, size_t C, int difference, int first, int second)
{
    const float *x = lab_uniform(N * 2 * C, 1, 1.0f);
    double *want1 = lab_doubles(N), *want2 = lab_doubles(N);
    const egad_slot in = take(2 * C);
    idle(in);
    CHECK_OK(egad_mlp_distance(mlp, in, difference ? egad_mlp_columns(in, C) : nowhere, C,
                               first, second));
    const float *got = launch(x, N, 2 * C);
    for (size_t i = 0; i < N * C; i++) {
        const float *a = x + i / C * 2 * C + i % C;
        const double d = (double)a[0] - (difference ? (double)a[C] : 0.0);
        want1[i / C] += fabs(d);
        want2[i / C] += d * d;
    }
    if (first >= 0)
        lab_near(TOLERANCE_TERM, "sum", column(got, N, first), want1, N);
    if (second >= 0)
        lab_near(TOLERANCE_TERM, "squares", column(got, N, second), want2, N);
    const egad_tensor twin = lab_tensor(N, TERMS, 0, NULL),
                      both = lab_tensor(N, 2 * C, 0, x);
    egad_plan *other = lab_plan();
    lab_pretend(1);
    CHECK_OK(egad_terms_distance(other, "twin", twin, egad_tensor_columns(both, 0, C),
                                 difference ? egad_tensor_columns(both, C, C)
                                            : (egad_tensor){ 0 },
                                 first, second));
    lab_run(other);
    lab_same("twin", got, lab_read(twin), N * TERMS); /* marks and all */
}

START_TEST(distance)
{
    static const size_t columns[] = { 1, 7, 8, 9, 15, 16, 17, 121, 257 };
    static const int wanted[][2] = { { TERM_L1, -1 },
                                     { -1, TERM_EVIDENCE },
                                     { TERM_FM, TERM_SIGMA } };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (int kind = 0; kind < 6; kind++) {
            start(_i);
            check_distance(k % 2 ? 13 : 27, columns[k], kind % 2, wanted[kind / 2][0],
                           wanted[kind / 2][1]);
        }
}
END_TEST

/* A column of many is the logit. */
static void check_sigma(const float *logits, size_t N, size_t C, size_t at, int which)
{
    float *x = lab_uniform(N * C, 1, 5.0f);
    double *want = lab_doubles(N);
    for (size_t i = 0; i < N; i++) {
        x[i * C + at] = logits[i];
        want[i] = ref_cross_entropy((double)logits[i], 1.0);
    }
    const egad_slot in = take(C);
    idle(in);
    CHECK_OK(egad_mlp_sigma(mlp, egad_mlp_columns(in, at), which));
    const float *got = launch(x, N, C);
    lab_near(TOLERANCE_TERM, "sigma", column(got, N, which), want, N);
    for (int k = 0; k < TERMS; k++)
        if (k != which)
            check_untouched(got, N, k);
}

START_TEST(sigma)
{
    static const float far[] = { -1e8f, -100.0f, -80.0f, -1.0f, -1e-6f, 0.0f,
                                 1e-6f, 1.0f,    16.0f,  80.0f, 1e8f };
    for (size_t at = 0; at < 5; at++) {
        start(_i);
        check_sigma(lab_uniform(53, 2, 10.0f), 53, 5, at, TERM_SIGMA);
        start(_i);
        check_sigma(far, sizeof far / sizeof *far, at + 1, at, TERM_SIGMA_REBUILT);
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
    const egad_slot in = take(4 * C), e = reserve(2 * C);
    CHECK_OK(egad_mlp_evidence(mlp, e, in, egad_mlp_columns(in, C), C, mean));
    memset(mean, 0xff, 2 * C * sizeof *mean); /* it was copied */
    compare(e, egad_mlp_columns(in, 2 * C), 2 * C);
    check("evidence", TOLERANCE_ELEMENT,
          launch(beside(x, 2 * C, want, 2 * C, N), N, 4 * C), want, N, 2 * C);
}

START_TEST(evidence)
{
    static const size_t columns[] = { 1, 7, 15, 16, 17, 31, 32, 33, 128 };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
        start(_i);
        check_evidence(k % 2 ? 13 : 27, columns[k]);
    }
}
END_TEST

/* ---- Slots ----------------------------------------------------------------- */

/* Two layers fill a slot side by side, the left one first; a third takes both. */
static void check_sides(size_t N, size_t I, size_t a, size_t b, size_t O)
{
    const float *x = lab_uniform(N * I, 1, 1.0f);
    const float *w[3] = { weights(I, a, 2, 0), weights(I, b, 3, 0),
                          weights(a + b, O, 4, 0) };
    const float *bias[2] = { lab_uniform(a, 5, 1.0f), lab_uniform(b, 6, 1.0f) };
    const double *wide = lab_widen(x, N * I);
    const double *left = dense(wide, w[0], bias[0], N, I, a, ACT_TANH);
    const double *right = dense(wide, w[1], bias[1], N, I, b, ACT_LEAKY_RELU);
    double *both = lab_doubles(N * (a + b));
    for (size_t i = 0; i < N * (a + b); i++) {
        const size_t row = i / (a + b), j = i % (a + b);
        both[i] = j < a ? left[row * a + j] : right[row * b + j - a];
    }
    const double *want = dense(both, w[2], NULL, N, a + b, O, ACT_LINEAR);
    const egad_slot in = take(I + O), hidden = reserve(a + b), y = reserve(O);
    CHECK_OK(egad_mlp_dense(mlp, hidden, in, w[0], bias[0], I, a, ACT_TANH, SLOPE, 0));
    CHECK_OK(egad_mlp_dense(mlp, egad_mlp_columns(hidden, a), in, w[1], bias[1], I, b,
                            ACT_LEAKY_RELU, SLOPE, 0));
    CHECK_OK(egad_mlp_dense(mlp, y, hidden, w[2], NULL, a + b, O, ACT_LINEAR, SLOPE, 0));
    compare(y, egad_mlp_columns(in, I), O);
    check("side by side", TOLERANCE_ACTIVATION,
          launch(beside(x, I, want, O, N), N, I + O), want, N, O);
}

START_TEST(side_by_side)
{
    static const size_t lefts[] = { 1, 15, 17, 31, 32, 33, 47, 49, 121 };
    static const size_t rights[] = { 1, 5, 16, 40, 128 };
    for (size_t i = 0; i < sizeof lefts / sizeof *lefts; i++)
        for (size_t j = 0; j < sizeof rights / sizeof *rights; j++) {
            start(_i);
            check_sides(27, 9, lefts[i], rights[j], 1 + (i * 7 + j) % 40);
        }
}
END_TEST

/* A layer fills whole panels, inside its slot: one filled before it, and reserved before
 * or behind it, keeps what it has. */
START_TEST(neighbours)
{
    enum { N = 53, I = 5 };
    for (size_t k = 0; k < SIDES; k++)
        for (int behind = 0; behind < 2; behind++) {
            const size_t O = sides[k];
            start(_i);
            const float *x = lab_uniform(N * I, 1, 1.0f), one = 1.0f;
            const egad_slot in = take(I), first = reserve(behind ? O : 1),
                            last = reserve(behind ? 1 : O);
            const egad_slot y = behind ? first : last, kept = behind ? last : first;
            CHECK_OK(
                egad_mlp_dense(mlp, kept, in, &one, NULL, 1, 1, ACT_LINEAR, SLOPE, 0));
            CHECK_OK(egad_mlp_dense(mlp, y, in, weights(I, O, 2, 0), NULL, I, O,
                                    ACT_LINEAR, SLOPE, 0));
            CHECK_OK(egad_mlp_distance(mlp, kept, in, 1, SUM, -1));
            lab_same("kept", column(launch(x, N, I), N, SUM), lab_floats(N), N);
        }
}
END_TEST

/* What is released is given again; only the most that was reserved at once counts. */
START_TEST(stack)
{
    start(_i);
    const egad_slot first = reserve(40), second = reserve(7);
    egad_mlp_release(mlp, second);
    const egad_slot third = reserve(100), fourth = reserve(1);
    ck_assert_uint_eq(third.at, second.at);
    ck_assert_uint_ge(second.at, first.at + first.stride);
    ck_assert_uint_ge(fourth.at, third.at + third.stride);
    ck_assert_uint_ge(first.stride, 64);
    ck_assert_uint_eq(egad_mlp_columns(third, 3).at, third.at);
    ck_assert_uint_eq(egad_mlp_columns(egad_mlp_columns(third, 3), 4).first, 7);
    egad_mlp_release(mlp, first);
    ck_assert_uint_eq(reserve(1).at, first.at);
}
END_TEST

/* ---- Chains ---------------------------------------------------------------- */

enum { X = 19, H = 45, Z = 33, F = 21 };

/* The numbers of a chain. */
typedef struct {
    const float *w[4], *b[3], *mean, *fit;
} parts;

static parts draw(void)
{
    float *fit = lab_uniform(3 * X, 19, 2.0f);
    for (size_t j = 0; j < X; j++)
        fit[2 * X + j] = j % 2 ? 1.0f : 0.0f;
    return (parts){ .w = { weights(X, H, 11, 0), weights(H, Z, 12, 0),
                           weights(Z, F, 13, 0), weights(2 * F, 2 * F, 14, 1) },
                    .b = { lab_uniform(H, 15, 1.0f), lab_uniform(Z, 16, 1.0f),
                           lab_uniform(F, 17, 1.0f) },
                    .mean = lab_uniform(2 * F, 18, 1.0f),
                    .fit = fit };
}

/* Steps as a score has them, on slots that are released and taken again. */
static void build(void)
{
    const parts p = draw();
    const egad_slot x = reserve(X), real = reserve(F), fake = reserve(F);
    CHECK_OK(egad_mlp_input(mlp, x, p.fit, X, 8.0f));
    /* The most columns at once are in use here, and not at the end. */
    const egad_slot h = egad_mlp_columns(reserve(300), 200), z = reserve(Z);
    CHECK_OK(egad_mlp_dense(mlp, h, x, p.w[0], p.b[0], X, H, ACT_LEAKY_RELU, SLOPE, 0));
    CHECK_OK(egad_mlp_dense(mlp, z, h, p.w[1], p.b[1], H, Z, ACT_TANH, SLOPE, 0));
    CHECK_OK(egad_mlp_dense(mlp, real, z, p.w[2], p.b[2], Z, F, ACT_RELU, SLOPE, 0));
    CHECK_OK(egad_mlp_sigma(mlp, egad_mlp_columns(z, 5), TERM_SIGMA));
    egad_mlp_release(mlp, h);
    const egad_slot again = reserve(Z); /* over what was h */
    ck_assert_uint_eq(again.at, h.at);
    CHECK_OK(egad_mlp_dense(mlp, again, egad_mlp_columns(x, 2), p.w[1], NULL, X - 2, Z,
                            ACT_SIGMOID, SLOPE, 0));
    CHECK_OK(
        egad_mlp_dense(mlp, fake, again, p.w[2], p.b[2], Z, F, ACT_LINEAR, SLOPE, 0));
    CHECK_OK(egad_mlp_distance(mlp, real, fake, F, TERM_FM, TERM_L1));
    egad_mlp_release(mlp, again);
    const egad_slot e = reserve(2 * F), white = reserve(2 * F);
    CHECK_OK(egad_mlp_evidence(mlp, e, real, fake, F, p.mean));
    CHECK_OK(
        egad_mlp_dense(mlp, white, e, p.w[3], NULL, 2 * F, 2 * F, ACT_LINEAR, SLOPE, 1));
    CHECK_OK(egad_mlp_distance(mlp, white, nowhere, F, -1, TERM_FEATURES));
    CHECK_OK(egad_mlp_distance(mlp, white, nowhere, 2 * F, -1, TERM_EVIDENCE));
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
    const double *h = dense(x, p.w[0], p.b[0], N, X, H, ACT_LEAKY_RELU);
    const double *z = dense(h, p.w[1], p.b[1], N, H, Z, ACT_TANH);
    const double *real = dense(z, p.w[2], p.b[2], N, Z, F, ACT_RELU);
    const double *again = dense(part, p.w[1], NULL, N, X - 2, Z, ACT_SIGMOID);
    const double *fake = dense(again, p.w[2], p.b[2], N, Z, F, ACT_LINEAR);
    for (size_t i = 0; i < N * F; i++) {
        const size_t row = i / F, j = i % F;
        const double d = real[i] - fake[i];
        out[row * TERMS + TERM_FM] += fabs(d);
        out[row * TERMS + TERM_L1] += d * d;
        e[row * 2 * F + j] = real[i] - (double)p.mean[j];
        e[row * 2 * F + F + j] = d - (double)p.mean[F + j];
    }
    const double *white = dense(e, p.w[3], NULL, N, 2 * F, 2 * F, ACT_LINEAR);
    for (size_t i = 0; i < N * 2 * F; i++) {
        double *t = out + i / (2 * F) * TERMS;
        t[TERM_FEATURES] += i % (2 * F) < F ? white[i] * white[i] : 0.0;
        t[TERM_EVIDENCE] += white[i] * white[i];
    }
    for (size_t i = 0; i < N; i++)
        out[i * TERMS + TERM_SIGMA] = ref_cross_entropy(z[i * Z + 5], 1.0);
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
        if (k == TERM_SIGMA_REBUILT)
            check_untouched(got, N, k);
        else
            lab_near(TOLERANCE_SCORE, what, column(got, N, k), of_k, N);
    }
}

/* Blocks of rows, whole and broken, fewer and more than there are groups; and each row
 * has the same bits whatever the number of rows. */
START_TEST(rows)
{
    static const size_t numbers[] = { 1,  5,  6,  7,  11, 12, 13, 14,  24,   25,
                                      26, 27, 38, 39, 51, 52, 53, 100, 2000, 5003 };
    enum { MOST = 5003 };
    static float all[MOST * TERMS];
    for (size_t k = sizeof numbers / sizeof *numbers; k-- > 0;) {
        const size_t N = numbers[k];
        start(_i);
        build();
        const float *x = lab_uniform(MOST * X, 20, 30.0f), *got = launch(x, N, X);
        check_terms(got, truth(x, N), N);
        if (N == MOST)
            memcpy(all, got, sizeof all);
        lab_same("rows", got, all, N * TERMS);
    }
}
END_TEST

/* Groups that run at the same time do not meet: equal rows score the same, however many
 * others there are. */
START_TEST(many_rows)
{
    enum { SOME = 100, MANY = 100000 };
    start(_i);
    build();
    const float *x = lab_uniform(SOME * X, 23, 30.0f);
    float *all = lab_floats(MANY * X);
    for (size_t i = 0; i < MANY; i++)
        memcpy(all + i * X, x + i % SOME * X, X * sizeof *all);
    launch(all, MANY, X);
    for (int times = 0; times < 10; times++) {
        lab_run(plan);
        const float *got = lab_read(terms);
        check_terms(got, truth(x, SOME), SOME);
        for (size_t i = SOME; i < MANY; i += SOME)
            lab_same("equal rows", got + i * TERMS, got, SOME * TERMS);
    }
}
END_TEST

/* The same plan again, and a plan of its own: the same bits. */
START_TEST(two_runs)
{
    enum { N = 333 };
    float first[N * TERMS];
    for (int times = 0; times < 2; times++) {
        start(_i);
        build();
        const float *got = launch(lab_uniform(N * X, 20, 30.0f), N, X);
        if (times == 0)
            memcpy(first, got, sizeof first);
        lab_same("other plan", got, first, N * TERMS);
        float *cleared = lab_floats(N * TERMS);
        for (size_t i = TERM_SIGMA_REBUILT; i < N * TERMS; i += TERMS)
            cleared[i] = mark;
        for (int again = 0; again < 3; again++) {
            CHECK_OK(egad_tensor_write(lab, egad_tensor_rows(terms, 0, N), cleared));
            lab_run(plan);
            lab_same("again", lab_read(terms), first, N * TERMS);
        }
    }
}
END_TEST

/* NaN is seen, in its row only, whatever layers it goes through. */
START_TEST(nan_is_seen)
{
    enum { N = 53, I = 37, O = 35 };
    static const size_t broken[] = { 0, 11, 12, 13, 25, 26, 52 };
    for (int act = ACT_LINEAR; act <= ACT_SIGMOID; act++)
        for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
            const float *got[2];
            float *x = NULL, clean[N * TERMS];
            for (int with = 0; with < 2; with++) {
                start(_i);
                x = lab_uniform(N * I, 1, 1.0f);
                float *fit = lab_uniform(3 * I, 2, 1.0f), *mean = lab_floats(2 * O);
                if (with) /* among vectors, and among what is left over */
                    x[broken[k] * I + (k % 2 ? 3 : I - 1)] = NAN;
                const egad_slot in = reserve(I), y = reserve(O), e = reserve(2 * O);
                CHECK_OK(egad_mlp_input(mlp, in, fit, I, 8.0f));
                CHECK_OK(egad_mlp_dense(mlp, y, in, weights(I, O, 3, 0), NULL, I, O, act,
                                        SLOPE, 0));
                CHECK_OK(egad_mlp_evidence(mlp, e, y, y, O, mean));
                CHECK_OK(egad_mlp_distance(mlp, in, nowhere, I, 0, 1));
                CHECK_OK(egad_mlp_distance(mlp, y, in, O, 2, -1));
                CHECK_OK(egad_mlp_sigma(mlp, egad_mlp_columns(y, O - 1), 3));
                CHECK_OK(egad_mlp_distance(mlp, e, nowhere, 2 * O, 4, 5));
                got[with] = launch(x, N, I);
                if (!with)
                    memcpy(clean, got[0], sizeof clean);
            }
            for (size_t i = 0; i < N * TERMS; i++)
                ck_assert_msg(i / TERMS == broken[k]
                                  ? isnan(got[1][i])
                                  : memcmp(&got[1][i], &clean[i], sizeof *clean) == 0,
                              "activation %d, term %zu of row %zu: %g", act, i % TERMS,
                              i / TERMS, (double)got[1][i]);
        }
}
END_TEST

/* ---- Other rows ------------------------------------------------------------ */

/* Any number of rows, in the device's memory or the caller's, at any float of it. */
START_TEST(rebind)
{
    enum { MOST = 90, GUARD = 40, SIZE = MOST * X + 2 * GUARD, DEVICE = 19 };
    static const size_t numbers[] = { 1, 12, 13, 25, 26, 27, 53, 89, MOST };
    start(_i);
    build();
    launch(lab_uniform(MOST * X, 21, 30.0f), MOST, X);
    float *marks = lab_floats((MOST + BESIDE) * TERMS);
    for (size_t i = 0; i < (MOST + BESIDE) * TERMS; i++)
        marks[i] = mark;
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
            CHECK_OK(egad_tensor_write(lab, terms, marks));
            if (shift == DEVICE)
                other = lab_tensor(N, X, 0, x);
            else
                CHECK_OK(egad_tensor_wrap(&other, lab, own + GUARD + shift, N, X));
            CHECK_OK(egad_mlp_rebind(plan, other));
            lab_run(plan);
            lab_same("the rows", lab_read(other), x, N * X);
            if (shift != DEVICE)
                egad_tensor_free(&other);
            lab_same("own memory", own, before, SIZE);
            const float *got = lab_read(terms);
            check_terms(got, truth(x, N), N);
            lab_same("beyond", got + N * TERMS, marks, (MOST + BESIDE - N) * TERMS);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mlp");
    TCase *tests = support_case(suite, begin, end);
    tcase_add_loop_test(tests, scaled, 0, 2);
    tcase_add_loop_test(tests, clip, 0, 2);
    tcase_add_loop_test(tests, layers, 0, 2);
    tcase_add_loop_test(tests, triangular, 0, 2);
    tcase_add_loop_test(tests, extremes, 0, 2);
    tcase_add_loop_test(tests, distance, 0, 2);
    tcase_add_loop_test(tests, sigma, 0, 2);
    tcase_add_loop_test(tests, evidence, 0, 2);
    tcase_add_loop_test(tests, side_by_side, 0, 2);
    tcase_add_loop_test(tests, neighbours, 0, 2);
    tcase_add_loop_test(tests, stack, 0, 2);
    tcase_add_loop_test(tests, rows, 0, 2);
    tcase_add_loop_test(tests, many_rows, 0, 2);
    tcase_add_loop_test(tests, two_runs, 0, 2);
    tcase_add_loop_test(tests, nan_is_seen, 0, 2);
    tcase_add_loop_test(tests, rebind, 0, 2);
    return lab_main(suite);
}
