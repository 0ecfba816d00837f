/* Published results on the same rows: published.c, published_league.c. */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "rows.h"

enum { CLI_FIGURES = 8 };

typedef struct {
    const char *name;
    double value, spread; /* NAN: only in a bar chart; 0: unknown */
} cli_figure;

typedef struct {
    const char *title, *key; /* title for text, key for JSON */
    int digits;              /* after the point */
    size_t n, beyond;        /* the first `beyond` are from outside the paper */
    cli_figure figure[CLI_FIGURES];
} cli_published;

/* The results for these rows; n is 0 unless they are of a published split. */
cli_published published_of(const egad_dataset *data, const cli_rows *rows,
                           size_t anomalies);

/* The fraction of rows that the paper calls anomalous; 0: it has no such rule for these
 * data. */
double published_fraction(const egad_dataset *data);

typedef struct {
    double mean, deviation; /* standard deviation; 0: unknown */
} cli_spread;

/* A row of the paper's table 1, or of ALAD's. */
typedef struct {
    const char *name, *model, *score; /* name: as published; the others: of egad */
    int quoted;                       /* 1: by the paper, from others */
    cli_spread precision, recall, f1;
} cli_published_row;
const cli_published_row *published_table1(size_t *n);

/* MNIST with this digit as the anomaly, or NULL. */
typedef struct {
    size_t anomalies;                          /* images of the digit */
    double published, spread, pca, neighbours; /* AUPRC, as in cli_figure */
} cli_published_digit;
const cli_published_digit *published_mnist(int digit);

/* A table of ADBench: AUROC of other methods, in per cent; NULL if it is none of these:
 * published_league.c. */
enum { CLI_PUBLISHED_METHODS = 4 };
typedef struct {
    const char *name;
    double auroc[CLI_PUBLISHED_METHODS];
} cli_published_table;
extern const char *const published_methods[CLI_PUBLISHED_METHODS];
const cli_published_table *published_table(const char *name);

#endif
