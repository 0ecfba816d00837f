/* What the combined score holds evidence against: the mean and covariance of training
 * rows, as the map under which they are spread alike in all directions. */
#ifndef EGAD_CALIBRATE_H
#define EGAD_CALIBRATE_H

#include "../cl/shared.h"
#include "status.h"

typedef struct {
    size_t n;         /* columns of evidence; 0: not calibrated */
    size_t rows;      /* training rows that were measured */
    double shrinkage; /* added to each variance, as a share of the mean variance */
    float *mean;      /* (n) */
    float *whitening; /* (n, n), 0 below the diagonal: the sum of squares of
                       * (e - mean) whitening is the squared Mahalanobis distance of e,
                       * and that of its first k columns of the first k of e */
    double mean_log[TERMS], deviation_log[TERMS]; /* of the logarithms of the terms */
} egad_calibration;

/* Measure evidence (rows, n), rows in no particular order.  The shrinkage is the one, of
 * seven from 1e-6 to 1, under which every second row makes the others most likely, by a
 * Student t density of 4 degrees of freedom: evidence has heavy tails, and a Gaussian
 * would choose for its outliers.  The logarithms are left 0.  `*out` is emptied by
 * egad_calibrate_clear. */
egad_status egad_calibrate_fit(egad_calibration *out, const float *evidence, size_t rows,
                               size_t n);
void egad_calibrate_clear(egad_calibration *calibration);

#endif
