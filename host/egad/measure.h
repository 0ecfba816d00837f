/* Measurements: spectra of images, metrics of scores, speed; and tuning. */
#ifndef EGAD_MEASURE_PUBLIC_H
#define EGAD_MEASURE_PUBLIC_H

#include "score.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Spectra ------------------------------------------------------------ */

/* The mean power spectrum of images x (rows, H*W*C), shape {H, W, C}, in any units:
 * |two-dimensional DFT|^2 / (H W) of each channel of a row minus its mean.  power: (H,
 * W), starting at frequency (0, 0); its sum / (H W) is the mean variance of an image.
 * EGAD_SHAPE if rows are not images or egad_spectrum_side of a side is smaller; EGAD_DATA
 * if there are no rows.  Takes seconds when kernels for a side must be compiled first. */
EGAD_API egad_status egad_spectrum_measure(egad_device *device, const float *x,
                                           size_t rows, const size_t shape[3],
                                           double *power);
/* The longest side to crop to, `side` or less, that has a spectrum: one without a prime
 * factor above 13.  0 for 0. */
EGAD_API size_t egad_spectrum_side(size_t side);
/* Means of power (H, W) over rings, ring (n): ring i covers frequencies at distances in
 * [i / (2 n), (i + 1) / (2 n)) from zero, in cycles per pixel; the last ring includes
 * 0.5.  (0, 0) and the corners beyond 0.5 are in no ring; an empty ring is NAN. */
EGAD_API void egad_spectrum_rings(const double *power, size_t H, size_t W, double *ring,
                                  size_t n);

/* ---- Metrics ------------------------------------------------------------ */

typedef struct {
    size_t rows, anomalies;
    double fraction;  /* share of rows labelled anomalous: the decision rule */
    double threshold; /* the corresponding percentile of the scores, linearly
                       * interpolated; a score >= threshold is anomalous */
    size_t ties;      /* rows whose score equals the lowest anomalous one */
    double precision, recall, f1;
    double auroc; /* area under the ROC curve; ties count one half */
    double auprc; /* trapezoid rule over the points of the precision-recall curve */
    double ap;    /* average precision, sum of (R_n - R_n-1) P_n */
    double precision_at_n; /* precision of the `anomalies` highest scores */
    double best_f1;        /* maximum over all thresholds, chosen with the labels */
    double chance_f1;      /* expected F1 of random scores */
    double chance_auprc;   /* share of anomalies */
} egad_metrics;

/* EGAD_DATA if only one class is present or a score is NaN. */
EGAD_API egad_status egad_metrics_compute(egad_metrics *out, const float *scores,
                                          const unsigned char *y, size_t rows,
                                          double fraction);

/* One point of the precision-recall and ROC curves: every row with a score of `threshold`
 * or higher is labelled anomalous. */
typedef struct {
    float threshold;
    double precision, recall;
    double false_alarms; /* false-alarm rate: share of the normal rows labelled
                          * anomalous */
} egad_curve_point;

/* One point per distinct score, highest first: `*points` holds `*n`, freed with free().
 * Fails as egad_metrics_compute does. */
EGAD_API egad_status egad_metrics_curve(egad_curve_point **points, size_t *n,
                                        const float *scores, const unsigned char *y,
                                        size_t rows);

/* Bootstrap confidence intervals (95 %) of the metrics and of both curves. */
enum { EGAD_BAND = 101 };
typedef struct {
    egad_metrics low, high; /* of each metric; counts and chance levels are equal in
                             * both */
    double roc_low[EGAD_BAND], roc_high[EGAD_BAND]; /* recall at false-alarm rates of 0,
                                                     * 0.01, ... 1 */
    double pr_low[EGAD_BAND], pr_high[EGAD_BAND];   /* precision at recalls of 0, 0.01,
                                                     * ... 1 */
} egad_bootstrap;

/* In each of `times` replicates, 1 to 10,000, the normal rows are drawn with replacement
 * from the normal rows and the anomalies from the anomalies, so that both counts stay
 * (stratified); low and high are the percentiles 2.5 and 97.5 (numpy.percentile, `ties`
 * rounded outwards) of egad_metrics_compute over the replicates, each with its own
 * threshold.  The curves interpolate linearly between egad_metrics_curve's points,
 * starting from (0, 0) and from precision 1 at recall 0, as `auprc` does; where a curve
 * is vertical, its upper end counts.  The bands are pointwise, not simultaneous.
 *
 * The intervals cover the sampling of the test rows.  They do not cover training with
 * another seed, or rows of another kind, another day or another share of anomalies.  Rows
 * are assumed independent, even if they belong to one connection or one patient; with
 * fewer than about twenty rows of a class the intervals are too narrow.  The standard
 * deviation of an interval's end is a twentieth of its width with 200 replicates, a
 * fiftieth with 1,000.  A replicate of 250,000 rows takes about 4 ms on one core.
 *
 * The same seed draws the same rows on every run and machine.  Fails as
 * egad_metrics_compute does, with EGAD_ARGUMENT for another number of replicates, and
 * with EGAD_DATA for 2^32 rows or more. */
EGAD_API egad_status egad_bootstrap_measure(egad_bootstrap *out, const float *scores,
                                            const unsigned char *y, size_t rows,
                                            double fraction, int times, uint64_t seed);

/* One metric of one of several scores of the same rows. */
typedef struct {
    double mean, low, high;         /* mean over the trainings, with its interval */
    double behind_low, behind_high; /* interval of the best score's mean minus this one */
    int best;                       /* 1: the highest mean; of equal ones the first */
    int level; /* 1: cannot be told from the best: the interval of the difference reaches
                * 0 or below; also 1 for the best itself */
} egad_compared;

typedef struct {
    egad_compared auroc, ap, f1;
} egad_comparison;

/* Compare `n` scores of the same rows, each from `trainings` detectors that differ in
 * their seed: out (n); scores (n, trainings), each of `rows` values.  A paired bootstrap:
 * each of `times` replicates draws the rows as egad_bootstrap_measure does, the same for
 * all scores, averages a metric over the trainings, and takes differences to the score
 * that is best on the whole rows.  Percentiles, their limits and failures are those of
 * egad_bootstrap_measure.  The intervals do not cover training with other seeds, and are
 * not widened for the number of scores. */
EGAD_API egad_status egad_bootstrap_compare(egad_comparison *out,
                                            const float *const *scores, size_t n,
                                            size_t trainings, const unsigned char *y,
                                            size_t rows, double fraction, int times,
                                            uint64_t seed);

/* Spearman's rank correlation of each two of `n` scores of the same rows: rho (n, n),
 * symmetric; scores (n), each of `rows` values.  Equal values share the mean of their
 * ranks.  NAN for a score that is the same for all rows.  EGAD_DATA if a score is NaN. */
EGAD_API egad_status egad_rank_correlate(double *rho, const float *const *scores,
                                         size_t n, size_t rows);

/* ---- Speed -------------------------------------------------------------- */

/* One kernel launch of a training iteration or of scoring a batch: its name, work and
 * time. */
typedef struct {
    char plan[40];   /* the plan (list of launches) it is in: "gradients of the D step" */
    char label[48];  /* its purpose: "discriminator/dx_dense1" */
    char kernel[32]; /* the kernel, or a library function */
    size_t groups[2], local; /* work-groups, and work-items per group; 0: chosen by a
                              * library */
    int calls;               /* per iteration or batch; in a latent search, the steps */
    double flops, bytes;     /* per call: useful operations; bytes read and written, each
                              * element once.  0: not counted */
    double seconds;          /* mean per call; 0: not run */
} egad_profile;

/* List the launches of one training iteration, in order; with times > 0, run that many
 * iterations on synthetic rows, waiting after each launch (this changes the weights: use
 * a separate detector).  `*list` holds `*n` entries, freed with free(). */
EGAD_API egad_status egad_train_profile(egad_profile **list, size_t *n,
                                        egad_detector *detector, int times);
/* Likewise for scoring one batch: x (batch, H*W*C) as imported; may be NULL if times is
 * 0. */
EGAD_API egad_status egad_score_profile(egad_profile **list, size_t *n,
                                        egad_scorer *scorer, const float *x, int times);

/* Measured peak rates of a device: the best of several runs of a kernel of independent
 * fused multiply-adds, and of a copy kernel. */
typedef struct {
    double flops;    /* per second, single precision; a multiply-add counts as two */
    double bytes;    /* per second, read plus written */
    size_t vector;   /* vector width in floats */
    uint64_t copied; /* bytes of the copied array */
} egad_peak;

/* Takes about `seconds` and allocates device memory. */
EGAD_API egad_status egad_peak_measure(egad_peak *out, egad_device *device,
                                       double seconds);

/* ---- Tuning ------------------------------------------------------------- */

/* The fastest way to compute matrix products on a device, measured once and stored for
 * that device and driver version.  The file is named by the environment variable
 * EGAD_TUNE, else egad/tune.json below $XDG_CACHE_HOME or ~/.cache; EGAD_TUNE=off: no
 * file.  A device reads it on first use; without a usable file, the device type decides.
 * Engines round differently: resumed training is equal bit for bit only if the tuning is
 * unchanged. */
enum { EGAD_TUNE_ENGINES = 3 }; /* rows, tiles, clblast */

/* One product C (M, N) = op(A) op(B) over K. */
typedef struct {
    size_t M, N, K;
    int transposed_a, transposed_b;
    size_t count;                      /* occurrences in the model */
    char engine[16];                   /* the fastest of the engines that the device can
                                        * combine */
    char tile[32];                     /* fastest tile of engine `tiles`, or "" */
    double seconds[EGAD_TUNE_ENGINES]; /* 0: not measured */
} egad_tuned;

typedef struct {
    char engine[16];  /* for all other products */
    char clblast[16]; /* CLBlast's fastest parameter set; "": its default */
    size_t n;
    egad_tuned *product;
} egad_tuning;

/* Measure the products of a detector, in training with its batch size and in scoring with
 * `batch` rows, and merge them with the stored tuning of its device.  Changes the
 * weights: use a separate detector.  progress may be NULL. */
EGAD_API egad_status
egad_tune_run(egad_tuning **out, egad_detector *detector, size_t batch,
              void (*progress)(void *context, size_t done, size_t of), void *context);
/* Store the tuning in the file.  A file not written by egad is left unchanged. */
EGAD_API egad_status egad_tune_save(const egad_tuning *tuning,
                                    const egad_device_info *device);
EGAD_API void egad_tune_free(egad_tuning *tuning);

typedef struct {
    char text[96];     /* summary: "tiles, clblast direct64, 14 products", "none",
                        * "off" */
    char file[512];    /* its path, or "" */
    char problem[256]; /* why the file is not used, or "" */
} egad_tuning_info;

EGAD_API void egad_tune_describe(egad_tuning_info *out, const egad_device_info *device);

#ifdef __cplusplus
}
#endif
#endif
