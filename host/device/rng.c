/* Philox on the host, from Random123.  The only file that includes it. */
#include "rng.h"

#include "cl/shared.h"
#include <math.h>
#include <Random123/philox.h>

void egad_rng_bits(uint64_t seed, const uint32_t counter[4], uint32_t out[4])
{
    const philox4x32_ctr_t c = { { counter[0], counter[1], counter[2], counter[3] } };
    const philox4x32_key_t k = { { (uint32_t)seed, (uint32_t)(seed >> 32) } };
    const philox4x32_ctr_t r = philox4x32(c, k);
    for (int i = 0; i < 4; i++)
        out[i] = r.v[i];
}

/* Map random bits to (0, 1). */
static double unit(uint32_t bits)
{
    return ((double)(bits >> 9) + 0.5) * 0x1p-23;
}

static void weight_bits(uint64_t seed, uint32_t tensor, size_t i, uint32_t bits[4])
{
    const uint32_t counter[4] = { (uint32_t)(i / 4), tensor, 0, STREAM_WEIGHTS };
    egad_rng_bits(seed, counter, bits);
}

void egad_rng_uniform(uint64_t seed, uint32_t tensor, float limit, size_t n, float *out)
{
    uint32_t bits[4];
    for (size_t i = 0; i < n; i++) {
        if (i % 4 == 0)
            weight_bits(seed, tensor, i, bits);
        out[i] = (2.0f * (float)unit(bits[i % 4]) - 1.0f) * limit;
    }
}

/* Number i % 4 of the four normal numbers that Box-Muller makes of `bits`. */
static float normal(const uint32_t bits[4], size_t i)
{
    const uint32_t *pair = bits + i % 4 / 2 * 2;
    const double radius = sqrt(-2.0 * log(unit(pair[0])));
    const double angle = 2.0 * acos(-1.0) * unit(pair[1]);
    return (float)(radius * (i % 2 ? sin(angle) : cos(angle)));
}

void egad_rng_normal(uint64_t seed, uint32_t tensor, float deviation, size_t n,
                     float *out)
{
    uint32_t bits[4];
    for (size_t i = 0; i < n; i++) {
        if (i % 4 == 0)
            weight_bits(seed, tensor, i, bits);
        out[i] = deviation * normal(bits, i);
    }
}

void egad_rng_noise(uint64_t seed, uint32_t row, uint32_t step, uint32_t stream, size_t n,
                    float *out)
{
    uint32_t bits[4];
    for (size_t j = 0; j < n; j++) {
        const uint32_t counter[4] = { (uint32_t)(j / 4), row, step, stream };
        if (j % 4 == 0)
            egad_rng_bits(seed, counter, bits);
        out[j] = normal(bits, j);
    }
}
