/* The columns that the rows of a schema are read from. */
#include "dates.h"

#include <stdlib.h>
#include <string.h>

/* The value of the n-th line "key=value" among the lines of a schema; NULL: there is
 * none. */
static const char *find_line(const egad_schema *schema, const char *key, size_t n)
{
    const size_t size = strlen(key);

    for (size_t i = 0; i < schema->readings; i++)
        if (strncmp(schema->reading[i], key, size) == 0 && n-- == 0)
            return schema->reading[i] + size;
    return NULL;
}

/* The column of dates that a column is derived from; NULL: none. */
static const char *date_of(const egad_schema *schema, const char *column)
{
    const char *date;

    for (size_t i = 0; (date = find_line(schema, "date=", i)) != NULL; i++)
        if (egad_dates_derived(date, column))
            return date;
    return NULL;
}

const char *egad_csv_origin(const egad_schema *schema, size_t i)
{
    const char *window = find_line(schema, "window=", 0), *before = NULL;
    const size_t lines = window ? (size_t)strtoull(window, NULL, 10) : 1;
    /* The last row of a window has plain names. */
    const size_t first = lines > 1 ? schema->n - schema->n / lines : 0;

    if (!find_line(schema, "date=", 0))
        return i < schema->n - first ? schema->column[first + i].name : NULL;
    for (size_t k = first; k < schema->n; k++) {
        const char *name = schema->column[k].name, *date = date_of(schema, name);
        const int again = date && date == before;
        before = date;
        if (!again && i-- == 0)
            return date ? date : name;
    }
    return NULL;
}
