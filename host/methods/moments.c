/* The covariance is a product on the device. */
#include "moments.h"

#include "ops/ops.h"

#include <math.h>
#include <stdlib.h>

enum { SUMMED = 512 /* rows whose products are summed in single precision, at most */ };

egad_status egad_moments_new(egad_moments *m, size_t P)
{
    egad_status status = EGAD_OK;
    *m = (egad_moments){ .P = P };
    NEW(m->sum, P);
    NEW(m->products, P * P);
done:
    return status;
}

void egad_moments_free(egad_moments *m)
{
    free(m->sum);
    free(m->products);
}

/* Rows whose products are summed on the device.  The rounding of such a sum grows with
 * the root of its rows, that of the mean of sums falls with the root of their number:
 * sqrt(rows) keeps it at 3e-8. */
static size_t summed(size_t rows)
{
    const size_t root = (size_t)sqrt((double)rows) + 1;
    return root < SUMMED ? root : SUMMED;
}

/* Sums of products on the device, the sums of these here. */
egad_status egad_moments_add(egad_moments *m, egad_device *device, const float *mean,
                             const float *x, size_t rows, size_t first)
{
    egad_status status = EGAD_OK;
    const size_t P = m->P, most = summed(rows);
    egad_tensor on = { 0 }, c = { 0 };
    egad_plan *plan = NULL;
    float *centred = NULL, *products = NULL;
    NEW(centred, most * P);
    NEW(products, P * P);
    TRY(egad_tensor_new(&on, device, most, P));
    TRY(egad_tensor_new(&c, device, P, P));
    for (size_t i = first, n; i < rows; i += 2 * most) {
        for (n = 0; n < most && i + 2 * n < rows; n++)
            for (size_t j = 0; j < P; j++) {
                const float v = x[(i + 2 * n) * P + j] - mean[j];
                centred[n * P + j] = v;
                m->sum[j] += v;
            }
        const egad_tensor some = egad_tensor_rows(on, 0, n);
        const egad_product product = {
            .label = "covariance", .c = c, .a = some, .b = some, .transposed_a = 1
        };
        egad_gemm_engine engine;
        egad_plan_free(plan);
        TRY(egad_plan_new(&plan, device, "covariance"));
        TRY(egad_gemm_pick(&engine, device, &product));
        TRY(egad_gemm_append(plan, engine, &product));
        TRY(egad_tensor_write(device, some, centred));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(device, c, products));
        for (size_t k = 0; k < P * P; k++)
            m->products[k] += products[k];
        m->rows += n;
    }
done:
    egad_plan_free(plan);
    egad_tensor_free(&on);
    egad_tensor_free(&c);
    free(centred);
    free(products);
    return status;
}
