/* Data sets: rows in host memory, file formats, published data sets; and output files. */
#ifndef EGAD_DATA_PUBLIC_H
#define EGAD_DATA_PUBLIC_H

#include "status.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Data sets ---------------------------------------------------------- */

/* One column of a source table.  A numeric column is one feature of x; a categorical
 * column is `categories` features, one-hot in the order of `category`. */
typedef struct {
    char *name;
    size_t categories; /* 0: numeric */
    char **category;   /* sorted by bytes */
    int filled;        /* numeric: 1 if missing values are imputed with */
    double fill;       /* this, the mean over the training rows (see egad_csv_options) */
} egad_column;

/* The columns of a table, and the offsets of its features.
 *
 * A feature whose values lie close together, far from 0, such as 1.7e9 +- 1, has an
 * offset: single precision does not keep such values apart, nor their logarithms, but it
 * keeps their differences from the offset.  Importing or loading a data set chooses it
 * from the training rows, so that x = (float)(value - offset), computed in double
 * precision.  The offset is 0 wherever single precision keeps at least three quarters of
 * the different values apart, after the signed logarithm of the recipe `sound` too. */
typedef struct {
    size_t n;            /* 0 if the rows are images, or have no column names */
    egad_column *column; /* in the order of the features of x */
    size_t offsets;      /* features of x; 0: all offsets are 0 */
    double *offset;      /* (offsets) */
    char **reading;      /* how the text of the table was read, as lines such as
                          * "decimal=," (docs/files.md), for rows read later; NULL:
                          * without options */
    size_t readings;
} egad_schema;

/* The value of feature i of a row in its own units: x + offset. */
EGAD_API double egad_schema_value(const egad_schema *schema, size_t i, float x);

/* A column of numbers of which single precision loses digits: of `distinct` different
 * values in the training rows, `left` are still different in x, or after the signed
 * logarithm of the recipe `sound`. */
typedef struct {
    size_t column; /* index into the schema; without a schema, into x */
    size_t distinct, left;
    int logarithm; /* 1: x keeps more apart, its logarithm does not */
} egad_coarse;

enum { EGAD_TRAIN = 0, EGAD_TEST = 1 };

/* Rows in host memory, unscaled.  A program may fill one itself (egad_dataset_new)
 * instead of reading a file. */
typedef struct {
    size_t rows;
    size_t shape[3];      /* H, W, C of a row; {1, 1, features} for a table */
    float *x;             /* (rows, H*W*C): values less the offsets of the schema; pixels
                           * range from 0 to 255 */
    unsigned char *y;     /* (rows): 0 normal, 1 anomaly; NULL if unknown */
    unsigned char *split; /* (rows): EGAD_TRAIN or EGAD_TEST; NULL: no split */
    int32_t *class_of;    /* (rows): original label, index into class_name; or NULL */
    size_t classes;
    char **class_name;
    char **file; /* (rows): image file names as egad_images_import sets them, for display
                  * only; or NULL */
    egad_schema schema;
    unsigned char *filled; /* (rows, schema.n): 1 where a number was missing and x holds
                            * the imputed value; NULL: none recorded */
    char *protocol;   /* the import that made it: "kdd99", "kdd99-attacks" (attacks are
                       * the anomalies), "mnist-9" and others (see egad_mnist_import),
                       * "csv", "idx", "npy", "npz", "mat",
                       * "images" */
    char *source;     /* name of the file or folder, without its path */
    char *sha256;     /* of the (decompressed) source, 64 hex digits, or NULL */
    size_t rows_read; /* rows in the source, of which `rows` were kept; 0: unknown */
    char *command;    /* the command line that made it, or NULL */
    double *wide;     /* (rows, H*W*C): the values themselves, which egad_dataset_save
                       * writes instead of x; NULL: x and the offsets hold them */
    size_t coarse_n;
    egad_coarse *coarse; /* (coarse_n): columns that lose digits in x all the same: fewer
                          * than three quarters of their different values are left */
    char *id_column;     /* name of the column that identifies the rows, or NULL */
    char **id;           /* (rows): identifiers, "" where there is none; NULL without
                          * id_column */
    size_t texts;        /* fields of each row that are kept as text; 0: none */
    char *text_name; /* their names, and (rows) the fields: texts one after another, */
    char **text;     /* each with its final 0; not part of a data file */
    int borrowed;    /* 1: x is the caller's, see egad_dataset_borrow */
} egad_dataset;

/* A data set of `rows` rows of shape H, W, C: x zero, everything else absent. */
EGAD_API egad_status egad_dataset_new(egad_dataset **out, size_t rows,
                                      const size_t shape[3]);
/* The same of rows x (rows, H*W*C) that stay the caller's: they must not change while the
 * data set is used, and egad_dataset_free leaves them.  EGAD_DATA if a value is not
 * finite. */
EGAD_API egad_status egad_dataset_borrow(egad_dataset **out, const float *x, size_t rows,
                                         const size_t shape[3]);
/* Name the columns: copies the names and categories of `schema`, and which columns are
 * `filled`.  EGAD_SHAPE if its features are not those of the rows. */
EGAD_API egad_status egad_dataset_columns(egad_dataset *data, const egad_schema *schema);
/* Set x from value (rows, H*W*C), in double precision, with offsets that are chosen from
 * the training rows (egad_schema).  NaN is a missing number: in a column that is `filled`
 * it gets the mean over the training rows, which becomes the column's `fill`.  Call it
 * once, after egad_dataset_columns.  EGAD_DATA if another value is not finite, or a
 * column has none. */
EGAD_API egad_status egad_dataset_put(egad_dataset *data, const double *value);
/* 1 if rows of this schema and shape are images: they have no columns, and more than one
 * pixel, 1 x 28 too. */
EGAD_API int egad_dataset_images(const egad_schema *schema, const size_t shape[3]);
/* Read or write an HDF5 data file: /x, /y, /split, /class, /filled, /file, attributes
 * (docs/files.md).  A float64 or integer /x, as h5py writes it, is read in double
 * precision. */
EGAD_API egad_status egad_dataset_load(egad_dataset **out, const char *path);
/* Read rows for a trained detector, whose schema this is: with its offsets instead of
 * offsets from these rows. */
EGAD_API egad_status egad_dataset_read(egad_dataset **out, const char *path,
                                       const egad_schema *schema);
EGAD_API egad_status egad_dataset_save(const egad_dataset *data, const char *path);
EGAD_API void egad_dataset_free(egad_dataset *data);

/* The rows of one part (EGAD_TRAIN, EGAD_TEST, or -1 for all), in file order, as
 * indices into x: `*rows` is freed with free(). */
EGAD_API egad_status egad_dataset_select(const egad_dataset *data, int part,
                                         size_t **rows, size_t *n);

/* Sample `n` rows of one part: the first `n` of NumPy's RandomState(seed).permutation of
 * them, so that a smaller sample is part of a larger one.  `*rows`: indices into x in
 * file order, freed with free().  EGAD_ARGUMENT if the part has fewer rows. */
EGAD_API egad_status egad_dataset_sample(const egad_dataset *data, int part, size_t n,
                                         uint32_t seed, size_t **rows);

/* Count leakage: how many of the `*of` normal test rows are exact copies of a training
 * row.  Both are 0 without a split. */
EGAD_API egad_status egad_dataset_copies(const egad_dataset *data, size_t *copies,
                                         size_t *of);

/* How rows are split into training and test set. */
typedef enum {
    EGAD_SPLIT_FIXED, /* the protocol's own: for kdd99 the published permutation */
    EGAD_SPLIT_RANDOM /* a permutation from `seed` */
} egad_split_kind;

typedef struct {
    size_t size; /* see EGAD_SIZED */
    egad_split_kind split;
    uint64_t seed;
    int attacks_anomalous; /* 1: attacks are the anomalies; 0, as published: normal
                            * traffic is */
} egad_kdd_options;

/* Import kddcup.data_10_percent (plain or .gz) by the protocol of the paper's experiment
 * (section 4, table 1; split: docs/kdd99.md): 121 features; half of the rows are training
 * rows, and their anomalies are dropped from the data set.  `options` NULL: the published
 * split. */
EGAD_API egad_status egad_kdd_import(egad_dataset **out, const char *path,
                                     const egad_kdd_options *options);

typedef struct {
    size_t size;           /* see EGAD_SIZED */
    const char *anomalous; /* the anomalous digit, "0" to "9"; NULL: no split, the digits
                            * are classes */
    int leak;              /* 1: use the split of the authors' released code */
    size_t pad; /* black pixels around each image make it pad x pad, the image in
                 * the middle; 0: images as they are */
} egad_mnist_options;

/* Import the four files of MNIST (plain or .gz) from a folder, by the protocol of the
 * paper's experiment (section 4): all 70,000 images; of the normal ones, the first 80 %
 * of NumPy's RandomState(42).permutation are training rows; the others and all anomalies
 * are test rows.  The released code takes its test rows from another permutation, the
 * third of RandomState(42), so that 80 % of its normal test images are also training
 * images: with `leak`, these are in the data set twice.
 *
 * The protocol is "mnist-D", "mnist-D-release", or without a digit "mnist".  Other data
 * in files of these names (Fashion-MNIST, KMNIST) are accepted; their protocol begins
 * with "like-".  `sha256` is the hash of the concatenated hashes of the four decompressed
 * files. */
EGAD_API egad_status egad_mnist_import(egad_dataset **out, const char *folder,
                                       const egad_mnist_options *options);

/* Options of the image formats.  Labels become classes; `normal` or `anomalous` makes y
 * and a split of them, as in egad_csv_options; without either, there is no split. */
typedef struct {
    size_t size;           /* see EGAD_SIZED */
    const char *labels;    /* idx, npy: file of the labels, in the same format; npz, mat:
                            * name of the array of labels, "none" if they are not to be read;
                            * NULL: y, if there is one */
    const char *normal;    /* normal labels, separated by commas */
    const char *anomalous; /* or: anomalous labels */
    double test_fraction;  /* share of the normal rows in the test set; 0: one half */
    uint64_t seed;         /* of the split */
    size_t height, width;  /* images: resize to this; 0: all must have the same size */
    const char *rows; /* npz, mat: name of the array of rows; NULL: X, or the only one */
    const char *missing; /* idx, npy, npz, mat, tables only: what to do with NaN and
                          * infinities, as in egad_csv_options; with "mean", the
                          * columns are named column1, column2, ... */
    /* Called with one line of text for each decision that was found by looking.  May be
     * NULL. */
    void (*note)(void *context, const char *text);
    void *context; /* of `note` */
} egad_image_options;

/* Import an IDX file (the format of MNIST): (rows, H, W), (rows, H, W, C), or a table
 * (rows, features).  Plain or .gz. */
EGAD_API egad_status egad_idx_import(egad_dataset **out, const char *path,
                                     const egad_image_options *options);
/* Import an array written by numpy.save: integers, floating point numbers or booleans, in
 * C or Fortran order. */
EGAD_API egad_status egad_npy_import(egad_dataset **out, const char *path,
                                     const egad_image_options *options);
/* Import the arrays of a file written by numpy.savez: rows and, if there are any, labels.
 * If no option says otherwise, labels of 0 and 1 are normal and anomalous. */
EGAD_API egad_status egad_npz_import(egad_dataset **out, const char *path,
                                     const egad_image_options *options);
/* The same for a file of MATLAB, versions 5 to 7.3. */
EGAD_API egad_status egad_mat_import(egad_dataset **out, const char *path,
                                     const egad_image_options *options);
/* 1 if the name ends like that of an image file that egad reads: .png, .jpg, .jpeg, .tif,
 * .tiff, .bmp or .webp. */
EGAD_API int egad_images_named(const char *path);
/* Import the image files of `n` folders, in the order of their names.  The format of each
 * is found by its content.  The class of an image is the name of its folder: one of
 * these, or a sub-folder of one of them.  `file` is its path in the folder, such as
 * "good/7.png"; with several folders, it starts with the folder's name.
 *
 * A single folder with the folders train and test, as in MVTec AD, has its own split;
 * without `normal` and `anomalous`, images in folders `good` are normal; ground_truth is
 * left out. */
EGAD_API egad_status egad_images_import(egad_dataset **out, const char *const *folder,
                                        size_t n, const egad_image_options *options);
/* Read the image files of one folder, or one file, for a trained detector.  An image of
 * another shape than {H, W, C} is an error, except that grey images are accepted if C is
 * 3. */
EGAD_API egad_status egad_images_read(egad_dataset **out, const char *path,
                                      const size_t shape[3]);

/* Fetch the published files of "mnist" or "kdd99" into a folder, which is created if
 * needed.  Existing files are kept, interrupted downloads (FILE.part) are resumed, and
 * each file's SHA-256 is verified. */
typedef struct {
    size_t size;     /* see EGAD_SIZED */
    const char *url; /* base URL to fetch from; NULL: the known mirrors, in turn */
    /* Called several times per second.  total 0: unknown.  Return 0 to continue; else the
     * fetch fails and can be resumed later.  May be NULL. */
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
