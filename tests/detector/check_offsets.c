/* Detectors of columns with offsets: scaled, generated and explained in their own units,
 * saved and loaded; rows with other offsets are refused. */
#include "detector/detector.h"
#include "lab.h"

#include <math.h>

enum { N = 200 };
static const double middle = 1.7e9 + 1;
static char folder[64], path[128];

static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
}

static void teardown(void)
{
    support_remove(folder);
    lab_end();
}

/* time, around `middle`, and load; with their names, or without. */
static egad_dataset *table(int named)
{
    char text[N * 40] = "time,load\n";
    egad_dataset *data;
    size_t used = strlen(text);
    for (size_t i = 0; i < N; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%.3f,%zu\n",
                                 middle + sin((double)i), i % 5);
    support_write(path, text, used);
    CHECK_OK(egad_csv_import(&data, path, NULL));
    ck_assert_uint_eq(data->schema.offsets, 2);
    unlink(path);
    if (!named) {
        egad_schema bare = { .n = 0 };
        CHECK_OK(egad_schema_shift(&bare, &data->schema));
        egad_schema_clear(&data->schema);
        data->schema = bare;
    }
    return data;
}

static egad_detector *train(const egad_dataset *data, const char *recipe)
{
    egad_detector *d;
    CHECK_OK(egad_detector_new(
        &d, lab, data,
        &EGAD_SIZED(egad_detector_options, .recipe = recipe, .epochs = 1, .batch = 20)));
    CHECK_OK(egad_train_run(d, data, NULL));
    return d;
}

/* In the units of the table: near `middle`, though far from each other in x. */
static void near_middle(double value)
{
    ck_assert_msg(fabs(value - middle) < 100, "%.17g", value);
}

START_TEST(own_units)
{
    static const char *const recipes[] = { "sound", "paper", "release" };
    for (int named = 0; named < 2; named++)
        for (size_t k = 0; k < 3; k++) {
            egad_dataset *data = table(named);
            egad_detector *d = train(data, recipes[k]), *back;
            const int raw = k == 2; /* inputs are the values themselves */
            CHECK_OK(egad_checkpoint_save(d, path));
            CHECK_OK(egad_checkpoint_load(&back, lab, path));
            const egad_schema *schema = egad_detector_describe(back).schema;
            ck_assert(!egad_schema_shifted(schema, &data->schema));
            ck_assert_mem_eq(back->fit, d->fit, 6 * sizeof(float));
            ck_assert(d->fit[4] == 0.0f); /* no logarithm */
            const float scaled = egad_detector_scale(d, 0, data->x[0]);
            ck_assert(raw ? scaled == (float)middle : fabsf(scaled) < 3);
            ck_assert(fabsf(egad_detector_unscale(d, 0, scaled) - data->x[0]) <=
                      (raw ? 128 : 1e-5f));

            float score[2], x[4], rebuilt[4], residual[4];
            CHECK_OK(egad_score_rows(d, data->x, 1, &EGAD_SCORING("sigma", .9), score));
            CHECK_OK(
                egad_score_rows(back, data->x, 1, &EGAD_SCORING("sigma", .9), score + 1));
            ck_assert(score[0] == score[1] && isfinite(score[0]));
            CHECK_OK(egad_generate_rows(back, NULL, 1, 2, x));
            if (!raw)
                near_middle(egad_schema_value(schema, 0, x[0]));
            const egad_explanation of = { .size = sizeof of,
                                          .rebuilt = rebuilt,
                                          .residual = residual };
            CHECK_OK(egad_explain_rows(back, data->x, 2, NULL, &of));
            egad_explained *list;
            size_t n;
            CHECK_OK(egad_explain_columns(&list, &n, back, data->x, &of));
            for (size_t i = 0; i < n; i++)
                if (list[i].column == 0) {
                    ck_assert(list[i].value == middle);
                    near_middle(list[i].rebuilt); /* in the training range */
                }
            free(list);
            egad_detector_free(back);
            egad_detector_free(d);
            egad_dataset_free(data);
        }
}
END_TEST

/* As rows of another file may have, if they are not read with the model's offsets. */
START_TEST(other_offsets)
{
    egad_dataset *data = table(1);
    egad_detector *d = train(data, "sound");
    data->schema.offset[0] += 1;
    CHECK_FAILS(egad_detector_check(d, data), DATA, "has other offsets than the model");
    CHECK_FAILS(egad_score_calibrate(d, data), DATA, "egad_dataset_read");
    free(data->schema.offset);
    data->schema.offset = NULL;
    data->schema.offsets = 0;
    CHECK_FAILS(egad_detector_check(d, data), DATA, "has other offsets than the model");
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* A file whose offsets are no numbers is refused. */
START_TEST(bad_offsets)
{
    egad_dataset *data = table(1);
    egad_detector *d = train(data, "paper"), *back;
    d->schema.offset[0] = NAN;
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "'/preprocessing/offset' holds an invalid value");
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("offsets");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, own_units);
    tcase_add_test(tests, other_offsets);
    tcase_add_test(tests, bad_offsets);
    return lab_main(suite);
}
