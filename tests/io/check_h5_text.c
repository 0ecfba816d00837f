/* io/h5/h5_text.c: variable-length text is read as by HDF5; damaged references and heaps,
 * which make HDF5 read out of bounds, are rejected. */
#include "io/io.h"
#include "support.h"

#include <hdf5.h>

enum { TEXTS = 40, LONGEST = 3000 };

static char folder[64], path[128];
static char *text[TEXTS];
static unsigned char *bytes; /* of the whole file */
static size_t size;
static size_t at_heap, at_reference; /* of the array's first text, "b"; in `bytes` */

static size_t find(const void *what, size_t n)
{
    for (size_t i = 0; i + n <= size; i++)
        if (memcmp(bytes + i, what, n) == 0)
            return i;
    ck_abort_msg("not found in the file");
}

/* A file with an array of texts and a text attribute. */
static void setup(void)
{
    egad_h5 *file;
    unsigned char reference[12] = { 1 };
    support_folder(folder);
    snprintf(path, sizeof path, "%s/a.h5", folder);
    for (size_t i = 0; i < TEXTS; i++) {
        const size_t n = i == 1 ? 0 : 1 + i * i * LONGEST / (TEXTS * TEXTS);
        text[i] = calloc(n + 1, 1);
        memset(text[i], 'b' + (int)i, n);
    }
    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write_texts(file, "/texts", text, TEXTS));
    CHECK_OK(egad_h5_write_text(file, "/", "format", "sample"));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    bytes = (unsigned char *)support_read(path, &size);
    size -= SUPPORT_SEAL;
    at_heap = find("GCOL", 4);
    for (size_t i = 0; i < 8; i++)
        reference[4 + i] = (unsigned char)(at_heap >> 8 * i);
    at_reference = find(reference, sizeof reference);
}

static void teardown(void)
{
    for (size_t i = 0; i < TEXTS; i++)
        free(text[i]);
    free(bytes);
    support_remove(folder);
}

static egad_status read_texts(char ***texts, size_t *n)
{
    egad_h5 *file;
    support_write(path, bytes, size);
    egad_status status = egad_h5_open(&file, path);
    if (status == EGAD_OK)
        status = egad_h5_read_texts(file, "/texts", texts, n);
    egad_h5_close(file);
    return status;
}

START_TEST(whole)
{
    char **back;
    size_t n;
    CHECK_OK(read_texts(&back, &n));
    ck_assert_uint_eq(n, TEXTS);
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(back[i], text[i]);
    egad_array_clear(back, n);
}
END_TEST

/* Addresses are relative to a user block's end; HDF5's newer layouts are the same
 * here. */
START_TEST(user_block)
{
    egad_h5 *file;
    char **back, *word;
    const char *const words[] = { "one", "", "three" };
    const hsize_t dims = 3, chunk = 2;
    size_t n;
    hid_t how = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE), type = H5Tcopy(H5T_C_S1);
    H5Pset_userblock(how, 1024);
    H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    H5Pset_chunk(layout, 1, &chunk);
    H5Pset_deflate(layout, 1);
    H5Tset_size(type, H5T_VARIABLE);
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, how, access);
    hid_t space = H5Screate_simple(1, &dims, NULL), one = H5Screate(H5S_SCALAR);
    hid_t array = H5Dcreate2(id, "/t", type, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, words);
    hid_t attribute = H5Acreate2(array, "a", type, one, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, &words[2]);
    H5Aclose(attribute);
    H5Dclose(array);
    H5Sclose(one);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(layout);
    H5Pclose(access);
    H5Pclose(how);
    H5Fclose(id);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read_texts(file, "/t", &back, &n));
    ck_assert_uint_eq(n, 3);
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(back[i], words[i]);
    egad_array_clear(back, n);
    CHECK_OK(egad_h5_read_text(file, "/t", "a", &word));
    ck_assert_str_eq(word, words[2]);
    free(word);
    egad_h5_close(file);
}
END_TEST

START_TEST(damaged)
{
    const size_t length = at_reference, address = at_reference + 4,
                 number = at_reference + 12, heap_size = at_heap + 8,
                 first_number = at_heap + 16, first_size = at_heap + 24;
    const struct {
        size_t at;
        unsigned char byte;
    } bad[] = {
        { length, 2 },           { length + 3, 255 },     { address + 7, 255 },
        { address + 3, 1 },      { address, 1 },          { number, 200 },
        { number + 3, 1 },       { number, 0 },           { at_heap, 'g' },
        { at_heap + 4, 2 },      { heap_size + 7, 255 },  { heap_size + 4, 1 },
        { first_number + 1, 1 }, { first_size + 7, 255 }, { first_size + 3, 1 },
        { first_size, 0 },
    };
    char **back;
    size_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const unsigned char was = bytes[bad[i].at];
        bytes[bad[i].at] = bad[i].byte;
        const egad_status status = read_texts(&back, &n);
        ck_assert_msg(status == EGAD_FORMAT && strstr(egad_status_last(), "damaged"),
                      "case %zu: %s", i, status ? egad_status_last() : "read");
        bytes[bad[i].at] = was;
    }
}
END_TEST

/* The same in an attribute, which HDF5 reads by other functions. */
START_TEST(damaged_attribute)
{
    egad_h5 *file;
    char *format;
    size_t at = find("format", 7), heap = 0;
    do {
        at++;
        ck_assert_uint_lt(at + 16, size);
        memcpy(&heap, bytes + at + 4, 8);
    } while (memcmp(bytes + at, "\6\0\0", 4) != 0 || heap >= size ||
             memcmp(bytes + heap, "GCOL", 4) != 0);
    for (int k = 0; k < 2; k++) {
        support_write(path, bytes, size);
        CHECK_OK(egad_h5_open(&file, path));
        if (k == 0) {
            CHECK_OK(egad_h5_read_text(file, "/", "format", &format));
            ck_assert_str_eq(format, "sample");
            free(format);
            bytes[at + 12] = 250;
        } else {
            CHECK_FAILS(egad_h5_read_text(file, "/", "format", &format), FORMAT,
                        "cannot read format");
            ck_assert_ptr_null(format);
        }
        egad_h5_close(file);
    }
}
END_TEST

/* All references to the longest text would need far more memory than the file. */
START_TEST(one_text_many_times)
{
    char **back;
    size_t n;
    for (size_t i = 0; i + 1 < TEXTS; i++)
        memcpy(bytes + at_reference + 16 * i, bytes + at_reference + 16 * (TEXTS - 1),
               16);
    CHECK_FAILS(read_texts(&back, &n), FORMAT, "damaged");
}
END_TEST

/* With any byte of the heap or of a reference changed: read, or "damaged". */
START_TEST(every_byte)
{
    static const unsigned char values[] = { 0, 1, 16, 127, 128, 255 };
    char **back;
    size_t n, refused = 0;
    for (size_t at = 0; at < 2 * 16 * 8; at++) {
        unsigned char *byte = bytes + (at % 2 ? at_heap : at_reference) + at / 2;
        const unsigned char was = *byte;
        for (size_t k = 0; k < sizeof values; k++) {
            *byte = values[k];
            const egad_status status = read_texts(&back, &n);
            ck_assert(status == EGAD_OK || status == EGAD_FORMAT);
            refused += status != EGAD_OK;
            if (status == EGAD_OK)
                egad_array_clear(back, n);
        }
        *byte = was;
    }
    ck_assert_uint_gt(refused, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("h5_text");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, whole);
    tcase_add_test(tests, user_block);
    tcase_add_test(tests, damaged);
    tcase_add_test(tests, damaged_attribute);
    tcase_add_test(tests, one_text_many_times);
    tcase_add_test(tests, every_byte);
    return support_run(suite);
}
