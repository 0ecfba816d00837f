/* Table 1 of the paper, KDD Cup 1999: table1_text.c. */
#ifndef TABLE1_H
#define TABLE1_H

#include "runs.h"

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
