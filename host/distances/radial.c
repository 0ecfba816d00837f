/* Radial kernels: the launches of cl/radial.cl. */
#include "radial.h"

#include "cl/shared.h"

#include <assert.h>
#include <stdio.h>

size_t egad_radial_parts(size_t points)
{
    return (points + RADIAL_PART - 1) / RADIAL_PART;
}

/* Append a launch of a kernel of radial.cl: a group for each part of each row, or an item
 * for each row.  traffic: how often it reads or writes the products. */
static egad_status add(egad_plan *plan, const char *label, const char *kernel,
                       const egad_radial *of, int by_part, double traffic,
                       const egad_arg *args, size_t n)
{
    const egad_device *device = egad_plan_device(plan);
    const size_t local = device->cpu ? 1 : 64, N = of->products.n;
    char options[48];
    assert(of->products.c % EGAD_RADIAL_POINTS == 0 && of->points.c == of->products.c);
    snprintf(options, sizeof options, "-DWG=%zu -DVECTOR=%zu", local,
             device->cpu ? egad_device_vector(device) : 1);
    const egad_launch launch = {
        .label = label,
        .source = egad_cl_radial,
        .kernel = kernel,
        .options = options,
        .groups = { by_part ? egad_radial_parts(of->points.c) : (N + local - 1) / local,
                    by_part ? N : 1 },
        .local = local,
        .bytes = traffic * egad_tensor_bytes(of->products) + egad_tensor_bytes(of->points)
    };
    return egad_plan_add(plan, &launch, args, n);
}

#define RUN(plan, label, kernel, of, by_part, traffic, ...)                              \
    add((plan), (label), (kernel), (of), (by_part), (traffic),                           \
        (const egad_arg[]){ __VA_ARGS__ },                                               \
        sizeof((const egad_arg[]){ __VA_ARGS__ }) / sizeof(egad_arg))

#define PRODUCTS(of)                                                                     \
    MATRIX((of)->products), TENSOR((of)->points), INT((of)->products.c),                 \
        FLOAT((of)->gamma)

egad_status egad_radial_rows(egad_plan *plan, const char *label, const egad_radial *of)
{
    return RUN(plan, label, "radial_rows", of, 1, 2.0, PRODUCTS(of), TENSOR(of->rows));
}

egad_status egad_radial_sums(egad_plan *plan, const char *label, const egad_radial *of,
                             egad_tensor parts)
{
    assert(parts.offset == 0 && parts.c == egad_radial_parts(of->points.c) &&
           parts.stride == parts.c && of->weight.offset == 0);
    return RUN(plan, label, "radial_sums", of, 1, 1.0, MEM(parts.mem), PRODUCTS(of),
               TENSOR(of->rows), MEM(of->weight.mem));
}

egad_status egad_radial_shares(egad_plan *plan, const char *label, const egad_radial *of)
{
    assert(of->weight.offset == 0);
    return RUN(plan, label, "radial_shares", of, 0, 2.0, PRODUCTS(of),
               MEM(of->weight.mem), INT(of->products.n));
}
