/* Profiles: the launches of an iteration or a batch, their operations, and that they are
 * timed. */
#include "lab.h"

enum { COLUMNS = 20, BATCH = 12 };

static egad_detector *detector(const char *model, const size_t shape[3])
{
    egad_dataset *data;
    egad_detector *d;
    CHECK_OK(egad_dataset_new(&data, 2 * BATCH, shape));
    for (size_t i = 0; i < 2 * BATCH * shape[0] * shape[1] * shape[2]; i++)
        data->x[i] = (float)(i * 7 % 11);
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = model,
                                           .batch = BATCH, .hold_out = -1)));
    egad_dataset_free(data);
    return d;
}

static double flops_of(const egad_profile *list, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += list[i].calls * list[i].flops;
    return sum;
}

static void check_entries(const egad_profile *list, size_t n, int timed)
{
    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++) {
        const egad_profile *p = &list[i];
        ck_assert_msg(*p->plan && *p->label && *p->kernel, "launch %zu has no name", i);
        ck_assert_int_ge(p->calls, 1);
        ck_assert_msg(timed ? p->seconds > 0.0 : p->seconds == 0.0, "%s takes %g s",
                      p->label, p->seconds);
        ck_assert_msg(p->bytes > 0.0 || p->flops == 0.0, "%s: %g operations on no bytes",
                      p->label, p->flops);
    }
}

/* Two operations per weight and row with every engine: E, G and D for sigma; for fm D
 * counts twice. */
START_TEST(scores)
{
    static const char *const engines[] = { "rows", "tiles", "clblast", "plain" };
    static const size_t shape[3] = { 1, 1, COLUMNS };
    const double e = COLUMNS * 64 + 64 * 32, g = 32 * 64 + 64 * 128 + 128 * COLUMNS,
                 d = COLUMNS * 128 + 32 * 128 + 256 * 128 + 128;
    float *x = lab_uniform(BATCH * COLUMNS, 3, 1.0f);
    for (size_t k = 0; k < sizeof engines / sizeof *engines; k++)
        for (int fm = 0; fm < 2; fm++) {
            egad_scorer *scorer;
            egad_profile *list;
            size_t n;
            lab_engine(engines[k]);
            egad_detector *bigan = detector("kdd-bigan", shape);
            CHECK_OK(egad_score_new(&scorer, bigan,
                                    &EGAD_SCORING(fm ? "fm" : "sigma", 0.9), BATCH));
            CHECK_OK(egad_score_profile(&list, &n, scorer, NULL, 0));
            check_entries(list, n, 0);
            ck_assert_msg(flops_of(list, n) == 2.0 * BATCH * (e + g + d * (1 + fm)),
                          "%s counts %g", engines[k], flops_of(list, n));
            free(list);
            CHECK_OK(egad_score_profile(&list, &n, scorer, x, 2));
            check_entries(list, n, 1);
            free(list);
            egad_score_free(scorer);
            egad_detector_free(bigan);
        }
}
END_TEST

static size_t launches_of(const char *model)
{
    static const size_t shape[3] = { 1, 1, COLUMNS };
    egad_detector *d = detector(model, shape);
    egad_scorer *scorer;
    egad_profile *list;
    size_t n;
    CHECK_OK(egad_score_new(&scorer, d, &EGAD_SCORING("fm", 0.9), BATCH));
    CHECK_OK(egad_score_profile(&list, &n, scorer, NULL, 0));
    free(list);
    egad_score_free(scorer);
    egad_detector_free(d);
    return n;
}

/* A search has one more launch, which draws z. */
static void check_launches(int one)
{
    static const char *const models[] = { "kdd-bigan", "kdd-gan" };
    for (size_t k = 0; k < 2; k++) {
        const size_t n = launches_of(models[k]);
        ck_assert_msg(one ? n == 1 + k : n > 8, "%s: %zu launches", models[k], n);
    }
}

/* Dense networks use one launch unless the requested engine has none or the layers do not
 * fit a group. */
START_TEST(one_launch)
{
    static const char *const engines[] = { "tiles", "clblast", "plain" };
    lab_one_launch(_i);
    check_launches(1);
    for (int e = 0; e < 3; e++) {
        lab_engine(engines[e]);
        check_launches(0);
    }
    if (_i == LAB_CPU)
        return;
    lab_engine("");
    check_launches(1);
    const size_t local = lab->local;
    lab->local = 2048;
    check_launches(0);
    lab->local = local;
    lab->group = 128;
    check_launches(0);
}
END_TEST

/* Profiling a scorer leaves its scores as they were. */
START_TEST(scores_stay)
{
    static const size_t shape[3] = { 1, 1, COLUMNS };
    float *x = lab_uniform((BATCH + 1) * COLUMNS, 3, 1.0f), before[BATCH], after[BATCH];
    lab_one_launch(_i);
    egad_detector *d = detector("kdd-bigan", shape);
    egad_scorer *scorer;
    egad_profile *list;
    size_t n;
    CHECK_OK(egad_score_new(&scorer, d, &EGAD_SCORING("sigma", 0.9), BATCH));
    CHECK_OK(egad_score_run(scorer, x, BATCH, before));
    CHECK_OK(egad_score_profile(&list, &n, scorer, x + COLUMNS, 1));
    CHECK_OK(egad_score_run(scorer, x, BATCH, after));
    lab_same("scores", after, before, BATCH);
    free(list);
    egad_score_free(scorer);
    egad_detector_free(d);
}
END_TEST

/* A step counts as often as it is run, in one launch or many. */
START_TEST(searches)
{
    enum { STEPS = 3, RESTARTS = 2 };
    static const size_t shape[3] = { 1, 1, COLUMNS };
    static const char *const engines[] = { "rows", "plain" };
    float *x = lab_uniform(BATCH * COLUMNS, 3, 1.0f);
    lab_one_launch(_i);
    for (int fm = 0; fm < 2; fm++) {
        double flops[2];
        for (int k = 0; k < 2; k++) {
            egad_scorer *scorer;
            egad_profile *list;
            size_t n;
            float before[BATCH], after[BATCH];
            lab_engine(engines[k]);
            egad_detector *gan = detector("kdd-gan", shape);
            egad_scoring how = EGAD_SCORING(fm ? "fm" : "sigma", 0.9);
            how.steps = STEPS;
            how.restarts = RESTARTS;
            CHECK_OK(egad_score_new(&scorer, gan, &how, BATCH));
            CHECK_OK(egad_score_profile(&list, &n, scorer, x, 2));
            check_entries(list, n, 1);
            flops[k] = flops_of(list, n);
            free(list);
            /* Profiling leaves the scores unchanged. */
            CHECK_OK(egad_score_run(scorer, x, BATCH, after));
            CHECK_OK(egad_score_rows(gan, x, BATCH, &how, before));
            lab_same("scores", after, before, BATCH);
            egad_score_free(scorer);
            egad_detector_free(gan);
        }
        /* Once forward to f_D; steps forward and back; the last forward, per search. */
        const double g = 32 * 64 + 64 * 128 + 128 * COLUMNS,
                     d = COLUMNS * 256 + 256 * 128 + 128 * 128, out = 128;
        const double step = 2.0 * (g + d + (fm ? 0.0 : out));
        const double begin = d, end = g + d + out;
        const double launched = begin + RESTARTS * (STEPS * step + end);
        const double fused = RESTARTS * (begin + STEPS * step + end);
        ck_assert_msg(flops[0] == 2.0 * BATCH * fused, "in one launch: %g, not %g",
                      flops[0], 2.0 * BATCH * fused);
        ck_assert_msg(flops[1] == 2.0 * BATCH * launched, "in many: %g, not %g", flops[1],
                      2.0 * BATCH * launched);
    }
}
END_TEST

static double flops_of_training(const char *model, const size_t shape[3], int times)
{
    egad_detector *d = detector(model, shape);
    egad_profile *list;
    size_t n;
    CHECK_OK(egad_train_profile(&list, &n, d, times));
    check_entries(list, n, times > 0);
    const double flops = flops_of(list, n);
    free(list);
    egad_detector_free(d);
    return flops;
}

/* All engines count the same operations, of images too; but rows fuses the encoder's
 * first two convolutions, which run forward twice and back once. */
START_TEST(training)
{
    const double first = 8 * 8 * 9 * 32, second = 4 * 4 * 9 * 32 * 64,
                 joined = 4 * 4 * 9 * 10 * 64;
    const struct {
        const char *model;
        size_t shape[3];
        double saved;
    } cases[] = {
        { "kdd-bigan", { 1, 1, COLUMNS }, 0.0 },
        { "kdd-gan", { 1, 1, COLUMNS }, 0.0 },
        { "mnist-bigan", { 8, 8, 1 }, 3.0 * (first + second - joined) + second },
        { "mnist-gan", { 8, 8, 1 }, 0.0 }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lab_engine("rows");
        const double rows = flops_of_training(cases[i].model, cases[i].shape, 0);
        lab_engine("plain");
        const double plain = flops_of_training(cases[i].model, cases[i].shape, 1);
        const double saved = 2.0 * BATCH * cases[i].saved;
        ck_assert_msg(rows > 0.0 && rows == plain - saved, "%s: %g and %g - %g",
                      cases[i].model, rows, plain, saved);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, scores);
    tcase_add_loop_test(tests, one_launch, LAB_CPU, LAB_KINDS);
    tcase_add_loop_test(tests, scores_stay, LAB_CPU, LAB_KINDS);
    tcase_add_loop_test(tests, searches, LAB_CPU, LAB_KINDS);
    tcase_add_test(tests, training);
    return lab_main(suite);
}
