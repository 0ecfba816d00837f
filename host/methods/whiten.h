/* A linear map after which the columns of rows no longer covary. */
#ifndef EGAD_WHITEN_H
#define EGAD_WHITEN_H

#include "device/device.h"

/* map (P, P), upper triangular, and offset (P): distances between rows e map + offset are
 * Mahalanobis distances between rows e, by the covariance of x (rows, P) with
 * `shrinkage` times the mean variance added to each variance. */
egad_status egad_whiten_fit(float *map, float *offset, egad_device *device,
                            const float *x, size_t rows, size_t P, double shrinkage);

#endif
