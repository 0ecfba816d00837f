/* What comes after the products of a layer, in kernels that keep blocks of results in
 * vector registers (vector.h): the build macro EPILOGUE says which. */
#define EPILOGUE_NONE 0     /* C = AB */
#define EPILOGUE_FORWARD 1  /* C = dropout(act(AB + bias)) */
#define EPILOGUE_BACKWARD 2 /* C = AB * act'(y), y the output of what is below */
#define EPILOGUE_SUMS 3     /* C = AB, and sums[j] = sum over k of B[k, j] */

#if EPILOGUE == EPILOGUE_BACKWARD
/* The derivative at the activation whose output, after dropout, was y: scale is dropout's
 * 1 / (1 - p).  A dropped unit, and a unit at its kink, has y = 0 and derivative 0. */
static FLOATV derivative(const FLOATV y, const int act, const float slope,
                         const float scale, const int dropped)
{
    const FLOATV zero = (FLOATV)(0.0f);
    if (act == ACT_RELU)
        return select(zero, (FLOATV)(scale), y > zero);
    if (act == ACT_LEAKY_RELU)
        return select(select(zero, (FLOATV)(slope * scale), y < zero), (FLOATV)(scale),
                      y > zero);
    if (act == ACT_TANH)
        return (FLOATV)(1.0f) - y * y;
    if (act == ACT_SIGMOID)
        return y * ((FLOATV)(1.0f) - y);
    return dropped ? select((FLOATV)(scale), zero, y == zero) : (FLOATV)(1.0f);
}
#endif
