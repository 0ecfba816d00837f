/* Whether columns that were gathered can be features, and what to do about those that
 * cannot. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* At least half of the values, with so many of them: numbers, or nearly. */
static int half(const egad_table_column *c, size_t n)
{
    return c->values && n * 2 >= c->values;
}

int egad_table_doubtful(const egad_table_column *c)
{
    return c->feature && c->doubt && half(c, c->decimals + c->commas);
}

/* Names as --drop takes them; returns `out`. */
static const char *list_typed(char *out, size_t size, char *const *name, size_t n)
{
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        if (used + strlen(name[i]) + sizeof ",..." > size) {
            snprintf(out + used, size - used, ",...");
            break;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "", name[i]);
    }
    return out;
}

/* Of a column whose values are numbers for the most part. */
static egad_status fail_numbers(const egad_table *table, const egad_table_column *c)
{
    egad_status status = EGAD_OK;

    if (!c->odd)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': more than %d distinct values, all of them "
             "numbers: leave it out of --categorical, and they are taken as such",
             table->path, c->many, c->name, EGAD_TABLE_WORDS);
    FAIL(DATA,
         "csv: '%s' line %zu, column '%s': more than %d distinct values, of which "
         "'%.40s', "
         "line %zu, is the first that is not a number%s; --drop '%s' leaves the column "
         "out",
         table->path, c->many, c->name, EGAD_TABLE_WORDS, c->odd, c->odd_line,
         egad_number_hint(c->odd), c->name);
done:
    return status;
}

/* Fails if columns have too many words. */
static egad_status check_many(const egad_table *table)
{
    egad_status status = EGAD_OK;
    char **name = NULL, list[400];
    size_t n = 0, first = 0;

    NEW(name, table->columns);
    for (size_t i = 0; i < table->columns; i++) {
        const egad_table_column *c = &table->column[i];
        if (c->kind != EGAD_TABLE_WORD || !c->many)
            continue;
        if (half(c, c->decimals + c->commas + c->nearly))
            TRY(fail_numbers(table, c));
        if (n == 0)
            first = i;
        name[n++] = c->name;
    }
    const egad_table_column *c = &table->column[first];
    if (n == 1)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': more than %d distinct values; --drop '%s' "
             "leaves the column out",
             table->path, c->many, c->name, EGAD_TABLE_WORDS, c->name);
    if (n)
        FAIL(
            DATA,
            "csv: '%s': more than %d distinct values in each of %zu columns; --drop '%s' "
            "leaves them out",
            table->path, EGAD_TABLE_WORDS, n, list_typed(list, sizeof list, name, n));
done:
    free(name);
    return status;
}

static int is_empty(const egad_table_column *c)
{
    /* As long as it may be either, it has had gaps and numbers only. */
    return c->kind == EGAD_TABLE_WORD ? !c->words && !c->many : !c->numbers;
}

static egad_status check_empty(const egad_table *table)
{
    egad_status status = EGAD_OK;
    char **name = NULL, list[400];
    size_t n = 0;

    NEW(name, table->columns);
    for (size_t i = 0; table->rows && i < table->columns; i++)
        if (table->column[i].feature && is_empty(&table->column[i]))
            name[n++] = table->column[i].name;
    if (n == 1)
        FAIL(
            DATA,
            "csv: '%s', column '%s': it is empty, no row has a value: --drop '%s' leaves "
            "it out",
            table->path, name[0], name[0]);
    if (n)
        FAIL(DATA,
             "csv: '%s': %zu columns are empty, no row has a value in them: --drop '%s' "
             "leaves them out",
             table->path, n, list_typed(list, sizeof list, name, n));
done:
    free(name);
    return status;
}

egad_status egad_table_check(const egad_table *table)
{
    egad_status status = EGAD_OK;

    TRY(check_many(table));
    TRY(check_empty(table));
done:
    return status;
}
