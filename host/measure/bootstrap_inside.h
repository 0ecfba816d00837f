/* Draws and percentiles of bootstrap replicates, for bootstrap.c and bootstrap_*.c. */
#ifndef EGAD_BOOTSTRAP_INSIDE_H
#define EGAD_BOOTSTRAP_INSIDE_H

#include "metrics.h"

enum { EGAD_REPLICATES = 10000 }; /* the most */

/* EGAD_ARGUMENT for another number of replicates, EGAD_DATA for too many rows. */
egad_status egad_bootstrap_check(size_t rows, int times);
/* Count how often each of n rows is drawn in n draws, each with probability 1 / n to
 * within 2^-32; `kind` separates the draws of the classes in replicate `number`. */
void egad_bootstrap_draw(uint32_t *times, size_t n, uint64_t seed, uint32_t number,
                         uint32_t kind);
/* Percentiles 2.5 and 97.5 of one metric over all replicates; sorts them. */
void egad_bootstrap_interval(double *low, double *high, double *value, int times);

#endif
