/* How long scores take: timing.c. */
#ifndef TIMING_H
#define TIMING_H

#include "shell/record.h"

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

#endif
