/* host/base/sized.c: structs of callers that were compiled with another version. */
#include "base/sized.h"
#include "csv_file.h"

/* What this version knows, and what an older and a newer caller fill. */
typedef struct {
    size_t size;
    int a;
    double b;
} known;
typedef struct {
    size_t size;
    int a;
} older;
typedef struct {
    size_t size;
    int a;
    double b, c;
} newer;

static egad_status read_known(known *to, const void *from)
{
    egad_status status = EGAD_OK;
    READ_SIZED(known, to, from);
done:
    return status;
}

START_TEST(versions)
{
    known to = { .a = 1, .b = 2.0 };
    CHECK_OK(read_known(&to, NULL));
    ck_assert(to.a == 1 && to.b == 2.0);
    CHECK_OK(read_known(&to, &EGAD_SIZED(older, .a = 3)));
    ck_assert(to.size == sizeof to && to.a == 3 && to.b == 2.0);
    CHECK_OK(read_known(&to, &EGAD_SIZED(known, .a = 4)));
    ck_assert(to.size == sizeof to && to.a == 4 && to.b == 0.0);
    CHECK_OK(read_known(&to, &EGAD_SIZED(newer, .a = 5, .b = 6.0)));
    ck_assert(to.size == sizeof to && to.a == 5 && to.b == 6.0);
}
END_TEST

START_TEST(refused)
{
    known to = { .a = 1, .b = 2.0 };
    CHECK_FAILS(read_known(&to, &(known){ .a = 9 }), ARGUMENT,
                "known says that its size is 0 bytes; make it with EGAD_SIZED");
    CHECK_FAILS(read_known(&to, &(known){ .size = sizeof(size_t) - 1, .a = 9 }), ARGUMENT,
                "says that its size");
    CHECK_FAILS(read_known(&to, &(known){ .size = SIZE_MAX, .a = 9 }), ARGUMENT,
                "says that its size");
    CHECK_FAILS(read_known(&to, &EGAD_SIZED(newer, .a = 9, .c = 1.0)), ARGUMENT,
                "sets a field that egad");
    ck_assert(to.a == 1 && to.b == 2.0);
}
END_TEST

/* The same through the library. */
START_TEST(callers)
{
    static const char text[] = "a,b\n1,2\n3,4\n";
    struct {
        egad_csv_options known;
        int more;
    } next = { .known = { .size = sizeof next, .drop = "b" } };
    egad_csv_options early = { .size = offsetof(egad_csv_options, drop), .drop = "b" };
    egad_dataset *data;
    CHECK_OK(IMPORT(&data, text, .drop = "b"));
    ck_assert_uint_eq(data->shape[2], 1);
    egad_dataset_free(data);
    CHECK_OK(import(&data, text, early)); /* has no `drop` */
    ck_assert_uint_eq(data->shape[2], 2);
    egad_dataset_free(data);
    CHECK_OK(egad_csv_import(&data, path, &next.known));
    ck_assert_uint_eq(data->shape[2], 1);
    egad_dataset_free(data);
    next.more = 1;
    CHECK_FAILS(egad_csv_import(&data, path, &next.known), ARGUMENT,
                "egad_csv_options of");
    CHECK_FAILS(egad_csv_import(&data, path, &(egad_csv_options){ .drop = "b" }),
                ARGUMENT, "egad_csv_options says that its size is 0 bytes");
    ck_assert_ptr_null(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sized");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, versions);
    tcase_add_test(tests, refused);
    tcase_add_test(tests, callers);
    return support_run(suite);
}
