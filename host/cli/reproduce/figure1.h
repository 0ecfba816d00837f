/* Figure 1 of the paper, MNIST, as a table: figure1_text.c. */
#ifndef FIGURE1_H
#define FIGURE1_H

#include "runs.h"

enum { CLI_DIGITS = 10 };

/* The results of one digit. */
typedef struct {
    int digit;
    char name[32];            /* name of its runs */
    double chance;            /* AUPRC of random scores */
    size_t copies, copies_of; /* egad_dataset_copies */
    cli_runs runs;
} cli_figure1_part;

typedef struct {
    const char *folder, *model, *recipe;
    int seeds, every_epoch;
    int published; /* 1: the data are MNIST */
    char source[160];
    int parts; /* parts; all are complete */
    cli_figure1_part part[CLI_DIGITS];
} cli_figure1;

/* Write FOLDER/figure1.md and .json.  Returns an exit code. */
int figure1_write(const cli_figure1 *figure);
/* Print the table on standard output. */
void figure1_print(const cli_figure1 *figure);

#endif
