/* Graphs: a model that no shipped one resembles, whose gradients are compared with
 * central differences of its losses, computed value by value from the tables. */
#include "detector/train.h"

#include "lab.h"
#include "models/layers.h"
#include "ref_cpu.h"

#include <math.h>

enum { SEED = 5, COLUMNS = 9, MOST = 40 };

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
    [A] = { "coder", NO_ROLE, { OF_X }, { { code, { INPUT(0) }, NULL } } },
    [B] = { "back", NO_ROLE, { OF_Z }, { { back, { INPUT(0) }, NULL } } },
    [C] = { "pair",
            NO_ROLE,
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
static const egad_model cycle = { .name = "cycle",
                                  .z_dim = 5,
                                  .networks = networks,
                                  .values = values,
                                  .steps = steps,
                                  .slope = 0.1f };

/* ---- The twin: every value by itself ---------------------------------------------- */

typedef struct {
    const egad_detector *d;
    double *w[3], *x, *z;
    size_t N;
} subject;

static size_t width(const subject *s, int v)
{
    const egad_value *value = &values[v];
    const egad_net *net = s->d->network[value->network];
    return value->kind == VALUE_ROWS    ? s->d->columns
           : value->kind == VALUE_NOISE ? 5
           : value->kind == VALUE_PART  ? (size_t)value->columns
                                        : net->layer[net->n - 1].O;
}

/* a beside b. */
static double *beside(const double *a, size_t na, const double *b, size_t nb, size_t N)
{
    double *out = lab_doubles(N * (na + nb));
    for (size_t i = 0; i < N; i++) {
        memcpy(out + i * (na + nb), a + i * na, na * sizeof *out);
        memcpy(out + i * (na + nb) + na, b + i * nb, nb * sizeof *out);
    }
    return out;
}

/* (N, width): freed after the test. */
static const double *compute(const subject *s, int v)
{
    const egad_value *value = &values[v];
    const size_t n = width(s, v), N = s->N;
    if (value->kind == VALUE_ROWS || value->kind == VALUE_NOISE)
        return value->kind == VALUE_ROWS ? s->x : s->z;
    double *y = lab_doubles(N * n);
    const double *in = compute(s, value->from[0]);
    if (value->kind == VALUE_PART) {
        const size_t all = width(s, value->from[0]);
        for (size_t i = 0; i < N * n; i++)
            y[i] = in[i / n * all + (size_t)value->first + i % n];
        return y;
    }
    const egad_net *net = s->d->network[value->network];
    const double *w = s->w[value->network];
    if (value->network == C) {
        const size_t na = egad_net_outputs(net, 0), nb = egad_net_outputs(net, 1);
        double *a = lab_doubles(N * na), *b = lab_doubles(N * nb);
        ref_section(a, NULL, net, 0, w, in, N, 1, NULL);
        ref_section(b, NULL, net, 1, w, compute(s, value->from[1]), N, 1, NULL);
        in = beside(a, na, b, nb, N);
    }
    ref_section(y, NULL, net, (int)net->sections - 1, w, in, N, 1, NULL);
    return y;
}

static double loss_of(const subject *s, const egad_loss *loss)
{
    const double *a = compute(s, loss->of[0]), *b = compute(s, loss->of[1]);
    double sum = 0.0;
    for (size_t i = 0; i < s->N * width(s, loss->of[0]); i++)
        sum += loss->kind == LOSS_SQUARES ? pow(a[i] - b[i], 2.0) : fabs(a[i] - b[i]);
    return sum / (double)s->N;
}

/* What a step minimises. */
static double total(const subject *s, int step)
{
    double sum = 0.0;
    for (const egad_loss *loss = steps[step].loss; loss->name; loss++)
        sum += loss_of(s, loss) * (loss->weight != 0.0f ? (double)loss->weight : 1.0);
    return sum;
}

/* Some gradients of all parameters of network k. */
static void check_network(subject *s, int step, int k)
{
    const double h = 1e-6;
    const egad_net *net = s->d->network[k];
    const float *g = lab_read(net->g);
    egad_net_array arrays[NET_ARRAYS];
    for (size_t l = 0; l < net->n; l++)
        for (size_t a = egad_net_trained(&net->layer[l], arrays); a-- > 0;) {
            float got[MOST];
            double want[MOST], largest = 1e-3;
            size_t tried = 0;
            const size_t apart = arrays[a].n / MOST + 1;
            char what[96];
            for (size_t i = arrays[a].at; i < arrays[a].at + arrays[a].n; i += apart) {
                const double w = s->w[k][i];
                s->w[k][i] = w + h;
                const double above = total(s, step);
                s->w[k][i] = w - h;
                const double below = total(s, step);
                s->w[k][i] = w;
                got[tried] = g[i];
                want[tried] = (above - below) / (2.0 * h);
                largest = fmax(largest, fabs(want[tried++]));
            }
            snprintf(what, sizeof what, "step %s: gradient of %s/%s/%s", steps[step].name,
                     net->name, net->layer[l].name, arrays[a].name);
            lab_near_size(TOLERANCE_NET, what, got, want, tried, largest);
        }
}

static egad_detector *build(const egad_model *model, subject *s)
{
    const size_t shape[3] = { 1, 1, COLUMNS };
    const egad_schema no_schema = { 0 };
    egad_detector *d;
    CHECK_OK(egad_detector_build(&d, lab, model, egad_recipes_tables, shape, &no_schema,
                                 NULL, SEED));
    for (int k = 0; k < 3; k++) {
        egad_net *net = d->network[k];
        CHECK_OK(egad_net_initialise(net, lab, SEED, 10 * (unsigned)k, 0.0f));
        float *w = lab_read(net->w);
        for (size_t i = 0; i < net->n; i++) /* biases, too */
            memcpy(w + net->layer[i].bias,
                   lab_uniform(net->layer[i].channels, 50 + (unsigned)i, 0.3f),
                   net->layer[i].channels * sizeof *w);
        CHECK_OK(egad_tensor_write(lab, net->w, w));
        s->w[k] = lab_widen(w, net->w.c);
    }
    s->d = d;
    return d;
}

START_TEST(gradients)
{
    static const char *const engines[] = { "rows", "plain" };
    for (int e = 0; e < 2; e++) {
        subject s = { .N = 6 + (size_t)e };
        egad_train *t;
        lab_engine(engines[e]);
        egad_detector *d = build(&cycle, &s);
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
                const double want = loss_of(&s, l);
                lab_near(TOLERANCE_NET_LOSS, l->name, ring + slot, &want, 1);
            }
            for (int k = 0; k < 3; k++)
                if (steps[step].moves >> k & 1u)
                    check_network(&s, step, k);
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
    subject s = { 0 };
    egad_graph *g;
    egad_detector *d = build(&cycle, &s);
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
    subject s = { 0 };
    egad_graph *g;
    egad_detector *d = build(&cycle, &s);
    model.steps = wrong;
    CHECK_FAILS(egad_graph_new(&g, &model, d->network, COLUMNS), ARGUMENT,
                "model cycle, step A: no loss depends on the pair");
    ck_assert_ptr_null(g);
    egad_detector_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("graph");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, batches);
    tcase_add_test(tests, no_gradient);
    return lab_main(suite);
}
