/* egad reproduce table1: KDD Cup 1999 with the paper's networks for tables, over several
 * seeds.  The table is in table1_text.c. */
#include "table1.h"
#include "reproduce.h"
#include "rows/open.h"
#include "rows/training.h"
#include "shell/output.h"

#include <string.h>

enum { SAMPLE_SEED = 1 }; /* seed of the sample of --test-rows */

static const char *const models[] = { "kdd-bigan", "kdd-gan" };

typedef struct {
    const char *data, *out, *recipe, *device, *models;
    int seeds, test_rows;
    int steps; /* of a search */
    egad_detector_options how;
} arguments;

typedef struct {
    const arguments *a;
    cli_opened in;
    cli_table1 table;
} experiment;

/* ---- Running ------------------------------------------------------------- */

/* Select the test rows, or a sample of them. */
static int take_rows(experiment *e)
{
    const arguments *a = e->a;
    cli_table1 *t = &e->table;
    int code = rows_select(&e->in.rows, e->in.data, "test", a->data);
    if (code != CLI_DONE)
        return code;
    t->of = e->in.rows.n;
    t->known = published_of(e->in.data, &e->in.rows, rows_anomalies(&e->in.rows));
    t->published = t->known.n > 0;
    if (a->test_rows && (size_t)a->test_rows < t->of) {
        rows_free(&e->in.rows);
        code = rows_sample(&e->in.rows, e->in.data, "test", a->data, (size_t)a->test_rows,
                           SAMPLE_SEED);
        if (code != CLI_DONE)
            return code;
    }
    t->rows = e->in.rows.n;
    t->anomalies = rows_anomalies(&e->in.rows);
    t->sample = SAMPLE_SEED;
    if (t->anomalies == 0 || t->anomalies == t->rows)
        return message_error("all %s test rows are %s: evaluation needs both classes%s",
                             text_count(t->rows).text,
                             t->anomalies ? "anomalies" : "normal",
                             t->rows < t->of ? "; increase --test-rows" : "");
    return CLI_DONE;
}

static int open_all(experiment *e)
{
    const arguments *a = e->a;
    cli_table1 *t = &e->table;
    int code = CLI_DONE;
    CLI_TRY(egad_kdd_import(&e->in.data, a->data, NULL));
    code = take_rows(e);
    if (code != CLI_DONE)
        return code;
    snprintf(t->source, sizeof t->source, "%s, SHA-256 %.64s",
             t->published ? "KDD Cup 1999, 10 percent"
                          : "not the published file of KDD Cup 1999",
             e->in.data->sha256);
    t->fraction = published_fraction(e->in.data);
    CLI_TRY(egad_dataset_copies(e->in.data, &t->copies, &t->copies_of));
done:
    return code;
}

static int finish_model(void *context, int part)
{
    experiment *e = context;
    cli_table1_part *p = &e->table.part[part];
    const arguments *a = e->a;
    cli_run run = { .folder = a->out,
                    .name = p->name,
                    .about = p->model,
                    .device = e->in.device,
                    .data = e->in.data,
                    .rows = &e->in.rows,
                    .how = a->how,
                    .scoring = EGAD_SCORING(NULL, EGAD_ALPHA),
                    .fraction = e->table.fraction,
                    .shown = CLI_F1 };
    run.how.model = p->model;
    run.scoring.steps = a->steps ? a->steps : EGAD_SEARCH_STEPS;
    snprintf(p->name, sizeof p->name, "%.16s-%.12s", a->recipe, p->model);
    const int code = runs_finish(&p->runs, &run, a->seeds);
    e->table.parts += p->runs.done == a->seeds;
    return code;
}

static int write_table(const void *context)
{
    return table1_write(&((const experiment *)context)->table);
}

static void print_table(const void *context)
{
    table1_print(&((const experiment *)context)->table);
}

/* ---- The command ---------------------------------------------------------- */

/* Fill `parts` with the models of a list, each at most once; 0: not such a list. */
static int take_models(cli_table1 *t, const char *list)
{
    enum { MODELS = sizeof models / sizeof *models };
    int seen[MODELS] = { 0 };
    for (;;) {
        const size_t n = strcspn(list, ",");
        int found = -1;
        for (int i = 0; i < MODELS; i++)
            if (strlen(models[i]) == n && !strncmp(list, models[i], n))
                found = i;
        if (found < 0 || seen[found]++)
            return 0;
        t->part[t->parts++].model = models[found];
        if (!list[n])
            return 1;
        list += n + 1;
    }
}

static int reproduce(experiment *e)
{
    const arguments *a = e->a;
    cli_table1 *t = &e->table;
    const int wanted = t->parts;
    int code = CLI_DONE;
    t->parts = 0;
    CLI_DO(output_folder(a->out));
    CLI_TRY(open_device(&e->in.device, a->device));
    CLI_DO(open_all(e));
    code = runs_parts(&(cli_parts){ .context = e,
                                    .done = &t->parts,
                                    .wanted = wanted,
                                    .what = "models",
                                    .finish = finish_model,
                                    .write = write_table,
                                    .print = print_table });
done:
    for (int i = 0; i < wanted; i++)
        runs_free(&t->part[i].runs);
    open_free(&e->in);
    return code;
}

int table1_command(int argc, char **argv)
{
    arguments a = { .recipe = "release",
                    .models = "kdd-bigan,kdd-gan",
                    .seeds = 10,
                    .how.size = sizeof(egad_detector_options) };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "FILE", "kddcup.data_10_percent, plain or .gz", 1,
          0 },
        { "output", 'o', CLI_TEXT, &a.out, "FOLDER",
          "the folder for models, scores, results and the table", 1, 0 },
        { "runs", 0, CLI_COUNT, &a.seeds, "N",
          "number of runs, with seeds 1 to N (default 10, as in the\n"
          "paper)",
          0, 0 },
        { "models", 0, CLI_LIST, &a.models, "NAME[,NAME]",
          "kdd-bigan, kdd-gan, or both (default)", 0, 0 },
        { "recipe", 0, CLI_CHOICE, &a.recipe, CLI_RECIPES,
          "as for 'egad train' (default release, which produced the\n"
          "results of the paper)",
          0, 0 },
        CLI_EPOCHS_OPTION(a.how, "rows"),
        CLI_BATCH_OPTION(a.how, "rows"),
        { "steps", 0, CLI_COUNT, &a.steps, "N",
          "steps of the latent search of a row (default " CLI_NUMBER(
              EGAD_SEARCH_STEPS) ",\n"
                                 "as in the paper)",
          0, 0 },
        { "test-rows", 0, CLI_COUNT, &a.test_rows, "N",
          "score a random sample of N test rows, the same in every run\n"
          "(default: all)",
          0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "reproduce table1",
        .summary = "Train kdd-bigan and kdd-gan on KDD Cup 1999, and print precision, "
                   "recall and F1\n"
                   "of each score beside those of the paper.",
        .options = options,
        .notes =
            "FOLDER/RECIPE-MODEL-SEED.h5 is a model, saved during training; the .json "
            "of\n"
            "the same name has its results, and -SCORE.h5 the scores of an unfinished\n"
            "latent search.  The table is in table1.md and table1.json.  Ctrl-C stops "
            "and\n"
            "saves.  The same command continues the work, also after a crash, with the\n"
            "same result as without interruption, and does not repeat what is done.\n"
            "\n"
            "AnoGAN (kdd-gan) searches hundreds of steps for each row, where BiGAN\n"
            "encodes it.  All 247,011 test rows, with two scores and ten runs, take "
            "hours\n"
            "on a CPU; use --test-rows and --runs for less.\n",
        .example = "egad reproduce table1 --data kddcup.data_10_percent.gz -o table1 "
                   "--runs 3",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    experiment e = { .a = &a,
                     .table = { .folder = a.out, .recipe = a.recipe, .seeds = a.seeds } };
    if (!take_models(&e.table, a.models))
        return message_usage(
            command.name,
            "--models must be kdd-bigan, kdd-gan or both, separated by a comma, not '%s'",
            a.models);
    if (a.steps && !strcmp(a.models, "kdd-bigan"))
        return message_usage(
            command.name,
            "--steps is for the latent search of kdd-gan, which --models excludes");
    a.how.recipe = a.recipe;
    return reproduce(&e);
}
