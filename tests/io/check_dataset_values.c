/* io/dataset_values.c, and borrowed rows of io/dataset.c: rows that a program has. */
#include "io/io.h"
#include "support.h"

#include <math.h>

static const size_t three[3] = { 1, 1, 3 };

START_TEST(borrowed)
{
    egad_dataset *data;
    float x[6] = { 1, 2, 3, 4, 5, 6 };

    CHECK_OK(egad_dataset_borrow(&data, x, 2, three));
    ck_assert_ptr_eq(data->x, x);
    egad_dataset_free(data);
    ck_assert(x[5] == 6.0f);
    x[4] = (float)NAN;
    CHECK_FAILS(egad_dataset_borrow(&data, x, 2, three), DATA, "row 1, column 1 is nan");
    ck_assert_ptr_null(data);
    CHECK_FAILS(egad_dataset_borrow(&data, x, 0, three), SHAPE, "cannot hold 0 rows");
}
END_TEST

/* A column of numbers that is imputed, and a category of two values. */
static egad_column column[2] = { { .name = (char[]){ "time" }, .filled = 1 },
                                 { .name = (char[]){ "kind" },
                                   .categories = 2,
                                   .category =
                                       (char *[]){ (char[]){ "a" }, (char[]){ "b" } } } };

START_TEST(offsets_and_gaps)
{
    egad_dataset *data;
    const egad_schema schema = { .n = 2, .column = column };
    double value[300];

    for (int i = 0; i < 100; i++) {
        value[3 * i] = 1.7e9 + i / 8.0;
        value[3 * i + 1] = i % 2;
        value[3 * i + 2] = 1 - i % 2;
    }
    value[30] = (double)NAN;
    CHECK_OK(egad_dataset_new(&data, 100, three));
    CHECK_OK(egad_dataset_columns(data, &schema));
    ck_assert_str_eq(data->schema.column[1].category[1], "b");
    CHECK_OK(egad_dataset_put(data, value));
    ck_assert_uint_eq(data->schema.offsets, 3);
    ck_assert(data->schema.offset[0] > 1.6e9);
    double mean = 0.0;
    for (int i = 0; i < 100; i++)
        mean += i == 10 ? 0.0 : value[3 * i] / 99;
    ck_assert_double_eq_tol(data->schema.column[0].fill, mean, 1e-5);
    for (int i = 0; i < 100; i++) {
        const double wanted = i == 10 ? data->schema.column[0].fill : value[3 * i];
        ck_assert_double_eq(egad_schema_value(&data->schema, 0, data->x[3 * i]), wanted);
        ck_assert_double_eq(data->wide[3 * i], wanted);
        ck_assert(data->x[3 * i + 1] == (float)(i % 2));
    }
    egad_dataset_free(data);
}
END_TEST

START_TEST(refused)
{
    egad_dataset *data;
    egad_schema schema = { .n = 1, .column = column };
    double value[6] = { 1, 0, 1, (double)NAN, 1, 0 };

    CHECK_OK(egad_dataset_new(&data, 2, three));
    CHECK_FAILS(egad_dataset_columns(data, &schema), SHAPE,
                "have 1 features, the rows 3");
    CHECK_FAILS(egad_dataset_put(data, value), DATA, "row 1, column 0 is nan");
    value[3] = 1e39;
    CHECK_FAILS(egad_dataset_put(data, value), DATA, "row 1, column 0 is 1e+39");
    schema.n = 2;
    value[0] = value[3] = (double)NAN;
    CHECK_OK(egad_dataset_columns(data, &schema));
    CHECK_FAILS(egad_dataset_put(data, value), DATA, "column 'time' has no value");
    egad_dataset_free(data);

    CHECK_OK(egad_dataset_new(&data, 2, (const size_t[]){ 3, 1, 1 }));
    CHECK_FAILS(egad_dataset_columns(data, &schema), SHAPE,
                "rows of 3 x 1 are images, which have no columns");
    egad_dataset_free(data);
    const float x[3] = { 1, 0, 1 };
    CHECK_OK(egad_dataset_borrow(&data, x, 1, three));
    CHECK_FAILS(egad_dataset_put(data, value), ARGUMENT, "are borrowed");
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_values");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, borrowed);
    tcase_add_test(tests, offsets_and_gaps);
    tcase_add_test(tests, refused);
    return support_run(suite);
}
