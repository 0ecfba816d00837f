/* The methods without networks of a detector: each fitted to the training rows as it sees
 * them.  A model without networks has one, fitted by training; a model with networks has
 * them for its combined scores, fitted by the calibration. */
#ifndef EGAD_FITTED_H
#define EGAD_FITTED_H

#include "detector.h"

/* Fit the methods to n rows of `data`, as imported: beside networks only with a recipe
 * whose default score is a combined one, and to whitened rows only up to 2,048 columns.
 * What was fitted before is freed. */
egad_status egad_fitted_fit(egad_detector *detector, const egad_dataset *data,
                            const size_t *rows, size_t n);

/* Terms of methods that have been fitted, as bits. */
unsigned egad_fitted_terms(const egad_detector *detector);

/* Set the columns `wanted` (bits) of terms (rows, TERMS) that are terms of methods.  x:
 * as imported.  trained: they are training rows, each seen as if it had been left out. */
egad_status egad_fitted_run(egad_detector *detector, unsigned wanted, const float *x,
                            size_t rows, int trained, float *terms);

/* To and from the groups of a model file that the model names.  Loading accepts files
 * without them. */
egad_status egad_fitted_save(const egad_detector *detector, egad_h5 *file);
egad_status egad_fitted_load(egad_detector *detector, egad_h5 *file);

void egad_fitted_clear(egad_detector *detector);

#endif
