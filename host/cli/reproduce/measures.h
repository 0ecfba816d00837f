/* Metrics of scores, in files and in tables: measures.c. */
#ifndef MEASURES_H
#define MEASURES_H

#include "rows/published.h"
#include "shell/record.h"

/* Metrics of scores against labels. */
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

const char *measures_name(cli_measure measure); /* as text */
const char *measures_key(cli_measure measure);  /* in JSON */

cli_measured measures_none(void);
/* `fraction` of the rows is called anomalous; 0: no decision. */
egad_status measures_scores(cli_measured *out, const float *scores,
                            const unsigned char *y, size_t n, double fraction);
/* Write the measured ones to JSON, and read them. */
cli_json *measures_json(const cli_measured *measured);
cli_measured measures_read(const cli_json *object);

cli_json *measures_spread_json(cli_spread spread);

/* Write a cell of a Markdown table; NAN: "-", deviation 0: the value alone. */
void measures_cell(FILE *out, double value, double deviation, int digits);
/* Write the line below the column names. */
void measures_rule(FILE *out, size_t columns);

#endif
