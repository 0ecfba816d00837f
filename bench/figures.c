/* The result of a work as a row of the table, or as a JSON record. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

int figures_wanted(const bench_options *o, const char *work)
{
    return !o->work || !strcmp(o->work, work);
}

cli_json *figures_record(const bench *b, const char *work, size_t batch)
{
    const bench_options *o = b->o;
    const egad_device_info *d = egad_device_describe(b->device);
    cli_json *record = record_object();
    egad_tuning_info tuning;
    char name[64], shape[64];
    snprintf(name, sizeof name, "%s/%s", o->model, work);
    snprintf(shape, sizeof shape, "%zux%zux%zu", o->shape[0], o->shape[1], o->shape[2]);
    record_text(record, "peer", "egad");
    record_text(record, "work", name);
    record_count(record, "batch", batch);
    record_text(record, "device", d->name);
    record_text(record, "platform", d->platform);
    record_text(record, "driver", d->driver);
    record_count(record, "units", d->units);
    record_real(record, "peak_gflops", 1e-9 * b->peak.flops);
    record_real(record, "peak_gbytes", 1e-9 * b->peak.bytes);
    record_text(record, "version", egad_status_version());
    record_text(record, "commit", version_commit());
    record_text(record, "recipe", o->recipe);
    record_text(record, "shape", shape);
    record_real(record, "seconds", o->seconds);
    egad_tune_describe(&tuning, d);
    record_text(record, "tuning", tuning.text);
    record_text(record, "gemm", getenv("EGAD_GEMM"));
    record_text(record, "conv", getenv("EGAD_CONV"));
    return record;
}

static int report_json(const bench *b, const bench_result *r, const cli_times *s)
{
    cli_json *record = figures_record(b, r->work, r->batch);
    const double parts = r->steps ? r->steps : 1;
    record_count(record, "rows", r->rows);
    record_count(record, "samples", r->samples.n);
    record_real(record, "ms_min", s->min / parts);
    record_real(record, "ms_median", s->median / parts);
    record_real(record, "ms_mean", s->mean / parts);
    record_real(record, "ms_p90", s->p90 / parts);
    record_real(record, "ms_p99", s->p99 / parts);
    if (r->steps) {
        record_count(record, "steps", (uint64_t)r->steps);
        record_real(record, "ms_search", s->median);
    }
    record_real(record, "rows_per_second", 1e3 * (double)r->rows / s->median);
    if (r->flops > 0.0) {
        const double rate = 1e3 * r->flops / s->median;
        record_real(record, "flops", r->flops / parts);
        record_real(record, "gflops", 1e-9 * rate);
        record_real(record, "share_of_peak", rate / b->peak.flops);
    }
    return record_line(record);
}

static void print_row(const char *name, const bench_result *r, const cli_times *s,
                      double parts)
{
    printf("%-24s %9zu %9.4g %9.4g %9.4g %9.4g %9.4g", name, r->batch, s->min / parts,
           s->median / parts, s->mean / parts, s->p90 / parts, s->p99 / parts);
}

static int report_text(const bench *b, const bench_result *r, const cli_times *s)
{
    char name[64];
    snprintf(name, sizeof name, "%s/%s", b->o->model, r->work);
    print_row(name, r, s, 1);
    printf(" %12s", text_count((uint64_t)(1e3 * (double)r->rows / s->median)).text);
    if (r->flops > 0.0) {
        const double rate = 1e3 * r->flops / s->median;
        printf(" %9.2f %6.1f %%", 1e-9 * rate, 100.0 * rate / b->peak.flops);
    }
    putchar('\n');
    if (r->steps) {
        snprintf(name, sizeof name, "  one of %d steps", r->steps);
        print_row(name, r, s, r->steps);
        putchar('\n');
    }
    return message_flush(CLI_DONE);
}

int figures_report(const bench *b, bench_result *r)
{
    const cli_times s = timing_spread(&r->samples);
    const int code = b->o->json ? report_json(b, r, &s) : report_text(b, r, &s);
    timing_clear(&r->samples);
    return code;
}
