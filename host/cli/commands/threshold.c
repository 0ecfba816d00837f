/* egad threshold: shows and sets the decision thresholds of a model, by false-alarm rate
 * or as a score. */
#include "commands.h"
#include "rows/decision.h"
#include "rows/open.h"
#include "rows/search_options.h"
#include "rows/training.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_source from;
    const char *measure, *at;
    double false_alarms;
    int rows, folds;
    float score_at; /* the value of `at` */
} arguments;

/* ---- The table ------------------------------------------------------------ */

enum { NAME_WIDTH = 18, FIGURE_WIDTH = 14 };

/* One line, for a rate; 0: the thresholds in force. */
static void print_line(const char *name, const egad_detector *d, const egad_scoring *how,
                       double false_alarms)
{
    const char *score[CLI_SCORES];
    const size_t scores = rows_scores(d, score);
    egad_threshold at;
    printf("%-*s", NAME_WIDTH, name);
    for (size_t k = 0; k < scores; k++) {
        egad_scoring by = *how;
        by.score = score[k];
        const int found = egad_threshold_find(&at, d, &by, false_alarms) == EGAD_OK;
        char figure[32] = "-";
        if (found)
            snprintf(figure, sizeof figure, "%s%.7g", at.by_hand ? "*" : "",
                     (double)at.score);
        printf("%*s", FIGURE_WIDTH, figure);
    }
    putchar('\n');
}

static int by_hand(const egad_detector *d, const egad_scoring *how)
{
    const char *score[CLI_SCORES];
    const size_t scores = rows_scores(d, score);
    egad_threshold at;
    int found = 0;
    for (size_t k = 0; k < scores; k++) {
        egad_scoring by = *how;
        by.score = score[k];
        found |= egad_threshold_find(&at, d, &by, 0) == EGAD_OK && at.by_hand;
    }
    return found;
}

static void print(const egad_detector *d)
{
    static const double rates[] = {
        0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 1e-4, 1e-5
    };
    const egad_detector_info about = egad_detector_describe(d);
    const egad_threshold_info info = egad_threshold_describe(d);
    const char *score[CLI_SCORES];
    const size_t scores = rows_scores(d, score);
    egad_scoring how = EGAD_SCORING(NULL, info.alpha);
    char name[32];
    how.steps = info.steps;
    how.restarts = info.restarts;
    printf("model     %s, recipe %s, seed %llu, %d of %d epochs\n", about.model,
           about.recipe, (unsigned long long)about.seed, about.epoch, about.epochs);
    if (!info.rows) {
        printf("measured  not yet: use --measure DATA, which scores normal rows\n");
        return;
    }
    printf("measured  on %s\n", decision_rows(&info).text);
    if (info.steps)
        printf("search    %d steps, restarts %d\n", info.steps, info.restarts);
    printf("in force  false-alarm rate %g %%", 100 * info.false_alarms);
    if (info.false_alarms < info.least)
        printf("; %s rows resolve %.3g %% at best (see egad train --hold-out)",
               text_count(info.rows).text, 100 * info.least);
    printf("\n\n%-*s", NAME_WIDTH, "false-alarm rate");
    for (size_t k = 0; k < scores; k++)
        printf("%*s", FIGURE_WIDTH, score[k]);
    putchar('\n');
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (rates[i] >= info.least) {
            snprintf(name, sizeof name, "%g %%", 100 * rates[i]);
            print_line(name, d, &how, rates[i]);
        }
    snprintf(name, sizeof name, "%.3g %%", 100 * info.least);
    print_line(name, d, &how, info.least);
    print_line("in force", d, &how, 0);
    if (by_hand(d, &how))
        printf("* set by hand\n");
    printf("\n%s rows cannot resolve rates or p-values below 1/%s\n",
           text_count(info.rows).text, text_count(info.rows + 1).text);
}

/* ---- Changes --------------------------------------------------------------- */

static void on_progress(void *context, const char *score, size_t done, size_t n)
{
    (void)context;
    fprintf(stderr, "%s: %s of %s rows\n", score, text_count(done).text,
            text_count(n).text);
}

static int measure(const arguments *a, egad_detector *detector)
{
    const egad_detector_info info = egad_detector_describe(detector);
    const egad_threshold_options how = { .size = sizeof(egad_threshold_options),
                                         .most = (size_t)a->rows,
                                         .how = &a->from.how,
                                         .folds = (size_t)a->folds,
                                         .progress = info.searches ? on_progress : NULL };
    egad_dataset *data = NULL;
    int code = CLI_DONE;
    CLI_TRY(egad_dataset_read(&data, a->measure, info.schema));
    CLI_DO(training_check(detector, data, a->measure, a->from.model));
    CLI_TRY(egad_threshold_measure(detector, data, &how));
done:
    egad_dataset_free(data);
    return code;
}

/* score: the one that --set-score is for. */
static int change(const arguments *a, egad_detector *detector, const char *score)
{
    int code = CLI_DONE;
    if (a->measure)
        CLI_DO(measure(a, detector));
    if (a->false_alarms > 0)
        CLI_TRY(egad_threshold_keep(detector, a->false_alarms));
    if (a->at)
        CLI_TRY(egad_threshold_keep_score(detector, score, a->score_at));
    if (a->measure || a->false_alarms > 0 || a->at)
        CLI_TRY(egad_checkpoint_save(detector, a->from.model));
done:
    return code;
}

static int threshold(const arguments *a, const cli_command *command)
{
    cli_opened in = { 0 };
    egad_scoring how;
    int code = CLI_DONE;
    CLI_DO(open_model(&in, command, &a->from));
    CLI_DO(open_score(&how, command, &in, &a->from));
    CLI_DO(change(a, in.detector, how.score));
    print(in.detector);
done:
    open_free(&in);
    return code;
}

/* ---- The command ------------------------------------------------------------ */

/* Options that need another one. */
static int check_usage(const cli_command *command, const arguments *a)
{
    static const char *const of_measure[] = { "rows",  "folds",    "alpha",
                                              "steps", "restarts", "seed" };
    for (size_t i = 0; !a->measure && i < sizeof of_measure / sizeof *of_measure; i++)
        if (options_given(command->options, of_measure[i]))
            return message_usage(command->name, "--%s needs --measure", of_measure[i]);
    if (a->from.how.score && !a->at)
        return message_usage(command->name, "--score needs --set-score");
    return -1;
}

static int read_score(const cli_command *command, arguments *a)
{
    char *end = NULL;
    if (!a->at)
        return -1;
    a->score_at = strtof(a->at, &end);
    if (*a->at && !*end && isinf(a->score_at) && isfinite(strtod(a->at, NULL)))
        return message_usage(command->name, "--set-score '%s' is too large for a score",
                             a->at);
    if (!*a->at || *end || !isfinite(a->score_at))
        return message_usage(command->name, "--set-score must be a number, not '%s'",
                             a->at);
    return -1;
}

int threshold_command(int argc, char **argv)
{
    arguments a = { .from = CLI_SOURCE };
    cli_option options[] = {
        CLI_MODEL_OPTION(a.from.model),
        { "set", 0, CLI_SHARE, &a.false_alarms, "RATE",
          "store this false-alarm rate in the model, for all scores", 0, 0 },
        { "set-score", 0, CLI_TEXT, &a.at, "X",
          "store a threshold of your own: scores of X and more are\n"
          "anomalies",
          0, 0 },
        CLI_SCORE_OPTION(a.from.how,
                         "the score that --set-score is for (default: the recipe's)"),
        { "measure", 0, CLI_TEXT, &a.measure, "FILE.h5",
          "score normal rows of the model's training data and store the\n"
          "thresholds",
          0, 0 },
        { "rows", 0, CLI_COUNT, &a.rows, "N",
          "at most N rows (default: all held-out rows, 10,000\n"
          "training rows, 500 for latent search)",
          0, 0 },
        { "folds", 0, CLI_COUNT, &a.folds, "K",
          "for small tables: score all training rows, by K models trained\n"
          "like this one, each without a part of the rows, which it scores",
          0, 0 },
        CLI_ALPHA_OPTION(a.from.how, "weight of the reconstruction error for --measure"),
        CLI_SEARCH_OPTIONS(a.from.how),
        CLI_DEVICE_OPTION(a.from.device),
        { 0 },
    };
    const cli_command command = {
        .name = "threshold",
        .summary =
            "Show the decision thresholds of a model by false-alarm rate, or set one.",
        .operand = "MODEL.h5",
        .operand_at = &a.from.model,
        .options = options,
        .notes =
            "Thresholds are based on the scores of held-out normal rows; or of training\n"
            "rows if none were held out, where new rows will have a higher false-alarm\n"
            "rate.  Training measures them at its end.  Use --measure for a model "
            "without\n"
            "an encoder, whose scores take long, and for a model of an older egad.\n"
            "\n"
            "N rows cannot resolve rates below 1/(N+1).  Settings are stored in the "
            "model\n"
            "file.\n",
        .example = "egad threshold model.h5 --set 0.005",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    CLI_CHECK(check_usage(&command, &a));
    CLI_CHECK(read_score(&command, &a));
    return threshold(&a, &command);
}
