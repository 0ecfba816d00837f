/* Fourier transforms of planes, by clFFT: (H, W) arrays of complex numbers, row by row,
 * real part first; planes are egad_fft_distance complex numbers apart. */
#ifndef EGAD_FFT_H
#define EGAD_FFT_H

#include "device/plan.h"

/* The shortest side >= `least` that transforms fast: even, with prime factors 2, 3, 5
 * only. */
size_t egad_fft_side(size_t least);
/* 1 if a side can be transformed: no prime factor above 13. */
int egad_fft_takes(size_t side);
/* Distance between planes in complex numbers: a multiple of 8. */
size_t egad_fft_distance(size_t H, size_t W);

/* Floating-point operations per plane. */
double egad_fft_flops(size_t H, size_t W);

/* A prepared in-place transform of n planes; must live as long as the plan. */
typedef struct {
    size_t handle;
    size_t work;         /* floats of scratch memory, may be 0 */
    double flops, bytes; /* of all planes, for profiles */
} egad_fft;

/* Takes seconds on a device that must compile a side first. */
egad_status egad_fft_prepare(egad_fft *out, egad_plan *plan, size_t H, size_t W,
                             size_t n);

/* Append it, or its inverse, which divides by H W.  Buffers are used from their start. */
egad_status egad_fft_append(egad_plan *plan, const char *label, egad_fft fft,
                            cl_mem planes, cl_mem work, int inverse);

#endif
