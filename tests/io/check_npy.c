/* io/arrays/npy.c: NumPy's arrays, valid and invalid. */
#include "files.h"

#include <math.h>

static char folder[64], path[128], labels[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/array.npy", folder);
    snprintf(labels, sizeof labels, "%s/labels.npy", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

/* A header as numpy.save writes it. */
static const char *header(const char *descr, const char *fortran, const char *shape)
{
    static char text[256];
    snprintf(text, sizeof text,
             "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }        \n", descr,
             fortran, shape);
    return text;
}

START_TEST(kinds)
{
    /* Two elements of each type, in x86 byte order and reversed. */
    const struct {
        const char *kind;
        unsigned char bytes[16];
        size_t size;
        float want[2];
    } cases[] = {
        { "b1", { 0, 1 }, 1, { 0, 1 } },
        { "u1", { 0, 255 }, 1, { 0, 255 } },
        { "i1", { 0x80, 0x7f }, 1, { -128, 127 } },
        { "u2", { 0xff, 0xff, 1, 0 }, 2, { 65535, 1 } },
        { "i2", { 0xff, 0xff, 1, 0 }, 2, { -1, 1 } },
        { "u4", { 0, 0, 0, 0x80, 1 }, 4, { 2147483648.0f, 1 } },
        { "i4", { 0, 0, 0, 0x80, 1 }, 4, { -2147483648.0f, 1 } },
        { "u8", { 0, 0, 0, 0, 0, 0, 0, 0x80, 1 }, 8, { 9223372036854775808.0f, 1 } },
        { "i8", { 0xfe, 255, 255, 255, 255, 255, 255, 255, 1 }, 8, { -2, 1 } },
        { "f2", { 1, 0x3c, 1, 0x80 }, 2, { 1 + 0x1p-10f, -0x1p-24f } },
        { "f4", { 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0 }, 4, { 1.5f, -2 } },
        { "f8", { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, [15] = 0xc0 }, 8, { 1.5f, -2 } },
    };
    egad_dataset *data;
    char descr[8];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int big = 0; big < 2; big++) {
            const size_t size = cases[i].size;
            unsigned char bytes[16];
            for (size_t k = 0; k < 2 * size; k++)
                bytes[k] =
                    cases[i].bytes[big ? k / size * size + size - 1 - k % size : k];
            snprintf(descr, sizeof descr, "%c%s",
                     size == 1 ? '|'
                     : big     ? '>'
                               : '<',
                     cases[i].kind);
            files_npy(path, 1 + (int)i % 3, header(descr, "False", "(2, 1)"), bytes,
                      2 * size);
            CHECK_OK(egad_npy_import(&data, path, NULL));
            ck_assert_uint_eq(data->rows, 2);
            ck_assert(data->x[0] == cases[i].want[0] && data->x[1] == cases[i].want[1]);
            egad_dataset_free(data);
        }
}
END_TEST

START_TEST(shapes)
{
    egad_dataset *data, *turned;
    unsigned char c[24], fortran[24];

    /* (2, 3, 4, 1) in both orders; the second is stored as the transpose. */
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 4; k++)
                c[12 * i + 4 * j + k] = fortran[i + 2 * j + 6 * k] =
                    (unsigned char)(100 * i + 10 * j + k);
    files_npy(path, 1, header("|u1", "False", "(2, 3, 4)"), c, 24);
    CHECK_OK(egad_npy_import(&data, path, NULL));
    ck_assert(data->shape[0] == 3 && data->shape[1] == 4 && data->shape[2] == 1);
    ck_assert(data->x[23] == 123 && data->x[5] == 11);
    files_npy(path, 1, header("|u1", "True", "(2, 3, 4)"), fortran, 24);
    CHECK_OK(egad_npy_import(&turned, path, NULL));
    ck_assert_mem_eq(data->x, turned->x, 24 * sizeof(float));
    egad_dataset_free(turned);
    egad_dataset_free(data);
    files_npy(path, 1, header("|u1", "False", "(2, 2, 2, 3)"), c, 24);
    CHECK_OK(egad_npy_import(&data, path, NULL));
    ck_assert(data->shape[0] == 2 && data->shape[1] == 2 && data->shape[2] == 3);
    egad_dataset_free(data);
    files_npy(path, 1, header("|u1", "False", "(2, 12)"), c, 24);
    CHECK_OK(egad_npy_import(&data, path, NULL));
    ck_assert(data->shape[0] == 1 && data->shape[2] == 12);
    ck_assert_str_eq(data->protocol, "npy");
    egad_dataset_free(data);
}
END_TEST

START_TEST(labels_of_any_kind)
{
    egad_dataset *data;
    egad_image_options how = { .size = sizeof(egad_image_options),
                               .labels = labels,
                               .normal = "-1" };
    const int64_t kind[4] = { 7, -1, -1, 40 };

    files_npy(path, 1, header("|u1", "False", "(4, 2)"), "abcdefgh", 8);
    files_npy(labels, 1, header("<i8", "False", "(4,)"), kind, sizeof kind);
    CHECK_OK(egad_npy_import(&data, path, &how));
    ck_assert_uint_eq(data->classes, 3);
    ck_assert_str_eq(data->class_name[0], "-1");
    ck_assert_str_eq(data->class_name[1], "7");
    ck_assert_str_eq(data->class_name[2], "40");
    ck_assert_mem_eq(data->y, ((unsigned char[]){ 1, 0, 0, 1 }), 4);
    ck_assert_int_eq(data->class_of[3], 2);
    egad_dataset_free(data);
    files_npy(labels, 1, header("|b1", "False", "(3,)"), "\0\1\1", 3);
    CHECK_FAILS(egad_npy_import(&data, path, &how), SHAPE, "3 labels for 4 rows");
}
END_TEST

START_TEST(numbers_that_are_none)
{
    egad_dataset *data;
    float x[4] = { 1, 2, NAN, 4 };
    double large[2] = { 1, 1e300 };

    files_npy(path, 1, header("<f4", "False", "(2, 2)"), x, sizeof x);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), DATA, "row 1, value 0: not a number");
    x[2] = -INFINITY;
    files_npy(path, 1, header("<f4", "False", "(2, 2)"), x, sizeof x);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), DATA, "row 1, value 0: infinite");
    files_npy(path, 1, header("<f8", "False", "(1, 2)"), large, sizeof large);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), DATA, "1e+300 is too large");
    ck_assert_ptr_null(data);
}
END_TEST

START_TEST(not_an_array)
{
    const struct {
        const char *header, *words;
    } cases[] = {
        { "{'descr': '|O', 'fortran_order': False, 'shape': (1, 3), }",
          "Python objects" },
        { "{'descr': '<U3', 'fortran_order': False, 'shape': (1, 3), }", "type '<U3'" },
        { "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 3), }", "type '<c8'" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
          "type [('a'" },
        { "{'fortran_order': False, 'shape': (1, 3), }", "no 'descr'" },
        { "{'descr': '|u1', 'shape': (1, 3), }", "no 'fortran_order'" },
        { "{'descr': '|u1', 'fortran_order': False, }", "no 'shape'" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (1, -3), }",
          "an invalid 'shape'" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,3), }", "than 4" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "is 3, wanted" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "wanted (rows" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 4), }", "truncated" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), }", "more than" },
        { "{'descr': '<f8', 'fortran_order': False, "
          "'shape': (4294967296, 4294967296, 4294967296), }",
          "impossible size" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 1), "
          "}",
          "impossible size" },
    };
    egad_dataset *data;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        files_npy(path, 1, cases[i].header, "abc", 3 - (size_t)(i == 10) * 2);
        egad_status status = egad_npy_import(&data, path, NULL);
        ck_assert_msg(status != EGAD_OK && strstr(egad_status_last(), cases[i].words),
                      "'%s' lacks '%s'", egad_status_last(), cases[i].words);
        ck_assert_ptr_null(data);
    }
    files_npy(path, 4, header("|u1", "False", "(1, 3)"), "abc", 3);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), FORMAT, "format 4.0");
    support_write(path, "\x93NUMPY\1\0\xff\xff{", 11);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), FORMAT, "header of");
    support_write(path, "\x93NUMPY\2\0\xff\xff\xff\xff{", 13);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), FORMAT, "header of");
    support_write(path, "\x93NUMPY\1\0", 8);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), FORMAT, "header of");
    support_write(path, "PK and more", 11);
    CHECK_FAILS(egad_npy_import(&data, path, NULL), FORMAT,
                "is not an array written by numpy.save");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("npy");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, kinds);
    tcase_add_test(tests, shapes);
    tcase_add_test(tests, labels_of_any_kind);
    tcase_add_test(tests, numbers_that_are_none);
    tcase_add_test(tests, not_an_array);
    return support_run(suite);
}
