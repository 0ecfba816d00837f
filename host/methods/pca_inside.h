/* Shared by pca.c, pca_fit.c and pca_project.c only. */
#ifndef EGAD_PCA_INSIDE_H
#define EGAD_PCA_INSIDE_H

#include "method.h"
#include "ops/ops.h"

enum { PCA_BATCH = 2000 }; /* rows of a launch, at most */

typedef struct {
    egad_device *device;
    size_t P, rows;
    size_t main;      /* components that hold the share of the variance */
    double shrinkage; /* as in spectrum.h */
    float *mean;      /* (P) */
    float *direction; /* (P, P): its rows are the components, the largest first */
    float *variance;  /* (P): of each, none negative */
    egad_tensor centre, whiten; /* (3, P) each, for egad_pointwise_scale */
    egad_tensor map, packed;   /* `direction`; its transpose, and its main rows, packed */
    egad_tensor x, y, rebuilt; /* (PCA_BATCH, P): rows, projected, projected back */
    egad_tensor terms;         /* (PCA_BATCH, TERMS) */
} egad_pca;

/* ---- pca_project.c -------------------------------------------------------- */

void egad_pca_free(void *fitted);
/* Put everything on the device, once the arrays and `main` are set. */
egad_status egad_pca_prepare(egad_pca *f);
/* x less its mean, and y = x along each direction, for the first n rows of the batch. */
egad_status egad_pca_project(const egad_pca *f, egad_plan *plan, size_t n);
/* rebuilt = what the main components hold of x. */
egad_status egad_pca_rebuild(const egad_pca *f, egad_plan *plan, size_t n);

/* ---- pca_fit.c -------------------------------------------------------------- */

egad_status egad_pca_fit(void **out, egad_device *device,
                         const egad_method_settings *settings, const float *x,
                         size_t rows, size_t columns);

#endif
