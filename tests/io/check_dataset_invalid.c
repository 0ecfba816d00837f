/* io/dataset_file.c and io/schema.c: data files that are HDF5 but not valid are rejected.
 */
#include "io/io.h"
#include "support.h"

#include <math.h>

static char folder[64], path[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/a.h5", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

/* A file of two rows of two features and what `how` adds, an array or attribute. */
static void write_odd(void (*how)(egad_h5 *file))
{
    egad_h5 *file;

    CHECK_OK(egad_h5_create(&file, path));
    how(file);
    if (!egad_h5_has(file, "/x", NULL))
        CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F32, 2, (size_t[]){ 2, 2 },
                               (float[]){ 1, 2, 3, 4 }));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
}

static void a_model(egad_h5 *file)
{
    CHECK_OK(egad_h5_write_text(file, "/", "format", "egad-model"));
}

static void newer(egad_h5 *file)
{
    CHECK_OK(egad_h5_write_text(file, "/", "format", "egad-data"));
    CHECK_OK(egad_h5_write_count(file, "/", "format_version", 2));
}

static void rank_3(egad_h5 *file)
{
    CHECK_OK(
        egad_h5_write(file, "/x", EGAD_H5_F32, 3, (size_t[]){ 1, 1, 1 }, (float[]){ 1 }));
}

static void not_finite(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F32, 2, (size_t[]){ 2, 2 },
                           (float[]){ 1, 2, NAN, 4 }));
}

static void too_large(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F64, 2, (size_t[]){ 1, 2 },
                           (double[]){ 1, 1e300 }));
}

static void y_of_three(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/y", EGAD_H5_U8, 1, (size_t[]){ 3 }, "\0\0\1"));
}

static void y_minus_one(egad_h5 *file)
{
    CHECK_OK(
        egad_h5_write(file, "/y", EGAD_H5_I32, 1, (size_t[]){ 2 }, (int32_t[]){ 1, -1 }));
}

static void y_half(egad_h5 *file)
{
    CHECK_OK(
        egad_h5_write(file, "/y", EGAD_H5_F64, 1, (size_t[]){ 2 }, (double[]){ 0, .5 }));
}

static void split_2(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/split", EGAD_H5_U8, 1, (size_t[]){ 2 }, "\0\2"));
}

static void class_alone(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/class", EGAD_H5_I32, 1, (size_t[]){ 2 },
                           (int32_t[]){ 0, 1 }));
}

static void class_past_names(egad_h5 *file)
{
    class_alone(file);
    CHECK_OK(egad_h5_write_texts(file, "/class_names", (char *[]){ "a" }, 1));
}

static void schema_of_three(egad_h5 *file)
{
    CHECK_OK(
        egad_h5_write_texts(file, "/schema/columns", (char *[]){ "a", "b", "c" }, 3));
}

static void schema_unsorted(egad_h5 *file)
{
    CHECK_OK(egad_h5_write_texts(file, "/schema/columns", (char *[]){ "a" }, 1));
    CHECK_OK(
        egad_h5_write_texts(file, "/schema/categories/0", (char *[]){ "z", "b" }, 2));
}

static void put_fill(egad_h5 *file, size_t n, const float *fill)
{
    CHECK_OK(egad_h5_write_texts(file, "/schema/columns", (char *[]){ "a", "b" }, 2));
    CHECK_OK(egad_h5_write(file, "/schema/fill", EGAD_H5_F32, 1, &n, fill));
}

static void fill_of_three(egad_h5 *file)
{
    put_fill(file, 3, (float[]){ 1, 2, 3 });
}

static void fill_infinite(egad_h5 *file)
{
    put_fill(file, 2, (float[]){ 1, -INFINITY });
}

static void fill_of_words(egad_h5 *file)
{
    put_fill(file, 2, (float[]){ NAN, 1 });
    CHECK_OK(egad_h5_write_texts(file, "/schema/categories/1", (char *[]){ "z" }, 1));
}

static void filled_without_columns(egad_h5 *file)
{
    CHECK_OK(
        egad_h5_write(file, "/filled", EGAD_H5_U8, 2, (size_t[]){ 2, 2 }, "\0\1\0\1"));
}

static void filled_of_one_row(egad_h5 *file)
{
    CHECK_OK(egad_h5_write_texts(file, "/schema/columns", (char *[]){ "a", "b" }, 2));
    CHECK_OK(egad_h5_write(file, "/filled", EGAD_H5_U8, 2, (size_t[]){ 1, 2 }, "\0\1"));
}

static void filled_in_a_line(egad_h5 *file)
{
    CHECK_OK(egad_h5_write_texts(file, "/schema/columns", (char *[]){ "a", "b" }, 2));
    CHECK_OK(egad_h5_write(file, "/filled", EGAD_H5_U8, 1, (size_t[]){ 4 }, "\0\1\0\1"));
}

static void one_name(egad_h5 *file)
{
    CHECK_OK(egad_h5_write_texts(file, "/file", (char *[]){ "a" }, 1));
}

static void names_of_numbers(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/file", EGAD_H5_U8, 1, (size_t[]){ 2 }, "\0\1"));
}

static void names_in_a_square(egad_h5 *file)
{
    CHECK_OK(egad_h5_write(file, "/file", EGAD_H5_U8, 2, (size_t[]){ 2, 2 }, "\0\1\2\3"));
}

static void name_too_long(egad_h5 *file)
{
    static char name[4097];
    memset(name, 'x', sizeof name - 1);
    CHECK_OK(egad_h5_write_texts(file, "/file", (char *[]){ "a", name }, 2));
}

static const struct {
    void (*how)(egad_h5 *file);
    egad_status code;
    const char *words;
} odd[] = { { a_model, EGAD_FORMAT, "has format 'egad-model'" },
            { newer, EGAD_FORMAT, "written by a newer egad" },
            { rank_3, EGAD_SHAPE, "rank 3" },
            { not_finite, EGAD_DATA, "row 1, column 0" },
            { too_large, EGAD_DATA, "row 0, column 1" },
            { y_of_three, EGAD_SHAPE, "3 rows, but /x has 2" },
            { y_minus_one, EGAD_DATA, "row 1 is -1" },
            { y_half, EGAD_DATA, "row 1 is 0.5" },
            { split_2, EGAD_DATA, "/split" },
            { class_alone, EGAD_FORMAT, "no /class_names" },
            { class_past_names, EGAD_DATA, "row 1 is 1" },
            { filled_without_columns, EGAD_SHAPE, "(2 rows, 0 columns)" },
            { filled_of_one_row, EGAD_SHAPE, "/filled in" },
            { filled_in_a_line, EGAD_SHAPE,
              "does not have the shape (2 rows, 2 columns)" },
            { one_name, EGAD_SHAPE, "/file in" },
            { names_of_numbers, EGAD_FORMAT, "/file in" },
            { names_in_a_square, EGAD_SHAPE, "has rank 2" },
            { name_too_long, EGAD_DATA, "row 1 has 4096 bytes" },
            { schema_of_three, EGAD_SHAPE, "3 features" },
            { schema_unsorted, EGAD_FORMAT, "not sorted" },
            { fill_of_three, EGAD_FORMAT, "/schema/fill" },
            { fill_infinite, EGAD_FORMAT, "column 'b': invalid imputed value -inf" },
            { fill_of_words, EGAD_FORMAT, "column 'b': invalid imputed value 1" } };

START_TEST(odd_files)
{
    egad_dataset *data;

    write_odd(odd[_i].how);
    egad_status got = egad_dataset_load(&data, path);
    ck_assert_ptr_null(data);
    ck_assert_str_eq(egad_status_text(got), egad_status_text(odd[_i].code));
    ck_assert_msg(strstr(egad_status_last(), odd[_i].words), "'%s' lacks '%s'",
                  egad_status_last(), odd[_i].words);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_invalid");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_loop_test(tests, odd_files, 0, sizeof odd / sizeof *odd);
    return support_run(suite);
}
