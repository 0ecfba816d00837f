/* Evaluation of scores against labels, as text and JSON: metrics_text.c. */
#ifndef METRICS_TEXT_H
#define METRICS_TEXT_H

#include "egad.h"
#include "shell/text.h"

enum { CLI_METRICS = 8 };

/* Metric i of egad_metrics: "F1", "precision at n = 250"; its JSON key; its value. */
cli_sentence metrics_name(size_t i, size_t anomalies);
const char *metrics_key(size_t i);
double metrics_value(const egad_metrics *metrics, size_t i);
/* "There are only 7 anomalies, so the intervals are too narrow.", for bootstrap
 * intervals;
 * "" if there are enough of both classes. */
cli_sentence metrics_few(size_t anomalies, size_t rows);
/* Metrics of random scores. */
egad_metrics metrics_chance(const egad_metrics *of);
/* The fraction of rows to call anomalous: `given` if not 0, else that of the paper for
 * its data, else the true share; `*rule` says which: "given", "paper", "true share". */
double metrics_fraction(const char **rule, const egad_dataset *data, double given,
                        size_t anomalies, size_t rows);

#endif
