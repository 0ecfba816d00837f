/* Rows of a table as lines of JSON: json_lines.c. */
#ifndef JSON_LINES_H
#define JSON_LINES_H

#include "shell/record.h"

typedef struct {
    const egad_schema *schema;
    size_t n;          /* columns that are read, */
    const char **name; /* and their names; NULL before the first line */
    const char *label;  /* column of labels, or NULL */
    cli_json *object;   /* of the last line; owns the strings that `value` points to */
    cli_number *number; /* (columns) values that are not strings, as text */
    char why[256];
} cli_json_lines;

/* An egad_csv_parser of JSON objects; `values` is a cli_json_lines whose schema and label
 * are set. */
const char *json_lines_parse(void *values, const char *text, size_t n,
                             const char **value);
void json_lines_close(cli_json_lines *values);

#endif
