/* Scores as terms, for score.c and for tests. */
#ifndef EGAD_SCORE_H
#define EGAD_SCORE_H

#include "detector.h"

/* terms[i][k] = term k of row i, for all terms: (rows, TERMS).  x: as imported. */
egad_status egad_score_terms(egad_detector *detector, const float *x, size_t rows,
                             float *terms);

#endif
