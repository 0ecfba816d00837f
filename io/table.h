/* table.c, table_check.c: columns gathered row by row, become a data set. */
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
    size_t line; /* where it was first seen */
    uint16_t code;
} egad_table_word;

typedef struct {
    char *name;
    size_t field; /* position in a row of the file */
    egad_table_kind kind;
    int feature;    /* 0: a label, or what tells the parts apart */
    size_t many;    /* with too many distinct values for categories from this line on */
    float *number;  /* (rows), NaN where missing */
    size_t numbers; /* present ones */
    float fill;     /* the mean, where it is wanted */
    size_t no_number, no_word; /* line of the first missing one; 0: none */
    char *gap;      /* how that number is missing, or NULL: by an empty field */
    uint16_t *code; /* (rows), index into word or EGAD_TABLE_NO_WORD */
    egad_table_word *word;
    size_t words, word_room;
    uint16_t *slot;  /* hash of a word -> 1 + its index */
    int doubt;       /* its words may be meant as numbers */
    size_t values;   /* words that are no gaps; distinct ones where `many` */
    size_t decimals; /* numbers among them */
    size_t commas;   /* and what is a number once a decimal comma is a point, */
    size_t nearly;   /* or once it is written as egad_number_hint says */
    char *odd;       /* the first that is no number, or NULL */
    size_t odd_line;
} egad_table_column;

typedef struct {
    const char *path; /* for messages; borrowed */
    size_t rows, room;
    size_t columns, column_room;
    egad_table_column *column;
    egad_table_missing missing; /* as it was settled */
} egad_table;

/* Declare the next column.  Features come first in the order they shall have. */
egad_status egad_table_declare(egad_table *table, const char *name, size_t field,
                               egad_table_kind kind, int feature);
/* Take one row of the file; a value that does not fit its column fails. */
egad_status egad_table_add(egad_table *table, size_t line, char *const *field);
/* Fails if features have too many words, or no value at all. */
egad_status egad_table_check(const egad_table *table);
/* After the last row: automatic columns become numeric or categorical, words are sorted
 * by bytes, missing words become "?" under EGAD_TABLE_MEAN; under EGAD_TABLE_FAIL
 * anything missing in a feature fails. */
egad_status egad_table_settle(egad_table *table, egad_table_missing missing);
/* Whether a settled column was taken as categories though nobody said so and at least
 * half of its values are numbers, or are once a decimal comma is a point. */
int egad_table_doubtful(const egad_table_column *column);
/* 1 if a feature of the row is missing. */
int egad_table_incomplete(const egad_table *table, size_t row);
/* Make the data set.  part: (rows), each EGAD_TRAIN, EGAD_TEST or left out, or NULL: all
 * train and `split` stays NULL.  label: the column of labels, with anomalous[word] 1 or
 * 0, or NULL.  Under EGAD_TABLE_MEAN, missing numbers become the mean of the training
 * rows, `filled` says which, and the schema keeps the means. */
egad_status egad_table_finish(egad_table *table, const unsigned char *part,
                              const egad_table_column *label,
                              const unsigned char *anomalous, egad_dataset **out);
/* Fill the classes of a data set from a settled column of labels, none of which is
 * missing in rows that `part` does not leave out (NULL: all); its words move there. */
egad_status egad_table_classes(const egad_table *table, egad_table_column *label,
                               const unsigned char *part, egad_dataset *data);
void egad_table_clear(egad_table *table);

#endif
