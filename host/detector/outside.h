/* What training never saw in a row of a table: numbers outside the range of the training
 * rows, and categories that none of them had.  The networks see little of it: inputs are
 * clipped, and an unseen category sets no input at all, which looks normal.  So
 * calibrated scores of recipes that score by them add what this weighs. */
#ifndef EGAD_OUTSIDE_H
#define EGAD_OUTSIDE_H

#include "detector.h"

/* 1 if the calibrated scores of this detector are to add weights: of tables, by a recipe
 * that scores by them; and if they do, as they were measured. */
int egad_outside_applies(const egad_detector *detector);
int egad_outside_weighs(const egad_detector *detector);

/* How far a number lies outside the range of feature j of the training rows: 0 within it,
 * 1 if by as much as the range is wide, log2(1 + ranges) in general.  The range of a
 * constant feature is 1 for all other values.  left_out: it is of a training row, and the
 * range is that of the others, and the level at most log2(1.5) unless that is one value.
 */
double egad_outside_level(const egad_detector *detector, size_t j, float x, int left_out);

/* What one column of a row weighs, whose first feature is j. */
double egad_outside_column(const egad_detector *detector, size_t column, size_t j,
                           const float *x);
/* The level of the number of a row that lies farthest outside.  x: (columns), as
 * imported. */
double egad_outside_numbers(const egad_detector *detector, const float *x, int left_out);
/* Replace unseen categories of a row by the most frequent ones; returns what they weigh.
 */
double egad_outside_replace(const egad_detector *detector, float *x);

/* Set the most frequent category of the column whose first feature is j. */
void egad_outside_usual(const egad_detector *detector, size_t j, size_t categories,
                        float *x);

#endif
