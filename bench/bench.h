/* What the files of egad-bench share. */
#ifndef BENCH_H
#define BENCH_H

#include "rows/timing.h"

#include <sys/types.h>

typedef struct {
    const char *model, *recipe, *work, *device, *shape_text;
    size_t shape[3];
    int batch, rows, batches;
    int steps; /* of a search; 0: the model has an encoder */
    double seconds;
    int json, profile;
} bench_options;

typedef struct {
    const bench_options *o;
    egad_device *device;
    egad_peak peak;
    cli_subject subject;
} bench;

/* Samples of a work, in milliseconds. */
typedef struct {
    const char *work;
    size_t batch, rows;
    int steps;    /* of a search, else 0 */
    double flops; /* useful operations of a sample, or 0 */
    cli_samples samples;
} bench_result;

/* egad_bench.c: print it, and free the samples; a record that a line of JSON begins with;
 * whether a work is to be done. */
int bench_report(const bench *b, bench_result *result);
cli_json *bench_record(const bench *b, const char *work, size_t batch);
int bench_wanted(const bench_options *o, const char *work);

/* works.c: prepare what is worked on, and do all works but start.  They return an exit
 * code. */
int works_prepare(bench *b);
int works_run(bench *b);

/* start.c: how long it takes from opening a device to the first scores, with an empty
 * cache of compiled kernels, where the driver lets one be given, and with a filled one.
 * Before this process opens a device, for OpenCL does not survive a fork. */
int start_run(const bench_options *o, bench_result *cold, bench_result *warm);

/* stream.c: rows through a pipe, as fast as they are taken, and one each millisecond with
 * the delay of `egad score`.  The first before this process opens a device. */
typedef struct {
    pid_t child; /* sends the rows; 0: there is none */
    int in, out, results;
} bench_stream;

int stream_start(bench_stream *stream, const bench_options *o);
int stream_run(const bench *b, bench_stream *stream);
void stream_end(bench_stream *stream);

/* ratios.c: compare the records of two files. */
int ratios_print(const char *a, const char *b);

#endif
