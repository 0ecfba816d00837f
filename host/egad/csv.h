/* Tables of text: imported as training data, or read for a trained detector. */
#ifndef EGAD_CSV_PUBLIC_H
#define EGAD_CSV_PUBLIC_H

#include "data.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is suspicious about a column. */
typedef enum {
    EGAD_CSV_CATEGORIES, /* it was imported as categorical, but looks numeric, has
                          * unusually many categories, or holds dates */
    EGAD_CSV_COUNTS,     /* its numbers rise, or fall, from row to row: a row number or a
                          * time */
    EGAD_CSV_UNIQUE,     /* it has another whole number in every row: an identifier */
    EGAD_CSV_CODES,      /* some of its numbers have leading zeros, such as `example` */
    EGAD_CSV_LARGE,      /* some are whole numbers from 2^53 on, such as `example` */
    EGAD_CSV_STAND_IN /* `numbers` of its `values` are `example`, such as -999, far from
                       * all others: it may stand for missing values */
} egad_csv_suspicion;

/* A doubtful column.  Its strings live until the callback returns.  Unless `why` is
 * EGAD_CSV_CATEGORIES, the column is numeric and only `column`, `example` and `line` are
 * set, and what EGAD_CSV_STAND_IN names. */
typedef struct {
    const char *column;
    size_t categories;   /* number of categories it was imported with */
    size_t dates;        /* categories that look like dates or times */
    size_t values;       /* values that are not missing */
    size_t numbers;      /* of these, the numbers, */
    size_t commas;       /* and the numbers with a decimal comma */
    int mixed;           /* 1: at least half of `values` are one or the other; 0: other
                          * doubts */
    const char *example; /* mixed: the first value that is not a number; else an example
                          * if most values are numbers with a unit or in another notation,
                          * such as 8.07 bar; or NULL */
    size_t line;         /* line of `example` */
    const char *cure;    /* how to make it numeric, to end a message, or "" */
    size_t others;       /* mixed: how many different values are not numbers */
    egad_csv_suspicion why;
} egad_csv_doubt;

/* An object of JSON: its names and values, NULL for a missing value; nested[i]: 1 if
 * value i is a list or an object, which no column can hold; nested NULL: none is.  All
 * live until the next call of the parser. */
typedef struct {
    size_t n;
    const char **name, **value;
    const unsigned char *nested;
} egad_csv_object;

/* The caller's parser of a line of n bytes that is an object.  Returns NULL, or what is
 * wrong with the line. */
typedef const char *egad_csv_object_parser(void *context, const char *text, size_t n,
                                           egad_csv_object *out);

typedef struct {
    size_t size;              /* see EGAD_SIZED */
    const char *label;        /* name of the label column; NULL: no labels, all rows are
                               * training rows */
    const char *normal;       /* its normal values; "" in quotes: an empty label */
    const char *anomalous;    /* or: its anomalous values */
    const char *numeric;      /* columns to import as numeric whatever they look like */
    const char *categorical;  /* columns to import as categorical although they hold
                               * numbers */
    const char *drop;         /* columns to ignore */
    const char *split_column; /* column with values train and test; NULL: use
                               * test_fraction */
    double test_fraction;     /* share of the normal rows in the test set; 0: one half.
                               * All anomalies are test rows; with split_column, anomalies
                               * among the training rows are dropped */
    uint64_t seed;            /* of the split */
    const char *missing; /* "fail" (NULL), "drop" (drop the row), "mean" (numeric: impute
                          * the mean over the training rows, which the schema keeps for
                          * rows read later; categorical: a category "?") */
    char delimiter;      /* 0: found by looking, one of , ; tab | and blanks */
    /* Called after an import for each doubtful column that neither `categorical` nor
     * `numeric` names: see egad_csv_suspicion.  A categorical column is doubtful if at
     * least half of its values are numbers (with a decimal point or comma); or it has
     * more than 50 categories, or more than 20 and more than a tenth of the rows; or most
     * categories look like dates or like numbers with commas.  May be NULL. */
    void (*doubt)(void *context, const egad_csv_doubt *doubt);
    void *context;      /* of `doubt` and `note` */
    const char *header; /* column names of a file without a header; "none": they are
                         * column1, column2, ...; "first": the first line is the header
                         * whatever it looks like; NULL: found by looking at the rows */
    size_t skip;        /* lines to leave out above the header or the first row */
    char decimal;       /* '.' (0) or ',' */
    char thousands;     /* what separates groups of three digits, one of , . ' _ or a
                         * blank (then also a no-break space); 0: nothing */
    const char *na;     /* further texts for a missing value of a feature */
    const char *keep;   /* the columns to read, beside the labels and the split; NULL:
                         * all */
    /* Called with one line of text for each decision on the structure of the table that
     * was found by looking: lines left out, renamed columns.  May be NULL. */
    void (*note)(void *context, const char *text);
    const char *date; /* columns of dates, each replaced by NAME.hour, NAME.weekday and
                       * NAME.days_since_start (of the first row), here and in rows read
                       * later */
    char date_order;  /* in dates such as 3/7/2018: 'd' the day first, 'm' the month; 0:
                       * such dates are an error */
    size_t window;    /* rows of a series: make each of this many successive rows, with
                       * columns NAME[-k] for the k-th row before the last one, whose
                       * label it has; 0 or 1: no windows */
    size_t step;      /* distance between the last rows of windows; 0: 1 */
    const char *time; /* column that orders the rows, which must not decrease; it is no
                       * feature; NULL: none */
    egad_csv_object_parser *object; /* imports only: parser of files that begin with '{'
                                     * and hold an object per line; NULL: such files are
                                     * an error */
    void *objects;                  /* its context */
    const char *id; /* column that identifies rows: kept beside them as text, never a
                     * feature; NULL: none */
    int texts;      /* 1: keep all fields of a row as text, for egad_csv_parse and
                     * streams */
} egad_csv_options;

/* Import a table of text, plain or .gz.  A column is numeric if all its values are
 * numbers, else categorical.  Delimiter, header and lines above it are found by looking
 * at the first rows; a file that leaves room for doubt is refused with the option that
 * settles it.  Lines that repeat the header are left out.  Of several columns of one
 * name, the second is named NAME.2.  Lists of names and values are separated by commas or
 * newlines; one that has commas may be in quotes, as in CSV, or on a line of its own.
 * What rows that are read later need to be read alike is in the schema (`reading`).  An
 * invalid row fails the import; the message has file, line and column. */
EGAD_API egad_status egad_csv_import(egad_dataset **out, const char *path,
                                     const egad_csv_options *options);

typedef struct {
    size_t unseen;     /* values of categorical columns not in the schema */
    char example[128]; /* one of them: column=value */
    size_t filled;     /* missing values of numeric columns, imputed */
    char gap[128];     /* column of the first of these */
    int ordered;       /* 1: there was no header; columns were matched by position */
    size_t repeated;   /* lines that repeat the header, left out */
    size_t above;      /* lines above the rows, left out as in training */
} egad_csv_report;

/* The number of categorical columns of a row x (features of the schema) with no category
 * set: their values were not in the training data. */
EGAD_API size_t egad_schema_unseen(const egad_schema *schema, const float *x);

/* Read rows for a trained detector: columns are matched by name in the header (others are
 * ignored), or by position if there is no header and the number of fields fits.  A
 * category that the schema lacks becomes all zeros and is counted in `report` (may be
 * NULL); a missing one is "?".  A missing number is imputed and counted if its column has
 * a `fill`, else it is an error.  x has the offsets of the schema, here and in a stream.
 * `path` "-" reads standard input.  A schema without columns is an error. */
EGAD_API egad_status egad_csv_read(egad_dataset **out, const char *path,
                                   const egad_schema *schema, egad_csv_report *report);

/* The name of the i-th column that rows of this schema are read from: columns of dates
 * instead of what is derived from them, and each column once, whatever the window.  NULL:
 * there are no more.  Borrowed from the schema. */
EGAD_API const char *egad_csv_origin(const egad_schema *schema, size_t i);

/* The caller's parser for a line of n bytes that is not CSV.  It sets value[i], for the
 * i-th of these, to a string that lives until the next call, or NULL for a missing value;
 * with labels, the value after the last of them to the line's label; with an `id`, the
 * next one to its identifier.  Returns NULL, or what is wrong with the line. */
typedef const char *egad_csv_parser(void *context, const char *text, size_t n,
                                    const char **value);

/* As egad_csv_read, with two additions.  A file that begins with '{' holds a JSON object
 * per line, each given to `parse` (NULL: JSON is an error).  `options` sets classes and y
 * from the column `label` and its values `normal` or `anomalous`, identifiers from the
 * column `id`, and with `texts` the fields of each row; its other options are ignored, as
 * the schema says how to read.  NULL: none of these.  The fields of a JSON object are the
 * columns of the schema, and its label. */
EGAD_API egad_status egad_csv_parse(egad_dataset **out, const char *path,
                                    const egad_schema *schema,
                                    const egad_csv_options *options,
                                    egad_csv_report *report, egad_csv_parser *parse,
                                    void *context);

/* The same line by line, as read from a pipe.  An invalid line leaves the stream
 * unchanged, ready for the next line. */
typedef struct egad_csv_stream egad_csv_stream;

/* `name`: the source, for messages; it and the schema must outlive the stream. */
EGAD_API egad_status egad_csv_open(egad_csv_stream **out, const char *name,
                                   const egad_schema *schema);
/* Parse line number `line`, n bytes without the newline, into x (features of the schema);
 * `*row` is 0 if it was blank or the header.  A quoted field cannot span lines.  The
 * first non-blank line maps the columns; a failure before that means that the table
 * cannot be read at all. */
EGAD_API egad_status egad_csv_line(egad_csv_stream *stream, size_t line, const char *text,
                                   size_t n, float *x, int *row);
/* 1 once the columns are mapped. */
EGAD_API int egad_csv_columns(const egad_csv_stream *stream);
/* Parse a row given as strings in the order of egad_csv_origin into x; NULL or "":
 * missing.  A row of only NULL is an error. */
EGAD_API egad_status egad_csv_values(egad_csv_stream *stream, size_t line,
                                     const char *const *value, float *x);
/* Before the first line: keep what `id` and `texts` of the options say. */
EGAD_API egad_status egad_csv_keep(egad_csv_stream *stream,
                                   const egad_csv_options *options);
/* The last line as it was read, also where it could not be parsed.  Fields are texts one
 * after another, each with its final 0.  All of it lives until the next line. */
typedef struct {
    const char *id;    /* its identifier; NULL: none, or egad_csv_values gave the row */
    size_t fields;     /* of each row; 0: none are kept, or egad_csv_values gave it */
    const char *names; /* names of the fields */
    const char *text;  /* the fields; NULL: the line has another number of them */
} egad_csv_source;
EGAD_API egad_csv_source egad_csv_last(const egad_csv_stream *stream);
EGAD_API egad_csv_report egad_csv_unseen(const egad_csv_stream *stream);
EGAD_API void egad_csv_close(egad_csv_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
