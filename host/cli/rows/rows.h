/* Rows to be scored, whether they fit a detector, and their scores: rows.c. */
#ifndef ROWS_H
#define ROWS_H

#include "egad.h"

typedef struct {
    const char *part; /* "all", "train", "test" */
    size_t of;        /* rows of that part */
    size_t n, *row;   /* rows selected: indices into the data set */
    const float *x;
    const unsigned char *y; /* NULL: no labels */
    float *own_x;           /* owned copy, if x is not that of the data set */
    unsigned char *own_y;
} cli_rows;

/* 1 if the source of the rows, by its name, is a folder or an image file. */
int rows_are_pictures(const char *path);
/* Read a data file .h5 or images for this detector, or a table for it (CSV or JSON lines,
 * with `labels` as in egad_csv_parse); counts of imputed values and unseen categories go
 * to standard error; `raised`: egad_outside_raises of the score that is asked for. */
egad_status rows_read(egad_dataset **data, const char *path,
                      const egad_detector_info *info, const egad_csv_options *labels,
                      int raised);
/* Print these counts on standard error. */
void rows_note(const egad_csv_report *report, int raised);
/* What unseen categories mean for a score. */
const char *rows_unseen_effect(int raised);
/* CLI_DONE if the rows of `data` fit the detector: the same number of features and, where
 * both name them, the same columns and categories in the same order.  `path` and `model`
 * are the files, for errors. */
int rows_check(const egad_dataset *data, const char *path, const egad_detector_info *info,
               const char *model);
/* Likewise for data that should be the training data. */
int rows_same(const egad_dataset *data, const char *path, const egad_detector_info *info,
              const char *model);
/* -1, or the result of message_usage if --rows is given for data without a split, ... */
int rows_part(const char *command, const char *part, const char *path);
/* ... or --label or --id for data that are not a table. */
int rows_label(const char *command, const egad_csv_options *labels, const char *path);
/* Warn if training rows are labelled anomalies in the file. */
void rows_warn(const egad_dataset *data, const char *path);
/* Select a part; NULL: test if the data set has a split, else all.  `path` is for errors.
 * Returns an exit code; free with rows_free in either case. */
int rows_select(cli_rows *rows, const egad_dataset *data, const char *part,
                const char *path);
/* At most n of these, as drawn by egad_dataset_sample. */
int rows_sample(cli_rows *rows, const egad_dataset *data, const char *part,
                const char *path, size_t n, uint32_t seed);
/* The number of anomalies; 0 without labels. */
size_t rows_anomalies(const cli_rows *rows);
void rows_free(cli_rows *rows);
/* The result of egad_schema_unseen for each row, by the schema of the detector; NULL if
 * it is 0 for all.  Free with free().  Returns an exit code. */
int rows_unseen(int32_t **unseen, const cli_rows *rows, const egad_detector_info *info);
/* Likewise of egad_outside_count. */
int rows_outside(int32_t **outside, const cli_rows *rows, const egad_detector *detector);
/* The names of a detector's scores: the default of its recipe, then those that need no
 * calibration. */
enum { CLI_SCORES = 8 };
size_t rows_scores(const egad_detector *detector, const char *score[CLI_SCORES]);
/* 1 if this score of the model of this name needs calibration. */
int rows_calibrated(const char *model, const char *score);
/* How to score rows. */
typedef struct {
    egad_scoring how; /* with the name of its score; its `row` is ignored */
    size_t done;      /* rows that are scored already */
    /* Called at most 32 times with the number of rows scored; nonzero stops.  NULL:
     * none. */
    int (*piece)(void *context, size_t done);
    void *context;
    const char *about; /* beginning of progress lines; NULL: the name of the score */
} cli_scoring;
/* Score rows to `scores` (rows->n).  Progress is shown on a terminal; that of a search,
 * which takes long, elsewhere too if `about` is set.  The start of a search depends on
 * the row number in the data set. */
egad_status rows_score(const cli_rows *rows, egad_detector *detector,
                       const cli_scoring *how, float *scores);

#endif
