/* egad data info, and the group `egad data`. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/rows.h"
#include "shell/output.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- What a data set holds ---------------------------------------------- */

enum { CLASSES_SHOWN = 30, LINE_WIDTH = 90 };

static size_t row_width(const egad_dataset *data)
{
    return data->shape[0] * data->shape[1] * data->shape[2];
}

static int print_classes(const egad_dataset *data)
{
    cli_class *list = NULL;
    if (!data->class_of || !data->classes)
        return CLI_DONE;
    const int code = dataset_classes(&list, data);
    if (code != CLI_DONE)
        return code;
    printf("\nclasses and their rows\n");
    for (size_t c = 0; c < data->classes && c < CLASSES_SHOWN; c++)
        printf("  %-24s %12s\n", list[c].name, text_count(list[c].rows).text);
    if (data->classes > CLASSES_SHOWN)
        printf("  and %zu more\n", data->classes - CLASSES_SHOWN);
    free(list);
    return CLI_DONE;
}

/* Without a newline. */
static void print_range(const egad_dataset *data, size_t first, size_t features)
{
    double low = DBL_MAX, high = -DBL_MAX;
    size_t low_at = first, high_at = first;
    for (size_t i = 0; i < data->rows; i++)
        for (size_t k = first; k < first + features; k++) {
            const double value =
                egad_schema_value(&data->schema, k, data->x[i * row_width(data) + k]);
            if (value < low) {
                low = value;
                low_at = k;
            }
            if (value > high) {
                high = value;
                high_at = k;
            }
        }
    printf("%s to %s", dataset_number(&data->schema, low_at, low, 7).text,
           dataset_number(&data->schema, high_at, high, 7).text);
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
        putchar('\n');
        return;
    }
    printf("\ncolumns: range if numeric, else the number and names of the categories\n");
    size_t feature = 0;
    for (size_t i = 0; i < data->schema.n; i++) {
        const egad_column *column = &data->schema.column[i];
        int used = printf("  %-28s  ", column->name);
        if (column->categories)
            print_categories(column, used);
        else
            print_range(data, feature, 1);
        if (column->filled)
            printf(", missing values imputed with %s",
                   dataset_number(&data->schema, feature, column->fill, 9).text);
        if (!column->categories)
            putchar('\n');
        feature += column->categories ? column->categories : 1;
    }
}

static int info(int argc, char **argv)
{
    const char *path = NULL;
    cli_option options[] = { { 0 } };
    const cli_command command = {
        .name = "data info",
        .summary = "Describe a data file: rows, labels, classes, columns, source.",
        .operand = "FILE.h5",
        .operand_at = &path,
        .options = options,
        .example = "egad data info kdd99.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    egad_dataset *data;
    struct stat about;
    /* An empty file counts as scores, which may be overwritten. */
    if (!output_is_hdf5(path) && stat(path, &about) == 0 && about.st_size &&
        dataset_content(path) == CLI_SCORES_CONTENT)
        return message_error("'%s' is a file of scores, not a data file", path);
    if (egad_dataset_load(&data, path) != EGAD_OK)
        return message_fail();
    int code = dataset_summary(data);
    if (data->command) {
        text_mend(data->command, 1);
        printf("%-10s %s\n", "made by", data->command);
    }
    if (code == CLI_DONE)
        code = print_classes(data);
    print_columns(data);
    rows_warn(data, path);
    dataset_warn_digits(data, path);
    egad_dataset_free(data);
    return code;
}

/* ---- The group -------------------------------------------------------------- */

static const cli_entry actions[] = {
    { "import", NULL, &import_group, "convert a file of another format to a data file" },
    { "fetch", fetch_command, NULL,
      "download the published files of MNIST or KDD Cup 1999" },
    { "info", info, NULL, "describe a data file" },
    { 0 },
};

const cli_group data_group = { "data", "data files (HDF5)", "ACTION", actions,
                               import_examples };
