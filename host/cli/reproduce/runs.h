/* Experiments of the paper, one run or several, which go on where they were: run.c,
 * runs.c. */
#ifndef RUNS_H
#define RUNS_H

#include "measures.h"

/* ---- One run of an experiment: run.c ---------------------------------- */

/* One training with what came of it, in FOLDER/NAME.h5 and FOLDER/NAME.json; of a model
 * that searches, the scores are in FOLDER/NAME-SCORE.h5, saved while they are found. */
typedef struct {
    const char *folder, *name;
    const char *about; /* begins what is said of its progress */
    egad_device *device;
    const egad_dataset *data;
    const cli_rows *rows;       /* to be scored */
    egad_detector_options how;  /* with epochs, batch and lr as they are to be */
    egad_search_options search; /* for a model without an encoder */
    double fraction;            /* of the rows, called anomalous; 0: nothing is decided */
    cli_measure shown;          /* what is said of its result */
    int every_epoch;            /* 1: scored at each end of an epoch too */
} cli_run;

typedef struct {
    egad_epoch losses;
    cli_measured measured[CLI_KINDS];
} cli_run_epoch;

typedef struct {
    int complete; /* 0: stopped by Ctrl-C; then there is no more */
    size_t kinds;
    egad_score_kind kind[CLI_KINDS];
    cli_measured measured[CLI_KINDS];
    char device[400]; /* "NAME (PLATFORM, driver VERSION)" */
    int epochs, batch;
    int steps; /* of its searches; 0: it has an encoder */
    double lr;
    cli_run_epoch *history; /* (epochs) */
} cli_run_result;

/* Do what is left to do: all, the rest of a training or of scores that were stopped or
 * killed, or nothing.  Returns an exit code, CLI_FAILED also where the files are of
 * another run; freed by run_free in either case. */
int run_finish(cli_run_result *out, const cli_run *run);
void run_free(cli_run_result *result);
/* Put into `object`, by the names of the scores, what was measured (kinds) of each. */
void run_put(cli_json *object, const cli_run_result *result,
             const cli_measured *measured);

/* ---- Several runs: runs.c --------------------------------------------- */

/* One after another with the seeds from 1. */
typedef struct {
    cli_run_result *run; /* (wanted) */
    int wanted, done;    /* complete are the first of them */
} cli_runs;

/* As `run` says, whose name and about are of all of them, and whose epochs, batch and lr
 * may be 0 for the recipe's.  Returns an exit code, CLI_DONE also where Ctrl-C stopped
 * it; freed by runs_free in any case. */
int runs_finish(cli_runs *out, const cli_run *run, int wanted);
void runs_free(cli_runs *runs);
/* Over those that are done, which there must be; epoch -1: at the end. */
cli_spread runs_spread(const cli_runs *runs, size_t kind, cli_measure measure, int epoch);
/* The device of these and of earlier ones, NULL where there are none. */
const char *runs_device(const cli_runs *runs, const char *earlier);
/* What came of each that is done: its seed, its file (`name` as in cli_run), its scores.
 */
cli_json *runs_json(const cli_runs *runs, const char *name);

/* ---- Parts of an experiment, one after another: runs.c ---------------- */

typedef struct {
    void *context;
    int *done, wanted;                      /* how many parts are complete, of so many */
    const char *what;                       /* they are called: "digits" */
    int (*finish)(void *context, int part); /* adds to `done` what it has completed */
    int (*write)(const void *context);      /* after each, so that there is a table */
    void (*print)(const void *context);     /* if there is any, at the end */
} cli_parts;

/* Do what is left to do of all, or until Ctrl-C.  Returns an exit code. */
int runs_parts(const cli_parts *parts);

#endif
