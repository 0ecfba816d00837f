/* Tolerances of device results against ref_cpu.c, which computes in double.
 *
 * The error of an element is |got - want| / max(|want|, floor * largest |want|): floor 0
 * relates an error to its own element, floor 1 to the largest.  Limits are about four
 * times what was measured on PoCL's CPU device (run a check with EGAD_TEST_ERRORS=1 to
 * see the errors of the device at hand); 6e-8 is half a unit in the last place. */
#ifndef EGAD_TOLERANCE_H
#define EGAD_TOLERANCE_H

/* clang-format off */
#define TOLERANCE_LIST(X)                                                                \
/*    name         limit  floor  why                                                  */ \
    X(PRODUCT,     2e-6,  1.0,   "up to 121 products, each rounded once")                \
    X(CONV,        2e-6,  1.0,   "up to 1,000 products, each rounded once")              \
    X(CONV_SUM,    4e-6,  1.0,   "the same over some thousand pixels")                   \
    X(BATCHNORM,   4e-6,  1.0,   "a mean, a deviation, a quotient of the two")           \
    X(ACTIVATION,  4e-6,  1.0,   "a product, then exp or tanh of a few units")           \
    X(ELEMENT,     2e-6,  1e-2,  "exp, tanh, log1p of a few units, one or two roundings")\
    X(SUM,         1.4e-6, 1.0,  "up to 129 additions in order")                         \
    X(LOSS,        1.3e-6, 0.0,  "exp and log1p, then a sum of up to 129 of one sign")   \
    X(GRADIENT,    4e-7,  1.0,   "exp and a division; cancels near the label")           \
    X(ADAM,        2e-6,  0.1,   "five steps of a few roundings each")                   \
    X(TERM,        8e-7,  0.0,   "a sum of up to 600 absolute values, none cancels")     \
    X(NOISE,       1e-6,  1.0,   "the angle, up to 2 pi, is rounded before sin and cos") \
    X(NET,         4e-5,  1.0,   "backward through up to eight layers")                  \
    X(NET_LOSS,    1e-6,  0.0,   "forward through up to eight layers, then the loss")    \
    X(SCORE,       4e-5,  0.1,   "forward through eight layers, then differences")       \
    X(SEARCH,      1e-4,  0.1,   "up to 40 steps, whose length rounding decides where the gradient is small") \
    X(DISTANCE,    1.8e-4, 0.1,  "a product of 256 whose weights are large and cancel")  \
    X(NEAR,        8e-7,  0.1,   "a sum of up to 64 squares of differences, then a root") \
    X(APART,       4e-6,  0.0,   "a sum of up to 200 squares of differences, none cancels") \
    X(NEIGHBOUR,   8e-7,  0.0,   "a root of up to 129 squares, or two of these divided") \
    X(COMPONENT,   1e-5,  0.1,   "differences of products of 5 or 67, then a root")      \
    X(EVIDENCE,    1.2e-2, 0.1,   "the same, of features that differ in last digits")    \
    X(SPECTRAL,    4e-6,  1.0,   "two products of up to 700, and lengths of vectors")    \
    X(SPECTRUM,    6e-7,  1.0,   "transforms of up to 784 pixels, squared")
/* clang-format on */

typedef enum {
#define X(name, limit, floor, why) TOLERANCE_##name,
    TOLERANCE_LIST(X)
#undef X
        TOLERANCES
} tolerance;

#endif
