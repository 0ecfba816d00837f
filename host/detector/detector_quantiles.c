/* Quantiles of the numbers of training rows, and where a value lies among them. */
#include "detector_inside.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 20000 }; /* training rows that are sorted, at most */

/* Shares of the training rows below each quantile: closer at both ends. */
static const double position[QUANTILES] = { 0.0,  0.001, 0.002, 0.005, 0.01, 0.02,
                                            0.05, 0.1,   0.2,   0.3,   0.4,  0.5,
                                            0.6,  0.7,   0.8,   0.9,   0.95, 0.98,
                                            0.99, 0.995, 0.998, 0.999, 1.0 };

egad_status egad_detector_fit_quantiles(egad_detector *d, const egad_dataset *data,
                                        const size_t *rows, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns, some = n < MOST_ROWS ? n : MOST_ROWS;
    float *sorted = NULL;
    if (!some || egad_dataset_images(&d->schema, d->shape))
        return EGAD_OK;
    NEW(sorted, some);
    NEW(d->quantile, QUANTILES * C);
    for (size_t j = 0; j < C; j++) {
        for (size_t i = 0; i < some; i++)
            sorted[i] = data->x[rows[i * n / some] * C + j];
        egad_array_sort(sorted, some);
        for (size_t q = 0; q < QUANTILES; q++)
            d->quantile[q * C + j] =
                sorted[(size_t)(position[q] * (double)(some - 1) + 0.5)];
        d->quantile[j] = d->range[j]; /* of all training rows */
        d->quantile[(QUANTILES - 1) * C + j] = d->range[C + j];
    }
done:
    free(sorted);
    return status;
}

double egad_detector_quantile(const egad_detector *d, size_t j, float x)
{
    const size_t C = d->columns;
    const float *of = d->quantile ? d->quantile + j : NULL;
    size_t low = 0,
           high = 0; /* of[low - 1] < x <= of[low], of[high - 1] <= x < of[high] */
    if (!of || isnan(x))
        return NAN;
    while (low < QUANTILES && of[low * C] < x)
        low++;
    while (high < QUANTILES && of[high * C] <= x)
        high++;
    if (low == QUANTILES || high == 0)
        return high == 0 ? 0.0 : 1.0;
    if (low < high)
        return (position[low] + position[high - 1]) / 2.0;
    const double below = (double)of[(low - 1) * C], above = (double)of[low * C];
    return position[low - 1] +
           (position[low] - position[low - 1]) * ((double)x - below) / (above - below);
}
