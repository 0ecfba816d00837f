/* Table 2 of the paper, milliseconds of a batch, in files and in print: table2_text.c. */
#ifndef TABLE2_H
#define TABLE2_H

#include "rows/timing.h"

enum { CLI_TIMES = 8 }; /* figures of the table */

/* What the table is measured with. */
typedef struct {
    int batches, searches; /* that are timed in a round, of BiGAN and of AnoGAN */
    int steps;             /* of a search */
    int rounds;
} cli_table2_options;

/* One figure, in FOLDER/MODEL-SCORE.json as far as it is measured. */
typedef struct {
    const char *model;
    egad_score_kind kind;
    const char *data; /* of the paper */
    double published; /* milliseconds of a batch */
    size_t batch;
    int steps;    /* of its search; 0: it has an encoder */
    double flops; /* useful operations of a batch */
    int rounds;   /* done */
    cli_samples *round;
    char device[400]; /* that they were measured on */
} cli_table2_part;

typedef struct {
    const char *folder;
    cli_table2_options how;
    char device[400]; /* "NAME (PLATFORM, driver VERSION)" */
    cli_table2_part part[CLI_TIMES];
} cli_table2;

/* A table without figures, for this device.  Returns an exit code; freed by
 * table2_free in either case. */
int table2_new(cli_table2 *out, const char *folder, const cli_table2_options *how,
               const egad_device_info *device);
void table2_free(cli_table2 *table);
/* Read what the folder has of a part, or write it.  Both return an exit code, CLI_FAILED
 * also where the file is of other settings. */
int table2_load(cli_table2 *table, cli_table2_part *part);
int table2_save(const cli_table2 *table, const cli_table2_part *part);
/* FOLDER/table2.md and .json, of rounds that all parts have.  Returns an exit code. */
int table2_write(const cli_table2 *table);
/* The table, on standard output. */
void table2_print(const cli_table2 *table);

#endif
