/* The terms of an anomaly score, one row of TERMS numbers per sample (paper, section 3).
 *
 * Host side: host/ops/terms.c.  Test: tests/ops/check_terms.c.
 * Build macros: WG, items of a group, a power of two. */
#include "shared.h"
#include "distance.h"

#define VECTOR 1
#include "vector.h"
#include "derivative.h"

#ifndef WG
#error "terms.cl: build with -DWG=<work-group size>"
#endif

#include "group.h"

/* Terms `first` and `second` of every row: sum |a - b| and, if second >= 0, sum (a - b)^2
 * over C columns; b_mem's rows are not read if `difference` is 0 (b is 0 then).  a, b: (N,
 * C); terms: (N, TERMS).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void terms_distance(__global float *restrict terms, __global const float *restrict a_mem,
                    const int a_at, const int lda, __global const float *restrict b_mem,
                    const int b_at, const int ldb, const int C, const int difference,
                    const int first, const int second)
{
    __local float part[WG];
    const int row = (int)get_group_id(0), item = (int)get_local_id(0);
    __global const float *a = a_mem + a_at + row * lda;
    __global const float *b = b_mem + b_at + row * ldb;
    const float2 share = distance_share(a, b, C, difference, item, WG);
    const float t1 = group_total(share.x, part), t2 = group_total(share.y, part);
    if (item == 0) {
        if (first >= 0)
            terms[row * TERMS + first] = t1;
        if (second >= 0)
            terms[row * TERMS + second] = t2;
    }
}

/* Term `which` of every row: CE(l, 1) = log(1 + exp(-l)).  l: (N, 1).  Groups:
 * ceil(N / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void terms_sigma(__global float *restrict terms, __global const float *restrict l_mem,
                 const int l_at, const int N, const int which)
{
    const int i = (int)get_global_id(0);
    if (i >= N)
        return;
    const float l = l_mem[l_at + i];
    terms[i * TERMS + which] = fmax(-l, 0.0f) + log1p(exp(-fabs(l)));
}

/* d = weight sign(a - b) act'(a), added to d if `add`: the gradient of weight * sum |a - b|
 * before the activation that a is the output of.  d, a, b: (N, C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void terms_distance_back(__global float *restrict d_mem, const int d_at, const int ldd,
                         __global const float *restrict a_mem, const int a_at,
                         const int lda, __global const float *restrict b_mem,
                         const int b_at, const int ldb, const int C, const float weight,
                         const int act, const float slope, const int add)
{
    const int row = (int)get_group_id(0);
    __global const float *a = a_mem + a_at + row * lda, *b = b_mem + b_at + row * ldb;
    __global float *d = d_mem + d_at + row * ldd;
    for (int j = (int)get_local_id(0); j < C; j += WG) {
        const float g = pull(a[j], b[j], weight) * derivative(a[j], act, slope, 1.0f, 0);
        d[j] = add ? d[j] + g : g;
    }
}

/* d = the gradient of weight * CE(l, 1).  d, l: (N, 1).  Groups: ceil(N / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void terms_sigma_back(__global float *restrict d_mem, const int d_at,
                      __global const float *restrict l_mem, const int l_at, const int N,
                      const float weight)
{
    const int i = (int)get_global_id(0);
    if (i < N)
        d_mem[d_at + i] = -weight / (1.0f + exp(l_mem[l_at + i]));
}

/* e = (a, a - b) - mean, row by row.  e: (N, 2 C); a, b: (N, C); mean: (2 C).  Groups: N. */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void terms_evidence(__global float *restrict e_mem, const int e_at, const int lde,
                    __global const float *restrict a_mem, const int a_at, const int lda,
                    __global const float *restrict b_mem, const int b_at, const int ldb,
                    __global const float *restrict mean_mem, const int mean_at, const int C)
{
    const int row = (int)get_group_id(0);
    __global const float *a = a_mem + a_at + row * lda, *b = b_mem + b_at + row * ldb;
    __global const float *mean = mean_mem + mean_at;
    __global float *e = e_mem + e_at + row * lde;
    for (int j = (int)get_local_id(0); j < C; j += WG) {
        e[j] = a[j] - mean[j];
        e[C + j] = (a[j] - b[j]) - mean[C + j];
    }
}
