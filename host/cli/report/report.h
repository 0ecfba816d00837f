/* `egad report`: the page (page.c), and what it says of a model and of rows that it
 * has scored (report_write.c, report_rows.c, report_model.c). */
#ifndef REPORT_H
#define REPORT_H

#include "pictures/pictures.h"
#include "rows/decision.h"
#include "rows/open.h"
#include "shell/output.h"

/* ---- The page: page.c -------------------------------------------------- */

/* An HTML file that needs no other.  What is put into it may hold anything: it is
 * escaped.  Errors of writing come out when it is closed. */
typedef struct {
    cli_output file;
    size_t sections;              /* begun so far */
    size_t columns, texts, cells; /* of the table that is open */
} cli_page;

/* These return an exit code; drop takes the place of close where nothing shall appear. */
int page_open(cli_page *page, const char *path, const char *title);
int page_close(cli_page *page);
void page_drop(cli_page *page);

/* Links to sections, which come in this order. */
void page_contents(cli_page *page, const char *const *names, size_t n);
void page_section(cli_page *page, const char *name);
void page_heading(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void page_text(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Smaller in weight. */
void page_note(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Lines as they are; and folded away below a name. */
void page_lines(cli_page *page, const char *text);
void page_folded(cli_page *page, const char *name, const char *text);

/* A table of n columns, the first of which are texts and the others numbers; then all its
 * cells, line by line.  Facts: a name and a text in each line. */
void page_table(cli_page *page, const char *const *names, size_t n, size_t texts);
void page_facts(cli_page *page);
void page_cell(cli_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void page_table_end(cli_page *page);

/* A picture, which is freed, and what stands for it where it cannot be seen; `code` is
 * what came of making it.  Returns an exit code. */
int page_picture(cli_page *page, cli_picture *picture, const char *about, int code);

/* ---- What it says ----------------------------------------------------------- */

/* One kind of score, of all rows. */
typedef struct {
    egad_score_kind kind;
    float *score;             /* (rows) */
    egad_metrics metrics;     /* where there are labels */
    egad_bootstrap intervals; /* likewise */
    cli_own own;
} cli_report_score;

typedef struct {
    const char *model, *file; /* files, as they were named */
    const char *name;         /* of the data, without where it is */
    int argc;                 /* of the command that makes the page */
    char **argv;
    cli_opened in;            /* y of its rows only where these are of both kinds */
    size_t copies, copies_of; /* egad_dataset_copies */
    double alpha, fraction;
    const char *rule; /* as in metrics_fraction */
    int replicates;   /* of the bootstrap */
    size_t top;       /* rows to explain */
    size_t kinds;
    cli_report_score scores[CLI_KINDS]; /* the recipe's default first */
    cli_about about;                    /* for pictures */
} cli_report;

/* All of it but the end of the page.  Returns an exit code. */
int report_write(cli_report *report, cli_page *page);

/* Sections of it; each returns an exit code.  Of report_rows.c: what the data are,
 * and why the most anomalous rows are that. */
int report_data(cli_report *report, cli_page *page);
int report_explain(cli_report *report, cli_page *page);
/* Of report_model.c: where rows lie in latent space, and, where they are
 * images, the spectrum of those that the generator makes. */
int report_latent(cli_report *report, cli_page *page);
int report_spectrum(cli_report *report, cli_page *page);

#endif
