/* Nearest training rows: products of points with all training points, then a launch that
 * keeps the smallest distances. */
#include "cl/shared.h"
#include "ops.h"

#include <stdio.h>
#include <stdlib.h>

static egad_status write_new(egad_tensor *t, egad_device *device, size_t n,
                             const float *values)
{
    egad_status status = EGAD_OK;
    TRY(egad_tensor_flat(t, device, n));
    TRY(egad_tensor_write(device, *t, values));
done:
    return status;
}

/* Packed operands, if the engine packs: the map, and the transposed points. */
static egad_status pack(egad_neighbours *b, egad_device *device, size_t columns)
{
    egad_status status = EGAD_OK;
    const size_t after = egad_gemm_panels(device, columns, b->P);
    egad_plan *plan = NULL;
    TRY(egad_tensor_flat(&b->packed, device,
                         after + egad_gemm_panels(device, b->P, b->n)));
    TRY(egad_plan_new(&plan, device, "pack"));
    TRY(egad_gemm_pack(plan, "directions", b->packed, b->map,
                       &(egad_gemm_entry){ .rows = columns, .columns = b->P }, 1));
    TRY(egad_gemm_pack(
        plan, "points", b->packed, b->points,
        &(egad_gemm_entry){ .rows = b->n, .columns = b->P, .to = after, .transposed = 1 },
        1));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(device));
done:
    egad_plan_free(plan);
    return status;
}

egad_status egad_neighbours_new(egad_neighbours *out, egad_device *device,
                                const egad_points *points, size_t batch)
{
    egad_status status = EGAD_OK;
    const size_t n = points->rows, P = points->P;
    egad_neighbours b = { .n = n, .P = P };
    egad_gemm_engine engine;
    float *squares = NULL;
    *out = (egad_neighbours){ 0 };
    NEW(squares, n);
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < P; k++)
            sum += (double)points->point[i * P + k] * (double)points->point[i * P + k];
        squares[i] = (float)sum;
    }
    TRY(write_new(&b.map, device, points->n * P, points->map));
    TRY(write_new(&b.offset, device, P, points->offset));
    TRY(write_new(&b.points, device, n * P, points->point));
    TRY(write_new(&b.squares, device, n, squares));
    TRY(write_new(&b.local_scale, device, n, points->local_scale));
    TRY(egad_tensor_new(&b.place, device, batch, P));
    TRY(egad_tensor_new(&b.products, device, batch, n));
    TRY(egad_gemm_choose(&engine, device));
    if (egad_gemm_packs(engine))
        TRY(pack(&b, device, points->n));
    *out = b;
    b = (egad_neighbours){ 0 };
done:
    egad_neighbours_free(&b);
    free(squares);
    return status;
}

void egad_neighbours_free(egad_neighbours *b)
{
    egad_tensor *const tensors[] = {
        &b->map,         &b->offset, &b->points, &b->squares,
        &b->local_scale, &b->packed, &b->place,  &b->products
    };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
}

egad_status egad_neighbours_place(const egad_neighbours *b, egad_plan *plan,
                                  egad_tensor e)
{
    const egad_tensor map = egad_tensor_view(b->map, 0, e.c, b->P);
    return egad_dense_forward(plan, "directions", egad_tensor_rows(b->place, 0, e.n), e,
                              map, b->packed, b->offset,
                              &(egad_activation){ .act = ACT_LINEAR });
}

egad_status egad_neighbours_nearest(const egad_neighbours *b, egad_plan *plan,
                                    egad_tensor terms, size_t N, long first)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    const size_t others = first < 0 ? b->n : b->n - 1;
    const size_t local = device->cpu ? 1 : 64;
    const egad_tensor p = egad_tensor_rows(b->place, 0, N);
    const egad_tensor products = egad_tensor_rows(b->products, 0, N);
    egad_gemm_engine engine;
    char options[32];
    egad_product product = { .label = "products of points",
                             .c = products,
                             .a = p,
                             .b = egad_tensor_view(b->points, 0, b->n, b->P),
                             .transposed_b = 1 };
    if (b->packed.mem) {
        const size_t all = egad_gemm_panels(device, b->P, b->n);
        product.panels = egad_tensor_view(b->packed, b->packed.c - all, 1, all);
    }
    TRY(egad_gemm_pick(&engine, device, &product));
    TRY(egad_gemm_append(plan, engine, &product));
    snprintf(options, sizeof options, "-DWG=%zu", local);
    const egad_launch launch = { .label = "nearest points",
                                 .source = egad_cl_neighbours,
                                 .kernel = "neighbours_nearest",
                                 .options = options,
                                 .groups = { N, 1 },
                                 .local = local };
    TRY(ADD(plan, &launch, MEM(terms.mem), MATRIX(products), MATRIX(p),
            MEM(b->points.mem), MEM(b->squares.mem), MEM(b->local_scale.mem), INT(b->n),
            INT(b->P), INT(others < NEIGHBOURS ? others : NEIGHBOURS), INT(first)));
done:
    return status;
}
