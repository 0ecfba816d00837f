/* Training rows that nobody sorted: which are left out, what follows for the detector,
 * its thresholds and its file, and what is refused. */
#include "detector/detector_inside.h"

#include "lab.h"

#include <hdf5.h>
#include <math.h>

enum { NORMAL = 200, ODD = 12, ROWS = NORMAL + ODD, COLUMNS = 6 };

static char folder[64], path[128];
static egad_dataset *data;

/* Normal rows whose last column is the sum of two, and anomalies of which half are alike
 * and half break that relation. */
static egad_dataset *table(void)
{
    egad_dataset *made = NULL;
    CHECK_OK(egad_dataset_new(&made, ROWS, (const size_t[]){ 1, 1, COLUMNS }));
    const float *x = lab_uniform(ROWS * COLUMNS, 21, 1.0f);
    for (size_t i = 0; i < ROWS; i++) {
        float *row = made->x + i * COLUMNS;
        memcpy(row, x + i * COLUMNS, COLUMNS * sizeof *row);
        row[COLUMNS - 1] = row[0] + row[1];
        if (i < NORMAL)
            continue;
        for (size_t j = 0; j < COLUMNS && i % 2; j++)
            row[j] = 4.0f + 0.1f * row[j];
        row[COLUMNS - 1] += i % 2 ? 0.0f : 5.0f;
    }
    return made;
}

static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
    data = table();
}

static void teardown(void)
{
    egad_dataset_free(data);
    support_remove(folder);
    lab_end();
}

static egad_detector *make(const char *model, double contamination)
{
    egad_detector *d = NULL;
    CHECK_OK(
        egad_detector_new(&d, lab, data,
                          &EGAD_SIZED(egad_detector_options, .model = model, .epochs = 1,
                                      .seed = 3, .contamination = contamination)));
    return d;
}

static egad_detector *finish(egad_detector *d)
{
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_score_calibrate(d, data));
    CHECK_OK(egad_threshold_measure(d, data, NULL));
    return d;
}

/* How many of n rows are left out. */
static size_t count(double share, size_t n)
{
    return n - egad_detector_trains(&(egad_recipe){ .contamination = share }, n);
}

START_TEST(counts)
{
    ck_assert_uint_eq(count(0.0, 1000), 0);
    ck_assert_uint_eq(count(EGAD_CONTAMINATION_AUTO, 1000), 271);
    ck_assert_uint_eq(count(EGAD_CONTAMINATION_AUTO, 1), 0);
    for (size_t n = 0; n < 3000; n += 17)
        for (double share = 0.01; share < 0.5; share += 0.07) {
            const double out = (double)count(share, n);
            ck_assert(out <= share * (double)n + 1e-9 && out > share * (double)n - 3.0);
        }
}
END_TEST

/* All anomalies are left out, also those that are alike; the rows are in order. */
START_TEST(anomalies)
{
    size_t all[ROWS], *out = NULL, n = 0;
    for (size_t i = 0; i < ROWS; i++)
        all[i] = i;
    CHECK_OK(egad_detector_trim(&out, &n, lab, data, all, ROWS, 0.2));
    ck_assert_uint_eq(n, count(0.2, ROWS));
    for (size_t i = 1; i < n; i++)
        ck_assert_uint_lt(out[i - 1], out[i]);
    for (size_t i = 0; i < ODD; i++)
        ck_assert_uint_eq(out[n - ODD + i], NORMAL + i);
    free(out);
}
END_TEST

/* The detector trains on the others, and measures its thresholds on all rows. */
START_TEST(trains)
{
    static const char *const models[] = { "kdd-bigan", "nearest", "pca" };
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        egad_detector *plain = make(models[m], 0.0), *d = make(models[m], 0.2), *back;
        size_t *rows = NULL, *all = NULL, *again = NULL, n = 0, of = 0, same = 0;
        CHECK_OK(egad_detector_select(plain, data, 0, &all, &of));
        CHECK_OK(egad_detector_select(d, data, 0, &rows, &n));
        ck_assert_uint_eq(n, of - count(0.2, of));
        ck_assert_uint_eq(n, egad_detector_trains(&d->recipe, ROWS));
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_lt(rows[i], NORMAL);
        ck_assert_uint_eq(egad_detector_describe(d).trimmed, of - n);
        ck_assert(egad_detector_describe(d).contamination == 0.2);
        finish(d);
        ck_assert_uint_eq(egad_threshold_describe(d).rows, ROWS);
        CHECK_OK(egad_checkpoint_save(d, path));
        CHECK_OK(egad_checkpoint_load(&back, lab, path));
        CHECK_OK(egad_detector_select(back, data, 0, &again, &same));
        ck_assert_uint_eq(same, n);
        ck_assert(memcmp(again, rows, n * sizeof *rows) == 0);
        egad_detector_free(plain);
        egad_detector_free(d);
        egad_detector_free(back);
        free(rows);
        free(all);
        free(again);
    }
}
END_TEST

/* Rows that trained are scored as if they had been left out, anomalies highest. */
START_TEST(scores)
{
    static const char *const models[] = { "kdd-bigan", "nearest" };
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        egad_detector *d = finish(make(models[m], EGAD_CONTAMINATION_AUTO));
        float *score = lab_floats(ROWS), highest = -INFINITY;
        CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, score));
        for (size_t i = 0; i < NORMAL; i++)
            highest = fmaxf(highest, score[i]);
        for (size_t i = NORMAL; i < ROWS; i++)
            ck_assert(score[i] > highest);
        for (size_t i = 0; i < ROWS && m; i++)
            ck_assert(score[i] > 0.0f);
        egad_detector_free(d);
    }
}
END_TEST

/* Folds leave out rows of their own. */
START_TEST(folds)
{
    egad_detector *d = finish(make("nearest", 0.2));
    CHECK_OK(
        egad_threshold_measure(d, data, &EGAD_SIZED(egad_threshold_options, .folds = 4)));
    ck_assert_uint_eq(egad_threshold_describe(d).rows, ROWS);
    egad_detector_free(d);
}
END_TEST

START_TEST(refused)
{
    static const double wrong[] = { 0.5, 1.0, -0.1, NAN, INFINITY };
    egad_detector *d = NULL;
    egad_dataset *images = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_FAILS(egad_detector_new(
                        &d, lab, data,
                        &EGAD_SIZED(egad_detector_options, .contamination = wrong[i])),
                    ARGUMENT, "above 0 and below 0.5");
    CHECK_OK(egad_dataset_new(&images, 30, (const size_t[]){ 12, 8, 1 }));
    CHECK_FAILS(egad_detector_new(&d, lab, images,
                                  &EGAD_SIZED(egad_detector_options, .model = "nearest",
                                              .contamination = 0.1)),
                ARGUMENT, "of tables only");
    egad_dataset_free(images);
}
END_TEST

/* A file whose row numbers are none. */
START_TEST(damaged)
{
    static const double odd[][2] = { { 5, 5 }, { 7, 3 }, { 1, 2.5 }, { -1, 4 } };
    egad_detector *d = make("nearest", 0.0), *back;
    d->trims = 2;
    d->trimmed = calloc(2, sizeof *d->trimmed);
    d->trimmed[1] = 1;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        CHECK_OK(egad_checkpoint_save(d, path));
        const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        const hid_t set = H5Dopen2(file, "/trimmed", H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, odd[i]);
        H5Dclose(set);
        H5Fclose(file);
        CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT, "is no row number");
    }
    egad_detector_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trim");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, counts);
    tcase_add_test(tests, anomalies);
    tcase_add_test(tests, trains);
    tcase_add_test(tests, scores);
    tcase_add_test(tests, folds);
    tcase_add_test(tests, refused);
    tcase_add_test(tests, damaged);
    return lab_main(suite);
}
