/* What io/ offers to the rest of the library beyond egad.h, and its files to each other:
 * schemas, permutations, streams of bytes, rows of text.  Tables are in table.h, arrays
 * of numbers in elements.h.  No OpenCL in this folder. */
#ifndef EGAD_IO_H
#define EGAD_IO_H

#include "base/array.h"
#include "base/input.h"
#include "h5/h5.h"

/* ---- schema.c: the columns of a table ----------------------------------- */

/* Features of a schema: 1 for a numeric column, its categories for another. */
size_t egad_schema_features(const egad_schema *schema);
egad_status egad_schema_copy(egad_schema *out, const egad_schema *schema);
void egad_schema_clear(egad_schema *schema);
/* Name of feature i, "src_bytes" or "service=http"; freed with free(). */
egad_status egad_schema_feature_name(const egad_schema *schema, size_t i, char **name);
/* Store under, or read from, a group of a file: <group>/columns (texts),
 * <group>/categories/<index of column> (texts) for each categorical one, and where a
 * column is filled <group>/fill (float32, one for each column, no number where it is
 * not). */
egad_status egad_schema_write(egad_h5 *file, const char *group,
                              const egad_schema *schema);
egad_status egad_schema_read(egad_h5 *file, const char *group, egad_schema *out);

/* ---- permutation.c: NumPy's legacy generator ---------------------------- */

enum { EGAD_PERMUTATION_STATE = 624 };

typedef struct {
    uint32_t state[EGAD_PERMUTATION_STATE];
    int next;
} egad_permutation;

/* t = numpy.random.RandomState(seed); out[0..n) = t.permutation(n): MT19937, Fisher-Yates
 * from the top, masked rejection from 32-bit draws. */
void egad_permutation_seed(egad_permutation *t, uint32_t seed);
void egad_permutation_draw(egad_permutation *t, size_t n, uint32_t *out);
/* The first draw of a seed. */
void egad_permutation_legacy(uint32_t seed, size_t n, uint32_t *out);

/* ---- number.c ------------------------------------------------------------ */

typedef enum {
    EGAD_NUMBER_GOOD,    /* finite, and `out` is set */
    EGAD_NUMBER_MISSING, /* empty, nan, inf, NA, N/A, null, ? */
    EGAD_NUMBER_LARGE,   /* a number, past what float32 holds */
    EGAD_NUMBER_NONE     /* other text */
} egad_number_kind;

/* The whole text as a number, as strtod in the C locale reads it. */
egad_number_kind egad_number_parse(const char *text, float *out);
/* The end of a message about a text that is none, or too large: what to do, if that can
 * be told. */
const char *egad_number_hint(const char *text);
/* The same, or to correct it. */
const char *egad_number_cure(const char *text);
/* 1 if it is one once a decimal comma is a point. */
int egad_number_comma(const char *text);
/* 1 if it begins as a date or a time: 2018-07-03, 3.7.2018, 7/3/18, 9:05. */
int egad_number_date(const char *text);

/* ---- header.c: the first row of a table ----------------------------------- */

/* n names from it, freed with egad_array_clear; a field that is empty, as over an index
 * that pandas has written, names its column by its number: column1. */
egad_status egad_header_names(char ***out, size_t n, char *const *field);

typedef struct {
    const char *path; /* for messages */
    const egad_schema *schema;
    const char *label; /* a further column that is wanted; NULL: none */
    size_t *at;        /* (columns of the schema): the field of each, */
    size_t label_at;   /* and of the label */
    int found;   /* 1: by name; 0: the row is none of names, and they go in order, */
    int ordered; /* 1: that of the schema, 0: that of the file of KDD99 */
} egad_header;

/* Where the columns are: `at`, `label_at` and `found`. */
egad_status egad_header_find(egad_header *header, size_t line, size_t n,
                             char *const *field);

/* ---- rows.c: rows of delimited text, through libcsv ---------------------- */

/* One row: the line it began on, and its fields, which live until the call returns. */
typedef egad_status egad_rows_row(void *context, size_t line, size_t n,
                                  char *const *field);

/* One line as it is, without its end. */
typedef egad_status egad_rows_object(void *context, size_t line, const char *text,
                                     size_t n);

/* Delimiters that are found: the one of , ; tab | that the first row has most of; and a
 * blank, where it has none of them. */
enum { EGAD_ROWS_FIND = 0, EGAD_ROWS_FIND_BLANK = '\n' };

/* Call `row` for each row that is not blank, header included, until it fails.  What is no
 * text is refused, and so is JSON; but if the file begins with an object, `object`, where
 * it is not NULL, is called for each line instead. */
egad_status egad_rows_read(const char *path, char delimiter, egad_rows_row *row,
                           egad_rows_object *object, void *context, char sha256[65]);

/* The same for one line, without its end; a quote that is not closed in it is a failure.
 * A `*delimiter` to be found is replaced by the one that was, and the line is the first:
 * it is refused where a file would be that begins so and may have objects. */
egad_status egad_rows_line(const char *path, size_t line, char *delimiter,
                           const char *text, size_t n, egad_rows_row *row, void *context);

/* ---- roles.c: which labels are anomalies, which rows train ---------------- */

enum { EGAD_PART_LEFT_OUT = 2 }; /* beside EGAD_TRAIN and EGAD_TEST */

/* What to do where the split leaves none of them to train on. */
#define EGAD_ROLES_MORE "give more normal rows, or a smaller --test-fraction"

typedef struct {
    const char *who;                /* "csv": begins a message */
    const char *path;               /* of the file that has the labels, for messages */
    const char *column;             /* of the labels, or NULL */
    const char *remedy;             /* what to do where all rows are of one kind */
    const char *normal, *anomalous; /* labels, separated by commas: one of both */
    double test_fraction;           /* share of the normal rows that test; 0: one half */
    uint64_t seed;                  /* of the split */
} egad_roles;

egad_status egad_roles_check(const egad_roles *roles);
/* anomalous[label] of n labels, from what `roles` lists; a listed label that is none of
 * them fails, and so do labels that are all of one kind. */
egad_status egad_roles_judge(const egad_roles *roles, char *const *name, size_t n,
                             unsigned char *anomalous);
/* part[row] by a permutation of the normal rows, the last share of which tests; odd rows,
 * the anomalies, all test.  Rows left out stay so. */
egad_status egad_roles_divide(const egad_roles *roles, const unsigned char *odd,
                              size_t rows, unsigned char *part);
/* Fill y of a data set from its classes. */
egad_status egad_roles_label(const egad_roles *roles, egad_dataset *data);
/* The same and its split; without a list of labels, neither. */
egad_status egad_roles_apply(const egad_roles *roles, egad_dataset *data);

/* ---- mnist.c ------------------------------------------------------------- */

/* A published file: its name without .gz, and the SHA-256 of what it holds. */
typedef struct {
    const char *name, *sha256;
} egad_published;

enum { EGAD_MNIST_FILES = 4 };
extern const egad_published egad_mnist_files[EGAD_MNIST_FILES];

/* ---- png.c: through libpng ------------------------------------------------ */

typedef struct {
    size_t height, width;
    size_t channels; /* 1 grey, 3 colour */
} egad_png;

/* What the header says. */
egad_status egad_png_describe(egad_png *out, const char *path);
/* The pixels, (H, W, channels) from 0 to 255; 16 bits become fractions of that, and what
 * is transparent shows a white ground.  channels: 3, or 1 where the file is grey. */
egad_status egad_png_read(const char *path, const egad_png *png, size_t channels,
                          float *pixels);

/* ---- dataset.c, kdd.c ---------------------------------------------------- */

/* Note where a data set came from: the file's name without its folder. */
egad_status egad_dataset_origin(egad_dataset *data, const char *protocol,
                                const char *path, const char *sha256);

/* A number that tells one data set from others: of x, and of what trains.  Never 0. */
uint64_t egad_dataset_sum(const egad_dataset *data);

/* If the schema is that of KDD99: 1, and field[i] is the position of its column i in a
 * line of the file, which has no header. */
int egad_kdd_order(const egad_schema *schema, size_t *field);

#endif
