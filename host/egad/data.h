/* Data sets: rows in host memory, the files that they are read from, and published ones;
 * and files that are written. */
#ifndef EGAD_DATA_PUBLIC_H
#define EGAD_DATA_PUBLIC_H

#include "status.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Data sets ---------------------------------------------------------- */

/* One column of a source table.  A numeric column is one feature of x; a
 * categorical one is `categories` features, one-hot in the order of `category`. */
typedef struct {
    char *name;
    size_t categories; /* 0: numeric */
    char **category;   /* sorted by bytes */
    int filled;        /* numeric: 1 where a value that is missing is taken to be */
    float fill;        /* this, the mean of the training rows (see egad_csv_options) */
} egad_column;

typedef struct {
    size_t n;            /* 0 where rows are not a table (images) */
    egad_column *column; /* in the order of the features of x */
} egad_schema;

enum { EGAD_TRAIN = 0, EGAD_TEST = 1 };

/* Rows in host memory, as imported: nothing scaled.  A program may fill one itself
 * (egad_dataset_new) instead of reading a file. */
typedef struct {
    size_t rows;
    size_t shape[3];      /* H, W, C of a row; {1, 1, features} for a table */
    float *x;             /* (rows, H*W*C); pixels go from 0 to 255 */
    unsigned char *y;     /* (rows): 0 normal, 1 anomaly; NULL where not known */
    unsigned char *split; /* (rows): EGAD_TRAIN or EGAD_TEST; NULL: one set for both */
    int32_t *class_of;    /* (rows): original label, index into class_name; or NULL */
    size_t classes;
    char **class_name;
    char **file; /* (rows): of images, the name of each one's file, as egad_images_import
                  * has it: for people, and to be opened by nobody; or NULL */
    egad_schema schema;
    unsigned char *filled; /* (rows, schema.n): 1 where a number was missing, and x has
                            * what fills its column; NULL: none is known to be */
    char *protocol;   /* which import made it: "kdd99", "kdd99-attacks" (roles swapped
                       * back: attacks are the anomalies), "mnist-9" and others (see
                       * egad_mnist_import), "csv", "idx", "npy", "images" */
    char *source;     /* name of the file or folder, without where it is */
    char *sha256;     /* of the (decompressed) source, 64 hex digits, or NULL */
    size_t rows_read; /* rows of the source, `rows` of them kept; 0: not known */
    char *command;    /* the command line that made it, or NULL */
} egad_dataset;

/* A data set of `rows` rows of shape H, W, C, x zero and everything else absent. */
EGAD_API egad_status egad_dataset_new(egad_dataset **out, size_t rows,
                                      const size_t shape[3]);
/* Read or write an HDF5 data file: /x, /y, /split, /class, /filled, /file, attributes
 * (README). */
EGAD_API egad_status egad_dataset_load(egad_dataset **out, const char *path);
EGAD_API egad_status egad_dataset_save(const egad_dataset *data, const char *path);
EGAD_API void egad_dataset_free(egad_dataset *data);

/* The rows of one part (EGAD_TRAIN, EGAD_TEST, or -1 for all), in file order, as
 * indices into x: `*rows` is freed with free(). */
EGAD_API egad_status egad_dataset_select(const egad_dataset *data, int part,
                                         size_t **rows, size_t *n);

/* `n` rows of one part, drawn by NumPy's RandomState(seed).permutation of them: its first
 * `n`, so that fewer are some of more.  In file order, as indices into x, freed with
 * free().  EGAD_ARGUMENT if there are fewer. */
EGAD_API egad_status egad_dataset_sample(const egad_dataset *data, int part, size_t n,
                                         uint32_t seed, size_t **rows);

/* How many of the `*of` normal test rows are exact copies of a training row: a detector
 * has seen them.  Both are 0 without a split. */
EGAD_API egad_status egad_dataset_copies(const egad_dataset *data, size_t *copies,
                                         size_t *of);

/* How train and test are told apart. */
typedef enum {
    EGAD_SPLIT_FIXED, /* the protocol's own: kdd99 the published permutation */
    EGAD_SPLIT_RANDOM /* a permutation from `seed` */
} egad_split_kind;

typedef struct {
    egad_split_kind split;
    uint64_t seed;
    int attacks_anomalous; /* roles swapped: normal traffic is the normal class */
} egad_kdd_options;

/* Import kddcup.data_10_percent (plain or .gz) by the protocol of the paper's
 * experiment (section 4, table 1; SPEC of the split in README): 121 features, half of
 * the rows train, anomalies removed from them.  The rows removed are not kept.
 * `options` NULL: the published split. */
EGAD_API egad_status egad_kdd_import(egad_dataset **out, const char *path,
                                     const egad_kdd_options *options);

/* A column that seems to be meant as numbers; or that has more categories than a kind of
 * thing mostly has, or dates.  Its texts live until the call returns. */
typedef struct {
    const char *column;
    size_t categories; /* that it is taken as */
    size_t dates;      /* of these, what looks like dates or times */
    size_t values;     /* without gaps */
    size_t numbers;    /* of these, and */
    size_t commas;     /* those that are numbers once a decimal comma is a point */
    int mixed;        /* 1: at least half of them are one or the other; 0: other doubts */
    const char *odd;  /* mixed: the first value that is no number as it stands, and */
    size_t line;      /* where it is; else one of most that are numbers but for how they
                       * are written, such as 8.07 bar, or NULL */
    const char *cure; /* what makes a number of it, to end a message, or "" */
} egad_csv_doubt;

typedef struct {
    const char *label;       /* label column by name; NULL: no labels, all rows train */
    const char *normal;      /* its values that are normal, separated by commas */
    const char *anomalous;   /* or: its values that are anomalous */
    const char *numeric;     /* columns to take as numbers although they look otherwise */
    const char *categorical; /* columns to take as categories although they are numbers */
    const char *drop;        /* columns to leave out */
    const char *split_column; /* column that says train or test; NULL: by test_fraction */
    double test_fraction;     /* share of the normal rows that test; 0: one half.  All
                               * anomalies test; with split_column those among the train
                               * rows are left out */
    uint64_t seed;            /* of the split */
    const char *missing; /* "fail" (NULL), "drop" (leave the row out), "mean" (numeric:
                          * mean of training rows, which the schema then keeps for rows
                          * that come later; categorical: a category "?") */
    char delimiter;      /* 0: found from the first line among , ; tab | */
    /* Called after an import for each column that was taken as categories, which
     * `categorical` does not ask for, though at least half of its values are numbers, or
     * are once a decimal comma is a point; or it has more than 50 of them, more than 20
     * and a tenth of the rows, or most of them look like dates, or like numbers with
     * commas.  NULL: nothing is called. */
    void (*doubt)(void *context, const egad_csv_doubt *doubt);
    void *context;
} egad_csv_options;

/* Import a CSV file with a header line (plain or .gz): columns are numeric if every
 * value is a number, else categorical.  A bad row fails with file, line and column. */
EGAD_API egad_status egad_csv_import(egad_dataset **out, const char *path,
                                     const egad_csv_options *options);

typedef struct {
    size_t unseen;     /* values of categorical columns that training never saw */
    char example[128]; /* one of them: column=value */
    size_t filled;     /* values of numeric columns that were missing */
    char gap[128];     /* the column of the first */
    int ordered;       /* 1: there was no header, and columns were taken in their order */
} egad_csv_report;

/* Of a row x (features of the schema): columns of categories of which it has none, as one
 * has that training never saw. */
EGAD_API size_t egad_schema_unseen(const egad_schema *schema, const float *x);

/* Read rows for a trained detector: columns are found by name in the header (others
 * are ignored), or by position when there is no header and the number of fields fits.
 * A category that training never saw becomes all zeros and is counted in `report`
 * (may be NULL); one that is missing is "?".  A number that is missing is what its column
 * is filled with, and counted; where the column is not, it is refused.  `path` "-" reads
 * standard input.  A schema without columns, as of a model whose data had none, is
 * refused. */
EGAD_API egad_status egad_csv_read(egad_dataset **out, const char *path,
                                   const egad_schema *schema, egad_csv_report *report);

/* A line of n bytes that is no CSV, taken apart by the caller: into value[i], for column
 * i of the schema, a text that lives until the next call; NULL: it is missing.  Where
 * labels are wanted, that of the line goes into value[schema->n].  Returns NULL, or what
 * is wrong with the line. */
typedef const char *egad_csv_parser(void *context, const char *text, size_t n,
                                    const char **value);

/* As egad_csv_read, but a file that begins with '{' has lines of JSON, an object in each,
 * which are for `parse` (NULL: there are none such); and of `labels`, `label` is the
 * column that `normal` or `anomalous` are values of, from which classes and y are made,
 * and the rest is not used.  NULL, or without `label`: the rows have no labels. */
EGAD_API egad_status egad_csv_parse(egad_dataset **out, const char *path,
                                    const egad_schema *schema,
                                    const egad_csv_options *labels,
                                    egad_csv_report *report, egad_csv_parser *parse,
                                    void *context);

/* The same line by line, as a pipe gives them.  A line that fails leaves the stream as it
 * was, for the next one. */
typedef struct egad_csv_stream egad_csv_stream;

/* `name`, of the source, is for messages; it and the schema outlive the stream. */
EGAD_API egad_status egad_csv_open(egad_csv_stream **out, const char *name,
                                   const egad_schema *schema);
/* A line of n bytes, without its end, number `line`: a row into x (features of the
 * schema), or `*row` is 0 and it was blank or the header.  Quoted fields end in their
 * line.  The first line that is not blank says where the columns are: until there was
 * such a one, every failure is that of a table that cannot be read. */
EGAD_API egad_status egad_csv_line(egad_csv_stream *stream, size_t line, const char *text,
                                   size_t n, float *x, int *row);
/* 1 when it is known where the columns are. */
EGAD_API int egad_csv_columns(const egad_csv_stream *stream);
/* A row from its values as texts, in the order of the schema; NULL or "": it is missing.
 * A row of NULL alone is refused. */
EGAD_API egad_status egad_csv_values(egad_csv_stream *stream, size_t line,
                                     const char *const *value, float *x);
EGAD_API egad_csv_report egad_csv_unseen(const egad_csv_stream *stream);
EGAD_API void egad_csv_close(egad_csv_stream *stream);

typedef struct {
    const char *anomalous; /* the digit that is the anomaly, "0" to "9"; NULL: all images
                            * are one set with their digits as classes */
    int leak;              /* 1: the split of the authors' released code */
} egad_mnist_options;

/* Import the four files of MNIST (plain or .gz) from a folder, by the protocol of the
 * paper's experiment (section 4): all 70,000 images; of those that are not the anomaly,
 * the first 80 % of NumPy's RandomState(42).permutation train, the others test with all
 * anomalies.  The released code draws its test rows from a permutation of their own, the
 * third that RandomState(42) gives, so that 80 % of its normal test images train too:
 * with `leak`, these are in the data set twice.
 *
 * The protocol is "mnist-D", "mnist-D-release", or without a digit "mnist".  Other data
 * in files of these names (Fashion-MNIST, KMNIST) are taken as well, and their protocol
 * begins with "like-".  `sha256` is that of the sums of the four files, decompressed, one
 * after another. */
EGAD_API egad_status egad_mnist_import(egad_dataset **out, const char *folder,
                                       const egad_mnist_options *options);

/* Options of the formats of images.  Labels become classes; one of `normal` and
 * `anomalous` makes roles and a split of them, as in egad_csv_options; without, all rows
 * are one set. */
typedef struct {
    const char *labels;    /* idx, npy: file of the labels, in the same format */
    const char *normal;    /* labels that are normal, separated by commas */
    const char *anomalous; /* or: labels that are anomalous */
    double test_fraction;  /* share of the normal rows that test; 0: one half */
    uint64_t seed;         /* of the split */
    size_t height, width;  /* images: resize to; 0: all have one size */
} egad_image_options;

/* Import an IDX file, as those of MNIST are: (rows, H, W), (rows, H, W, C), or a table
 * (rows, features).  Plain or .gz. */
EGAD_API egad_status egad_idx_import(egad_dataset **out, const char *path,
                                     const egad_image_options *options);
/* The same from an array that numpy.save wrote: whole or floating point numbers or
 * truth values, in any order. */
EGAD_API egad_status egad_npy_import(egad_dataset **out, const char *path,
                                     const egad_image_options *options);
/* Import the PNG files of `n` folders, in the order of their names.  The class of an
 * image is the name of its folder: one of these, or a sub-folder of one of them.  `file`
 * is where it lies in the folder, "good/7.png"; of several folders, the name of the
 * folder goes before. */
EGAD_API egad_status egad_images_import(egad_dataset **out, const char *const *folder,
                                        size_t n, const egad_image_options *options);
/* Read those of one folder, or one PNG file, for a trained detector: an image that is not
 * of this shape {H, W, C} is refused, but for a grey one where C is 3. */
EGAD_API egad_status egad_images_read(egad_dataset **out, const char *path,
                                      const size_t shape[3]);

/* Fetch the published files of "mnist" or "kdd99" into a folder, which is made if it is
 * not there.  A file that is there already is kept, one that was cut off is gone on with
 * (FILE.part), and what has come is held against its SHA-256. */
typedef struct {
    const char
        *url; /* folder to fetch them from; NULL: known places, one after another */
    /* Called several times in a second.  total 0: not known.  Return 0 to go on, else the
     * fetch fails, to be gone on with later.  NULL: none. */
    int (*progress)(void *context, const char *file, uint64_t bytes, uint64_t total);
    void *context;
} egad_fetch_options;

EGAD_API egad_status egad_fetch_run(const char *name, const char *folder,
                                    const egad_fetch_options *options);

/* ---- Files that are written --------------------------------------------- */

/* A file that appears under its name when it is complete.  It is written to a temporary
 * file beside it, flushed to the disk and renamed: a failure or a crash leaves an old
 * file whole. */
typedef struct egad_file egad_file;

/* A place that cannot be written to fails at once.  A symbolic link is followed: what it
 * names is replaced.  A file that is replaced keeps its mode, and its owner where that is
 * permitted; a new one gets its mode by the umask.  What a process that was killed while
 * it wrote this file has left beside it is removed.  A pipe or a device is written to
 * directly. */
EGAD_API egad_status egad_file_new(egad_file **out, const char *path);
/* Where to write; borrowed, until the commit. */
EGAD_API FILE *egad_file_stream(egad_file *file);
/* Everything is written: the file takes its name.  Anything that the stream could not
 * write fails here too. */
EGAD_API egad_status egad_file_commit(egad_file *file);
/* Without a commit nothing is left. */
EGAD_API void egad_file_free(egad_file *file);

#ifdef __cplusplus
}
#endif
#endif
