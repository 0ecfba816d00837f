/* Detectors without networks.  A method is fitted to all training rows at once, and gives
 * terms of other rows: numbers that grow with how unusual a row is.  It sees scaled rows;
 * scaling, scores, thresholds and files around it are the detector's.
 *
 *   nearest  nearest.c, distances to the nearest training rows:
 *     nearest      to the nearest one,
 *     fifth        to the fifth, or to the last if there are fewer.  Copies count
 *     local        distance to the fifth different row, relative to the geometric mean of
 *                  what the different rows up to it have to the fifth of all others
 *     centre       of whitened rows, distance to their mean; else 0
 *   pca      pca.c, principal components:
 *     residual     distance from the space of the main components,
 *     l1           the same as a sum of absolute differences
 *     mahalanobis  Mahalanobis distance, by a covariance with shrinkage (spectrum.h)
 *   ocsvm    ocsvm.c, one-class support vector machine:
 *     decision     above 0 outside of what holds all but a share nu of the training rows
 *
 * Terms do not depend on the other rows given.  The order of the training rows matters
 * for rounding, for the shrinkage, which every second row chooses, and for local where
 * rows are equally near: the geometric mean is then of some of these. */
#ifndef EGAD_METHOD_H
#define EGAD_METHOD_H

#include "device/device.h"
#include "io/h5/h5.h"

enum {
    METHOD_TERMS = 4, /* terms of a method, at most */
    METHOD_PATH = 80  /* characters of the name of an array in a model file */
};

typedef struct {
    double
        variance; /* pca: share of the variance that the main components hold, 0 to 1; */
    int components;   /* or their number; 0: by the share */
    double shrinkage; /* nearest: rows are whitened, by a covariance with this shrinkage
                       * (whiten.h); 0: they are not */
    size_t most;      /* nearest: different training rows to keep, evenly chosen; 0:
                       * all */
    double share;     /* nearest: share of the training rows to keep, evenly chosen, at
                       * least 20; whitening is by all of them.  0: all rows */
    double nu;        /* ocsvm: the share of training rows outside, at most; above 0; */
    double gamma;     /* the kernel is exp(-gamma |x - y|^2); 0: 1 / columns */
} egad_method_settings;

/* What is fitted belongs to the method; the device must outlive it.  x: (rows, columns),
 * scaled, finite.  Files: the group `group` of a model file, such as "/method". */
typedef struct {
    const char *name;
    const char *term[METHOD_TERMS + 1]; /* their names; ends with NULL */

    egad_status (*fit)(void **out, egad_device *device,
                       const egad_method_settings *settings, const float *x, size_t rows,
                       size_t columns);

    /* terms: (rows, number of terms).  A row that is not finite has NaN or INFINITY.
     * trained: the rows are training rows, and each is seen as if it had been left out,
     * as far as the method can tell: by being one of the rows it keeps. */
    egad_status (*terms)(void *fitted, const float *x, size_t rows, int trained,
                         float *terms);

    /* What the method expects in place of x, (rows, columns), scaled: for nearest the
     * nearest training row, for pca what the main components hold of x, for ocsvm the
     * mean of the support vectors, weighted by alpha k: towards it the score falls
     * fastest.  EGAD_ARGUMENT from nearest with whitened rows. */
    egad_status (*rebuild)(void *fitted, const float *x, size_t rows, int trained,
                           float *rebuilt);

    egad_status (*save)(const void *fitted, egad_h5 *file, const char *group);
    /* EGAD_FORMAT unless the group holds a method of this kind for rows of `columns`. */
    egad_status (*load)(void **out, egad_device *device, egad_h5 *file, const char *group,
                        size_t columns);

    /* One line, without its end, in the caller's memory. */
    void (*describe)(const void *fitted, char *out, size_t size);
    void (*free)(void *fitted); /* accepts NULL */
} egad_method;

extern const egad_method egad_nearest_method, egad_pca_method, egad_ocsvm_method;

/* The method of this name, NULL if there is none. */
const egad_method *egad_method_find(const char *name);
/* Number of its terms. */
size_t egad_method_terms(const egad_method *method);

#endif
