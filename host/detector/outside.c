/* Weights of what training never saw. */
#include "outside.h"
#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A training row that is left out counts as half a range outside at most, unless all
 * others have the same value.  One odd training row would otherwise set the threshold of
 * a small table beyond all values that may come. With this, a number two ranges outside,
 * at level log2(3) = log2(1.5) + 1, scores above all training rows, as the weight of a
 * level is the spread of their scores. */
#define LEFT_OUT_MOST 0.58496250072115618 /* log2(1.5) */

int egad_outside_applies(const egad_detector *d)
{
    return d->recipe.combined && !egad_dataset_images(&d->schema, d->shape);
}

int egad_outside_weighs(const egad_detector *d)
{
    return egad_outside_applies(d) && d->calibration.outside > 0.0;
}

int egad_outside_raises(const egad_detector *d, const char *score)
{
    egad_formula of;
    return egad_score_find(&of, d, score) == EGAD_OK && of.of->combination == COMBINED &&
           egad_outside_weighs(d);
}

double egad_outside_level(const egad_detector *d, size_t j, float x, int left_out)
{
    const float *range = d->range + j;
    const size_t C = d->columns;
    if (x < range[0] || x > range[C]) /* no training row goes as far */
        left_out = 0;
    const float least = range[left_out && x <= range[0] ? 2 * C : 0],
                most = range[left_out && x >= range[C] ? 3 * C : C];
    if (!(x > most || x < least)) /* within, or the range is unknown */
        return 0.0;
    const double beyond = x > most ? (double)x - (double)most : (double)least - (double)x;
    if (!(most > least))
        return 1.0;
    const double level = log2(1.0 + beyond / ((double)most - (double)least));
    return left_out ? fmin(level, LEFT_OUT_MOST) : level;
}

double egad_outside_numbers(const egad_detector *d, const float *x, int left_out)
{
    double most = 0.0;
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        const double level = categories ? 0.0 : egad_outside_level(d, j, x[j], left_out);
        most = level > most ? level : most;
        j += categories ? categories : 1;
    }
    return most;
}

size_t egad_outside_count(const egad_detector *d, const float *x)
{
    size_t outside = 0;
    if (!egad_outside_weighs(d))
        return 0;
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        outside += !categories && egad_outside_level(d, j, x[j], 0) > 0.0;
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

void egad_outside_usual(const egad_detector *d, size_t j, size_t categories, float *x)
{
    memset(x + j, 0, categories * sizeof *x);
    x[j + most_frequent(d, j, categories)] = 1.0f;
}

double egad_outside_replace(const egad_detector *d, float *x)
{
    double weight = 0.0;
    for (size_t k = 0, j = 0; k < egad_detector_columns(d); k++) {
        const size_t categories = egad_detector_categories(d, k);
        if (egad_schema_no_category(categories, x + j)) {
            egad_outside_usual(d, j, categories, x);
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
        return egad_schema_no_category(categories, x + j)
                   ? (double)d->calibration.unseen[column]
                   : 0.0;
    return egad_outside_level(d, j, x[j], 0) * d->calibration.outside;
}
