/* io/dataset.c and io/schema.c: data files written by egad, by h5py, and invalid ones. */
#include "io/io.h"
#include "support.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>

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

/* Four rows of one number and a category of two values, with all optional parts. */
static egad_dataset *sample(void)
{
    egad_dataset *data;
    const float x[12] = { 1, 0, 1, 2.5f, 1, 0, -3, 1, 0, 4e-8f, 0, 1 };
    egad_column *c = calloc(2, sizeof *c);

    CHECK_OK(egad_dataset_new(&data, 4, (const size_t[]){ 1, 1, 3 }));
    memcpy(data->x, x, sizeof x);
    data->y = memcpy(malloc(4), "\0\0\1\0", 4);
    data->split = memcpy(malloc(4), "\0\1\1\0", 4);
    data->class_of = memcpy(malloc(16), (int32_t[]){ 1, 1, 0, 1 }, 16);
    data->classes = 2;
    data->class_name = calloc(2, sizeof *data->class_name);
    data->class_name[0] = strdup("attack");
    data->class_name[1] = strdup("fine");
    c[0] = (egad_column){ .name = strdup("bytes"), .filled = 1, .fill = 0.1f };
    c[1] = (egad_column){ .name = strdup("flag"),
                          .categories = 2,
                          .category = calloc(2, sizeof *c[1].category) };
    c[1].category[0] = strdup("REJ");
    c[1].category[1] = strdup("SF");
    data->schema = (egad_schema){ .n = 2, .column = c };
    data->filled = memcpy(malloc(8), "\0\0\0\0\0\0\1\0", 8);
    CHECK_OK(egad_dataset_origin(data, "csv", "/some/where/flows.csv", "00ff"));
    data->rows_read = 5;
    data->command = strdup("egad data import csv 'a b.csv'");
    return data;
}

START_TEST(round_trip)
{
    egad_dataset *data = sample(), *back;
    char *name;

    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_uint_eq(back->rows, 4);
    ck_assert_uint_eq(back->shape[0], 1);
    ck_assert_uint_eq(back->shape[1], 1);
    ck_assert_uint_eq(back->shape[2], 3);
    ck_assert_mem_eq(back->x, data->x, 12 * sizeof(float));
    ck_assert_mem_eq(back->y, data->y, 4);
    ck_assert_mem_eq(back->split, data->split, 4);
    ck_assert_mem_eq(back->class_of, data->class_of, 16);
    ck_assert_uint_eq(back->classes, 2);
    ck_assert_str_eq(back->class_name[1], "fine");
    ck_assert_str_eq(back->protocol, "csv");
    ck_assert_str_eq(back->source, "flows.csv");
    ck_assert_str_eq(back->sha256, "00ff");
    ck_assert_str_eq(back->command, "egad data import csv 'a b.csv'");
    ck_assert_uint_eq(back->rows_read, 5);
    ck_assert_uint_eq(back->schema.n, 2);
    ck_assert_uint_eq(back->schema.column[0].categories, 0);
    ck_assert_uint_eq(back->schema.column[1].categories, 2);
    ck_assert_int_eq(back->schema.column[0].filled, 1);
    ck_assert(back->schema.column[0].fill == 0.1f);
    ck_assert_int_eq(back->schema.column[1].filled, 0);
    ck_assert_mem_eq(back->filled, data->filled, 8);
    ck_assert_uint_eq(egad_schema_features(&back->schema), 3);
    CHECK_OK(egad_schema_feature_name(&back->schema, 0, &name));
    ck_assert_str_eq(name, "bytes");
    free(name);
    CHECK_OK(egad_schema_feature_name(&back->schema, 2, &name));
    ck_assert_str_eq(name, "flag=SF");
    free(name);
    CHECK_FAILS(egad_schema_feature_name(&back->schema, 3, &name), ARGUMENT, "3 of 3");
    egad_dataset_free(back);
    egad_dataset_free(data);
}
END_TEST

/* Without imputed values the file has no additional arrays. */
START_TEST(nothing_filled)
{
    egad_dataset *data = sample(), *back;
    egad_h5 *file;

    data->schema.column[0].filled = 0;
    free(data->filled);
    data->filled = NULL;
    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_h5_open(&file, path));
    ck_assert_int_eq(egad_h5_has(file, "/schema/columns", NULL), 1);
    ck_assert_int_eq(egad_h5_has(file, "/schema/fill", NULL), 0);
    ck_assert_int_eq(egad_h5_has(file, "/filled", NULL), 0);
    egad_h5_close(file);
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_int_eq(back->schema.column[0].filled, 0);
    ck_assert_ptr_null(back->filled);
    egad_dataset_free(back);
    egad_dataset_free(data);
}
END_TEST

/* File names are kept byte for byte; older files have none. */
START_TEST(names_of_files)
{
    egad_dataset *data = sample(), *back;
    const char *const name[] = { "good/1.png", "", "a \"b\",\n\xff.png" };

    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_ptr_null(back->file);
    egad_dataset_free(back);
    data->file = calloc(4, sizeof *data->file);
    for (int i = 0; i < 3; i++)
        data->file[i] = strdup(name[i]);
    data->file[3] = calloc(4096 + 1, 1);
    memset(data->file[3], 'x', 4095);
    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_dataset_load(&back, path));
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(back->file[i], data->file[i]);
    egad_dataset_free(back);
    data->file[3][4095] = 'x';
    CHECK_FAILS(egad_dataset_save(data, path), DATA, "row 3 has 4096 bytes, wanted 4095");
    egad_dataset_free(data);
}
END_TEST

START_TEST(select_rows)
{
    egad_dataset *data = sample();
    size_t *rows, n;

    CHECK_OK(egad_dataset_select(data, EGAD_TRAIN, &rows, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(rows[0], 0);
    ck_assert_uint_eq(rows[1], 3);
    free(rows);
    CHECK_OK(egad_dataset_select(data, EGAD_TEST, &rows, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(rows[0], 1);
    free(rows);
    CHECK_OK(egad_dataset_select(data, -1, &rows, &n));
    ck_assert_uint_eq(n, 4);
    free(rows);
    CHECK_FAILS(egad_dataset_select(data, 2, &rows, &n), ARGUMENT, "part 2");
    free(data->split);
    data->split = NULL;
    CHECK_OK(egad_dataset_select(data, EGAD_TEST, &rows, &n));
    ck_assert_uint_eq(n, 4);
    free(rows);
    egad_dataset_free(data);
}
END_TEST

/* The first rows of a permutation, in file order; smaller samples are subsets. */
START_TEST(sample_rows)
{
    enum { ROWS = 40, SEED = 42 };
    const size_t shape[3] = { 1, 1, 1 };
    egad_dataset *data;
    size_t *test, *rows, n;
    uint32_t permutation[ROWS];

    CHECK_OK(egad_dataset_new(&data, ROWS, shape));
    data->split = calloc(ROWS, 1);
    for (size_t i = 0; i < ROWS; i++)
        data->split[i] = i % 3 ? EGAD_TEST : EGAD_TRAIN;
    CHECK_OK(egad_dataset_select(data, EGAD_TEST, &test, &n));
    egad_permutation_legacy(SEED, n, permutation);
    for (size_t wanted = 0; wanted <= n; wanted++) {
        unsigned char drawn[ROWS] = { 0 };
        for (size_t i = 0; i < wanted; i++)
            drawn[test[permutation[i]]] = 1;
        CHECK_OK(egad_dataset_sample(data, EGAD_TEST, wanted, SEED, &rows));
        for (size_t i = 0; i < wanted; i++)
            ck_assert(drawn[rows[i]]-- && (i == 0 || rows[i - 1] < rows[i]));
        free(rows);
    }
    free(test);
    CHECK_FAILS(egad_dataset_sample(data, EGAD_TEST, n + 1, SEED, &rows), ARGUMENT,
                "cannot sample 27 rows of 26");
    ck_assert_ptr_null(rows);
    egad_dataset_free(data);
}
END_TEST

START_TEST(shapes_that_cannot_be)
{
    egad_dataset *data;

    CHECK_FAILS(egad_dataset_new(&data, 0, (const size_t[]){ 1, 1, 3 }), SHAPE, "0 rows");
    CHECK_FAILS(egad_dataset_new(&data, 3, (const size_t[]){ 1, 0, 3 }), SHAPE, "1 x 0");
    CHECK_FAILS(egad_dataset_new(&data, SIZE_MAX / 2, (const size_t[]){ 1, 4, 3 }), SHAPE,
                "rows of 1 x 4 x 3");
    ck_assert_ptr_null(data);
}
END_TEST

START_TEST(images)
{
    egad_dataset *data, *back;

    CHECK_OK(egad_dataset_new(&data, 2, (const size_t[]){ 2, 3, 1 }));
    for (int i = 0; i < 12; i++)
        data->x[i] = (float)i;
    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_uint_eq(back->shape[0], 2);
    ck_assert_uint_eq(back->shape[1], 3);
    ck_assert_mem_eq(back->x, data->x, 12 * sizeof(float));
    ck_assert_ptr_null(back->y);
    ck_assert_ptr_null(back->protocol);
    ck_assert_uint_eq(back->schema.n, 0);
    egad_dataset_free(back);
    egad_dataset_free(data);
}
END_TEST

/* Bytes if lossless, else float32. */
START_TEST(what_is_an_image)
{
    egad_column column = { .name = "bytes" };
    const egad_schema none = { 0 }, table = { .n = 1, .column = &column };

    ck_assert(egad_dataset_images(&none, (const size_t[]){ 28, 28, 1 }));
    ck_assert(egad_dataset_images(&none, (const size_t[]){ 1, 28, 1 }));
    ck_assert(egad_dataset_images(&none, (const size_t[]){ 28, 1, 1 }));
    ck_assert(!egad_dataset_images(&none, (const size_t[]){ 1, 1, 121 }));
    ck_assert(!egad_dataset_images(&none, (const size_t[]){ 1, 1, 1 }));
    ck_assert(!egad_dataset_images(&table, (const size_t[]){ 1, 1, 121 }));
    ck_assert(!egad_dataset_images(&table, (const size_t[]){ 1, 28, 1 }));
}
END_TEST

START_TEST(types_of_images)
{
    egad_dataset *data, *back;
    egad_h5 *file;
    const float odd[] = { 255, 0.5f, -1, 256, 1e30f };

    CHECK_OK(egad_dataset_new(&data, 1, (const size_t[]){ 1, 2, 1 }));
    for (int i = 0; i < 5; i++) {
        data->x[1] = odd[i];
        CHECK_OK(egad_dataset_save(data, path));
        CHECK_OK(egad_h5_open(&file, path));
        ck_assert_int_eq(egad_h5_is_u8(file, "/x"), i == 0);
        egad_h5_close(file);
        CHECK_OK(egad_dataset_load(&back, path));
        ck_assert(back->x[0] == 0 && back->x[1] == odd[i]);
        egad_dataset_free(back);
    }
    egad_dataset_free(data);
}
END_TEST

START_TEST(copies)
{
    egad_dataset *data;
    size_t n, of;
    const float x[] = { 1, 2, 2, 1, 1, 2, 3, 4, 1, 2, 0, 0 };

    CHECK_OK(egad_dataset_new(&data, 6, (const size_t[]){ 1, 1, 2 }));
    memcpy(data->x, x, sizeof x);
    CHECK_OK(egad_dataset_copies(data, &n, &of));
    ck_assert(n == 0 && of == 0);
    data->split = calloc(6, 1);
    CHECK_OK(egad_dataset_copies(data, &n, &of));
    ck_assert(n == 0 && of == 0);
    memcpy(data->split, "\0\0\1\1\1\0", 6);
    CHECK_OK(egad_dataset_copies(data, &n, &of));
    ck_assert(n == 2 && of == 3);
    data->y = calloc(6, 1);
    data->y[4] = 1;
    CHECK_OK(egad_dataset_copies(data, &n, &of));
    ck_assert(n == 1 && of == 2);
    memset(data->split, EGAD_TEST, 6);
    CHECK_OK(egad_dataset_copies(data, &n, &of));
    ck_assert(n == 0 && of == 5);
    egad_dataset_free(data);
}
END_TEST

START_TEST(pixels_of_somebody_else)
{
    egad_dataset *data;
    egad_h5 *file;
    const unsigned char x[8] = { 0, 255, 51, 0, 0, 0, 0, 204 };

    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_U8, 4, (size_t[]){ 2, 2, 2, 1 }, x));
    CHECK_OK(
        egad_h5_write(file, "/y", EGAD_H5_F64, 1, (size_t[]){ 2 }, (double[]){ 0, 1 }));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    CHECK_OK(egad_dataset_load(&data, path));
    for (int i = 0; i < 8; i++)
        ck_assert(data->x[i] == (float)x[i]);
    ck_assert_int_eq(data->y[1], 1);
    egad_dataset_free(data);
}
END_TEST

START_TEST(no_data_at_all)
{
    egad_dataset *data;
    egad_h5 *file;
    size_t n;

    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write_texts(file, "/z", NULL, 0));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    CHECK_FAILS(egad_dataset_load(&data, path), FORMAT, "no /x");
    support_write(path, "not HDF5", 8);
    CHECK_FAILS(egad_dataset_load(&data, path), FORMAT, "not an HDF5 file");
    egad_dataset *whole = sample();
    CHECK_OK(egad_dataset_save(whole, path));
    char *bytes = support_read(path, &n);
    support_write(path, bytes, n / 2);
    CHECK_FAILS(egad_dataset_load(&data, path), FORMAT, "truncated");
    free(bytes);
    egad_dataset_free(whole);
}
END_TEST

START_TEST(failed_save_leaves_the_old_file)
{
    egad_dataset *data = sample(), *back;
    char below[160];

    CHECK_OK(egad_dataset_save(data, path));
    data->x[4] = INFINITY;
    CHECK_FAILS(egad_dataset_save(data, path), DATA, "row 1, column 1 (flag=REJ)");
    data->x[4] = 1;
    snprintf(below, sizeof below, "%s/b.h5", path);
    CHECK_FAILS(egad_dataset_save(data, below), FILE, "Not a directory");
    snprintf(below, sizeof below, "%s/none/b.h5", folder);
    CHECK_FAILS(egad_dataset_save(data, below), FILE, "No such file");
    ck_assert_int_eq(support_count(folder), 1);
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_mem_eq(back->x, data->x, 12 * sizeof(float));
    egad_dataset_free(back);
    egad_dataset_free(data);
}
END_TEST

/* The system rejects writing, as a full disk does. */
START_TEST(save_that_fails_halfway)
{
    egad_dataset *data = sample(), *large, *back;
    struct rlimit before, small;

    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_dataset_new(&large, 100000, (const size_t[]){ 1, 1, 10 }));
    for (size_t i = 0; i < 1000000; i++)
        large->x[i] = (float)(i * 2654435761u % 1000003u);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 300000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    egad_status got = egad_dataset_save(large, path);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    ck_assert_int_eq(got, EGAD_FILE);
    ck_assert_int_eq(support_count(folder), 1);
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_mem_eq(back->x, data->x, 12 * sizeof(float));
    egad_dataset_free(back);
    egad_dataset_free(large);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, round_trip);
    tcase_add_test(tests, nothing_filled);
    tcase_add_test(tests, names_of_files);
    tcase_add_test(tests, select_rows);
    tcase_add_test(tests, sample_rows);
    tcase_add_test(tests, shapes_that_cannot_be);
    tcase_add_test(tests, images);
    tcase_add_test(tests, what_is_an_image);
    tcase_add_test(tests, types_of_images);
    tcase_add_test(tests, copies);
    tcase_add_test(tests, pixels_of_somebody_else);
    tcase_add_test(tests, no_data_at_all);
    tcase_add_test(tests, failed_save_leaves_the_old_file);
    tcase_add_test(tests, save_that_fails_halfway);
    return support_run(suite);
}
