/* What training never saw: numbers outside the training range, unseen categories. */
#include "detector/outside.h"
#include "detector/score.h"

#include "lab.h"

#include <math.h>

enum { ROWS = 240, NUMBERS = 4, KINDS = 3, COLUMNS = NUMBERS + KINDS };

static char folder[64], path[128];
static egad_dataset *data;
static char *kinds[] = { "a", "b", "c" };
static egad_column columns[] = {
    { .name = "n0" },
    { .name = "n1" },
    { .name = "n2" },
    { .name = "constant" },
    { .name = "kind", .categories = KINDS, .category = kinds }
};

/* Numbers that follow from each other, a constant, and a category. */
static void setup(void)
{
    const egad_schema schema = { .n = sizeof columns / sizeof *columns,
                                 .column = columns };
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
    CHECK_OK(egad_dataset_new(&data, ROWS, (size_t[3]){ 1, 1, COLUMNS }));
    CHECK_OK(egad_schema_copy(&data->schema, &schema));
    const float *t = lab_uniform(ROWS, 500, 1.0f), *noise = lab_uniform(ROWS, 501, 0.1f);
    for (size_t i = 0; i < ROWS; i++) {
        float *x = data->x + i * COLUMNS;
        x[0] = 10.0f + t[i];
        x[1] = 3.0f * t[i] + noise[i];
        x[2] = expf(2.0f * t[i]);
        x[3] = 5.0f;
        x[NUMBERS + (i % 20 == 0 ? 2 : i % 3 == 0)] = 1.0f;
    }
}

static void teardown(void)
{
    egad_dataset_free(data);
    support_remove(folder);
    lab_end();
}

static egad_detector *make(const char *recipe)
{
    egad_detector *d;
    CHECK_OK(
        egad_detector_new(&d, lab, data,
                          &EGAD_SIZED(egad_detector_options, .recipe = recipe,
                                      .epochs = 10, .batch = 20, .lr = 1e-3, .seed = 3)));
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_score_calibrate(d, data));
    return d;
}

START_TEST(levels)
{
    egad_detector *d = make("sound");
    const double least = d->range[0], most = d->range[COLUMNS], range = most - least;
    ck_assert(egad_outside_level(d, 0, (float)least, 0) == 0.0);
    ck_assert(egad_outside_level(d, 0, (float)most, 0) == 0.0);
    ck_assert_double_eq_tol(egad_outside_level(d, 0, (float)(most + range), 0), 1.0,
                            1e-4);
    ck_assert_double_eq_tol(egad_outside_level(d, 0, (float)(least - 3.0 * range), 0),
                            2.0, 1e-4);
    ck_assert(egad_outside_level(d, 3, 5.0f, 0) == 0.0);
    ck_assert(egad_outside_level(d, 3, 6.0f, 0) == 1.0);
    ck_assert(egad_outside_level(d, 3, 1e9f, 0) == 1.0);
    /* A training row that is left out: the range is that of the others. */
    const double second = d->range[3 * COLUMNS];
    ck_assert(second <= most && second >= least);
    ck_assert_double_eq_tol(egad_outside_level(d, 0, (float)most, 1),
                            log2(1.0 + (most - second) / (second - least)), 1e-6);
    d->range[COLUMNS] =
        (float)(most + 9.0 * range); /* an odd one: half a range at most */
    ck_assert_double_eq_tol(egad_outside_level(d, 0, (float)(most + 9.0 * range), 1),
                            log2(1.5), 1e-6);
    /* A number beyond is of no training row. */
    ck_assert_double_eq_tol(egad_outside_level(d, 0, (float)(most + 29.0 * range), 1),
                            log2(1.0 + 20.0 / 10.0), 1e-4);
    d->range[COLUMNS] = (float)most;
    d->range[2 * COLUMNS] = (float)most; /* the others have one value */
    d->range[3 * COLUMNS] = (float)most;
    ck_assert(egad_outside_level(d, 0, (float)least, 1) == 1.0);
    ck_assert(egad_outside_level(d, 0, (float)second, 1) == 0.0);
    ck_assert(egad_outside_level(d, 3, 5.0f, 1) == 0.0); /* the others have it, too */
    d->range[0] = d->range[COLUMNS] = NAN;               /* unknown */
    ck_assert(egad_outside_level(d, 0, 1e9f, 0) == 0.0);
    egad_detector_free(d);
}
END_TEST

/* A number twice its range away scores higher than every training row, wherever else the
 * row lies. */
START_TEST(numbers)
{
    egad_detector *d = make("sound");
    float scores[ROWS], moved[ROWS], most = -INFINITY;
    ck_assert(egad_outside_weighs(d));
    CHECK_OK(egad_score_left_out(d, data->x, ROWS, ROWS, NULL, scores));
    float *again = lab_floats(ROWS); /* by an option */
    const egad_scoring left_out =
        EGAD_SIZED(egad_scoring, .alpha = EGAD_ALPHA, .left_out = 1);
    CHECK_OK(egad_score_rows(d, data->x, ROWS, &left_out, again));
    ck_assert_mem_eq(again, scores, ROWS * sizeof *scores);
    for (size_t i = 0; i < ROWS; i++)
        most = fmaxf(most, scores[i]);
    float *x = lab_floats(ROWS * COLUMNS);
    memcpy(x, data->x, ROWS * COLUMNS * sizeof *x);
    for (size_t i = 0; i < ROWS; i++) {
        const size_t j = i % 3;
        const float range = d->range[COLUMNS + j] - d->range[j];
        x[i * COLUMNS + j] =
            i % 2 ? d->range[COLUMNS + j] + 2.0f * range : d->range[j] - 2.0f * range;
    }
    CHECK_OK(egad_score_rows(d, x, ROWS, NULL, moved));
    for (size_t i = 0; i < ROWS; i++)
        ck_assert_msg(moved[i] > most, "row %zu: %g, training rows up to %g", i,
                      (double)moved[i], (double)most);
    egad_detector_free(d);
}
END_TEST

/* A number outside its range is worth at least the score that is as rare, however little
 * it lies outside; one within is not. */
START_TEST(rare)
{
    for (size_t i = 0; i < ROWS; i++) { /* several rows lie at each end of a range */
        data->x[i * COLUMNS] = fminf(fmaxf(data->x[i * COLUMNS], 9.2f), 10.8f);
        data->x[i * COLUMNS + 1] = fminf(fmaxf(data->x[i * COLUMNS + 1], -2.4f), 2.4f);
        data->x[i * COLUMNS + 2] = fminf(fmaxf(data->x[i * COLUMNS + 2], 0.2f), 4.0f);
    }
    egad_detector *d = make("sound");
    float x[COLUMNS], most[COLUMNS], scores[ROWS], score[2];
    size_t *held, helds, outside = 0, above = 0;
    CHECK_OK(egad_detector_select(d, data, 1, &held, &helds));
    for (size_t i = 0, h = 0; i < ROWS; i++) {
        const int left_out = !(h < helds && held[h] == i);
        outside += egad_outside_numbers(d, data->x + i * COLUMNS, left_out) > 0.0;
        h += !left_out;
    }
    CHECK_OK(egad_score_left_out(d, data->x, ROWS, ROWS, NULL, scores));
    for (size_t i = 0; i < ROWS; i++)
        above += (double)scores[i] > d->calibration.rare;
    const double share = (double)(outside + 1) / (double)(ROWS + 1);
    ck_assert_double_le(fabs((double)above / ROWS - share), 2.0 / ROWS);
    memcpy(x, data->x + 7 * COLUMNS, sizeof x);
    memcpy(most, x, sizeof x);
    most[1] = d->range[COLUMNS + 1];
    x[1] = nextafterf(most[1], INFINITY);
    CHECK_OK(egad_score_rows(d, x, 1, NULL, &score[0]));
    CHECK_OK(egad_score_rows(d, most, 1, NULL, &score[1]));
    ck_assert(isfinite(d->calibration.rare));
    ck_assert(score[0] >= (float)d->calibration.rare && score[0] >= score[1]);
    ck_assert(egad_outside_count(d, x) == 1 && egad_outside_count(d, most) == 0);
    free(held);
    egad_detector_free(d);
}
END_TEST

/* Where many training rows would be outside if they were left out, that is worth nothing
 * by itself. */
START_TEST(usual)
{
    egad_detector *d = make("sound");
    size_t outside = 0;
    for (size_t i = 0; i < ROWS; i++)
        outside += egad_outside_numbers(d, data->x + i * COLUMNS, 1) > 0.0;
    ck_assert_uint_gt(outside, ROWS / 200);
    ck_assert(d->calibration.outside > 0.0 && d->calibration.rare == -INFINITY);
    egad_detector_free(d);
}
END_TEST

/* A row never scores lower for an unseen category. */
START_TEST(categories)
{
    egad_detector *d = make("sound");
    float scores[ROWS], unseen[ROWS];
    float *x = lab_floats(ROWS * COLUMNS);
    CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, scores));
    memcpy(x, data->x, ROWS * COLUMNS * sizeof *x);
    for (size_t i = 0; i < ROWS; i++)
        memset(x + i * COLUMNS + NUMBERS, 0, KINDS * sizeof *x);
    CHECK_OK(egad_score_rows(d, x, ROWS, NULL, unseen));
    for (size_t i = 0; i < ROWS; i++)
        ck_assert_msg(unseen[i] >= scores[i] - 1e-4f, "row %zu: %g before, %g", i,
                      (double)scores[i], (double)unseen[i]);
    egad_detector_free(d);
}
END_TEST

/* Rows without anything new are scored as without weights; other recipes have none. */
START_TEST(unchanged)
{
    egad_detector *d = make("sound");
    float with[ROWS], without[ROWS];
    CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, with));
    const double outside = d->calibration.outside;
    size_t same = 0;
    d->calibration.outside = 0.0;
    CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, without));
    d->calibration.outside = outside;
    for (size_t i = 0; i < ROWS; i++)
        same += with[i] == without[i];
    ck_assert_uint_ge(same, 9 * ROWS / 10); /* held-out rows may lie outside */
    egad_detector_free(d);
    d = make("release");
    ck_assert(!egad_outside_weighs(d) && d->calibration.outside == 0.0);
    egad_detector_free(d);
}
END_TEST

START_TEST(file)
{
    egad_detector *d = make("sound"), *loaded;
    float x[COLUMNS] = { 99.0f, 0.0f, 0.0f, 5.0f }, scores[2];
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&loaded, lab, path));
    ck_assert(loaded->calibration.outside == d->calibration.outside);
    ck_assert(loaded->calibration.rare == d->calibration.rare);
    CHECK_OK(egad_score_rows(d, x, 1, NULL, &scores[0]));
    CHECK_OK(egad_score_rows(loaded, x, 1, NULL, &scores[1]));
    ck_assert(scores[0] == scores[1]);
    egad_detector_free(loaded);
    egad_detector_free(d);
}
END_TEST

/* Falls are differences of scores, and lead to the same column k. */
static void check_falls(egad_detector *d, const float x[COLUMNS], size_t k)
{
    float rebuilt[COLUMNS], residual[COLUMNS], fall[5], y[COLUMNS], scores[2];
    const egad_explanation e = EGAD_SIZED(egad_explanation, .rebuilt = rebuilt,
                                          .residual = residual, .fall = fall);
    egad_explained *list;
    size_t n;
    CHECK_OK(egad_explain_rows(d, x, 1, NULL, &e));
    CHECK_OK(egad_explain_columns(&list, &n, d, x, &e));
    ck_assert_uint_eq(list[0].column, k);
    for (size_t i = 1; i < n; i++)
        ck_assert(list[i].fall <= list[i - 1].fall && list[i].share <= list[i - 1].share);
    for (size_t j = 0; j < NUMBERS; j++) {
        memcpy(y, x, sizeof y);
        y[j] = fminf(fmaxf(rebuilt[j], d->range[j]), d->range[COLUMNS + j]);
        CHECK_OK(egad_score_rows(d, x, 1, NULL, &scores[0]));
        CHECK_OK(egad_score_rows(d, y, 1, NULL, &scores[1]));
        ck_assert_float_eq_tol(fall[j], scores[0] - scores[1],
                               1e-4f * (1.0f + fabsf(scores[0])));
    }
    free(list);
}

/* The column that was never seen like this leads. */
START_TEST(explained)
{
    egad_detector *d = make("sound");
    for (size_t k = 0; k < 5; k++) {
        float x[COLUMNS], rebuilt[COLUMNS], residual[COLUMNS];
        const egad_explanation e =
            EGAD_SIZED(egad_explanation, .rebuilt = rebuilt, .residual = residual);
        egad_explained *list;
        size_t n;
        memcpy(x, data->x + 7 * COLUMNS, sizeof x);
        if (k < 4)
            x[k] = 40.0f;
        else
            memset(x + NUMBERS, 0, KINDS * sizeof *x);
        CHECK_OK(egad_explain_rows(d, x, 1, NULL, &e));
        CHECK_OK(egad_explain_columns(&list, &n, d, x, &e));
        ck_assert_uint_eq(n, 5);
        ck_assert_uint_eq(list[0].column, k);
        free(list);
        check_falls(d, x, k);
    }
    egad_detector_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outside");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, levels);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, rare);
    tcase_add_test(tests, usual);
    tcase_add_test(tests, categories);
    tcase_add_test(tests, unchanged);
    tcase_add_test(tests, file);
    tcase_add_test(tests, explained);
    return lab_main(suite);
}
