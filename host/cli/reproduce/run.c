/* One run of an experiment in files: the model, saved during training, and its results.
 * An interrupted run continues from its files. */
#include "rows/kept.h"
#include "rows/training.h"
#include "runs.h"
#include "shell/output.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A run in progress. */
typedef struct {
    const cli_run *run;
    cli_path model, result;
    egad_detector *detector;
    cli_run_result *out;
    float *scores;
} work;

/* The path FOLDER/NAME followed by `end`. */
static cli_path path_of(const cli_run *run, const char *end)
{
    char name[128];
    snprintf(name, sizeof name, "%.96s%.24s", run->name, end);
    return output_join(run->folder, name);
}

/* ---- Measuring ---------------------------------------------------------- */

static int measure(work *w, cli_measured *to)
{
    const cli_rows *rows = w->run->rows;
    cli_run_result *out = w->out;
    int code = CLI_DONE;
    if (!w->scores && !(w->scores = malloc(rows->n * sizeof *w->scores)))
        return message_error("out of memory for %s scores", text_count(rows->n).text);
    for (size_t k = 0; k < out->scores; k++) {
        const egad_detector_info info = egad_detector_describe(w->detector);
        if (!info.calibrated && rows_calibrated(info.model, out->score[k]))
            CLI_TRY(egad_score_calibrate(w->detector, w->run->data));
        cli_scoring how = { .how = w->run->scoring, .about = w->run->about };
        how.how.score = out->score[k];
        CLI_TRY(rows_score(rows, w->detector, &how, w->scores));
        CLI_TRY(measures_scores(&to[k], w->scores, rows->y, rows->n, 0));
    }
done:
    return code;
}

static void say(const work *w, const cli_measured *m, int epoch)
{
    fprintf(stderr, "%s", w->run->about);
    if (epoch)
        fprintf(stderr, ", epoch %d", epoch);
    fprintf(stderr, ": %s", measures_name(CLI_AUPRC));
    for (size_t k = 0; k < w->out->scores; k++)
        fprintf(stderr, "%s %s %.4f", k ? "," : "", w->out->score[k], m[k].of[CLI_AUPRC]);
    fputc('\n', stderr);
}

/* ---- The file of results ------------------------------------------------- */

void run_put(cli_json *object, const cli_run_result *r, const cli_measured *m)
{
    for (size_t k = 0; k < r->scores; k++)
        record_put(object, r->score[k], measures_json(&m[k]));
}

static void put_scores(cli_json *object, const cli_run_result *r, const cli_measured *m)
{
    cli_json *scores = record_object();
    run_put(scores, r, m);
    record_put(object, "scores", scores);
}

/* "loss_dis" */
static cli_number loss_key(const char *loss)
{
    cli_number key;
    snprintf(key.text, sizeof key.text, "loss_%s", loss);
    return key;
}

static cli_json *epoch_json(const cli_run_result *r, const char *const *losses, int epoch)
{
    const cli_run_epoch *e = &r->history[epoch];
    cli_json *object = record_object();
    record_count(object, "epoch", (uint64_t)epoch + 1);
    for (int i = 0; losses[i]; i++)
        record_float(object, loss_key(losses[i]).text, e->losses.loss[i]);
    if (!isnan(e->measured[0].of[CLI_AUPRC]))
        put_scores(object, r, e->measured);
    return object;
}

static int save(const work *w)
{
    const cli_run *run = w->run;
    cli_run_result *r = w->out;
    const egad_detector_info info = egad_detector_describe(w->detector);
    cli_json *root = record_object(), *data = record_object(), *history = record_array();
    record_text(root, "egad", egad_status_version());
    record_flag(root, "complete", r->complete);
    record_put(root, "model", record_model(&info));
    record_put(root, "device", record_device(egad_device_describe(run->device)));
    record_text(data, "protocol", run->data->protocol);
    record_text(data, "sha256", run->data->sha256);
    record_text(data, "part", run->rows->part);
    record_count(data, "rows", run->rows->n);
    record_put(root, "data", data);
    record_real(root, "alpha", run->scoring.alpha);
    if (r->complete)
        put_scores(root, r, r->measured);
    for (int i = 0; i < info.epoch; i++) {
        r->history[i].losses = info.history[i];
        record_append(history, epoch_json(r, info.losses, i));
    }
    record_put(root, "history", history);
    return record_save(root, w->result.text);
}

static void read_measured(const cli_run_result *r, const cli_json *scores,
                          cli_measured *m)
{
    for (size_t k = 0; k < r->scores; k++)
        m[k] = measures_read(record_get(scores, r->score[k]));
}

/* The names of the scores in their order, as the library has them. */
static void read_names(cli_run_result *r, const char *model, cli_json *scores)
{
    r->scores = 0;
    for (const char *name = NULL; (name = record_next(scores, name));) {
        egad_score_info info = egad_score_named(model, 0);
        for (size_t i = 1; info.name && strcmp(info.name, name) != 0; i++)
            info = egad_score_named(model, i);
        if (info.name && r->scores < CLI_SCORES)
            r->score[r->scores++] = info.name;
    }
}

/* Read the results of a finished or unfinished run from its file. */
static int read_result(work *w, const cli_json *root)
{
    cli_run_result *r = w->out;
    const cli_json *device = record_get(root, "device"),
                   *history = record_get(root, "history");
    cli_json *scores = record_get(root, "scores");
    const char *const *losses = egad_detector_losses(w->run->how.model);
    if (!record_size(history))
        return CLI_DONE;
    r->complete = scores != NULL;
    if (!scores)
        scores = record_get(record_at(history, 0), "scores");
    read_names(r, w->run->how.model, scores);
    if (r->complete)
        read_measured(r, scores, r->measured);
    if (r->complete && (!r->scores || isnan(r->measured[0].of[CLI_AUPRC]) ||
                        record_size(history) != (size_t)r->epochs))
        return message_error("'%s' is not a file of results; remove it to recompute",
                             w->result.text);
    snprintf(r->device, sizeof r->device, "%.127s (%.127s, driver %.127s)",
             record_word(device, "name"), record_word(device, "platform"),
             record_word(device, "driver"));
    for (size_t i = 0; i < record_size(history) && i < (size_t)r->epochs; i++) {
        const cli_json *e = record_at(history, i);
        for (int k = 0; losses[k]; k++)
            r->history[i].losses.loss[k] =
                (float)record_number(e, loss_key(losses[k]).text);
        read_measured(r, record_get(e, "scores"), r->history[i].measured);
    }
    return CLI_DONE;
}

/* ---- Checking existing files ------------------------------------------------ */

static int check_result(const work *w, const cli_json *root)
{
    const cli_json *model = record_get(root, "model"), *data = record_get(root, "data");
    const char *name = record_word(model, "name"), *recipe = record_word(model, "recipe");
    const double epochs = record_number(model, "epochs"),
                 batch = record_number(model, "batch"), lr = record_number(model, "lr");
    if (!kept_same(&w->run->how, name, recipe, epochs, batch, lr,
                   record_number(model, "seed")))
        return kept_another(w->result.text, name, recipe, isnan(epochs) ? 0 : (int)epochs,
                            isnan(batch) ? 0 : (int)batch, lr);
    if (strcmp(record_word(data, "sha256"), w->run->data->sha256) ||
        strcmp(record_word(data, "protocol"), w->run->data->protocol))
        return message_error(
            "'%s' is from other data: %s, SHA-256 %s; choose another folder",
            w->result.text, record_word(data, "protocol"), record_word(data, "sha256"));
    const double rows = record_number(data, "rows");
    if (rows != (double)w->run->rows->n)
        return message_error("'%s' has %s rows, not %s; choose another folder",
                             w->result.text,
                             text_count(isnan(rows) ? 0 : (uint64_t)rows).text,
                             text_count(w->run->rows->n).text);
    return CLI_DONE;
}

static int load_result(work *w)
{
    cli_json *root = NULL;
    if (access(w->result.text, F_OK) != 0)
        return CLI_DONE;
    int code = record_load(&root, w->result.text);
    if (code == CLI_DONE)
        code = check_result(w, root);
    if (code == CLI_DONE)
        code = read_result(w, root);
    record_free(root);
    return code;
}

/* ---- From here to the end ------------------------------------------------- */

static int on_epoch(void *context, int epoch)
{
    work *w = context;
    cli_measured *m = w->out->history[epoch - 1].measured;
    int code = measure(w, m);
    if (code != CLI_DONE)
        return code;
    say(w, m, epoch);
    return save(w);
}

/* Drop the results of epochs that the saved model does not have. */
static void forget(cli_run_result *r, int from)
{
    for (int i = from; i < r->epochs; i++)
        for (size_t k = 0; k < CLI_SCORES; k++)
            r->history[i].measured[k] = measures_none();
}

static int train(work *w)
{
    const cli_run *run = w->run;
    const egad_detector_info info = egad_detector_describe(w->detector);
    w->out->scores = rows_scores(w->detector, w->out->score);
    forget(w->out, info.epoch);
    if (info.epoch >= info.epochs)
        return CLI_DONE;
    return training_run(&(cli_training){ .device = run->device,
                                         .detector = w->detector,
                                         .data = run->data,
                                         .path = w->model.text,
                                         .resumed = info.step > 0,
                                         .epoch = run->every_epoch ? on_epoch : NULL,
                                         .context = w });
}

/* After training. */
static int evaluate(work *w)
{
    const int calibrated = egad_detector_describe(w->detector).calibrated;
    int code = CLI_DONE;
    CLI_DO(measure(w, w->out->measured));
    if (egad_detector_describe(w->detector).calibrated != calibrated)
        CLI_TRY(egad_checkpoint_save(w->detector, w->model.text));
    say(w, w->out->measured, 0);
    w->out->complete = 1;
    code = save(w);
done:
    return code;
}

int run_finish(cli_run_result *out, const cli_run *run)
{
    work w = { .run = run, .out = out };
    int code = CLI_DONE;
    *out = (cli_run_result){ .epochs = run->how.epochs,
                             .batch = run->how.batch,
                             .lr = run->how.lr };
    out->history = calloc((size_t)run->how.epochs, sizeof *out->history);
    if (!out->history)
        return message_error("out of memory for %d epochs", run->how.epochs);
    forget(out, 0);
    w.model = path_of(run, ".h5");
    w.result = path_of(run, ".json");
    code = load_result(&w);
    if (code != CLI_DONE || out->complete)
        return code;
    fprintf(stderr, "%s\n", run->about);
    code = kept_model(&w.detector, run->device, run->data, &run->how, w.model.text);
    if (code == CLI_DONE)
        code = train(&w);
    if (code == CLI_DONE && egad_detector_describe(w.detector).epoch ==
                                egad_detector_describe(w.detector).epochs)
        code = evaluate(&w);
    egad_detector_free(w.detector);
    free(w.scores);
    /* Read back from the file, so that results are equal to the last digit each time. */
    return code == CLI_DONE && out->complete ? load_result(&w) : code;
}

void run_free(cli_run_result *result)
{
    free(result->history);
    *result = (cli_run_result){ 0 };
}
