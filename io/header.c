/* The first row of a table: column names, and the positions of a schema's columns. */
#include "io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

egad_status egad_header_names(char ***out, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    char **name = NULL, none[32];

    NEW(name, n);
    for (size_t i = 0; i < n; i++) {
        snprintf(none, sizeof none, "column%zu", i + 1);
        TRY(egad_array_text(&name[i], *field[i] ? field[i] : none));
    }
    *out = name;
    name = NULL;
done:
    egad_array_clear(name, n);
    return status;
}

/* The hint for a row of one field where several are wanted. */
static const char *delimiter_hint(const egad_header *h, size_t n)
{
    return n == 1 && h->schema->n > 1
               ? "; it is one column: is its first line the header, with names separated "
                 "by commas, semicolons, tabs, | or blanks?"
               : "";
}

static egad_status fail_positions(const egad_header *h, size_t line, size_t n)
{
    egad_status status = EGAD_OK;
    char **names = NULL, list[400];

    NEW(names, h->schema->n);
    for (size_t i = 0; i < h->schema->n; i++)
        names[i] = h->schema->column[i].name;
    FAIL(SHAPE,
         "csv: '%s' line %zu: %zu field%s and no header, wanted the %zu columns %s%s",
         h->path, line, n, n == 1 ? "" : "s", h->schema->n,
         egad_array_list(list, sizeof list, names, h->schema->n), delimiter_hint(h, n));
done:
    free(names);
    return status;
}

/* The index of field `name`; n: none. */
static size_t find_field(const char *name, size_t n, char *const *field)
{
    size_t k = 0;

    while (k < n && strcmp(field[k], name) != 0)
        k++;
    return k;
}

/* 1 if the name is repeated after field `at`. */
static int find_again(const char *name, size_t at, size_t n, char *const *field)
{
    const size_t behind = n - at - 1;

    return find_field(name, behind, field + at + 1) < behind;
}

/* Fail with the model's columns that a header lacks, its unknown columns, and a repeated
 * one. */
static egad_status fail_absent(const egad_header *h, size_t n, char *const *field,
                               const char *twice)
{
    egad_status status = EGAD_OK;
    const egad_schema *schema = h->schema;
    char **absent = NULL, **other = NULL, list[400], others[400];
    size_t absents = 0, more = 0;

    NEW(absent, schema->n);
    NEW(other, n);
    for (size_t i = 0; i < schema->n; i++)
        if (find_field(schema->column[i].name, n, field) == n)
            absent[absents++] = schema->column[i].name;
    for (size_t k = 0; k < n; k++) {
        size_t i = 0;
        while (i < schema->n && strcmp(field[k], schema->column[i].name) != 0)
            i++;
        if (i == schema->n)
            other[more++] = field[k];
    }
    FAIL(SHAPE,
         "csv: '%s' has no column%s %s (%zu of the model's %zu): add what is "
         "missing%s%s%s%s%s%s%s",
         h->path, absents == 1 ? "" : "s",
         egad_array_list(list, sizeof list, absent, absents), absents, schema->n,
         more || twice ? ", or correct names in the header; " : "",
         more ? "unknown columns: " : "",
         egad_array_list(others, sizeof others, other, more),
         twice ? more ? ", and '" : "'" : "", twice ? twice : "",
         twice ? "' appears twice" : "",
         n > 1 && absents == schema->n ? "; is its first line the header?"
                                       : delimiter_hint(h, n));
done:
    free(absent);
    free(other);
    return status;
}

/* 1 if these can only be names: words where a data row would have numbers. */
static int all_words(const egad_schema *schema, size_t n, char *const *field)
{
    size_t numeric = 0;
    float unused;

    for (size_t i = 0; i < schema->n; i++)
        numeric += schema->column[i].categories == 0;
    for (size_t k = 0; k < n; k++)
        if (egad_number_parse(field[k], &unused) != EGAD_NUMBER_NONE ||
            strchr("+-.0123456789", *field[k]))
            return 0;
    return numeric > 0;
}

/* The label column's position, from a header. */
static egad_status find_label(egad_header *h, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    const char *name = h->label;
    const size_t at = find_field(name, n, field);
    char text[600];

    if (at == n)
        FAIL(ARGUMENT, "csv: '%s' has %s", h->path,
             egad_array_no_column(text, sizeof text, name, field, n));
    if (find_again(name, at, n, field))
        FAIL(FORMAT, "csv: '%s' line %zu: two columns named '%s': rename one", h->path,
             line, name);
    h->label_at = at;
done:
    return status;
}

egad_status egad_header_find(egad_header *h, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    const egad_schema *schema = h->schema;
    const char *twice = NULL;
    char **names = NULL;
    size_t found = 0;

    TRY(egad_header_names(&names, n, field));
    for (size_t i = 0; i < schema->n; i++) {
        const char *name = schema->column[i].name;
        const size_t at = find_field(name, n, names);
        if (at == n)
            continue;
        h->at[i] = at;
        found++;
        if (find_again(name, at, n, names))
            twice = name;
    }
    h->found = found == schema->n;
    if (h->found && twice)
        FAIL(FORMAT, "csv: '%s' line %zu: two columns named '%s': rename one", h->path,
             line, twice);
    if (h->found && h->label)
        TRY(find_label(h, line, n, names));
    if (h->found)
        goto done;
    /* A row with half of the names is a header, not data. */
    if ((found && found * 2 >= schema->n) || all_words(schema, n, field))
        TRY(fail_absent(h, n, names, twice));
    if (h->label)
        FAIL(SHAPE,
             "csv: '%s' line %zu: no header, wanted one with the model's columns, such "
             "as '%s', and the label column '%s'%s",
             h->path, line, schema->column[0].name, h->label, delimiter_hint(h, n));
    if (n != schema->n && n != schema->n + 1)
        TRY(fail_positions(h, line, n));
    h->ordered = !egad_kdd_order(schema, h->at);
    for (size_t i = 0; h->ordered && i < schema->n; i++)
        h->at[i] = i;
done:
    egad_array_clear(names, n);
    return status;
}
