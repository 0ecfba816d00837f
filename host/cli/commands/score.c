/* egad score: the anomaly score of every row, as CSV or HDF5. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/decision.h"
#include "rows/open.h"
#include "rows/search_options.h"
#include "rows/stream.h"
#include "rows/training.h"
#include "shell/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    cli_source from;
    const char *out, *score;
    double alpha, false_alarms, delay; /* milliseconds */
    int force;
} arguments;

/* file: what the rows of the data set are called, or NULL.  unseen: as rows_unseen
 * has it.  judgement: NULL for scores alone. */
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
                      const int32_t *unseen, const float *scores, const cli_scoring *how,
                      const egad_judgement *judgement)
{
    int code = CLI_DONE;
    char **name = file ? malloc(rows->n * sizeof *name) : NULL;
    if (file && !name)
        return message_error("out of memory for %s names", text_count(rows->n).text);
    for (size_t i = 0; name && i < rows->n; i++)
        name[i] = file[rows->row[i]];
    CLI_TRY(egad_score_save(path, scores, rows->row, rows->y, name, unseen, rows->n,
                            how->kind, how->alpha, judgement));
done:
    free(name);
    return code;
}

/* Rows that come through a pipe. */
static int stream(const arguments *a, egad_detector *detector, const cli_scoring *how,
                  const egad_threshold *at)
{
    cli_output out;
    int code = output_open(&out, a->out);
    if (code != CLI_DONE)
        return code;
    decision_note(detector, how, &a->from.search, a->false_alarms);
    code = stream_run(&(cli_stream){ .detector = detector,
                                     .how = *how,
                                     .search = &a->from.search,
                                     .at = at,
                                     .in = STDIN_FILENO,
                                     .out = out.stream,
                                     .delay = 1e-3 * a->delay });
    if (code == CLI_DONE)
        return output_close(&out);
    output_drop(&out);
    return code;
}

static int streams(const arguments *a)
{
    return !strcmp(a->from.data, "-") && !(a->out && output_is_hdf5(a->out));
}

/* Rows of a file. */
static int score_rows(const arguments *a, cli_opened *in, const cli_scoring *how,
                      egad_judgement *judgement)
{
    const cli_rows *rows = &in->rows;
    float *scores = NULL;
    int32_t *unseen = NULL;
    int code = CLI_DONE;
    CLI_DO(open_data(in, &a->from));
    CLI_DO(open_rows(in, &a->from, SIZE_MAX, 0));
    training_note(&in->info, how->kind, a->from.model);
    scores = malloc(rows->n * sizeof *scores);
    if (!scores) {
        code = message_error("out of memory for %s scores", text_count(rows->n).text);
        goto done;
    }
    CLI_TRY(rows_score(rows, in->detector, how, scores));
    CLI_DO(rows_unseen(&unseen, rows, &in->info));
    if (judgement)
        CLI_DO(decision_judge(judgement, in->detector, how->kind, scores, rows->n));
    if (a->out && output_is_hdf5(a->out))
        CLI_DO(write_hdf5(a->out, rows, in->data->file, unseen, scores, how, judgement));
    else
        CLI_DO(write_csv(a->out, rows, in->data->file, unseen, scores, judgement));
    decision_note(in->detector, how, &a->from.search, a->false_alarms);
    if (a->out)
        printf("%s rows (%s) scored by %s on %s: '%s'\n", text_count(rows->n).text,
               rows->part, egad_score_name(how->kind),
               egad_device_describe(in->device)->name, a->out);
done:
    free(unseen);
    free(scores);
    return code;
}

static int score(const arguments *a, const cli_command *command)
{
    cli_opened in = { 0 };
    egad_judgement judgement = { 0 };
    cli_scoring how = { .alpha = a->alpha };
    int judged = 0, code = CLI_DONE;
    CLI_DO(open_model(&in, command, &a->from));
    CLI_TRY(open_score(&how.kind, &in, a->score));
    CLI_DO(decision_find(&judgement.at, in.detector, &how, &a->from.search,
                         a->false_alarms, &judged));
    if (streams(a)) {
        training_note(&in.info, how.kind, a->from.model);
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
    arguments a = { .alpha = EGAD_ALPHA, .delay = 20 };
    cli_option options[] = {
        CLI_MODEL_OPTION(a.from.model),
        CLI_DATA_OPTION(a.from.data, ",\nanswered as it comes"),
        { "output", 'o', CLI_TEXT, &a.out, "OUT",
          "scores as .h5 or CSV (default: CSV on standard output)", 0, 0 },
        { "force", 0, CLI_FLAG, &a.force, NULL,
          "replace OUT also where it holds no scores", 0, 0 },
        CLI_SCORE_OPTION(a.score, "which score, see below (default: the recipe's)"),
        CLI_ALPHA_OPTION(a.alpha, "weight of the reconstruction"),
        CLI_PART_OPTION(a.from.part),
        { "max-delay-ms", 0, CLI_RATE, &a.delay, "MS",
          "with --data -: how long a line waits for others\n"
          "(default 20)",
          0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        CLI_SEARCH_OPTIONS(a.from.search),
        CLI_DEVICE_OPTION(a.from.device),
        { 0 },
    };
    const cli_command command = {
        .name = "score",
        .summary = "Give every row an anomaly score; larger is more anomalous.",
        .options = options,
        .notes =
            "The score is the error of reconstruction, plus for sigma how unreal the\n"
            "discriminator finds the row, or for fm how far its features are from\n"
            "those of the reconstruction.  Combined adds how unusual that error and the\n"
            "discriminator's features are among training rows, each on the scale of its\n"
            "logarithm there; of images, how far the nearest training rows are, and how\n"
            "far that is for rows there.  It is the default of recipe sound, sigma of\n"
            "others.\n\n"
            "A model without an encoder searches for the reconstruction of each row,\n"
            "which takes some thousand times as long; it has no combined score, and its\n"
            "default is sigma.\n\n"
            "CSV columns are found by the names in the header line.  Missing numbers "
            "are\n"
            "filled only where the model's data were imported with --missing mean, else "
            "they\n"
            "are an error.  Images in a folder are read as 'egad data import images' "
            "reads\n"
            "them, and have the size of those that the model was trained on.\n"
            "\n"
            "The output has the columns row (of the input, from 0), score, p_value and "
            "label;\n"
            "where a data file is labelled, anomaly (0 or 1); of PNG files, file; and "
            "where a\n"
            "table has categories that training never saw, unseen: how many of a row's "
            "values\n"
            "are such, for which it scores higher than it may deserve.  With --data - a "
            "column\n"
            "error says what is wrong with a line that cannot be scored.\n"
            "\n"
            "The p-value is the share of normal rows that are expected to have such a\n"
            "score or a higher one, by rows that training held out; the label is 1, an\n"
            "anomaly, where it is at most the rate of false alarms.  See 'egad "
            "threshold'.\n",
        .example = "egad score --model model.h5 --data flows.csv -o scores.csv",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.out && !strcmp(a.out, "-"))
        a.out = NULL;
    CLI_CHECK(open_check(command.name, &a.from));
    if (options_given(options, "max-delay-ms") && !streams(&a))
        return message_usage(command.name, "--max-delay-ms goes with --data -");
    int code = output_check(a.out, (const char *[]){ a.from.model, a.from.data, NULL });
    if (code == CLI_DONE && a.out)
        code = dataset_keep(a.out, a.force);
    return code == CLI_DONE ? score(&a, &command) : code;
}
