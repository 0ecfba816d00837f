/* An open OpenCL device: its context, queue and properties. */
#ifndef EGAD_DEVICE_H
#define EGAD_DEVICE_H

#include "base/status.h"
#include <CL/cl.h>
#include <string.h>

/* A compiled program, in a list that program.c extends and egad_device_free frees. */
typedef struct egad_program {
    const char *source; /* the embedded source, compared by address */
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
    int cpu;                /* CL_DEVICE_TYPE_CPU; kernels are chosen by this, not by
                             * vendor */
    size_t vector;          /* native vector width in floats, at least 1 */
    size_t group;           /* most work-items of a group */
    size_t local;           /* bytes of local memory per group */
    char gemm[16];          /* engine requested by EGAD_GEMM, or "" */
    char conv[16];          /* engine requested by EGAD_CONV, or "" */
    char blas[16];          /* parameter set that CLBlast uses now, or "" */
    egad_tuning *tuning;    /* owned; NULL: not read yet (tune.c) */
    void (*free_tuning)(egad_tuning *tuning); /* set by tune.c, with `tuning` */
    egad_tuning *seen;   /* records the matrix products appended to plans; NULL: off */
    void (*leave)(void); /* tells fft.c that the device closes; NULL: unused */
    struct {
        cl_mem mem; /* pinned host memory that the device reads directly */
        char *at;   /* the mapped pieces; NULL: not allocated */
        cl_event busy[EGAD_DEVICE_PIECES]; /* copies in flight; NULL: piece is free */
        int tried, next;
    } stage; /* for host-to-device copies (tensor.c) */
    egad_program *programs;
};

/* Floats in a vector of egad's kernels for CPU devices, 8 or 16; a panel of a packed
 * matrix is two vectors wide. */
size_t egad_device_vector(const egad_device *device);
/* Vectors of a matrix row of `columns` floats that one work-item of a CPU device
 * processes; it walks down the rows, so that each is read as a stream. */
size_t egad_device_wide(const egad_device *device, size_t columns);

/* What to do where PoCL cannot keep compiled programs, for the end of a message. */
#define EGAD_DEVICE_FOLDER "set HOME or POCL_CACHE_DIR to a folder that it can write to"

/* Wait until all enqueued commands have finished. */
egad_status egad_device_finish(egad_device *device);

/* Monotonic time in seconds. */
double egad_device_clock(void);

/* The name of an OpenCL error code, "CL_OUT_OF_RESOURCES". */
const char *egad_device_error(cl_int code);

/* If an OpenCL call failed, fail with EGAD_OPENCL; `what` says what was being done.  CL()
 * reports the called function's name. */
#define CL(call) CL_CHECK((call), #call, "")
#define CL_CHECK(code, text, what)                                                       \
    do {                                                                                 \
        const cl_int cl_code = (code);                                                   \
        if (cl_code != CL_SUCCESS)                                                       \
            FAIL(OPENCL, "OpenCL: %s in %.*s%s", egad_device_error(cl_code),             \
                 (int)strcspn(text, "("), text, what);                                   \
    } while (0)

#endif
