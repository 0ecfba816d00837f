/* host/detector/score_table.c: the tables of terms and scores, and models with others. */
#include "detector/fitted.h"
#include "trained.h"

#include <hdf5.h>

static char folder[64], path[128];

static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/model.h5", folder);
}

static void teardown(void)
{
    support_remove(folder);
    lab_end();
}

/* ---- The tables ------------------------------------------------------------ */

static int has_term(const egad_model *model, const char *name)
{
    for (const egad_term *t = model->terms; t->name; t++)
        if (!strcmp(t->name, name))
            return 1;
    return 0;
}

/* What score_table.c and the searches rely on. */
static void check_score(const egad_model *model, const egad_score *score)
{
    static const size_t fewest[] = {
        [ALONE] = 1, [WEIGHTED] = 2, [SUM] = 2, [COMBINED] = 1
    };
    size_t n = 0;
    for (; n < SCORE_TERMS && score->terms[n]; n++)
        ck_assert_msg(has_term(model, score->terms[n]), "%s: no term %s", model->name,
                      score->terms[n]);
    ck_assert_uint_ge(n, fewest[score->combination]);
    ck_assert(score->combination == COMBINED || n == fewest[score->combination]);
    for (size_t i = 0; i < SCORE_TERMS && score->rebuilt[0]; i++)
        ck_assert(!score->rebuilt[i] == !score->terms[i] &&
                  (!score->rebuilt[i] || has_term(model, score->rebuilt[i])));
    ck_assert(strlen(score->name) < 16 && !strchr(score->name, '/'));
    ck_assert(strlen(score->help) < 68 && !strchr(score->help, '\n'));
    for (const egad_score *other = model->scores; other < score; other++)
        ck_assert_str_ne(other->name, score->name);
}

/* A term of a method names one that the model has, if it has any. */
static void check_method(const egad_model *model, const egad_term *term)
{
    if (term->kind != TERM_METHOD || !model->methods)
        return;
    for (int m = 0; m <= term->of[0]; m++)
        ck_assert_ptr_nonnull(model->methods[m].name);
    const egad_method *method = egad_method_find(model->methods[term->of[0]].method);
    ck_assert_ptr_nonnull(method);
    ck_assert_uint_lt((size_t)term->of[1], egad_method_terms(method));
}

START_TEST(tables)
{
    for (size_t m = 0; m < EGAD_MODELS; m++) {
        const egad_model *model = egad_models[m];
        const egad_detector d = { .model = model };
        unsigned used = 0, near = 0, spread = 0;
        size_t n = 0;
        for (size_t k = 0; model->terms[k].name; k++) {
            const egad_term *t = &model->terms[k];
            ck_assert(k < TERMS && t->kind >= 0 && t->kind <= TERM_ENERGY);
            check_method(model, t);
            ck_assert(!strchr(t->name, ' ') &&
                      (k == 0 || strcmp(t->name, model->terms[k - 1].name)));
            near |= (unsigned)(t->kind == TERM_NEAR || t->kind == TERM_LOCAL) << k;
            spread |= (unsigned)(t->kind >= TERM_SPREAD && t->kind < TERM_NEAR) << k;
        }
        for (; model->scores[n].name; n++) {
            const egad_formula f = egad_score_formula(&d, n);
            check_score(model, &model->scores[n]);
            used |= f.terms;
            if (!model->networks)
                ck_assert(f.of->combination == ALONE);
            if (egad_detector_searches(model->name))
                ck_assert(f.of->combination == WEIGHTED && f.column[0] == GAN_L1 &&
                          (f.column[1] == GAN_SIGMA_REBUILT || f.column[1] == GAN_FM));
            ck_assert_str_eq(egad_score_named(model->name, n).name, f.of->name);
        }
        ck_assert(n >= 1 && n <= SCORES);
        ck_assert_ptr_null(egad_score_named(model->name, n).name);
        ck_assert(!model->networks || !(used & spread) || !(used & near));
        size_t r = 0;
        for (; model->recipes[r].name; r++)
            ck_assert_str_eq(egad_detector_recipe(model->name, r),
                             model->recipes[r].name);
        ck_assert_ptr_null(egad_detector_recipe(model->name, r));
    }
    ck_assert_ptr_null(egad_detector_recipe("kdd", 0));
    ck_assert_ptr_null(egad_score_named("kdd", 0).name);
}
END_TEST

START_TEST(published)
{
    const struct {
        const char *model, *names[3];
    } want[] = { { "kdd-bigan", { "sigma", "fm", "combined" } },
                 { "kdd-gan", { "sigma", "fm" } },
                 { "mnist-bigan", { "sigma", "fm", "combined" } },
                 { "mnist-gan", { "sigma", "fm" } } };
    for (size_t m = 0; m < sizeof want / sizeof *want; m++)
        for (size_t i = 0; i < 3; i++) {
            const egad_score_info info = egad_score_named(want[m].model, i);
            if (!want[m].names[i]) {
                ck_assert_ptr_null(info.name);
                continue;
            }
            ck_assert_str_eq(info.name, want[m].names[i]);
            ck_assert(info.weighted == (i < 2) && info.calibrated == (i == 2));
        }
}
END_TEST

/* ---- A model with scores of its own ------------------------------------------ */

enum { ODD, ERROR, FAR, OWN };
static egad_term own_terms[OWN + 1]; /* by other names, in another order */
static const egad_score alone = { .name = "error",
                                  .combination = ALONE,
                                  .terms = { "error" },
                                  .help = "" },
                        mix = { .name = "mix",
                                .combination = WEIGHTED,
                                .terms = { "odd", "error" },
                                .help = "" },
                        both = { .name = "both",
                                 .combination = COMBINED,
                                 .terms = { "error", "odd" },
                                 .help = "" },
                        all = { .name = "all",
                                .combination = COMBINED,
                                .terms = { "odd", "error", "far" },
                                .help = "" };

/* The trained detector `s`, which from now on has these two scores. */
static void own_model(trained *s, egad_model *model, egad_score scores[3],
                      egad_score first, egad_score second)
{
    *s = trained_prepare("sound");
    *model = *s->d->model;
    scores[0] = first;
    scores[1] = second;
    scores[2].name = NULL;
    own_terms[ODD] = egad_bigan_terms[BIGAN_FM];
    own_terms[ERROR] = egad_bigan_terms[BIGAN_L1];
    own_terms[FAR] = egad_bigan_terms[BIGAN_EVIDENCE];
    own_terms[ODD].name = "odd";
    own_terms[ERROR].name = "error";
    own_terms[FAR].name = "far";
    model->terms = own_terms;
    model->scores = scores;
    s->d->model = model;
}

/* The scores by how they are defined, from the terms of rows. */
static void check_own(const trained *s, const char *name, double alpha)
{
    const egad_calibration *c = &s->d->calibration;
    float *terms = lab_floats(ROWS * TERMS), got[ROWS];
    double want[ROWS];
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, terms));
    CHECK_OK(egad_score_rows(s->d, s->data->x, ROWS, &EGAD_SCORING(name, alpha), got));
    for (size_t i = 0; i < ROWS; i++) {
        const float *t = terms + i * TERMS;
        const int n = strcmp(name, "all") ? 2 : 3;
        double sum = 0.0;
        for (int k = 0; k < n; k++)
            sum += (trained_log((double)t[k]) - c->mean_log[k]) / c->deviation_log[k];
        want[i] = !strcmp(name, "error") ? (double)t[ERROR]
                  : !strcmp(name, "mix")
                      ? alpha * (double)t[ODD] + (1.0 - alpha) * (double)t[ERROR]
                      : sum / n;
    }
    lab_near(TOLERANCE_SCORE, name, got, want, ROWS);
}

/* Other names and numbers of terms, with and without calibration of features. */
START_TEST(other_scores)
{
    static const egad_score *const combined[] = { &both, &all };
    for (int k = 0; k < 2; k++) {
        trained s;
        egad_model model;
        egad_score scores[3];
        egad_scorer *scorer;
        own_model(&s, &model, scores, *combined[k], mix);
        ck_assert_uint_eq(egad_score_evidence(s.d).n, k ? 2 * 128 : 0);
        ck_assert_str_eq(egad_score_default(s.d), combined[k]->name);
        CHECK_FAILS(egad_score_new(&scorer, s.d, NULL, 5), DATA,
                    "is not calibrated, because training was not completed; score with "
                    "mix, or");
        CHECK_FAILS(egad_score_check(s.d, "sigma"), ARGUMENT, "has no score 'sigma'");
        CHECK_OK(egad_score_calibrate(s.d, s.data));
        ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
        check_own(&s, combined[k]->name, 0.9);
        check_own(&s, "mix", 0.25);
        CHECK_OK(egad_threshold_measure(s.d, s.data, NULL));
        egad_threshold at;
        CHECK_OK(egad_threshold_find(&at, s.d, NULL, 0.1));
        CHECK_OK(egad_threshold_find(&at, s.d, &EGAD_SCORING("mix", 0.9), 0.1));
        s.d->model = egad_models[0]; /* as its file says */
        trained_finish(&s);
    }
}
END_TEST

START_TEST(one_term)
{
    trained s;
    egad_model model;
    egad_score scores[3];
    own_model(&s, &model, scores, alone, mix);
    ck_assert_str_eq(egad_score_default(s.d), "error"); /* none is combined */
    check_own(&s, "error", 0.9);
    CHECK_OK(egad_score_calibrate(s.d, s.data)); /* nothing to do */
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    trained_finish(&s);
}
END_TEST

/* ---- Files ------------------------------------------------------------------- */

/* This version's kdd-bigan does not know the terms and scores of another. */
START_TEST(unknown)
{
    trained s;
    egad_model model;
    egad_score scores[3];
    egad_detector *back;
    own_model(&s, &model, scores, alone, mix);
    CHECK_OK(egad_threshold_measure(s.d, s.data, NULL));
    CHECK_OK(egad_checkpoint_save(s.d, path));
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "its thresholds have a score 'error', which kdd-bigan of egad");
    scores[0] = all;
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    CHECK_OK(egad_checkpoint_save(s.d, path));
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "its calibration has a term 'odd', which kdd-bigan of egad");
    ck_assert_ptr_null(back);
    trained_finish(&s);
}
END_TEST

static void rewrite(const char *names, const double *mean, const double *deviation,
                    size_t n)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hsize_t size = n;
    const char *const arrays[] = { "/calibration/mean_log",
                                   "/calibration/deviation_log" };
    for (int k = 0; k < 2; k++) {
        hid_t space = H5Screate_simple(1, &size, NULL);
        H5Ldelete(file, arrays[k], H5P_DEFAULT);
        hid_t id = H5Dcreate2(file, arrays[k], H5T_NATIVE_DOUBLE, space, H5P_DEFAULT,
                              H5P_DEFAULT, H5P_DEFAULT);
        ck_assert_int_ge(H5Dwrite(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                  k ? deviation : mean),
                         0);
        H5Dclose(id);
        H5Sclose(space);
    }
    H5Ldelete(file, "/calibration/floor", H5P_DEFAULT); /* not in older files */
    hid_t group = H5Gopen2(file, "/calibration", H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Adelete(group, "terms");
    hid_t scalar = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(group, "terms", type, scalar, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, &names);
    H5Aclose(attribute);
    H5Sclose(scalar);
    H5Tclose(type);
    H5Gclose(group);
    H5Fclose(file);
}

/* Terms are read by name: in another order, and without those that no score has. */
START_TEST(by_name)
{
    trained s = trained_prepare("sound");
    egad_detector *back;
    float got[2][ROWS];
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    egad_fitted_clear(s.d); /* as in files of older versions */
    const egad_calibration *c = &s.d->calibration;
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, NULL, got[0]));
    CHECK_OK(egad_checkpoint_save(s.d, path));
    static const int column[] = { BIGAN_EVIDENCE, BIGAN_FM, BIGAN_L1, BIGAN_FEATURES };
    double mean[4], deviation[4];
    for (int k = 0; k < 4; k++) {
        mean[k] = c->mean_log[column[k]];
        deviation[k] = c->deviation_log[column[k]];
    }
    rewrite("evidence fm l1 features", mean, deviation, 4);
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    CHECK_OK(egad_score_rows(back, s.data->x, ROWS, NULL, got[1]));
    lab_same("combined", got[0], got[1], ROWS);
    CHECK_OK(egad_checkpoint_save(back, path)); /* all terms again */
    egad_detector_free(back);
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    egad_detector_free(back);
    rewrite("evidence fm features", mean, deviation, 3);
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "its calibration lacks the term 'l1'");
    rewrite("l1 features evidence l1", mean, deviation, 4);
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "its calibration has the term 'l1' twice");
    rewrite("l1 features evidence fm", mean, deviation, 3);
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT, "mean_log");
    trained_finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score_table");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, tables);
    tcase_add_test(tests, published);
    tcase_add_test(tests, other_scores);
    tcase_add_test(tests, one_term);
    tcase_add_test(tests, unknown);
    tcase_add_test(tests, by_name);
    return lab_main(suite);
}
