/* The fitted method pca on the device: rows are projected on the components and back. */
#include "cl/shared.h"
#include "pca_inside.h"

#include <math.h>
#include <stdlib.h>

static void release(egad_pca *f)
{
    egad_tensor *const tensors[] = { &f->centre, &f->whiten, &f->map,     &f->packed,
                                     &f->x,      &f->y,      &f->rebuilt, &f->terms };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
}

void egad_pca_free(void *fitted)
{
    egad_pca *f = fitted;
    if (!f)
        return;
    release(f);
    free(f->mean);
    free(f->direction);
    free(f->variance);
    free(f);
}

/* The weight of each component's square in the Mahalanobis distance. */
static double weight(const egad_pca *f, size_t k)
{
    double mean = 0.0;
    for (size_t j = 0; j < f->P; j++)
        mean += f->variance[j] / (double)f->P;
    return 1.0 / (f->variance[k] + f->shrinkage * (mean > 0.0 ? mean : 1.0));
}

/* Offsets and scales for egad_pointwise_scale. */
static egad_status scales(egad_tensor *out, const egad_pca *f, int whiten)
{
    egad_status status = EGAD_OK;
    float *fit = NULL;
    NEW(fit, 3 * f->P);
    for (size_t j = 0; j < f->P; j++) {
        fit[j] = whiten ? 0.0f : f->mean[j];
        fit[f->P + j] = whiten ? (float)sqrt(weight(f, j)) : 1.0f;
    }
    TRY(egad_tensor_flat(out, f->device, 3 * f->P));
    TRY(egad_tensor_write(f->device, *out, fit));
done:
    free(fit);
    return status;
}

/* Both operands of products, if the engine packs. */
static egad_status pack(egad_pca *f)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    egad_plan *plan = NULL;
    const size_t P = f->P, all = egad_gemm_panels(f->device, P, P);
    const egad_gemm_entry entries[] = {
        { .rows = P, .columns = P, .transposed = 1 },
        { .rows = f->main, .columns = P, .to = all },
    };
    TRY(egad_gemm_choose(&engine, f->device));
    if (!egad_gemm_packs(engine))
        return EGAD_OK;
    TRY(egad_tensor_flat(&f->packed, f->device,
                         all + egad_gemm_panels(f->device, f->main, P)));
    TRY(egad_plan_new(&plan, f->device, "pack"));
    TRY(egad_gemm_pack(plan, "components", f->packed, f->map, entries, 2));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(f->device));
done:
    egad_plan_free(plan);
    return status;
}

egad_status egad_pca_prepare(egad_pca *f)
{
    egad_status status = EGAD_OK;
    const size_t P = f->P;
    release(f);
    TRY(scales(&f->centre, f, 0));
    TRY(scales(&f->whiten, f, 1));
    TRY(egad_tensor_flat(&f->map, f->device, P * P));
    TRY(egad_tensor_write(f->device, f->map, f->direction));
    TRY(egad_tensor_new(&f->x, f->device, PCA_BATCH, P));
    TRY(egad_tensor_new(&f->y, f->device, PCA_BATCH, P));
    TRY(egad_tensor_new(&f->rebuilt, f->device, PCA_BATCH, P));
    TRY(egad_tensor_new(&f->terms, f->device, PCA_BATCH, TERMS));
    TRY(pack(f));
done:
    return status;
}

static egad_status multiply(const egad_pca *f, egad_plan *plan, const char *label,
                            egad_product product, size_t panels)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    product.label = label;
    if (f->packed.mem)
        product.panels = egad_tensor_view(f->packed, panels, 1, f->packed.c - panels);
    TRY(egad_gemm_pick(&engine, f->device, &product));
    TRY(egad_gemm_append(plan, engine, &product));
done:
    return status;
}

egad_status egad_pca_project(const egad_pca *f, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_product product = { .c = egad_tensor_rows(f->y, 0, n),
                                   .a = egad_tensor_rows(f->x, 0, n),
                                   .b = egad_tensor_view(f->map, 0, f->P, f->P),
                                   .transposed_b = 1 };
    TRY(egad_pointwise_scale(plan, "centre", product.a, f->centre, INFINITY));
    TRY(multiply(f, plan, "components", product, 0));
done:
    return status;
}

egad_status egad_pca_rebuild(const egad_pca *f, egad_plan *plan, size_t n)
{
    const egad_tensor y = egad_tensor_rows(f->y, 0, n);
    const egad_product product = { .c = egad_tensor_rows(f->rebuilt, 0, n),
                                   .a = egad_tensor_columns(y, 0, f->main),
                                   .b = egad_tensor_view(f->map, 0, f->main, f->P) };
    return multiply(f, plan, "main components", product,
                    egad_gemm_panels(f->device, f->P, f->P));
}
