/* Functions of values without weights, element by element, for the vectors of vector.h:
 *
 *   FUNCTION_SAMPLE   y = a + exp(b / 2) c: of N(a, exp b), by noise c
 *   FUNCTION_SIGMOID  y = 1 / (1 + exp(-a)) */
static inline FLOATV function_of(const int which, const FLOATV a, const FLOATV b,
                                 const FLOATV c)
{
    if (which == FUNCTION_SAMPLE)
        return fma(exp(b * 0.5f), c, a);
    return (FLOATV)(1.0f) / ((FLOATV)(1.0f) + exp(-a));
}

/* The derivative with respect to a, b or c: argument 0, 1 or 2. */
static inline FLOATV function_slope(const int which, const int argument, const FLOATV a,
                                    const FLOATV b, const FLOATV c)
{
    const FLOATV one = (FLOATV)(1.0f);
    if (which == FUNCTION_SAMPLE)
        return argument == 0   ? one
               : argument == 1 ? exp(b * 0.5f) * c * 0.5f
                               : exp(b * 0.5f);
    const FLOATV y = one / (one + exp(-a));
    return y * (one - y);
}
