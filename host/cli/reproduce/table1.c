/* egad reproduce table1: KDD Cup 1999 with all detectors for tables, over several seeds.
 * Each training is a trial, as of egad compare, in the folder of its recipe. */
#include "table1.h"
#include "reproduce.h"
#include "rows/open.h"
#include "rows/training.h"
#include "runs.h"
#include "shell/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE_SEED = 1 }; /* seed of the sample of --test-rows */

typedef struct {
    const char *data, *out, *recipe, *device, *models;
    int seeds, test_rows;
    int steps; /* of a search */
    egad_detector_options how;
} arguments;

typedef struct {
    const arguments *a;
    cli_opened in;
    cli_number content; /* of the data and rows, as for trials */
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
    e->content = trial_content(e->in.data, &e->in.rows);
    CLI_TRY(egad_dataset_copies(e->in.data, &t->copies, &t->copies_of));
done:
    return code;
}

/* ---- A training ---------------------------------------------------------- */

/* The figures of a score of a trained detector. */
static egad_status figures_of(cli_table1_figure *f, const experiment *e,
                              const cli_trial_score *s)
{
    const cli_own *own = &s->own;
    cli_measured m;
    const egad_status status =
        measures_scores(&m, s->score, e->in.rows.y, e->in.rows.n, e->table.fraction);
    if (status != EGAD_OK)
        return status;
    f->of[T1_PRECISION] = m.of[CLI_PRECISION];
    f->of[T1_RECALL] = m.of[CLI_RECALL];
    f->of[T1_F1] = m.of[CLI_F1];
    f->of[T1_TIES] = m.of[CLI_TIES];
    f->of[T1_AUROC] = m.of[CLI_AUROC];
    f->of[T1_AP] = m.of[CLI_AP];
    f->of[T1_MICROS] = s->micros;
    if (own->found) {
        const double sum = own->precision + own->recall;
        f->of[T1_PROMISED] = own->at.false_alarms;
        f->of[T1_OBSERVED] = own->met;
        f->of[T1_OWN_PRECISION] = own->precision;
        f->of[T1_OWN_RECALL] = own->recall;
        f->of[T1_OWN_F1] = sum > 0 ? 2 * own->precision * own->recall / sum : 0;
    }
    return status;
}

/* Take the results of a training, or of untrained networks. */
static int take(experiment *e, cli_table1_part *p, int seed, const cli_trial_result *r,
                int untrained)
{
    int code = CLI_DONE;
    cli_table1_figure *figure = &p->figure[(size_t)(seed - 1) * CLI_SCORES];
    for (size_t k = 0; k < r->n; k++) {
        cli_measured m;
        if (!untrained) {
            snprintf(p->score[k], sizeof p->score[k], "%s", r->score[k].name);
            CLI_TRY(figures_of(&figure[k], e, &r->score[k]));
            continue;
        }
        CLI_TRY(measures_scores(&m, r->score[k].score, e->in.rows.y, e->in.rows.n,
                                e->table.fraction));
        figure[k].of[T1_NEW_F1] = m.of[CLI_F1];
        figure[k].of[T1_NEW_AUROC] = m.of[CLI_AUROC];
    }
    if (untrained)
        goto done;
    p->scores = r->n;
    p->seconds[seed - 1] = r->seconds;
    if (!*p->device)
        snprintf(p->device, sizeof p->device, "%.127s", r->device);
    else if (strcmp(p->device, r->device) != 0)
        snprintf(p->device, sizeof p->device, "several");
    if (seed == 1)
        snprintf(p->found, sizeof p->found, "%s", r->found);
done:
    return code;
}

/* Say what a training that is complete has reached. */
static void say(const cli_table1_part *p, const char *about, int seed, int untrained)
{
    fprintf(stderr, "%s: F1", about);
    for (size_t k = 0; k < p->scores; k++)
        fprintf(stderr, "%s %s %.4f", k ? "," : "", p->score[k],
                p->figure[(size_t)(seed - 1) * CLI_SCORES + k]
                    .of[untrained ? T1_NEW_F1 : T1_F1]);
    fputc('\n', stderr);
}

/* A training with its scores, or an untrained detector.  `*done`: it was not stopped. */
static int finish_seed(experiment *e, cli_table1_part *p, const char *folder, int seed,
                       int untrained, int *done)
{
    const arguments *a = e->a;
    char about[96];
    cli_trial_result result = { 0 };
    cli_trial trial = { .folder = folder,
                        .file = a->data,
                        .about = about,
                        .device = e->in.device,
                        .data = e->in.data,
                        .content = e->content.text,
                        .rows = &e->in.rows,
                        .how = p->how,
                        .scoring = EGAD_SCORING(NULL, EGAD_ALPHA),
                        .searches = p->steps > 0,
                        .untrained = untrained };
    trial.how.seed = (uint64_t)seed;
    trial.scoring.steps = p->steps;
    snprintf(about, sizeof about, "%s, %s%s, seed %d of %d", p->model, p->recipe,
             untrained ? ", untrained" : "", seed, p->seeds);
    if (access(trial_path(&trial, ".json").text, F_OK) != 0)
        fprintf(stderr, "%s\n", about);
    int code = trial_finish(&result, &trial);
    *done = code == CLI_DONE && result.complete;
    if (*done)
        code = take(e, p, seed, &result, untrained);
    if (*done && code == CLI_DONE && result.fresh)
        say(p, about, seed, untrained);
    trial_free(&result);
    return code;
}

/* Settings of a model with a recipe. */
static int settle(experiment *e, cli_table1_part *p)
{
    const arguments *a = e->a;
    cli_trial trial = { .device = e->in.device, .data = e->in.data, .how = a->how };
    trial.how.model = p->model;
    trial.how.recipe = p->recipe;
    const int code = trial_settle(&trial, NULL);
    p->how = trial.how;
    if (trial.searches)
        p->steps = a->steps ? a->steps : EGAD_SEARCH_STEPS;
    return code;
}

static int finish_part(void *context, int part)
{
    experiment *e = context;
    cli_table1_part *p = &e->table.part[part];
    const cli_path folder = output_join(e->a->out, p->recipe);
    int code = CLI_DONE, done = 1;
    CLI_DO(output_folder(folder.text));
    CLI_DO(table1_part_new(p, e->a->seeds));
    CLI_DO(settle(e, p));
    for (int seed = 1; seed <= p->seeds && done; seed++) {
        CLI_DO(finish_seed(e, p, folder.text, seed, 0, &done));
        /* A latent search with random weights would take as long again. */
        if (done && models_networks(p->model) && !p->steps)
            CLI_DO(finish_seed(e, p, folder.text, seed, 1, &done));
        p->done += done;
    }
    e->table.parts += done;
done:
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

static int reproduce(experiment *e)
{
    const arguments *a = e->a;
    cli_table1 *t = &e->table;
    int code = CLI_DONE;
    CLI_DO(output_folder(a->out));
    CLI_TRY(open_device(&e->in.device, a->device));
    CLI_DO(open_all(e));
    code = runs_parts(&(cli_parts){ .context = e,
                                    .done = &t->parts,
                                    .wanted = t->wanted,
                                    .what = "models with their recipes",
                                    .finish = finish_part,
                                    .write = write_table,
                                    .print = print_table });
done:
    table1_free(t);
    open_free(&e->in);
    return code;
}

/* 1 if a part scores by latent search. */
static int searches(const cli_table1 *t)
{
    for (int i = 0; i < t->wanted; i++)
        if (egad_detector_searches(t->part[i].model))
            return 1;
    return 0;
}

int table1_command(int argc, char **argv)
{
    arguments a = { .seeds = 3, .how.size = sizeof(egad_detector_options) };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "FILE", "kddcup.data_10_percent, plain or .gz", 1,
          0 },
        { "output", 'o', CLI_TEXT, &a.out, "FOLDER",
          "the folder for models, scores, results and the table", 1, 0 },
        { "runs", 0, CLI_COUNT, &a.seeds, "N",
          "number of runs, with seeds 1 to N (default 3; the paper has\n"
          "10)",
          0, 0 },
        { "models", 0, CLI_LIST, &a.models, "NAME[,NAME...]",
          "which models, see 'egad models' (default: all for tables)", 0, 0 },
        { "recipe", 0, CLI_CHOICE, &a.recipe, CLI_RECIPES,
          "only this recipe (default: of each model those that published\n"
          "results come from, and sound)",
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
        .summary = "Train all detectors for tables on KDD Cup 1999, and print precision, "
                   "recall and\n"
                   "F1 of each score beside published ones.",
        .options = options,
        .notes =
            "Each score is decided by the rule of the paper and by the detector's own\n"
            "threshold, and compared with that of the same networks without training.\n"
            "\n"
            "FOLDER/RECIPE/MODEL-SEED.h5 is a model, saved during training; the .json of "
            "the\n"
            "same name has its settings and times, and -SCORE.h5 its scores.  The table "
            "is in\n"
            "table1.md, table1.json and table1.png, after each model anew.  Ctrl-C stops "
            "and\n"
            "saves.  The same command continues the work, also after a crash, with the "
            "same\n"
            "result as without interruption, and does not repeat what is done; so does "
            "one\n"
            "with other --models or more --runs.\n"
            "\n"
            "AnoGAN (kdd-gan) searches hundreds of steps for each row, where the others\n"
            "encode it, and comes last.  All 247,011 test rows take hours on a CPU; use\n"
            "--test-rows and --runs for less.\n",
        .example = "egad reproduce table1 --data kddcup.data_10_percent.gz -o table1 "
                   "--runs 1",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    experiment e = { .a = &a, .table = { .folder = a.out, .seeds = a.seeds } };
    CLI_CHECK(table1_plan(&e.table, command.name, a.models, a.recipe));
    if (a.steps && !searches(&e.table))
        return message_usage(
            command.name,
            "--steps is for the latent search of kdd-gan, which --models excludes");
    char *line = text_command(command.name, argc, argv);
    if (!line)
        return message_error("out of memory");
    e.table.command = line;
    const int code = reproduce(&e);
    free(line);
    return code;
}
