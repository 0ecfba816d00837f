/* Anomaly detection on many public tables, as a league of scores: league_rank.c,
 * league_text.c. */
#ifndef LEAGUE_H
#define LEAGUE_H

#include "compare/compare.h"
#include "measures.h"
#include "runs.h"

/* A score of one training on one table. */
typedef struct {
    double auroc, ap;
    double target; /* false-alarm rate of the model's threshold; NAN: it has none */
    size_t wrong;  /* normal test rows at the threshold and above */
    size_t held;   /* rows that the threshold was measured on */
} cli_league_figure;

/* A table; all its trainings are complete. */
typedef struct {
    cli_path path;
    char name[48];
    size_t columns, train, normal, anomalies; /* rows: training, test of each class */
    cli_league_figure *figure;                /* (seeds, scores of the league) */
    double *seconds;                          /* (seeds, models) */
} cli_league_table;

/* A score over all tables. */
typedef struct {
    char name[40];          /* "kdd-bigan combined" */
    size_t model;           /* index */
    int first;              /* 1: the model's default */
    double auroc, ap, rank; /* means over the tables; rank 1 is the best of the league */
    size_t best;            /* tables where its AUROC is within BEST of the highest */
} cli_league_score;

typedef struct {
    const char *folder, *source, *recipe, *command;
    char device[128];
    int seeds;
    size_t cap;       /* 0: all rows */
    int contaminated; /* 1: half of all rows train */
    cli_models models;
    size_t scores;
    cli_league_score score[CLI_ITEMS]; /* in the order of `figure` */
    size_t order[CLI_ITEMS];           /* their indices, highest mean AUROC first */
    int tables, parts;                 /* tables; the first `parts` are complete */
    cli_league_table *table;
} cli_league;

#define CLI_LEAGUE_BEST 0.002

/* The mean over the seeds of a figure of a table. */
double league_auroc(const cli_league *league, int table, size_t score);
double league_ap(const cli_league *league, int table, size_t score);
/* 1 if so many false alarms are within the 95 % interval of the promised rate, given how
 * many held-out rows the threshold rests on. */
int league_kept(const cli_league_figure *figure, size_t normal);
/* Fill means, ranks and order from the complete tables. */
void league_rank(cli_league *league);

/* Write FOLDER/league.md, .json and .png.  Returns an exit code. */
int league_write(const cli_league *league);
/* Print the means on standard output. */
void league_print(const cli_league *league);

#endif
