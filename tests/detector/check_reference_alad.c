/* ALAD against tests/reference/alad (or the folder that EGAD_REFERENCE_ALAD names): the
 * forward pass and its layers, scores by both back ends, gradients without and with
 * dropout, ten training iterations and the scores after them. */
#include "ops/spectral.h"

#include "alad.h"

#include <math.h>

/* ---- Dropout by the file's formula --------------------------------------------- */

/* The program is linked so that layers come here (CMakeLists.txt): the formula takes the
 * place of egad's random numbers.  What goes back asks only which outputs are 0. */
egad_status __real_egad_dense_forward(egad_plan *plan, const char *label, egad_tensor y,
                                      egad_tensor x, egad_tensor w, egad_tensor panels,
                                      egad_tensor bias, const egad_activation *a);
egad_status __wrap_egad_dense_forward(egad_plan *plan, const char *label, egad_tensor y,
                                      egad_tensor x, egad_tensor w, egad_tensor panels,
                                      egad_tensor bias, const egad_activation *a);

static uint64_t iteration; /* that runs */

typedef struct {
    egad_tensor y; /* a batch, and another below it */
    float rate;
    uint64_t stream; /* but for the iteration and the batch */
} mask;

static egad_status drop(cl_command_queue queue, const void *context)
{
    const mask *m = context;
    const size_t n = m->y.n / 2 * m->y.c;
    const uint64_t key = fixture_key(),
                   least = (uint64_t)ceil((double)m->rate * 16777216.0);
    float *y = malloc(2 * n * sizeof *y);
    (void)queue;
    CHECK_OK(egad_tensor_read(lab, m->y, y));
    for (size_t i = 0; i < 2 * n; i++)
        y[i] =
            fixture_bits(key, m->stream + 512 * iteration + 16 * (i / n), i % n) < least
                ? 0.0f
                : y[i] / (1.0f - m->rate);
    CHECK_OK(egad_tensor_write(lab, m->y, y));
    free(y);
    return EGAD_OK;
}

/* The stream of a layer: by the step, the network, and the layers with dropout before. */
static uint64_t stream_of(const char *label, unsigned stream)
{
    uint64_t id =
        (uint64_t)fixture_number("/", "mask_ids") + 256 * (stream / STREAM_STEP);
    for (int k = ALAD_XZ; k <= ALAD_ZZ; k++)
        for (size_t i = 0, drops = 0; i < alad_net(k)->n; i++) {
            PATH(name, "%s/%s", alad_net(k)->name, alad_net(k)->layer[i].name);
            if (strcmp(name, label) == 0)
                return id + 32 * (uint64_t)(k - ALAD_XZ) + drops;
            drops += alad_net(k)->layer[i].row.dropout > 0.0f;
        }
    ck_abort_msg("%s has no dropout", label);
    return 0;
}

egad_status __wrap_egad_dense_forward(egad_plan *plan, const char *label, egad_tensor y,
                                      egad_tensor x, egad_tensor w, egad_tensor panels,
                                      egad_tensor bias, const egad_activation *a)
{
    egad_status status = EGAD_OK;
    egad_activation plain = *a;
    plain.dropout = 0.0f;
    TRY(__real_egad_dense_forward(plan, label, y, x, w, panels, bias, &plain));
    if (a->dropout > 0.0f)
        TRY(egad_plan_call(plan, label, "dropout", drop,
                           &(mask){ y, a->dropout, stream_of(label, a->stream) },
                           sizeof(mask), 0.0, 0.0));
done:
    return status;
}

static void check_inference(void)
{
    static const char *const cases[] = { "score", "odd", "raw" };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        PATH(path, "/inference%s/%s", alad_spectral ? "_spectral" : "", cases[i]);
        PATH(x_name, "%s/x", cases[i]);
        PATH(z_name, "%s/z", cases[i]);
        if (!egad_h5_has(fixture.file, path, NULL))
            continue;
        egad_tensor x = fixture_inputs(x_name, fixture.X, -1),
                    z = fixture_inputs(z_name, fixture.Z, -1);
        alad_compare_forward(path, x, z, BY_W, 0);
        alad_compare_scores(path, x);
        egad_tensor_free(&x);
        egad_tensor_free(&z);
    }
}

static void check_activations(void)
{
    egad_tensor x = fixture_inputs("odd/x", fixture.X, -1),
                z = fixture_inputs("odd/z", fixture.Z, -1);
    if (alad_spectral)
        alad_compare_forward("/activations_spectral/inference", x, z, BY_W, 1);
    else
        alad_compare_forward("/activations/inference", x, z, BY_W, 1);
    if (!alad_spectral)
        alad_compare_forward("/activations/training", x, z, BY_MOMENTS, 1);
    egad_tensor_free(&x);
    egad_tensor_free(&z);
}

/* ---- Training ------------------------------------------------------------------ */

/* The file's losses, as sums of those of the step's table. */
static const struct {
    const char *name, *of[6];
} losses[] = {
    { "loss_xz_real", { "xz_real" } },
    { "loss_xz_fake", { "xz_fake" } },
    { "loss_xz", { "xz_real", "xz_fake" } },
    { "loss_xx_real", { "xx_real" } },
    { "loss_xx_fake", { "xx_fake" } },
    { "loss_xx", { "xx_real", "xx_fake" } },
    { "loss_zz_real", { "zz_real" } },
    { "loss_zz_fake", { "zz_fake" } },
    { "loss_zz", { "zz_real", "zz_fake" } },
    { "loss_dis", { "xz_real", "xz_fake", "xx_real", "xx_fake", "zz_real", "zz_fake" } },
    { "loss_enc_xz", { "enc" } },
    { "loss_gen_xz", { "gen" } },
    { "loss_cycle_x", { "cycle_x_real", "cycle_x_fake" } },
    { "loss_cycle_z", { "cycle_z_real", "cycle_z_fake" } },
    { "loss_enc",
      { "enc", "cycle_x_real", "cycle_x_fake", "cycle_z_real", "cycle_z_fake" } },
    { "loss_gen",
      { "gen", "cycle_x_real", "cycle_x_fake", "cycle_z_real", "cycle_z_fake" } },
};

/* The ring column of a loss, if it is of this step; -1: the step has none, -2: the model
 * has none. */
static int slot(const egad_train *t, int step, const char *name)
{
    int at = -2;
    for (int s = 0; s < t->graph->steps; s++)
        for (int i = 0; i < t->graph->step[s].losses; i++)
            if (strcmp(t->graph->step[s].table->loss[i].name, name) == 0)
                at = s == step ? t->graph->step[s].slot + i : -1;
    return at;
}

/* Of this step: one value, or with `trace` that of an iteration. */
static void compare_losses(const char *group, const egad_train *t, size_t at, int step,
                           int trace)
{
    double *ring = fixture_fetch(t->ring);
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        double have = 0.0;
        int mine = 1, found = 0;
        PATH(path, "%s/%s", group, losses[i].name);
        for (int k = 0; k < 6 && losses[i].of[k]; k++) {
            const int column = slot(t, step, losses[i].of[k]);
            mine &= column != -1;
            found |= column >= 0;
            have += column >= 0 ? ring[at % RING * LOSSES + (size_t)column] : 0.0;
        }
        if (!mine || !found)
            continue;
        if (trace)
            fixture_compare_at(path, at, have);
        else
            fixture_compare(path, &have, 1, 0, 0.0);
    }
    free(ring);
}

static void check_gradient(const char *name, const char *inputs, int dropout)
{
    static const char *const steps[] = { "dis", "gen" };
    const int stacked = strcmp(inputs, "train") == 0;
    iteration = 0;
    for (int s = 0; s < 2; s++) {
        egad_train *t;
        fixture_reset(); /* vectors of spectral normalisation have moved */
        PATH(x_name, "%s/x%s%s", inputs, stacked ? "_" : "", stacked ? steps[s] : "");
        PATH(z_name, "%s/z%s%s", inputs, stacked ? "_" : "", stacked ? steps[s] : "");
        PATH(group, "/gradients/%s/%s_step", name, steps[s]);
        egad_tensor x = fixture_inputs(x_name, fixture.X, stacked ? 0 : -1),
                    z = fixture_inputs(z_name, fixture.Z, stacked ? 0 : -1);
        CHECK_OK(egad_train_new(&t, fixture.detector, x.n, dropout, NULL, NULL, 0));
        fixture_feed(t, x, z);
        CHECK_OK(egad_plan_run(t->step[s].gradients));
        CHECK_OK(egad_device_finish(lab));
        compare_losses(group, t, 0, s, 0);
        for (int k = s ? ALAD_E : ALAD_XZ; k < (s ? ALAD_XZ : ALAD_ZZ + 1); k++)
            fixture_compare_arrays(group, alad_net(k), FIXTURE_GRADIENTS, 0.0);
        egad_train_free(t);
        egad_tensor_free(&x);
        egad_tensor_free(&z);
    }
}

static void check_gradients(void)
{
    if (alad_spectral) {
        check_gradient("odd_detached", "odd", 0);
        return;
    }
    if (egad_h5_has(fixture.file, "/gradients/train", NULL))
        check_gradient("train", "train", 0);
    check_gradient("odd", "odd", 0);
    if (egad_h5_has(fixture.file, "/gradients/odd_dropout", NULL))
        check_gradient("odd_dropout", "odd", 1);
}

/* A case of training; apart: 0 if all networks share one count of Adam's steps, as in the
 * authors' program. */
typedef struct {
    const char *name;
    double rate;
    int dropout, apart, zz;
} training_case;

/* Adam's rate of iteration i in a step. */
static void set_rate(const egad_train *t, const training_case *of, uint64_t i, int step)
{
    float rates[RING] = { 0 };
    rates[i] = (float)egad_adam_rate(of->rate, fixture.detector->recipe.beta1,
                                     of->apart ? i : 5 * i + (step ? 3 : 0));
    CHECK_OK(egad_tensor_write(lab, t->rates, rates));
}

static void iterate(egad_train *t, const training_case *of, const char *group, int i)
{
    iteration = (uint64_t)i;
    for (int s = 0; s < 2; s++) {
        egad_tensor x = fixture_inputs(s ? "train/x_gen" : "train/x_dis", fixture.X, i),
                    z = fixture_inputs(s ? "train/z_gen" : "train/z_dis", fixture.Z, i);
        fixture_feed(t, x, z);
        set_rate(t, of, (uint64_t)i, s);
        CHECK_OK(egad_plan_run(t->step[s].gradients));
        CHECK_OK(egad_plan_run(t->step[s].update));
        CHECK_OK(egad_device_finish(lab));
        compare_losses(group, t, (size_t)i, s, 1);
        egad_tensor_free(&x);
        egad_tensor_free(&z);
    }
}

/* Scores after training, by the averages of weights and then by the weights. */
static void compare_trained(const char *group)
{
    PATH(ema, "%s/scores_ema", group);
    PATH(final, "%s/scores_final", group);
    egad_tensor x = fixture_inputs("score/x", fixture.X, -1),
                z = fixture_inputs("score/z", fixture.Z, -1);
    alad_compare_forward(ema, x, z, BY_EMA, 0);
    alad_compare_forward(final, x, z, BY_W, 0);
    alad_compare_scores(ema, x);
    for (int k = 0; k <= ALAD_ZZ; k++)
        CHECK_OK(egad_tensor_write(lab, alad_net(k)->ema, lab_read(alad_net(k)->w)));
    alad_compare_scores(final, x);
    egad_tensor_free(&x);
    egad_tensor_free(&z);
}

static void check_case(const training_case *of)
{
    const int iterations = (int)fixture_number("/", "iterations");
    const double bound = 2.0 * iterations * of->rate;
    const egad_model *all = fixture.detector->model;
    egad_model model = *all;
    egad_step steps[3] = { all->steps[0], all->steps[1], { .name = NULL } };
    egad_train *t;
    PATH(group, "/training/%s", of->name);
    PATH(final, "%s/final", group);
    PATH(ema, "%s/ema", group);
    model.steps = steps;
    if (!of->zz) /* without the last two losses of G and E */
        steps[1].loss[4].name = NULL;
    fixture_reset();
    fixture.detector->model = &model;
    egad_tensor x = fixture_inputs("train/x_dis", fixture.X, 0);
    CHECK_OK(egad_train_new(&t, fixture.detector, x.n, of->dropout, NULL, NULL, 0));
    for (int i = 0; i < iterations; i++)
        iterate(t, of, group, i);
    egad_train_free(t);
    egad_tensor_free(&x);
    fixture.detector->model = all;
    if (fixture.slack > 0.0)
        return;
    fixture_compare_arrays(final, NULL, FIXTURE_WEIGHTS, bound);
    fixture_compare_arrays(ema, NULL, FIXTURE_AVERAGES, bound);
    compare_trained(group);
}

static void check_training(void)
{
    static const training_case cases[] = {
        { "lr_1e-5", 1e-5, 0, 1, 1 }, { "lr_1e-4", 1e-4, 0, 1, 1 },
        { "lr_1e-3", 1e-3, 0, 1, 1 }, { "no_dzz", 1e-4, 0, 1, 0 },
        { "dropout", 1e-4, 1, 1, 1 }, { "release", 1e-4, 1, 0, 1 },
    };
    static const training_case plain = { "plain", 2e-4, 0, 1, 1 },
                               detached = { "detached", 2e-4, 0, 1, 1 };
    /* The tolerances of images come of two runs in single precision, which agree by
     * chance in one loss with spectral normalisation.  In double precision, the order of
     * a batch's rows alone moves that by 5e-12 in the second iteration: 3e-3 for the
     * precision of a float.  So these losses have 1e-3, and weights, which Adam moves by
     * the sign of gradients of any size, are compared without spectral normalisation
     * only. */
    fixture.slack = alad_spectral ? 1e-3 : 0.0;
    if (fixture.detector->model->images)
        check_case(alad_spectral ? &detached : &plain);
    else
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            check_case(&cases[i]);
}

/* ---- Spectral normalisation alone ---------------------------------------------- */

/* u and 1 / sigma after 1, 2 and 5 iterations; and after one the gradient of sum P W /
 * sigma, P by the formula. */
static void compare_layer(egad_net *of, const egad_net_layer *l)
{
    const size_t O = l->row.op == OP_DENSE ? l->O : l->conv.O, R = l->weights / O;
    const uint64_t key = fixture_key();
    PATH(group, "/spectral/%s/%s", of->name, l->name);
    PATH(gradient, "%s/gradient_detached", group);
    PATH(kernel, "/initial/%s/%s/kernel", of->name, l->name);
    const uint64_t id = (uint64_t)fixture_number("/", "probe_ids") +
                        (uint64_t)fixture_number(kernel, "tensor_id");
    const egad_spectral s = { .R = R,
                              .O = O,
                              .w = egad_net_view(of->w, l->kernel, l->weights),
                              .u = egad_net_view(of->moving, l->u, O),
                              .kept = lab_tensor(1, SPECTRAL_NUMBERS + R, 0, NULL) };
    const egad_tensor to = lab_tensor(1, R * O, 0, NULL),
                      g = lab_tensor(1, R * O, 0, NULL);
    float *p = lab_floats(R * O);
    for (size_t i = 0; i < R * O; i++)
        p[i] = (float)((double)fixture_bits(key, id, i) / 8388608.0 - 1.0);
    CHECK_OK(egad_tensor_write(lab, g, p));
    egad_plan *plan = lab_plan(), *back = lab_plan();
    CHECK_OK(egad_spectral_forward(plan, "forward", &s, to));
    CHECK_OK(egad_spectral_backward(back, "backward", &s, g));
    for (int n = 1; n <= 5; n++) {
        PATH(u, "%s/u_%d", group, n);
        PATH(sigma, "%s/sigma_%d", group, n);
        lab_run(plan);
        if (n == 1) {
            lab_run(back);
            fixture_compare_summary(gradient, g, NULL, 0, 0.0);
        }
        if (n == 3 || n == 4)
            continue;
        const double have = 1.0 / (double)lab_read(s.kept)[0];
        fixture_compare(sigma, &have, 1, 0, 0.0);
        fixture_compare_summary(u, s.u, NULL, 0, 0.0);
    }
}

static void check_spectral(void)
{
    for (int k = 0; k <= ALAD_ZZ; k++)
        for (size_t i = 0; i < alad_net(k)->n; i++)
            if (alad_net(k)->layer[i].row.mark & SN)
                compare_layer(alad_net(k), &alad_net(k)->layer[i]);
}

START_TEST(inference)
{
    alad_each_file("inference", check_inference);
}
END_TEST

START_TEST(activations)
{
    alad_each_file("activations", check_activations);
}
END_TEST

START_TEST(gradients)
{
    alad_each_file("gradients", check_gradients);
}
END_TEST

START_TEST(training)
{
    alad_each_file("training", check_training);
}
END_TEST

START_TEST(norms)
{
    alad_each_file("norms", check_spectral);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_alad");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, training);
    tcase_add_test(tests, norms);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, activations);
    tcase_add_test(tests, inference);
    return lab_main(suite);
}
