/* One training of a comparison and its scores, in files: the model, saved during
 * training, settings and times, and scores.  An interrupted one continues from its files.
 */
#include "compare.h"
#include "rows/kept.h"
#include "rows/search_options.h"
#include "rows/timing.h"
#include "rows/training.h"
#include "shell/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FEW = 500,      /* normal rows that a latent search scores for thresholds */
    BULK = 20000,   /* rows to time, at most, */
    SEARCHED = 64,  /* and of a latent search */
    BRIEF_STEPS = 5 /* of a search, to estimate the time of a whole one */
};
static const double TIMED = 0.2; /* seconds to time a score */

/* A trial in progress. */
typedef struct {
    const cli_trial *t;
    const cli_rows *rows;
    egad_scoring scoring; /* its score is not set */
    cli_path model, record;
    cli_json *known; /* contents of `record`; NULL: there is no such file */
    egad_detector *detector;
    const char *name[CLI_SCORES];
    cli_trial_result *out;
} work;

cli_path trial_path(const cli_trial *t, const char *end)
{
    char name[128];
    snprintf(name, sizeof name, "%.48s-%llu%s%.32s", t->how.model,
             (unsigned long long)t->how.seed, t->untrained ? "-untrained" : "", end);
    return output_join(t->folder, name);
}

static cli_path score_path(const cli_trial *t, const char *score)
{
    char end[40];
    snprintf(end, sizeof end, "-%s.h5", score);
    return trial_path(t, end);
}

int trial_searches(const egad_detector *detector)
{
    return egad_detector_describe(detector).searches;
}

/* ---- Settings ------------------------------------------------------------- */

int trial_settle(cli_trial *t, egad_detector **out)
{
    egad_detector *detector = NULL;
    int code = CLI_DONE;
    CLI_DO(kept_settings(&detector, &t->how, t->device, t->data));
    const egad_detector_info info = egad_detector_describe(detector);
    t->how.hold_out = info.hold_out > 0 ? info.hold_out : -1;
    t->searches = trial_searches(detector);
done:
    if (out)
        *out = detector;
    else
        egad_detector_free(detector);
    return code;
}

/* FNV-1a over words of 32 bits, the last one padded with zeros. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 4) {
        uint32_t word = 0;
        memcpy(&word, (const char *)bytes + i, n - i < 4 ? n - i : 4);
        hash = (hash ^ word) * 0x100000001b3u;
    }
    return hash;
}

cli_number trial_content(const egad_dataset *data, const cli_rows *rows)
{
    const size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    cli_number name;
    uint64_t hash = mix(0xcbf29ce484222325u, data->shape, sizeof data->shape);
    hash = mix(hash, data->x, data->rows * width * sizeof *data->x);
    if (data->y)
        hash = mix(hash, data->y, data->rows);
    if (data->split)
        hash = mix(hash, data->split, data->rows);
    hash = mix(hash, rows->row, rows->n * sizeof *rows->row);
    snprintf(name.text, sizeof name.text, "%016llx", (unsigned long long)hash);
    return name;
}

/* All that the files depend on, by the names of the options. */
static cli_json *settings(const work *w)
{
    const cli_trial *t = w->t;
    cli_json *s = record_object();
    record_text(s, "model", t->how.model);
    record_text(s, "recipe", t->how.recipe);
    record_real(s, "contamination", t->how.contamination);
    record_count(s, "epochs", (uint64_t)t->how.epochs);
    record_count(s, "batch", (uint64_t)t->how.batch);
    record_real(s, "lr", t->how.lr);
    record_real(s, "hold-out", fmax(t->how.hold_out, 0));
    record_count(s, "seed", t->how.seed);
    record_real(s, "alpha", t->scoring.alpha);
    if (t->searches) {
        record_count(s, "steps", (uint64_t)search_options_steps(&t->scoring));
        record_count(s, "restarts",
                     (uint64_t)(t->scoring.restarts ? t->scoring.restarts : 1));
    }
    record_text(s, "data", t->content);
    return s;
}

/* A value for a message: numbers without the digits that only rounding gives. */
static cli_number shown(const char *value)
{
    cli_number text;
    if (value && text_is_number(value))
        snprintf(text.text, sizeof text.text, "%.9g", strtod(value, NULL));
    else
        snprintf(text.text, sizeof text.text, "%.39s", value ? value : "unknown");
    return text;
}

/* CLI_DONE if the settings in the record are those of this trial. */
static int check(const work *w, const cli_json *have, cli_json *want)
{
    for (const char *name = NULL; (name = record_next(want, name));) {
        cli_number text[2];
        const char *value[2];
        record_value(want, name, &value[0], &text[0]);
        record_value(have, name, &value[1], &text[1]);
        if (!value[1] && !strcmp(name, "contamination")) /* not in older records */
            value[1] = "0";
        if (value[1] && !strcmp(value[0], value[1]))
            continue;
        if (!strcmp(name, "data"))
            return message_error("'%s' is from other data or rows than '%s': choose "
                                 "another folder",
                                 w->record.text, w->t->file);
        return message_error("'%s' is from another comparison, with %s %s instead of %s: "
                             "choose another folder, or the same options",
                             w->record.text, name, shown(value[1]).text,
                             shown(value[0]).text);
    }
    return CLI_DONE;
}

/* A model without a record: what kept_model does not check. */
static int check_model(const work *w)
{
    const cli_trial *t = w->t;
    const egad_detector_info info = egad_detector_describe(w->detector);
    if (access(w->model.text, F_OK) != 0)
        return CLI_DONE;
    if (fabs(info.hold_out - fmax(t->how.hold_out, 0)) > 1e-9)
        return message_error("'%s' was trained with --hold-out %g instead of %g: choose "
                             "another folder, or the same options",
                             w->model.text, info.hold_out, fmax(t->how.hold_out, 0));
    if (fabs(info.contamination - t->how.contamination) > 1e-9)
        return message_error("'%s' was trained with --contamination %g instead of %g: "
                             "choose another folder, or the same options",
                             w->model.text, info.contamination, t->how.contamination);
    return training_check(w->detector, t->data, t->file, w->model.text);
}

/* ---- The record ------------------------------------------------------------ */

static int save(const work *w)
{
    cli_json *root = record_object(), *scores = record_object();
    record_text(root, "egad", egad_status_version());
    record_text(root, "file", w->t->file);
    record_put(root, "settings", settings(w));
    record_put(root, "device", record_device(egad_device_describe(w->t->device)));
    if (!isnan(w->out->seconds))
        record_real(root, "train_seconds", w->out->seconds);
    for (size_t k = 0; k < w->out->n; k++)
        if (!isnan(w->out->score[k].micros))
            record_real(scores, w->out->score[k].name, w->out->score[k].micros);
    record_put(root, "microseconds_per_row", scores);
    return record_save(root, w->record.text);
}

/* Load the record, if there is one, and check it. */
static int load(work *w)
{
    if (access(w->record.text, F_OK) != 0)
        return CLI_DONE;
    int code = record_reload(&w->known, w->record.text);
    if (code != CLI_DONE)
        return code;
    cli_json *want = settings(w);
    code = check(w, record_get(w->known, "settings"), want);
    record_free(want);
    return code;
}

/* Take the times from the record. */
static void take_times(work *w)
{
    const cli_json *times = record_get(w->known, "microseconds_per_row");
    w->out->seconds = record_number(w->known, "train_seconds");
    for (size_t k = 0; k < w->out->n; k++)
        w->out->score[k].micros = record_number(times, w->out->score[k].name);
    if (w->known)
        snprintf(w->out->device, sizeof w->out->device, "%.127s",
                 record_word(record_get(w->known, "device"), "name"));
}

/* ---- Training --------------------------------------------------------------- */

static double trained_before(const egad_detector_info *info)
{
    double seconds = 0;
    for (int i = 0; i < info->epoch; i++)
        seconds += (double)info->history[i].seconds;
    return seconds;
}

static int train(work *w)
{
    const cli_trial *t = w->t;
    const egad_detector_info info = egad_detector_describe(w->detector);
    const double before = trained_before(&info), start = message_clock();
    if (w->known && !isnan(w->out->seconds) && info.epoch >= info.epochs)
        return CLI_DONE;
    /* Scores of this model as it was. */
    for (size_t k = 0; k < w->out->n; k++) {
        unlink(score_path(w->t, w->out->score[k].name).text);
        w->out->score[k].micros = NAN;
    }
    w->out->seconds = NAN;
    int code = save(w);
    if (code == CLI_DONE)
        code = training_run(&(cli_training){ .device = t->device,
                                             .detector = w->detector,
                                             .data = t->data,
                                             .path = w->model.text,
                                             .resumed = info.step > 0,
                                             .quiet = t->quiet,
                                             .calibrate = !w->out->searches });
    if (code != CLI_DONE || training_stopped())
        return code;
    w->out->seconds = before + message_clock() - start;
    return save(w);
}

static void on_threshold(void *context, const char *score, size_t done, size_t n)
{
    const work *w = context;
    fprintf(stderr, "%s, thresholds of %s: %s of %s held-out rows\n", w->t->about, score,
            text_count(done).text, text_count(n).text);
}

/* Training measures thresholds, but not those of a latent search or another alpha. */
static int measure_threshold(work *w)
{
    const cli_trial *t = w->t;
    const egad_scoring *s = &w->scoring;
    const egad_threshold_info info = egad_threshold_describe(w->detector);
    const double rows =
        t->false_alarms > 0 ? ceil(egad_threshold_rows(t->false_alarms)) : 0;
    int same = info.rows && info.alpha == s->alpha, code = CLI_DONE;
    /* Fewer than FEW rows are all that there are. */
    if (w->out->searches)
        same = same && info.steps == search_options_steps(s) &&
               info.restarts == (s->restarts ? s->restarts : 1) &&
               (info.rows < FEW || (double)info.rows >= rows);
    w->out->threshold = info;
    if (same)
        return CLI_DONE;
    CLI_TRY(egad_threshold_measure(
        w->detector, t->data,
        &EGAD_SIZED(egad_threshold_options,
                    .most = w->out->searches && rows > FEW ? (size_t)rows : 0, .how = s,
                    .progress = w->out->searches && !t->quiet ? on_threshold : NULL,
                    .context = w)));
    CLI_TRY(egad_checkpoint_save(w->detector, w->model.text));
    w->out->threshold = egad_threshold_describe(w->detector);
done:
    return code;
}

/* ---- Scores ----------------------------------------------------------------- */

static int time_score(work *w, size_t k)
{
    const int searches = w->out->searches;
    const size_t most = searches ? SEARCHED : BULK;
    const size_t rows = w->rows->n < most ? w->rows->n : most;
    cli_times times;
    const int code = timing_rows(
        &times, w->detector, w->rows->x,
        &(cli_timing){ .score = w->name[k],
                       .rows = rows,
                       .batch = egad_score_bulk(w->detector, rows),
                       .steps = searches ? search_options_steps(&w->scoring) : 0,
                       .restarts = w->scoring.restarts,
                       .least = searches ? 1 : 5,
                       .seconds = searches ? 0 : TIMED });
    if (code == CLI_DONE)
        w->out->score[k].micros = 1e3 * times.median / (double)rows;
    return code;
}

static int check_numbers(const work *w, size_t k)
{
    for (size_t i = 0; i < w->rows->n; i++)
        if (isnan(w->out->score[k].score[i]))
            return message_error("%s, seed %llu, cannot score row %zu: its %s is not a "
                                 "number; leave the model out with --models",
                                 w->t->how.model, (unsigned long long)w->t->how.seed,
                                 w->rows->row[i], w->out->score[k].name);
    return CLI_DONE;
}

static int score(work *w, size_t k)
{
    cli_trial_score *s = &w->out->score[k];
    cli_scoring how = { .how = w->scoring, .about = w->t->quiet ? NULL : w->t->about };
    const double start = message_clock();
    size_t had = 0;
    int code = CLI_DONE;
    how.how.score = w->name[k];
    s->score = malloc(w->rows->n * sizeof *s->score);
    if (!s->score)
        return message_error("out of memory for %s scores", text_count(w->rows->n).text);
    CLI_DO(kept_scores(s->score, &had, w->rows, w->detector, &how,
                       score_path(w->t, s->name).text));
    if (training_stopped())
        goto done;
    w->out->fresh |= had < w->rows->n;
    CLI_DO(check_numbers(w, k));
    if (w->t->untrained)
        goto done;
    /* A search takes long enough to be timed at work. */
    if (w->out->searches && had < w->rows->n)
        s->micros = 1e6 * (message_clock() - start) / (double)(w->rows->n - had);
    else if (isnan(s->micros))
        CLI_DO(time_score(w, k));
    CLI_DO(decision_meet(&s->own, w->detector, &how.how, w->rows, w->t->false_alarms,
                         s->score));
    code = save(w);
done:
    return code;
}

/* ---- From here to the end --------------------------------------------------- */

static void describe(work *w)
{
    w->out->searches = w->t->searches;
    w->out->n = rows_scores(w->detector, w->name);
    for (size_t k = 0; k < w->out->n; k++) {
        cli_trial_score *s = &w->out->score[k];
        snprintf(s->name, sizeof s->name, "%s", w->name[k]);
        s->micros = NAN;
    }
}

/* What scoring with random weights needs, if there are scores to compute. */
static int prepare_untrained(work *w)
{
    int missing = 0, code = CLI_DONE;
    for (size_t k = 0; k < w->out->n; k++)
        missing |= access(score_path(w->t, w->out->score[k].name).text, F_OK) != 0;
    if (missing)
        CLI_TRY(egad_score_calibrate(w->detector, w->t->data));
    code = save(w);
done:
    return code;
}

static int take_found(work *w)
{
    char *text = NULL;
    int code = CLI_DONE;
    CLI_TRY(egad_detector_found(w->detector, &text));
    snprintf(w->out->found, sizeof w->out->found, "%.*s", (int)strcspn(text, "\n"), text);
    free(text);
done:
    return code;
}

int trial_finish(cli_trial_result *out, const cli_trial *t)
{
    work w = { .t = t, .out = out, .rows = t->rows, .scoring = t->scoring };
    int code = CLI_DONE;
    *out = (cli_trial_result){ .seconds = NAN };
    snprintf(out->device, sizeof out->device, "%.127s",
             egad_device_describe(t->device)->name);
    w.scoring.seed = t->how.seed;
    w.model = trial_path(t, ".h5");
    w.record = trial_path(t, ".json");
    training_catch();
    CLI_DO(output_check(w.model.text, (const char *[]){ t->file, NULL }));
    CLI_DO(load(&w));
    CLI_DO(kept_model(&w.detector, t->device, t->data, &t->how, w.model.text));
    describe(&w);
    take_times(&w);
    CLI_DO(check_model(&w));
    CLI_DO(t->untrained ? prepare_untrained(&w) : train(&w));
    if (training_stopped())
        goto done;
    if (!t->untrained)
        CLI_DO(measure_threshold(&w));
    CLI_DO(take_found(&w));
    for (size_t k = 0; k < out->n && !training_stopped(); k++)
        CLI_DO(score(&w, k));
    out->complete = !training_stopped();
done:
    egad_detector_free(w.detector);
    record_free(w.known);
    return code;
}

void trial_free(cli_trial_result *result)
{
    for (size_t k = 0; k < result->n; k++)
        free(result->score[k].score);
    *result = (cli_trial_result){ 0 };
}

/* ---- Estimates ----------------------------------------------------------------- */

int trial_estimate(double *seconds, const cli_trial *like, int seeds,
                   egad_detector *detector)
{
    const char *name[CLI_SCORES];
    const size_t names = rows_scores(detector, name);
    const cli_rows *rows = like->rows;
    const size_t n = rows->n < SEARCHED ? rows->n : SEARCHED;
    const double searches = (double)search_options_steps(&like->scoring) / BRIEF_STEPS *
                            (like->scoring.restarts ? like->scoring.restarts : 1);
    int code = CLI_DONE;
    for (size_t k = 0; k < names && code == CLI_DONE; k++) {
        cli_times times = { 0 };
        int missing = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            cli_trial t = *like;
            t.how.seed = (uint64_t)seed;
            missing += access(score_path(&t, name[k]).text, F_OK) != 0;
        }
        if (missing)
            code = timing_rows(&times, detector, rows->x,
                               &(cli_timing){ .score = name[k],
                                              .rows = n,
                                              .batch = n,
                                              .steps = BRIEF_STEPS,
                                              .restarts = 1,
                                              .least = 1 });
        *seconds +=
            missing * 1e-3 * times.median * searches * (double)rows->n / (double)n;
    }
    return code;
}
