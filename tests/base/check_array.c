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

static egad_status join(void *context, const char *text)
{
    char *all = context;
    const size_t used = strlen(all);
    snprintf(all + used, 200 - used, "<%s>", text);
    return EGAD_OK;
}

/* Lists of names: commas, quotes, lines, whole names. */
START_TEST(items)
{
    static const struct {
        const char *list, *want;
    } cases[] = {
        { NULL, "" },
        { "", "" },
        { " a, b c ,,d,", "<a><b c><d>" },
        { "\"a, b\",c", "<a, b><c>" },
        { "\"\"", "<>" },
        { "x,\"\"", "<x><>" },
        { "\"say \"\"x\"\"\" , y", "<say \"x\"><y>" },
        { "\"a", "<a>" },
        { "one, two", "<one, two>" },
        { "one, two,x", "<one><two><x>" },
        { "a\none, two\nb,c", "<a><one, two><b><c>" },
    };
    char *const known[] = { "one, two", "x" };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char all[200] = "";
        CHECK_OK(egad_array_each(cases[i].list, known, 2, all, join));
        ck_assert_str_eq(all, cases[i].want);
    }
}
END_TEST

/* What is typed is read as it was meant. */
START_TEST(typed)
{
    static const char *const texts[] = { "a", "a b", "a,b", "say \"x\", and",
                                         "",  " a",  "\"",  "a " };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char out[64], all[200] = "", want[80];
        snprintf(want, sizeof want, "<%s>", texts[i]);
        CHECK_OK(egad_array_each(egad_array_typed(out, sizeof out, texts[i]), NULL, 0,
                                 all, join));
        ck_assert_str_eq(all, want);
    }
    char small[8];
    ck_assert_uint_lt(strlen(egad_array_typed(small, sizeof small, "a,\"\"\"\"\"\"")), 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("array");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, slips);
    tcase_add_test(tests, begun);
    tcase_add_test(tests, others);
    tcase_add_test(tests, items);
    tcase_add_test(tests, typed);
    return support_run(suite);
}
