/* Batch normalisation over all axes but the channel: y = act(gamma (h - mean) inv +
 * beta), inv = 1 / sqrt(variance + epsilon), by the moments of the batch, or of each of
 * several groups of its rows.  A row here is a pixel: h has R rows of C channels per
 * group.
 *
 * Sums over rows have two stages in a fixed order: parts of some rows, then all parts,
 * each RUN numbers at a time.  Rounding errors then grow with the lengths of short sums;
 * gradients are sensitive to the means.
 *
 * Host side: host/ops/batchnorm.c.  Test: tests/ops/check_batchnorm.c.  Build macros:
 * VECTOR, floats in a vector (1, 8 or 16); WIDE, vectors of channels per work-item, C a
 * multiple of them if more than one; WG, items of a group.  All but batchnorm_apply take
 * h with rows close together. */
#include "shared.h"

#ifndef VECTOR
#error "batchnorm.cl: build with -DVECTOR=<1, 8 or 16>"
#endif
#ifndef WIDE
#error "batchnorm.cl: build with -DWIDE=<vectors of channels per item>"
#endif
#ifndef WG
#error "batchnorm.cl: build with -DWG=<work-group size>"
#endif

#include "vector.h"

#define RUN 16
#define ZERO ((FLOATV)(0.0f))

#define AHEAD 32 /* prefetch distance in rows */

/* For each vector v of an item's channels. */
#define EACH(v) _Pragma("unroll") for (int v = 0; v < WIDE; v++)

/* Distance from row i to the row to prefetch; the part ends before row `end`. */
static inline int far(const int i, const int end, const int C)
{
    return min(AHEAD, end - 1 - i) * C;
}

/* The rows of part `part`; parts are numbered over all groups. */
#define PART_OF_GROUP                                                                    \
    const int j = (int)get_global_id(0) * (WIDE * VECTOR);                               \
    const int part = (int)get_global_id(1);                                              \
    const int group = part / parts, begin = part % parts * chunk;                        \
    const int end = min(begin + chunk, R);                                               \
    if (j >= C)                                                                          \
        return;

/* Store the two sums of an item's channels, n of them valid, to a part. */
static void put_parts(__global float *to, const FLOATV *first, const FLOATV *second,
                      const int C, const int n)
{
    EACH(v) {
        store(first[v], to + v * VECTOR, n - v * VECTOR);
        store(second[v], to + C + v * VECTOR, n - v * VECTOR);
    }
}

/* parts[part, 0, j] = sum over the part's rows of h - pivot, parts[part, 1, j] = of its
 * square.  h: (groups * R, C).  pivot: (C), anything near the mean.  Groups: ceil(C /
 * (WIDE VECTOR) / WG) by groups * parts. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batchnorm_moments(__global float *restrict parts_mem, const int parts_at,
                       __global const float *restrict h_mem, const int h_at,
                       __global const float *restrict pivot_mem, const int pivot_at,
                       const int R, const int C, const int chunk, const int parts)
{
    PART_OF_GROUP
    FLOATV pivot[WIDE], sum[WIDE], squares[WIDE];
    EACH(v) {
        pivot[v] = LOADV(v, pivot_mem + pivot_at + j);
        sum[v] = squares[v] = ZERO;
    }
    __global const float *h = h_mem + h_at + (group * R + begin) * C + j;
    for (int i = begin; i < end;) {
        FLOATV s[WIDE], q[WIDE];
        EACH(v)
            s[v] = q[v] = ZERO;
        for (const int stop = min(i + RUN, end); i < stop; i++, h += C)
            EACH(v) {
                FETCH(h + far(i, end, C) + v * VECTOR);
                const FLOATV d = LOADV(v, h) - pivot[v];
                s[v] += d;
                q[v] = fma(d, d, q[v]);
            }
        EACH(v) {
            sum[v] += s[v];
            squares[v] += q[v];
        }
    }
    put_parts(parts_mem + parts_at + part * 2 * C + j, sum, squares, C, C - j);
}

/* The sums over `parts` pairs of partial sums, C apart. */
static float2 sum_parts(__global const float *part, const int parts, const int C)
{
    float2 sum = (float2)(0.0f);
    for (int p = 0; p < parts;) {
        float2 s = (float2)(0.0f);
        for (const int stop = min(p + RUN, parts); p < stop; p++, part += 2 * C)
            s += (float2)(part[0], part[C]);
        sum += s;
    }
    return sum;
}

/* stats[g, 0, j] = mean, stats[g, 1, j] = inv of group g from its parts; and if `rate` is
 * not 0, moving (2, C) moves by rate towards mean and biased variance, first to last
 * group.  pivot may be moving's mean.  Groups: ceil(C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batchnorm_settle(__global float *restrict stats_mem, const int stats_at,
                      __global float *moving_mem, const int moving_at,
                      __global const float *restrict parts_mem, const int parts_at,
                      __global const float *pivot_mem, const int pivot_at,
                      const int groups, const int R, const int C, const int parts,
                      const float epsilon, const float rate)
{
    const int j = (int)get_global_id(0);
    if (j >= C)
        return;
    const float pivot = pivot_mem[pivot_at + j];
    for (int g = 0; g < groups; g++) {
        const float2 sum = sum_parts(parts_mem + parts_at + g * parts * 2 * C + j, parts, C);
        __global float *stats = stats_mem + stats_at + g * 2 * C + j;
        __global float *moving = moving_mem + moving_at + j;
        const float shift = sum.x / (float)R;
        const float mean = pivot + shift;
        /* Written so that a NaN stays one. */
        const float spread = sum.y / (float)R - shift * shift;
        const float variance = spread < 0.0f ? 0.0f : spread;
        stats[0] = mean;
        stats[C] = 1.0f / sqrt(variance + epsilon);
        if (rate != 0.0f) {
            moving[0] += rate * (mean - moving[0]);
            moving[C] += rate * (variance - moving[C]);
        }
    }
}

/* y = act(gamma (h - mean) inv + beta).  y: sample n, pixel p, channel j at y[n ldy + p C +
 * j], pixels of a sample.  Groups: as above. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batchnorm_apply(__global float *restrict y_mem, const int y_at, const int ldy,
                     __global const float *restrict h_mem, const int h_at,
                     __global const float *restrict stats_mem, const int stats_at,
                     __global const float *restrict gamma_mem, const int gamma_at,
                     __global const float *restrict beta_mem, const int beta_at,
                     const int R, const int C, const int pixels, const int chunk,
                     const int parts, const int act, const float slope)
{
    PART_OF_GROUP
    __global const float *stats = stats_mem + stats_at + group * 2 * C + j;
    FLOATV mean[WIDE], scale[WIDE], beta[WIDE];
    EACH(v) {
        mean[v] = LOADV(v, stats);
        scale[v] = LOADV(v, stats + C) * LOADV(v, gamma_mem + gamma_at + j);
        beta[v] = LOADV(v, beta_mem + beta_at + j);
    }
    __global const float *h = h_mem + h_at + (group * R + begin) * C + j;
    int n = (group * R + begin) / pixels, p = (group * R + begin) % pixels;
    for (int i = begin; i < end; i++, h += C) {
        __global float *y = y_mem + y_at + n * ldy + p * C + j;
        EACH(v) {
            FETCH(h + far(i, end, C) + v * VECTOR);
            const FLOATV t = fma(LOADV(v, h) - mean[v], scale[v], beta[v]);
            stream(activate(t, act, slope), y + v * VECTOR, C - j - v * VECTOR);
        }
        if (++p == pixels) {
            p = 0;
            n++;
        }
    }
}

/* parts[part, 0, j] = sum over the part's rows of d, parts[part, 1, j] = of d (h - mean)
 * inv, d the gradient before the activation.  d, h: (groups * R, C).  Groups: as above. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batchnorm_shares(__global float *restrict parts_mem, const int parts_at,
                      __global const float *restrict d_mem, const int d_at,
                      __global const float *restrict h_mem, const int h_at,
                      __global const float *restrict stats_mem, const int stats_at,
                      const int R, const int C, const int chunk, const int parts)
{
    PART_OF_GROUP
    __global const float *stats = stats_mem + stats_at + group * 2 * C + j;
    FLOATV mean[WIDE], sum[WIDE], product[WIDE];
    EACH(v) {
        mean[v] = LOADV(v, stats);
        sum[v] = product[v] = ZERO;
    }
    __global const float *d = d_mem + d_at + (group * R + begin) * C + j;
    __global const float *h = h_mem + h_at + (group * R + begin) * C + j;
    for (int i = begin; i < end;) {
        FLOATV s[WIDE], q[WIDE];
        EACH(v)
            s[v] = q[v] = ZERO;
        for (const int stop = min(i + RUN, end); i < stop; i++, d += C, h += C)
            EACH(v) {
                FETCH(d + far(i, end, C) + v * VECTOR);
                FETCH(h + far(i, end, C) + v * VECTOR);
                const FLOATV t = LOADV(v, d);
                s[v] += t;
                q[v] = fma(t, LOADV(v, h) - mean[v], q[v]);
            }
        EACH(v) {
            sum[v] += s[v];
            product[v] += q[v];
        }
    }
    EACH(v)
        product[v] *= LOADV(v, stats + C);
    put_parts(parts_mem + parts_at + part * 2 * C + j, sum, product, C, C - j);
}

/* shares[g, 0, j], shares[g, 1, j] = the sums over the parts of group g; and if asked for,
 * dbeta[j], dgamma[j] = the sums over all groups.  Groups: ceil(C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batchnorm_gradients(__global float *restrict shares_mem, const int shares_at,
                         __global float *restrict dgamma_mem, const int dgamma_at,
                         __global float *restrict dbeta_mem, const int dbeta_at,
                         __global const float *restrict parts_mem, const int parts_at,
                         const int groups, const int C, const int parts,
                         const int wanted)
{
    const int j = (int)get_global_id(0);
    if (j >= C)
        return;
    float dbeta = 0.0f, dgamma = 0.0f;
    for (int g = 0; g < groups; g++) {
        const float2 sum = sum_parts(parts_mem + parts_at + g * parts * 2 * C + j, parts, C);
        __global float *shares = shares_mem + shares_at + g * 2 * C + j;
        shares[0] = sum.x;
        shares[C] = sum.y;
        dbeta += sum.x;
        dgamma += sum.y;
    }
    if (wanted) {
        dgamma_mem[dgamma_at + j] = dgamma;
        dbeta_mem[dbeta_at + j] = dbeta;
    }
}

/* Store only the first n of VECTOR elements: those after the last channel belong to the
 * next row, which another item may be writing. */
static FLOATV load(__global const float *from, const int n)
{
    if (n >= VECTOR)
        return LOADV(0, from);
    float part[VECTOR];
    for (int i = 0; i < VECTOR; i++)
        part[i] = i < n ? from[i] : 0.0f;
    return LOADV(0, part);
}

/* d = gamma inv (d - shares 0 / R - (h - mean) inv shares 1 / R): the gradient before the
 * normalisation, in place.  Groups: as above. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void batchnorm_backward(__global float *restrict d_mem, const int d_at,
                        __global const float *restrict h_mem, const int h_at,
                        __global const float *restrict stats_mem, const int stats_at,
                        __global const float *restrict shares_mem, const int shares_at,
                        __global const float *restrict gamma_mem, const int gamma_at,
                        const int R, const int C, const int chunk, const int parts)
{
    PART_OF_GROUP
    __global const float *stats = stats_mem + stats_at + group * 2 * C + j;
    __global const float *shares = shares_mem + shares_at + group * 2 * C + j;
    FLOATV mean[WIDE], scale[WIDE], first[WIDE], second[WIDE];
    EACH(v) {
        const FLOATV inv = LOADV(v, stats + C);
        mean[v] = LOADV(v, stats);
        scale[v] = inv * LOADV(v, gamma_mem + gamma_at + j);
        first[v] = LOADV(v, shares) / (float)R;
        second[v] = inv * LOADV(v, shares + C) / (float)R;
    }
    __global float *d = d_mem + d_at + (group * R + begin) * C + j;
    __global const float *h = h_mem + h_at + (group * R + begin) * C + j;
    for (int i = begin; i < end; i++, d += C, h += C)
        EACH(v) {
            __global float *at = d + v * VECTOR;
            FETCH(at + far(i, end, C));
            FETCH(h + far(i, end, C) + v * VECTOR);
            const int n = C - j - v * VECTOR;
            const FLOATV t = load(at, n) - first[v] - (LOADV(v, h) - mean[v]) * second[v];
            store(t * scale[v], at, n);
        }
}
