/* Check whether the collected columns can be features, and say what to do if not. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1 if at least half of the values are numbers, or nearly: `n` of them. */
static int half(const egad_table_column *c, size_t n)
{
    return c->values && n * 2 >= c->values;
}

int egad_table_doubtful(const egad_table_column *c)
{
    return c->feature && c->doubt && half(c, c->decimals + c->commas);
}

/* List names in the syntax of --drop; returns `out`. */
static const char *list_typed(char *out, size_t size, char *const *name, size_t n)
{
    size_t used = 0;
    char item[200];

    for (size_t i = 0; i < n; i++) {
        egad_array_typed(item, sizeof item, name[i]);
        if (used + strlen(item) + sizeof ",..." > size) {
            snprintf(out + used, size - used, ",...");
            break;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "", item);
    }
    return out;
}

/* Fail for a column of mostly numeric values. */
static egad_status fail_numbers(const egad_table *table, const egad_table_column *c)
{
    egad_status status = EGAD_OK;

    if (!c->example)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': more than %d distinct values, all of them "
             "numbers: remove it from --categorical",
             table->path, c->many, c->name, EGAD_TABLE_WORDS);
    FAIL(DATA,
         "csv: '%s' line %zu, column '%s': more than %d distinct values, of which "
         "'%.40s', line %zu, is the first that is not a number%s; --drop '%s' drops the "
         "column, --na reads such texts as missing values",
         table->path, c->many, c->name, EGAD_TABLE_WORDS, c->example, c->example_line,
         egad_number_hint(c->example), c->name);
done:
    return status;
}

/* Fail if columns have too many words. */
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
    const int date = n == 1 && c->example && egad_number_date(c->example);
    if (n == 1)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': more than %d distinct values; %s%s%sdrop "
             "the column with --drop '%s', or if it identifies the rows, keep it beside "
             "them with --id '%s'",
             table->path, c->many, c->name, EGAD_TABLE_WORDS,
             date ? "they look like dates: read hour, weekday and days with --date '"
                  : "",
             date ? c->name : "", date ? "', or " : "", c->name, c->name);
    if (n)
        FAIL(DATA,
             "csv: '%s': more than %d distinct values in each of %zu columns; drop them "
             "with --drop '%s', or keep one that identifies the rows with --id",
             table->path, EGAD_TABLE_WORDS, n, list_typed(list, sizeof list, name, n));
done:
    free(name);
    return status;
}

static int is_empty(const egad_table_column *c)
{
    /* A column of unknown type has had only missing values and numbers. */
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
        FAIL(DATA,
             "csv: '%s', column '%s': it is empty, no row has a value: drop it with "
             "--drop '%s'",
             table->path, name[0], name[0]);
    if (n)
        FAIL(DATA,
             "csv: '%s': %zu columns are empty, no row has a value in them: drop them "
             "with --drop '%s'",
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

egad_status egad_table_policy(const char *who, const char *name, egad_table_missing *out)
{
    static const char *const policy[] = { "fail", "drop", "mean" };
    egad_status status = EGAD_OK;
    int i = 0;

    while (name && i < 3 && strcmp(name, policy[i]) != 0)
        i++;
    if (i == 3)
        FAIL(ARGUMENT, "%s: missing: '%s', wanted fail, drop or mean", who, name);
    *out = (egad_table_missing)i;
done:
    return status;
}
