/* The first row of a table: column names, and the positions of a schema's columns. */
#include "io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Name the k-th column of a name NAME.k, or by a later number if that is taken. */
static egad_status rename_again(char **name, size_t *k, char *const *sorted, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t size = strlen(*name) + 24;
    char *other = NULL;

    NEW(other, size);
    do
        snprintf(other, size, "%s.%zu", *name, (*k)++);
    while (bsearch(&other, sorted, n, sizeof *sorted, compare_names));
    free(*name);
    *name = other;
done:
    return status;
}

/* Make the names distinct. */
static egad_status rename_all(char **name, size_t n)
{
    egad_status status = EGAD_OK;
    char **sorted = NULL;

    TRY(egad_array_copy(&sorted, n, name));
    qsort(sorted, n, sizeof *sorted, compare_names);
    for (size_t i = 1; i < n; i++) {
        const char *text = sorted[i];
        if (strcmp(sorted[i - 1], text) != 0 || (i > 1 && !strcmp(sorted[i - 2], text)))
            continue;
        size_t k = 2, seen = 0;
        /* Few names are repeated. */
        for (size_t c = 0; c < n; c++)
            if (strcmp(name[c], text) == 0 && seen++)
                TRY(rename_again(&name[c], &k, sorted, n));
    }
done:
    egad_array_clear(sorted, n);
    return status;
}

egad_status egad_header_names(char ***out, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    char **name = NULL, none[32];

    NEW(name, n);
    for (size_t i = 0; i < n; i++) {
        snprintf(none, sizeof none, "column%zu", i + 1);
        TRY(egad_array_text(&name[i], *field[i] ? field[i] : none));
    }
    TRY(rename_all(name, n));
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

/* Names and their positions, sorted, so that thousands are found in thousands of columns
 * at once. */
typedef struct {
    const char *name;
    size_t at;
} place;

static int compare_places(const void *a, const void *b)
{
    const place *x = a, *y = b;
    const int order = strcmp(x->name, y->name);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* The caller frees *out with free(). */
static egad_status sort_places(place **out, size_t n, char *const *name)
{
    egad_status status = EGAD_OK;

    NEW(*out, n);
    for (size_t i = 0; i < n; i++)
        (*out)[i] = (place){ name[i], i };
    qsort(*out, n, sizeof **out, compare_places);
done:
    return status;
}

/* Number of the first place of a name or, without one, of the place that would follow. */
static size_t search_places(const place *sorted, size_t n, const char *name)
{
    size_t first = 0;

    while (n > 0) {
        const size_t half = n / 2;
        const int before = strcmp(sorted[first + half].name, name) < 0;
        first += before ? half + 1 : 0;
        n = before ? n - half - 1 : half;
    }
    return first;
}

/* 1 if the name of a column to be found is that of several columns, of which the training
 * data had one.  sorted: the places of the header. */
static int is_twice(const egad_header *h, const char *name, const place *sorted, size_t n)
{
    const size_t again = search_places(sorted, n, name) + 1;
    char second[300];

    if (again >= n || strcmp(sorted[again].name, name) != 0)
        return 0;
    snprintf(second, sizeof second, "%s.2", name);
    return find_field(second, h->reading->names, h->reading->name) == h->reading->names;
}

/* The name of the last such column; NULL: there is none. */
static egad_status find_twice(const egad_header *h, size_t n, char *const *field,
                              const char **twice)
{
    egad_status status = EGAD_OK;
    place *sorted = NULL;

    TRY(sort_places(&sorted, n, field));
    for (size_t i = 0; i < h->schema->n; i++)
        if (is_twice(h, h->schema->column[i].name, sorted, n))
            *twice = h->schema->column[i].name;
    if (h->label && is_twice(h, h->label, sorted, n))
        *twice = h->label;
    if (h->id && is_twice(h, h->id, sorted, n))
        *twice = h->id;
done:
    free(sorted);
    return status;
}

/* Find the model's columns by the names of all columns; *found: how many were. */
static egad_status find_columns(egad_header *h, size_t n, char *const *names,
                                size_t *found)
{
    egad_status status = EGAD_OK;
    place *sorted = NULL;

    *found = 0;
    TRY(sort_places(&sorted, n, names));
    for (size_t i = 0; i < h->schema->n; i++) {
        const size_t k = search_places(sorted, n, h->schema->column[i].name);
        if (k == n || strcmp(sorted[k].name, h->schema->column[i].name) != 0)
            continue;
        h->at[i] = sorted[k].at;
        (*found)++;
    }
done:
    free(sorted);
    return status;
}

/* Fail with the model's columns that a header lacks, its unknown columns, and a repeated
 * one.  field: its names, made distinct. */
static egad_status fail_absent(const egad_header *h, size_t n, char *const *field,
                               char *const *header, const char *twice)
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
        if (*header[k] && strcmp(header[k], field[k]) != 0)
            continue; /* the second of a name */
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

/* The position of a further column, from the names of all columns. */
static egad_status find_further(const egad_header *h, const char *name, size_t n,
                                char *const *field, size_t *at)
{
    egad_status status = EGAD_OK;
    char text[600];

    *at = name ? find_field(name, n, field) : 0;
    if (name && *at == n)
        FAIL(ARGUMENT, "csv: '%s' has %s", h->path,
             egad_array_no_column(text, sizeof text, name, field, n));
done:
    return status;
}

/* The positions of the further columns. */
static egad_status find_others(egad_header *h, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;

    TRY(find_further(h, h->label, n, field, &h->label_at));
    TRY(find_further(h, h->id, n, field, &h->id_at));
done:
    return status;
}

egad_status egad_header_find(egad_header *h, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    const egad_schema *schema = h->schema;
    const char *twice = NULL;
    char **names = NULL;
    size_t found;

    TRY(egad_header_names(&names, n, field));
    TRY(find_columns(h, n, names, &found));
    TRY(find_twice(h, n, field, &twice));
    h->found = found == schema->n;
    if (h->found && twice)
        FAIL(FORMAT, "csv: '%s' line %zu: two columns named '%s': rename one", h->path,
             line, twice);
    if (h->found) {
        TRY(find_others(h, n, names));
        goto done;
    }
    /* A row with half of the names is a header, not data. */
    const int header = (found && found * 2 >= schema->n) || all_words(schema, n, field);
    if (n == h->reading->names && !header) {
        TRY(find_columns(h, n, h->reading->name, &found));
        TRY(find_others(h, n, h->reading->name));
        h->ordered = 1;
        goto done;
    }
    if (header)
        TRY(fail_absent(h, n, names, field, twice));
    if (h->label || h->id)
        FAIL(SHAPE,
             "csv: '%s' line %zu: no header, wanted one with the model's columns, such "
             "as '%s', and the %s column '%s'%s",
             h->path, line, schema->column[0].name, h->label ? "label" : "--id",
             h->label ? h->label : h->id, delimiter_hint(h, n));
    if (n != schema->n && n != schema->n + 1)
        TRY(fail_positions(h, line, n));
    h->ordered = !egad_kdd_order(schema, h->at);
    for (size_t i = 0; h->ordered && i < schema->n; i++)
        h->at[i] = i;
done:
    egad_array_clear(names, n);
    return status;
}
