/* Graphs: a model that no shipped one resembles, whose gradients are compared with
 * central differences of its losses, computed value by value from the tables; and the
 * same model from training to files, scores and explanations. */
#include "detector/score.h"
#include "detector/train.h"
#include "egad.h"

#include "lab.h"
#include "models/layers.h"
#include "twin.h"

#include <math.h>

enum { SEED = 5, COLUMNS = 9 };

/* ---- The model: three networks, two steps, four kinds of use of a value ---------- */

/* clang-format off */
static const egad_layer code[] = {
  { Dense, 7,    NO_BN, Tanh,      0.0f, PLAIN },
  { Dense, 5,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer back[] = {
  { Dense, 6,    NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense, AS_X, NO_BN, Tanh,      0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer left[]  = { { Dense, 4, NO_BN, Tanh,      0.0f, PLAIN }, END_OF_TABLE };
static const egad_layer right[] = { { Dense, 3, NO_BN, LeakyReLU, 0.0f, PLAIN }, END_OF_TABLE };
static const egad_layer both[] = {
  { Dense, 8,    NO_BN, Sigmoid,   0.0f, PLAIN },
  { Dense, 2,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
/* clang-format on */

enum { A, B, C };
static const egad_network networks[] = {
    [A] = { "coder", { OF_X }, { { code, { INPUT(0) }, NULL } } },
    [B] = { "back", { OF_Z }, { { back, { INPUT(0) }, NULL } } },
    [C] = { "pair",
            { OF_X, OF_Z },
            { { left, { INPUT(0) }, "left" },
              { right, { INPUT(1) }, "right" },
              { both, { SECTION(0), SECTION(1) }, "both" } } },
    { .name = NULL },
};

enum { X, Z, CODE, BACK, AGAIN, MADE, SEEN, OTHER, FIRST, LAST };
static const egad_value values[] = {
    [X] = Rows("x"),
    [Z] = Noise("z"),
    [CODE] = Output("A(x)", A, X),
    [BACK] = Output("B(A(x))", B, CODE),
    [AGAIN] = Output("A(B(A(x)))", A, BACK),
    [MADE] = Output("B(z)", B, Z),
    [SEEN] = Output("C(B(A(x)), A(x))", C, BACK, CODE),
    [OTHER] = Output("C(B(z), z)", C, MADE, Z),
    [FIRST] = Part("A(x), first", CODE, 0, 2),
    [LAST] = Part("A(B(A(x))), last", AGAIN, 3, 2),
    { .name = NULL },
};
static const egad_step steps[] = {
    { .name = "C",
      .loss = { { "apart",
                  LOSS_SQUARES,
                  { SEEN, OTHER },
                  .weight = -0.5f,
                  .shown = "c" } },
      .moves = 1u << C },
    { .name = "A and B",
      .loss = { { "rebuilt", LOSS_DISTANCE, { X, BACK }, .shown = "a" },
                { "cycle", LOSS_SQUARES, { CODE, AGAIN }, .weight = 2.0f, .shown = "a" },
                { "fooled",
                  LOSS_DISTANCE,
                  { SEEN, OTHER },
                  .weight = 0.3f,
                  .shown = "b" },
                { "parts", LOSS_SQUARES, { FIRST, LAST }, .shown = "b" } },
      .moves = 1u << A | 1u << B },
    { .name = NULL },
};
enum { ERROR, CYCLE };
static const egad_term terms[] = {
    [ERROR] = { .name = "error", .kind = TERM_DISTANCE, .of = { X, BACK } },
    [CYCLE] = { .name = "cycle", .kind = TERM_DISTANCE, .of = { CODE, AGAIN } },
    { .name = NULL },
};
static const egad_score scores[] = {
    { .name = "sum",
      .combination = WEIGHTED,
      .terms = { "cycle", "error" },
      .help = "both" },
    { .name = "alone", .combination = ALONE, .terms = { "error" }, .help = "one" },
    { .name = "mean",
      .combination = COMBINED,
      .terms = { "error", "cycle" },
      .help = "standardised" },
    { .name = NULL },
};
static const egad_model cycle = { .name = "cycle",
                                  .z_dim = 5,
                                  .networks = networks,
                                  .values = values,
                                  .steps = steps,
                                  .rebuilt = BACK,
                                  .latent = CODE,
                                  .generated = MADE,
                                  .slope = 0.1f,
                                  .recipes = egad_recipes_tables,
                                  .terms = terms,
                                  .scores = scores };

/* ---- Gradients ----------------------------------------------------------------------
 */

START_TEST(gradients)
{
    static const char *const engines[] = { "rows", "plain" };
    for (int e = 0; e < 2; e++) {
        twin s = { .N = 6 + (size_t)e };
        egad_train *t;
        lab_engine(engines[e]);
        egad_detector *d = twin_build(&s, &cycle, COLUMNS, SEED);
        const float *x = lab_uniform(s.N * COLUMNS, 1, 0.9f),
                    *z = lab_uniform(s.N * 5, 2, 1.0f);
        s.x = lab_widen(x, s.N * COLUMNS);
        s.z = lab_widen(z, s.N * 5);
        CHECK_OK(egad_train_new(&t, d, s.N, 0, NULL, NULL, 0));
        ck_assert_ptr_eq(t->backend, &egad_train_launch);
        CHECK_OK(egad_train_set_clock(t, 0));
        CHECK_OK(egad_tensor_write(lab, t->batch[X], x));
        CHECK_OK(egad_tensor_write(lab, t->batch[Z], z));
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

/* Batches: B's two uses are one, A's are not, as one is computed from the other. */
START_TEST(batches)
{
    twin s = { 0 };
    egad_graph *g;
    egad_detector *d = twin_build(&s, &cycle, COLUMNS, SEED);
    CHECK_OK(egad_graph_new(&g, &cycle, d->network, COLUMNS));
    ck_assert_int_eq(g->producer[BACK], g->producer[MADE]);
    ck_assert_int_eq(g->producer[SEEN], g->producer[OTHER]);
    ck_assert_int_ne(g->producer[CODE], g->producer[AGAIN]);
    ck_assert_int_lt(g->producer[CODE], g->producer[BACK]);
    ck_assert_int_lt(g->producer[BACK], g->producer[AGAIN]);
    ck_assert_int_eq(g->losses, 5);
    free(g);
    egad_detector_free(d);
}
END_TEST

/* A step that moves a network that none of its losses depends on. */
START_TEST(no_gradient)
{
    static const egad_step wrong[] = {
        { .name = "A",
          .loss = { { "rebuilt", LOSS_DISTANCE, { X, BACK }, .shown = "a" } },
          .moves = 1u << C },
        { .name = NULL },
    };
    egad_model model = cycle;
    twin s = { 0 };
    egad_graph *g;
    egad_detector *d = twin_build(&s, &cycle, COLUMNS, SEED);
    model.steps = wrong;
    CHECK_FAILS(egad_graph_new(&g, &model, d->network, COLUMNS), ARGUMENT,
                "model cycle, step A: no loss depends on the pair");
    ck_assert_ptr_null(g);
    egad_detector_free(d);
}
END_TEST

/* ---- From a table to scores ------------------------------------------------------- */

enum { TRAINING = 120, ROWS = 30, EPOCHS = 30 };

/* Rows with structure: some columns follow from the others. */
static egad_dataset *make_rows(void)
{
    egad_dataset *data;
    const float *t = lab_uniform(TRAINING * 3, 70, 1.5f);
    CHECK_OK(egad_dataset_new(&data, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    for (size_t i = 0; i < TRAINING * COLUMNS; i++)
        data->x[i] = sinf(t[i / COLUMNS * 3 + i % 3] * (float)(1 + i % COLUMNS / 3));
    return data;
}

static double distance(const twin *s, int a, int b, size_t row)
{
    const size_t n = twin_width(s, a);
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        sum += fabs(twin_value(s, a)[row * n + j] - twin_value(s, b)[row * n + j]);
    return sum;
}

/* Scores of the model's table, by what the tables say. */
static void check_scores(const twin *s, egad_detector *d, const egad_dataset *data)
{
    const egad_calibration *c = &d->calibration;
    float got[3][ROWS];
    double want[3][ROWS];
    const egad_scoring how[] = { EGAD_SCORING("sum", 0.3), EGAD_SCORING("alone", 0.3),
                                 EGAD_SCORING("mean", 0.3) };
    for (size_t i = 0; i < ROWS; i++) {
        const double error = distance(s, X, BACK, i), again = distance(s, CODE, AGAIN, i);
        want[0][i] = 0.3 * again + 0.7 * error;
        want[1][i] = error;
        want[2][i] =
            ((log(error + 1e-12) - c->mean_log[ERROR]) / c->deviation_log[ERROR] +
             (log(again + 1e-12) - c->mean_log[CYCLE]) / c->deviation_log[CYCLE]) /
            2.0;
    }
    for (int k = 0; k < 3; k++) {
        CHECK_OK(egad_score_rows(d, data->x, ROWS, &how[k], got[k]));
        lab_near(TOLERANCE_SCORE, how[k].score, got[k], want[k], ROWS);
    }
}

/* Explanations: the reconstruction B(A(x)) and the code A(x). */
static void check_explained(const twin *s, egad_detector *d, const egad_dataset *data)
{
    float residual[ROWS * COLUMNS], latent[ROWS * 5], *rows = lab_floats(ROWS * COLUMNS);
    double want[ROWS * COLUMNS];
    const egad_explanation to =
        EGAD_SIZED(egad_explanation, .residual = residual, .latent = latent);
    CHECK_OK(egad_explain_rows(d, data->x, ROWS, NULL, &to));
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        want[i] = s->x[i] - twin_value(s, BACK)[i];
    lab_near(TOLERANCE_SCORE, "residual", residual, want, ROWS * COLUMNS);
    lab_near(TOLERANCE_SCORE, "code", latent, twin_value(s, CODE), ROWS * 5);
    CHECK_OK(egad_generate_rows(d, NULL, SEED, ROWS, rows));
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        ck_assert(isfinite(rows[i]));
}

START_TEST(whole)
{
    char folder[64], path[128], *text;
    float scored[2][ROWS];
    twin s = { .N = ROWS };
    egad_detector *d, *loaded;
    support_folder(folder);
    snprintf(path, sizeof path, "%s/cycle.h5", folder);
    lab_engine(_i ? "plain" : "rows");
    CHECK_FAILS(egad_detector_new(&d, lab, make_rows(),
                                  &EGAD_SIZED(egad_detector_options, .model = "cycle")),
                ARGUMENT, "there is no model 'cycle'");
    egad_detector_add_model(&cycle);
    egad_dataset *data = make_rows();
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = "cycle",
                                           .epochs = EPOCHS, .lr = 1e-3, .seed = SEED)));
    CHECK_OK(egad_train_run(d, data, NULL));
    const egad_detector_info info = egad_detector_describe(d);
    ck_assert_str_eq(info.networks[2], "pair");
    ck_assert_str_eq(info.losses[1], "a");
    ck_assert_str_eq(info.rebuilt, "B(A(x))");
    ck_assert(info.history[EPOCHS - 1].loss[1] < info.history[0].loss[1]);
    CHECK_OK(egad_score_calibrate(d, data));
    CHECK_OK(egad_threshold_measure(d, data, NULL));
    float *x = lab_floats(ROWS * COLUMNS);
    egad_detector_scale_rows(d, x, data->x, ROWS);
    s.d = d;
    s.x = lab_widen(x, ROWS * COLUMNS);
    for (int k = 0; k < 3; k++)
        s.w[k] = lab_widen(lab_read(d->network[k]->ema), d->network[k]->ema.c);
    check_scores(&s, d, data);
    check_explained(&s, d, data);
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&loaded, lab, path));
    CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, scored[0]));
    CHECK_OK(egad_score_rows(loaded, data->x, ROWS, NULL, scored[1]));
    lab_same("a loaded model", scored[0], scored[1], ROWS);
    CHECK_OK(egad_detector_print(loaded, &text));
    ck_assert_ptr_nonnull(strstr(text, "error         |x - B(A(x))|"));
    free(text);
    egad_detector_free(loaded);
    egad_detector_free(d);
    egad_detector_add_model(NULL);
    CHECK_FAILS(egad_checkpoint_load(&loaded, lab, path), ARGUMENT, "no model 'cycle'");
    egad_dataset_free(data);
    lab_engine("");
    support_remove(folder);
    lab_end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("graph");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, batches);
    tcase_add_test(tests, no_gradient);
    tcase_add_loop_test(tests, whole, 0, 2);
    return lab_main(suite);
}
