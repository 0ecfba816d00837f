/* Shared by the checks of calibrate: made-up features of the score, and properties that
 * every calibration has.  Needs no device. */
#ifndef EGAD_EVIDENCE_H
#define EGAD_EVIDENCE_H

#include "detector/calibrate.h"
#include "lab.h"

/* Rows that depend on `factors` normal factors, each weighted `decay` times the previous
 * one, plus noise in every column.  freedom: degrees of freedom of the Student t that
 * scales the rows; 0: Gaussian. */
typedef struct {
    size_t rows, n, factors;
    double decay, noise;
    int freedom;
    uint64_t seed;
    int thin; /* expects a small shrinkage */
} evidence_plot;

/* (rows, n) */
float *evidence_draw(const evidence_plot *plot);

/* Calibrate, and check: all values are finite, the shrinkage is one of the seven, the
 * whitening is triangular with a positive diagonal. */
egad_calibration evidence_fit(const float *e, size_t rows, size_t n);

/* y (n) = (e - mean) whitening for one row; returns its sum of squares. */
double evidence_whiten(const egad_calibration *c, const float *e, double *y);

/* Mean (n) and covariance (n, n) of rows first, first + by, .... */
void evidence_moments(const float *e, size_t rows, size_t n, size_t first, size_t by,
                      double *mean, double *covariance);

#endif
