/* Compiles the embedded kernel sources.  Each program is compiled once per device and set
 * of options and kept in memory; drivers cache on disk themselves. */
#ifndef EGAD_PROGRAM_H
#define EGAD_PROGRAM_H

#include "device.h"

/* The sources in cl/, embedded by cl/embed.cmake. */
extern const char egad_cl_adam[], egad_cl_batch[], egad_cl_batchnorm[], egad_cl_conv2d[],
    egad_cl_density[], egad_cl_fft[], egad_cl_function[], egad_cl_gemm[],
    egad_cl_conv2d_compose[], egad_cl_loss[], egad_cl_mlp[], egad_cl_mlp_group[],
    egad_cl_mixture[], egad_cl_neighbours[], egad_cl_patches[], egad_cl_peak[],
    egad_cl_pointwise[], egad_cl_radial[], egad_cl_spectral[], egad_cl_terms[],
    egad_cl_tiles[];

/* Create the kernel `name` of `source` built with `options`; the caller releases it.
 * EGAD_BUILD: the message holds the first error of the compiler's log. */
egad_status egad_program_kernel(cl_kernel *out, egad_device *device, const char *source,
                                const char *options, const char *name);

#endif
