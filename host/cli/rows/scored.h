/* Scored rows as CSV and JSON lines: scored.c.  Those of a data set, and HDF5 files:
 * scored_rows.c. */
#ifndef SCORED_H
#define SCORED_H

#include "rows.h"
#include "shell/output.h"
#include "shell/record.h"

/* A row, and what is known of it. */
typedef struct {
    size_t row;        /* in the input, from 0 */
    const char *error; /* why it has no score, or NULL */
    float score;
    int judged; /* 1: there is a threshold, and so */
    double p;
    int flagged;            /* the verdict: 1 an anomaly */
    int label;              /* the truth: 1 an anomaly, 0 normal, -1 unknown */
    const char *id, *file;  /* or NULL */
    size_t unseen, outside; /* egad_schema_unseen, egad_outside_count */
} cli_scored;

/* Fields of the input, texts one after another, as in egad_csv_source.  n 0: none. */
typedef struct {
    size_t n;
    const char *text;
} cli_fields;

/* The line of column names, which are always the same, behind those of the input; one
 * that the input has too ends in a number: label.2. */
void scored_names(FILE *out, cli_fields names);
/* A line with these columns, behind the fields of the input; `input.text` NULL: empty
 * ones. */
void scored_csv(FILE *out, const cli_scored *row, cli_fields input);
/* A line of JSON.  Takes over `input`, the object that was read, or NULL. */
void scored_json(FILE *out, const cli_scored *row, cli_json *input);
/* A copy, freed with free(); NULL: out of memory, or no text. */
char *scored_copy(cli_fields fields);
/* 1 if a file begins like one of these, or is empty, so that nothing is lost by replacing
 * it. */
int scored_begins(const char *path);

/* Scored rows of a data set. */
typedef struct {
    const egad_dataset *data;
    const cli_rows *rows;
    const float *scores;             /* (rows) */
    const egad_judgement *judgement; /* NULL: no threshold */
    const int32_t *unseen, *outside; /* of rows_unseen, rows_outside; or NULL */
    size_t n, *pick; /* the rows to write, in this order: indices into `rows`; set by
                      * scored_pick, freed with free() */
    int input;       /* 1: with the columns of the input */
} cli_scored_rows;

/* Pick the rows that are flagged (0: all), highest scores first (0: as they come).
 * Returns an exit code. */
int scored_pick(cli_scored_rows *rows, int flagged, int sorted);
/* Write them to an HDF5 file or as CSV, by the name of the file; NULL: CSV on standard
 * output.  Returns an exit code. */
int scored_write(const cli_scored_rows *rows, const char *path, const egad_scoring *how);

#endif
