/* AnoGAN's search (paper, section 2): for rows without an encoder, the latent z whose
 * G(z) has the smallest score, by Adam on z alone from a drawn start. */
#ifndef EGAD_LATENT_SEARCH_H
#define EGAD_LATENT_SEARCH_H

#include "detector.h"

/* How to search, settled.  A(x) = alpha TERM_L1 + (1 - alpha) `term`, with G(z) for the
 * reconstruction.  Step k, from 0, has rate .01 while k <= last[0], .001 while k <=
 * last[1], then .0005 (SPEC). */
typedef struct {
    int term; /* TERM_SIGMA_REBUILT or TERM_FM */
    double alpha;
    int steps, last[2], restarts; /* 0 steps: the terms of the starts */
    uint64_t seed;
    const size_t *row; /* numbers of the rows in the order of all runs; NULL: 0, 1, ... */
    const float *start; /* (rows, Z) to start from, in the same order; NULL: drawn */
} egad_search_course;

/* What the options mean for this detector; NULL: the paper's.  kind: SIGMA or FM. */
egad_status egad_latent_search_settle(egad_search_course *course,
                                      const egad_detector *detector, egad_score_kind kind,
                                      double alpha, const egad_search_options *options);

typedef struct egad_latent_search egad_latent_search;

/* Prepare for batches of so many rows; weights are taken as they are now.  Under a recipe
 * that scores as the released code does, D has its plain weights and not their moving
 * averages: a slip that made the numbers printed.  Another slip of that code is not
 * copied: it carries Adam's moments of z over from one batch to the next.  Here they are
 * zero when a search begins, so that no row depends on those before it. */
egad_status egad_latent_search_new(egad_latent_search **out, egad_detector *detector,
                                   const egad_search_course *course, size_t batch);
void egad_latent_search_free(egad_latent_search *search);

/* Search for any number of rows: the terms (rows, TERMS) at the end, of which TERM_L1,
 * TERM_SIGMA_REBUILT and TERM_FM are there, and z (rows, Z) if not NULL.  x: as imported.
 * Of several searches for a row, those with the smallest score: the search minimises it,
 * so what ended higher has not found what there was to find. */
egad_status egad_latent_search_run(egad_latent_search *search, const float *x,
                                   size_t rows, float *terms, float *z);

/* The rows as networks take them, scaled, and G(z): both (rows, columns).  x: as
 * imported. z: (rows, Z). */
egad_status egad_latent_search_rebuild(egad_latent_search *search, const float *x,
                                       const float *z, size_t rows, float *scaled,
                                       float *rebuilt);

/* Append the launches of a full batch to a profile, as egad_plan_profile does.  x: a
 * batch as imported; NULL will do where times is 0. */
egad_status egad_latent_search_profile(egad_latent_search *search, const float *x,
                                       int times, egad_profile **list, size_t *n);

/* For tests: dA/dz of the last step, (batch, Z); no memory where all is one launch. */
egad_tensor egad_latent_search_gradient(const egad_latent_search *search);

/* How many rows to search for at a time where memory is no matter and speed is. */
size_t egad_latent_search_bulk(const egad_detector *detector);

#endif
