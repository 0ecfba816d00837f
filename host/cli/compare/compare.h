/* `egad compare`: models trained with several seeds, side by side on the same rows. */
#ifndef COMPARE_H
#define COMPARE_H

#include "rows/decision.h"
#include "rows/models.h"
#include "rows/open.h"
#include "shell/output.h"

/* ---- One training and its scores: trial.c ------------------------------ */

/* In DIR/MODEL-SEED.h5, the model; DIR/MODEL-SEED.json, settings and times; and
 * DIR/MODEL-SEED-SCORE.h5, scores.  What is there is not done again.  An untrained one
 * has the names MODEL-SEED-untrained, and no file of the model. */
typedef struct {
    const char *folder, *file; /* DIR, and the data file */
    const char *about;         /* beginning of progress lines */
    egad_device *device;
    const egad_dataset *data;
    const char *content;       /* trial_content of the data and rows */
    const cli_rows *rows;      /* rows to score */
    egad_detector_options how; /* all are set */
    egad_scoring scoring;      /* alpha and search; its seed is that of the trial */
    double false_alarms;       /* 0: the rate of the model */
    int searches;              /* trial_searches of such a detector */
    int untrained; /* 1: scored with random weights; no thresholds, no times */
    int quiet;
} cli_trial;

/* A score of a model, by its name. */
typedef struct {
    char name[24];
    float *score;  /* (rows) */
    double micros; /* to score a row; NAN: not measured */
    cli_own own;
} cli_trial_score;

typedef struct {
    int complete;   /* 0: stopped by Ctrl-C; the scores are not all set */
    double seconds; /* to train; NAN: not measured */
    int fresh;      /* 1: rows were scored, 0: all scores were there */
    egad_threshold_info threshold;
    char device[400];
    char found[200]; /* egad_detector_found */
    int searches;    /* 1: scores by latent search */
    size_t n;
    cli_trial_score score[CLI_SCORES];
} cli_trial_result;

/* A name for the contents of a data set and the choice of rows. */
cli_number trial_content(const egad_dataset *data, const cli_rows *rows);
/* The path DIR/MODEL-SEED followed by `end`. */
cli_path trial_path(const cli_trial *trial, const char *end);
/* 1 if this detector scores by latent search. */
int trial_searches(const egad_detector *detector);
/* Set what the recipe decides: epochs, batch, learning rate, held-out rows, searches.
 * `*detector`: such a detector, untrained, which the caller frees; NULL: not wanted.
 * Returns an exit code. */
int trial_settle(cli_trial *trial, egad_detector **detector);
/* Do what is left to do.  Returns an exit code, CLI_FAILED also if a file there belongs
 * to other settings or data; free with trial_free in either case. */
int trial_finish(cli_trial_result *out, const cli_trial *trial);
void trial_free(cli_trial_result *result);
/* Add to `*seconds` those of latent search for the scores that have no file yet, of the
 * seeds 1 to `seeds`, estimated on this detector, which may be untrained.  Returns an
 * exit code. */
int trial_estimate(double *seconds, const cli_trial *like, int seeds,
                   egad_detector *detector);

/* ---- All of them: compare.c ----------------------------------------------- */

enum { CLI_ITEMS = CLI_MODELS * CLI_SCORES };

typedef struct {
    egad_detector_options how; /* its model and settings; seed: not set */
    int searches;              /* trial_searches */
    cli_trial_result *trial;   /* (seeds), of which the first `done` are complete */
    int done;
} cli_compared_model;

/* A score of a model over all seeds. */
typedef struct {
    const cli_compared_model *model;
    size_t kind;             /* index of the score */
    char name[40];           /* "kdd-bigan combined" */
    egad_comparison figures; /* with labels; */
    double deviation[3];     /* of AUROC, AP and F1 over the seeds; */
    double met, recall;      /* observed at the threshold, NAN: none */
    double target;           /* false-alarm rate, NAN: no threshold */
    double alarms;           /* share of the rows at the threshold and above */
    double agreement;        /* without labels: mean rank correlation with the scores of
                              * other models and kinds; NAN: unknown */
    double stability;        /* and of its own between two seeds; NAN: unknown */
    double seconds, micros;  /* means over the seeds; NAN: not measured */
} cli_compared_item;

typedef struct {
    const char *folder, *file, *recipe, *device;
    const char *command; /* command line */
    egad_device *opened;
    const egad_dataset *data;
    egad_scoring scoring; /* alpha and search */
    const cli_rows *rows; /* y NULL: no labels of both classes */
    size_t anomalies;     /* also if all or none are */
    int seeds, searches;  /* searches: 1 if a model does */
    double fraction;      /* share of rows called anomalous */
    const char *rule;     /* metrics_fraction */
    int replicates;       /* of the bootstrap */
    size_t models;
    cli_compared_model model[CLI_MODELS];
    size_t n;
    cli_compared_item item[CLI_ITEMS]; /* with labels the highest AUROC first */
    double *rho; /* (n, n) without labels: mean rank correlations over the seeds; on the
                  * diagonal between seeds */
} cli_comparison;

/* Fill the items from complete models.  Returns an exit code. */
int compare_measure(cli_comparison *c);
void compare_free(cli_comparison *c);

/* The three metrics that are compared: "AUROC", "AP", "F1"; their keys in JSON. */
enum { CLI_FIGURES_COMPARED = 3 };
extern const char *const compare_names[CLI_FIGURES_COMPARED];
extern const char *const compare_keys[CLI_FIGURES_COMPARED];
const egad_compared *compare_figure(const cli_compared_item *item, size_t figure);
/* Microseconds with three digits, "-" for NAN. */
cli_number compare_micros(double micros);
/* "best by AUROC: A; cannot be told from it: B, C": freed by the caller; NULL: out of
 * memory. */
char *compare_verdict(const cli_comparison *c, size_t figure);

/* ---- Results: compare_text.c, compare_json.c, compare_page.c -------------- */

/* The table, to a stream. */
void compare_print(FILE *out, const cli_comparison *c);
/* Write a file in DIR.  Return an exit code. */
int compare_json(const cli_comparison *c);
int compare_page(const cli_comparison *c);

#endif
