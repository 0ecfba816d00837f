/* Thresholds by detectors that did not see the rows they score. */
#include "detector/score.h"

#include "base/array.h"

#include "lab.h"

#include <math.h>

enum { COLUMNS = 4, TRAINING = 100 };

static char folder[64], path[128];
static egad_dataset *data;

static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
    CHECK_OK(egad_dataset_new(&data, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    const float *t = lab_uniform(TRAINING, 400, 1.0f);
    const float *noise = lab_uniform(TRAINING * COLUMNS, 401, 0.2f);
    for (size_t i = 0; i < TRAINING * COLUMNS; i++)
        data->x[i] = noise[i] + cosf(t[i / COLUMNS] * (float)(i % COLUMNS));
}

static void teardown(void)
{
    egad_dataset_free(data);
    support_remove(folder);
    lab_end();
}

static egad_detector *trained(const char *model)
{
    egad_detector *d;
    CHECK_OK(
        egad_detector_new(&d, lab, data,
                          &EGAD_SIZED(egad_detector_options, .model = model, .epochs = 3,
                                      .batch = 10, .lr = 1e-3, .seed = 7)));
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_score_calibrate(d, data));
    return d;
}

/* All training rows, each by a detector that did not see it: one unlike all others scores
 * far higher, although it lies within the training range of the detector itself. */
START_TEST(folds)
{
    const egad_threshold_options how = EGAD_SIZED(egad_threshold_options, .folds = 4);
    data->x[1 * COLUMNS + 2] = 40.0f; /* a training row */
    egad_detector *d = trained("kdd-bigan"), *loaded;
    CHECK_OK(egad_threshold_measure(d, data, &how));
    const egad_threshold_info info = egad_threshold_describe(d);
    ck_assert(info.rows == TRAINING && info.training == TRAINING && info.folds == 4);
    ck_assert(info.held_out && info.least == 1.0 / (TRAINING + 1));
    egad_formula combined;
    CHECK_OK(egad_score_find(&combined, d, "combined"));
    const float *scores = d->thresholds.score[combined.at];
    ck_assert(scores[TRAINING - 1] > scores[TRAINING - 2] + d->calibration.outside / 2);
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&loaded, lab, path));
    ck_assert_uint_eq(loaded->thresholds.folds, 4);
    lab_same("scores", loaded->thresholds.score[combined.at], scores, TRAINING);
    egad_detector_free(loaded);
    static const size_t bad[] = { 1, TRAINING / 2 + 1, 101 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_FAILS(egad_threshold_measure(
                        d, data, &EGAD_SIZED(egad_threshold_options, .folds = bad[i])),
                    ARGUMENT, "give 2 to 100 folds");
    ck_assert_uint_eq(egad_threshold_describe(d).rows, TRAINING);
    egad_detector_free(d);
    d = trained("kdd-gan");
    CHECK_FAILS(egad_threshold_measure(d, data, &how), ARGUMENT, "folds are not for it");
    egad_detector_free(d);
}
END_TEST

/* Too few held-out rows for the rate: training rows are measured, too, as if each had
 * been left out. */
START_TEST(few_held_out)
{
    egad_detector *d = trained("kdd-bigan");
    CHECK_OK(egad_threshold_measure(d, data, NULL));
    const egad_threshold_info info = egad_threshold_describe(d);
    size_t *rows, *held, n, helds;
    float x[TRAINING * COLUMNS], want[TRAINING];
    ck_assert_uint_eq(info.rows, TRAINING);
    ck_assert_uint_eq(info.folds, TRAINING);
    ck_assert_int_eq(info.held_out, 1);
    CHECK_OK(egad_detector_select(d, data, 0, &rows, &n));
    CHECK_OK(egad_detector_select(d, data, 1, &held, &helds));
    ck_assert_uint_eq(n + helds, TRAINING);
    for (size_t i = 0; i < TRAINING; i++)
        memcpy(x + i * COLUMNS, data->x + (i < n ? rows[i] : held[i - n]) * COLUMNS,
               COLUMNS * sizeof *x);
    for (size_t k = 0; egad_score_describe(d, k).name; k++) {
        CHECK_OK(egad_score_left_out(
            d, x, TRAINING, n, &EGAD_SCORING(egad_score_describe(d, k).name, 0.9), want));
        egad_array_sort(want, TRAINING);
        ck_assert_mem_eq(want, d->thresholds.score[k], sizeof want);
    }
    free(rows);
    free(held);
    egad_detector_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threshold_cross");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, folds);
    tcase_add_test(tests, few_held_out);
    return lab_main(suite);
}
