/* Random numbers as functions of where they are used: Philox4x32-10 (Salmon et al.,
 * "Parallel random numbers: as easy as 1, 2, 3", 2011) of a key, the seed, and a counter:
 * which element, which iteration, what for.  host/rng.c is the host's half; both give the
 * same bits, and tests/check_rng.c holds them to the published known answers.
 *
 * Include after defining nothing; UINT may be a scalar or a vector type. */

#define PHILOX_ROUND(UINT)                                                               \
    {                                                                                    \
        const UINT h0 = mul_hi(c0, (UINT)(0xD2511F53u)), l0 = c0 * (UINT)(0xD2511F53u);  \
        const UINT h1 = mul_hi(c2, (UINT)(0xCD9E8D57u)), l1 = c2 * (UINT)(0xCD9E8D57u);  \
        c0 = h1 ^ c1 ^ (UINT)(k0);                                                       \
        c2 = h0 ^ c3 ^ (UINT)(k1);                                                       \
        c1 = l1;                                                                         \
        c3 = l0;                                                                         \
        k0 += 0x9E3779B9u;                                                               \
        k1 += 0xBB67AE85u;                                                               \
    }

/* Replace the counter c0..c3 (each a UINT in scope) by its random bits. */
#define PHILOX(UINT, key0, key1)                                                         \
    {                                                                                    \
        uint k0 = (key0), k1 = (key1);                                                   \
        for (int round = 0; round < 10; round++)                                         \
            PHILOX_ROUND(UINT)                                                           \
    }

/* Uniform in (0, 1): the middle of one of 2^23 intervals, so never 0 or 1. */
#define UNIFORM(bits) (((float)((bits) >> 9) + 0.5f) * 0x1p-23f)
