/* io/h5/h5_find.c: each chunk of an array has exactly the right size. */
#include "io/io.h"
#include "support.h"

#include <hdf5.h>

enum { N = 4096 }; /* elements of a chunk */

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

/* Filters by letters, in order of writing. */
static hid_t properties(const char *filters, hsize_t chunk)
{
    hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(how, 1, &chunk);
    for (; *filters; filters++)
        if (*filters == 's')
            H5Pset_shuffle(how);
        else if (*filters == 'd')
            H5Pset_deflate(how, 1);
        else
            H5Pset_fletcher32(how);
    return how;
}

/* A new file with an array /x of n floats, created with `how`, which is closed. */
static hid_t write_array(hid_t *file, hid_t how, hsize_t n)
{
    float *values = malloc(n * sizeof *values);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), space = H5Screate_simple(1, &n, NULL);

    for (hsize_t i = 0; i < n; i++)
        values[i] = (float)(i / 8);
    H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
    *file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    hid_t x =
        H5Dcreate2(*file, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    ck_assert_int_ge(H5Dwrite(x, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
                     0);
    H5Sclose(space);
    H5Pclose(access);
    H5Pclose(how);
    free(values);
    return x;
}

/* n floats as filtered; freed with free(). */
static char *filtered(const char *filters, hsize_t n, size_t *size)
{
    const hsize_t start = 0;
    hsize_t stored;
    uint32_t mask;
    hid_t file, x = write_array(&file, properties(filters, n), n);

    H5Fflush(file, H5F_SCOPE_LOCAL);
    ck_assert_int_ge(H5Dget_chunk_storage_size(x, &start, &stored), 0);
    char *bytes = malloc(stored);
    ck_assert_int_ge(H5Dread_chunk(x, H5P_DEFAULT, &start, &mask, bytes), 0);
    H5Dclose(x);
    H5Fclose(file);
    *size = (size_t)stored;
    return bytes;
}

/* A file with an array of one chunk that holds these bytes and skips these filters. */
static void write_chunk(const char *filters, uint32_t skipped, const void *bytes,
                        size_t size)
{
    const hsize_t start = 0;
    hid_t file, x = write_array(&file, properties(filters, N), N);

    ck_assert_int_ge(H5Dwrite_chunk(x, H5P_DEFAULT, skipped, &start, size, bytes), 0);
    H5Dclose(x);
    H5Fclose(file);
}

/* The file's /x of n floats is read, or rejected with these words. */
static void check_read(size_t n, const char *words)
{
    float *x = malloc(n * sizeof *x);
    egad_h5 *file;

    CHECK_OK(egad_h5_open(&file, path));
    if (words) {
        CHECK_FAILS(egad_h5_read(file, "/x", EGAD_H5_F32, n, x), FORMAT, words);
    } else {
        CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_F32, n, x));
        for (size_t i = 0; i < n; i++)
            ck_assert(x[i] == (float)(i / 8));
    }
    egad_h5_close(file);
    free(x);
}

/* The offset of these bytes in a file. */
static size_t place_of(const void *bytes, size_t n, const char *file, size_t all)
{
    size_t at = 0;

    while (memcmp(file + at, bytes, n) != 0)
        ck_assert_uint_le(++at, all - n);
    return at;
}

static const char *const orders[] = {
    "d", "sd", "sdf", "fsd", "fsdf", "df", "f", "s", ""
};

/* Filtered chunks, skipping any filters, of fewer or more bytes than a chunk holds. */
START_TEST(sizes)
{
    static const hsize_t counts[] = { 1, N / 2, N - 1, N, N + 1, 2 * N, 20 * N };
    char used[8];
    size_t size;

    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        for (uint32_t skipped = 0; skipped < 1u << strlen(orders[o]); skipped++) {
            size_t left = 0;
            for (size_t i = 0; orders[o][i]; i++)
                if (!(skipped >> i & 1))
                    used[left++] = orders[o][i];
            used[left] = 0;
            for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
                char *bytes = filtered(used, counts[i], &size);
                write_chunk(orders[o], skipped, bytes, size);
                /* Without filters HDF5 reads the right number of bytes. */
                const int good = counts[i] == N || (!*orders[o] && counts[i] > N);
                check_read(N, good ? NULL : "a chunk of /x in");
                free(bytes);
            }
        }
    }
}
END_TEST

/* A chunk that ends too early, in a checksum or in deflated data. */
START_TEST(ends)
{
    size_t size;

    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        char *bytes = filtered(orders[o], N, &size);
        for (size_t n = 1; n < size; n += n < 8 ? 1 : size / 3) {
            write_chunk(orders[o], 0, bytes, n);
            check_read(N, "a chunk of /x in");
        }
        bytes[0] ^= 0x55;
        write_chunk(orders[o], 0, bytes, size);
        if (strcmp(orders[o], "d") == 0)
            check_read(N, "a chunk of /x in");
        free(bytes);
    }
}
END_TEST

/* A chunk of no bytes according to the chunk index. */
START_TEST(no_bytes)
{
    /* its key: bytes, skipped filters, offset */
    unsigned char key[24] = { 0 };
    size_t size, all, at;

    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        free(filtered(orders[o], N, &size));
        memcpy(key, &(uint32_t){ (uint32_t)size }, 4);
        char *file = support_read(path, &all);
        for (at = 0; memcmp(file + at, key, sizeof key) != 0; at++)
            ck_assert_uint_lt(at, all - sizeof key);
        memset(file + at, 0, 4);
        support_write(path, file, all);
        check_read(N, "/x in");
        free(file);
    }
}
END_TEST

/* Sides of a chunk whose product overflows to a small number. */
START_TEST(sides)
{
    const hsize_t dims[2] = { 2, 4 };
    const float values[8] = { 0 };
    const uint32_t whole[3] = { 2, 4, sizeof *values };
    const uint32_t bad[2] = { (1u << 31) + 46341, (1u << 31) - 46340 };
    size_t all;
    float x[8];
    egad_h5 *file;

    hid_t how = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dims, NULL);
    H5Pset_chunk(how, 2, dims);
    H5Pset_deflate(how, 1);
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t array =
        H5Dcreate2(id, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    H5Dwrite(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(array);
    H5Sclose(space);
    H5Pclose(how);
    H5Fclose(id);
    char *bytes = support_read(path, &all);
    const size_t at = place_of(whole, sizeof whole, bytes, all);
    memcpy(bytes + at, bad, sizeof bad);
    support_write(path, bytes, all);
    free(bytes);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_FAILS(egad_h5_read(file, "/x", EGAD_H5_F32, 8, x), FORMAT, "impossible size");
    egad_h5_close(file);
}
END_TEST

/* Filter orders whose size is unknown without decoding. */
START_TEST(order_of_filters)
{
    hid_t file;

    for (int i = 0; i < 2; i++) {
        H5Dclose(write_array(&file, properties(i ? "dd" : "ds", N), N));
        H5Fclose(file);
        check_read(N, "is compressed twice, or shuffled after compression");
    }
}
END_TEST

/* A partial chunk at the edge may be unfiltered. */
START_TEST(edge)
{
    static const float zeros[N];
    const hsize_t start = N;
    hid_t file, x;

    for (size_t size = sizeof zeros; size >= sizeof zeros / 2; size -= sizeof zeros / 2) {
        hid_t how = properties("sd", N);
        H5Pset_chunk_opts(how, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
        x = write_array(&file, how, N + N / 2);
        if (size < sizeof zeros)
            ck_assert_int_ge(H5Dwrite_chunk(x, H5P_DEFAULT, 0, &start, size, zeros), 0);
        H5Dclose(x);
        H5Fclose(file);
        check_read(N + N / 2, size < sizeof zeros ? "a chunk of /x in" : NULL);
    }
}
END_TEST

/* Without filters, a short chunk and an overlong one: the bytes missing from the first
 * would be read from the second, which follows it in the file. */
START_TEST(short_beside_long)
{
    const hsize_t dims = 4, chunk = 2, start[2] = { 0, 2 };
    const size_t bytes[2] = { 4, 12 };
    const float values[3] = { 3, 4, 5 };
    egad_h5 *file;
    float x[4];

    hid_t how = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &dims, NULL);
    H5Pset_chunk(how, 1, &chunk);
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t array =
        H5Dcreate2(id, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    for (int i = 0; i < 2; i++)
        ck_assert_int_ge(
            H5Dwrite_chunk(array, H5P_DEFAULT, 0, &start[i], bytes[i], values), 0);
    H5Dclose(array);
    H5Sclose(space);
    H5Pclose(how);
    H5Fclose(id);
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_F32, 4, x));
    ck_assert(x[0] == 3 && x[1] == 3 && x[2] == 3 && x[3] == 4);
    egad_h5_close(file);
}
END_TEST

enum { TINY = 60000 };

/* So many chunks that the index cannot be searched for each.  The last is absent; one may
 * be shortened. */
static void write_tiny(int used, const hsize_t *shortened)
{
    const hsize_t dims[2] = { TINY, 2 }, chunk[2] = { 1, 2 }, first[2] = { 0, 0 },
                  count[2] = { TINY - 1, 2 };
    float *values = malloc(2 * TINY * sizeof *values);

    for (int i = 0; i < 2 * TINY; i++)
        values[i] = (float)i;
    hid_t how = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dims, NULL);
    hid_t memory = H5Screate_simple(2, count, NULL);
    H5Pset_chunk(how, 2, chunk);
    if (used)
        H5Pset_deflate(how, 1);
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t array =
        H5Dcreate2(id, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, count, NULL);
    ck_assert_int_ge(
        H5Dwrite(array, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, values), 0);
    if (shortened)
        ck_assert_int_ge(H5Dwrite_chunk(array, H5P_DEFAULT, 1, shortened, 4, values), 0);
    H5Dclose(array);
    H5Sclose(memory);
    H5Sclose(space);
    H5Pclose(how);
    H5Fclose(id);
    free(values);
}

START_TEST(tiny_chunks)
{
    const hsize_t at[2] = { TINY - 2, 0 };
    float *x = malloc(2 * TINY * sizeof *x);
    egad_h5 *file;

    for (int used = 0; used < 2; used++) {
        write_tiny(used, NULL);
        CHECK_OK(egad_h5_open(&file, path));
        CHECK_OK(egad_h5_read(file, "/x", EGAD_H5_F32, 2 * TINY, x));
        for (int i = 0; i < 2 * TINY; i++)
            ck_assert(x[i] == (i < 2 * TINY - 2 ? (float)i : 0));
        egad_h5_close(file);
        write_tiny(used, at);
        CHECK_OK(egad_h5_open(&file, path));
        CHECK_FAILS(egad_h5_read(file, "/x", EGAD_H5_F32, 2 * TINY, x), FORMAT,
                    "a chunk of /x");
        egad_h5_close(file);
    }
    free(x);
}
END_TEST

/* A short array written by egad: every changed bit is detected, also in its chunk's
 * position. */
START_TEST(changed)
{
    const float values[8] = { 0, 0, 0, 0, 0, 0, 0, 0 }; /* expected by check_read */
    const float others[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    const size_t n = 8;
    egad_h5 *file;
    size_t all;
    float x[8];

    CHECK_OK(egad_h5_create(&file, path));
    CHECK_OK(egad_h5_write(file, "/x", EGAD_H5_F32, 1, &n, values));
    CHECK_OK(egad_h5_write(file, "/other", EGAD_H5_F32, 1, &n, others));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    check_read(n, NULL);
    char *bytes = support_read(path, &all);
    all -= SUPPORT_SEAL;
    const size_t first = place_of(others, sizeof others, bytes, all);
    for (size_t bit = 0; bit < 8 * sizeof others; bit++) {
        bytes[first + bit / 8] ^= (char)(1u << bit % 8);
        support_write(path, bytes, all);
        CHECK_OK(egad_h5_open(&file, path));
        CHECK_FAILS(egad_h5_read(file, "/other", EGAD_H5_F32, n, x), FORMAT,
                    "cannot read /other");
        egad_h5_close(file);
        bytes[first + bit / 8] ^= (char)(1u << bit % 8);
    }
    /* An index node: a signature, 20 bytes, then for a chunk its size, skipped filters
     * and first element. */
    bytes[place_of("TREE\1", 5, bytes, all) + 24 + 8] ^= 8;
    support_write(path, bytes, all);
    check_read(n, "a chunk of /x in");
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("h5_chunks");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, sizes);
    tcase_add_test(tests, ends);
    tcase_add_test(tests, no_bytes);
    tcase_add_test(tests, sides);
    tcase_add_test(tests, order_of_filters);
    tcase_add_test(tests, edge);
    tcase_add_test(tests, short_beside_long);
    tcase_add_test(tests, tiny_chunks);
    tcase_add_test(tests, changed);
    return support_run(suite);
}
