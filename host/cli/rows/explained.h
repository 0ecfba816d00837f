/* Rows with the explanations of their scores: explained.c. */
#ifndef EXPLAINED_H
#define EXPLAINED_H

#include "egad.h"
#include "shell/output.h"
#include "shell/record.h"

/* Explanations by egad_explain_rows, (n, width) each; `fall`, (n, columns), of tables
 * without a search, else NULL. */
typedef struct {
    size_t n, width, columns;
    float *x, *rebuilt, *residual, *fall;
    unsigned char *clipped;
} cli_explained;

typedef struct {
    char text[96];
} cli_label;

/* Indices of n scores, highest first; free `*order` with free().  Returns an exit
 * code. */
int explained_order(size_t **order, const float *scores, size_t n);
/* Explain n rows of `data`, with the same search as rows_score by `how`.  Returns an exit
 * code; free with explained_free in either case. */
int explained_rows(cli_explained *out, egad_detector *detector, const egad_dataset *data,
                   const size_t *row, size_t n, const egad_scoring *how);
void explained_free(cli_explained *explained);
/* The columns of row i of these, as egad_explain_columns lists them.  Returns an exit
 * code. */
int explained_columns(egad_explained **list, size_t *n, const egad_detector *detector,
                      const cli_explained *explained, size_t i);
/* "anomaly: attack", or "" if unknown. */
cli_label explained_label(const egad_dataset *data, size_t row);
/* " (serial F-17)": its identifier by the column of that name, safe for a terminal; or
 * "". */
cli_sentence explained_id(const egad_dataset *data, size_t row);
/* The name of its file, in UTF-8 that is safe for a terminal, or "". */
cli_path explained_file(const egad_dataset *data, size_t row);
/* For each column of a row, 1 if its value was imputed; NULL: none is known to be. */
const unsigned char *explained_filled(const egad_dataset *data, size_t row);
/* The columns of a row by egad_explain_columns, as text: one; how many to print, which
 * hold most of the shares; a table of these; and one as JSON.  `schema` is that of the
 * detector, `filled` as above. */
typedef struct {
    char name[40], value[40], quantile[16], expected[40];
    int clipped; /* 1: the value is clipped, marked * */
    int weighed; /* 1: the expected category has a weight */
    int beyond;  /* 1: the expected value is a limit of the training range */
} cli_line;
/* Notes on these three, and the titles of a line's texts, its residual and its share. */
extern const char explained_clipped[], explained_weighed[], explained_beyond[];
enum { EXPLAINED_TITLES = 6 };
extern const char *const explained_titles[EXPLAINED_TITLES];
cli_line explained_line(const egad_schema *schema, const egad_explained *column,
                        const unsigned char *filled);
size_t explained_lines(const egad_explained *list, size_t n);
/* All columns from `shown` on, as one. */
typedef struct {
    char name[60]; /* "12 others" */
    double residual, share;
} cli_rest;
cli_rest explained_rest(const egad_explained *list, size_t shown, size_t n);
/* The name of a column, "x[I]" without a schema. */
void explained_name(const egad_schema *schema, size_t column, char *name, size_t size);
/* `*seen`: which of `clipped`, `weighed` and `beyond` any line has. */
void explained_print(const egad_schema *schema, const egad_explained *list, size_t n,
                     const unsigned char *filled, cli_line *seen);
cli_json *explained_json(const egad_schema *schema, const egad_explained *column,
                         const unsigned char *filled);

/* What a model of this kind reconstructs x by: "G(E(x))". */
const char *explained_by(const egad_detector_info *info);

#endif
