/* What egad tune has measured, as a file keeps it and gemm.c goes by it.  The measuring
 * itself is in tune_run.c. */
#ifndef EGAD_TUNE_H
#define EGAD_TUNE_H

#include "device.h"

/* What is known of this device, read from the file when it is first asked for; never
 * NULL: where there is no file, or none that can be used, it is empty. */
const egad_tuning *egad_tune_of(egad_device *device);

/* The entry of C (M, N) = op(A) op(B) over K, or NULL. */
const egad_tuned *egad_tune_find(const egad_tuning *tuning, size_t M, size_t N, size_t K,
                                 int transposed_a, int transposed_b);

/* The same, made anew where there is none. */
egad_status egad_tune_entry(egad_tuned **out, egad_tuning *tuning, size_t M, size_t N,
                            size_t K, int transposed_a, int transposed_b);

/* What the file says of a device; empty where there is no file, or nothing of it.
 * EGAD_FILE or EGAD_FORMAT where there is one that cannot be used. */
egad_status egad_tune_read(egad_tuning **out, const egad_device_info *device);

#endif
