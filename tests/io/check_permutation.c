/* io/permutation.c against numbers drawn by NumPy's RandomState. */
#include "io/io.h"
#include "support.h"

static void check_head(uint32_t seed, size_t n, const uint32_t *want, size_t wanted)
{
    uint32_t *p = malloc((n ? n : 1) * sizeof *p);
    unsigned char *seen = calloc(n ? n : 1, 1);

    egad_permutation_legacy(seed, n, p);
    for (size_t i = 0; i < wanted; i++)
        ck_assert_uint_eq(p[i], want[i]);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_lt(p[i], n);
        ck_assert_int_eq(seen[p[i]]++, 0);
    }
    free(seen);
    free(p);
}

START_TEST(kdd99)
{
    const uint32_t want[] = { 317921, 171422, 312181, 87346,  57449,
                              296193, 71649,  493765, 340586, 410705 };
    check_head(42, 494021, want, 10);
}
END_TEST

START_TEST(mnist_digit_0)
{
    const uint32_t want[] = { 1879, 6994, 61578, 46275, 16033, 39512, 15399, 20200 };
    check_head(42, 63097, want, 8);
}
END_TEST

/* The released code draws three in a row: training rows, their test rows, and all rows
 * again for the test set. */
START_TEST(one_after_another)
{
    const struct {
        size_t n;
        uint32_t want[3];
    } draws[] = { { 63097, { 1879, 6994, 61578 } },
                  { 19523, { 10195, 14490, 11267 } },
                  { 63097, { 38595, 43085, 27050 } } };
    static uint32_t p[63097];
    egad_permutation t;

    egad_permutation_seed(&t, 42);
    for (size_t i = 0; i < 3; i++) {
        egad_permutation_draw(&t, draws[i].n, p);
        ck_assert_mem_eq(p, draws[i].want, sizeof draws[i].want);
    }
    ck_assert_uint_eq(p[63096], 12316);
}
END_TEST

START_TEST(other_seeds)
{
    const uint32_t zero[] = { 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 };
    const uint32_t most[] = { 6, 9, 5, 1, 8, 0, 7, 4, 2, 3 };
    check_head(0, 10, zero, 10);
    check_head(UINT32_MAX, 10, most, 10);
}
END_TEST

START_TEST(small)
{
    const uint32_t one[] = { 0 };
    check_head(42, 0, NULL, 0);
    check_head(42, 1, one, 1);
    for (size_t n = 2; n < 70; n++)
        check_head((uint32_t)n, n, NULL, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("permutation");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, kdd99);
    tcase_add_test(tests, mnist_digit_0);
    tcase_add_test(tests, one_after_another);
    tcase_add_test(tests, other_seeds);
    tcase_add_test(tests, small);
    return support_run(suite);
}
