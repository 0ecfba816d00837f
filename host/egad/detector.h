/* Detectors: creation, training, model files. */
#ifndef EGAD_DETECTOR_PUBLIC_H
#define EGAD_DETECTOR_PUBLIC_H

#include "data.h"
#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Detectors ---------------------------------------------------------- */

/* A detector is a model (networks from tables 3-6 of the paper, or a method without
 * networks), the preprocessing fitted to the training rows, the training state, and the
 * calibration of its scores. */
typedef struct egad_detector egad_detector;

typedef struct {
    size_t size;        /* see EGAD_SIZED */
    const char *model;  /* "kdd-bigan", "kdd-gan" for tables, "mnist-bigan", "mnist-gan"
                         * for images, "nearest", "pca", "ocsvm" for both; NULL: the
                         * first that fits the data */
    const char *recipe; /* "sound" (NULL), "release", "paper", of nearest and pca
                         * "minmax" */
    int epochs, batch;  /* 0: the recipe's; `sound` adapts them to small tables.  Both and
                         * lr are ignored by models without networks */
    double lr;          /* 0: the recipe's */
    double hold_out;    /* share of the training rows held out to measure thresholds; 0:
                         * the recipe's; negative: none */
    uint64_t seed;      /* for weights, batches, noise and dropout */
    size_t
        rows; /* training rows to draw at random, at most, after those held out; 0: all */
    double nu, gamma;     /* of the model "ocsvm": a bound of the share of training rows
                           * outside, at most 1; the kernel is exp(-gamma |x - y|^2).  0: the
                           * recipe's, whose gamma is 1 / columns */
    double contamination; /* of tables: the share of the training rows that may be
                           * anomalies, below .5.  That share of the
                           * rows, those with the fewest others near them, is left out of
                           * the training, and scores see every row as if it had been left
                           * out.  0: none */
} egad_detector_options;

/* The contamination for rows that nobody sorted: three times a tenth of those left. */
#define EGAD_CONTAMINATION_AUTO 0.271

/* Create an untrained detector for rows like those of `data`: random weights from the
 * seed, preprocessing fitted to the training rows of `data`.  options NULL: the
 * defaults. */
EGAD_API egad_status egad_detector_new(egad_detector **out, egad_device *device,
                                       const egad_dataset *data,
                                       const egad_detector_options *options);
EGAD_API void egad_detector_free(egad_detector *detector);

/* One epoch of history: mean losses, in the order of egad_detector_info.losses. */
enum { EGAD_LOSSES = 8, EGAD_NETWORKS = 10 }; /* most losses, and networks */
typedef struct {
    float loss[EGAD_LOSSES];
    float seconds;
} egad_epoch;

typedef struct {
    const char *model, *recipe;
    size_t shape[3], z_dim;
    int epochs, batch; /* epochs: the last to train */
    double lr, hold_out;
    uint64_t seed;
    uint64_t step;                           /* iterations completed */
    uint64_t steps_per_epoch;                /* 0 before training starts */
    int epoch;                               /* epochs completed */
    const char *networks[EGAD_NETWORKS + 1]; /* names, NULL after the last, */
    size_t parameters[EGAD_NETWORKS];        /* and parameters of each */
    const char *rebuilt;       /* what rows are compared with, "G(E(x))"; NULL: nothing */
    const egad_epoch *history; /* (epoch) */
    const char *losses[EGAD_LOSSES + 1]; /* as egad_detector_losses */
    const egad_schema *schema;           /* columns of its training data */
    const char *protocol;                /* of its training data */
    int calibrated;                      /* 1: egad_score_calibrate has run */
    int searches;                        /* 1: scores by latent search */
    size_t rows;                         /* as in egad_detector_options; 0: all */
    double nu, gamma;                    /* likewise; 0: none, or the recipe's gamma */
    double contamination;                /* likewise, the share; 0: none */
    size_t trimmed;                      /* training rows left out because of it */
} egad_detector_info;

EGAD_API egad_detector_info egad_detector_describe(const egad_detector *detector);

/* The training rows of `data` that this detector trains on (`held` 0; without those left
 * out as contamination, so that `data` must be its training data) or its held-out rows
 * (1), in file order, as indices into x: `*rows` is freed with free().  Of n training
 * rows, the held-out ones are the floor(share n) that egad_dataset_sample draws with seed
 * 5; where the detector trains on few rows, they are those drawn next. */
EGAD_API egad_status egad_detector_select(const egad_detector *detector,
                                          const egad_dataset *data, int held,
                                          size_t **rows, size_t *n);

/* The names of all models, NULL-terminated. */
EGAD_API const char *const *egad_detector_models(void);
/* 1 if the model of this name is for images; 0 if it is for tables or unknown. */
EGAD_API int egad_detector_images(const char *model);
/* What height and width of its images must be divisible by; 1 if it takes any rows. */
EGAD_API int egad_detector_multiple(const char *model);
/* 1 if it is for tables; models without networks are for both. */
EGAD_API int egad_detector_tables(const char *model);
/* The name of recipe i of this model, from 0 on; the first is the default.  NULL: there
 * are no more. */
EGAD_API const char *egad_detector_recipe(const char *model, size_t i);
/* 1 if the model of this name scores by latent search. */
EGAD_API int egad_detector_searches(const char *model);
/* 1 if the model of this name has an encoder; 0 if it scores by latent search or is
 * unknown. */
EGAD_API int egad_detector_encodes(const char *model);
/* The names of the losses that an epoch of this model reports, NULL-terminated: of a GAN
 * "dis", "gen" and, with an encoder, "enc", those of D, G and E (paper, section 2).  NULL
 * if there is no such model. */
EGAD_API const char *const *egad_detector_losses(const char *model);
/* A detector's model as text: the layers of its networks, as in the paper's tables, the
 * values that they are applied to, the steps of training, the recipes.  `*text` is freed
 * with free(). */
EGAD_API egad_status egad_detector_print(const egad_detector *detector, char **text);
/* What training found beside weights, in lines of text, likewise freed: how a method
 * without networks was fitted; "" if there is nothing to say. */
EGAD_API egad_status egad_detector_found(const egad_detector *detector, char **text);
/* Values, networks and losses as a graph in graphviz's language; likewise freed. */
EGAD_API egad_status egad_detector_draw(const egad_detector *detector, char **text);

/* ---- Training ----------------------------------------------------------- */

typedef struct {
    int epoch, epochs;    /* current epoch, from 1 */
    uint64_t step, steps; /* iterations completed, in total */
    int epoch_end;        /* 1: an epoch has just completed */
    /* Training rows per second; after the first call, measured since that call, because
     * kernels are compiled before it.  0 if stopped before the first iteration.  In the
     * first call the remaining time is unknown: INFINITY, or 0 at the end. */
    double rows_per_second, seconds_left;
    egad_epoch losses; /* means over the epoch so far */
} egad_progress;

typedef struct {
    size_t size; /* see EGAD_SIZED */
    /* Called about every hundred iterations and at the end of each epoch.  Return 0 to
     * continue; else training stops with EGAD_OK and can be resumed later.  At an epoch's
     * end the callback may score with the detector and save it.  May be NULL. */
    int (*progress)(void *context, const egad_progress *progress);
    void *context;
    const volatile int *stop; /* *stop != 0 stops after the current iteration; or NULL */
} egad_train_options;

/* Train on the training rows of `data`, except the held-out rows, from the detector's
 * current state to its last epoch.  Fails with EGAD_DATA if a loss is not finite.  Two
 * runs on one device are equal bit for bit, even if one was saved, loaded and resumed. */
EGAD_API egad_status egad_train_run(egad_detector *detector, const egad_dataset *data,
                                    const egad_train_options *options);
/* Set the last epoch to `epochs`, as if set from the start.  EGAD_ARGUMENT if fewer
 * epochs than those completed, or if the recipe's learning rate is not constant (it is
 * for `release` and `paper`). */
EGAD_API egad_status egad_train_extend(egad_detector *detector, int epochs);

/* ---- Model files -------------------------------------------------------- */

/* Write the detector to `path` (HDF5, layout in docs/files.md) by a temporary file beside
 * it, flushed and renamed, so that a failure or crash leaves an existing file intact. */
EGAD_API egad_status egad_checkpoint_save(const egad_detector *detector,
                                          const char *path);
EGAD_API egad_status egad_checkpoint_load(egad_detector **out, egad_device *device,
                                          const char *path);
/* The same in memory: the n bytes of a model file, freed with free().  slim 1: without
 * what only training needs, about a quarter of it; egad_train_run then refuses it. */
EGAD_API egad_status egad_checkpoint_store(const egad_detector *detector, int slim,
                                           unsigned char **bytes, size_t *n);
EGAD_API egad_status egad_checkpoint_restore(egad_detector **out, egad_device *device,
                                             const void *bytes, size_t n);
/* The contents of a model or data file as text; `*text` is freed with free(). */
EGAD_API egad_status egad_checkpoint_inspect(const char *path, char **text);

#ifdef __cplusplus
}
#endif
#endif
