/* Permutations of NumPy's legacy generator, which made the published splits. */
#include "io.h"

enum { N = EGAD_PERMUTATION_STATE, M = 397 };

/* Matsumoto and Nishimura 1998, initialised as in their code of 2002. */
void egad_permutation_seed(egad_permutation *t, uint32_t seed)
{
    t->state[0] = seed;
    for (uint32_t i = 1; i < N; i++)
        t->state[i] = 1812433253u * (t->state[i - 1] ^ (t->state[i - 1] >> 30)) + i;
    t->next = N;
}

static uint32_t draw(egad_permutation *t)
{
    if (t->next == N) {
        for (int i = 0; i < N; i++) {
            uint32_t y =
                (t->state[i] & 0x80000000u) | (t->state[(i + 1) % N] & 0x7fffffffu);
            t->state[i] = t->state[(i + M) % N] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
        }
        t->next = 0;
    }
    uint32_t y = t->state[t->next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

void egad_permutation_draw(egad_permutation *t, size_t n, uint32_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)i;
    for (size_t i = n; i-- > 1;) {
        uint32_t mask = (uint32_t)i, j;
        for (int shift = 1; shift < 32; shift *= 2)
            mask |= mask >> shift;
        do
            j = draw(t) & mask;
        while (j > i);
        uint32_t swap = out[i];
        out[i] = out[j];
        out[j] = swap;
    }
}

void egad_permutation_legacy(uint32_t seed, size_t n, uint32_t *out)
{
    egad_permutation t;

    egad_permutation_seed(&t, seed);
    egad_permutation_draw(&t, n, out);
}
