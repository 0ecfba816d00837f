/* AnoGAN's latent search: its gradient, initial z and schedule; a row's score depends
 * only on the row.  Its results are in check_reference_search.c. */
#include "detector/latent_search.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { ROWS = 60, COLUMNS = 9, SIDE = 8 };

/* A small detector and its data: a table, or images. */
typedef struct {
    egad_detector *d;
    egad_dataset *data;
} small;

static small small_new(int images, const char *recipe)
{
    small s;
    const size_t table[3] = { 1, 1, COLUMNS }, image[3] = { SIDE, SIDE, 1 };
    CHECK_OK(egad_dataset_new(&s.data, ROWS, images ? image : table));
    const size_t C = images ? SIDE * SIDE : COLUMNS;
    const float *t = lab_uniform(ROWS, 300, 2.0f);
    for (size_t i = 0; i < ROWS * C; i++)
        s.data->x[i] =
            (images ? 127.0f : 1.0f) * (1.0f + sinf(t[i / C] + (float)(i % C)));
    CHECK_OK(egad_detector_new(&s.d, lab, s.data,
                               &EGAD_SIZED(egad_detector_options,
                                           .model = images ? "mnist-gan" : "kdd-gan",
                                           .recipe = recipe, .epochs = 2, .batch = 10,
                                           .lr = 3e-3, .hold_out = -1, .seed = 7)));
    s.d->recipe.ema_decay = 0.5;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    return s;
}

static void small_free(small *s)
{
    egad_detector_free(s->d);
    egad_dataset_free(s->data);
}

static size_t latent(const small *s)
{
    return (size_t)s->d->model->z_dim;
}

/* ---- A and its gradient, in double ----------------------------------------- */

typedef struct {
    const small *s;
    double *g, *d, *x; /* weights with batch normalisation folded in; scaled rows */
} truth;

/* Only recipe release scores with D's plain weights. */
static truth truth_of(const small *s)
{
    const egad_net *G = paper_net(s->d, PAPER_G), *D = paper_net(s->d, PAPER_D);
    const int release = !strcmp(s->d->recipe.name, "release");
    truth t = { .s = s, .x = lab_widen(s->data->x, ROWS * s->d->columns) };
    t.g = ref_folded(G, G->ema);
    t.d = ref_folded(D, release ? D->w : D->ema);
    if (s->d->recipe.scaling != SCALE_NONE)
        ref_scale(t.x, lab_widen(s->d->fit, 3 * s->d->columns), ROWS, s->d->columns,
                  (double)egad_detector_limit(s->d));
    return t;
}

/* L_G, sigma and fm of row i at z, in the order of GAN_L1, ... */
static void truth_terms(const truth *t, size_t i, const double *z, double terms[3])
{
    const egad_net *G = paper_net(t->s->d, PAPER_G), *D = paper_net(t->s->d, PAPER_D);
    const size_t C = t->s->d->columns, F = D->layer[2].O;
    const double *x = t->x + i * C;
    double *rebuilt = lab_doubles(C), *real = lab_doubles(F), *fake = lab_doubles(F);
    double logit;
    ref_section(rebuilt, NULL, G, 0, t->g, z, 1, 0, NULL);
    ref_discriminate(&logit, real, D, t->d, x, NULL, 1, 0, NULL);
    ref_discriminate(&logit, fake, D, t->d, rebuilt, NULL, 1, 0, NULL);
    memset(terms, 0, 3 * sizeof *terms);
    for (size_t j = 0; j < C; j++)
        terms[0] += fabs(x[j] - rebuilt[j]);
    terms[1] = ref_cross_entropy(logit, 1.0);
    for (size_t j = 0; j < F; j++)
        terms[2] += fabs(real[j] - fake[j]);
}

static egad_latent_search *search_new(const small *s, const egad_search_course *course,
                                      size_t batch)
{
    egad_latent_search *search;
    CHECK_OK(egad_latent_search_new(&search, s->d, course, batch));
    return search;
}

/* The terms at the initial z equal ref_cpu's. */
static void check_terms(const small *s, const float *start)
{
    enum { SOME = 5 };
    const egad_search_course course = { .restarts = 1, .start = start };
    const truth t = truth_of(s);
    const size_t Z = latent(s);
    float terms[SOME * TERMS], z[SOME * 200];
    egad_latent_search *search = search_new(s, &course, 3);
    CHECK_OK(egad_latent_search_run(search, s->data->x, SOME, terms, z));
    egad_latent_search_free(search);
    lab_same("z", z, start, SOME * Z);
    const double *wide = lab_widen(start, SOME * Z);
    for (int k = 0; k < 3; k++) {
        float got[SOME];
        double want[SOME], three[3];
        for (size_t i = 0; i < SOME; i++) {
            got[i] = terms[i * TERMS + (size_t)k];
            truth_terms(&t, i, wide + i * Z, three);
            want[i] = three[k];
        }
        lab_near(TOLERANCE_SCORE, "terms", got, want, SOME);
    }
}

START_TEST(terms)
{
    static const char *const recipes[] = { "sound", "release", "paper" };
    for (int images = 0; images < 2; images++)
        for (int r = 0; r < 3; r++) {
            small s = small_new(images, recipes[r]);
            check_terms(&s, lab_uniform(5 * latent(&s), 11, 1.5f));
            small_free(&s);
        }
}
END_TEST

/* dA/dz with separate launches, against central differences. */
static void check_gradient(const small *s, int term, double alpha)
{
    enum { SOME = 2 };
    const double h = 1e-6;
    const size_t Z = latent(s);
    const float *start = lab_uniform(SOME * Z, 12, 1.5f);
    const egad_search_course course = { .term = { GAN_L1, term },
                                        .alpha = alpha,
                                        .steps = 1,
                                        .restarts = 1,
                                        .start = start };
    const truth t = truth_of(s);
    float unused[SOME * TERMS];
    double *want = lab_doubles(SOME * Z), *z = lab_widen(start, SOME * Z);
    egad_latent_search *search = search_new(s, &course, SOME);
    CHECK_OK(egad_latent_search_run(search, s->data->x, SOME, unused, NULL));
    const egad_tensor gradient = egad_latent_search_gradient(search);
    ck_assert_ptr_nonnull(gradient.mem);
    const float *got = lab_read(gradient);
    for (size_t k = 0; k < SOME * Z; k++) {
        double at[2][3];
        for (int side = 0; side < 2; side++) {
            z[k] = (double)start[k] + (side ? h : -h);
            truth_terms(&t, k / Z, z + k / Z * Z, at[side]);
        }
        z[k] = (double)start[k];
        want[k] = (alpha * (at[1][0] - at[0][0]) +
                   (1.0 - alpha) * (at[1][term] - at[0][term])) /
                  (2.0 * h);
    }
    lab_near(TOLERANCE_NET, "gradient", got, want, SOME * Z);
    egad_latent_search_free(search);
}

START_TEST(gradient)
{
    static const char *const engines[] = { "plain", "clblast", "rows", "tiles" };
    for (int images = 0; images < 2; images++) {
        if (_i == 2 && !images)
            continue; /* one launch: see twins() */
        if (_i == 3 && images)
            continue; /* minutes on a CPU; check_conv2d tests the operators */
        lab_engine(engines[_i]);
        small s = small_new(images, "sound");
        for (int term = 0; term < 2; term++)
            for (int a = images; a < 3 - images; a++) /* alpha 0, 1/2, 1; images 1/2 */
                check_gradient(&s, term ? GAN_FM : GAN_SIGMA_REBUILT, 0.5 * a);
        small_free(&s);
    }
}
END_TEST

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
        const size_t Z = latent(&s);
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
        egad_latent_search *search = search_new(&s, &course, ROWS);
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
    tcase_add_test(tests, terms);
    tcase_add_loop_test(tests, gradient, 0, 4);
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
