/* Scores of a model's table, for score.c, score_table.c and what calibrates, thresholds
 * and explains them. */
#ifndef EGAD_SCORE_H
#define EGAD_SCORE_H

#include "detector.h"

/* A score with its terms found.  The kind of a term is its column in rows of terms. */
typedef struct {
    const egad_score *of;
    size_t at;             /* its place in the model's table */
    size_t n;              /* terms, */
    int kind[SCORE_TERMS]; /* TERM_* each, */
    unsigned terms;        /* the same as bits, 1u << TERM_* */
    int calibrated;        /* 1: it needs a calibration */
} egad_formula;

/* Terms that need the spread of the training rows, and their nearest ones. */
enum {
    TERMS_SPREAD = 1 << TERM_FEATURES | 1 << TERM_EVIDENCE,
    TERMS_NEAREST = 1 << TERM_NEAR | 1 << TERM_LOCAL
};

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
/* Terms of all scores of the model, as bits: they say what is calibrated. */
unsigned egad_score_kinds(const egad_detector *detector);
/* Those whose logarithms are standardised. */
unsigned egad_score_combined(const egad_detector *detector);
/* Number of calibration features of a row: f_D of the row and its difference from f_D of
 * the reconstruction (TERMS_SPREAD), or f_D and E(x) (TERMS_NEAREST); 0: the model has
 * neither terms. */
size_t egad_score_features(const egad_detector *detector);

/* ---- score.c ------------------------------------------------------------- */

/* terms[i][k] = term k of row i, for all terms: (rows, TERMS).  x: as imported. */
egad_status egad_score_terms(egad_detector *detector, const float *x, size_t rows,
                             float *terms);

/* From now on the rows are training rows, each scored as if it had been left out, as far
 * as the model can: methods without networks do. */
void egad_score_trained(egad_scorer *scorer);

#endif
