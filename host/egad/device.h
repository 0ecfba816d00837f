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
    int platform_index, device_index; /* how --device names it: "0:1" */
    char platform[128], name[128];
    char type[16];      /* "CPU", "GPU", "accelerator", "custom" */
    char driver[128];   /* driver version */
    char opencl_c[128]; /* OpenCL C version */
    uint64_t memory;    /* bytes of global memory */
    uint64_t largest;   /* bytes of the largest single allocation */
    unsigned units;     /* compute units */
    int chosen;         /* 1: what egad_device_new(choice) would take */
} egad_device_info;

/* All OpenCL devices, and in `chosen` which one `choice` picks (see egad_device_new).
 * `*list` holds `*n` entries, freed with free().  No device at all is a failure; a choice
 * that matches none is not: nothing is marked. */
EGAD_API egad_status egad_device_list(egad_device_info **list, size_t *n,
                                      const char *choice);

/* Open a device.  `choice`: "platform:device" by index, or a word that its name,
 * platform or type contains (case does not matter); NULL: what the environment variable
 * EGAD_DEVICE holds, else the first GPU, else the first device.  If none matches, it
 * fails with status DEVICE, and the text lists what there is. */
EGAD_API egad_status egad_device_new(egad_device **out, const char *choice);
EGAD_API void egad_device_free(egad_device *device);
EGAD_API const egad_device_info *egad_device_describe(const egad_device *device);

#ifdef __cplusplus
}
#endif
#endif
