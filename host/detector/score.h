/* Scores of a model's table, for score.c, score_table.c and what calibrates, thresholds
 * and explains them. */
#ifndef EGAD_SCORE_H
#define EGAD_SCORE_H

#include "detector.h"

/* A score with its terms found. */
typedef struct {
    const egad_score *of;
    size_t at;               /* its place in the model's table */
    size_t n;                /* terms, */
    int column[SCORE_TERMS]; /* the place of each in the model's table and its column in
                              * rows of terms, */
    double weight[SCORE_TERMS]; /* of each in a mean */
    unsigned terms;             /* the columns as bits, 1u << column */
    int calibrated;             /* 1: it needs a calibration */
} egad_formula;

/* How a model's terms compare a row with the training rows: by its features, the columns
 * of two values. */
typedef struct {
    int nearest;    /* 1: TERM_NEAR and _LOCAL; 0: TERM_SPREAD and _BOTH */
    size_t n, part; /* features of a row, 0: no score has such terms; those of the first
                     * value */
    int of[2];      /* the values */
    int column[2];  /* of the two terms; -1: the model does not have it */
    unsigned terms; /* the same as bits */
} egad_evidence;

/* ---- score.c ------------------------------------------------------------- */

/* The part of egad_score_calibrate that fits the terms; nothing is weighed yet. */
egad_status egad_score_calibrate_terms(egad_detector *detector, const egad_dataset *data);

/* Set the floor, and the mean and deviation of the logarithm, of each term of n rows
 * terms (n, TERMS); those of `distances`, as bits, may be 0 for copies of rows. */
egad_status egad_score_logarithms(egad_calibration *calibration, unsigned distances,
                                  const float *terms, size_t n);
/* The mean of the standardised logarithms of a row's terms (TERMS), by the detector's
 * calibration. */
double egad_score_mean(const egad_detector *detector, const egad_formula *score,
                       const float *terms);

/* ---- score_mixture.c ----------------------------------------------------- */

/* The mixture of all training rows as the calibration, for a model with an energy. */
egad_status egad_score_calibrate_mixture(egad_detector *detector,
                                         const egad_dataset *data);

/* ---- score_table.c ------------------------------------------------------- */

/* Score `at` of the detector's model, which must have it. */
egad_formula egad_score_formula(const egad_detector *detector, size_t at);
/* The score of this name; NULL: the default.  EGAD_ARGUMENT if the model has none; the
 * message lists its scores. */
egad_status egad_score_find(egad_formula *out, const egad_detector *detector,
                            const char *name);
/* The same for the score of `how` (NULL: defaults), and `how` with all defaults filled
 * in, checked. */
egad_status egad_score_settle(egad_formula *out, egad_scoring *settled,
                              const egad_detector *detector, const egad_scoring *how);
/* Write the names of the model's scores, with `plain` only those without calibration, to
 * `list` and return it: "a, b or c", with `last` for " or ". */
const char *egad_score_list(char *list, size_t size, const egad_detector *detector,
                            int plain, const char *last);
/* Terms of all scores of the model, as bits. */
unsigned egad_score_used(const egad_detector *detector);
/* Those whose logarithms are standardised. */
unsigned egad_score_combined(const egad_detector *detector);
/* Terms that can be computed: not those that compare with the training rows in a way that
 * no score uses. */
unsigned egad_score_available(const egad_detector *detector);
egad_evidence egad_score_evidence(const egad_detector *detector);
/* The values that the model's energy is of, three, and their columns: those of z, the
 * first two together, and those of the logits.  NULL: no term is an energy. */
const int *egad_score_mixed(const egad_detector *detector, size_t *z, size_t *logits);

/* ---- score.c ------------------------------------------------------------- */

/* terms[i][k] = term k of row i, for all terms: (rows, TERMS).  x: as imported. */
egad_status egad_score_terms(egad_detector *detector, const float *x, size_t rows,
                             float *terms);

/* 1: from now on the rows are training rows, each scored as if it had been left out, as
 * far as the model can: methods without networks do; 0: they are not.  They always are
 * where training rows may hold anomalies (contamination). */
void egad_score_trained(egad_scorer *scorer, int trained);

/* As egad_score_rows; the first `trained` rows are training rows, each left out. */
egad_status egad_score_left_out(egad_detector *detector, const float *x, size_t rows,
                                size_t trained, const egad_scoring *how, float *scores);

#endif
