/* An open OpenCL device: context, queue, what it can do. */
#ifndef EGAD_DEVICE_H
#define EGAD_DEVICE_H

#include "base/status.h"
#include <CL/cl.h>
#include <string.h>

/* One compiled program; program.c fills the list, egad_device_free empties it. */
typedef struct egad_program {
    const char *source; /* identity of the embedded text */
    char *options;
    cl_program program;
    struct egad_program *next;
} egad_program;

enum { EGAD_DEVICE_PIECES = 8 };

struct egad_device {
    egad_device_info info;
    cl_device_id id;
    cl_context context;
    cl_command_queue queue; /* in order */
    int cpu;             /* CL_DEVICE_TYPE_CPU: choose kernels by this, not by vendor */
    size_t vector;       /* native width in floats, at least 1 */
    size_t group;        /* the most work-items of a group */
    size_t local;        /* bytes of its local memory */
    char gemm[16];       /* engine that EGAD_GEMM asks for, or "" */
    char conv[16];       /* and EGAD_CONV */
    char blas[16];       /* the set of parameters that CLBlast has been given, or "" */
    egad_tuning *tuning; /* of tune.c; NULL: not read yet */
    void (*free_tuning)(egad_tuning *tuning); /* of tune.c, which sets both */
    egad_tuning *seen;   /* products that are appended are noted here; NULL: are not */
    void (*leave)(void); /* tells fft.c that the device closes, if it has used it */
    struct {
        cl_mem mem; /* of the host's memory, which the device reads by itself */
        char *at;   /* its pieces; NULL: not there */
        cl_event busy[EGAD_DEVICE_PIECES]; /* one is being read; NULL: is not */
        int tried, next;
    } stage; /* of tensor.c */
    egad_program *programs;
};

/* Floats in a vector of our kernels for CPU devices, 8 or 16; two vectors make a panel of
 * a packed matrix. */
size_t egad_device_vector(const egad_device *device);
/* How many such vectors an item of a CPU device takes of each row of a matrix with so
 * many columns, which it goes through row by row: rows are then read as streams. */
size_t egad_device_wide(const egad_device *device, size_t columns);

/* What PoCL does not work without, for the end of a message. */
#define EGAD_DEVICE_FOLDER                                                               \
    "needs a folder that it can write to: HOME or POCL_CACHE_DIR names it"

/* Wait until everything in the queue is done. */
egad_status egad_device_finish(egad_device *device);

/* Seconds, monotonic: for what is timed. */
double egad_device_clock(void);

/* The name of an OpenCL error code, "CL_OUT_OF_RESOURCES". */
const char *egad_device_error(cl_int code);

/* Leave with EGAD_OPENCL if an OpenCL call failed; `what` says what was being done.  Of a
 * call its name is enough. */
#define CL(call) CL_CHECK((call), #call, "")
#define CL_CHECK(code, text, what)                                                       \
    do {                                                                                 \
        const cl_int cl_code = (code);                                                   \
        if (cl_code != CL_SUCCESS)                                                       \
            FAIL(OPENCL, "OpenCL: %s in %.*s%s", egad_device_error(cl_code),             \
                 (int)strcspn(text, "("), text, what);                                   \
    } while (0)

#endif
