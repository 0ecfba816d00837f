/* AnoGAN's latent search: initial z and schedule; a row's score depends only on the row.
 * Its terms are in check_latent_search_terms.c, its results in check_reference_search.c.
 */
#include "small.h"

#include <math.h>

/* ---- One launch or many ---------------------------------------------------- */

/* A search of few steps for the score of this name. */
static egad_scoring few(const char *name, int steps, int restarts, uint64_t seed)
{
    return EGAD_SIZED(egad_scoring, .score = name, .alpha = 0.9, .steps = steps,
                      .restarts = restarts, .seed = seed);
}

static float *scores_of(const small *s, size_t batch, egad_scoring how)
{
    float *out = lab_floats(ROWS);
    egad_scorer *scorer;
    CHECK_OK(egad_score_new(&scorer, s->d, &how, batch));
    CHECK_OK(egad_score_run(scorer, s->data->x, ROWS, out));
    egad_score_free(scorer);
    return out;
}

/* One launch equals separate launches, up to rounding in 40 steps. */
START_TEST(twins)
{
    small s = small_new(0, "sound");
    for (int k = 0; k < 2; k++) {
        const egad_scoring how = few(k ? "fm" : "sigma", 40, 0, 3);
        lab_one_launch(_i);
        const float *fused = scores_of(&s, ROWS, how);
        for (int e = 0; e < 2; e++) {
            lab_engine(e ? "clblast" : "plain");
            const float *launched = scores_of(&s, ROWS, how);
            lab_near(TOLERANCE_SEARCH, "twins", fused, lab_widen(launched, ROWS), ROWS);
        }
    }
    small_free(&s);
}
END_TEST

/* Rows searched at once: few enough that one launch is short. */
START_TEST(bulk)
{
    static const size_t rows[LAB_KINDS] = { 4096, 32, 4096 };
    lab_one_launch(_i);
    small s = small_new(0, "sound");
    ck_assert_uint_eq(egad_latent_search_bulk(s.d), rows[_i]);
    lab_engine("plain");
    ck_assert_uint_gt(egad_latent_search_bulk(s.d), 4096);
    small_free(&s);
}
END_TEST

/* ---- Independence of other rows -------------------------------------------- */

/* The same for all batch sizes, splits and runs: bit for bit if the sums of a row do not
 * depend on other rows. */
static void check_batches(const small *s, const char *name, int exact)
{
    static const size_t batches[] = { 1, 7, 50, ROWS };
    const egad_scoring how = few(name, 12, 2, 0);
    const size_t C = s->d->columns;
    const float *first = scores_of(s, ROWS, how);
    lab_same("twice", first, scores_of(s, ROWS, how), ROWS);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        const float *again = scores_of(s, batches[b], how);
        if (exact)
            lab_same("batches", first, again, ROWS);
        else
            lab_near(TOLERANCE_SEARCH, "batches", again, lab_widen(first, ROWS), ROWS);
    }
    /* In three calls, and row by row with row numbers. */
    float *cut = lab_floats(ROWS);
    egad_scorer *scorer;
    CHECK_OK(egad_score_new(&scorer, s->d, &how, ROWS));
    CHECK_OK(egad_score_run(scorer, s->data->x, 13, cut));
    CHECK_OK(egad_score_run(scorer, s->data->x, 0, cut));
    CHECK_OK(egad_score_run(scorer, s->data->x + 13 * C, ROWS - 13, cut + 13));
    egad_score_free(scorer);
    lab_near(TOLERANCE_SEARCH, "cut", cut, lab_widen(first, ROWS), ROWS);
    if (exact)
        lab_same("cut", first, cut, ROWS);
    for (size_t i = 0; i < ROWS; i += 17) {
        egad_scoring one = how;
        one.row = &i;
        CHECK_OK(egad_score_rows(s->d, s->data->x + i * C, 1, &one, cut + i));
    }
    lab_near(TOLERANCE_SEARCH, "by number", cut, lab_widen(first, ROWS), ROWS);
    if (exact)
        lab_same("by number", first, cut, ROWS);
}

START_TEST(batches)
{
    for (int images = 0; images < 2; images++) {
        small s = small_new(images, "sound");
        check_batches(&s, "sigma", 1);
        check_batches(&s, "fm", 1);
        small_free(&s);
    }
}
END_TEST

START_TEST(batches_by_groups)
{
    lab_one_launch(_i);
    small s = small_new(0, "sound");
    check_batches(&s, "sigma", 1);
    small_free(&s);
}
END_TEST

START_TEST(batches_by_clblast)
{
    lab_engine("clblast");
    small s = small_new(0, "sound");
    check_batches(&s, "fm", 0);
    small_free(&s);
}
END_TEST

START_TEST(starts)
{
    egad_scoring how = few("sigma", 1, 0, 0);
    small s = small_new(0, "sound");
    const float *first = scores_of(&s, ROWS, how);
    size_t moved[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        moved[i] = i + 1;
    how.seed = 1;
    const float *seeded = scores_of(&s, ROWS, how);
    how.seed = 0;
    how.row = moved;
    const float *numbered = scores_of(&s, ROWS, how);
    how.row = NULL;
    how.restarts = 3;
    const float *best = scores_of(&s, ROWS, how);
    size_t better = 0;
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert(first[i] != seeded[i] && first[i] != numbered[i]);
        ck_assert(best[i] <= first[i]);
        better += best[i] < first[i];
    }
    ck_assert_uint_ge(better, ROWS / 3); /* two thirds are expected */
    small_free(&s);
}
END_TEST

/* Adam descends: the sum of scores falls with each tenth of the steps. */
START_TEST(descent)
{
    small s = small_new(0, "sound");
    double last = INFINITY;
    for (int steps = 1; steps <= 161; steps += 40) {
        const float *score = scores_of(&s, ROWS, few("sigma", steps, 0, 0));
        double sum = 0.0;
        for (size_t i = 0; i < ROWS; i++)
            sum += (double)score[i];
        ck_assert_msg(sum < last, "%g after %d steps, %g before", sum, steps, last);
        last = sum;
    }
    small_free(&s);
}
END_TEST

START_TEST(nan_is_seen)
{
    for (int images = 0; images < 2; images++) {
        small s = small_new(images, "sound");
        const egad_scoring how = few("fm", 3, 2, 0);
        const float *clean = scores_of(&s, ROWS, how);
        s.data->x[20 * s.d->columns + 3] = NAN;
        const float *broken = scores_of(&s, ROWS, how);
        ck_assert(isnan(broken[20]));
        lab_same("before", clean, broken, 20);
        lab_same("behind", clean + 21, broken + 21, ROWS - 21);
        small_free(&s);
    }
}
END_TEST

/* ---- Schedule, explanations, training -------------------------------------- */

static egad_search_course course_of(const small *s, egad_scoring how)
{
    egad_formula score;
    egad_search_course course;
    CHECK_OK(egad_score_settle(&score, &how, s->d, &how));
    CHECK_OK(egad_latent_search_settle(&course, s->d, &score, &how));
    return course;
}

START_TEST(schedule)
{
    static const struct {
        int images, steps, all, first, second;
    } cases[] = { { 0, 0, 500, 300, 400 },
                  { 1, 0, 500, 200, 300 },
                  { 0, 50, 50, 30, 40 },
                  { 1, 1000, 1000, 400, 600 },
                  { 0, 1, 1, 0, 0 },
                  { 1, 7, 7, 2, 4 },
                  { 0, 1000000000, 1000000000, 600000000, 800000000 } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        small s = small_new(cases[k].images, "sound");
        const egad_search_course c = course_of(&s, few("fm", cases[k].steps, 0, 0));
        ck_assert_int_eq(c.steps, cases[k].all);
        ck_assert(c.last[0] == cases[k].first && c.last[1] == cases[k].second);
        ck_assert(c.restarts == 1 && c.term[1] == GAN_FM);
        small_free(&s);
    }
}
END_TEST

/* An explanation has the row's score; with alpha 1 the score is L_G alone.  z is the
 * final z of the better search. */
START_TEST(explained)
{
    for (int images = 0; images < 2; images++) {
        small s = small_new(images, "sound");
        const size_t C = s.d->columns;
        egad_scoring how = few("fm", 9, 2, 4);
        how.alpha = 1.0;
        const size_t Z = small_latent(&s);
        float *residual = lab_floats(ROWS * C), got[ROWS];
        float *z = lab_floats(ROWS * Z), *end = lab_floats(ROWS * Z);
        float *unused = lab_floats(ROWS * TERMS);
        double want[ROWS] = { 0.0 };
        CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, &how, got));
        CHECK_OK(egad_explain_rows(
            s.d, s.data->x, ROWS, &how,
            &EGAD_SIZED(egad_explanation, .residual = residual, .latent = z)));
        for (size_t i = 0; i < ROWS * C; i++)
            want[i / C] += fabs((double)residual[i]);
        lab_near(TOLERANCE_SCORE, "L_G", got, want, ROWS);
        const egad_search_course course = course_of(&s, how);
        egad_latent_search *search = small_search(&s, &course, ROWS);
        CHECK_OK(egad_latent_search_run(search, s.data->x, ROWS, unused, end));
        egad_latent_search_free(search);
        lab_same("z", z, end, ROWS * Z);
        small_free(&s);
    }
}
END_TEST

static int score_between(void *context, const egad_progress *progress)
{
    small *s = context;
    (void)progress;
    scores_of(s, 20, few("sigma", 2, 0, 0));
    return 0;
}

/* A search at the end of an epoch does not change training. */
START_TEST(training_goes_on)
{
    for (int images = 0; images < 2; images++) {
        small with = small_new(images, "sound"), without = small_new(images, "sound");
        with.d->recipe.epochs = without.d->recipe.epochs = 5;
        CHECK_OK(egad_train_run(with.d, with.data,
                                &EGAD_SIZED(egad_train_options, .progress = score_between,
                                            .context = &with)));
        CHECK_OK(egad_train_run(without.d, without.data, NULL));
        lab_same_networks(with.d, without.d);
        small_free(&with);
        small_free(&without);
    }
}
END_TEST

START_TEST(refusals)
{
    small s = small_new(0, "sound");
    egad_scorer *scorer = NULL;
    float got[1], *residual = lab_floats(COLUMNS);
    const egad_explanation out = EGAD_SIZED(egad_explanation, .residual = residual);
    const egad_scoring steps = few("fm", -1, 0, 0), restarts = few("fm", 0, -2, 0),
                       combined = few("combined", 0, 0, 0);
    ck_assert_str_eq(egad_score_default(s.d), "sigma");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &combined, 5), ARGUMENT,
                "kdd-gan has no score 'combined'; it has sigma and fm");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &steps, 5), ARGUMENT, "-1 steps");
    CHECK_FAILS(egad_score_new(&scorer, s.d, &restarts, 5), ARGUMENT, "-2 searches");
    ck_assert_ptr_null(scorer);
    CHECK_FAILS(egad_explain_rows(s.d, s.data->x, 1, &combined, &out), ARGUMENT,
                "sigma and fm");
    CHECK_FAILS(egad_explain_rows(s.d, s.data->x, 1, &EGAD_SCORING("fm", 2.0), &out),
                ARGUMENT, "between 0 and 1");
    CHECK_OK(egad_score_rows(s.d, NULL, 0, &EGAD_SCORING("fm", 0.9), got));
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    small_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, twins, LAB_CPU, LAB_KINDS);
    tcase_add_loop_test(tests, bulk, LAB_CPU, LAB_KINDS);
    tcase_add_test(tests, batches);
    tcase_add_loop_test(tests, batches_by_groups, LAB_FEW, LAB_KINDS);
    tcase_add_test(tests, batches_by_clblast);
    tcase_add_test(tests, starts);
    tcase_add_test(tests, descent);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, schedule);
    tcase_add_test(tests, explained);
    tcase_add_test(tests, training_goes_on);
    tcase_add_test(tests, refusals);
    return lab_main(suite);
}
