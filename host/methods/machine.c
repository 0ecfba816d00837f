/* Weighted sums and means of radial kernels: one product of rows and points, then the
 * kernels of its elements. */
#include "machine_inside.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 4096, BATCH_FLOATS = 1 << 22 }; /* rows, and products, of a launch */

void egad_machine_free(egad_machine *m)
{
    if (!m)
        return;
    egad_tensor *const tensors[] = {
        &m->x,           &m->point,         &m->packed,
        &m->back,        &m->parts,         &m->radial.products,
        &m->radial.rows, &m->radial.points, &m->radial.weight
    };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
    free(m->centre);
    free(m->row);
    free(m->square);
    free(m->part);
    free(m);
}

/* n rows x, centred, and the squares of their lengths. */
static void centre(const egad_machine *m, float *row, float *square, const float *x,
                   size_t n)
{
    const size_t P = m->P;
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < P; j++) {
            const double v = (double)x[i * P + j] - m->centre[j];
            row[i * P + j] = (float)v;
            sum += v * v;
        }
        square[i] = (float)(sum <= (double)FLT_MAX ? sum : sum - sum + INFINITY);
        if (isfinite(square[i]))
            continue;
        memset(row + i * P, 0, P * sizeof *row);
        for (size_t j = 0; j < P; j++)
            if (!isfinite(x[i * P + j]))
                square[i] = NAN;
    }
}

static egad_status pack(egad_machine *m, size_t points)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    egad_plan *plan = NULL;
    TRY(egad_gemm_choose(&engine, m->device));
    if (!egad_gemm_packs(engine))
        goto done;
    TRY(egad_tensor_flat(&m->packed, m->device,
                         egad_gemm_panels(m->device, m->P, points)));
    TRY(egad_plan_new(&plan, m->device, "pack"));
    TRY(egad_gemm_pack(
        plan, "points", m->packed, m->point,
        &(egad_gemm_entry){ .rows = points, .columns = m->P, .transposed = 1 }, 1));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(m->device));
done:
    egad_plan_free(plan);
    return status;
}

/* The points on the device: centred, their squares and weights, and zeros. */
static egad_status place(egad_machine *m, const float *x, const double *weight,
                         size_t points)
{
    egad_status status = EGAD_OK;
    const size_t n = m->n, P = m->P;
    float *row = NULL, *square = NULL, *weights = NULL;
    NEW(row, points * P);
    NEW(square, points);
    NEW(weights, points);
    for (size_t i = 0; i < n * P; i++)
        m->centre[i % P] += (double)x[i] / (double)n;
    centre(m, row, square, x, n);
    for (size_t i = 0; weight && i < n; i++)
        weights[i] = (float)weight[i];
    TRY(egad_tensor_new(&m->point, m->device, points, P));
    TRY(egad_tensor_flat(&m->radial.points, m->device, points));
    TRY(egad_tensor_flat(&m->radial.weight, m->device, points));
    TRY(egad_tensor_write(m->device, m->point, row));
    TRY(egad_tensor_write(m->device, m->radial.points, square));
    TRY(egad_tensor_write(m->device, m->radial.weight, weights));
    TRY(pack(m, points));
done:
    free(row);
    free(square);
    free(weights);
    return status;
}

egad_status egad_machine_new(egad_machine **out, egad_device *device, const float *points,
                             const double *weight, size_t n, size_t P, double gamma)
{
    egad_status status = EGAD_OK;
    egad_machine *m = NULL;
    const size_t padded =
        (n + EGAD_RADIAL_POINTS - 1) / EGAD_RADIAL_POINTS * EGAD_RADIAL_POINTS;
    *out = NULL;
    if (padded + EGAD_TENSOR_SLACK_ROWS > INT32_MAX / P) /* kernels index with ints */
        FAIL(DATA,
             "a one-class SVM of %zu different rows of %zu columns has more than 2^31 "
             "numbers: choose fewer rows",
             n, P);
    NEW(m, 1);
    m->device = device;
    m->n = n;
    m->P = P;
    m->radial.gamma = gamma;
    const size_t most = BATCH_FLOATS / (padded > P ? padded : P) + 1;
    m->batch = most < BATCH ? most : BATCH;
    NEW(m->centre, P);
    NEW(m->row, m->batch * P);
    NEW(m->square, m->batch);
    NEW(m->part, m->batch * egad_radial_parts(padded));
    TRY(egad_tensor_new(&m->x, device, m->batch, P));
    TRY(egad_tensor_new(&m->back, device, m->batch, P));
    TRY(egad_tensor_new(&m->radial.products, device, m->batch, padded));
    TRY(egad_tensor_flat(&m->radial.rows, device, m->batch));
    TRY(egad_tensor_new(&m->parts, device, m->batch, egad_radial_parts(padded)));
    TRY(place(m, points, weight, padded));
    *out = m;
    m = NULL;
done:
    egad_machine_free(m);
    return status;
}

static egad_status multiply(egad_plan *plan, egad_product product)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    product.label = "kernels";
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    TRY(egad_gemm_append(plan, engine, &product));
done:
    return status;
}

egad_status egad_machine_products(const egad_machine *m, egad_plan *plan, egad_radial *of,
                                  egad_tensor x, egad_tensor squares)
{
    *of = m->radial;
    of->products = egad_tensor_rows(of->products, 0, x.n);
    of->rows = squares;
    return multiply(plan, (egad_product){ .c = of->products,
                                          .a = x,
                                          .b = m->point,
                                          .transposed_b = 1,
                                          .panels = m->packed });
}

/* The same for n rows x on the host, at most a batch. */
static egad_status send(const egad_machine *m, egad_plan *plan, egad_radial *of,
                        const float *x, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_tensor to = egad_tensor_rows(m->x, 0, n),
                      squares = egad_tensor_view(m->radial.rows, 0, 1, n);
    centre(m, m->row, m->square, x, n);
    TRY(egad_tensor_write(m->device, to, m->row));
    TRY(egad_tensor_write(m->device, squares, m->square));
    TRY(egad_machine_products(m, plan, of, to, squares));
done:
    return status;
}

/* Sums of up to a batch of rows. */
static egad_status sum(egad_machine *m, const float *x, size_t n, double *sums)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    egad_radial of;
    const egad_tensor parts = egad_tensor_rows(m->parts, 0, n);
    TRY(egad_plan_new(&plan, m->device, "ocsvm"));
    TRY(send(m, plan, &of, x, n));
    TRY(egad_radial_sums(plan, "sums of kernels", &of, parts));
    TRY(egad_plan_run(plan));
    TRY(egad_tensor_read(m->device, parts, m->part));
    for (size_t i = 0; i < n; i++) {
        sums[i] = 0.0;
        for (size_t k = 0; k < parts.c; k++)
            sums[i] += (double)m->part[i * parts.c + k];
    }
done:
    egad_plan_free(plan);
    return status;
}

egad_status egad_machine_sums(egad_machine *m, const float *x, size_t rows, double *sums)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0, n; i < rows; i += n) {
        n = rows - i < m->batch ? rows - i : m->batch;
        TRY(sum(m, x + i * m->P, n, sums + i));
    }
done:
    return status;
}

/* Means of up to a batch of rows. */
static egad_status average(egad_machine *m, const float *x, size_t n, float *mean)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    egad_radial of;
    const egad_tensor back = egad_tensor_rows(m->back, 0, n);
    TRY(egad_plan_new(&plan, m->device, "ocsvm"));
    TRY(send(m, plan, &of, x, n));
    TRY(egad_radial_shares(plan, "shares of kernels", &of));
    TRY(multiply(plan, (egad_product){ .c = back, .a = of.products, .b = m->point }));
    TRY(egad_plan_run(plan));
    TRY(egad_tensor_read(m->device, back, mean));
    for (size_t i = 0; i < n * m->P; i++)
        mean[i] = isfinite(m->square[i / m->P])
                      ? (float)((double)mean[i] + m->centre[i % m->P])
                      : NAN;
done:
    egad_plan_free(plan);
    return status;
}

egad_status egad_machine_means(egad_machine *m, const float *x, size_t rows, float *mean)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0, n; i < rows; i += n) {
        n = rows - i < m->batch ? rows - i : m->batch;
        TRY(average(m, x + i * m->P, n, mean + i * m->P));
    }
done:
    return status;
}
