/* What the commands share: tables of options and the help made from them, errors and
 * exit codes, numbers as text (cli.c); and what a section below is named after.  What
 * only `egad reproduce` needs is in cli_runs.h, what is drawn in cli_pictures.h.  main.c
 * lists the commands; there is one cmd_<name>.c for each.  */
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
int cmd_train(int argc, char **argv);
int cmd_score(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_threshold(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_tune(int argc, char **argv);
/* The words after `egad data`, and after `egad data import`. */
int cmd_fetch(int argc, char **argv);
int cmd_images_mnist(int argc, char **argv);
int cmd_images_idx(int argc, char **argv);
int cmd_images_npy(int argc, char **argv);
int cmd_images_png(int argc, char **argv);
extern const char cmd_import_examples[];
/* The words after `egad reproduce`. */
int cmd_figure1(int argc, char **argv);
int cmd_table1(int argc, char **argv);
int cmd_table2(int argc, char **argv);

typedef struct json_t cli_json; /* see cli_json.c below */

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

typedef struct {
    const char *name;
    char letter; /* of the short option, or 0 */
    cli_kind kind;
    void *value;       /* where it goes, of the type given at cli_kind */
    const char *wants; /* what the help calls its value; NULL for a flag */
    const char *help;
    int needed; /* 1: an error if not given; -1: mostly needed, the command knows when */
    int given;  /* set by cli_parse */
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
int cli_parse(const cli_command *command, int argc, char **argv);
/* Whether the option called `name` was on the command line. */
int cli_given(const cli_option *options, const char *name);

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

/* Run the entry called argv[1], or print the list of them: cli_group.c. */
int cli_dispatch(const cli_group *group, int argc, char **argv);

extern const cli_group cmd_data, cmd_import, cmd_reproduce;

/* ---- Completion: cli_complete.c ------------------------------------------- */

/* `egad --complete WORD... BEGUN` prints, line by line, what may stand in the place of
 * the last word, which may be empty; ":files" and ":folders" are for the shell to list.
 * If that is asked, take the "--complete" away. */
void cli_complete_begin(int *argc, char ***argv);
/* 1: cli_dispatch and cli_parse end with the functions below. */
int cli_complete_asked(void);
int cli_complete_group(const cli_group *group, const char *begun);
int cli_complete_command(const cli_command *command, int argc, char **argv);

/* Version, commit and libraries, on standard output: cli_version.c.  Returns an exit
 * code.  And the last two as texts. */
int cli_version(const char *program);
const char *cli_version_commit(void);
const char *cli_version_libraries(void);

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

typedef struct {
    char text[160];
} cli_sentence;

cli_number cli_count(uint64_t n);     /* "198,361" */
cli_number cli_time(double seconds);  /* "12.3 s", "3 min 20 s", "1 h 02 min" */
cli_number cli_bytes(uint64_t bytes); /* "15.6 GiB" */
double cli_clock(void);               /* seconds, monotonic */

/* What is said of a device's tuning; a warning if there is one that cannot be used. */
egad_tuning_info cli_tuning(const egad_device_info *device);
/* Open a device, with the same warning. */
egad_status cli_device(egad_device **out, const char *choice);

/* 1 if standard error is a terminal on which a line can be drawn again. */
int cli_terminal(void);

/* ---- Models -------------------------------------------------------------- */

/* -1 if the library has a model of this name (NULL: none was given), else the usage error
 * of `command`. */
int cli_model_check(const char *command, const char *name);

/* H, W, C of a row from "121", "28x28" or "28x28x3"; NULL: as KDD99 or MNIST has them, by
 * the model.  -1 if it is such, else what cli_usage returns. */
int cli_shape(const char *command, const char *text, const char *model, size_t shape[3]);

/* ---- Training: cli_train.c ------------------------------------------------ */

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
int cli_train_run(const cli_training *how);
/* From now on Ctrl-C is remembered instead of ending the program, but for a second one;
 * cli_train_run begins with that.  1 after Ctrl-C. */
void cli_train_catch(void);
int cli_train_stopped(void);
/* How many rows train, or with `held` are held out. */
size_t cli_train_rows(const egad_detector *detector, const egad_dataset *data, int held);
/* Say on standard error that a model has fewer epochs than it was begun for, unless this
 * kind of score will fail for that.  `model` is the file. */
void cli_train_note(const egad_detector_info *info, egad_score_kind kind,
                    const char *model);
/* CLI_DONE if these can be the data that the detector was trained on.  `path` and `model`
 * are the files, for errors. */
int cli_train_check(const egad_detector *detector, const egad_dataset *data,
                    const char *path, const char *model);

/* ---- Lines of JSON: cli_values.c ------------------------------------------ */

typedef struct {
    const egad_schema *schema;
    const char *label;  /* column of labels, or NULL */
    cli_json *object;   /* of the last line: its texts are values, */
    cli_number *number; /* (columns) and these, where they are none by themselves */
    char why[256];
} cli_values;

/* An egad_csv_parser for objects; `values` is a cli_values of which the schema is set,
 * and the label. */
const char *cli_values_parse(void *values, const char *text, size_t n,
                             const char **value);
void cli_values_close(cli_values *values);

/* ---- Rows to be scored: cli_rows.c ---------------------------------------- */

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
int cli_rows_images(const char *path);
/* A data file .h5, images for this detector, or a table for it, CSV or lines of JSON,
 * with `labels` as egad_csv_parse takes them, whose gaps that were filled, and values of
 * categories that training never saw, are counted on standard error. */
egad_status cli_rows_read(egad_dataset **data, const char *path,
                          const egad_detector_info *info, const egad_csv_options *labels);
/* Say on standard error that there were such. */
void cli_rows_note(const egad_csv_report *report);
/* CLI_DONE if rows of `data` mean to the detector what its training rows meant: as many
 * features, and where both say so, the same columns and categories in the same order.
 * `path` and `model` are the files, for errors. */
int cli_rows_check(const egad_dataset *data, const char *path,
                   const egad_detector_info *info, const char *model);
/* CLI_DONE unless --rows wants a part of what has no parts, */
int cli_rows_part(const char *part, const char *path);
/* or --label a column of what has none by name. */
int cli_rows_label(const egad_csv_options *labels, const char *path);
/* Warn if rows that train are anomalies by the labels of the file. */
void cli_rows_warn(const egad_dataset *data, const char *path);
/* `part` NULL: test where the data set has a split, else all.  `path` is for errors.
 * Returns an exit code; freed by cli_rows_free in either case. */
int cli_rows_select(cli_rows *rows, const egad_dataset *data, const char *part,
                    const char *path);
/* `n` of these at most, as egad_dataset_sample draws them. */
int cli_rows_sample(cli_rows *rows, const egad_dataset *data, const char *part,
                    const char *path, size_t n, uint32_t seed);
void cli_rows_free(cli_rows *rows);
/* Of each row, what egad_schema_unseen says of it by the schema of the detector: freed
 * with free(), NULL where that is 0 of all.  Returns an exit code. */
int cli_rows_unseen(int32_t **unseen, const cli_rows *rows,
                    const egad_detector_info *info);
/* The kinds of score that the recipe of a detector has, its default first. */
enum { CLI_KINDS = 3 };
size_t cli_rows_kinds(const egad_detector *detector, egad_score_kind kind[CLI_KINDS]);
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
egad_status cli_rows_score(const cli_rows *rows, egad_detector *detector,
                           const cli_scoring *how, float *scores);

/* ---- Thresholds: cli_threshold.c ------------------------------------------- */

#define CLI_FALSE_ALARMS_OPTION(variable)                                                \
    {                                                                                    \
        "false-alarms", 0, CLI_SHARE, &(variable), "RATE",                               \
            "of normal rows that are labelled anomalies (default:\n"                     \
            "                            what the model keeps, 0.01 at first)",          \
            0, 0                                                                         \
    }

/* Whose scores thresholds are made of. */
cli_sentence cli_threshold_rows(const egad_threshold_info *info);
/* The threshold for scores; false_alarms 0: that in force, and if there is none, `*found`
 * is 0.  Returns an exit code. */
int cli_threshold_find(egad_threshold *at, const egad_detector *detector,
                       const cli_scoring *how, const egad_search_options *search,
                       double false_alarms, int *found);
/* Say on standard error that so many rows, held out from `of` training rows, cannot tell
 * this rate, if so, and what would. */
void cli_threshold_few(size_t rows, size_t of, double false_alarms);
/* Say on standard error what there is to be known of that: that there is none, that no
 * rows were held out, or too few. */
void cli_threshold_note(const egad_detector *detector, const cli_scoring *how,
                        const egad_search_options *search, double false_alarms);
/* Fill what `out->at` makes of n scores.  Returns an exit code; freed by
 * cli_threshold_clear in either case. */
int cli_threshold_judge(egad_judgement *out, const egad_detector *detector,
                        egad_score_kind kind, const float *scores, size_t n);
void cli_threshold_clear(egad_judgement *judgement);
/* "ROW,SCORE,P,LABEL", the last two by element i of a judgement, or without. */
void cli_threshold_csv(FILE *out, size_t row, float score,
                       const egad_judgement *judgement, size_t i);

/* What a model's own threshold comes to on rows. */
typedef struct {
    int found; /* 0: it has none */
    egad_threshold at;
    size_t alarms; /* rows that are labelled anomalies, */
    size_t wrong;  /* those of them that are normal, */
    size_t unseen; /* and of these those with a category that training never saw; */
    int any;       /* 1: there are normal rows that have one */
    double met;    /* share of the normal rows that are; with its mates NAN where it is */
    double precision, recall; /* not known which these are */
} cli_own;

/* Returns an exit code, as cli_threshold_find does. */
int cli_threshold_meet(cli_own *out, const egad_detector *detector,
                       const cli_scoring *how, const cli_rows *rows, double false_alarms,
                       const float *scores);
/* "combined: 3 of the 4 normal rows above ..."; "" where none of them has such a
 * category. */
cli_sentence cli_threshold_unseen(const cli_own *own, egad_score_kind kind);
/* Of n kinds of score, in columns of this width; and of one, into an object. */
void cli_threshold_print(const cli_own *own, const egad_score_kind *kind, size_t n,
                         const egad_threshold_info *info, int name_width, int width);
void cli_threshold_put(cli_json *object, const cli_own *own);

/* ---- Metrics in print: cli_metrics.c ---------------------------------------- */

enum { CLI_METRICS = 8 };

/* Figure i of egad_metrics: "F1", "precision at n = 250"; what JSON calls it; its value.
 */
cli_sentence cli_metrics_name(size_t i, size_t anomalies);
const char *cli_metrics_key(size_t i);
double cli_metrics_value(const egad_metrics *metrics, size_t i);
/* What scores drawn by lot would give. */
egad_metrics cli_metrics_chance(const egad_metrics *of);
/* The share of the rows that is called anomalous: `given`, if not 0, else the paper's of
 * its own data, else the true one; and which of them, "given", "paper", "true share". */
double cli_metrics_fraction(const char **rule, const egad_dataset *data, double given,
                            size_t anomalies, size_t rows);

/* ---- Streams: cli_stream.c -------------------------------------------------- */

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
int cli_stream_run(const cli_stream *how);

/* ---- Figures of others: cli_known.c --------------------------------------- */

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
} cli_known;

/* Those of the rows selected, where they are of a published split; else n is 0. */
cli_known cli_known_of(const egad_dataset *data, const cli_rows *rows, size_t anomalies);

/* The share of rows that the paper calls anomalous; 0: it decides nothing here. */
double cli_known_fraction(const egad_dataset *data);

typedef struct {
    double mean, deviation; /* the standard one; 0: not known */
} cli_spread;

/* A row of the paper's table 1. */
typedef struct {
    const char *name;
    const char *model; /* that it is of; NULL: quoted by the paper from others */
    egad_score_kind kind;
    cli_spread precision, recall, f1;
} cli_known_row;
const cli_known_row *cli_known_table1(size_t *n);

/* MNIST with this digit as the anomaly, or NULL. */
typedef struct {
    size_t anomalies;                          /* images of the digit */
    double published, spread, pca, neighbours; /* AUPRC, as in cli_figure */
} cli_known_digit;
const cli_known_digit *cli_known_mnist(int digit);

/* ---- Time: cli_time.c ----------------------------------------------------- */

/* How long something took, several times. */
typedef struct {
    size_t n, room;
    double *ms;
} cli_samples;

typedef struct {
    double min, median, mean, p90, p99;
} cli_times;

/* Returns an exit code. */
int cli_time_add(cli_samples *samples, double ms);
/* Sorts them. */
cli_times cli_time_spread(cli_samples *samples);
void cli_time_clear(cli_samples *samples);
/* As an array. */
cli_json *cli_time_json(const cli_samples *samples);

/* A detector whose weights and rows are made up: times do not depend on them. */
typedef struct {
    const char *model, *recipe;
    size_t shape[3];
    size_t batch, rows; /* of a training iteration; to be scored, at most */
    size_t epoch;       /* batches that train; 0: as few as there can be */
} cli_subject_options;

typedef struct {
    egad_dataset *data; /* what the detector is made for, and trains on */
    egad_detector *detector;
    float *x, *scores; /* (rows, H*W*C); (rows) */
} cli_subject;

/* Returns an exit code; freed by cli_time_free in either case. */
int cli_time_new(cli_subject *out, egad_device *device, const cli_subject_options *how);
void cli_time_free(cli_subject *subject);
/* `rows` rows to scores, from host memory to host memory, up to `batch` at a time. */
typedef struct {
    egad_score_kind kind;
    size_t rows, batch;
    int steps;      /* of a search; 0: the model has an encoder */
    int restarts;   /* of a search; 0: 1 */
    size_t least;   /* samples, at least... */
    double seconds; /* and for so long */
} cli_timing;

/* A scorer for it.  Returns an exit code. */
int cli_time_scorer(egad_scorer **out, const cli_subject *subject, const cli_timing *how);
/* Adds to the samples, after runs to warm up.  flops: useful operations of a sample, or
 * NULL.  Returns an exit code. */
int cli_time_score(cli_samples *out, double *flops, const cli_subject *subject,
                   const cli_timing *how);

/* ---- Profiles: cli_profile.c ---------------------------------------------- */

/* As a table, list of launches by list; with their times, where they were run, and
 * `peak`, or NULL, beside them. */
void cli_profile_print(const egad_profile *launches, size_t n, const egad_peak *peak);
/* Useful operations of them all, and seconds. */
double cli_profile_flops(const egad_profile *launches, size_t n);
double cli_profile_seconds(const egad_profile *launches, size_t n);

/* ---- Table 2 of the paper: cli_table2.c ------------------------------------ */

enum { CLI_TIMES = 8 }; /* figures of the table */

/* What the table is measured with. */
typedef struct {
    int batches, searches; /* that are timed in a round, of BiGAN and of AnoGAN */
    int steps;             /* of a search */
    int rounds;
} cli_table2_options;

/* One figure, in FOLDER/MODEL-SCORE.json as far as it is measured. */
typedef struct {
    const char *model;
    egad_score_kind kind;
    const char *data; /* of the paper */
    double published; /* milliseconds of a batch */
    size_t batch;
    int steps;    /* of its search; 0: it has an encoder */
    double flops; /* useful operations of a batch */
    int rounds;   /* done */
    cli_samples *round;
    char device[400]; /* that they were measured on */
} cli_table2_part;

typedef struct {
    const char *folder;
    cli_table2_options how;
    char device[400]; /* "NAME (PLATFORM, driver VERSION)" */
    cli_table2_part part[CLI_TIMES];
} cli_table2;

/* A table without figures, for this device.  Returns an exit code; freed by
 * cli_table2_free in either case. */
int cli_table2_new(cli_table2 *out, const char *folder, const cli_table2_options *how,
                   const egad_device_info *device);
void cli_table2_free(cli_table2 *table);
/* Read what the folder has of a part, or write it.  Both return an exit code, CLI_FAILED
 * also where the file is of other settings. */
int cli_table2_load(cli_table2 *table, cli_table2_part *part);
int cli_table2_save(const cli_table2 *table, const cli_table2_part *part);
/* FOLDER/table2.md and .json, of rounds that all parts have.  Returns an exit code. */
int cli_table2_write(const cli_table2 *table);
/* The table, on standard output. */
void cli_table2_print(const cli_table2 *table);

/* ---- Imports: cli_data.c -------------------------------------------------- */

/* What importing and `egad data info` both say.  Returns an exit code. */
int cli_data_summary(const egad_dataset *data);
/* The classes of a data set, those with most rows first: `*list` is freed with free().
 * Returns an exit code. */
typedef struct {
    const char *name;
    size_t rows;
    int anomalous; /* 1: its rows are anomalies */
} cli_class;
int cli_data_classes(cli_class **list, const egad_dataset *data);
/* What a file is, by what it says of itself; CLI_NO_CONTENT: none of these, or not there.
 */
typedef enum {
    CLI_NO_CONTENT,
    CLI_DATA_CONTENT,
    CLI_MODEL_CONTENT,
    CLI_SCORES_CONTENT
} cli_content;
cli_content cli_data_content(const char *path);
/* CLI_DONE unless what stands where scores shall be is a model, a data file or, without
 * `force`, no scores. */
int cli_data_keep(const char *out, int force);
/* CLI_DONE if the output may be written, `named` being 1 where it was given, and `force`
 * where it may replace another; none of the inputs, which end with NULL. */
int cli_data_check(const char *out, const char *const *inputs, int named, int force);
/* -1 if --label goes with one of --normal and --anomalous, or there are none of them;
 * else what cli_usage returns. */
int cli_data_labels(const char *command, const egad_csv_options *how);
/* Save what was imported and by which command line, say what it was, free it.  `start` is
 * when that began. */
int cli_data_finish(egad_dataset *data, const char *command, int argc, char **argv,
                    const char *out, double start);
/* Where no `*out` was given: "flows.h5" of "data/flows.csv.gz", in `name`.  -1 if there
 * is an output now, else what cli_usage returns. */
int cli_data_name(const char *command, const char **out, char *name, size_t size,
                  const char *path);

/* "2,375 normal" or "2,625: 2,375 normal, 250 anomalies (9.524 %)", of rows of a part or,
 * if it has no split, all; "5, of 4 columns: 3 numeric, 1 categorical"; and whether such
 * rows are "features" or "images". */
cli_sentence cli_data_part(const egad_dataset *data, int part);
cli_sentence cli_data_features(const egad_dataset *data);
const char *cli_data_kind(const egad_dataset *data);
/* "5 of the 2,375 normal test rows are in the training rows too (0.2 %)": what
 * egad_dataset_copies has found. */
cli_sentence cli_data_copies(size_t copies, size_t of);

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
/* Instead of closing it: nothing appears. */
void cli_output_drop(cli_output *out);

/* Whether the name says HDF5. */
int cli_output_is_hdf5(const char *path);
/* CLI_DONE if writing `path` would replace none of `inputs` (NULL-terminated), and the
 * folder that it is to be in is there. */
int cli_output_check(const char *path, const char *const *inputs);
/* A field of CSV, in quotes; and in quotes only where it needs them. */
void cli_output_quoted(FILE *out, const char *text);
void cli_output_field(FILE *out, const char *text);
/* CLI_DONE unless `input` is a folder and `folder` is that, or in it. */
int cli_output_apart(const char *folder, const char *input);
/* CLI_DONE if files can be written in this folder, which is made if it is not there. */
int cli_output_folder(const char *path);
/* DIR/NAME, with as many slashes as are needed. */
typedef struct {
    char text[4096];
} cli_path;
cli_path cli_output_join(const char *folder, const char *name);
/* The last name of a path, also where slashes follow it. */
cli_path cli_output_base(const char *path);

/* ---- Texts: cli_text.c ---------------------------------------------------- */

/* Bytes of the UTF-8 character at `text`; 0 if it is none. */
size_t cli_text_character(const char *text);
/* 1 if it is one of control. */
int cli_text_control(const char *text);
/* Each byte that is of no character becomes a question mark; with `controls`, those of
 * control too. */
void cli_text_mend(char *text, int controls);
/* A word of a command line behind a space, in quotes where a shell wants them. */
void cli_text_word(FILE *out, const char *word);
/* "egad NAME WORD...", argv[0] being what `name` ends with; freed by the caller, NULL:
 * out of memory. */
char *cli_text_command(const char *name, int argc, char **argv);

/* ---- JSON: cli_json.c ----------------------------------------------------- */

/* Values are put into an object or array, which owns them then.  Nothing is to be checked
 * on the way: cli_json_print fails if anything did not fit. */
cli_json *cli_json_object(void);
cli_json *cli_json_array(void);
/* Of a text, what is no UTF-8 becomes question marks; NULL is null. */
void cli_json_text(cli_json *object, const char *key, const char *text);
void cli_json_real(cli_json *object, const char *key, double value); /* null: no number */
/* With as many digits as tell it from other floats. */
void cli_json_float(cli_json *object, const char *key, float value);
void cli_json_count(cli_json *object, const char *key, uint64_t n);
void cli_json_flag(cli_json *object, const char *key, int flag);
void cli_json_put(cli_json *object, const char *key, cli_json *value);
void cli_json_append(cli_json *array, cli_json *value);
void cli_json_append_text(cli_json *array, const char *text);
void cli_json_append_real(cli_json *array, double value);
/* How a result names the model and the device it is of. */
cli_json *cli_json_model(const egad_detector_info *info);
cli_json *cli_json_device(const egad_device_info *info);
/* On standard output; frees `root`.  `of` is the file that the results are of.  Returns
 * an exit code. */
int cli_json_print(cli_json *root, const char *of);
/* The same to a file, which appears when it is complete. */
int cli_json_save(cli_json *root, const char *path);
void cli_json_free(cli_json *root);
/* In one line, on standard output; frees `root`.  Returns an exit code. */
int cli_json_line(cli_json *root);
/* Likewise to a stream. */
void cli_json_write(cli_json *root, FILE *out);
/* And back: an object from n bytes, or NULL, and why there is none. */
cli_json *cli_json_parse(const char *text, size_t n, char *why, size_t size);
/* From a file.  Returns an exit code; `*root` is freed with cli_json_free. */
int cli_json_load(cli_json **root, const char *path);
/* A file of several, one after another, as an array. */
int cli_json_load_lines(cli_json **root, const char *path);
/* Borrowed; NULL if it is not there, and all of these take NULL. */
cli_json *cli_json_get(const cli_json *object, const char *key);
cli_json *cli_json_at(const cli_json *array, size_t i);
size_t cli_json_size(const cli_json *array);
double cli_json_real_at(const cli_json *array, size_t i);        /* NAN: none */
double cli_json_number(const cli_json *object, const char *key); /* NAN: none */
/* A text, number or truth value as text, which is in `text` where it is none by itself;
 * null as "", and what is not there as NULL.  0: a list or an object, which is no value.
 */
int cli_json_value(const cli_json *object, const char *key, const char **value,
                   cli_number *text);
const char *cli_json_word(const cli_json *object, const char *key); /* "": none */

/* ---- AnoGAN's search: cli_search.c ----------------------------------------- */

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
int cli_search_check(const cli_command *command, const egad_detector_info *info,
                     const char *model);
/* Of the search, be it the paper's. */
int cli_search_steps(const egad_search_options *search);
/* "500 steps, the best of 3 per row, seed 0". */
cli_sentence cli_search_text(const egad_search_options *search);
/* How it was searched, if it was: a line, or a member of `root`. */
void cli_search_print(const egad_search_options *search, const egad_detector_info *info);
void cli_search_put(cli_json *root, const egad_search_options *search,
                    const egad_detector_info *info);

/* ---- Explained rows: cli_explain.c ---------------------------------------- */

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
int cli_explain_order(size_t **order, const float *scores, size_t n);
/* Of n rows of `data`; a search is for this score and begins as that of cli_rows_score.
 * Returns an exit code; freed by cli_explain_free in either case. */
int cli_explain_rows(cli_explained *out, egad_detector *detector,
                     const egad_dataset *data, const size_t *row, size_t n,
                     const egad_search_options *search);
void cli_explain_free(cli_explained *explained);
/* "anomaly: attack", as far as the data set knows, or "". */
cli_label cli_explain_label(const egad_dataset *data, size_t row);
/* What its file is called, in UTF-8 that a terminal may show, or "". */
cli_path cli_explain_file(const egad_dataset *data, size_t row);
/* Which columns of a row were missing and are filled, by number; NULL: none is known to
 * be. */
const unsigned char *cli_explain_filled(const egad_dataset *data, size_t row);
/* The columns of a row, as egad_explain_columns has them; `schema` is that of the
 * detector, `filled` as above.  One of them in print; how many of them to print, which
 * hold most of the residual; a table of these; and one in full. */
typedef struct {
    char name[40], value[40], expected[40];
    int clipped; /* 1: the value has a star, */
    int weighed; /* and what is expected a weight, */
    int beyond;  /* or an end of what training rows have, which mean: */
} cli_line;
extern const char cli_explain_clipped[], cli_explain_weighed[], cli_explain_beyond[];
cli_line cli_explain_line(const egad_schema *schema, const egad_explained *column,
                          const unsigned char *filled);
size_t cli_explain_lines(const egad_explained *list, size_t n);
/* The others, from `shown` on, as one. */
typedef struct {
    char name[60]; /* "12 others" */
    double residual, share;
} cli_rest;
cli_rest cli_explain_rest(const egad_explained *list, size_t shown, size_t n);
/* A column's name; without a schema it has a number only. */
void cli_explain_name(const egad_schema *schema, size_t column, char *name, size_t size);
/* `*seen` gets what any of its lines has of `clipped`, `weighed` and `beyond`. */
void cli_explain_print(const egad_schema *schema, const egad_explained *list, size_t n,
                       const unsigned char *filled, cli_line *seen);
cli_json *cli_explain_json(const egad_schema *schema, const egad_explained *column,
                           const unsigned char *filled);

#endif
