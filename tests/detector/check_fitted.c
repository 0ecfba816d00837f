/* Methods beside networks: their views and terms against the definition in double, what
 * is kept in files, recipes and older files without them. */
#include "detector/fitted.h"

#include "trained.h"

#include <math.h>

static char folder[64], path[128];

static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
}

static void teardown(void)
{
    support_remove(folder);
    lab_end();
}

static double squashed(double v)
{
    return copysign(log1p(fabs(v)), v);
}

/* Column j of the training rows to mean 0 and deviation 1, a constant one only centred.
 */
static void standardise(double *x, size_t rows, size_t columns, size_t j)
{
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < rows; i++)
        mean += x[i * columns + j] / (double)rows;
    for (size_t i = 0; i < rows; i++)
        squares += pow(x[i * columns + j] - mean, 2.0) / (double)rows;
    for (size_t i = 0; i < rows; i++)
        x[i * columns + j] =
            (x[i * columns + j] - mean) / (squares > 0.0 ? sqrt(squares) : 1.0);
}

/* The training rows as the view `log` sees them. */
static double *by_log(const trained *s)
{
    double *x = lab_widen(s->data->x, TRAINING * COLUMNS);
    for (size_t i = 0; i < TRAINING * COLUMNS; i++)
        x[i] = squashed(x[i]);
    for (size_t j = 0; j < COLUMNS; j++)
        standardise(x, TRAINING, COLUMNS, j);
    return x;
}

/* Distances of row r to the first and the fifth of the other rows. */
static void distances(double *first, double *fifth, const double *x, size_t r)
{
    double least[5] = { INFINITY, INFINITY, INFINITY, INFINITY, INFINITY };
    for (size_t i = 0; i < TRAINING; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < COLUMNS; j++)
            sum += pow(x[i * COLUMNS + j] - x[r * COLUMNS + j], 2.0);
        for (int k = 0; k < 5 && i != r; k++)
            if (sum < least[k]) {
                const double other = least[k];
                least[k] = sum;
                sum = other;
            }
    }
    *first = sqrt(least[0]);
    *fifth = sqrt(least[4]);
}

START_TEST(by_definition)
{
    trained s = trained_prepare("sound");
    float *got = lab_floats(TRAINING * TERMS);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    CHECK_OK(egad_fitted_run(s.d, egad_fitted_terms(s.d), s.data->x, TRAINING, 1, got));
    const double *x = by_log(&s);
    float nearest[TRAINING], fifth[TRAINING];
    double want[2][TRAINING];
    for (size_t i = 0; i < TRAINING; i++) {
        distances(&want[0][i], &want[1][i], x, i);
        nearest[i] = got[i * TERMS + BIGAN_NEAREST];
        fifth[i] = got[i * TERMS + BIGAN_FIFTH];
        ck_assert(got[i * TERMS + BIGAN_NEAREST_WHITE] > 0.0f);
        ck_assert(got[i * TERMS + BIGAN_L1] == 0.0f); /* not of a method */
    }
    lab_near(TOLERANCE_NEIGHBOUR, "nearest", nearest, want[0], TRAINING);
    lab_near(TOLERANCE_NEIGHBOUR, "fifth", fifth, want[1], TRAINING);

    /* Unless they count as left out, training rows are at distance 0. */
    CHECK_OK(egad_fitted_run(s.d, 1u << BIGAN_NEAREST_WHITE | 1u << BIGAN_NEAREST,
                             s.data->x, TRAINING, 0, got));
    for (size_t i = 0; i < TRAINING; i++)
        ck_assert(got[i * TERMS + BIGAN_NEAREST] == 0.0f &&
                  got[i * TERMS + BIGAN_NEAREST_WHITE] == 0.0f);
    trained_finish(&s);
}
END_TEST

/* The further a value is outside, the larger all distances are, also beyond where inputs
 * of networks are clipped. */
START_TEST(far_outside)
{
    trained s = trained_prepare("sound");
    float x[4 * COLUMNS], terms[4 * TERMS];
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    for (size_t i = 0; i < 4; i++) {
        memcpy(x + i * COLUMNS, s.data->x, COLUMNS * sizeof *x);
        x[i * COLUMNS + 2] = powf(1000.0f, (float)(i + 1));
    }
    CHECK_OK(egad_score_terms(s.d, x, 4, terms));
    for (size_t i = 1; i < 4; i++)
        for (int k = BIGAN_NEAREST; k <= BIGAN_FIFTH_WHITE; k++)
            ck_assert(terms[i * TERMS + (size_t)k] > terms[(i - 1) * TERMS + (size_t)k]);
    trained_finish(&s);
}
END_TEST

/* Recipes whose default score is not combined have none: their combined score stays. */
START_TEST(recipes)
{
    for (int k = 0; k < 2; k++) {
        trained s = trained_prepare(k ? "paper" : "release");
        CHECK_OK(egad_score_calibrate(s.d, s.data));
        ck_assert_uint_eq(egad_fitted_terms(s.d), 0);
        ck_assert_uint_eq(egad_score_combined(s.d),
                          1u << BIGAN_L1 | 1u << BIGAN_FEATURES | 1u << BIGAN_EVIDENCE);
        trained_finish(&s);
    }
}
END_TEST

static float *scores_of(egad_detector *d, const trained *s)
{
    float *scores = lab_floats(TRAINING);
    CHECK_OK(egad_score_rows(d, s->data->x, TRAINING, NULL, scores));
    return scores;
}

/* Saved and loaded: the same bits. */
START_TEST(files)
{
    trained s = trained_prepare("sound");
    egad_detector *again = NULL;
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    CHECK_OK(egad_checkpoint_save(s.d, path));
    CHECK_OK(egad_checkpoint_load(&again, lab, path));
    ck_assert_uint_eq(egad_fitted_terms(again), egad_fitted_terms(s.d));
    lab_same("loaded", scores_of(again, &s), scores_of(s.d, &s), TRAINING);
    egad_detector_free(again);

    /* As older versions wrote it. */
    const float *with = scores_of(s.d, &s);
    egad_fitted_clear(s.d);
    const float *without = scores_of(s.d, &s);
    ck_assert(memcmp(with, without, TRAINING * sizeof *with) != 0);
    CHECK_OK(egad_checkpoint_save(s.d, path));
    CHECK_OK(egad_checkpoint_load(&again, lab, path));
    ck_assert_uint_eq(egad_fitted_terms(again), 0);
    lab_same("older", scores_of(again, &s), without, TRAINING);
    egad_detector_free(again);
    trained_finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fitted");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, by_definition);
    tcase_add_test(tests, far_outside);
    tcase_add_test(tests, recipes);
    tcase_add_test(tests, files);
    return lab_main(suite);
}
