/* A table (table.c, table_check.c, table_finish.c): collects rows column by column, then
 * makes a data set. */
#ifndef EGAD_TABLE_H
#define EGAD_TABLE_H

#include "io.h"

typedef enum { EGAD_TABLE_AUTO, EGAD_TABLE_NUMBER, EGAD_TABLE_WORD } egad_table_kind;
typedef enum { EGAD_TABLE_FAIL, EGAD_TABLE_DROP, EGAD_TABLE_MEAN } egad_table_missing;

enum {
    EGAD_TABLE_WORDS = 1000, /* most distinct values of a categorical column */
    EGAD_TABLE_NO_WORD = 0xffff
};

typedef struct {
    char *text;
    size_t line; /* of its first occurrence */
    uint16_t code;
} egad_table_word;

typedef struct {
    char *name;
    size_t field; /* index in a row of the file */
    egad_table_kind kind;
    int empties;    /* 1: an empty text is a word like others, not a gap */
    int feature;    /* 0: the label, or the column of the split */
    size_t many;    /* from this line on the column has too many distinct values for
                     * categories */
    double *number; /* (rows), NaN where missing */
    size_t numbers; /* number of those present */
    size_t no_number, no_word; /* line of the first missing value; 0: none */
    char *gap;                 /* text of that missing number; NULL: an empty field */
    uint16_t *code;            /* (rows), index into word or EGAD_TABLE_NO_WORD */
    egad_table_word *word;
    size_t words, word_room;
    uint16_t *slot;  /* hash of a word -> 1 + its index */
    int doubt;       /* its words may be meant as numbers */
    size_t values;   /* values that are not missing; beyond `many`, distinct ones */
    size_t decimals; /* of these, numbers */
    size_t commas;   /* of these, numbers after replacing a decimal comma */
    size_t nearly;   /* of these, numbers after what egad_number_hint suggests */
    char *example;   /* the first value that is not a number, or NULL */
    size_t example_line;
} egad_table_column;

typedef struct {
    const char *path; /* for messages; borrowed */
    size_t rows, room;
    size_t columns, column_room;
    egad_table_column *column;
    egad_table_missing missing; /* the mode given to egad_table_settle */
} egad_table;

/* What to do about missing values by its name: "fail" or NULL, "drop", "mean". */
egad_status egad_table_policy(const char *who, const char *name, egad_table_missing *out);
/* Declare the next column.  Features come first, in their final order. */
egad_status egad_table_declare(egad_table *table, const char *name, size_t field,
                               egad_table_kind kind, int feature);
/* Add a row of the file.  A value that does not fit its column is an error. */
egad_status egad_table_add(egad_table *table, size_t line, char *const *field);
/* Fails if a feature has too many distinct values, or none at all. */
egad_status egad_table_check(const egad_table *table);
/* Call after the last row: decides whether automatic columns are numeric or categorical
 * and sorts words by bytes.  Under EGAD_TABLE_MEAN missing words become "?"; under
 * EGAD_TABLE_FAIL a missing value in a feature is an error. */
egad_status egad_table_settle(egad_table *table, egad_table_missing missing);
/* 1 if a column was automatically made categorical although at least half of its values
 * are numbers, perhaps with decimal commas. */
int egad_table_doubtful(const egad_table_column *column);
/* 1 if a feature of the row is missing. */
int egad_table_incomplete(const egad_table *table, size_t row);
/* Make the data set; the caller frees *out.  part: (rows), EGAD_TRAIN, EGAD_TEST or left
 * out; NULL: all rows are training rows, and `split` is NULL.  label: the label column,
 * with anomalous[word] 0 or 1; or NULL.  Under EGAD_TABLE_MEAN missing numbers become the
 * mean of the training rows, `filled` marks them, and the schema keeps the means. */
egad_status egad_table_finish(egad_table *table, const unsigned char *part,
                              const egad_table_column *label,
                              const unsigned char *anomalous, egad_dataset **out);
/* Set the classes of a data set from a settled label column; labels may be missing only
 * in rows that `part` leaves out (NULL: none).  The column's words move to the data
 * set. */
egad_status egad_table_classes(const egad_table *table, egad_table_column *label,
                               const unsigned char *part, egad_dataset *data);
void egad_table_clear(egad_table *table);

#endif
