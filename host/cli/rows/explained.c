/* Explanations of chosen rows, for `egad explain` and the pictures of `egad eval`; and
 * their columns as text and as JSON. */
#include "explained.h"
#include "dataset.h"
#include "shell/shell.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    float score;
    size_t at;
} ranked;

/* Highest first, NaN before all, ties in the order of the file. */
static int by_score_down(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    const int x_nan = x->score != x->score, y_nan = y->score != y->score;
    if (x_nan != y_nan)
        return y_nan - x_nan;
    if (!x_nan && x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

int explained_order(size_t **order, const float *scores, size_t n)
{
    ranked *row = malloc((n + 1) * sizeof *row);
    *order = malloc((n + 1) * sizeof **order);
    if (!row || !*order) {
        free(row);
        free(*order);
        *order = NULL;
        return message_error("out of memory for the order of %s scores",
                             text_count(n).text);
    }
    for (size_t i = 0; i < n; i++)
        row[i] = (ranked){ scores[i], i };
    qsort(row, n, sizeof *row, by_score_down);
    for (size_t i = 0; i < n; i++)
        (*order)[i] = row[i].at;
    free(row);
    return CLI_DONE;
}

int explained_rows(cli_explained *e, egad_detector *detector, const egad_dataset *data,
                   const size_t *row, size_t n, const egad_scoring *how)
{
    egad_scoring numbered = *how;
    int code = CLI_DONE;
    *e = (cli_explained){ .n = n,
                          .width = data->shape[0] * data->shape[1] * data->shape[2] };
    const size_t size = n * e->width + 1;
    const egad_detector_info info = egad_detector_describe(detector);
    numbered.row = row; /* the start of a search depends on the row number */
    e->columns = info.schema->n ? info.schema->n : e->width;
    e->x = malloc(size * sizeof *e->x);
    e->rebuilt = malloc(size * sizeof *e->rebuilt);
    e->residual = malloc(size * sizeof *e->residual);
    e->clipped = malloc(size);
    const int falls = !info.searches && !egad_dataset_images(info.schema, info.shape);
    if (falls)
        e->fall = malloc((n * e->columns + 1) * sizeof *e->fall);
    if (!e->x || !e->rebuilt || !e->residual || !e->clipped || (falls && !e->fall))
        return message_error("out of memory to explain %s rows of %zu features",
                             text_count(n).text, e->width);
    for (size_t i = 0; i < n; i++)
        memcpy(e->x + i * e->width, data->x + row[i] * e->width, e->width * sizeof *e->x);
    CLI_TRY(egad_explain_rows(detector, e->x, n, &numbered,
                              &EGAD_SIZED(egad_explanation, .rebuilt = e->rebuilt,
                                          .residual = e->residual, .clipped = e->clipped,
                                          .fall = e->fall)));
done:
    return code;
}

int explained_columns(egad_explained **list, size_t *n, const egad_detector *detector,
                      const cli_explained *e, size_t i)
{
    const size_t at = i * e->width;
    int code = CLI_DONE;
    CLI_TRY(egad_explain_columns(
        list, n, detector, e->x + at,
        &EGAD_SIZED(egad_explanation, .rebuilt = e->rebuilt + at,
                    .residual = e->residual + at, .clipped = e->clipped + at,
                    .fall = e->fall ? e->fall + i * e->columns : NULL)));
done:
    return code;
}

void explained_free(cli_explained *e)
{
    free(e->x);
    free(e->rebuilt);
    free(e->residual);
    free(e->clipped);
    free(e->fall);
    *e = (cli_explained){ 0 };
}

cli_label explained_label(const egad_dataset *data, size_t row)
{
    cli_label label = { "" };
    const char *class = NULL;
    if (data->class_of && data->class_of[row] >= 0 &&
        (size_t)data->class_of[row] < data->classes)
        class = data->class_name[data->class_of[row]];
    if (data->y && class)
        snprintf(label.text, sizeof label.text, "%s: %s",
                 data->y[row] ? "anomaly" : "normal", class);
    else if (data->y || class)
        snprintf(label.text, sizeof label.text, "%s",
                 class          ? class
                 : data->y[row] ? "anomaly"
                                : "normal");
    return label;
}

cli_sentence explained_id(const egad_dataset *data, size_t row)
{
    cli_sentence s = { "" };
    if (data->id)
        snprintf(s.text, sizeof s.text, " (%.40s %.80s)", data->id_column,
                 *data->id[row] ? data->id[row] : "''");
    text_mend(s.text, 1);
    return s;
}

cli_path explained_file(const egad_dataset *data, size_t row)
{
    cli_path name;
    snprintf(name.text, sizeof name.text, "%s", data->file ? data->file[row] : "");
    text_mend(name.text, 1);
    return name;
}

const unsigned char *explained_filled(const egad_dataset *data, size_t row)
{
    return data->filled ? data->filled + row * data->schema.n : NULL;
}

/* ---- Columns of a table --------------------------------------------------- */

enum {
    LINES = 10, /* columns printed for a row, */
    ENOUGH = 98 /* or as many as hold this percentage of the residual */
};

static const char *category(const egad_column *column, int i)
{
    return i < 0 ? "(unknown)" : column->category[i];
}

void explained_name(const egad_schema *schema, size_t i, char *name, size_t size)
{
    if (schema->n)
        snprintf(name, size, "%s", schema->column[i].name);
    else
        snprintf(name, size, "x[%zu]", i);
}

/* A value of a column of numbers. */
static cli_number number_text(const egad_schema *schema, size_t column, double value,
                              int digits)
{
    size_t feature = column;
    for (size_t i = 0; schema->n && i < column; i++)
        feature += schema->column[i].categories ? schema->column[i].categories - 1 : 0;
    return dataset_number(schema, feature, value, digits);
}

const char *const explained_titles[] = { "column",   "value",    "quantile",
                                         "expected", "residual", "share" };
const char explained_clipped[] =
    "* outside the range that the recipe's scaling keeps: the residual is that of the "
    "limit";
const char explained_weighed[] =
    "(number) after a category: its reconstructed weight, 1 in a row of that category\n"
    "and 0 in others; not a probability, it may exceed 1.  The residual of such a\n"
    "column sums over all categories";
const char explained_beyond[] =
    ">= or <= before an expected value: the reconstruction lies outside the training\n"
    "range; the training maximum or minimum is shown";

/* Where a number lies among those of the training rows: "99.3 %", "> all"; "" of a
 * category or if unknown. */
static void place_text(char *text, size_t size, const egad_explained *c)
{
    if (c->outside)
        snprintf(text, size, "%s all", c->outside > 0 ? ">" : "<");
    else if (!isnan(c->quantile))
        snprintf(text, size, "%.3g %%", 100.0 * c->quantile);
}

cli_line explained_line(const egad_schema *schema, const egad_explained *c,
                        const unsigned char *filled)
{
    cli_line l = { .clipped = 0 };
    const egad_column *column = schema->n ? &schema->column[c->column] : NULL;
    explained_name(schema, c->column, l.name, sizeof l.name);
    place_text(l.quantile, sizeof l.quantile, c);
    if (column && column->categories) {
        snprintf(l.value, sizeof l.value, "%s", category(column, c->category));
        snprintf(l.expected, sizeof l.expected, "%.28s (%.2g)",
                 category(column, c->expected), c->rebuilt);
        l.weighed = 1;
    } else {
        snprintf(l.value, sizeof l.value, "%.24s%s%s",
                 number_text(schema, c->column, c->value, 7).text,
                 column && filled && filled[c->column] ? " (imputed)" : "",
                 c->clipped ? " *" : "");
        l.clipped = c->clipped > 0;
        l.beyond = c->beyond != 0;
        snprintf(l.expected, sizeof l.expected, "%s%.24s",
                 c->beyond > 0   ? ">= "
                 : c->beyond < 0 ? "<= "
                                 : "",
                 number_text(schema, c->column, c->rebuilt, 5).text);
    }
    return l;
}

static size_t longer(size_t a, const char *text)
{
    const size_t b = strlen(text);
    return a > b ? a : b;
}

size_t explained_lines(const egad_explained *list, size_t n)
{
    double share = 0;
    size_t k = 0;
    while (k < n && k < LINES && (k == 0 || share < ENOUGH / 100.0))
        share += (double)list[k++].share;
    return n == k + 1 ? n : k; /* a line for one column holds that column */
}

cli_rest explained_rest(const egad_explained *list, size_t shown, size_t n)
{
    cli_rest rest = { .residual = 0 };
    for (size_t i = shown; i < n; i++) {
        rest.residual += (double)list[i].residual;
        rest.share += (double)list[i].share;
    }
    snprintf(rest.name, sizeof rest.name, "%s others", text_count(n - shown).text);
    return rest;
}

/* Print four texts in columns of these widths, then numbers. */
__attribute__((format(printf, 3, 4))) static void
print_line(const int *width, const char *const *text, const char *numbers, ...)
{
    va_list more;
    printf("  %-*s", width[0], text[0]);
    for (size_t i = 1; i < 4; i++)
        printf("  %*s", width[i], text[i]);
    fputs("  ", stdout);
    va_start(more, numbers);
    vprintf(numbers, more);
    va_end(more);
}

void explained_print(const egad_schema *schema, const egad_explained *list, size_t n,
                     const unsigned char *filled, cli_line *seen)
{
    const size_t shown = explained_lines(list, n);
    size_t name = 6, value = 5, quantile = 8, expected = 8;
    const cli_rest rest = explained_rest(list, shown, n);
    if (shown < n)
        name = longer(name, rest.name);
    for (size_t i = 0; i < shown; i++) {
        const cli_line l = explained_line(schema, &list[i], filled);
        name = longer(name, l.name);
        value = longer(value, l.value);
        quantile = longer(quantile, l.quantile);
        expected = longer(expected, l.expected);
    }
    const int width[] = { (int)name, (int)value, (int)quantile, (int)expected };
    print_line(width, explained_titles, "%9s  %8s\n", explained_titles[4],
               explained_titles[5]);
    for (size_t i = 0; i < shown; i++) {
        const cli_line l = explained_line(schema, &list[i], filled);
        print_line(width, (const char *[]){ l.name, l.value, l.quantile, l.expected },
                   "%9.4g  %6.1f %%\n", (double)list[i].residual,
                   100 * (double)list[i].share);
        seen->clipped |= l.clipped;
        seen->weighed |= l.weighed;
        seen->beyond |= l.beyond;
    }
    if (shown < n)
        print_line(width, (const char *[]){ rest.name, "", "", "" }, "%9.4g  %6.1f %%\n",
                   rest.residual, 100 * rest.share);
}

/* With all the digits that x has. */
static void put_number(cli_json *object, const char *key, const egad_schema *schema,
                       size_t column, double value)
{
    if ((double)(float)value == value || !isfinite(value))
        record_float(object, key, (float)value);
    else
        record_real(object, key,
                    strtod(number_text(schema, column, value, 9).text, NULL));
}

cli_json *explained_json(const egad_schema *schema, const egad_explained *c,
                         const unsigned char *filled)
{
    const egad_column *column = schema->n ? &schema->column[c->column] : NULL;
    cli_json *object = record_object();
    char name[256];
    explained_name(schema, c->column, name, sizeof name);
    record_text(object, "column", column ? column->name : name);
    if (column && column->categories) {
        record_text(object, "value",
                    c->category < 0 ? NULL : column->category[c->category]);
        record_text(object, "expected", column->category[c->expected]);
    } else {
        put_number(object, "value", schema, c->column, c->value);
        put_number(object, "expected", schema, c->column, c->rebuilt);
        record_real(object, "quantile", c->quantile);
        record_flag(object, "outside", c->outside != 0);
    }
    record_flag(object, "beyond", c->beyond != 0);
    record_float(object, "residual", c->residual);
    record_float(object, "share", c->share);
    record_float(object, "fall", c->fall);
    record_flag(object, "clipped", c->clipped > 0);
    record_flag(object, "filled", column && filled && filled[c->column]);
    record_flag(object, "unseen", column && column->categories && c->category < 0);
    return object;
}

const char *explained_by(const egad_detector_info *info)
{
    return info->rebuilt ? info->rebuilt : "its reconstruction";
}
