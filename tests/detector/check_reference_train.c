/* Whole networks against tests/reference (or the folder that EGAD_REFERENCE names):
 * gradients, ten training iterations with moving averages, and scores after them. */
#include "fixture.h"
#include "ref_cpu.h"

/* The losses of iteration `at`, of the D step or the G and E step, against
 * group/<name>[at] of a trace, or against a single group/<name>. */
static void compare_losses(const char *group, const egad_train *t, size_t at, int g_step,
                           int trace)
{
    static const struct {
        const char *name;
        int g_step, a, b;
    } losses[] = { { "loss_dis", 0, DIS_REAL, DIS_FAKE },
                   { "loss_dis_real", 0, DIS_REAL, -1 },
                   { "loss_dis_fake", 0, DIS_FAKE, -1 },
                   { "loss_gen", 1, GEN, -1 },
                   { "loss_enc", 1, ENC, -1 } };
    double *ring = fixture_fetch(t->ring);
    const double *slot = ring + at % RING * LOSSES;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        PATH(path, "%s/%s", group, losses[i].name);
        if (losses[i].g_step != g_step || !egad_h5_has(fixture.file, path, NULL))
            continue;
        double have = slot[losses[i].a] + (losses[i].b < 0 ? 0.0 : slot[losses[i].b]);
        if (trace)
            fixture_compare_at(path, at, have);
        else
            fixture_compare(path, &have, 1, 0, 0.0);
    }
    free(ring);
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
        egad_tensor x = fixture_inputs(cases[k][1], fixture.X, stacked ? 0 : -1);
        egad_tensor z = fixture_inputs(cases[k][2], fixture.Z, stacked ? 0 : -1);
        PATH(group, "/gradients/%s/%s", cases[k][0], g_step ? "gen_step" : "dis_step");
        CHECK_OK(egad_train_new(&t, fixture.detector, x.n, 0, NULL, NULL, 0));
        fixture_feed(t, x, z);
        CHECK_OK(egad_plan_run(t->step[g_step].gradients));
        CHECK_OK(egad_device_finish(lab));
        compare_losses(group, t, 0, g_step, 0);
        for (int net = 0; net < PAPER_NETS; net++)
            if (paper_net(fixture.detector, net) && (net == PAPER_D) != g_step)
                fixture_compare_arrays(group, paper_net(fixture.detector, net),
                                       FIXTURE_GRADIENTS, 0.0);
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
    const int iterations = (int)fixture_number("/", "iterations");
    float rates[RING] = { 0 };
    egad_train *t;
    fixture_reset();
    egad_tensor x = fixture_inputs("train/x_dis", fixture.X, 0);
    CHECK_OK(egad_train_new(&t, fixture.detector, x.n, 0, NULL, NULL, 0));
    egad_tensor_free(&x);
    for (int i = 0; i < iterations; i++)
        rates[i] =
            (float)egad_adam_rate(rate, fixture.detector->recipe.beta1, (uint64_t)i);
    CHECK_OK(egad_tensor_write(lab, t->rates, rates));

    for (int i = 0; i < iterations; i++) {
        for (int g_step = 0; g_step < 2; g_step++) {
            egad_tensor xi =
                fixture_inputs(g_step ? "train/x_gen" : "train/x_dis", fixture.X, i);
            egad_tensor zi =
                fixture_inputs(g_step ? "train/z_gen" : "train/z_dis", fixture.Z, i);
            fixture_feed(t, xi, zi);
            CHECK_OK(egad_plan_run(t->step[g_step].gradients));
            CHECK_OK(egad_plan_run(t->step[g_step].update));
            CHECK_OK(egad_device_finish(lab));
            compare_losses(group, t, (size_t)i, g_step, 1);
            egad_tensor_free(&xi);
            egad_tensor_free(&zi);
        }
    }
    fixture_compare_arrays(final, NULL, FIXTURE_WEIGHTS, 2.0 * iterations * rate);
    fixture_compare_arrays(ema, NULL, FIXTURE_AVERAGES, 2.0 * iterations * rate);

    egad_tensor sx = fixture_inputs("score/x", fixture.X, -1),
                sz = fixture_inputs("score/z", fixture.Z, -1);
    fixture_compare_inference(scores_ema, sx, sz, BY_EMA, BY_EMA);
    fixture_compare_inference(scores_final, sx, sz, BY_W, BY_W);
    if (!paper_net(fixture.detector, PAPER_E))
        fixture_compare_inference(scores_mixed, sx, sz, BY_EMA, BY_W);
    egad_tensor_free(&sx);
    egad_tensor_free(&sz);
    egad_train_free(t);
}

static void check_rates(void)
{
    check_training("lr_1e-5", 1e-5);
    check_training("lr_1e-4", 1e-4);
    check_training("lr_1e-3", 1e-3);
}

START_TEST(gradients)
{
    fixture_each_file("gradients", check_gradients);
}
END_TEST

START_TEST(training)
{
    fixture_each_file("training", check_rates);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_train");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, gradients);
    tcase_add_test(tests, training);
    return lab_main(suite);
}
