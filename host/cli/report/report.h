/* `egad report`: the page (page.c), and its sections on a model and the rows it has
 * scored (report_write.c, report_rows.c, report_model.c). */
#ifndef REPORT_H
#define REPORT_H

#include "pictures/pictures.h"
#include "rows/decision.h"
#include "rows/open.h"
#include "shell/output.h"

/* ---- The page: page.c -------------------------------------------------- */

/* An HTML file that includes its pictures.  All text is escaped.  Write errors are
 * reported when it is closed. */
typedef struct {
    cli_output file;
    size_t sections;              /* begun so far */
    size_t columns, texts, cells; /* of the table that is open */
} cli_page;

/* These return an exit code.  page_drop discards the page, in place of page_close. */
int page_open(cli_page *page, const char *path, const char *title);
int page_close(cli_page *page);
void page_drop(cli_page *page);

/* Links to the sections, in the order in which they will come. */
void page_contents(cli_page *page, const char *const *names, size_t n);
void page_section(cli_page *page, const char *name);
void page_heading(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void page_text(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A paragraph in a lighter color. */
void page_note(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Preformatted lines; and such lines folded below a title. */
void page_lines(cli_page *page, const char *text);
void page_folded(cli_page *page, const char *name, const char *text);

/* A table of n columns, the first `texts` of which are texts and the others numbers; then
 * all its cells, row by row.  Facts: a table of names and texts. */
void page_table(cli_page *page, const char *const *names, size_t n, size_t texts);
void page_facts(cli_page *page);
void page_cell(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void page_table_end(cli_page *page);

/* Add a picture and free it; `about` is its text alternative, `code` the result of
 * drawing it.  Returns an exit code. */
int page_picture(cli_page *page, cli_picture *picture, const char *about, int code);

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
