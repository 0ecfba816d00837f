/* io/roles.c: normal and anomalous labels, and the split.  CSV, IDX and folders are
 * tested in their own checks. */
#include "io/io.h"
#include "support.h"

static char *const name[] = { "a", "b", "c" };
static egad_roles roles;

static void setup(void)
{
    roles = (egad_roles){ .who = "test", .path = "file", .remedy = "do something" };
}

START_TEST(judging)
{
    unsigned char odd[3];

    roles.normal = "b, a";
    CHECK_OK(egad_roles_judge(&roles, name, 3, odd));
    ck_assert_mem_eq(odd, "\0\0\1", 3);
    roles = (egad_roles){ .anomalous = "b,," };
    CHECK_OK(egad_roles_judge(&roles, name, 3, odd));
    ck_assert_mem_eq(odd, "\0\1\0", 3);
    setup();
    roles.anomalous = "c,d";
    CHECK_FAILS(egad_roles_judge(&roles, name, 3, odd), DATA,
                "test: 'file': no row is labelled 'd'; there are a, b, c");
    roles.column = "kind";
    roles.anomalous = "a,b,c";
    CHECK_FAILS(egad_roles_judge(&roles, name, 3, odd), DATA,
                "test: 'file', column 'kind': all rows are anomalies, both classes are "
                "needed; do something");
    CHECK_FAILS(egad_roles_judge(&roles, name, 0, odd), DATA,
                "column 'kind': no row is labelled 'a': the label column is empty");
    roles.anomalous = " ";
    CHECK_FAILS(egad_roles_judge(&roles, name, 3, odd), DATA, "all rows are normal");
}
END_TEST

START_TEST(dividing)
{
    enum { ROWS = 20 };
    unsigned char odd[ROWS] = { 0 }, part[ROWS] = { 0 };
    uint32_t permutation[ROWS];
    size_t count[3] = { 0 }, normal[ROWS], n = 0;

    odd[3] = odd[7] = 1;
    part[5] = part[7] = EGAD_PART_LEFT_OUT;
    for (size_t i = 0; i < ROWS; i++)
        if (i != 3 && i != 5 && i != 7)
            normal[n++] = i;
    roles.seed = 9;
    roles.test_fraction = 0.25;
    CHECK_OK(egad_roles_divide(&roles, odd, ROWS, part));
    for (size_t i = 0; i < ROWS; i++)
        count[part[i]]++;
    ck_assert_uint_eq(count[EGAD_TRAIN], 12); /* of 17, rounded down */
    ck_assert_uint_eq(count[EGAD_TEST], 6);
    ck_assert_uint_eq(count[EGAD_PART_LEFT_OUT], 2);
    ck_assert_int_eq(part[3], EGAD_TEST);
    egad_permutation_legacy(9, n, permutation);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(part[normal[permutation[i]]], i < 12 ? EGAD_TRAIN : EGAD_TEST);
}
END_TEST

START_TEST(options)
{
    CHECK_OK(egad_roles_check(&roles));
    roles.test_fraction = 1;
    CHECK_FAILS(egad_roles_check(&roles), ARGUMENT, "test fraction 1");
    roles.test_fraction = -0.1;
    CHECK_FAILS(egad_roles_check(&roles), ARGUMENT, "test fraction -0.1");
    roles = (egad_roles){ .who = "test", .normal = "a", .anomalous = "b" };
    CHECK_FAILS(egad_roles_check(&roles), ARGUMENT, "not both");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("roles");
    TCase *tests = support_case(suite, setup, NULL);
    tcase_add_test(tests, judging);
    tcase_add_test(tests, dividing);
    tcase_add_test(tests, options);
    return support_run(suite);
}
