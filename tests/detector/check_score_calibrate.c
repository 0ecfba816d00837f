/* Calibration of the combined score on training rows, with a small trained model. */
#include "ref_cpu.h"
#include "trained.h"

#include <math.h>

/* Mean and deviation of the logarithms of the terms of N rows x. */
static void check_logarithms(const trained *s, const float *x, size_t N)
{
    float *terms = lab_floats(N * TERMS);
    CHECK_OK(egad_score_terms(s->d, x, N, terms));
    for (size_t k = 0; k < TABLE_TERMS; k++) {
        double mean = 0.0, variance = 0.0;
        for (size_t i = 0; i < N; i++)
            mean += trained_log((double)terms[i * TERMS + k]) / (double)N;
        for (size_t i = 0; i < N; i++)
            variance +=
                pow(trained_log((double)terms[i * TERMS + k]) - mean, 2.0) / (double)N;
        ck_assert_double_eq_tol(s->d->calibration.mean_log[k], mean, 1e-9);
        ck_assert_double_eq_tol(s->d->calibration.deviation_log[k], sqrt(variance), 1e-9);
        ck_assert_double_gt(variance, 1e-6);
    }
}

/* The features of training rows, their calibration by egad_calibrate_fit, and their
 * terms. */
START_TEST(calibration)
{
    trained s = trained_prepare("sound");
    const size_t E = egad_score_evidence(s.d).n;
    double *want = lab_doubles(TRAINING * E), *mean = lab_doubles(E);
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    const egad_calibration *c = &s.d->calibration;
    ck_assert_uint_eq(c->n, E);
    ck_assert_uint_eq(c->rows, TRAINING);
    ref_evidence(want, s.d, s.w, s.x, TRAINING);
    for (size_t i = 0; i < TRAINING * E; i++)
        mean[i % E] += want[i] / TRAINING;
    lab_near(TOLERANCE_SCORE, "mean", c->mean, mean, E);
    check_logarithms(&s, s.data->x, TRAINING);

    egad_calibration again = { 0 };
    const float *e = trained_evidence(&s, s.data->x, TRAINING, TRAINING);
    CHECK_OK(egad_calibrate_fit(&again, e, TRAINING, E));
    ck_assert(again.shrinkage == c->shrinkage);
    lab_same("mean", again.mean, c->mean, E);
    lab_same("whitening", again.whitening, c->whitening, E * E);
    trained_finish(&s);
    egad_calibrate_clear(&again);
}
END_TEST

/* It depends on weights and rows only, not on an earlier calibration: the same bits. */
START_TEST(calibration_again)
{
    trained s = trained_prepare("sound");
    egad_dataset *other;
    CHECK_OK(egad_dataset_new(&other, 40, (size_t[3]){ 1, 1, COLUMNS }));
    memcpy(other->x, lab_uniform(40 * COLUMNS, 3, 1.0f), 40 * COLUMNS * sizeof *other->x);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    const egad_calibration first = s.d->calibration;
    s.d->calibration = (egad_calibration){ 0 };
    for (int i = 0; i < 2; i++) {
        CHECK_OK(egad_score_calibrate(s.d, i ? other : s.data));
        CHECK_OK(egad_score_calibrate(s.d, s.data));
        const egad_calibration *c = &s.d->calibration;
        lab_same("mean", c->mean, first.mean, c->n);
        lab_same("whitening", c->whitening, first.whitening, c->n * c->n);
        ck_assert(c->shrinkage == first.shrinkage && c->rows == first.rows);
        for (int k = 0; k < TERMS; k++) {
            ck_assert(c->mean_log[k] == first.mean_log[k]);
            ck_assert(c->deviation_log[k] == first.deviation_log[k]);
        }
    }
    egad_calibration gone = first;
    egad_calibrate_clear(&gone);
    egad_dataset_free(other);
    trained_finish(&s);
}
END_TEST

/* Only training rows are used. */
START_TEST(calibration_of_training_rows)
{
    trained s = trained_prepare("sound");
    const size_t E = egad_score_evidence(s.d).n;
    float *x = lab_floats(TRAINING * COLUMNS);
    size_t n = 0;
    s.data->split = calloc(TRAINING, 1);
    for (size_t i = 0; i < TRAINING; i++) {
        s.data->split[i] = i % 3 ? EGAD_TRAIN : EGAD_TEST;
        if (i % 3)
            memcpy(x + n++ * COLUMNS, s.data->x + i * COLUMNS, COLUMNS * sizeof *x);
    }
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    ck_assert_uint_eq(s.d->calibration.rows, n);
    const float *e = trained_evidence(&s, x, n, n);
    double *mean = lab_doubles(E);
    for (size_t i = 0; i < n * E; i++)
        mean[i % E] += (double)e[i] / (double)n;
    lab_near(TOLERANCE_SUM, "mean", s.d->calibration.mean, mean, E);
    check_logarithms(&s, x, n);
    trained_finish(&s);
}
END_TEST

/* More rows than are used: 20,000 of them, evenly spaced. */
START_TEST(calibration_of_many)
{
    enum { MANY = 50000, SOME = 20000 };
    trained s = trained_prepare("paper");
    const size_t E = egad_score_evidence(s.d).n;
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, MANY, (size_t[3]){ 1, 1, COLUMNS }));
    memcpy(data->x, lab_uniform(MANY * COLUMNS, 5, 3.0f),
           MANY * COLUMNS * sizeof *data->x);
    float *x = lab_floats(SOME * COLUMNS);
    for (size_t i = 0; i < MANY; i++) /* the others are far away */
        for (size_t j = 0; j < COLUMNS; j++)
            data->x[i * COLUMNS + j] *=
                (i < MANY / 2 ? 1.0f : 10.0f) * (float)(1 + i % 5);
    for (size_t i = 0; i < SOME; i++)
        memcpy(x + i * COLUMNS, data->x + i * MANY / SOME * COLUMNS, COLUMNS * sizeof *x);
    CHECK_OK(egad_score_calibrate(s.d, data));
    ck_assert_uint_eq(s.d->calibration.rows, SOME);
    ck_assert_uint_eq(s.d->calibration.n, E);
    const float *e = trained_evidence(&s, x, SOME, 3000);
    double *mean = lab_doubles(E);
    for (size_t i = 0; i < SOME * E; i++)
        mean[i % E] += (double)e[i] / SOME;
    lab_near(TOLERANCE_SUM, "mean", s.d->calibration.mean, mean, E);
    check_logarithms(&s, x, SOME);
    egad_dataset_free(data);
    trained_finish(&s);
}
END_TEST

/* Changed weights discard the calibration; unchanged weights and failed calls keep it. */
START_TEST(calibration_ends)
{
    trained s = trained_prepare("sound");
    egad_dataset *wide, *empty;
    egad_scorer *scorer;
    CHECK_OK(egad_dataset_new(&wide, TRAINING, (size_t[3]){ 1, 1, COLUMNS + 1 }));
    CHECK_OK(egad_dataset_new(&empty, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    empty->split = calloc(TRAINING, 1);
    memset(empty->split, EGAD_TEST, TRAINING);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    const egad_calibration kept = s.d->calibration;
    const float mean = kept.mean[0];
    CHECK_FAILS(egad_score_calibrate(s.d, wide), SHAPE, "rows of 9 columns");
    CHECK_FAILS(egad_score_calibrate(s.d, empty), DATA, "no training rows");
    CHECK_FAILS(egad_train_run(s.d, wide, NULL), SHAPE, "rows of 9 columns");
    CHECK_OK(egad_train_run(s.d, s.data, NULL)); /* already trained to the end */
    ck_assert_int_eq(memcmp(&s.d->calibration, &kept, sizeof kept), 0);
    ck_assert(s.d->calibration.mean[0] == mean);

    s.d->recipe.epochs++;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    ck_assert_ptr_null(s.d->calibration.mean);
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("combined", 0.9), 5), DATA,
                "is not calibrated");
    egad_dataset_free(wide);
    egad_dataset_free(empty);
    trained_finish(&s);
}
END_TEST

static int calibrate_early(void *context, const egad_progress *p)
{
    trained *s = context;
    if (p->epoch_end)
        CHECK_OK(egad_score_calibrate(s->d, s->data));
    return 0;
}

/* A calibration at the end of an epoch is not kept after the next. */
START_TEST(calibration_on_the_way)
{
    trained s = trained_prepare("sound");
    const egad_train_options options = { .size = sizeof(egad_train_options),
                                         .progress = calibrate_early,
                                         .context = &s };
    volatile int stop = 1;
    s.d->recipe.epochs += 1;
    CHECK_OK(egad_train_run(s.d, s.data, &options));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    s.d->recipe.epochs += 1;
    CHECK_OK(egad_train_run(s.d, s.data, &EGAD_SIZED(egad_train_options, .stop = &stop)));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    trained_finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score_calibrate");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, calibration);
    tcase_add_test(tests, calibration_again);
    tcase_add_test(tests, calibration_of_training_rows);
    tcase_add_test(tests, calibration_of_many);
    tcase_add_test(tests, calibration_ends);
    tcase_add_test(tests, calibration_on_the_way);
    return lab_main(suite);
}
