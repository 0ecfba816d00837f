/* Tied layers, gates and noise as wide as rows: an energy as models/kdd_dsebm.c has one,
 * of three layers of odd widths, one of them tied as it is, with an activation after a
 * transposed kernel.  Gradients are compared with central differences, which know of one
 * kernel where the device has several; terms by every back end with the twin. */
#include "detector/encode.h"
#include "detector/train.h"
#include "net/tie.h"

#include "lab.h"
#include "models/layers.h"
#include "twin.h"

#include <math.h>

enum { SEED = 4, COLUMNS = 7, FIRST = 5, SECOND = 3, ROWS = 21 };

/* ---- The model -------------------------------------------------------------------- */

enum { UP1, UP2, UP3, DOWN3, DOWN2, DOWN1, NETWORKS };

/* clang-format off */
static const egad_layer up1[] = { { Dense, FIRST,  NO_BN, SoftPlus, 0.0f, PLAIN }, END_OF_TABLE };
static const egad_layer up2[] = { { Dense, SECOND, NO_BN, SoftPlus, 0.0f, PLAIN }, END_OF_TABLE };
static const egad_layer up3[] = {
  { TransposeOf(UP2), FIRST, NO_BN, SoftPlus, 0.0f, PLAIN }, END_OF_TABLE
};
static const egad_layer down3[] = {
  { KernelOf(UP2), SECOND, NO_BN, Linear, 0.0f, NO_BIAS }, END_OF_TABLE
};
static const egad_layer down2[] = {
  { TransposeOf(UP2), FIRST, NO_BN, Linear, 0.0f, NO_BIAS }, END_OF_TABLE
};
static const egad_layer down1[] = {
  { TransposeOf(UP1), AS_X, NO_BN, Linear, 0.0f, FROM_MEAN }, END_OF_TABLE
};
/* clang-format on */

static const egad_network networks[] = {
    [UP1] = { "up1", { OF_X }, { { up1, { INPUT(0) }, NULL } } },
    [UP2] = { "up2", { FIRST }, { { up2, { INPUT(0) }, NULL } } },
    [UP3] = { "up3", { SECOND }, { { up3, { INPUT(0) }, NULL } } },
    [DOWN3] = { "down3", { FIRST }, { { down3, { INPUT(0) }, NULL } } },
    [DOWN2] = { "down2", { SECOND }, { { down2, { INPUT(0) }, NULL } } },
    [DOWN1] = { "down1", { FIRST }, { { down1, { INPUT(0) }, NULL } } },
    { .name = NULL },
};

#define UP_AND_DOWN(first, x)                                                            \
    [(first) +                                                                           \
        H1] = Output("h1", UP1, x),                                                      \
        [(first) + H2] = Output("h2", UP2, (first) + H1),                                \
        [(first) + H3] = Output("h3", UP3, (first) + H2),                                \
        [(first) + U3] = Function("u3", FUNCTION_GATE, (first) + H3),                    \
        [(first) + V2] = Output("v2", DOWN3, (first) + U3),                              \
        [(first) + U2] = Function("u2", FUNCTION_GATED, (first) + V2, (first) + H2),     \
        [(first) + V1] = Output("v1", DOWN2, (first) + U2),                              \
        [(first) + U1] = Function("u1", FUNCTION_GATED, (first) + V1, (first) + H1),     \
        [(first) + F] = Output("f", DOWN1, (first) + U1)

enum { H1, H2, H3, U3, V2, U2, V1, U1, F, CHAIN };
enum { X, NOISE, NOISY, ABOVE, CLEAN = ABOVE + CHAIN, ZERO = CLEAN + CHAIN, VISIBLE };
static const egad_value values[] = {
    [X] = Rows("x"),
    [NOISE] = NoiseAsX("n"),
    [NOISY] = Function("x~", FUNCTION_ADD, X, NOISE),
    UP_AND_DOWN(ABOVE, NOISY),
    UP_AND_DOWN(CLEAN, X),
    [ZERO] = Function("0", FUNCTION_ZERO, CLEAN + U1),
    [VISIBLE] = Output("b'", DOWN1, ZERO),
    { .name = NULL },
};
static const egad_step steps[] = {
    { .name = "energy",
      .loss = { { "squares", LOSS_SQUARES, { X, ABOVE + F }, .shown = "a" },
                { "mean",
                  LOSS_MEAN_SQUARES,
                  { X, ABOVE + F },
                  .weight = 0.5f,
                  .shown = "a" } },
      .moves = (1u << NETWORKS) - 1u },
    { .name = NULL },
};
enum { WELL, DEPTH, ROOT };
static const egad_term terms[] = {
    Term("well", TERM_HALF_SQUARES, X, VISIBLE),
    Term("depth", TERM_MINUS_SUM, CLEAN + H3),
    Term("root", TERM_ROOT, X, CLEAN + F),
    { .name = NULL },
};
static const egad_score scores[] = {
    { .name = "energy", .combination = SUM, .terms = { "well", "depth" }, .help = "E" },
    { .name = "root", .combination = ALONE, .terms = { "root" }, .help = "one" },
    { .name = NULL },
};
static const egad_model tied = { .name = "tied",
                                 .networks = networks,
                                 .values = values,
                                 .steps = steps,
                                 .rebuilt = CLEAN + F,
                                 .recipes = egad_recipes_tables,
                                 .terms = terms,
                                 .scores = scores };

/* ---- Gradients -------------------------------------------------------------------- */

/* The kernels of tied layers, and what Adam keeps of them, are those of their owners. */
static void check_tied(const egad_detector *d)
{
    for (size_t k = 0; k < d->networks; k++) {
        const egad_net *net = d->network[k];
        const egad_net_layer *l = net->layer;
        if (l->owner < 0)
            continue;
        const egad_net *of = d->network[l->owner];
        const egad_tensor mine[] = { net->w, net->ema, net->m, net->v, net->g },
                          theirs[] = { of->w, of->ema, of->m, of->v, of->g };
        for (int t = 0; t < 5; t++) {
            const float *a = lab_read(egad_net_kernel(l, mine[t])),
                        *b = lab_read(egad_net_kernel(of->layer, theirs[t]));
            for (size_t i = 0; i < l->I * l->O; i++) {
                const size_t j = l->transposes ? i % l->O * l->I + i / l->O : i;
                ck_assert_msg(a[i] == b[j], "%s, buffer %d", net->name, t);
            }
        }
    }
}

static egad_train *trainer(twin *s, egad_detector *d)
{
    egad_train *t;
    const float *x = lab_uniform(s->N * COLUMNS, 1, 0.9f),
                *z = lab_uniform(s->N * COLUMNS, 2, 1.5f);
    s->x = lab_widen(x, s->N * COLUMNS);
    s->z = lab_widen(z, s->N * COLUMNS);
    CHECK_OK(egad_train_new(&t, d, s->N, 0, NULL, NULL, 0));
    CHECK_OK(egad_train_set_clock(t, 0));
    CHECK_OK(egad_tensor_write(lab, t->batch[X], x));
    CHECK_OK(egad_tensor_write(lab, t->batch[NOISE], z));
    return t;
}

START_TEST(gradients)
{
    static const char *const engines[] = { "rows", "plain", "tiles" };
    for (int e = 0; e < 3; e++) {
        twin s = { .N = 6 + (size_t)e };
        float rates[RING];
        lab_engine(engines[e]);
        lab_pretend(e < 2);
        egad_detector *d = twin_build(&s, &tied, COLUMNS, SEED);
        egad_train *t = trainer(&s, d);
        CHECK_OK(egad_plan_run(t->step[0].gradients));
        CHECK_OK(egad_device_finish(lab));
        const float *ring = lab_read(t->ring);
        for (int slot = 0; slot < 2; slot++) {
            const double want = twin_loss(&s, &steps[0].loss[slot]);
            lab_near(TOLERANCE_NET_LOSS, "loss", ring + slot, &want, 1);
        }
        for (int k = 0; k < NETWORKS; k++)
            twin_check(&s, 0, k);
        for (int i = 0; i < RING; i++)
            rates[i] = 1e-3f;
        CHECK_OK(egad_tensor_write(lab, t->rates, rates));
        for (int i = 0; i < 3; i++) {
            CHECK_OK(egad_plan_run(t->step[0].gradients));
            CHECK_OK(egad_plan_run(t->step[0].update));
        }
        CHECK_OK(egad_device_finish(lab));
        check_tied(d);
        const egad_net_layer *bare = d->network[DOWN2]->layer;
        const float *none =
            lab_read(egad_net_view(d->network[DOWN2]->w, bare->bias, bare->channels));
        for (size_t i = 0; i < bare->channels; i++)
            ck_assert(none[i] == 0.0f);
        egad_train_free(t);
        egad_detector_free(d);
        lab_end();
    }
    lab_engine("");
}
END_TEST

/* ---- Scores ----------------------------------------------------------------------- */

START_TEST(scoring)
{
    twin s = { .N = ROWS };
    double want[3][ROWS] = { { 0 } };
    egad_detector *d = twin_build(&s, &tied, COLUMNS, SEED);
    const float *x = lab_uniform(ROWS * COLUMNS, 1, 1.5f);
    s.x = lab_widen(x, ROWS * COLUMNS);
    const double *visible = twin_value(&s, VISIBLE), *h = twin_value(&s, CLEAN + H3),
                 *squares = twin_rows(&s, LOSS_SQUARES, terms[ROOT].of);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            const double v =
                s.x[i * COLUMNS + j] -
                s.w[DOWN1][d->network[DOWN1]->layer->bias + j]; /* b' is that bias */
            ck_assert(fabs(v + visible[i * COLUMNS + j] - s.x[i * COLUMNS + j]) < 1e-12);
            want[WELL][i] += v * v / 2.0;
        }
        for (size_t j = 0; j < FIRST; j++)
            want[DEPTH][i] -= h[i * FIRST + j];
        want[ROOT][i] = sqrt(squares[i]);
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

/* f is x less the slope of the energy, by differences of the energy. */
START_TEST(slope)
{
    const double step = 1e-5;
    twin s = { .N = 1 };
    egad_detector *d = twin_build(&s, &tied, COLUMNS, SEED);
    s.x = lab_widen(lab_uniform(COLUMNS, 1, 1.5f), COLUMNS);
    const double *f = twin_value(&s, CLEAN + F),
                 *b = s.w[DOWN1] + d->network[DOWN1]->layer->bias;
    for (size_t j = 0; j < COLUMNS; j++) {
        const double x = s.x[j];
        double energy[2] = { 0.0, 0.0 };
        for (int k = 0; k < 2; k++) {
            s.x[j] = x + (k ? -step : step);
            const double *h = twin_value(&s, CLEAN + H3);
            for (size_t i = 0; i < COLUMNS; i++)
                energy[k] += (s.x[i] - b[i]) * (s.x[i] - b[i]) / 2.0;
            for (size_t i = 0; i < FIRST; i++)
                energy[k] -= h[i];
        }
        s.x[j] = x;
        ck_assert(fabs(x - (energy[0] - energy[1]) / (2.0 * step) - f[j]) < 1e-8);
    }
    egad_detector_free(d);
}
END_TEST

/* ---- Tables that contradict themselves --------------------------------------------- */

static egad_status build(const egad_model *model)
{
    const egad_schema no_schema = { 0 };
    egad_detector *d = NULL;
    egad_train *t = NULL;
    egad_status status =
        egad_detector_build(&d, lab, model, egad_recipes_tables,
                            (const size_t[]){ 1, 1, COLUMNS }, &no_schema, NULL, SEED);
    if (!status)
        status = egad_train_new(&t, d, 4, 0, NULL, NULL, 0);
    egad_train_free(t);
    egad_detector_free(d);
    return status;
}

START_TEST(contradictions)
{
    const egad_layer later[] = { { TransposeOf(DOWN1), FIRST, NO_BN, Linear, 0.0f,
                                   NO_BIAS },
                                 END_OF_TABLE },
                     wide[] = { { TransposeOf(UP2), 4, NO_BN, Linear, 0.0f, NO_BIAS },
                                END_OF_TABLE };
    egad_network changed[NETWORKS + 1];
    egad_step some[2] = { steps[0], steps[1] };
    egad_model model = tied;
    model.networks = changed;
    model.steps = some;
    memcpy(changed, networks, sizeof changed);
    CHECK_OK(build(&model));
    changed[DOWN2].section[0].layers = later;
    CHECK_FAILS(build(&model), ARGUMENT,
                "down2: layer dense1 has the kernel of network 5");
    changed[DOWN2].section[0].layers = wide;
    CHECK_FAILS(build(&model), ARGUMENT, "of 4 x 3");
    memcpy(changed, networks, sizeof changed);
    some[0].moves &= ~(1u << UP2);
    CHECK_FAILS(build(&model), ARGUMENT, "the up3 and the up2 share a kernel");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tied");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, scoring);
    tcase_add_test(tests, slope);
    tcase_add_test(tests, contradictions);
    return lab_main(suite);
}
