/* Functions without weights in a model's table: a model with every function and every
 * loss that shipped models of that kind have, on outputs of activations, on parts, and
 * with values that several losses and functions read.  Gradients are compared with
 * central differences; scores by every back end with the twin. */
#include "detector/encode.h"
#include "detector/train.h"

#include "device/rng.h"
#include "lab.h"
#include "models/layers.h"
#include "twin.h"

#include <math.h>

enum { SEED = 3, COLUMNS = 7, WIDE = 5, SAMPLES_OF_NOISE = 4, ROWS = 21 };

/* ---- The model -------------------------------------------------------------------- */

/* clang-format off */
static const egad_layer code[] = {
  { Dense, 6,    NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense, WIDE, NO_BN, Tanh,      0.0f, HEADS },
  END_OF_TABLE
};
static const egad_layer scale[] = { { Dense, WIDE, NO_BN, Linear, 0.0f, PLAIN }, END_OF_TABLE };
static const egad_layer back[] = {
  { Dense, 9,    NO_BN, Tanh,      0.0f, PLAIN },
  { Dense, AS_X, NO_BN, Linear,    0.0f, HEADS },
  END_OF_TABLE
};
/* clang-format on */

enum { A, S, B };
static const egad_network networks[] = {
    [A] = { "coder", { OF_X }, { { code, { INPUT(0) }, NULL } } },
    [S] = { "scale", { OF_X }, { { scale, { INPUT(0) }, NULL } } },
    [B] = { "back", { OF_Z }, { { back, { INPUT(0) }, NULL } } },
    { .name = NULL },
};

enum {
    X,
    NOISE,
    CODE,
    MEAN,
    BESIDE,
    SPREAD,
    DRAWN,
    OUT,
    CENTRE,
    LOGIT,
    SHARE,
    AGAIN,
    REBUILT,
    SOFT
};
static const egad_value values[] = {
    [X] = Rows("x"),
    [NOISE] = Noise("e"),
    [CODE] = Output("A(x)", A, X),
    [MEAN] = Part("mean", CODE, 0, WIDE),
    [BESIDE] = Part("beside", CODE, WIDE, WIDE),
    [SPREAD] = Output("S(x)", S, X),
    [DRAWN] = Function("z", FUNCTION_SAMPLE, MEAN, BESIDE, NOISE),
    [OUT] = Output("B(z)", B, DRAWN),
    [CENTRE] = Part("centre", OUT, 0, AS_X),
    [LOGIT] = Part("logit", OUT, AS_X, AS_X),
    [SHARE] = Function("share", FUNCTION_SIGMOID, LOGIT),
    [AGAIN] = Output("B(mean)", B, MEAN),
    [REBUILT] = Part("rebuilt", AGAIN, 0, AS_X),
    [SOFT] = Function("soft", FUNCTION_SIGMOID, SPREAD),
    { .name = NULL },
};
static const egad_step steps[] = {
    { .name = "all",
      .loss = { { "gaussian", LOSS_GAUSSIAN, { X, SHARE, LOGIT }, .shown = "a" },
                { "bernoulli",
                  LOSS_BERNOULLI,
                  { X, CENTRE },
                  .weight = 0.5f,
                  .shown = "a" },
                { "kl", LOSS_DIVERGENCE, { SPREAD, SOFT }, .weight = 2.0f, .shown = "b" },
                { "same", LOSS_SQUARES, { DRAWN, SOFT }, .shown = "b" },
                { "rebuilt", LOSS_DISTANCE, { X, REBUILT }, .shown = "b" } },
      .moves = 1u << A | 1u << S | 1u << B },
    { .name = "B",
      .loss = { { "alone", LOSS_GAUSSIAN, { X, CENTRE, SHARE }, .shown = "c" } },
      .moves = 1u << B },
    { .name = NULL },
};
enum { MEAN_OF, LOG_MEAN_OF, FLIP, DIVERGENCE, ROOT, DISTANCE };
static const egad_term terms[] = {
    { .name = "gaussian",
      .kind = TERM_GAUSSIAN,
      .of = { X, CENTRE, SHARE },
      .samples = SAMPLES_MEAN },
    { .name = "likely",
      .kind = TERM_GAUSSIAN,
      .of = { X, CENTRE, SHARE },
      .samples = SAMPLES_LOG_MEAN },
    { .name = "bernoulli",
      .kind = TERM_BERNOULLI,
      .of = { X, CENTRE },
      .samples = SAMPLES_MEAN },
    { .name = "kl", .kind = TERM_DIVERGENCE, .of = { MEAN, BESIDE } },
    { .name = "root", .kind = TERM_ROOT, .of = { X, REBUILT } },
    { .name = "l1", .kind = TERM_DISTANCE, .of = { X, REBUILT } },
    { .name = NULL },
};
static const egad_score scores[] = {
    { .name = "sum",
      .combination = SUM,
      .terms = { "gaussian", "kl", "root" },
      .help = "three terms" },
    { .name = "likely", .combination = ALONE, .terms = { "likely" }, .help = "one" },
    { .name = NULL },
};
static const egad_model drawn = { .name = "drawn",
                                  .z_dim = WIDE,
                                  .networks = networks,
                                  .values = values,
                                  .steps = steps,
                                  .rebuilt = REBUILT,
                                  .latent = MEAN,
                                  .slope = 0.1f,
                                  .samples = SAMPLES_OF_NOISE,
                                  .recipes = egad_recipes_tables,
                                  .terms = terms,
                                  .scores = scores };

/* ---- Gradients -------------------------------------------------------------------- */

START_TEST(gradients)
{
    static const char *const engines[] = { "rows", "plain" };
    for (int e = 0; e < 2; e++) {
        twin s = { .N = 6 + (size_t)e };
        egad_train *t;
        lab_engine(engines[e]);
        egad_detector *d = twin_build(&s, &drawn, COLUMNS, SEED);
        const float *x = lab_uniform(s.N * COLUMNS, 1, 0.9f),
                    *z = lab_uniform(s.N * WIDE, 2, 1.5f);
        s.x = lab_widen(x, s.N * COLUMNS);
        s.z = lab_widen(z, s.N * WIDE);
        CHECK_OK(egad_train_new(&t, d, s.N, 0, NULL, NULL, 0));
        CHECK_OK(egad_train_set_clock(t, 0));
        CHECK_OK(egad_tensor_write(lab, t->batch[X], x));
        CHECK_OK(egad_tensor_write(lab, t->batch[NOISE], z));
        for (int step = 0, slot = 0; step < 2; step++) {
            CHECK_OK(egad_plan_run(t->step[step].gradients));
            CHECK_OK(egad_device_finish(lab));
            const float *ring = lab_read(t->ring);
            for (const egad_loss *l = steps[step].loss; l->name; l++, slot++) {
                const double want = twin_loss(&s, l);
                lab_near(TOLERANCE_NET_LOSS, l->name, ring + slot, &want, 1);
            }
            for (int k = 0; k < 3; k++)
                if (steps[step].moves >> k & 1u)
                    twin_check(&s, step, k);
        }
        egad_train_free(t);
        egad_detector_free(d);
        lab_end();
    }
    lab_engine("");
}
END_TEST

/* ---- Scores ----------------------------------------------------------------------- */

/* Term k of the rows, by samples of noise that all rows share. */
static void add_samples(twin *s, double want[TERMS][ROWS])
{
    double mean[ROWS] = { 0 };
    for (int l = 0; l < SAMPLES_OF_NOISE; l++) {
        float noise[WIDE];
        egad_rng_noise(SEED, 0, (uint32_t)l, STREAM_SAMPLES, WIDE, noise);
        for (size_t i = 0; i < ROWS * WIDE; i++)
            s->z[i] = noise[i % WIDE];
        const double *g = twin_rows(s, LOSS_GAUSSIAN, terms[MEAN_OF].of),
                     *b = twin_rows(s, LOSS_BERNOULLI, terms[FLIP].of);
        for (size_t i = 0; i < ROWS; i++) {
            want[MEAN_OF][i] += g[i] / SAMPLES_OF_NOISE;
            want[FLIP][i] += b[i] / SAMPLES_OF_NOISE;
            mean[i] += exp(-g[i]) / SAMPLES_OF_NOISE;
        }
    }
    for (size_t i = 0; i < ROWS; i++)
        want[LOG_MEAN_OF][i] = -log(mean[i]);
}

START_TEST(scoring)
{
    twin s = { .N = ROWS };
    double want[TERMS][ROWS] = { { 0 } };
    egad_detector *d = twin_build(&s, &drawn, COLUMNS, SEED);
    const float *x = lab_uniform(ROWS * COLUMNS, 1, 1.5f);
    s.x = lab_widen(x, ROWS * COLUMNS);
    s.z = lab_doubles(ROWS * WIDE);
    add_samples(&s, want);
    const double *kl = twin_rows(&s, LOSS_DIVERGENCE, terms[DIVERGENCE].of),
                 *squares = twin_rows(&s, LOSS_SQUARES, terms[ROOT].of),
                 *l1 = twin_rows(&s, LOSS_DISTANCE, terms[DISTANCE].of);
    for (size_t i = 0; i < ROWS; i++) {
        want[DIVERGENCE][i] = kl[i];
        want[ROOT][i] = sqrt(squares[i]);
        want[DISTANCE][i] = l1[i];
    }
    for (int kind = 0; kind < LAB_KINDS; kind++) {
        lab_one_launch(kind);
        twin_check_terms(d, x, ROWS, want[0], ROWS, 1);
        twin_check_terms(d, x, ROWS, want[0], 4, 1);
    }
    for (int gpu = 0; gpu < 2; gpu++) {
        lab_pretend(!gpu);
        lab_engine("plain");
        twin_check_terms(d, x, ROWS, want[0], ROWS, 0);
        twin_check_terms(d, x, ROWS, want[0], 4, 0);
        lab_engine("");
    }
    egad_detector_free(d);
}
END_TEST

/* A network that reads noise on the way to a term, and a term of noise that does not
 * average over samples. */
START_TEST(noise_of_networks)
{
    static const egad_value noisy[] = {
        [X] = Rows("x"),
        [NOISE] = Noise("e"),
        [CODE] = Output("B(e)", B, NOISE),
        [MEAN] = Part("made", CODE, 0, AS_X),
        { .name = NULL },
    };
    static const egad_term of_noise[] = {
        { .name = "made",
          .kind = TERM_BERNOULLI,
          .of = { X, MEAN },
          .samples = SAMPLES_MEAN },
        { .name = NULL },
    };
    static const egad_term of_one[] = {
        { .name = "gaussian",
          .kind = TERM_GAUSSIAN,
          .of = { X, CENTRE, SHARE },
          .samples = SAMPLES_MEAN },
        { .name = "l1", .kind = TERM_DISTANCE, .of = { X, CENTRE } },
        { .name = NULL },
    };
    static const egad_score none[] = { { .name = NULL } };
    egad_model model = drawn;
    twin s = { 0 };
    egad_encode *e;
    egad_detector *d = twin_build(&s, &drawn, COLUMNS, SEED);
    d->model = &model;
    model.scores = none;
    model.terms = of_one;
    CHECK_FAILS(egad_encode_new(&e, d, INFER_TERMS, 1), ARGUMENT,
                "centre is computed from noise");
    CHECK_OK(egad_encode_new(&e, d, 1, 1));
    egad_encode_free(e);
    model.values = noisy;
    model.terms = of_noise;
    CHECK_FAILS(egad_encode_new(&e, d, INFER_TERMS, 1), ARGUMENT,
                "made is computed from noise");
    egad_detector_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("function");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, scoring);
    tcase_add_test(tests, noise_of_networks);
    return lab_main(suite);
}
