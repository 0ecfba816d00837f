/* egad-bench: how long the work of egad takes on a device, beside the peak of the device.
 * Table 2 of the paper is score-sigma and score-fm: milliseconds from a batch in host
 * memory to its scores in host memory.  Rows and parameters are random, as times do not
 * depend on them. */
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
    printf("measured peak: %.4g GFLOP/s in multiply-adds of vectors of %zu, %.4g GB/s in "
           "copying\n",
           1e-9 * b->peak.flops, b->peak.vector, 1e-9 * b->peak.bytes);
    if (!b->o->profile)
        printf("%-24s %9s %9s %9s %9s %9s %9s %12s %9s %8s\n", "milliseconds", "batch",
               "min", "median", "mean", "p90", "p99", "rows/s", "GFLOP/s", "of peak");
}

/* ---- The program ----------------------------------------------------------- */

/* Lines are for tables: latent search would take all day. */
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

/* A usage error if the model has no such work: lines are for tables, and not for latent
 * search. */
static int check_work(const bench_options *o, const char *command)
{
    static const char *const all[] = { "score-all", "train", "stream", "start" };
    const int streams =
        !egad_detector_searches(o->model) && !egad_detector_images(o->model);
    const char *work = o->work;
    char name[WORK_NAME], list[512] = "";
    int known = 0;
    if (!work)
        return -1;
    for (size_t i = 0; works_score(name, o->model, i); i++) {
        known |= !strcmp(work, name);
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s, ", name);
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        known |= !strcmp(work, all[i]) && (streams || strcmp(work, "stream") != 0);
    if (!known)
        return message_usage(command,
                             "%s has no work '%s'; it has %sscore-all, train%s "
                             "and start",
                             o->model, work, list, streams ? ", stream" : "");
    if (o->profile &&
        (!strcmp(work, "start") || !strcmp(work, "score-all") || !strcmp(work, "stream")))
        return message_usage(command, "--profile needs a work of one batch, not %s",
                             work);
    return -1;
}

/* Fill in the defaults. */
static void fill_in(bench_options *o)
{
    const int images = egad_detector_images(o->model),
              encodes = !egad_detector_searches(o->model);
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
        { "model", 0, CLI_TEXT, &o.model, "NAME", "the model (default kdd-bigan)", 0, 0 },
        { "recipe", 0, CLI_CHOICE, &o.recipe, CLI_RECIPES,
          "the recipe, for its preprocessing (default sound)", 0, 0 },
        { "work", 0, CLI_TEXT, &o.work, "WORK",
          "only this work (default: all works of the model)", 0, 0 },
        { "batch", 0, CLI_COUNT, &o.batch, "N", "rows per batch (default 50, images 100)",
          0, 0 },
        { "batches", 0, CLI_COUNT, &o.batches, "N",
          "fewest samples of a batch (default 100, searches 1)", 0, 0 },
        { "steps", 0, CLI_COUNT, &o.steps, "N",
          "steps of a latent search (default " CLI_NUMBER(EGAD_SEARCH_STEPS) ")", 0, 0 },
        { "rows", 0, CLI_COUNT, &o.rows, "N",
          "rows of score-all and stream (default 247011 as in KDD99,\n"
          "images 20000; with latent search 2000, images 100)",
          0, 0 },
        CLI_SHAPE_OPTION(o.shape_text),
        { "seconds", 0, CLI_RATE, &o.seconds, "S", "shortest time per work (default 3)",
          0, 0 },
        { "profile", 0, CLI_FLAG, &o.profile, NULL, "print the launches of each work", 0,
          0 },
        CLI_JSON_OPTION(o.json, "print one JSON object per line"),
        { "compare", 0, CLI_FLAG, &compare, NULL,
          "compare two files of --json: ratios of the medians", 0, 0 },
        CLI_DEVICE_OPTION(o.device),
        { 0 },
    };
    const cli_command command = {
        .name = "-bench",
        .summary = "Measure how long the work of egad takes on a device.",
        .operand = "[A.jsonl B.jsonl]",
        .operand_at = file,
        .operands = 2,
        .options = options,
        .notes =
            "Works:\n"
            "  score-NAME  one batch, from host memory to scores in host memory, by the\n"
            "              score NAME of the model: score-sigma, score-fm, ...\n"
            "  search-NAME the same by latent search, for models without an encoder;\n"
            "              in JSON, ms is per step and ms_search per search\n"
            "  score-all   many rows to scores by the model's first, with the batch "
            "size\n"
            "              of the library\n"
            "  train       one training iteration: all its steps, Adam, averages\n"
            "  stream      lines of CSV through a pipe: all at once (stream-all), and\n"
            "              one per millisecond, timed from sending to answer, with a\n"
            "              delay of 20 ms at most (stream-line)\n"
            "  start       from opening the device to the first scores: start-cold with\n"
            "              an empty cache of compiled kernels, start-warm with a filled\n"
            "              one.  start-cold needs a driver whose cache folder can be "
            "set\n"
            "Operations are those of the layers.  The peak is what the device reaches in "
            "a\n"
            "kernel of multiply-adds only.\n",
        .example = "egad-bench --work score-sigma --batch 50 --json",
    };
    complete_begin(&argc, &argv);
    if (argc > 1 && !strcmp(argv[1], "--version"))
        return message_flush(version_print("egad-bench"));
    CLI_CHECK(options_parse(&command, argc, argv));
    if (compare && !file[1])
        return message_usage(command.name, "--compare needs two files");
    if (compare)
        return message_flush(ratios_print(file[0], file[1]));
    if (file[0])
        return message_usage(command.name, "unexpected argument '%s' without --compare",
                             file[0]);
    CLI_CHECK(open_shape(command.name, o.model, o.shape_text, o.shape));
    CLI_CHECK(check_work(&o, command.name));
    fill_in(&o);
    return message_flush(run(&o));
}
