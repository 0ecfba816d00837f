/* egad data import: converts files of other formats to data files.  Tables are here,
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

/* The delimiter given by `text`: a character or "tab"; -1: neither. */
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
        "column '%s' is read as %s categor%s, though %s of its %s value%s %s%s: the "
        "first other value%s is '%.40s', line %zu%s; --numeric '%s' makes it an error",
        d->column, text_count(d->categories).text, d->categories == 1 ? "y" : "ies",
        text_count(numbers).text, text_count(d->values).text, d->values == 1 ? "" : "s",
        numbers == 1 ? "is a number" : "are numbers",
        d->commas ? " if a decimal comma is read as a point" : "",
        d->commas ? " without that" : "", d->example, d->line,
        d->commas ? ": write them with a decimal point" : d->cure, d->column);
}

static void warn_of_column(void *context, const egad_csv_doubt *d)
{
    (void)context;
    if (d->mixed) {
        warn_of_numbers(d);
    } else if (d->example) {
        message_warning("column '%s' is read as %s categor%s, though most are nearly "
                        "numbers, such as '%.40s'%s, and the column is read as numbers; "
                        "or leave it out with --drop '%s'",
                        d->column, text_count(d->categories).text,
                        d->categories == 1 ? "y" : "ies", d->example, d->cure, d->column);
    } else {
        message_warning(
            "column '%s' has %s different %s, each of which becomes a feature: if they "
            "are not categories, leave it out with --drop '%s'",
            d->column, text_count(d->categories).text,
            2 * d->dates > d->categories ? "dates or times" : "texts", d->column);
    }
}

/* Without a header, the first row was taken for column names. */
static void warn_of_names(const egad_dataset *data, const char *path)
{
    for (size_t i = 0; i < data->schema.n; i++) {
        const char *name = data->schema.column[i].name;
        if (!text_is_number(name))
            continue;
        message_warning("a column of '%s' is named '%s': if the first line is data, add "
                        "a header line before it",
                        path, name);
        return;
    }
}

static int import_csv(int argc, char **argv)
{
    const char *path = NULL, *delimiter = NULL;
    cli_import to = { 0 };
    egad_csv_options how = { .size = sizeof(egad_csv_options), .doubt = warn_of_column };
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
        { "numeric", 0, CLI_LIST, &how.numeric, "COLS", "columns to read as numbers", 0,
          0 },
        { "categorical", 0, CLI_LIST, &how.categorical, "COLS",
          "columns to read as categories", 0, 0 },
        { "drop", 0, CLI_LIST, &how.drop, "COLS", "columns to leave out", 0, 0 },
        { "split-column", 0, CLI_TEXT, &how.split_column, "C",
          "the column that says train or test", 0, 0 },
        { "test-fraction", 0, CLI_SHARE, &how.test_fraction, "F",
          "share of normal rows in the test set (default 0.5)", 0, 0 },
        { "seed", 0, CLI_SEED, &how.seed, "S", "seed of that split (default 0)", 0, 0 },
        { "missing", 0, CLI_CHOICE, &how.missing, "fail|drop|mean",
          "what to do with missing values: fail, drop the row, or\n"
          "impute the mean, also when scoring (default fail)",
          0, 0 },
        { "delimiter", 0, CLI_TEXT, &delimiter, "C",
          "one character or tab (default: detected from the first line)", 0, 0 },
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
            "--label needs --normal or --anomalous.  Anomalies are never training rows:\n"
            "all of them become test rows; but with --split-column, anomalies in the\n"
            "training part are left out.  Without --label every column is a feature, "
            "even\n"
            "one that holds labels.  COLS are names separated by commas.\n"
            "\n"
            "Each category becomes a feature; a column may have at most 1,000.  A value\n"
            "is missing if its field is empty; in a numeric column also if it is NA, "
            "N/A,\n"
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
        return message_usage(command.name,
                             "--delimiter must be one character or tab, not '%s'",
                             delimiter);
    how.delimiter = (char)character;
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ path, NULL }));
    egad_dataset *data;
    if (egad_csv_import(&data, path, &how) != EGAD_OK)
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
    { "csv", import_csv, NULL, "any table with a header line" },
    { "mnist", images_mnist, NULL, "MNIST by the protocol of the paper" },
    { "idx", images_idx, NULL, "images or rows in an IDX file" },
    { "npy", images_npy, NULL, "images or rows in a NumPy array" },
    { "images", images_png, NULL, "folders of PNG files" },
    { 0 },
};

const cli_group import_group = { "data import", "convert a file to a data file (HDF5)",
                                 "FORMAT", formats, import_examples };
