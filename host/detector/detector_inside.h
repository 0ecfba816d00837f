/* Private to detector.c and detector_*.c. */
#ifndef EGAD_DETECTOR_INSIDE_H
#define EGAD_DETECTOR_INSIDE_H

#include "detector.h"

/* Fit the recipe's scaling to n rows of `data`, on the host and on the device.  EGAD_DATA
 * where a column varies too little to be scaled in single precision. */
egad_status egad_detector_fit(egad_detector *d, const egad_dataset *data,
                              const size_t *rows, size_t n);
/* Measure d->quantile on n rows of `data`, after egad_detector_fit; not of images. */
egad_status egad_detector_fit_quantiles(egad_detector *d, const egad_dataset *data,
                                        const size_t *rows, size_t n);
/* Extend the ranges of columns to n rows, of which the scaling may know only some. */
void egad_detector_extend(egad_detector *d, const egad_dataset *data, const size_t *rows,
                          size_t n);
/* Set biases that start at the mean of the training rows, as they are scaled. */
egad_status egad_detector_centre(egad_detector *d, const egad_dataset *data,
                                 const size_t *rows, size_t n);

/* detector_trim.c.  Of n training rows `rows` of `data`, a table, those that lie where
 * others are fewest, in TRIM_ROUNDS rounds: `*found` indices into x, ascending.  `*out`
 * is freed with free(). */
egad_status egad_detector_trim(size_t **out, size_t *found, egad_device *device,
                               const egad_dataset *data, const size_t *rows, size_t n,
                               double contamination);

#endif
