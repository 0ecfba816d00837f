/* How well scores separate anomalies from normal rows: plain C on host arrays.
 *
 * Rows are sorted by score once, highest first, and then walked in groups of equal
 * scores: a threshold can only fall between two groups, never inside one.  The curve
 * points are those of scikit-learn's precision_recall_curve and roc_curve. */
#include "status.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    float score;
    unsigned char anomaly;
} scored;

static int by_score_down(const void *a, const void *b)
{
    float x = ((const scored *)a)->score, y = ((const scored *)b)->score;
    return (x < y) - (x > y);
}

/* numpy.percentile(scores, 100 * (1 - fraction)), operation by operation: its rounding
 * decides which rows lie on the threshold.  `row` is sorted down. */
static double percentile(const scored *row, size_t rows, double fraction)
{
    double at = (double)(rows - 1) * (100.0 * (1.0 - fraction) / 100.0);
    size_t below = (size_t)at;
    double t = at - (double)below;
    double low = (double)row[rows - 1 - below].score;
    if (t == 0.0)
        return low;
    double high = (double)row[rows - 2 - below].score;
    /* Any value above low and up to high calls the same rows; infinities have no
     * other one between them. */
    if (isinf(low) || isinf(high))
        return high;
    return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1.0 - t);
}

/* Everything that depends on the order of the rows alone, by one walk down the sorted
 * rows.  m->anomalies and m->threshold are known. */
static void walk(egad_metrics *m, const scored *row)
{
    size_t rows = m->rows, n = m->anomalies;
    double positives = (double)n, negatives = (double)(rows - n);
    double tp = 0, fp = 0; /* rows called anomalous so far, by their truth */
    double precision = 1.0, recall = 0.0; /* the curve's first point, by definition */
    double pairs = 0;                     /* (anomaly, normal) pairs in the right order */
    size_t next;
    for (size_t first = 0; first < rows; first = next) {
        double hits = 0;
        for (next = first; next < rows && row[next].score == row[first].score; next++)
            hits += row[next].anomaly;
        double size = (double)(next - first), misses = size - hits;

        pairs += misses * (tp + hits / 2);
        /* A group cut by the n-th rank counts by its share: its order is arbitrary. */
        if (next <= n)
            m->precision_at_n += hits / positives;
        else if (first < n)
            m->precision_at_n += hits * ((double)(n - first) / size) / positives;

        tp += hits;
        fp += misses;
        double p = tp / (tp + fp), r = tp / positives;
        double f1 = 2 * tp / (tp + fp + positives);
        m->auprc += (r - recall) * (p + precision) / 2;
        m->ap += (r - recall) * p;
        precision = p;
        recall = r;
        if (f1 > m->best_f1)
            m->best_f1 = f1;
        /* The last group at or above the threshold leaves what the decision gives. */
        if ((double)row[first].score >= m->threshold) {
            m->ties = next - first;
            m->precision = p;
            m->recall = r;
            m->f1 = f1;
        }
    }
    m->auroc = pairs / (positives * negatives);
}

/* The rows by score, highest first, and how many are anomalies; freed by the caller. */
static egad_status sort(scored **out, size_t *anomalies, const float *scores,
                        const unsigned char *y, size_t rows)
{
    egad_status status = EGAD_OK;
    scored *row = NULL;
    if (!y)
        FAIL(DATA, "metrics: the %zu rows have no labels", rows);
    NEW(row, rows);
    *anomalies = 0;
    for (size_t i = 0; i < rows; i++) {
        if (isnan(scores[i]))
            FAIL(DATA, "metrics: the score of row %zu (from 0) is not a number", i);
        row[i] = (scored){ .score = scores[i], .anomaly = y[i] != 0 };
        *anomalies += row[i].anomaly;
    }
    if (*anomalies == 0 || *anomalies == rows)
        FAIL(DATA, "metrics: %zu of %zu rows are anomalies, wanted both kinds",
             *anomalies, rows);
    qsort(row, rows, sizeof *row, by_score_down);
    *out = row;
    row = NULL;
done:
    free(row);
    return status;
}

egad_status egad_metrics_compute(egad_metrics *out, const float *scores,
                                 const unsigned char *y, size_t rows, double fraction)
{
    egad_status status = EGAD_OK;
    scored *row = NULL;
    egad_metrics m = { .rows = rows, .fraction = fraction };

    if (!(fraction >= 0.0 && fraction <= 1.0))
        FAIL(ARGUMENT, "metrics: the share of rows called anomalous is %g, wanted 0 to 1",
             fraction);
    TRY(sort(&row, &m.anomalies, scores, y, rows));
    m.threshold = percentile(row, rows, fraction);
    walk(&m, row);
    m.chance_auprc = (double)m.anomalies / (double)rows;
    m.chance_f1 = 2 * fraction * m.chance_auprc / (fraction + m.chance_auprc);
    *out = m;

done:
    free(row);
    return status;
}

egad_status egad_metrics_curve(egad_curve_point **points, size_t *n, const float *scores,
                               const unsigned char *y, size_t rows)
{
    egad_status status = EGAD_OK;
    scored *row = NULL;
    egad_curve_point *point = NULL;
    size_t anomalies = 0, made = 0, hits = 0;
    *points = NULL;
    TRY(sort(&row, &anomalies, scores, y, rows));
    NEW(point, rows);
    for (size_t i = 0; i < rows; i++) {
        hits += row[i].anomaly;
        if (i + 1 == rows || row[i + 1].score != row[i].score)
            point[made++] =
                (egad_curve_point){ .threshold = row[i].score,
                                    .precision = (double)hits / (double)(i + 1),
                                    .recall = (double)hits / (double)anomalies };
    }
    *points = point;
    *n = made;
    point = NULL;
done:
    free(row);
    free(point);
    return status;
}
