/* Rows of a table as lines of JSON: json_lines.c. */
#ifndef JSON_LINES_H
#define JSON_LINES_H

#include "shell/record.h"

typedef struct {
    const egad_schema *schema;
    size_t n;              /* columns that are read, */
    const char **name;     /* and their names; NULL before the first line */
    const char *label;     /* column of labels, or NULL */
    const char *id;        /* column of identifiers, or NULL */
    cli_json *object;      /* of the last line; owns the strings that `value` points to */
    cli_number *number;    /* (columns) values that are not strings, as text */
    unsigned char *nested; /* (columns) 1: a list or an object */
    const char **value;    /* of json_lines_object: (n) */
    size_t room;           /* of its arrays */
    char why[256];
} cli_json_lines;

/* An egad_csv_parser of JSON objects; `values` is a cli_json_lines whose schema, label
 * and id are set. */
const char *json_lines_parse(void *values, const char *text, size_t n,
                             const char **value);
/* An egad_csv_object_parser; `values` is a cli_json_lines without a schema. */
const char *json_lines_object(void *values, const char *text, size_t n,
                              egad_csv_object *out);
void json_lines_close(cli_json_lines *values);

#endif
