/* New detectors: recipes adapt to options and numbers of rows; rejected input. */
#include "detector/detector.h"

#include "lab.h"

#include <math.h>

static egad_recipe recipe_for(size_t rows, const egad_detector_options *options)
{
    egad_dataset *data;
    egad_detector *d;
    egad_detector_options all = *options;
    all.hold_out = -1;
    CHECK_OK(egad_dataset_new(&data, rows, (size_t[3]){ 1, 1, 2 }));
    CHECK_OK(egad_detector_new(&d, lab, data, &all));
    const egad_recipe recipe = d->recipe;
    ck_assert_int_eq(egad_detector_describe(d).epochs, recipe.epochs);
    ck_assert_int_eq(egad_detector_describe(d).batch, recipe.batch);
    egad_detector_free(d);
    egad_dataset_free(data);
    return recipe;
}

/* `sound` on small tables: a batch of an eighth of the rows, and the fewest epochs with
 * enough iterations; unchanged on larger tables. */
START_TEST(small_tables)
{
    static const size_t tables[][2] = {
        /* rows, batch */
        { 1, 1 },      { 7, 1 },      { 8, 1 },       { 15, 1 },      { 16, 2 },
        { 90, 11 },    { 500, 62 },   { 1224, 153 },  { 1225, 153 },  { 1999, 249 },
        { 2000, 250 }, { 2001, 250 }, { 62499, 250 }, { 62500, 250 }, { 70000, 250 }
    };
    const egad_recipe plain = egad_recipes_tables[0];
    ck_assert_str_eq(plain.name, "sound");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const size_t rows = tables[i][0], steps = rows / tables[i][1];
        const egad_recipe r = recipe_for(
            rows, &(egad_detector_options){ .size = sizeof(egad_detector_options) });
        const size_t epochs = (size_t)r.epochs;
        const size_t least = rows < 1225 ? rows * rows / 500 : (size_t)plain.least_steps;
        ck_assert_uint_eq((size_t)r.batch, tables[i][1]);
        ck_assert_uint_ge(steps * epochs, least);
        ck_assert(steps * (epochs - 1) < least || epochs == (size_t)plain.epochs);
        ck_assert_uint_ge(epochs, (size_t)plain.epochs);
        ck_assert(r.lr == plain.lr && r.lr_end == plain.lr_end);
        ck_assert(r.ema_decay <= plain.ema_decay);
        ck_assert(rows < 1225 || r.ema_decay == plain.ema_decay);
    }
    ck_assert_int_eq(
        recipe_for(90, &(egad_detector_options){ .size = sizeof(egad_detector_options) })
            .epochs,
        plain.epochs);
    /* without distances to training rows */
    ck_assert_int_eq(
        recipe_for(90, &EGAD_SIZED(egad_detector_options, .model = "kdd-gan")).epochs,
        375);
    ck_assert_int_eq(
        recipe_for(70000,
                   &(egad_detector_options){ .size = sizeof(egad_detector_options) })
            .epochs,
        plain.epochs);
}
END_TEST

/* A given option holds; the others adapt to it. */
START_TEST(options_win)
{
    egad_recipe r = recipe_for(90, &EGAD_SIZED(egad_detector_options, .batch = 30));
    ck_assert_int_eq(r.batch, 30);
    ck_assert_int_eq(r.epochs, 12);
    r = recipe_for(90, &EGAD_SIZED(egad_detector_options, .batch = 90));
    ck_assert_int_eq(r.batch, 90);
    ck_assert_int_eq(r.epochs, 16);
    r = recipe_for(90, &EGAD_SIZED(egad_detector_options, .epochs = 3));
    ck_assert_int_eq(r.batch, 11);
    ck_assert_int_eq(r.epochs, 3);
    r = recipe_for(
        90, &EGAD_SIZED(egad_detector_options, .epochs = 2, .batch = 7, .lr = 0.5));
    ck_assert_int_eq(r.batch, 7);
    ck_assert_int_eq(r.epochs, 2);
    ck_assert(r.lr == 0.5);
}
END_TEST

/* If options leave `sound` few iterations, its moving averages cover a third of them. */
START_TEST(short_trainings)
{
    static const struct {
        int epochs, batch;
        double decay;
    } cases[] = { { 1, 90, 0.0 }, { 3, 90, 0.0 }, { 4, 90, 0.25 }, { 100, 30, 0.99 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        egad_detector_options how = { .size = sizeof(egad_detector_options),
                                      .epochs = cases[i].epochs,
                                      .batch = cases[i].batch };
        ck_assert_double_eq_tol(recipe_for(90, &how).ema_decay, cases[i].decay, 1e-12);
        how.recipe = "paper";
        ck_assert(recipe_for(90, &how).ema_decay == 0.9999);
    }
}
END_TEST

/* The paper's recipes do not adapt, and reject tables smaller than a batch. */
START_TEST(recipes_that_stand)
{
    static const char *const names[] = { "release", "paper" };
    egad_dataset *few;
    CHECK_OK(egad_dataset_new(&few, 20, (size_t[3]){ 1, 1, 2 }));
    for (int i = 0; i < 2; i++) {
        egad_detector *d = NULL;
        egad_recipe r =
            recipe_for(90, &EGAD_SIZED(egad_detector_options, .recipe = names[i]));
        ck_assert_int_eq(r.batch, 50);
        ck_assert_int_eq(r.epochs, 50);
        r = recipe_for(
            20, &EGAD_SIZED(egad_detector_options, .recipe = names[i], .batch = 20));
        ck_assert_int_eq(r.batch, 20);
        ck_assert_int_eq(r.epochs, 50);
        CHECK_FAILS(
            egad_detector_new(&d, lab, few,
                              &EGAD_SIZED(egad_detector_options, .recipe = names[i])),
            DATA, "a batch of 50 rows cannot be drawn from 20 training rows");
        ck_assert_ptr_null(d);
    }
    egad_dataset_free(few);
}
END_TEST

/* sound holds out a twentieth; the paper's recipes nothing by default. */
START_TEST(held_out_by_recipe)
{
    static const char *const models[] = { "kdd-bigan", "kdd-gan" };
    static const struct {
        const char *recipe;
        double share, want;
    } cases[] = { { "sound", 0, 0.05 },
                  { "paper", 0, 0 },
                  { "release", 0, 0 },
                  { "release", .25, .25 } };
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, 100, (size_t[3]){ 1, 1, 2 }));
    for (size_t i = 0; i < 8; i++) {
        egad_detector *d;
        CHECK_OK(
            egad_detector_new(&d, lab, data,
                              &EGAD_SIZED(egad_detector_options, .model = models[i / 4],
                                          .recipe = cases[i % 4].recipe,
                                          .hold_out = cases[i % 4].share, .batch = 10)));
        ck_assert(egad_detector_describe(d).hold_out == cases[i % 4].want);
        egad_detector_free(d);
    }
    egad_dataset_free(data);
}
END_TEST

START_TEST(refusals)
{
    egad_dataset *few;
    egad_detector *d = NULL;
    CHECK_OK(egad_dataset_new(&few, 20, (size_t[3]){ 1, 1, 2 }));
    CHECK_FAILS(
        egad_detector_new(&d, lab, few, &EGAD_SIZED(egad_detector_options, .batch = 21)),
        DATA, "a batch of 21 rows cannot be drawn from 19 training rows");
    CHECK_FAILS(
        egad_detector_new(&d, lab, few, &EGAD_SIZED(egad_detector_options, .epochs = -1)),
        ARGUMENT, "must not be negative");
    ck_assert_ptr_null(d);
    egad_dataset_free(few);
}
END_TEST

/* Every scaling that divides rejects a range too small for single-precision division; the
 * smallest valid range and a constant column are accepted. */
START_TEST(tiny_ranges)
{
    static const struct {
        const char *model, *recipe;
        size_t shape[3];
    } cases[] = { { "kdd-bigan", "sound", { 1, 1, 2 } },
                  { "kdd-gan", "paper", { 1, 1, 2 } },
                  { "mnist-bigan", "sound", { 28, 28, 1 } } };
    static const struct {
        float value;
        int good;
    } values[] = { { 1e-44f, 0 }, { 1e-39f, 0 }, { 1e-36f, 1 }, { 0.0f, 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            const size_t *shape = cases[i].shape, C = shape[0] * shape[1] * shape[2];
            const egad_detector_options how = { .size = sizeof(egad_detector_options),
                                                .model = cases[i].model,
                                                .recipe = cases[i].recipe,
                                                .batch = 4,
                                                .hold_out = -1 };
            egad_dataset *data;
            egad_detector *d = NULL;
            CHECK_OK(egad_dataset_new(&data, 20, shape));
            for (size_t r = 0; r < data->rows; r++)
                data->x[r * C + 1] = r % 2 ? values[k].value : 0.0f;
            if (values[k].good) {
                CHECK_OK(egad_detector_new(&d, lab, data, &how));
                for (size_t j = 0; j < 2 * C; j++)
                    ck_assert(isfinite(d->fit[j]));
            } else {
                CHECK_FAILS(egad_detector_new(&d, lab, data, &how), DATA,
                            "too little for single precision");
                ck_assert_ptr_null(d);
            }
            egad_detector_free(d);
            egad_dataset_free(data);
        }
}
END_TEST

/* The error names the table's column. */
START_TEST(tiny_column_named)
{
    egad_dataset *data;
    egad_detector *d = NULL;
    CHECK_OK(egad_dataset_new(&data, 20, (size_t[3]){ 1, 1, 2 }));
    egad_column column[2] = { { .name = "load" }, { .name = "leak" } };
    data->schema = (egad_schema){ .n = 2, .column = column };
    for (size_t r = 0; r < data->rows; r++) {
        data->x[2 * r] = (float)r;
        data->x[2 * r + 1] = r % 2 ? 1e-40f : 0.0f;
    }
    CHECK_FAILS(
        egad_detector_new(&d, lab, data, &EGAD_SIZED(egad_detector_options, .batch = 4)),
        DATA, "column 'leak' varies by");
    data->schema = (egad_schema){ 0 };
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("detector");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, small_tables);
    tcase_add_test(tests, options_win);
    tcase_add_test(tests, short_trainings);
    tcase_add_test(tests, recipes_that_stand);
    tcase_add_test(tests, held_out_by_recipe);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, tiny_ranges);
    tcase_add_test(tests, tiny_column_named);
    return lab_main(suite);
}
