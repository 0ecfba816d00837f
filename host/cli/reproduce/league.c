/* egad reproduce league: models on a folder of public tables, in the protocol of
 * Livernoche et al. 2024 (arXiv:2305.18593): half of the normal rows train, drawn by the
 * seed; the other half and all anomalies test. */
#include "league.h"
#include "reproduce.h"
#include "rows/open.h"
#include "rows/training.h"
#include "shell/output.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *data, *out, *recipe, *device, *models, *contamination;
    int seeds, cap, epochs, contaminated, quiet;
    double share; /* of the training rows that may be anomalies */
} arguments;

typedef struct {
    const arguments *a;
    egad_device *device;
    cli_league league;
} season;

/* ---- The tables ------------------------------------------------------------- */

static int is_table(const struct dirent *entry)
{
    const size_t n = strlen(entry->d_name);
    return n > 4 && !strcmp(entry->d_name + n - 4, ".npz");
}

static int list_tables(cli_league *l, const char *folder)
{
    struct dirent **entry = NULL;
    const int n = scandir(folder, &entry, is_table, alphasort);
    if (n < 0)
        return message_error("'%s' is not a folder that can be read: give one with "
                             "tables as .npz files",
                             folder);
    l->table = calloc((size_t)n + 1, sizeof *l->table);
    for (int i = 0; i < n; i++) {
        if (l->table) {
            cli_league_table *t = &l->table[l->tables++];
            t->path = output_join(folder, entry[i]->d_name);
            snprintf(t->name, sizeof t->name, "%.*s", (int)strlen(entry[i]->d_name) - 4,
                     entry[i]->d_name);
        }
        free(entry[i]);
    }
    free(entry);
    if (!l->table)
        return message_error("out of memory for %d tables", n);
    if (!n)
        return message_error("'%s' has no .npz files: give a folder with tables as "
                             "numpy.savez writes them, rows X and labels y",
                             folder);
    return CLI_DONE;
}

/* Kinds of rows, each with a cap of its own. */
enum { TRAINING, NORMAL, ANOMALY, KINDS };

static int kind_of(const egad_dataset *data, size_t row)
{
    return data->split[row] == EGAD_TRAIN ? TRAINING : data->y[row] ? ANOMALY : NORMAL;
}

static void move_row(egad_dataset *d, size_t to, size_t from)
{
    const size_t width = d->shape[0] * d->shape[1] * d->shape[2];
    memmove(d->x + to * width, d->x + from * width, width * sizeof *d->x);
    if (d->wide)
        memmove(d->wide + to * width, d->wide + from * width, width * sizeof *d->wide);
    d->y[to] = d->y[from];
    d->split[to] = d->split[from];
    if (d->class_of)
        d->class_of[to] = d->class_of[from];
}

/* Keep at most `cap` training rows, `cap` normal test rows and cap / 2 anomalies, chosen
 * evenly in file order; count them. */
static void thin(egad_dataset *d, size_t cap, size_t kept[KINDS])
{
    size_t have[KINDS] = { 0 }, seen[KINDS] = { 0 }, to = 0;
    for (size_t i = 0; i < d->rows; i++)
        have[kind_of(d, i)]++;
    memset(kept, 0, KINDS * sizeof *kept);
    for (size_t i = 0; i < d->rows; i++) {
        const int kind = kind_of(d, i);
        const size_t want = !cap ? SIZE_MAX : kind == ANOMALY ? (cap + 1) / 2 : cap;
        const size_t s = seen[kind]++;
        if (have[kind] > want && s * want / have[kind] == (s + 1) * want / have[kind])
            continue;
        kept[kind]++;
        move_row(d, to++, i);
    }
    d->rows = to;
}

/* Make half of the anomalies training rows, drawn by the seed. */
static int contaminate(egad_dataset *data, int seed)
{
    egad_dataset marked = *data;
    size_t *row = NULL, n = 0;
    int code = CLI_DONE;
    marked.split = malloc(data->rows);
    if (!marked.split)
        return message_error("out of memory for %s rows", text_count(data->rows).text);
    for (size_t i = 0; i < data->rows; i++) {
        marked.split[i] = data->y[i] ? EGAD_TRAIN : EGAD_TEST;
        n += data->y[i] != 0;
    }
    CLI_TRY(egad_dataset_sample(&marked, EGAD_TRAIN, n / 2, (uint32_t)seed, &row));
    for (size_t i = 0; i < n / 2; i++)
        data->split[row[i]] = EGAD_TRAIN;
done:
    free(marked.split);
    free(row);
    return code;
}

/* Read a table with the split of this seed. */
static int read_table(egad_dataset **out, cli_rows *rows, cli_league_table *t,
                      const arguments *a, int seed)
{
    const char *path = t->path.text;
    size_t kept[KINDS];
    int code = CLI_DONE;
    CLI_TRY(egad_npz_import(out, path,
                            &EGAD_SIZED(egad_image_options, .seed = (uint64_t)seed)));
    if (!(*out)->y || !(*out)->split)
        return message_error("'%s' has no labels: give tables with rows X and labels y, "
                             "0 normal and 1 anomalous",
                             path);
    if (a->contaminated)
        CLI_DO(contaminate(*out, seed));
    thin(*out, (size_t)a->cap, kept);
    t->train = kept[TRAINING];
    t->normal = kept[NORMAL];
    t->anomalies = kept[ANOMALY];
    t->columns = (*out)->shape[0] * (*out)->shape[1] * (*out)->shape[2];
    code = rows_select(rows, *out, "test", path);
done:
    return code;
}

/* ---- A table ---------------------------------------------------------------- */

/* Take the figures of a training of model m. */
static int take(cli_league *l, cli_league_table *t, int seed, size_t m,
                const cli_trial_result *r, const cli_rows *rows, size_t *column)
{
    int code = CLI_DONE;
    for (size_t k = 0; k < r->n && *column < CLI_ITEMS; k++, (*column)++) {
        cli_league_figure *f = &t->figure[(size_t)seed * CLI_ITEMS + *column];
        cli_league_score *s = &l->score[*column];
        const cli_own *own = &r->score[k].own;
        egad_metrics metrics;
        CLI_TRY(egad_metrics_compute(&metrics, r->score[k].score, rows->y, rows->n,
                                     (double)t->anomalies / (double)rows->n));
        *f = (cli_league_figure){ metrics.auroc, metrics.ap,
                                  own->found ? own->at.false_alarms : (double)NAN,
                                  own->wrong, r->threshold.rows };
        snprintf(s->name, sizeof s->name, "%.20s %.16s", l->models.name[m],
                 r->score[k].name);
        s->model = m;
        s->first = k == 0;
    }
    t->seconds[(size_t)seed * CLI_MODELS + m] = r->seconds;
    snprintf(l->device, sizeof l->device, "%.127s", r->device);
done:
    return code;
}

/* All models with the split of a seed, from 0.  `*done`: none was stopped. */
static int finish_seed(season *s, cli_league_table *t, const char *folder, int seed,
                       int *done)
{
    const arguments *a = s->a;
    cli_league *l = &s->league;
    egad_dataset *data = NULL;
    cli_rows rows = { 0 };
    size_t column = 0;
    int code = read_table(&data, &rows, t, a, seed + 1);
    const cli_number content =
        code == CLI_DONE ? trial_content(data, &rows) : (cli_number){ "" };
    for (size_t m = 0; m < l->models.n && code == CLI_DONE && *done; m++) {
        char about[96];
        cli_trial_result result = { 0 };
        cli_trial trial = { .folder = folder,
                            .file = t->path.text,
                            .about = about,
                            .device = s->device,
                            .data = data,
                            .content = content.text,
                            .rows = &rows,
                            .how = EGAD_SIZED(
                                egad_detector_options, .model = l->models.name[m],
                                .recipe = a->recipe, .epochs = a->epochs,
                                .seed = (uint64_t)seed + 1, .contamination = a->share),
                            .scoring = EGAD_SCORING(NULL, EGAD_ALPHA),
                            .quiet = 1 };
        snprintf(about, sizeof about, "%s, seed %d of %d: %s", t->name, seed + 1,
                 a->seeds, l->models.name[m]);
        if (!a->quiet)
            fprintf(stderr, "%s\n", about);
        code = trial_settle(&trial, NULL);
        if (code == CLI_DONE)
            code = trial_finish(&result, &trial);
        *done = code == CLI_DONE && result.complete;
        if (*done)
            code = take(l, t, seed, m, &result, &rows, &column);
        trial_free(&result);
    }
    l->scores = *done ? column : l->scores;
    rows_free(&rows);
    egad_dataset_free(data);
    return code;
}

static int finish_table(void *context, int part)
{
    season *s = context;
    const size_t seeds = (size_t)s->a->seeds;
    cli_league_table *t = &s->league.table[part];
    const cli_path folder = output_join(s->a->out, t->name);
    int code = output_folder(folder.text), done = 1;
    t->figure = calloc(seeds * CLI_ITEMS, sizeof *t->figure);
    t->seconds = calloc(seeds * CLI_MODELS, sizeof *t->seconds);
    if (code == CLI_DONE && (!t->figure || !t->seconds))
        return message_error("out of memory for the results of %s", t->name);
    for (int seed = 0; seed < s->a->seeds && code == CLI_DONE && done; seed++)
        code = finish_seed(s, t, folder.text, seed, &done);
    if (code == CLI_DONE && done) {
        s->league.parts++;
        league_rank(&s->league);
    }
    return code;
}

/* ---- The league ---------------------------------------------------------------- */

static int write_league(const void *context)
{
    return league_write(&((const season *)context)->league);
}

static void print_league(const void *context)
{
    league_print(&((const season *)context)->league);
}

static int play(season *s)
{
    const arguments *a = s->a;
    cli_league *l = &s->league;
    int code = CLI_DONE;
    CLI_DO(list_tables(l, a->data));
    CLI_DO(output_apart(a->out, a->data));
    CLI_DO(output_folder(a->out));
    CLI_TRY(open_device(&s->device, a->device));
    code = runs_parts(&(cli_parts){ .context = s,
                                    .done = &l->parts,
                                    .wanted = l->tables,
                                    .what = "tables",
                                    .finish = finish_table,
                                    .write = write_league,
                                    .print = print_league });
done:
    for (int i = 0; i < l->tables; i++) {
        free(l->table[i].figure);
        free(l->table[i].seconds);
    }
    free(l->table);
    egad_device_free(s->device);
    return code;
}

int league_command(int argc, char **argv)
{
    arguments a = {
        .recipe = "sound", .models = "kdd-bigan,nearest,pca", .seeds = 3, .cap = 10000
    };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "DIR",
          "the folder of tables: .npz files with rows X and labels y,\n"
          "such as those of ADBench",
          1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "FOLDER",
          "the folder for models, scores and the results", 1, 0 },
        { "models", 0, CLI_LIST, &a.models, "NAME[,NAME...]",
          "which models, see 'egad models'\n"
          "(default kdd-bigan,nearest,pca)",
          0, 0 },
        { "seeds", 0, CLI_COUNT, &a.seeds, "N",
          "number of splits and trainings, with seeds 1 to N\n"
          "(default 3)",
          0, 0 },
        { "cap", 0, CLI_COUNT, &a.cap, "N",
          "of a table, use at most N training rows, N normal test rows\n"
          "and N / 2 anomalies (default 10000)",
          0, 0 },
        { "contaminated", 0, CLI_FLAG, &a.contaminated, NULL,
          "half of all rows train, anomalies among them", 0, 0 },
        CLI_CONTAMINATION_OPTION(a.contamination, "auto with\n--contaminated, else none"),
        { "recipe", 0, CLI_CHOICE, &a.recipe, CLI_RECIPES,
          "as for 'egad train' (default sound)", 0, 0 },
        { "epochs", 0, CLI_COUNT, &a.epochs, "N",
          "epochs of models with networks (default: the recipe's)", 0, 0 },
        { "quiet", 0, CLI_FLAG, &a.quiet, NULL, "print no progress on standard error", 0,
          0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "reproduce league",
        .summary =
            "Train and evaluate models on a folder of public tables, and rank their "
            "scores by\n"
            "mean AUROC, beside published results.",
        .options = options,
        .notes =
            "Half of the normal rows of a table are training rows, drawn by the seed; "
            "the\n"
            "other half and all anomalies are test rows (Livernoche et al. 2024,\n"
            "arXiv:2305.18593).  With --contaminated, half of the anomalies train, too.  "
            "No\n"
            "label takes part in training.\n"
            "\n"
            "FOLDER/TABLE/MODEL-SEED.h5 is a model, saved during training; the .json of "
            "the\n"
            "same name has its settings and times, and -SCORE.h5 its scores.  The "
            "results "
            "are\n"
            "in league.md, league.json and league.png, after each table anew.  Ctrl-C "
            "stops\n"
            "and saves.  The same command continues the work, also after a crash, and "
            "does\n"
            "not repeat what is done.\n",
        .example = "egad reproduce league --data adbench -o league --seeds 1",
    };
    season s = { .a = &a };
    cli_models models;
    CLI_CHECK(options_parse(&command, argc, argv));
    if (!a.contamination && a.contaminated)
        a.contamination = "auto";
    CLI_CHECK(training_contamination(command.name, a.contamination, &a.share));
    CLI_CHECK(models_take(&models, command.name, a.models, models_tables));
    char *line = text_command(command.name, argc, argv);
    if (!line)
        return message_error("out of memory");
    s.league = (cli_league){ .folder = a.out,
                             .source = a.data,
                             .recipe = a.recipe,
                             .command = line,
                             .seeds = a.seeds,
                             .cap = (size_t)a.cap,
                             .contaminated = a.contaminated,
                             .models = models };
    const int code = play(&s);
    free(line);
    return code;
}
