/* Measurements: of images, of scores against labels, of speed; and tuning. */
#ifndef EGAD_MEASURE_PUBLIC_H
#define EGAD_MEASURE_PUBLIC_H

#include "score.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
#endif
