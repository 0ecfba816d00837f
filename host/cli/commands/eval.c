/* egad eval: scores held against labels, as a table, as JSON and as pictures. */
#include "pictures/pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 32, FIGURE_WIDTH = 12, PLOTS_MAX = 3 * CLI_KINDS };

typedef struct {
    const char *model, *data, *score, *rows, *device, *plots;
    double alpha, fraction; /* fraction 0: by protocol */
    double false_alarms;
    egad_csv_options labels; /* of a table */
    egad_search_options search;
    int json;
} arguments;

typedef struct {
    const arguments *a;
    const cli_command *command;
    egad_device *device;
    egad_detector *detector;
    egad_detector_info info;
    egad_dataset *data;
    cli_rows rows;
    size_t anomalies;
    size_t copies, copies_of; /* egad_dataset_copies */
    cli_published known;
    double fraction;
    const char *rule; /* where `fraction` comes from */
    size_t kinds;
    egad_score_kind kind[CLI_KINDS];
    egad_metrics metrics[CLI_KINDS];
    cli_own own[CLI_KINDS];
    size_t plots;
    char plot[PLOTS_MAX][48]; /* names of the files written */
} evaluation;

/* ---- Measuring ---------------------------------------------------------- */

static egad_status choose_kinds(evaluation *e)
{
    if (e->a->score) {
        e->kinds = 1;
        return egad_score_parse(&e->kind[0], e->a->score);
    }
    e->kinds = rows_kinds(e->detector, e->kind);
    return EGAD_OK;
}

static int open_all(evaluation *e)
{
    const arguments *a = e->a;
    int code = CLI_DONE;
    CLI_TRY(open_device(&e->device, a->device));
    CLI_TRY(egad_checkpoint_load(&e->detector, e->device, a->model));
    e->info = egad_detector_describe(e->detector);
    if ((code = search_options_check(e->command, &e->info, a->model)) != CLI_DONE)
        return code;
    if (rows_images(a->data))
        return message_error(
            "the images of '%s' have no labels to hold scores against: "
            "'egad data import images' with --normal or --anomalous makes "
            "a data file that has",
            a->data);
    CLI_TRY(rows_read(&e->data, a->data, &e->info, &a->labels));
    if (!e->data->y)
        return message_error("'%s' has no labels to hold scores against: import it with "
                             "--label",
                             a->data);
    code = rows_check(e->data, a->data, &e->info, a->model);
    if (code == CLI_DONE)
        code = rows_select(&e->rows, e->data, a->rows, a->data);
    e->rows.search = a->search;
    for (size_t i = 0; code == CLI_DONE && i < e->rows.n; i++)
        e->anomalies += e->rows.y[i] != 0;
    if (code == CLI_DONE && (e->anomalies == 0 || e->anomalies == e->rows.n))
        return message_error(
            "all %s rows (%s) of '%s' are %s: evaluation wants both kinds",
            text_count(e->rows.n).text, e->rows.part, a->data,
            e->anomalies ? "anomalies" : "normal");
    if (code != CLI_DONE)
        goto done;
    CLI_TRY(egad_dataset_copies(e->data, &e->copies, &e->copies_of));
    e->known = published_of(e->data, &e->rows, e->anomalies);
done:
    return code;
}

/* ---- Pictures ----------------------------------------------------------- */

/* Frees the picture; what became of making it goes before. */
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

/* All pictures of one kind of score. */
static int draw(evaluation *e, size_t k, const cli_scoring *how, const float *scores)
{
    const char *name = egad_score_name(e->kind[k]);
    cli_picture *p;
    const cli_about about = plots_about(&e->info, e->a->data, "%s: %s rows", e->rows.part,
                                        text_count(e->rows.n).text);
    const cli_scores s = { .name = name,
                           .about = about.text,
                           .score = scores,
                           .y = e->rows.y,
                           .n = e->rows.n,
                           .metrics = &e->metrics[k],
                           .own = e->own[k].found ? &e->own[k].at : NULL };
    int code = plots_histogram(&p, &s);
    code = save_plot(e, p, "histogram", name, code);
    if (code == CLI_DONE) {
        code = plots_curve(&p, &s);
        code = save_plot(e, p, "precision-recall", name, code);
    }
    if (code == CLI_DONE && panels_are(e->data->shape)) {
        code =
            panels_extremes(&p, e->detector, e->data, &e->rows, how, scores, about.text);
        code = save_plot(e, p, "images", name, code);
    }
    return code;
}

/* ---- All scores --------------------------------------------------------- */

static int measure(evaluation *e)
{
    int code = CLI_DONE;
    float *scores = malloc(e->rows.n * sizeof *scores);
    if (!scores)
        return message_error("out of memory for %s scores", text_count(e->rows.n).text);
    e->fraction =
        metrics_fraction(&e->rule, e->data, e->a->fraction, e->anomalies, e->rows.n);
    CLI_TRY(choose_kinds(e));
    training_note(&e->info, e->kind[0], e->a->model);
    for (size_t k = 0; k < e->kinds; k++) {
        const cli_scoring how = { .kind = e->kind[k], .alpha = e->a->alpha };
        CLI_TRY(rows_score(&e->rows, e->detector, &how, scores));
        CLI_TRY(egad_metrics_compute(&e->metrics[k], scores, e->rows.y, e->rows.n,
                                     e->fraction));
        code = decision_meet(&e->own[k], e->detector, &how, &e->rows, e->a->false_alarms,
                             scores);
        if (code != CLI_DONE)
            break;
        if (e->a->plots && (code = draw(e, k, &how, scores)) != CLI_DONE)
            break;
    }
done:
    free(scores);
    return code;
}

/* ---- The table ---------------------------------------------------------- */

static void print_rule(const evaluation *e)
{
    printf("\ndecision  the highest %.3f %% of the scores are anomalous",
           100 * e->fraction);
    if (!strcmp(e->rule, "paper"))
        printf(" (80th percentile, as in the paper)");
    else if (!strcmp(e->rule, "true share"))
        printf("\n          (the true share of anomalies, which labels tell: "
               "--fraction sets another)");
    putchar('\n');
}

/* The model's own threshold, before a decision that takes labels. */
static void print_own(const evaluation *e)
{
    const egad_threshold_info info = egad_threshold_describe(e->detector);
    decision_print(e->own, e->kind, e->kinds, &info, NAME_WIDTH, FIGURE_WIDTH);
    const cli_sentence unseen = decision_unseen(&e->own[0], e->kind[0]);
    if (*unseen.text)
        printf("%s\n", unseen.text);
}

static void print_metrics(const evaluation *e)
{
    const egad_metrics chance = metrics_chance(&e->metrics[0]);
    printf("\n%-*s", NAME_WIDTH, "");
    for (size_t k = 0; k < e->kinds; k++)
        printf("%*s", FIGURE_WIDTH, egad_score_name(e->kind[k]));
    printf("%*s\n", FIGURE_WIDTH, "chance");
    for (size_t i = 0; i < CLI_METRICS; i++) {
        printf("%-*s", NAME_WIDTH, metrics_name(i, e->anomalies).text);
        for (size_t k = 0; k < e->kinds; k++)
            printf("%*.4f", FIGURE_WIDTH, metrics_value(&e->metrics[k], i));
        printf("%*.4f\n", FIGURE_WIDTH, metrics_value(&chance, i));
    }
    printf("%-*s", NAME_WIDTH, "threshold of the decision");
    for (size_t k = 0; k < e->kinds; k++)
        printf("%*.6g", FIGURE_WIDTH, e->metrics[k].threshold);
    printf("\n%-*s", NAME_WIDTH, "rows tied at the threshold");
    for (size_t k = 0; k < e->kinds; k++)
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
            printf("as a picture only");
        else
            printf("%.*f", known->digits, f->value);
        if (f->spread > 0)
            printf(" +- %.3f", f->spread);
        putchar('\n');
    }
}

/* The split of the released code lets a detector train on what it is tested with. */
static void print_leak(const evaluation *e)
{
    const char *protocol = e->data->protocol ? e->data->protocol : "";
    const char *release = strstr(protocol, "-release");
    if (release && strstr(protocol, "mnist-"))
        printf("%s of the %s normal test rows were trained on: figures of this split are "
               "not\nthose of new images.\n",
               text_count(e->copies).text, text_count(e->copies_of).text);
}

static void print_table(const evaluation *e)
{
    const egad_detector_info *info = &e->info;
    printf("model     %s, recipe %s, seed %llu, %d of %d epochs\n", info->model,
           info->recipe, (unsigned long long)info->seed, info->epoch, info->epochs);
    printf("device    %s\n", egad_device_describe(e->device)->name);
    printf("data      '%s', protocol %s\n", e->a->data,
           e->data->protocol ? e->data->protocol : "none");
    printf("rows      %s: %s, of them %s anomalies (%.3f %%)\n", e->rows.part,
           text_count(e->rows.n).text, text_count(e->anomalies).text,
           100.0 * (double)e->anomalies / (double)e->rows.n);
    if (e->rows.n < e->data->rows)
        printf("          (the other %s of the file's %s rows are to train on, and left "
               "out:\n"
               "          --rows all takes all of them)\n",
               text_count(e->data->rows - e->rows.n).text,
               text_count(e->data->rows).text);
    if (e->copies_of)
        printf("copies    %s\n", dataset_copies(e->copies, e->copies_of).text);
    search_options_print(&e->rows.search, info);
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
    for (size_t k = 0; k < e->kinds; k++) {
        const egad_metrics *m = &e->metrics[k];
        cli_json *one = record_object();
        for (size_t i = 0; i < CLI_METRICS; i++)
            record_real(one, metrics_key(i), metrics_value(m, i));
        record_real(one, "threshold", m->threshold);
        record_count(one, "ties", m->ties);
        decision_put(one, &e->own[k]);
        record_put(scores, egad_score_name(e->kind[k]), one);
    }
    return scores;
}

static cli_json *data_json(const evaluation *e)
{
    const egad_dataset *d = e->data;
    cli_json *data = record_object();
    record_text(data, "file", e->a->data);
    record_text(data, "protocol", d->protocol);
    record_text(data, "source", d->source);
    record_text(data, "sha256", d->sha256);
    record_text(data, "part", e->rows.part);
    record_count(data, "rows", e->rows.n);
    record_count(data, "rows_of_file", d->rows);
    record_count(data, "anomalies", e->anomalies);
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
    record_put(root, "model", record_model(&e->info));
    record_put(root, "device", record_device(egad_device_describe(e->device)));
    record_put(root, "data", data_json(e));
    search_options_put(root, &e->rows.search, &e->info);
    record_real(root, "alpha", e->a->alpha);
    record_real(root, "fraction", e->fraction);
    record_text(root, "fraction_rule", e->rule);
    record_put(root, "chance", chance_json(&e->metrics[0]));
    record_put(root, "scores", scores_json(e));
    if (e->known.n)
        record_put(root, e->known.key, known_json(&e->known));
    if (e->plots)
        record_put(root, "plots", plots_json(e));
    return record_print(root, e->a->model);
}

/* ---- The command -------------------------------------------------------- */

static int evaluate(const arguments *a, const cli_command *command)
{
    evaluation e = { .a = a, .command = command };
    int code = open_all(&e);
    if (code == CLI_DONE && a->plots)
        code = output_folder(a->plots);
    if (code == CLI_DONE)
        code = measure(&e);
    if (code == CLI_DONE && a->json)
        code = print_json(&e);
    else if (code == CLI_DONE)
        print_table(&e);
    rows_free(&e.rows);
    egad_dataset_free(e.data);
    egad_detector_free(e.detector);
    egad_device_free(e.device);
    return code;
}

/* -1 unless it is a table and nobody says what its labels mean. */
static int check_table(const char *command, const arguments *a)
{
    if (a->labels.label || output_is_hdf5(a->data) || rows_images(a->data))
        return -1;
    if (dataset_content(a->data) == CLI_DATA_CONTENT)
        return message_usage(
            command, "'%s' is a data file: these end in .h5, so rename it", a->data);
    return message_usage(command,
                         "'%s' is a table, as it does not end in .h5: --label COLUMN and "
                         "--normal V[,V] say which of its rows are anomalies",
                         a->data);
}

int eval_command(int argc, char **argv)
{
    arguments a = { .alpha = 0.9 };
    cli_option options[] = {
        { "model", 0, CLI_TEXT, &a.model, "MODEL.h5", "the trained detector", 1, 0 },
        { "data", 0, CLI_TEXT, &a.data, "FILE",
          "a data file .h5 with labels; or with --label a table, CSV\n"
          "                            or JSON lines, also .gz, - for standard input",
          1, 0 },
        CLI_LABEL_OPTIONS(a.labels),
        { "score", 0, CLI_CHOICE, &a.score, "sigma|fm|combined",
          "only this score (default: all that the recipe has)", 0, 0 },
        { "alpha", 0, CLI_WEIGHT, &a.alpha, "A",
          "weight of the reconstruction (default 0.9)", 0, 0 },
        { "fraction", 0, CLI_SHARE, &a.fraction, "F",
          "share of rows called anomalous (default: 0.2 for kdd99\n"
          "                            as in the paper, else the true share of "
          "anomalies)",
          0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        { "rows", 0, CLI_CHOICE, &a.rows, "test|all",
          "which rows (default: test if the file has a split, else\n                     "
          "       all)",
          0, 0 },
        { "plots", 0, CLI_TEXT, &a.plots, "DIR",
          "write pictures there, PNG files, for each score: the\n"
          "                            histogram of both classes, precision and recall,\n"
          "                            and of images the most and least anomalous",
          0, 0 },
        { "json", 0, CLI_FLAG, &a.json, NULL, "one JSON object instead of a table", 0,
          0 },
        CLI_SEARCH_OPTIONS(a.search),
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "eval",
        .summary = "Score labelled rows and print how well scores and labels agree.",
        .options = options,
        .notes =
            "A table is read as 'egad score' reads it: by the columns and categories of "
            "the\n"
            "model, and gaps are filled with what the model keeps for them.  All its "
            "rows\n"
            "count: those that the model was trained on flatter it, so give it a table "
            "of\n"
            "other rows.  With --label goes one of --normal and --anomalous.\n",
        .example = "egad eval --model model.h5 --data flows.h5\n"
                   "  egad eval --model model.h5 --data later.csv --label kind "
                   "--normal benign",
    };
    int code = options_parse(&command, argc, argv);
    if (code < 0)
        code = dataset_labels(command.name, &a.labels);
    if (code < 0)
        code = rows_label(command.name, &a.labels, a.data);
    if (code < 0)
        code = check_table(command.name, &a);
    if (code < 0)
        code = rows_part(command.name, a.rows, a.data);
    return code >= 0 ? code : evaluate(&a, &command);
}
