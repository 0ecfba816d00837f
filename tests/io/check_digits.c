/* io/digits.c: offsets of columns whose digits single precision loses, the same for every
 * format of training data and of new rows. */
#include "files.h"
#include "io/io.h"

#include <math.h>

enum { N = 400 };

static char folder[64], path[128], array[128];
static egad_dataset *data;

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/x.h5", folder);
    snprintf(array, sizeof array, "%s/x.npy", folder);
}

static void teardown(void)
{
    egad_dataset_free(data);
    data = NULL;
    support_remove(folder);
}

/* Row i of a column that varies around `middle`, on both sides, by at most `width`. */
static double around(double middle, double width, size_t i)
{
    return middle + width * sin(1.0 + 2.3 * (double)i);
}

/* A column of N values, and another one. */
static double columns[N][2];
static void fill(double middle, double width)
{
    for (size_t i = 0; i < N; i++) {
        columns[i][0] = around(middle, width, i);
        columns[i][1] = (double)(i % 7);
    }
}

static void import_text(const egad_csv_options *options)
{
    char name[128], *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    ck_assert_ptr_nonnull(out);
    fputs("a,b\n", out);
    for (size_t i = 0; i < N; i++)
        fprintf(out, "%.17g,%.17g\n", columns[i][0], columns[i][1]);
    fclose(out);
    snprintf(name, sizeof name, "%s/x.csv", folder);
    support_write(name, text, n);
    free(text);
    egad_dataset_free(data);
    CHECK_OK(egad_csv_import(&data, name, options));
}

static void import_array(void)
{
    char header[128];
    snprintf(header, sizeof header,
             "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, 2), }\n", N);
    files_npy(array, 1, header, columns, sizeof columns);
    egad_dataset_free(data);
    CHECK_OK(egad_npy_import(&data, array, NULL));
}

/* As h5py writes it. */
static void load_foreign(void)
{
    egad_h5 *file;
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F64, 2, (size_t[]){ N, 2 }, columns));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    egad_dataset_free(data);
    CHECK_OK(egad_dataset_load(&data, path));
}

/* x and the offset hold every value to `error`. */
static void holds_values(double error)
{
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < 2; j++) {
            const float x = data->x[2 * i + j];
            const double offset = data->schema.offsets ? data->schema.offset[j] : 0.0;
            ck_assert(x == (float)(columns[i][j] - offset));
            ck_assert(fabs(egad_schema_value(&data->schema, j, x) - columns[i][j]) <=
                      error);
        }
}

/* All formats, in memory and from a file, choose the same offset. */
START_TEST(offsets)
{
    static const struct {
        double middle, width;
    } cases[] = { { 1.7e9, 1 },  { -1.7e9, 1 },     { 1e7, .5 },    { 85000000.5, .5 },
                  { 1e15, 100 }, { 4e12, 1 << 20 }, { 1e30, 1e22 }, { 5, 1e-8 } };

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const double middle = cases[k].middle, width = cases[k].width;
        fill(middle, width);
        import_text(NULL);
        ck_assert_uint_eq(data->schema.offsets, 2);
        const double offset = data->schema.offset[0];
        ck_assert(fabs(offset - middle) <= 4 * width);
        ck_assert(data->schema.offset[1] == 0.0);
        ck_assert_uint_eq(data->coarse_n, 0);
        holds_values(4 * width * 6e-8);
        egad_dataset *back;
        CHECK_OK(egad_dataset_save(data, path));
        CHECK_OK(egad_dataset_load(&back, path));
        ck_assert_uint_eq(back->schema.offsets, 2);
        ck_assert_mem_eq(back->schema.offset, data->schema.offset, 2 * sizeof(double));
        ck_assert_mem_eq(back->x, data->x, 2 * N * sizeof(float));
        egad_dataset_free(back);
        import_array();
        ck_assert(data->schema.offset[0] == offset);
        holds_values(4 * width * 6e-8);
        load_foreign();
        ck_assert(data->schema.offset[0] == offset);
        holds_values(4 * width * 6e-8);
    }
}
END_TEST

/* Where single precision keeps values apart, x is as without offsets. */
START_TEST(none)
{
    static const struct {
        double middle, width;
    } cases[] = { { 0, 1 },         { 0, 1e30 },  { 2000, 30 },
                  { 300, 5 },       { 1e5, 1e4 }, { 5e7, 4.9e7 },
                  { 1.5e9, 1.4e9 }, { -40, 10 },  { 1e-30, 1e-31 } };

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        fill(cases[k].middle, cases[k].width);
        for (int whole = 0; whole < 2; whole++) {
            import_text(NULL);
            ck_assert_uint_eq(data->schema.offsets, 0);
            ck_assert_uint_eq(data->coarse_n, 0);
            holds_values(INFINITY);
            import_array();
            ck_assert_uint_eq(data->schema.offsets, 0);
            load_foreign();
            ck_assert_uint_eq(data->schema.offsets, 0);
            for (size_t i = 0; i < N; i++)
                columns[i][0] = rint(columns[i][0]);
        }
    }
}
END_TEST

/* Only training rows decide: the others may lie anywhere. */
START_TEST(training_rows)
{
    fill(1.7e9, 1);
    import_text(&EGAD_SIZED(egad_csv_options, .label = "b", .anomalous = "3,4"));
    const double offset = data->schema.offset[0];
    for (size_t i = 0; i < N; i++)
        if (columns[i][1] == 3.0 || columns[i][1] == 4.0)
            columns[i][0] = (double)i;
    import_text(&EGAD_SIZED(egad_csv_options, .label = "b", .anomalous = "3,4"));
    ck_assert_uint_eq(data->schema.offsets, 1);
    ck_assert(data->schema.offset[0] == offset);
}
END_TEST

/* A meter: few values, all of them kept. */
START_TEST(few_values)
{
    fill(0, 0);
    for (size_t i = 0; i < N; i++)
        columns[i][0] = 85000000.0 + (double)(i % 2);
    import_text(NULL);
    ck_assert_uint_eq(data->schema.offsets, 2);
    holds_values(0);
    /* A constant has nothing to keep apart. */
    for (size_t i = 0; i < N; i++)
        columns[i][0] = 85000001.0;
    import_text(NULL);
    ck_assert_uint_eq(data->schema.offsets, 0);
}
END_TEST

/* Columns that no offset helps are counted. */
START_TEST(coarse)
{
    fill(0, 0);
    for (size_t i = 0; i < N; i++)
        columns[i][0] = around(i % 2 ? 1.7e9 : -1.7e9, 1, i);
    import_text(NULL);
    ck_assert_uint_eq(data->schema.offsets, 0);
    ck_assert_uint_eq(data->coarse_n, 1);
    ck_assert_uint_eq(data->coarse[0].column, 0);
    ck_assert_uint_eq(data->coarse[0].distinct, N);
    ck_assert_uint_eq(data->coarse[0].left, 2);
    ck_assert_int_eq(data->coarse[0].logarithm, 0);
    /* The file keeps the digits, and so the count. */
    CHECK_OK(egad_dataset_save(data, path));
    egad_dataset_free(data);
    CHECK_OK(egad_dataset_load(&data, path));
    ck_assert_uint_eq(data->coarse_n, 1);
    ck_assert_uint_eq(data->coarse[0].left, 2);

    /* Here x keeps more apart than its logarithm. */
    for (size_t i = 0; i < N; i++)
        columns[i][0] = rint(around(i % 2 ? 1e7 : -1e7, 20, i) * 4) / 4;
    import_text(NULL);
    ck_assert_uint_eq(data->coarse_n, 1);
    ck_assert_int_eq(data->coarse[0].logarithm, 1);
    ck_assert_uint_lt(data->coarse[0].left, 60);
    ck_assert_uint_gt(data->coarse[0].distinct, 100);

    /* Beyond the range of single precision. */
    fill(0, 1e-300);
    import_text(NULL);
    ck_assert_uint_eq(data->coarse_n, 1);
    ck_assert_uint_le(data->coarse[0].left, 2);
    import_array();
    ck_assert_uint_eq(data->coarse_n, 1);
}
END_TEST

/* The mean that is imputed has the digits of its column. */
START_TEST(imputed)
{
    const egad_csv_options mean = { .size = sizeof mean, .missing = "mean" };
    fill(1.7e9, 1);
    columns[0][0] = NAN;
    import_text(&mean);
    double sum = 0;
    for (size_t i = 1; i < N; i++)
        sum += columns[i][0] - 1.7e9;
    const egad_column *a = &data->schema.column[0];
    ck_assert(fabs(a->fill - 1.7e9 - sum / (N - 1)) < 1e-6);
    ck_assert_int_eq(data->filled[0], 1);
    ck_assert(fabs(egad_schema_value(&data->schema, 0, data->x[0]) - a->fill) < 1e-6);
    CHECK_OK(egad_dataset_save(data, path));
    const double had = a->fill;
    egad_dataset_free(data);
    CHECK_OK(egad_dataset_load(&data, path));
    ck_assert(data->schema.column[0].fill == had);
}
END_TEST

/* New rows, however they come, with the offsets of the training data; here a row alone,
 * which itself has no reason for one. */
START_TEST(new_rows)
{
    static const char text[] = "a,b\n1700000030.125,2\n";
    char csv[128], message[64];
    egad_dataset *rows;
    egad_csv_stream *stream;
    float x[2];
    int row;

    fill(1.7e9, 1);
    import_text(NULL);
    const egad_schema *schema = &data->schema;
    const float want[2] = { (float)(1700000030.125 - schema->offset[0]), 2 };
    ck_assert(fabs((double)want[0] - 30) < 10);
    snprintf(csv, sizeof csv, "%s/new.csv", folder);
    support_write(csv, text, strlen(text));
    CHECK_OK(egad_csv_read(&rows, csv, schema, NULL));
    ck_assert_mem_eq(rows->x, want, sizeof want);
    ck_assert_uint_eq(rows->schema.offsets, 2);
    egad_dataset_free(rows);

    CHECK_OK(egad_csv_open(&stream, "pipe", schema));
    snprintf(message, sizeof message, "1700000030.125,2");
    CHECK_OK(egad_csv_line(stream, 1, message, strlen(message), x, &row));
    ck_assert_int_eq(row, 1);
    ck_assert_mem_eq(x, want, sizeof want);
    CHECK_OK(egad_csv_values(stream, 2, (const char *[]){ "1700000030.125", "2" }, x));
    ck_assert_mem_eq(x, want, sizeof want);
    egad_csv_close(stream);

    /* Imported without the model, and written by h5py. */
    CHECK_OK(egad_csv_import(&rows, csv, NULL));
    ck_assert_uint_eq(rows->schema.offsets, 0);
    CHECK_OK(egad_dataset_save(rows, path));
    egad_dataset_free(rows);
    CHECK_OK(egad_dataset_read(&rows, path, schema));
    ck_assert_mem_eq(rows->x, want, sizeof want);
    egad_dataset_free(rows);
    const double one[2] = { 1700000030.125, 2 };
    files_npy(array, 1, "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2), }\n",
              one, sizeof one);
    CHECK_OK(egad_npy_import(&rows, array, NULL));
    CHECK_OK(egad_dataset_save(rows, path));
    egad_dataset_free(rows);
    CHECK_OK(egad_dataset_read(&rows, path, schema));
    ck_assert_mem_eq(rows->x, want, sizeof want);
    egad_dataset_free(rows);

    /* Rows with a model's offsets are saved as values. */
    CHECK_OK(egad_csv_read(&rows, csv, schema, NULL));
    CHECK_OK(egad_dataset_save(rows, path));
    egad_dataset_free(rows);
    CHECK_OK(egad_dataset_read(&rows, path, schema));
    ck_assert_mem_eq(rows->x, want, sizeof want);
    egad_dataset_free(rows);

    /* A file of single precision, as older versions write it, has lost them. */
    egad_h5 *file;
    const float brief[2] = { 1700000030.125f, 2 };
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F32, 2, (size_t[]){ 1, 2 }, brief));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    CHECK_OK(egad_dataset_read(&rows, path, schema));
    ck_assert(rows->x[0] == (float)(1700000000.0 - schema->offset[0]) && rows->x[1] == 2);
    egad_dataset_free(rows);
}
END_TEST

/* Integers as h5py writes them, and types that need no double precision. */
START_TEST(whole_numbers)
{
    static uint64_t count[N][1];
    static int32_t brief[N][1];
    egad_h5 *file;

    for (size_t i = 0; i < N; i++) {
        count[i][0] = (UINT64_C(1) << 52) + i * i % 997;
        brief[i][0] = 2000000000 + (int32_t)(i % 5);
    }
    for (int k = 0; k < 2; k++) {
        CHECK_OK(egad_h5_create(&file, path));
        CHECK_OK(egad_h5_write(file, "/x", k ? EGAD_H5_I32 : EGAD_H5_U64, 2,
                               (size_t[]){ N, 1 }, k ? (void *)brief : (void *)count));
        CHECK_OK(egad_h5_commit(file));
        egad_h5_close(file);
        CHECK_OK(egad_dataset_load(&data, path));
        ck_assert_uint_eq(data->schema.offsets, 1);
        for (size_t i = 0; i < N; i++)
            ck_assert(egad_schema_value(&data->schema, 0, data->x[i]) ==
                      (k ? (double)brief[i][0] : (double)count[i][0]));
        egad_dataset_free(data);
        data = NULL;
    }
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/f", EGAD_H5_F32, 2, (size_t[]){ 1, 1 }, columns));
    CHECK_OK(egad_h5_write(file, "/d", EGAD_H5_F64, 2, (size_t[]){ 1, 1 }, columns));
    CHECK_OK(egad_h5_write(file, "/u", EGAD_H5_U8, 2, (size_t[]){ 1, 1 }, columns));
    CHECK_OK(egad_h5_write(file, "/i", EGAD_H5_I32, 2, (size_t[]){ 1, 1 }, columns));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    CHECK_OK(egad_h5_open(&file, path));
    ck_assert(egad_h5_fits_f32(file, "/f") && egad_h5_fits_f32(file, "/u"));
    ck_assert(!egad_h5_fits_f32(file, "/d") && !egad_h5_fits_f32(file, "/i"));
    ck_assert(!egad_h5_fits_f32(file, "/absent"));
    egad_h5_close(file);
}
END_TEST

/* A file is of double precision only where digits would go. */
START_TEST(stored)
{
    egad_h5 *file;
    for (int k = 0; k < 3; k++) {
        for (size_t i = 0; i < N; i++) { /* 7 digits at most, in the first two */
            columns[i][0] = k == 2   ? 1.0 / (double)(i + 1)
                            : k == 1 ? (double)(i * 12347 % 9000000) / 1000.0
                                     : (double)i / 10.0;
            columns[i][1] = (double)i;
        }
        import_text(NULL);
        ck_assert_uint_eq(data->schema.offsets, 0);
        CHECK_OK(egad_dataset_save(data, path));
        CHECK_OK(egad_h5_open(&file, path));
        ck_assert_int_eq(egad_h5_fits_f32(file, "/x"), k < 2);
        egad_h5_close(file);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digits");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, offsets);
    tcase_add_test(tests, none);
    tcase_add_test(tests, training_rows);
    tcase_add_test(tests, few_values);
    tcase_add_test(tests, coarse);
    tcase_add_test(tests, imputed);
    tcase_add_test(tests, new_rows);
    tcase_add_test(tests, whole_numbers);
    tcase_add_test(tests, stored);
    return support_run(suite);
}
