/* Calibration of scores: their terms, then the weights of what training never saw. */
#include "outside.h"
#include "score.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The most that the category of column k adds to the score of one of n rows, the last
 * `held` of them held out, beside the most frequent one. */
static egad_status measure_column(egad_detector *d, size_t j, size_t categories,
                                  const float *x, const float *scores, size_t n,
                                  size_t held, float *weight)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns;
    float *other = NULL, *replaced = NULL;
    *weight = 0.0f;
    NEW(other, n * C);
    NEW(replaced, n);
    memcpy(other, x, n * C * sizeof *x);
    for (size_t i = 0; i < n; i++)
        egad_outside_usual(d, j, categories, other + i * C);
    TRY(egad_score_left_out(d, other, n, n - held, NULL, replaced));
    for (size_t i = 0; i < n; i++)
        *weight = fmaxf(*weight, scores[i] - replaced[i]);
done:
    free(other);
    free(replaced);
    return status;
}

/* In more than this share of the rows a number outside its range is nothing rare. */
static const double RARE = 0.005;

/* The score that as large a share of n rows reach as have a number outside its range, the
 * first n - held as training rows that are left out, if that is RARE at most; `sorted`:
 * (n), ascending. */
static double rare_score(const egad_detector *d, const float *x, const float *sorted,
                         size_t n, size_t held)
{
    size_t outside = 0;
    for (size_t i = 0; i < n; i++)
        outside += egad_outside_numbers(d, x + i * d->columns, i < n - held) > 0.0;
    const double share = (double)(outside + 1) / (double)(n + 1);
    const size_t above = (size_t)(share * (double)n);
    return share <= RARE && above < n ? (double)sorted[n - 1 - above] : -INFINITY;
}

/* The weights, from n rows x (n, columns), the last `held` of them held out, and their
 * scores by a calibrated detector whose weights are 0. */
static egad_status measure(egad_detector *d, const float *x, const float *scores,
                           size_t n, size_t held)
{
    egad_status status = EGAD_OK;
    float *sorted = NULL, *unseen = NULL;
    NEW(unseen, egad_detector_columns(d));
    NEW(sorted, n);
    memcpy(sorted, scores, n * sizeof *sorted);
    egad_array_sort(sorted, n);
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        if (categories)
            TRY(measure_column(d, j, categories, x, scores, n, held, &unseen[k]));
        j += categories ? categories : 1;
    }
    free(d->calibration.unseen);
    d->calibration.unseen = unseen;
    d->calibration.outside = (double)sorted[n - 1] - (double)sorted[0];
    d->calibration.rare = rare_score(d, x, sorted, n, held);
    unseen = NULL;
done:
    free(sorted);
    free(unseen);
    return status;
}

/* Append some of n rows, evenly chosen, to x. */
static void choose_rows(float *x, size_t *chosen, const egad_dataset *data, size_t X,
                        const size_t *rows, size_t n, size_t most)
{
    const size_t some = n < most ? n : most;
    for (size_t i = 0; i < some; i++)
        memcpy(x + (*chosen)++ * X, data->x + rows[i * n / some] * X, X * sizeof *x);
}

/* Weigh what training never saw, by training rows and by held-out rows, whose rare
 * categories the networks know less. */
static egad_status weigh_outside(egad_detector *d, const egad_dataset *data)
{
    enum { SOME = 1000 };
    egad_status status = EGAD_OK;
    size_t *rows = NULL, n = 0, *held = NULL, helds = 0, chosen = 0;
    float *x = NULL, *scores = NULL;
    if (!egad_outside_applies(d) || !d->calibration.rows)
        goto done;
    TRY(egad_detector_select(d, data, 0, &rows, &n));
    TRY(egad_detector_select(d, data, 1, &held, &helds));
    NEW(x, (size_t)2 * SOME * d->columns);
    NEW(scores, (size_t)2 * SOME);
    choose_rows(x, &chosen, data, d->columns, rows, n, SOME);
    const size_t trained = chosen;
    choose_rows(x, &chosen, data, d->columns, held, helds, SOME);
    TRY(egad_score_left_out(d, x, chosen, trained, NULL, scores));
    TRY(measure(d, x, scores, chosen, chosen - trained));
done:
    free(rows);
    free(held);
    free(x);
    free(scores);
    return status;
}

egad_status egad_score_calibrate(egad_detector *d, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    TRY(egad_score_calibrate_terms(d, data));
    TRY(weigh_outside(d, data));
done:
    return status;
}
