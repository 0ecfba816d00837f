/* Shared by the checks of scores: a small trained detector and its reference by
 * ref_cpu. */
#ifndef EGAD_TRAINED_H
#define EGAD_TRAINED_H

#include "detector/score.h"
#include "lab.h"

enum { TABLE_TERMS = BIGAN_NEAR };              /* then those of images, and of methods */
enum { COLUMNS = 9, TRAINING = 90, ROWS = 53 }; /* training rows, scored rows */
enum { HEIGHT = 12, WIDTH = 8, PIXELS = HEIGHT * WIDTH }; /* of images */

typedef struct {
    egad_dataset *data;
    egad_detector *d;
    double *w[PAPER_NETS], *x; /* inputs of ref_cpu: averaged weights, scaled rows */
    double *terms; /* (ROWS, TERMS) by ref_cpu, of the first ROWS rows of data */
} trained;

/* Briefly trained, with moving averages that differ from the weights. */
trained trained_prepare(const char *recipe);
/* The same on images, before trained_look, scaled as the recipe sound says and without
 * methods beside the networks; and striped images by `key`. */
trained trained_on_images(void);
egad_dataset *trained_images(size_t rows, unsigned key);
/* Frees it and everything from the lab. */
void trained_finish(trained *s);

/* Recompute rows and terms from `data`. */
void trained_look(trained *s);
/* Recompute the terms with the current calibration. */
void trained_refer(trained *s);
/* Evidence of rows in batches of this size: (rows, columns of evidence). */
float *trained_evidence(const trained *s, const float *x, size_t rows, size_t batch);
/* The logarithm of a term, defined at 0 too. */
double trained_log(double term);

#endif
