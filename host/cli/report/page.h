/* A page of results, one HTML file: page.c; and the section on where results come from:
 * page_origin.c. */
#ifndef PAGE_H
#define PAGE_H

#include "pictures/pictures.h"
#include "shell/output.h"

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

/* A table of facts: this egad, the device, and the data (`name`: of its file). */
void page_origin(cli_page *page, const egad_device_info *device, const egad_dataset *data,
                 const char *name);

#endif
