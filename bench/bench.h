/* Shared by the files of egad-bench. */
#ifndef BENCH_H
#define BENCH_H

#include "rows/timing.h"
#include "shell/shell.h"

#include <sys/types.h>

typedef struct {
    const char *model, *recipe, *work, *device, *shape_text;
    size_t shape[3];
    int batch, rows, batches;
    int steps; /* search steps; 0: the model does not search */
    double seconds;
    int json, profile;
} bench_options;

typedef struct {
    const bench_options *o;
    egad_device *device;
    egad_peak peak;
    cli_subject subject;
} bench;

/* The samples of a work, in milliseconds. */
typedef struct {
    const char *work;
    size_t batch, rows;
    int steps;    /* search steps, else 0 */
    double flops; /* useful operations per sample, or 0 */
    cli_samples samples;
} bench_result;

/* figures.c: print a result and free its samples; begin a JSON record; whether a work was
 * asked for. */
int figures_report(const bench *b, bench_result *result);
cli_json *figures_record(const bench *b, const char *work, size_t batch);
int figures_wanted(const bench_options *o, const char *work);

/* works.c: the name of the work that is score i of a model, "score-fm", or by latent
 * search "search-fm"; returns 0 if it has no such score. */
enum { WORK_NAME = 32 };
int works_score(char out[WORK_NAME], const char *model, size_t i);
/* Prepare a model and rows, and do all works but start and stream.  They return an exit
 * code. */
int works_prepare(bench *b);
/* The work of score number i of the model, "score-sigma" or "search-sigma"; NULL after
 * the last. */
enum { BENCH_WORK = 64 };
const char *works_name(const bench_options *o, size_t i, char out[BENCH_WORK]);
int works_run(bench *b);

/* start.c: time from opening a device to the first scores, with an empty cache of
 * compiled kernels (if the driver lets its folder be set) and with a filled one.  Call it
 * before this process opens a device, as OpenCL does not survive a fork. */
int start_run(const bench_options *o, bench_result *cold, bench_result *warm);

/* pipe.c: rows through a pipe, as fast as they are accepted, and one per millisecond
 * with the delay of `egad score`.  Call the first function before this process opens
 * a device. */
typedef struct {
    pid_t child; /* process that sends the rows; 0: none */
    int in, out, results;
} bench_pipe;

int pipe_start(bench_pipe *stream, const bench_options *o);
int pipe_run(const bench *b, bench_pipe *stream);
void pipe_end(bench_pipe *stream);

/* ratios.c: compare the records of two files. */
int ratios_print(const char *a, const char *b);

#endif
