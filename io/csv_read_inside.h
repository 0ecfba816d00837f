/* Rows for a trained detector: what csv_read.c (files), csv_read_row.c (a row),
 * csv_read_kept.c (what is kept beside it) and csv_read_stream.c (line by line) share. */
#ifndef EGAD_CSV_READ_INSIDE_H
#define EGAD_CSV_READ_INSIDE_H

#include "dates.h"
#include "table.h"

/* What is kept of rows beside their features. */
typedef struct {
    const char *id;       /* name of the column of identifiers, or NULL */
    int texts;            /* 1: all fields are kept */
    size_t id_at;         /* field of the identifier */
    size_t fields;        /* of a row, and */
    char *names;          /* their names, one after another */
    char *last_id, *last; /* of the row read last: identifier, fields; or NULL */
    size_t rows, id_room, room;
    char **all_id, **all; /* (rows): those of the rows of a file */
} egad_csv_kept;

/* Note where the n fields of rows are, by the first of them. */
egad_status egad_csv_kept_begin(egad_csv_kept *kept, size_t n, char *const *field,
                                const egad_header *header);
/* Take the fields of a row, before they are parsed; forget those of the last one. */
egad_status egad_csv_kept_take(egad_csv_kept *kept, size_t n, char *const *field);
void egad_csv_kept_forget(egad_csv_kept *kept);
/* Add the last row to those of a file, and give all of these to a data set. */
egad_status egad_csv_kept_add(egad_csv_kept *kept);
egad_status egad_csv_kept_give(egad_csv_kept *kept, egad_dataset *data);
void egad_csv_kept_end(egad_csv_kept *kept);

typedef struct {
    const char *who, *path;    /* for messages */
    const egad_schema *schema; /* of a line: without windows, the model's */
    egad_schema last;          /* with windows: of the last line of a window */
    egad_reading reading;      /* of the training data */
    egad_dates dates;          /* of the columns of the file */
    size_t sources;            /* the columns that `parse` finds, */
    char **source;             /* and their names */
    int objects;               /* 1: values come from JSON, with a decimal point */
    egad_csv_parser *parse;    /* parser of JSON lines, and its argument */
    void *context;
    egad_roles roles;  /* roles of its labels, if there is a label column; */
    size_t label;      /* the labels' field, */
    egad_table labels; /* and the labels */
    egad_csv_kept kept;
    egad_csv_report report;
    int keeps;   /* 1: record imputed values: */
    size_t *gap; /* row * columns + column of each */
    size_t gaps, gap_room;
    size_t features;
    char delimiter;
    size_t fields;      /* per row; 0 before the first */
    char **header;      /* the fields of the header, or NULL */
    size_t *at;         /* field of each column of the schema */
    const char **value; /* (columns) values in schema order, then label and identifier */
    float *x;
    size_t rows, room;
} egad_csv_reading;

/* Prepare to read by r->schema; egad_csv_read_end frees what rows have taken. */
egad_status egad_csv_read_begin(egad_csv_reading *r);
void egad_csv_read_end(egad_csv_reading *r);
/* Find the delimiter: an egad_rows_look, whose context is the egad_csv_reading. */
egad_rows_look egad_csv_read_look;
/* Parse a row into x (features); `*row` is 0 if it is the header, repeats it, or is a
 * line above the table. */
egad_status egad_csv_read_row(egad_csv_reading *r, size_t line, size_t n,
                              char *const *field, float *x, int *row);
/* The same from values in the order of the schema, NULL if missing. */
egad_status egad_csv_read_values(egad_csv_reading *r, size_t line,
                                 const char *const *value, float *x);

#endif
