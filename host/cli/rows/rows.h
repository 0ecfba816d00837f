/* Rows that are scored, whether they are rows for a detector, and their scores: rows.c.
 */
#ifndef ROWS_H
#define ROWS_H

#include "egad.h"

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

/* 1 if rows come from pictures, by the name of their source: a folder, or a PNG file. */
int rows_are_pictures(const char *path);
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
/* How many are anomalies; 0 without labels. */
size_t rows_anomalies(const cli_rows *rows);
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

#endif
