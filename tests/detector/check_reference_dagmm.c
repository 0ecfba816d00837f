/* DAGMM and DAGMM-NVI against tests/reference/dagmm (or the folder that
 * EGAD_REFERENCE_DAGMM names): the mixture of all rows, scores, losses and gradients of a
 * batch with given dropout, and ten training iterations. */
#include "detector/encode.h"
#include "detector/train.h"

#include "fixture.h"
#include "models/dagmm.h"

#include <math.h>

/* clang-format off */
static const egad_layer odd_e[] = {
  { Dense, 10,   NO_BN, Tanh,   0.0f, PLAIN },
  { Dense, 2,    NO_BN, Linear, 0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer odd_d[] = {
  { Dense, 10,   NO_BN, Tanh,   0.0f, PLAIN },
  { Dense, AS_X, NO_BN, Linear, 0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer odd_gamma[] = {
  { Dense, 10,   NO_BN, Tanh,   0.5f, PLAIN },
  { Dense, 2,    NO_BN, Linear, 0.0f, PLAIN },
  END_OF_TABLE
};
/* clang-format on */
static const egad_network odd[] = DAGMM_NETWORKS(odd_e, odd_d, odd_gamma);

static egad_model model; /* the file's, by one of the two objectives */
static const char *const objectives[] = { "dagmm", "nvi" };
static const char *const losses[] = { "reconstruction", "energy", "penalty" };
static const double weights[] = { 1.0, 0.1, 0.005 };

/* ---- Weights -------------------------------------------------------------------- */

static void each_tensor(void (*f)(const char *path, egad_net *net, size_t at, size_t n,
                                  void *context),
                        void *context)
{
    for (size_t k = 0; k < fixture.detector->networks; k++) {
        egad_net *net = fixture.detector->network[k];
        for (size_t i = 0; i < net->n; i++) {
            const egad_net_layer *l = &net->layer[i];
            PATH(kernel, "%s/%s/kernel", net->name, l->name);
            PATH(bias, "%s/%s/bias", net->name, l->name);
            f(kernel, net, l->kernel, l->I * l->O, context);
            f(bias, net, l->bias, l->O, context);
        }
    }
}

static void initialise(const char *path, egad_net *net, size_t at, size_t n,
                       void *context)
{
    double *values = fixture_initial(&(fixture_array){ .path = path, .n = n });
    float *w = lab_floats(n);
    PATH(summary, "/initial/%s", path);
    (void)context;
    for (size_t i = 0; i < n; i++)
        w[i] = (float)values[i];
    CHECK_OK(egad_tensor_write(lab, egad_net_view(net->w, at, n), w));
    CHECK_OK(egad_tensor_write(lab, egad_net_view(net->ema, at, n), w));
    CHECK_OK(egad_tensor_write(lab, egad_net_view(net->m, at, n), lab_floats(n)));
    CHECK_OK(egad_tensor_write(lab, egad_net_view(net->v, at, n), lab_floats(n)));
    fixture_compare_summary(summary, egad_net_view(net->w, at, n), NULL, 0, 0.0);
    free(values);
}

/* What is compared: gradients, or with a bound the weights after training. */
typedef struct {
    const char *group;
    double bound;
} comparison;

static void compare(const char *path, egad_net *net, size_t at, size_t n, void *context)
{
    const comparison *c = context;
    double *from =
        c->bound > 0.0 ? fixture_initial(&(fixture_array){ .path = path, .n = n }) : NULL;
    PATH(summary, "%s/%s", c->group, path);
    fixture_compare_summary(summary, egad_net_view(from ? net->w : net->g, at, n), from,
                            from ? 4 : 0, c->bound);
    free(from);
}

/* ---- Inputs --------------------------------------------------------------------- */

static size_t axis(const char *name, int i)
{
    size_t shape[EGAD_H5_RANK] = { 0 };
    int rank = 0;
    PATH(path, "/inputs/%s", name);
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    return shape[i];
}

static const float *inputs(const char *name)
{
    PATH(path, "/inputs/%s", name);
    size_t shape[EGAD_H5_RANK] = { 0 }, n = 1;
    int rank = 0;
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    for (int i = 0; i < rank; i++)
        n *= shape[i];
    float *x = lab_floats(n);
    CHECK_OK(egad_h5_read(fixture.file, path, EGAD_H5_F32, n, x));
    return x;
}

/* ---- The mixture and scores ------------------------------------------------------ */

static void fit_mixture(void)
{
    const size_t n = axis("fit/x", 0);
    egad_dataset *data = NULL;
    CHECK_OK(egad_dataset_new(&data, n, (const size_t[]){ 1, 1, fixture.X }));
    memcpy(data->x, inputs("fit/x"), n * fixture.X * sizeof *data->x);
    CHECK_OK(egad_score_calibrate(fixture.detector, data));
    egad_dataset_free(data);
}

static void compare_mixture(const char *group)
{
    const egad_mixture *m = fixture.detector->calibration.mixture;
    const size_t d = m->d, K = m->K;
    double *mu = lab_doubles(K * d), *sigma = lab_doubles(K * d * d);
    for (size_t i = 0; i < K * d; i++)
        mu[i] = m->mu[i / d][i % d];
    for (size_t i = 0; i < K * d * d; i++)
        sigma[i] = m->sigma[i / d / d][i / d % d][i % d];
    PATH(phi_path, "%s/phi", group);
    PATH(mu_path, "%s/mu", group);
    PATH(sigma_path, "%s/sigma", group);
    fixture_compare(phi_path, m->phi, K, 0, 0.0);
    fixture_compare(mu_path, mu, K * d, 0, 0.0);
    fixture_compare(sigma_path, sigma, K * d * d, 0, 0.0);
}

static void compare_scores(const char *group, const char *name)
{
    PATH(x_name, "%s/x", name);
    const size_t N = axis(x_name, 0);
    egad_encode *infer = NULL;
    float *terms = lab_floats(N * TERMS);
    double *energy = lab_doubles(N), *error = lab_doubles(N);
    CHECK_OK(egad_encode_new(&infer, fixture.detector, 3, N));
    CHECK_OK(egad_encode_run(infer, inputs(x_name), N, terms));
    egad_encode_free(infer);
    for (size_t i = 0; i < N; i++) {
        energy[i] = (double)terms[i * TERMS];
        error[i] = (double)terms[i * TERMS + 1] * (double)terms[i * TERMS + 1];
    }
    PATH(energy_path, "%s/energy", group);
    PATH(error_path, "%s/reconstruction", group);
    fixture_compare(energy_path, energy, N, 0, 0.0);
    fixture_compare(error_path, error, N, 0, 0.0);
}

static void check_scores(void)
{
    each_tensor(initialise, NULL);
    fit_mixture();
    compare_mixture("/mixture/initial");
    compare_scores("/inference/score", "score");
    compare_scores("/inference/odd", "odd");
}

/* ---- Training -------------------------------------------------------------------- */

/* A step in two plans: up to the losses, and from them on; in between dropout is
 * replaced. */
typedef struct {
    egad_train *t;
    egad_plan *forward, *hidden, *logits, *back;
    egad_tensor y;
} trainer;

static trainer begin(size_t N)
{
    trainer r = { 0 };
    CHECK_OK(egad_train_new(&r.t, fixture.detector, N, 1, NULL, NULL, 0));
    egad_graph_step *step = &r.t->graph->step[0], *whole = malloc(sizeof *whole);
    *whole = *step;
    int first = 0;
    while (step->op[first].kind != GRAPH_LOSS && step->op[first].kind != GRAPH_CLEAR)
        first++;
    CHECK_OK(egad_plan_new(&r.forward, lab, "forward"));
    CHECK_OK(egad_plan_new(&r.back, lab, "back"));
    step->n = first;
    CHECK_OK(r.t->backend->step(r.t, r.forward, 0));
    step->n = whole->n - first;
    memcpy(step->op, whole->op + first, (size_t)step->n * sizeof *step->op);
    CHECK_OK(r.t->backend->step(r.t, r.back, 0));
    free(whole);

    const egad_pass *pass =
        egad_train_launch_pass(r.t, r.t->graph->producer[DAGMM_LOGITS]);
    const egad_net_layer *l = pass->net->layer;
    const egad_tensor none = { 0 }, w = pass->net->w;
    r.y = pass->y[0];
    CHECK_OK(egad_plan_new(&r.hidden, lab, "hidden"));
    CHECK_OK(egad_dense_forward(
        r.hidden, "hidden", pass->y[0], pass->x, egad_net_kernel(&l[0], w), none,
        egad_net_view(w, l[0].bias, l[0].O), &(egad_activation){ .act = ACT_TANH }));
    CHECK_OK(egad_plan_new(&r.logits, lab, "logits"));
    CHECK_OK(egad_dense_forward(
        r.logits, "logits", pass->y[1], pass->y[0], egad_net_kernel(&l[1], w), none,
        egad_net_view(w, l[1].bias, l[1].O), &(egad_activation){ .act = ACT_LINEAR }));
    return r;
}

static void end(trainer *r)
{
    egad_plan_free(r->forward);
    egad_plan_free(r->hidden);
    egad_plan_free(r->logits);
    egad_plan_free(r->back);
    egad_train_free(r->t);
}

/* Gradients of a batch; mask: 1 keeps a unit. */
static void step(trainer *r, const float *x, const float *mask)
{
    CHECK_OK(egad_tensor_write(lab, r->t->batch[DAGMM_X], x));
    CHECK_OK(egad_plan_run(r->forward));
    CHECK_OK(egad_plan_run(r->hidden));
    float *y = lab_read(r->y);
    for (size_t i = 0; i < r->y.n * r->y.c; i++)
        y[i] = mask[i] > 0.0f ? y[i] / (float)fixture_number("/", "dropout_keep") : 0.0f;
    CHECK_OK(egad_tensor_write(lab, r->y, y));
    CHECK_OK(egad_plan_run(r->logits));
    CHECK_OK(egad_plan_run(r->back));
    CHECK_OK(egad_device_finish(lab));
}

/* Losses of iteration i, alone or as an element of a trace. */
static void compare_losses(const trainer *r, const char *group, size_t i, int trace)
{
    const float *ring = lab_read(r->t->ring) + i % RING * LOSSES;
    double all = 0.0;
    for (size_t k = 0; k < 3; k++) {
        const double value = (double)ring[k];
        PATH(path, trace ? "%s/loss_%s" : "%s/%s", group, losses[k]);
        all += weights[k] * value;
        if (trace)
            fixture_compare_at(path, i, value);
        else /* energies of both signs may cancel to less than what z is rounded to */
            fixture_compare(path, &value, 1, k == 1, 1e-6);
    }
    PATH(path, "%s/loss", group);
    if (trace)
        fixture_compare_at(path, i, all);
    else
        fixture_compare(path, &all, 1, 0, 0.0);
}

static const char *objective(void)
{
    return objectives[model.steps[0].loss[1].kind == LOSS_BOUND];
}

/* What the estimation network sees and says, and the gradient of that. */
static void compare_stages(const trainer *r)
{
    const egad_pass *pass =
        egad_train_launch_pass(r->t, r->t->graph->producer[DAGMM_LOGITS]);
    PATH(z, "/stages/%s/z", objective());
    PATH(logits, "/stages/%s/logits", objective());
    PATH(slope, "/stages/%s/d_logits", objective());
    fixture_compare_tensor(z, pass->x);
    fixture_compare_tensor(logits, pass->y[1]);
    fixture_compare_tensor(slope, pass->dpre[1]);
}

static void check_gradients(void)
{
    static const char *const names[] = { "train", "odd" };
    for (int k = 0; k < 2; k++) {
        PATH(group, "/gradients/%s/%s", objective(), names[k]);
        PATH(x_name, "%s/x", names[k]);
        PATH(mask_name, "%s/mask", names[k]);
        each_tensor(initialise, NULL);
        trainer r = begin(axis(x_name, k ? 0 : 1));
        step(&r, inputs(x_name), inputs(mask_name));
        if (k)
            compare_stages(&r);
        compare_losses(&r, group, 0, 0);
        each_tensor(compare, &(comparison){ group, 0.0 });
        end(&r);
    }
}

static void average(const char *path, egad_net *net, size_t at, size_t n, void *context)
{
    (void)path;
    (void)context;
    CHECK_OK(egad_tensor_write(lab, egad_net_view(net->ema, at, n),
                               lab_read(egad_net_view(net->w, at, n))));
}

static void check_training(const char *label, double rate)
{
    const size_t N = axis("train/x", 1), iterations = axis("train/x", 0),
                 units = axis("train/mask", 2);
    const float *x = inputs("train/x"), *mask = inputs("train/mask");
    float rates[RING] = { 0 };
    PATH(group, "/training/%s/%s", objective(), label);
    PATH(final, "%s/final", group);
    PATH(mixture, "%s/mixture", group);
    PATH(scores, "%s/scores", group);
    each_tensor(initialise, NULL);
    trainer r = begin(N);
    for (size_t i = 0; i < iterations; i++)
        rates[i] = (float)egad_adam_rate(rate, fixture.detector->recipe.beta1, i);
    CHECK_OK(egad_tensor_write(lab, r.t->rates, rates));
    for (size_t i = 0; i < iterations; i++) {
        step(&r, x + i * N * fixture.X, mask + i * N * units);
        CHECK_OK(egad_plan_run(r.t->step[0].update));
        CHECK_OK(egad_device_finish(lab));
        compare_losses(&r, group, i, 1);
    }
    each_tensor(compare, &(comparison){ final, 2.0 * (double)iterations * rate });
    end(&r);
    each_tensor(average, NULL); /* scores are by the averages */
    fit_mixture();
    compare_mixture(mixture);
    compare_scores(scores, "score");
}

static void check_rates(void)
{
    check_training("lr_1e-4", 1e-4);
    check_training("lr_1e-3", 1e-3);
}

/* ---- Files ----------------------------------------------------------------------- */

static void check_file(const char *path, void *context)
{
    void (*const *check)(void) = context;
    static const egad_model *const of[] = { &egad_model_kdd_dagmm,
                                            &egad_model_kdd_dagmm_nvi };
    const egad_schema schema = { 0 };
    for (size_t k = 0; k < 2; k++) {
        CHECK_OK(egad_h5_open(&fixture.file, path));
        fixture.X = (size_t)fixture_number("/", "columns");
        model = *of[k];
        if (fixture_number("/", "components") < 4.0) {
            model.networks = odd;
            model.z_dim = 2;
        }
        const egad_recipe recipe = { .name = "reference",
                                     .beta1 = fixture_number("/", "adam_beta1"),
                                     .batch = (int)fixture_number("/", "batch"),
                                     .epochs = 1 };
        const size_t row[] = { 1, 1, fixture.X };
        CHECK_OK(egad_detector_build(&fixture.detector, lab, &model, &recipe, row,
                                     &schema, "reference", 1));
        (*check)();
        egad_detector_free(fixture.detector);
        egad_h5_close(fixture.file);
        lab_end();
    }
}

static void each_file(void (*check)(void))
{
    fixture_each_engine("EGAD_REFERENCE_DAGMM", "reference/dagmm", check_file, &check);
}

START_TEST(scores)
{
    each_file(check_scores);
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
    Suite *suite = suite_create("reference_dagmm");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, scores);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, training);
    return lab_main(suite);
}
