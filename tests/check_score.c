/* Terms and scores of a small trained model against ref_cpu. */
#include "../host/score.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { COLUMNS = 9, TRAINING = 90, ROWS = 53 };
static const double TINY = 1e-12; /* what logarithms of terms are kept above by */

typedef struct {
    egad_dataset *data;
    egad_detector *d;
    double *terms; /* (ROWS, TERMS) by ref_cpu, of the first ROWS rows of data */
} subject;

/* Trained for a while, with moving averages that have moved. */
static subject prepare(const char *recipe)
{
    subject s = { 0 };
    double *w[NETS];
    CHECK_OK(egad_dataset_new(&s.data, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    const float *t = lab_uniform(TRAINING, 300, 2.0f);
    const float *noise = lab_uniform(TRAINING * COLUMNS, 301, 0.1f);
    for (size_t i = 0; i < TRAINING * COLUMNS; i++)
        s.data->x[i] =
            (noise[i] + sinf(t[i / COLUMNS] + (float)(i % COLUMNS))) * (i % 40 ? 1 : 50);
    CHECK_OK(egad_detector_new(
        &s.d, lab, s.data,
        &(egad_detector_options){
            .recipe = recipe, .epochs = 10, .batch = 10, .lr = 1e-2, .seed = 7 }));
    s.d->recipe.ema_decay = 0.9;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    double *x = lab_widen(s.data->x, ROWS * COLUMNS);
    if (s.d->recipe.scaling != SCALE_NONE)
        ref_scale(x, lab_widen(s.d->fit, 3 * COLUMNS), ROWS, COLUMNS,
                  (double)egad_detector_limit(s.d));
    for (int k = 0; k < NETS; k++)
        w[k] = lab_widen(lab_read(s.d->net[k]->ema), s.d->net[k]->ema.c);
    s.terms = lab_doubles(ROWS * TERMS);
    ref_terms(s.terms, s.d, w, x, ROWS);
    return s;
}

static void finish(subject *s)
{
    egad_detector_free(s->d);
    egad_dataset_free(s->data);
    lab_end();
}

static void check_terms(const subject *s)
{
    float *got = lab_floats(ROWS * TERMS);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, got));
    for (size_t k = 0; k < TERMS; k++) {
        float column[ROWS];
        double want[ROWS];
        char what[32];
        for (size_t i = 0; i < ROWS; i++) {
            column[i] = got[i * TERMS + k];
            want[i] = s->terms[i * TERMS + k];
            ck_assert(want[i] > 0.0);
        }
        snprintf(what, sizeof what, "term %zu", k);
        lab_near(TOLERANCE_SCORE, what, column, want, ROWS);
    }
}

/* The score as the public header has it. */
static double score(const subject *s, egad_score_kind kind, double alpha, size_t row)
{
    static const int combined[] = { TERM_L1, TERM_SIGMA, TERM_FM };
    const double *t = s->terms + row * TERMS;
    const int release = strcmp(s->d->recipe.name, "release") == 0;
    double sum = 0.0;
    switch (kind) {
    case EGAD_SCORE_FM:
        return alpha * t[TERM_L1] + (1.0 - alpha) * t[TERM_FM];
    case EGAD_SCORE_COMBINED:
        for (int i = 0; i < 3; i++)
            sum += (log(t[combined[i]] + TINY) - s->d->calibration[combined[i]].mean) /
                   s->d->calibration[combined[i]].deviation;
        return sum;
    default:
        return alpha * t[TERM_L1] +
               (1.0 - alpha) * t[release ? TERM_SIGMA_REBUILT : TERM_SIGMA];
    }
}

/* Scores are ref_cpu's; and the same bits in batches of any size. */
static void check_scores(const subject *s, egad_score_kind kind, double alpha)
{
    static const size_t batches[] = { 1, 7, 50, ROWS, 100 };
    float *first = lab_floats(ROWS), *again = lab_floats(ROWS);
    double want[ROWS];
    CHECK_OK(egad_score_rows(s->d, s->data->x, ROWS, kind, alpha, first));
    for (size_t i = 0; i < ROWS; i++)
        want[i] = score(s, kind, alpha, i);
    lab_near(TOLERANCE_SCORE, egad_score_name(kind), first, want, ROWS);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        egad_scorer *scorer;
        CHECK_OK(egad_score_new(&scorer, s->d, kind, alpha, batches[b]));
        for (int times = 0; times < 2; times++) {
            memset(again, 0, ROWS * sizeof *again);
            CHECK_OK(egad_score_run(scorer, s->data->x, ROWS, again));
            lab_same("batches", first, again, ROWS);
        }
        /* Fewer rows, other remainders, with the same scorer. */
        CHECK_OK(egad_score_run(scorer, s->data->x + 3 * COLUMNS, 11, again));
        lab_same("some", first + 3, again, 11);
        egad_score_free(scorer);
    }
}

static void check_recipe(const char *recipe)
{
    subject s = prepare(recipe);
    check_terms(&s);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    for (int kind = EGAD_SCORE_SIGMA; kind <= EGAD_SCORE_COMBINED; kind++)
        check_scores(&s, (egad_score_kind)kind, 0.9);
    check_scores(&s, EGAD_SCORE_SIGMA, 0.0);
    check_scores(&s, EGAD_SCORE_FM, 0.3);

    float *plain = lab_floats(ROWS), *named = lab_floats(ROWS);
    const egad_score_kind standard =
        s.d->recipe.combined ? EGAD_SCORE_COMBINED : EGAD_SCORE_SIGMA;
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, EGAD_SCORE_DEFAULT, 0.9, plain));
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, standard, 0.9, named));
    lab_same("default", plain, named, ROWS);
    finish(&s);
}

START_TEST(by_rows)
{
    lab_engine("rows");
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

START_TEST(by_clblast)
{
    lab_engine("clblast");
    subject s = prepare("sound");
    check_terms(&s);
    finish(&s);
}
END_TEST

/* Rows do not know of each other. */
START_TEST(nan_is_seen)
{
    lab_engine("rows");
    subject s = prepare("paper");
    float *clean = lab_floats(ROWS), *broken = lab_floats(ROWS);
    for (int kind = EGAD_SCORE_SIGMA; kind <= EGAD_SCORE_FM; kind++) {
        CHECK_OK(
            egad_score_rows(s.d, s.data->x, ROWS, (egad_score_kind)kind, 0.0, clean));
        const float kept = s.data->x[17 * COLUMNS + 2];
        s.data->x[17 * COLUMNS + 2] = NAN;
        CHECK_OK(
            egad_score_rows(s.d, s.data->x, ROWS, (egad_score_kind)kind, 0.0, broken));
        s.data->x[17 * COLUMNS + 2] = kept;
        ck_assert(isnan(broken[17]));
        broken[17] = clean[17];
        lab_same("other rows", clean, broken, ROWS);
    }
    finish(&s);
}
END_TEST

/* Means and deviations of the logarithms, by definition. */
START_TEST(calibration)
{
    subject s = prepare("sound");
    float *terms = lab_floats(TRAINING * TERMS);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    CHECK_OK(egad_score_terms(s.d, s.data->x, TRAINING, terms));
    for (size_t k = 0; k < TERMS; k++) {
        double mean = 0.0, variance = 0.0;
        for (size_t i = 0; i < TRAINING; i++)
            mean += log((double)terms[i * TERMS + k] + TINY) / TRAINING;
        for (size_t i = 0; i < TRAINING; i++)
            variance +=
                pow(log((double)terms[i * TERMS + k] + TINY) - mean, 2.0) / TRAINING;
        ck_assert_double_eq_tol(s.d->calibration[k].mean, mean, 1e-6);
        ck_assert_double_eq_tol(s.d->calibration[k].deviation, sqrt(variance), 1e-6);
    }
    finish(&s);
}
END_TEST

/* More rows than are measured: a selection from all of them, every second here. */
START_TEST(calibration_of_many)
{
    enum { MANY = 40000, HALF = MANY / 2 };
    subject s = prepare("paper");
    egad_dataset *data;
    double mean = 0.0;
    CHECK_OK(egad_dataset_new(&data, MANY, (size_t[3]){ 1, 1, COLUMNS }));
    float *x = lab_floats(HALF * COLUMNS), *terms = lab_floats(HALF * TERMS);
    memcpy(data->x, lab_uniform(MANY * COLUMNS, 5, 3.0f), MANY * COLUMNS * sizeof *x);
    for (size_t i = 0; i < HALF * COLUMNS; i++)
        data->x[HALF * COLUMNS + i] *= 100.0f;
    for (size_t i = 0; i < HALF; i++)
        memcpy(x + i * COLUMNS, data->x + 2 * i * COLUMNS, COLUMNS * sizeof *x);
    CHECK_OK(egad_score_calibrate(s.d, data));
    CHECK_OK(egad_score_terms(s.d, x, HALF, terms));
    for (size_t i = 0; i < HALF; i++)
        mean += log((double)terms[i * TERMS + TERM_L1] + TINY) / HALF;
    ck_assert_double_eq_tol(s.d->calibration[TERM_L1].mean, mean, 1e-6);
    egad_dataset_free(data);
    finish(&s);
}
END_TEST

/* Scores grow with the distance from what the model has seen. */
START_TEST(order)
{
    subject s = prepare("paper");
    float *x = lab_floats(3 * COLUMNS), scores[3];
    for (size_t j = 0; j < COLUMNS; j++)
        for (int i = 0; i < 3; i++)
            x[(size_t)i * COLUMNS + j] = s.data->x[j] * (i == 0   ? 1
                                                         : i == 1 ? 100
                                                                  : 1e4f);
    CHECK_OK(egad_score_rows(s.d, x, 3, EGAD_SCORE_SIGMA, 1.0, scores));
    ck_assert(scores[0] < scores[1] && scores[1] < scores[2]);
    finish(&s);
}
END_TEST

START_TEST(refusals)
{
    subject s = prepare("sound");
    egad_scorer *scorer = NULL;
    egad_detector *gan;
    float score_of[1];
    egad_score_kind kind;
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_COMBINED, 0.9, 5), DATA,
                "measured on training rows");
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_SIGMA, 1.5, 5), ARGUMENT,
                "between 0 and 1");
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_SIGMA, NAN, 5), ARGUMENT,
                "between 0 and 1");
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_SIGMA, 0.9, 0), ARGUMENT,
                "at least one row");
    CHECK_OK(egad_score_rows(s.d, s.data->x, 0, EGAD_SCORE_SIGMA, 0.9, score_of));
    CHECK_OK(egad_detector_new(
        &gan, lab, s.data, &(egad_detector_options){ .model = "kdd-gan", .batch = 10 }));
    CHECK_FAILS(egad_score_new(&scorer, gan, EGAD_SCORE_SIGMA, 0.9, 5), ARGUMENT,
                "has no encoder");
    ck_assert_ptr_null(scorer);
    egad_detector_free(gan);
    CHECK_OK(egad_score_parse(&kind, "fm"));
    ck_assert_int_eq(kind, EGAD_SCORE_FM);
    CHECK_FAILS(egad_score_parse(&kind, "f"), ARGUMENT, "sigma, fm or combined");
    finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, by_rows);
    tcase_add_test(tests, by_rows_of_8);
    tcase_add_test(tests, by_plain);
    tcase_add_test(tests, by_clblast);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, calibration);
    tcase_add_test(tests, calibration_of_many);
    tcase_add_test(tests, order);
    tcase_add_test(tests, refusals);
    return lab_main(suite);
}
