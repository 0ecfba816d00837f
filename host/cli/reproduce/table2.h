/* Table 2 of the paper, milliseconds per batch, in files and as text: table2_text.c. */
#ifndef TABLE2_H
#define TABLE2_H

#include "rows/timing.h"

enum { CLI_TIMES = 8 }; /* times in the table */

/* Settings of the measurement. */
typedef struct {
    int batches, searches; /* timed per round, of BiGAN and of AnoGAN */
    int steps;             /* of a latent search */
    int rounds;
} cli_table2_options;

/* The times of one model and score, in FOLDER/MODEL-SCORE.json. */
typedef struct {
    const char *model;
    const char *score;
    const char *data; /* data set of the paper */
    double published; /* milliseconds per batch */
    size_t batch;
    int steps;    /* search steps; 0: the model has an encoder */
    double flops; /* useful operations per batch */
    int rounds;   /* done */
    cli_samples *round;
    char device[400]; /* device of the measurement */
} cli_table2_part;

typedef struct {
    const char *folder;
    cli_table2_options how;
    char device[400]; /* "NAME (PLATFORM, driver VERSION)" */
    cli_table2_part part[CLI_TIMES];
} cli_table2;

/* An empty table for this device.  Returns an exit code; free with table2_free in either
 * case. */
int table2_new(cli_table2 *out, const char *folder, const cli_table2_options *how,
               const egad_device_info *device);
void table2_free(cli_table2 *table);
/* Read the times of a part from the folder, or write them.  Both return an exit code,
 * CLI_FAILED also if the file has other settings. */
int table2_load(cli_table2 *table, cli_table2_part *part);
int table2_save(const cli_table2 *table, const cli_table2_part *part);
/* Write FOLDER/table2.md and .json, from the rounds that all parts have.  Returns an exit
 * code. */
int table2_write(const cli_table2 *table);
/* Print the table on standard output. */
void table2_print(const cli_table2 *table);

#endif
