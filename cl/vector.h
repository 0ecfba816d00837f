/* Vectors of VECTOR floats, and activations on them: for kernels that keep blocks of
 * results in vector registers.  VECTOR is a build macro of theirs, 8 or 16. */
#define GLUE(a, b) a##b
#define TYPE(name, width) GLUE(name, width)
#define FLOATV TYPE(float, VECTOR)
#define INTV TYPE(int, VECTOR)
#define UINTV TYPE(uint, VECTOR)
#define LOADV TYPE(vload, VECTOR)
#define STOREV TYPE(vstore, VECTOR)
#define AS_INTV TYPE(as_int, VECTOR)

/* Columns of a panel: what a block is wide, and how weights are packed for it. */
#define PANEL (2 * VECTOR)

static inline FLOATV activate(const FLOATV x, const int act, const float slope)
{
    if (act == ACT_RELU)
        return select(x, (FLOATV)(0.0f), x <= (FLOATV)(0.0f)); /* a NaN stays one */
    if (act == ACT_LEAKY_RELU)
        return select(x * slope, x, x > (FLOATV)(0.0f));
    if (act == ACT_TANH)
        return tanh(x);
    if (act == ACT_SIGMOID)
        return (FLOATV)(1.0f) / ((FLOATV)(1.0f) + exp(-x));
    return x;
}
