/* Training a detector to its last epoch: training.c. */
#ifndef TRAINING_H
#define TRAINING_H

#include "egad.h"

/* Options of training, in an egad_detector_options; `what`: "rows" or "images". */
/* clang-format off */
#define CLI_RECIPES "sound|release|paper|minmax"
#define CLI_EPOCHS_OPTION(how, what)                                                     \
    { "epochs", 0, CLI_COUNT, &(how).epochs, "N",                                        \
      "passes over the training " what " (default: the recipe's)", 0, 0 }
#define CLI_BATCH_OPTION(how, what)                                                      \
    { "batch", 0, CLI_COUNT, &(how).batch, "N",                                          \
      what " per iteration (default: the recipe's)", 0, 0 }
#define CLI_CONTAMINATION_OPTION(text, usual)                                            \
    { "contamination", 0, CLI_TEXT, &(text), "auto|SHARE|none",                          \
      "training rows may hold anomalies: leave out this share of them,\n"                \
      "the least usual (default: " usual ")", 0, 0 }
/* clang-format on */

typedef struct {
    egad_device *device;
    egad_detector *detector;
    const egad_dataset *data;
    const char *path;   /* model file, saved after every epoch, or after some */
    int resumed, quiet; /* for progress */
    int calibrate;      /* 1: finally calibrate scores and measure thresholds */
    /* Called at the end of each epoch, before the model is saved; NULL: none.  Any exit
     * code other than CLI_DONE ends training. */
    int (*epoch)(void *context, int epoch);
    void *context;
} cli_training;

/* Read --contamination, "auto", "none" or a share, NULL for none.  Returns -1, or an exit
 * code. */
int training_contamination(const char *command, const char *text, double *share);
/* Train to the last epoch or until Ctrl-C, and save.  Returns an exit code. */
int training_run(const cli_training *how);
/* From now on the first Ctrl-C only sets a flag; the second ends the program.
 * training_run calls it.  training_stopped is nonzero after Ctrl-C. */
void training_catch(void);
int training_stopped(void);
/* The exit code of a command that was stopped and has saved its work. */
int training_stop(void);
/* Warn if the model was stopped before its last epoch, unless this score will fail for
 * that reason.  `model` is the file. */
void training_note(const egad_detector_info *info, const char *score, const char *model);
/* CLI_DONE if these can be the training data of the detector.  `path` and `model` are the
 * files, for errors. */
int training_check(const egad_detector *detector, const egad_dataset *data,
                   const char *path, const char *model);

#endif
