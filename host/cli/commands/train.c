/* egad train: trains a detector, saves it after every epoch, resumes one that was
 * stopped.  Training itself is in training.c. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/open.h"
#include "rows/training.h"
#include "shell/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const char *data, *out, *device, *contamination;
    int resume, force, quiet, rows;
    egad_detector_options how;
} arguments;

/* One run of the command. */
typedef struct {
    const arguments *a;
    cli_opened in;
    int extended; /* 1: --epochs differs from the number in the file */
} training;

/* ---- The output --------------------------------------------------------- */

static int check_output(const arguments *a)
{
    struct stat about;
    int there = stat(a->out, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        return output_check(a->out, (const char *[]){ NULL });
    if (there && !S_ISREG(about.st_mode))
        return message_error(
            "the output '%s' is not a file: give the name of one for the model", a->out);
    if (there && !a->resume) {
        const cli_content old = dataset_content(a->out);
        if (old == CLI_DATA_CONTENT)
            return message_error("'%s' is a data file: choose another name for the model",
                                 a->out);
        if (!a->force && old != CLI_MODEL_CONTENT)
            return message_error("'%s' exists and is not a model: choose another name, "
                                 "or overwrite it with --force",
                                 a->out);
        if (!a->force)
            return message_error(
                "'%s' exists: continue it with --resume, or overwrite it with --force",
                a->out);
    }
    if (!there && a->resume)
        return message_error("cannot resume '%s': it does not exist", a->out);
    return output_check(a->out, (const char *[]){ a->data, NULL });
}

/* Fail now, not after the first epoch, if the model cannot be saved.  The trial has its
 * own name, so that an old model stays until a new one is trained. */
static int try_output(const egad_detector *detector, const char *path)
{
    size_t size = strlen(path) + 16;
    char *trial = malloc(size);
    if (!trial)
        return message_error("out of memory for a file name");
    snprintf(trial, size, "%s.trial", path);
    int code = CLI_DONE;
    if (egad_checkpoint_save(detector, trial) != EGAD_OK)
        code = message_error("cannot save '%s': %s", path, egad_status_last());
    unlink(trial); /* even if only its last flush failed */
    free(trial);
    return code;
}

/* The same for the options of few models. */
static int check_fitted(const arguments *a, const cli_option *options,
                        const egad_detector_info *info)
{
    const char *bad = options_given(options, "rows") && a->how.rows != info->rows ? "rows"
                      : options_given(options, "nu") && a->how.nu != info->nu     ? "nu"
                      : options_given(options, "gamma") && a->how.gamma != info->gamma
                          ? "gamma"
                      : options_given(options, "contamination") &&
                              a->how.contamination != info->contamination
                          ? "contamination"
                          : NULL;
    if (!bad)
        return CLI_DONE;
    return message_error(
        "--%s differs from '%s', which has rows %zu, nu %g, gamma %g, contamination %g "
        "(0: not given): leave it out, or retrain with --force",
        bad, a->out, info->rows, info->nu, info->gamma, info->contamination);
}

/* Options must agree with the file, except --epochs. */
static int check_resumed(const arguments *a, const cli_option *options,
                         const egad_detector_info *info)
{
    const char *bad = NULL;
    if (options_given(options, "model") && strcmp(a->how.model, info->model))
        bad = "model";
    else if (options_given(options, "recipe") && strcmp(a->how.recipe, info->recipe))
        bad = "recipe";
    else if (options_given(options, "batch") && a->how.batch != info->batch)
        bad = "batch";
    else if (options_given(options, "seed") && a->how.seed != info->seed)
        bad = "seed";
    else if (options_given(options, "lr") &&
             fabs(a->how.lr - info->lr) > 1e-6 * fabs(info->lr))
        bad = "lr";
    else if (options_given(options, "hold-out") &&
             fmax(a->how.hold_out, 0) != info->hold_out)
        bad = "hold-out";
    if (!bad)
        return check_fitted(a, options, info);
    return message_error(
        "--%s differs from '%s', which has %s, recipe %s, %d epochs, batch %d, seed "
        "%llu, lr %g, hold-out %g: leave it out, or retrain with --force",
        bad, a->out, info->model, info->recipe, info->epochs, info->batch,
        (unsigned long long)info->seed, info->lr, info->hold_out);
}

/* Change the number of epochs where the result does not depend on it. */
static int change_epochs(training *t, const cli_option *options)
{
    const arguments *a = t->a;
    const egad_detector_info info = egad_detector_describe(t->in.detector);
    t->extended = options_given(options, "epochs") && a->how.epochs != info.epochs;
    if (!t->extended || egad_train_extend(t->in.detector, a->how.epochs) == EGAD_OK)
        return CLI_DONE;
    if (info.epoch < info.epochs)
        return message_error("--epochs %d does not fit '%s': %s; without --epochs, "
                             "--resume trains to epoch %d",
                             a->how.epochs, a->out, egad_status_last(), info.epochs);
    return message_error(
        "--epochs %d does not fit '%s': %s; train another model, or replace this "
        "one with --force",
        a->how.epochs, a->out, egad_status_last());
}

/* ---- Training ----------------------------------------------------------- */

/* Open or make everything that training needs. */
static int prepare(training *t, const cli_option *options)
{
    const arguments *a = t->a;
    cli_opened *in = &t->in;
    int code = CLI_DONE;
    CLI_TRY(open_device(&in->device, a->device));
    if (a->resume) {
        CLI_TRY(egad_checkpoint_load(&in->detector, in->device, a->out));
        const egad_detector_info info = egad_detector_describe(in->detector);
        CLI_DO(check_resumed(a, options, &info));
        CLI_DO(change_epochs(t, options));
    }
    if (rows_are_pictures(a->data))
        return message_error("'%s' is not a data file: make one of a folder of images "
                             "with 'egad data import images'",
                             a->data);
    if (a->resume) {
        CLI_TRY(egad_dataset_read(&in->data, a->data,
                                  egad_detector_describe(in->detector).schema));
        CLI_DO(training_check(in->detector, in->data, a->data, a->out));
    } else {
        CLI_TRY(egad_dataset_load(&in->data, a->data));
        CLI_TRY(egad_detector_new(&in->detector, in->device, in->data, &a->how));
    }
    code = try_output(in->detector, a->out);
done:
    return code;
}

/* What training found, for those who watch it. */
static int print_found(const training *t)
{
    int code = CLI_DONE;
    char *text = NULL;
    CLI_TRY(egad_detector_found(t->in.detector, &text));
    if (!t->a->quiet)
        fputs(text, stderr);
done:
    free(text);
    return code;
}

static int report(const training *t, double seconds)
{
    const arguments *a = t->a;
    const egad_detector_info info = egad_detector_describe(t->in.detector);
    if (info.epoch < info.epochs)
        printf("stopped at iteration %s, with %d of %d epochs done; continue with\n"
               "egad train --resume --data '%s' -o '%s'%s%s\n",
               text_count(info.step).text, info.epoch, info.epochs, a->data, a->out,
               a->device ? " --device " : "", a->device ? a->device : "");
    else
        printf("%s trained, %d epoch%s, %s iterations, in %s: '%s'\n", info.model,
               info.epoch, info.epoch == 1 ? "" : "s", text_count(info.step).text,
               text_time(seconds).text, a->out);
    return info.epoch < info.epochs ? training_stop() : print_found(t);
}

/* 1 if a score of the detector needs calibration. */
static int has_calibrated(const egad_detector *detector)
{
    egad_score_info score;
    for (size_t i = 0; (score = egad_score_describe(detector, i)).name; i++)
        if (score.calibrated)
            return 1;
    return 0;
}

static int train(const arguments *a, const cli_option *options)
{
    training t = { .a = a };
    int code = CLI_DONE;
    CLI_DO(prepare(&t, options));
    const egad_detector_info info = egad_detector_describe(t.in.detector);
    const int calibrates = !info.searches;
    const int calibrated = (info.calibrated || !has_calibrated(t.in.detector)) &&
                           egad_threshold_describe(t.in.detector).rows;
    if (a->resume && info.epoch >= info.epochs && (calibrated || !calibrates)) {
        if (t.extended)
            CLI_TRY(egad_checkpoint_save(t.in.detector, a->out));
        printf("'%s' is already trained to its last epoch, %d\n", a->out, info.epochs);
        goto done;
    }
    rows_warn(t.in.data, a->data);
    dataset_warn_digits(t.in.data, a->data);
    const double start = message_clock();
    CLI_DO(training_run(&(cli_training){ .device = t.in.device,
                                         .detector = t.in.detector,
                                         .data = t.in.data,
                                         .path = a->out,
                                         .resumed = a->resume,
                                         .quiet = a->quiet,
                                         .calibrate = calibrates }));
    code = report(&t, message_clock() - start);
done:
    open_free(&t.in);
    return code;
}

int train_command(int argc, char **argv)
{
    arguments a = { .how.size = sizeof(egad_detector_options) };
    cli_option options[] = {
        { "model", 0, CLI_TEXT, &a.how.model, "NAME",
          "the kind of detector, see 'egad models' (required without\n"
          "--resume)",
          -1, 0 },
        { "data", 0, CLI_TEXT, &a.data, "FILE.h5",
          "the data file, made by 'egad data import'", 1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "MODEL.h5",
          "the model, saved after every epoch, or less often if epochs\n"
          "are short",
          1, 0 },
        { "recipe", 0, CLI_CHOICE, &a.how.recipe, CLI_RECIPES,
          "settings: egad's own (sound), those of the released code, or\n"
          "those of the paper (default sound)",
          0, 0 },
        { "epochs", 0, CLI_COUNT, &a.how.epochs, "N",
          "passes over the training rows (default: the recipe's); for\n"
          "--resume see below",
          0, 0 },
        CLI_BATCH_OPTION(a.how, "rows"),
        { "lr", 0, CLI_RATE, &a.how.lr, "RATE",
          "learning rate of Adam (default: the recipe's)", 0, 0 },
        { "seed", 0, CLI_SEED, &a.how.seed, "S",
          "seed of parameters, batches and noise (default 0)", 0, 0 },
        { "hold-out", 0, CLI_WEIGHT, &a.how.hold_out, "SHARE",
          "share of the training rows to hold out for measuring\n"
          "thresholds (default: 0.05 for sound, else 0)",
          0, 0 },
        { "rows", 0, CLI_COUNT, &a.rows, "N",
          "train on at most N of the training rows, drawn at random\n"
          "(default: all)",
          0, 0 },
        CLI_CONTAMINATION_OPTION(a.contamination, "none"),
        { "nu", 0, CLI_WEIGHT, &a.how.nu, "SHARE",
          "of ocsvm: bounds the share of training rows outside (default:\n"
          "the recipe's)",
          0, 0 },
        { "gamma", 0, CLI_RATE, &a.how.gamma, "G",
          "of ocsvm: its kernel is exp(-G |x - y|^2) (default: 1 / features)", 0, 0 },
        { "resume", 0, CLI_FLAG, &a.resume, NULL,
          "continue training MODEL.h5 where it stopped", 0, 0 },
        CLI_FORCE_OPTION(a.force, "MODEL.h5"),
        { "quiet", 0, CLI_FLAG, &a.quiet, NULL, "print no progress on standard error", 0,
          0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "train",
        .summary = "Train a detector on the training rows of a data file.",
        .options = options,
        .notes =
            "Ctrl-C stops after the current iteration and saves; --resume continues "
            "with\n"
            "the same result as without interruption.  A second Ctrl-C ends at once, "
            "and\n"
            "the last saved model remains.  D, G and E in the progress are the losses "
            "of\n"
            "the discriminator, the generator and the encoder.\n"
            "\n"
            "With --resume, other options must be left out or equal those of the first\n"
            "run.  The recipes release and paper may resume with a different --epochs,\n"
            "not below those trained, also after the last epoch; the result is that of\n"
            "giving this number from the start.  The recipe sound lowers the learning\n"
            "rate up to the last epoch: retrain for another number.\n",
        .example = "egad train --model kdd-bigan --data kdd99.h5 -o model.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.how.hold_out == 1)
        return message_usage(
            command.name, "--hold-out 1 leaves no training rows: give a smaller share");
    if (options_given(options, "hold-out") && a.how.hold_out == 0)
        a.how.hold_out = -1; /* none, instead of the recipe's */
    if (options_given(options, "nu") && a.how.nu == 0)
        return message_usage(command.name, "--nu 0: it must be above 0, at most 1");
    CLI_CHECK(
        training_contamination(command.name, a.contamination, &a.how.contamination));
    a.how.rows = (size_t)a.rows;
    if (a.resume && a.force)
        return message_usage(command.name, "--resume and --force cannot be combined");
    if (!a.resume || a.how.model)
        CLI_CHECK(open_named(command.name, a.how.model));
    const int code = check_output(&a);
    return code == CLI_DONE ? train(&a, options) : code;
}
