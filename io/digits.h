/* Digits that single precision loses, and the offsets that keep them (digits.c). */
#ifndef EGAD_DIGITS_H
#define EGAD_DIGITS_H

#include "io.h"

/* Where the values of a table are before they are rounded. */
typedef struct {
    size_t rows;
    const unsigned char *part; /* (rows): EGAD_TRAIN, ...; NULL: all are training rows */
    /* The value of a column of numbers, as in egad_coarse, whose feature of x is this;
     * NaN where it is missing. */
    double (*value)(const void *of, size_t row, size_t column, size_t feature);
    const void *of;
} egad_digits;

/* Set the offsets of data->schema, whose columns are set, and data->coarse, from at most
 * 1,024 training rows of `from`.  *wide: 1 if `data` should keep the values in
 * data->wide: a column has an offset or loses digits, or the table is small and has
 * values of more than seven digits, as new rows for a model with offsets have.  Images
 * have neither. */
egad_status egad_digits_settle(egad_dataset *data, const egad_digits *from, int *wide);
/* Set a row of data->x from its values (features), and of data->wide if that is not
 * NULL. */
void egad_digits_put(egad_dataset *data, size_t row, const double *value);
/* The mean of a column over the training rows, rounded as x is; returns 0 if none of them
 * has a value. */
int egad_digits_mean(const egad_digits *from, size_t column, size_t feature,
                     double offset, double *mean);

#endif
