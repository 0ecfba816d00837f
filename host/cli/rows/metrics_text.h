/* Scores held against labels, in print and in JSON: metrics_text.c. */
#ifndef METRICS_TEXT_H
#define METRICS_TEXT_H

#include "egad.h"
#include "shell/text.h"

enum { CLI_METRICS = 8 };

/* Figure i of egad_metrics: "F1", "precision at n = 250"; what JSON calls it; its value.
 */
cli_sentence metrics_name(size_t i, size_t anomalies);
const char *metrics_key(size_t i);
double metrics_value(const egad_metrics *metrics, size_t i);
/* What scores drawn by lot would give. */
egad_metrics metrics_chance(const egad_metrics *of);
/* The share of the rows that is called anomalous: `given`, if not 0, else the paper's of
 * its own data, else the true one; and which of them, "given", "paper", "true share". */
double metrics_fraction(const char **rule, const egad_dataset *data, double given,
                        size_t anomalies, size_t rows);

#endif
