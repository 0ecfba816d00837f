/* Philox on the host, by Random123 (the only file that includes it). */
#include "rng.h"

#include "../cl/shared.h"
#include <Random123/philox.h>

void egad_rng_bits(uint64_t seed, const uint32_t counter[4], uint32_t out[4])
{
    const philox4x32_ctr_t c = { { counter[0], counter[1], counter[2], counter[3] } };
    const philox4x32_key_t k = { { (uint32_t)seed, (uint32_t)(seed >> 32) } };
    const philox4x32_ctr_t r = philox4x32(c, k);
    for (int i = 0; i < 4; i++)
        out[i] = r.v[i];
}

void egad_rng_uniform(uint64_t seed, uint32_t tensor, float limit, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t counter[4] = { (uint32_t)(i / 4), tensor, 0, STREAM_WEIGHTS };
        uint32_t bits[4];
        egad_rng_bits(seed, counter, bits);
        const float u = ((float)(bits[i % 4] >> 9) + 0.5f) * 0x1p-23f;
        out[i] = (2.0f * u - 1.0f) * limit;
    }
}
