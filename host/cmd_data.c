/* egad data: import a data set into an HDF5 data file, and say what one holds. */
#include "cli.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- What a data set holds ---------------------------------------------- */

enum { CLASSES_SHOWN = 30, LINE_WIDTH = 90 };

static size_t row_width(const egad_dataset *data)
{
    return data->shape[0] * data->shape[1] * data->shape[2];
}

static void print_part(const egad_dataset *data, int part, const char *name)
{
    size_t n[2] = { 0, 0 };
    for (size_t i = 0; i < data->rows; i++)
        if (!data->split || data->split[i] == part)
            n[data->y && data->y[i]]++;
    size_t all = n[0] + n[1];
    printf("%-10s %s", name, cli_count(all).text);
    if (!data->y)
        printf(", without labels");
    else if (!n[1])
        printf(" normal");
    else
        printf(": %s normal, %s anomalies (%.3f %%)", cli_count(n[0]).text,
               cli_count(n[1]).text, 100.0 * (double)n[1] / (double)all);
    putchar('\n');
}

/* What importing and `info` both say. */
static void print_summary(const egad_dataset *data)
{
    size_t numeric = 0;
    for (size_t i = 0; i < data->schema.n; i++)
        numeric += data->schema.column[i].categories == 0;
    printf("%-10s %s, from %s\n", "protocol", data->protocol ? data->protocol : "none",
           data->source ? data->source : "a program");
    printf("%-10s %s\n", "SHA-256", data->sha256 ? data->sha256 : "not known");
    printf("%-10s %s", "rows", cli_count(data->rows).text);
    if (data->rows_read > data->rows)
        printf(" kept of %s read", cli_count(data->rows_read).text);
    putchar('\n');
    if (data->schema.n)
        printf("%-10s %zu, of %zu columns: %zu numeric, %zu categorical\n", "features",
               row_width(data), data->schema.n, numeric, data->schema.n - numeric);
    else
        printf("%-10s %zu: %zu x %zu x %zu\n", "features", row_width(data),
               data->shape[0], data->shape[1], data->shape[2]);
    if (data->split) {
        print_part(data, EGAD_TRAIN, "train");
        print_part(data, EGAD_TEST, "test");
    } else {
        print_part(data, EGAD_TRAIN, "no split");
    }
}

typedef struct {
    const char *name;
    size_t rows;
} class_count;

static int by_rows(const void *a, const void *b)
{
    const class_count *p = a, *q = b;
    return (p->rows < q->rows) - (p->rows > q->rows);
}

static int print_classes(const egad_dataset *data)
{
    if (!data->class_of || !data->classes)
        return CLI_DONE;
    class_count *counts = calloc(data->classes, sizeof *counts);
    if (!counts)
        return cli_error("out of memory for %zu classes", data->classes);
    for (size_t c = 0; c < data->classes; c++)
        counts[c].name = data->class_name[c];
    for (size_t i = 0; i < data->rows; i++)
        counts[data->class_of[i]].rows++;
    qsort(counts, data->classes, sizeof *counts, by_rows);
    printf("\nclasses, rows of each\n");
    for (size_t c = 0; c < data->classes && c < CLASSES_SHOWN; c++)
        printf("  %-24s %12s\n", counts[c].name, cli_count(counts[c].rows).text);
    if (data->classes > CLASSES_SHOWN)
        printf("  and %zu more\n", data->classes - CLASSES_SHOWN);
    free(counts);
    return CLI_DONE;
}

static void print_range(const egad_dataset *data, size_t first, size_t features)
{
    float low = FLT_MAX, high = -FLT_MAX;
    for (size_t i = 0; i < data->rows; i++)
        for (size_t k = first; k < first + features; k++) {
            float value = data->x[i * row_width(data) + k];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
    printf("%.7g to %.7g\n", (double)low, (double)high);
}

static void print_categories(const egad_column *column, int used)
{
    used += printf("%zu:", column->categories);
    for (size_t c = 0; c < column->categories; c++) {
        if (used + (int)strlen(column->category[c]) + 6 > LINE_WIDTH) {
            printf(" ...");
            break;
        }
        used += printf("%s %s", c ? "," : "", column->category[c]);
    }
    putchar('\n');
}

static void print_columns(const egad_dataset *data)
{
    if (!data->schema.n) {
        printf("\nvalues     ");
        print_range(data, 0, row_width(data));
        return;
    }
    printf("\ncolumns: range of the numeric ones, number and names of categories\n");
    size_t feature = 0;
    for (size_t i = 0; i < data->schema.n; i++) {
        const egad_column *column = &data->schema.column[i];
        int used = printf("  %-28s  ", column->name);
        if (column->categories)
            print_categories(column, used);
        else
            print_range(data, feature, 1);
        feature += column->categories ? column->categories : 1;
    }
}

static int info(int argc, char **argv)
{
    const char *path = NULL;
    cli_option options[] = { { 0 } };
    const cli_command command = {
        .name = "data info",
        .summary = "Say what a data file holds: rows, labels, classes, columns, source.",
        .operand = "FILE.h5",
        .operand_at = &path,
        .options = options,
        .example = "egad data info kdd99.h5",
    };
    int code = cli_parse(&command, argc, argv);
    if (code >= 0)
        return code;
    egad_dataset *data;
    if (egad_dataset_load(&data, path) != EGAD_OK)
        return cli_fail();
    print_summary(data);
    code = print_classes(data);
    print_columns(data);
    cli_rows_warn(data, path);
    egad_dataset_free(data);
    return code;
}

/* ---- Import ------------------------------------------------------------- */

/* An output that was not named by -o may replace nothing but a data file. */
static int check_default(const char *out)
{
    char *text = NULL;
    if (access(out, F_OK) != 0)
        return CLI_DONE;
    const egad_status status = egad_checkpoint_inspect(out, &text);
    const int ours = status == EGAD_OK && strstr(text, "format: egad-data\n");
    free(text);
    if (ours)
        return CLI_DONE;
    return cli_error("'%s' exists and is no data file: name the output with -o", out);
}

/* CLI_DONE if the output may be written, `named` being 1 where it was given. */
static int check_output(const char *out, const char *in, int named)
{
    int code = cli_output_check(out, (const char *[]){ in, NULL });
    return code == CLI_DONE && !named ? check_default(out) : code;
}

/* Save what was imported, say what it was, free it. */
static int finish_import(egad_dataset *data, const char *out, double start)
{
    int code = CLI_DONE;
    CLI_TRY(egad_dataset_save(data, out));
    print_summary(data);
    printf("%-10s '%s', in %s\n", "written to", out, cli_time(cli_clock() - start).text);
    fflush(stdout);
    if (!data->y)
        fprintf(stderr, "no --label: every column is a feature (%zu)%s\n", data->schema.n,
                data->split ? "" : " and every row trains");
done:
    egad_dataset_free(data);
    return code;
}

static int import_kdd99(int argc, char **argv)
{
    const char *path = NULL, *out = "kdd99.h5", *split = "fixed", *anomalous = "normal";
    uint64_t seed = 0;
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &out, "OUT.h5",
          "the data file to write (default kdd99.h5)", 0, 0 },
        { "split", 0, CLI_CHOICE, &split, "fixed|random",
          "the published split, or one by --seed (default fixed)", 0, 0 },
        { "seed", 0, CLI_SEED, &seed, "S", "seed of the random split (default 0)", 0, 0 },
        { "anomalous", 0, CLI_CHOICE, &anomalous, "normal|attacks",
          "which traffic is the anomaly (default normal, as in the\n                     "
          "       paper)",
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
    int code = cli_parse(&command, argc, argv);
    if (code >= 0)
        return code;
    int random = !strcmp(split, "random");
    if (cli_given(options, "seed") && !random)
        return cli_usage(command.name, "--seed is for --split random");
    if (check_output(out, path, cli_given(options, "output")) != CLI_DONE)
        return CLI_FAILED;
    egad_kdd_options how = { .split = random ? EGAD_SPLIT_RANDOM : EGAD_SPLIT_FIXED,
                             .seed = seed,
                             .attacks_anomalous = !strcmp(anomalous, "attacks") };
    double start = cli_clock();
    egad_dataset *data;
    if (egad_kdd_import(&data, path, &how) != EGAD_OK)
        return cli_fail();
    return finish_import(data, out, start);
}

/* What is wrong with a combination of options, or -1. */
static int check_csv(const char *name, const egad_csv_options *how, int fraction,
                     int seed)
{
    if (how->normal && how->anomalous)
        return cli_usage(name, "--normal and --anomalous exclude each other");
    if (how->label && !how->normal && !how->anomalous)
        return cli_usage(name, "--label wants --normal or --anomalous with it");
    if (!how->label && (how->normal || how->anomalous))
        return cli_usage(name, "--normal and --anomalous want --label with them");
    if (how->split_column && (fraction || seed))
        return cli_usage(name, "--split-column excludes --test-fraction and --seed");
    return -1;
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

/* "flows.h5" of "data/flows.csv.gz"; NULL if nothing comes of it. */
static const char *h5_name(char *name, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t n = strlen(base);
    if (n > 3 && !strcmp(base + n - 3, ".gz"))
        n -= 3;
    for (size_t i = n; i-- > 1;)
        if (base[i] == '.') {
            n = i;
            break;
        }
    if (n == 0 || n + 4 > size || !strcmp(path, "-"))
        return NULL;
    snprintf(name, size, "%.*s.h5", (int)n, base);
    return name;
}

static int import_csv(int argc, char **argv)
{
    const char *path = NULL, *out = NULL, *delimiter = NULL;
    char name[256];
    egad_csv_options how = { 0 };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &out, "OUT.h5",
          "the data file to write (default: flows.h5 for\n                            "
          "flows.csv or flows.csv.gz, in this folder)",
          0, 0 },
        { "label", 0, CLI_TEXT, &how.label, "COLUMN",
          "the column of labels (default: none, all rows train)", 0, 0 },
        { "normal", 0, CLI_TEXT, &how.normal, "V[,V]",
          "its values that are normal; all others are anomalies", 0, 0 },
        { "anomalous", 0, CLI_TEXT, &how.anomalous, "V[,V]",
          "or its values that are anomalies", 0, 0 },
        { "numeric", 0, CLI_TEXT, &how.numeric, "COLS", "columns to take as numbers", 0,
          0 },
        { "categorical", 0, CLI_TEXT, &how.categorical, "COLS",
          "columns to take as categories", 0, 0 },
        { "drop", 0, CLI_TEXT, &how.drop, "COLS", "columns to leave out", 0, 0 },
        { "split-column", 0, CLI_TEXT, &how.split_column, "C",
          "the column that says train or test", 0, 0 },
        { "test-fraction", 0, CLI_SHARE, &how.test_fraction, "F",
          "share of the normal rows that test (default 0.5)", 0, 0 },
        { "seed", 0, CLI_SEED, &how.seed, "S", "seed of that split (default 0)", 0, 0 },
        { "missing", 0, CLI_CHOICE, &how.missing, "fail|drop|mean",
          "if a value is missing: fail, drop the row, or fill in\n                       "
          "     the mean (default fail)",
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
            "commas.\n",
        .example = "egad data import csv flows.csv --label kind --normal benign "
                   "-o flows.h5",
    };
    int code = cli_parse(&command, argc, argv);
    if (code < 0)
        code = check_csv(command.name, &how, cli_given(options, "test-fraction"),
                         cli_given(options, "seed"));
    if (code >= 0)
        return code;
    int character = parse_delimiter(delimiter);
    if (character < 0)
        return cli_usage(command.name, "--delimiter wants one character, not '%s'",
                         delimiter);
    how.delimiter = (char)character;
    if (!out && !(out = h5_name(name, sizeof name, path)))
        return cli_usage(command.name,
                         "-o OUT.h5 is missing: '%s' is no name to make "
                         "one of",
                         path);
    if (check_output(out, path, out != name) != CLI_DONE)
        return CLI_FAILED;
    double start = cli_clock();
    egad_dataset *data;
    if (egad_csv_import(&data, path, &how) != EGAD_OK)
        return cli_fail();
    return finish_import(data, out, start);
}

/* ---- The words after `egad data` ---------------------------------------- */

static const char import_examples[] =
    "  egad data import kdd99 kddcup.data_10_percent.gz -o kdd99.h5\n"
    "  egad data import csv flows.csv --label kind --normal benign -o flows.h5\n";

static int import(int argc, char **argv)
{
    static const cli_entry formats[] = {
        { "kdd99", import_kdd99, "KDD Cup 1999, by the protocol of the paper" },
        { "csv", import_csv, "any table with a header line" },
        { NULL, NULL, NULL },
    };
    const cli_group group = { "data import", "make a data file", "FORMAT", formats,
                              import_examples };
    return cli_dispatch(&group, argc, argv);
}

int cmd_data(int argc, char **argv)
{
    static const cli_entry actions[] = {
        { "import", import, "make a data file of a file in another format" },
        { "info", info, "say what a data file holds" },
        { NULL, NULL, NULL },
    };
    const cli_group group = { "data", "data files (HDF5)", "ACTION", actions,
                              import_examples };
    return cli_dispatch(&group, argc, argv);
}
