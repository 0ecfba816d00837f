/* Read rows for a trained detector from CSV files, by its schema; csv.c imports training
 * data. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *who, *path; /* for messages */
    const egad_schema *schema;
    egad_csv_parser *parse; /* parser of JSON lines, and its argument */
    void *context;
    egad_roles roles;  /* roles of its labels, if there is a label column; */
    size_t label;      /* the labels' field, */
    egad_table labels; /* and the labels */
    egad_csv_report report;
    int keeps;   /* 1: record imputed values: */
    size_t *gap; /* row * columns + column of each */
    size_t gaps, gap_room;
    size_t features;
    char delimiter;
    size_t fields;      /* per row; 0 before the first */
    size_t *at;         /* field of each column of the schema */
    const char **value; /* (columns) values in schema order, then the label */
    float *x;
    size_t rows, room;
} reading;

static int compare_category(const void *key, const void *element)
{
    return strcmp(key, *(char *const *)element);
}

static char **find_category(const egad_column *c, const char *text)
{
    return bsearch(text, c->category, c->categories, sizeof *c->category,
                   compare_category);
}

static egad_status count_gap(reading *r, const egad_column *c)
{
    egad_status status = EGAD_OK;

    if (r->report.filled++ == 0)
        snprintf(r->report.gap, sizeof r->report.gap, "%s", c->name);
    if (!r->keeps)
        goto done;
    GROW(r->gap, r->gap_room, r->gaps + 1);
    r->gap[r->gaps++] = r->rows * r->schema->n + (size_t)(c - r->schema->column);
done:
    return status;
}

/* x: the feature, of this offset. */
static egad_status read_number(reading *r, size_t line, const egad_column *c,
                               const char *text, double offset, float *x)
{
    egad_status status = EGAD_OK;
    double value;
    const egad_number_kind kind = egad_number_double(text, &value);

    if (kind == EGAD_NUMBER_MISSING && c->filled) {
        *x = (float)(c->fill - offset);
        TRY(count_gap(r, c));
        goto done;
    }
    if (kind == EGAD_NUMBER_GOOD) {
        *x = (float)(value - offset);
        goto done;
    }
    if (kind == EGAD_NUMBER_MISSING)
        FAIL(DATA,
             "%s: '%s' line %zu, column '%s': '%.40s' is not a value, and the model has "
             "none to impute: import its training data with --missing mean and retrain, "
             "or drop the row, as an import with --missing drop does",
             r->who, r->path, line, c->name, text);
    FAIL(DATA, "%s: '%s' line %zu, column '%s': '%.40s' is %s%s", r->who, r->path, line,
         c->name, text,
         kind == EGAD_NUMBER_LARGE ? "too large for float32" : "not a number",
         egad_number_cure(text));
done:
    return status;
}

static egad_status read_row(reading *r, size_t line, char *const *field, float *x)
{
    egad_status status = EGAD_OK;
    const size_t unseen = r->report.unseen, filled = r->report.filled;
    const float *first = x;

    for (size_t i = 0; i < r->schema->n; i++) {
        const egad_column *c = &r->schema->column[i];
        const char *text = field[r->at[i]];
        if (c->categories == 0) {
            const double offset = r->schema->offsets ? r->schema->offset[x - first] : 0.0;
            TRY(read_number(r, line, c, text, offset, x++));
            continue;
        }
        /* An import with `mean` made the empty value a category. */
        char **category = find_category(c, *text ? text : "?");
        if (category)
            x[category - c->category] = 1;
        else if (r->report.unseen++ == 0)
            snprintf(r->report.example, sizeof r->report.example, "%s=%s", c->name, text);
        x += c->categories;
    }
done:
    if (status != EGAD_OK) {
        r->report.unseen = unseen;
        r->report.filled = filled;
    }
    return status;
}

/* Parse a row into x (features); `*row` is 0 if it is the header. */
static egad_status take_row(reading *r, size_t line, size_t n, char *const *field,
                            float *x, int *row)
{
    egad_status status = EGAD_OK;
    egad_header header = {
        .path = r->path, .schema = r->schema, .label = r->roles.column, .at = r->at
    };

    if (!r->fields) {
        TRY(egad_header_find(&header, line, n, field));
        r->label = header.label_at;
        r->report.ordered = header.ordered;
        r->fields = n;
    }
    *row = !header.found;
    if (header.found)
        goto done;
    if (n != r->fields)
        FAIL(FORMAT,
             "csv: '%s' line %zu: %zu field%s, the first line has %zu: correct the line",
             r->path, line, n, n == 1 ? "" : "s", r->fields);
    memset(x, 0, r->features * sizeof *x);
    TRY(read_row(r, line, field, x));
done:
    return status;
}

/* The same from values in the order of the schema, NULL if missing. */
static egad_status take_values(reading *r, size_t line, const char *const *value,
                               float *x)
{
    egad_status status = EGAD_OK;
    size_t there = 0;

    r->who = "values";
    for (size_t i = 0; i < r->schema->n; i++) {
        there += value[i] != NULL;
        r->value[i] = value[i] ? value[i] : "";
        r->at[i] = i;
    }
    /* Missing values are imputed, but misspelt names must not count as missing values. */
    if (!there)
        FAIL(DATA,
             "values: '%s' line %zu has none of the model's %zu columns, such as '%s'",
             r->path, line, r->schema->n, r->schema->column[0].name);
    memset(x, 0, r->features * sizeof *x);
    TRY(read_row(r, line, (char *const *)r->value, x));
done:
    return status;
}

static egad_status make_room(reading *r)
{
    egad_status status = EGAD_OK;
    size_t need;

    if (__builtin_mul_overflow(r->rows + 1, r->features, &need))
        FAIL(MEMORY, "csv: '%s' is too long", r->path);
    GROW(r->x, r->room, need);
done:
    return status;
}

static egad_status add_label(reading *r, size_t line, char *text)
{
    egad_status status = EGAD_OK;

    if (r->roles.column)
        TRY(egad_table_add(&r->labels, line, &text));
done:
    return status;
}

static egad_status read_line(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    reading *r = context;
    int row = 0;

    TRY(make_room(r));
    TRY(take_row(r, line, n, field, r->x + r->rows * r->features, &row));
    if (row)
        TRY(add_label(r, line, field[r->label]));
    r->rows += row != 0;
done:
    return status;
}

static egad_status read_object(void *context, size_t line, const char *text, size_t n)
{
    egad_status status = EGAD_OK;
    reading *r = context;

    const char *wrong = r->parse(r->context, text, n, r->value);
    if (wrong)
        FAIL(FORMAT, "json: '%s' line %zu: %s", r->path, line, wrong);
    TRY(make_room(r));
    const char *label = r->value[r->schema->n];
    TRY(take_values(r, line, r->value, r->x + r->rows * r->features));
    TRY(add_label(r, line, (char *)(label ? label : "")));
    r->rows++;
done:
    return status;
}

static egad_status begin(reading *r)
{
    egad_status status = EGAD_OK;

    if (r->schema->n == 0)
        FAIL(ARGUMENT,
             "csv: '%s' cannot be read for this model: its training data had no column "
             "names; give the rows as a data file (.h5) made by 'egad data import', or "
             "images as a folder of PNG files",
             r->path);
    r->features = egad_schema_features(r->schema);
    /* A table of several columns cannot have one field per row. */
    r->delimiter = r->schema->n > 1 ? EGAD_ROWS_FIND_BLANK : EGAD_ROWS_FIND;
    NEW(r->at, r->schema->n);
    NEW(r->value, r->schema->n + 1);
done:
    return status;
}

/* Prepare to read a whole file: labels by these options; imputed values are recorded. */
static egad_status begin_file(reading *r, const egad_csv_options *labels)
{
    egad_status status = EGAD_OK;

    r->keeps = 1;
    if (!labels->label)
        goto done;
    r->roles = (egad_roles){
        .who = "csv",
        .path = r->path,
        .column = labels->label,
        .remedy = "without --label, 'egad score', 'explain' and 'report' accept them",
        .normal = labels->normal,
        .anomalous = labels->anomalous
    };
    TRY(egad_roles_check(&r->roles));
    for (size_t i = 0; i < r->schema->n; i++)
        if (strcmp(r->schema->column[i].name, labels->label) == 0)
            FAIL(ARGUMENT,
                 "csv: column '%s' cannot be the labels of '%s': it is a feature of the "
                 "model; import its training data with --label and retrain",
                 labels->label, r->path);
    r->labels.path = r->path;
    TRY(egad_table_declare(&r->labels, labels->label, 0, EGAD_TABLE_WORD, 0));
done:
    return status;
}

static egad_status take_labels(reading *r, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    egad_table_column *label = r->labels.column;

    if (!r->roles.column)
        goto done;
    TRY(egad_table_settle(&r->labels, EGAD_TABLE_FAIL));
    if (label->no_word)
        FAIL(DATA,
             "%s: '%s' line %zu, column '%s': the label is missing: fill it in, or "
             "remove the row",
             r->who, r->path, label->no_word, label->name);
    TRY(egad_table_classes(&r->labels, label, NULL, data));
    r->roles.who = r->who;
    TRY(egad_roles_label(&r->roles, data));
done:
    return status;
}

static egad_status take_gaps(const reading *r, egad_dataset *data)
{
    egad_status status = EGAD_OK;

    if (r->gaps)
        NEW(data->filled, r->rows * r->schema->n);
    for (size_t i = 0; i < r->gaps; i++)
        data->filled[r->gap[i]] = 1;
done:
    return status;
}

static void release(reading *r)
{
    free(r->at);
    free(r->value);
    free(r->gap);
    egad_table_clear(&r->labels);
}

egad_status egad_csv_read(egad_dataset **out, const char *path, const egad_schema *schema,
                          egad_csv_report *report)
{
    return egad_csv_parse(out, path, schema, NULL, report, NULL, NULL);
}

egad_status egad_csv_parse(egad_dataset **out, const char *path,
                           const egad_schema *schema, const egad_csv_options *labels,
                           egad_csv_report *report, egad_csv_parser *parse, void *context)
{
    egad_status status = EGAD_OK;
    reading r = {
        .who = "csv", .path = path, .schema = schema, .parse = parse, .context = context
    };
    egad_csv_options labelled = { .label = NULL };
    egad_dataset *data = NULL;
    char sha256[65];

    *out = NULL;
    READ_SIZED(egad_csv_options, &labelled, labels);
    TRY(begin(&r));
    TRY(begin_file(&r, &labelled));
    TRY(egad_rows_read(path, r.delimiter, read_line, parse ? read_object : NULL, &r,
                       sha256));
    if (r.rows == 0)
        FAIL(DATA, "csv: '%s' has no rows%s", path, r.fields ? " below its header" : "");
    NEW(data, 1);
    data->rows = r.rows;
    data->shape[0] = data->shape[1] = 1;
    data->shape[2] = r.features;
    data->x = r.x;
    r.x = NULL;
    TRY(egad_schema_copy(&data->schema, schema));
    TRY(take_labels(&r, data));
    TRY(take_gaps(&r, data));
    TRY(egad_dataset_origin(data, "csv", path, sha256));
    if (report)
        *report = r.report;
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    free(r.x);
    release(&r);
    return status;
}

/* ---- Line by line -------------------------------------------------------- */

struct egad_csv_stream {
    reading r;
    float *x; /* position in the current line, and */
    int row;  /* 1 if there is one */
};

egad_status egad_csv_open(egad_csv_stream **out, const char *name,
                          const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    egad_csv_stream *s = NULL;

    *out = NULL;
    NEW(s, 1);
    s->r = (reading){ .path = name, .schema = schema };
    TRY(begin(&s->r));
    *out = s;
    s = NULL;
done:
    egad_csv_close(s);
    return status;
}

void egad_csv_close(egad_csv_stream *s)
{
    if (!s)
        return;
    release(&s->r);
    free(s);
}

static egad_status stream_row(void *context, size_t line, size_t n, char *const *field)
{
    egad_csv_stream *s = context;
    return take_row(&s->r, line, n, field, s->x, &s->row);
}

egad_status egad_csv_line(egad_csv_stream *s, size_t line, const char *text, size_t n,
                          float *x, int *row)
{
    s->r.who = "csv";
    s->x = x;
    s->row = 0;
    const egad_status status =
        egad_rows_line(s->r.path, line, &s->r.delimiter, text, n, stream_row, s);
    *row = s->row;
    return status;
}

egad_status egad_csv_values(egad_csv_stream *s, size_t line, const char *const *value,
                            float *x)
{
    return take_values(&s->r, line, value, x);
}

int egad_csv_columns(const egad_csv_stream *s)
{
    return s->r.fields > 0;
}

egad_csv_report egad_csv_unseen(const egad_csv_stream *s)
{
    return s->r.report;
}
