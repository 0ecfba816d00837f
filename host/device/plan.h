/* A plan: a flat list of prepared launches.  Operators append to it once, with kernel
 * objects and arguments set; running it is a loop that waits for nothing. */
#ifndef EGAD_PLAN_H
#define EGAD_PLAN_H

#include "program.h"
#include "tensor.h"

typedef struct egad_plan egad_plan;

/* One argument of a kernel.  A tensor is two: its buffer and the offset into it. */
typedef struct {
    enum { ARG_MEM, ARG_INT, ARG_UINT, ARG_FLOAT } kind;
    union {
        cl_mem mem;
        cl_int i;
        cl_uint u;
        cl_float f;
    } value;
} egad_arg;

#define INT(x)                                                                           \
    {                                                                                    \
        .kind = ARG_INT, .value.i = (cl_int)(x)                                          \
    }
#define UINT(x)                                                                          \
    {                                                                                    \
        .kind = ARG_UINT, .value.u = (cl_uint)(x)                                        \
    }
#define FLOAT(x)                                                                         \
    {                                                                                    \
        .kind = ARG_FLOAT, .value.f = (cl_float)(x)                                      \
    }
#define MEM(m)                                                                           \
    {                                                                                    \
        .kind = ARG_MEM, .value.mem = (m)                                                \
    }
#define TENSOR(t) { .kind = ARG_MEM, .value.mem = (t).mem }, INT((t).offset)
#define MATRIX(t) TENSOR(t), INT((t).stride)

typedef struct {
    const char *label;  /* what it is for: "discriminator/dx_dense1" */
    const char *source; /* egad_cl_<x> */
    const char *kernel;
    const char *options;     /* of the program, "-DWG=64" */
    size_t groups[2], local; /* work-groups; items of one, along the first axis */
    double flops, bytes;     /* for profiles: useful operations; what it has to read and
                              * write, each element once.  0: not counted */
} egad_launch;

egad_status egad_plan_new(egad_plan **out, egad_device *device, const char *name);
void egad_plan_free(egad_plan *plan);
egad_device *egad_plan_device(const egad_plan *plan);

/* Append a launch with its arguments in the kernel's order. */
egad_status egad_plan_add(egad_plan *plan, const egad_launch *launch,
                          const egad_arg *args, size_t n_args);
#define ADD(plan, launch, ...)                                                           \
    egad_plan_add((plan), (launch), (const egad_arg[]){ __VA_ARGS__ },                   \
                  sizeof((const egad_arg[]){ __VA_ARGS__ }) / sizeof(egad_arg))

/* Give the launch at `position` another argument number `index`, for runs to come. */
egad_status egad_plan_set(egad_plan *plan, size_t position, size_t index, egad_arg arg);

/* Append a call into a library that enqueues by itself.  `context` is copied. */
egad_status egad_plan_call(egad_plan *plan, const char *label, const char *what,
                           egad_status (*call)(cl_command_queue queue,
                                               const void *context),
                           const void *context, size_t size, double flops, double bytes);

/* Memory that lives as long as the plan: a table of ints for a launch; and (1, n) floats
 * of scratch, which launches to be appended may share: what one writes there lasts until
 * the next asks for scratch of the same or another size. */
egad_status egad_plan_table(egad_plan *plan, const cl_int *values, size_t n, cl_mem *out);
egad_status egad_plan_scratch(egad_plan *plan, size_t n, egad_tensor *out);

/* The same once more, for partial sums of a launch whose operands may be in scratch. */
egad_status egad_plan_partial(egad_plan *plan, size_t n, egad_tensor *out);

/* Scratch as `n` buffers of so many floats each, for those who take no offsets; none may
 * be of 0. */
egad_status egad_plan_parts(egad_plan *plan, const size_t *floats, size_t n, cl_mem *out);
/* Release `object` with the plan, or at once if this fails. */
egad_status egad_plan_own(egad_plan *plan, void *object, void (*release)(void *object));

/* Append a copy of all elements of `from` to `to`, which has as many rows and columns. */
egad_status egad_plan_copy(egad_plan *plan, const char *label, egad_tensor to,
                           egad_tensor from);

size_t egad_plan_size(const egad_plan *plan);

/* Enqueue everything, in order; waits for nothing. */
egad_status egad_plan_run(const egad_plan *plan);

/* Append a description of each launch to the profile, which grows: `*list` holds `*n`
 * entries, freed with free().  With times > 0, run so many times, waiting after each
 * launch, after a run to warm up; seconds are of one run. */
egad_status egad_plan_profile(const egad_plan *plan, int times, egad_profile **list,
                              size_t *n);

#endif
