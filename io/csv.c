/* Import CSV files as training data; csv_read.c reads rows for a trained detector, rows.c
 * parses the text. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef enum { NO_ROLE, LABEL, SPLIT, NUMERIC, CATEGORICAL, DROPPED } role;

typedef struct {
    const char *path;
    const egad_csv_options *options;
    egad_roles roles;
    char **name; /* from the header */
    role *role;
    size_t fields;
    egad_table table;
    size_t label, split; /* columns of the table */
} importing;

typedef struct {
    importing *import;
    role role;
} giving;

static const char *const option[] = { [LABEL] = "--label",
                                      [SPLIT] = "--split-column",
                                      [NUMERIC] = "--numeric",
                                      [CATEGORICAL] = "--categorical",
                                      [DROPPED] = "--drop" };

/* A table of one column usually has another delimiter, or a title above it. */
static const char *delimiter_hint(const importing *m)
{
    return m->fields > 1           ? ""
           : m->options->delimiter ? ": it is one column, as its first line does not "
                                     "have that delimiter: omit --delimiter to detect it"
                                   : ": it is one column: is its first line the header? "
                                     "--delimiter sets the column separator";
}

/* Names that are numbers are probably a data row, not a header. */
static const char *header_hint(const importing *m)
{
    float unused;
    for (size_t i = 0; i < m->fields; i++)
        if (egad_number_parse(m->name[i], &unused) == EGAD_NUMBER_GOOD)
            return ": is its first line a header?";
    return delimiter_hint(m);
}

static egad_status give_role(void *context, const char *name)
{
    egad_status status = EGAD_OK;
    giving *g = context;
    importing *m = g->import;
    char text[600];
    size_t i = 0;

    while (i < m->fields && strcmp(m->name[i], name) != 0)
        i++;
    if (i == m->fields)
        FAIL(ARGUMENT, "csv: '%s' has %s%s", m->path,
             egad_array_no_column(text, sizeof text, name, m->name, m->fields),
             header_hint(m));
    if (m->role[i] != NO_ROLE && m->role[i] != g->role)
        FAIL(
            ARGUMENT,
            "csv: column '%s' of '%s' has two roles, by %s and by %s: remove it from one",
            name, m->path, option[m->role[i]], option[g->role]);
    m->role[i] = g->role;
done:
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static egad_status check_distinct(const importing *m)
{
    egad_status status = EGAD_OK;
    char **sorted = NULL;

    NEW(sorted, m->fields);
    memcpy(sorted, m->name, m->fields * sizeof *sorted);
    qsort(sorted, m->fields, sizeof *sorted, compare_names);
    for (size_t i = 1; i < m->fields; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            FAIL(FORMAT, "csv: '%s' has two columns named '%s': rename one in its header",
                 m->path, sorted[i]);
done:
    free(sorted);
    return status;
}

static egad_status take_header(importing *m, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    size_t numbers = 0;
    float unused;

    NEW(m->role, n);
    TRY(egad_header_names(&m->name, n, field));
    m->fields = n;
    for (size_t i = 0; i < n; i++)
        numbers += egad_number_parse(field[i], &unused) == EGAD_NUMBER_GOOD;
    if (numbers == n)
        FAIL(FORMAT,
             "csv: '%s' line %zu: numbers only, wanted a header with column names: add "
             "one above it",
             m->path, line);
    TRY(check_distinct(m));
    const egad_csv_options *o = m->options;
    const struct {
        const char *list;
        role role;
    } roles[] = { { o->numeric, NUMERIC },
                  { o->categorical, CATEGORICAL },
                  { o->drop, DROPPED } };
    if (o->label)
        TRY(give_role(&(giving){ m, LABEL }, o->label));
    if (o->split_column)
        TRY(give_role(&(giving){ m, SPLIT }, o->split_column));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        TRY(egad_array_each(roles[i].list, &(giving){ m, roles[i].role }, give_role));
    for (size_t i = 0; i < n; i++) {
        static const egad_table_kind kind[] = { [NO_ROLE] = EGAD_TABLE_AUTO,
                                                [LABEL] = EGAD_TABLE_WORD,
                                                [SPLIT] = EGAD_TABLE_WORD,
                                                [NUMERIC] = EGAD_TABLE_NUMBER,
                                                [CATEGORICAL] = EGAD_TABLE_WORD };
        if (m->role[i] == DROPPED)
            continue;
        if (m->role[i] == LABEL)
            m->label = m->table.columns;
        if (m->role[i] == SPLIT)
            m->split = m->table.columns;
        TRY(egad_table_declare(&m->table, m->name[i], i, kind[m->role[i]],
                               m->role[i] != LABEL && m->role[i] != SPLIT));
    }
    if (m->table.columns == (size_t)(o->label != NULL) + (o->split_column != NULL))
        FAIL(DATA, "csv: '%s': no column is left as a feature: drop fewer", m->path);
done:
    return status;
}

static egad_status take_row(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    importing *m = context;

    if (!m->name) {
        TRY(take_header(m, line, n, field));
        goto done;
    }
    if (n != m->fields)
        FAIL(FORMAT, "csv: '%s' line %zu: %zu field%s, the header has %zu%s", m->path,
             line, n, n == 1 ? "" : "s", m->fields,
             m->fields == 1 ? delimiter_hint(m) : ": correct the line");
    TRY(egad_table_add(&m->table, line, field));
done:
    return status;
}

/* anomalous[word] of the label column. */
static egad_status judge_labels(const importing *m, unsigned char *anomalous)
{
    egad_status status = EGAD_OK;
    const egad_table_column *label = &m->table.column[m->label];
    char **name = NULL;

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
static egad_status divide(const importing *m, const unsigned char *anomalous,
                          egad_table_missing missing, unsigned char *part)
{
    egad_status status = EGAD_OK;
    const egad_csv_options *o = m->options;
    const egad_table_column *label = o->label ? &m->table.column[m->label] : NULL;
    unsigned char *anomaly = NULL;
    size_t count[3] = { 0 };

    NEW(anomaly, m->table.rows);
    if (label && label->no_word && missing != EGAD_TABLE_DROP)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': the label is missing: fill it in, or drop "
             "such rows with --missing drop",
             m->path, label->no_word, label->name);
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
    else if (label)
        TRY(egad_roles_divide(&m->roles, anomaly, m->table.rows, part));
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

static egad_status check_options(const egad_csv_options *o, const egad_roles *roles,
                                 egad_table_missing *missing)
{
    static const char *const policy[] = { "fail", "drop", "mean" };
    egad_status status = EGAD_OK;
    int i = 0;

    if (!o->label && (o->normal || o->anomalous))
        FAIL(ARGUMENT, "csv: normal or anomalous values need a label column");
    TRY(egad_roles_check(roles));
    if (o->delimiter && strchr("\"\r\n", o->delimiter))
        FAIL(ARGUMENT, "csv: the delimiter cannot be a quote or a newline");
    while (o->missing && i < 3 && strcmp(o->missing, policy[i]) != 0)
        i++;
    if (i == 3)
        FAIL(ARGUMENT, "csv: missing: '%s', wanted fail, drop or mean", o->missing);
    *missing = (egad_table_missing)i;
done:
    return status;
}

/* 1 if a categorical column of so many rows has unusually many categories. */
static int are_many(size_t words, size_t rows)
{
    enum { FEW = 20, MANY = 50 };
    return words > MANY || (words > FEW && words > rows / 10);
}

static size_t count_dates(const egad_column *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->categories; i++)
        n += (size_t)egad_number_date(c->category[i]);
    return n;
}

/* If most categories are numbers in another notation, the first of them; else NULL. */
static const char *find_nearly(const egad_column *c)
{
    const char *first = NULL;
    size_t n = 0;

    for (size_t i = c->categories; i-- > 0;)
        if (*egad_number_hint(c->category[i])) {
            first = c->category[i];
            n++;
        }
    return 2 * n > c->categories ? first : NULL;
}

static void tell_doubts(const importing *m, const egad_dataset *data)
{
    const egad_csv_options *o = m->options;
    const egad_column *made = data->schema.column;

    for (size_t i = 0; o->doubt && i < m->table.columns; i++) {
        const egad_table_column *c = &m->table.column[i];
        if (!c->feature)
            continue;
        const int numbers = egad_table_doubtful(c);
        const size_t words = made->categories, dates = count_dates(made);
        const char *example = numbers ? c->example : find_nearly(made);
        made++;
        /* A few numbers with a unit may be categories; with commas they are numbers. */
        const int commas = example && strchr(example, ',');
        if (numbers ||
            (c->doubt && (are_many(words, m->table.rows) || 2 * dates > words || commas)))
            o->doubt(o->context, &(egad_csv_doubt){
                                     .column = c->name,
                                     .categories = words,
                                     .dates = dates,
                                     .values = c->values,
                                     .numbers = c->decimals,
                                     .commas = c->commas,
                                     .mixed = numbers,
                                     .example = example,
                                     .line = c->example_line,
                                     .cure = example ? egad_number_hint(example) : "" });
    }
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
    TRY(egad_rows_read(path, m.options->delimiter, take_row, NULL, &m, sha256));
    if (m.table.rows == 0)
        FAIL(DATA, "csv: '%s' has no rows%s", path, m.name ? " below its header" : "");
    TRY(egad_table_settle(&m.table, missing));
    const egad_table_column *label = m.options->label ? &m.table.column[m.label] : NULL;
    if (label) {
        NEW(anomalous, label->words);
        TRY(judge_labels(&m, anomalous));
    }
    NEW(part, m.table.rows);
    TRY(divide(&m, anomalous, missing, part));
    TRY(egad_table_finish(&m.table, part, label, anomalous, &data));
    /* Without either there is no split, and `part` only marks rows to drop. */
    if (!label && !m.options->split_column) {
        free(data->split);
        data->split = NULL;
    }
    TRY(egad_dataset_origin(data, "csv", path, sha256));
    tell_doubts(&m, data);
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    egad_table_clear(&m.table);
    egad_array_clear(m.name, m.fields);
    free(m.role);
    free(anomalous);
    free(part);
    return status;
}
