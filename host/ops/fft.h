/* Transforms of planes, by clFFT: (H, W) arrays of complex numbers, row after row, real
 * part first, egad_fft_distance of them from one plane to the next. */
#ifndef EGAD_FFT_H
#define EGAD_FFT_H

#include "device/plan.h"

/* The shortest side, `least` or more, that is fast to transform: even, of factors 2,
 * 3, 5. */
size_t egad_fft_side(size_t least);
/* 1 if a side can be transformed at all: one of no prime factor above 13. */
int egad_fft_takes(size_t side);
/* Complex numbers from one plane to the next: a multiple of 8. */
size_t egad_fft_distance(size_t H, size_t W);

/* Operations of the transform of one plane. */
double egad_fft_flops(size_t H, size_t W);

/* The transform of n planes in place, prepared; it lives as long as the plan. */
typedef struct {
    size_t handle;
    size_t work;         /* floats of memory that it needs to work in, perhaps 0 */
    double flops, bytes; /* of all planes, for profiles */
} egad_fft;

/* Seconds on a device that has not yet compiled one of these sides. */
egad_status egad_fft_prepare(egad_fft *out, egad_plan *plan, size_t H, size_t W,
                             size_t n);

/* Append it, or its inverse, which divides by H W.  Buffers: from their beginning. */
egad_status egad_fft_append(egad_plan *plan, const char *label, egad_fft fft,
                            cl_mem planes, cl_mem work, int inverse);

#endif
