/* What all commands share: tables of options and the help made from them, errors and exit
 * codes, numbers as text (options.c), files, JSON.  What they do with a detector and rows
 * is in rows.h, how long it takes in text_time.h, what is drawn in pictures.h, what only
 * `egad reproduce` needs in runs.h.  main.c lists the commands; there is one cmd_<name>.c
 * for each.  */
#ifndef SHELL_H
#define SHELL_H

#include "egad.h"

#include <stdio.h>

/* What a command returns, and the program exits with. */
enum {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_STOPPED =
        128,         /* and the number of a signal, as a shell counts: not all is done */
    CLI_UNREAD = 141 /* the reader of stdout went away: as a shell counts SIGPIPE */
};

int devices_command(int argc, char **argv);
int models_command(int argc, char **argv);
int train_command(int argc, char **argv);
int score_command(int argc, char **argv);
int eval_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int threshold_command(int argc, char **argv);
int report_command(int argc, char **argv);
int inspect_command(int argc, char **argv);
int tune_command(int argc, char **argv);
/* The words after `egad data`, and after `egad data import`. */
int fetch_command(int argc, char **argv);
int images_mnist(int argc, char **argv);
int images_idx(int argc, char **argv);
int images_npy(int argc, char **argv);
int images_png(int argc, char **argv);
extern const char import_examples[];
/* The words after `egad reproduce`. */
int figure1_command(int argc, char **argv);
int table1_command(int argc, char **argv);
int table2_command(int argc, char **argv);

typedef struct json_t cli_json; /* see record.c below */

/* ---- Options ------------------------------------------------------------ */

typedef enum {
    CLI_FLAG, /* int: set to 1 */
    CLI_TEXT, /* const char *: lives until the program ends */
    CLI_LIST, /* the same with commas in it; of other options given twice the last counts
               */
    CLI_CHOICE, /* const char *: one of `wants`, "a|b|c" */
    CLI_COUNT,  /* int, 1 or more */
    CLI_SEED,   /* uint64_t */
    CLI_RATE,   /* double above 0 */
    CLI_WEIGHT, /* double from 0 to 1 */
    CLI_SHARE   /* double between 0 and 1 */
} cli_kind;

/* A short text, returned by value: text_count(n).text. */
typedef struct {
    char text[40];
} cli_number;

typedef struct {
    const char *name;
    char letter; /* of the short option, or 0 */
    cli_kind kind;
    void *value;       /* where it goes, of the type given at cli_kind */
    const char *wants; /* what the help calls its value; NULL for a flag */
    const char *help;
    int needed; /* 1: an error if not given; -1: mostly needed, the command knows when */
    int given;  /* set by options_parse */
} cli_option;

typedef struct {
    const char *name; /* all that follows "egad": "data import csv", "-bench" */
    const char *summary;
    const char *operand;     /* "FILE", "[NAME]" if it may be left out, NULL: none */
    const char **operand_at; /* where it goes */
    size_t operands;         /* how many there may be, if not one */
    cli_option *options;     /* ends with one without a name */
    const char *notes;       /* more lines of help, or NULL */
    const char *example;
} cli_command;

#define CLI_DEVICE_OPTION(variable)                                                      \
    {                                                                                    \
        "device", 0, CLI_TEXT, &(variable), "CHOICE",                                    \
            "index p:d, or a word of its name, platform or type", 0, 0                   \
    }

#define CLI_FORCE_OPTION(variable, what)                                                 \
    {                                                                                    \
        "force", 0, CLI_FLAG, &(variable), NULL, "replace " what " if it exists", 0, 0   \
    }

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

/* Read argv (argv[0] is the command's own word).  -1: go on; else exit with it: the
 * help was printed, or what is wrong with the usage. */
int options_parse(const cli_command *command, int argc, char **argv);
/* Whether the option called `name` was on the command line. */
int options_given(const cli_option *options, const char *name);

struct cli_group;
typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const struct cli_group *group; /* or of more words, in place of `run` */
    const char *summary;
} cli_entry;

typedef struct cli_group {
    const char *name; /* "" for egad itself, "data" */
    const char *summary;
    const char *noun;         /* what the help calls the next word: "COMMAND" */
    const cli_entry *entries; /* ends with one without a name */
    const char *examples;     /* lines */
} cli_group;

/* Run the entry called argv[1], or print the list of them: group.c. */
int group_dispatch(const cli_group *group, int argc, char **argv);

extern const cli_group data_group, import_group, reproduce_group;

/* ---- What was meant: hint.c -------------------------------------------- */

enum { CLI_OPTIONS_MAX = 24 };

/* ": write 0.05" of a share that is written as "5%", or a number as "0,05"; or "". */
cli_number hint_number(const cli_option *option, const char *text);
/* ": did you mean --seed?" of what a slip has made of an option, or "". */
cli_number hint_near(const cli_command *command, const char *word);
/* What does the work of an option that others have, or NULL. */
const char *hint_option(const cli_command *command, const char *option);
/* "; a model is given by --model" of a stray argument that may be one, or "". */
const char *hint_argument(const cli_option *options, const char *word);
/* 1: a word that the shell has cut off a list at its comma, as "b" of "--drop a, b". */
int hint_cut(const char *word, int argc, char **argv);

/* ---- Completion: complete.c ------------------------------------------- */

/* `egad --complete WORD... BEGUN` prints, line by line, what may stand in the place of
 * the last word, which may be empty; ":files" and ":folders" are for the shell to list.
 * If that is asked, take the "--complete" away. */
void complete_begin(int *argc, char ***argv);
/* 1: group_dispatch and options_parse end with the functions below. */
int complete_asked(void);
int complete_group(const cli_group *group, const char *begun);
int complete_command(const cli_command *command, int argc, char **argv);

/* Version, commit and libraries, on standard output: version_print.c.  Returns an exit
 * code.  And the last two as texts. */
int version_print(const char *program);
const char *version_commit(void);
const char *version_libraries(void);

/* ---- Errors: each prints "egad: ..." on stderr and returns the exit code -- */

/* The text of the library's last failure. */
int message_fail(void);
int message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One that ends nothing: "egad: warning: ...". */
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* `name` as in cli_command: whose --help to try. */
int message_usage(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `code`, but if that was CLI_DONE and what was printed did not arrive: CLI_FAILED, or
 * without a word CLI_UNREAD, where `head` and the like had seen enough. */
int message_flush(int code);

/* Call something that returns egad_status; on failure report it and leave by `done:`
 * with `code`. */
#define CLI_TRY(call)                                                                    \
    do {                                                                                 \
        if ((call) != EGAD_OK) {                                                         \
            code = message_fail();                                                       \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* ---- Numbers as text: text_count(n).text (text.c) ------------------------ */

typedef struct {
    char text[160];
} cli_sentence;

cli_number text_count(uint64_t n);     /* "198,361" */
cli_number text_time(double seconds);  /* "12.3 s", "3 min 20 s", "1 h 02 min" */
cli_number text_bytes(uint64_t bytes); /* "15.6 GiB" */
double message_clock(void);            /* seconds, monotonic */

/* What to do about a tuning that cannot be used. */
#define CLI_OTHER_TUNING                                                                 \
    "name another file by EGAD_TUNE, or remove it if 'egad tune' made it"
/* What is said of a device's tuning; a warning if there is one that cannot be used. */
egad_tuning_info open_tuning(const egad_device_info *device);
/* Open a device, with the same warning. */
egad_status open_device(egad_device **out, const char *choice);

/* 1 if standard error is a terminal on which a line can be drawn again. */
int message_terminal(void);

/* ---- Models -------------------------------------------------------------- */

/* -1 if the library has a model of this name (NULL: none was given), else the usage error
 * of `command`. */
int open_model_check(const char *command, const char *name);

/* H, W, C of a row from "121", "28x28" or "28x28x3"; NULL: as KDD99 or MNIST has them, by
 * the model.  -1 if it is such, else what message_usage returns. */
int open_shape(const char *command, const char *text, const char *model, size_t shape[3]);

/* ---- Imports: dataset.c -------------------------------------------------- */

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
/* CLI_DONE if the output may be written, `named` being 1 where it was given, and `force`
 * where it may replace another; none of the inputs, which end with NULL. */
int dataset_check(const char *out, const char *const *inputs, int named, int force);
/* -1 if --label goes with one of --normal and --anomalous, or there are none of them;
 * else what message_usage returns. */
int dataset_labels(const char *command, const egad_csv_options *how);
/* Save what was imported and by which command line, say what it was, free it.  `start` is
 * when that began. */
int dataset_finish(egad_dataset *data, const char *command, int argc, char **argv,
                   const char *out, double start);
/* Where no `*out` was given: "flows.h5" of "data/flows.csv.gz", in `name`.  -1 if there
 * is an output now, else what message_usage returns. */
int dataset_name(const char *command, const char **out, char *name, size_t size,
                 const char *path);

/* "2,375 normal" or "2,625: 2,375 normal, 250 anomalies (9.524 %)", of rows of a part or,
 * if it has no split, all; "5, of 4 columns: 3 numeric, 1 categorical"; and whether such
 * rows are "features" or "images". */
cli_sentence dataset_part(const egad_dataset *data, int part);
cli_sentence dataset_features(const egad_dataset *data);
const char *dataset_kind(const egad_dataset *data);
/* 1 if rows of this schema and shape are images. */
int dataset_images(const egad_schema *schema, const size_t shape[3]);
/* "5 of the 2,375 normal test rows are in the training rows too (0.2 %)": what
 * egad_dataset_copies has found. */
cli_sentence dataset_copies(size_t copies, size_t of);

/* ---- Files: output.c -------------------------------------------------- */

/* A text file that appears under its name when it is complete. */
typedef struct {
    FILE *stream;
    egad_file *file; /* NULL: standard output */
} cli_output;

/* `path` NULL: standard output.  Both return an exit code. */
int output_open(cli_output *out, const char *path);
int output_close(cli_output *out);
/* Instead of closing it: nothing appears. */
void output_drop(cli_output *out);

/* Whether the name says HDF5. */
int output_is_hdf5(const char *path);
/* CLI_DONE if writing `path` would replace none of `inputs` (NULL-terminated), and the
 * folder that it is to be in is there. */
int output_check(const char *path, const char *const *inputs);
/* A field of CSV, in quotes; and in quotes only where it needs them. */
void output_quoted(FILE *out, const char *text);
void output_field(FILE *out, const char *text);
/* CLI_DONE unless `input` is a folder and `folder` is that, or in it. */
int output_apart(const char *folder, const char *input);
/* CLI_DONE if files can be written in this folder, which is made if it is not there, and
 * taken away again if nothing is in it when the program ends. */
int output_folder(const char *path);
/* DIR/NAME, with as many slashes as are needed. */
typedef struct {
    char text[4096];
} cli_path;
cli_path output_join(const char *folder, const char *name);
/* The last name of a path, also where slashes follow it. */
cli_path output_base(const char *path);

/* ---- Texts: text.c ---------------------------------------------------- */

/* Bytes of the UTF-8 character at `text`; 0 if it is none. */
size_t text_character(const char *text);
/* 1 if it is one of control. */
int text_control(const char *text);
/* Each byte that is of no character becomes a question mark; with `controls`, those of
 * control too. */
void text_mend(char *text, int controls);
/* 1 if it is a number and nothing else. */
int text_is_number(const char *text);
/* A word of a command line behind a space, in quotes where a shell wants them. */
void text_word(FILE *out, const char *word);
/* "egad NAME WORD...", to a stream, or as a text; argv[0] being what `name` ends with;
 * freed by the caller, NULL: out of memory. */
void text_line(FILE *out, const char *name, int argc, char **argv);
char *text_command(const char *name, int argc, char **argv);

/* ---- JSON: record.c ----------------------------------------------------- */

/* Values are put into an object or array, which owns them then.  Nothing is to be checked
 * on the way: record_print fails if anything did not fit. */
cli_json *record_object(void);
cli_json *record_array(void);
/* Of a text, what is no UTF-8 becomes question marks; NULL is null. */
void record_text(cli_json *object, const char *key, const char *text);
void record_real(cli_json *object, const char *key, double value); /* null: no number */
/* With as many digits as tell it from other floats. */
void record_float(cli_json *object, const char *key, float value);
void record_count(cli_json *object, const char *key, uint64_t n);
void record_flag(cli_json *object, const char *key, int flag);
void record_put(cli_json *object, const char *key, cli_json *value);
void record_append(cli_json *array, cli_json *value);
void record_append_text(cli_json *array, const char *text);
void record_append_real(cli_json *array, double value);
/* How a result names the model and the device it is of. */
cli_json *record_model(const egad_detector_info *info);
cli_json *record_device(const egad_device_info *info);
/* On standard output; frees `root`.  `of` is the file that the results are of.  Returns
 * an exit code. */
int record_print(cli_json *root, const char *of);
/* The same to a file, which appears when it is complete. */
int record_save(cli_json *root, const char *path);
void record_free(cli_json *root);
/* In one line, on standard output; frees `root`.  Returns an exit code. */
int record_line(cli_json *root);
/* Likewise to a stream. */
void record_write(cli_json *root, FILE *out);
/* And back: an object from n bytes, or NULL, and why there is none and what to do. */
cli_json *record_parse(const char *text, size_t n, char *why, size_t size);
/* From a file.  Returns an exit code; `*root` is freed with record_free. */
int record_load(cli_json **root, const char *path);
/* A file of several, one after another, as an array. */
int record_load_lines(cli_json **root, const char *path);
/* Borrowed; NULL if it is not there, and all of these take NULL. */
cli_json *record_get(const cli_json *object, const char *key);
/* The name that follows this one in an object, NULL: the first; NULL: there is none. */
const char *record_next(cli_json *object, const char *name);
cli_json *record_at(const cli_json *array, size_t i);
size_t record_size(const cli_json *array);
double record_real_at(const cli_json *array, size_t i);        /* NAN: none */
double record_number(const cli_json *object, const char *key); /* NAN: none */
/* A text, number or truth value as text, which is in `text` where it is none by itself;
 * null as "", and what is not there as NULL.  0: a list or an object, which is no value.
 */
int record_value(const cli_json *object, const char *key, const char **value,
                 cli_number *text);
const char *record_word(const cli_json *object, const char *key); /* "": none */

#endif
