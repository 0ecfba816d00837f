/* io/arrays/idx.c and elements.c: IDX files, valid and invalid. */
#include "files.h"

#include <math.h>

static char folder[64], path[128], labels[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/images-idx3-ubyte", folder);
    snprintf(labels, sizeof labels, "%s/labels-idx1-ubyte", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

/* 20 images of 2 x 3 pixels, labels 0 to 3. */
enum { ROWS = 20, SIZE = 6 };
static unsigned char pixel[ROWS * SIZE], label[ROWS];

static void write_both(void)
{
    for (int i = 0; i < ROWS * SIZE; i++)
        pixel[i] = (unsigned char)(i * 7);
    for (int i = 0; i < ROWS; i++)
        label[i] = (unsigned char)(i % 4);
    files_idx(path, 8, 3, (uint32_t[]){ ROWS, 2, 3 }, pixel, sizeof pixel);
    files_idx(labels, 8, 1, (uint32_t[]){ ROWS }, label, sizeof label);
}

START_TEST(images_and_labels)
{
    egad_dataset *data;
    egad_image_options how = { .size = sizeof(egad_image_options), .labels = labels };

    write_both();
    CHECK_OK(egad_idx_import(&data, path, NULL));
    ck_assert_uint_eq(data->rows, ROWS);
    ck_assert_uint_eq(data->rows_read, ROWS);
    ck_assert(data->shape[0] == 2 && data->shape[1] == 3 && data->shape[2] == 1);
    for (int i = 0; i < ROWS * SIZE; i++)
        ck_assert(data->x[i] == (float)pixel[i]);
    ck_assert(!data->y && !data->split && !data->class_of);
    ck_assert_str_eq(data->protocol, "idx");
    ck_assert_str_eq(data->source, "images-idx3-ubyte");
    egad_dataset_free(data);

    CHECK_OK(egad_idx_import(&data, path, &how));
    ck_assert_uint_eq(data->classes, 4);
    for (int i = 0; i < ROWS; i++)
        ck_assert_int_eq(*data->class_name[data->class_of[i]], '0' + label[i]);
    ck_assert(!data->y && !data->split);
    egad_dataset_free(data);
}
END_TEST

START_TEST(roles)
{
    egad_dataset *data, *other;
    egad_image_options how = { .size = sizeof(egad_image_options),
                               .labels = labels,
                               .anomalous = "3",
                               .test_fraction = 0.2 };
    size_t train = 0;

    write_both();
    CHECK_OK(egad_idx_import(&data, path, &how));
    for (int i = 0; i < ROWS; i++) {
        ck_assert_int_eq(data->y[i], label[i] == 3);
        ck_assert(!data->y[i] || data->split[i] == EGAD_TEST);
        train += data->split[i] == EGAD_TRAIN;
    }
    ck_assert_uint_eq(train, 12);
    how =
        EGAD_SIZED(egad_image_options, .labels = labels, .normal = "2, 0 ,1", .seed = 1);
    CHECK_OK(egad_idx_import(&other, path, &how));
    ck_assert_mem_eq(data->y, other->y, ROWS);
    ck_assert_mem_ne(data->split, other->split, ROWS);
    egad_dataset_free(other);
    egad_dataset_free(data);
}
END_TEST

START_TEST(other_kinds)
{
    egad_dataset *data;
    const struct {
        unsigned char kind, bytes[16];
        size_t size;
        float want[2];
    } cases[] = { { 0x09, { 0xff, 0x7f }, 2, { -1, 127 } },
                  { 0x0b, { 0xff, 0xfe, 0x01, 0x00 }, 4, { -2, 256 } },
                  { 0x0c, { 0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0 }, 8, { -3, 65536 } },
                  { 0x0d, { 0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0 }, 8, { 1.5f, -2 } },
                  { 0x0e, { 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0 }, 16, { 1.5f, -2 } } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        files_idx(path, cases[i].kind, 2, (uint32_t[]){ 1, 2 }, cases[i].bytes,
                  cases[i].size);
        CHECK_OK(egad_idx_import(&data, path, NULL));
        ck_assert(data->shape[0] == 1 && data->shape[1] == 1 && data->shape[2] == 2);
        ck_assert(data->x[0] == cases[i].want[0] && data->x[1] == cases[i].want[1]);
        egad_dataset_free(data);
    }
    files_idx(path, 8, 4, (uint32_t[]){ 1, 1, 2, 3 }, "abcdef", 6);
    CHECK_OK(egad_idx_import(&data, path, NULL));
    ck_assert(data->shape[1] == 2 && data->shape[2] == 3);
    egad_dataset_free(data);
}
END_TEST

START_TEST(headers_that_lie)
{
    egad_dataset *data;

    support_write(path, "\0\0\x08", 3);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "is not an IDX file");
    support_write(path, "PNG and more", 12);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "50 4e 47 20");
    support_write(path, "\0\0\x0a\x01\0\0\0\1a", 9);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "unknown type, 0x0a");
    support_write(path, "\0\0\x08\x05\0\0\0\1a", 9);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "5 dimensions");
    support_write(path, "\0\0\x08\x03\0\0\0\1a", 9);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "ends within its header");
    files_idx(path, 8, 3, (uint32_t[]){ 3, 2, 2 }, "abcdefghijk", 11);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT,
                "truncated: its header says 3 x 2 x 2, 12 bytes, but 11 follow");
    files_idx(path, 8, 3, (uint32_t[]){ 3, 2, 2 }, "abcdefghijklm", 13);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "more than the 3 x 2 x 2");
    files_idx(path, 8, 3, (uint32_t[]){ 0, 2, 2 }, "", 0);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), DATA, "says 0 x 2 x 2");
    /* A size beyond 64 bits, and one beyond the file: no memory is allocated. */
    files_idx(path, 14, 4, (uint32_t[]){ ~0u, ~0u, ~0u, ~0u }, "abc", 3);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "impossible size");
    files_idx(path, 8, 3, (uint32_t[]){ 65535, 65535, 65535 }, "abc", 3);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), FORMAT, "but 3 follow");
    files_idx(path, 8, 1, (uint32_t[]){ 3 }, "abc", 3);
    CHECK_FAILS(egad_idx_import(&data, path, NULL), SHAPE, "wanted (rows, features)");
    ck_assert_ptr_null(data);
}
END_TEST

START_TEST(labels_that_do_not_fit)
{
    egad_dataset *data;
    egad_image_options how = { .size = sizeof(egad_image_options), .labels = labels };
    static unsigned char many[2 * 1001];

    write_both();
    files_idx(labels, 8, 1, (uint32_t[]){ ROWS - 1 }, label, ROWS - 1);
    CHECK_FAILS(egad_idx_import(&data, path, &how), SHAPE, "19 labels for 20 rows");
    CHECK_FAILS(egad_idx_import(&data, labels, &how), SHAPE, "wanted (rows, features)");
    how.labels = path;
    CHECK_FAILS(egad_idx_import(&data, path, &how), SHAPE, "one label for each row");
    how.labels = labels;
    unsigned char half[ROWS * 4] = { 0x3f, 0xc0 };
    files_idx(labels, 13, 1, (uint32_t[]){ ROWS }, half, sizeof half);
    CHECK_FAILS(egad_idx_import(&data, path, &how), DATA, "row 0: the label is 1.5");
    for (int i = 0; i < 1001; i++)
        many[2 * i] = (unsigned char)(i >> 8), many[2 * i + 1] = (unsigned char)i;
    files_idx(path, 11, 2, (uint32_t[]){ 1001, 1 }, many, sizeof many);
    files_idx(labels, 11, 1, (uint32_t[]){ 1001 }, many, sizeof many);
    CHECK_FAILS(egad_idx_import(&data, path, &how), DATA, "1001 different labels");
    ck_assert_ptr_null(data);
}
END_TEST

START_TEST(options_that_do_not_fit)
{
    egad_dataset *data;
    egad_image_options how = { .size = sizeof(egad_image_options), .anomalous = "1" };

    write_both();
    CHECK_FAILS(egad_idx_import(&data, path, &how), ARGUMENT, "need a file of labels");
    how =
        EGAD_SIZED(egad_image_options, .labels = labels, .anomalous = "1", .normal = "2");
    CHECK_FAILS(egad_idx_import(&data, path, &how), ARGUMENT, "not both");
    how = EGAD_SIZED(egad_image_options, .labels = labels, .anomalous = "7");
    CHECK_FAILS(egad_idx_import(&data, path, &how), DATA,
                "no row is labelled '7'; there are 0, 1, 2, 3");
    how = EGAD_SIZED(egad_image_options, .labels = labels, .anomalous = "0,1,2,3");
    CHECK_FAILS(egad_idx_import(&data, path, &how), DATA, "all rows are anomalies");
    how = EGAD_SIZED(egad_image_options, .labels = labels, .normal = "0",
                     .test_fraction = 1);
    CHECK_FAILS(egad_idx_import(&data, path, &how), ARGUMENT, "test fraction 1");
    how = EGAD_SIZED(egad_image_options, .labels = labels, .normal = "0",
                     .test_fraction = 0.999);
    CHECK_FAILS(egad_idx_import(&data, path, &how), DATA,
                "is a training row: give more normal rows");
    how = EGAD_SIZED(egad_image_options, .height = 3, .width = 3);
    CHECK_FAILS(egad_idx_import(&data, path, &how), ARGUMENT,
                "sets the size of these rows");
    CHECK_FAILS(egad_idx_import(&data, folder, NULL), FILE, "it is a folder");
    ck_assert_ptr_null(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idx");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, images_and_labels);
    tcase_add_test(tests, roles);
    tcase_add_test(tests, other_kinds);
    tcase_add_test(tests, headers_that_lie);
    tcase_add_test(tests, labels_that_do_not_fit);
    tcase_add_test(tests, options_that_do_not_fit);
    return support_run(suite);
}
