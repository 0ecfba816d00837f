/* What the commands share: tables of options and the help made from them, errors and
 * exit codes, numbers as text (cli.c); the rows to be scored (cli_rows.c); output
 * files (cli_output.c).  main.c lists the commands; there is one cmd_<name>.c for
 * each.  */
#ifndef CLI_H
#define CLI_H

#include "egad.h"

#include <stdio.h>

/* What a command returns, and the program exits with. */
enum {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_UNREAD = 141 /* the reader of stdout went away: as a shell counts SIGPIPE */
};

int cmd_devices(int argc, char **argv);
int cmd_models(int argc, char **argv);
int cmd_data(int argc, char **argv);
int cmd_train(int argc, char **argv);
int cmd_score(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_inspect(int argc, char **argv);

/* ---- Options ------------------------------------------------------------ */

typedef enum {
    CLI_FLAG,   /* int: set to 1 */
    CLI_TEXT,   /* const char *: lives until the program ends */
    CLI_CHOICE, /* const char *: one of `wants`, "a|b|c" */
    CLI_COUNT,  /* int, 1 or more */
    CLI_SEED,   /* uint64_t */
    CLI_RATE,   /* double above 0 */
    CLI_WEIGHT, /* double from 0 to 1 */
    CLI_SHARE   /* double between 0 and 1 */
} cli_kind;

typedef struct {
    const char *name;
    char letter; /* of the short option, or 0 */
    cli_kind kind;
    void *value;       /* where it goes, of the type given at cli_kind */
    const char *wants; /* what the help calls its value; NULL for a flag */
    const char *help;
    int needed; /* 1: an error if not given */
    int given;  /* set by cli_parse */
} cli_option;

typedef struct {
    const char *name; /* all that follows "egad": "data import csv", "-bench" */
    const char *summary;
    const char *operand;     /* "FILE", "[NAME]" if it may be left out, NULL: none */
    const char **operand_at; /* where it goes */
    cli_option *options;     /* ends with one without a name */
    const char *notes;       /* more lines of help, or NULL */
    const char *example;
} cli_command;

#define CLI_DEVICE_OPTION(variable)                                                      \
    {                                                                                    \
        "device", 0, CLI_TEXT, &(variable), "CHOICE",                                    \
            "index p:d, or a word of its name, platform or type", 0, 0                   \
    }

/* Read argv (argv[0] is the command's own word).  -1: go on; else exit with it: the
 * help was printed, or what is wrong with the usage. */
int cli_parse(const cli_command *command, int argc, char **argv);
/* Whether the option called `name` was on the command line. */
int cli_given(const cli_option *options, const char *name);

typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} cli_entry;

typedef struct {
    const char *name; /* "" for egad itself, "data" */
    const char *summary;
    const char *noun;         /* what the help calls the next word: "COMMAND" */
    const cli_entry *entries; /* ends with one without a name */
    const char *examples;     /* lines */
} cli_group;

/* Run the entry called argv[1], or print the list of them. */
int cli_dispatch(const cli_group *group, int argc, char **argv);

/* ---- Errors: each prints "egad: ..." on stderr and returns the exit code -- */

/* The text of the library's last failure. */
int cli_fail(void);
int cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One that ends nothing: "egad: warning: ...". */
void cli_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* `name` as in cli_command: whose --help to try. */
int cli_usage(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `code`, but if that was CLI_DONE and what was printed did not arrive: CLI_FAILED, or
 * without a word CLI_UNREAD, where `head` and the like had seen enough. */
int cli_flush(int code);

/* Call something that returns egad_status; on failure report it and leave by `done:`
 * with `code`. */
#define CLI_TRY(call)                                                                    \
    do {                                                                                 \
        if ((call) != EGAD_OK) {                                                         \
            code = cli_fail();                                                           \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* ---- Numbers as text: cli_count(n).text ----------------------------------- */

typedef struct {
    char text[40];
} cli_number;

cli_number cli_count(uint64_t n);     /* "198,361" */
cli_number cli_time(double seconds);  /* "12.3 s", "3 min 20 s", "1 h 02 min" */
cli_number cli_bytes(uint64_t bytes); /* "15.6 GiB" */
double cli_clock(void);               /* seconds, monotonic */

/* 1 if standard error is a terminal on which a line can be drawn again. */
int cli_terminal(void);

/* ---- Models -------------------------------------------------------------- */

/* -1 if the library has a model of this name, else the usage error of `command`. */
int cli_model_check(const char *command, const char *name);

/* H, W, C of a row from "121", "28x28" or "28x28x3"; NULL: as KDD99 or MNIST has them, by
 * the model.  -1 if it is such, else what cli_usage returns. */
int cli_shape(const char *command, const char *text, const char *model, size_t shape[3]);

/* ---- Rows to be scored: cli_rows.c ---------------------------------------- */

typedef struct {
    const char *part; /* "all", "train", "test" */
    size_t n, *row;   /* indices into the data set */
    const float *x;
    const unsigned char *y; /* NULL: no labels */
    float *own_x;           /* gathered, where x is not that of the data set */
    unsigned char *own_y;
} cli_rows;

/* CLI_DONE if rows of `data` mean to the detector what its training rows meant: as many
 * features, and where both say so, the same columns and categories in the same order.
 * `path` and `model` are the files, for errors. */
int cli_rows_check(const egad_dataset *data, const char *path,
                   const egad_detector_info *info, const char *model);
/* Warn if rows that train are anomalies by the labels of the file. */
void cli_rows_warn(const egad_dataset *data, const char *path);
/* `part` NULL: test where the data set has a split, else all.  `path` is for errors.
 * Returns an exit code; freed by cli_rows_free in either case. */
int cli_rows_select(cli_rows *rows, const egad_dataset *data, const char *part,
                    const char *path);
void cli_rows_free(cli_rows *rows);
/* Score them, to `scores` (rows->n), saying on a terminal how far it is. */
egad_status cli_rows_score(const cli_rows *rows, egad_detector *detector,
                           egad_score_kind kind, double alpha, float *scores);

/* ---- Files: cli_output.c -------------------------------------------------- */

/* A text file that appears under its name when it is complete. */
typedef struct {
    FILE *stream;
    const char *shown; /* its name in errors */
    char *path;        /* what `temporary` becomes */
    char *temporary;
} cli_output;

/* `path` NULL: standard output.  Both return an exit code. */
int cli_output_open(cli_output *out, const char *path);
int cli_output_close(cli_output *out);

/* Whether the name says HDF5. */
int cli_output_is_hdf5(const char *path);
/* CLI_DONE if writing `path` would replace none of `inputs` (NULL-terminated). */
int cli_output_check(const char *path, const char *const *inputs);

#endif
