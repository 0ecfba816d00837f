/* egad-bench: times of egad's work on a device, compared with the device's peak.  Table 2
 * of the paper is score-sigma and score-fm: milliseconds from a batch in host memory to
 * its scores in host memory.  Rows and weights are synthetic; times do not depend on
 * them. */
#include "bench.h"
#include "rows/open.h"
#include "rows/training.h"

#include <stdlib.h>
#include <string.h>

static const double PEAK_SECONDS = 0.5;

/* ---- The head of the table ---------------------------------------------------- */

static void print_head(const bench *b)
{
    const egad_device_info *d = egad_device_describe(b->device);
    egad_tuning_info tuning;
    egad_tune_describe(&tuning, d);
    printf("egad %s (%s) on %s, %u units, driver %s, recipe %s, tuning %s\n",
           egad_status_version(), version_commit(), d->name, d->units, d->driver,
           b->o->recipe, tuning.text);
    printf("peak, measured: %.4g GFLOP/s of multiply-adds on vectors of %zu, %.4g GB/s "
           "of copying\n",
           1e-9 * b->peak.flops, b->peak.vector, 1e-9 * b->peak.bytes);
    if (!b->o->profile)
        printf("%-24s %9s %9s %9s %9s %9s %9s %12s %9s %8s\n", "milliseconds", "batch",
               "min", "median", "mean", "p90", "p99", "rows/s", "GFLOP/s", "of peak");
}

/* ---- The program ----------------------------------------------------------- */

/* Stream is for tables with an encoder; latent search would take a day. */
static int streams(const bench_options *o)
{
    return figures_wanted(o, "stream") && !o->profile && !o->steps &&
           !egad_detector_images(o->model);
}

static int run(const bench_options *o)
{
    bench b = { .o = o };
    bench_result cold = { 0 }, warm = { 0 };
    bench_pipe stream = { 0 };
    int code = CLI_DONE;
    if (figures_wanted(o, "start") && !o->profile)
        code = start_run(o, &cold, &warm);
    if (code == CLI_DONE && streams(o))
        code = pipe_start(&stream, o);
    if (code != CLI_DONE)
        goto done;
    CLI_TRY(open_device(&b.device, o->device));
    CLI_TRY(egad_peak_measure(&b.peak, b.device, PEAK_SECONDS));
    code = works_prepare(&b);
    if (code == CLI_DONE && !o->json)
        print_head(&b);
    if (code == CLI_DONE && cold.samples.n)
        code = figures_report(&b, &cold);
    if (code == CLI_DONE && warm.samples.n)
        code = figures_report(&b, &warm);
    if (code == CLI_DONE && stream.child)
        code = pipe_run(&b, &stream);
    if (code == CLI_DONE)
        code = works_run(&b);
done:
    pipe_end(&stream);
    timing_clear(&cold.samples);
    timing_clear(&warm.samples);
    timing_free(&b.subject);
    egad_device_free(b.device);
    return code;
}

/* 1 if the model has this work: tables with an encoder have all but searches. */
static int check_work(const bench_options *o, const char *command)
{
    const int encodes = egad_detector_encodes(o->model);
    const char *work = o->work;
    if (!work)
        return -1;
    if (o->profile &&
        (!strcmp(work, "start") || !strcmp(work, "score-all") || !strcmp(work, "stream")))
        return message_usage(command, "--profile is for works of one batch, not %s",
                             work);
    if (!encodes && !strncmp(work, "score-", 6) && strcmp(work, "score-all") != 0)
        return message_usage(command,
                             "%s has no encoder: its works are search-sigma, "
                             "search-fm, score-all, train and start",
                             o->model);
    if (!strcmp(work, "stream") && (!encodes || egad_detector_images(o->model)))
        return message_usage(command, "stream is of tables with an encoder, not %s",
                             o->model);
    if (encodes && !strncmp(work, "search-", 7))
        return message_usage(command, "%s has an encoder, and does not search", o->model);
    return -1;
}

/* Defaults of options. */
static void fill_in(bench_options *o)
{
    const int images = egad_detector_images(o->model),
              encodes = egad_detector_encodes(o->model);
    if (!o->batch)
        o->batch = images ? 100 : 50;
    if (!o->rows)
        o->rows = encodes ? (images ? 20000 : 247011) : (images ? 100 : 2000);
    if (encodes)
        o->steps = 0;
    else if (!o->steps)
        o->steps = EGAD_SEARCH_STEPS;
    if (!o->batches)
        o->batches = encodes ? 100 : 1;
}

int main(int argc, char **argv)
{
    bench_options o = { .model = "kdd-bigan", .recipe = "sound", .seconds = 3.0 };
    const char *file[2] = { NULL, NULL };
    int compare = 0;
    cli_option options[] = {
        { "model", 0, CLI_TEXT, &o.model, "NAME", "which model (default kdd-bigan)", 0,
          0 },
        { "recipe", 0, CLI_CHOICE, &o.recipe, CLI_RECIPES,
          "whose preprocessing (default sound)", 0, 0 },
        { "work", 0, CLI_CHOICE, &o.work,
          "score-sigma|score-fm|score-combined|search-sigma|search-fm|score-all|train|"
          "stream|start",
          "only this work (default: all that the model has)", 0, 0 },
        { "batch", 0, CLI_COUNT, &o.batch, "N",
          "rows of a batch (default 50, images 100)", 0, 0 },
        { "batches", 0, CLI_COUNT, &o.batches, "N",
          "samples of a batch, at least (default 100, searches 1)", 0, 0 },
        { "steps", 0, CLI_COUNT, &o.steps, "N",
          "of a search (default " CLI_NUMBER(EGAD_SEARCH_STEPS) ")", 0, 0 },
        { "rows", 0, CLI_COUNT, &o.rows, "N",
          "rows of score-all, stream (default 247011 as KDD99, images\n"
          "20000; searches 2000 and 100)",
          0, 0 },
        CLI_SHAPE_OPTION(o.shape_text),
        { "seconds", 0, CLI_RATE, &o.seconds, "S",
          "time for each work, at least (default 3)", 0, 0 },
        { "profile", 0, CLI_FLAG, &o.profile, NULL,
          "the launches of each work, one by one", 0, 0 },
        CLI_JSON_OPTION(o.json, "one JSON object per line"),
        { "compare", 0, CLI_FLAG, &compare, NULL,
          "ratios of the medians of two files of --json", 0, 0 },
        CLI_DEVICE_OPTION(o.device),
        { 0 },
    };
    const cli_command command = {
        .name = "-bench",
        .summary = "Measure how long egad's work takes on a device.",
        .operand = "[A.jsonl B.jsonl]",
        .operand_at = file,
        .operands = 2,
        .options = options,
        .notes =
            "Works:\n"
            "  score-sigma, score-fm, score-combined\n"
            "              one batch, from host memory to scores in host memory\n"
            "  search-sigma, search-fm\n"
            "              the same by AnoGAN's search, for models without an encoder;\n"
            "              in JSON ms are of one step of it, ms_search of all\n"
            "  score-all   many rows to sigma scores; the batch is the library's\n"
            "  train       one training iteration: D, then G and E, Adam, averages\n"
            "  stream      as many lines of CSV through a pipe, to their answers\n"
            "              (stream-all); one line each millisecond, from when it is "
            "sent\n"
            "              to its answer, waiting 20 ms at most (stream-line)\n"
            "  start       from opening the device to the first scores: start-cold with\n"
            "              an empty cache of compiled kernels, start-warm with a full\n"
            "              one.  Of drivers that take no other folder for it only warm\n"
            "              is known\n"
            "Operations are those of the layers; the peak beside them is what the "
            "device\n"
            "does in a kernel of nothing but multiply-adds.\n",
        .example = "egad-bench --work score-sigma --batch 50 --json",
    };
    complete_begin(&argc, &argv);
    if (argc > 1 && !strcmp(argv[1], "--version"))
        return message_flush(version_print("egad-bench"));
    CLI_CHECK(options_parse(&command, argc, argv));
    if (compare && !file[1])
        return message_usage(command.name, "--compare wants two files");
    if (compare)
        return message_flush(ratios_print(file[0], file[1]));
    if (file[0])
        return message_usage(command.name, "'%s' is for --compare", file[0]);
    CLI_CHECK(open_shape(command.name, o.model, o.shape_text, o.shape));
    CLI_CHECK(check_work(&o, command.name));
    fill_in(&o);
    return message_flush(run(&o));
}
