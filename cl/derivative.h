/* Derivatives, for the vectors of vector.h. */

/* The derivative at the activation whose output, after dropout, was y: scale is dropout's
 * 1 / (1 - p).  A dropped unit, and a unit at its kink, has y = 0 and derivative 0. */
static inline FLOATV derivative(const FLOATV y, const int act, const float slope,
                                const float scale, const int dropped)
{
    const FLOATV zero = (FLOATV)(0.0f);
    if (act == ACT_RELU)
        return select(zero, (FLOATV)(scale), y > zero);
    if (act == ACT_LEAKY_RELU)
        return select(select(zero, (FLOATV)(slope * scale), y < zero), (FLOATV)(scale),
                      y > zero);
    if (act == ACT_TANH && dropped)
        return select((FLOATV)(scale) - y * y / scale, zero, y == zero);
    if (act == ACT_TANH)
        return (FLOATV)(1.0f) - y * y;
    if (act == ACT_SIGMOID)
        return y * ((FLOATV)(1.0f) - y);
    if (act == ACT_SOFTPLUS)
        return -expm1(-y);
    return dropped ? select((FLOATV)(scale), zero, y == zero) : (FLOATV)(1.0f);
}

/* weight sign(a - b): the gradient of weight |a - b| with respect to a, 0 where a = b. */
static inline FLOATV pull(const FLOATV a, const FLOATV b, const float weight)
{
    return select(select((FLOATV)(0.0f), (FLOATV)(-weight), a < b), (FLOATV)(weight), a > b);
}
