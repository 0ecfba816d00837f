/* Weights of what training never saw. */
#include "outside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int egad_outside_applies(const egad_detector *d)
{
    return d->recipe.combined && !egad_dataset_images(&d->schema, d->shape);
}

int egad_outside_weighs(const egad_detector *d)
{
    return egad_outside_applies(d) && d->calibration.outside > 0.0;
}

double egad_outside_level(const egad_detector *d, size_t j, float x)
{
    const float least = d->range[j], most = d->range[d->columns + j];
    if (!(x > most || x < least)) /* within, or the range is unknown */
        return 0.0;
    const double beyond = x > most ? (double)x - (double)most : (double)least - (double)x;
    return most > least ? log2(1.0 + beyond / ((double)most - (double)least)) : 1.0;
}

double egad_outside_numbers(const egad_detector *d, const float *x)
{
    double most = 0.0;
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        const double level = categories ? 0.0 : egad_outside_level(d, j, x[j]);
        most = level > most ? level : most;
        j += categories ? categories : 1;
    }
    return most;
}

size_t egad_score_outside(const egad_detector *d, const float *x)
{
    size_t outside = 0;
    if (!egad_outside_weighs(d))
        return 0;
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        outside += !categories && egad_outside_level(d, j, x[j]) > 0.0;
        j += categories ? categories : 1;
    }
    return outside;
}

/* The category that most training rows had: the largest mean of the standardised
 * features. */
static size_t most_frequent(const egad_detector *d, size_t j, size_t categories)
{
    size_t best = 0;
    for (size_t i = 1; i < categories; i++)
        if (d->fit[j + i] > d->fit[j + best])
            best = i;
    return best;
}

/* Set the most frequent category of a column whose features are j to j + categories. */
static void replace(const egad_detector *d, size_t j, size_t categories, float *x)
{
    memset(x + j, 0, categories * sizeof *x);
    x[j + most_frequent(d, j, categories)] = 1.0f;
}

static int is_unseen(const float *x, size_t j, size_t categories)
{
    size_t i = 0;
    while (i < categories && x[j + i] == 0.0f)
        i++;
    return categories > 0 && i == categories;
}

double egad_outside_replace(const egad_detector *d, float *x)
{
    double weight = 0.0;
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        if (is_unseen(x, j, categories)) {
            replace(d, j, categories, x);
            weight += (double)d->calibration.unseen[k];
        }
        j += categories ? categories : 1;
    }
    return weight;
}

double egad_outside_column(const egad_detector *d, size_t column, size_t j,
                           const float *x)
{
    const size_t categories = egad_detector_categories(d, column);
    if (!egad_outside_weighs(d))
        return 0.0;
    if (categories)
        return is_unseen(x, j, categories) ? (double)d->calibration.unseen[column] : 0.0;
    return egad_outside_level(d, j, x[j]) * d->calibration.outside;
}

/* The most that the category of column k adds to the score of one of n rows, beside the
 * most frequent one. */
static egad_status measure_column(egad_detector *d, size_t j, size_t categories,
                                  const float *x, const float *scores, size_t n,
                                  float *weight)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns;
    float *other = NULL, *replaced = NULL;
    *weight = 0.0f;
    NEW(other, n * C);
    NEW(replaced, n);
    memcpy(other, x, n * C * sizeof *x);
    for (size_t i = 0; i < n; i++)
        replace(d, j, categories, other + i * C);
    TRY(egad_score_rows(d, other, n, NULL, replaced));
    for (size_t i = 0; i < n; i++)
        *weight = fmaxf(*weight, scores[i] - replaced[i]);
done:
    free(other);
    free(replaced);
    return status;
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The score that as large a share of all n rows reach as of the last `held` have a number
 * outside its range; `sorted`: (n), ascending. */
static double rare_score(const egad_detector *d, const float *x, const float *sorted,
                         size_t n, size_t held)
{
    size_t outside = 0;
    for (size_t i = n - held; i < n; i++)
        outside += egad_outside_numbers(d, x + i * d->columns) > 0.0;
    const double share = (double)(outside + 1) / (double)(held + 1);
    const size_t above = (size_t)(share * (double)n);
    return above < n ? (double)sorted[n - 1 - above] : -INFINITY;
}

egad_status egad_outside_measure(egad_detector *d, const float *x, const float *scores,
                                 size_t n, size_t held)
{
    egad_status status = EGAD_OK;
    float *sorted = NULL, *unseen = NULL;
    NEW(unseen, egad_detector_columns(d));
    NEW(sorted, n);
    memcpy(sorted, scores, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, ascending);
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        if (categories)
            TRY(measure_column(d, j, categories, x, scores, n, &unseen[k]));
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
