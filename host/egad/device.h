/* OpenCL devices. */
#ifndef EGAD_DEVICE_PUBLIC_H
#define EGAD_DEVICE_PUBLIC_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Devices ------------------------------------------------------------ */

typedef struct egad_device egad_device;

typedef struct {
    int platform_index, device_index; /* as in --device "0:1" */
    char platform[128], name[128];
    char type[16];      /* "CPU", "GPU", "accelerator", "custom" */
    char driver[128];   /* driver version */
    char opencl_c[128]; /* OpenCL C version */
    uint64_t memory;    /* bytes of global memory */
    uint64_t largest;   /* bytes of the largest single allocation */
    unsigned units;     /* compute units */
    int chosen;         /* 1: egad_device_new(choice) would open it */
} egad_device_info;

/* List all OpenCL devices; `chosen` marks the one that `choice` selects (see
 * egad_device_new).  `*list` holds `*n` entries, freed with free().  Fails if there is no
 * device at all; if `choice` matches none, no entry is marked. */
EGAD_API egad_status egad_device_list(egad_device_info **list, size_t *n,
                                      const char *choice);

/* Open a device.  `choice`: "platform:device" by index, or part of its name, platform or
 * type (case is ignored); NULL: the value of the environment variable EGAD_DEVICE, else
 * the first GPU, else the first device.  Fails with status EGAD_DEVICE if none matches;
 * the message lists the available devices. */
EGAD_API egad_status egad_device_new(egad_device **out, const char *choice);
EGAD_API void egad_device_free(egad_device *device);
EGAD_API const egad_device_info *egad_device_describe(const egad_device *device);

#ifdef __cplusplus
}
#endif
#endif
