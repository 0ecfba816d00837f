/* Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers:
 * as easy as 1, 2, 3", 2011) of a key, the seed, and a counter: element, iteration,
 * purpose.  host/device/rng.c is the host's version; both give the same bits, and
 * tests/device/check_rng.c compares them with the published test vectors.
 *
 * A counter is four words c0..c3 in scope: uint, or vectors of them where vector.h was
 * included before. */

#define PHILOX_ROUND(UINT, MULTIPLY)                                                     \
    {                                                                                    \
        UINT h0, h1;                                                                     \
        MULTIPLY(h0, c0, 0xD2511F53u)                                                    \
        MULTIPLY(h1, c2, 0xCD9E8D57u)                                                    \
        const UINT l0 = c0 * 0xD2511F53u, l1 = c2 * 0xCD9E8D57u;                         \
        c0 = h1 ^ c1 ^ (UINT)(k0);                                                       \
        c2 = h0 ^ c3 ^ (UINT)(k1);                                                       \
        c1 = l1;                                                                         \
        c3 = l0;                                                                         \
        k0 += 0x9E3779B9u;                                                               \
        k1 += 0xBB67AE85u;                                                               \
    }
#define PHILOX_ROUNDS(UINT, MULTIPLY, key0, key1)                                        \
    {                                                                                    \
        uint k0 = (key0), k1 = (key1);                                                   \
        for (int round = 0; round < 10; round++)                                         \
            PHILOX_ROUND(UINT, MULTIPLY)                                                 \
    }

/* The upper words of products; for vectors with 64 bits and every second lane at a time,
 * because mul_hi of vectors is slow on CPUs. */
#define PHILOX_UPPER(h, c, m) h = mul_hi(c, m);
#define PHILOX_UPPERV(h, c, m)                                                           \
    {                                                                                    \
        const ULONGV lower = (AS_ULONGV(c) & 0xFFFFFFFFul) * (ulong)(m);                 \
        const ULONGV upper = (AS_ULONGV(c) >> 32) * (ulong)(m);                          \
        h = AS_UINTV((lower >> 32) | (upper & 0xFFFFFFFF00000000ul));                    \
    }

/* Replace the counter by its random bits. */
#define PHILOX(key0, key1) PHILOX_ROUNDS(uint, PHILOX_UPPER, key0, key1)
#define PHILOXV(key0, key1) PHILOX_ROUNDS(UINTV, PHILOX_UPPERV, key0, key1)

/* Uniform in (0, 1): the middle of one of 2^23 intervals, so never 0 or 1. */
#define UNIFORM(bits) (((float)((bits) >> 9) + 0.5f) * 0x1p-23f)

/* 1 if dropout with probability `dropout` drops unit `column` of `row` at iteration
 * `clock`.  The four outputs of a counter are rows 2i, 2i + 1 and columns j, j + 16 of
 * 32. */
static inline int drops(const int row, const int column, const float dropout,
                        const uint clock, const uint stream, const uint key0,
                        const uint key1)
{
    uint c0 = (uint)(column / 32 * 16 + column % 16), c1 = (uint)row / 2;
    uint c2 = clock, c3 = stream;
    PHILOX(key0, key1)
    const uint upper = column / 16 % 2 ? c1 : c0, lower = column / 16 % 2 ? c3 : c2;
    return (row % 2 ? lower : upper) < (uint)(dropout * 4294967296.0f);
}
