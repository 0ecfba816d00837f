/* The works of egad-bench, timed or launch by launch. */
#include "bench.h"
#include "rows/profile.h"
#include "rows/rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    FEWEST = 5,           /* fewest samples of a work */
    EPOCH_BATCHES = 1024, /* batches of training rows */
    TIMES = 10,           /* runs averaged by a profile, fewest and most */
    TIMES_MOST = 1000
};

/* "score-sigma": the name of the score follows the first hyphen. */
static const char *score_of(const char *work)
{
    return strchr(work, '-') + 1;
}

/* ---- Timed ------------------------------------------------------------------- */

/* Time a work and report its samples. */
static int time_scoring(const bench *b, bench_result *r, const cli_timing *how)
{
    const int code = timing_score(&r->samples, &r->flops, &b->subject, how);
    if (code == CLI_DONE)
        return figures_report(b, r);
    timing_clear(&r->samples);
    return code;
}

static cli_timing batch_of(const bench *b, const char *score)
{
    return (cli_timing){ .score = score,
                         .rows = (size_t)b->o->batch,
                         .batch = (size_t)b->o->batch,
                         .steps = b->o->steps,
                         .least = (size_t)b->o->batches,
                         .seconds = b->o->seconds };
}

static int time_score(const bench *b, const char *work)
{
    const cli_timing how = batch_of(b, score_of(work));
    bench_result r = {
        .work = work, .batch = how.batch, .rows = how.rows, .steps = how.steps
    };
    return time_scoring(b, &r, &how);
}

static int time_all(const bench *b)
{
    cli_timing how = batch_of(b, egad_score_named(b->o->model, 0).name);
    how.rows = (size_t)b->o->rows;
    how.batch = egad_score_bulk(b->subject.detector, how.rows);
    how.least = how.steps ? 1 : FEWEST;
    bench_result r = { .work = "score-all", .batch = how.batch, .rows = how.rows };
    return time_scoring(b, &r, &how);
}

typedef struct {
    const bench *b;
    cli_samples *samples;
    double begin, last;
    uint64_t step;
    int code;
} clockwork;

/* One sample per progress report: the mean of the iterations since the last one. */
static int on_progress(void *context, const egad_progress *p)
{
    clockwork *c = context;
    const double now = message_clock();
    if (c->step)
        c->code =
            timing_add(c->samples, 1e3 * (now - c->last) / (double)(p->step - c->step));
    else
        c->begin = now; /* the first ones are warm-up */
    c->step = p->step;
    c->last = message_clock();
    return c->code != CLI_DONE ||
           (c->samples->n >= FEWEST && now - c->begin > c->b->o->seconds);
}

static int time_train(bench *b)
{
    const size_t batch = (size_t)b->o->batch;
    bench_result r = { .work = "train", .batch = batch, .rows = batch };
    clockwork c = { .b = b, .samples = &r.samples };
    egad_profile *launches = NULL;
    size_t n = 0;
    int code = CLI_DONE;
    CLI_TRY(egad_train_profile(&launches, &n, b->subject.detector, 0));
    r.flops = profile_flops(launches, n);
    CLI_TRY(egad_train_run(
        b->subject.detector, b->subject.data,
        &EGAD_SIZED(egad_train_options, .progress = on_progress, .context = &c)));
    code = c.code == CLI_DONE ? figures_report(b, &r) : c.code;
done:
    free(launches);
    timing_clear(&r.samples);
    return code;
}

/* ---- Launch by launch ---------------------------------------------------------- */

static int profile_json(const bench *b, const char *work, const egad_profile *launches,
                        size_t n)
{
    const double total = profile_seconds(launches, n);
    int code = CLI_DONE;
    for (size_t i = 0; i < n && code == CLI_DONE; i++) {
        const egad_profile *p = &launches[i];
        cli_json *record = figures_record(b, work, (size_t)b->o->batch);
        record_count(record, "launch", i + 1);
        record_text(record, "plan", p->plan);
        record_text(record, "label", p->label);
        record_text(record, "kernel", p->kernel);
        record_count(record, "calls", (uint64_t)p->calls);
        record_real(record, "ms", 1e3 * p->calls * p->seconds);
        record_real(record, "share", p->calls * p->seconds / total);
        record_real(record, "flops", p->flops);
        record_real(record, "bytes", p->bytes);
        record_real(record, "gflops", 1e-9 * p->flops / p->seconds);
        record_real(record, "gbytes", 1e-9 * p->bytes / p->seconds);
        record_real(record, "share_of_peak", p->flops / p->seconds / b->peak.flops);
        code = record_line(record);
    }
    return code;
}

static int print_launches(const bench *b, const char *work, const egad_profile *launches,
                          size_t n)
{
    if (b->o->json)
        return profile_json(b, work, launches, n);
    printf("\n%s/%s, batch %d: %.4f ms launch by launch\n", b->o->model, work,
           b->o->batch, 1e3 * profile_seconds(launches, n));
    profile_print(launches, n, &b->peak);
    return CLI_DONE;
}

/* How often to run a work of this duration launch by launch. */
static int times_of(const bench *b, const egad_profile *once, size_t n)
{
    const double times = b->o->seconds / profile_seconds(once, n);
    return times < TIMES ? TIMES : times > TIMES_MOST ? TIMES_MOST : (int)times;
}

static int profile_score(bench *b, const char *work)
{
    egad_scorer *scorer = NULL;
    egad_profile *launches = NULL;
    size_t n = 0;
    const cli_timing how = batch_of(b, score_of(work));
    int code = timing_scorer(&scorer, &b->subject, &how);
    if (code != CLI_DONE)
        return code;
    CLI_TRY(egad_score_profile(&launches, &n, scorer, b->subject.x, 1));
    const int times = times_of(b, launches, n);
    free(launches);
    CLI_TRY(egad_score_profile(&launches, &n, scorer, b->subject.x, times));
    code = print_launches(b, work, launches, n);
done:
    free(launches);
    egad_score_free(scorer);
    return code;
}

static int profile_train(bench *b)
{
    egad_profile *launches = NULL;
    size_t n = 0;
    int code = CLI_DONE;
    CLI_TRY(egad_train_profile(&launches, &n, b->subject.detector, 1));
    const int times = times_of(b, launches, n);
    free(launches);
    CLI_TRY(egad_train_profile(&launches, &n, b->subject.detector, times));
    code = print_launches(b, "train", launches, n);
done:
    free(launches);
    return code;
}

int works_score(char out[WORK_NAME], const char *model, size_t i)
{
    const char *score = egad_score_named(model, i).name;
    if (score)
        snprintf(out, WORK_NAME, "%s-%s",
                 egad_detector_searches(model) ? "search" : "score", score);
    return score != NULL;
}

/* ---- All of them ----------------------------------------------------------------- */

/* If not asked for, a score is timed only if the detector is calibrated for it. */
static int wants_score(const bench *b, const char *work)
{
    return figures_wanted(b->o, work) &&
           (b->o->work || !rows_calibrated(b->o->model, score_of(work)) ||
            egad_detector_describe(b->subject.detector).calibrated);
}

int works_run(bench *b)
{
    const int profile = b->o->profile;
    char work[WORK_NAME];
    int code = CLI_DONE;
    for (size_t i = 0; works_score(work, b->o->model, i) && code == CLI_DONE; i++)
        if (wants_score(b, work))
            code = profile ? profile_score(b, work) : time_score(b, work);
    if (code == CLI_DONE && !profile && figures_wanted(b->o, "score-all"))
        code = time_all(b);
    if (code == CLI_DONE &&
        figures_wanted(b->o, "train")) /* last, as it changes the parameters */
        code = profile ? profile_train(b) : time_train(b);
    return code;
}

int works_prepare(bench *b)
{
    const bench_options *o = b->o;
    const int all = figures_wanted(o, "score-all"),
              combined = figures_wanted(o, "score-combined");
    const cli_subject_options how = { .model = o->model,
                                      .recipe = o->recipe,
                                      .shape = { o->shape[0], o->shape[1], o->shape[2] },
                                      .batch = (size_t)o->batch,
                                      .rows = all ? (size_t)o->rows : 0,
                                      .epoch = combined || figures_wanted(o, "train")
                                                   ? EPOCH_BATCHES
                                                   : 1 };
    int code = timing_new(&b->subject, b->device, &how);
    if (code == CLI_DONE && combined && !b->o->steps)
        CLI_TRY(egad_score_calibrate(b->subject.detector, b->subject.data));
done:
    return code;
}
