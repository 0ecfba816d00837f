/* Metrics of scores against labels: plain C on host arrays.
 *
 * Rows are sorted by score once, highest first, and counted in groups of equal scores: a
 * threshold can only fall between two groups.  Everything else is a pass over the groups.
 * The curve points equal scikit-learn's precision_recall_curve and roc_curve. */
#include "metrics.h"

#include <math.h>
#include <stdlib.h>

/* ---- Counting -------------------------------------------------------------- */

typedef struct {
    float score;
    unsigned char anomaly;
} scored;

static int by_score_down(const void *a, const void *b)
{
    float x = ((const scored *)a)->score, y = ((const scored *)b)->score;
    return (x < y) - (x > y);
}

/* Sort the rows by score, highest first, and count the anomalies; freed by the caller. */
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
        FAIL(DATA, "metrics: %zu of %zu rows are anomalies, both classes are needed",
             *anomalies, rows);
    qsort(row, rows, sizeof *row, by_score_down);
    *out = row;
    row = NULL;
done:
    free(row);
    return status;
}

egad_status egad_metrics_count(egad_metrics_tally *out, const float *scores,
                               const unsigned char *y, size_t rows, double fraction)
{
    egad_status status = EGAD_OK;
    scored *row = NULL;
    egad_metrics_tally t = { .rows = rows, .fraction = fraction };
    *out = (egad_metrics_tally){ 0 };
    if (!(fraction >= 0.0 && fraction <= 1.0))
        FAIL(ARGUMENT,
             "metrics: the share of rows to label anomalous is %g, wanted 0 to 1",
             fraction);
    TRY(sort(&row, &t.anomalies, scores, y, rows));
    NEW(t.group, rows);
    for (size_t i = 0; i < rows; i++) {
        if (i == 0 || row[i].score != row[i - 1].score)
            t.group[t.n++].score = row[i].score;
        t.group[t.n - 1].anomalies += row[i].anomaly;
        t.group[t.n - 1].normal += !row[i].anomaly;
    }
    *out = t;
done:
    free(row);
    return status;
}

/* ---- Metrics --------------------------------------------------------------- */

double egad_metrics_between(double low, double high, double t)
{
    if (t == 0.0)
        return low;
    if (isinf(low) || isinf(high))
        return high;
    return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1.0 - t);
}

/* The score of the row at this rank, from 0. */
static double ranked(const egad_metrics_tally *t, size_t rank)
{
    const egad_metrics_group *g = t->group;
    for (; rank >= g->normal + g->anomalies; g++)
        rank -= g->normal + g->anomalies;
    return (double)g->score;
}

/* numpy.percentile(scores, 100 * (1 - fraction)), with the same operations: rounding
 * decides which rows lie on the threshold. */
static double percentile(const egad_metrics_tally *t)
{
    double at = (double)(t->rows - 1) * (100.0 * (1.0 - t->fraction) / 100.0);
    size_t below = (size_t)at, rank = t->rows - 1 - below;
    double low = ranked(t, rank);
    return egad_metrics_between(low, rank ? ranked(t, rank - 1) : low,
                                at - (double)below);
}

void egad_metrics_measure(egad_metrics *out, const egad_metrics_tally *t)
{
    const size_t n = t->anomalies;
    const double positives = (double)n, negatives = (double)(t->rows - n);
    egad_metrics m = { .rows = t->rows, .anomalies = n, .fraction = t->fraction };
    double tp = 0, fp = 0; /* rows labelled anomalous so far, by their class */
    double precision = 1.0, recall = 0.0; /* the curve's first point, by definition */
    double pairs = 0;                     /* correctly ordered (anomaly, normal) pairs */
    size_t first = 0, next;
    m.threshold = percentile(t);
    for (const egad_metrics_group *g = t->group; g < t->group + t->n; g++, first = next) {
        next = first + g->normal + g->anomalies;
        if (next == first)
            continue;
        double hits = (double)g->anomalies, misses = (double)g->normal;

        pairs += misses * (tp + hits / 2);
        /* A group cut by rank n counts proportionally: its order is arbitrary. */
        if (next <= n)
            m.precision_at_n += hits / positives;
        else if (first < n)
            m.precision_at_n +=
                hits * ((double)(n - first) / (hits + misses)) / positives;

        tp += hits;
        fp += misses;
        double p = tp / (tp + fp), r = tp / positives;
        double f1 = 2 * tp / (tp + fp + positives);
        m.auprc += (r - recall) * (p + precision) / 2;
        m.ap += (r - recall) * p;
        precision = p;
        recall = r;
        if (f1 > m.best_f1)
            m.best_f1 = f1;
        /* The last group at or above the threshold sets the result of the decision. */
        if ((double)g->score >= m.threshold) {
            m.ties = next - first;
            m.precision = p;
            m.recall = r;
            m.f1 = f1;
        }
    }
    m.auroc = pairs / (positives * negatives);
    m.chance_auprc = positives / (double)t->rows;
    m.chance_f1 = 2 * m.fraction * m.chance_auprc / (m.fraction + m.chance_auprc);
    *out = m;
}

egad_status egad_metrics_compute(egad_metrics *out, const float *scores,
                                 const unsigned char *y, size_t rows, double fraction)
{
    egad_metrics_tally tally;
    const egad_status status = egad_metrics_count(&tally, scores, y, rows, fraction);
    if (status == EGAD_OK)
        egad_metrics_measure(out, &tally);
    free(tally.group);
    return status;
}

egad_status egad_metrics_curve(egad_curve_point **points, size_t *n, const float *scores,
                               const unsigned char *y, size_t rows)
{
    egad_status status = EGAD_OK;
    egad_metrics_tally tally;
    egad_curve_point *point = NULL;
    size_t hits = 0, misses = 0;
    *points = NULL;
    TRY(egad_metrics_count(&tally, scores, y, rows, 0.0));
    NEW(point, tally.n);
    for (size_t i = 0; i < tally.n; i++) {
        const egad_metrics_group *g = &tally.group[i];
        hits += g->anomalies;
        misses += g->normal;
        point[i] =
            (egad_curve_point){ .threshold = g->score,
                                .precision = (double)hits / (double)(hits + misses),
                                .recall = (double)hits / (double)tally.anomalies,
                                .false_alarms =
                                    (double)misses / (double)(rows - tally.anomalies) };
    }
    *points = point;
    *n = tally.n;
done:
    free(tally.group);
    return status;
}
