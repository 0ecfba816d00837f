/* Elementwise operators, and column sums. */
#include "ops.h"

#include <assert.h>
#include <stdio.h>

enum { WG = 64, CHUNK = 16 };
enum { SUMS = 256 }; /* rows summed by one item */

/* Append a launch of `groups` groups of a kernel of pointwise.cl. */
static egad_launch launch(const char *label, const char *kernel, const char *options,
                          size_t local, size_t groups, double bytes)
{
    return (egad_launch){ .label = label,
                          .source = egad_cl_pointwise,
                          .kernel = kernel,
                          .options = options,
                          .groups = { groups, 1 },
                          .local = local,
                          .bytes = bytes };
}

static const char *const elementwise = "-DWG=64 -DCHUNK=1 -DVECTOR=1";

egad_status egad_pointwise_forward(egad_plan *plan, const char *label, egad_tensor y,
                                   egad_tensor bias, const egad_activation *a)
{
    const egad_launch l =
        launch(label, "pointwise_forward", elementwise, WG, (y.n * y.c + WG - 1) / WG,
               2.0 * egad_tensor_bytes(y) + egad_tensor_bytes(bias));
    return ADD(plan, &l, MATRIX(y), TENSOR(bias), INT(y.n), INT(y.c), INT(a->act),
               FLOAT(a->slope), FLOAT(a->dropout), MEM(a->random.clock),
               UINT(a->random.seed), UINT(a->random.seed >> 32), UINT(a->stream));
}

egad_status egad_pointwise_backward(egad_plan *plan, const char *label, egad_tensor dy,
                                    egad_tensor y, const egad_activation *a)
{
    const egad_launch l =
        launch(label, "pointwise_backward", elementwise, WG, (dy.n * dy.c + WG - 1) / WG,
               2.0 * egad_tensor_bytes(dy) + egad_tensor_bytes(y));
    return ADD(plan, &l, MATRIX(dy), MATRIX(y), INT(dy.n), INT(dy.c), INT(a->act),
               FLOAT(a->slope), FLOAT(a->dropout));
}

egad_status egad_pointwise_add(egad_plan *plan, const char *label, egad_tensor to,
                               egad_tensor from)
{
    const egad_launch l =
        launch(label, "pointwise_add", elementwise, WG, (to.n * to.c + WG - 1) / WG,
               2.0 * egad_tensor_bytes(to) + egad_tensor_bytes(from));
    return ADD(plan, &l, MATRIX(to), MATRIX(from), INT(to.n), INT(to.c),
               INT(from.mem != NULL));
}

egad_status egad_pointwise_transpose(egad_plan *plan, const char *label, egad_tensor to,
                                     egad_tensor from, int add_to_it)
{
    const int cpu = egad_plan_device(plan)->cpu;
    const size_t local = cpu ? 1 : WG, side = cpu ? CHUNK : 1;
    char options[48];
    snprintf(options, sizeof options, "-DWG=%zu -DCHUNK=%zu -DVECTOR=1", local, side);
    egad_launch l =
        launch(label, "pointwise_transpose", options, local,
               (to.c + side * local - 1) / (side * local),
               (1 + add_to_it) * egad_tensor_bytes(to) + egad_tensor_bytes(from));
    l.groups[1] = (to.n + side - 1) / side;
    assert(to.n == from.c && to.c == from.n);
    return ADD(plan, &l, MATRIX(to), MATRIX(from), INT(to.n), INT(to.c), INT(add_to_it));
}

/* Sums of `chunk` rows each. */
static egad_status add_sums(egad_plan *plan, const char *label, egad_tensor sums,
                            egad_tensor x, size_t chunk)
{
    const egad_device *device = egad_plan_device(plan);
    const size_t vector = egad_device_vector(device);
    const size_t wide = egad_device_wide(device, x.c);
    char options[48];
    snprintf(options, sizeof options, "-DWG=1 -DCHUNK=%zu -DVECTOR=%zu", wide * vector,
             vector);
    const size_t local = device->cpu ? 1 : WG, columns = device->cpu ? wide * vector : WG;
    egad_launch l = launch(label, "pointwise_sums", device->cpu ? options : elementwise,
                           local, (x.c + columns - 1) / columns,
                           egad_tensor_bytes(x) + egad_tensor_bytes(sums));
    l.groups[1] = (x.n + chunk - 1) / chunk;
    return ADD(plan, &l, TENSOR(sums), MATRIX(x), INT(x.n), INT(x.c), INT(chunk));
}

egad_status egad_pointwise_sums(egad_plan *plan, const char *label, egad_tensor sums,
                                egad_tensor x)
{
    egad_status status = EGAD_OK;
    egad_tensor parts;
    if (x.c > sums.c) {
        assert(x.stride == x.c && x.c % sums.c == 0);
        x.n *= x.c / sums.c;
        x.c = x.stride = sums.c;
    }
    if (x.n <= SUMS)
        return add_sums(plan, label, sums, x, SUMS);
    TRY(egad_plan_scratch(plan, (x.n + SUMS - 1) / SUMS * x.c, &parts));
    parts = egad_tensor_view(parts, 0, (x.n + SUMS - 1) / SUMS, x.c);
    TRY(add_sums(plan, label, parts, x, SUMS));
    TRY(add_sums(plan, label, sums, parts, parts.n));
done:
    return status;
}

egad_status egad_pointwise_scale(egad_plan *plan, const char *label, egad_tensor x,
                                 egad_tensor fit, float limit)
{
    const int cpu = egad_plan_device(plan)->cpu;
    const size_t local = cpu ? 1 : WG, rows = cpu ? CHUNK : 1;
    char options[48];
    snprintf(options, sizeof options, "-DWG=%zu -DCHUNK=%zu -DVECTOR=1", local, rows);
    const egad_launch l =
        launch(label, "pointwise_scale", options, local, (x.n + rows - 1) / rows,
               2.0 * egad_tensor_bytes(x) + egad_tensor_bytes(fit));
    return ADD(plan, &l, MATRIX(x), TENSOR(fit), INT(x.n), INT(x.c), FLOAT(limit));
}
