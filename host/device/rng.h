/* Counter-based random numbers, without state: the host's counterpart of cl/rng.h, with
 * the same bits. */
#ifndef EGAD_RNG_H
#define EGAD_RNG_H

#include "base/status.h"

/* Philox4x32-10: four random words of a seed and a counter. */
void egad_rng_bits(uint64_t seed, const uint32_t counter[4], uint32_t out[4]);

/* out[i] uniform in (-limit, limit), i < n: initial weights of tensor number `tensor`. */
void egad_rng_uniform(uint64_t seed, uint32_t tensor, float limit, size_t n, float *out);
/* out[i] normal with mean 0 and standard deviation `deviation`, from the same stream by
 * Box-Muller. */
void egad_rng_normal(uint64_t seed, uint32_t tensor, float deviation, size_t n,
                     float *out);

/* out[j] standard normal, j < n: row `row` of the noise that the kernel batch_noise draws
 * at iteration `step`.  Computed in double, so that the values differ by rounding. */
void egad_rng_noise(uint64_t seed, uint32_t row, uint32_t step, uint32_t stream, size_t n,
                    float *out);

#endif
