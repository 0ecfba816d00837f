/* The combined score of images by a small trained model: distances to training rows. */
#include "detector/encode.h"

#include "ref_cpu.h"
#include "trained.h"

#include <math.h>

enum { P = 64, MANY = 700 }; /* directions; rows that need several batches */

static const char *const engines[] = { "rows", "tiles", "plain", "clblast" };
enum { ENGINES = sizeof engines / sizeof *engines };

/* The mean and deviation of the logarithms of a term, on the device and by loops in
 * double. */
static void check_logarithm(const egad_calibration *c, int term, const double *want)
{
    double mean = 0.0, variance = 0.0;
    for (size_t i = 0; i < c->rows; i++)
        mean += trained_log(want[i]) / (double)c->rows;
    for (size_t i = 0; i < c->rows; i++)
        variance += pow(trained_log(want[i]) - mean, 2.0) / (double)c->rows;
    ck_assert(variance > 1e-4 || c->rows < 10);
    lab_near_size(TOLERANCE_NEAR, "mean", (float[]){ (float)c->mean_log[term] }, &mean, 1,
                  1.0);
    lab_near_size(TOLERANCE_NEAR, "deviation", (float[]){ (float)c->deviation_log[term] },
                  (double[]){ fmax(sqrt(variance), 1e-6) }, 1, 1.0);
}

/* Distances of each point to all others. */
static void check_others(const egad_calibration *c)
{
    const size_t rows = c->rows, columns = c->points.P;
    double *near = lab_doubles(rows), *local = lab_doubles(rows),
           *scale = lab_doubles(rows);
    ck_assert_uint_eq(c->points.rows, rows);
    for (size_t i = 0; i < rows; i++) {
        ref_nearest(&near[i], &local[i], &c->points,
                    lab_widen(c->points.point + i * columns, columns), (long)i);
        scale[i] = trained_log(near[i]);
    }
    lab_near_size(TOLERANCE_NEAR, "local_scale", c->points.local_scale, scale, rows, 1.0);
    check_logarithm(c, BIGAN_NEAR, near);
    check_logarithm(c, BIGAN_LOCAL, local);
}

/* The whole result of egad_score_calibrate for images. */
static void check_calibration(const trained *s, const egad_dataset *data)
{
    const egad_calibration *c = &s->d->calibration;
    const size_t E = egad_score_evidence(s->d).n, rows = data->rows;
    const float *e = trained_evidence(s, data->x, rows, rows < 200 ? rows : 200);
    egad_calibration again = { 0 };
    ck_assert_uint_eq(E, 1024 + 200);
    ck_assert_uint_eq(c->n, E);
    ck_assert_uint_eq(c->rows, rows);
    CHECK_OK(egad_calibrate_points(&again, e, rows, E, 1024, P));
    ck_assert_uint_eq(c->points.P, P);
    lab_same("map", c->points.map, again.points.map, E * P);
    lab_same("offset", c->points.offset, again.points.offset, P);
    lab_same("points", c->points.point, again.points.point, rows * P);
    egad_calibrate_clear(&again);
    check_others(c);
}

/* More rows than are processed at once. */
START_TEST(calibration)
{
    trained s = trained_on_images();
    egad_dataset *many = trained_images(MANY, 320);
    CHECK_OK(egad_score_calibrate(s.d, many));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    check_calibration(&s, many);
    egad_dataset_free(many);
    trained_finish(&s);
}
END_TEST

static void same_calibration(const egad_calibration *a, const egad_calibration *b)
{
    lab_same("map", a->points.map, b->points.map, a->n * P);
    lab_same("offset", a->points.offset, b->points.offset, P);
    lab_same("points", a->points.point, b->points.point, a->rows * P);
    lab_same("local_scale", a->points.local_scale, b->points.local_scale, a->rows);
    ck_assert_int_eq(memcmp(a->mean_log, b->mean_log, sizeof a->mean_log), 0);
    ck_assert_int_eq(memcmp(a->deviation_log, b->deviation_log, sizeof a->deviation_log),
                     0);
}

/* It depends on weights and rows only, not on an earlier calibration: the same bits. */
START_TEST(calibration_again)
{
    trained s = trained_on_images();
    egad_dataset *other = trained_images(40, 330);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    egad_calibration first = s.d->calibration;
    s.d->calibration = (egad_calibration){ 0 };
    CHECK_OK(egad_score_calibrate(s.d, other));
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    same_calibration(&first, &s.d->calibration);
    egad_calibrate_clear(&first);
    egad_dataset_free(other);
    trained_finish(&s);
}
END_TEST

/* ---- Scores ---------------------------------------------------------------- */

/* New rows: an anomaly, a training row, and others. */
static void renew(trained *s)
{
    egad_dataset *other = trained_images(ROWS, 340);
    memcpy(s->data->x + PIXELS, other->x + PIXELS, (ROWS - 1) * PIXELS * sizeof(float));
    for (size_t j = 0; j < PIXELS; j++)
        s->data->x[5 * PIXELS + j] = j * 37 % 11 < 5 ? 255.0f : 0.0f;
    egad_dataset_free(other);
    trained_look(s);
}

static void check_terms(const trained *s)
{
    float *got = lab_floats(ROWS * TERMS);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, got));
    for (size_t k = 0; k <= BIGAN_LOCAL; k++) {
        float column[ROWS];
        double want[ROWS];
        for (size_t i = 0; i < ROWS; i++) {
            column[i] = got[i * TERMS + k];
            want[i] = s->terms[i * TERMS + k];
            ck_assert(k == BIGAN_FEATURES || k == BIGAN_EVIDENCE ? column[i] == 0.0f
                                                                 : want[i] > 0.0);
        }
        lab_near(TOLERANCE_SCORE, "terms", column, want, ROWS);
    }
}

static void check_scores(const trained *s)
{
    static const size_t batches[] = { 1, 7, 50, ROWS, 100 };
    const egad_calibration *c = &s->d->calibration;
    float first[ROWS], again[ROWS];
    double want[ROWS];
    CHECK_OK(
        egad_score_rows(s->d, s->data->x, ROWS, &EGAD_SCORING("combined", 0.9), first));
    for (size_t i = 0; i < ROWS; i++) {
        want[i] = 0.0;
        for (int k = BIGAN_NEAR; k <= BIGAN_LOCAL; k++)
            want[i] += (trained_log(s->terms[i * TERMS + (size_t)k]) - c->mean_log[k]) /
                       c->deviation_log[k] / 2.0;
    }
    lab_near(TOLERANCE_SCORE, "combined", first, want, ROWS);
    CHECK_OK(
        egad_score_rows(s->d, s->data->x, ROWS, &EGAD_SCORING("combined", 0.1), again));
    lab_same("whatever alpha", first, again, ROWS);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        egad_scorer *scorer;
        CHECK_OK(
            egad_score_new(&scorer, s->d, &EGAD_SCORING("combined", 0.9), batches[b]));
        for (int times = 0; times < 2; times++) {
            memset(again, 0, sizeof again);
            CHECK_OK(egad_score_run(scorer, s->data->x, ROWS, again));
            lab_same("batches", first, again, ROWS);
        }
        CHECK_OK(egad_score_run(scorer, s->data->x + 3 * PIXELS, 11, again));
        lab_same("some", first + 3, again, 11);
        egad_score_free(scorer);
    }
    for (size_t i = 0; i < ROWS; i++) /* the anomaly is farthest */
        ck_assert(i == 5 || first[i] < first[5]);
}

/* Rows do not affect each other. */
static void check_nan(const trained *s)
{
    float clean[ROWS], broken[ROWS];
    for (int times = 0; times < 2; times++) {
        CHECK_OK(egad_score_rows(s->d, s->data->x, ROWS, &EGAD_SCORING("combined", 0.0),
                                 times ? broken : clean));
        s->data->x[17 * PIXELS + 2] = NAN;
    }
    ck_assert(isnan(broken[17]));
    broken[17] = clean[17];
    lab_same("other rows", clean, broken, ROWS);
}

START_TEST(scores)
{
    lab_engine("rows"); /* trains fast, and packs weights, which the others do not need */
    trained s = trained_on_images();
    egad_scorer *scorer;
    lab_engine(engines[_i]);
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("combined", 0.9), 5), DATA,
                "is not calibrated");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    renew(&s);
    check_terms(&s);
    check_scores(&s);
    check_nan(&s);
    trained_finish(&s);
}
END_TEST

/* ---- Refusals -------------------------------------------------------------- */

/* A failed call keeps the calibration; changed weights discard it. */
START_TEST(calibration_ends)
{
    trained s = trained_on_images();
    egad_dataset *one = trained_images(1, 350), *broken = trained_images(20, 360);
    egad_scorer *scorer;
    broken->x[7 * PIXELS + 3] = NAN;
    CHECK_FAILS(egad_score_calibrate(s.d, one), DATA, "needs at least two training rows");
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    const egad_calibration kept = s.d->calibration;
    CHECK_FAILS(egad_score_calibrate(s.d, one), DATA, "needs at least two training rows");
    CHECK_FAILS(egad_score_calibrate(s.d, broken), DATA, "row 8 of 20: non-finite");
    ck_assert_int_eq(memcmp(&s.d->calibration, &kept, sizeof kept), 0);
    s.d->recipe.epochs++;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    ck_assert_ptr_null(s.d->calibration.points.map);
    CHECK_FAILS(egad_score_new(&scorer, s.d, &EGAD_SCORING("combined", 0.9), 5), DATA,
                "is not calibrated");
    egad_dataset_free(one);
    egad_dataset_free(broken);
    trained_finish(&s);
}
END_TEST

/* Fewer rows than neighbours, and than directions. */
START_TEST(few_rows)
{
    trained s = trained_on_images();
    static const size_t rows[] = { 2, NEIGHBOURS, NEIGHBOURS + 2 };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        egad_dataset *data = trained_images(rows[k], 370);
        float of_rows[ROWS];
        CHECK_OK(egad_score_calibrate(s.d, data));
        check_others(&s.d->calibration);
        CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, &EGAD_SCORING("combined", 0.9),
                                 of_rows));
        for (size_t i = 0; i < ROWS; i++)
            ck_assert(isfinite(of_rows[i]));
        egad_dataset_free(data);
    }
    trained_finish(&s);
}
END_TEST

/* Without an encoder this score does not exist and calibration fails. */
START_TEST(without_encoder)
{
    egad_dataset *data = trained_images(20, 380);
    egad_detector *d;
    egad_scorer *scorer;
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = "mnist-gan")));
    CHECK_OK(egad_score_calibrate(d, data));
    ck_assert_int_eq(egad_detector_describe(d).calibrated, 0);
    CHECK_FAILS(egad_score_new(&scorer, d, &EGAD_SCORING("combined", 0.9), 5), ARGUMENT,
                "mnist-gan has no score 'combined'");
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score_nearest");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, calibration);
    tcase_add_test(tests, calibration_again);
    tcase_add_loop_test(tests, scores, 0, ENGINES);
    tcase_add_test(tests, calibration_ends);
    tcase_add_test(tests, few_rows);
    tcase_add_test(tests, without_encoder);
    return lab_main(suite);
}
