/* Random numbers as functions of where they are used: the host's half of cl/rng.h, which
 * gives the same bits.  Nothing here has a state. */
#ifndef EGAD_RNG_H
#define EGAD_RNG_H

#include "base/status.h"

/* Philox4x32-10 of a seed and a counter. */
void egad_rng_bits(uint64_t seed, const uint32_t counter[4], uint32_t out[4]);

/* out[i] uniform in (-limit, limit), i < n: the stream of `tensor` of initial weights. */
void egad_rng_uniform(uint64_t seed, uint32_t tensor, float limit, size_t n, float *out);
/* out[i] normal with mean 0 and this deviation, by Box and Muller, of the same stream. */
void egad_rng_normal(uint64_t seed, uint32_t tensor, float deviation, size_t n,
                     float *out);

/* out[j] normal with mean 0 and deviation 1, j < n: column j of row `row` as the device's
 * batch_noise draws it at iteration `step`, but that this computes in double. */
void egad_rng_noise(uint64_t seed, uint32_t row, uint32_t step, uint32_t stream, size_t n,
                    float *out);

#endif
