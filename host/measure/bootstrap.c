/* Bootstrap confidence intervals of the metrics of metrics.c.
 *
 * Rows are sorted once.  A replicate only counts how often each row is drawn: the groups
 * of equal scores stay, with other counts, and no row is copied.  A draw is a function of
 * seed, replicate and its index. */
#include "bootstrap_inside.h"
#include "device/rng.h"

#include "cl/shared.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAST = EGAD_BAND - 1 };

typedef struct {
    egad_metrics m;
    double roc[EGAD_BAND], pr[EGAD_BAND];
} replicate;

egad_status egad_bootstrap_check(size_t rows, int times)
{
    egad_status status = EGAD_OK;
    if (times < 1 || times > EGAD_REPLICATES)
        FAIL(ARGUMENT, "bootstrap: %d replicates, wanted 1 to %d", times,
             EGAD_REPLICATES);
    if (rows > UINT32_MAX)
        FAIL(DATA, "bootstrap: %zu rows are too many for 32-bit draws", rows);
done:
    return status;
}

void egad_bootstrap_draw(uint32_t *times, size_t n, uint64_t seed, uint32_t number,
                         uint32_t kind)
{
    uint32_t bits[4];
    memset(times, 0, n * sizeof *times);
    for (size_t i = 0; i < n; i++) {
        const uint32_t counter[4] = { (uint32_t)(i / 4), number, kind, STREAM_BOOTSTRAP };
        if (i % 4 == 0)
            egad_rng_bits(seed, counter, bits);
        times[(uint64_t)bits[i % 4] * n >> 32]++;
    }
}

static size_t sum(const uint32_t *value, size_t n)
{
    size_t s = 0;
    for (size_t i = 0; i < n; i++)
        s += value[i];
    return s;
}

/* The groups of `all` with the counts of drawn rows.  `times`: room for one number per
 * row, the normal rows by score, then the anomalies. */
static void resample(egad_metrics_tally *out, const egad_metrics_tally *all,
                     uint32_t *times, uint64_t seed, uint32_t number)
{
    const size_t normal = all->rows - all->anomalies;
    const uint32_t *of_normal = times, *of_anomalies = times + normal;
    egad_bootstrap_draw(times, normal, seed, number, 0);
    egad_bootstrap_draw(times + normal, all->anomalies, seed, number, 1);
    for (size_t i = 0; i < all->n; i++) {
        const egad_metrics_group *g = &all->group[i];
        out->group[i] =
            (egad_metrics_group){ .score = g->score,
                                  .normal = sum(of_normal, g->normal),
                                  .anomalies = sum(of_anomalies, g->anomalies) };
        of_normal += g->normal;
        of_anomalies += g->anomalies;
    }
}

/* Both curves at hundredths of their axes.  Whether a point reaches a hundredth is
 * decided in integers, so that rounding cannot confuse the ends of a vertical. */
static void trace(replicate *r, const egad_metrics_tally *t)
{
    const double positives = (double)t->anomalies;
    const double negatives = (double)(t->rows - t->anomalies);
    double tp = 0, fp = 0;
    int rate = 0, recall = 1; /* next hundredth of the false-alarm rate, and of recall */
    for (const egad_metrics_group *g = t->group; g < t->group + t->n; g++) {
        const double hits = (double)g->anomalies, misses = (double)g->normal;
        /* Only past it: another point at it may lie higher. */
        for (; rate * negatives < LAST * (fp + misses); rate++) {
            const double way = (rate * negatives / LAST - fp) / misses;
            r->roc[rate] = (tp + hits * way) / positives;
        }
        /* Already at it: further points there can only lie lower. */
        for (; hits > 0 && recall * positives <= LAST * (tp + hits); recall++) {
            const double way = (recall * positives / LAST - tp) / hits;
            const double from = tp + fp > 0 ? tp / (tp + fp) : 1;
            const double to = (tp + hits) / (tp + hits + fp + misses);
            r->pr[recall] = from + (to - from) * way;
        }
        tp += hits;
        fp += misses;
    }
    r->roc[LAST] = r->pr[0] = 1;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, int n, double share)
{
    const double at = (n - 1) * share;
    const int below = (int)at, above = below + 1 < n ? below + 1 : below;
    return egad_metrics_between(sorted[below], sorted[above], at - below);
}

void egad_bootstrap_interval(double *low, double *high, double *value, int times)
{
    qsort(value, (size_t)times, sizeof *value, ascending);
    *low = percentile(value, times, 0.025);
    *high = percentile(value, times, 0.975);
}

/* The metrics that vary between replicates. */
enum { FIGURES = 9 };
static double *figure(egad_metrics *m, int i)
{
    double *const list[FIGURES] = { &m->threshold, &m->precision,      &m->recall,
                                    &m->f1,        &m->auroc,          &m->auprc,
                                    &m->ap,        &m->precision_at_n, &m->best_f1 };
    return list[i];
}

/* `value`: room for one number per replicate. */
static void summarise(egad_bootstrap *out, replicate *of, double *value, int times)
{
    double low, high;
    out->low = out->high = of[0].m;
    for (int i = 0; i < FIGURES; i++) {
        for (int r = 0; r < times; r++)
            value[r] = *figure(&of[r].m, i);
        egad_bootstrap_interval(figure(&out->low, i), figure(&out->high, i), value,
                                times);
    }
    for (int r = 0; r < times; r++)
        value[r] = (double)of[r].m.ties;
    egad_bootstrap_interval(&low, &high, value, times);
    out->low.ties = (size_t)floor(low);
    out->high.ties = (size_t)ceil(high);
    for (int k = 0; k < EGAD_BAND; k++) {
        for (int r = 0; r < times; r++)
            value[r] = of[r].roc[k];
        egad_bootstrap_interval(&out->roc_low[k], &out->roc_high[k], value, times);
        for (int r = 0; r < times; r++)
            value[r] = of[r].pr[k];
        egad_bootstrap_interval(&out->pr_low[k], &out->pr_high[k], value, times);
    }
}

egad_status egad_bootstrap_measure(egad_bootstrap *out, const float *scores,
                                   const unsigned char *y, size_t rows, double fraction,
                                   int times, uint64_t seed)
{
    egad_status status = EGAD_OK;
    egad_metrics_tally all = { 0 }, drawn = { 0 };
    replicate *of = NULL;
    uint32_t *count = NULL;
    double *value = NULL;
    TRY(egad_bootstrap_check(rows, times));
    TRY(egad_metrics_count(&all, scores, y, rows, fraction));
    drawn = all;
    drawn.group = NULL;
    NEW(drawn.group, all.n);
    NEW(of, (size_t)times);
    NEW(count, rows);
    NEW(value, (size_t)times);
    for (int r = 0; r < times; r++) {
        resample(&drawn, &all, count, seed, (uint32_t)r);
        egad_metrics_measure(&of[r].m, &drawn);
        trace(&of[r], &drawn);
    }
    summarise(out, of, value, times);
done:
    free(all.group);
    free(drawn.group);
    free(of);
    free(count);
    free(value);
    return status;
}
