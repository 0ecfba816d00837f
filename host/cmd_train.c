/* egad train: train a detector, save it after every epoch, go on where one stopped. */
#include "cli.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const char *data, *out, *device;
    int resume, force, quiet;
    egad_detector_options how;
} arguments;

/* One run of the command. */
typedef struct {
    const arguments *a;
    egad_device *device;
    egad_dataset *data;
    egad_detector *detector;
    int redraw;           /* 1: one line on a terminal, drawn again and again */
    double drawn;         /* when it was drawn last */
    int on_line;          /* 1: the cursor stands in it */
    double saved, saving; /* when the model was saved last, and how long that took */
} training;

enum {
    LINES = 50,      /* about epochs, at most */
    SAVES_APART = 20 /* times that a save took, at least between two of them */
};

/* ---- Stopping ----------------------------------------------------------- */

static volatile int stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* The first Ctrl-C stops in good order, a second one at once. */
static void catch_signals(void)
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

/* A model without an encoder has no loss for it. */
static cli_number losses_text(const egad_epoch *losses)
{
    cli_number text;
    int n = snprintf(text.text, sizeof text.text, "D %.3f G %.3f",
                     (double)losses->loss_dis, (double)losses->loss_gen);
    if (!isnan(losses->loss_enc) && n > 0 && (size_t)n < sizeof text.text)
        snprintf(text.text + n, sizeof text.text - (size_t)n, " E %.3f",
                 (double)losses->loss_enc);
    return text;
}

static void draw_bar(training *t, const egad_progress *p)
{
    char line[512], rest[256], bar[32];
    double now = cli_clock();
    if (now - t->drawn < 0.1 && p->step < p->steps)
        return;
    t->drawn = now;
    double done = p->steps ? (double)p->step / (double)p->steps : 1;
    snprintf(rest, sizeof rest, " %3d %%  %s  %s rows/s  %s left", (int)(100 * done),
             losses_text(&p->losses).text, cli_count((uint64_t)p->rows_per_second).text,
             cli_time(p->seconds_left).text);
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

static void end_line(training *t)
{
    if (t->on_line)
        fputc('\n', stderr);
    t->on_line = 0;
}

static void print_epoch(const egad_progress *p)
{
    const int apart = (p->epochs + LINES - 1) / LINES;
    if (p->epoch % apart && p->step < p->steps)
        return;
    fprintf(stderr, "epoch %d/%d  %s  %s rows/s  %s  %s left\n", p->epoch, p->epochs,
            losses_text(&p->losses).text, cli_count((uint64_t)p->rows_per_second).text,
            cli_time((double)p->losses.seconds).text, cli_time(p->seconds_left).text);
}

static egad_status save(training *t)
{
    const double start = cli_clock();
    const egad_status status = egad_checkpoint_save(t->detector, t->a->out);
    t->saved = cli_clock();
    t->saving = t->saved - start;
    return status;
}

static int on_progress(void *context, const egad_progress *p)
{
    training *t = context;
    /* Stopped before the first iteration there is no rate and no loss to show. */
    if (p->rows_per_second > 0 && !t->a->quiet && t->redraw)
        draw_bar(t, p);
    else if (!t->a->quiet && p->epoch_end)
        print_epoch(p);
    /* Epochs of small tables are shorter than saves. */
    const int due = p->epoch_end && (cli_clock() - t->saved >= SAVES_APART * t->saving ||
                                     p->step == p->steps);
    /* A disk that is full now may have room after the next epoch. */
    if (due && save(t) != EGAD_OK) {
        end_line(t);
        fprintf(stderr, "egad: warning: epoch %d is not saved: %s\n", p->epoch,
                egad_status_last());
    }
    return 0;
}

/* ---- The output --------------------------------------------------------- */

static int check_output(const arguments *a)
{
    struct stat about;
    int there = stat(a->out, &about) == 0;
    if (there && !S_ISREG(about.st_mode))
        return cli_error("'%s' is not a file that a model could be saved to", a->out);
    if (there && !a->resume && !a->force)
        return cli_error("'%s' exists: --resume goes on with it, --force replaces it",
                         a->out);
    if (!there && a->resume)
        return cli_error("'%s' is not there, so there is nothing to resume", a->out);
    return cli_output_check(a->out, (const char *[]){ a->data, NULL });
}

/* Fail now rather than after the first epoch if the folder cannot be written to.  The
 * trial has its own name: an old model stays until there is a trained one. */
static int try_output(const egad_detector *detector, const char *path)
{
    size_t size = strlen(path) + 16;
    char *trial = malloc(size);
    if (!trial)
        return cli_error("out of memory for a file name");
    snprintf(trial, size, "%s.trial", path);
    int code = CLI_DONE;
    CLI_TRY(egad_checkpoint_save(detector, trial));
    unlink(trial);
done:
    free(trial);
    return code;
}

/* What the command line says must be what the file says. */
static int check_resumed(const arguments *a, const cli_option *options,
                         const egad_detector_info *info)
{
    const char *bad = NULL;
    if (cli_given(options, "model") && strcmp(a->how.model, info->model))
        bad = "model";
    else if (cli_given(options, "recipe") && strcmp(a->how.recipe, info->recipe))
        bad = "recipe";
    else if (cli_given(options, "epochs") && a->how.epochs != info->epochs)
        bad = "epochs";
    else if (cli_given(options, "batch") && a->how.batch != info->batch)
        bad = "batch";
    else if (cli_given(options, "seed") && a->how.seed != info->seed)
        bad = "seed";
    else if (cli_given(options, "lr") &&
             fabs(a->how.lr - info->lr) > 1e-6 * fabs(info->lr))
        bad = "lr";
    if (!bad)
        return CLI_DONE;
    return cli_error(
        "--%s contradicts '%s', which holds %s, recipe %s, %d epochs, batch %d, "
        "seed %llu, lr %g",
        bad, a->out, info->model, info->recipe, info->epochs, info->batch,
        (unsigned long long)info->seed, info->lr);
}

static size_t training_rows(const egad_dataset *data)
{
    size_t n = 0;
    for (size_t i = 0; i < data->rows; i++)
        n += !data->split || data->split[i] == EGAD_TRAIN;
    return n;
}

/* Whether the data of a resumed training can be those that it began with. */
static int check_data(const training *t)
{
    const arguments *a = t->a;
    const egad_detector_info info = egad_detector_describe(t->detector);
    int code = cli_rows_check(t->data, a->data, &info, a->out);
    uint64_t n = training_rows(t->data), batch = (uint64_t)info.batch;
    if (code == CLI_DONE && info.steps_per_epoch && n / batch != info.steps_per_epoch)
        return cli_error("'%s' has %s training rows, not the %s to %s that '%s' was "
                         "trained on: resume with the data it began with",
                         a->data, cli_count(n).text,
                         cli_count(info.steps_per_epoch * batch).text,
                         cli_count((info.steps_per_epoch + 1) * batch - 1).text, a->out);
    return code;
}

/* ---- Training ----------------------------------------------------------- */

/* Open or make everything that training needs. */
static int prepare(training *t, const cli_option *options)
{
    const arguments *a = t->a;
    int code = CLI_DONE;
    CLI_TRY(egad_device_new(&t->device, a->device));
    if (a->resume) {
        CLI_TRY(egad_checkpoint_load(&t->detector, t->device, a->out));
        const egad_detector_info info = egad_detector_describe(t->detector);
        code = check_resumed(a, options, &info);
        if (code != CLI_DONE)
            goto done;
    }
    CLI_TRY(egad_dataset_load(&t->data, a->data));
    if (!a->resume)
        CLI_TRY(egad_detector_new(&t->detector, t->device, t->data, &a->how));
    else
        code = check_data(t);
    if (code == CLI_DONE)
        code = try_output(t->detector, a->out);
done:
    return code;
}

static void announce(const training *t)
{
    const egad_detector_info info = egad_detector_describe(t->detector);
    fprintf(stderr, "%s %s, recipe %s, seed %llu, on %s\n",
            t->a->resume ? "resuming" : "training", info.model, info.recipe,
            (unsigned long long)info.seed, egad_device_describe(t->device)->name);
    fprintf(stderr, "%s training rows of %zu features, batch %d, %d of %d epochs done\n",
            cli_count(training_rows(t->data)).text,
            info.shape[0] * info.shape[1] * info.shape[2], info.batch, info.epoch,
            info.epochs);
}

static void report(const training *t, double seconds)
{
    const arguments *a = t->a;
    const egad_detector_info info = egad_detector_describe(t->detector);
    if (info.epoch < info.epochs)
        printf("stopped at iteration %s, with %d of %d epochs done; go on with\n"
               "egad train --resume --data '%s' -o '%s'%s%s\n",
               cli_count(info.step).text, info.epoch, info.epochs, a->data, a->out,
               a->device ? " --device " : "", a->device ? a->device : "");
    else
        printf("%s trained, %d epoch%s, %s iterations, in %s: '%s'\n", info.model,
               info.epoch, info.epoch == 1 ? "" : "s", cli_count(info.step).text,
               cli_time(seconds).text, a->out);
}

static int train(const arguments *a, const cli_option *options)
{
    training t = { .a = a, .redraw = cli_terminal() };
    int code = prepare(&t, options);
    if (code != CLI_DONE)
        goto done;
    const egad_detector_info info = egad_detector_describe(t.detector);
    const int calibrates = info.parameters[0] > 0 && !egad_detector_images(info.model);
    if (a->resume && info.epoch >= info.epochs && (info.calibrated || !calibrates)) {
        printf("'%s' has all of its %d epochs already\n", a->out, info.epochs);
        goto done;
    }
    cli_rows_warn(t.data, a->data);
    catch_signals();
    if (!a->quiet)
        announce(&t);
    double start = cli_clock();
    egad_status status = egad_train_run(
        t.detector, t.data,
        &(egad_train_options){ .progress = on_progress, .context = &t, .stop = &stop });
    end_line(&t);
    CLI_TRY(status);
    CLI_TRY(save(&t)); /* whatever becomes of the rest */
    if (calibrates) {
        CLI_TRY(egad_score_calibrate(t.detector, t.data));
        CLI_TRY(save(&t));
    }
    report(&t, cli_clock() - start);
done:
    egad_detector_free(t.detector);
    egad_dataset_free(t.data);
    egad_device_free(t.device);
    return code;
}

int cmd_train(int argc, char **argv)
{
    arguments a = { 0 };
    cli_option options[] = {
        { "model", 0, CLI_TEXT, &a.how.model, "NAME",
          "the kind of detector, see 'egad models' (needed unless\n                      "
          "      --resume)",
          0, 0 },
        { "data", 0, CLI_TEXT, &a.data, "FILE.h5",
          "the data file, made by 'egad data import'", 1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "MODEL.h5",
          "the model, saved after every epoch (where they are short,\n                   "
          " "
          "        after some)",
          1, 0 },
        { "recipe", 0, CLI_CHOICE, &a.how.recipe, "sound|release|paper",
          "settings: ours, those of the released code, or the\n                          "
          "  paper's (default sound)",
          0, 0 },
        { "epochs", 0, CLI_COUNT, &a.how.epochs, "N",
          "passes over the training rows (default: the recipe's)", 0, 0 },
        { "batch", 0, CLI_COUNT, &a.how.batch, "N",
          "rows per iteration (default: the recipe's)", 0, 0 },
        { "lr", 0, CLI_RATE, &a.how.lr, "RATE",
          "learning rate of Adam (default: the recipe's)", 0, 0 },
        { "seed", 0, CLI_SEED, &a.how.seed, "S",
          "seed of weights, batches and noise (default 0)", 0, 0 },
        { "resume", 0, CLI_FLAG, &a.resume, NULL,
          "go on training MODEL.h5 where it stopped", 0, 0 },
        { "force", 0, CLI_FLAG, &a.force, NULL, "replace MODEL.h5 if it exists", 0, 0 },
        { "quiet", 0, CLI_FLAG, &a.quiet, NULL, "no progress on standard error", 0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "train",
        .summary = "Train a detector on the training rows of a data file.",
        .options = options,
        .notes =
            "Ctrl-C stops after the current iteration and saves; --resume goes on\n"
            "as if nothing had happened.  D, G and E in the progress are the losses\n"
            "of discriminator, generator and encoder.\n",
        .example = "egad train --model kdd-bigan --data kdd99.h5 -o model.h5",
    };
    int code = cli_parse(&command, argc, argv);
    if (code >= 0)
        return code;
    if (a.resume && a.force)
        return cli_usage(command.name, "--resume and --force exclude each other");
    if (!a.resume && !a.how.model)
        return cli_usage(command.name, "--model NAME is missing");
    if (a.how.model)
        code = cli_model_check(command.name, a.how.model);
    if (code < 0)
        code = check_output(&a);
    return code == CLI_DONE ? train(&a, options) : code;
}
