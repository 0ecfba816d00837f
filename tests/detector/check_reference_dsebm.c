/* Energy-based models against tests/reference/dsebm (or the folder that
 * EGAD_REFERENCE_DSEBM names): energies, reconstructions, gradients on the way and of all
 * parameters, and ten training iterations with the scores after them.
 *
 * The tables of 121 columns are those of kdd-dsebm; others are made here.  In the files,
 * the variant `release` has a row of b' for each row of a batch: here, a network without
 * a bias that is applied to the number of the row makes b'; and its scores are by
 * kdd-dsebm's own table with each row of b' in turn. */
#include "detector/encode.h"
#include "detector/train.h"
#include "net/tie.h"

#include "fixture.h"
#include "models/dsebm.h"

#include <math.h>

enum { MOST = 4, NETS = 2 * MOST + 1 }; /* layers of the way up; networks */

/* ---- Tables -------------------------------------------------------------------- */

/* A file's variant: which layers the way up has, and the model to train. */
static struct {
    const char *name; /* "text" or "release" */
    int units[MOST], own, layers, release, batch;
    double sigma;
} variant;

typedef struct {
    egad_layer layer[NETS][2];
    egad_network network[NETS + 1];
    egad_value value[MODEL_VALUES];
    egad_step step[2];
    egad_model model;
} table;

/* Number of the network that owns the kernel of layer l of the way up. */
static int owner(int l)
{
    return l < variant.own ? l : 2 * variant.own - 1 - l;
}

/* Columns below layer l of the way up. */
static int below(int l)
{
    if (l == 0 || l == 2 * variant.own)
        return AS_X; /* and OF_X */
    return variant.units[l <= variant.own ? l - 1 : 2 * variant.own - 1 - l];
}

static void add_network(table *t, int k, const char *name, int inputs, egad_layer layer)
{
    t->layer[k][0] = layer;
    t->network[k] = (egad_network){ .name = name,
                                    .input = { inputs },
                                    .section = { { t->layer[k], { INPUT(0) }, NULL } } };
}

/* Up and down from value x by values from `first` on; returns the number of the last. */
static int add_chain(table *t, int first, int x)
{
    const int L = variant.layers;
    int at = first + L;
    for (int l = 0; l < L; l++)
        t->value[first + l] = (egad_value)Output("h", l, l ? first + l - 1 : x);
    t->value[at] = (egad_value)Function("u", FUNCTION_GATE, at - 1);
    for (int l = L - 1; l > 0; l--, at += 2) {
        t->value[at + 1] = (egad_value)Output("v", 2 * L - 1 - l, at);
        t->value[at + 2] =
            (egad_value)Function("u", FUNCTION_GATED, at + 1, first + l - 1);
    }
    t->value[at + 1] = (egad_value)Output("f", 2 * L - 1, at);
    return at + 1;
}

/* The table of the variant; `rows`: a row of b' for each row of a batch, to train. */
static void make(table *t, int rows)
{
    static const egad_score no_scores[] = { { .name = NULL } };
    static egad_term terms[4];
    static const char *const up[] = { "up1", "up2", "up3", "up4" }, *const down[] = {
        "down1", "down2", "down3", "down4"
    };
    const int L = variant.layers;
    const float none = 0.0f;
    memset(t, 0, sizeof *t);
    for (int l = 0; l < L; l++) {
        const int of = owner(l), turned = l < variant.own ? TRANSPOSE(of) : KERNEL(of);
        add_network(t, l, up[l], below(l),
                    (egad_layer){ OP_DENSE, l < variant.own ? 0 : TRANSPOSE(of), 0,
                                  below(l + 1), NO_BN, SoftPlus, none, PLAIN });
        add_network(t, 2 * L - 1 - l, down[l], below(l + 1),
                    (egad_layer){ OP_DENSE, turned, 0, below(l), NO_BN, Linear, none,
                                  l || rows ? NO_BIAS : PLAIN });
    }
    if (rows)
        add_network(t, 2 * L, "visible", variant.batch,
                    (egad_layer){ Dense, AS_X, NO_BN, Linear, none, NO_BIAS });
    t->value[DSEBM_X] = (egad_value)Rows("x");
    t->value[DSEBM_NOISE] = (egad_value)NoiseAsX("n");
    t->value[DSEBM_NOISY] =
        (egad_value)Function("x~", FUNCTION_ADD, DSEBM_X, DSEBM_NOISE);
    int noisy = add_chain(t, DSEBM_OWN, DSEBM_NOISY);
    const int h = noisy + L, clean = add_chain(t, noisy + 1, DSEBM_X), more = clean + 1;
    if (rows) {
        t->value[more] = (egad_value)Noise("number of the row");
        t->value[more].columns = variant.batch;
        t->value[more + 1] = (egad_value)Output("b'", 2 * L, more);
        t->value[more + 2] = (egad_value)Function("f", FUNCTION_ADD, noisy, more + 1);
        noisy = more + 2;
    } else {
        t->value[more] = (egad_value)Function("0", FUNCTION_ZERO, clean - 1);
        t->value[more + 1] = (egad_value)Output("b'", 2 * L - 1, more);
        terms[0] = (egad_term)Term("well", TERM_HALF_SQUARES, DSEBM_X, more + 1);
        terms[1] = (egad_term)Term("depth", TERM_MINUS_SUM, h);
        terms[2] = (egad_term)Term("reconstruction", TERM_ROOT, DSEBM_X, clean);
    }
    const egad_step steps[] = DSEBM_STEPS(
        variant.release ? LOSS_MEAN_SQUARES : LOSS_SQUARES, noisy, 2 * L + rows);
    memcpy(t->step, steps, sizeof steps);
    t->model = (egad_model){ .name = "dsebm",
                             .networks = t->network,
                             .values = t->value,
                             .steps = t->step,
                             .rebuilt = clean,
                             .terms = terms,
                             .scores = no_scores };
}

/* ---- Weights ------------------------------------------------------------------- */

/* A tensor of the file: its path below a variant, and its place. */
typedef struct {
    char path[64];
    egad_net *net;
    size_t at, n;
} tensor;

static void each_tensor(const egad_detector *d, void (*f)(const tensor *t, void *context),
                        void *context)
{
    const int L = variant.layers;
    tensor t;
    for (int l = 0; l < L; l++) {
        const egad_net_layer *layer = d->network[l]->layer;
        t.net = d->network[l];
        snprintf(t.path, sizeof t.path, "energy/%s%d/bias",
                 l < variant.own ? "dense" : "inverse", owner(l) + 1);
        t.at = layer->bias;
        t.n = layer->O;
        f(&t, context);
        if (l >= variant.own)
            continue;
        snprintf(t.path, sizeof t.path, "energy/dense%d/kernel", l + 1);
        t.at = layer->kernel;
        t.n = layer->weights;
        f(&t, context);
    }
    if (variant.release && (int)d->networks == 2 * L)
        return; /* set by each row */
    snprintf(t.path, sizeof t.path, "visible/bias");
    t.net = d->network[d->networks - 1];
    t.at = variant.release ? t.net->layer->kernel : t.net->layer->bias;
    t.n = variant.release ? t.net->layer->weights : t.net->layer->O;
    f(&t, context);
}

static double *initial(const tensor *t)
{
    PATH(path, "%s/%s", variant.name, t->path);
    return fixture_initial(&(fixture_array){ .path = path, .n = t->n });
}

static void initialise(const tensor *t, void *context)
{
    double *values = initial(t);
    float *w = lab_floats(t->n);
    PATH(path, "/initial/%s/%s", variant.name, t->path);
    (void)context;
    for (size_t i = 0; i < t->n; i++)
        w[i] = (float)values[i];
    free(values);
    CHECK_OK(egad_tensor_write(lab, egad_net_view(t->net->w, t->at, t->n), w));
    fixture_compare_summary(path, egad_net_view(t->net->w, t->at, t->n), NULL, 0, 0.0);
}

static void reset(const egad_detector *d)
{
    each_tensor(d, initialise, NULL);
    for (size_t k = 0; k < d->networks; k++) {
        const egad_net *net = d->network[k];
        CHECK_OK(egad_tensor_write(lab, net->m, lab_floats(net->m.c)));
        CHECK_OK(egad_tensor_write(lab, net->v, lab_floats(net->v.c)));
    }
    CHECK_OK(egad_tie_copy(d->network, d->networks, lab));
}

typedef struct {
    const char *group;
    int gradients; /* 0: weights, after training */
    double bound;
} comparison;

static void compare(const tensor *t, void *context)
{
    const comparison *c = context;
    double *from = c->gradients ? NULL : initial(t);
    PATH(path, "%s/%s", c->group, t->path);
    fixture_compare_summary(
        path, egad_net_view(c->gradients ? t->net->g : t->net->w, t->at, t->n), from,
        from ? 4 : 0, c->bound);
    free(from);
}

/* ---- Inputs -------------------------------------------------------------------- */

static float *inputs(const char *name, size_t *rows)
{
    size_t shape[EGAD_H5_RANK], n = 1;
    int rank = 0;
    PATH(path, "/inputs/%s", name);
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    for (int i = 0; i < rank; i++)
        n *= shape[i];
    *rows = shape[0];
    float *x = lab_floats(n);
    CHECK_OK(egad_h5_read(fixture.file, path, EGAD_H5_F32, n, x));
    return x;
}

/* ---- Scores -------------------------------------------------------------------- */

typedef struct {
    double *energy, *distance;
    float *rebuilt;
} results;

/* Rows first, first + apart, ... of n. */
static void score(egad_detector *d, const float *x, size_t n, size_t first, size_t apart,
                  const results *to)
{
    const size_t X = fixture.X, rows = (n - first + apart - 1) / apart;
    float *some = lab_floats(rows * X), *scaled = lab_floats(rows * X),
          *f = lab_floats(rows * X), *terms = lab_floats(rows * TERMS);
    egad_encode *e;
    for (size_t i = 0; i < rows; i++)
        memcpy(some + i * X, x + (first + i * apart) * X, X * sizeof *x);
    CHECK_OK(egad_encode_new(&e, d, INFER_TERMS, rows));
    CHECK_OK(egad_encode_run(e, some, rows, terms));
    egad_encode_free(e);
    CHECK_OK(egad_encode_new(&e, d, INFER_REBUILT, rows));
    CHECK_OK(egad_encode_rebuild(e, some, rows, scaled, f, NULL));
    egad_encode_free(e);
    for (size_t i = 0; i < rows; i++) {
        const float *t = terms + i * TERMS;
        to->energy[first + i * apart] = (double)t[0] + (double)t[1];
        to->distance[first + i * apart] = (double)t[2];
        memcpy(to->rebuilt + (first + i * apart) * X, f + i * X, X * sizeof *f);
    }
}

/* Scores of the variant's rows with weights w of d, which b' may be a row of each of. */
static void score_all(const egad_detector *d, egad_detector *scorer, const float *x,
                      size_t n, const results *to)
{
    const size_t L = (size_t)variant.layers;
    for (size_t k = 0; k < 2 * L; k++) { /* scores are by the averages */
        const float *w = lab_read(d->network[k]->w);
        CHECK_OK(egad_tensor_write(lab, scorer->network[k]->w, w));
        CHECK_OK(egad_tensor_write(lab, scorer->network[k]->ema, w));
    }
    if (!variant.release) {
        score(scorer, x, n, 0, 1, to);
        return;
    }
    const egad_net *last = scorer->network[2 * L - 1];
    const egad_net_layer *rows = d->network[2 * L]->layer;
    for (size_t r = 0; r < (size_t)variant.batch && r < n; r++) {
        const float *b = lab_read(
            egad_net_view(d->network[2 * L]->w, rows->kernel + r * rows->O, rows->O));
        CHECK_OK(egad_tensor_write(
            lab, egad_net_view(last->ema, last->layer->bias, rows->O), b));
        score(scorer, x, n, r, (size_t)variant.batch, to);
    }
}

static egad_detector *detector_of(const egad_model *model)
{
    const egad_schema no_schema = { 0 };
    const egad_recipe recipe = {
        .name = "reference", .beta1 = 0.9, .batch = variant.batch, .epochs = 1
    };
    egad_detector *d;
    CHECK_OK(egad_detector_build(&d, lab, model, &recipe,
                                 (const size_t[]){ 1, 1, fixture.X }, &no_schema,
                                 "reference", 1));
    return d;
}

/* Compare scores of these inputs with a group of the file. */
static void compare_scores(const egad_detector *d, const char *group, const char *name,
                           int rebuilt)
{
    static table own;
    size_t n;
    PATH(x_name, "%s/x", name);
    const float *x = inputs(x_name, &n);
    const results all = { lab_doubles(n), lab_doubles(n), lab_floats(n * fixture.X) };
    make(&own, 0);
    const egad_model *model = fixture.X != 121  ? &own.model
                              : variant.release ? egad_model_kdd_dsebm.recipes[1].variant
                                                : &egad_model_kdd_dsebm;
    egad_detector *scorer = detector_of(model);
    score_all(d, scorer, x, n, &all);
    egad_detector_free(scorer);
    PATH(energy, "%s/energy", group);
    PATH(distance, "%s/reconstruction", group);
    PATH(f, "%s/rebuilt", group);
    fixture_compare(energy, all.energy, n, 0, 0.0);
    fixture_compare(distance, all.distance, n, 0, 0.0);
    if (rebuilt)
        fixture_compare_tensor(f, lab_tensor(n, fixture.X, 0, all.rebuilt));
}

static void check_inference(egad_detector *d)
{
    PATH(batch, "/inference/%s/score", variant.name);
    PATH(odd, "/inference/%s/odd", variant.name);
    compare_scores(d, batch, "score", 1);
    compare_scores(d, odd, "odd", 1);
}

/* ---- Training ------------------------------------------------------------------ */

/* Give a batch: rows, noise, and the numbers of the rows. */
static void give(const egad_train *t, const float *x, const float *noise)
{
    const size_t n = t->N * fixture.X;
    float *scaled = lab_floats(n);
    for (size_t i = 0; i < n; i++)
        scaled[i] = (float)variant.sigma * noise[i];
    CHECK_OK(egad_tensor_write(lab, t->batch[DSEBM_X], x));
    CHECK_OK(egad_tensor_write(lab, t->batch[DSEBM_NOISE], scaled));
    for (int v = DSEBM_NOISE + 1; v < t->graph->values; v++) {
        if (t->graph->model->values[v].kind != VALUE_NOISE)
            continue;
        float *one = lab_floats(t->N * (size_t)variant.batch);
        for (size_t i = 0; i < t->N; i++)
            one[i * (size_t)variant.batch + i] = 1.0f;
        CHECK_OK(egad_tensor_write(lab, t->batch[v], one));
    }
}

/* Gradients on the way: before the activations of the way up, and of f. */
static void compare_stages(const egad_train *t)
{
    for (int k = 0; k < t->graph->nodes; k++) {
        const int l = t->graph->node[k].network;
        PATH(d_a, "/stages/%s/d_a%d", variant.name, l + 1);
        PATH(d_f, "/stages/%s/d_f", variant.name);
        if (l >= 0 && (l < variant.layers || l == 2 * variant.layers - 1))
            fixture_compare_tensor(l < variant.layers ? d_a : d_f,
                                   egad_train_launch_pass(t, k)->dpre[0]);
    }
}

static void check_gradient(egad_detector *d, const char *name, size_t N, const float *x,
                           const float *noise)
{
    egad_train *t;
    PATH(group, "/gradients/%s/%s", variant.name, name);
    PATH(loss, "%s/loss", group);
    CHECK_OK(egad_train_new(&t, d, N, 0, NULL, NULL, 0));
    give(t, x, noise);
    CHECK_OK(egad_plan_run(t->step[0].gradients));
    CHECK_OK(egad_device_finish(lab));
    double *ring = fixture_fetch(t->ring);
    fixture_compare(loss, ring, 1, 0, 0.0);
    free(ring);
    each_tensor(d, compare, &(comparison){ group, 1, 0.0 });
    if (strcmp(name, "odd") == 0)
        compare_stages(t);
    egad_train_free(t);
}

static void check_gradients(egad_detector *d)
{
    size_t n, steps;
    const float *x = inputs("odd/x", &n), *noise = inputs("odd/noise", &n);
    check_gradient(d, "odd", n, x, noise);
    x = inputs("train/x", &steps);
    noise = inputs("train/noise", &steps);
    check_gradient(d, "train", (size_t)variant.batch, x, noise);
}

static void check_training(egad_detector *d, const char *label, double rate)
{
    const size_t N = (size_t)variant.batch;
    size_t steps;
    const float *x = inputs("train/x", &steps), *noise = inputs("train/noise", &steps);
    float rates[RING] = { 0 };
    egad_train *t;
    PATH(group, "/training/%s/%s", variant.name, label);
    PATH(loss, "%s/loss", group);
    PATH(final, "%s/final", group);
    PATH(scores, "%s/scores", group);
    reset(d);
    CHECK_OK(egad_train_new(&t, d, N, 0, NULL, NULL, 0));
    for (size_t i = 0; i < steps; i++)
        rates[i] = (float)egad_adam_rate(rate, d->recipe.beta1, i);
    CHECK_OK(egad_tensor_write(lab, t->rates, rates));
    for (size_t i = 0; i < steps; i++) {
        give(t, x + i * N * fixture.X, noise + i * N * fixture.X);
        CHECK_OK(egad_plan_run(t->step[0].gradients));
        CHECK_OK(egad_plan_run(t->step[0].update));
        CHECK_OK(egad_device_finish(lab));
        double *ring = fixture_fetch(t->ring);
        fixture_compare_at(loss, i, ring[i % RING * LOSSES]);
        free(ring);
    }
    each_tensor(d, compare, &(comparison){ final, 0, 2.0 * (double)steps * rate });
    egad_train_free(t);
    compare_scores(d, scores, "score", 0);
}

static void check_rates(egad_detector *d)
{
    check_training(d, "lr_1e-4", 1e-4);
    check_training(d, "lr_1e-3", 1e-3);
}

/* ---- Files --------------------------------------------------------------------- */

static void choose(int release)
{
    static const int kdd[] = { 128, 512 }, odd_text[] = { 10, 6, 2 }, odd[] = { 10, 2 };
    const int *units = fixture.X == 121 ? kdd : release ? odd : odd_text;
    variant.name = release ? "release" : "text";
    variant.release = release;
    variant.own = units == odd_text ? 3 : 2;
    variant.layers = variant.own * (1 + release);
    variant.batch = (int)fixture_number("/", "batch");
    variant.sigma =
        fixture_number("/", release ? "noise_sigma_release" : "noise_sigma_text");
    memcpy(variant.units, units, (size_t)variant.own * sizeof *units);
}

static void check_file(const char *path, void *context)
{
    void (*const *check)(egad_detector * d) = context;
    static table trained;
    CHECK_OK(egad_h5_open(&fixture.file, path));
    fixture.X = (size_t)fixture_number("/", "columns");
    ck_assert(fabs(fixture_number("/", "adam_beta1") - 0.9) < 1e-9);
    for (int release = 0; release < 2; release++) {
        choose(release);
        make(&trained, release);
        egad_detector *d = detector_of(
            fixture.X == 121 && !release ? &egad_model_kdd_dsebm : &trained.model);
        reset(d);
        (*check)(d);
        egad_detector_free(d);
    }
    egad_h5_close(fixture.file);
    lab_end();
}

static void each_file(void (*check)(egad_detector *d))
{
    fixture_each_engine("EGAD_REFERENCE_DSEBM", "reference/dsebm", check_file, &check);
}

static void (*const checks[])(egad_detector *d) = { check_inference, check_gradients,
                                                    check_rates };

START_TEST(reference)
{
    each_file(checks[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_dsebm");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, reference, 0, sizeof checks / sizeof *checks);
    return lab_main(suite);
}
