/* A training, from where it stands to its end: training.c. */
#ifndef TRAINING_H
#define TRAINING_H

#include "egad.h"

/* Options of a training, an egad_detector_options; of rows, or images. */
/* clang-format off */
#define CLI_RECIPES "sound|release|paper"
#define CLI_EPOCHS_OPTION(how, what)                                                     \
    { "epochs", 0, CLI_COUNT, &(how).epochs, "N",                                        \
      "passes over the training " what " (default: the recipe's)", 0, 0 }
#define CLI_BATCH_OPTION(how, what)                                                      \
    { "batch", 0, CLI_COUNT, &(how).batch, "N",                                          \
      what " per iteration (default: the recipe's)", 0, 0 }
/* clang-format on */

typedef struct {
    egad_device *device;
    egad_detector *detector;
    const egad_dataset *data;
    const char *path;   /* the model, saved after every epoch, or after some */
    int resumed, quiet; /* for what is said of it */
    int calibrate; /* 1: for the combined score and thresholds, when all is trained */
    /* Called at each end of an epoch, before the model is saved; NULL: none.  Returns an
     * exit code, and all but CLI_DONE ends training. */
    int (*epoch)(void *context, int epoch);
    void *context;
} cli_training;

/* Train to the last epoch, or until Ctrl-C, and save.  Returns an exit code. */
int training_run(const cli_training *how);
/* From now on Ctrl-C is remembered instead of ending the program, but for a second one;
 * training_run begins with that.  1 after Ctrl-C. */
void training_catch(void);
int training_stopped(void);
/* What a command returns that has saved what it had then. */
int training_stop(void);
/* How many rows train, or with `held` are held out. */
size_t training_rows(const egad_detector *detector, const egad_dataset *data, int held);
/* Say on standard error that a model has fewer epochs than it was begun for, unless this
 * kind of score will fail for that.  `model` is the file. */
void training_note(const egad_detector_info *info, egad_score_kind kind,
                   const char *model);
/* CLI_DONE if these can be the data that the detector was trained on.  `path` and `model`
 * are the files, for errors. */
int training_check(const egad_detector *detector, const egad_dataset *data,
                   const char *path, const char *model);

#endif
