/* Rows to score terms: the model's table of values and terms, with the parameters' moving
 * averages, prepared once for batches up to a given size. */
#ifndef EGAD_ENCODE_H
#define EGAD_ENCODE_H

#include "detector.h"

/* The output of a batch: terms (bits 1u << place in the model's table, others are 0); the
 * uncentred calibration features of each row; or the reconstruction. */
enum {
    INFER_TERMS = (1 << TERMS) - 1,
    INFER_EVIDENCE = 1 << TERMS,
    INFER_REBUILT = 1 << (TERMS + 1),
    INFER_MIXTURE = 1 << (TERMS + 2) /* z beside the logits of its parts */
};

typedef struct egad_encode egad_encode;

/* `wanted`: bits of terms, or one of the other outputs alone.  Terms that compare with
 * the training rows need a calibrated detector, and are 0 if no score of the model has
 * them.  Copies the current weights.  EGAD_ARGUMENT if what is wanted is computed from
 * noise. */
egad_status egad_encode_new(egad_encode **out, egad_detector *detector, unsigned wanted,
                            size_t batch);
void egad_encode_free(egad_encode *infer);

/* Floats of device memory per row of a batch, all layers included; 0 if all layers are
 * dense, which are small and scored in one launch. */
size_t egad_encode_floats(const egad_detector *detector);

/* The terms (rows, TERMS) of any number of rows, or their calibration features (rows,
 * egad_score_evidence's n).  x: as imported. */
egad_status egad_encode_run(egad_encode *infer, const float *x, size_t rows, float *out);

/* With INFER_REBUILT: the scaled rows and the model's value `rebuilt`, both (rows,
 * columns), and unless z is NULL its value `latent`, (rows, Z).  x: as imported. */
egad_status egad_encode_rebuild(egad_encode *infer, const float *x, size_t rows,
                                float *scaled, float *rebuilt, float *z);

/* Append the launches of a full batch to a profile, as egad_plan_profile does.  x: a
 * batch as imported; may be NULL if times is 0. */
egad_status egad_encode_profile(egad_encode *infer, const float *x, int times,
                                egad_profile **list, size_t *n);

#endif
