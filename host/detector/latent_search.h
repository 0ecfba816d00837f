/* AnoGAN's latent search (paper, section 2): without an encoder, Adam on z alone, from a
 * random start, minimises the score of G(z). */
#ifndef EGAD_LATENT_SEARCH_H
#define EGAD_LATENT_SEARCH_H

#include "score.h"

/* Resolved search options.  A(x) = alpha term[0] + (1 - alpha) term[1], places in the
 * model's table.  Learning rate at step k, from 0: .01 while k <= last[0], .001 while k
 * <= last[1], then .0005 (SPEC). */
typedef struct {
    int term[2]; /* the first a distance of x and G(z), the second of D(G(z)) */
    double alpha;
    int steps, last[2], restarts; /* 0 steps: terms of the starting points */
    uint64_t seed;
    const size_t *row;  /* row numbers, in order over all runs; NULL: 0, 1, ... */
    const float *start; /* (rows, Z) starting points, in the same order; NULL: random */
} egad_search_course;

/* The options for this detector and score, both from egad_score_settle.  EGAD_ARGUMENT
 * unless the score is as above. */
egad_status egad_latent_search_settle(egad_search_course *out,
                                      const egad_detector *detector,
                                      const egad_formula *score, const egad_scoring *how);

typedef struct egad_latent_search egad_latent_search;

/* Prepare for batches of up to `batch` rows, with a copy of the current weights.  Under a
 * recipe that scores as the released code does, D uses its plain weights, not their
 * moving averages: a bug behind the published numbers.  Another bug of that code is not
 * reproduced: it keeps Adam's moments of z from batch to batch.  Here they start at zero,
 * so that no row depends on earlier rows. */
egad_status egad_latent_search_new(egad_latent_search **out, egad_detector *detector,
                                   const egad_search_course *course, size_t batch);
void egad_latent_search_free(egad_latent_search *search);

/* Search for any number of rows: the final terms (rows, TERMS), all of the model's, and z
 * (rows, Z) if not NULL.  x: as imported.  Of several searches for a row, the one with
 * the lowest score counts. */
egad_status egad_latent_search_run(egad_latent_search *search, const float *x,
                                   size_t rows, float *terms, float *z);

/* The scaled rows and G(z), both (rows, columns).  x: as imported.  z: (rows, Z). */
egad_status egad_latent_search_rebuild(egad_latent_search *search, const float *x,
                                       const float *z, size_t rows, float *scaled,
                                       float *rebuilt);

/* Append the launches of a full batch to a profile, as egad_plan_profile does.  x: a
 * batch as imported; may be NULL if times is 0. */
egad_status egad_latent_search_profile(egad_latent_search *search, const float *x,
                                       int times, egad_profile **list, size_t *n);

/* For tests: dA/dz of the last step, (batch, Z); no memory with the single launch. */
egad_tensor egad_latent_search_gradient(const egad_latent_search *search);

/* The batch size for the fastest search. */
size_t egad_latent_search_bulk(const egad_detector *detector);

#endif
