/* Rank correlation of scores (Spearman): whether two scores order rows alike. */
#include "base/status.h"
#include <math.h>
#include <stdlib.h>

typedef struct {
    float score;
    uint32_t row;
} ranked;

static int ascending(const void *a, const void *b)
{
    const float x = ((const ranked *)a)->score, y = ((const ranked *)b)->score;
    return (x > y) - (x < y);
}

/* The ranks of the rows minus their mean, equal scores sharing the mean of their ranks;
 * scaled to length 1, or all 0 if all scores are equal. */
static void rank(double *out, const float *scores, ranked *row, size_t rows)
{
    const double middle = ((double)rows - 1) / 2;
    double square = 0;
    for (size_t i = 0; i < rows; i++)
        row[i] = (ranked){ scores[i], (uint32_t)i };
    qsort(row, rows, sizeof *row, ascending);
    for (size_t i = 0, end; i < rows; i = end) {
        for (end = i + 1; end < rows && row[end].score == row[i].score; end++)
            ;
        const double at = ((double)i + (double)end - 1) / 2 - middle;
        square += at * at * (double)(end - i);
        for (size_t k = i; k < end; k++)
            out[row[k].row] = at;
    }
    for (size_t i = 0; i < rows && square > 0; i++)
        out[i] /= sqrt(square);
}

/* 1 if all scores are equal: their ranks say nothing. */
static int flat(const float *scores, size_t rows)
{
    for (size_t i = 1; i < rows; i++)
        if (scores[i] != scores[0])
            return 0;
    return 1;
}

static double product(const double *a, const double *b, size_t rows)
{
    double sum = 0;
    for (size_t i = 0; i < rows; i++)
        sum += a[i] * b[i];
    return fmin(fmax(sum, -1), 1);
}

egad_status egad_rank_correlate(double *rho, const float *const *scores, size_t n,
                                size_t rows)
{
    egad_status status = EGAD_OK;
    double *ranks = NULL;
    ranked *row = NULL;
    if (rows > UINT32_MAX)
        FAIL(DATA, "rank correlation: %zu rows are too many", rows);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rows; k++)
            if (isnan(scores[i][k]))
                FAIL(DATA,
                     "rank correlation: score %zu of row %zu (both from 0) is not "
                     "a number",
                     i, k);
    NEW(ranks, n * rows);
    NEW(row, rows);
    for (size_t i = 0; i < n; i++)
        rank(ranks + i * rows, scores[i], row, rows);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            const int none = flat(scores[i], rows) || flat(scores[j], rows);
            const double r =
                i == j ? 1 : product(ranks + i * rows, ranks + j * rows, rows);
            rho[i * n + j] = rho[j * n + i] = none ? (double)NAN : r;
        }
done:
    free(ranks);
    free(row);
    return status;
}
