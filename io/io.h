/* Declarations shared within io/ and with the library, beyond egad.h: schemas,
 * permutations, numbers, delimited text.  table.h has tables.  No OpenCL in this
 * folder. */
#ifndef EGAD_IO_H
#define EGAD_IO_H

#include "base/array.h"
#include "base/input.h"
#include "base/sized.h"
#include "h5/h5.h"

/* ---- schema.c: the columns of a table ----------------------------------- */

/* Number of features: a numeric column has 1, a categorical column one per category. */
size_t egad_schema_features(const egad_schema *schema);
/* 1 if the one-hot features x of a column are all 0: the value is none of its
 * `categories`.  0 for a number, which has none. */
int egad_schema_no_category(size_t categories, const float *x);
egad_status egad_schema_copy(egad_schema *out, const egad_schema *schema);
void egad_schema_clear(egad_schema *schema);
/* Take over the offsets of another schema; 1 if two schemas have different ones. */
egad_status egad_schema_shift(egad_schema *out, const egad_schema *from);
int egad_schema_shifted(const egad_schema *a, const egad_schema *b);
/* Name of feature i, "src_bytes" or "service=http"; the caller frees *name with
 * free(). */
egad_status egad_schema_feature_name(const egad_schema *schema, size_t i, char **name);
/* Write to or read from a group of a file: <group>/columns (texts);
 * <group>/categories/<column index> (texts) for each categorical column; and, if any
 * column is imputed, <group>/fill (float32 per column, float64 where that loses digits;
 * NaN where not imputed).  Offsets are left to the caller, which clears *out with
 * egad_schema_clear. */
egad_status egad_schema_write(egad_h5 *file, const char *group,
                              const egad_schema *schema);
egad_status egad_schema_read(egad_h5 *file, const char *group, egad_schema *out);

/* ---- reading.c: how the text of a table is read --------------------------- */

typedef struct {
    char separator; /* given by an option; 0: to be detected */
    char decimal;   /* ',' or 0: a point */
    char thousands; /* what separates groups of three digits; 0: nothing */
    size_t skip;    /* lines above the header or the first row */
    char **na;      /* further texts for a missing value */
    size_t nas;
    char **name;  /* all columns of a file whose header does not name them; a */
    size_t names; /* name that repeats another ends in a number: NAME.2 */
    char **date;  /* columns of dates, of which others are derived */
    size_t dates;
    double *since; /* (dates): the moment from which days are counted, see dates.h */
    char order;    /* in dates such as 3/7/2018: 'd' day or 'm' month first, 0 unknown */
    size_t window; /* a row has the columns of so many lines, see window.c; 0 or 1: one */
} egad_reading;

/* Add what it says to the lines of a schema, and read these; `r` is cleared by the caller
 * with egad_reading_clear.  Unknown lines and impossible marks are errors. */
egad_status egad_reading_keep(egad_schema *schema, const egad_reading *r);
egad_status egad_reading_parse(egad_reading *r, const egad_schema *schema);
/* Add a column of dates, whose start is still unknown (NaN). */
egad_status egad_reading_date(egad_reading *r, const char *name);
/* EGAD_ARGUMENT if the marks contradict each other; `who` begins the message. */
egad_status egad_reading_check(const char *who, const egad_reading *r);
void egad_reading_clear(egad_reading *r);
/* Copy the lines of a schema; write them to or read them from the array `path`, if there
 * are any. */
egad_status egad_reading_copy(egad_schema *out, const egad_schema *schema);
egad_status egad_reading_write(egad_h5 *file, const char *path,
                               const egad_schema *schema);
egad_status egad_reading_read(egad_h5 *file, const char *path, egad_schema *schema);
/* 1 if the text is one of the further texts for a missing value. */
int egad_reading_gap(const egad_reading *r, const char *text);
/* 1 if the whole text is a number in this notation. */
int egad_reading_matches(const egad_reading *r, const char *text);
/* Rewrite a number of this notation with a decimal point and without separators; other
 * texts stay as they are.  Returns 0 for a number with a point where a point cannot be
 * the decimal mark. */
int egad_reading_number(const egad_reading *r, char *text);

/* ---- permutation.c: NumPy's legacy generator ---------------------------- */

enum { EGAD_PERMUTATION_STATE = 624 };

typedef struct {
    uint32_t state[EGAD_PERMUTATION_STATE];
    int next;
} egad_permutation;

/* t = numpy.random.RandomState(seed); out[0..n) = t.permutation(n): MT19937, Fisher-Yates
 * from the end, masked rejection of 32-bit draws. */
void egad_permutation_seed(egad_permutation *t, uint32_t seed);
void egad_permutation_draw(egad_permutation *t, size_t n, uint32_t *out);
/* The first permutation of a seed. */
void egad_permutation_legacy(uint32_t seed, size_t n, uint32_t *out);

/* ---- number.c: text as numbers ------------------------------------------- */

typedef enum {
    EGAD_NUMBER_GOOD,    /* finite; `out` is set */
    EGAD_NUMBER_MISSING, /* empty, nan, inf, NA, N/A, null, ? */
    EGAD_NUMBER_LARGE,   /* a number beyond the range of float32 */
    EGAD_NUMBER_NONE     /* other text */
} egad_number_kind;

/* Parse the whole text as strtod does in the C locale. */
egad_number_kind egad_number_double(const char *text, double *out);
/* The same, rounded to float32. */
egad_number_kind egad_number_parse(const char *text, float *out);
/* How a message about an invalid or too large number ends: what to do about it, or "". */
const char *egad_number_hint(const char *text);
/* The same, or the advice to correct it. */
const char *egad_number_cure(const char *text);
/* 1 if replacing a decimal comma by a point makes it a number. */
int egad_number_comma(const char *text);
/* 1 if it starts like a date or a time: 2018-07-03, 3.7.2018, 7/3/18, 9:05. */
int egad_number_date(const char *text);

/* ---- header.c: the first row of a table ----------------------------------- */

/* The n names in a header; the caller frees *out with egad_array_clear.  A column with an
 * empty name (such as the index that pandas writes) is named by its number: column1.  Of
 * several columns of one name, the second is named NAME.2, or by the next number that
 * makes it another name. */
egad_status egad_header_names(char ***out, size_t n, char *const *field);

typedef struct {
    const char *path; /* for messages */
    const egad_schema *schema;
    const char *label;           /* name of a further column to find; NULL: none */
    const char *id;              /* likewise */
    const egad_reading *reading; /* of the training data */
    size_t *at;                  /* (columns of the schema): field index of each */
    size_t label_at, id_at;      /* field indices of these */
    int found;   /* 1: the row is a header; 0: the row is data, in this order: */
    int ordered; /* 1: the schema's, 0: that of the KDD99 file */
} egad_header;

/* Find the columns in the first row: set `at`, `label_at`, `found` and `ordered`. */
egad_status egad_header_find(egad_header *header, size_t line, size_t n,
                             char *const *field);

/* ---- rows.c: rows of delimited text, through libcsv ---------------------- */

/* Receives a row: the line on which it starts and its n fields, valid during the call. */
typedef egad_status egad_rows_row(void *context, size_t line, size_t n,
                                  char *const *field);

/* Receives a line without its line ending; n: its length. */
typedef egad_status egad_rows_object(void *context, size_t line, const char *text,
                                     size_t n);

/* Detect the delimiter: whichever of , ; tab | is most frequent in the first row;
 * FIND_BLANK: a blank, if the row has none of these.  Where blanks separate, several of
 * them count as one, and those around a row as none. */
enum { EGAD_ROWS_FIND = 0, EGAD_ROWS_FIND_BLANK = '\n' };

/* Is shown the beginning of a text, n bytes that end with a whole line if the text is
 * longer, and may choose the delimiter and how many lines to leave out. */
typedef egad_status egad_rows_look(void *context, const char *text, size_t n,
                                   char *delimiter, size_t *skip);

typedef struct {
    char delimiter;       /* or how to detect it */
    size_t skip;          /* lines to leave out at the beginning */
    egad_rows_look *look; /* or NULL; called with the text below these lines */
    egad_rows_row *row;
    egad_rows_object *object; /* or NULL */
    void *context;
} egad_rows_how;

/* Call `row` for each row that is not blank, including the header, until a call fails.
 * Binary files and JSON are refused; but if the file starts with a JSON object and
 * `object` is not NULL, `object` is called for each line instead. */
egad_status egad_rows_read(const char *path, const egad_rows_how *how, char sha256[65]);
/* Call `row` for the rows of a text until a line is malformed; its first line is number
 * `line`.  Fails only where `row` does, or for want of memory. */
egad_status egad_rows_sample(const char *text, size_t n, size_t line, char delimiter,
                             egad_rows_row *row, void *context);
/* The end of the first `lines` lines of a text; n: there are no more. */
size_t egad_rows_skip(const char *text, size_t n, size_t lines);
/* The delimiter that egad_rows_read would detect in a text. */
char egad_rows_delimiter(const char *text, size_t n, char how);

/* The same for one line without its line ending; an unclosed quote is an error.  If
 * `*delimiter` is to be detected, the line is the first one, *delimiter is set, and the
 * line is refused where egad_rows_read would refuse a file that starts with it (JSON
 * objects accepted). */
egad_status egad_rows_line(const char *path, size_t line, char *delimiter,
                           const char *text, size_t n, egad_rows_row *row, void *context);

/* ---- roles.c: which labels are anomalies, which rows are training rows ---- */

enum { EGAD_PART_LEFT_OUT = 2 }; /* in addition to EGAD_TRAIN and EGAD_TEST */

/* What to do if the split leaves no training rows. */
#define EGAD_ROLES_MORE "give more normal rows, or a smaller --test-fraction"

typedef struct {
    const char *who;                /* start of messages: "csv" */
    const char *path;               /* file with the labels, for messages */
    const char *column;             /* name of the label column, or NULL */
    const char *remedy;             /* what to do if all rows are of one class */
    const char *normal, *anomalous; /* lists of labels; only one of the two is given */
    double test_fraction;           /* fraction of the normal rows that goes to the
                                     * test set; 0: one half */
    uint64_t seed;                  /* seed of the split */
} egad_roles;

egad_status egad_roles_check(const egad_roles *roles);
/* *yes: 1 if an empty label is among those listed. */
egad_status egad_roles_empty(const egad_roles *roles, int *yes);
/* Set anomalous[i] for each of the n labels name[i].  A listed label that does not occur
 * is an error, and so are labels that are all of one class. */
egad_status egad_roles_judge(const egad_roles *roles, char *const *name, size_t n,
                             unsigned char *anomalous);
/* Set part[row]: a random permutation of the normal rows puts its last fraction into the
 * test set; anomalies (anomaly[row] 1) all go there.  Rows left out stay left out. */
egad_status egad_roles_divide(const egad_roles *roles, const unsigned char *anomaly,
                              size_t rows, unsigned char *part);
/* Set y of a data set from its classes. */
egad_status egad_roles_label(const egad_roles *roles, egad_dataset *data);
/* Set y and split; without a list of labels, neither. */
egad_status egad_roles_apply(const egad_roles *roles, egad_dataset *data);

/* ---- published.c: the published MNIST files ------------------------------ */

/* A published file: its name without .gz, and the SHA-256 of its decompressed content. */
typedef struct {
    const char *name, *sha256;
} egad_published;

enum { EGAD_MNIST_FILES = 4 };
extern const egad_published egad_published_mnist[EGAD_MNIST_FILES];

/* ---- dataset.c, kdd.c ---------------------------------------------------- */

/* Record the origin of a data set: protocol, file name without its folder, and
 * SHA-256. */
egad_status egad_dataset_origin(egad_dataset *data, const char *protocol,
                                const char *path, const char *sha256);

/* Fingerprint of a data set's x and split, never 0. */
uint64_t egad_dataset_sum(const egad_dataset *data);

/* 1 if the schema is KDD99's; field[i] is then the position of its column i in a line of
 * the published file, which has no header. */
int egad_kdd_order(const egad_schema *schema, size_t *field);

#endif
