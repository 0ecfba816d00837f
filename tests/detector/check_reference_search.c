/* AnoGAN's latent search against tests/reference (or the folder EGAD_REFERENCE): the
 * scores on the way and the final ones. */
#include "detector/latent_search.h"

#include "fixture.h"

static float *read_inputs(const char *name, size_t columns, size_t *n)
{
    egad_tensor t = fixture_inputs(name, columns, -1);
    float *out = lab_floats(t.n * t.c);
    CHECK_OK(egad_tensor_read(lab, t, out));
    *n = t.n;
    egad_tensor_free(&t);
    return out;
}

/* Names in the file and values after a search. */
static const struct {
    const char *name;
    double l1, other;
    int term;
} ends[] = { { "reconstruction_l1", 1.0, 0.0, GAN_SIGMA_REBUILT },
             { "sigma", 0.0, 1.0, GAN_SIGMA_REBUILT },
             { "fm", 0.0, 1.0, GAN_FM },
             { "score_sigma", 0.9, 0.1, GAN_SIGMA_REBUILT },
             { "score_fm", 0.9, 0.1, GAN_FM } };

static void search(const egad_search_course *course, const float *x, size_t n,
                   size_t batch, float *terms, float *z)
{
    egad_latent_search *s;
    CHECK_OK(egad_latent_search_new(&s, fixture.detector, course, batch));
    CHECK_OK(egad_latent_search_run(s, x, n, terms, z));
    egad_latent_search_free(s);
}

/* trace[k], the scores before step k, equal those of a search of k steps: of the first
 * rows of images, which take long; the ends are of all n rows. */
static void compare_trace(const char *group, egad_search_course course, const float *x,
                          size_t n, const int *steps, size_t points)
{
    enum { SOME = 5 };
    const size_t some = egad_detector_dense(fixture.detector) ? n : SOME;
    float *terms = lab_floats(n * TERMS);
    PATH(path, "%s/trace", group);
    for (size_t p = 0; p < points; p++) {
        course.steps = steps[p];
        search(&course, x, some, some, terms, NULL);
        for (size_t i = 0; i < some; i++)
            fixture_compare_at(path, (size_t)steps[p] * n + i,
                               0.9 * terms[i * TERMS + GAN_L1] +
                                   0.1 * terms[i * TERMS + (size_t)course.term[1]]);
    }
}

static void compare_end(const char *group, const egad_search_course *course,
                        const float *x, size_t n, size_t batch)
{
    float *terms = lab_floats(n * TERMS), *z = lab_floats(n * fixture.Z);
    double *column = lab_doubles(n);
    search(course, x, n, batch, terms, z);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        PATH(path, "%s/%s", group, ends[k].name);
        for (size_t i = 0; i < n; i++)
            column[i] = ends[k].l1 * terms[i * TERMS + GAN_L1] +
                        ends[k].other * terms[i * TERMS + (size_t)ends[k].term];
        fixture_compare(path, column, n, 0, 0.0);
    }
    PATH(path, "%s/z", group);
    fixture_compare(path, lab_widen(z, n * fixture.Z), n * fixture.Z, 0, 0.0);
}

static void check_search(size_t batch, const int *steps, size_t points)
{
    static const char *const schedules[] = { "standard", "short" };
    static const char *const scores[] = { "sigma", "fm" };
    size_t n, starts;
    if (paper_net(fixture.detector, PAPER_E))
        return;
    const float *x = read_inputs("search/x", fixture.X, &n);
    const float *z = read_inputs("search/z", fixture.Z, &starts);
    ck_assert_uint_eq(n, starts);
    ck_assert_double_eq(fixture_number("/", "search_beta1"), 0.9);
    for (int k = 0; k < 4; k++) {
        double last[2];
        PATH(group, "/search/%s/%s", schedules[k / 2], scores[k % 2]);
        PATH(boundaries, "search_boundaries_%s", schedules[k / 2]);
        CHECK_OK(egad_h5_read_numbers(fixture.file, "/", boundaries, last, 2));
        const egad_search_course course = {
            .term = { GAN_L1, k % 2 ? GAN_FM : GAN_SIGMA_REBUILT },
            .alpha = fixture_number("/", "alpha"),
            .steps = (int)fixture_number("/", "search_steps"),
            .last = { (int)last[0], (int)last[1] },
            .restarts = 1,
            .start = z
        };
        for (int i = 0; i < 2; i++) /* the paper's schedule is the model's */
            ck_assert(k / 2 || fixture.detector->model->search[i] == course.last[i]);
        compare_trace(group, course, x, n, steps, points);
        compare_end(group, &course, x, n, batch ? batch : n);
    }
}

static void by_default(void)
{
    static const int steps[] = { 0, 1, 2, 20, 21, 22, 31, 32, 49 };
    check_search(0, steps, sizeof steps / sizeof *steps);
}

static void dense_only(void)
{
    static const int steps[] = { 1, 22 };
    if (egad_detector_dense(fixture.detector))
        check_search(7, steps, 2);
}

START_TEST(search_of_all)
{
    fixture_each_file("search", by_default);
}
END_TEST

START_TEST(search_by_engines)
{
    static const char *const engines[] = { "rows", "plain", "clblast", "tiles" };
    lab_engine(engines[_i]);
    fixture_each_file(engines[_i], dense_only);
}
END_TEST

START_TEST(search_by_groups)
{
    lab_one_launch(_i);
    fixture_each_file("groups", dense_only);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_search");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, search_of_all);
    tcase_add_loop_test(tests, search_by_engines, 0, 4);
    tcase_add_loop_test(tests, search_by_groups, LAB_FEW, LAB_KINDS);
    return lab_main(suite);
}
