/* Rows with what made their scores: explained.c. */
#ifndef EXPLAINED_H
#define EXPLAINED_H

#include "egad.h"
#include "shell/output.h"
#include "shell/record.h"

/* What egad_explain_rows has of some rows, (n, width) each. */
typedef struct {
    size_t n, width;
    float *x, *rebuilt, *residual;
    unsigned char *clipped;
} cli_explained;

typedef struct {
    char text[96];
} cli_label;

/* The indices of n scores, highest first: `*order` is freed with free().  Returns an exit
 * code. */
int explained_order(size_t **order, const float *scores, size_t n);
/* Of n rows of `data`; a search is for this score and begins as that of rows_score.
 * Returns an exit code; freed by explained_free in either case. */
int explained_rows(cli_explained *out, egad_detector *detector, const egad_dataset *data,
                   const size_t *row, size_t n, const egad_search_options *search);
void explained_free(cli_explained *explained);
/* "anomaly: attack", as far as the data set knows, or "". */
cli_label explained_label(const egad_dataset *data, size_t row);
/* What its file is called, in UTF-8 that a terminal may show, or "". */
cli_path explained_file(const egad_dataset *data, size_t row);
/* Which columns of a row were missing and are filled, by number; NULL: none is known to
 * be. */
const unsigned char *explained_filled(const egad_dataset *data, size_t row);
/* The columns of a row, as egad_explain_columns has them; `schema` is that of the
 * detector, `filled` as above.  One of them in print; how many of them to print, which
 * hold most of the residual; a table of these; and one in full. */
typedef struct {
    char name[40], value[40], expected[40];
    int clipped; /* 1: the value has a star, */
    int weighed; /* and what is expected a weight, */
    int beyond;  /* or an end of what training rows have, which mean: */
} cli_line;
extern const char explained_clipped[], explained_weighed[], explained_beyond[];
cli_line explained_line(const egad_schema *schema, const egad_explained *column,
                        const unsigned char *filled);
size_t explained_lines(const egad_explained *list, size_t n);
/* The others, from `shown` on, as one. */
typedef struct {
    char name[60]; /* "12 others" */
    double residual, share;
} cli_rest;
cli_rest explained_rest(const egad_explained *list, size_t shown, size_t n);
/* A column's name; without a schema it has a number only. */
void explained_name(const egad_schema *schema, size_t column, char *name, size_t size);
/* `*seen` gets what any of its lines has of `clipped`, `weighed` and `beyond`. */
void explained_print(const egad_schema *schema, const egad_explained *list, size_t n,
                     const unsigned char *filled, cli_line *seen);
cli_json *explained_json(const egad_schema *schema, const egad_explained *column,
                         const unsigned char *filled);

#endif
