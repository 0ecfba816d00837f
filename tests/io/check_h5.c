/* io/h5/h5.c, h5_array.c, h5_attribute.c: written data are read back; missing or damaged
 * data are rejected. */
#include "io/io.h"
#include "support.h"

#include <fcntl.h>
#include <hdf5.h>
#include <math.h>
#include <sys/file.h>
#include <unistd.h>

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

/* A file with one array, one attribute of each kind, and texts. */
static void write_sample(void)
{
    egad_h5 *file;
    float x[6] = { 1, -2.5f, 3, 4, 5, 6e30f };
    char *texts[] = { "b", "", "\xc3\xa4 a" };

    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/deep/er/x", EGAD_H5_F32, 2, (size_t[]){ 2, 3 }, x));
    CHECK_OK(egad_h5_write(file, "/scalar", EGAD_H5_I32, 0, NULL, &(int32_t){ -7 }));
    CHECK_OK(egad_h5_write_texts(file, "/texts", texts, 3));
    CHECK_OK(egad_h5_write_text(file, "/", "format", "sample"));
    CHECK_OK(egad_h5_write_number(file, "/deep", "ratio", 0.1));
    CHECK_OK(egad_h5_write_count(file, "/made/here", "count", UINT64_MAX));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
}

START_TEST(round_trip)
{
    egad_h5 *file;
    size_t shape[EGAD_H5_RANK], n;
    int rank;
    float x[6];
    double wide[6], ratio;
    int32_t scalar;
    uint64_t count;
    char *text, **texts;

    write_sample();
    ck_assert_int_eq(support_count(folder), 1);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_shape(file, "/deep/er/x", shape, &rank));
    ck_assert_int_eq(rank, 2);
    ck_assert_uint_eq(shape[0], 2);
    ck_assert_uint_eq(shape[1], 3);
    CHECK_OK(egad_h5_read(file, "/deep/er/x", EGAD_H5_F32, 6, x));
    ck_assert(x[1] == -2.5f && x[5] == 6e30f);
    CHECK_OK(egad_h5_read(file, "/deep/er/x", EGAD_H5_F64, 6, wide));
    ck_assert(wide[5] == (double)6e30f);
    CHECK_OK(egad_h5_shape(file, "/scalar", shape, &rank));
    ck_assert_int_eq(rank, 0);
    CHECK_OK(egad_h5_read(file, "/scalar", EGAD_H5_I32, 1, &scalar));
    ck_assert_int_eq(scalar, -7);
    CHECK_OK(egad_h5_read_texts(file, "/texts", &texts, &n));
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(texts[0], "b");
    ck_assert_str_eq(texts[1], "");
    ck_assert_str_eq(texts[2], "\xc3\xa4 a");
    egad_array_clear(texts, n);
    CHECK_OK(egad_h5_read_text(file, "/", "format", &text));
    ck_assert_str_eq(text, "sample");
    free(text);
    CHECK_OK(egad_h5_read_number(file, "/deep", "ratio", &ratio));
    ck_assert(ratio == 0.1);
    CHECK_OK(egad_h5_read_count(file, "/made/here", "count", &count));
    ck_assert(count == UINT64_MAX);
    ck_assert_int_eq(egad_h5_has(file, "/", NULL), 1);
    ck_assert_int_eq(egad_h5_has(file, "/", "format"), 1);
    ck_assert_int_eq(egad_h5_has(file, "/", "other"), 0);
    ck_assert_int_eq(egad_h5_has(file, "/deep/er", NULL), 1);
    ck_assert_int_eq(egad_h5_has(file, "/no/such/thing", NULL), 0);
    ck_assert_int_eq(egad_h5_has(file, "/no/such/thing", "a"), 0);
    ck_assert_int_eq(egad_h5_is_u8(file, "/deep/er/x"), 0);
    egad_h5_close(file);
}
END_TEST

/* Integers exactly, other numbers with no more digits than needed. */
START_TEST(numbers_as_text)
{
    static const struct {
        double value;
        const char *text;
    } reals[] = { { 0.0004, "0.0004" },
                  { 0.1, "0.1" },
                  { 1.0 / 3, "0.3333333333333333" },
                  { 0.1 + 0.2, "0.30000000000000004" },
                  { -2, "-2" },
                  { 1e300, "1e+300" } };
    egad_h5 *file;
    char *text;

    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        char want[64];
        CHECK_OK(egad_h5_create(&file, path));
        CHECK_OK(egad_h5_write_number(file, "/", "a", reals[i].value));
        CHECK_OK(egad_h5_print_attributes(file, "/", "", &text));
        snprintf(want, sizeof want, "a: %s\n", reals[i].text);
        ck_assert_str_eq(text, want);
        free(text);
        egad_h5_close(file);
    }
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write_counts(file, "/", "a", (uint64_t[]){ 7, UINT64_MAX }, 2));
    CHECK_OK(egad_h5_write_text(file, "/", "b", "words"));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_print_attributes(file, "/", "  ", &text));
    ck_assert_str_eq(text, "  a: 7 18446744073709551615\n  b: words\n");
    free(text);
    egad_h5_close(file);
}
END_TEST

START_TEST(refusals)
{
    egad_h5 *file;
    size_t shape[EGAD_H5_RANK], n;
    int rank;
    float x[6];
    char *text, **texts;
    double number;

    write_sample();
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_FAILS(egad_h5_read(file, "/deep/er/x", EGAD_H5_F32, 5, x), FORMAT,
                "6 elements, wanted 5");
    CHECK_FAILS(egad_h5_read(file, "/deep/y", EGAD_H5_F32, 6, x), FORMAT,
                "no /deep/y: copy it again or recreate it");
    CHECK_FAILS(egad_h5_read(file, "/deep", EGAD_H5_F32, 6, x), FORMAT, "not an array");
    CHECK_FAILS(egad_h5_read(file, "/texts", EGAD_H5_F32, 3, x), FORMAT, "numbers");
    CHECK_FAILS(egad_h5_shape(file, "/deep", shape, &rank), FORMAT, "not an array");
    CHECK_FAILS(egad_h5_read_texts(file, "/deep/er/x", &texts, &n), FORMAT, "rank 2");
    CHECK_FAILS(egad_h5_read_text(file, "/deep", "ratio", &text), FORMAT, "text");
    CHECK_FAILS(egad_h5_read_text(file, "/deep", "none", &text), FORMAT,
                "no attribute none: copy it again or recreate it");
    CHECK_FAILS(egad_h5_read_number(file, "/", "format", &number), FORMAT,
                "not a number");
    egad_h5_close(file);
}
END_TEST

START_TEST(large_is_compressed)
{
    egad_h5 *file;
    size_t n = 1000 * 1000, size;
    int32_t *x = malloc(n * sizeof *x), *back = malloc(n * sizeof *x);

    for (size_t i = 0; i < n; i++)
        x[i] = (int32_t)(i / 7);
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_I32, 2, (size_t[]){ 1000, 1000 }, x));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    free(support_read(path, &size));
    ck_assert_uint_lt(size, n);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_I32, n, back));
    ck_assert_mem_eq(x, back, n * sizeof *x);
    egad_h5_close(file);
    free(x);
    free(back);
}
END_TEST

/* Trained weights would take .86 of their size, and most of the time of a save. */
START_TEST(noise_is_not_compressed)
{
    egad_h5 *file;
    size_t n = 250 * 1000, size;
    float *x = malloc(n * sizeof *x);

    for (size_t i = 0; i < n; i++)
        x[i] = (float)sin((double)i * (double)i);
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F32, 2, (size_t[]){ 2500, 100 }, x));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    free(support_read(path, &size));
    ck_assert_uint_gt(size, n * sizeof *x);
    free(x);
}
END_TEST

static egad_status collect(void *context, const char *name, int array)
{
    strcat(context, name);
    strcat(context, array ? " " : "/ ");
    return EGAD_OK;
}

static egad_status stop(void *context, const char *name, int array)
{
    (void)name;
    (void)array;
    ++*(int *)context;
    return EGAD_DATA;
}

START_TEST(visit)
{
    egad_h5 *file;
    char seen[256] = "";
    int calls = 0;

    write_sample();
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_visit(file, collect, seen));
    ck_assert_str_eq(seen,
                     "/deep/ /deep/er/ /deep/er/x /made/ /made/here/ /scalar /texts ");
    ck_assert_int_eq(egad_h5_visit(file, stop, &calls), EGAD_DATA);
    ck_assert_int_eq(calls, 1);
    egad_h5_close(file);
}
END_TEST

START_TEST(no_commit_leaves_the_old_file)
{
    egad_h5 *file;
    size_t before, after;

    write_sample();
    char *old = support_read(path, &before);
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/y", EGAD_H5_U8, 1, (size_t[]){ 2 }, "ab"));
    ck_assert_int_eq(support_count(folder), 2);
    egad_h5_close(file);
    ck_assert_int_eq(support_count(folder), 1);
    char *now = support_read(path, &after);
    ck_assert_uint_eq(before, after);
    ck_assert_mem_eq(old, now, before);
    free(old);
    free(now);
}
END_TEST

START_TEST(places_that_take_no_file)
{
    egad_h5 *file;
    char below[160];

    snprintf(below, sizeof below, "%s/none/a.h5", folder);
    CHECK_FAILS(egad_h5_create(&file, below), FILE, "No such file");
    ck_assert_ptr_null(file);
    support_write(path, "x", 1);
    snprintf(below, sizeof below, "%s/b.h5", path);
    CHECK_FAILS(egad_h5_create(&file, below), FILE, "Not a directory");
    CHECK_FAILS(egad_h5_create(&file, folder), FILE, "not a regular file");
    CHECK_FAILS(egad_h5_create(&file, "/dev/null"), FILE, "not a regular file");
}
END_TEST

/* Every changed bit in a file of egad's is detected, except in the word before the
 * checksum; files modified by HDF5 have no checksum. */
START_TEST(sealed)
{
    egad_h5 *file;
    size_t n;

    write_sample();
    char *bytes = support_read(path, &n);
    for (size_t at = 0; at < n; at += at < n - 9 ? 7 : 1) {
        bytes[at] ^= 16;
        support_write(path, bytes, n);
        if (at < n - SUPPORT_SEAL || at >= n - 8) {
            CHECK_FAILS(egad_h5_open(&file, path), FORMAT, "its checksum does not match");
        } else {
            CHECK_OK(egad_h5_open(&file, path));
            egad_h5_close(file);
        }
        bytes[at] ^= 16;
    }
    support_write(path, bytes, n);
    free(bytes);
    hid_t id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    ck_assert_int_ge(H5Ldelete(id, "/deep", H5P_DEFAULT), 0);
    H5Fclose(id);
    CHECK_OK(egad_h5_open(&file, path));
    egad_h5_close(file);
}
END_TEST

START_TEST(files_that_are_not_hdf5)
{
    egad_h5 *file;
    size_t n;

    CHECK_FAILS(egad_h5_open(&file, path), FILE, "No such file");
    ck_assert_ptr_null(file);
    CHECK_FAILS(egad_h5_open(&file, folder), FILE, "not a regular file");
    support_write(path, "", 0);
    CHECK_FAILS(egad_h5_open(&file, path), FORMAT, "not an HDF5 file");
    support_write(path, "duration,flag\n1,SF\n", 19);
    CHECK_FAILS(egad_h5_open(&file, path), FORMAT, "not an HDF5 file");
    write_sample();
    char *bytes = support_read(path, &n);
    for (size_t cut = 1; cut <= SUPPORT_SEAL + 1; cut++) {
        support_write(path, bytes, n - cut);
        if (cut == SUPPORT_SEAL) {
            CHECK_OK(egad_h5_open(&file, path));
            egad_h5_close(file);
        } else {
            CHECK_FAILS(egad_h5_open(&file, path), FORMAT, "truncated");
        }
    }
    support_write(path, bytes, 100);
    CHECK_FAILS(egad_h5_open(&file, path), FORMAT, "truncated");
    free(bytes);
}
END_TEST

START_TEST(size_that_cannot_be)
{
    egad_h5 *file;
    size_t shape[EGAD_H5_RANK];
    int rank;
    hsize_t dims[2] = { 1000 * 1000 * 1000, 100 * 1000 }, chunk[2] = { 10, 10 };
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, dims, NULL), how = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_chunk(how, 2, chunk);
    H5Dclose(H5Dcreate2(id, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT));
    H5Pclose(how);
    H5Sclose(space);
    H5Fclose(id);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_FAILS(egad_h5_shape(file, "/x", shape, &rank), FORMAT,
                "more than the file can hold");
    egad_h5_close(file);
}
END_TEST

/* Reading takes no lock: file systems may have none, other processes may hold one. */
START_TEST(locked_elsewhere)
{
    egad_h5 *file;
    write_sample();
    const int other = open(path, O_RDWR);
    ck_assert_int_ge(other, 0);
    ck_assert_int_eq(flock(other, LOCK_EX), 0);
    CHECK_OK(egad_h5_open(&file, path));
    ck_assert(egad_h5_has(file, "/deep/er/x", NULL));
    egad_h5_close(file);
    close(other);
}
END_TEST

/* numpy's bytes_ and many C programs pad texts to a fixed length. */
START_TEST(texts_of_fixed_length)
{
    egad_h5 *file;
    char **texts, *text;
    size_t n;
    hsize_t dims = 2;
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &dims, NULL), one = H5Screate(H5S_SCALAR);
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, 3);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    hid_t array =
        H5Dcreate2(id, "/t", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, "abcd\0\0");
    hid_t attribute = H5Acreate2(array, "a", type, one, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, "xyz");
    H5Aclose(attribute);
    H5Dclose(array);
    H5Tclose(type);
    H5Sclose(one);
    H5Sclose(space);
    H5Fclose(id);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read_texts(file, "/t", &texts, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(texts[0], "abc");
    ck_assert_str_eq(texts[1], "d");
    CHECK_OK(egad_h5_read_text(file, "/t", "a", &text));
    ck_assert_str_eq(text, "xyz");
    free(text);
    egad_array_clear(texts, n);
    egad_h5_close(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("h5");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, round_trip);
    tcase_add_test(tests, numbers_as_text);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, large_is_compressed);
    tcase_add_test(tests, noise_is_not_compressed);
    tcase_add_test(tests, visit);
    tcase_add_test(tests, no_commit_leaves_the_old_file);
    tcase_add_test(tests, places_that_take_no_file);
    tcase_add_test(tests, files_that_are_not_hdf5);
    tcase_add_test(tests, sealed);
    tcase_add_test(tests, size_that_cannot_be);
    tcase_add_test(tests, locked_elsewhere);
    tcase_add_test(tests, texts_of_fixed_length);
    return support_run(suite);
}
