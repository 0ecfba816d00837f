/* egad data import: converts files of other formats to data files.  Tables are here,
 * images in images.c. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/json_lines.h"

#include <stdlib.h>
#include <string.h>

static int import_kdd99(int argc, char **argv)
{
    const char *path = NULL, *split = "fixed", *anomalous = "normal";
    uint64_t seed = 0;
    cli_import to = { .usual = "kdd99.h5" };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &to.out, "OUT.h5",
          "the data file to write (default kdd99.h5)", 0, 0 },
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "split", 0, CLI_CHOICE, &split, "fixed|random",
          "the published split, or a random one by --seed (default\n"
          "fixed)",
          0, 0 },
        { "seed", 0, CLI_SEED, &seed, "S", "seed of the random split (default 0)", 0, 0 },
        { "anomalous", 0, CLI_CHOICE, &anomalous, "normal|attacks",
          "which traffic is anomalous (default normal, as in the paper)", 0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data import kdd99",
        .summary =
            "Import KDD Cup 1999, kddcup.data_10_percent or its .gz, by the protocol\n"
            "of the paper: 121 features; half of the rows, without their anomalies,\n"
            "are training rows.",
        .operand = "FILE",
        .operand_at = &path,
        .options = options,
        .notes = "The file is at http://kdd.ics.uci.edu/databases/kddcup99/\n",
        .example = "egad data import kdd99 kddcup.data_10_percent.gz -o kdd99.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    int random = !strcmp(split, "random");
    if (options_given(options, "seed") && !random)
        return message_usage(command.name, "--seed needs --split random");
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ path, NULL }));
    egad_kdd_options how = { .size = sizeof(egad_kdd_options),
                             .split = random ? EGAD_SPLIT_RANDOM : EGAD_SPLIT_FIXED,
                             .seed = seed,
                             .attacks_anomalous = !strcmp(anomalous, "attacks") };
    egad_dataset *data;
    if (egad_kdd_import(&data, path, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

/* A usage error if options contradict each other, else -1. */
static int check_csv(const char *name, const egad_csv_options *how, int fraction,
                     int seed)
{
    if (how->split_column && (fraction || seed))
        return message_usage(
            name, "--split-column cannot be combined with --test-fraction or --seed");
    return dataset_labels(name, how);
}

/* Marks as they are typed: a character, or one of these words. */
typedef struct {
    const char *name;
    const char *text; /* from the command line, or NULL */
    const char * or ; /* the words that are possible, for messages */
    char *out;
} csv_mark;

/* -1 if the mark is a character or a word, else the usage error. */
static int parse_mark(const char *command, const csv_mark *mark)
{
    static const struct {
        const char *word;
        char value;
    } words[] = { { "tab", '\t' },  { "\\t", '\t' },  { "blank", ' ' },
                  { "comma", ',' }, { "point", '.' }, { "semicolon", ';' } };
    if (!mark->text)
        return -1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(mark->text, words[i].word)) {
            *mark->out = words[i].value;
            return -1;
        }
    if (strlen(mark->text) != 1)
        return message_usage(command, "--%s must be one character%s, not '%s'",
                             mark->name, mark->or, mark->text);
    *mark->out = mark->text[0];
    return -1;
}

static void warn_of_numbers(const egad_csv_doubt *d)
{
    const size_t numbers = d->numbers + d->commas;
    char na[100] = "";
    if (d->others == 1)
        snprintf(na, sizeof na, "; --na '%.40s' reads it as a missing value", d->example);
    message_warning(
        "column '%s' is read as %s categor%s, though %s of its %s value%s %s%s: the "
        "%s other value%s is '%.40s', line %zu%s%s; --numeric '%s' makes it an error",
        d->column, text_count(d->categories).text, d->categories == 1 ? "y" : "ies",
        text_count(numbers).text, text_count(d->values).text, d->values == 1 ? "" : "s",
        numbers == 1 ? "is a number" : "are numbers",
        d->commas ? " if a decimal comma is read as a point" : "",
        d->others == 1 ? "only" : "first", d->commas ? " without that" : "", d->example,
        d->line, d->commas ? ": --decimal , reads them" : d->cure, na, d->column);
}

static void warn_of_categories(const egad_csv_doubt *d)
{
    const int dates = 2 * d->dates > d->categories;
    char by_date[100];
    snprintf(by_date, sizeof by_date,
             "--date '%.40s' reads hour, weekday and days instead; or", d->column);
    if (d->example)
        message_warning("column '%s' is read as %s categor%s, though most are nearly "
                        "numbers, such as '%.40s'%s, and the column is read as numbers; "
                        "or leave it out with --drop '%s'",
                        d->column, text_count(d->categories).text,
                        d->categories == 1 ? "y" : "ies", d->example, d->cure, d->column);
    else
        message_warning(
            "column '%s' has %s different %s, each of which becomes a feature: %s "
            "leave it out with --drop '%s'",
            d->column, text_count(d->categories).text, dates ? "dates or times" : "texts",
            dates ? by_date : "if they are not categories,", d->column);
}

/* Numbers that are no feature. */
static void warn_of_kind(const egad_csv_doubt *d, const char *what)
{
    message_warning("column '%s' %s: leave it out with --drop '%s', or with --id '%s', "
                    "which shows it beside scores, or keep it with --numeric '%s'",
                    d->column, what, d->column, d->column, d->column);
}

static void warn_of_column(void *context, const egad_csv_doubt *d)
{
    char what[200];
    (void)context;
    switch (d->why) {
    case EGAD_CSV_COUNTS:
        warn_of_kind(d, "rises or falls from each row to the next, as row numbers and "
                        "times do");
        break;
    case EGAD_CSV_UNIQUE:
        warn_of_kind(d, "has another whole number in every row, as identifiers do");
        break;
    case EGAD_CSV_CODES:
        message_warning("column '%s' is read as numbers, though '%s', line %zu, begins "
                        "with a zero, as codes do: --categorical '%s' reads categories, "
                        "--numeric '%s' keeps the numbers",
                        d->column, d->example, d->line, d->column, d->column);
        break;
    case EGAD_CSV_LARGE:
        snprintf(what, sizeof what,
                 "is read as numbers, though '%s', line %zu, has more digits than a "
                 "number can keep, as identifiers do",
                 d->example, d->line);
        warn_of_kind(d, what);
        break;
    case EGAD_CSV_STAND_IN:
        message_warning(
            "column '%s': %s of its %s numbers are %s, far from all others, as "
            "what stands for missing values is: --na=%s reads it so, --numeric "
            "'%s' keeps the number",
            d->column, text_count(d->numbers).text, text_count(d->values).text,
            d->example, d->example, d->column);
        break;
    default:
        (d->mixed ? warn_of_numbers : warn_of_categories)(d);
    }
}

/* Without a header, the first row was taken for column names. */
static void warn_of_names(const egad_dataset *data, const char *path)
{
    for (size_t i = 0; i < data->schema.n; i++) {
        const char *name = data->schema.column[i].name;
        if (!text_is_number(name))
            continue;
        message_warning("a column of '%s' is named '%s': if the first line is data, "
                        "--header none or --header NAMES reads it so",
                        path, name);
        return;
    }
}

int import_csv(int argc, char **argv)
{
    const char *path = NULL, *separator = NULL, *decimal = NULL, *thousands = NULL;
    const char *order = NULL;
    int skip = 0, window = 0, step = 0;
    cli_import to = { 0 };
    egad_csv_options how = { .size = sizeof(egad_csv_options),
                             .doubt = warn_of_column,
                             .note = dataset_note };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &to.out, "OUT.h5",
          "the data file to write (default: flows.h5 for flows.csv or\n"
          "flows.csv.gz, in this folder)",
          0, 0 },
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "label", 0, CLI_TEXT, &how.label, "COLUMN",
          "the column of labels (default: none, every row is a training\n"
          "row)",
          0, 0 },
        CLI_KIND_OPTIONS(how),
        { "id", 0, CLI_TEXT, &how.id, "COLUMN",
          "the column that identifies rows: kept beside them, never a\n"
          "feature",
          0, 0 },
        { "numeric", 0, CLI_VALUES, &how.numeric, "COLS", "columns to read as numbers", 0,
          0 },
        { "categorical", 0, CLI_VALUES, &how.categorical, "COLS",
          "columns to read as categories", 0, 0 },
        { "drop", 0, CLI_VALUES, &how.drop, "COLS", "columns to leave out", 0, 0 },
        { "keep", 0, CLI_VALUES, &how.keep, "COLS",
          "columns to read, beside label, id and split (default: all)", 0, 0 },
        { "split-column", 0, CLI_TEXT, &how.split_column, "C",
          "the column that says train or test", 0, 0 },
        { "test-fraction", 0, CLI_SHARE, &how.test_fraction, "F",
          "share of normal rows in the test set (default 0.5)", 0, 0 },
        { "seed", 0, CLI_SEED, &how.seed, "S", "seed of that split (default 0)", 0, 0 },
        { "missing", 0, CLI_CHOICE, &how.missing, "fail|drop|mean",
          "what to do with missing values: fail, drop the row, or\n"
          "impute the mean, also when scoring (default fail)",
          0, 0 },
        { "na", 0, CLI_VALUES, &how.na, "WORDS",
          "more texts that stand for a missing value, such as nil or -", 0, 0 },
        { "date", 0, CLI_VALUES, &how.date, "COLS",
          "columns of dates or times, to read as hour, weekday and days\n"
          "since the first row",
          0, 0 },
        { "date-order", 0, CLI_CHOICE, &order, "day|month",
          "what is first in a date such as 3/7/2018", 0, 0 },
        { "window", 0, CLI_COUNT, &window, "N",
          "for a series: make each row of N successive rows", 0, 0 },
        { "step", 0, CLI_COUNT, &step, "S",
          "rows from one such window to the next (default 1)", 0, 0 },
        { "time", 0, CLI_TEXT, &how.time, "COLUMN",
          "with --window: the column of time, which must not go back; it\n"
          "is no feature",
          0, 0 },
        { "header", 0, CLI_TEXT, &how.header, "NAMES",
          "names of the columns of a file without a header; none: name\n"
          "them column1, column2, ...; first: its first line has them\n"
          "(default: found by looking at the rows)",
          0, 0 },
        { "skip", 0, CLI_COUNT, &skip, "N", "lines to leave out above the header", 0, 0 },
        { "separator", 0, CLI_TEXT, &separator, "C",
          "what separates columns: a character, tab or blank (default:\n"
          "found by looking at the rows)",
          0, 0 },
        { "delimiter", 0, CLI_TEXT, &separator, "C", "the same, by its older name", 0,
          0 },
        { "decimal", 0, CLI_TEXT, &decimal, "C",
          "the decimal mark, a point or a comma (default: a point)", 0, 0 },
        { "thousands", 0, CLI_TEXT, &thousands, "C",
          "what separates thousands, one of , . ' _ or blank (default:\n"
          "nothing)",
          0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data import csv",
        .summary =
            "Import a table of text, plain or .gz: CSV, or separated otherwise, or JSON\n"
            "lines.  A column is numeric if all its values are numbers, else it is\n"
            "categorical.",
        .operand = "FILE",
        .operand_at = &path,
        .options = options,
        .notes =
            "--label needs --normal or --anomalous.  Anomalies are never training rows:\n"
            "all of them become test rows; but with --split-column, anomalies in the\n"
            "training part are left out.  Without --label every column is a feature, "
            "even\n"
            "one that holds labels.\n"
            "\n"
            "COLS, V, NAMES and WORDS are separated by commas.  One that has a comma is\n"
            "quoted as in CSV, or the only one of its option, which may be repeated:\n"
            "--drop 'temp, inside' --drop id.  --normal '' is an empty label.  NAME "
            "means\n"
            "all columns of that name; of two, the second is also called NAME.2.\n"
            "\n"
            "Separator, header and lines above it are found by looking at the first "
            "rows,\n"
            "and what was decided is printed.  Where the rows leave doubt, the import\n"
            "stops and names the option that settles it.  Lines that repeat the header\n"
            "are left out.  A model reads the tables that it scores by the same\n"
            "--decimal, --thousands, --na, --header, --skip and --separator.\n"
            "\n"
            "--date COL makes of a column COL.hour (0 to 24), COL.weekday (Mon to Sun) "
            "and\n"
            "COL.days_since_start; --drop leaves one of them out.  Dates are as in\n"
            "2018-07-03T09:05:30, 3.7.2018, 3-Jul-2018, Jul 3, 2018, by --date-order\n"
            "3/7/2018, with a time, AM or PM and a zone, or seconds or milliseconds "
            "since\n"
            "1970.\n"
            "\n"
            "--window N adds to the columns of each row those of the N - 1 rows before, "
            "as\n"
            "COL[-1] and so on.  When a table is scored, each row gets the score of the\n"
            "window that ends with it; before the first row, rows like it are supposed.\n"
            "\n"
            "Each category becomes a feature; a column may have at most 1,000.  A value\n"
            "is missing if its field is empty; in a numeric column also if it is NA, "
            "N/A,\n"
            "null, ?, nan or inf, and in all columns if it is one of --na.\n",
        .example =
            "egad data import csv flows.csv --label kind --normal benign -o flows.h5\n"
            "  egad data import csv flows.csv --label kind --anomalous scan --drop id "
            "--missing mean",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    CLI_CHECK(check_csv(command.name, &how, options_given(options, "test-fraction"),
                        options_given(options, "seed")));
    const csv_mark marks[] = { { "separator", separator, ", tab or blank",
                                 &how.delimiter },
                               { "decimal", decimal, "", &how.decimal },
                               { "thousands", thousands, " or blank", &how.thousands } };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        CLI_CHECK(parse_mark(command.name, &marks[i]));
    how.skip = (size_t)skip;
    how.date_order = order ? *order : 0;
    how.window = (size_t)window;
    how.step = (size_t)step;
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ path, NULL }));
    egad_dataset *data;
    cli_json_lines lines = { 0 };
    how.object = json_lines_object;
    how.objects = &lines;
    const egad_status status = egad_csv_import(&data, path, &how);
    json_lines_close(&lines);
    if (status != EGAD_OK)
        return message_fail();
    warn_of_names(data, path);
    return dataset_finish(&to, data);
}

/* ---- The group -------------------------------------------------------------- */

const char import_examples[] =
    "  egad data import csv flows.csv --label kind --normal benign --drop id,time "
    "--missing mean\n"
    "  egad data import kdd99 kddcup.data_10_percent.gz -o kdd99.h5\n"
    "  egad data import mnist mnist --anomalous 9 -o mnist-9.h5\n";

static const cli_entry formats[] = {
    { "kdd99", import_kdd99, NULL, "KDD Cup 1999 by the protocol of the paper" },
    { "csv", import_csv, NULL, "a table of text" },
    { "mnist", images_mnist, NULL, "MNIST by the protocol of the paper" },
    { "idx", images_idx, NULL, "images or rows in an IDX file" },
    { "npy", images_npy, NULL, "images or rows in a NumPy array" },
    { "npz", images_npz, NULL, "images or rows in a file of numpy.savez" },
    { "mat", images_mat, NULL, "images or rows in a file of MATLAB" },
    { "images", images_png, NULL, "folders of images" },
    { 0 },
};

const cli_group import_group = { "data import", "convert a file to a data file (HDF5)",
                                 "FORMAT", formats, import_examples };
