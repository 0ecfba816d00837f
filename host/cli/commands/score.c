/* egad score: the anomaly score of every row, as CSV or HDF5. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/decision.h"
#include "rows/open.h"
#include "rows/scored.h"
#include "rows/search_options.h"
#include "rows/stream.h"
#include "rows/training.h"
#include "shell/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    cli_source from;
    const char *out;
    const char *errors;         /* "stop", "row" or NULL */
    double false_alarms, delay; /* milliseconds */
    int force;
    int input, flagged, sort; /* --with-input, --flagged, --sort */
} arguments;

static int is_pipe(const arguments *a)
{
    return !strcmp(a->from.data, "-");
}

static int answers_errors(const arguments *a)
{
    return a->errors && !strcmp(a->errors, "row");
}

/* 1 if rows are answered line by line. */
static int streams(const arguments *a)
{
    const int whole = a->sort || (a->out && output_is_hdf5(a->out));
    return (is_pipe(a) && !whole) || answers_errors(a);
}

/* -1 if rows can be answered with their errors, else the usage error. */
static int check_errors(const char *command, const arguments *a)
{
    const char *data = a->from.data;
    if (!answers_errors(a))
        return -1;
    if (rows_are_pictures(data) || output_is_hdf5(data))
        return message_usage(command, "--errors row needs a table; '%s' is none", data);
    if (a->out && output_is_hdf5(a->out))
        return message_usage(command, "--errors row needs CSV as output, not '%s'",
                             a->out);
    return -1;
}

/* -1 if the output can have what is asked for, else the usage error. */
static int check_output(const char *command, const arguments *a)
{
    if (a->input && rows_are_pictures(a->from.data))
        return message_usage(command, "--with-input needs a table; '%s' holds images",
                             a->from.data);
    if (a->input && a->out && output_is_hdf5(a->out))
        return message_usage(command, "--with-input needs CSV as output, not '%s'",
                             a->out);
    if (a->sort && answers_errors(a))
        return message_usage(command, "--sort needs all rows at once, and --errors row "
                                      "answers them one by one: leave one out");
    return -1;
}

/* Open what is answered line by line: a descriptor, or -1 after a message. */
static int open_lines(const arguments *a)
{
    const char *path = a->from.data;
    struct stat about;
    if (is_pipe(a))
        return STDIN_FILENO;
    const int in = open(path, O_RDONLY);
    if (in < 0 || fstat(in, &about) != 0)
        message_error("cannot open '%s': %s", path, strerror(errno));
    else if (about.st_size == 0 && S_ISREG(about.st_mode))
        message_error("'%s' is empty", path);
    else
        return in;
    if (in >= 0)
        close(in);
    return -1;
}

/* Score rows from a pipe, or of a file like these. */
static int stream(const arguments *a, egad_detector *detector, const egad_scoring *how,
                  const egad_threshold *at)
{
    cli_output out;
    const int in = open_lines(a);
    int code = in < 0 ? CLI_FAILED : output_open(&out, a->out);
    if (code != CLI_DONE)
        goto done;
    decision_note(detector, how, a->false_alarms);
    code = stream_run(&(cli_stream){ .detector = detector,
                                     .how = *how,
                                     .at = at,
                                     .in = in,
                                     .name = is_pipe(a) ? "standard input" : a->from.data,
                                     .stop = a->errors && !answers_errors(a),
                                     .out = out.stream,
                                     .id = a->from.labels.id,
                                     .input = a->input,
                                     .flagged = a->flagged,
                                     .delay = 1e-3 * a->delay });
    if (code == CLI_DONE)
        code = output_close(&out);
    else
        output_drop(&out);
done:
    if (in > STDIN_FILENO)
        close(in);
    return code;
}

static void print_done(const arguments *a, const cli_opened *in, const char *score,
                       const egad_judgement *judgement)
{
    size_t flagged = 0;
    for (size_t i = 0; judgement && i < in->rows.n; i++)
        flagged += judgement->flagged[i];
    printf("%s rows (%s) scored by %s on %s", text_count(in->rows.n).text, in->rows.part,
           score, egad_device_describe(in->device)->name);
    if (judgement)
        printf(", %s flagged", text_count(flagged).text);
    printf(": '%s'\n", a->out);
}

/* Score rows of a file. */
static int score_rows(const arguments *a, cli_opened *in, const egad_scoring *how,
                      egad_judgement *judgement)
{
    const cli_rows *rows = &in->rows;
    cli_scored_rows found = { .rows = rows, .judgement = judgement, .input = a->input };
    float *scores = NULL;
    int32_t *unseen = NULL, *outside = NULL;
    int code = CLI_DONE;
    CLI_DO(open_data(in, &a->from));
    CLI_DO(open_rows(in, &a->from, SIZE_MAX, 0));
    if (a->input && in->images) {
        code =
            message_error("'%s' holds images: --with-input needs a table", a->from.data);
        goto done;
    }
    training_note(&in->info, how->score, a->from.model);
    scores = malloc(rows->n * sizeof *scores);
    if (!scores) {
        code = message_error("out of memory for %s scores", text_count(rows->n).text);
        goto done;
    }
    CLI_TRY(rows_score(rows, in->detector, &(cli_scoring){ .how = *how }, scores));
    CLI_DO(rows_unseen(&unseen, rows, &in->info));
    CLI_DO(rows_outside(&outside, rows, in->detector));
    if (judgement)
        CLI_DO(decision_judge(judgement, in->detector, how->score, scores, rows->n));
    found.data = in->data;
    found.scores = scores;
    found.unseen = unseen;
    found.outside = outside;
    CLI_DO(scored_pick(&found, a->flagged, a->sort));
    CLI_DO(scored_write(&found, a->out, how));
    decision_note(in->detector, how, a->false_alarms);
    if (a->out)
        print_done(a, in, how->score, judgement);
done:
    free(found.pick);
    free(unseen);
    free(outside);
    free(scores);
    return code;
}

static int score(const arguments *a, const cli_command *command)
{
    cli_opened in = { 0 };
    egad_judgement judgement = { .size = sizeof(egad_judgement) };
    egad_scoring how;
    int judged = 0, code = CLI_DONE;
    CLI_DO(open_model(&in, command, &a->from));
    CLI_DO(open_score(&how, command, &in, &a->from));
    CLI_DO(decision_find(&judgement.at, in.detector, &how, a->false_alarms, &judged));
    if (a->flagged && !judged) {
        code = message_error("--flagged needs a threshold: %s", egad_status_last());
        goto done;
    }
    if (streams(a)) {
        training_note(&in.info, how.score, a->from.model);
        code = stream(a, in.detector, &how, judged ? &judgement.at : NULL);
    } else {
        code = score_rows(a, &in, &how, judged ? &judgement : NULL);
    }
done:
    decision_clear(&judgement);
    open_free(&in);
    return code;
}

int score_command(int argc, char **argv)
{
    arguments a = { .from = CLI_SOURCE, .delay = 20 };
    cli_option options[] = {
        CLI_MODEL_OPTION(a.from.model),
        CLI_DATA_OPTION(a.from.data, ",\nscored as lines arrive"),
        { "output", 'o', CLI_TEXT, &a.out, "OUT",
          "file of scores, .h5 or CSV (default: CSV on standard output)", 0, 0 },
        { "force", 0, CLI_FLAG, &a.force, NULL,
          "overwrite OUT even if it is not a file of scores", 0, 0 },
        CLI_SCORE_OPTION(a.from.how, "which score, see below (default: the recipe's)"),
        CLI_LEFT_OUT_OPTION(a.from.how),
        CLI_ALPHA_OPTION(a.from.how, "weight of the reconstruction error"),
        CLI_ID_OPTION(a.from.labels),
        { "with-input", 0, CLI_FLAG, &a.input, NULL,
          "put the columns of the input before those of the output", 0, 0 },
        { "flagged", 0, CLI_FLAG, &a.flagged, NULL,
          "only rows that are flagged as anomalies, and errors", 0, 0 },
        { "sort", 0, CLI_FLAG, &a.sort, NULL,
          "the highest scores first; with --data -, after the last line", 0, 0 },
        CLI_PART_OPTION(a.from.part),
        { "errors", 0, CLI_CHOICE, &a.errors, "stop|row",
          "at a row of a table that cannot be read: stop, or answer it\n"
          "with the error and go on (default stop; row with --data -)",
          0, 0 },
        { "max-delay-ms", 0, CLI_RATE, &a.delay, "MS",
          "with --data -: longest time that a line waits for others\n"
          "(default 20)",
          0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        CLI_SEARCH_OPTIONS(a.from.how),
        CLI_DEVICE_OPTION(a.from.device),
        { 0 },
    };
    const cli_command command = {
        .name = "score",
        .summary = "Give every row an anomaly score; larger is more anomalous.",
        .operand = "MODEL.h5",
        .operand_at = &a.from.model,
        .options = options,
        .notes = open_notes(
            "The default depends on the recipe: for sound it is the calibrated score of "
            "the\n"
            "model, if it has one, else the first.\n"
            "\n"
            "A model without an encoder reconstructs each row by latent search, which\n"
            "takes about a thousand times as long.\n"
            "\n"
            "CSV columns are found by the names in the header line.  Missing values are\n"
            "imputed if the training data were imported with --missing mean, else they\n"
            "are an error.  Images in a folder are read as by 'egad data import "
            "images',\n"
            "and must have the shape of those that the model was trained on.\n"
            "\n"
            "CSV output always has these columns; what is not known is empty:\n"
            "\n"
            "  row          of the input, from 0\n"
            "  score        larger is more anomalous\n"
            "  p_value      the expected share of new normal rows that score at least "
            "as\n"
            "               high, estimated on held-out rows\n"
            "  flagged      the verdict: 1, an anomaly, if the p-value is at most the\n"
            "               false-alarm rate, see 'egad threshold'; else 0\n"
            "  label        the truth, if the data file has labels: 1 for anomalies, "
            "else\n"
            "               0; without labels the verdict again, as older versions wrote "
            "it\n"
            "  id           the identifier, by --id or from the data file\n"
            "  file         the name of an image\n"
            "  unseen       categorical values of the row that training never saw\n"
            "  outside      numbers of the row outside their range in training rows\n"
            "  error        why the row cannot be scored, with --errors row or --data -\n"
            "\n"
            "With --with-input, those of the input come first; a column of the output "
            "that\n"
            "has the name of one of these ends in a number: label.2.  JSON lines from\n"
            "standard input are answered by JSON lines with members of the same names,\n"
            "and the line itself as input.\n"),
        .example = "egad score model.h5 --data flows.csv -o scores.csv\n"
                   "  egad score model.h5 --data flows.csv --with-input --flagged --sort",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.out && !strcmp(a.out, "-"))
        a.out = NULL;
    CLI_CHECK(open_check(command.name, &a.from));
    CLI_CHECK(check_errors(command.name, &a));
    CLI_CHECK(check_output(command.name, &a));
    a.from.labels.texts = a.input;
    if (options_given(options, "max-delay-ms") && !(is_pipe(&a) && streams(&a)))
        return message_usage(command.name, "--max-delay-ms needs --data -");
    int code = output_check(a.out, (const char *[]){ a.from.model, a.from.data, NULL });
    if (code == CLI_DONE && a.out)
        code = dataset_keep(a.out, a.force);
    return code == CLI_DONE ? score(&a, &command) : code;
}
