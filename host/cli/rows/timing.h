/* Timing of scores: timing.c. */
#ifndef TIMING_H
#define TIMING_H

#include "shell/record.h"

/* Repeated measurements of one duration. */
typedef struct {
    size_t n, room;
    double *ms;
} cli_samples;

typedef struct {
    double min, median, mean, p90, p99;
} cli_times;

/* Returns an exit code. */
int timing_add(cli_samples *samples, double ms);
/* Sorts the samples. */
cli_times timing_spread(cli_samples *samples);
void timing_clear(cli_samples *samples);
/* The samples as a JSON array. */
cli_json *timing_json(const cli_samples *samples);

/* A detector with random weights and rows: times do not depend on them. */
typedef struct {
    const char *model, *recipe;
    size_t shape[3];
    size_t batch, rows; /* rows of a training iteration; most rows to be scored */
    size_t epoch;       /* training batches; 0: as few as possible */
} cli_subject_options;

typedef struct {
    egad_dataset *data; /* data set of the detector, on which it trains */
    egad_detector *detector;
    float *x, *scores; /* (rows, H*W*C); (rows) */
} cli_subject;

/* Returns an exit code; free with timing_free in either case. */
int timing_new(cli_subject *out, egad_device *device, const cli_subject_options *how);
void timing_free(cli_subject *subject);
/* Scoring of `rows` rows, from host memory to host memory, at most `batch` at a time. */
typedef struct {
    const char *score; /* NULL: the default */
    size_t rows, batch;
    int steps;      /* search steps; 0: the model has an encoder */
    int restarts;   /* searches per row; 0: 1 */
    size_t least;   /* fewest samples */
    double seconds; /* and shortest time, in seconds */
} cli_timing;

/* A scorer for it.  Returns an exit code. */
int timing_scorer(egad_scorer **out, const cli_subject *subject, const cli_timing *how);
/* Adds samples after warm-up runs.  flops: set to the useful operations of a sample, or
 * NULL.  Returns an exit code. */
int timing_score(cli_samples *out, double *flops, const cli_subject *subject,
                 const cli_timing *how);
/* Time the detector on the first `how->rows` of the rows x, as they are imported. */
int timing_rows(cli_times *out, egad_detector *detector, const float *x,
                const cli_timing *how);

#endif
