/* How long things take: of scores (text_time.c), launch by launch (profile.c), as
 * table 2 of the paper has it (table2_text.c). */
#ifndef TIMING_H
#define TIMING_H

#include "shell/shell.h"

/* ---- Time: text_time.c ----------------------------------------------------- */

/* How long something took, several times. */
typedef struct {
    size_t n, room;
    double *ms;
} cli_samples;

typedef struct {
    double min, median, mean, p90, p99;
} cli_times;

/* Returns an exit code. */
int timing_add(cli_samples *samples, double ms);
/* Sorts them. */
cli_times timing_spread(cli_samples *samples);
void timing_clear(cli_samples *samples);
/* As an array. */
cli_json *timing_json(const cli_samples *samples);

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

/* Returns an exit code; freed by timing_free in either case. */
int timing_new(cli_subject *out, egad_device *device, const cli_subject_options *how);
void timing_free(cli_subject *subject);
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
int timing_scorer(egad_scorer **out, const cli_subject *subject, const cli_timing *how);
/* Adds to the samples, after runs to warm up.  flops: useful operations of a sample, or
 * NULL.  Returns an exit code. */
int timing_score(cli_samples *out, double *flops, const cli_subject *subject,
                 const cli_timing *how);

/* ---- Profiles: profile.c ---------------------------------------------- */

/* As a table, list of launches by list; with their times, where they were run, and
 * `peak`, or NULL, beside them. */
void profile_print(const egad_profile *launches, size_t n, const egad_peak *peak);
/* Useful operations of them all, and seconds. */
double profile_flops(const egad_profile *launches, size_t n);
double profile_seconds(const egad_profile *launches, size_t n);

/* ---- Table 2 of the paper: table2_text.c ------------------------------------ */

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
 * table2_free in either case. */
int table2_new(cli_table2 *out, const char *folder, const cli_table2_options *how,
               const egad_device_info *device);
void table2_free(cli_table2 *table);
/* Read what the folder has of a part, or write it.  Both return an exit code, CLI_FAILED
 * also where the file is of other settings. */
int table2_load(cli_table2 *table, cli_table2_part *part);
int table2_save(const cli_table2 *table, const cli_table2_part *part);
/* FOLDER/table2.md and .json, of rounds that all parts have.  Returns an exit code. */
int table2_write(const cli_table2 *table);
/* The table, on standard output. */
void table2_print(const cli_table2 *table);

#endif
