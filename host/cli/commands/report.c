/* egad report: one HTML page on a model and the rows that it has scored. */
#include "report/report.h"
#include "commands.h"
#include "rows/dataset.h"
#include "rows/metrics_text.h"
#include "rows/search_options.h"
#include "rows/training.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE_SEED = 6,        /* seed of the sample of rows */
    SEARCHES = 500,         /* default sample where scoring is a latent search */
    REPLICATES = 1000,      /* most bootstrap samples */
    REPLICATES_LEAST = 100, /* fewest bootstrap samples */
    TOP = 10
};
static const double DRAWS = 2e8; /* bootstrap samples times rows, about */

typedef struct {
    cli_source from;
    const char *out;
    double fraction, false_alarms;
    int sample, top, all;
} arguments;

/* ---- Measuring -------------------------------------------------------------- */

/* Open everything; labels are kept only if both classes occur. */
static int open_all(cli_report *r, const arguments *a, const cli_command *command)
{
    cli_opened *in = &r->in;
    egad_scoring by;
    int code = CLI_DONE;
    CLI_DO(open_model(in, command, &a->from));
    CLI_DO(open_score(&by, command, in, &a->from));
    CLI_DO(open_data(in, &a->from));
    CLI_TRY(egad_dataset_copies(in->data, &r->copies, &r->copies_of));
    const int searches = in->info.searches;
    const size_t most = a->sample ? (size_t)a->sample : searches ? SEARCHES : SIZE_MAX;
    code = open_rows(in, &a->from, most, SAMPLE_SEED);
    if (in->anomalies == 0 || in->anomalies == in->rows.n)
        in->rows.y = NULL; /* nothing to evaluate */
done:
    return code;
}

static int measure(cli_report *r, const arguments *a, cli_report_score *s)
{
    const cli_scoring how = { .how = s->how };
    int code = CLI_DONE;
    s->score = malloc(r->in.rows.n * sizeof *s->score);
    if (!s->score)
        return message_error("out of memory for %s scores",
                             text_count(r->in.rows.n).text);
    CLI_TRY(rows_score(&r->in.rows, r->in.detector, &how, s->score));
    code = decision_meet(&s->own, r->in.detector, &s->how, &r->in.rows, a->false_alarms,
                         s->score);
    if (code != CLI_DONE || !r->in.rows.y)
        return code;
    CLI_TRY(egad_metrics_compute(&s->metrics, s->score, r->in.rows.y, r->in.rows.n,
                                 r->fraction));
    CLI_TRY(egad_bootstrap_measure(&s->intervals, s->score, r->in.rows.y, r->in.rows.n,
                                   r->fraction, r->replicates, 0));
done:
    return code;
}

static int measure_all(cli_report *r, const arguments *a)
{
    const char *score[CLI_SCORES];
    const double times = DRAWS / (double)r->in.rows.n;
    int code = CLI_DONE;
    const size_t all = rows_scores(r->in.detector, score);
    r->kinds = a->all ? all : 1;
    if (a->from.how.score)
        score[0] = a->from.how.score;
    r->fraction = metrics_fraction(&r->rule, r->in.data, a->fraction, r->in.anomalies,
                                   r->in.rows.n);
    r->replicates = times > REPLICATES         ? REPLICATES
                    : times < REPLICATES_LEAST ? REPLICATES_LEAST
                                               : (int)times;
    training_note(&r->in.info, score[0], a->from.model);
    for (size_t k = 0; k < r->kinds && code == CLI_DONE; k++) {
        r->scores[k].how = a->from.how;
        r->scores[k].how.score = score[k];
        code = measure(r, a, &r->scores[k]);
    }
    return code;
}

/* ---- The page --------------------------------------------------------------- */

static int write_page(cli_report *r, const char *path)
{
    cli_page page;
    char title[200];
    snprintf(title, sizeof title, "Anomalies in %.120s, found by %s",
             r->in.data->source ? r->in.data->source : r->name, r->in.info.model);
    int code = page_open(&page, path, title);
    if (code == CLI_DONE)
        code = report_write(r, &page);
    if (code == CLI_DONE)
        return page_close(&page);
    page_drop(&page);
    return code;
}

static int report(const arguments *a, const cli_command *command, int argc, char **argv)
{
    const cli_path name = output_base(a->from.data);
    cli_report r = { .model = a->from.model,
                     .file = a->from.data,
                     .name = name.text,
                     .argc = argc,
                     .argv = argv,
                     .top = a->top ? (size_t)a->top : TOP };
    const cli_path path = output_join(a->out, "report.html");
    int code = CLI_DONE;
    CLI_DO(output_folder(a->out));
    CLI_DO(
        output_check(path.text, (const char *[]){ a->from.model, a->from.data, NULL }));
    CLI_DO(open_all(&r, a, command));
    CLI_DO(measure_all(&r, a));
    CLI_DO(write_page(&r, path.text));
    printf("%s\n", path.text);
done:
    for (size_t k = 0; k < r.kinds; k++)
        free(r.scores[k].score);
    open_free(&r.in);
    return code;
}

/* ---- The command ------------------------------------------------------------ */

int report_command(int argc, char **argv)
{
    arguments a = { .from = CLI_SOURCE };
    cli_option options[] = {
        CLI_MODEL_OPTION(a.from.model),
        CLI_DATA_OPTION(a.from.data, ""),
        { "output", 'o', CLI_TEXT, &a.out, "DIR", "write DIR/report.html", 1, 0 },
        CLI_PART_OPTION(a.from.part),
        CLI_ID_OPTION(a.from.labels),
        CLI_LABEL_OPTIONS(a.from.labels),
        { "sample", 0, CLI_COUNT, &a.sample, "N",
          "score a random sample of N rows (default: all; 500 where\n"
          "scoring is a latent search)",
          0, 0 },
        { "top", 0, CLI_COUNT, &a.top, "N",
          "list the N most anomalous rows, and explain those of a table\n"
          "(default 10)",
          0, 0 },
        CLI_SCORE_OPTION(a.from.how, "which score (default: the recipe's)"),
        CLI_LEFT_OUT_OPTION(a.from.how),
        { "all-scores", 0, CLI_FLAG, &a.all, NULL,
          "figures and charts of all scores of the model", 0, 0 },
        CLI_ALPHA_OPTION(a.from.how, "weight of the reconstruction error"),
        { "fraction", 0, CLI_SHARE, &a.fraction, "F",
          "share of rows to call anomalous, as in egad eval", 0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        CLI_SEARCH_OPTIONS(a.from.how),
        CLI_DEVICE_OPTION(a.from.device),
        { 0 },
    };
    const cli_command command = {
        .name = "report",
        .summary = "Write a report on a model and the rows it scores, as one HTML page.",
        .operand = "MODEL.h5",
        .operand_at = &a.from.model,
        .options = options,
        .notes =
            "The page is one HTML file that includes its pictures: the most anomalous\n"
            "rows with explanations, charts of their score and, with labels, its\n"
            "evaluation with 95 % intervals, the data, the training, a plot of latent\n"
            "space, the spectrum of generated images, speed, and how to reproduce all "
            "of\n"
            "it.\n",
        .example = "egad report model.h5 --data flows.h5 -o report",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.all && a.from.how.score)
        return message_usage(command.name, "--score and --all-scores cannot be combined");
    CLI_CHECK(open_check(command.name, &a.from));
    return report(&a, &command, argc, argv);
}
