/* Scores of rows, decision thresholds, explanations, and generated rows. */
#ifndef EGAD_SCORE_PUBLIC_H
#define EGAD_SCORE_PUBLIC_H

#include "detector.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Scores ------------------------------------------------------------- */

/* The anomaly score A(x); higher is more anomalous.  A model has several, each with a
 * name.  With L_G = sum |x - G(E(x))|, those of the paper's models (section 3) are
 *   sigma     alpha L_G + (1 - alpha) CE(D(x, E(x)), 1); under recipe `release`
 *             D is taken at (G(E(x)), E(x)), as the released code does
 *   fm        alpha L_G + (1 - alpha) sum |f(x, E(x)) - f(G(E(x)), E(x))|
 *   combined  ours, of models with an encoder: the mean of the terms' logarithms,
 *             each standardised over training rows.  Terms for tables: L_G; the
 *             squared Mahalanobis distance of f(x, E(x)) from the training rows;
 *             and that of e = (f(x, E(x)), f(x, E(x)) - f(G(E(x)), E(x))).  Terms
 *             for images: the mean distance to the 5 nearest training rows in 64
 *             principal components of (f(x, E(x)), E(x)), and the ratio of it to
 *             the same distance of these neighbours
 * Without an encoder (see egad_scoring), G(z) replaces G(E(x)); D takes x alone, and
 * sigma takes D at G(z). */
typedef struct {
    const char *name; /* NULL: there is no such score */
    const char *help; /* what it measures, in one line */
    int weighted;     /* 1: it uses alpha */
    int calibrated;   /* 1: it needs egad_score_calibrate */
} egad_score_info;

/* Score i of a detector, or of the model of this name; i: from 0 on, in the order of the
 * model's table. */
EGAD_API egad_score_info egad_score_describe(const egad_detector *detector, size_t i);
EGAD_API egad_score_info egad_score_named(const char *model, size_t i);
/* The name of the recipe's default: combined for `sound` where the model has it, else
 * sigma. */
EGAD_API const char *egad_score_default(const egad_detector *detector);
/* EGAD_ARGUMENT if the detector has no score of this name; the message lists those that
 * it has. */
EGAD_API egad_status egad_score_check(const egad_detector *detector, const char *score);

/* Weight of the reconstruction error in sigma and fm: the default, and the paper's
 * (section 3). */
#define EGAD_ALPHA 0.9
/* Steps of AnoGAN's latent search in the paper. */
#define EGAD_SEARCH_STEPS 500

/* How to score.  Functions take NULL for defaults: the recipe's score, EGAD_ALPHA, the
 * paper's search.
 *
 * AnoGAN's latent search (paper, section 2) is for models without an encoder; others
 * ignore its options.  Adam on z from a random start minimises A(x) with G(z) in place of
 * G(E(x)).  The score is A(x) at the last step; of several searches for a row, the
 * smallest. */
typedef struct {
    size_t size;       /* see EGAD_SCORING */
    const char *score; /* name; NULL: egad_score_default */
    double alpha; /* weight of the first term, 0 to 1, in a weighted score.  As 0 is a
                   * weight, the default has to be given: EGAD_ALPHA */
    int steps; /* of Adam; 0: EGAD_SEARCH_STEPS.  The learning-rate schedule scales with
                * it */
    int restarts;  /* searches per row; the lowest score counts; 0: 1 */
    uint64_t seed; /* with the row number, determines the starting points */
    /* Row numbers, in input order; NULL: 0, 1, ... over all calls of a scorer, so that
     * scores do not depend on the batch size. */
    const size_t *row;
    int left_out; /* 1: rows that are training rows are scored as if each had been left
                   * out: a row is not its own nearest one */
} egad_scoring;

/* An egad_scoring by this score and weight, else with defaults: &EGAD_SCORING("fm", 0.5),
 * &EGAD_SCORING(NULL, EGAD_ALPHA). */
#define EGAD_SCORING(name, weight)                                                       \
    EGAD_SIZED(egad_scoring, .score = (name), .alpha = (weight))

/* Calibrate combined on at most 20,000 evenly chosen training rows: the mean and
 * deviation of its terms, and for tables the mean and covariance of e, with the shrinkage
 * that maximises the likelihood of one half of these rows given the other (about a second
 * on one core); for images the principal components and these rows in them (about ten
 * seconds).  Does nothing for a model without such a score. */
EGAD_API egad_status egad_score_calibrate(egad_detector *detector,
                                          const egad_dataset *data);

/* A prepared scorer: the launches of one batch and a copy of the current weights, packed
 * for them.  After further training, make a new one. */
typedef struct egad_scorer egad_scorer;

/* Prepare to score up to `batch` rows at a time.  EGAD_DATA if the score is not
 * calibrated. */
EGAD_API egad_status egad_score_new(egad_scorer **out, egad_detector *detector,
                                    const egad_scoring *how, size_t batch);
/* scores[i] = A(x[i]), any number of rows.  x: (rows, H*W*C) as imported, with the
 * offsets of the detector's schema; the detector's own preprocessing is applied.  The
 * caller must check the row width (egad_detector_describe gives shape and schema). */
EGAD_API egad_status egad_score_run(egad_scorer *scorer, const float *x, size_t rows,
                                    float *scores);
EGAD_API void egad_score_free(egad_scorer *scorer);

/* How many numbers of a row x (H*W*C), as imported, lie outside their range in the
 * training rows, as far as calibrated scores of this detector rise by them; else 0. */
EGAD_API size_t egad_outside_count(const egad_detector *detector, const float *x);
/* 1 if such numbers and unseen categories raise this score (NULL: the default) of this
 * detector, 0 if there is no such score or they do not. */
EGAD_API int egad_outside_raises(const egad_detector *detector, const char *score);

/* The batch size for the fastest scoring of `rows` rows. */
EGAD_API size_t egad_score_bulk(const egad_detector *detector, size_t rows);
/* Prepare, run and free in one call. */
EGAD_API egad_status egad_score_rows(egad_detector *detector, const float *x, size_t rows,
                                     const egad_scoring *how, float *scores);

/* A decision threshold and its verdicts; see below. */
typedef struct {
    float score;         /* a score >= this, or NaN, is an anomaly */
    double false_alarms; /* target false-alarm rate, on new normal rows */
    int by_hand;         /* 1: the score was set by hand; false_alarms is its estimate */
} egad_threshold;

typedef struct {
    size_t size; /* see EGAD_SIZED */
    egad_threshold at;
    double *p;              /* (n), */
    unsigned char *flagged; /* (n): both filled by egad_threshold_judge */
} egad_judgement;

/* What is known of n scored rows.  Arrays (n), each may be NULL. */
typedef struct {
    size_t size;       /* see EGAD_SIZED */
    const size_t *row; /* row numbers in the data file; NULL: 0, 1, ... */
    const unsigned char *y;
    char *const *file;      /* as in egad_dataset, and */
    char *const *id;        /* likewise, with */
    const char *id_column;  /* the name of their column */
    const int32_t *unseen;  /* egad_schema_unseen of each row */
    const int32_t *outside; /* egad_outside_count of each row */
} egad_scored;

/* Write the scores of `n` rows to an HDF5 file, by a temporary file as
 * egad_checkpoint_save does: /score (n) float32; /row (n) uint64; what `rows` has (may be
 * NULL) of /y (n) uint8, /file and /id (n) strings and /unseen and /outside (n) int32;
 * with a judgement, /p_value (n) float64 and /flagged (n) uint8; attributes format
 * "egad-scores", format_version, score and alpha (those of `how`, with its name),
 * id_column, and with a judgement threshold and false_alarms. */
EGAD_API egad_status egad_score_save(const char *path, const float *scores, size_t n,
                                     const egad_scoring *how, const egad_scored *rows,
                                     const egad_judgement *judgement);

/* Read the scores, row numbers, name of the score and alpha back.  `*scores` and `*row`,
 * `*n` of each, and `*name` are freed with free(). */
EGAD_API egad_status egad_score_load(const char *path, float **scores, size_t **row,
                                     size_t *n, char **name, double *alpha);

/* ---- Thresholds --------------------------------------------------------- */

/* The scores of n normal rows turn a score into a p-value and a verdict.  They are the
 * held-out rows.  If these are too few for the false-alarm rate, and the default score
 * compares rows with training rows, they are all training rows, each compared with the
 * others as if it had been left out.  Without held-out rows or such a score, they are
 * training rows, whose scores are somewhat lower than those of new normal rows.
 *   p        (k + 1) / (n + 1), where k of the n rows have that score or a higher one:
 *            the expected share of new normal rows with it.  At least 1 / (n + 1)
 *   flagged  1, an anomaly, for a score >= the threshold.  The threshold of a false-alarm
 *            rate is the lowest score with p <= that rate; a rate below 1 / (n + 1) has
 *            none */
typedef struct {
    size_t size; /* see EGAD_SIZED */
    size_t most; /* at most so many rows, evenly chosen; 0: all held-out rows, or 10,000
                  * training rows; 500 of either for latent search */
    const egad_scoring
        *how; /* alpha and search, or NULL; its score and row are ignored */
    /* Called from time to time with the number of rows scored, of n.  May be NULL. */
    void (*progress)(void *context, const char *score, size_t done, size_t n);
    void *context;
    size_t folds; /* 0, or for small tables: score all training rows, by so many detectors
                   * that are trained like this one, each without a part of the rows,
                   * which it then scores.  `most` and `progress` are ignored.  Not for
                   * latent search */
} egad_threshold_options;

/* Score normal rows of `data`, the detector's training data, by every score it has.
 * options NULL: EGAD_ALPHA and the default number of rows.  Further training and
 * calibration discard the scores. */
EGAD_API egad_status egad_threshold_measure(egad_detector *detector,
                                            const egad_dataset *data,
                                            const egad_threshold_options *options);

typedef struct {
    size_t rows;         /* rows measured; 0: none */
    int held_out;        /* 1: rows that the detector did not see; 0: training rows */
    double alpha;        /* of weighted scores */
    int steps, restarts; /* of latent search; 0: the model has an encoder */
    double false_alarms; /* the current target rate; 0.01 in a new detector */
    double least;        /* lowest rate that `rows` resolve: 1 / (rows + 1) */
    size_t training; /* estimated number of training rows, held-out rows included: exact,
                      * or too small by less than a batch; 0: unknown */
    size_t folds; /* 0: held-out or training rows; equal to `rows`: training rows, each as
                   * if it had been left out; else as in egad_threshold_options */
} egad_threshold_info;

EGAD_API egad_threshold_info egad_threshold_describe(const egad_detector *detector);
/* Fewest held-out rows that resolve this false-alarm rate. */
EGAD_API double egad_threshold_rows(double false_alarms);
/* The share of `of` training rows to hold out for that (egad_detector_options), to two
 * digits; 0: more than half would be needed. */
EGAD_API double egad_threshold_share(double false_alarms, size_t of);

/* Find the threshold of a false-alarm rate.  Rate 0: the current threshold, which is a
 * score set by hand, else that of the detector's rate or of `least` if that is higher.
 * EGAD_DATA if this score was not measured with this alpha and search, or on too few rows
 * to resolve the rate. */
EGAD_API egad_status egad_threshold_find(egad_threshold *out,
                                         const egad_detector *detector,
                                         const egad_scoring *how, double false_alarms);
/* Compute p[i] and flagged[i] of n scores, by the score of this name (NULL: the default),
 * for a threshold from egad_threshold_find; p or flagged may be NULL.  NaN counts as the
 * highest score. */
EGAD_API egad_status egad_threshold_judge(double *p, unsigned char *flagged,
                                          const egad_detector *detector,
                                          const char *score, const egad_threshold *at,
                                          const float *scores, size_t n);
/* Set the target rate of all scores, or the threshold of the score of this name (NULL:
 * the default).  Saved in model files. */
EGAD_API egad_status egad_threshold_keep(egad_detector *detector, double false_alarms);
EGAD_API egad_status egad_threshold_keep_score(egad_detector *detector, const char *score,
                                               float at);

/* ---- Explanations ------------------------------------------------------- */

/* Intermediate results of scoring, for L_G = sum |x - G(E(x))| (paper, section 3), a term
 * of every score; without an encoder, G(z) at the end of the latent search replaces
 * G(E(x)).  The caller's arrays, (rows, H*W*C) except the last; each may be NULL. */
typedef struct {
    size_t size;            /* see EGAD_SIZED */
    float *rebuilt;         /* the reconstruction G(E(x)), in the units of x */
    float *residual;        /* x - G(E(x)) as summed in L_G, in scaled units.  Positive: x
                             * is higher than its reconstruction */
    unsigned char *clipped; /* 1: the recipe's scaling clipped the input; the residual is
                             * that of the clipped value */
    float *latent;          /* (rows, z_dim): E(x), or z at the end of latent search */
    float *fall; /* (rows, columns of the schema; without one, H*W*C): by how much the
                  * score falls if this column has its reconstruction instead, a number
                  * within the training range.  Not for latent search: EGAD_ARGUMENT */
} egad_explanation;

/* Fill the arrays of `out`, for any number of rows.  x: (rows, H*W*C) as imported.  how:
 * for latent search, which minimises this score, and for `fall`. */
EGAD_API egad_status egad_explain_rows(egad_detector *detector, const float *x,
                                       size_t rows, const egad_scoring *how,
                                       const egad_explanation *out);

/* Project latent (rows, z_dim) on its first two principal components: point (rows, 2), of
 * mean 0; share: their shares of the variance.  Beyond 5,000 rows the components are
 * fitted to every second row, every third, and so on.  If z_dim is 1 the second component
 * is 0.  EGAD_DATA if a value is not finite. */
EGAD_API egad_status egad_explain_plane(float *point, double share[2],
                                        const float *latent, size_t rows, size_t z_dim);

/* A column's contribution to the score of one row, and to its L_G.  A categorical column
 * includes all its features. */
typedef struct {
    size_t column;         /* index into the schema; without a schema, into x */
    double value, rebuilt; /* x and G(E(x)) as egad_schema_value has them, in the units
                            * of the column; categorical: of the feature `expected` */
    int beyond;            /* numeric: 1 if G(E(x)) is above the training maximum, -1 if
                            * below the minimum; `rebuilt` is then that bound */
    int category;          /* of the row; -1: numeric, or a category not in the training
                            * data */
    int expected;          /* category with the largest G(E(x)); -1: numeric */
    float residual;        /* sum |x - G(E(x))| over its features, in scaled units */
    float largest;         /* the largest of these, because sums favour categorical
                            * columns: a wrong category differs in two features, and the
                            * others add small errors; where `beyond` is not 0, at least
                            * the scaled distance from x to `rebuilt` */
    float share;           /* of the sum over all columns: of `fall` where the score
                            * falls, or without it of `largest`; 0 if the sum is 0 */
    int clipped;           /* number of its features that were clipped */
    float fall;            /* as in egad_explanation, but at least what is added for a
                            * value that training never saw; without it 0 */
    double quantile;       /* numeric: share of the training rows with a lower value, of
                            * equal ones half, to about a thousandth; NAN if unknown */
    int outside;           /* numeric: 1 if the value is above the training maximum, -1 if
                            * below the minimum */
} egad_explained;

/* The columns of one row: by `fall`, or without it by `largest`, largest first.  x
 * (H*W*C) and `of` belong to that row; `of->clipped` and `of->fall` may be NULL.  `*list`
 * holds `*n` entries, freed with free(). */
EGAD_API egad_status egad_explain_columns(egad_explained **list, size_t *n,
                                          const egad_detector *detector, const float *x,
                                          const egad_explanation *of);

/* ---- Generated rows ----------------------------------------------------- */

/* Generate x = G(z), samples of the learned normal rows, with the parameter moving
 * averages used for scoring: (rows, H*W*C) in the units of x; a categorical column has a
 * weight for each category.  z: (rows, z_dim), as egad_explanation.latent, or NULL: N(0,
 * 1), where row i depends on the seed and i alone.  Any number of rows. */
EGAD_API egad_status egad_generate_rows(egad_detector *detector, const float *z,
                                        uint64_t seed, size_t rows, float *x);

#ifdef __cplusplus
}
#endif
#endif
