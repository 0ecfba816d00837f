/* Paired bootstrap: metrics of several scores of the same rows, and which of the scores
 * cannot be told from the best.
 *
 * A replicate draws rows, the same for all scores, so that what a difficult row does to
 * all of them cancels in their differences.  One score is measured at a time, in all
 * replicates; its rows are sorted once, and a replicate changes the counts of its groups
 * of equal scores. */
#include "bootstrap_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIGURES = 3 };

static double figure(const egad_metrics *m, int i)
{
    return i == 0 ? m->auroc : i == 1 ? m->ap : m->f1;
}

static egad_compared *compared(egad_comparison *c, int i)
{
    return i == 0 ? &c->auroc : i == 1 ? &c->ap : &c->f1;
}

/* ---- One score ------------------------------------------------------------ */

/* The group of a row with this score, by bisection: groups are sorted downwards. */
static uint32_t find(const egad_metrics_tally *all, float score)
{
    size_t low = 0, high = all->n - 1;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (all->group[middle].score > score)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* How often each row is drawn, in `times`: normal rows in the order of the rows, then
 * anomalies. */
static void resample(egad_metrics_group *group, const egad_metrics_tally *all,
                     const uint32_t *of, const unsigned char *y, const uint32_t *times)
{
    const uint32_t *normal = times, *anomaly = times + (all->rows - all->anomalies);
    for (size_t g = 0; g < all->n; g++)
        group[g] = (egad_metrics_group){ .score = all->group[g].score };
    for (size_t i = 0; i < all->rows; i++)
        if (y[i])
            group[of[i]].anomalies += *anomaly++;
        else
            group[of[i]].normal += *normal++;
}

/* Add the metrics of one score to `whole` (FIGURES) and, for each replicate, to `part`
 * (FIGURES, times). */
static egad_status add(double *whole, double *part, const float *scores,
                       const unsigned char *y, size_t rows, double fraction, int times,
                       uint64_t seed)
{
    egad_status status = EGAD_OK;
    egad_metrics_tally all = { 0 }, drawn;
    egad_metrics_group *group = NULL;
    egad_metrics m;
    uint32_t *of = NULL, *count = NULL;
    TRY(egad_metrics_count(&all, scores, y, rows, fraction));
    NEW(group, all.n);
    NEW(of, rows);
    NEW(count, rows);
    for (size_t i = 0; i < rows; i++)
        of[i] = find(&all, scores[i]);
    egad_metrics_measure(&m, &all);
    for (int f = 0; f < FIGURES; f++)
        whole[f] += figure(&m, f);
    drawn = all;
    drawn.group = group;
    const size_t normal = rows - all.anomalies;
    for (int r = 0; r < times; r++) {
        egad_bootstrap_draw(count, normal, seed, (uint32_t)r, 0);
        egad_bootstrap_draw(count + normal, all.anomalies, seed, (uint32_t)r, 1);
        resample(group, &all, of, y, count);
        egad_metrics_measure(&m, &drawn);
        for (int f = 0; f < FIGURES; f++)
            part[f * times + r] += figure(&m, f);
    }
done:
    free(all.group);
    free(group);
    free(of);
    free(count);
    return status;
}

/* ---- All scores ----------------------------------------------------------- */

/* From sums over the trainings to means, intervals and the best.  `value`: room for one
 * number per replicate. */
static void summarise(egad_comparison *out, int f, const double *whole,
                      const double *part, size_t n, double trainings, int times,
                      double *value)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (whole[i * FIGURES + (size_t)f] > whole[best * FIGURES + (size_t)f])
            best = i;
    for (size_t i = 0; i < n; i++) {
        egad_compared *c = compared(&out[i], f);
        const double *own = part + (i * FIGURES + (size_t)f) * (size_t)times;
        const double *top = part + (best * FIGURES + (size_t)f) * (size_t)times;
        c->mean = whole[i * FIGURES + (size_t)f] / trainings;
        for (int r = 0; r < times; r++)
            value[r] = own[r] / trainings;
        egad_bootstrap_interval(&c->low, &c->high, value, times);
        for (int r = 0; r < times; r++)
            value[r] = (top[r] - own[r]) / trainings;
        egad_bootstrap_interval(&c->behind_low, &c->behind_high, value, times);
        c->best = i == best;
        c->level = c->behind_low <= 0;
    }
}

egad_status egad_bootstrap_compare(egad_comparison *out, const float *const *scores,
                                   size_t n, size_t trainings, const unsigned char *y,
                                   size_t rows, double fraction, int times, uint64_t seed)
{
    egad_status status = EGAD_OK;
    double *whole = NULL, *part = NULL, *value = NULL;
    const size_t room = FIGURES * (size_t)(times > 0 ? times : 0);
    TRY(egad_bootstrap_check(rows, times));
    if (n == 0 || trainings == 0)
        FAIL(ARGUMENT, "bootstrap: no scores to compare");
    NEW(whole, n * FIGURES);
    NEW(part, n * room);
    NEW(value, (size_t)times);
    for (size_t i = 0; i < n * trainings; i++)
        TRY(add(whole + i / trainings * FIGURES, part + i / trainings * room, scores[i],
                y, rows, fraction, times, seed));
    for (int f = 0; f < FIGURES; f++)
        summarise(out, f, whole, part, n, (double)trainings, times, value);
done:
    free(whole);
    free(part);
    free(value);
    return status;
}
