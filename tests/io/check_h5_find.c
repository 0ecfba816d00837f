/* io/h5/h5_find.c: objects that would open another file or load code are rejected when
 * accessed; everything else in the file is read. */
#include "io/io.h"
#include "support.h"

#include <hdf5.h>

static char folder[64], path[128], other[128];

/* other.h5 has data that would be read if it were opened. */
static void setup(void)
{
    egad_h5 *file;
    support_folder(folder);
    snprintf(path, sizeof path, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/other.h5", folder);
    CHECK_OK(egad_h5_create(&file, other));
    CHECK_OK(egad_h5_write(file, "/deep/x", EGAD_H5_F32, 1, (size_t[]){ 2 },
                           (float[]){ 1, 2 }));
    CHECK_OK(egad_h5_write_number(file, "/deep", "a", 7));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
}

static void teardown(void)
{
    support_remove(folder);
}

/* An array /x of two floats, created with `how`, which is closed; and a valid /y. */
static void write_array(hid_t how)
{
    const hsize_t dims = 2;
    const float values[2] = { 3, 4 };
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &dims, NULL);
    hid_t x = H5Dcreate2(id, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    hid_t y = H5Dcreate2(id, "/y", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT,
                         H5P_DEFAULT);
    ck_assert(x >= 0 && y >= 0);
    H5Dwrite(y, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(x);
    H5Dclose(y);
    H5Sclose(space);
    H5Pclose(how);
    H5Fclose(id);
}

/* All functions that read arrays reject /x with these words, but read /y. */
static void check_refused(const char *words)
{
    egad_h5 *file;
    size_t shape[EGAD_H5_RANK], n;
    float x[2];
    char **texts;
    int rank;
    CHECK_OK(egad_h5_open(&file, path));
    ck_assert_int_eq(egad_h5_has(file, "/x", NULL), 1);
    CHECK_FAILS(egad_h5_shape(file, "/x", shape, &rank), FORMAT, words);
    CHECK_FAILS(egad_h5_read(file, "/x", EGAD_H5_F32, 2, x), FORMAT, words);
    CHECK_FAILS(egad_h5_read_texts(file, "/x", &texts, &n), FORMAT, words);
    ck_assert_int_eq(egad_h5_is_u8(file, "/x"), 0);
    CHECK_OK(egad_h5_read(file, "/y", EGAD_H5_F32, 2, x));
    ck_assert(x[0] == 3 && x[1] == 4);
    egad_h5_close(file);
}

START_TEST(values_in_other_files)
{
    const hsize_t dims = 2;
    hid_t how = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &dims, NULL);
    H5Pset_external(how, "/etc/passwd", 0, 8);
    write_array(how);
    check_refused("is stored in other files");
    how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(how, space, other, "/deep/x", space);
    write_array(how);
    check_refused("is stored in other files");
    H5Sclose(space);
}
END_TEST

static size_t no_change(unsigned flags, size_t n, const unsigned values[], size_t bytes,
                        size_t *size, void **buffer)
{
    (void)flags;
    (void)n;
    (void)values;
    (void)size;
    (void)buffer;
    return bytes;
}

START_TEST(filters)
{
    const hsize_t chunk = 2;
    const H5Z_class2_t mine = {
        H5Z_CLASS_T_VERS, 300, 1, 1, "mine", NULL, NULL, no_change
    };
    egad_h5 *file;
    float x[2];
    hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    ck_assert_int_ge(H5Zregister(&mine), 0);
    H5Pset_chunk(how, 1, &chunk);
    H5Pset_shuffle(how);
    H5Pset_filter(how, 300, H5Z_FLAG_OPTIONAL, 0, NULL);
    write_array(how);
    check_refused("is stored by filter 300: egad reads deflate");
    H5Zunregister(300);

    how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(how, 1, &chunk);
    H5Pset_shuffle(how);
    H5Pset_deflate(how, 9);
    H5Pset_fletcher32(how);
    write_array(how);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_F32, 2, x));
    ck_assert(x[0] == 0 && x[1] == 0);
    egad_h5_close(file);
}
END_TEST

/* Soft links, external links, and both in the middle of a path. */
START_TEST(links_by_name)
{
    static const char *const arrays[] = { "/x", "/out/x", "/soft/deep/x" };
    egad_h5 *file;
    size_t shape[EGAD_H5_RANK];
    float x[2];
    double a;
    char *text;
    int rank;
    write_array(H5Pcreate(H5P_DATASET_CREATE));
    hid_t id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(id, "/x", H5P_DEFAULT);
    H5Lcreate_soft("/y", id, "/x", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external(other, "/deep", id, "/out", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external(other, "/", id, "/all", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/all", id, "/soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(id);
    check_refused("is a soft or external link");

    CHECK_OK(egad_h5_open(&file, path));
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        CHECK_FAILS(egad_h5_shape(file, arrays[i], shape, &rank), FORMAT,
                    "external link");
        CHECK_FAILS(egad_h5_read(file, arrays[i], EGAD_H5_F32, 2, x), FORMAT,
                    "external link");
    }
    ck_assert_int_eq(egad_h5_has(file, "/out", "a"), 1);
    CHECK_FAILS(egad_h5_read_number(file, "/out", "a", &a), FORMAT, "external link");
    CHECK_FAILS(egad_h5_print_attributes(file, "/out", "", &text), FORMAT,
                "external link");
    ck_assert_ptr_null(text);
    egad_h5_close(file);
}
END_TEST

/* Change a byte of the file at `path`, `behind` bytes after the only match of `what`. */
static void damage(const void *what, size_t n, size_t behind, char byte)
{
    size_t size, at = 0;
    char *bytes = support_read(path, &size);

    while (memcmp(bytes + at, what, n) != 0)
        ck_assert_uint_le(++at, size - n);
    bytes[at + behind] = byte;
    support_write(path, bytes, size);
    free(bytes);
}

/* A compact array whose object header has fewer bytes than its values need. */
START_TEST(compact)
{
    static const char message[] = "\3\0\x08"; /* version, layout, bytes */
    egad_h5 *file;
    float x[2];

    for (int bytes = 8; bytes >= 0; bytes -= 4) {
        hid_t how = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_layout(how, H5D_COMPACT);
        write_array(how);
        damage(message, sizeof message, 2, (char)bytes);
        if (bytes < 8) {
            check_refused("claims an impossible size");
            continue;
        }
        CHECK_OK(egad_h5_open(&file, path));
        CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_F32, 2, x));
        egad_h5_close(file);
    }
}
END_TEST

/* Bits of a number outside of it, or not all of it. */
START_TEST(bits_of_a_number)
{
    /* class, sign, size, first bit, bits, position and bits of exponent and mantissa */
    static const char message[] = "\x1f\0\4\0\0\0\0\0\x20\0\x17\x08\0\x17";
    static const struct {
        size_t behind;
        unsigned char byte;
    } bad[] = { { 0, 32 },   { 2, 5 },   { 2, 8 },    { 2, 252 }, { 3, 1 },    { 6, 1 },
                { 7, 1 },    { 8, 0 },   { 8, 33 },   { 10, 25 }, { 10, 255 }, { 11, 10 },
                { 11, 255 }, { 12, 10 }, { 12, 255 }, { 13, 33 }, { 13, 255 } };
    egad_h5 *file;
    float x[2];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_array(H5Pcreate(H5P_DATASET_CREATE));
        damage(message, sizeof message - 1, bad[i].behind, (char)bad[i].byte);
        CHECK_OK(egad_h5_open(&file, path));
        const egad_status status = egad_h5_read(file, "/x", EGAD_H5_F32, 2, x);
        ck_assert_msg(status == EGAD_FORMAT, "case %zu: %s", i, egad_status_text(status));
        egad_h5_close(file);
    }
}
END_TEST

/* The only native number with padding bits, on some processors. */
START_TEST(long_double)
{
    const hsize_t dims = 2;
    const long double values[2] = { 3, 4 };
    egad_h5 *file;
    float x[2];

    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &dims, NULL);
    hid_t array = H5Dcreate2(id, "/x", H5T_NATIVE_LDOUBLE, space, H5P_DEFAULT,
                             H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(array, H5T_NATIVE_LDOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(array);
    H5Sclose(space);
    H5Fclose(id);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_F32, 2, x));
    ck_assert(x[0] == 3 && x[1] == 4);
    egad_h5_close(file);
}
END_TEST

/* A file of some numbers, one of which has a wrong version. */
static void write_numbers(const char *const *names, size_t n, size_t wrong)
{
    egad_h5 *file;
    size_t size, at = 0;

    CHECK_OK(egad_h5_create(&file, path));
    for (size_t i = 0; i < n; i++)
        CHECK_OK(egad_h5_write_number(file, "/", names[i], 7));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    if (wrong == n)
        return;
    char *bytes = support_read(path, &size);
    while (memcmp(bytes + at, names[wrong], strlen(names[wrong]) + 1) != 0)
        ck_assert_uint_lt(++at, size - 8);
    ck_assert_int_eq(bytes[at - 8], 1); /* the name is behind its version and sizes */
    bytes[at - 8] = 77;
    support_write(path, bytes, size - SUPPORT_SEAL);
    free(bytes);
}

/* If an attribute is damaged, HDF5 frees unallocated memory when it lists attributes. */
START_TEST(damaged_attributes)
{
    static const char *const names[] = { "first", "second", "third", "fourth", "fifth" };
    const size_t n = sizeof names / sizeof *names;
    egad_h5 *file;
    char *text;

    for (size_t wrong = 0; wrong <= n; wrong++) {
        write_numbers(names, n, wrong);
        CHECK_OK(egad_h5_open(&file, path));
        if (wrong < n) {
            CHECK_FAILS(egad_h5_print_attributes(file, "/", "", &text), FORMAT,
                        "cannot list the attributes of /");
            ck_assert_ptr_null(text);
        } else {
            CHECK_OK(egad_h5_print_attributes(file, "/", "", &text));
            ck_assert_str_eq(text,
                             "fifth: 7\nfirst: 7\nfourth: 7\nsecond: 7\nthird: 7\n");
            free(text);
        }
        egad_h5_close(file);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("h5_find");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, values_in_other_files);
    tcase_add_test(tests, filters);
    tcase_add_test(tests, links_by_name);
    tcase_add_test(tests, compact);
    tcase_add_test(tests, bits_of_a_number);
    tcase_add_test(tests, long_double);
    tcase_add_test(tests, damaged_attributes);
    return support_run(suite);
}
