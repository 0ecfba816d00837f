/* egad report: one page on a model and the rows that it has scored. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE_SEED = 6,        /* of the rows, where not all of them are scored */
    SEARCHES = 500,         /* rows, where a score is a search */
    REPLICATES = 1000,      /* of the bootstrap, at most, */
    REPLICATES_LEAST = 100, /* and at least... */
    TOP = 10
};
static const double DRAWS = 2e8; /* rows drawn by it, about */

typedef struct {
    const char *model, *data, *out, *rows, *device;
    double alpha, fraction, false_alarms;
    int sample, top;
    egad_csv_options labels; /* of a table */
    egad_search_options search;
} arguments;

/* ---- Measuring -------------------------------------------------------------- */

static int open_all(cli_report *r, const arguments *a, const cli_command *command)
{
    int code = CLI_DONE;
    CLI_TRY(open_device(&r->device, a->device));
    CLI_TRY(egad_checkpoint_load(&r->detector, r->device, a->model));
    r->info = egad_detector_describe(r->detector);
    if ((code = search_options_check(command, &r->info, a->model)) != CLI_DONE)
        return code;
    CLI_TRY(rows_read(&r->data, a->data, &r->info, &a->labels));
    code = rows_check(r->data, a->data, &r->info, a->model);
    if (code == CLI_DONE)
        CLI_TRY(egad_dataset_copies(r->data, &r->copies, &r->copies_of));
done:
    return code;
}

/* The rows, and their labels if these are of both kinds. */
static int choose_rows(cli_report *r, const arguments *a)
{
    const int searches = r->info.parameters[0] == 0;
    const size_t most = a->sample ? (size_t)a->sample : searches ? SEARCHES : SIZE_MAX;
    const int code = rows_sample(&r->rows, r->data, a->rows, a->data, most, SAMPLE_SEED);
    r->rows.search = a->search;
    for (size_t i = 0; code == CLI_DONE && r->rows.y && i < r->rows.n; i++)
        r->anomalies += r->rows.y[i] != 0;
    if (r->anomalies == 0 || r->anomalies == r->rows.n)
        r->rows.y = NULL; /* nothing to tell apart */
    return code;
}

static int measure(cli_report *r, const arguments *a, cli_report_score *s)
{
    const cli_scoring how = { .kind = s->kind, .alpha = a->alpha };
    int code = CLI_DONE;
    s->score = malloc(r->rows.n * sizeof *s->score);
    if (!s->score)
        return message_error("out of memory for %s scores", text_count(r->rows.n).text);
    CLI_TRY(rows_score(&r->rows, r->detector, &how, s->score));
    code = decision_meet(&s->own, r->detector, &how, &r->rows, a->false_alarms, s->score);
    if (code != CLI_DONE || !r->rows.y)
        return code;
    CLI_TRY(
        egad_metrics_compute(&s->metrics, s->score, r->rows.y, r->rows.n, r->fraction));
    CLI_TRY(egad_bootstrap_measure(&s->intervals, s->score, r->rows.y, r->rows.n,
                                   r->fraction, r->replicates, 0));
done:
    return code;
}

static int measure_all(cli_report *r, const arguments *a)
{
    egad_score_kind kind[CLI_KINDS];
    const double times = DRAWS / (double)r->rows.n;
    int code = CLI_DONE;
    r->kinds = rows_kinds(r->detector, kind);
    r->fraction =
        metrics_fraction(&r->rule, r->data, a->fraction, r->anomalies, r->rows.n);
    r->replicates = times > REPLICATES         ? REPLICATES
                    : times < REPLICATES_LEAST ? REPLICATES_LEAST
                                               : (int)times;
    training_note(&r->info, kind[0], a->model);
    for (size_t k = 0; k < r->kinds && code == CLI_DONE; k++) {
        r->scores[k].kind = kind[k];
        code = measure(r, a, &r->scores[k]);
    }
    return code;
}

/* ---- The page --------------------------------------------------------------- */

static int write_page(cli_report *r, const char *path)
{
    cli_page page;
    char title[200];
    snprintf(title, sizeof title, "%s on %.120s", r->info.model, r->name);
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
    const cli_path name = output_base(a->data);
    cli_report r = { .model = a->model,
                     .file = a->data,
                     .name = name.text,
                     .argc = argc,
                     .argv = argv,
                     .alpha = a->alpha,
                     .top = a->top ? (size_t)a->top : TOP };
    const cli_path path = output_join(a->out, "report.html");
    int code = output_folder(a->out);
    if (code == CLI_DONE)
        code = output_check(path.text, (const char *[]){ a->model, a->data, NULL });
    if (code == CLI_DONE)
        code = open_all(&r, a, command);
    if (code == CLI_DONE)
        code = choose_rows(&r, a);
    if (code == CLI_DONE)
        code = measure_all(&r, a);
    if (code == CLI_DONE)
        code = write_page(&r, path.text);
    if (code == CLI_DONE)
        printf("%s\n", path.text);
    for (size_t k = 0; k < r.kinds; k++)
        free(r.scores[k].score);
    rows_free(&r.rows);
    egad_dataset_free(r.data);
    egad_detector_free(r.detector);
    egad_device_free(r.device);
    return code;
}

/* ---- The command ------------------------------------------------------------ */

int report_command(int argc, char **argv)
{
    arguments a = { .alpha = 0.9 };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "FILE",
          "data file .h5, or CSV or JSON lines, also .gz, or a PNG\n"
          "                            file or a folder of them; - for standard input",
          1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "DIR", "write DIR/report.html", 1, 0 },
        { "rows", 0, CLI_CHOICE, &a.rows, "all|train|test",
          "which rows of a data file (default: test if it has a\n"
          "                            split, else all)",
          0, 0 },
        CLI_LABEL_OPTIONS(a.labels),
        { "sample", 0, CLI_COUNT, &a.sample, "N",
          "so many of them, drawn by lot (default: all; 500 where a\n"
          "                            score is a search)",
          0, 0 },
        { "top", 0, CLI_COUNT, &a.top, "N",
          "explain the N most anomalous rows of a table, or name the\n"
          "                            files of images (default 10)",
          0, 0 },
        { "alpha", 0, CLI_WEIGHT, &a.alpha, "A",
          "weight of the reconstruction (default 0.9)", 0, 0 },
        { "fraction", 0, CLI_SHARE, &a.fraction, "F",
          "share of rows called anomalous, as in egad eval", 0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        CLI_SEARCH_OPTIONS(a.search),
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "report",
        .summary = "Write one page about a model and the rows that it scores.",
        .operand = "MODEL.h5",
        .operand_at = &a.model,
        .options = options,
        .notes =
            "The page is one HTML file with its pictures in it: what the data are, how\n"
            "training went, scores and what they come to against labels if there are "
            "any,\n"
            "with 95 % intervals, why the most anomalous rows are that, where rows lie "
            "in\n"
            "latent space, the spectrum of generated images, speed, and what it takes "
            "to\n"
            "make all of it again.\n",
        .example = "egad report model.h5 --data flows.h5 -o report",
    };
    int code = options_parse(&command, argc, argv);
    if (code < 0)
        code = dataset_labels(command.name, &a.labels);
    if (code < 0)
        code = rows_part(command.name, a.rows, a.data);
    if (code < 0)
        code = rows_label(command.name, &a.labels, a.data);
    return code >= 0 ? code : report(&a, &command, argc, argv);
}
