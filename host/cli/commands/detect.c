/* egad detect: from a table to its flagged rows and a report.  It runs other commands,
 * one after another, on files in one folder, which stay for later use. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/open.h"
#include "rows/training.h"
#include "shell/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WORDS = 64, SHOWN = 5 }; /* words of a command; rows printed */

typedef struct {
    const char *table, *out, *model, *device, *contamination;
    const char *label, *normal, *anomalous, *id, *drop, *keep, *numeric, *categorical;
    const char *date, *date_order, *missing, *na, *header, *skip, *separator, *decimal,
        *thousands;
    double false_alarms;
    uint64_t seed;
    int epochs, force;
} arguments;

/* The command line of one of the commands. */
typedef struct {
    int n;
    char *word[WORDS + 1];
} words;

static void add(words *w, const char *word)
{
    if (w->n < WORDS)
        w->word[w->n++] = (char *)word;
}

/* An option, if it has a value. */
static void add_option(words *w, const char *name, const char *value)
{
    if (!value)
        return;
    add(w, name);
    add(w, value);
}

/* ---- The commands ----------------------------------------------------------- */

typedef struct {
    cli_path folder, data, model, scores, report;
} files;

static int import_table(const arguments *a, const files *f)
{
    words w = { 0 };
    add(&w, "csv");
    add(&w, a->table);
    add_option(&w, "--output", f->data.text);
    add(&w, "--force");
    add_option(&w, "--label", a->label);
    add_option(&w, "--normal", a->normal);
    add_option(&w, "--anomalous", a->anomalous);
    add_option(&w, "--id", a->id);
    add_option(&w, "--drop", a->drop);
    add_option(&w, "--keep", a->keep);
    add_option(&w, "--numeric", a->numeric);
    add_option(&w, "--categorical", a->categorical);
    add_option(&w, "--date", a->date);
    add_option(&w, "--date-order", a->date_order);
    add_option(&w, "--missing", a->missing);
    add_option(&w, "--na", a->na);
    add_option(&w, "--header", a->header);
    add_option(&w, "--skip", a->skip);
    add_option(&w, "--separator", a->separator);
    add_option(&w, "--decimal", a->decimal);
    add_option(&w, "--thousands", a->thousands);
    return import_csv(w.n, w.word);
}

/* Rows without labels hold the anomalies that are looked for. */
static const char *contamination(const arguments *a)
{
    return a->contamination ? a->contamination : a->label ? "none" : "auto";
}

static int train(const arguments *a, const files *f)
{
    words w = { 0 };
    char seed[32], epochs[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)a->seed);
    snprintf(epochs, sizeof epochs, "%d", a->epochs);
    add(&w, "train");
    add_option(&w, "--model", a->model);
    add_option(&w, "--data", f->data.text);
    add_option(&w, "--output", f->model.text);
    add(&w, "--force");
    if (!message_terminal())
        add(&w, "--quiet"); /* else a line for every epoch */
    add_option(&w, "--seed", a->seed ? seed : NULL);
    add_option(&w, "--epochs", a->epochs ? epochs : NULL);
    add_option(&w, "--contamination", contamination(a));
    add_option(&w, "--device", a->device);
    return train_command(w.n, w.word);
}

/* A command that scores the rows. */
static words begin_scoring(const arguments *a, const files *f, const char *name,
                           char *rate, size_t size)
{
    words w = { 0 };
    snprintf(rate, size, "%.17g", a->false_alarms);
    add(&w, name);
    add(&w, f->model.text);
    add_option(&w, "--data", f->data.text);
    add_option(&w, "--false-alarms", a->false_alarms > 0 ? rate : NULL);
    if (!a->label) /* the rows have trained it */
        add(&w, "--left-out");
    add_option(&w, "--device", a->device);
    return w;
}

static int score(const arguments *a, const files *f)
{
    char rate[40];
    words w = begin_scoring(a, f, "score", rate, sizeof rate);
    add_option(&w, "--output", f->scores.text);
    add(&w, "--force");
    add(&w, "--with-input");
    add(&w, "--sort");
    return score_command(w.n, w.word);
}

static int report(const arguments *a, const files *f)
{
    char rate[40];
    words w = begin_scoring(a, f, "report", rate, sizeof rate);
    add_option(&w, "--output", f->folder.text);
    return report_command(w.n, w.word);
}

/* ---- What is said ------------------------------------------------------------ */

/* The first lines of the scores: the names, and the rows with the highest scores. */
static int print_first(const files *f)
{
    char *line = NULL;
    size_t room = 0;
    FILE *in = fopen(f->scores.text, "r");
    if (!in)
        return message_error("cannot read '%s'", f->scores.text);
    puts("the highest scores:");
    for (int i = 0; i <= SHOWN && getline(&line, &room, in) >= 0; i++) {
        text_mend(line, 0);
        printf("  %s", line);
    }
    free(line);
    fclose(in);
    return CLI_DONE;
}

static int detect(const arguments *a, const files *f)
{
    egad_device *device = NULL;
    int code = CLI_DONE;
    CLI_TRY(open_device(&device, a->device)); /* before anything is written */
    egad_device_free(device);
    CLI_DO(output_folder(f->folder.text));
    CLI_DO(import_table(a, f));
    if (!a->label)
        fprintf(stderr,
                "no --label: the detector is trained on the rows that it then scores%s\n",
                strcmp(contamination(a), "none") ? ", without those that are least usual"
                                                 : ", so anomalies must be few");
    CLI_DO(train(a, f));
    CLI_DO(score(a, f));
    CLI_DO(print_first(f));
    CLI_DO(report(a, f));
    printf("to score further rows: egad score");
    text_word(stdout, f->model.text);
    puts(" --data FILE");
done:
    return code;
}

/* ---- The command line ---------------------------------------------------------- */

static int check(const cli_command *command, const arguments *a)
{
    const egad_csv_options labels = { .label = a->label,
                                      .normal = a->normal,
                                      .anomalous = a->anomalous };
    if (rows_are_pictures(a->table) || output_is_hdf5(a->table))
        return message_usage(command->name,
                             "'%s' is no table: import images with 'egad data import', "
                             "then use 'egad train', 'score' and 'report'",
                             a->table);
    CLI_CHECK(open_named(command->name, a->model));
    if (!egad_detector_tables(a->model))
        return message_usage(command->name, "%s is for images: choose another --model",
                             a->model);
    double share;
    CLI_CHECK(training_contamination(command->name, contamination(a), &share));
    return dataset_labels(command->name, &labels);
}

/* Where everything goes. */
static int place(const cli_command *command, const arguments *a, files *f)
{
    const cli_stem stem = dataset_stem(a->table);
    struct stat about;
    if (!a->out && !*stem.text)
        return message_usage(
            command->name, "-o DIR is missing, and '%s' gives no name for it", a->table);
    if (a->out)
        snprintf(f->folder.text, sizeof f->folder.text, "%s", a->out);
    else
        snprintf(f->folder.text, sizeof f->folder.text, "%s-anomalies", stem.text);
    f->data = output_join(f->folder.text, "data.h5");
    f->model = output_join(f->folder.text, "model.h5");
    f->scores = output_join(f->folder.text, "scores.csv");
    f->report = output_join(f->folder.text, "report.html");
    const cli_path *const written[] = { &f->data, &f->model, &f->scores, &f->report };
    for (size_t i = 0; i < sizeof written / sizeof *written && !a->force; i++)
        if (stat(written[i]->text, &about) == 0)
            return message_error("'%s' exists: choose another folder with -o, or replace "
                                 "it with --force",
                                 written[i]->text);
    return -1;
}

int detect_command(int argc, char **argv)
{
    static const char as_import[] = "as in 'egad data import csv'";
    arguments a = { .model = "kdd-bigan", .missing = "mean" };
    files f;
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &a.out, "DIR",
          "the folder of results (default: flows-anomalies for flows.csv)", 0, 0 },
        { "force", 0, CLI_FLAG, &a.force, NULL, "replace results that are in it", 0, 0 },
        { "label", 0, CLI_TEXT, &a.label, "COLUMN",
          "the column of labels: only normal rows train, and the scores\n"
          "of other rows are evaluated",
          0, 0 },
        CLI_KIND_OPTIONS(a),
        { "id", 0, CLI_TEXT, &a.id, "COLUMN",
          "the column that identifies rows: shown, never a feature", 0, 0 },
        { "drop", 0, CLI_VALUES, &a.drop, "COLS", "columns to leave out", 0, 0 },
        { "keep", 0, CLI_VALUES, &a.keep, "COLS", "columns to read (default: all)", 0,
          0 },
        { "missing", 0, CLI_CHOICE, &a.missing, "fail|drop|mean",
          "what to do with missing values (default mean)", 0, 0 },
        { "false-alarms", 0, CLI_SHARE, &a.false_alarms, "RATE",
          "share of normal rows that are flagged (default 0.01)", 0, 0 },
        { "model", 0, CLI_TEXT, &a.model, "NAME",
          "the kind of detector, see 'egad models' (default kdd-bigan)", 0, 0 },
        CLI_CONTAMINATION_OPTION(a.contamination, "auto without\n--label, else none"),
        { "epochs", 0, CLI_COUNT, &a.epochs, "N",
          "passes over the training rows (default: the recipe's)", 0, 0 },
        { "seed", 0, CLI_SEED, &a.seed, "S", "seed of the training (default 0)", 0, 0 },
        { "numeric", 0, CLI_VALUES, &a.numeric, "COLS", as_import, 0, 0 },
        { "categorical", 0, CLI_VALUES, &a.categorical, "COLS", as_import, 0, 0 },
        { "date", 0, CLI_VALUES, &a.date, "COLS", as_import, 0, 0 },
        { "date-order", 0, CLI_CHOICE, &a.date_order, "day|month", as_import, 0, 0 },
        { "na", 0, CLI_VALUES, &a.na, "WORDS", as_import, 0, 0 },
        { "header", 0, CLI_TEXT, &a.header, "NAMES", as_import, 0, 0 },
        { "skip", 0, CLI_TEXT, &a.skip, "N", as_import, 0, 0 },
        { "separator", 0, CLI_TEXT, &a.separator, "C", as_import, 0, 0 },
        { "decimal", 0, CLI_TEXT, &a.decimal, "C", as_import, 0, 0 },
        { "thousands", 0, CLI_TEXT, &a.thousands, "C", as_import, 0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "detect",
        .summary =
            "Find the anomalies of a table: import it, train a detector, score the\n"
            "rows, and write a report.",
        .operand = "FILE",
        .operand_at = &a.table,
        .options = options,
        .notes =
            "The folder of results has four files:\n"
            "\n"
            "  scores.csv   the rows with the columns of the table and of 'egad score',\n"
            "               the highest scores first; flagged is 1 for anomalies\n"
            "  report.html  the report, with explanations of the most anomalous rows\n"
            "  model.h5     the detector; 'egad score DIR/model.h5' scores further rows\n"
            "  data.h5      the table as it was imported\n"
            "\n"
            "Without --label all rows but the least usual train, and all are scored, "
            "each "
            "as\n"
            "if it had not trained; --false-alarms is then the share of all rows that "
            "is\n"
            "flagged.  With --label, which needs --normal or --anomalous, half of the "
            "normal\n"
            "rows train, and the others and all anomalies are scored.  It is the same "
            "as\n"
            "'egad data import csv', 'train', 'score' and 'report', which have more "
            "options.\n",
        .example = "egad detect flows.csv --id flow --drop time\n"
                   "  egad detect flows.csv --label kind --normal benign -o found",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    CLI_CHECK(check(&command, &a));
    CLI_CHECK(place(&command, &a, &f));
    return detect(&a, &f);
}
