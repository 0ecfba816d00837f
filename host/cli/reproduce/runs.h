/* Experiments of the paper, of one run or several, which can be continued: run.c,
 * runs.c. */
#ifndef RUNS_H
#define RUNS_H

#include "measures.h"

/* ---- One run of an experiment: run.c ---------------------------------- */

/* One training and its results, in FOLDER/NAME.h5 and FOLDER/NAME.json. */
typedef struct {
    const char *folder, *name;
    const char *about; /* beginning of progress lines */
    egad_device *device;
    const egad_dataset *data;
    const cli_rows *rows;      /* rows to score */
    egad_detector_options how; /* epochs, batch and lr are set */
    egad_scoring scoring;      /* alpha of all scores */
    int every_epoch;           /* 1: evaluated at the end of every epoch */
} cli_run;

typedef struct {
    egad_epoch losses;
    cli_measured measured[CLI_SCORES];
} cli_run_epoch;

typedef struct {
    int complete; /* 0: stopped by Ctrl-C; nothing below is set */
    size_t scores;
    const char *score[CLI_SCORES]; /* names */
    cli_measured measured[CLI_SCORES];
    char device[400]; /* "NAME (PLATFORM, driver VERSION)" */
    int epochs, batch;
    double lr;
    cli_run_epoch *history; /* (epochs) */
} cli_run_result;

/* Do what is left to do: all, the rest of a stopped training or scoring, or nothing.
 * Returns an exit code, CLI_FAILED also if the files are from another run; free with
 * run_free in either case. */
int run_finish(cli_run_result *out, const cli_run *run);
void run_free(cli_run_result *result);
/* Put the metrics `measured` (scores) into `object`, by the names of the scores. */
void run_put(cli_json *object, const cli_run_result *result,
             const cli_measured *measured);

/* ---- Several runs: runs.c --------------------------------------------- */

/* Runs with the seeds 1, 2, ... */
typedef struct {
    cli_run_result *run; /* (wanted) */
    int wanted, done;    /* the first `done` are complete */
} cli_runs;

/* Do runs like `run`: its name and about are prefixes for all runs; epochs, batch and lr
 * may be 0 for those of the recipe.  Returns an exit code, CLI_DONE also if stopped by
 * Ctrl-C; free with runs_free in any case. */
int runs_finish(cli_runs *out, const cli_run *run, int wanted);
void runs_free(cli_runs *runs);
/* Mean and deviation over the completed runs, of which there must be one; epoch -1: at
 * the end. */
cli_spread runs_spread(const cli_runs *runs, size_t score, cli_measure measure,
                       int epoch);
/* The device of these runs and of earlier ones (NULL: none), or a text if they differ. */
const char *runs_device(const cli_runs *runs, const char *earlier);
/* The completed runs: seed, file (`name` as in cli_run), scores. */
cli_json *runs_json(const cli_runs *runs, const char *name);

/* ---- Parts of an experiment, one after another: runs.c ---------------- */

typedef struct {
    void *context;
    int *done, wanted;                      /* number of completed parts, of so many */
    const char *what;                       /* what the parts are called: "digits" */
    int (*finish)(void *context, int part); /* does a part; counts it in `done` */
    int (*write)(const void *context);      /* writes the table, after each part */
    void (*print)(const void *context); /* prints the table at the end, if there is any */
} cli_parts;

/* Do all that is left, or stop at Ctrl-C.  Returns an exit code. */
int runs_parts(const cli_parts *parts);

#endif
