/* Inputs of a training step: rows of the data in a new order every epoch, noise, and the
 * iteration counter that determines both.
 *
 * Host side: host/ops/batch.c.  Test: tests/ops/check_batch.c.  Build macros: WG, items
 * of a group. */
#include "shared.h"
#include "rng.h"

#ifndef WG
#error "batch.cl: build with -DWG=<work-group size>"
#endif

/* Element `at` of the permutation of n rows for (epoch, stream): a Feistel network of 2 x
 * width bits permutes [0, 4^width); applying it again while the value is n or more (on
 * average at most 4 times) restricts it to [0, n). */
static uint order(uint at, const uint n, const int width, const uint epoch,
                  const uint stream, const uint key0, const uint key1)
{
    const uint mask = (1u << width) - 1u;
    do {
        uint left = at >> width, right = at & mask;
        for (uint round = 0; round < 4; round++) {
            uint c0 = right, c1 = round, c2 = epoch, c3 = stream;
            PHILOX(key0, key1)
            const uint swap = left ^ (c0 & mask);
            left = right;
            right = swap;
        }
        at = (left << width) | right;
    } while (at >= n);
    return at;
}

/* x[i] = row order(step % per_epoch * N + i), i < N: a batch of an epoch's order, as far as
 * its rows are in data, which is rows first .. first + count of all `rows`.  data: (count,
 * C).  Groups: N, each WG items over the columns of one row. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batch_gather(__global float *restrict x_mem, const int x_at, const int ldx,
                  __global const float *restrict data, const int first, const int count,
                  const int rows, const int C, const int N, const int per_epoch, const int width,
                  __global const uint *restrict clock, const uint key0, const uint key1,
                  const uint stream)
{
    const uint i = (uint)get_group_id(0), step = clock[0];
    const uint at = step % (uint)per_epoch * (uint)N + i;
    const uint row = order(at, (uint)rows, width, step / (uint)per_epoch, stream, key0, key1);
    if (row - (uint)first >= (uint)count) /* also for a row before `first` */
        return;
    __global const float *from = data + (size_t)(row - (uint)first) * (size_t)C;
    __global float *x = x_mem + x_at + (int)i * ldx;
    for (int j = (int)get_local_id(0); j < C; j += WG)
        x[j] = from[j];
}

/* Four normal numbers of a counter, by Box and Muller. */
static float4 normal(const int four, const uint row, const uint step, const uint stream,
                     const uint key0, const uint key1)
{
    uint c0 = (uint)four, c1 = row, c2 = step, c3 = stream;
    PHILOX(key0, key1)
    const float r0 = sqrt(-2.0f * log(UNIFORM(c0))), r1 = sqrt(-2.0f * log(UNIFORM(c2)));
    const float t0 = 6.28318530717958648f * UNIFORM(c1);
    const float t1 = 6.28318530717958648f * UNIFORM(c3);
    return (float4)(r0 * cos(t0), r0 * sin(t0), r1 * cos(t1), r1 * sin(t1));
}

/* Load columns j .. j + 3 of a row of C, where they exist. */
static void put(const float4 v, __global float *row, const int j, const int C)
{
    const float part[4] = { v.x, v.y, v.z, v.w };
    for (int k = 0; k < 4 && j + k < C; k++)
        row[j + k] = part[k];
}

/* z ~ N(0, I), z: (N, C): a counter gives four neighbouring columns of a row.  Groups:
 * ceil(N * ceil(C / 4) / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batch_noise(__global float *restrict z_mem, const int z_at, const int ldz,
                 const int N, const int C, __global const uint *restrict clock,
                 const uint key0, const uint key1, const uint stream)
{
    const int fours = (C + 3) / 4;
    const int i = (int)get_global_id(0);
    if (i >= N * fours)
        return;
    put(normal(i % fours, (uint)(i / fours), clock[0], stream, key0, key1),
        z_mem + z_at + i / fours * ldz, i % fours * 4, C);
}

/* z: (N, C) from N(0, 1) truncated at 2 deviations: of 32 draws, the first within; none
 * is (1 in 10^42): 0.  rows: (N), row numbers, which replace the row of the batch in the
 * counter.  Groups: ceil(N * ceil(C / 4) / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batch_start(__global float *restrict z_mem, const int z_at, const int ldz,
                 __global const uint *restrict rows, const int N, const int C,
                 __global const uint *restrict clock, const uint key0, const uint key1,
                 const uint stream)
{
    const int fours = (C + 3) / 4;
    const int i = (int)get_global_id(0);
    if (i >= N * fours)
        return;
    float4 z = (float4)(0.0f);
    int4 open = (int4)(-1);
    for (int draw = 0; draw < 32 && any(open); draw++) {
        const float4 v = normal(i % fours + draw * fours, rows[i / fours], clock[0], stream,
                                key0, key1);
        const int4 taken = open & (fabs(v) <= (float4)(2.0f));
        z = select(z, v, taken);
        open &= ~taken;
    }
    put(z, z_mem + z_at + i / fours * ldz, i % fours * 4, C);
}

/* The next iteration.  Groups: 1 of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void batch_tick(__global uint *clock)
{
    clock[0]++;
}
