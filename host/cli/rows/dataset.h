/* What commands say of a data set, and the file that an import makes: dataset.c. */
#ifndef DATASET_H
#define DATASET_H

#include "shell/shell.h"

/* Which values of a label column, in an egad_csv_options; and which column that is, of a
 * table that is read for a model. */
/* clang-format off */
#define CLI_KIND_OPTIONS(how)                                                            \
    { "normal", 0, CLI_LIST, &(how).normal, "V[,V]",                                     \
      "its values that are normal; all others are anomalies", 0, 0 },                    \
    { "anomalous", 0, CLI_LIST, &(how).anomalous, "V[,V]",                               \
      "or its values that are anomalies", 0, 0 }
#define CLI_LABEL_OPTIONS(how)                                                           \
    { "label", 0, CLI_TEXT, &(how).label, "COLUMN",                                      \
      "of a table: the column of labels", 0, 0 },                                        \
    CLI_KIND_OPTIONS(how)
/* clang-format on */

/* What importing and `egad data info` both say.  Returns an exit code. */
int dataset_summary(const egad_dataset *data);
/* The classes of a data set, those with most rows first: `*list` is freed with free().
 * Returns an exit code. */
typedef struct {
    const char *name;
    size_t rows;
    int anomalous; /* 1: its rows are anomalies */
} cli_class;
int dataset_classes(cli_class **list, const egad_dataset *data);
/* What a file is, by what it says of itself; CLI_NO_CONTENT: none of these, or not there.
 */
typedef enum {
    CLI_NO_CONTENT,
    CLI_DATA_CONTENT,
    CLI_MODEL_CONTENT,
    CLI_SCORES_CONTENT
} cli_content;
cli_content dataset_content(const char *path);
/* CLI_DONE unless what stands where scores shall be is a model, a data file or, without
 * `force`, no scores. */
int dataset_keep(const char *out, int force);
/* -1 if --label goes with one of --normal and --anomalous, or there are none of them;
 * else what message_usage returns. */
int dataset_labels(const char *command, const egad_csv_options *how);
/* An import, from its command line to its file. */
typedef struct {
    const char *out;   /* the file; NULL: none was named, so it is */
    const char *usual; /* this one; NULL: the name of the input, with .h5 */
    int force;         /* it may replace another data file */
    /* Set by dataset_begin. */
    const cli_command *command;
    int argc;
    char **argv;
    char name[256];
    double start;
} cli_import;

/* -1 if the output has a name and may be written, and takes the place of none of the
 * inputs, which end with NULL; else the exit code to return. */
int dataset_begin(cli_import *import, const cli_command *command, int argc, char **argv,
                  const char *const *inputs);
/* Save what was imported, say what it was, free it.  Returns an exit code. */
int dataset_finish(const cli_import *import, egad_dataset *data);

/* "2,375 normal" or "2,625: 2,375 normal, 250 anomalies (9.524 %)", of rows of a part or,
 * if it has no split, all; "5, of 4 columns: 3 numeric, 1 categorical"; and whether such
 * rows are "features" or "images". */
cli_sentence dataset_part(const egad_dataset *data, int part);
cli_sentence dataset_features(const egad_dataset *data);
const char *dataset_kind(const egad_dataset *data);
/* "5 of the 2,375 normal test rows are in the training rows too (0.2 %)": what
 * egad_dataset_copies has found. */
cli_sentence dataset_copies(size_t copies, size_t of);

#endif
