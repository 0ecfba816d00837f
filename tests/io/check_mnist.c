/* io/arrays/mnist.c: a small made-up MNIST with various errors, and the published one. */
#include "files.h"
#include "io/io.h"

#include <zlib.h>

enum { TRAIN = 60, TEST = 20, ROWS = TRAIN + TEST, SIZE = 4 };

static char folder[64], path[512];
static unsigned char pixel[ROWS * SIZE], label[ROWS];

static const char *at(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Image i is (i, digit, 0, 0); digits cycle. */
static void setup(void)
{
    support_folder(folder);
    memset(pixel, 0, sizeof pixel);
    for (int i = 0; i < ROWS; i++) {
        label[i] = (unsigned char)(i % 10);
        pixel[i * SIZE] = (unsigned char)i;
        pixel[i * SIZE + 1] = label[i];
    }
    files_idx(at("train-images-idx3-ubyte"), 8, 3, (uint32_t[]){ TRAIN, 2, 2 }, pixel,
              TRAIN * SIZE);
    files_idx(at("train-labels-idx1-ubyte"), 8, 1, (uint32_t[]){ TRAIN }, label, TRAIN);
    files_idx(at("t10k-images-idx3-ubyte"), 8, 3, (uint32_t[]){ TEST, 2, 2 },
              pixel + TRAIN * SIZE, TEST * SIZE);
    files_idx(at("t10k-labels-idx1-ubyte"), 8, 1, (uint32_t[]){ TEST }, label + TRAIN,
              TEST);
}

static void teardown(void)
{
    support_remove(folder);
}

/* Check images by number, their first pixel. */
static void check_rows(const egad_dataset *data, int digit)
{
    for (size_t i = 0; i < data->rows; i++) {
        const float *x = data->x + i * SIZE;
        ck_assert(x[1] == (float)((int)x[0] % 10));
        ck_assert_int_eq(*data->class_name[data->class_of[i]] - '0', (int)x[1]);
        if (data->y)
            ck_assert_int_eq(data->y[i], (int)x[1] == digit);
    }
}

START_TEST(one_set)
{
    egad_dataset *data;

    CHECK_OK(egad_mnist_import(&data, folder, NULL));
    ck_assert_str_eq(data->protocol, "like-mnist");
    ck_assert_str_eq(data->source, strrchr(folder, '/') + 1);
    ck_assert_uint_eq(data->rows, ROWS);
    ck_assert_uint_eq(data->classes, 10);
    ck_assert(!data->y && !data->split);
    for (size_t i = 0; i < ROWS; i++)
        ck_assert(data->x[i * SIZE] == (float)i);
    check_rows(data, -1);
    egad_dataset_free(data);
}
END_TEST

START_TEST(a_digit)
{
    egad_dataset *data;
    uint32_t permutation[72];
    size_t normal[72], n = 0;

    CHECK_OK(egad_mnist_import(&data, folder,
                               &EGAD_SIZED(egad_mnist_options, .anomalous = "3")));
    ck_assert_str_eq(data->protocol, "like-mnist-3");
    ck_assert_uint_eq(data->rows, ROWS);
    check_rows(data, 3);
    for (size_t i = 0; i < ROWS; i++)
        if (label[i] != 3)
            normal[n++] = i;
    ck_assert_uint_eq(n, 72);
    egad_permutation_legacy(42, 72, permutation);
    for (size_t i = 0; i < 72; i++)
        ck_assert_int_eq(data->split[normal[permutation[i]]],
                         i < 57 ? EGAD_TRAIN : EGAD_TEST);
    for (size_t i = 0; i < ROWS; i++)
        ck_assert(!data->y[i] || data->split[i] == EGAD_TEST);
    egad_dataset_free(data);
}
END_TEST

START_TEST(the_split_that_leaks)
{
    egad_dataset *data;
    uint32_t permutation[72];
    size_t normal[72], n = 0, count[ROWS][2] = { { 0 } }, copies, of;
    egad_permutation t;

    CHECK_OK(egad_mnist_import(
        &data, folder, &EGAD_SIZED(egad_mnist_options, .anomalous = "3", .leak = 1)));
    ck_assert_str_eq(data->protocol, "like-mnist-3-release");
    ck_assert_uint_eq(data->rows, ROWS);
    check_rows(data, 3);
    for (size_t i = 0; i < ROWS; i++) {
        count[(size_t)data->x[i * SIZE]][data->split[i]]++;
        if (label[i] != 3)
            normal[n++] = i;
    }
    egad_permutation_seed(&t, 42);
    egad_permutation_draw(&t, 72, permutation);
    for (size_t i = 0; i < 72; i++)
        ck_assert_uint_eq(count[normal[permutation[i]]][EGAD_TRAIN], i < 57);
    egad_permutation_draw(&t, 23, permutation);
    egad_permutation_draw(&t, 72, permutation);
    size_t both = 0;
    for (size_t i = 0; i < 72; i++) {
        ck_assert_uint_eq(count[normal[permutation[i]]][EGAD_TEST], i >= 57);
        both += i >= 57 && count[normal[permutation[i]]][EGAD_TRAIN];
    }
    CHECK_OK(egad_dataset_copies(data, &copies, &of));
    ck_assert_uint_eq(of, 15);
    ck_assert_uint_eq(copies, both);
    ck_assert_uint_gt(both, 0);
    egad_dataset_free(data);
}
END_TEST

START_TEST(other_names)
{
    egad_dataset *data, *plain;
    char bytes[1024];

    CHECK_OK(egad_mnist_import(&plain, folder, NULL));
    FILE *in = fopen(at("t10k-images-idx3-ubyte"), "rb");
    const size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    unlink(path);
    gzFile out = gzopen(at("t10k-images.idx3-ubyte.gz"), "wb");
    ck_assert_int_eq(gzwrite(out, bytes, (unsigned)n), (int)n);
    gzclose(out);
    char old[512];
    snprintf(old, sizeof old, "%s", at("train-labels-idx1-ubyte"));
    ck_assert_int_eq(rename(old, at("train-labels.idx1-ubyte")), 0);
    char slashes[80];
    snprintf(slashes, sizeof slashes, "%s//", folder);
    CHECK_OK(egad_mnist_import(&data, slashes, NULL));
    ck_assert_str_eq(data->sha256, plain->sha256);
    ck_assert_str_eq(data->source, plain->source);
    ck_assert_mem_eq(data->x, plain->x, ROWS * SIZE * sizeof(float));
    egad_dataset_free(data);
    egad_dataset_free(plain);
    truncate(at("t10k-images.idx3-ubyte.gz"), 20);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), FORMAT, "truncated .gz");
}
END_TEST

START_TEST(what_is_wrong)
{
    egad_dataset *data;

    CHECK_FAILS(egad_mnist_import(&data, folder,
                                  &EGAD_SIZED(egad_mnist_options, .anomalous = "12")),
                DATA, "is the digit '12'");
    CHECK_FAILS(egad_mnist_import(&data, folder,
                                  &EGAD_SIZED(egad_mnist_options, .anomalous = "x")),
                DATA, "is the digit 'x'");
    CHECK_FAILS(egad_mnist_import(&data, folder,
                                  &EGAD_SIZED(egad_mnist_options, .anomalous = "03")),
                DATA, "is the digit '03'");
    CHECK_FAILS(egad_mnist_import(&data, folder,
                                  &EGAD_SIZED(egad_mnist_options, .anomalous = "")),
                DATA, "is the digit ''");
    CHECK_FAILS(
        egad_mnist_import(&data, folder,
                          &EGAD_SIZED(egad_mnist_options, .anomalous = NULL, .leak = 1)),
        ARGUMENT, "needs an anomalous digit");
    CHECK_FAILS(egad_mnist_import(&data, "/nonexistent", NULL), FILE, "No such file");
    CHECK_FAILS(egad_mnist_import(&data, at("t10k-labels-idx1-ubyte"), NULL), FILE,
                "is not a folder");
    files_idx(at("t10k-labels-idx1-ubyte"), 8, 1, (uint32_t[]){ 19 }, label, 19);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), SHAPE, "19 labels for 20 images");
    files_idx(at("t10k-labels-idx1-ubyte"), 8, 2, (uint32_t[]){ 20, 1 }, label, 20);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), FORMAT, "magic number 2049");
    files_idx(at("t10k-images-idx3-ubyte"), 8, 3, (uint32_t[]){ 20, 1, 2 }, pixel, 40);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), SHAPE,
                "are 1 x 2, the training images");
    files_idx(at("t10k-images-idx3-ubyte"), 9, 3, (uint32_t[]){ 20, 2, 2 }, pixel, 80);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), FORMAT, "magic number 2051");
    files_idx(at("t10k-images-idx3-ubyte"), 8, 3, (uint32_t[]){ 20, 2, 2 }, pixel, 79);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), FORMAT, "truncated");
    unlink(path);
    CHECK_FAILS(egad_mnist_import(&data, folder, NULL), FILE,
                "there is no 't10k-images-idx3-ubyte' in");
    ck_assert_ptr_null(data);
}
END_TEST

/* Counts per digit, and how many test rows of the released split also train. */
static void check_published(const char *shared)
{
    static const size_t want[10][3] = {
        { 50477, 12620, 6903 }, { 49698, 12425, 7877 }, { 50408, 12602, 6990 },
        { 50287, 12572, 7141 }, { 50540, 12636, 6824 }, { 50949, 12738, 6313 },
        { 50499, 12625, 6876 }, { 50165, 12542, 7293 }, { 50540, 12635, 6825 },
        { 50433, 12609, 6958 },
    };
    char digit[2] = "0", protocol[64];
    egad_dataset *data, *back;

    for (int leak = 0; leak < 2; leak++)
        for (int d = 0; d < 10; d += leak ? 9 : 1) {
            digit[0] = (char)('0' + d);
            size_t count[2][2] = { { 0 } }, copies, of;
            CHECK_OK(egad_mnist_import(
                &data, shared,
                &EGAD_SIZED(egad_mnist_options, .anomalous = digit, .leak = leak)));
            snprintf(protocol, sizeof protocol, "mnist-%d%s", d, leak ? "-release" : "");
            ck_assert_str_eq(data->protocol, protocol);
            for (size_t i = 0; i < data->rows; i++)
                count[data->split[i]][data->y[i]]++;
            ck_assert_uint_eq(count[EGAD_TRAIN][0], want[d][0]);
            ck_assert_uint_eq(count[EGAD_TRAIN][1], 0);
            ck_assert_uint_eq(count[EGAD_TEST][0], want[d][1]);
            ck_assert_uint_eq(count[EGAD_TEST][1], want[d][2]);
            CHECK_OK(egad_dataset_copies(data, &copies, &of));
            ck_assert_uint_eq(of, want[d][1]);
            if (leak)
                ck_assert(copies > of * 79 / 100 && copies < of * 81 / 100);
            else
                ck_assert_uint_eq(copies, 0);
            if (leak && d == 9) {
                ck_assert_uint_eq(copies, 10097);
                CHECK_OK(egad_dataset_save(data, at("mnist.h5")));
                CHECK_OK(egad_dataset_load(&back, at("mnist.h5")));
                ck_assert_mem_eq(back->x, data->x, 70000 * 784 * sizeof(float));
                egad_dataset_free(back);
            }
            egad_dataset_free(data);
        }
}

START_TEST(published)
{
    char file[512];
    const char *shared = getenv("EGAD_SHARED");

    snprintf(file, sizeof file, "%s/data/mnist", shared ? shared : "");
    if (shared && access(file, R_OK) == 0)
        check_published(file);
    else
        printf("mnist: published files: skipped\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mnist");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, one_set);
    tcase_add_test(tests, a_digit);
    tcase_add_test(tests, the_split_that_leaks);
    tcase_add_test(tests, other_names);
    tcase_add_test(tests, what_is_wrong);
    tcase_add_test(tests, published);
    return support_run(suite);
}
