/* egad-bench: how long egad's work takes on a device.  Table 2 of the paper is
 * score-sigma and score-fm: milliseconds from a batch in host memory to its scores in
 * host memory.  Rows and weights are made up; times do not depend on them. */
#include "cli.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    BULK_ROWS = 247011,   /* of score-all: the test rows of KDD99 */
    FEWEST = 5,           /* samples of a work, whatever its time */
    EPOCH_BATCHES = 1024, /* of the rows that train works on */
    SAMPLES_MAX = 1 << 20
};

typedef struct {
    const char *model, *recipe, *work, *device, *shape_text;
    size_t shape[3];
    int batch, rows;
    double seconds;
    int json;
} arguments;

typedef struct {
    const arguments *a;
    egad_device *device;
    egad_dataset *data; /* what the detector is made for, and trains on */
    egad_detector *detector;
    float *x, *scores; /* rows to score */
    size_t n;          /* samples, in milliseconds */
    double *ms;
} bench;

/* ---- Samples --------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const bench *b, double q)
{
    return b->ms[(size_t)(q * (double)(b->n - 1) + 0.5)];
}

static void report(bench *b, const char *work, size_t batch, size_t rows)
{
    const egad_device_info *d = egad_device_describe(b->device);
    double sum = 0.0;
    for (size_t i = 0; i < b->n; i++)
        sum += b->ms[i];
    qsort(b->ms, b->n, sizeof *b->ms, ascending);
    char name[64];
    snprintf(name, sizeof name, "%s/%s", b->a->model, work);
    if (!b->a->json) {
        printf("%-24s %9zu %9.4f %9.4f %9.4f %9.4f %9.4f %12s\n", name, batch, b->ms[0],
               quantile(b, 0.5), sum / (double)b->n, quantile(b, 0.9), quantile(b, 0.99),
               cli_count((uint64_t)(1e3 * (double)rows / quantile(b, 0.5))).text);
        return;
    }
    json_t *line = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:s, s:s, s:s, s:i, s:s, "
        "s:s}",
        "peer", "egad", "work", name, "batch", (json_int_t)batch, "rows",
        (json_int_t)rows, "samples", (json_int_t)b->n, "ms_min", b->ms[0], "ms_median",
        quantile(b, 0.5), "ms_mean", sum / (double)b->n, "ms_p90", quantile(b, 0.9),
        "ms_p99", quantile(b, 0.99), "device", d->name, "platform", d->platform, "driver",
        d->driver, "units", (int)d->units, "recipe", b->a->recipe, "commit", EGAD_COMMIT);
    json_dumpf(line, stdout, JSON_REAL_PRECISION(6));
    json_decref(line);
    putchar('\n');
    fflush(stdout);
}

/* ---- Works ----------------------------------------------------------------- */

/* Samples of scoring `rows` rows, up to `batch` of them at a time, until the time is up.
 */
static egad_status time_score(bench *b, egad_score_kind kind, size_t rows, size_t batch)
{
    egad_scorer *scorer = NULL;
    egad_status status = egad_score_new(&scorer, b->detector, kind, 0.9, batch, NULL);
    const double begin = cli_clock();
    double warm = begin;
    b->n = 0;
    while (status == EGAD_OK && b->n < SAMPLES_MAX &&
           (b->n < FEWEST || cli_clock() - warm < b->a->seconds)) {
        const double start = cli_clock();
        status = egad_score_run(scorer, b->x, rows, b->scores);
        b->ms[b->n++] = 1e3 * (cli_clock() - start);
        if (warm == begin && (start - begin > 0.1 * b->a->seconds || b->n == 100)) {
            warm = cli_clock(); /* what was before was to warm up */
            b->n = 0;
        }
    }
    egad_score_free(scorer);
    return status;
}

typedef struct {
    bench *b;
    double begin, last;
    uint64_t step;
} clockwork;

/* A sample per report: the mean of the iterations since the one before. */
static int on_progress(void *context, const egad_progress *p)
{
    clockwork *c = context;
    bench *b = c->b;
    const double now = cli_clock();
    if (c->step && b->n < SAMPLES_MAX)
        b->ms[b->n++] = 1e3 * (now - c->last) / (double)(p->step - c->step);
    else
        c->begin = now; /* the first ones were to warm up */
    c->step = p->step;
    c->last = cli_clock();
    return b->n >= FEWEST && now - c->begin > b->a->seconds;
}

static egad_status time_train(bench *b)
{
    clockwork c = { .b = b };
    b->n = 0;
    return egad_train_run(
        b->detector, b->data,
        &(egad_train_options){ .progress = on_progress, .context = &c });
}

/* ---- The program ----------------------------------------------------------- */

static int wanted(const bench *b, const char *work)
{
    return !b->a->work || !strcmp(b->a->work, work);
}

static int run(bench *b)
{
    static const struct {
        const char *work;
        egad_score_kind kind;
    } scores[] = { { "score-sigma", EGAD_SCORE_SIGMA },
                   { "score-fm", EGAD_SCORE_FM },
                   { "score-combined", EGAD_SCORE_COMBINED } };
    const size_t batch = (size_t)b->a->batch, rows = (size_t)b->a->rows;
    const int encodes = egad_detector_describe(b->detector).parameters[0] > 0;
    int code = CLI_DONE;
    for (size_t i = 0; encodes && i < sizeof scores / sizeof *scores; i++)
        if (wanted(b, scores[i].work) &&
            (b->a->work || scores[i].kind != EGAD_SCORE_COMBINED ||
             egad_detector_describe(b->detector).calibrated)) {
            CLI_TRY(time_score(b, scores[i].kind, batch, batch));
            report(b, scores[i].work, batch, batch);
        }
    if (encodes && wanted(b, "score-all")) {
        const size_t bulk = egad_score_bulk(b->detector, rows);
        CLI_TRY(time_score(b, EGAD_SCORE_SIGMA, rows, bulk));
        report(b, "score-all", bulk, rows);
    }
    if (wanted(b, "train")) { /* last: it changes the weights */
        CLI_TRY(time_train(b));
        report(b, "train", batch, batch);
    }
done:
    return code;
}

static int prepare(bench *b)
{
    const arguments *a = b->a;
    const size_t columns = a->shape[0] * a->shape[1] * a->shape[2];
    const size_t batch = (size_t)a->batch;
    const size_t most = a->rows > a->batch ? (size_t)a->rows : batch;
    uint64_t state = 1;
    int code = CLI_DONE;
    b->ms = malloc(SAMPLES_MAX * sizeof *b->ms);
    b->x = malloc(most * columns * sizeof *b->x);
    b->scores = malloc(most * sizeof *b->scores);
    if (!b->ms || !b->x || !b->scores)
        return cli_error("out of memory for %s rows", cli_count(most).text);
    for (size_t i = 0; i < most * columns; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        b->x[i] = (float)(state >> 40) / (float)(1 << 24);
    }
    CLI_TRY(egad_device_new(&b->device, a->device));
    CLI_TRY(egad_dataset_new(&b->data, batch * EPOCH_BATCHES, a->shape));
    for (size_t i = 0; i < b->data->rows; i++)
        memcpy(b->data->x + i * columns, b->x + i % most * columns,
               columns * sizeof *b->x);
    CLI_TRY(egad_detector_new(&b->detector, b->device, b->data,
                              &(egad_detector_options){ .model = a->model,
                                                        .recipe = a->recipe,
                                                        .batch = a->batch,
                                                        .epochs = 1000000,
                                                        .seed = 1 }));
    if (!a->work || !strcmp(a->work, "score-combined"))
        CLI_TRY(egad_score_calibrate(b->detector, b->data));
done:
    return code;
}

int main(int argc, char **argv)
{
    arguments a = {
        .model = "kdd-bigan", .recipe = "sound", .rows = BULK_ROWS, .seconds = 3.0
    };
    cli_option options[] = {
        { "model", 0, CLI_TEXT, &a.model, "NAME", "which model (default kdd-bigan)", 0,
          0 },
        { "recipe", 0, CLI_CHOICE, &a.recipe, "sound|release|paper",
          "whose preprocessing (default sound)", 0, 0 },
        { "work", 0, CLI_CHOICE, &a.work,
          "score-sigma|score-fm|score-combined|score-all|train",
          "only this work (default: all)", 0, 0 },
        { "batch", 0, CLI_COUNT, &a.batch, "N",
          "rows of a batch (default 50, images 100)", 0, 0 },
        { "rows", 0, CLI_COUNT, &a.rows, "N", "rows of score-all (default 247011)", 0,
          0 },
        { "shape", 0, CLI_TEXT, &a.shape_text, "N|HxWxC",
          "of a row (default 121 as KDD99, 28x28x1 as MNIST)", 0, 0 },
        { "seconds", 0, CLI_RATE, &a.seconds, "S", "time for each work (default 3)", 0,
          0 },
        { "json", 0, CLI_FLAG, &a.json, NULL, "one JSON object per line", 0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "-bench",
        .summary = "Measure how long egad's work takes on a device.",
        .options = options,
        .notes =
            "Works:\n"
            "  score-sigma, score-fm, score-combined\n"
            "              one batch, from host memory to scores in host memory\n"
            "  score-all   many rows to sigma scores; the batch is the library's\n"
            "  train       one training iteration: D, then G and E, Adam, averages\n",
        .example = "egad-bench --work score-sigma --batch 50 --json",
    };
    int code = cli_parse(&command, argc, argv);
    if (code < 0)
        code = cli_model_check(command.name, a.model);
    if (code < 0)
        code = cli_shape(command.name, a.shape_text, a.model, a.shape);
    if (code >= 0)
        return code;
    if (!a.batch)
        a.batch = egad_detector_images(a.model) ? 100 : 50;
    bench b = { .a = &a };
    code = prepare(&b);
    if (code == CLI_DONE && !a.json) {
        const egad_device_info *d = egad_device_describe(b.device);
        printf("egad %s (%s) on %s, %u units, driver %s, recipe %s\n",
               egad_status_version(), EGAD_COMMIT, d->name, d->units, d->driver,
               a.recipe);
        printf("%-24s %9s %9s %9s %9s %9s %9s %12s\n", "milliseconds", "batch", "min",
               "median", "mean", "p90", "p99", "rows/s");
    }
    if (code == CLI_DONE)
        code = run(&b);
    free(b.ms);
    free(b.x);
    free(b.scores);
    egad_detector_free(b.detector);
    egad_dataset_free(b.data);
    egad_device_free(b.device);
    return cli_flush(code);
}
