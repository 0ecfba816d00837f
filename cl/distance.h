/* Distances of two rows of C columns: sum |a - b| and sum (a - b)^2.  Each of `items`
 * work-items sums its share, in the same order in every kernel; with `difference` 0, b is
 * not read and taken as 0. */
static inline float2 distance_share(__global const float *a, __global const float *b,
                                    const int C, const int difference, const int item,
                                    const int items)
{
    float8 s1 = (float8)(0.0f), s2 = (float8)(0.0f);
    /* Only one item reaches the last, incomplete eight. */
    int j = item * 8;
    if (items == 1) /* the same, two steps at a time */
        for (; j + 16 <= C; j += 16) {
            const float16 d =
                difference ? vload16(0, a + j) - vload16(0, b + j) : vload16(0, a + j);
            s1 = s1 + fabs(d.lo) + fabs(d.hi);
            s2 = fma(d.hi, d.hi, fma(d.lo, d.lo, s2));
        }
    for (; j + 8 <= C; j += items * 8) {
        const float8 d = difference ? vload8(0, a + j) - vload8(0, b + j) : vload8(0, a + j);
        s1 += fabs(d);
        s2 = fma(d, d, s2);
    }
    for (; j < C; j++) {
        const float d = difference ? a[j] - b[j] : a[j];
        s1.s0 += fabs(d);
        s2.s0 = fma(d, d, s2.s0);
    }
    const float4 q1 = s1.lo + s1.hi, q2 = s2.lo + s2.hi;
    return (float2)((q1.x + q1.y) + (q1.z + q1.w), (q2.x + q2.y) + (q2.z + q2.w));
}
