/* A detector: networks, the preprocessing fitted to training rows, the training state,
 * the calibration and thresholds of scores.  Shared by train.c, score.c and
 * checkpoint.c. */
#ifndef EGAD_DETECTOR_H
#define EGAD_DETECTOR_H

#include "calibrate.h"
#include "io/io.h"
#include "methods/method.h"
#include "net/net.h"

/* Scores of normal rows, and thresholds from them (threshold.c). */
typedef struct {
    size_t rows;  /* rows measured; 0: none */
    int held_out; /* 1: held-out rows; 0: training rows */
    size_t folds; /* with held_out: 0, or training rows by so many other detectors that
                   * did not see them; `rows`: each as if it had been left out */
    double alpha; /* of the scores; of latent search: */
    uint64_t steps, restarts;
    float *score[SCORES]; /* of the model's table: (rows) each, ascending; NULL: none */
    double false_alarms;  /* target rate, for scores without a threshold set by hand: */
    float at[SCORES];     /* NAN: none */
} egad_thresholds;

/* A method without networks (fitted.c). */
typedef struct {
    const egad_method *method;
    void *fitted; /* by it; NULL: not yet */
    float *view;  /* how it sees rows; NULL: scaled as the recipe says */
} egad_fitted;

enum { QUANTILES = 23 }; /* of each feature in training rows */

struct egad_detector {
    egad_device *device;
    const egad_model *model;
    egad_recipe recipe; /* with the options applied */
    uint64_t seed;
    size_t shape[3], columns; /* H, W, C of a row; their product */
    egad_schema schema;
    char *protocol;
    float *fit;         /* (3, columns): offset, scale, logarithm; see pointwise_scale */
    egad_tensor fit_on; /* the same on the device */
    size_t *trimmed;    /* (trims): training rows that are left out because they may be
                         * anomalies (detector_trim.c), as indices into x, ascending */
    size_t trims;
    float *range;    /* (4, columns): minimum and maximum over training rows, then the
                      * second least and the second largest value, which are the range
                      * where the row at that end is left out; NAN if unknown */
    float *quantile; /* (QUANTILES, columns) of training rows, the first and the last
                      * being their range; NULL: unknown, as for images */
    egad_net *network[MODEL_NETWORKS]; /* as the model lists them */
    size_t networks;
    egad_fitted fitted[MODEL_METHODS]; /* as the model lists its methods */
    size_t methods;
    uint64_t step;                /* iterations completed */
    uint64_t per_epoch;           /* iterations per epoch; 0 before training starts */
    uint64_t data_sum;            /* egad_dataset_sum of the training data; 0: unknown */
    double partial[MODEL_LOSSES]; /* sums of losses over the current epoch */
    double partial_seconds;
    egad_epoch *history; /* of the epochs completed */
    egad_calibration calibration;
    egad_thresholds thresholds;
    int slim;           /* 1: it was read from a file without what only training needs */
    const float *noise; /* (samples of the model, Z): instead of random numbers in terms
                         * that average over samples, for tests; NULL */
};

/* Largest magnitude of an input after scaling. */
float egad_detector_limit(const egad_detector *detector);
/* EGAD_DATA if `data` is known to differ from the training data. */
egad_status egad_detector_same(const egad_detector *detector, const egad_dataset *data);

/* The share of training rows whose feature j is less than x, and half of those where it
 * is as large; NAN: unknown. */
double egad_detector_quantile(const egad_detector *detector, size_t j, float x);
/* The signed logarithm that cl/pointwise.cl applies: sign(v) log(1 + |v|). */
double egad_detector_squash(double v);
/* 1 unless inputs are the rows as they are. */
int egad_detector_scales(const egad_detector *detector);
/* Scale v of this column, as egad_pointwise_scale does. */
float egad_detector_scale(const egad_detector *detector, size_t column, float v);
/* Back to the units of x: the inverse of egad_detector_scale without its limit. */
float egad_detector_unscale(const egad_detector *detector, size_t column, float v);

/* "column 'bytes'", or "column 3" without names, of feature j; the caller frees *text
 * with free(). */
egad_status egad_detector_column(char **text, const egad_detector *detector, size_t j);

/* Columns of its rows, and the categories of each, 0 for a number: those of the schema;
 * without one, all features are numbers. */
size_t egad_detector_columns(const egad_detector *detector);
size_t egad_detector_categories(const egad_detector *detector, size_t column);

/* A detector with unset weights and scaling, which the caller fills from a model file.
 * shape and schema (copied): of its rows. */
egad_status egad_detector_build(egad_detector **out, egad_device *device,
                                const egad_model *model, const egad_recipe *recipe,
                                const size_t shape[3], const egad_schema *schema,
                                const char *protocol, uint64_t seed);

/* EGAD_SHAPE unless rows of `data` fit this detector. */
egad_status egad_detector_check(const egad_detector *detector, const egad_dataset *data);

/* 1 if all layers are dense, so that one launch can run them (mlp.c). */
int egad_detector_dense(const egad_detector *detector);

/* Rows as imported (n, columns) to scaled rows, on the host. */
void egad_detector_scale_rows(const egad_detector *detector, float *scaled,
                              const float *x, size_t n);

/* As egad_detector_select for rows that train, with those that were left out as
 * contamination. */
egad_status egad_detector_unsorted(const egad_detector *detector,
                                   const egad_dataset *data, size_t **rows, size_t *n);
/* How many of n rows one of TRIM_ROUNDS rounds leaves out: together about the share that
 * may be anomalies. */
enum { TRIM_ROUNDS = 3 };
size_t egad_detector_trim_round(double contamination, size_t n);
/* How many of n training rows this recipe trains on: not those that it holds out, draws
 * no more or leaves out. */
size_t egad_detector_trains(const egad_recipe *recipe, size_t n);

/* Discard the measured scores, when the weights or the calibration change. */
void egad_detector_forget(egad_detector *detector);

/* ---- detector_list.c ----------------------------------------------------- */

/* Find by name; the message of EGAD_ARGUMENT lists all names.  recipe: name NULL is the
 * default. */
egad_status egad_detector_find_model(const egad_model **model, const char *name);
egad_status egad_detector_find_recipe(const egad_recipe **recipe, const egad_model *model,
                                      const char *name);
/* The default model for images or for tables: the first in the list. */
const egad_model *egad_detector_default_model(const egad_dataset *data);
/* Add a table that is not in models/ to the list, or with NULL remove it: it is found by
 * its name, and trains, scores and loads like the others.  It must outlive its detectors.
 * Not while other threads use detectors. */
void egad_detector_add_model(const egad_model *model);
/* 1 if the model's reconstruction is made of noise, which a latent search finds for each
 * row. */
int egad_detector_finds_latent(const egad_model *model);

/* ---- detector.c ---------------------------------------------------------- */

/* Epochs completed. */
int egad_detector_epoch(const egad_detector *detector);

#endif
