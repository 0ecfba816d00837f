/* The plain twin of a model's table: every value by itself, in double precision, from
 * what the table says of it; and gradients by central differences of the losses. */
#ifndef EGAD_TWIN_H
#define EGAD_TWIN_H

#include "detector/detector.h"

/* A detector with weights w, by network, and N rows: of x, and of noise for each value
 * that is noise.  No dropout, no batch normalisation. */
typedef struct {
    const egad_detector *d;
    double *w[MODEL_NETWORKS], *x, *z;
    size_t N;
} twin;

/* A detector of this model for rows of `columns` columns, not scaled, with weights and
 * averages that are no zeros; `t` gets it and its weights.  The caller frees it. */
egad_detector *twin_build(twin *t, const egad_model *model, size_t columns,
                          uint64_t seed);
/* Columns of value v; the value, (N, columns), freed after the test. */
size_t twin_width(const twin *t, int v);
const double *twin_value(const twin *t, int v);
/* The number of each row that a loss or a term of this kind has, (N): LOSS_*. */
double *twin_rows(const twin *t, int kind, const int *of);
/* A loss; and what a step minimises. */
double twin_loss(const twin *t, const egad_loss *loss);
double twin_step(const twin *t, int step);
/* Compare some gradients of all parameters of network k, from the detector, with
 * differences of what this step minimises. */
void twin_check(twin *t, int step, int k);
/* Compare a detector's terms of N rows x, scored by this batch, with want, (terms, N).
 * one_launch: 1 if all of it must be one launch, 0 if several. */
void twin_check_terms(egad_detector *d, const float *x, size_t N, const double *want,
                      size_t batch, int one_launch);

#endif
