/* Parts of the CSV import: the structure of a table (csv_guess.c), what its values have
 * in common (csv_watch.c), and what is doubtful about columns (csv_doubt.c). */
#ifndef EGAD_CSV_INSIDE_H
#define EGAD_CSV_INSIDE_H

#include "dates.h"
#include "table.h"

/* ---- csv_guess.c: delimiter, header, lines above it ---------------------- */

typedef enum {
    EGAD_CSV_HEADER,     /* the first row has the names */
    EGAD_CSV_NO_HEADER,  /* it is a row like the others */
    EGAD_CSV_UNSURE,     /* it may be either: numbers above numbers */
    EGAD_CSV_TWO_HEADERS /* the second row has words above numbers, too: units */
} egad_csv_kind;

typedef struct {
    char delimiter; /* 0: to be found */
    size_t skip;    /* lines to leave out above the header, or the first row */
    egad_csv_kind kind;
    size_t line;     /* of the first row */
    char names[400]; /* of two headers, the first as --header wants it */
} egad_csv_guess;

/* Look at the beginning of a text whose first line is number `line`.  skipped: 1 if lines
 * above were left out by an option, so that this is the header. */
egad_status egad_csv_guess_table(egad_csv_guess *out, const char *text, size_t n,
                                 size_t line, int skipped);

/* ---- csv_watch.c: what the values of a column have in common -------------- */

/* Notations of numbers, in the order in which they are proposed. */
enum { EGAD_CSV_NOTATIONS = 8, EGAD_CSV_PLAIN = 0 };
extern const egad_reading egad_csv_notation[EGAD_CSV_NOTATIONS];

typedef struct {
    unsigned notations; /* bit i: all values so far are numbers of notation i */
    size_t numbers;     /* values that are numbers of some notation */
    char example[48];   /* the first of these that is none of the usual one, */
    size_t line;        /* in this line; 0: none */
    char nan[24];       /* the first NaN or infinity, */
    size_t nan_line;    /* in this line */
    int rising;         /* 1: each number is greater than the one before, -1: less, 0:
                         * neither */
    int whole;          /* 1: all are whole numbers; and all of the first ones differ: */
    double last;        /* the number before */
    double least, most; /* of all; how many are the same, and the next ones: */
    size_t leasts, mosts;
    double above_least, below_most;
    double *seen; /* hash table of the first numbers; NULL: some were equal */
    size_t slots, kept;
    char codes[24];    /* the first with a leading zero, */
    size_t codes_line; /* in this line */
    char large[24];    /* the first whole number from 2^53 on, */
    size_t large_line; /* in this line */
} egad_csv_watch;

void egad_csv_watch_begin(egad_csv_watch *watch);
egad_status egad_csv_watch_add(egad_csv_watch *watch, size_t line, const char *text);
/* What is suspicious about the numbers of a column of so many rows; EGAD_CSV_CATEGORIES:
 * nothing. */
egad_csv_suspicion egad_csv_watch_judge(const egad_csv_watch *watch, size_t rows);
/* How many numbers are *value, which looks as if it stood for missing ones; 0: none. */
size_t egad_csv_watch_stand_in(const egad_csv_watch *watch, double *value);
void egad_csv_watch_end(egad_csv_watch *watch);

/* ---- csv.c ---------------------------------------------------------------- */

typedef enum {
    NO_ROLE,
    LABEL,
    SPLIT,
    IDENTIFIER,
    NUMERIC,
    CATEGORICAL,
    DROPPED,
    KEPT,
    DATED,
    TIMED
} egad_csv_role;

typedef struct {
    const char *path;
    const egad_csv_options *options;
    egad_reading reading;
    egad_roles roles;
    egad_csv_guess guess;
    egad_dates dates;
    char **name;   /* of the columns, all distinct */
    char **header; /* the fields of the header; NULL: the file has none */
    egad_csv_role *role;
    size_t fields; /* and what is derived from them: names, header and roles */
    size_t raw;    /* fields of a line */
    int objects;   /* 1: the lines are JSON, whose numbers have a point */
    size_t time;   /* the field that orders the rows; raw: none */
    double before; /* its value in the row before, */
    size_t before_line;
    size_t windows;           /* of a series: */
    size_t *last;             /* (windows): the last row of each, */
    unsigned char *last_part; /* and whether it trains */
    egad_table table;
    egad_csv_watch *watch; /* (columns of the table) */
    size_t label, split;   /* columns of the table */
    size_t id_at;          /* field of the identifiers, and */
    char **id;             /* one for each row of the table */
    size_t ids, id_room;
    size_t repeated, repeated_line; /* lines that repeat the header, and the first */
    char **note;                    /* decisions, told when the import has succeeded */
    size_t notes;
} egad_csv_importing;

/* ---- csv_columns.c --------------------------------------------------------- */

/* Name the n columns by the first row, if it is the header, or by the options; give them
 * their roles, and declare the table. */
egad_status egad_csv_columns_begin(egad_csv_importing *m, size_t n, char *const *field,
                                   int header);
/* What to do if there is only one column; else "". */
const char *egad_csv_columns_hint(const egad_csv_importing *m);

/* ---- csv_json.c -------------------------------------------------------------- */

/* *yes: 1 if the file holds JSON lines and the options have a parser for them. */
egad_status egad_csv_json_find(const egad_csv_importing *m, int *yes);
/* Read them: `row` is called for each, with m->raw fields. */
egad_status egad_csv_json_read(egad_csv_importing *m, egad_rows_row *row,
                               char sha256[65]);

/* ---- csv_window.c ---------------------------------------------------------- */

egad_status egad_csv_window_check(const egad_csv_options *options);
/* Check that a row is not before the one above it. */
egad_status egad_csv_window_time(egad_csv_importing *m, size_t line, char *const *field);
/* Find the windows and their parts from the parts of the rows, and change these to what
 * the windows make of them. */
egad_status egad_csv_window_divide(egad_csv_importing *m, const unsigned char *anomaly,
                                   unsigned char *part);
/* Replace a data set of rows by one of windows. */
egad_status egad_csv_window_make(egad_csv_importing *m, egad_dataset **data);

/* ---- csv_doubt.c ----------------------------------------------------------- */

/* Note a decision. */
egad_status egad_csv_doubt_note(egad_csv_importing *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* EGAD_DATA if another notation of numbers explains all values of a column whose type is
 * to be found; the message has the option.  For use after the last row, or where a row
 * failed. */
egad_status egad_csv_doubt_notation(const egad_csv_importing *m);
/* EGAD_DATA if, in a settled table, NaN would be a category among numbers. */
egad_status egad_csv_doubt_gaps(const egad_csv_importing *m);
/* Tell `note` of each decision, and `doubt` of each doubtful column of the data set. */
egad_status egad_csv_doubt_tell(egad_csv_importing *m, const egad_dataset *data);

#endif
