/* The columns of an imported table: their names and roles. */
#include "csv_inside.h"

#include <stdlib.h>
#include <string.h>

typedef egad_csv_importing importing;

typedef struct {
    importing *import;
    egad_csv_role role;
} giving;

static const char *const option[] = { [LABEL] = "--label",
                                      [SPLIT] = "--split-column",
                                      [IDENTIFIER] = "--id",
                                      [NUMERIC] = "--numeric",
                                      [CATEGORICAL] = "--categorical",
                                      [DROPPED] = "--drop",
                                      [KEPT] = "--keep",
                                      [DATED] = "--date",
                                      [TIMED] = "--time" };

const char *egad_csv_columns_hint(const importing *m)
{
    return m->fields > 1           ? ""
           : m->options->delimiter ? ": it is one column, as its first line does not "
                                     "have that separator: omit --separator to detect it"
                                   : ": it is one column: is its first line the header? "
                                     "--separator sets what separates the columns, and "
                                     "--skip leaves out lines above the header";
}

static const char *header_hint(const importing *m)
{
    return m->header ? egad_csv_columns_hint(m)
                     : ": no line of it has names: --header sets them";
}

/* The name that column i has in the header, where several may have it. */
static const char *plain_name(const importing *m, size_t i)
{
    return m->header && *m->header[i] ? m->header[i] : m->name[i];
}

static egad_status give_one(importing *m, size_t i, egad_csv_role role)
{
    egad_status status = EGAD_OK;

    if (m->role[i] != NO_ROLE && m->role[i] != role)
        FAIL(
            ARGUMENT,
            "csv: column '%s' of '%s' has two roles, by %s and by %s: remove it from one",
            m->name[i], m->path, option[m->role[i]], option[role]);
    m->role[i] = role;
done:
    return status;
}

/* 1 for the roles that one column has, which is no feature. */
static int is_single(egad_csv_role role)
{
    return role == LABEL || role == SPLIT || role == IDENTIFIER;
}

/* All columns of a name have the role, unless only one can have it. */
static egad_status give_role(void *context, const char *name)
{
    egad_status status = EGAD_OK;
    giving *g = context;
    importing *m = g->import;
    const int single = is_single(g->role);
    char text[600];
    int found = 0;

    for (size_t i = 0; i < m->fields; i++)
        if (strcmp(m->name[i], name) == 0 ||
            (!single && strcmp(plain_name(m, i), name) == 0)) {
            TRY(give_one(m, i, g->role));
            found = 1;
        }
    if (!found)
        FAIL(ARGUMENT, "csv: '%s' has %s%s", m->path,
             egad_array_no_column(text, sizeof text, name, m->name, m->fields),
             header_hint(m));
done:
    return status;
}

/* Columns that are not kept are dropped. */
static egad_status keep_columns(importing *m)
{
    egad_status status = EGAD_OK;
    importing kept = *m;

    kept.role = NULL;
    if (!m->options->keep)
        goto done;
    NEW(kept.role, m->fields);
    TRY(egad_array_each(m->options->keep, m->name, m->fields, &(giving){ &kept, KEPT },
                        give_role));
    for (size_t i = 0; i < m->fields; i++)
        if (kept.role[i] != KEPT && !is_single(m->role[i]))
            m->role[i] = DROPPED;
done:
    free(kept.role);
    return status;
}

/* The column of time is no feature; it may be one of dates, too. */
static egad_status find_time(importing *m)
{
    egad_status status = EGAD_OK;
    const char *name = m->options->time;

    m->time = 0;
    while (m->time < m->raw && strcmp(m->name[m->time], name) != 0)
        m->time++;
    if (m->time == m->raw || m->role[m->time] != DATED)
        TRY(give_role(&(giving){ m, TIMED }, name));
done:
    return status;
}

static egad_status give_roles(importing *m)
{
    egad_status status = EGAD_OK;
    const egad_csv_options *o = m->options;
    const struct {
        const char *list;
        egad_csv_role role;
    } roles[] = { { o->numeric, NUMERIC },
                  { o->categorical, CATEGORICAL },
                  { o->drop, DROPPED } };

    NEW(m->role, m->fields);
    if (o->label)
        TRY(give_role(&(giving){ m, LABEL }, o->label));
    if (o->split_column)
        TRY(give_role(&(giving){ m, SPLIT }, o->split_column));
    if (o->id)
        TRY(give_role(&(giving){ m, IDENTIFIER }, o->id));
    TRY(egad_array_each(o->date, m->name, m->fields, &(giving){ m, DATED }, give_role));
    if (o->time)
        TRY(find_time(m));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        TRY(egad_array_each(roles[i].list, m->name, m->fields,
                            &(giving){ m, roles[i].role }, give_role));
    TRY(keep_columns(m));
done:
    return status;
}

/* Note columns that got another name than the header has. */
static egad_status note_renamed(importing *m)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; m->header && i < m->fields; i++)
        if (m->role[i] != DROPPED && *m->header[i] && strcmp(m->header[i], m->name[i]))
            TRY(egad_csv_doubt_note(
                m, "several columns are named '%s': column %zu is read as '%s'",
                m->header[i], i + 1, m->name[i]));
done:
    return status;
}

/* Declare the columns of the table by their roles. */
static egad_status declare(importing *m)
{
    static const egad_table_kind kind[] = { [NO_ROLE] = EGAD_TABLE_AUTO,
                                            [LABEL] = EGAD_TABLE_WORD,
                                            [SPLIT] = EGAD_TABLE_WORD,
                                            [NUMERIC] = EGAD_TABLE_NUMBER,
                                            [CATEGORICAL] = EGAD_TABLE_WORD };
    egad_status status = EGAD_OK;
    const egad_csv_options *o = m->options;

    for (size_t i = 0; i < m->fields; i++) {
        if (m->role[i] == IDENTIFIER)
            m->id_at = i;
        if (m->role[i] == DROPPED || m->role[i] == DATED || m->role[i] == TIMED ||
            m->role[i] == IDENTIFIER)
            continue;
        if (m->role[i] == LABEL)
            m->label = m->table.columns;
        if (m->role[i] == SPLIT)
            m->split = m->table.columns;
        TRY(egad_table_declare(&m->table, m->name[i], i, kind[m->role[i]],
                               !is_single(m->role[i])));
    }
    if (m->table.columns == (size_t)(o->label != NULL) + (o->split_column != NULL))
        FAIL(DATA, "csv: '%s': no column is left as a feature: drop fewer", m->path);
    if (o->label)
        TRY(egad_roles_empty(&m->roles, &m->table.column[m->label].empties));
    NEW(m->watch, m->table.columns);
    for (size_t i = 0; i < m->table.columns; i++)
        egad_csv_watch_begin(&m->watch[i]);
done:
    return status;
}

/* The names of `--header`, into m->reading. */
static egad_status take_name(void *context, const char *text)
{
    egad_status status = EGAD_OK;
    importing *m = context;

    if (m->reading.names == m->fields)
        FAIL(ARGUMENT, "csv: '%s' has %zu columns, but --header has more names: '%s'",
             m->path, m->fields, text);
    TRY(egad_array_add(&m->reading.name, &m->reading.names, text));
done:
    return status;
}

/* Names from --header, or column1 and so on. */
static egad_status take_names(importing *m)
{
    egad_status status = EGAD_OK;
    char **none = NULL;

    if (m->options->header && strcmp(m->options->header, "none") != 0) {
        TRY(egad_array_each(m->options->header, NULL, 0, m, take_name));
        if (m->reading.names < m->fields)
            FAIL(ARGUMENT, "csv: '%s' has %zu columns, but --header has %zu names",
                 m->path, m->fields, m->reading.names);
    } else {
        while (m->reading.names < m->fields)
            TRY(egad_array_add(&m->reading.name, &m->reading.names, ""));
    }
    TRY(egad_header_names(&none, m->fields, m->reading.name));
    egad_array_clear(m->reading.name, m->fields);
    m->reading.name = none;
    TRY(egad_array_copy(&m->name, m->fields, none));
done:
    return status;
}

/* Names from the header.  Names that repeat are kept for rows read later. */
static egad_status take_header(importing *m, char *const *field)
{
    egad_status status = EGAD_OK;
    int twice = 0;

    TRY(egad_array_copy(&m->header, m->fields, field));
    TRY(egad_header_names(&m->name, m->fields, field));
    for (size_t i = 0; i < m->fields; i++)
        twice |= *field[i] && strcmp(field[i], m->name[i]) != 0;
    if (twice) {
        TRY(egad_array_copy(&m->reading.name, m->fields, m->name));
        m->reading.names = m->fields;
    }
done:
    return status;
}

static egad_status add_date(void *context, const char *name)
{
    egad_status status = EGAD_OK;
    importing *m = context;
    char text[600];
    size_t i = 0;

    while (i < m->fields && strcmp(m->name[i], name) != 0)
        i++;
    if (i == m->fields)
        FAIL(ARGUMENT, "csv: '%s' has %s%s", m->path,
             egad_array_no_column(text, sizeof text, name, m->name, m->fields),
             header_hint(m));
    TRY(egad_reading_date(&m->reading, name));
done:
    return status;
}

/* Note what is read instead of columns of dates. */
static egad_status note_dates(importing *m)
{
    egad_status status = EGAD_OK;
    char **part = NULL, list[400];
    size_t n = 0;

    NEW(part, m->dates.parts);
    for (size_t i = m->raw; i < m->fields; i++)
        if (m->role[i] != DROPPED)
            part[n++] = m->name[i];
    if (n)
        TRY(egad_csv_doubt_note(m, "read from dates: %s",
                                egad_array_list(list, sizeof list, part, n)));
done:
    free(part);
    return status;
}

/* Append the names of the parts of dates to names, of which there were m->fields. */
static egad_status append_parts(importing *m, char ***names)
{
    egad_status status = EGAD_OK;
    char **all = NULL;
    const size_t n = m->fields + m->dates.parts;

    if (!*names)
        goto done;
    TRY(egad_array_copy(&all, n, egad_dates_names(&m->dates, *names)));
    egad_array_clear(*names, m->fields);
    *names = all;
    all = NULL;
done:
    egad_array_clear(all, all ? n : 0);
    return status;
}

/* Columns of dates become columns of their parts, behind all others. */
static egad_status take_dates(importing *m)
{
    egad_status status = EGAD_OK;

    TRY(egad_array_each(m->options->date, m->name, m->fields, m, add_date));
    TRY(egad_dates_begin(&m->dates, &m->reading, m->fields, m->name));
    if (!m->dates.parts)
        goto done;
    for (size_t i = 0; i < m->fields; i++)
        if (egad_dates_part_of(&m->reading, m->name[i]))
            FAIL(ARGUMENT,
                 "csv: '%s' has a column '%s', as --date would call another: rename it",
                 m->path, m->name[i]);
    TRY(append_parts(m, &m->name));
    TRY(append_parts(m, &m->header));
    if (m->reading.names) {
        TRY(append_parts(m, &m->reading.name));
        m->reading.names += m->dates.parts;
    }
    m->fields += m->dates.parts;
done:
    return status;
}

egad_status egad_csv_columns_begin(egad_csv_importing *m, size_t n, char *const *field,
                                   int header)
{
    egad_status status = EGAD_OK;

    m->fields = m->raw = m->time = n;
    if (header)
        TRY(take_header(m, field));
    else
        TRY(take_names(m));
    TRY(take_dates(m));
    TRY(give_roles(m));
    TRY(note_dates(m));
    TRY(note_renamed(m));
    TRY(declare(m));
done:
    return status;
}
