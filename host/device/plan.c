/* Plans: append launches, run and profile them. */
#include "plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *label, *what; /* its purpose; its kernel or library function */
    double flops, bytes;
    cl_kernel kernel; /* NULL for a call */
    size_t global[2], local[2];
    egad_status (*call)(cl_command_queue queue, const void *context);
    void *context;
} step;

typedef struct {
    void *object;
    void (*release)(void *object);
} owned;

struct egad_plan {
    egad_device *device;
    char *name;
    size_t n, room;
    step *steps;
    egad_tensor scratch, partial; /* the largest allocated so far */
    size_t kept;                  /* tables, and scratch memory that became too small */
    egad_tensor *keep;
    size_t n_owned;
    owned *own;
};

egad_status egad_plan_new(egad_plan **out, egad_device *device, const char *name)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    *out = NULL;
    NEW(plan, 1);
    plan->device = device;
    plan->name = strdup(name);
    if (!plan->name)
        FAIL(MEMORY, "out of memory for plan '%s'", name);
    *out = plan;
    plan = NULL;
done:
    free(plan);
    return status;
}

void egad_plan_free(egad_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->n; i++) {
        step *s = &plan->steps[i];
        if (s->kernel)
            clReleaseKernel(s->kernel);
        free(s->label);
        free(s->what);
        free(s->context);
    }
    for (size_t i = 0; i < plan->kept; i++)
        egad_tensor_free(&plan->keep[i]);
    for (size_t i = plan->n_owned; i > 0; i--)
        plan->own[i - 1].release(plan->own[i - 1].object);
    free(plan->own);
    free(plan->keep);
    free(plan->steps);
    free(plan->name);
    free(plan);
}

egad_device *egad_plan_device(const egad_plan *plan)
{
    return plan->device;
}

size_t egad_plan_size(const egad_plan *plan)
{
    return plan->n;
}

/* Make room for one more step, zeroed; it is counted once it is complete. */
static egad_status next(egad_plan *plan, const char *label, const char *what,
                        double flops, double bytes, step **out)
{
    egad_status status = EGAD_OK;
    if (plan->n == plan->room) {
        const size_t room = plan->room ? 2 * plan->room : 32;
        step *more = realloc(plan->steps, room * sizeof *more);
        if (!more)
            FAIL(MEMORY, "out of memory for plan '%s'", plan->name);
        plan->steps = more;
        plan->room = room;
    }
    step *s = &plan->steps[plan->n];
    memset(s, 0, sizeof *s);
    s->label = strdup(label);
    s->what = strdup(what);
    s->flops = flops;
    s->bytes = bytes;
    plan->n++; /* from here on egad_plan_free frees it */
    if (!s->label || !s->what)
        FAIL(MEMORY, "out of memory for plan '%s'", plan->name);
    *out = s;
done:
    return status;
}

static egad_status set(const step *s, size_t index, const egad_arg *a)
{
    egad_status status = EGAD_OK;
    const size_t size = a->kind == ARG_MEM ? sizeof(cl_mem) : sizeof(cl_int);
    CL_CHECK(clSetKernelArg(s->kernel, (cl_uint)index, size, &a->value),
             "clSetKernelArg of ", s->what);
done:
    return status;
}

egad_status egad_plan_add(egad_plan *plan, const egad_launch *launch,
                          const egad_arg *args, size_t n_args)
{
    egad_status status = EGAD_OK;
    step *s = NULL;
    if (launch->groups[0] == 0 || launch->groups[1] == 0)
        return EGAD_OK;
    TRY(next(plan, launch->label, launch->kernel, launch->flops, launch->bytes, &s));
    TRY(egad_program_kernel(&s->kernel, plan->device, launch->source, launch->options,
                            launch->kernel));
    for (size_t i = 0; i < n_args; i++)
        TRY(set(s, i, &args[i]));
    s->local[0] = launch->local;
    s->local[1] = 1;
    s->global[0] = launch->groups[0] * launch->local;
    s->global[1] = launch->groups[1];
done:
    return status;
}

/* Make room for one more kept tensor. */
static egad_status more_kept(egad_plan *plan)
{
    egad_status status = EGAD_OK;
    egad_tensor *more = realloc(plan->keep, (plan->kept + 1) * sizeof *more);
    if (!more)
        FAIL(MEMORY, "out of memory for plan '%s'", plan->name);
    plan->keep = more;
done:
    return status;
}

/* Allocate n floats or ints that live as long as the plan. */
static egad_status keep(egad_plan *plan, size_t n, egad_tensor *out)
{
    egad_status status = EGAD_OK;
    TRY(more_kept(plan));
    TRY(egad_tensor_flat(&plan->keep[plan->kept], plan->device, n));
    *out = plan->keep[plan->kept++];
done:
    return status;
}

egad_status egad_plan_table(egad_plan *plan, const cl_int *values, size_t n, cl_mem *out)
{
    egad_status status = EGAD_OK;
    egad_tensor table = { 0 };
    union {
        const cl_int *ints;
        const float *floats;
    } from = { .ints = values };
    TRY(keep(plan, n, &table));
    TRY(egad_tensor_write(plan->device, table, from.floats));
    *out = table.mem;
done:
    return status;
}

static egad_status share(egad_plan *plan, egad_tensor *largest, size_t n,
                         egad_tensor *out)
{
    egad_status status = EGAD_OK;
    if (largest->c < n)
        TRY(keep(plan, n, largest));
    *out = egad_tensor_view(*largest, 0, 1, n);
done:
    return status;
}

egad_status egad_plan_scratch(egad_plan *plan, size_t n, egad_tensor *out)
{
    return share(plan, &plan->scratch, n, out);
}

egad_status egad_plan_partial(egad_plan *plan, size_t n, egad_tensor *out)
{
    return share(plan, &plan->partial, n, out);
}

egad_status egad_plan_parts(egad_plan *plan, const size_t *floats, size_t n, cl_mem *out)
{
    egad_status status = EGAD_OK;
    egad_tensor all;
    cl_buffer_region part = { 0 };
    cl_uint bits = 0;
    size_t total = 0;
    cl_int code;
    CL(clGetDeviceInfo(plan->device->id, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof bits,
                       &bits, NULL));
    const size_t unit = bits / 8 > sizeof(float) ? bits / 8 / sizeof(float) : 1;
    for (size_t i = 0; i < n; i++)
        total += (floats[i] + unit - 1) / unit * unit;
    TRY(egad_plan_scratch(plan, total, &all));
    for (size_t i = 0; i < n; i++) {
        TRY(more_kept(plan));
        part.size = floats[i] * sizeof(float);
        out[i] = clCreateSubBuffer(all.mem, CL_MEM_READ_WRITE,
                                   CL_BUFFER_CREATE_TYPE_REGION, &part, &code);
        CL_CHECK(code, "clCreateSubBuffer", "");
        plan->keep[plan->kept++] = (egad_tensor){ .mem = out[i], .n = 1, .c = floats[i] };
        part.origin += (floats[i] + unit - 1) / unit * unit * sizeof(float);
    }
done:
    return status;
}

egad_status egad_plan_own(egad_plan *plan, void *object, void (*release)(void *object))
{
    egad_status status = EGAD_OK;
    owned *more = realloc(plan->own, (plan->n_owned + 1) * sizeof *more);
    if (!more)
        FAIL(MEMORY, "out of memory for plan '%s'", plan->name);
    plan->own = more;
    plan->own[plan->n_owned++] = (owned){ object, release };
    object = NULL;
done:
    if (object)
        release(object);
    return status;
}

egad_status egad_plan_add_groups(egad_plan *plan, const char *source, const char *label,
                                 const char *kernel, size_t groups, double bytes,
                                 const egad_arg *args, size_t n_args)
{
    const egad_device *device = egad_plan_device(plan);
    const size_t local = device->cpu ? 1 : 64;
    char options[48];
    snprintf(options, sizeof options, "-DWG=%zu -DVECTOR=%zu", local,
             device->cpu ? egad_device_vector(device) : 1);
    const egad_launch launch = { .label = label,
                                 .source = source,
                                 .kernel = kernel,
                                 .options = options,
                                 .groups = { groups, 1 },
                                 .local = local,
                                 .bytes = bytes };
    return egad_plan_add(plan, &launch, args, n_args);
}

egad_status egad_plan_set(egad_plan *plan, size_t position, size_t index, egad_arg arg)
{
    assert(position < plan->n && plan->steps[position].kernel);
    return set(&plan->steps[position], index, &arg);
}

egad_status egad_plan_call(egad_plan *plan, const char *label, const char *what,
                           egad_status (*call)(cl_command_queue queue,
                                               const void *context),
                           const void *context, size_t size, double flops, double bytes)
{
    egad_status status = EGAD_OK;
    step *s = NULL;
    void *copy = malloc(size);
    if (!copy)
        FAIL(MEMORY, "out of memory for plan '%s'", plan->name);
    memcpy(copy, context, size);
    TRY(next(plan, label, what, flops, bytes, &s));
    s->call = call;
    s->context = copy;
    copy = NULL;
done:
    free(copy);
    return status;
}

static egad_status run_step(const egad_plan *plan, const step *s)
{
    egad_status status = EGAD_OK;
    if (s->call)
        return s->call(plan->device->queue, s->context);
    CL_CHECK(clEnqueueNDRangeKernel(plan->device->queue, s->kernel, 2, NULL, s->global,
                                    s->local, 0, NULL, NULL),
             "launch of ", s->what);
done:
    return status;
}

typedef struct {
    egad_tensor to, from;
} copy;

static egad_status run_copy(cl_command_queue queue, const void *context)
{
    egad_status status = EGAD_OK;
    const copy *c = context;
    const size_t size = sizeof(float);
    const size_t region[3] = { c->from.c * size, c->from.n, 1 };
    const size_t from[3] = { c->from.offset % c->from.stride * size,
                             c->from.offset / c->from.stride, 0 };
    const size_t to[3] = { c->to.offset % c->to.stride * size,
                           c->to.offset / c->to.stride, 0 };
    CL(clEnqueueCopyBufferRect(queue, c->from.mem, c->to.mem, from, to, region,
                               c->from.stride * size, 0, c->to.stride * size, 0, 0, NULL,
                               NULL));
done:
    return status;
}

egad_status egad_plan_copy(egad_plan *plan, const char *label, egad_tensor to,
                           egad_tensor from)
{
    const copy c = { to, from };
    assert(to.n == from.n && to.c == from.c);
    return egad_plan_call(plan, label, "copy", run_copy, &c, sizeof c, 0.0,
                          egad_tensor_bytes(to) + egad_tensor_bytes(from));
}

egad_status egad_plan_run(const egad_plan *plan)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0; i < plan->n; i++)
        TRY(run_step(plan, &plan->steps[i]));
done:
    return status;
}

static void describe(const egad_plan *plan, const step *s, egad_profile *p)
{
    *p = (egad_profile){ .calls = 1, .flops = s->flops, .bytes = s->bytes };
    snprintf(p->plan, sizeof p->plan, "%s", plan->name);
    snprintf(p->label, sizeof p->label, "%s", s->label);
    snprintf(p->kernel, sizeof p->kernel, "%s", s->what);
    if (!s->kernel)
        return;
    p->groups[0] = s->global[0] / s->local[0];
    p->groups[1] = s->global[1];
    p->local = s->local[0];
}

egad_status egad_plan_profile(const egad_plan *plan, int times, egad_profile **list,
                              size_t *n)
{
    egad_status status = EGAD_OK;
    egad_profile *more = realloc(*list, (*n + plan->n + 1) * sizeof *more);
    if (!more)
        FAIL(MEMORY, "out of memory for the profile of plan '%s'", plan->name);
    *list = more;
    more += *n;
    for (size_t i = 0; i < plan->n; i++)
        describe(plan, &plan->steps[i], &more[i]);
    *n += plan->n;
    if (times > 0)
        TRY(egad_plan_run(plan)); /* warm-up: drivers compile on the first run */
    TRY(egad_device_finish(plan->device));
    for (int t = 0; t < times; t++)
        for (size_t i = 0; i < plan->n; i++) {
            const double start = egad_device_clock();
            TRY(run_step(plan, &plan->steps[i]));
            TRY(egad_device_finish(plan->device));
            more[i].seconds += (egad_device_clock() - start) / times;
        }
done:
    return status;
}
