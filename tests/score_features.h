/* What the checks of calibrate share: evidence to measure, and what must hold of every
 * measurement.  Needs no device. */
#ifndef EGAD_EVIDENCE_H
#define EGAD_EVIDENCE_H

#include "detector/calibrate.h"
#include "lab.h"

/* Rows that depend on `factors` normal numbers each, the k-th `decay` times as much as
 * the one before, and on noise of their own in every column.  freedom: of a Student t, by
 * which rows are stretched; 0: a Gaussian. */
typedef struct {
    size_t rows, n, factors;
    double decay, noise;
    int freedom;
    uint64_t seed;
    int thin; /* only a small shrinkage will do */
} evidence_plot;

/* (rows, n) */
float *evidence_draw(const evidence_plot *plot);

/* Measure it: all of it is finite, the shrinkage one of the seven, the whitening
 * triangular with a positive diagonal. */
egad_calibration evidence_fit(const float *e, size_t rows, size_t n);

/* y (n) = (e - mean) whitening for one row, and the sum of its squares. */
double evidence_whiten(const egad_calibration *c, const float *e, double *y);

/* Of the rows first, first + by, ...: mean (n) and covariance (n, n). */
void evidence_moments(const float *e, size_t rows, size_t n, size_t first, size_t by,
                      double *mean, double *covariance);

#endif
