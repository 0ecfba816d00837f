/* Scale raw v of column j: clip((f(v) - offset) * scale), f(v) = sign(v) log(1 + |v|) if
 * `logarithm` is set.  fit: (3, C) offset, scale, logarithm. */
static inline float scaled(float v, __global const float *fit, const int C, const int j,
                           const float limit)
{
    if (fit[2 * C + j] != 0.0f)
        v = copysign(log1p(fabs(v)), v);
    v = (v - fit[j]) * fit[C + j];
    return v > limit ? limit : v < -limit ? -limit : v; /* NaN stays NaN */
}
