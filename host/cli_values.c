/* Lines of JSON as values of columns, for rows of files and of pipes. */
#include "cli_rows.h"

#include <stdlib.h>

void cli_values_close(cli_values *v)
{
    cli_json_free(v->object);
    free(v->number);
    *v = (cli_values){ 0 };
}

const char *cli_values_parse(void *context, const char *text, size_t n,
                             const char **value)
{
    cli_values *v = context;
    char reason[192];
    const size_t wanted = v->schema->n + (v->label != NULL);
    if (!v->number && !(v->number = malloc((wanted + 1) * sizeof *v->number)))
        return "out of memory";
    cli_json_free(v->object);
    v->object = cli_json_parse(text, n, reason, sizeof reason);
    if (!v->object) {
        snprintf(v->why, sizeof v->why, "%s: wanted one object in each line", reason);
        return v->why;
    }
    for (size_t i = 0; i < wanted; i++) {
        const char *name = i < v->schema->n ? v->schema->column[i].name : v->label;
        if (cli_json_value(v->object, name, &value[i], &v->number[i]))
            continue;
        snprintf(v->why, sizeof v->why,
                 "column '%.128s' has a list or an object, wanted one value", name);
        return v->why;
    }
    return NULL;
}
