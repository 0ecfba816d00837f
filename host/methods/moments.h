/* Sums and sums of products over rows, for covariances: products on the device. */
#ifndef EGAD_MOMENTS_H
#define EGAD_MOMENTS_H

#include "device/device.h"

/* Sums over rows, relative to a mean. */
typedef struct {
    size_t rows, P;
    double *sum;      /* (P) */
    double *products; /* (P, P) */
} egad_moments;

/* Freed by egad_moments_free. */
egad_status egad_moments_new(egad_moments *m, size_t P);
void egad_moments_free(egad_moments *m);
/* Add rows first, first + 2, ... of x (rows, P), relative to mean (P).  The rounding of a
 * product is some 3e-8 of a variance. */
egad_status egad_moments_add(egad_moments *m, egad_device *device, const float *mean,
                             const float *x, size_t rows, size_t first);

#endif
