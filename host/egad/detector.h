/* Detectors: made, trained, saved and loaded. */
#ifndef EGAD_DETECTOR_PUBLIC_H
#define EGAD_DETECTOR_PUBLIC_H

#include "data.h"
#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

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
