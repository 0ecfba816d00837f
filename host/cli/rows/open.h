/* Opening a device, a model and rows, and the options for them: open.c. */
#ifndef OPEN_H
#define OPEN_H

#include "rows.h"
#include "shell/shell.h"

/* ---- A device, and the shape of a network's rows ----------------------- */

/* Remedy for a tuning that cannot be used. */
#define CLI_OTHER_TUNING                                                                 \
    "set EGAD_TUNE to another file, or remove it if 'egad tune' made it"
/* The tuning of a device as text; prints a warning if it cannot be used. */
egad_tuning_info open_tuning(const egad_device_info *device);
/* Open a device, with the same warning. */
egad_status open_device(egad_device **out, const char *choice);

#define CLI_SHAPE_OPTION(variable)                                                       \
    {                                                                                    \
        "shape", 0, CLI_TEXT, &(variable), "N|HxWxC",                                    \
            "shape of a row (default: 121 as in KDD99, 28x28x1 as in MNIST)", 0, 0       \
    }

/* -1 if the library has this model (NULL: none was given), else the usage error of
 * `command`. */
int open_named(const char *command, const char *model);
/* Likewise, and (H, W, C) of a row from "121", "28x28" or "28x28x3"; NULL: of KDD99 or
 * MNIST, depending on the model. */
int open_shape(const char *command, const char *model, const char *text, size_t shape[3]);

/* ---- A model and the rows that it scores ------------------------------- */

/* clang-format off */
#define CLI_MODEL_OPTION(variable)                                                       \
    { "model", 0, CLI_TEXT, &(variable), "MODEL.h5",                                     \
      "the model, instead of as the first word", 0, 0 }
/* Of an egad_scoring. */
#define CLI_SCORE_OPTION(how, help)                                                      \
    { "score", 0, CLI_TEXT, &(how).score, "SCORE", help, 0, 0 }
#define CLI_LEFT_OUT_OPTION(how)                                                         \
    { "left-out",                                                                        \
      0,                                                                                 \
      CLI_FLAG,                                                                          \
      &(how).left_out,                                                                   \
      NULL,                                                                              \
      "score rows that trained the model as if each had been left\n"                     \
      "out; otherwise they are their own nearest rows",                                  \
      0,                                                                                 \
      0 }
#define CLI_ALPHA_OPTION(how, what)                                                      \
    { "alpha", 0, CLI_WEIGHT, &(how).alpha, "A",                                         \
      what " (default " CLI_NUMBER(EGAD_ALPHA) ")", 0, 0 }
/* Options of commands that read more than data files, and of the choice of rows. */
#define CLI_DATA_OPTION(variable, more)                                                  \
    { "data", 0, CLI_TEXT, &(variable), "FILE",                                          \
      "data file .h5, or CSV or JSON lines, also .gz, or a PNG\n"                        \
      "file or a folder of them; - for standard input" more, 1, 0 }
#define CLI_ID_OPTION(how)                                                               \
    { "id", 0, CLI_TEXT, &(how).id, "COLUMN",                                            \
      "for a table: the column that identifies rows, kept beside\n"                      \
      "their scores; a data file has that of its import", 0, 0 }
#define CLI_PART_OPTION(variable)                                                        \
    { "rows", 0, CLI_CHOICE, &(variable), "all|train|test",                              \
      "which rows of a data file (default: test if it has a\n"                           \
      "split, else all)", 0, 0 }
/* clang-format on */

/* What the command line says of them. */
typedef struct {
    const char *model, *data, *device; /* files; device choice */
    const char *part;                  /* of --rows, or NULL */
    egad_csv_options labels;           /* of a table, with `id` and `texts` */
    egad_scoring how;                  /* --score, --alpha, and the search */
    int labelled;                      /* 1: the command needs labels */
} cli_source;

/* None of them. */
#define CLI_SOURCE                                                                       \
    {                                                                                    \
        .labels = { .size = sizeof(egad_csv_options) },                                  \
        .how = EGAD_SCORING(NULL, EGAD_ALPHA)                                            \
    }

typedef struct {
    egad_device *device;
    egad_detector *detector;
    egad_detector_info info;
    egad_dataset *data;
    int images; /* 1: rows are images, 0: a table */
    cli_rows rows;
    size_t anomalies; /* among the rows */
} cli_opened;

/* -1 if --label, --id and --rows suit such data, else the usage error of `command`. */
int open_check(const char *command, const cli_source *from);
/* To be called in this order; each returns an exit code: the device and the model; the
 * data, checked against the model; and `most` of their rows, as in rows_sample. */
int open_model(cli_opened *out, const cli_command *command, const cli_source *from);
int open_data(cli_opened *out, const cli_source *from);
int open_rows(cli_opened *out, const cli_source *from, size_t most, uint32_t seed);
/* How to score, with the name of the score: by default that of the model.  Returns an
 * exit code; that of a usage error if the model lacks the score. */
int open_score(egad_scoring *how, const cli_command *command, const cli_opened *of,
               const cli_source *from);
/* The scores of all models, for the help, followed by `more`. */
const char *open_notes(const char *more);
/* Free all that was opened. */
void open_free(cli_opened *opened);

#endif
