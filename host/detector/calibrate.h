/* Calibration features of the combined score.  For tables: mean and whitening matrix over
 * the training rows.  For images: the training rows as points in their principal
 * components. */
#ifndef EGAD_CALIBRATE_H
#define EGAD_CALIBRATE_H

#include "cl/shared.h"
#include "distances/neighbours.h"
#include "ops/mixture.h"

#define CALIBRATION_FLOOR 1e-12 /* added to a term, unless it is of a method */

typedef struct {
    size_t n;         /* features of a row; 0: no term needs them */
    size_t rows;      /* training rows measured; 0: not calibrated */
    double shrinkage; /* added to each variance, as a share of the mean variance */
    float *mean;      /* (n), NULL if `points` is used */
    float *whitening; /* (n, n), upper triangular: |(e - mean) whitening|^2 is the squared
                       * Mahalanobis distance of e, its first k columns give that of the
                       * first k features */
    egad_points points;
    egad_mixture *mixture; /* of all training rows; NULL: no score needs it */
    double floor[TERMS];   /* added to a term before its logarithm is taken, which may be
                            * that of 0 */
    double mean_log[TERMS], deviation_log[TERMS]; /* of the log terms */
    double outside; /* added to a score for a number as far outside its range as that is
                     * wide (outside.h); 0: nothing is */
    double rare;    /* score of a row with a number outside its range, at least, before
                     * that is added; -INFINITY: any */
    float *unseen;  /* (columns of the schema): for an unseen category of each; NULL with
                     * `outside` 0 */
} egad_calibration;

/* Fit mean and whitening to `evidence` (rows, n), the features of rows in random order.
 * The shrinkage, one of seven from 1e-6 to 1, is fitted on every second row and maximises
 * the likelihood of the others under a Student t density of 4 degrees of freedom;
 * features have heavy tails, and under a Gaussian outliers would decide.  Leaves mean_log
 * and deviation_log 0.  `*out` is freed by egad_calibrate_clear. */
egad_status egad_calibrate_fit(egad_calibration *out, const float *evidence, size_t rows,
                               size_t n);
/* Project `evidence` (rows, n), the features of rows in random order, on at most P
 * principal components, fitted to at most 5,000 rows after the first `part` features and
 * the others were each divided by the root of their total variance.  Leaves what depends
 * on the points 0.  `*out` is freed by egad_calibrate_clear. */
egad_status egad_calibrate_points(egad_calibration *out, const float *evidence,
                                  size_t rows, size_t n, size_t part, size_t P);
/* Prepare the mixture whose phi, mu and sigma were read from a file.  EGAD_DATA if it is
 * impossible. */
egad_status egad_calibrate_mixture(egad_calibration *calibration);
void egad_calibrate_clear(egad_calibration *calibration);

#endif
