/* egad score: the anomaly score of every row, as CSV or HDF5. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/decision.h"
#include "rows/open.h"
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
} arguments;

/* `file`: names of the rows, or NULL.  `unseen`: as in rows_unseen.  `judgement`: NULL
 * for scores only. */
static int write_csv(const char *path, const cli_rows *rows, char *const *file,
                     const int32_t *unseen, const float *scores,
                     const egad_judgement *judgement)
{
    cli_output out;
    int code = output_open(&out, path);
    if (code != CLI_DONE)
        return code;
    fprintf(out.stream, "row,score%s%s%s%s\n", judgement ? ",p_value,label" : "",
            rows->y ? ",anomaly" : "", file ? ",file" : "", unseen ? ",unseen" : "");
    for (size_t i = 0; i < rows->n && !ferror(out.stream); i++) {
        decision_csv(out.stream, rows->row[i], scores[i], judgement, i);
        if (rows->y)
            fprintf(out.stream, ",%d", rows->y[i]);
        if (file) {
            fputc(',', out.stream);
            output_field(out.stream, file[rows->row[i]]);
        }
        if (unseen)
            fprintf(out.stream, ",%d", unseen[i]);
        fputc('\n', out.stream);
    }
    return output_close(&out);
}

static int write_hdf5(const char *path, const cli_rows *rows, char *const *file,
                      const int32_t *unseen, const float *scores, const egad_scoring *how,
                      const egad_judgement *judgement)
{
    int code = CLI_DONE;
    char **name = file ? malloc(rows->n * sizeof *name) : NULL;
    if (file && !name)
        return message_error("out of memory for %s names", text_count(rows->n).text);
    for (size_t i = 0; name && i < rows->n; i++)
        name[i] = file[rows->row[i]];
    CLI_TRY(egad_score_save(path, scores, rows->row, rows->y, name, unseen, rows->n, how,
                            judgement));
done:
    free(name);
    return code;
}

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
    return (is_pipe(a) && !(a->out && output_is_hdf5(a->out))) || answers_errors(a);
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

/* Score rows of a file. */
static int score_rows(const arguments *a, cli_opened *in, const egad_scoring *how,
                      egad_judgement *judgement)
{
    const cli_rows *rows = &in->rows;
    float *scores = NULL;
    int32_t *unseen = NULL;
    int code = CLI_DONE;
    CLI_DO(open_data(in, &a->from));
    CLI_DO(open_rows(in, &a->from, SIZE_MAX, 0));
    training_note(&in->info, how->score, a->from.model);
    scores = malloc(rows->n * sizeof *scores);
    if (!scores) {
        code = message_error("out of memory for %s scores", text_count(rows->n).text);
        goto done;
    }
    CLI_TRY(rows_score(rows, in->detector, &(cli_scoring){ .how = *how }, scores));
    CLI_DO(rows_unseen(&unseen, rows, &in->info));
    if (judgement)
        CLI_DO(decision_judge(judgement, in->detector, how->score, scores, rows->n));
    if (a->out && output_is_hdf5(a->out))
        CLI_DO(write_hdf5(a->out, rows, in->data->file, unseen, scores, how, judgement));
    else
        CLI_DO(write_csv(a->out, rows, in->data->file, unseen, scores, judgement));
    decision_note(in->detector, how, a->false_alarms);
    if (a->out)
        printf("%s rows (%s) scored by %s on %s: '%s'\n", text_count(rows->n).text,
               rows->part, how->score, egad_device_describe(in->device)->name, a->out);
done:
    free(unseen);
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
        CLI_ALPHA_OPTION(a.from.how, "weight of the reconstruction error"),
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
            "The output has the columns row (of the input, from 0), score, p_value and\n"
            "label.  Further columns are anomaly (0 or 1) if the data file has labels,\n"
            "file for image files, and unseen for a table with categories unseen in\n"
            "training: the number of such values in a row, which raise its score.  With\n"
            "--data - and with --errors row, each line is a row, and the column error\n"
            "says why one cannot be scored.\n"
            "\n"
            "The p-value is the expected share of new normal rows that score at least "
            "as\n"
            "high, estimated on held-out rows.  The label is 1, an anomaly, if the\n"
            "p-value is at most the false-alarm rate.  See 'egad threshold'.\n"),
        .example = "egad score --model model.h5 --data flows.csv -o scores.csv",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.out && !strcmp(a.out, "-"))
        a.out = NULL;
    CLI_CHECK(open_check(command.name, &a.from));
    CLI_CHECK(check_errors(command.name, &a));
    if (options_given(options, "max-delay-ms") && !(is_pipe(&a) && streams(&a)))
        return message_usage(command.name, "--max-delay-ms needs --data -");
    int code = output_check(a.out, (const char *[]){ a.from.model, a.from.data, NULL });
    if (code == CLI_DONE && a.out)
        code = dataset_keep(a.out, a.force);
    return code == CLI_DONE ? score(&a, &command) : code;
}
