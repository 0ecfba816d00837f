/* The method pca: principal components of the training rows. */
#include "cl/shared.h"
#include "pca_inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The terms, and their columns on the device. */
enum { RESIDUAL, L1, MAHALANOBIS, COUNT };

/* The terms, squared but for L1: distances of x and of what the main components hold of
 * it; then the length of y, each of its columns divided by its deviation. */
static egad_status measure(const egad_pca *f, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_tensor y = egad_tensor_rows(f->y, 0, n), none = { 0 };
    TRY(egad_pca_rebuild(f, plan, n));
    TRY(egad_terms_distance(plan, "residual", f->terms, egad_tensor_rows(f->x, 0, n),
                            egad_tensor_rows(f->rebuilt, 0, n), L1, RESIDUAL));
    TRY(egad_pointwise_scale(plan, "deviations", y, f->whiten, INFINITY));
    TRY(egad_terms_distance(plan, "mahalanobis", f->terms, y, none, -1, MAHALANOBIS));
done:
    return status;
}

/* Project up to PCA_BATCH rows, append what comes after, and read its result. */
static egad_status run(const egad_pca *f, const float *x, size_t n,
                       egad_status (*after)(const egad_pca *, egad_plan *, size_t),
                       egad_tensor result, float *out)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    TRY(egad_plan_new(&plan, f->device, "pca"));
    TRY(egad_tensor_write(f->device, egad_tensor_rows(f->x, 0, n), x));
    TRY(egad_pca_project(f, plan, n));
    TRY(after(f, plan, n));
    TRY(egad_plan_run(plan));
    TRY(egad_tensor_read(f->device, egad_tensor_rows(result, 0, n), out));
done:
    egad_plan_free(plan);
    return status;
}

static egad_status terms(void *fitted, const float *x, size_t rows, int trained,
                         float *out)
{
    egad_status status = EGAD_OK;
    egad_pca *f = fitted;
    float *some = NULL;
    (void)trained; /* one row of many hardly moves the components */
    NEW(some, PCA_BATCH * TERMS);
    for (size_t i = 0; i < rows; i += PCA_BATCH) {
        const size_t n = rows - i < PCA_BATCH ? rows - i : PCA_BATCH;
        TRY(run(f, x + i * f->P, n, measure, f->terms, some));
        for (size_t r = 0; r < n; r++) {
            const float *from = some + r * TERMS;
            float *to = out + (i + r) * COUNT;
            to[RESIDUAL] = sqrtf(from[RESIDUAL]);
            to[L1] = from[L1];
            to[MAHALANOBIS] = sqrtf(from[MAHALANOBIS]);
        }
    }
done:
    free(some);
    return status;
}

static egad_status rebuild(void *fitted, const float *x, size_t rows, int trained,
                           float *rebuilt)
{
    (void)trained;
    egad_status status = EGAD_OK;
    egad_pca *f = fitted;
    for (size_t i = 0; i < rows; i += PCA_BATCH) {
        const size_t n = rows - i < PCA_BATCH ? rows - i : PCA_BATCH;
        TRY(run(f, x + i * f->P, n, egad_pca_rebuild, f->rebuilt, rebuilt + i * f->P));
        for (size_t k = 0; k < n * f->P; k++) /* the components are centred */
            rebuilt[i * f->P + k] += f->mean[k % f->P];
    }
done:
    return status;
}

/* ---- Files ------------------------------------------------------------------------- */

static egad_status arrays(egad_pca *f, egad_h5 *file, const char *group,
                          egad_h5_floats *call)
{
    egad_status status = EGAD_OK;
    char path[METHOD_PATH];
    snprintf(path, sizeof path, "%s/mean", group);
    TRY(call(file, path, 1, &f->P, f->mean));
    snprintf(path, sizeof path, "%s/variance", group);
    TRY(call(file, path, 1, &f->P, f->variance));
    snprintf(path, sizeof path, "%s/direction", group);
    TRY(call(file, path, 2, (const size_t[]){ f->P, f->P }, f->direction));
done:
    return status;
}

static egad_status save(const void *fitted, egad_h5 *file, const char *group)
{
    egad_status status = EGAD_OK;
    egad_pca f = *(const egad_pca *)fitted;
    TRY(arrays(&f, file, group, egad_h5_write_floats));
    TRY(egad_h5_write_count(file, group, "rows", f.rows));
    TRY(egad_h5_write_count(file, group, "components", f.main));
    TRY(egad_h5_write_number(file, group, "shrinkage", f.shrinkage));
done:
    return status;
}

static egad_status load(void **out, egad_device *device, egad_h5 *file, const char *group,
                        size_t columns)
{
    egad_status status = EGAD_OK;
    egad_pca *f = NULL;
    uint64_t rows = 0, components = 0;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    char path[METHOD_PATH];
    *out = NULL;
    snprintf(path, sizeof path, "%s/direction", group);
    /* Before memory for its square is allocated. */
    TRY(egad_h5_shape(file, path, shape, &rank));
    if (rank != 2 || shape[0] != columns || shape[1] != columns)
        FAIL(FORMAT, "model: '%s' has an impossible shape" EGAD_H5_RETRAIN, path);
    NEW(f, 1);
    f->device = device;
    f->P = columns;
    NEW(f->mean, columns);
    NEW(f->direction, columns * columns);
    NEW(f->variance, columns);
    TRY(arrays(f, file, group, egad_h5_read_floats));
    TRY(egad_h5_read_count(file, group, "rows", &rows));
    TRY(egad_h5_read_count(file, group, "components", &components));
    TRY(egad_h5_read_number(file, group, "shrinkage", &f->shrinkage));
    if (rows < 1 || components < 1 || components > columns ||
        !(f->shrinkage > 0.0 && f->shrinkage <= 1.0))
        FAIL(FORMAT, "model: its method holds an impossible number" EGAD_H5_RETRAIN);
    for (size_t k = 0; k < columns; k++)
        if (!(f->variance[k] >= 0.0f && (k == 0 || f->variance[k] <= f->variance[k - 1])))
            FAIL(FORMAT,
                 "model: '%s/variance' is not in descending order" EGAD_H5_RETRAIN,
                 group);
    f->rows = (size_t)rows;
    f->main = (size_t)components;
    TRY(egad_pca_prepare(f));
    *out = f;
    f = NULL;
done:
    egad_pca_free(f);
    return status;
}

static void describe(const void *fitted, char *out, size_t size)
{
    const egad_pca *f = fitted;
    double all = 0.0, held = 0.0;
    for (size_t k = 0; k < f->P; k++) {
        all += f->variance[k];
        held += k < f->main ? f->variance[k] : 0.0f;
    }
    snprintf(out, size,
             "%zu of %zu components with %.3g %% of the variance of %zu rows, shrinkage "
             "%g",
             f->main, f->P, all > 0.0 ? 100.0 * held / all : 100.0, f->rows,
             f->shrinkage);
}

const egad_method egad_pca_method = { .name = "pca",
                                      .term = { "residual", "l1", "mahalanobis" },
                                      .fit = egad_pca_fit,
                                      .terms = terms,
                                      .rebuild = rebuild,
                                      .save = save,
                                      .load = load,
                                      .describe = describe,
                                      .free = egad_pca_free };
