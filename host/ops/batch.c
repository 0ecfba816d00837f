/* Inputs of a training step: rows, noise, the iteration counter. */
#include "ops.h"

#include "cl/shared.h"

#include <assert.h>
#include <stdio.h>

/* Row-wise work: on a CPU one item handles a row, in a loop that the compiler
 * vectorises. */
static size_t row_group(const egad_plan *plan)
{
    return egad_plan_device(plan)->cpu ? 1 : 64;
}

static egad_status add(egad_plan *plan, const char *label, const char *kernel,
                       size_t groups, size_t local, double bytes, const egad_arg *args,
                       size_t n)
{
    char options[32];
    snprintf(options, sizeof options, "-DWG=%zu", row_group(plan));
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_batch,
                                 .kernel = kernel,
                                 .options = options,
                                 .groups = { groups, 1 },
                                 .local = local,
                                 .bytes = bytes };
    return egad_plan_add(plan, &launch, args, n);
}

#define RUN(plan, label, kernel, groups, local, bytes, ...)                              \
    add((plan), (label), (kernel), (groups), (local), (bytes),                           \
        (const egad_arg[]){ __VA_ARGS__ },                                               \
        sizeof((const egad_arg[]){ __VA_ARGS__ }) / sizeof(egad_arg))

#define RANDOM(r) MEM((r).clock), UINT((r).seed), UINT((r).seed >> 32)

egad_status egad_batch_gather(egad_plan *plan, const char *label, egad_tensor x,
                              const egad_tensor *data, size_t pieces, egad_random random,
                              unsigned stream)
{
    egad_status status = EGAD_OK;
    size_t rows = 0, first = 0;
    int half = 1;
    for (size_t i = 0; i < pieces; i++)
        rows += data[i].n;
    while (half < 16 && ((size_t)1 << (2 * half)) < rows)
        half++;
    for (size_t i = 0; i < pieces; first += data[i++].n)
        TRY(RUN(plan, label, "batch_gather", x.n, row_group(plan),
                2.0 * egad_tensor_bytes(x) / (double)pieces, MATRIX(x), MEM(data[i].mem),
                INT(first), INT(data[i].n), INT(rows), INT(data[i].c), INT(x.n),
                INT(rows / x.n), INT(half), RANDOM(random), UINT(stream)));
done:
    return status;
}

egad_status egad_batch_noise(egad_plan *plan, const char *label, egad_tensor z,
                             egad_random random, unsigned stream)
{
    const size_t items = z.n * ((z.c + 3) / 4), local = row_group(plan);
    return RUN(plan, label, "batch_noise", (items + local - 1) / local, local,
               egad_tensor_bytes(z), MATRIX(z), INT(z.n), INT(z.c), RANDOM(random),
               UINT(stream));
}

egad_status egad_batch_start(egad_plan *plan, const char *label, egad_tensor z,
                             egad_tensor rows, egad_random random)
{
    const size_t items = z.n * ((z.c + 3) / 4), local = row_group(plan);
    assert(rows.offset == 0 && rows.c >= z.n);
    return RUN(plan, label, "batch_start", (items + local - 1) / local, local,
               egad_tensor_bytes(z), MATRIX(z), MEM(rows.mem), INT(z.n), INT(z.c),
               RANDOM(random), UINT(STREAM_START));
}

egad_status egad_batch_tick(egad_plan *plan, egad_random random)
{
    return RUN(plan, "next iteration", "batch_tick", 1, 1, 0.0, MEM(random.clock));
}
