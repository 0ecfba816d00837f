/* Figure 1 of the paper, MNIST, as a table: figure1_means.c, figure1_text.c,
 * figure1_json.c. */
#ifndef FIGURE1_H
#define FIGURE1_H

#include "rows/models.h"
#include "runs.h"

enum { CLI_DIGITS = 10 };

/* The results of one digit. */
typedef struct {
    int digit;
    double chance;             /* AUPRC of random scores */
    size_t copies, copies_of;  /* egad_dataset_copies */
    char name[CLI_MODELS][64]; /* names of the runs of each model */
    cli_runs runs[CLI_MODELS];
} cli_figure1_part;

typedef struct {
    const char *folder, *recipe;
    cli_models models;
    size_t side[CLI_MODELS]; /* of padded images; 0: as they are */
    int seeds, every_epoch;
    int published; /* 1: the data are MNIST */
    char source[160];
    int parts; /* parts; all are complete */
    cli_figure1_part part[CLI_DIGITS];
} cli_figure1;

/* What both texts show of each score. */
enum { CLI_FIGURE1_MEASURES = 3 };
extern const cli_measure figure1_measures[CLI_FIGURE1_MEASURES];

/* The first run of a model, which has the names of its scores and its settings. */
const cli_run_result *figure1_first(const cli_figure1 *figure, size_t model);
cli_spread figure1_spread(const cli_figure1_part *part, size_t model, size_t score,
                          cli_measure measure);
/* The mean over the digits. */
double figure1_mean(const cli_figure1 *figure, size_t model, size_t score,
                    cli_measure measure);
/* The device of all runs, or a text if they differ. */
const char *figure1_device(const cli_figure1 *figure);

/* Write FOLDER/figure1.md; and figure1.json.  Return an exit code. */
int figure1_markdown(const cli_figure1 *figure);
int figure1_json(const cli_figure1 *figure);
/* Print the table on standard output. */
void figure1_print(const cli_figure1 *figure);

#endif
