/* Scores of rows, decision thresholds, explanations, and generated rows. */
#ifndef EGAD_SCORE_PUBLIC_H
#define EGAD_SCORE_PUBLIC_H

#include "detector.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#define EGAD_ALPHA                                                                       \
    0.9 /* weight of the reconstruction error in sigma and fm; paper, section 3 */
#define EGAD_SEARCH_STEPS 500 /* of AnoGAN's search; paper, section 4 */

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

#ifdef __cplusplus
}
#endif
#endif
