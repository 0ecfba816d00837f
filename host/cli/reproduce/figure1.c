/* egad reproduce figure1: MNIST with each digit in turn as the anomaly, over several
 * seeds, beside published results on the same rows.  The table is in figure1_text.c. */
#include "figure1.h"
#include "reproduce.h"
#include "rows/open.h"
#include "rows/training.h"
#include "shell/output.h"

#include <string.h>

typedef struct {
    const char *data, *out, *recipe, *device, *digits;
    int seeds, every_epoch;
    egad_detector_options how;
} arguments;

typedef struct {
    const arguments *a;
    egad_device *device;
    cli_figure1 table;
} figure;

/* ---- Running ------------------------------------------------------------- */

static int finish_digit(void *context, int part)
{
    figure *f = context;
    cli_figure1_part *p = &f->table.part[part];
    const arguments *a = f->a;
    const char digit[] = { (char)('0' + p->digit), 0 };
    egad_dataset *data = NULL;
    cli_rows rows = { 0 };
    char about[32];
    int code = CLI_DONE;
    CLI_TRY(egad_mnist_import(&data, a->data,
                              &EGAD_SIZED(egad_mnist_options, .anomalous = digit,
                                          .leak = !strcmp(a->recipe, "release"))));
    f->table.published = !strncmp(data->protocol, "mnist-", 6);
    snprintf(f->table.source, sizeof f->table.source, "%s, SHA-256 %.64s",
             f->table.published ? "MNIST" : "not the published MNIST files",
             data->sha256);
    CLI_DO(rows_select(&rows, data, "test", a->data));
    p->chance = (double)rows_anomalies(&rows) / (double)rows.n;
    CLI_TRY(egad_dataset_copies(data, &p->copies, &p->copies_of));
    snprintf(p->name, sizeof p->name, "%.16s-%d", a->recipe, p->digit);
    snprintf(about, sizeof about, "digit %d", p->digit);
    code = runs_finish(&p->runs,
                       &(cli_run){ .folder = a->out,
                                   .name = p->name,
                                   .about = about,
                                   .device = f->device,
                                   .data = data,
                                   .rows = &rows,
                                   .how = a->how,
                                   .scoring = EGAD_SCORING(NULL, EGAD_ALPHA),
                                   .shown = CLI_AUPRC,
                                   .every_epoch = a->every_epoch },
                       a->seeds);
    f->table.parts += p->runs.done == a->seeds;
done:
    rows_free(&rows);
    egad_dataset_free(data);
    return code;
}

static int write_table(const void *context)
{
    return figure1_write(&((const figure *)context)->table);
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

static int reproduce(const arguments *a)
{
    figure f = { .a = a,
                 .table = { .folder = a->out,
                            .model = a->how.model,
                            .recipe = a->recipe,
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
        runs_free(&table->part[i].runs);
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

int figure1_command(int argc, char **argv)
{
    arguments a = { .recipe = "sound",
                    .digits = "0,1,2,3,4,5,6,7,8,9",
                    .seeds = 3,
                    .how = { .size = sizeof(egad_detector_options),
                             .model = "mnist-bigan" } };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "DIR", "the folder with the four files of MNIST",
          1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "FOLDER",
          "the folder for models, results and the table", 1, 0 },
        { "digits", 0, CLI_LIST, &a.digits, "D[,D...]",
          "the anomalous digits (default: all ten)", 0, 0 },
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
        .summary =
            "Train and evaluate mnist-bigan on MNIST with each digit in turn as the\n"
            "anomaly, and print AUPRC beside published results.",
        .options = options,
        .notes =
            "FOLDER/RECIPE-D-SEED.h5 is the model of digit D, saved during training; "
            "the\n"
            ".json of the same name has its results, with the losses of each epoch.  "
            "The\n"
            "table is in figure1.md and figure1.json.  Ctrl-C stops after the current\n"
            "iteration and saves.  The same command continues the work, also after a\n"
            "crash, with the same result as without interruption, and does not repeat\n"
            "what is done.\n",
        .example =
            "egad reproduce figure1 --data mnist -o figure1 --digits 0,1 --seeds 1",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (!are_digits(a.digits))
        return message_usage(
            command.name,
            "--digits must be digits separated by commas, each once, not '%s'", a.digits);
    a.how.recipe = a.recipe;
    return reproduce(&a);
}
