/* Measures the peak rates of a device: multiply-adds and memory copies. */
#include "cl/shared.h"
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    GROUP = 256, /* work-items of a group; neighbours form a vector */
    WAVES = 32,  /* groups per compute unit, so that no unit runs idle */
    RUNS = 3,    /* fewest timed runs, whatever the budget */
    SHARE = 8    /* fraction 1/8 of the device's memory for each of two arrays */
};
static const double FIRST = 1024.0, /* multiply-adds of a chain in the first attempt */
    MOST = 1e8, ENOUGH = 0.003,     /* seconds of a launch that hide its start-up time */
    ARRAY = 256.0 * 1024 * 1024;    /* bytes, more than the caches hold */

typedef struct {
    egad_device *device;
    size_t vector, local, chunk; /* macros VECTOR, WG, CHUNK */
    char options[64];
} bench;

/* Seconds of the fastest of several runs within `budget` seconds, after a warm-up run. */
static egad_status shortest(double *out, const egad_plan *plan, double budget)
{
    egad_status status = EGAD_OK;
    const double begin = egad_device_clock();
    *out = 0.0;
    for (int run = 0; run <= RUNS || egad_device_clock() - begin < budget; run++) {
        const double start = egad_device_clock();
        TRY(egad_plan_run(plan));
        TRY(egad_device_finish(egad_plan_device(plan)));
        const double seconds = egad_device_clock() - start;
        if (run > 0 && (run == 1 || seconds < *out))
            *out = seconds;
    }
done:
    return status;
}

static egad_status multiply_add(egad_peak *out, const bench *b, double budget)
{
    enum { STEPS = 3 }; /* index of n in the kernel's arguments */
    egad_status status = EGAD_OK;
    const size_t units = b->device->info.units ? b->device->info.units : 1;
    const size_t groups = units * WAVES, items = groups * b->local;
    const egad_launch launch = { .label = "multiply-add",
                                 .source = egad_cl_peak,
                                 .kernel = "peak_multiply_add",
                                 .options = b->options,
                                 .groups = { groups, 1 },
                                 .local = b->local };
    egad_tensor y = { 0 };
    egad_plan *plan = NULL;
    double steps = FIRST, seconds = 0.0;
    TRY(egad_tensor_flat(&y, b->device, items));
    TRY(egad_plan_new(&plan, b->device, "peak"));
    TRY(ADD(plan, &launch, MEM(y.mem), FLOAT(0.999f), FLOAT(0.001f), INT(steps)));
    for (;;) {
        TRY(egad_plan_set(plan, 0, STEPS, (egad_arg)INT(steps)));
        TRY(shortest(&seconds, plan, 0.0));
        if (seconds >= ENOUGH || steps >= MOST)
            break;
        steps *= 2.0;
    }
    TRY(shortest(&seconds, plan, budget));
    out->flops = 2.0 * PEAK_CHAINS * (double)(b->vector * items) * steps / seconds;
done:
    egad_plan_free(plan);
    egad_tensor_free(&y);
    return status;
}

static egad_status copy(egad_peak *out, const bench *b, double budget)
{
    egad_status status = EGAD_OK;
    const double memory = (double)b->device->info.memory / SHARE,
                 largest = (double)b->device->info.largest;
    const double bytes = memory < ARRAY ? memory : ARRAY;
    const size_t n = (size_t)((bytes < largest ? bytes : largest) / sizeof(float)) /
                     (b->vector * b->local * b->chunk);
    const egad_launch launch = { .label = "copy",
                                 .source = egad_cl_peak,
                                 .kernel = "peak_copy",
                                 .options = b->options,
                                 .groups = { n, 1 },
                                 .local = b->local };
    egad_tensor x = { 0 }, y = { 0 };
    egad_plan *plan = NULL;
    double seconds = 0.0;
    TRY(egad_tensor_flat(&x, b->device, n * b->vector * b->local * b->chunk));
    TRY(egad_tensor_flat(&y, b->device, x.c));
    TRY(egad_plan_new(&plan, b->device, "peak"));
    TRY(ADD(plan, &launch, MEM(y.mem), MEM(x.mem), INT(n * b->local * b->chunk)));
    TRY(shortest(&seconds, plan, budget));
    out->copied = x.c * sizeof(float);
    out->bytes = 2.0 * (double)out->copied / seconds;
done:
    egad_plan_free(plan);
    egad_tensor_free(&x);
    egad_tensor_free(&y);
    return status;
}

egad_status egad_peak_measure(egad_peak *out, egad_device *device, double seconds)
{
    egad_status status = EGAD_OK;
    const int cpu = device->cpu;
    bench b = { .device = device,
                .vector = cpu ? egad_device_vector(device) : 1,
                .local = cpu ? 1 : GROUP,
                .chunk = cpu ? 256 : 16 };
    egad_peak made = { .vector = b.vector };
    if (!(seconds > 0.0 && seconds <= 3600.0))
        FAIL(ARGUMENT,
             "cannot measure a device for %g seconds: the budget must be at most an hour",
             seconds);
    snprintf(b.options, sizeof b.options, "-DVECTOR=%zu -DWG=%zu -DCHUNK=%zu", b.vector,
             b.local, b.chunk);
    TRY(multiply_add(&made, &b, seconds / 2));
    TRY(copy(&made, &b, seconds / 2));
    *out = made;
done:
    return status;
}
