/* egad data import: make a data file of a file in another format.  Tables are here,
 * images in images.c. */
#include "commands.h"
#include "rows/dataset.h"

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
          "the published split, or one by --seed (default fixed)", 0, 0 },
        { "seed", 0, CLI_SEED, &seed, "S", "seed of the random split (default 0)", 0, 0 },
        { "anomalous", 0, CLI_CHOICE, &anomalous, "normal|attacks",
          "which traffic is the anomaly (default normal, as in the\n"
          "paper)",
          0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data import kdd99",
        .summary = "Import KDD Cup 1999 data, kddcup.data_10_percent or its .gz, by the\n"
                   "protocol of the paper: 121 features, half of the rows train, with\n"
                   "the anomalies taken out of them.",
        .operand = "FILE",
        .operand_at = &path,
        .options = options,
        .notes = "The file: http://kdd.ics.uci.edu/databases/kddcup99/\n",
        .example = "egad data import kdd99 kddcup.data_10_percent.gz -o kdd99.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    int random = !strcmp(split, "random");
    if (options_given(options, "seed") && !random)
        return message_usage(command.name, "--seed is for --split random");
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ path, NULL }));
    egad_kdd_options how = { .split = random ? EGAD_SPLIT_RANDOM : EGAD_SPLIT_FIXED,
                             .seed = seed,
                             .attacks_anomalous = !strcmp(anomalous, "attacks") };
    egad_dataset *data;
    if (egad_kdd_import(&data, path, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

/* What is wrong with a combination of options, or -1. */
static int check_csv(const char *name, const egad_csv_options *how, int fraction,
                     int seed)
{
    if (how->split_column && (fraction || seed))
        return message_usage(name, "--split-column excludes --test-fraction and --seed");
    return dataset_labels(name, how);
}

/* The delimiter that `text` means: a character or "tab"; -1 if none. */
static int parse_delimiter(const char *text)
{
    if (!text)
        return 0;
    if (!strcmp(text, "tab") || !strcmp(text, "\\t"))
        return '\t';
    return strlen(text) == 1 ? text[0] : -1;
}

static void warn_of_numbers(const egad_csv_doubt *d)
{
    const size_t numbers = d->numbers + d->commas;
    message_warning(
        "column '%s' is taken as %s categor%s, though %s of its %s value%s %s%s: "
        "the first that is none%s is '%.40s', line %zu%s; --numeric '%s' refuses it",
        d->column, text_count(d->categories).text, d->categories == 1 ? "y" : "ies",
        text_count(numbers).text, text_count(d->values).text, d->values == 1 ? "" : "s",
        numbers == 1 ? "is a number" : "are numbers",
        d->commas ? " once a decimal comma is a point" : "",
        d->commas ? " as it stands" : "", d->odd, d->line,
        d->commas ? ": write them with a decimal point" : d->cure, d->column);
}

static void warn_of_column(void *context, const egad_csv_doubt *d)
{
    (void)context;
    if (d->mixed) {
        warn_of_numbers(d);
    } else if (d->odd) {
        message_warning(
            "column '%s' is taken as %s categor%s, though most are nearly numbers, such "
            "as '%.40s'%s, and the column is taken as numbers; --drop '%s' leaves it out",
            d->column, text_count(d->categories).text, d->categories == 1 ? "y" : "ies",
            d->odd, d->cure, d->column);
    } else {
        message_warning(
            "column '%s' has %s different %s, each a feature of its own: if that "
            "is no kind, --drop '%s' leaves it out",
            d->column, text_count(d->categories).text,
            2 * d->dates > d->categories ? "dates or times" : "texts", d->column);
    }
}

/* A table without a header has lost its first row to the names. */
static void warn_of_names(const egad_dataset *data, const char *path)
{
    for (size_t i = 0; i < data->schema.n; i++) {
        const char *name = data->schema.column[i].name;
        if (!text_is_number(name))
            continue;
        message_warning(
            "a column of '%s' is called '%s': if its first line is a row of data, "
            "put one of names before it",
            path, name);
        return;
    }
}

static int import_csv(int argc, char **argv)
{
    const char *path = NULL, *delimiter = NULL;
    cli_import to = { 0 };
    egad_csv_options how = { .doubt = warn_of_column };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &to.out, "OUT.h5",
          "the data file to write (default: flows.h5 for\n"
          "flows.csv or flows.csv.gz, in this folder)",
          0, 0 },
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "label", 0, CLI_TEXT, &how.label, "COLUMN",
          "the column of labels (default: none, all rows train)", 0, 0 },
        CLI_KIND_OPTIONS(how),
        { "numeric", 0, CLI_LIST, &how.numeric, "COLS", "columns to take as numbers", 0,
          0 },
        { "categorical", 0, CLI_LIST, &how.categorical, "COLS",
          "columns to take as categories", 0, 0 },
        { "drop", 0, CLI_LIST, &how.drop, "COLS", "columns to leave out", 0, 0 },
        { "split-column", 0, CLI_TEXT, &how.split_column, "C",
          "the column that says train or test", 0, 0 },
        { "test-fraction", 0, CLI_SHARE, &how.test_fraction, "F",
          "share of the normal rows that test (default 0.5)", 0, 0 },
        { "seed", 0, CLI_SEED, &how.seed, "S", "seed of that split (default 0)", 0, 0 },
        { "missing", 0, CLI_CHOICE, &how.missing, "fail|drop|mean",
          "if a value is missing: fail, drop the row, or fill in\n"
          "the mean, also in rows to be scored (default fail)",
          0, 0 },
        { "delimiter", 0, CLI_TEXT, &delimiter, "C",
          "one character or tab (default: found from the first line)", 0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data import csv",
        .summary = "Import a CSV file with a header line, plain or .gz.  A column is\n"
                   "numeric if all its values are numbers, else it is categorical.",
        .operand = "FILE",
        .operand_at = &path,
        .options = options,
        .notes =
            "With --label goes one of --normal and --anomalous.  Anomalies never\n"
            "train: all of them go to the test rows, but with --split-column those\n"
            "among the rows to train on are left out.  Without --label every column\n"
            "is a feature, also one that holds labels.  COLS are names separated by\n"
            "commas.\n\n"
            "Each category is a feature; a column has 1,000 of them at most.  A value "
            "is\n"
            "missing where its field is empty, among numbers also where it is NA, N/A,\n"
            "null, ?, nan or inf.\n",
        .example =
            "egad data import csv flows.csv --label kind --normal benign -o flows.h5\n"
            "  egad data import csv flows.csv --label kind --anomalous scan --drop id "
            "--missing mean",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    CLI_CHECK(check_csv(command.name, &how, options_given(options, "test-fraction"),
                        options_given(options, "seed")));
    int character = parse_delimiter(delimiter);
    if (character < 0)
        return message_usage(command.name, "--delimiter wants one character, not '%s'",
                             delimiter);
    how.delimiter = (char)character;
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ path, NULL }));
    egad_dataset *data;
    if (egad_csv_import(&data, path, &how) != EGAD_OK)
        return message_fail();
    warn_of_names(data, path);
    return dataset_finish(&to, data);
}

/* ---- The words after `egad data import` ---------------------------------- */

const char import_examples[] =
    "  egad data import csv flows.csv --label kind --normal benign --drop id,time "
    "--missing mean\n"
    "  egad data import kdd99 kddcup.data_10_percent.gz -o kdd99.h5\n"
    "  egad data import mnist mnist --anomalous 9 -o mnist-9.h5\n";

static const cli_entry formats[] = {
    { "kdd99", import_kdd99, NULL, "KDD Cup 1999, by the protocol of the paper" },
    { "csv", import_csv, NULL, "any table with a header line" },
    { "mnist", images_mnist, NULL, "MNIST, by the protocol of the paper" },
    { "idx", images_idx, NULL, "images or rows in an IDX file" },
    { "npy", images_npy, NULL, "images or rows in a NumPy array" },
    { "images", images_png, NULL, "folders of PNG files" },
    { 0 },
};

const cli_group import_group = { "data import", "make a data file", "FORMAT", formats,
                                 import_examples };
