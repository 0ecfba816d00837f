/* What is doubtful about the columns of an imported table: numbers in another notation
 * are refused with the option that reads them; others are told to the caller. */
#include "csv_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef egad_csv_importing importing;

egad_status egad_csv_doubt_note(importing *m, const char *format, ...)
{
    char text[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return egad_array_add(&m->note, &m->notes, text);
}

/* ---- Notations --------------------------------------------------------------- */

/* 1 if the type of a column is to be found, and has been numbers so far. */
static int is_open(const importing *m, size_t i)
{
    const egad_csv_watch *w = &m->watch[i];

    return m->role[m->table.column[i].field] == NO_ROLE && w->numbers && w->notations;
}

static int is_plain(const egad_csv_watch *w)
{
    return w->notations >> EGAD_CSV_PLAIN & 1;
}

/* The options of a notation, as they are typed. */
static const char *list_options(char *out, size_t size, const egad_reading *r)
{
    const char thousands = r->thousands;
    const int quoted = thousands == '\'' || thousands == ' ';

    snprintf(out, size, "%s%s", r->decimal ? "--decimal ," : "",
             r->decimal && thousands ? " " : "");
    if (thousands)
        snprintf(out + strlen(out), size - strlen(out), "--thousands %s%c%s",
                 quoted ? "\"" : "", thousands, quoted ? "\"" : "");
    return out;
}

static egad_status fail_notation(const importing *m, size_t i, unsigned notations,
                                 size_t others)
{
    enum { COMMA_DECIMALS = 1, COMMA_THOUSANDS = 2 };
    egad_status status = EGAD_OK;
    const egad_csv_watch *w = &m->watch[i];
    const char *name = m->table.column[i].name;
    unsigned k = 1;
    char typed[64], more[48] = "";

    if (others)
        snprintf(more, sizeof more, " and %zu other%s", others, others == 1 ? "" : "s");
    if (notations >> COMMA_DECIMALS & 1 && notations >> COMMA_THOUSANDS & 1)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s'%s: '%.40s' may have a decimal comma, "
             "--decimal , or be in thousands, --thousands , (--categorical '%s' reads "
             "categories)",
             m->path, w->line, name, more, w->example, name);
    while (!(notations >> k & 1))
        k++;
    FAIL(
        DATA,
        "csv: '%s' line %zu, column '%s'%s: '%.40s' is a number with %s: read it so with "
        "%s (--categorical '%s' reads categories)",
        m->path, w->line, name, more, w->example,
        k == COMMA_DECIMALS    ? "a decimal comma"
        : k == COMMA_THOUSANDS ? "a comma between thousands"
                               : "separated thousands",
        list_options(typed, sizeof typed, &egad_csv_notation[k]), name);
done:
    return status;
}

egad_status egad_csv_doubt_notation(const importing *m)
{
    egad_status status = EGAD_OK;
    const size_t columns = m->table.columns;
    size_t first = columns, others = 0;
    unsigned common = ~0u;

    for (size_t i = 0; i < columns; i++) {
        if (!is_open(m, i))
            continue;
        /* A column of plain numbers says what a point means. */
        if (common & m->watch[i].notations & ~1u)
            common &= m->watch[i].notations;
        if (is_plain(&m->watch[i]))
            continue;
        others += first < columns;
        first = first < columns ? first : i;
    }
    if (m->reading.decimal || m->reading.thousands || first == columns)
        goto done;
    const unsigned own = m->watch[first].notations;
    TRY(fail_notation(m, first, common & own ? common & own : own, others));
done:
    return status;
}

egad_status egad_csv_doubt_gaps(const importing *m)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; i < m->table.columns; i++) {
        const egad_table_column *c = &m->table.column[i];
        const egad_csv_watch *w = &m->watch[i];
        if (m->role[c->field] == NO_ROLE && c->kind == EGAD_TABLE_WORD && w->numbers &&
            w->nan_line)
            FAIL(DATA,
                 "csv: '%s' line %zu, column '%s': '%s' among numbers is not a value; "
                 "drop such rows with --missing drop, or impute values with --missing "
                 "mean; but other values are no numbers, such as '%.40s', line %zu",
                 m->path, w->nan_line, c->name, w->nan, c->example ? c->example : "",
                 c->example_line);
    }
done:
    return status;
}

/* ---- Other doubts -------------------------------------------------------------- */

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

/* How many categories are neither numbers nor gaps. */
static size_t count_others(const egad_column *c)
{
    size_t n = 0;
    float unused;
    for (size_t i = 0; i < c->categories; i++)
        n += egad_number_parse(c->category[i], &unused) == EGAD_NUMBER_NONE;
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

/* A column of categories. */
static void tell_categories(const importing *m, const egad_table_column *c,
                            const egad_column *made)
{
    const egad_csv_options *o = m->options;
    const int numbers = egad_table_doubtful(c);
    const size_t words = made->categories, dates = count_dates(made);
    const char *example = numbers ? c->example : find_nearly(made);
    /* A few numbers with a unit may be categories; with commas they are numbers. */
    const int commas = example && strchr(example, ',');

    if (numbers ||
        (c->doubt && (are_many(words, m->table.rows) || 2 * dates > words || commas)))
        o->doubt(o->context,
                 &(egad_csv_doubt){ .column = c->name,
                                    .categories = words,
                                    .dates = dates,
                                    .values = c->values,
                                    .numbers = c->decimals,
                                    .commas = c->commas,
                                    .mixed = numbers,
                                    .example = example,
                                    .line = c->example_line,
                                    .cure = example ? egad_number_hint(example) : "",
                                    .others = count_others(made) });
}

/* A column of numbers. */
static void tell_numbers(const importing *m, size_t i)
{
    const egad_csv_options *o = m->options;
    const egad_csv_watch *w = &m->watch[i];
    const egad_csv_suspicion why = egad_csv_watch_judge(w, m->table.rows);
    const int large = why == EGAD_CSV_LARGE;
    char stand_in[40];
    double value;
    const size_t same = egad_csv_watch_stand_in(w, &value);
    snprintf(stand_in, sizeof stand_in, "%.15g", value);

    if (why != EGAD_CSV_CATEGORIES)
        o->doubt(o->context,
                 &(egad_csv_doubt){ .column = m->table.column[i].name,
                                    .values = w->numbers,
                                    .numbers = same,
                                    .example = large                      ? w->large
                                               : why == EGAD_CSV_CODES    ? w->codes
                                               : why == EGAD_CSV_STAND_IN ? stand_in
                                                                          : NULL,
                                    .line = large ? w->large_line : w->codes_line,
                                    .cure = "",
                                    .why = why });
}

/* Columns of one name that hold the same, too. */
static egad_status note_equal(importing *m)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; m->header && i < m->table.columns; i++) {
        const egad_table_column *c = &m->table.column[i];
        size_t k = 0;
        if (!strcmp(m->header[c->field], c->name))
            continue;
        while (k < i &&
               strcmp(m->header[m->table.column[k].field], m->header[c->field]) != 0)
            k++;
        const egad_table_column *as = &m->table.column[k];
        if (k < i && c->number && as->number &&
            !memcmp(c->number, as->number, m->table.rows * sizeof *c->number))
            TRY(egad_csv_doubt_note(
                m,
                "columns '%s' and '%s' have the same values in all rows: --drop '%s' "
                "leaves one of them out",
                as->name, c->name, c->name));
    }
done:
    return status;
}

egad_status egad_csv_doubt_tell(importing *m, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    const egad_csv_options *o = m->options;
    /* Of a window, the columns of the last row. */
    const size_t windows = o->window > 1 ? o->window : 1;
    const egad_column *made =
        data->schema.column + (data->schema.n - data->schema.n / windows);

    TRY(note_equal(m));
    for (size_t i = 0; o->note && i < m->notes; i++)
        o->note(o->context, m->note[i]);
    for (size_t i = 0; o->doubt && i < m->table.columns; i++) {
        const egad_table_column *c = &m->table.column[i];
        if (!c->feature)
            continue;
        if (c->kind == EGAD_TABLE_WORD)
            tell_categories(m, c, made);
        else if (m->role[c->field] == NO_ROLE)
            tell_numbers(m, i);
        made++;
    }
done:
    return status;
}
