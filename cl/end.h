/* The epilogue of a product (epilogue.h) for one vector of results: END_PARAMETERS are
 * its kernel parameters, END applies it to results v at (row, column).  y_at: offset of
 * y, ldy: its stride.  Columns of y and bias past the last may be read (tensors have
 * slack for it).  Include after rng.h, vector.h, epilogue.h, derivative.h, and a macro
 * ROW(row, ld), the start of a row of y. */
#ifndef EPILOGUE
#error "end.h: build with -DEPILOGUE=<EPILOGUE_*>"
#endif

#if EPILOGUE == EPILOGUE_FORWARD
#define END_PARAMETERS                                                                   \
    , __global const float *restrict bias_mem, const int bias_at, const int act,         \
        const float slope, const float dropout, __global const uint *restrict clock,     \
        const uint key0, const uint key1, const uint stream
#define END(v, row, column)                                                              \
    forward(v, row, column, bias_mem + bias_at, act, slope, dropout, clock, key0, key1, stream)

static inline FLOATV forward(FLOATV v, const int row, const int column,
                             __global const float *bias, const int act, const float slope,
                             const float dropout, __global const uint *clock,
                             const uint key0, const uint key1, const uint stream)
{
    v = activate(v + LOADV(0, bias + column), act, slope);
    if (dropout > 0.0f) {
        float part[VECTOR];
        STOREV(v, 0, part);
        for (int e = 0; e < VECTOR; e++)
            part[e] = drops(row, column + e, dropout, clock[0], stream, key0, key1)
                          ? 0.0f
                          : part[e] * (1.0f / (1.0f - dropout));
        v = LOADV(0, part);
    }
    return v;
}
#elif EPILOGUE == EPILOGUE_BACKWARD
#define END_PARAMETERS                                                                   \
    , __global const float *restrict y_mem, const int y_at, const int ldy, const int act, \
        const float slope, const float dropout
#define END(v, row, column)                                                              \
    ((v) * derivative(LOADV(0, y_mem + y_at + ROW(row, ldy) + (column)), act, slope,     \
                      1.0f / (1.0f - dropout), dropout > 0.0f))
#elif EPILOGUE == EPILOGUE_SUMS
#define END_PARAMETERS , __global float *restrict sums_mem, const int sums_at
#define END(v, row, column) (v)
#else
#define END_PARAMETERS
#define END(v, row, column) (v)
#endif
