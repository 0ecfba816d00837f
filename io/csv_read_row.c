/* A row of text for a trained detector: finds the columns of its schema, and parses their
 * values. */
#include "csv_read_inside.h"
#include "window.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef egad_csv_reading reading;

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

/* x: the feature, of this offset.  usual: 1 if the number has the usual notation. */
static egad_status read_number(reading *r, size_t line, const egad_column *c, char *text,
                               int usual, double offset, float *x)
{
    egad_status status = EGAD_OK;
    double value = 0.0;
    usual = usual || egad_reading_number(&r->reading, text);
    const egad_number_kind kind =
        usual ? egad_number_double(text, &value) : EGAD_NUMBER_NONE;

    if (kind == EGAD_NUMBER_MISSING && c->filled) {
        *x = (float)(c->fill - offset);
        TRY(count_gap(r, c));
        goto done;
    }
    if (kind == EGAD_NUMBER_GOOD) {
        *x = (float)(value - offset);
        goto done;
    }
    /* Beyond float32: as far from normal as a number can be. */
    if (kind == EGAD_NUMBER_LARGE) {
        *x = *text == '-' ? -FLT_MAX : FLT_MAX;
        goto done;
    }
    if (!usual)
        FAIL(DATA,
             "%s: '%s' line %zu, column '%s': '%.40s' has a decimal point, but the "
             "training data were read with --decimal or --thousands: write it as they do",
             r->who, r->path, line, c->name, text);
    if (kind == EGAD_NUMBER_MISSING)
        FAIL(DATA,
             "%s: '%s' line %zu, column '%s': '%.40s' is not a value, and the model has "
             "none to impute: import its training data with --missing mean and retrain, "
             "or drop the row, as an import with --missing drop does",
             r->who, r->path, line, c->name, text);
    FAIL(DATA, "%s: '%s' line %zu, column '%s': '%.40s' is not a number%s", r->who,
         r->path, line, c->name, text, egad_number_cure(text));
done:
    return status;
}

/* The category of a text, NULL if it is unseen.  One that looks like a number may have
 * been rewritten by the import. */
static char **read_category(const reading *r, const egad_column *c, char *text)
{
    /* An import with `mean` made the empty value a category. */
    char **category = find_category(c, *text ? text : "?");

    if (category || r->objects)
        return category;
    egad_reading_number(&r->reading, text);
    return find_category(c, text);
}

static egad_status read_row(reading *r, size_t line, char *const *field, float *x)
{
    egad_status status = EGAD_OK;
    const size_t unseen = r->report.unseen, filled = r->report.filled;
    const float *first = x;

    for (size_t i = 0; i < r->schema->n; i++) {
        const egad_column *c = &r->schema->column[i];
        char *text = field[r->at[i]];
        const int derived = r->dates.parts && r->at[i] >= r->dates.n;
        if (!derived && egad_reading_gap(&r->reading, text))
            text += strlen(text);
        if (c->categories == 0) {
            const double offset = r->schema->offsets ? r->schema->offset[x - first] : 0.0;
            TRY(read_number(r, line, c, text, r->objects || derived, offset, x++));
            continue;
        }
        char **category = read_category(r, c, text);
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

/* Find the columns of dates in a header, or by the names of the training data, and append
 * what is derived from them: *all. */
static egad_status find_dates(reading *r, size_t line, size_t n, char *const *field,
                              char *const **all)
{
    egad_status status = EGAD_OK;
    egad_reading *how = &r->reading;

    egad_dates_end(&r->dates);
    if (!how->dates)
        goto done;
    TRY(egad_dates_begin(&r->dates, how, n, field));
    if (r->dates.parts) {
        *all = egad_dates_names(&r->dates, field);
    } else if (n + EGAD_DATES_PARTS * how->dates == how->names) {
        egad_dates_end(&r->dates);
        TRY(egad_dates_begin(&r->dates, how, n, how->name));
        TRY(egad_dates_row(&r->dates, r->who, r->path, line, field, all));
    }
done:
    return status;
}

/* Find the columns by the first row; *header: whether it is one. */
static egad_status take_first(reading *r, size_t line, size_t n, char *const *field,
                              int *header)
{
    egad_status status = EGAD_OK;
    egad_header h = { .path = r->path,
                      .schema = r->schema,
                      .label = r->roles.column,
                      .id = r->kept.id,
                      .reading = &r->reading,
                      .at = r->at };
    char *const *all = field;

    TRY(find_dates(r, line, n, field, &all));
    TRY(egad_header_find(&h, line, n + r->dates.parts, all));
    r->label = h.label_at;
    r->report.ordered = h.ordered;
    *header = h.found;
    r->fields = n;
    TRY(egad_csv_kept_begin(&r->kept, n, field, &h));
    if (!h.found)
        goto done;
    TRY(egad_array_copy(&r->header, n, field));
done:
    return status;
}

/* 1 if a row repeats the header. */
static int is_header(const reading *r, size_t n, char *const *field)
{
    return r->header && n == r->fields && egad_array_same(r->header, field, n);
}

/* Parse a row into x (features); `*row` is 0 if it is the header, or repeats it. */
static egad_status take_line(reading *r, size_t line, size_t n, char *const *field,
                             float *x, int *row)
{
    egad_status status = EGAD_OK;
    const size_t fields = r->fields;
    int header = is_header(r, n, field);

    *row = 0;
    egad_csv_kept_forget(&r->kept);
    r->report.repeated += (size_t)header;
    if (!fields)
        TRY(take_first(r, line, n, field, &header));
    if (header)
        goto done;
    if (n != r->fields)
        FAIL(FORMAT,
             "csv: '%s' line %zu: %zu field%s, the first line has %zu: correct the line",
             r->path, line, n, n == 1 ? "" : "s", r->fields);
    TRY(egad_csv_kept_take(&r->kept, n, field));
    memset(x, 0, r->features * sizeof *x);
    status = r->dates.parts
                 ? egad_dates_row(&r->dates, r->who, r->path, line, field, &field)
                 : EGAD_OK;
    if (status == EGAD_OK)
        status = read_row(r, line, field, x);
    *row = status == EGAD_OK;
    /* A row above the table does not say where the columns are. */
    if (status != EGAD_OK && line <= r->reading.skip)
        r->fields = fields;
done:
    return status;
}

/* Lines above the training table that are no rows are left out here, too. */
egad_status egad_csv_read_row(reading *r, size_t line, size_t n, char *const *field,
                              float *x, int *row)
{
    egad_status status = take_line(r, line, n, field, x, row);

    if (status != EGAD_OK && status != EGAD_MEMORY && line <= r->reading.skip) {
        r->report.above++;
        *row = 0;
        status = EGAD_OK;
    }
    return status;
}

/* Where the columns are among the sources. */
static egad_status find_sources(reading *r)
{
    egad_status status = EGAD_OK;
    egad_header h = {
        .path = r->path, .schema = r->schema, .reading = &r->reading, .at = r->at
    };

    if (r->dates.n)
        goto done;
    TRY(egad_dates_begin(&r->dates, &r->reading, r->sources, r->source));
    TRY(egad_header_find(&h, 0, r->sources + r->dates.parts,
                         egad_dates_names(&r->dates, r->source)));
done:
    return status;
}

egad_status egad_csv_read_values(reading *r, size_t line, const char *const *value,
                                 float *x)
{
    egad_status status = EGAD_OK;
    char *const *field = (char *const *)r->value;
    size_t there = 0;

    r->who = "values";
    r->objects = 1;
    for (size_t i = 0; i < r->sources; i++) {
        there += value[i] != NULL;
        r->value[i] = value[i] ? value[i] : "";
    }
    /* Missing values are imputed, but misspelt names must not count as missing values. */
    if (!there)
        FAIL(DATA,
             "values: '%s' line %zu has none of the model's %zu columns, such as '%s'",
             r->path, line, r->sources, r->source[0]);
    TRY(find_sources(r));
    TRY(egad_dates_row(&r->dates, r->who, r->path, line, field, &field));
    memset(x, 0, r->features * sizeof *x);
    TRY(read_row(r, line, field, x));
done:
    return status;
}

/* The names of the columns that rows are read from. */
static egad_status list_sources(reading *r, const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    const char *name;

    NEW(r->source, schema->n);
    for (size_t i = 0; (name = egad_csv_origin(schema, i)) != NULL; i++)
        r->source[r->sources++] = (char *)name;
done:
    return status;
}

egad_status egad_csv_read_begin(reading *r)
{
    egad_status status = EGAD_OK;

    if (r->schema->n == 0)
        FAIL(ARGUMENT,
             "csv: '%s' cannot be read for this model: its training data had no column "
             "names; give the rows as a data file (.h5) made by 'egad data import', or "
             "images as a folder",
             r->path);
    TRY(egad_reading_parse(&r->reading, r->schema));
    TRY(list_sources(r, r->schema));
    if (r->reading.window > 1) {
        TRY(egad_window_last(&r->last, r->schema, r->reading.window));
        r->schema = &r->last;
    }
    r->features = egad_schema_features(r->schema);
    /* A table of several columns cannot have one field per row. */
    r->delimiter = r->schema->n > 1 ? EGAD_ROWS_FIND_BLANK : EGAD_ROWS_FIND;
    NEW(r->at, r->schema->n);
    NEW(r->value, r->schema->n + 2);
done:
    return status;
}

/* Find the delimiter: the one of the training data, if its option was given and it is
 * there; else by the first line that may be the header or a row. */
egad_status egad_csv_read_look(void *context, const char *text, size_t n, char *delimiter,
                               size_t *skip)
{
    const reading *r = context;
    const char mark = r->reading.separator;
    const size_t end = egad_rows_skip(text, n, r->reading.skip), at = end < n ? end : 0;

    *skip = 0;
    *delimiter = mark && memchr(text + at, mark, n - at)
                     ? mark
                     : egad_rows_delimiter(text + at, n - at, r->delimiter);
    return EGAD_OK;
}

void egad_csv_read_end(reading *r)
{
    free(r->at);
    free(r->value);
    free(r->gap);
    egad_array_clear(r->header, r->header ? r->fields : 0);
    egad_dates_end(&r->dates);
    free(r->source);
    egad_schema_clear(&r->last);
    egad_reading_clear(&r->reading);
    egad_csv_kept_end(&r->kept);
    egad_table_clear(&r->labels);
}
