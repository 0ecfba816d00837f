/* Variational autoencoders against tests/reference/vae (or the folder that
 * EGAD_REFERENCE_VAE names): scores and reconstructions by both back ends, gradients, and
 * ten training iterations with moving averages and the scores after them. */
#include "detector/encode.h"
#include "detector/train.h"

#include "fixture.h"
#include "models/vae.h"

#include <math.h>

static egad_model model; /* the file's, with as many samples as it has */

/* ---- Weights ------------------------------------------------------------------- */

/* A tensor of the file: all columns of a layer, or those of one of its heads. */
typedef struct {
    char kernel[64], bias[64];
    egad_net *net;
    const egad_net_layer *layer;
    size_t first, n;
} tensor;

static void each_tensor(void (*f)(const tensor *t, void *context), void *context)
{
    static const char *const heads[] = { "mean", "log_variance" };
    for (size_t k = 0; k < fixture.detector->networks; k++) {
        egad_net *net = fixture.detector->network[k];
        for (size_t i = 0; i < 2; i++) {
            const size_t parts = net->layer[i].row.mark == HEADS ? 2 : 1;
            for (size_t h = 0; h < parts; h++) {
                tensor t = { .net = net, .layer = &net->layer[i] };
                const char *name = i ? heads[h] : "dense1";
                t.n = t.layer->O / parts;
                t.first = h * t.n;
                snprintf(t.kernel, sizeof t.kernel, "%s/%s/kernel", net->name, name);
                snprintf(t.bias, sizeof t.bias, "%s/%s/bias", net->name, name);
                f(&t, context);
            }
        }
    }
}

static egad_tensor kernel_of(const tensor *t, egad_tensor flat)
{
    return egad_tensor_columns(egad_net_kernel(t->layer, flat), t->first, t->n);
}

static egad_tensor bias_of(const tensor *t, egad_tensor flat)
{
    return egad_net_view(flat, t->layer->bias + t->first, t->n);
}

static double *initial(const char *path, egad_tensor t)
{
    return fixture_initial(&(fixture_array){ .path = path, .n = t.n * t.c });
}

/* Columns cannot be written at once: `all`, an array of the layer, gets them. */
static void put(float *all, const tensor *t, const char *path, size_t rows)
{
    double *values = fixture_initial(&(fixture_array){ .path = path, .n = rows * t->n });
    for (size_t i = 0; i < rows * t->n; i++)
        all[i / t->n * t->layer->O + t->first + i % t->n] = (float)values[i];
    free(values);
}

static void initialise(const tensor *t, void *context)
{
    const egad_tensor to[] = { t->net->w, t->net->ema };
    (void)context;
    for (int k = 0; k < 2; k++) {
        float *flat = lab_read(to[k]);
        put(flat + t->layer->kernel, t, t->kernel, t->layer->I);
        put(flat + t->layer->bias, t, t->bias, 1);
        CHECK_OK(egad_tensor_write(lab, to[k], flat));
    }
    PATH(kernel, "/initial/%s", t->kernel);
    PATH(bias, "/initial/%s", t->bias);
    fixture_compare_summary(kernel, kernel_of(t, t->net->w), NULL, 0, 0.0);
    fixture_compare_summary(bias, bias_of(t, t->net->w), NULL, 0, 0.0);
}

static void reset(void)
{
    each_tensor(initialise, NULL);
    for (size_t k = 0; k < 2; k++) {
        const egad_net *net = fixture.detector->network[k];
        CHECK_OK(egad_tensor_write(lab, net->m, lab_floats(net->m.c)));
        CHECK_OK(egad_tensor_write(lab, net->v, lab_floats(net->v.c)));
    }
}

typedef struct {
    const char *group;
    enum { GRADIENTS, WEIGHTS, AVERAGES } flat;
    double bound;
} comparison;

static void compare_one(const comparison *c, const char *path, egad_tensor t)
{
    PATH(group, "%s/%s", c->group, path);
    double *from = c->flat == GRADIENTS ? NULL : initial(path, t);
    fixture_compare_summary(group, t, from, from ? 4 : 0, c->bound);
    free(from);
}

static void compare(const tensor *t, void *context)
{
    const comparison *c = context;
    const egad_tensor flat = c->flat == GRADIENTS ? t->net->g
                             : c->flat == WEIGHTS ? t->net->w
                                                  : t->net->ema;
    compare_one(c, t->kernel, kernel_of(t, flat));
    compare_one(c, t->bias, bias_of(t, flat));
}

/* ---- Inputs -------------------------------------------------------------------- */

/* Number i of an axis of an array below /inputs. */
static size_t axis(const char *name, int i)
{
    size_t shape[EGAD_H5_RANK] = { 0 };
    int rank = 0;
    PATH(path, "/inputs/%s", name);
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    return shape[i];
}

/* An array of floats, pixels as numbers from 0 to 1; freed after the test. */
static const float *inputs(const char *name)
{
    PATH(path, "/inputs/%s", name);
    double *values = fixture_doubles(path);
    size_t shape[EGAD_H5_RANK] = { 0 }, n = 1;
    int rank = 0;
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    for (int i = 0; i < rank; i++)
        n *= shape[i];
    float *x = lab_floats(n);
    const int pixels = egad_h5_is_u8(fixture.file, path);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(pixels ? values[i] / 255.0 : values[i]);
    free(values);
    return x;
}

/* ---- Scores -------------------------------------------------------------------- */

static const char *const scores[] = { "rp", "rp_log_mean", "kl", "l2", "l1" };
enum { RP, RP_LOG_MEAN, KL, L2, L1, OUTPUTS };

static void compare_scores(const char *group, const char *inputs_of)
{
    PATH(x_name, "%s/x", inputs_of);
    PATH(eps_name, "%s/eps", inputs_of);
    const float *x = inputs(x_name), *eps = inputs(eps_name);
    const size_t L = axis(eps_name, 0), N = axis(eps_name, 1);
    double *have = lab_doubles((OUTPUTS + 1) * N);
    float *noise = lab_floats(L * fixture.Z), terms[TERMS];
    model.samples = (int)L;
    fixture.detector->noise = noise;
    for (size_t i = 0; i < N; i++) { /* noise is the same for all rows of an encoder */
        egad_encode *e;
        for (size_t l = 0; l < L; l++)
            memcpy(noise + l * fixture.Z, eps + (l * N + i) * fixture.Z,
                   fixture.Z * sizeof *noise);
        CHECK_OK(egad_encode_new(&e, fixture.detector, INFER_TERMS, 1));
        CHECK_OK(egad_encode_run(e, x + i * fixture.X, 1, terms));
        for (size_t k = 0; k < OUTPUTS; k++)
            have[k * N + i] = terms[k];
        have[OUTPUTS * N + i] = (double)terms[RP] + (double)terms[KL];
        egad_encode_free(e);
    }
    for (size_t k = 0; k < OUTPUTS; k++) {
        PATH(path, "%s/%s%s", group, k == KL ? "" : "score_", scores[k]);
        fixture_compare(path, have + k * N, N, 0, 0.0);
    }
    PATH(elbo, "%s/score_elbo", group);
    fixture_compare(elbo, have + OUTPUTS * N, N, 0, 0.0);
    fixture.detector->noise = NULL;
}

/* Reconstructions, and the encoder's means. */
static void compare_rebuilt(const char *group, const char *inputs_of)
{
    PATH(x_name, "%s/x", inputs_of);
    PATH(latent, "%s/latent_mean", group);
    PATH(rebuilt, "%s/reconstructed", group);
    PATH(summary, "%s/sum", rebuilt);
    const size_t N = axis(x_name, 0);
    float *scaled = lab_floats(N * fixture.X), *again = lab_floats(N * fixture.X),
          *z = lab_floats(N * fixture.Z);
    egad_encode *e;
    CHECK_OK(egad_encode_new(&e, fixture.detector, INFER_REBUILT, N));
    CHECK_OK(egad_encode_rebuild(e, inputs(x_name), N, scaled, again, z));
    egad_encode_free(e);
    const egad_tensor images = lab_tensor(N, fixture.X, 0, again),
                      points = lab_tensor(N, fixture.Z, 0, z);
    if (egad_h5_has(fixture.file, summary, NULL))
        fixture_compare_summary(rebuilt, images, NULL, 0, 0.0);
    else
        fixture_compare_tensor(rebuilt, images);
    fixture_compare_tensor(latent, points);
}

static void check_inference(void)
{
    compare_scores("/inference/score", "score");
    compare_scores("/inference/odd", "odd");
    compare_rebuilt("/inference/odd", "odd");
}

/* ---- Training ------------------------------------------------------------------ */

static void compare_losses(const char *group, const egad_train *t, size_t at, int trace)
{
    static const char *const names[] = { "loss_reconstruction", "loss_kl", "loss" };
    double *ring = fixture_fetch(t->ring), *slot = ring + at % RING * LOSSES;
    slot[2] = slot[0] + slot[1];
    for (int k = 0; k < 3; k++) {
        PATH(path, "%s/%s", group, names[k]);
        if (trace)
            fixture_compare_at(path, at, slot[k]);
        else
            fixture_compare(path, &slot[k], 1, 0, 0.0);
    }
    free(ring);
}

static egad_train *trainer(size_t N)
{
    egad_train *t;
    CHECK_OK(egad_train_new(&t, fixture.detector, N, 0, NULL, NULL, 0));
    return t;
}

/* The samples of an odd batch are rows of one batch, whose mean is that over all. */
static void check_gradient(const char *group, const float *x, const float *eps, size_t N,
                           size_t L)
{
    egad_train *t = trainer(N * L);
    float *repeated = lab_floats(L * N * fixture.X);
    for (size_t l = 0; l < L; l++)
        memcpy(repeated + l * N * fixture.X, x, N * fixture.X * sizeof *x);
    CHECK_OK(egad_tensor_write(lab, t->batch[VAE_X], repeated));
    CHECK_OK(egad_tensor_write(lab, t->batch[VAE_NOISE], eps));
    CHECK_OK(egad_plan_run(t->step[0].gradients));
    CHECK_OK(egad_device_finish(lab));
    compare_losses(group, t, 0, 0);
    each_tensor(compare, &(comparison){ .group = group });
    egad_train_free(t);
}

static void check_gradients(void)
{
    const float *x = inputs("odd/x"), *eps = inputs("odd/eps");
    const size_t N = axis("odd/x", 0);
    check_gradient("/gradients/odd", x, eps, N, 1);
    check_gradient("/gradients/odd_all_samples", x, eps, N, axis("odd/eps", 0));
    check_gradient("/gradients/train", inputs("train/x"), inputs("train/eps"),
                   axis("train/x", 1), 1);
}

static void check_training(const char *label, double rate)
{
    const size_t N = axis("train/x", 1), iterations = axis("train/x", 0);
    const float *x = inputs("train/x"), *eps = inputs("train/eps");
    float rates[RING] = { 0 };
    PATH(group, "/training/%s", label);
    PATH(final, "%s/final", group);
    PATH(ema, "%s/ema", group);
    PATH(scores_final, "%s/scores_final", group);
    PATH(scores_ema, "%s/scores_ema", group);
    reset();
    egad_train *t = trainer(N);
    for (size_t i = 0; i < iterations; i++)
        rates[i] = (float)egad_adam_rate(rate, fixture.detector->recipe.beta1, i);
    CHECK_OK(egad_tensor_write(lab, t->rates, rates));
    for (size_t i = 0; i < iterations; i++) {
        CHECK_OK(egad_tensor_write(lab, t->batch[VAE_X], x + i * N * fixture.X));
        CHECK_OK(egad_tensor_write(lab, t->batch[VAE_NOISE], eps + i * N * fixture.Z));
        CHECK_OK(egad_plan_run(t->step[0].gradients));
        CHECK_OK(egad_plan_run(t->step[0].update));
        CHECK_OK(egad_device_finish(lab));
        compare_losses(group, t, i, 1);
    }
    const double bound = 2.0 * (double)iterations * rate;
    each_tensor(compare, &(comparison){ final, WEIGHTS, bound });
    each_tensor(compare, &(comparison){ ema, AVERAGES, bound });
    egad_train_free(t);
    compare_scores(scores_ema, "score");
    for (size_t k = 0; k < 2; k++) /* scores are by the averages */
        CHECK_OK(egad_tensor_write(lab, fixture.detector->network[k]->ema,
                                   lab_read(fixture.detector->network[k]->w)));
    compare_scores(scores_final, "score");
}

static void check_rates(void)
{
    check_training("lr_1e-4", 1e-4);
    check_training("lr_1e-3", 1e-3);
}

/* ---- Files --------------------------------------------------------------------- */

static const egad_model *model_of(void)
{
    char *name = NULL;
    CHECK_OK(egad_h5_read_text(fixture.file, "/", "model", &name));
    const egad_model *m = strcmp(name, "vae_kdd") == 0 ? &egad_model_kdd_vae
                          : strcmp(name, "vae_mnist") == 0
                              ? &egad_model_mnist_vae_bernoulli
                              : &egad_model_mnist_vae;
    free(name);
    return m;
}

static void check_file(const char *path, void *context)
{
    void (*const *check)(void) = context;
    const egad_schema schema = { 0 };
    size_t shape[EGAD_H5_RANK], row[3] = { 1, 1, 1 };
    int rank = 0;
    CHECK_OK(egad_h5_open(&fixture.file, path));
    model = *model_of();
    CHECK_OK(egad_h5_shape(fixture.file, "/inputs/score/x", shape, &rank));
    for (int i = 1; i < rank; i++) /* (N, X), or (N, H, W, C) */
        row[3 - rank + i] = shape[i];
    fixture.X = row[0] * row[1] * row[2];
    fixture.Z = (size_t)model.z_dim;
    ck_assert_uint_eq(fixture.Z, (size_t)fixture_number("/", "latent_dim"));
    ck_assert(fabs(fixture_number("/", "variance_floor") - (double)VARIANCE_FLOOR) <
              1e-9);
    const egad_recipe recipe = { .name = "reference",
                                 .beta1 = fixture_number("/", "adam_beta1"),
                                 .ema_decay = fixture_number("/", "ema_decay"),
                                 .batch = (int)fixture_number("/", "batch"),
                                 .epochs = 1 };
    CHECK_OK(egad_detector_build(&fixture.detector, lab, &model, &recipe, row, &schema,
                                 "reference", 1));
    reset();
    (*check)();
    egad_detector_free(fixture.detector);
    egad_h5_close(fixture.file);
    lab_end();
}

static void each_file(void (*check)(void))
{
    fixture_each_engine("EGAD_REFERENCE_VAE", "reference/vae", check_file, &check);
}

START_TEST(inference)
{
    each_file(check_inference);
}
END_TEST

START_TEST(gradients)
{
    each_file(check_gradients);
}
END_TEST

START_TEST(training)
{
    each_file(check_rates);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_vae");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, inference);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, training);
    return lab_main(suite);
}
