/* Figures that others have published of the same rows: published.c. */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "rows.h"

enum { CLI_FIGURES = 8 };

typedef struct {
    const char *name;
    double value, spread; /* NAN: published as a picture only; 0: not known */
} cli_figure;

typedef struct {
    const char *title, *key; /* what they are of, in print and in JSON */
    int digits;              /* after the point */
    size_t n, beyond;        /* the first of them are in no table of the paper */
    cli_figure figure[CLI_FIGURES];
} cli_published;

/* Those of the rows selected, where they are of a published split; else n is 0. */
cli_published published_of(const egad_dataset *data, const cli_rows *rows,
                           size_t anomalies);

/* The share of rows that the paper calls anomalous; 0: it decides nothing here. */
double published_fraction(const egad_dataset *data);

typedef struct {
    double mean, deviation; /* the standard one; 0: not known */
} cli_spread;

/* A row of the paper's table 1. */
typedef struct {
    const char *name;
    const char *model; /* that it is of; NULL: quoted by the paper from others */
    egad_score_kind kind;
    cli_spread precision, recall, f1;
} cli_published_row;
const cli_published_row *published_table1(size_t *n);

/* MNIST with this digit as the anomaly, or NULL. */
typedef struct {
    size_t anomalies;                          /* images of the digit */
    double published, spread, pca, neighbours; /* AUPRC, as in cli_figure */
} cli_published_digit;
const cli_published_digit *published_mnist(int digit);

#endif
