/* Experiments of the paper, for `egad reproduce`: what is measured (measures.c),
 * one run or several, which go on where they were (run.c, runs.c), and the tables
 * of what came of them. */
#ifndef RUNS_H
#define RUNS_H

#include "rows/rows.h"

/* ---- What is measured: measures.c ------------------------------------- */

/* Of scores held against labels. */
typedef enum {
    CLI_AUPRC,
    CLI_AP,
    CLI_AUROC,
    CLI_PRECISION, /* from here on: of a decision */
    CLI_RECALL,
    CLI_F1,
    CLI_TIES,
    CLI_MEASURES
} cli_measure;

typedef struct {
    double of[CLI_MEASURES]; /* NAN: not measured */
} cli_measured;

const char *measures_name(cli_measure measure); /* in print */
const char *measures_key(cli_measure measure);  /* in JSON */

cli_measured measures_none(void);
/* fraction: of the rows, called anomalous; 0: nothing is decided. */
egad_status measures_scores(cli_measured *out, const float *scores,
                            const unsigned char *y, size_t n, double fraction);
/* Those that were measured, and back. */
cli_json *measures_json(const cli_measured *measured);
cli_measured measures_read(const cli_json *object);

cli_json *measures_spread_json(cli_spread spread);

/* A cell of a table in Markdown; NAN: none, deviation 0: one value. */
void measures_cell(FILE *out, double value, double deviation, int digits);
/* The line below the names of its columns. */
void measures_rule(FILE *out, size_t columns);

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

/* ---- Figure 1 and its table: figure1_text.c -------------------------------- */

enum { CLI_DIGITS = 10 };

/* What came of one digit. */
typedef struct {
    int digit;
    char name[32];            /* of its runs */
    double chance;            /* AUPRC of scores drawn by lot */
    size_t copies, copies_of; /* egad_dataset_copies */
    cli_runs runs;
} cli_figure1_part;

typedef struct {
    const char *folder, *model, *recipe;
    int seeds, every_epoch;
    int published; /* 1: the data are MNIST */
    char source[160];
    int parts; /* all of them complete */
    cli_figure1_part part[CLI_DIGITS];
} cli_figure1;

/* FOLDER/figure1.md and .json.  Returns an exit code. */
int figure1_write(const cli_figure1 *figure);
/* The table, on standard output. */
void figure1_print(const cli_figure1 *figure);

/* ---- Table 1: table1_text.c ------------------------------------------------- */

enum { CLI_TABLE1_MODELS = 2 };

/* What came of one model. */
typedef struct {
    const char *model;
    char name[32]; /* of its runs */
    cli_runs runs;
} cli_table1_part;

typedef struct {
    const char *folder, *recipe;
    char source[160];
    int published; /* 1: the data are KDD Cup 1999's */
    int seeds;
    size_t rows, anomalies, of; /* scored, of so many test rows */
    unsigned sample;            /* seed of their choice, where not all are */
    double fraction;            /* called anomalous */
    size_t copies, copies_of;   /* egad_dataset_copies */
    cli_published known;        /* of all test rows */
    int parts;                  /* all of them complete */
    cli_table1_part part[CLI_TABLE1_MODELS];
} cli_table1;

/* FOLDER/table1.md and .json.  Returns an exit code. */
int table1_write(const cli_table1 *table);
/* The table, on standard output. */
void table1_print(const cli_table1 *table);

#endif
