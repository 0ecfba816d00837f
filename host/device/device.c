/* Selects an OpenCL platform and device, and opens it. */
#include "device.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 64 }; /* most platforms, and most devices of each */

typedef struct {
    egad_device_info info;
    cl_platform_id platform;
    cl_device_id id;
    cl_device_type type;
} candidate;

const char *egad_device_error(cl_int code)
{
    switch (code) {
#define NAME(x)                                                                          \
    case x:                                                                              \
        return #x;
        NAME(CL_DEVICE_NOT_FOUND)
        NAME(CL_DEVICE_NOT_AVAILABLE)
        NAME(CL_COMPILER_NOT_AVAILABLE)
        NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE)
        NAME(CL_OUT_OF_RESOURCES)
        NAME(CL_OUT_OF_HOST_MEMORY)
        NAME(CL_BUILD_PROGRAM_FAILURE)
        NAME(CL_INVALID_VALUE)
        NAME(CL_INVALID_BUFFER_SIZE)
        NAME(CL_INVALID_KERNEL_NAME)
        NAME(CL_INVALID_KERNEL_ARGS)
        NAME(CL_INVALID_ARG_INDEX)
        NAME(CL_INVALID_ARG_SIZE)
        NAME(CL_INVALID_ARG_VALUE)
        NAME(CL_INVALID_MEM_OBJECT)
        NAME(CL_INVALID_WORK_GROUP_SIZE)
        NAME(CL_INVALID_WORK_ITEM_SIZE)
        NAME(CL_INVALID_GLOBAL_WORK_SIZE)
#undef NAME
    default: {
        static _Thread_local char text[32];
        snprintf(text, sizeof text, "error %d", (int)code);
        return text;
    }
    }
}

/* Does `text` contain `word`, ignoring case? */
static int contains(const char *text, const char *word)
{
    const size_t n = strlen(word);
    for (; *text; text++) {
        size_t i = 0;
        while (i < n &&
               tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
            i++;
        if (i == n)
            return 1;
    }
    return n == 0;
}

static const char *type_name(cl_device_type type)
{
    return type & CL_DEVICE_TYPE_GPU           ? "GPU"
           : type & CL_DEVICE_TYPE_CPU         ? "CPU"
           : type & CL_DEVICE_TYPE_ACCELERATOR ? "accelerator"
                                               : "custom";
}

static void describe(candidate *c)
{
    egad_device_info *info = &c->info;
    cl_ulong memory = 0, largest = 0;
    cl_uint units = 0;
    clGetPlatformInfo(c->platform, CL_PLATFORM_NAME, sizeof info->platform,
                      info->platform, NULL);
    clGetDeviceInfo(c->id, CL_DEVICE_NAME, sizeof info->name, info->name, NULL);
    clGetDeviceInfo(c->id, CL_DRIVER_VERSION, sizeof info->driver, info->driver, NULL);
    clGetDeviceInfo(c->id, CL_DEVICE_OPENCL_C_VERSION, sizeof info->opencl_c,
                    info->opencl_c, NULL);
    clGetDeviceInfo(c->id, CL_DEVICE_TYPE, sizeof c->type, &c->type, NULL);
    clGetDeviceInfo(c->id, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory, NULL);
    clGetDeviceInfo(c->id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof largest, &largest, NULL);
    clGetDeviceInfo(c->id, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
    info->memory = memory;
    info->largest = largest;
    info->units = units;
    snprintf(info->type, sizeof info->type, "%s", type_name(c->type));
}

/* List all devices of all platforms; no device is an error.  The caller frees *list. */
static egad_status find(candidate **list, size_t *n)
{
    egad_status status = EGAD_OK;
    cl_platform_id platforms[MOST];
    cl_uint n_platforms = 0;
    size_t room = 0;
    *list = NULL;
    *n = 0;

    /* Without any driver the loader returns an error; treat it as "no device". */
    if (clGetPlatformIDs(MOST, platforms, &n_platforms) != CL_SUCCESS)
        n_platforms = 0;
    for (cl_uint p = 0; p < n_platforms && p < MOST; p++) {
        cl_device_id ids[MOST];
        cl_uint n_ids = 0;
        if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, MOST, ids, &n_ids) !=
            CL_SUCCESS)
            continue;
        for (cl_uint d = 0; d < n_ids && d < MOST; d++) {
            if (*n == room) {
                candidate *more = realloc(*list, (room += 16) * sizeof **list);
                if (!more)
                    FAIL(MEMORY, "out of memory for the list of devices");
                *list = more;
            }
            candidate *c = &(*list)[(*n)++];
            memset(c, 0, sizeof *c);
            c->platform = platforms[p];
            c->id = ids[d];
            c->info.platform_index = (int)p;
            c->info.device_index = (int)d;
            describe(c);
        }
    }
    if (*n == 0)
        FAIL(DEVICE, "there is no OpenCL device: install your GPU's OpenCL driver, or "
                     "pocl-opencl-icd to compute on the processor; if PoCL is "
                     "installed, " EGAD_DEVICE_FOLDER);
done:
    if (status != EGAD_OK) {
        free(*list);
        *list = NULL;
    }
    return status;
}

/* Index of the candidate that `choice`, else EGAD_DEVICE, selects (default: the best); -1
 * if none does. */
static int choose(const candidate *list, size_t n, const char *choice)
{
    int p, d, end = 0;
    if (!choice)
        choice = getenv("EGAD_DEVICE");
    if (!choice || !*choice) {
        for (size_t i = 0; i < n; i++)
            if (list[i].type & CL_DEVICE_TYPE_GPU)
                return (int)i;
        return n ? 0 : -1;
    }
    if (sscanf(choice, "%d:%d%n", &p, &d, &end) == 2 && !choice[end]) {
        for (size_t i = 0; i < n; i++)
            if (list[i].info.platform_index == p && list[i].info.device_index == d)
                return (int)i;
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        if (contains(list[i].info.name, choice) ||
            contains(list[i].info.platform, choice) ||
            contains(list[i].info.type, choice))
            return (int)i;
    return -1;
}

egad_status egad_device_list(egad_device_info **list, size_t *n, const char *choice)
{
    egad_status status = EGAD_OK;
    candidate *found = NULL;
    *list = NULL;
    *n = 0;
    TRY(find(&found, n));
    NEW(*list, *n);
    const int chosen = choose(found, *n, choice);
    for (size_t i = 0; i < *n; i++) {
        (*list)[i] = found[i].info;
        (*list)[i].chosen = (int)i == chosen;
    }
done:
    free(found);
    return status;
}

egad_status egad_device_new(egad_device **out, const char *choice)
{
    egad_status status = EGAD_OK;
    candidate *found = NULL;
    size_t n = 0;
    egad_device *device = NULL;
    cl_int code;
    *out = NULL;

    TRY(find(&found, &n));
    const int chosen = choose(found, n, choice);
    if (chosen < 0) {
        char names[400] = "";
        for (size_t i = 0, at = 0; i < n && at < sizeof names; i++)
            at += (size_t)snprintf(names + at, sizeof names - at, "%s%d:%d %s",
                                   i ? ", " : "", found[i].info.platform_index,
                                   found[i].info.device_index, found[i].info.name);
        FAIL(DEVICE, "no OpenCL device matches '%s'%s; available: %s",
             choice ? choice : getenv("EGAD_DEVICE"), choice ? "" : " (from EGAD_DEVICE)",
             names);
    }
    const candidate *c = &found[chosen];
    NEW(device, 1);
    device->info = c->info;
    device->info.chosen = 1;
    device->id = c->id;
    device->cpu = (c->type & CL_DEVICE_TYPE_CPU) != 0;
    cl_uint width = 0;
    clGetDeviceInfo(c->id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, sizeof width, &width,
                    NULL);
    device->vector = width ? width : 1;
    clGetDeviceInfo(c->id, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof device->group,
                    &device->group, NULL);
    cl_ulong local = 0;
    clGetDeviceInfo(c->id, CL_DEVICE_LOCAL_MEM_SIZE, sizeof local, &local, NULL);
    device->local = (size_t)local;
    const char *gemm = getenv("EGAD_GEMM"), *conv = getenv("EGAD_CONV");
    snprintf(device->gemm, sizeof device->gemm, "%s", gemm ? gemm : "");
    snprintf(device->conv, sizeof device->conv, "%s", conv ? conv : "");

    const cl_context_properties properties[] = { CL_CONTEXT_PLATFORM,
                                                 (cl_context_properties)c->platform, 0 };
    device->context = clCreateContext(properties, 1, &c->id, NULL, NULL, &code);
    CL_CHECK(code, "clCreateContext", "");
    device->queue = clCreateCommandQueue(device->context, c->id, 0, &code);
    CL_CHECK(code, "clCreateCommandQueue", "");
    *out = device;
    device = NULL;
done:
    egad_device_free(device);
    free(found);
    return status;
}

void egad_device_free(egad_device *device)
{
    if (!device)
        return;
    while (device->programs) {
        egad_program *p = device->programs;
        device->programs = p->next;
        clReleaseProgram(p->program);
        free(p->options);
        free(p);
    }
    if (device->leave)
        device->leave();
    if (device->tuning)
        device->free_tuning(device->tuning);
    if (device->queue && device->stage.at) {
        clEnqueueUnmapMemObject(device->queue, device->stage.mem, device->stage.at, 0,
                                NULL, NULL);
        clFinish(device->queue);
    }
    for (int i = 0; i < EGAD_DEVICE_PIECES; i++)
        if (device->stage.busy[i])
            clReleaseEvent(device->stage.busy[i]);
    if (device->stage.mem)
        clReleaseMemObject(device->stage.mem);
    if (device->queue)
        clReleaseCommandQueue(device->queue);
    if (device->context)
        clReleaseContext(device->context);
    free(device);
}

const egad_device_info *egad_device_describe(const egad_device *device)
{
    return &device->info;
}

size_t egad_device_vector(const egad_device *device)
{
    return device->vector >= 16 ? 16 : 8;
}

size_t egad_device_wide(const egad_device *device, size_t columns)
{
    enum { WIDE = 4 };
    return columns % (WIDE * egad_device_vector(device)) == 0 ? WIDE : 1;
}

egad_status egad_device_finish(egad_device *device)
{
    egad_status status = EGAD_OK;
    CL(clFinish(device->queue));
done:
    return status;
}

double egad_device_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
