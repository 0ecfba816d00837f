/* host/base/array.c: suggested names. */
#include "base/array.h"
#include "support.h"

static const char *const names[] = { "seed", "hold-out", "false-alarms", "epochs",
                                     "lr",   "label",    "--help" };

static const char *meant(const char *text)
{
    const char *near = egad_array_near(text, names, sizeof names / sizeof *names);
    return near ? near : "none";
}

START_TEST(slips)
{
    ck_assert_str_eq(meant("hold_out"), "hold-out");
    ck_assert_str_eq(meant("holdout"), "hold-out");
    ck_assert_str_eq(meant("--sed"), "seed");
    ck_assert_str_eq(meant("seeed"), "seed");
    ck_assert_str_eq(meant("Seed"), "seed");
    ck_assert_str_eq(meant("lable"), "label");
    ck_assert_str_eq(meant("-epoch"), "epochs");
    ck_assert_str_eq(meant("help"), "--help");
}
END_TEST

/* Truncated or extended words. */
START_TEST(begun)
{
    ck_assert_str_eq(meant("false"), "false-alarms");
    ck_assert_str_eq(meant("labelled"), "label");
    ck_assert_str_eq(meant("la"), "none");
}
END_TEST

START_TEST(others)
{
    char text[200];
    ck_assert_str_eq(meant("model"), "none");
    ck_assert_str_eq(meant("sort"), "none");
    ck_assert_str_eq(meant("x"), "none");
    ck_assert_str_eq(meant(""), "none");
    ck_assert_str_eq(meant("--"), "none");
    memset(text, 's', sizeof text - 1);
    text[sizeof text - 1] = 0;
    ck_assert_str_eq(meant(text), "none");
    ck_assert_ptr_null(egad_array_near("seed", names, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("array");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, slips);
    tcase_add_test(tests, begun);
    tcase_add_test(tests, others);
    return support_run(suite);
}
