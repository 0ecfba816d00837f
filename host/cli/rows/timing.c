/* Timing: samples and their summary, a detector with random weights and rows, and timed
 * scoring.  For egad-bench and table 2 of the paper. */
#include "timing.h"
#include "profile.h"
#include "shell/shell.h"

#include <stdlib.h>
#include <string.h>

enum {
    WARM = 100, /* most warm-up runs, and fewest */
    WARM_LEAST = 2,
    WARM_STEPS = 2, /* search steps of a warm-up run */
    MOST = 1 << 20  /* samples */
};
static const double WARM_SHARE = 0.1, /* share of the time for warm-up, but at least... */
    WARM_SECONDS = 0.1;

/* ---- Samples --------------------------------------------------------------- */

int timing_add(cli_samples *samples, double ms)
{
    if (samples->n == samples->room) {
        const size_t room = samples->room ? 2 * samples->room : 256;
        double *more = realloc(samples->ms, room * sizeof *more);
        if (!more)
            return message_error("out of memory for %zu samples", room);
        samples->ms = more;
        samples->room = room;
    }
    samples->ms[samples->n++] = ms;
    return CLI_DONE;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const cli_samples *samples, double q)
{
    return samples->ms[(size_t)(q * (double)(samples->n - 1) + 0.5)];
}

cli_times timing_spread(cli_samples *samples)
{
    double sum = 0.0;
    if (!samples->n)
        return (cli_times){ 0 };
    for (size_t i = 0; i < samples->n; i++)
        sum += samples->ms[i];
    qsort(samples->ms, samples->n, sizeof *samples->ms, ascending);
    return (cli_times){ .min = samples->ms[0],
                        .median = quantile(samples, 0.5),
                        .mean = sum / (double)samples->n,
                        .p90 = quantile(samples, 0.9),
                        .p99 = quantile(samples, 0.99) };
}

cli_json *timing_json(const cli_samples *samples)
{
    cli_json *array = record_array();
    for (size_t i = 0; i < samples->n; i++)
        record_append_real(array, samples->ms[i]);
    return array;
}

void timing_clear(cli_samples *samples)
{
    free(samples->ms);
    *samples = (cli_samples){ 0 };
}

/* ---- The subject ------------------------------------------------------------ */

int timing_new(cli_subject *out, egad_device *device, const cli_subject_options *how)
{
    const size_t columns = how->shape[0] * how->shape[1] * how->shape[2];
    const size_t rows = how->rows > how->batch ? how->rows : how->batch;
    uint64_t state = 1;
    int code = CLI_DONE;
    *out = (cli_subject){ 0 };
    out->x = malloc(rows * columns * sizeof *out->x);
    out->scores = malloc(rows * sizeof *out->scores);
    if (!out->x || !out->scores)
        return message_error("out of memory for %s rows", text_count(rows).text);
    for (size_t i = 0; i < rows * columns; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        out->x[i] = (float)(state >> 40) / (float)(1 << 24);
    }
    CLI_TRY(egad_dataset_new(&out->data, how->batch * (how->epoch ? how->epoch : 1),
                             how->shape));
    for (size_t i = 0; i < out->data->rows; i++)
        memcpy(out->data->x + i * columns, out->x + i % rows * columns,
               columns * sizeof *out->x);
    CLI_TRY(egad_detector_new(&out->detector, device, out->data,
                              &EGAD_SIZED(egad_detector_options, .model = how->model,
                                          .recipe = how->recipe, .batch = (int)how->batch,
                                          .epochs = 1000000, .hold_out = -1, .seed = 1)));
done:
    return code;
}

void timing_free(cli_subject *subject)
{
    egad_detector_free(subject->detector);
    egad_dataset_free(subject->data);
    free(subject->x);
    free(subject->scores);
    *subject = (cli_subject){ 0 };
}

/* ---- Scores ------------------------------------------------------------------ */

int timing_scorer(egad_scorer **out, const cli_subject *subject, const cli_timing *how)
{
    egad_scoring by = EGAD_SCORING(how->score, EGAD_ALPHA);
    int code = CLI_DONE;
    by.steps = how->steps;
    by.restarts = how->restarts;
    CLI_TRY(egad_score_new(out, subject->detector, &by, how->batch));
done:
    return code;
}

/* A few runs warm the device up, or one search of few steps. */
static int warm_up(egad_scorer *scorer, const cli_subject *subject, const cli_timing *how)
{
    const double begin = message_clock(), share = WARM_SHARE * how->seconds,
                 enough = share > WARM_SECONDS ? share : WARM_SECONDS;
    egad_scorer *brief = NULL;
    int code = CLI_DONE;
    if (how->steps) {
        cli_timing few = *how;
        few.steps = WARM_STEPS;
        code = timing_scorer(&brief, subject, &few);
        if (code == CLI_DONE)
            CLI_TRY(egad_score_run(brief, subject->x, how->batch, subject->scores));
        goto done;
    }
    for (int run = 0;
         run < WARM && (run < WARM_LEAST || message_clock() - begin < enough); run++)
        CLI_TRY(egad_score_run(scorer, subject->x, how->rows, subject->scores));
done:
    egad_score_free(brief);
    return code;
}

/* Useful operations for `rows` rows. */
static int count_flops(double *flops, egad_scorer *scorer, const cli_timing *how)
{
    egad_profile *launches = NULL;
    size_t n = 0;
    int code = CLI_DONE;
    CLI_TRY(egad_score_profile(&launches, &n, scorer, NULL, 0));
    *flops = profile_flops(launches, n) * (double)how->rows / (double)how->batch;
done:
    free(launches);
    return code;
}

int timing_score(cli_samples *out, double *flops, const cli_subject *subject,
                 const cli_timing *how)
{
    egad_scorer *scorer = NULL;
    int code = timing_scorer(&scorer, subject, how);
    if (code == CLI_DONE)
        code = warm_up(scorer, subject, how);
    const double begin = message_clock();
    for (size_t n = 0; code == CLI_DONE && out->n < MOST &&
                       (n < how->least || message_clock() - begin < how->seconds);
         n++) {
        const double start = message_clock();
        CLI_TRY(egad_score_run(scorer, subject->x, how->rows, subject->scores));
        code = timing_add(out, 1e3 * (message_clock() - start));
    }
    if (code == CLI_DONE && flops)
        code = count_flops(flops, scorer, how);
done:
    egad_score_free(scorer);
    return code;
}

int timing_rows(cli_times *out, egad_detector *detector, const float *x,
                const cli_timing *how)
{
    const egad_detector_info info = egad_detector_describe(detector);
    const size_t width = info.shape[0] * info.shape[1] * info.shape[2];
    cli_subject subject = { .detector = detector };
    cli_samples samples = { 0 };
    subject.x = malloc(how->rows * width * sizeof *subject.x);
    subject.scores = malloc(how->rows * sizeof *subject.scores);
    int code = subject.x && subject.scores
                   ? CLI_DONE
                   : message_error("out of memory for %zu rows", how->rows);
    if (code == CLI_DONE) {
        memcpy(subject.x, x, how->rows * width * sizeof *subject.x);
        code = timing_score(&samples, NULL, &subject, how);
    }
    if (code == CLI_DONE)
        *out = timing_spread(&samples);
    free(subject.x);
    free(subject.scores);
    timing_clear(&samples);
    return code;
}
