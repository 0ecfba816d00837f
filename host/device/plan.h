/* A plan: a list of kernel launches with their arguments set.  Operators append to it
 * once; running it enqueues all launches without waiting. */
#ifndef EGAD_PLAN_H
#define EGAD_PLAN_H

#include "program.h"
#include "tensor.h"

typedef struct egad_plan egad_plan;

/* One kernel argument.  A tensor takes two: its buffer and its offset. */
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
    const char *label;  /* for messages and profiles: "discriminator/dx_dense1" */
    const char *source; /* egad_cl_<x> */
    const char *kernel;
    const char *options;     /* of the program's build: "-DWG=64" */
    size_t groups[2], local; /* number of work-groups per axis; work-items of a group,
                              * along the first axis */
    double flops, bytes;     /* for profiles: useful operations; compulsory traffic,
                              * each element once. 0: not counted */
} egad_launch;

egad_status egad_plan_new(egad_plan **out, egad_device *device, const char *name);
void egad_plan_free(egad_plan *plan);
egad_device *egad_plan_device(const egad_plan *plan);

/* Append a launch; `args` are in the kernel's order. */
egad_status egad_plan_add(egad_plan *plan, const egad_launch *launch,
                          const egad_arg *args, size_t n_args);
#define ADD(plan, launch, ...)                                                           \
    egad_plan_add((plan), (launch), (const egad_arg[]){ __VA_ARGS__ },                   \
                  sizeof((const egad_arg[]){ __VA_ARGS__ }) / sizeof(egad_arg))

/* Append a launch of `groups` groups, each of one item with vectors on a CPU and of 64
 * items elsewhere: the macros WG and VECTOR tell the kernel. */
egad_status egad_plan_add_groups(egad_plan *plan, const char *source, const char *label,
                                 const char *kernel, size_t groups, double bytes,
                                 const egad_arg *args, size_t n_args);

/* Change argument `index` of the launch at `position`, for later runs. */
egad_status egad_plan_set(egad_plan *plan, size_t position, size_t index, egad_arg arg);

/* Append a call of a library function that enqueues its own commands.  `context` (`size`
 * bytes) is copied. */
egad_status egad_plan_call(egad_plan *plan, const char *label, const char *what,
                           egad_status (*call)(cl_command_queue queue,
                                               const void *context),
                           const void *context, size_t size, double flops, double bytes);

/* Memory that lives as long as the plan: a table of ints for a launch; and (1, n) floats
 * of scratch memory.  Later launches may share the scratch memory: its content is valid
 * until the next request for scratch, of any size. */
egad_status egad_plan_table(egad_plan *plan, const cl_int *values, size_t n, cl_mem *out);
egad_status egad_plan_scratch(egad_plan *plan, size_t n, egad_tensor *out);

/* A second scratch memory, for partial sums of a launch whose operands may be in the
 * first. */
egad_status egad_plan_partial(egad_plan *plan, size_t n, egad_tensor *out);

/* Scratch memory as n separate buffers of floats[i] floats each, all above 0, for
 * libraries that take no offsets. */
egad_status egad_plan_parts(egad_plan *plan, const size_t *floats, size_t n, cl_mem *out);
/* Release `object` together with the plan; if this function fails, at once. */
egad_status egad_plan_own(egad_plan *plan, void *object, void (*release)(void *object));

/* Append a copy of `from` to `to`, which has the same number of rows and columns. */
egad_status egad_plan_copy(egad_plan *plan, const char *label, egad_tensor to,
                           egad_tensor from);

size_t egad_plan_size(const egad_plan *plan);

/* Enqueue all launches in order; does not wait. */
egad_status egad_plan_run(const egad_plan *plan);

/* Append a description of each launch to the profile `*list` of `*n` entries, freed with
 * free().  With times > 0, measure: after one warm-up run, run the plan `times` times and
 * wait after each launch; seconds are per run. */
egad_status egad_plan_profile(const egad_plan *plan, int times, egad_profile **list,
                              size_t *n);

#endif
