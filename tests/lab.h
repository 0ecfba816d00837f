/* What the checks of operators share: one device, tensors with guarded surroundings, a
 * plan, and the comparison with the truth.  All but the device ends with the test. */
#ifndef EGAD_LAB_H
#define EGAD_LAB_H

#include "ops/ops.h"
#include "support.h"
#include "tolerance.h"

extern egad_device *lab; /* set by lab_main */

/* Open the device, run the suite, close it: the exit status, 77 without a device. */
int lab_main(Suite *suite);

/* Set-up and tear-down of every test: the first undoes what a test changed in the
 * device (its kind, its engine), the second frees all that came from below. */
void lab_begin(void);
void lab_end(void);

/* Run as on another kind of device: with the groups of a GPU (work-groups of 32 and 64
 * items), or of a CPU (of one). */
void lab_pretend(int cpu);
/* Run dense networks in one launch: of a CPU, or as on a GPU of few units or of many. */
enum { LAB_CPU, LAB_FEW, LAB_MANY, LAB_KINDS };
void lab_one_launch(int kind);
void lab_engine(const char *name);
void lab_convolution(const char *name); /* EGAD_CONV */

/* Zeroed arrays, and numbers in (-limit, limit) that only `key` decides. */
float *lab_floats(size_t n);
double *lab_doubles(size_t n);
float *lab_uniform(size_t n, unsigned key, float limit);
double *lab_widen(const float *from, size_t n);

#define LAB_MARK (-12345.678f) /* of elements that nothing was written to */
/* A tensor with these values (NULL: LAB_MARK).  strided: it is a view into a larger one,
 * whose other elements are NaN, so that a kernel that lets them into a result is seen. */
egad_tensor lab_tensor(size_t n, size_t c, int strided, const float *values);
float *lab_read(egad_tensor t);
/* The surroundings of all tensors are as they were. */
void lab_guard(void);

/* A clock that stands at `step`, and random numbers by it. */
egad_random lab_random(uint64_t seed, uint32_t step);

/* An empty plan; run it, wait, and look at the surroundings of all tensors. */
egad_plan *lab_plan(void);
void lab_run(egad_plan *plan);

/* got is near want, element by element; NaN equals NaN. */
void lab_near(tolerance which, const char *what, const float *got, const double *want,
              size_t n);
/* Likewise, where the size that errors are held against is known beforehand: no smaller
 * than `size`, whatever the table's floor. */
void lab_near_size(tolerance which, const char *what, const float *got,
                   const double *want, size_t n, double size);
/* The same bits. */
void lab_same(const char *what, const float *a, const float *b, size_t n);

#endif
