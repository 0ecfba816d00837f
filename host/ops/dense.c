/* Dense layers: one product forward and two backward, with bias, activation and sums
 * folded in if the engine supports it, else as separate launches. */
#include "ops.h"

/* Append a product; `folded` is 1 if the engine includes the epilogue. */
static egad_status append(egad_plan *plan, egad_product p, int *folded)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &p));
    *folded = egad_gemm_folds(engine);
    if (!*folded)
        p.epilogue = PRODUCT_ONLY;
    TRY(egad_gemm_append(plan, engine, &p));
done:
    return status;
}

egad_status egad_dense_forward(egad_plan *plan, const char *label, egad_tensor y,
                               egad_tensor x, egad_tensor w, egad_tensor panels,
                               egad_tensor bias, const egad_activation *a)
{
    egad_status status = EGAD_OK;
    int folded = 0;
    TRY(append(plan,
               (egad_product){ .label = label,
                               .c = y,
                               .a = x,
                               .b = w,
                               .panels = panels,
                               .epilogue = bias.mem ? PRODUCT_FORWARD : PRODUCT_ONLY,
                               .bias = bias,
                               .act = a->act,
                               .slope = a->slope,
                               .dropout = a->dropout,
                               .random = a->random,
                               .stream = a->stream },
               &folded));
    if (!folded && bias.mem)
        TRY(egad_pointwise_forward(plan, label, y, bias, a));
done:
    return status;
}

/* Pack dy into panels if the product reads it often enough: its rows may be so far apart
 * that they map to the same few cache lines. */
static egad_status pack(egad_plan *plan, const char *label, egad_tensor dy, size_t times,
                        egad_tensor *panels)
{
    enum { OFTEN = 256 };
    egad_status status = EGAD_OK;
    const egad_gemm_entry entry = { .rows = dy.n, .columns = dy.c };
    *panels = (egad_tensor){ 0 };
    if (times < OFTEN || dy.stride != dy.c)
        return EGAD_OK;
    TRY(egad_plan_scratch(plan, egad_gemm_panels(egad_plan_device(plan), dy.n, dy.c),
                          panels));
    TRY(egad_gemm_pack(plan, label, *panels, dy, &entry, 1));
done:
    return status;
}

egad_status egad_dense_weights(egad_plan *plan, const char *label, egad_tensor dw,
                               egad_tensor db, egad_tensor x, egad_tensor dy)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    egad_tensor panels = { 0 };
    int folded = 0;
    TRY(egad_gemm_choose(&engine, egad_plan_device(plan)));
    if (egad_gemm_packs(engine))
        TRY(pack(plan, label, dy, x.c, &panels));
    TRY(append(plan,
               (egad_product){ .label = label,
                               .c = dw,
                               .a = x,
                               .b = dy,
                               .panels = panels,
                               .transposed_a = 1,
                               .epilogue = db.mem ? PRODUCT_SUMS : PRODUCT_ONLY,
                               .sums = db },
               &folded));
    if (!folded && db.mem)
        TRY(egad_pointwise_sums(plan, label, db, dy));
done:
    return status;
}

egad_status egad_dense_input(egad_plan *plan, const char *label, egad_tensor dx,
                             egad_tensor dy, egad_tensor w, egad_tensor panels,
                             egad_tensor y, const egad_activation *a)
{
    egad_status status = EGAD_OK;
    int folded = 0;
    TRY(append(plan,
               (egad_product){ .label = label,
                               .c = dx,
                               .a = dy,
                               .b = w,
                               .transposed_b = 1,
                               .panels = panels,
                               .epilogue = PRODUCT_BACKWARD,
                               .y = y,
                               .act = a->act,
                               .slope = a->slope,
                               .dropout = a->dropout },
               &folded));
    if (!folded)
        TRY(egad_pointwise_backward(plan, label, dx, y, a));
done:
    return status;
}
