/* Row counts by score, from which all metrics and curves are computed; for metrics.c and
 * bootstrap.c.  The public part is in egad/measure.h. */
#ifndef EGAD_METRICS_H
#define EGAD_METRICS_H

#include "base/status.h"

/* The rows of one score.  A replicate may have none. */
typedef struct {
    float score;
    size_t normal, anomalies;
} egad_metrics_group;

typedef struct {
    egad_metrics_group *group; /* (n), highest score first; freed with free() */
    size_t n;
    size_t rows, anomalies; /* over all groups; both are positive */
    double fraction;        /* share of rows labelled anomalous */
} egad_metrics_tally;

/* Count rows by score.  Fails as egad_metrics_compute does; `out` is then empty. */
egad_status egad_metrics_count(egad_metrics_tally *out, const float *scores,
                               const unsigned char *y, size_t rows, double fraction);

/* All metrics of the counted rows. */
void egad_metrics_measure(egad_metrics *out, const egad_metrics_tally *tally);

/* numpy.percentile's interpolation between two neighbours at t in [0, 1).  If one is
 * infinite, it is `high`: any value in (low, high] labels the same rows. */
double egad_metrics_between(double low, double high, double t);

#endif
