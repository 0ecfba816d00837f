/* A detector: networks, the preprocessing fitted to training rows, how far training has
 * come, and what scores are held against.  train.c, score.c and checkpoint.c meet here.
 */
#ifndef EGAD_DETECTOR_H
#define EGAD_DETECTOR_H

#include "calibrate.h"
#include "io/io.h"
#include "net/net.h"

enum { NET_E, NET_G, NET_D, NETS }; /* NET_E: NULL for a plain GAN */

enum { KINDS = EGAD_SCORE_COMBINED + 1 }; /* of scores, DEFAULT among them */

/* Scores of normal rows, and what is made of them (threshold.c). */
typedef struct {
    size_t rows;  /* measured; 0: none */
    int held_out; /* 1: rows that did not train */
    double alpha; /* of the scores; and of a search: */
    uint64_t steps, restarts;
    float *score[KINDS]; /* (rows) each, ascending; NULL: none of this kind */
    double
        false_alarms; /* the rate in force, for kinds without a threshold of their own: */
    float at[KINDS];  /* NAN: none */
} egad_thresholds;

struct egad_detector {
    egad_device *device;
    const egad_model *model;
    egad_recipe recipe; /* with what the options changed */
    uint64_t seed;
    size_t shape[3], columns; /* of a row of x; their product */
    egad_schema schema;
    char *protocol;
    float *fit;         /* (3, columns): offset, scale, logarithm; see pointwise_scale */
    egad_tensor fit_on; /* the same on the device */
    float *range;       /* (2, columns): least and most that training rows have; NAN where
                         * that is not known */
    egad_net *net[NETS];
    uint64_t step;      /* iterations done */
    uint64_t per_epoch; /* iterations of an epoch; 0 until training has seen its data */
    uint64_t data_sum;  /* egad_dataset_sum of that; 0: not known */
    double partial[LOSSES]; /* sums of losses over the epoch that has begun */
    double partial_seconds;
    egad_epoch *history; /* of the whole epochs done */
    egad_calibration calibration;
    egad_thresholds thresholds;
};

/* Largest size of an input after scaling. */
float egad_detector_limit(const egad_detector *detector);
/* EGAD_DATA if that is known to be other data than the detector was trained on. */
egad_status egad_detector_same(const egad_detector *detector, const egad_dataset *data);

/* What the scaling (egad_pointwise_scale) makes of v in this column. */
float egad_detector_scale(const egad_detector *detector, size_t column, float v);
/* Back to the units of x: what the scaling (egad_pointwise_scale) would have made v of in
 * this column, but for the limit. */
float egad_detector_unscale(const egad_detector *detector, size_t column, float v);

/* An empty detector around networks with weights still to come, as a model file fills it:
 * shape and schema (copied) are of the rows it takes. */
egad_status egad_detector_build(egad_detector **out, egad_device *device,
                                const egad_model *model, const egad_recipe *recipe,
                                const size_t shape[3], const egad_schema *schema,
                                const char *protocol, uint64_t seed);

/* Find by name; EGAD_ARGUMENT lists what there is.  recipe: NULL names its default. */
egad_status egad_detector_find_model(const egad_model **model, const char *name);
egad_status egad_detector_find_recipe(const egad_recipe **recipe, const egad_model *model,
                                      const char *name);

/* EGAD_SHAPE unless rows of `data` are rows of this detector. */
egad_status egad_detector_check(const egad_detector *detector, const egad_dataset *data);

/* 1 if all layers are dense, so that one launch can do them (mlp.c). */
int egad_detector_dense(const egad_detector *detector);

/* Columns of f_D, the output of the starred layer. */
size_t egad_detector_features(const egad_detector *detector);
/* Columns of the evidence of a row, by the model's combined score: f_D for the row beside
 * how far that is from f_D for the reconstruction, or beside E(x); 0 if there is none. */
size_t egad_detector_score_features(const egad_detector *detector);

/* Scores of other weights, or held against another calibration, say nothing more. */
void egad_detector_forget(egad_detector *detector);

/* Whole epochs done. */
int egad_detector_epoch(const egad_detector *detector);

#endif
