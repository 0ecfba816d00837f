/* What commands do with a detector and rows: they train it (training.c), read rows and
 * score them (rows.c), label (decision.c) and explain them (explained.c), hold
 * them against their labels (metrics_text.c) and the figures of others (cli_published.c),
 * in a file or as they come (stream.c). */
#ifndef ROWS_H
#define ROWS_H

#include "shell/shell.h"

/* ---- Training: training.c ------------------------------------------------ */

typedef struct {
    egad_device *device;
    egad_detector *detector;
    const egad_dataset *data;
    const char *path;   /* the model, saved after every epoch, or after some */
    int resumed, quiet; /* for what is said of it */
    int calibrate; /* 1: for the combined score and thresholds, when all is trained */
    /* Called at each end of an epoch, before the model is saved; NULL: none.  Returns an
     * exit code, and all but CLI_DONE ends training. */
    int (*epoch)(void *context, int epoch);
    void *context;
} cli_training;

/* Train to the last epoch, or until Ctrl-C, and save.  Returns an exit code. */
int training_run(const cli_training *how);
/* From now on Ctrl-C is remembered instead of ending the program, but for a second one;
 * training_run begins with that.  1 after Ctrl-C. */
void training_catch(void);
int training_stopped(void);
/* What a command returns that has saved what it had then. */
int training_stop(void);
/* How many rows train, or with `held` are held out. */
size_t training_rows(const egad_detector *detector, const egad_dataset *data, int held);
/* Say on standard error that a model has fewer epochs than it was begun for, unless this
 * kind of score will fail for that.  `model` is the file. */
void training_note(const egad_detector_info *info, egad_score_kind kind,
                   const char *model);
/* CLI_DONE if these can be the data that the detector was trained on.  `path` and `model`
 * are the files, for errors. */
int training_check(const egad_detector *detector, const egad_dataset *data,
                   const char *path, const char *model);

/* ---- Lines of JSON: cli_json_lines.c ------------------------------------------ */

typedef struct {
    const egad_schema *schema;
    const char *label;  /* column of labels, or NULL */
    cli_json *object;   /* of the last line: its texts are values, */
    cli_number *number; /* (columns) and these, where they are none by themselves */
    char why[256];
} cli_json_lines;

/* An egad_csv_parser for objects; `values` is a cli_json_lines of which the schema is
 * set, and the label. */
const char *json_lines_parse(void *values, const char *text, size_t n,
                             const char **value);
void json_lines_close(cli_json_lines *values);

/* ---- Rows to be scored: rows.c ---------------------------------------- */

typedef struct {
    const char *part; /* "all", "train", "test" */
    size_t of;        /* its rows, */
    size_t n, *row;   /* and those of them that are taken: indices into the data set */
    const float *x;
    const unsigned char *y; /* NULL: no labels */
    float *own_x;           /* gathered, where x is not that of the data set */
    unsigned char *own_y;
    egad_search_options search; /* of a model without an encoder; `row` is theirs */
} cli_rows;

/* 1 if rows are images by the name of their source: a folder, or a PNG file. */
int rows_images(const char *path);
/* A data file .h5, images for this detector, or a table for it, CSV or lines of JSON,
 * with `labels` as egad_csv_parse takes them, whose gaps that were filled, and values of
 * categories that training never saw, are counted on standard error. */
egad_status rows_read(egad_dataset **data, const char *path,
                      const egad_detector_info *info, const egad_csv_options *labels);
/* Say on standard error that there were such. */
void rows_note(const egad_csv_report *report);
/* CLI_DONE if rows of `data` mean to the detector what its training rows meant: as many
 * features, and where both say so, the same columns and categories in the same order.
 * `path` and `model` are the files, for errors. */
int rows_check(const egad_dataset *data, const char *path, const egad_detector_info *info,
               const char *model);
/* Likewise of data that should be those it was trained on. */
int rows_same(const egad_dataset *data, const char *path, const egad_detector_info *info,
              const char *model);
/* -1 unless --rows wants a part of what has no parts, else what message_usage returns; */
int rows_part(const char *command, const char *part, const char *path);
/* or unless --label wants a column of what has none by name. */
int rows_label(const char *command, const egad_csv_options *labels, const char *path);
/* Warn if rows that train are anomalies by the labels of the file. */
void rows_warn(const egad_dataset *data, const char *path);
/* `part` NULL: test where the data set has a split, else all.  `path` is for errors.
 * Returns an exit code; freed by rows_free in either case. */
int rows_select(cli_rows *rows, const egad_dataset *data, const char *part,
                const char *path);
/* `n` of these at most, as egad_dataset_sample draws them. */
int rows_sample(cli_rows *rows, const egad_dataset *data, const char *part,
                const char *path, size_t n, uint32_t seed);
void rows_free(cli_rows *rows);
/* Of each row, what egad_schema_unseen says of it by the schema of the detector: freed
 * with free(), NULL where that is 0 of all.  Returns an exit code. */
int rows_unseen(int32_t **unseen, const cli_rows *rows, const egad_detector_info *info);
/* The kinds of score that the recipe of a detector has, its default first. */
enum { CLI_KINDS = 3 };
size_t rows_kinds(const egad_detector *detector, egad_score_kind kind[CLI_KINDS]);
/* How they are scored. */
typedef struct {
    egad_score_kind kind;
    double alpha;
    size_t done; /* so many have their scores already */
    /* Called with how many have them now, at most 32 times; all but 0 ends it
     * there.  NULL: none. */
    int (*piece)(void *context, size_t done);
    void *context;
    const char *about; /* begins what is said of progress; NULL: the score does */
} cli_scoring;
/* To `scores` (rows->n), saying on a terminal how far it is; with `about`, of a search,
 * which takes long, elsewhere too.  A search begins where the number of the row in the
 * data set says. */
egad_status rows_score(const cli_rows *rows, egad_detector *detector,
                       const cli_scoring *how, float *scores);

/* ---- Thresholds: decision.c ------------------------------------------- */

#define CLI_FALSE_ALARMS_OPTION(variable)                                                \
    {                                                                                    \
        "false-alarms", 0, CLI_SHARE, &(variable), "RATE",                               \
            "of normal rows that are labelled anomalies (default:\n"                     \
            "                            what the model keeps, 0.01 at first)",          \
            0, 0                                                                         \
    }

/* Whose scores thresholds are made of. */
cli_sentence decision_rows(const egad_threshold_info *info);
/* The threshold for scores; false_alarms 0: that in force, and if there is none, `*found`
 * is 0.  Returns an exit code. */
int decision_find(egad_threshold *at, const egad_detector *detector,
                  const cli_scoring *how, const egad_search_options *search,
                  double false_alarms, int *found);
/* Say on standard error that so many rows, held out from `of` training rows, cannot tell
 * this rate, if so, and what would. */
void decision_few(size_t rows, size_t of, double false_alarms);
/* Say on standard error what there is to be known of that: that there is none, that no
 * rows were held out, or too few. */
void decision_note(const egad_detector *detector, const cli_scoring *how,
                   const egad_search_options *search, double false_alarms);
/* Fill what `out->at` makes of n scores.  Returns an exit code; freed by
 * decision_clear in either case. */
int decision_judge(egad_judgement *out, const egad_detector *detector,
                   egad_score_kind kind, const float *scores, size_t n);
void decision_clear(egad_judgement *judgement);
/* "ROW,SCORE,P,LABEL", the last two by element i of a judgement, or without. */
void decision_csv(FILE *out, size_t row, float score, const egad_judgement *judgement,
                  size_t i);

/* What a model's own threshold comes to on rows. */
typedef struct {
    int found; /* 0: it has none */
    egad_threshold at;
    size_t alarms; /* rows that are labelled anomalies, */
    int labels;    /* 0: no row has one, and all are taken for normal here: */
    size_t wrong;  /* those of them that are normal, */
    size_t unseen; /* and of these those with a category that training never saw; */
    int any;       /* 1: there are normal rows that have one */
    double met;    /* share of the normal rows that are; with its mates NAN where it is */
    double precision, recall; /* not known which these are */
} cli_own;

/* Returns an exit code, as decision_find does. */
int decision_meet(cli_own *out, const egad_detector *detector, const cli_scoring *how,
                  const cli_rows *rows, double false_alarms, const float *scores);
/* "combined: 3 of the 4 normal rows above ..."; "" where none of them has such a
 * category. */
cli_sentence decision_unseen(const cli_own *own, egad_score_kind kind);
/* Of n kinds of score, in columns of this width; and of one, into an object. */
void decision_print(const cli_own *own, const egad_score_kind *kind, size_t n,
                    const egad_threshold_info *info, int name_width, int width);
void decision_put(cli_json *object, const cli_own *own);

/* ---- Metrics in print: metrics_text.c ---------------------------------------- */

enum { CLI_METRICS = 8 };

/* Figure i of egad_metrics: "F1", "precision at n = 250"; what JSON calls it; its value.
 */
cli_sentence metrics_name(size_t i, size_t anomalies);
const char *metrics_key(size_t i);
double metrics_value(const egad_metrics *metrics, size_t i);
/* What scores drawn by lot would give. */
egad_metrics metrics_chance(const egad_metrics *of);
/* The share of the rows that is called anomalous: `given`, if not 0, else the paper's of
 * its own data, else the true one; and which of them, "given", "paper", "true share". */
double metrics_fraction(const char **rule, const egad_dataset *data, double given,
                        size_t anomalies, size_t rows);

/* ---- Figures of others: cli_published.c --------------------------------------- */

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

/* ---- Streams: stream.c -------------------------------------------------- */

/* Rows that come in lines of CSV or JSON, to be answered in the same order. */
typedef struct {
    egad_detector *detector;
    cli_scoring how;
    const egad_search_options *search;
    const egad_threshold *at; /* NULL: scores only */
    int in;                   /* file descriptor */
    FILE *out;
    double delay; /* seconds that a line waits for others at most */
} cli_stream;

/* To the end of the input, or SIGTERM or SIGINT.  Returns an exit code; a malformed line
 * is answered, counted, and no failure. */
int stream_run(const cli_stream *how);

/* ---- AnoGAN's search: search_options.c ----------------------------------------- */

#define CLI_SEARCH_OPTIONS(search)                                                       \
    { "steps",                                                                           \
      0,                                                                                 \
      CLI_COUNT,                                                                         \
      &(search).steps,                                                                   \
      "N",                                                                               \
      "kdd-gan, mnist-gan: steps of the search for a row's z\n"                          \
      "                            (default 500)",                                       \
      0,                                                                                 \
      0 },                                                                               \
        { "restarts",                                                                    \
          0,                                                                             \
          CLI_COUNT,                                                                     \
          &(search).restarts,                                                            \
          "N",                                                                           \
          "likewise: searches for a row, of which the lowest score\n"                    \
          "                            counts (default 1)",                              \
          0,                                                                             \
          0 },                                                                           \
    {                                                                                    \
        "seed", 0, CLI_SEED, &(search).seed, "S",                                        \
            "likewise: of where searches begin (default 0)", 0, 0                        \
    }

/* CLI_DONE, or a usage error if one of them was given and the model does not search. */
int search_options_check(const cli_command *command, const egad_detector_info *info,
                         const char *model);
/* Of the search, be it the paper's. */
int search_options_steps(const egad_search_options *search);
/* "500 steps, the best of 3 per row, seed 0". */
cli_sentence search_options_text(const egad_search_options *search);
/* How it was searched, if it was: a line, or a member of `root`. */
void search_options_print(const egad_search_options *search,
                          const egad_detector_info *info);
void search_options_put(cli_json *root, const egad_search_options *search,
                        const egad_detector_info *info);

/* ---- Explained rows: explained.c ---------------------------------------- */

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
