/* Rows to score terms and to their reconstructions: by the encoder, without one by latent
 * search, or by a method without networks.  Scores, thresholds and explanations do not
 * ask which. */
#ifndef EGAD_RECONSTRUCT_H
#define EGAD_RECONSTRUCT_H

#include "score.h"

typedef struct egad_reconstruct egad_reconstruct;

/* 1 if it takes a search per row. */
int egad_reconstruct_searches(const egad_detector *detector);
/* The batch size for the fastest scoring of `rows` rows. */
size_t egad_reconstruct_bulk(const egad_detector *detector, size_t rows);

/* Prepare for batches of up to `batch` rows, with a copy of the current weights.  score,
 * how: from egad_score_settle; latent search minimises this score.  rows: 0 for its
 * terms, 1 for reconstructions. */
egad_status egad_reconstruct_new(egad_reconstruct **out, egad_detector *detector,
                                 const egad_formula *score, const egad_scoring *how,
                                 int rows, size_t batch);
/* 1: from now on rows are training rows: a method sees each as if it had been left out;
 * as it always does where training rows may hold anomalies (contamination).  Returns
 * whether it does. */
int egad_reconstruct_trained(egad_reconstruct *reconstruct, int trained);
void egad_reconstruct_free(egad_reconstruct *reconstruct);

/* terms (rows, TERMS), any number of rows; those of the score are set.  x: as
 * imported. */
egad_status egad_reconstruct_terms(egad_reconstruct *reconstruct, const float *x,
                                   size_t rows, float *terms);
/* The scaled rows and their reconstructions, both (rows, columns), and unless z is NULL,
 * the points z (rows, Z) that these are made of, for up to `batch` rows. */
egad_status egad_reconstruct_rows(egad_reconstruct *reconstruct, const float *x,
                                  size_t rows, float *scaled, float *rebuilt, float *z);

/* Append the launches of a full batch of terms to a profile, as egad_plan_profile does.
 * x: a batch as imported; may be NULL if times is 0. */
egad_status egad_reconstruct_profile(egad_reconstruct *reconstruct, const float *x,
                                     int times, egad_profile **list, size_t *n);

#endif
