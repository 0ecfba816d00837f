/* Functions of values without weights, element by element, for the vectors of vector.h:
 *
 *   FUNCTION_SAMPLE   y = a + exp(b / 2) c: of N(a, exp b), by noise c
 *   FUNCTION_SIGMOID  y = 1 / (1 + exp(-a))
 *   FUNCTION_GATE     y = 1 - exp(-a): of a = softplus(u), its slope sigmoid(u)
 *   FUNCTION_GATED    y = a (1 - exp(-b))
 *   FUNCTION_ADD      y = a + b
 *   FUNCTION_ZERO     y = 0 */
static inline FLOATV function_of(const int which, const FLOATV a, const FLOATV b,
                                 const FLOATV c)
{
    if (which == FUNCTION_SAMPLE)
        return fma(exp(b * 0.5f), c, a);
    if (which == FUNCTION_GATE)
        return -expm1(-a);
    if (which == FUNCTION_GATED)
        return -expm1(-b) * a;
    if (which == FUNCTION_ADD)
        return a + b;
    if (which == FUNCTION_ZERO)
        return (FLOATV)(0.0f);
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
    if (which == FUNCTION_GATE)
        return exp(-a);
    if (which == FUNCTION_GATED)
        return argument == 0 ? -expm1(-b) : exp(-b) * a;
    if (which == FUNCTION_ADD || which == FUNCTION_ZERO)
        return which == FUNCTION_ADD ? one : (FLOATV)(0.0f);
    const FLOATV y = one / (one + exp(-a));
    return y * (one - y);
}
