/* Points on the device with weights, and their radial kernels k(x, y) = exp(-gamma |x -
 * y|^2) with rows: what a support vector machine computes (ocsvm.c), and what it is
 * fitted with. */
#ifndef EGAD_MACHINE_H
#define EGAD_MACHINE_H

#include "device/device.h"

typedef struct egad_machine egad_machine;

/* points: (n, P), finite.  weight: (n), not negative; NULL: all 0.  The caller frees *out
 * with egad_machine_free; the device must outlive it.  EGAD_DATA if there are too many
 * numbers for the device's ints. */
egad_status egad_machine_new(egad_machine **out, egad_device *device, const float *points,
                             const double *weight, size_t n, size_t P, double gamma);
void egad_machine_free(egad_machine *machine); /* accepts NULL */

/* sums[i] = sum of weight k(x_i, y) over the points y.  x: (rows, P).  A row that is not
 * finite has NaN. */
egad_status egad_machine_sums(egad_machine *machine, const float *x, size_t rows,
                              double *sums);
/* mean (rows, P): of the points, weighted by weight k(x, y).  Some weight is above 0.  A
 * row that is not finite, or whose square is not, has NaN. */
egad_status egad_machine_means(egad_machine *machine, const float *x, size_t rows,
                               float *mean);

/* ---- machine_rows.c: the kernels of the points with each other ------------- */

/* Keeps as many rows of kernels as fit into `bytes`, at least two, those used last. */
typedef struct egad_machine_rows egad_machine_rows;
egad_status egad_machine_rows_new(egad_machine_rows **out, egad_machine *machine,
                                  size_t bytes);
void egad_machine_rows_free(egad_machine_rows *rows); /* accepts NULL */

/* *row: (n), k(y_i, y) for all points y; valid until two more calls. */
egad_status egad_machine_row(egad_machine_rows *rows, size_t i, const float **row);

#endif
