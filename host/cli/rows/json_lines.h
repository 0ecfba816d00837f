/* Rows of a table as lines of JSON: json_lines.c. */
#ifndef JSON_LINES_H
#define JSON_LINES_H

#include "shell/record.h"

typedef struct {
    const egad_schema *schema;
    const char *label;  /* column of labels, or NULL */
    cli_json *object;   /* of the last line: its texts are values, */
    cli_number *number; /* (columns) and these, where they are none by themselves */
    char why[256];
} cli_json_lines;

/* An egad_csv_parser for objects; `values` is a cli_json_lines of which the schema is
 * set, and the label. */
const char *json_lines_parse(void *values, const char *text, size_t n,
                             const char **value);
void json_lines_close(cli_json_lines *values);

#endif
