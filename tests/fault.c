/* Injects faults: preloaded into a program, it makes one call of OpenCL or the C library,
 * or all calls from one on, fail (tests/cli/device/fault_*.cmd).
 *
 *   FAULT_IN    cl: all OpenCL calls of egad, CLBlast and clFFT that may fail (that is,
 *               all but releases); io: calls that open, write, flush or rename files
 *               whose names do not begin with /
 *   FAULT_AT    number of the call that fails, from 1; 0 or absent: none
 *   FAULT_CODE  the error code of that call: of OpenCL, or errno
 *   FAULT_ON    if set, all later calls fail too (device lost, disk full)
 *   FAULT_LOG   receives, at the end, the number of calls, the number of OpenCL
 *               objects left unreleased, and the name of the first call that failed
 */
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 120
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long calls, objects;
static const char *failed = "none";

/* 1 if this call, of kind `in`, must fail. */
static int is_due(const char *in, const char *name)
{
    const char *kind = getenv("FAULT_IN"), *at = getenv("FAULT_AT");

    if (!kind || strcmp(kind, in) != 0)
        return 0;
    const long due = at ? atol(at) : 0, n = atomic_fetch_add(&calls, 1) + 1;
    if (due == n)
        failed = name;
    return due > 0 && (n == due || (n > due && getenv("FAULT_ON")));
}

static int code(void)
{
    const char *text = getenv("FAULT_CODE");
    return text ? atoi(text) : -1;
}

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (!function)
        abort();
    return function;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("FAULT_LOG");
    const int file = path ? creat(path, 0666) : -1;

    if (file < 0)
        return;
    dprintf(file, "%ld %ld %s\n", atomic_load(&calls), atomic_load(&objects), failed);
    close(file);
}

/* ---- Files --------------------------------------------------------------- */

enum { FILES = 1024 };
static char watched[FILES]; /* by file descriptor */

static int io_fails(const char *name)
{
    if (!is_due("io", name))
        return 0;
    errno = code();
    return 1;
}

static void watch(int file, const char *path)
{
    if (file >= 0 && file < FILES)
        watched[file] = *path != '/';
}

static int is_watched(int file)
{
    return file >= 0 && file < FILES && watched[file];
}

int open(const char *path, int flags, ...)
{
    int (*function)(const char *, int, ...) = real("open");
    va_list more;

    if (*path != '/' && io_fails("open"))
        return -1;
    va_start(more, flags);
    const int file = function(path, flags, flags & O_CREAT ? va_arg(more, int) : 0);
    va_end(more);
    watch(file, path);
    return file;
}

/* Drivers look for settings files in the current folder; absent files are not counted. */
FILE *fopen(const char *path, const char *mode)
{
    FILE *(*function)(const char *, const char *) = real("fopen");
    const int fails_anyway = *mode == 'r' && access(path, F_OK) != 0;

    if (*path != '/' && !fails_anyway && io_fails("fopen"))
        return NULL;
    FILE *stream = function(path, mode);
    if (stream)
        watch(fileno(stream), path);
    return stream;
}

/* Half of the bytes are written first, as when a disk fills. */
ssize_t write(int file, const void *bytes, size_t n)
{
    ssize_t (*function)(int, const void *, size_t) = real("write");

    if (is_watched(file) && io_fails("write"))
        return -1;
    return function(file, bytes, is_watched(file) && n > 1 ? n / 2 : n);
}

int fsync(int file)
{
    int (*function)(int) = real("fsync");
    return is_watched(file) && io_fails("fsync") ? -1 : function(file);
}

int fflush(FILE *stream)
{
    int (*function)(FILE *) = real("fflush");
    return stream && is_watched(fileno(stream)) && io_fails("fflush") ? EOF
                                                                      : function(stream);
}

int close(int file)
{
    int (*function)(int) = real("close");
    watch(file, "/");
    return function(file);
}

int fclose(FILE *stream)
{
    int (*function)(FILE *) = real("fclose");
    const int fails = is_watched(fileno(stream)) && io_fails("fclose");

    watch(fileno(stream), "/");
    const int result = function(stream);
    if (fails)
        errno = code();
    return fails ? EOF : result;
}

int rename(const char *from, const char *to)
{
    int (*function)(const char *, const char *) = real("rename");
    return *from != '/' && io_fails("rename") ? -1 : function(from, to);
}

/* ---- OpenCL -------------------------------------------------------------- */

/* clang-format off */
#define UNPACK(...) __VA_ARGS__

/* A call that returns an error code. */
#define CALL(name, parameters, arguments)                                                \
    cl_int name(UNPACK parameters)                                                       \
    {                                                                                    \
        cl_int (*function)(UNPACK parameters) = real(#name);                             \
        return is_due("cl", #name) ? code() : function arguments;                              \
    }

/* A call that may create an event. */
#define ENQUEUE(name, parameters, arguments)                                             \
    cl_int name(UNPACK parameters, cl_uint n, const cl_event *wait, cl_event *event)     \
    {                                                                                    \
        cl_int (*function)(UNPACK parameters, cl_uint, const cl_event *, cl_event *) =   \
            real(#name);                                                                 \
        if (is_due("cl", #name))                                                               \
            return code();                                                               \
        const cl_int result = function(UNPACK arguments, n, wait, event);                \
        objects += event && result == CL_SUCCESS;                                        \
        return result;                                                                   \
    }

/* A call that creates an object. */
#define MAKE(type, name, parameters, arguments)                                          \
    type name(UNPACK parameters, cl_int *error)                                          \
    {                                                                                    \
        type (*function)(UNPACK parameters, cl_int *) = real(#name);                     \
        if (is_due("cl", #name)) {                                                             \
            if (error)                                                                   \
                *error = code();                                                         \
            return NULL;                                                                 \
        }                                                                                \
        const type object = function(UNPACK arguments, error);                           \
        objects += object != NULL;                                                       \
        return object;                                                                   \
    }

#define RELEASE(name, type)                                                              \
    cl_int name(type object)                                                             \
    {                                                                                    \
        cl_int (*function)(type) = real(#name);                                          \
        objects--;                                                                       \
        return function(object);                                                         \
    }

#define INFO(name, type, kind)                                                           \
    CALL(name, (type of, kind what, size_t size, void *value, size_t *needed),           \
         (of, what, size, value, needed))

CALL(clGetPlatformIDs, (cl_uint n, cl_platform_id *list, cl_uint *found), (n, list, found))
CALL(clGetDeviceIDs, (cl_platform_id p, cl_device_type type, cl_uint n, cl_device_id *list,
     cl_uint *found), (p, type, n, list, found))
INFO(clGetPlatformInfo, cl_platform_id, cl_platform_info)
INFO(clGetDeviceInfo, cl_device_id, cl_device_info)
INFO(clGetContextInfo, cl_context, cl_context_info)
INFO(clGetCommandQueueInfo, cl_command_queue, cl_command_queue_info)
INFO(clGetMemObjectInfo, cl_mem, cl_mem_info)
INFO(clGetProgramInfo, cl_program, cl_program_info)
CALL(clGetProgramBuildInfo, (cl_program p, cl_device_id d, cl_program_build_info what,
     size_t size, void *value, size_t *needed), (p, d, what, size, value, needed))
CALL(clGetKernelWorkGroupInfo, (cl_kernel k, cl_device_id d, cl_kernel_work_group_info what,
     size_t size, void *value, size_t *needed), (k, d, what, size, value, needed))
CALL(clBuildProgram, (cl_program p, cl_uint n, const cl_device_id *list, const char *options,
     void (CL_CALLBACK *notify)(cl_program, void *), void *data),
     (p, n, list, options, notify, data))
CALL(clSetKernelArg, (cl_kernel k, cl_uint i, size_t size, const void *value),
     (k, i, size, value))
CALL(clFinish, (cl_command_queue q), (q))
CALL(clWaitForEvents, (cl_uint n, const cl_event *list), (n, list))

ENQUEUE(clEnqueueNDRangeKernel, (cl_command_queue q, cl_kernel k, cl_uint dims,
        const size_t *offset, const size_t *global, const size_t *local),
        (q, k, dims, offset, global, local))
ENQUEUE(clEnqueueFillBuffer, (cl_command_queue q, cl_mem mem, const void *pattern, size_t wide,
        size_t offset, size_t size), (q, mem, pattern, wide, offset, size))
ENQUEUE(clEnqueueReadBuffer, (cl_command_queue q, cl_mem mem, cl_bool wait_for, size_t offset,
        size_t size, void *to), (q, mem, wait_for, offset, size, to))
ENQUEUE(clEnqueueWriteBuffer, (cl_command_queue q, cl_mem mem, cl_bool wait_for, size_t offset,
        size_t size, const void *from), (q, mem, wait_for, offset, size, from))
ENQUEUE(clEnqueueReadBufferRect, (cl_command_queue q, cl_mem mem, cl_bool wait_for,
        const size_t *there, const size_t *here, const size_t *region, size_t row, size_t slice,
        size_t to_row, size_t to_slice, void *to),
        (q, mem, wait_for, there, here, region, row, slice, to_row, to_slice, to))
ENQUEUE(clEnqueueWriteBufferRect, (cl_command_queue q, cl_mem mem, cl_bool wait_for,
        const size_t *there, const size_t *here, const size_t *region, size_t row, size_t slice,
        size_t from_row, size_t from_slice, const void *from),
        (q, mem, wait_for, there, here, region, row, slice, from_row, from_slice, from))
ENQUEUE(clEnqueueCopyBuffer, (cl_command_queue q, cl_mem from, cl_mem to, size_t there,
        size_t here, size_t size), (q, from, to, there, here, size))
ENQUEUE(clEnqueueCopyBufferRect, (cl_command_queue q, cl_mem from, cl_mem to,
        const size_t *there, const size_t *here, const size_t *region, size_t row, size_t slice,
        size_t to_row, size_t to_slice),
        (q, from, to, there, here, region, row, slice, to_row, to_slice))

MAKE(cl_context, clCreateContext, (const cl_context_properties *properties, cl_uint n,
     const cl_device_id *list, void (CL_CALLBACK *notify)(const char *, const void *, size_t,
     void *), void *data), (properties, n, list, notify, data))
MAKE(cl_command_queue, clCreateCommandQueue, (cl_context c, cl_device_id d,
     cl_command_queue_properties properties), (c, d, properties))
MAKE(cl_mem, clCreateBuffer, (cl_context c, cl_mem_flags flags, size_t size, void *host),
     (c, flags, size, host))
MAKE(cl_mem, clCreateSubBuffer, (cl_mem mem, cl_mem_flags flags, cl_buffer_create_type type,
     const void *region), (mem, flags, type, region))
MAKE(cl_program, clCreateProgramWithSource, (cl_context c, cl_uint n, const char **text,
     const size_t *size), (c, n, text, size))
MAKE(cl_program, clCreateProgramWithBinary, (cl_context c, cl_uint n, const cl_device_id *list,
     const size_t *size, const unsigned char **binary, cl_int *each),
     (c, n, list, size, binary, each))
MAKE(cl_kernel, clCreateKernel, (cl_program p, const char *name), (p, name))

RELEASE(clReleaseContext, cl_context)
RELEASE(clReleaseCommandQueue, cl_command_queue)
RELEASE(clReleaseMemObject, cl_mem)
RELEASE(clReleaseProgram, cl_program)
RELEASE(clReleaseKernel, cl_kernel)
RELEASE(clReleaseEvent, cl_event)

/* clFFT retains its context. */
cl_int clRetainContext(cl_context c)
{
    cl_int (*function)(cl_context) = real("clRetainContext");
    objects++;
    return function(c);
}
