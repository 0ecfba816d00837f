/* `egad report`: sections of a page on a model and the rows it has scored
 * (report_write.c, report_rows.c, report_model.c). */
#ifndef REPORT_H
#define REPORT_H

#include "page.h"
#include "rows/decision.h"
#include "rows/open.h"

/* ---- Contents -------------------------------------------------------------- */

/* One score of all rows. */
typedef struct {
    egad_scoring how;         /* with its name */
    float *score;             /* (rows) */
    egad_metrics metrics;     /* set if there are labels */
    egad_bootstrap intervals; /* likewise */
    cli_own own;
} cli_report_score;

typedef struct {
    const char *model, *file; /* files, as given */
    const char *name;         /* data file, without its folder */
    int argc;                 /* command line of the report */
    char **argv;
    cli_opened in;            /* labels of the rows only if both classes occur */
    size_t copies, copies_of; /* egad_dataset_copies */
    double fraction;
    const char *rule;                    /* rule of metrics_fraction */
    int replicates;                      /* bootstrap samples */
    size_t top;                          /* rows to explain */
    size_t kinds;                        /* of scores */
    cli_report_score scores[CLI_SCORES]; /* default of the recipe first */
    cli_about about;                     /* subtitle of pictures */
} cli_report;

/* Write all but the end of the page.  Returns an exit code. */
int report_write(cli_report *report, cli_page *page);

/* Sections; each returns an exit code.  report_rows.c: the data, and explanations of the
 * most anomalous rows. */
int report_data(cli_report *report, cli_page *page);
int report_explain(cli_report *report, cli_page *page);
/* report_model.c: rows in latent space and, for images, the spectrum of generated
 * images. */
int report_latent(cli_report *report, cli_page *page);
int report_spectrum(cli_report *report, cli_page *page);

#endif
