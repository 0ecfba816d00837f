/* Table 1 of the paper, KDD Cup 1999, by all detectors: table1_parts.c, table1_text.c,
 * table1_json.c. */
#ifndef TABLE1_H
#define TABLE1_H

#include "compare/compare.h"
#include "measures.h"

/* What is known of a score after a training, by its place in `of`. */
typedef enum {
    T1_PRECISION, /* by the rule of the paper */
    T1_RECALL,
    T1_F1,
    T1_NEW_F1, /* the same of untrained networks */
    T1_TIES,
    T1_AUROC,
    T1_NEW_AUROC,
    T1_AP,
    T1_PROMISED, /* from here: by the detector's own threshold; false-alarm rates */
    T1_OBSERVED,
    T1_OWN_PRECISION,
    T1_OWN_RECALL,
    T1_OWN_F1,
    T1_MICROS, /* to score a row */
    T1_FIGURES
} cli_table1_kind;

typedef struct {
    double of[T1_FIGURES]; /* NAN: unknown */
} cli_table1_figure;

/* A model with a recipe; its files are in FOLDER/RECIPE. */
typedef struct {
    const char *model, *recipe;
    egad_detector_options how; /* settings */
    int steps;                 /* of a latent search; 0: none */
    size_t scores;
    char score[CLI_SCORES][24];
    char device[128];
    char found[200]; /* of seed 1: egad_detector_found */
    int seeds, done; /* wanted: 1 without networks, which no seed changes; complete */
    double *seconds; /* (seeds) to train */
    cli_table1_figure *figure; /* (seeds, CLI_SCORES) */
} cli_table1_part;

enum { CLI_TABLE1_PARTS = 3 * CLI_MODELS };

typedef struct {
    const char *folder, *command;
    char source[160];
    int published; /* 1: the data are KDD Cup 1999's */
    int seeds;
    size_t rows, anomalies,
        of;                   /* test rows scored, anomalies among them, all test rows */
    unsigned sample;          /* seed of the sample, if not all are scored */
    double fraction;          /* of rows to call anomalous */
    size_t copies, copies_of; /* egad_dataset_copies */
    cli_published known;      /* for all test rows */
    int parts, wanted;        /* the first `parts` of `wanted` are complete */
    cli_table1_part part[CLI_TABLE1_PARTS];
} cli_table1;

/* ---- Which models and recipes: table1_parts.c -------------------------------- */

/* Fill the parts, cheap ones first.  `models`, `recipe`: only these; NULL: those of the
 * table.  -1, or the usage error of `command`. */
int table1_plan(cli_table1 *table, const char *command, const char *models,
                const char *recipe);
/* Allocate the figures of a part.  Returns an exit code; free with table1_free. */
int table1_part_new(cli_table1_part *part, int seeds); /* at most so many */
void table1_free(cli_table1 *table);
/* Mean and deviation over the seeds of a part that is complete. */
cli_spread table1_spread(const cli_table1_part *part, size_t score, cli_table1_kind kind);
cli_spread table1_seconds(const cli_table1_part *part);
/* What is published of this score, or NULL. */
const cli_published_row *table1_published(const cli_table1 *table, const char *model,
                                          const char *score);
/* 1 if the table has a score of this model. */
int table1_measured(const cli_table1 *table, const char *model);
/* The device of all parts, or a text if they differ. */
const char *table1_device(const cli_table1 *table);

/* ---- Output: table1_text.c, table1_json.c -------------------------------------- */

/* Write FOLDER/table1.md, .json and .png.  Returns an exit code. */
int table1_write(const cli_table1 *table);
int table1_json(const cli_table1 *table); /* one of them */
/* Print the table on standard output. */
void table1_print(const cli_table1 *table);

#endif
