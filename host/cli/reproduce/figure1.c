/* egad reproduce figure1: MNIST with each digit in turn as the anomaly, over several
 * seeds, beside published results on the same rows.  The table is in figure1_text.c. */
#include "figure1.h"
#include "reproduce.h"
#include "rows/open.h"
#include "rows/training.h"
#include "shell/output.h"

#include <string.h>

typedef struct {
    const char *data, *out, *recipe, *device, *digits, *models;
    int seeds, every_epoch;
    egad_detector_options how;
} arguments;

typedef struct {
    const arguments *a;
    egad_device *device;
    cli_figure1 table;
} figure;

/* ---- Running ------------------------------------------------------------- */

/* What is known of a digit before any run. */
static int describe(figure *f, cli_figure1_part *p, const egad_dataset *data)
{
    cli_rows rows = { 0 };
    int code = CLI_DONE;
    f->table.published = !strncmp(data->protocol, "mnist-", 6);
    snprintf(f->table.source, sizeof f->table.source, "%s, SHA-256 %.64s",
             f->table.published ? "MNIST" : "not the published MNIST files",
             data->sha256);
    CLI_DO(rows_select(&rows, data, "test", f->a->data));
    p->chance = (double)rows_anomalies(&rows) / (double)rows.n;
    CLI_TRY(egad_dataset_copies(data, &p->copies, &p->copies_of));
done:
    rows_free(&rows);
    return code;
}

/* The data with this digit, padded to that side; 0: as they are. */
static int import(egad_dataset **out, const arguments *a, int digit, size_t side)
{
    const char name[] = { (char)('0' + digit), 0 };
    int code = CLI_DONE;
    CLI_TRY(egad_mnist_import(out, a->data,
                              &EGAD_SIZED(egad_mnist_options, .anomalous = name,
                                          .leak = !strcmp(a->recipe, "release"),
                                          .pad = side)));
done:
    return code;
}

/* All seeds of a model; methods without networks depend on none. */
static int finish_model(figure *f, cli_figure1_part *p, size_t m, egad_dataset *data)
{
    const arguments *a = f->a;
    const char *model = f->table.models.name[m];
    const int seeds = models_networks(model) ? a->seeds : 1;
    char about[64];
    cli_rows rows = { 0 };
    cli_run run = { .folder = a->out,
                    .name = p->name[m],
                    .about = about,
                    .device = f->device,
                    .data = data,
                    .rows = &rows,
                    .how = a->how,
                    .scoring = EGAD_SCORING(NULL, EGAD_ALPHA),
                    .every_epoch = a->every_epoch && models_networks(model) };
    int code = CLI_DONE;
    run.how.model = model;
    snprintf(p->name[m], sizeof p->name[m], "%.16s-%.32s-%d", a->recipe, model, p->digit);
    snprintf(about, sizeof about, "%.32s, digit %d", model, p->digit);
    CLI_DO(rows_select(&rows, data, "test", a->data));
    code = runs_finish(&p->runs[m], &run, seeds);
done:
    rows_free(&rows);
    return code;
}

static int is_done(const cli_figure1_part *p, size_t m)
{
    return p->runs[m].wanted && p->runs[m].done == p->runs[m].wanted;
}

/* The side that images of a model are padded to; 0: none. */
static size_t side_for(const char *model, const egad_dataset *data)
{
    const size_t unit = (size_t)egad_detector_multiple(model),
                 side = data->shape[0] > data->shape[1] ? data->shape[0] : data->shape[1];
    return data->shape[0] % unit || data->shape[1] % unit
               ? (side + unit - 1) / unit * unit
               : 0;
}

static int finish_digit(void *context, int part)
{
    figure *f = context;
    cli_figure1 *t = &f->table;
    cli_figure1_part *p = &t->part[part];
    egad_dataset *data = NULL, *padded = NULL;
    size_t done = 0;
    int code = CLI_DONE;
    CLI_DO(import(&data, f->a, p->digit, 0));
    CLI_DO(describe(f, p, data));
    for (size_t m = 0; m < t->models.n && done == m; m++) {
        t->side[m] = side_for(t->models.name[m], data);
        if (t->side[m])
            CLI_DO(import(&padded, f->a, p->digit, t->side[m]));
        CLI_DO(finish_model(f, p, m, padded ? padded : data));
        egad_dataset_free(padded);
        padded = NULL;
        done += (size_t)is_done(p, m);
    }
    t->parts += done == t->models.n;
done:
    egad_dataset_free(padded);
    egad_dataset_free(data);
    return code;
}

static int write_table(const void *context)
{
    const cli_figure1 *table = &((const figure *)context)->table;
    const int code = figure1_markdown(table);
    return code == CLI_DONE ? figure1_json(table) : code;
}

static void print_table(const void *context)
{
    figure1_print(&((const figure *)context)->table);
}

/* ---- The command -------------------------------------------------------------- */

/* `digits` has been checked. */
static void take_digits(cli_figure1 *table, const char *digits)
{
    for (const char *d = digits; *d; d++)
        if (*d != ',')
            table->part[table->parts++].digit = *d - '0';
}

static int reproduce(const arguments *a, const cli_models *models)
{
    figure f = { .a = a,
                 .table = { .folder = a->out,
                            .recipe = a->recipe,
                            .models = *models,
                            .seeds = a->seeds,
                            .every_epoch = a->every_epoch } };
    cli_figure1 *table = &f.table;
    int code = CLI_DONE, wanted = 0;
    CLI_DO(output_folder(a->out));
    CLI_TRY(open_device(&f.device, a->device));
    take_digits(table, a->digits);
    wanted = table->parts;
    table->parts = 0;
    code = runs_parts(&(cli_parts){ .context = &f,
                                    .done = &table->parts,
                                    .wanted = wanted,
                                    .what = "digits",
                                    .finish = finish_digit,
                                    .write = write_table,
                                    .print = print_table });
done:
    for (int i = 0; i < wanted; i++)
        for (size_t m = 0; m < models->n; m++)
            runs_free(&table->part[i].runs[m]);
    egad_device_free(f.device);
    return code;
}

/* Digits separated by commas, each at most once. */
static int are_digits(const char *text)
{
    int seen[CLI_DIGITS] = { 0 };
    for (;; text++) {
        if (*text < '0' || *text > '9' || seen[*text - '0']++)
            return 0;
        if (!*++text)
            return 1;
        if (*text != ',')
            return 0;
    }
}

/* The models of --models, or those that have the recipe: -1, or a usage error. */
static int take_models(cli_models *out, const char *command, const arguments *a)
{
    static const char *const usual[] = { "mnist-bigan", "mnist-vae", "image-alad",
                                         "nearest", "pca" };
    CLI_CHECK(models_take(out, command, a->models, models_images));
    for (size_t m = 0; m < out->n; m++)
        if (!models_recipe(out->name[m], a->recipe))
            return message_usage(command, "%s has no recipe %s: leave it out of --models",
                                 out->name[m], a->recipe);
    for (size_t i = 0; !a->models && i < sizeof usual / sizeof *usual; i++)
        if (models_recipe(usual[i], a->recipe))
            models_add(out, usual[i]);
    return -1;
}

int figure1_command(int argc, char **argv)
{
    arguments a = { .recipe = "sound",
                    .digits = "0,1,2,3,4,5,6,7,8,9",
                    .seeds = 3,
                    .how = { .size = sizeof(egad_detector_options) } };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "DIR", "the folder with the four files of MNIST",
          1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "FOLDER",
          "the folder for models, results and the table", 1, 0 },
        { "digits", 0, CLI_LIST, &a.digits, "D[,D...]",
          "the anomalous digits (default: all ten)", 0, 0 },
        { "models", 0, CLI_LIST, &a.models, "NAME[,NAME...]",
          "which models, see 'egad models' (default:\n"
          "mnist-bigan,mnist-vae,image-alad,nearest,pca, of which those\n"
          "that have the recipe)",
          0, 0 },
        { "seeds", 0, CLI_COUNT, &a.seeds, "N", "number of seeds, 1 to N (default 3)", 0,
          0 },
        { "recipe", 0, CLI_CHOICE, &a.recipe, CLI_RECIPES,
          "as for 'egad train'; release also uses the split of the\n"
          "released code (default sound)",
          0, 0 },
        CLI_EPOCHS_OPTION(a.how, "images"),
        CLI_BATCH_OPTION(a.how, "images"),
        { "every-epoch", 0, CLI_FLAG, &a.every_epoch, NULL,
          "also evaluate at the end of every epoch: AUPRC and losses by\n"
          "epoch",
          0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "reproduce figure1",
        .summary = "Train and evaluate detectors on MNIST with each digit in turn as the "
                   "anomaly, and\n"
                   "print AUPRC beside published results.",
        .options = options,
        .notes =
            "FOLDER/RECIPE-MODEL-D-SEED.h5 is the model of digit D, saved during "
            "training; the\n"
            ".json of the same name has its results, with the losses of each epoch.  "
            "The table\n"
            "is in figure1.md and figure1.json.  Ctrl-C stops after the current "
            "iteration and\n"
            "saves.  The same command continues the work, also after a crash, with the "
            "same\n"
            "result as without interruption, and does not repeat what is done.\n"
            "\n"
            "image-alad takes images whose sides are divisible by 8: those of MNIST are\n"
            "padded with black to 32 x 32.\n",
        .example =
            "egad reproduce figure1 --data mnist -o figure1 --digits 0,1 --seeds 1",
    };
    cli_models models;
    CLI_CHECK(options_parse(&command, argc, argv));
    if (!are_digits(a.digits))
        return message_usage(
            command.name,
            "--digits must be digits separated by commas, each once, not '%s'", a.digits);
    a.how.recipe = a.recipe;
    CLI_CHECK(take_models(&models, command.name, &a));
    return reproduce(&a, &models);
}
