/* The summary of a data set, and the file that an import writes: dataset.c. */
#ifndef DATASET_H
#define DATASET_H

#include "shell/shell.h"

/* Options of an egad_csv_options: which label values are normal or anomalous; and, for a
 * table that a model reads, which column holds the labels. */
/* clang-format off */
#define CLI_KIND_OPTIONS(how)                                                            \
    { "normal", 0, CLI_VALUES, &(how).normal, "V[,V]",                                     \
      "label values that are normal; all others are anomalies", 0, 0 },                  \
    { "anomalous", 0, CLI_VALUES, &(how).anomalous, "V[,V]",                               \
      "or the label values that are anomalies", 0, 0 }
#define CLI_LABEL_OPTIONS(how)                                                           \
    { "label", 0, CLI_TEXT, &(how).label, "COLUMN",                                      \
      "for a table: the column of labels", 0, 0 },                                       \
    CLI_KIND_OPTIONS(how)
/* clang-format on */

/* Print the summary of imports and of `egad data info`.  Returns an exit code. */
int dataset_summary(const egad_dataset *data);
/* The classes of a data set, most frequent first; free `*list` with free().  Returns an
 * exit code. */
typedef struct {
    const char *name;
    size_t rows;
    int anomalous; /* 1: its rows are anomalies */
} cli_class;
int dataset_classes(cli_class **list, const egad_dataset *data);
/* Warn of labels that differ only in case or in blanks around them. */
void dataset_warn_labels(const egad_dataset *data);
/* The kind of a file by its content; CLI_NO_CONTENT: none of these, or no such file. */
typedef enum {
    CLI_NO_CONTENT,
    CLI_DATA_CONTENT,
    CLI_MODEL_CONTENT,
    CLI_SCORES_CONTENT
} cli_content;
cli_content dataset_content(const char *path);
/* CLI_DONE if scores may be written to `out`: never over a model or a data file, and over
 * other files than scores only with `force`. */
int dataset_keep(const char *out, int force);
/* "flows" of "data/flows.csv.gz"; "": the path gives no name. */
typedef struct {
    char text[256];
} cli_stem;
cli_stem dataset_stem(const char *path);
/* -1 if --label comes with one of --normal and --anomalous, or none of the three is
 * given; else the result of message_usage. */
int dataset_labels(const char *command, const egad_csv_options *how);
/* An import, from its command line to its file. */
typedef struct {
    const char *out;   /* output file; NULL: `usual` */
    const char *usual; /* default name; NULL: that of the input, ending in .h5 */
    int force;         /* 1: may overwrite a data file */
    /* Set by dataset_begin. */
    const cli_command *command;
    int argc;
    char **argv;
    char name[260];
    double start;
} cli_import;

/* -1 if the output has a name, may be written and would overwrite none of the inputs
 * (NULL-terminated); else the exit code to return. */
int dataset_begin(cli_import *import, const cli_command *command, int argc, char **argv,
                  const char *const *inputs);
/* Save the data set, print its summary, free it.  Returns an exit code. */
int dataset_finish(const cli_import *import, egad_dataset *data);

/* "2,375 normal" or "2,625: 2,375 normal, 250 anomalies (9.524 %)": the rows of a part,
 * or all rows if there is no split; "5, of 4 columns: 3 numeric, 1 categorical"; and
 * "features" or "images". */
cli_sentence dataset_part(const egad_dataset *data, int part);
cli_sentence dataset_features(const egad_dataset *data);
const char *dataset_kind(const egad_dataset *data);
/* "5 of the 2,375 normal test rows are in the training rows too (0.2 %)": the result of
 * egad_dataset_copies. */
cli_sentence dataset_copies(size_t copies, size_t of);
/* A value of this feature, in its own units, to so many digits; one that has an offset to
 * so many digits of its distance from that. */
cli_number dataset_number(const egad_schema *schema, size_t feature, double value,
                          int digits);
/* Print a decision that an import made by looking: `note` of its options. */
void dataset_note(void *context, const char *text);
/* Warn of columns that lose digits (egad_coarse); `path` is the file. */
void dataset_warn_digits(const egad_dataset *data, const char *path);

#endif
