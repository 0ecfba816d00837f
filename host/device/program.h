/* Embedded kernel sources -> kernels.  Programs are compiled once per device and set of
 * options, and remembered in memory; drivers have disk caches of their own. */
#ifndef EGAD_PROGRAM_H
#define EGAD_PROGRAM_H

#include "device.h"

/* The texts of cl/ (see cl/embed.cmake). */
extern const char egad_cl_adam[], egad_cl_batch[], egad_cl_batchnorm[], egad_cl_conv2d[],
    egad_cl_fft[], egad_cl_gemm[], egad_cl_conv2d_compose[], egad_cl_loss[],
    egad_cl_mlp[], egad_cl_mlp_group[], egad_cl_neighbours[], egad_cl_patches[],
    egad_cl_peak[], egad_cl_pointwise[], egad_cl_terms[], egad_cl_tiles[];

/* A new kernel object `name` of `source` built with `options`; the caller releases it.
 * EGAD_BUILD carries the first line of the compiler's log. */
egad_status egad_program_kernel(cl_kernel *out, egad_device *device, const char *source,
                                const char *options, const char *name);

#endif
