/* From rows to the terms of their scores: E, G and D with the moving averages of their
 * weights, prepared once for batches of up to so many rows. */
#ifndef EGAD_ENCODE_H
#define EGAD_ENCODE_H

#include "detector.h"

/* What the plan of a batch ends with: terms by number (1u << TERM_...), which of them is
 * not among them being 0; the evidence of every row, not yet centred; or G(E(x)). */
enum {
    INFER_TERMS = (1 << TERMS) - 1,
    INFER_EVIDENCE = 1 << TERMS,
    INFER_REBUILT = 1 << (TERMS + 1)
};

typedef struct egad_encode egad_encode;

/* `wanted`: bits of terms, or one of the others alone.  TERM_FEATURES and what follows
 * needs a calibrated detector, and is 0 where its combined score has no such term.
 * Weights are taken as they are now. */
egad_status egad_encode_new(egad_encode **out, egad_detector *detector, unsigned wanted,
                            size_t batch);
void egad_encode_free(egad_encode *infer);

/* Floats that a row of a batch and its layers take on the device; 0 for networks of dense
 * layers alone, whose layers are small, and which are scored in one launch. */
size_t egad_encode_floats(const egad_detector *detector);

/* The terms (rows, TERMS) of any number of rows, or their evidence (rows,
 * egad_detector_score_features).  x: as imported. */
egad_status egad_encode_run(egad_encode *infer, const float *x, size_t rows, float *out);

/* With INFER_REBUILT: the rows as E takes them, scaled, and G(E(x)), both (rows,
 * columns); and E(x), (rows, Z), if z is not NULL.  x: as imported. */
egad_status egad_encode_rebuild(egad_encode *infer, const float *x, size_t rows,
                                float *scaled, float *rebuilt, float *z);

/* Append the launches of a full batch to a profile, as egad_plan_profile does.  x: a
 * batch as imported; NULL will do where times is 0. */
egad_status egad_encode_profile(egad_encode *infer, const float *x, int times,
                                egad_profile **list, size_t *n);

#endif
