/* Terms and scores of a small trained model against ref_cpu.  Calibration is tested in
 * check_score_calibrate.c. */
#include "detector/encode.h"
#include "detector/fitted.h"
#include "ops/mlp.h"

#include "ref_cpu.h"
#include "score_features.h"
#include "trained.h"

#include <math.h>

/* Is the term a distance to training rows? */
static int is_distance(size_t k)
{
    return k == BIGAN_FEATURES || k == BIGAN_EVIDENCE;
}

/* Terms (ROWS, TERMS) equal ref_cpu's; distances are 0 without a calibration. */
static void check_terms(const trained *s)
{
    float *got = lab_floats(ROWS * TERMS);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, got));
    for (size_t k = 0; k < TABLE_TERMS; k++) {
        float column[ROWS];
        double want[ROWS];
        char what[32];
        for (size_t i = 0; i < ROWS; i++) {
            column[i] = got[i * TERMS + k];
            want[i] = s->terms[i * TERMS + k];
            ck_assert(is_distance(k) && !s->d->calibration.n ? column[i] == 0.0f
                                                             : want[i] > 0.0);
        }
        snprintf(what, sizeof what, "term %zu", k);
        lab_near(is_distance(k) ? TOLERANCE_EVIDENCE : TOLERANCE_SCORE, what, column,
                 want, ROWS);
    }
}

/* A term in the combined score; methods: (ROWS, TERMS), those of methods, which are
 * tested in check_fitted.c. */
static double standardised(const trained *s, const float *methods, int k, size_t row)
{
    const egad_calibration *c = &s->d->calibration;
    const size_t at = row * TERMS + (size_t)k;
    const double term = k < TABLE_TERMS ? s->terms[at] : (double)methods[at];
    const double v = (log(term + c->floor[k]) - c->mean_log[k]) / c->deviation_log[k];
    return k == BIGAN_LOCAL_WHITE ? fmax(v, 0.0) : v;
}

/* The score as defined in the public header. */
static double score(const trained *s, const float *methods, const char *name,
                    double alpha, size_t row)
{
    static const int alone[] = { BIGAN_L1, BIGAN_FEATURES, BIGAN_EVIDENCE },
                     beside[] = { BIGAN_FEATURES,    BIGAN_NEAREST,
                                  BIGAN_FIFTH,       BIGAN_NEAREST_WHITE,
                                  BIGAN_FIFTH_WHITE, BIGAN_LOCAL_WHITE };
    static const double weight[] = { 0.25, 1.0, 1.0, 1.0, 1.0, 0.5 };
    const int sound = !strcmp(s->d->recipe.name, "sound"), n = sound ? 6 : 3;
    const double *t = s->terms + row * TERMS;
    const int release = strcmp(s->d->recipe.name, "release") == 0;
    double sum = 0.0;
    if (!strcmp(name, "fm"))
        return alpha * t[BIGAN_L1] + (1.0 - alpha) * t[BIGAN_FM];
    if (!strcmp(name, "sigma"))
        return alpha * t[BIGAN_L1] +
               (1.0 - alpha) * t[release ? BIGAN_SIGMA_REBUILT : BIGAN_SIGMA];
    for (int i = 0; i < n; i++)
        sum += (sound ? weight[i] : 1.0) *
               standardised(s, methods, sound ? beside[i] : alone[i], row);
    return sum / (sound ? 4.75 : 3.0);
}

/* Evidence equals ref_cpu's, not centred, in batches of any size with the same bits. */
static void check_evidence(const trained *s)
{
    static const size_t batches[] = { 1, 7, 50, TRAINING, 200 };
    const size_t E = egad_score_evidence(s->d).n;
    double *want = lab_doubles(TRAINING * E);
    ck_assert_uint_eq(E, 2 * 128);
    ref_evidence(want, s->d, s->w, s->x, TRAINING);
    const float *first = trained_evidence(s, s->data->x, TRAINING, TRAINING);
    lab_near(TOLERANCE_SCORE, "evidence", first, want, TRAINING * E);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++)
        lab_same("batches", trained_evidence(s, s->data->x, TRAINING, batches[b]), first,
                 TRAINING * E);
}

/* Distances of the device's own evidence, in double: a tighter test than ref_cpu's
 * evidence, whose last digits differ.  Those of a GPU's one launch differ too, as it sums
 * in another order. */
static void check_distances(const trained *s)
{
    const egad_calibration *c = &s->d->calibration;
    const size_t E = egad_score_evidence(s->d).n;
    const float *e = trained_evidence(s, s->data->x, ROWS, ROWS);
    float *terms = lab_floats(ROWS * TERMS), got[2][ROWS];
    double want[2][ROWS] = { { 0.0 } }, *y = lab_doubles(E);
    int one_launch;
    CHECK_OK(egad_mlp_offered(&one_launch, lab));
    const tolerance limit =
        one_launch && !lab->cpu ? TOLERANCE_EVIDENCE : TOLERANCE_DISTANCE;
    ck_assert_uint_eq(c->n, E);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, terms));
    for (size_t i = 0; i < ROWS; i++) {
        got[0][i] = terms[i * TERMS + BIGAN_FEATURES];
        got[1][i] = terms[i * TERMS + BIGAN_EVIDENCE];
        want[1][i] = evidence_whiten(c, e + i * E, y);
        for (size_t j = 0; j < E / 2; j++)
            want[0][i] += y[j] * y[j];
    }
    lab_near(limit, "of features", got[0], want[0], ROWS);
    lab_near(limit, "of evidence", got[1], want[1], ROWS);
}

/* Scores equal ref_cpu's, with the same bits in batches of any size. */
static void check_scores(const trained *s, const char *name, double alpha)
{
    const egad_scoring how = EGAD_SCORING(name, alpha);
    static const size_t batches[] = { 1, 7, 50, ROWS, 100 };
    float *first = lab_floats(ROWS), *again = lab_floats(ROWS);
    float *methods = lab_floats(ROWS * TERMS);
    double want[ROWS];
    CHECK_OK(
        egad_fitted_run(s->d, egad_fitted_terms(s->d), s->data->x, ROWS, 0, methods));
    CHECK_OK(egad_score_rows(s->d, s->data->x, ROWS, &how, first));
    for (size_t i = 0; i < ROWS; i++)
        want[i] = score(s, methods, name, alpha, i);
    lab_near(strcmp(name, "combined") ? TOLERANCE_SCORE : TOLERANCE_EVIDENCE, name, first,
             want, ROWS);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        egad_scorer *scorer;
        CHECK_OK(egad_score_new(&scorer, s->d, &how, batches[b]));
        for (int times = 0; times < 2; times++) {
            memset(again, 0, ROWS * sizeof *again);
            CHECK_OK(egad_score_run(scorer, s->data->x, ROWS, again));
            lab_same("batches", first, again, ROWS);
        }
        /* Fewer rows, other remainders, same scorer. */
        CHECK_OK(egad_score_run(scorer, s->data->x + 3 * COLUMNS, 11, again));
        lab_same("some", first + 3, again, 11);
        egad_score_free(scorer);
    }
}

static void check_recipe(const char *recipe)
{
    trained s = trained_prepare(recipe);
    check_terms(&s);
    check_evidence(&s);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    trained_refer(&s);
    check_terms(&s);
    check_evidence(&s);
    check_distances(&s);
    for (size_t k = 0; egad_score_describe(s.d, k).name; k++)
        check_scores(&s, egad_score_describe(s.d, k).name, 0.9);
    check_scores(&s, "sigma", 0.0);
    check_scores(&s, "fm", 0.3);

    float *plain = lab_floats(ROWS), *named = lab_floats(ROWS);
    const char *standard = strcmp(recipe, "sound") ? "sigma" : "combined";
    ck_assert_str_eq(egad_score_default(s.d), standard);
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, &EGAD_SCORING(NULL, 0.9), plain));
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, &EGAD_SCORING(standard, 0.9), named));
    lab_same("default", plain, named, ROWS);
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, NULL, plain));
    lab_same("all defaults", plain, named, ROWS);
    trained_finish(&s);
}

START_TEST(by_rows)
{
    lab_engine("rows");
    check_recipe("sound");
    check_recipe("release");
    check_recipe("paper");
}
END_TEST

START_TEST(by_groups)
{
    lab_one_launch(_i);
    check_recipe("sound");
    check_recipe("release");
    check_recipe("paper");
}
END_TEST

START_TEST(by_rows_of_8)
{
    lab_engine("rows");
    lab->vector = 8;
    check_recipe("sound");
}
END_TEST

START_TEST(by_plain)
{
    lab_engine("plain");
    lab_pretend(0);
    check_recipe("sound");
    check_recipe("release");
}
END_TEST

START_TEST(by_tiles)
{
    lab_engine("tiles");
    lab_pretend(0);
    lab->info.units = 48;
    check_recipe("sound");
}
END_TEST

START_TEST(by_clblast)
{
    lab_engine("clblast");
    trained s = trained_prepare("sound");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    trained_refer(&s);
    check_terms(&s);
    trained_finish(&s);
}
END_TEST

/* Rows do not affect each other. */
START_TEST(nan_is_seen)
{
    lab_one_launch(_i);
    trained s = trained_prepare("paper");
    float *clean = lab_floats(ROWS), *broken = lab_floats(ROWS);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    for (size_t k = 0; egad_score_describe(s.d, k).name; k++) {
        const egad_scoring how = EGAD_SCORING(egad_score_describe(s.d, k).name, 0.0);
        CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, &how, clean));
        const float kept = s.data->x[17 * COLUMNS + 2];
        s.data->x[17 * COLUMNS + 2] = NAN;
        CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, &how, broken));
        s.data->x[17 * COLUMNS + 2] = kept;
        ck_assert(isnan(broken[17]));
        broken[17] = clean[17];
        lab_same("other rows", clean, broken, ROWS);
    }
    trained_finish(&s);
}
END_TEST

/* One launch and many, with the same weights. */
START_TEST(both_ways)
{
    float *terms[2];
    lab_one_launch(_i);
    trained s = trained_prepare("sound");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    for (int apart = 0; apart < 2; apart++) {
        lab_engine(apart ? "plain" : "rows");
        terms[apart] = lab_floats(TRAINING * TERMS);
        CHECK_OK(egad_score_terms(s.d, s.data->x, TRAINING, terms[apart]));
    }
    for (size_t k = 0; k < TABLE_TERMS; k++) {
        float one[TRAINING];
        double many[TRAINING];
        for (size_t i = 0; i < TRAINING; i++) {
            one[i] = terms[0][i * TERMS + k];
            many[i] = terms[1][i * TERMS + k];
        }
        lab_near(is_distance(k) ? TOLERANCE_DISTANCE : TOLERANCE_SCORE, "both ways", one,
                 many, TRAINING);
    }
    trained_finish(&s);
}
END_TEST

/* A requested term equals the one computed with all others; a term not requested is 0 or
 * equal too. */
static void check_wanted(const trained *s)
{
    float *all = lab_floats(ROWS * TERMS), *some = lab_floats(ROWS * TERMS);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, all));
    for (unsigned wanted = 1; wanted < 1u << TABLE_TERMS; wanted++) {
        egad_encode *infer;
        CHECK_OK(egad_encode_new(&infer, s->d, wanted, 20));
        CHECK_OK(egad_encode_run(infer, s->data->x, ROWS, some));
        for (size_t i = 0; i < ROWS * TERMS; i++)
            ck_assert_msg(some[i] == all[i] ||
                              (some[i] == 0.0f && !(wanted >> i % TERMS & 1u)),
                          "wanted %u, term %zu of row %zu is %g", wanted, i % TERMS,
                          i / TERMS, (double)some[i]);
        egad_encode_free(infer);
    }
}

START_TEST(wanted)
{
    lab_one_launch(_i);
    trained s = trained_prepare("sound");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    check_wanted(&s);
    lab_engine("plain");
    check_wanted(&s);
    trained_finish(&s);
}
END_TEST

/* ---- Scorers --------------------------------------------------------------- */

/* More rows than are scored at once: equal rows score the same. */
START_TEST(bulk)
{
    enum { MANY = 32768 + 100 };
    const egad_detector image = { .columns = 3000000, .model = egad_models[0] },
                        row = { .columns = 1, .model = egad_models[0] };
    ck_assert_uint_eq(egad_score_bulk(&row, 5), 5);
    ck_assert_uint_eq(egad_score_bulk(&row, 1000000), 32768);
    ck_assert_uint_eq(egad_score_bulk(&image, 3), 3);
    ck_assert_uint_eq(egad_score_bulk(&image, 1000), 6);
    trained s = trained_prepare("paper");
    float *x = lab_floats(MANY * COLUMNS), *scores = lab_floats(MANY);
    for (size_t i = 0; i < MANY; i++)
        memcpy(x + i * COLUMNS, s.data->x + i % TRAINING * COLUMNS, COLUMNS * sizeof *x);
    CHECK_OK(egad_score_rows(s.d, x, MANY, &EGAD_SCORING("sigma", 0.9), scores));
    for (size_t i = TRAINING; i < MANY; i++)
        ck_assert(scores[i] == scores[i - TRAINING]);
    ck_assert(scores[0] != scores[1]);
    trained_finish(&s);
}
END_TEST

/* Scores grow with the distance from the training rows. */
START_TEST(order)
{
    trained s = trained_prepare("paper");
    float *x = lab_floats(3 * COLUMNS), scores[3];
    for (size_t j = 0; j < COLUMNS; j++)
        for (int i = 0; i < 3; i++)
            x[(size_t)i * COLUMNS + j] = s.data->x[j] * (i == 0   ? 1
                                                         : i == 1 ? 100
                                                                  : 1e4f);
    CHECK_OK(egad_score_rows(s.d, x, 3, &EGAD_SCORING("sigma", 1.0), scores));
    ck_assert(scores[0] < scores[1] && scores[1] < scores[2]);
    trained_finish(&s);
}
END_TEST

START_TEST(refusals)
{
    trained s = trained_prepare("sound");
    egad_scorer *scorer = NULL;
    float score_of[1];
    egad_scoring no_size = EGAD_SCORING("fm", 0.9);
    no_size.size = 0;
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("combined", 0.9), 5), DATA,
                "is not calibrated");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("sigma", 1.5), 5), ARGUMENT,
                "between 0 and 1");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("sigma", NAN), 5), ARGUMENT,
                "between 0 and 1");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("sigma", 0.9), 0), ARGUMENT,
                "at least one row");
    CHECK_OK(egad_score_rows(s.d, s.data->x, 0, &EGAD_SCORING("sigma", 0.9), score_of));
    ck_assert_ptr_null(scorer);
    CHECK_OK(egad_score_check(s.d, "fm"));
    CHECK_FAILS(egad_score_check(s.d, "f"), ARGUMENT,
                "kdd-bigan has no score 'f'; it has sigma, fm and combined");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("f", 0.9), 5), ARGUMENT,
                "kdd-bigan has no score 'f'");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &no_size, 5), ARGUMENT,
                "egad_scoring says that its size is 0 bytes");
    trained_finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, by_rows);
    tcase_add_loop_test(tests, by_groups, LAB_FEW, LAB_KINDS);
    tcase_add_test(tests, by_rows_of_8);
    tcase_add_test(tests, by_plain);
    tcase_add_test(tests, by_tiles);
    tcase_add_test(tests, by_clblast);
    tcase_add_loop_test(tests, nan_is_seen, LAB_CPU, LAB_KINDS);
    tcase_add_loop_test(tests, both_ways, LAB_CPU, LAB_KINDS);
    tcase_add_loop_test(tests, wanted, LAB_CPU, LAB_KINDS);
    tcase_add_test(tests, bulk);
    tcase_add_test(tests, order);
    tcase_add_test(tests, refusals);
    return lab_main(suite);
}
