/* Table 1 of the paper, KDD Cup 1999: table1_text.c. */
#ifndef TABLE1_H
#define TABLE1_H

#include "runs.h"

enum { CLI_TABLE1_MODELS = 2 };

/* The results of one model. */
typedef struct {
    const char *model;
    char name[32]; /* name of its runs */
    cli_runs runs;
} cli_table1_part;

typedef struct {
    const char *folder, *recipe;
    char source[160];
    int published; /* 1: the data are KDD Cup 1999's */
    int seeds;
    size_t rows, anomalies,
        of;                   /* test rows scored, anomalies among them, all test rows */
    unsigned sample;          /* seed of the sample, if not all are scored */
    double fraction;          /* of rows to call anomalous */
    size_t copies, copies_of; /* egad_dataset_copies */
    cli_published known;      /* for all test rows */
    int parts;                /* parts; all are complete */
    cli_table1_part part[CLI_TABLE1_MODELS];
} cli_table1;

/* Write FOLDER/table1.md and .json.  Returns an exit code. */
int table1_write(const cli_table1 *table);
/* Print the table on standard output. */
void table1_print(const cli_table1 *table);

#endif
