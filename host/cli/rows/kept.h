/* The files of a training, from which an interrupted command continues: the model, saved
 * on the way, and the scores of rows, saved while they are computed: kept.c. */
#ifndef KEPT_H
#define KEPT_H

#include "rows.h"

/* Fill unset options with those of the recipe for these data; *out, unless it is NULL,
 * gets the untrained detector.  Returns an exit code, as do the others but kept_same. */
int kept_settings(egad_detector **out, egad_detector_options *how, egad_device *device,
                  const egad_dataset *data);
/* 1 if these are the settings `how`, in which all options are set. */
int kept_same(const egad_detector_options *how, const char *model, const char *recipe,
              double epochs, double batch, double lr, double seed);
/* The error for the file of a run with other settings, which are given. */
int kept_another(const char *path, const char *model, const char *recipe, int epochs,
                 int batch, double lr);
/* Load the model of this path, or make a new one if there is no such file.  CLI_FAILED if
 * its settings or the kind of its data differ. */
int kept_model(egad_detector **out, egad_device *device, const egad_dataset *data,
               const egad_detector_options *how, const char *path);
/* Score rows as rows_score does, except those that the file `path` has the scores of;
 * the file is replaced at every piece (how->done, piece and context are set here).  NULL:
 * no file.  Stops after a piece if training_stopped.  `*had`: the number of scores that
 * the file had. */
int kept_scores(float *scores, size_t *had, const cli_rows *rows, egad_detector *detector,
                const cli_scoring *how, const char *path);

#endif
