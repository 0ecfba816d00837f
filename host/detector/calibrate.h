/* What the combined score holds evidence against.  Of tables: the mean and covariance of
 * training rows, as the map under which they are spread alike in all directions.  Of
 * images: training rows themselves, as points in the directions in which they vary most.
 */
#ifndef EGAD_CALIBRATE_H
#define EGAD_CALIBRATE_H

#include "cl/shared.h"
#include "ops/ops.h"

typedef struct {
    size_t n;         /* columns of evidence; 0: not calibrated */
    size_t rows;      /* training rows that were measured */
    double shrinkage; /* added to each variance, as a share of the mean variance */
    float *mean;      /* (n), NULL where there are points */
    float *whitening; /* (n, n), 0 below the diagonal: the sum of squares of
                       * (e - mean) whitening is the squared Mahalanobis distance of e,
                       * and that of its first k columns of the first k of e */
    egad_points points;
    double mean_log[TERMS], deviation_log[TERMS]; /* of the logarithms of the terms */
} egad_calibration;

/* Measure evidence (rows, n), rows in no particular order.  The shrinkage is the one, of
 * seven from 1e-6 to 1, under which every second row makes the others most likely, by a
 * Student t density of 4 degrees of freedom: evidence has heavy tails, and a Gaussian
 * would choose for its outliers.  The logarithms are left 0.  `*out` is emptied by
 * egad_calibrate_clear. */
egad_status egad_calibrate_fit(egad_calibration *out, const float *evidence, size_t rows,
                               size_t n);
/* Make points of evidence (rows, n), rows in no particular order: its principal
 * components, P of them or as many as there can be, after the first `part` columns and
 * the others were each divided by the root of their total variance.  Directions are
 * measured on 5,000 rows at most.  What depends on the points is left 0.  `*out` is
 * emptied. */
egad_status egad_calibrate_points(egad_calibration *out, const float *evidence,
                                  size_t rows, size_t n, size_t part, size_t P);
void egad_calibrate_clear(egad_calibration *calibration);

#endif
