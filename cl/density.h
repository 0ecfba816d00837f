/* Numbers of a row that are sums over its columns, of values x, m and l: the summand of a
 * column, and its derivatives, for the vectors of vector.h.  v = exp(l) + VARIANCE_FLOOR.
 *
 *   DENSITY_GAUSSIAN    -log N(x; m, v) = ((x - m)^2 / v + log(2 pi v)) / 2
 *   DENSITY_BERNOULLI   CE(sigmoid(m), x) = max(m, 0) - x m + log(1 + exp(-|m|))
 *   DENSITY_DIVERGENCE  of N(m, exp l) from N(0, 1): (m^2 + exp(l) - 1 - l) / 2
 *   DENSITY_DISTANCE    (x - m)^2, of whose sum the root is taken
 *   DENSITY_HALF_SQUARES  (x - m)^2 / 2
 *   DENSITY_MINUS_SUM   -m */
static inline FLOATV density_of(const int kind, const FLOATV x, const FLOATV m,
                                const FLOATV l)
{
    const FLOATV d = x - m;
    if (kind == DENSITY_GAUSSIAN) {
        const FLOATV v = exp(l) + VARIANCE_FLOOR;
        return (d * d / v + log(v * 6.28318530717958648f)) * 0.5f;
    }
    if (kind == DENSITY_BERNOULLI)
        return fmax(m, (FLOATV)(0.0f)) - x * m + log1p(exp(-fabs(m)));
    if (kind == DENSITY_DIVERGENCE)
        return (m * m + exp(l) - 1.0f - l) * 0.5f;
    if (kind == DENSITY_MINUS_SUM)
        return -m;
    return kind == DENSITY_HALF_SQUARES ? d * d * 0.5f : d * d;
}

/* The derivative with respect to m or, of_l 1, l; not of DENSITY_DISTANCE and
 * those after it. */
static inline FLOATV density_slope(const int kind, const int of_l, const FLOATV x,
                                   const FLOATV m, const FLOATV l)
{
    const FLOATV d = x - m, e = exp(l), v = e + VARIANCE_FLOOR;
    if (kind == DENSITY_GAUSSIAN)
        return of_l ? ((FLOATV)(1.0f) - d * d / v) * e / v * 0.5f : -d / v;
    if (kind == DENSITY_BERNOULLI) {
        const FLOATV small = exp(-fabs(m));
        return select(small, (FLOATV)(1.0f), m > (FLOATV)(0.0f)) / (small + 1.0f) - x;
    }
    return of_l ? (e - 1.0f) * 0.5f : m;
}

/* The number of L samples' numbers t, `step` floats apart: their mean, or with `logarithm`
 * -log of the mean of exp(-t), relative to the least, so that it is finite. */
#define DENSITY_AVERAGE(out, t, step, L, logarithm)                                      \
    {                                                                                    \
        float sum = 0.0f, least = (t)[0];                                                \
        for (int k = 1; k < (L); k++)                                                    \
            least = fmin(least, (t)[k * (step)]);                                        \
        for (int k = 0; k < (L); k++)                                                    \
            sum += (logarithm) ? exp(least - (t)[k * (step)]) : (t)[k * (step)];         \
        (out) = (logarithm) ? least - log(sum / (float)(L)) : sum / (float)(L);          \
    }
