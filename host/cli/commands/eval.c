/* egad eval: evaluates scores against labels, as a table, as JSON and as pictures. */
#include "commands.h"
#include "pictures/pictures.h"
#include "rows/dataset.h"
#include "rows/decision.h"
#include "rows/metrics_text.h"
#include "rows/open.h"
#include "rows/published.h"
#include "rows/search_options.h"
#include "rows/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 32, FIGURE_WIDTH = 12, PLOTS_MAX = 3 * CLI_SCORES };

typedef struct {
    cli_source from;
    const char *plots;
    double fraction; /* fraction 0: by the rule of metrics_fraction */
    double false_alarms;
    int json;
} arguments;

typedef struct {
    const arguments *a;
    cli_opened in;
    size_t copies, copies_of; /* egad_dataset_copies */
    cli_published known;
    double fraction;
    const char *rule; /* the rule that set `fraction` */
    size_t scores;
    const char *score[CLI_SCORES];
    egad_metrics metrics[CLI_SCORES];
    cli_own own[CLI_SCORES];
    size_t plots;
    char plot[PLOTS_MAX][48]; /* names of the pictures written */
} evaluation;

/* ---- Measuring ---------------------------------------------------------- */

static int open_all(evaluation *e, const cli_command *command)
{
    const arguments *a = e->a;
    cli_opened *in = &e->in;
    egad_scoring by;
    int code = CLI_DONE;
    CLI_DO(open_model(in, command, &a->from));
    CLI_DO(open_score(&by, command, in, &a->from));
    CLI_DO(open_data(in, &a->from));
    CLI_DO(open_rows(in, &a->from, SIZE_MAX, 0));
    if (in->anomalies == 0 || in->anomalies == in->rows.n)
        return message_error(
            "all %s rows (%s) of '%s' are %s: evaluation needs both classes",
            text_count(in->rows.n).text, in->rows.part, a->from.data,
            in->anomalies ? "anomalies" : "normal");
    CLI_TRY(egad_dataset_copies(in->data, &e->copies, &e->copies_of));
    e->known = published_of(in->data, &in->rows, in->anomalies);
    e->fraction =
        metrics_fraction(&e->rule, in->data, a->fraction, in->anomalies, in->rows.n);
    e->scores = a->from.how.score ? 1 : rows_scores(in->detector, e->score);
    if (a->from.how.score)
        e->score[0] = a->from.how.score;
    if (a->plots)
        code = output_folder(a->plots);
done:
    return code;
}

/* ---- Pictures ----------------------------------------------------------- */

/* Save and free a picture; `code` is the result of drawing it. */
static int save_plot(evaluation *e, cli_picture *picture, const char *what,
                     const char *score, int code)
{
    char *name = e->plot[e->plots++];
    snprintf(name, sizeof e->plot[0], "%s-%s.png", what, score);
    if (code == CLI_DONE)
        code = draw_save(picture, output_join(e->a->plots, name).text);
    draw_free(picture);
    return code;
}

/* All pictures of one score. */
static int draw(evaluation *e, size_t k, const egad_scoring *how, const float *scores)
{
    const char *name = e->score[k];
    cli_picture *p;
    const cli_about about = plots_about(&e->in.info, e->a->from.data, "%s: %s rows",
                                        e->in.rows.part, text_count(e->in.rows.n).text);
    const cli_scores s = { .name = name,
                           .about = about.text,
                           .score = scores,
                           .y = e->in.rows.y,
                           .n = e->in.rows.n,
                           .metrics = &e->metrics[k],
                           .own = e->own[k].found ? &e->own[k].at : NULL };
    int code = plots_histogram(&p, &s);
    code = save_plot(e, p, "histogram", name, code);
    if (code == CLI_DONE) {
        code = plots_curve(&p, &s);
        code = save_plot(e, p, "precision-recall", name, code);
    }
    if (code == CLI_DONE && e->in.images) {
        code = panels_extremes(&p, e->in.detector, e->in.data, &e->in.rows, how, scores,
                               about.text);
        code = save_plot(e, p, "images", name, code);
    }
    return code;
}

/* ---- All scores --------------------------------------------------------- */

static int measure(evaluation *e)
{
    cli_opened *in = &e->in;
    int code = CLI_DONE;
    float *scores = malloc(in->rows.n * sizeof *scores);
    if (!scores)
        return message_error("out of memory for %s scores", text_count(in->rows.n).text);
    training_note(&in->info, e->score[0], e->a->from.model);
    for (size_t k = 0; k < e->scores; k++) {
        cli_scoring how = { .how = e->a->from.how };
        how.how.score = e->score[k];
        CLI_TRY(rows_score(&in->rows, in->detector, &how, scores));
        CLI_TRY(egad_metrics_compute(&e->metrics[k], scores, in->rows.y, in->rows.n,
                                     e->fraction));
        CLI_DO(decision_meet(&e->own[k], in->detector, &how.how, &in->rows,
                             e->a->false_alarms, scores));
        if (e->a->plots)
            CLI_DO(draw(e, k, &how.how, scores));
    }
done:
    free(scores);
    return code;
}

/* ---- The table ---------------------------------------------------------- */

static void print_rule(const evaluation *e)
{
    printf("\ndecision  the highest %.3f %% of the scores are called anomalous",
           100 * e->fraction);
    if (!strcmp(e->rule, "paper"))
        printf(" (80th percentile, as in the paper)");
    else if (!strcmp(e->rule, "true share"))
        printf("\n          (the true share of anomalies, known from the labels; see "
               "--fraction)");
    putchar('\n');
}

/* The threshold of the model needs no labels, so it comes before the decision, which
 * does. */
static void print_own(const evaluation *e)
{
    const egad_threshold_info info = egad_threshold_describe(e->in.detector);
    decision_print(e->own, e->score, e->scores, &info, NAME_WIDTH, FIGURE_WIDTH);
    const cli_sentence unseen = decision_unseen(&e->own[0], e->score[0]);
    if (*unseen.text)
        printf("%s\n", unseen.text);
}

static void print_metrics(const evaluation *e)
{
    const egad_metrics chance = metrics_chance(&e->metrics[0]);
    printf("\n%-*s", NAME_WIDTH, "");
    for (size_t k = 0; k < e->scores; k++)
        printf("%*s", FIGURE_WIDTH, e->score[k]);
    printf("%*s\n", FIGURE_WIDTH, "chance");
    for (size_t i = 0; i < CLI_METRICS; i++) {
        printf("%-*s", NAME_WIDTH, metrics_name(i, e->in.anomalies).text);
        for (size_t k = 0; k < e->scores; k++)
            printf("%*.4f", FIGURE_WIDTH, metrics_value(&e->metrics[k], i));
        printf("%*.4f\n", FIGURE_WIDTH, metrics_value(&chance, i));
    }
    printf("%-*s", NAME_WIDTH, "decision threshold");
    for (size_t k = 0; k < e->scores; k++)
        printf("%*.6g", FIGURE_WIDTH, e->metrics[k].threshold);
    printf("\n%-*s", NAME_WIDTH, "rows tied at that threshold");
    for (size_t k = 0; k < e->scores; k++)
        printf("%*s", FIGURE_WIDTH, text_count(e->metrics[k].ties).text);
    putchar('\n');
}

static void print_known(const cli_published *known)
{
    printf("\n%s\n", known->title);
    for (size_t i = 0; i < known->n; i++) {
        const cli_figure *f = &known->figure[i];
        printf("  %-48s ", f->name);
        if (isnan(f->value))
            printf("bar chart only");
        else
            printf("%.*f", known->digits, f->value);
        if (f->spread > 0)
            printf(" +- %.3f", f->spread);
        putchar('\n');
    }
}

/* The split of the released code has test rows among the training rows. */
static void print_leak(const evaluation *e)
{
    const char *protocol = e->in.data->protocol ? e->in.data->protocol : "";
    const char *release = strstr(protocol, "-release");
    if (release && strstr(protocol, "mnist-"))
        printf("%s of the %s normal test rows were trained on: results on this split do\n"
               "not hold for new images.\n",
               text_count(e->copies).text, text_count(e->copies_of).text);
}

static void print_table(const evaluation *e)
{
    const egad_detector_info *info = &e->in.info;
    printf("model     %s, recipe %s, seed %llu, %d of %d epochs\n", info->model,
           info->recipe, (unsigned long long)info->seed, info->epoch, info->epochs);
    printf("device    %s\n", egad_device_describe(e->in.device)->name);
    printf("data      '%s', protocol %s\n", e->a->from.data,
           e->in.data->protocol ? e->in.data->protocol : "none");
    printf("rows      %s: %s, %s of them anomalies (%.3f %%)\n", e->in.rows.part,
           text_count(e->in.rows.n).text, text_count(e->in.anomalies).text,
           100.0 * (double)e->in.anomalies / (double)e->in.rows.n);
    if (e->in.rows.n < e->in.data->rows)
        printf(
            "          (%s of the %s rows of the file are training rows, left out here;\n"
            "          --rows all includes them)\n",
            text_count(e->in.data->rows - e->in.rows.n).text,
            text_count(e->in.data->rows).text);
    if (e->copies_of)
        printf("copies    %s\n", dataset_copies(e->copies, e->copies_of).text);
    search_options_print(&e->a->from.how, info);
    print_own(e);
    print_rule(e);
    print_metrics(e);
    if (e->known.n)
        print_known(&e->known);
    print_leak(e);
    if (e->plots)
        printf("\npictures\n");
    for (size_t i = 0; i < e->plots; i++)
        printf("  %s\n", output_join(e->a->plots, e->plot[i]).text);
}

/* ---- JSON --------------------------------------------------------------- */

static cli_json *scores_json(const evaluation *e)
{
    cli_json *scores = record_object();
    for (size_t k = 0; k < e->scores; k++) {
        const egad_metrics *m = &e->metrics[k];
        cli_json *one = record_object();
        for (size_t i = 0; i < CLI_METRICS; i++)
            record_real(one, metrics_key(i), metrics_value(m, i));
        record_real(one, "threshold", m->threshold);
        record_count(one, "ties", m->ties);
        decision_put(one, &e->own[k]);
        record_put(scores, e->score[k], one);
    }
    return scores;
}

static cli_json *data_json(const evaluation *e)
{
    const egad_dataset *d = e->in.data;
    cli_json *data = record_object();
    record_text(data, "file", e->a->from.data);
    record_text(data, "protocol", d->protocol);
    record_text(data, "source", d->source);
    record_text(data, "sha256", d->sha256);
    record_text(data, "part", e->in.rows.part);
    record_count(data, "rows", e->in.rows.n);
    record_count(data, "rows_of_file", d->rows);
    record_count(data, "anomalies", e->in.anomalies);
    if (e->copies_of) {
        record_count(data, "normal_test_rows", e->copies_of);
        record_count(data, "copies_of_training_rows", e->copies);
    }
    return data;
}

static cli_json *chance_json(const egad_metrics *m)
{
    cli_json *chance = record_object();
    record_real(chance, "f1", m->chance_f1);
    record_real(chance, "auprc", m->chance_auprc);
    return chance;
}

static cli_json *known_json(const cli_published *known)
{
    cli_json *object = record_object();
    for (size_t i = 0; i < known->n; i++)
        record_real(object, known->figure[i].name, known->figure[i].value);
    return object;
}

static cli_json *plots_json(const evaluation *e)
{
    cli_json *plots = record_array();
    for (size_t i = 0; i < e->plots; i++)
        record_append_text(plots, output_join(e->a->plots, e->plot[i]).text);
    return plots;
}

static int print_json(const evaluation *e)
{
    cli_json *root = record_object();
    record_text(root, "egad", egad_status_version());
    record_put(root, "model", record_model(&e->in.info));
    record_put(root, "device", record_device(egad_device_describe(e->in.device)));
    record_put(root, "data", data_json(e));
    search_options_put(root, &e->a->from.how, &e->in.info);
    record_real(root, "alpha", e->a->from.how.alpha);
    record_real(root, "fraction", e->fraction);
    record_text(root, "fraction_rule", e->rule);
    record_put(root, "chance", chance_json(&e->metrics[0]));
    record_put(root, "scores", scores_json(e));
    if (e->known.n)
        record_put(root, e->known.key, known_json(&e->known));
    if (e->plots)
        record_put(root, "plots", plots_json(e));
    return record_print(root, e->a->from.model);
}

/* ---- The command -------------------------------------------------------- */

static int evaluate(const arguments *a, const cli_command *command)
{
    evaluation e = { .a = a };
    int code = CLI_DONE;
    CLI_DO(open_all(&e, command));
    CLI_DO(measure(&e));
    if (a->json)
        code = print_json(&e);
    else
        print_table(&e);
done:
    open_free(&e.in);
    return code;
}

int eval_command(int argc, char **argv)
{
    arguments a = { .from = CLI_SOURCE };
    cli_option options[] = {
        CLI_MODEL_OPTION(a.from.model),
        { "data", 0, CLI_TEXT, &a.from.data, "FILE",
          "a data file .h5 with labels; or with --label a table, CSV or\n"
          "JSON lines, also .gz, - for standard input",
          1, 0 },
        CLI_LABEL_OPTIONS(a.from.labels),
        CLI_SCORE_OPTION(a.from.how,
                         "only this score (default: all scores of the model)"),
        CLI_ALPHA_OPTION(a.from.how, "weight of the reconstruction error"),
        { "fraction", 0, CLI_SHARE, &a.fraction, "F",
          "share of rows to call anomalous (default: 0.2 for kdd99 as\n"
          "in the paper, else the true share of anomalies)",
          0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        { "rows", 0, CLI_CHOICE, &a.from.part, "test|all",
          "which rows (default: test if the file has a split, else all)", 0, 0 },
        { "plots", 0, CLI_TEXT, &a.plots, "DIR",
          "write PNG files to DIR for each score: histograms by class,\n"
          "precision and recall, and for images the most and the least\n"
          "anomalous",
          0, 0 },
        CLI_JSON_OPTION(a.json, "one JSON object instead of a table"),
        CLI_SEARCH_OPTIONS(a.from.how),
        CLI_DEVICE_OPTION(a.from.device),
        { 0 },
    };
    const cli_command command = {
        .name = "eval",
        .summary = "Score labelled rows and evaluate the scores against the labels.",
        .operand = "MODEL.h5",
        .operand_at = &a.from.model,
        .options = options,
        .notes =
            "A table is read as by 'egad score': columns and categories are those of "
            "the\n"
            "model, and missing values are imputed with those stored in it.  All rows "
            "of\n"
            "a table are evaluated.  Results on rows that the model was trained on are\n"
            "too optimistic, so give a table of other rows.  --label needs --normal or\n"
            "--anomalous.\n",
        .example = "egad eval --model model.h5 --data flows.h5\n"
                   "  egad eval --model model.h5 --data later.csv --label kind "
                   "--normal benign",
    };
    a.from.labelled = 1;
    CLI_CHECK(options_parse(&command, argc, argv));
    CLI_CHECK(open_check(command.name, &a.from));
    return evaluate(&a, &command);
}
