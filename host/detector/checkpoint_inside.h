/* What checkpoint.c, checkpoint_array.c and checkpoint_calibration.c share; no other file
 * includes this one. */
#ifndef EGAD_CHECKPOINT_INSIDE_H
#define EGAD_CHECKPOINT_INSIDE_H

#include "detector.h"

/* What to do about a file that no egad has written so: the end of what is said of one. */
#define ANEW ": copy the file, or train, anew"

/* ---- checkpoint_array.c -------------------------------------------------- */

typedef egad_status egad_checkpoint_array(egad_h5 *file, const char *name, int rank,
                                          const size_t *shape, float *values);
egad_checkpoint_array egad_checkpoint_write_array;
/* Read an array whose shape and every value must be as they should. */
egad_checkpoint_array egad_checkpoint_read_array;

/* Every network and buffer of a detector, to the file (save: 1) or from it. */
egad_status egad_checkpoint_networks(egad_h5 *file, const egad_detector *d, int save);

/* ---- checkpoint_calibration.c -------------------------------------------- */

egad_status egad_checkpoint_write_calibration(egad_h5 *file, const egad_calibration *c);
egad_status egad_checkpoint_read_calibration(egad_h5 *file, egad_detector *d);
egad_status egad_checkpoint_write_thresholds(egad_h5 *file, const egad_thresholds *t);
egad_status egad_checkpoint_read_thresholds(egad_h5 *file, egad_detector *d);

#endif
