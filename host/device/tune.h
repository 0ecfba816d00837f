/* The measurements of `egad tune`: the tuning file, and the entries by which gemm.c
 * chooses its engine.  tune_run.c measures. */
#ifndef EGAD_TUNE_H
#define EGAD_TUNE_H

#include "device.h"

/* The tuning of this device, read from the file on first use and owned by the device.
 * Never NULL; empty if the file is missing or unusable. */
const egad_tuning *egad_tune_of(egad_device *device);

/* The entry of the product C (M, N) = op(A) op(B), summed over K; NULL if there is
 * none. */
const egad_tuned *egad_tune_find(const egad_tuning *tuning, size_t M, size_t N, size_t K,
                                 int transposed_a, int transposed_b);

/* The same, but a missing entry is created.  *out belongs to `tuning` and is valid until
 * the next entry is created. */
egad_status egad_tune_entry(egad_tuned **out, egad_tuning *tuning, size_t M, size_t N,
                            size_t K, int transposed_a, int transposed_b);

/* Read a device's tuning from the file; empty if the file or the device's entry is
 * missing.  EGAD_FILE or EGAD_FORMAT if the file is unusable.  The caller frees *out with
 * egad_tune_free. */
egad_status egad_tune_read(egad_tuning **out, const egad_device_info *device);

#endif
