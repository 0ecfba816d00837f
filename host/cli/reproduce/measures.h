/* What is measured of scores, in files and in tables: measures.c. */
#ifndef MEASURES_H
#define MEASURES_H

#include "rows/published.h"
#include "shell/record.h"

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

#endif
