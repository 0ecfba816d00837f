/* Shared by the checks of operators: one device, tensors with guards, a plan, and
 * comparison with the reference.  All but the device are freed after each test. */
#ifndef EGAD_LAB_H
#define EGAD_LAB_H

#include "ops/ops.h"
#include "paper.h"
#include "support.h"
#include "tolerance.h"

extern egad_device *lab; /* set by lab_main */

/* Open the device, run the suite, close it; returns the status, 77 without a device. */
int lab_main(Suite *suite);

/* Set-up and tear-down of every test: the first resets the device's kind and engine, the
 * second frees everything allocated by the functions below. */
void lab_begin(void);
void lab_end(void);

/* Pretend to be a GPU (work-groups of 32 and 64 items) or a CPU (work-groups of one). */
void lab_pretend(int cpu);
/* Run dense networks in one launch: as on a CPU, a GPU of few units, or one of many. */
enum { LAB_CPU, LAB_FEW, LAB_MANY, LAB_KINDS };
void lab_one_launch(int kind);
void lab_engine(const char *name);
void lab_convolution(const char *name); /* EGAD_CONV */

/* Zeroed arrays; numbers in (-limit, limit) that depend only on `key`. */
float *lab_floats(size_t n);
double *lab_doubles(size_t n);
float *lab_uniform(size_t n, unsigned key, float limit);
double *lab_widen(const float *from, size_t n);

#define LAB_MARK (-12345.678f) /* value of elements not yet written */
/* A tensor with these values (NULL: LAB_MARK).  strided: a view into a larger one whose
 * other elements are NaN, which shows if a kernel uses them. */
egad_tensor lab_tensor(size_t n, size_t c, int strided, const float *values);
float *lab_read(egad_tensor t);
/* Check that the guards of all tensors are unchanged. */
void lab_guard(void);

/* A clock at `step`, and random numbers of that step. */
egad_random lab_random(uint64_t seed, uint32_t step);

/* An empty plan; run it, wait, and check the guards of all tensors. */
egad_plan *lab_plan(void);
void lab_run(egad_plan *plan);

/* Loops over elements abort where one is wrong, because Check writes to a file at every
 * assertion, which takes longer than most of what is checked.
 *
 * got is near want, element by element; NaN equals NaN. */
void lab_near(tolerance which, const char *what, const float *got, const double *want,
              size_t n);
/* Likewise, with a known scale for errors: at least `size`, whatever the table's
 * floor. */
void lab_near_size(tolerance which, const char *what, const float *got,
                   const double *want, size_t n, double size);
/* Check that the bits are equal. */
void lab_same(const char *what, const float *a, const float *b, size_t n);
/* The same for two detectors of one model: weights, averages, moments and moving
 * statistics. */
void lab_same_networks(const egad_detector *a, const egad_detector *b);

#endif
