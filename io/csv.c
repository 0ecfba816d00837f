/* Import CSV files as training data: rows become a table, then a data set.  csv_columns.c
 * names the columns, csv_read.c reads rows for a trained detector, rows.c parses text. */
#include "csv_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef egad_csv_importing importing;

/* Whether the first row is a header, by option or by its looks. */
static egad_status choose_header(importing *m)
{
    egad_status status = EGAD_OK;
    const char *header = m->options->header;
    const egad_csv_guess *g = &m->guess;

    if (header) {
        m->guess.kind =
            strcmp(header, "first") == 0 ? EGAD_CSV_HEADER : EGAD_CSV_NO_HEADER;
        goto done;
    }
    if (g->kind == EGAD_CSV_UNSURE)
        FAIL(FORMAT,
             "csv: '%s' line %zu: numbers above numbers, which may be a row or a header: "
             "--header none reads it as a row, --header NAMES too and names the columns, "
             "--header first reads it as the names",
             m->path, g->line);
    if (g->kind == EGAD_CSV_TWO_HEADERS)
        FAIL(FORMAT,
             "csv: '%s' line %zu: a second header line: --skip %zu --header '%s' leaves "
             "it out, --header first reads it as a row",
             m->path, g->line, g->line, g->names);
    if (g->kind == EGAD_CSV_NO_HEADER)
        TRY(egad_csv_doubt_note(
            m,
            "no header: line %zu looks like the rows below it, and the columns are "
            "named column1, column2, ... (--header NAMES names them, --header first "
            "reads the line as names)",
            g->line));
done:
    return status;
}

static const char *name_of(char delimiter, char out[2])
{
    out[0] = delimiter;
    out[1] = 0;
    return delimiter == ' ' ? "blanks" : delimiter == '\t' ? "tabs" : out;
}

/* Find the structure of the table. */
static egad_status look(void *context, const char *text, size_t n, char *delimiter,
                        size_t *skip)
{
    egad_status status = EGAD_OK;
    importing *m = context;
    egad_csv_guess *g = &m->guess;
    const size_t first = m->options->skip + 1;
    const char usual = egad_rows_delimiter(text, n, EGAD_ROWS_FIND);
    char mark[2];

    g->delimiter = m->options->delimiter;
    const char *header = m->options->header;
    TRY(egad_csv_guess_table(g, text, n, first,
                             m->options->skip || (header && !strcmp(header, "first"))));
    if (!m->options->delimiter && g->delimiter != usual)
        TRY(egad_csv_doubt_note(m, "the columns are separated by %s",
                                name_of(g->delimiter, mark)));
    if (g->skip)
        TRY(egad_csv_doubt_note(
            m, "%zu line%s above the table left out: it begins in line %zu", g->skip,
            g->skip == 1 ? "" : "s", g->line));
    m->reading.skip = m->options->skip + g->skip;
    TRY(choose_header(m));
    *delimiter = g->delimiter;
    *skip = g->skip;
done:
    return status;
}

/* 1 if a row repeats the header, in whose place another part of the table begins. */
static int is_header(const importing *m, char *const *field)
{
    return egad_array_same(m->header ? m->header : m->reading.name, field, m->raw);
}

static egad_status note_repeated(importing *m)
{
    return m->repeated == 1
               ? egad_csv_doubt_note(m, "line %zu repeats the header: left out",
                                     m->repeated_line)
               : egad_csv_doubt_note(
                     m, "%zu lines repeat the header, the first is line %zu: left out",
                     m->repeated, m->repeated_line);
}

/* Numbers in the usual notation, other words for gaps as empty fields. */
static egad_status take_fields(importing *m, size_t line, char *const *field)
{
    egad_status status = EGAD_OK;
    const egad_reading *r = &m->reading;

    for (size_t i = 0; i < m->table.columns; i++) {
        const egad_table_column *c = &m->table.column[i];
        char *text = field[c->field];
        const egad_csv_role role = m->role[c->field];
        const int derived = c->field >= m->raw, usual = derived || m->objects;
        if (!c->feature)
            continue;
        if (!derived && r->nas && egad_reading_gap(r, text))
            *text = 0;
        if (!usual && role != CATEGORICAL && !egad_reading_number(r, text))
            FAIL(FORMAT,
                 "csv: '%s' line %zu, column '%s': '%.40s' has a decimal point, but "
                 "--decimal or --thousands say otherwise: correct it, or read the column "
                 "as it is with --categorical '%s'",
                 m->path, line, c->name, text, c->name);
        if (role == NO_ROLE)
            TRY(egad_csv_watch_add(&m->watch[i], line, text));
    }
done:
    return status;
}

static egad_status take_id(importing *m, const char *text)
{
    egad_status status = EGAD_OK;

    GROW(m->id, m->id_room, m->ids + 1);
    TRY(egad_array_text(&m->id[m->ids], text));
    m->ids++;
done:
    return status;
}

/* Add a row to the table. */
static egad_status add_row(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    importing *m = context;
    char *const *all;

    (void)n;
    TRY(egad_csv_window_time(m, line, field));
    TRY(egad_dates_row(&m->dates, "csv", m->path, line, field, &all));
    TRY(take_fields(m, line, all));
    if (m->options->id)
        TRY(take_id(m, field[m->id_at]));
    const egad_status added = egad_table_add(&m->table, line, all);
    /* A decimal comma is the better explanation. */
    if (added != EGAD_OK)
        TRY(egad_csv_doubt_notation(m));
    status = added;
done:
    return status;
}

/* Give the data set the identifiers of its rows. */
static egad_status give_ids(importing *m, const unsigned char *part, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t n = 0;

    if (!m->options->id)
        goto done;
    TRY(egad_array_text(&data->id_column, m->options->id));
    NEW(data->id, data->rows);
    for (size_t i = 0; i < m->ids; i++)
        if (part[i] != EGAD_PART_LEFT_OUT) {
            data->id[n++] = m->id[i];
            m->id[i] = NULL;
        }
done:
    return status;
}

/* A row of n fields, another number than the first row has. */
static egad_status fail_width(const importing *m, size_t line, size_t n,
                              char *const *field)
{
    egad_status status = EGAD_OK;
    char hint[200] = ": correct the line";
    const int one_more = n == m->raw + 1, of_header = m->header && !m->table.rows;
    if (m->raw == 1)
        snprintf(hint, sizeof hint, "%s", egad_csv_columns_hint(m));
    else if (one_more && !*field[m->raw] && of_header)
        snprintf(hint, sizeof hint,
                 ": the row ends with a separator; remove it, or name all: --skip %zu "
                 "--header 'NAMES,end' --drop end",
                 m->guess.line);
    else if (one_more && !*field[m->raw])
        snprintf(hint, sizeof hint, ": the row ends with a separator: remove it");
    else if (one_more && of_header)
        snprintf(hint, sizeof hint,
                 ": correct the line, or if the first column has no name, as R writes "
                 "it, name all: --skip %zu --header 'row,%.40s,...'",
                 m->guess.line, m->header[0]);
    FAIL(FORMAT, "csv: '%s' line %zu: %zu field%s, the %s has %zu%s", m->path, line, n,
         n == 1 ? "" : "s", m->header ? "header" : "first row", m->raw, hint);
done:
    return status;
}

static egad_status take_row(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    importing *m = context;

    if (!m->name) {
        const int header = m->guess.kind == EGAD_CSV_HEADER;
        TRY(egad_csv_columns_begin(m, n, field, header));
        if (header)
            goto done;
    }
    if (n != m->raw)
        TRY(fail_width(m, line, n, field));
    if (is_header(m, field)) {
        m->repeated_line = m->repeated++ ? m->repeated_line : line;
        goto done;
    }
    TRY(add_row(m, line, n, field));
done:
    return status;
}

/* anomalous[word] of the label column. */
static egad_status judge_labels(const importing *m, egad_table_missing missing,
                                unsigned char *anomalous)
{
    egad_status status = EGAD_OK;
    const egad_table_column *label = &m->table.column[m->label];
    char **name = NULL;

    if (label->words && label->no_word && missing != EGAD_TABLE_DROP)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': the label is missing: fill it in, drop "
             "such rows with --missing drop, or count them in with --normal '' or "
             "--anomalous ''",
             m->path, label->no_word, label->name);

    NEW(name, label->words);
    for (size_t i = 0; i < label->words; i++)
        name[i] = label->word[i].text;
    TRY(egad_roles_judge(&m->roles, name, label->words, anomalous));
done:
    free(name);
    return status;
}

/* part[row] by the words of a column; anomalies among training rows are dropped. */
static egad_status divide_by_column(const importing *m, const unsigned char *anomaly,
                                    unsigned char *part)
{
    egad_status status = EGAD_OK;
    const egad_table_column *c = &m->table.column[m->split];

    if (c->no_word)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': empty, wanted train or test: "
             "fill it in",
             m->path, c->no_word, c->name);
    for (size_t i = 0; i < c->words; i++)
        if (strcasecmp(c->word[i].text, "train") && strcasecmp(c->word[i].text, "test"))
            FAIL(DATA,
                 "csv: '%s' line %zu, column '%s': '%.40s', wanted train or test: choose "
                 "another column for --split-column",
                 m->path, c->word[i].line, c->name, c->word[i].text);
    for (size_t i = 0; i < m->table.rows; i++) {
        int test = strcasecmp(c->word[c->code[i]].text, "test") == 0;
        if (part[i] != EGAD_PART_LEFT_OUT)
            part[i] = test ? EGAD_TEST : anomaly[i] ? EGAD_PART_LEFT_OUT : EGAD_TRAIN;
    }
done:
    return status;
}

/* part[row] of the whole table. */
static egad_status divide(importing *m, const unsigned char *anomalous,
                          egad_table_missing missing, unsigned char *part)
{
    egad_status status = EGAD_OK;
    const egad_csv_options *o = m->options;
    const egad_table_column *label = o->label ? &m->table.column[m->label] : NULL;
    unsigned char *anomaly = NULL;
    size_t count[3] = { 0 };

    NEW(anomaly, m->table.rows);
    for (size_t i = 0; i < m->table.rows; i++) {
        int unlabelled = label && label->code[i] == EGAD_TABLE_NO_WORD;
        anomaly[i] = label && !unlabelled && anomalous[label->code[i]];
        part[i] = unlabelled || (missing == EGAD_TABLE_DROP &&
                                 egad_table_incomplete(&m->table, i))
                      ? EGAD_PART_LEFT_OUT
                      : EGAD_TRAIN;
    }
    if (o->split_column)
        TRY(divide_by_column(m, anomaly, part));
    else if (label && o->window <= 1)
        TRY(egad_roles_divide(&m->roles, anomaly, m->table.rows, part));
    if (o->window > 1)
        TRY(egad_csv_window_divide(m, anomaly, part));
    for (size_t i = 0; i < m->table.rows; i++)
        count[part[i]]++;
    if (count[EGAD_TRAIN] == 0)
        FAIL(DATA,
             "csv: '%s': none of %zu row%s is a training row (%zu are test rows): %s",
             m->path, m->table.rows, m->table.rows == 1 ? "" : "s", count[EGAD_TEST],
             o->split_column ? "mark more normal rows train in the --split-column"
             : count[EGAD_TEST]
                 ? EGAD_ROLES_MORE
                 : "each lacks a value; impute values with --missing mean");
done:
    free(anomaly);
    return status;
}

static egad_status add_gap(void *context, const char *text)
{
    egad_reading *r = context;
    return egad_array_add(&r->na, &r->nas, text);
}

/* How the options say that the text is read. */
static egad_status begin_reading(egad_reading *r, const egad_csv_options *o)
{
    egad_status status = EGAD_OK;

    r->separator = o->delimiter;
    r->decimal = o->decimal == '.' ? 0 : o->decimal;
    r->thousands = o->thousands;
    r->order = o->date_order;
    r->window = o->window;
    TRY(egad_reading_check("csv", r));
    TRY(egad_array_each(o->na, NULL, 0, r, add_gap));
done:
    return status;
}

static egad_status check_options(const egad_csv_options *o, const egad_roles *roles,
                                 egad_table_missing *missing)
{
    egad_status status = EGAD_OK;

    if (!o->label && (o->normal || o->anomalous))
        FAIL(ARGUMENT, "csv: normal or anomalous values need a label column");
    TRY(egad_csv_window_check(o));
    TRY(egad_roles_check(roles));
    TRY(egad_table_policy("csv", o->missing, missing));
done:
    return status;
}

/* Repeat a failure, and say that the first line was read as a row. */
static egad_status fail_headless(egad_status status)
{
    char text[1024];

    snprintf(text, sizeof text, "%s", egad_status_last());
    return egad_status_fail(status, __FILE__, __LINE__,
                            "%s; no header was found: --header NAMES or first sets one",
                            text);
}

static egad_status read_rows(importing *m, char sha256[65])
{
    egad_status status = EGAD_OK;
    int objects;

    TRY(egad_csv_json_find(m, &objects));
    if (objects) {
        TRY(egad_csv_json_read(m, add_row, sha256));
        goto done;
    }
    TRY(egad_rows_read(m->path,
                       &(egad_rows_how){ .delimiter = m->options->delimiter,
                                         .skip = m->options->skip,
                                         .look = look,
                                         .row = take_row,
                                         .context = m },
                       sha256));
done:
    return status;
}

/* Categories are collected from all rows, test rows included: this does not leak labels,
 * and every test row can be encoded. */
egad_status egad_csv_import(egad_dataset **out, const char *path,
                            const egad_csv_options *options)
{
    egad_status status = EGAD_OK;
    egad_csv_options how = { .label = NULL };
    importing m = { .path = path, .options = &how };
    egad_table_missing missing = EGAD_TABLE_FAIL;
    egad_dataset *data = NULL;
    unsigned char *part = NULL, *anomalous = NULL;
    char sha256[65], remedy[300];

    *out = NULL;
    READ_SIZED(egad_csv_options, &how, options);
    m.table.path = path;
    snprintf(remedy, sizeof remedy,
             "use --drop '%.200s' instead of --label to train on all rows",
             m.options->label ? m.options->label : "");
    m.roles = (egad_roles){ .who = "csv",
                            .path = path,
                            .column = m.options->label,
                            .remedy = remedy,
                            .normal = m.options->normal,
                            .anomalous = m.options->anomalous,
                            .test_fraction = m.options->test_fraction,
                            .seed = m.options->seed };
    TRY(check_options(m.options, &m.roles, &missing));
    TRY(begin_reading(&m.reading, m.options));
    TRY(read_rows(&m, sha256));
    if (m.table.rows == 0)
        FAIL(DATA, "csv: '%s' has no rows%s", path, m.name ? " below its header" : "");
    TRY(egad_csv_doubt_notation(&m));
    TRY(egad_table_settle(&m.table, missing));
    if (missing == EGAD_TABLE_FAIL)
        TRY(egad_csv_doubt_gaps(&m));
    const egad_table_column *label = m.options->label ? &m.table.column[m.label] : NULL;
    if (label) {
        NEW(anomalous, label->words);
        TRY(judge_labels(&m, missing, anomalous));
    }
    NEW(part, m.table.rows);
    TRY(divide(&m, anomalous, missing, part));
    TRY(egad_table_finish(&m.table, part, label, anomalous, &data));
    TRY(give_ids(&m, part, data));
    /* Without either there is no split, and `part` only marks rows to drop. */
    if (!label && !m.options->split_column) {
        free(data->split);
        data->split = NULL;
    }
    TRY(egad_reading_keep(&data->schema, &m.reading));
    if (m.repeated)
        TRY(note_repeated(&m));
    if (how.window > 1)
        TRY(egad_csv_window_make(&m, &data));
    TRY(egad_dataset_origin(data, "csv", path, sha256));
    TRY(egad_csv_doubt_tell(&m, data));
    *out = data;
    data = NULL;
done:
    if (status != EGAD_OK && m.name && !m.header && !how.header)
        status = fail_headless(status);
    egad_dataset_free(data);
    for (size_t i = 0; m.watch && i < m.table.columns; i++)
        egad_csv_watch_end(&m.watch[i]);
    free(m.watch);
    egad_table_clear(&m.table);
    egad_array_clear(m.name, m.fields);
    egad_array_clear(m.header, m.fields);
    egad_array_clear(m.note, m.notes);
    egad_array_clear(m.id, m.ids);
    egad_dates_end(&m.dates);
    free(m.last);
    free(m.last_part);
    egad_reading_clear(&m.reading);
    free(m.role);
    free(anomalous);
    free(part);
    return status;
}
