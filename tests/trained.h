/* What the checks of scores share: a small trained detector, and what ref_cpu makes of
 * it. */
#ifndef EGAD_TRAINED_H
#define EGAD_TRAINED_H

#include "detector/score.h"
#include "lab.h"

enum { TABLE_TERMS = TERM_NEAR };               /* those after it are of images */
enum { COLUMNS = 9, TRAINING = 90, ROWS = 53 }; /* rows to train on, rows to score */
enum { HEIGHT = 12, WIDTH = 8, PIXELS = HEIGHT * WIDTH }; /* of images */

typedef struct {
    egad_dataset *data;
    egad_detector *d;
    double *w[NETS], *x; /* what ref_cpu takes: averages of weights, scaled rows */
    double *terms;       /* (ROWS, TERMS) by ref_cpu, of the first ROWS rows of data */
} trained;

/* Trained for a while, with moving averages that have moved. */
trained trained_prepare(const char *recipe);
/* The same on images, recipe sound, not looked at yet; and images of stripes, by `key`.
 */
trained trained_on_images(void);
egad_dataset *trained_images(size_t rows, unsigned key);
/* Ends what came from the lab, too. */
void trained_finish(trained *s);

/* Rows and terms again, of what `data` holds now. */
void trained_look(trained *s);
/* The terms again, by the calibration as it is now. */
void trained_refer(trained *s);
/* Evidence of rows in batches of so many: (rows, columns of evidence). */
float *trained_evidence(const trained *s, const float *x, size_t rows, size_t batch);
/* The logarithm of a term, also where it is 0. */
double trained_log(double term);

#endif
