/* Rows counted by score, which is all that figures and curves depend on: what metrics.c
 * does for others that draw rows.  The public part is in egad.h. */
#ifndef EGAD_METRICS_H
#define EGAD_METRICS_H

#include "base/status.h"

/* The rows of one score.  Where rows are drawn there may be none. */
typedef struct {
    float score;
    size_t normal, anomalies;
} egad_metrics_group;

typedef struct {
    egad_metrics_group *group; /* (n), highest score first; freed with free() */
    size_t n;
    size_t rows, anomalies; /* over all groups; some of both kinds */
    double fraction;        /* of the rows, called anomalous */
} egad_metrics_tally;

/* Count rows.  Fails as egad_metrics_compute does; then `out` is empty. */
egad_status egad_metrics_count(egad_metrics_tally *out, const float *scores,
                               const unsigned char *y, size_t rows, double fraction);

/* All figures of the rows that were counted. */
void egad_metrics_measure(egad_metrics *out, const egad_metrics_tally *tally);

/* What numpy.percentile makes of two neighbours and the way t from low to high, in
 * [0, 1).  Beside an infinity it is `high`: any value above low and up to high calls the
 * same rows, and infinities have no other one between them. */
double egad_metrics_between(double low, double high, double t);

#endif
