/* Sequential minimal optimisation of a one-class support vector machine, with the
 * second-order choice of LIBSVM (Fan, Chen and Lin 2005):
 *
 *     min  1/2 sum a_i a_j k_ij    0 <= a_i <= most_i,  sum a_i given,  k_ii = 1 */
#ifndef EGAD_SMO_H
#define EGAD_SMO_H

#include "base/status.h"

/* The arrays are the caller's. */
typedef struct {
    size_t n;
    const double *most; /* (n) */
    double gap; /* an a_i that may grow has a gradient less than this below that of
                 * any that may shrink: where to stop */
    /* *row: (n), row i of k; valid until two more calls. */
    egad_status (*row)(void *context, size_t i, const float **row);
    void *context;
    double *a, *g; /* (n), and its gradient, g_i = sum a_j k_ij */
    size_t steps;  /* made so far */
} egad_smo;

/* Fill a up to `most` in the order of the rows until its sum is used up. */
void egad_smo_start(egad_smo *smo, double sum);
/* Change a, and g with it, until the gap is reached.  EGAD_DATA if it is not within the
 * steps that LIBSVM allows: ten million, or 100 n if that is more. */
egad_status egad_smo_run(egad_smo *smo);
/* 1 if the gap is reached. */
int egad_smo_done(const egad_smo *smo);
/* The mean gradient where 0 < a < most; without such rows halfway between those that may
 * only grow and those that may only shrink, or, if none may grow, the greatest. */
double egad_smo_rho(const egad_smo *smo);

#endif
