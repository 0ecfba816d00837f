/* Whole networks against tests/reference (or the folder that EGAD_REFERENCE names): the
 * forward pass, gradients, ten training iterations with moving averages, and scores, each
 * within the tolerance that the file itself gives. */
#include "../host/score.h"
#include "../host/train.h"
#include "support.h"

#include <math.h>

static egad_device *device;
static egad_h5 *file;
static egad_detector *detector;
static size_t X, Z;
static size_t compared, loosened; /* values held to their tolerance; samples let off */

/* ---- Reading a fixture --------------------------------------------------- */

static double number(const char *name, const char *attribute)
{
    double value = 0.0;
    CHECK_OK(egad_h5_read_number(file, name, attribute, &value));
    return value;
}

static size_t size_of(const char *name)
{
    size_t shape[EGAD_H5_RANK], n = 1;
    int rank = 0;
    CHECK_OK(egad_h5_shape(file, name, shape, &rank));
    for (int i = 0; i < rank; i++)
        n *= shape[i];
    return n;
}

/* All of an array, freed by the caller. */
static double *doubles(const char *name)
{
    const size_t n = size_of(name);
    double *out = malloc((n ? n : 1) * sizeof *out);
    CHECK_OK(egad_h5_read(file, name, EGAD_H5_F64, n, out));
    return out;
}

static float *floats(const char *name)
{
    const size_t n = size_of(name);
    float *out = malloc((n ? n : 1) * sizeof *out);
    CHECK_OK(egad_h5_read(file, name, EGAD_H5_F32, n, out));
    return out;
}

#define PATH(out, ...)                                                                   \
    char out[256];                                                                       \
    ck_assert(snprintf(out, sizeof out, __VA_ARGS__) < (int)sizeof out)

/* ---- Comparing ----------------------------------------------------------- */

/* Every value within the array's own tolerance (or `tolerance`, if not negative). */
static void compare(const char *path, const double *have, size_t n, double tolerance,
                    size_t exceptions, double exception_bound)
{
    double *want = doubles(path);
    size_t off = 0;
    if (tolerance < 0.0)
        tolerance = number(path, "tolerance");
    ck_assert_msg(size_of(path) == n, "%s holds %zu values, not %zu", path, size_of(path),
                  n);
    for (size_t i = 0; i < n; i++) {
        const double error = fabs(have[i] - want[i]);
        if (!(error <= tolerance)) {
            off++;
            ck_assert_msg(off <= exceptions && error <= exception_bound,
                          "%s[%zu] is %.9g, not %.9g: off by %.3g, tolerance %.3g", path,
                          i, have[i], want[i], error, tolerance);
        }
    }
    compared += n;
    loosened += off;
    free(want);
}

/* A tensor (n, c) on the device, as doubles; freed by the caller. */
static double *fetch(egad_tensor t)
{
    const size_t n = t.n * t.c;
    float *have = malloc((n ? n : 1) * sizeof *have);
    double *out = malloc((n ? n : 1) * sizeof *out);
    CHECK_OK(egad_tensor_read(device, t, have));
    for (size_t i = 0; i < n; i++)
        out[i] = have[i];
    free(have);
    return out;
}

static void compare_tensor(const char *path, egad_tensor t)
{
    double *have = fetch(t);
    compare(path, have, t.n * t.c, -1.0, 0, 0.0);
    free(have);
}

/* A summary: sum, l2, samples, and the mean change from `initial` if that is given.  In
 * training, some samples may be off by whole steps of Adam (reference README). */
static void compare_summary(const char *path, egad_tensor t, const double *initial,
                            size_t exceptions, double bound)
{
    const size_t n = t.n * t.c, k = n < 64 ? n : 64;
    double *have = fetch(t), sum = 0.0, squares = 0.0, change = 0.0, samples[64];
    for (size_t i = 0; i < n; i++) {
        sum += have[i];
        squares += have[i] * have[i];
        change += initial ? fabs(have[i] - initial[i]) / (double)n : 0.0;
    }
    for (size_t i = 0; i < k; i++)
        samples[i] = have[k > 1 ? i * (n - 1) / (k - 1) : 0];
    const double l2 = sqrt(squares);
    PATH(sum_path, "%s/sum", path);
    PATH(l2_path, "%s/l2", path);
    PATH(samples_path, "%s/samples", path);
    PATH(change_path, "%s/mean_abs_change", path);
    compare(sum_path, &sum, 1, -1.0, 0, 0.0);
    compare(l2_path, &l2, 1, -1.0, 0, 0.0);
    compare(samples_path, samples, k, -1.0, exceptions, bound);
    if (initial)
        compare(change_path, &change, 1, -1.0, 0, 0.0);
    free(have);
}

/* ---- Weights ------------------------------------------------------------- */

static uint64_t splitmix64(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* Call `f` for every parameter of the model: its path below /initial, where it is in the
 * flat buffers, which network. */
static void each_tensor(void (*f)(const char *path, egad_net *net, size_t offset,
                                  size_t n, void *context),
                        void *context)
{
    for (int k = 0; k < NETS; k++)
        for (size_t i = 0; detector->net[k] && i < detector->net[k]->n; i++) {
            const egad_net_layer *l = &detector->net[k]->layer[i];
            PATH(kernel, "%s/%s/kernel", detector->net[k]->name, l->name);
            PATH(bias, "%s/%s/bias", detector->net[k]->name, l->name);
            f(kernel, detector->net[k], l->kernel, l->I * l->O, context);
            f(bias, detector->net[k], l->bias, l->O, context);
        }
}

/* The formula's values for one parameter, checked against the file's samples, exactly. */
static void initialise(const char *path, egad_net *net, size_t offset, size_t n,
                       void *context)
{
    uint64_t key = 0;
    PATH(group, "/initial/%s", path);
    const uint64_t id = (uint64_t)number(group, "tensor_id");
    const double at = number(group, "offset"), scale = number(group, "scale");
    float *w = malloc(n * sizeof *w);
    (void)context;
    CHECK_OK(egad_h5_read_count(file, "/", "weight_key", &key));
    for (size_t i = 0; i < n; i++) {
        const uint64_t bits = splitmix64(key ^ (id << 32 | i)) >> 40;
        w[i] = (float)(at + scale * ((double)bits / 8388608.0 - 1.0));
    }
    CHECK_OK(egad_tensor_write(device, egad_tensor_view(net->w, offset, 1, n), w));
    CHECK_OK(egad_tensor_write(device, egad_tensor_view(net->ema, offset, 1, n), w));
    free(w);
    compare_summary(group, egad_tensor_view(net->w, offset, 1, n), NULL, 0, 0.0);
}

static void reset(void)
{
    each_tensor(initialise, NULL);
    for (int k = 0; k < NETS; k++)
        if (detector->net[k]) {
            float *zero = calloc(detector->net[k]->m.c, sizeof *zero);
            CHECK_OK(egad_tensor_write(device, detector->net[k]->m, zero));
            CHECK_OK(egad_tensor_write(device, detector->net[k]->v, zero));
            free(zero);
        }
}

/* ---- Inference ----------------------------------------------------------- */

/* A pass through one section with the weights w or ema of its network, run at once. */
static void through(egad_pass *pass, int net, int section, egad_tensor x, egad_tensor out,
                    int ema)
{
    egad_net *n = detector->net[net];
    egad_plan *plan;
    CHECK_OK(egad_pass_new(pass, device, n, section, x, out, 0, NULL));
    CHECK_OK(egad_plan_new(&plan, device, "pass"));
    CHECK_OK(egad_pass_forward(pass, plan, ema ? n->ema : n->w, 0, 0));
    CHECK_OK(egad_plan_run(plan));
    CHECK_OK(egad_device_finish(device));
    egad_plan_free(plan);
}

/* D on (x, z), or on x for a plain GAN; `passes` are dx, dz, dxz. */
static const egad_pass *discriminate(egad_pass passes[3], egad_tensor *hidden,
                                     egad_tensor x, egad_tensor z, int ema)
{
    const egad_net *D = detector->net[NET_D];
    const egad_tensor none = { 0 };
    if (!detector->net[NET_E]) {
        through(&passes[0], NET_D, SECTION_DX, x, none, ema);
        return &passes[0];
    }
    const size_t a = D->layer[D->first[SECTION_DZ] - 1].O;
    const size_t b = D->layer[D->first[SECTION_DXZ] - 1].O;
    CHECK_OK(egad_tensor_new(hidden, device, x.n, a + b));
    through(&passes[0], NET_D, SECTION_DX, x, egad_tensor_columns(*hidden, 0, a), ema);
    through(&passes[1], NET_D, SECTION_DZ, z, egad_tensor_columns(*hidden, a, b), ema);
    through(&passes[2], NET_D, SECTION_DXZ, *hidden, none, ema);
    return &passes[2];
}

/* Everything that `group` holds of the forward passes on x and z; which of it depends on
 * the model and on whether the group keeps whole arrays. */
static void compare_inference(const char *group, egad_tensor x, egad_tensor z, int ema_g,
                              int ema_d)
{
    const size_t N = x.n;
    const int bigan = detector->net[NET_E] != NULL;
    const egad_tensor none = { 0 };
    egad_pass e = { 0 }, g = { 0 }, rebuild = { 0 }, real[3] = { 0 }, fake[3] = { 0 },
              rebuilt[3] = { 0 };
    egad_tensor h[3] = { 0 }, terms;
    egad_plan *plan;
    const egad_pass *d_real, *d_fake, *d_rebuilt;
    CHECK_OK(egad_tensor_new(&terms, device, N, TERMS));
    CHECK_OK(egad_plan_new(&plan, device, "terms"));

    through(&g, NET_G, 0, z, none, ema_g);
    if (bigan) {
        through(&e, NET_E, 0, x, none, ema_g);
        through(&rebuild, NET_G, 0, egad_pass_output(&e), none, ema_g);
    }
    const egad_tensor again = egad_pass_output(bigan ? &rebuild : &g);
    d_real = discriminate(real, &h[0], x, bigan ? egad_pass_output(&e) : z, ema_d);
    d_fake = discriminate(fake, &h[1], egad_pass_output(&g), z, ema_d);
    d_rebuilt =
        bigan ? discriminate(rebuilt, &h[2], again, egad_pass_output(&e), ema_d) : d_fake;
    CHECK_OK(egad_terms_distance(plan, "l1", terms, x, again, TERM_L1, -1));
    CHECK_OK(egad_terms_distance(plan, "fm", terms, egad_pass_features(d_real),
                                 egad_pass_features(d_rebuilt), TERM_FM, -1));
    CHECK_OK(
        egad_terms_sigma(plan, "sigma", terms, egad_pass_output(d_real), TERM_SIGMA));
    CHECK_OK(egad_terms_sigma(plan, "sigma", terms, egad_pass_output(d_rebuilt),
                              TERM_SIGMA_REBUILT));
    CHECK_OK(egad_plan_run(plan));

    const struct {
        const char *name;
        const egad_tensor t;
    } arrays[] = {
        { "encoded", bigan ? egad_pass_output(&e) : none },
        { "generated", egad_pass_output(&g) },
        { "reconstructed", bigan ? again : none },
        { "features_real", egad_pass_features(d_real) },
        { "features_fake", bigan ? none : egad_pass_features(d_fake) },
        { "features_reconstructed", bigan ? egad_pass_features(d_rebuilt) : none },
        { "logits_real", egad_pass_output(d_real) },
        { "logits_fake", egad_pass_output(d_fake) },
        { "logits_reconstructed", bigan ? egad_pass_output(d_rebuilt) : none }
    };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        PATH(path, "%s/%s", group, arrays[i].name);
        if (arrays[i].t.mem && egad_h5_has(file, path, NULL))
            compare_tensor(path, arrays[i].t);
    }

    static const struct {
        const char *name;
        int term, score, bigan;
    } terms_of[] = { { "reconstruction_l1", TERM_L1, 0, -1 },
                     { "sigma_paper", TERM_SIGMA, 1, 1 },
                     { "sigma_code", TERM_SIGMA_REBUILT, 1, 1 },
                     { "sigma", TERM_SIGMA_REBUILT, 1, 0 },
                     { "fm", TERM_FM, 1, -1 } };
    double *have = fetch(terms), *column = malloc(N * sizeof *column);
    for (size_t k = 0; k < sizeof terms_of / sizeof *terms_of; k++) {
        if (terms_of[k].bigan >= 0 && terms_of[k].bigan != bigan)
            continue;
        PATH(path, "%s/%s", group, terms_of[k].name);
        PATH(score, "%s/score_%s", group, terms_of[k].name);
        for (size_t i = 0; i < N; i++)
            column[i] = have[i * TERMS + (size_t)terms_of[k].term];
        compare(path, column, N, -1.0, 0, 0.0);
        for (size_t i = 0; i < N; i++)
            column[i] = (double)(0.9f * (float)have[i * TERMS + TERM_L1] +
                                 0.1f * (float)column[i]);
        if (terms_of[k].score)
            compare(score, column, N, -1.0, 0, 0.0);
    }
    free(have);
    free(column);
    egad_plan_free(plan);
    egad_pass_free(&e);
    egad_pass_free(&g);
    egad_pass_free(&rebuild);
    for (int i = 0; i < 3; i++) {
        egad_pass_free(&real[i]);
        egad_pass_free(&fake[i]);
        egad_pass_free(&rebuilt[i]);
        egad_tensor_free(&h[i]);
    }
    egad_tensor_free(&terms);
}

/* Inputs `name` below /inputs as a tensor of `columns` columns; one step of the stack if
 * step is not negative. */
static egad_tensor inputs(const char *name, size_t columns, int step)
{
    PATH(path, "/inputs/%s", name);
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    egad_tensor t;
    CHECK_OK(egad_h5_shape(file, path, shape, &rank));
    const size_t n = shape[step < 0 ? 0 : 1];
    float *x = floats(path);
    CHECK_OK(egad_tensor_new(&t, device, n, columns));
    CHECK_OK(
        egad_tensor_write(device, t, x + (step < 0 ? 0 : (size_t)step * n * columns)));
    free(x);
    return t;
}

static void check_inference(void)
{
    static const char *const cases[] = { "score", "odd", "raw" };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        PATH(path, "/inference/%s", cases[i]);
        PATH(x_name, "%s/x", cases[i]);
        PATH(z_name, "%s/z", cases[i]);
        if (!egad_h5_has(file, path, NULL))
            continue;
        egad_tensor x = inputs(x_name, X, -1), z = inputs(z_name, Z, -1);
        compare_inference(path, x, z, 0, 0);
        egad_tensor_free(&x);
        egad_tensor_free(&z);
    }
}

/* Outputs of the layers of one section: that of the layer itself where nothing stands
 * behind it, else that of its activation. */
static void compare_layers(const char *group, const egad_pass *pass)
{
    for (size_t i = 0; i < pass->n; i++) {
        const egad_net_layer *l = &pass->net->layer[pass->first + i];
        PATH(path, "%s/%s/%s%s", group, pass->net->name, l->name,
             l->row.act == ACT_LINEAR ? "" : "_act");
        compare_summary(path, pass->y[i], NULL, 0, 0.0);
    }
}

static void check_activations(void)
{
    static const char *const groups[] = { "/activations/inference",
                                          "/activations/training" };
    egad_pass e = { 0 }, g = { 0 }, d[3] = { 0 };
    egad_tensor x = inputs("odd/x", X, -1), z = inputs("odd/z", Z, -1), hidden = { 0 };
    const egad_tensor none = { 0 };
    const int bigan = detector->net[NET_E] != NULL;
    through(&g, NET_G, 0, z, none, 0);
    if (bigan)
        through(&e, NET_E, 0, x, none, 0);
    discriminate(d, &hidden, x, bigan ? egad_pass_output(&e) : z, 0);
    for (int k = 0; k < 2; k++) {
        compare_layers(groups[k], &g);
        if (bigan)
            compare_layers(groups[k], &e);
        for (int s = 0; s < (bigan ? 3 : 1); s++)
            compare_layers(groups[k], &d[s]);
    }
    egad_pass_free(&g);
    egad_pass_free(&e);
    for (int s = 0; s < 3; s++)
        egad_pass_free(&d[s]);
    egad_tensor_free(&hidden);
    egad_tensor_free(&x);
    egad_tensor_free(&z);
}

/* ---- Gradients and training ---------------------------------------------- */

/* Put a batch where the iteration expects it: x over nothing, nothing over z. */
static void feed(egad_train *t, egad_tensor x, egad_tensor z)
{
    float *host = malloc((x.n * x.c > z.n * z.c ? x.n * x.c : z.n * z.c) * sizeof *host);
    CHECK_OK(egad_tensor_read(device, x, host));
    CHECK_OK(egad_tensor_write(device, egad_tensor_rows(t->x, 0, t->N), host));
    CHECK_OK(egad_tensor_read(device, z, host));
    CHECK_OK(egad_tensor_write(device, egad_tensor_rows(t->z, t->N, t->N), host));
    free(host);
}

/* The losses of ring slot `slot` against group/<name>[at]: those of the D step or of the
 * G and E step. */
static void compare_losses(const char *group, const egad_train *t, size_t at, int g_step,
                           int trace)
{
    static const struct {
        const char *name;
        int g_step, a, b;
    } losses[] = { { "loss_dis", 0, LOSS_DIS_REAL, LOSS_DIS_FAKE },
                   { "loss_dis_real", 0, LOSS_DIS_REAL, -1 },
                   { "loss_dis_fake", 0, LOSS_DIS_FAKE, -1 },
                   { "loss_gen", 1, LOSS_GEN, -1 },
                   { "loss_enc", 1, LOSS_ENC, -1 } };
    double *ring = fetch(t->ring);
    const double *slot = ring + at % RING * LOSSES;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        PATH(path, "%s/%s", group, losses[i].name);
        if (losses[i].g_step != g_step || !egad_h5_has(file, path, NULL))
            continue;
        double have = slot[losses[i].a] + (losses[i].b < 0 ? 0.0 : slot[losses[i].b]);
        if (trace) {
            double *want = doubles(path);
            const double tolerance = number(path, "tolerance");
            ck_assert_msg(fabs(have - want[at]) <= tolerance,
                          "%s[%zu] is %.9g, not %.9g: tolerance %.3g", path, at, have,
                          want[at], tolerance);
            compared++;
            free(want);
        } else {
            compare(path, &have, 1, -1.0, 0, 0.0);
        }
    }
    free(ring);
}

typedef struct {
    const char *group;
    int which; /* network that is compared, or -1 for all */
    int ema;   /* flat buffer: 0 gradients, 1 weights, 2 moving averages */
    double bound;
} comparison;

static void compare_parameter(const char *path, egad_net *net, size_t offset, size_t n,
                              void *context)
{
    const comparison *c = context;
    if (c->which >= 0 && net != detector->net[c->which])
        return;
    const egad_tensor flat = c->ema == 0 ? net->g : c->ema == 1 ? net->w : net->ema;
    PATH(group, "%s/%s", c->group, path);
    PATH(values, "/initial/%s/values", path);
    double *initial = c->ema ? doubles(values) : NULL;
    compare_summary(group, egad_tensor_view(flat, offset, 1, n), initial, c->ema ? 4 : 0,
                    c->bound);
    free(initial);
}

static void check_gradients(void)
{
    static const char *const cases[][3] = { { "odd", "odd/x", "odd/z" },
                                            { "odd", "odd/x", "odd/z" },
                                            { "train", "train/x_dis", "train/z_dis" },
                                            { "train", "train/x_gen", "train/z_gen" } };
    for (int k = 0; k < 4; k++) {
        const int g_step = k % 2, stacked = k >= 2;
        egad_train *t;
        egad_tensor x = inputs(cases[k][1], X, stacked ? 0 : -1);
        egad_tensor z = inputs(cases[k][2], Z, stacked ? 0 : -1);
        PATH(group, "/gradients/%s/%s", cases[k][0], g_step ? "gen_step" : "dis_step");
        CHECK_OK(egad_train_new(&t, detector, x.n, 0, NULL, NULL, 0));
        feed(t, x, z);
        CHECK_OK(egad_plan_run(g_step ? t->gradients_g : t->gradients_d));
        CHECK_OK(egad_device_finish(device));
        compare_losses(group, t, 0, g_step, 0);
        for (int net = 0; net < NETS; net++)
            if (detector->net[net] && (net == NET_D) != g_step) {
                comparison c = { .group = group, .which = net };
                each_tensor(compare_parameter, &c);
            }
        egad_train_free(t);
        egad_tensor_free(&x);
        egad_tensor_free(&z);
    }
}

static void check_training(const char *label, double rate)
{
    PATH(group, "/training/%s", label);
    PATH(final, "%s/final", group);
    PATH(ema, "%s/ema", group);
    PATH(scores_ema, "%s/scores_ema", group);
    PATH(scores_final, "%s/scores_final", group);
    PATH(scores_mixed, "%s/scores_ema_generator", group);
    const int iterations = (int)number("/", "iterations");
    float rates[RING] = { 0 };
    egad_train *t;
    reset();
    egad_tensor x = inputs("train/x_dis", X, 0);
    CHECK_OK(egad_train_new(&t, detector, x.n, 0, NULL, NULL, 0));
    egad_tensor_free(&x);
    for (int i = 0; i < iterations; i++)
        rates[i] = (float)egad_adam_rate(rate, detector->recipe.beta1, (uint64_t)i);
    CHECK_OK(egad_tensor_write(device, t->rates, rates));

    for (int i = 0; i < iterations; i++) {
        for (int g_step = 0; g_step < 2; g_step++) {
            egad_tensor xi = inputs(g_step ? "train/x_gen" : "train/x_dis", X, i);
            egad_tensor zi = inputs(g_step ? "train/z_gen" : "train/z_dis", Z, i);
            feed(t, xi, zi);
            CHECK_OK(egad_plan_run(g_step ? t->gradients_g : t->gradients_d));
            CHECK_OK(egad_plan_run(g_step ? t->update_g : t->update_d));
            CHECK_OK(egad_device_finish(device));
            compare_losses(group, t, (size_t)i, g_step, 1);
            egad_tensor_free(&xi);
            egad_tensor_free(&zi);
        }
    }
    comparison weights = { final, -1, 1, 2.0 * iterations * rate };
    comparison averages = { ema, -1, 2, 2.0 * iterations * rate };
    each_tensor(compare_parameter, &weights);
    each_tensor(compare_parameter, &averages);

    egad_tensor sx = inputs("score/x", X, -1), sz = inputs("score/z", Z, -1);
    compare_inference(scores_ema, sx, sz, 1, 1);
    compare_inference(scores_final, sx, sz, 0, 0);
    if (!detector->net[NET_E])
        compare_inference(scores_mixed, sx, sz, 1, 0);
    egad_tensor_free(&sx);
    egad_tensor_free(&sz);
    egad_train_free(t);
}

/* ---- One file ------------------------------------------------------------ */

static void check_file(const char *path)
{
    static const struct {
        const char *label;
        double rate;
    } rates[] = { { "lr_1e-5", 1e-5 }, { "lr_1e-4", 1e-4 }, { "lr_1e-3", 1e-3 } };
    char *name = NULL;
    const egad_model *model = NULL;
    const egad_schema schema = { 0 };
    size_t shape[EGAD_H5_RANK];
    int rank;
    compared = loosened = 0;

    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read_text(file, "/", "model", &name));
    for (char *c = name; *c; c++)
        *c = *c == '_' ? '-' : *c;
    CHECK_OK(egad_detector_find_model(&model, name));
    CHECK_OK(egad_h5_shape(file, "/inputs/score/x", shape, &rank));
    X = shape[1];
    Z = (size_t)number("/", "latent_dim");
    ck_assert_uint_eq(Z, (size_t)model->z_dim);
    const egad_recipe recipe = { .name = "reference",
                                 .beta1 = number("/", "adam_beta1"),
                                 .ema_decay = number("/", "ema_decay"),
                                 .batch = (int)number("/", "batch"),
                                 .epochs = 1 };
    CHECK_OK(egad_detector_build(&detector, device, model, &recipe, (size_t[]){ 1, 1, X },
                                 &schema, "reference", 1));
    reset();
    check_inference();
    check_activations();
    check_gradients();
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        check_training(rates[i].label, rates[i].rate);
    printf("%s: %s, batch %d: %zu values within tolerance, %zu let off\n", path, name,
           recipe.batch, compared, loosened);
    egad_detector_free(detector);
    egad_h5_close(file);
    free(name);
}

START_TEST(reference)
{
    const char *folder = getenv("EGAD_REFERENCE");
    size_t files = 0;
    if (!folder || !*folder)
        folder = "reference";
    DIR *d = opendir(folder);
    ck_assert_msg(d != NULL, "cannot open the folder '%s'", folder);
    for (struct dirent *entry; (entry = readdir(d));) {
        const size_t n = strlen(entry->d_name);
        PATH(path, "%s/%s", folder, entry->d_name);
        if (n < 3 || strcmp(entry->d_name + n - 3, ".h5") != 0)
            continue;
        if (strncmp(entry->d_name, "kdd", 3) != 0) {
            printf("%s: skipped, its model is not here yet\n", path);
            continue;
        }
        check_file(path);
        files++;
    }
    closedir(d);
    ck_assert_msg(files > 0, "there are no fixtures in '%s'", folder);
}
END_TEST

int main(void)
{
    if (egad_device_new(&device, NULL) == EGAD_DEVICE) {
        printf("skipped: %s\n", egad_status_last());
        return 77;
    }
    Suite *suite = suite_create("reference");
    tcase_add_test(support_case(suite, NULL, NULL), reference);
    const int failed = support_run(suite);
    egad_device_free(device);
    return failed;
}
