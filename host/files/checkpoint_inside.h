/* Shared by the files of checkpoint only. */
#ifndef EGAD_CHECKPOINT_INSIDE_H
#define EGAD_CHECKPOINT_INSIDE_H

#include "detector/detector.h"

/* How a message about a malformed model file ends: what to do. */
#define ANEW EGAD_H5_RETRAIN

/* ---- checkpoint_array.c -------------------------------------------------- */

typedef egad_status egad_checkpoint_array(egad_h5 *file, const char *name, int rank,
                                          const size_t *shape, float *values);
egad_checkpoint_array egad_checkpoint_write_array;
/* Read an array of the given shape; all values must be finite. */
egad_checkpoint_array egad_checkpoint_read_array;

/* Write (save: 1) or read every buffer of every network; slim 1: those that score. */
egad_status egad_checkpoint_networks(egad_h5 *file, const egad_detector *d, int save,
                                     int slim);

/* ---- checkpoint_losses.c ------------------------------------------------- */

/* /history and /rng/partial_losses.  EGAD_FORMAT if the file has a loss that the model
 * does not have. */
egad_status egad_checkpoint_write_losses(egad_h5 *file, const egad_detector *d);
egad_status egad_checkpoint_read_losses(egad_h5 *file, egad_detector *d);

/* ---- checkpoint_calibration.c -------------------------------------------- */

egad_status egad_checkpoint_write_calibration(egad_h5 *file, const egad_detector *d);
egad_status egad_checkpoint_read_calibration(egad_h5 *file, egad_detector *d);
egad_status egad_checkpoint_write_thresholds(egad_h5 *file, const egad_detector *d);
egad_status egad_checkpoint_read_thresholds(egad_h5 *file, egad_detector *d);

#endif
