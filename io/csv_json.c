/* JSON lines as training data: each object is a row; the columns are the names of all. */
#include "csv_inside.h"

#include <stdlib.h>
#include <string.h>

typedef egad_csv_importing importing;

typedef struct {
    importing *import;
    egad_rows_row *row;
    char **name; /* found so far */
    size_t n;
} naming;

static egad_status parse(const importing *m, size_t line, const char *text, size_t n,
                         egad_csv_object *out)
{
    egad_status status = EGAD_OK;
    const char *wrong = m->options->object(m->options->objects, text, n, out);

    if (wrong)
        FAIL(FORMAT, "json: '%s' line %zu: %s", m->path, line, wrong);
done:
    return status;
}

/* The index of a name, which is often `at`; n: none. */
static size_t find(char *const *names, size_t n, size_t at, const char *name)
{
    if (at < n && strcmp(names[at], name) == 0)
        return at;
    for (at = 0; at < n && strcmp(names[at], name) != 0;)
        at++;
    return at;
}

static egad_status take_names(void *context, size_t line, const char *text, size_t n)
{
    egad_status status = EGAD_OK;
    naming *all = context;
    egad_csv_object object;

    TRY(parse(all->import, line, text, n, &object));
    for (size_t i = 0; i < object.n; i++)
        if (find(all->name, all->n, i, object.name[i]) == all->n)
            TRY(egad_array_add(&all->name, &all->n, object.name[i]));
done:
    return status;
}

static egad_status no_row(void *context, size_t line, size_t n, char *const *field)
{
    (void)context, (void)line, (void)n, (void)field;
    return EGAD_OK;
}

static egad_status take_object(void *context, size_t line, const char *text, size_t n)
{
    egad_status status = EGAD_OK;
    const naming *all = context;
    const importing *m = all->import;
    egad_csv_object object = { .n = 0 };
    char **field = NULL;

    TRY(parse(m, line, text, n, &object));
    NEW(field, m->raw);
    for (size_t i = 0; i < object.n; i++) {
        const size_t at = find(m->name, m->raw, i, object.name[i]);
        const int nested = object.nested && object.nested[i];
        if (at < m->raw && nested && m->role[at] != DROPPED)
            FAIL(FORMAT,
                 "json: '%s' line %zu: column '%s' is a list or an object: expected one "
                 "value; --drop '%s' leaves it out",
                 m->path, line, object.name[i], object.name[i]);
        if (at < m->raw && !field[at] && !nested && object.value[i])
            TRY(egad_array_text(&field[at], object.value[i]));
    }
    for (size_t i = 0; i < m->raw; i++)
        if (!field[i])
            TRY(egad_array_text(&field[i], ""));
    TRY(all->row(all->import, line, m->raw, field));
done:
    egad_array_clear(field, field ? m->raw : 0);
    return status;
}

egad_status egad_csv_json_find(const importing *m, int *yes)
{
    egad_status status = EGAD_OK;
    egad_input *input = NULL;
    char text[64];
    size_t got = 0, at = 0;

    *yes = 0;
    if (!m->options->object || strcmp(m->path, "-") == 0)
        goto done;
    TRY(egad_input_open(&input, m->path));
    TRY(egad_input_fill(input, text, sizeof text, &got));
    if (got >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    while (at < got && strchr(" \t\r\n", text[at]))
        at++;
    *yes = at < got && text[at] == '{';
done:
    egad_input_close(input);
    return status;
}

egad_status egad_csv_json_read(importing *m, egad_rows_row *row, char sha256[65])
{
    egad_status status = EGAD_OK;
    naming all = { .import = m, .row = row };
    egad_rows_how how = {
        .delimiter = ',', .row = no_row, .object = take_names, .context = &all
    };

    TRY(egad_rows_read(m->path, &how, sha256));
    if (all.n == 0)
        FAIL(DATA, "json: '%s': its objects have no names", m->path);
    m->objects = 1;
    TRY(egad_csv_columns_begin(m, all.n, all.name, 1));
    how.object = take_object;
    TRY(egad_rows_read(m->path, &how, sha256));
done:
    egad_array_clear(all.name, all.n);
    return status;
}
