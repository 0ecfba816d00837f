/* Copies to device memory, with and without the staging buffer of devices that have their
 * own memory. */
#include "lab.h"

/* More floats than the staging buffer holds; odd. */
enum { MANY = 5300001, LEAD = 3 };

/* Several arrays in turn; each source is overwritten after its copy. */
static void check_copies(void)
{
    static const size_t sizes[] = { 1, 262143, 262144, 524288, 524289, MANY };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    egad_tensor t[SIZES];
    float *from = lab_floats(MANY);
    for (size_t k = 0; k < SIZES; k++) {
        const egad_tensor flat = lab_tensor(1, sizes[k] + LEAD, 0, NULL);
        t[k] = egad_tensor_view(flat, LEAD, 1, sizes[k]);
    }
    for (size_t k = 0; k < SIZES; k++) {
        memcpy(from, lab_uniform(sizes[k], (unsigned)k, 1.0f), sizes[k] * sizeof *from);
        CHECK_OK(egad_tensor_write(lab, t[k], from));
        memset(from, 0xff, MANY * sizeof *from);
    }
    for (size_t k = 0; k < SIZES; k++)
        lab_same("copied", lab_uniform(sizes[k], (unsigned)k, 1.0f), lab_read(t[k]),
                 sizes[k]);
    lab_guard();
}

START_TEST(by_itself)
{
    lab->cpu = 1;
    check_copies();
    ck_assert_int_eq(lab->stage.tried, 0);
}
END_TEST

START_TEST(staged)
{
    lab->cpu = 0;
    check_copies();
    ck_assert_ptr_nonnull(lab->stage.at);
}
END_TEST

/* Without such memory, the device is written to directly. */
START_TEST(no_stage)
{
    char *const at = lab->stage.at;
    lab->cpu = 0;
    lab->stage.tried = 1;
    lab->stage.at = NULL;
    check_copies();
    lab->stage.at = at;
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tensor");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, by_itself);
    tcase_add_test(tests, staged);
    tcase_add_test(tests, no_stage);
    return lab_main(suite);
}
