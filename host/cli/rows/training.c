/* Training for `egad train` and `egad reproduce`: progress on standard error, saves on
 * the way, Ctrl-C. */
#include "training.h"
#include "decision.h"
#include "shell/shell.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct {
    const cli_training *how;
    int redraw;           /* 1: progress is one line of a terminal, redrawn */
    double drawn;         /* time of the last redraw */
    int on_line;          /* 1: the cursor is in that line */
    double saved, saving; /* time of the last save, and its duration */
    int code;             /* exit code of how->epoch */
    int unsaved;          /* epochs whose save failed, and why the last one did */
    char why[256];
} run;

enum {
    LINES = 50,      /* most lines about epochs */
    SAVES_APART = 20 /* shortest time between saves, in durations of a save */
};

/* ---- Options ------------------------------------------------------------- */

int training_contamination(const char *command, const char *text, double *share)
{
    *share = 0.0;
    if (!text || !strcmp(text, "none"))
        return -1;
    if (!strcmp(text, "auto")) {
        *share = EGAD_CONTAMINATION_AUTO;
        return -1;
    }
    if (text_is_number(text))
        *share = strtod(text, NULL);
    if (*share > 0.0 && *share < 0.5)
        return -1;
    return message_usage(command,
                         "--contamination is '%s': give auto, none, or a share of the "
                         "training rows above 0 and below 0.5",
                         text);
}

/* ---- Stopping ----------------------------------------------------------- */

static volatile int stop; /* number of the signal that asked to stop, or 0 */

int training_stopped(void)
{
    return stop;
}

int training_stop(void)
{
    return stop ? CLI_STOPPED + stop : CLI_DONE;
}

static void on_signal(int number)
{
    stop = number;
}

void training_catch(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- Progress ----------------------------------------------------------- */

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* "dis 0.683  gen 0.702". */
static cli_sentence losses_text(const run *t, const egad_epoch *losses)
{
    const egad_detector_info info = egad_detector_describe(t->how->detector);
    cli_sentence text = { "" };
    for (int i = 0; info.losses[i]; i++) {
        const size_t used = strlen(text.text);
        snprintf(text.text + used, sizeof text.text - used, "%s%s %.3f", i ? "  " : "",
                 info.losses[i], (double)losses->loss[i]);
    }
    return text;
}

static void draw_bar(run *t, const egad_progress *p)
{
    char line[640], rest[400], bar[32];
    double now = message_clock();
    if (now - t->drawn < 0.1 && p->step < p->steps)
        return;
    t->drawn = now;
    double done = p->steps ? (double)p->step / (double)p->steps : 1;
    snprintf(rest, sizeof rest, " %3d %%  %s  %s rows/s  %s left", (int)(100 * done),
             losses_text(t, &p->losses).text,
             text_count((uint64_t)p->rows_per_second).text,
             text_time(p->seconds_left).text);
    int width = terminal_width();
    int head = snprintf(line, sizeof line, "epoch %d/%d", p->epoch, p->epochs);
    int wide = width - head - (int)strlen(rest) - 4;
    wide = wide > (int)sizeof bar - 1 ? (int)sizeof bar - 1 : wide < 0 ? 0 : wide;
    for (int i = 0; i < wide; i++)
        bar[i] = i < (int)(done * wide + 0.5) ? '#' : '.';
    bar[wide] = 0;
    snprintf(line + head, sizeof line - (size_t)head, wide ? " [%s]%s" : "%s%s", bar,
             rest);
    fprintf(stderr, "\r%.*s\033[K", width - 1, line);
    t->on_line = 1;
}

static void end_line(run *t)
{
    if (t->on_line)
        fputc('\n', stderr);
    t->on_line = 0;
}

static void print_epoch(const run *t, const egad_progress *p)
{
    const int apart = (p->epochs + LINES - 1) / LINES;
    if (p->epoch % apart && p->step < p->steps)
        return;
    fprintf(stderr, "epoch %d/%d  %s  %s rows/s  %s  %s left\n", p->epoch, p->epochs,
            losses_text(t, &p->losses).text,
            text_count((uint64_t)p->rows_per_second).text,
            text_time((double)p->losses.seconds).text, text_time(p->seconds_left).text);
}

static egad_status save(run *t)
{
    const double start = message_clock();
    const egad_status status = egad_checkpoint_save(t->how->detector, t->how->path);
    t->saved = message_clock();
    t->saving = t->saved - start;
    return status;
}

static int on_progress(void *context, const egad_progress *p)
{
    run *t = context;
    const cli_training *how = t->how;
    /* Before the first iteration there is no rate and no loss to show. */
    if (p->rows_per_second > 0 && !how->quiet && t->redraw)
        draw_bar(t, p);
    else if (!how->quiet && p->epoch_end)
        print_epoch(t, p);
    /* The results of an epoch are written before the model of that epoch. */
    if (p->epoch_end && how->epoch) {
        end_line(t);
        t->code = how->epoch(how->context, p->epoch);
        if (t->code != CLI_DONE)
            return 1;
    }
    /* Epochs of small tables are shorter than a save. */
    const int due =
        p->epoch_end &&
        (message_clock() - t->saved >= SAVES_APART * t->saving || p->step == p->steps);
    /* A full disk may have room after the next epoch. */
    if (due && save(t) != EGAD_OK) {
        char why[sizeof t->why];
        snprintf(why, sizeof why, "%s", egad_status_last());
        end_line(t);
        if (strcmp(why, t->why) != 0)
            message_warning("could not save the model after epoch %d: %s", p->epoch, why);
        memcpy(t->why, why, sizeof why);
        t->unsaved++;
    }
    return 0;
}

/* ---- From here to the end ------------------------------------------------ */

/* The number of training rows, or with `held` of held-out rows. */
static size_t count_rows(const egad_detector *detector, const egad_dataset *data,
                         int held)
{
    size_t *rows = NULL, n = 0;
    egad_detector_select(detector, data, held, &rows,
                         &n); /* out of memory: training will fail */
    free(rows);
    return n;
}

void training_note(const egad_detector_info *info, const char *score, const char *model)
{
    if (info->epoch < info->epochs &&
        (info->calibrated || !rows_calibrated(info->model, score)))
        message_warning("training of '%s' stopped after %d of %d epochs: continue with "
                        "'egad train --resume --data DATA.h5 -o %s'",
                        model, info->epoch, info->epochs, model);
}

int training_check(const egad_detector *detector, const egad_dataset *data,
                   const char *path, const char *model)
{
    const egad_detector_info info = egad_detector_describe(detector);
    const int code = rows_same(data, path, &info, model);
    const uint64_t n = count_rows(detector, data, 0), batch = (uint64_t)info.batch;
    if (code == CLI_DONE && info.steps_per_epoch && n / batch != info.steps_per_epoch)
        return message_error(
            "'%s' has %s training rows, not the %s to %s that '%s' was trained on: give "
            "the data file that it was trained on",
            path, text_count(n).text, text_count(info.steps_per_epoch * batch).text,
            text_count((info.steps_per_epoch + 1) * batch - 1).text, model);
    return code;
}

static void announce(const cli_training *how)
{
    const egad_detector_info info = egad_detector_describe(how->detector);
    fprintf(stderr, "%s %s, recipe %s, seed %llu, on %s\n",
            how->resumed ? "resuming" : "training", info.model, info.recipe,
            (unsigned long long)info.seed, egad_device_describe(how->device)->name);
    const size_t rows = count_rows(how->detector, how->data, 0);
    fprintf(stderr, "%s training rows of %zu features, ", text_count(rows).text,
            info.shape[0] * info.shape[1] * info.shape[2]);
    const size_t held = count_rows(how->detector, how->data, 1);
    if (info.hold_out > 0)
        fprintf(stderr, "%s held out, ", text_count(held).text);
    if (info.trimmed)
        fprintf(stderr, "%s left out as contamination, ", text_count(info.trimmed).text);
    fprintf(stderr, "batch %d, %d of %d epochs done\n", info.batch, info.epoch,
            info.epochs);
}

/* Warn if there are so few training rows that what is normal cannot be learnt. */
static void warn_few(const cli_training *how)
{
    const egad_detector_info info = egad_detector_describe(how->detector);
    const size_t rows = count_rows(how->detector, how->data, 0);
    const size_t columns = info.schema->n ? info.schema->n : info.shape[2];
    const int images = egad_dataset_images(info.schema, info.shape);
    if (rows == 1)
        message_warning("there is 1 training row: a detector learns from many what is "
                        "normal");
    else if (!images && rows < columns)
        message_warning("there are %s training rows for %s columns: give more rows than "
                        "columns, better many times as many",
                        text_count(rows).text, text_count(columns).text);
}

int training_run(const cli_training *how)
{
    run t = { .how = how, .redraw = message_terminal() };
    int code = CLI_DONE;
    training_catch();
    warn_few(how);
    if (!how->quiet)
        announce(how);
    const egad_status status =
        egad_train_run(how->detector, how->data,
                       &EGAD_SIZED(egad_train_options, .progress = on_progress,
                                   .context = &t, .stop = &stop));
    end_line(&t);
    if (t.unsaved > 1)
        message_warning("%d epochs were not saved", t.unsaved);
    CLI_TRY(status);
    if (t.code != CLI_DONE)
        return t.code;
    CLI_TRY(save(&t)); /* before calibration, which may fail */
    if (how->calibrate) {
        CLI_TRY(egad_score_calibrate(how->detector, how->data));
        CLI_TRY(save(&t));
        CLI_TRY(egad_threshold_measure(how->detector, how->data, NULL));
        CLI_TRY(save(&t));
        const egad_threshold_info info = egad_threshold_describe(how->detector);
        if (!how->quiet)
            decision_few(info.rows, info.training, info.false_alarms);
    }
done:
    return code;
}
