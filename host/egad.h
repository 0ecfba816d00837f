/* egad: anomaly detectors after Zenati et al. 2018, "Efficient GAN-Based Anomaly
 * Detection" (arXiv:1802.06222v2), on any OpenCL device.
 *
 * This header is the whole public interface and reads from top to bottom in the
 * order in which a program uses it:
 *
 *     egad_device *device;    egad_dataset *data;    egad_detector *detector;
 *
 *     egad_device_new(&device, NULL);
 *     egad_csv_import(&data, "flows.csv", &(egad_csv_options){ .label = "kind",
 *                                                              .normal = "benign" });
 *     egad_detector_new(&detector, device, data, &(egad_detector_options){ 0 });
 *     egad_train_run(detector, data, NULL);
 *     egad_score_calibrate(detector, data);
 *     egad_threshold_measure(detector, data, NULL);
 *     egad_checkpoint_save(detector, "model.h5");
 *     egad_score_rows(detector, x, rows, EGAD_SCORE_DEFAULT, 0.9, NULL, scores);
 *
 * Every function that can fail returns an egad_status; on anything but EGAD_OK its
 * outputs are untouched (pointers: NULL) and egad_status_last() says in one line
 * what was done, to which thing, and what was wanted.  The library never prints
 * and never exits.  What `_new`, `_load` or `_import` returns is freed by the
 * `_free` of its type; `_free(NULL)` does nothing; all else returned is borrowed
 * and lives as long as the object it came from.
 *
 * Threads: a device and everything made on it belong to one thread at a time, to
 * which another may hand them over between two calls.  For work at the same time,
 * each thread opens a device of its own (the same hardware may be opened often);
 * what is made on different devices is independent, and they may share a data set
 * that nobody changes.  egad_status_last() is per thread.  Files are read and
 * written at the same time only where HDF5 was built for that, as Debian's is
 * (H5is_library_threadsafe); egad_fetch_run is for one thread at a time. */
#ifndef EGAD_H
#define EGAD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EGAD_API __attribute__((visibility("default")))
#else
#define EGAD_API
#endif

/* ---- Status ------------------------------------------------------------- */

/* One list makes both the enum and the strings, so they cannot drift apart. */
#define EGAD_STATUS_LIST(X)                                                              \
    X(OK, "no error")                                                                    \
    X(MEMORY, "out of host memory")                                                      \
    X(ARGUMENT, "an option has a value that does not fit")                               \
    X(SHAPE, "an array has the wrong shape")                                             \
    X(FILE, "a file could not be read or written")                                       \
    X(FORMAT, "a file does not hold what it should")                                     \
    X(DATA, "the data cannot serve this purpose")                                        \
    X(DEVICE, "no OpenCL device matches")                                                \
    X(BUILD, "an OpenCL program did not build")                                          \
    X(OPENCL, "an OpenCL call failed")

typedef enum {
#define X(code, text) EGAD_##code,
    EGAD_STATUS_LIST(X)
#undef X
} egad_status;

/* What a status means, in general.  Never NULL. */
EGAD_API const char *egad_status_text(egad_status s);

/* What the last failure of this thread was, in particular: one line without a
 * final newline.  Empty before any failure. */
EGAD_API const char *egad_status_last(void);

/* The library's version, "0.1.0". */
EGAD_API const char *egad_status_version(void);

/* Of n names the one that a slip of the keyboard may have made `text` of, or a word cut
 * short: for messages.  NULL if there is none.  Case, and hyphens in front, do not count.
 */
EGAD_API const char *egad_array_near(const char *text, const char *const *names,
                                     size_t n);

/* ---- Devices ------------------------------------------------------------ */

typedef struct egad_device egad_device;

typedef struct {
    int platform_index, device_index; /* how --device names it: "0:1" */
    char platform[128], name[128];
    char type[16];      /* "CPU", "GPU", "accelerator", "custom" */
    char driver[128];   /* driver version */
    char opencl_c[128]; /* OpenCL C version */
    uint64_t memory;    /* bytes of global memory */
    uint64_t largest;   /* bytes of the largest single allocation */
    unsigned units;     /* compute units */
    int chosen;         /* 1: what egad_device_new(choice) would take */
} egad_device_info;

/* All OpenCL devices, and in `chosen` which one `choice` picks (see egad_device_new).
 * `*list` holds `*n` entries, freed with free().  No device at all is a failure; a choice
 * that matches none is not: nothing is marked. */
EGAD_API egad_status egad_device_list(egad_device_info **list, size_t *n,
                                      const char *choice);

/* Open a device.  `choice`: "platform:device" by index, or a word that its name,
 * platform or type contains (case does not matter); NULL: what the environment variable
 * EGAD_DEVICE holds, else the first GPU, else the first device.  If none matches, it
 * fails with status DEVICE, and the text lists what there is. */
EGAD_API egad_status egad_device_new(egad_device **out, const char *choice);
EGAD_API void egad_device_free(egad_device *device);
EGAD_API const egad_device_info *egad_device_describe(const egad_device *device);

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

/* ---- Detectors ---------------------------------------------------------- */

/* A detector is a model (networks from tables 3-6 of the paper), the preprocessing
 * fitted to training rows, the state of training, and what scores are held against. */
typedef struct egad_detector egad_detector;

typedef struct {
    const char *model;  /* "kdd-bigan", "kdd-gan" for tables, "mnist-bigan", "mnist-gan"
                         * for images; NULL: the first that fits the data */
    const char *recipe; /* "sound" (NULL), "release", "paper" */
    int epochs, batch;  /* 0: the recipe's; `sound` fits them to small tables */
    double lr;          /* 0: the recipe's */
    double hold_out;    /* share of the training rows that do not train, for thresholds to
                         * be measured on; 0: the recipe's, below 0: none */
    uint64_t seed;      /* of weights, batches, noise and dropout */
} egad_detector_options;

/* A new detector for rows like those of `data`, weights drawn from the seed,
 * preprocessing fitted to the rows of `data` that train. */
EGAD_API egad_status egad_detector_new(egad_detector **out, egad_device *device,
                                       const egad_dataset *data,
                                       const egad_detector_options *options);
EGAD_API void egad_detector_free(egad_detector *detector);

/* One epoch of history: means of the losses (nan where a model has no encoder). */
typedef struct {
    float loss_dis, loss_gen, loss_enc; /* paper, section 2: of D, G and E */
    float seconds;
} egad_epoch;

typedef struct {
    const char *model, *recipe;
    size_t shape[3], z_dim;
    int epochs, batch; /* what training runs to */
    double lr, hold_out;
    uint64_t seed;
    uint64_t step;             /* iterations done */
    uint64_t steps_per_epoch;  /* 0 until training has seen its data */
    int epoch;                 /* whole epochs done */
    size_t parameters[3];      /* of encoder, generator, discriminator; 0: none */
    const egad_epoch *history; /* (epoch) */
    const egad_schema *schema; /* columns it was trained on */
    const char *protocol;      /* of the data it was trained on */
    int calibrated;            /* 1: egad_score_calibrate has run */
} egad_detector_info;

EGAD_API egad_detector_info egad_detector_describe(const egad_detector *detector);

/* The training rows of `data` that this detector trains on (`held` 0), or that it holds
 * out (1), in file order, as indices into x: `*rows` is freed with free().  Which those
 * are is fixed by their number and the share: of n rows, floor(share n) that
 * egad_dataset_sample draws by seed 5. */
EGAD_API egad_status egad_detector_select(const egad_detector *detector,
                                          const egad_dataset *data, int held,
                                          size_t **rows, size_t *n);

/* The models by name, NULL-terminated; and the layers of a detector's networks as in the
 * paper's tables: `*text` is freed with free(). */
EGAD_API const char *const *egad_detector_models(void);
/* 1 if the model of this name is for images, whose height and width must be divisible by
 * 4; 0 if for tables, or if there is none. */
EGAD_API int egad_detector_images(const char *model);
/* 1 if the model of this name has an encoder; 0 if a score is a search, or if there is
 * none. */
EGAD_API int egad_detector_encodes(const char *model);
EGAD_API egad_status egad_detector_print(const egad_detector *detector, char **text);

/* ---- Training ----------------------------------------------------------- */

typedef struct {
    int epoch, epochs;    /* epoch now running, from 1 */
    uint64_t step, steps; /* iterations done, in all */
    int epoch_end;        /* 1: an epoch has just ended */
    /* Training rows consumed, of later calls since the first one, in whose time kernels
     * are compiled; 0 if it was stopped before the first iteration.  In the first call
     * nobody knows what is left, which is inf but at the end. */
    double rows_per_second, seconds_left;
    egad_epoch losses; /* means of the epoch so far */
} egad_progress;

typedef struct {
    /* Called about every hundred iterations and at each end of an epoch.  Return 0 to
     * go on, else training stops there with EGAD_OK, to be resumed later.  At an
     * epoch's end the detector may be scored and saved.  NULL: none. */
    int (*progress)(void *context, const egad_progress *progress);
    void *context;
    const volatile int *stop; /* *stop != 0 ends after the current iteration, or NULL */
} egad_train_options;

/* Train on the training rows of `data`, but for those held out, from where the detector
 * is to its last epoch. Losses that are not finite end training with EGAD_DATA.  Two runs
 * on one device are equal bit for bit, also when one was saved, loaded and went on. */
EGAD_API egad_status egad_train_run(egad_detector *detector, const egad_dataset *data,
                                    const egad_train_options *options);
/* From now on the last epoch is number `epochs`, as if it had been so from the start:
 * only under a recipe whose learning rate stays as it is, `release` or `paper`, and not
 * below what is done.  Else EGAD_ARGUMENT. */
EGAD_API egad_status egad_train_extend(egad_detector *detector, int epochs);

/* ---- Scores ------------------------------------------------------------- */

/* A(x), larger is more anomalous.  Paper, section 3.  L_G = sum |x - G(E(x))|.
 *   SIGMA     alpha L_G + (1 - alpha) CE(D(x, E(x)), 1); under recipe `release`
 *             D is taken at (G(E(x)), E(x)), as the released code does
 *   FM        alpha L_G + (1 - alpha) sum |f(x, E(x)) - f(G(E(x)), E(x))|
 *   COMBINED  ours: the mean over terms of their logarithms, each in deviations from
 *             its mean on training rows.  Of tables: L_G; the squared Mahalanobis
 *             distance of f(x, E(x)) from training rows; and that of e = (f(x, E(x)),
 *             f(x, E(x)) - f(G(E(x)), E(x))).  Of images: the mean distance to the 5
 *             nearest training rows in 64 principal components of (f(x, E(x)), E(x)),
 *             and that over what it is of these rows.  alpha has no part in it
 *   DEFAULT   the recipe's: combined for `sound`, sigma for the others
 * Without an encoder (see egad_search_options), G(z) stands for G(E(x)); D sees rows
 * alone, and SIGMA takes it at G(z); there is no COMBINED, and DEFAULT is SIGMA. */
typedef enum {
    EGAD_SCORE_DEFAULT,
    EGAD_SCORE_SIGMA,
    EGAD_SCORE_FM,
    EGAD_SCORE_COMBINED
} egad_score_kind;

EGAD_API const char *egad_score_name(egad_score_kind kind);
/* What DEFAULT stands for in this detector. */
EGAD_API egad_score_kind egad_score_default(const egad_detector *detector);
/* The kind called `name`; EGAD_ARGUMENT if there is none. */
EGAD_API egad_status egad_score_parse(egad_score_kind *kind, const char *name);

/* Measure rows that trained (20,000 of them at most, evenly chosen), which COMBINED holds
 * others against, and the terms.  Of tables: mean and covariance of e, the shrinkage of
 * it that makes one half of these rows most likely given the other; about a second of one
 * core.  Of images: principal components and the rows in them; some ten seconds.  Does
 * nothing for a model that has no combined score, for want of an encoder. */
EGAD_API egad_status egad_score_calibrate(egad_detector *detector,
                                          const egad_dataset *data);

/* AnoGAN's search in latent space (paper, section 2), for models without an encoder: Adam
 * on z, from a drawn start, to the smallest A(x) with G(z) for G(E(x)).  A(x) is taken at
 * the last step.  Of several searches, the smallest A(x) counts: that is what each looks
 * for, so one that ends higher has found less. */
typedef struct {
    int steps;     /* of Adam; 0: the paper's 500.  Others stretch the schedule of the
                    * rates in proportion */
    int restarts;  /* searches per row, the best score counts; 0: 1 */
    uint64_t seed; /* of the starting points, which are fixed by it and the number of the
                    * row */
    /* The numbers of the rows, in the order in which they are given; NULL: 0, 1, ... over
     * all calls of a scorer, so that scores depend on no batch. */
    const size_t *row;
    /* For egad_explain_rows, the score that is searched for: kind, and unless that is
     * DEFAULT, which is SIGMA with 0.9, alpha. */
    egad_score_kind kind;
    double alpha;
} egad_search_options;

/* A prepared scorer: the launches of one batch, and the weights as they are now, laid out
 * for them.  Train on, and a new one is needed. */
typedef struct egad_scorer egad_scorer;

/* Prepare to score up to `batch` rows at a time.  alpha: weight of the reconstruction in
 * SIGMA and FM, the paper's is 0.9.  EGAD_DATA if COMBINED was not calibrated.
 * search: NULL for the paper's; a model with an encoder does not search. */
EGAD_API egad_status egad_score_new(egad_scorer **out, egad_detector *detector,
                                    egad_score_kind kind, double alpha, size_t batch,
                                    const egad_search_options *search);
/* scores[i] = A(x[i]), any number of rows.  x: (rows, H*W*C) as imported; the detector's
 * own preprocessing is applied.  A pointer does not know its width: rows of another one
 * must be turned away by the caller (egad_detector_describe gives shape and schema). */
EGAD_API egad_status egad_score_run(egad_scorer *scorer, const float *x, size_t rows,
                                    float *scores);
EGAD_API void egad_score_free(egad_scorer *scorer);

/* How many rows to score at a time where memory is no matter and speed is. */
EGAD_API size_t egad_score_bulk(const egad_detector *detector, size_t rows);
/* Prepare, run and free in one call. */
EGAD_API egad_status egad_score_rows(egad_detector *detector, const float *x, size_t rows,
                                     egad_score_kind kind, double alpha,
                                     const egad_search_options *search, float *scores);

/* What scores are judged by, and what came of it; see below. */
typedef struct {
    float score;         /* this, more, or no number is an anomaly */
    double false_alarms; /* the share of new normal rows that is expected to be */
    int by_hand;         /* 1: the score was given, and the share is what it comes to */
} egad_threshold;

typedef struct {
    egad_threshold at;
    double *p;            /* (n), */
    unsigned char *label; /* (n) as egad_threshold_judge fills them */
} egad_judgement;

/* Write the scores of `n` rows to an HDF5 file, by a temporary name as
 * egad_checkpoint_save does: /score (n) float32; /row (n) uint64, which row of the data
 * file each is of (`row` NULL: 0, 1, ...); /y (n) uint8, absent if `y` is NULL, and
 * likewise /file (n) text of `name` and /unseen (n) int32 of `unseen`, what
 * egad_schema_unseen says of each; with a judgement (or NULL) /p_value (n) float64 and
 * /label (n) uint8; attributes format "egad-scores", format_version, score (the name of
 * `kind`), alpha, and with a judgement threshold and false_alarms. */
EGAD_API egad_status egad_score_save(const char *path, const float *scores,
                                     const size_t *row, const unsigned char *y,
                                     char *const *name, const int32_t *unseen, size_t n,
                                     egad_score_kind kind, double alpha,
                                     const egad_judgement *judgement);

/* And back: the scores, and what they are of.  `*scores` and `*row`, `*n` of each, are
 * freed with free(). */
EGAD_API egad_status egad_score_load(const char *path, float **scores, size_t **row,
                                     size_t *n, egad_score_kind *kind, double *alpha);

/* ---- Thresholds --------------------------------------------------------- */

/* A score becomes a p-value and a label by the scores of n normal rows: those that were
 * held out; where none were, training rows, and new normal rows then have scores somewhat
 * higher than these.
 *   p      (k + 1) / (n + 1), where k of them have that score or more: the share of new
 *          normal rows that is expected to.  It is never below 1 / (n + 1)
 *   label  1, an anomaly, from a threshold on.  The threshold of a rate of false alarms
 *          is the lowest score whose p is that rate or lower; of a rate below 1 / (n + 1)
 *          there is none.  */
typedef struct {
    size_t most;  /* rows, evenly chosen; 0: all that were held out, else 10,000 training
                   * rows; 500 of either where a score is a search */
    double alpha; /* of SIGMA and FM */
    const egad_search_options *search; /* but for `row`, or NULL */
    /* Called now and then with how many of n rows have their scores.  NULL: none. */
    void (*progress)(void *context, egad_score_kind kind, size_t done, size_t n);
    void *context;
} egad_threshold_options;

/* Score normal rows, by all kinds that the detector has.  data: what it was trained on.
 * options NULL: the paper's alpha, all rows.  Training on, or to calibrate, forgets the
 * scores. */
EGAD_API egad_status egad_threshold_measure(egad_detector *detector,
                                            const egad_dataset *data,
                                            const egad_threshold_options *options);

typedef struct {
    size_t rows;         /* measured; 0: none */
    int held_out;        /* 1: rows that did not train */
    double alpha;        /* of SIGMA and FM; and of a search: */
    int steps, restarts; /* 0: there is an encoder */
    double false_alarms; /* the rate in force, 0.01 in a new detector */
    double least;        /* 1 / (rows + 1) */
    size_t training; /* rows that training had, those held out with them: as many, or up
                      * to a batch fewer; 0: not known */
} egad_threshold_info;

EGAD_API egad_threshold_info egad_threshold_describe(const egad_detector *detector);
/* How many rows tell a rate of false alarms, at least. */
EGAD_API double egad_threshold_rows(double false_alarms);
/* The share of `of` training rows that these are, in two digits, to be held out
 * (egad_detector_options); 0: more than half of them. */
EGAD_API double egad_threshold_share(double false_alarms, size_t of);

/* The threshold of a rate of false alarms.  0: the one in force, which is that of the
 * detector's rate, or of `least` where that is higher, or a score set by hand.  EGAD_DATA
 * if scores of this kind, by this alpha and search, were not measured, or are too few for
 * the rate. */
EGAD_API egad_status egad_threshold_find(egad_threshold *out,
                                         const egad_detector *detector,
                                         egad_score_kind kind, double alpha,
                                         const egad_search_options *search,
                                         double false_alarms);
/* p[i] and label[i] of n scores, for a threshold that was found; p or label may be NULL.
 * A score that is no number counts as the highest. */
EGAD_API void egad_threshold_judge(double *p, unsigned char *label,
                                   const egad_detector *detector, egad_score_kind kind,
                                   const egad_threshold *at, const float *scores,
                                   size_t n);
/* Put another rate in force, for all kinds; or for one kind a score.  Model files keep
 * that. */
EGAD_API egad_status egad_threshold_keep(egad_detector *detector, double false_alarms);
EGAD_API egad_status egad_threshold_keep_score(egad_detector *detector,
                                               egad_score_kind kind, float score);

/* ---- Explanations ------------------------------------------------------- */

/* What became of rows between x and A(x), for L_G = sum |x - G(E(x))| (paper, section 3),
 * which is in every score; without an encoder, G(z) at the end of the search stands for
 * G(E(x)).  Arrays of the caller, (rows, H*W*C) but for the last, each or NULL. */
typedef struct {
    float *rebuilt;         /* G(E(x)) in the units of x: the detector's scaling undone */
    float *residual;        /* x - G(E(x)) as L_G adds it up: in scaled units.  Positive:
                             * the row has more than the detector expected */
    unsigned char *clipped; /* 1: the input lay beyond what the recipe's scaling lets
                             * through, and the residual is that of the limit */
    float *latent;          /* (rows, z_dim): E(x); of a search, z at its end */
} egad_explanation;

/* Fill what `out` points to, for any number of rows.  x: (rows, H*W*C) as imported.
 * search: as in egad_score_new; its kind and alpha say what it searches for. */
EGAD_API egad_status egad_explain_rows(egad_detector *detector, const float *x,
                                       size_t rows, const egad_search_options *search,
                                       const egad_explanation *out);

/* Rows of latent space, (rows, z_dim), in the plane in which they vary most: point (rows,
 * 2), their first two principal components, of mean 0, which hold these shares of the
 * variance.  Directions are those of every row, or of more than 5,000 every second, third
 * and so on.  Of one dimension the second is 0.  EGAD_DATA where there is no number. */
EGAD_API egad_status egad_explain_plane(float *point, double share[2],
                                        const float *latent, size_t rows, size_t z_dim);

/* A column's part in L_G of one row.  A categorical column is all of its features. */
typedef struct {
    size_t column;        /* index into the schema; without one, into x */
    float value, rebuilt; /* x and G(E(x)), in the units of x; of a categorical column
                           * those of `expected` */
    int beyond;           /* numeric: 1 or -1 where G(E(x)) is more or less than training
                           * rows ever have; `rebuilt` is then the most or least of them */
    int category;         /* that it has; -1: numeric, or one that training never saw */
    int expected;         /* category with the largest G(E(x)); -1: numeric */
    float residual;       /* sum |x - G(E(x))| over its features, in scaled units */
    float largest;        /* of these, the largest: a category that is wrong is so in two
                           * features, and many of them differ a little, so that sums make
                           * such columns look worse than numbers; where `beyond` is not 0,
                           * no less than from x to `rebuilt` */
    float share; /* of the sum of `largest` over all columns; 0 where that is 0 */
    int clipped; /* of its features, so many */
} egad_explained;

/* The columns of one row, largest share first: x (H*W*C) and `of` are of that row, and
 * `of->clipped` may be NULL.  `*list` holds `*n` entries, freed with free(). */
EGAD_API egad_status egad_explain_columns(egad_explained **list, size_t *n,
                                          const egad_detector *detector, const float *x,
                                          const egad_explanation *of);

/* ---- Generated rows ----------------------------------------------------- */

/* x = G(z), what the detector takes for normal, with the moving averages of the weights,
 * as scores have them: (rows, H*W*C) in the units of x, the detector's scaling undone; of
 * a categorical column, a weight for each category.  z: (rows, z_dim), as
 * egad_explanation.latent has it, or NULL: drawn from N(0, 1), of row i by the seed and i
 * alone.  Any number of rows. */
EGAD_API egad_status egad_generate_rows(egad_detector *detector, const float *z,
                                        uint64_t seed, size_t rows, float *x);

/* ---- Spectra ------------------------------------------------------------ */

/* The mean power spectrum of images x (rows, H*W*C), shape {H, W, C}, in any units: of
 * every channel of a row, less its own mean, |two-dimensional DFT|^2 / (H W).  power: (H,
 * W), the frequency (0, 0) first; its sum over H W is the mean variance of an image.
 * EGAD_SHAPE for rows that are no images, and where egad_spectrum_side says less than a
 * side; EGAD_DATA without a row.  Seconds where the device has not yet compiled a side.
 */
EGAD_API egad_status egad_spectrum_measure(egad_device *device, const float *x,
                                           size_t rows, const size_t shape[3],
                                           double *power);
/* The longest side of images, `side` or less, that has a spectrum: one of no prime factor
 * above 13.  To crop to; 0 of 0. */
EGAD_API size_t egad_spectrum_side(size_t side);
/* Means of power (H, W) over rings, ring (n): number i is of frequencies whose distance
 * from zero is i / (2 n) or more and less than (i + 1) / (2 n), the last up to and with
 * 0.5, in cycles per pixel.  (0, 0) and the corners beyond 0.5 are in none; NAN where a
 * ring is empty. */
EGAD_API void egad_spectrum_rings(const double *power, size_t H, size_t W, double *ring,
                                  size_t n);

/* ---- Metrics ------------------------------------------------------------ */

typedef struct {
    size_t rows, anomalies;
    double fraction; /* share of rows called anomalous: the decision rule */
    double
        threshold; /* percentile of the scores, linear interpolation; >= is anomalous */
    size_t ties;   /* rows whose score equals the lowest one called anomalous */
    double precision, recall, f1;
    double auroc; /* area under the ROC curve, ties count half */
    double auprc; /* trapezoid rule over the points of the precision-recall curve */
    double ap;    /* average precision, sum of (R_n - R_n-1) P_n */
    double precision_at_n; /* precision of the `anomalies` highest scores */
    double best_f1;        /* over all thresholds: what the labels would have allowed */
    double chance_f1;      /* of calling `fraction` of the rows anomalous by lot */
    double chance_auprc;   /* share of anomalies */
} egad_metrics;

/* Fails with EGAD_DATA if only one class is present or a score is not a number. */
EGAD_API egad_status egad_metrics_compute(egad_metrics *out, const float *scores,
                                          const unsigned char *y, size_t rows,
                                          double fraction);

/* One point of the precision-recall curve, and of the ROC curve: of calling every row
 * anomalous whose score is `threshold` or higher. */
typedef struct {
    float threshold;
    double precision, recall;
    double false_alarms; /* share of the normal rows that are called anomalous */
} egad_curve_point;

/* A point for each different score, highest first: `*points` holds `*n`, freed with
 * free().  Fails as egad_metrics_compute does. */
EGAD_API egad_status egad_metrics_curve(egad_curve_point **points, size_t *n,
                                        const float *scores, const unsigned char *y,
                                        size_t rows);

/* Intervals of 95 % of the figures and of both curves, by a bootstrap. */
enum { EGAD_BAND = 101 };
typedef struct {
    egad_metrics low, high; /* of each figure; chance and counts are the same in both */
    double roc_low[EGAD_BAND], roc_high[EGAD_BAND]; /* recall at rates of false alarms of
                                                     * 0, 0.01, ... 1 */
    double pr_low[EGAD_BAND], pr_high[EGAD_BAND];   /* precision at recalls of the same */
} egad_bootstrap;

/* In each of `times` replicates, 1 to 10,000, the normal rows are drawn with replacement
 * from the normal rows and the anomalies from the anomalies, so that both counts stay
 * (stratified); low and high are the percentiles 2.5 and 97.5 (numpy.percentile, `ties`
 * rounded outwards) of what egad_metrics_compute gives of the rows drawn, their own
 * threshold included.  The curves are lines through egad_metrics_curve's points, from
 * (0, 0) and from precision 1 at recall 0, as `auprc` has it; where one is vertical, its
 * upper end counts.  Bands hold at each rate by itself, not for a whole curve at once.
 *
 * What is covered is the chance of which rows were there to be scored.  What is not:
 * training again by another seed, and rows of another kind, another day or another share
 * of anomalies.  Rows that belong together (of one connection, of one patient) are taken
 * for independent; with fewer than some twenty rows of a kind the intervals are too
 * narrow.  By 200 replicates an end is off by a twentieth of the interval's width, as a
 * standard deviation; by 1,000, by a fiftieth.  A replicate of 250,000 rows takes about
 * 4 ms of one core.
 *
 * The same rows are drawn on every run and machine for the same seed.  Fails as
 * egad_metrics_compute does, with EGAD_ARGUMENT for any other number of replicates, and
 * with EGAD_DATA for 2^32 rows or more. */
EGAD_API egad_status egad_bootstrap_measure(egad_bootstrap *out, const float *scores,
                                            const unsigned char *y, size_t rows,
                                            double fraction, int times, uint64_t seed);

/* ---- Speed -------------------------------------------------------------- */

/* One launch of a training iteration, or of a batch of scores: what it is, what it has to
 * do, and how long it takes. */
typedef struct {
    char plan[40];   /* the list of launches that it is of: "gradients of the D step" */
    char label[48];  /* what it is for: "discriminator/dx_dense1" */
    char kernel[32]; /* the kernel, or the function of a library */
    size_t groups[2], local; /* work-groups, and items of one; 0: a library's affair */
    int calls;               /* in one iteration or batch: of a search, its steps */
    double flops, bytes;     /* of one call: useful operations; memory to be read and
                              * written, each element once.  0: not counted */
    double seconds;          /* of one call, mean; 0: not run */
} egad_profile;

/* The launches of one training iteration, in order; with times > 0, run so many of them
 * on made-up rows, waiting after each launch (the weights change: use a detector of its
 * own).
 * `*list` holds `*n` entries, freed with free(). */
EGAD_API egad_status egad_train_profile(egad_profile **list, size_t *n,
                                        egad_detector *detector, int times);
/* Likewise of scoring one batch of a scorer: x (batch, H*W*C) as imported; NULL will do
 * where times is 0. */
EGAD_API egad_status egad_score_profile(egad_profile **list, size_t *n,
                                        egad_scorer *scorer, const float *x, int times);

/* What a device can do at best, measured: the most of several runs of a kernel that does
 * nothing but fused multiply-adds on independent vectors, and of one that copies. */
typedef struct {
    double flops;    /* per second, single precision; a multiply-add is two */
    double bytes;    /* per second, read and written ones together */
    size_t vector;   /* floats of a vector */
    uint64_t copied; /* bytes of the array that was copied */
} egad_peak;

/* Takes about `seconds`, and some memory of the device. */
EGAD_API egad_status egad_peak_measure(egad_peak *out, egad_device *device,
                                       double seconds);

/* ---- Tuning ------------------------------------------------------------- */

/* How matrix products are done fastest on a device, measured once and remembered for that
 * device and the version of its driver.  The file is what the environment variable
 * EGAD_TUNE names, else egad/tune.json below $XDG_CACHE_HOME or ~/.cache; EGAD_TUNE=off:
 * none.  A device reads it when it first needs it; without one, or with one that cannot
 * be used, the type of the device decides.  Other engines round differently: training
 * goes on bit for bit only where the tuning stays as it was. */
enum { EGAD_TUNE_ENGINES = 3 }; /* rows, tiles, clblast */

/* One product C (M, N) = op(A) op(B) over K. */
typedef struct {
    size_t M, N, K;
    int transposed_a, transposed_b;
    size_t count;                      /* how often the model needs it */
    char engine[16];                   /* the fastest of those a device can mix */
    char tile[32];                     /* that `tiles` is fastest with, or "" */
    double seconds[EGAD_TUNE_ENGINES]; /* 0: not measured */
} egad_tuned;

typedef struct {
    char engine[16];  /* of what no product says */
    char clblast[16]; /* the set of parameters CLBlast is fastest with; "": its own */
    size_t n;
    egad_tuned *product;
} egad_tuning;

/* Measure the products of a detector: of training by its batch, of scores by `batch`
 * rows; and add them to what is known of its device.  The weights change: use a detector
 * of its own.  progress may be NULL. */
EGAD_API egad_status
egad_tune_run(egad_tuning **out, egad_detector *detector, size_t batch,
              void (*progress)(void *context, size_t done, size_t of), void *context);
/* Keep it in the file.  A file that is none of egad's is left as it is. */
EGAD_API egad_status egad_tune_save(const egad_tuning *tuning,
                                    const egad_device_info *device);
EGAD_API void egad_tune_free(egad_tuning *tuning);

typedef struct {
    char text[96];     /* for records: "tiles, clblast direct64, 14 products", "none",
                        * "off" */
    char file[512];    /* where it is kept, or "" */
    char problem[256]; /* why the file is not used, or "" */
} egad_tuning_info;

EGAD_API void egad_tune_describe(egad_tuning_info *out, const egad_device_info *device);

/* ---- Model files -------------------------------------------------------- */

/* Write the detector to `path` (HDF5, layout in README): to a temporary name beside
 * it, flushed, renamed, so that a failure or crash leaves an old file whole. */
EGAD_API egad_status egad_checkpoint_save(const egad_detector *detector,
                                          const char *path);
EGAD_API egad_status egad_checkpoint_load(egad_detector **out, egad_device *device,
                                          const char *path);
/* What a model or data file holds, as text; `*text` is freed with free(). */
EGAD_API egad_status egad_checkpoint_inspect(const char *path, char **text);

#ifdef __cplusplus
}
#endif
#endif
