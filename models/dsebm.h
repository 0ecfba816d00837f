/* What tables of deep structured energy-based models share: the two of kdd_dsebm.c, and
 * those of tests/detector/check_reference_dsebm.c. */
#ifndef EGAD_DSEBM_H
#define EGAD_DSEBM_H

#include "layers.h"

enum { DSEBM_FIRST = 128, DSEBM_SECOND = 512 };        /* units of the layers */
enum { DSEBM_X, DSEBM_NOISE, DSEBM_NOISY, DSEBM_OWN }; /* numbers of values */

/* x, noise, and both: the noise of denoising score matching, sigma 1. */
#define DSEBM_INPUTS                                                                     \
    [DSEBM_X] = Rows("x"), [DSEBM_NOISE] = NoiseAsX("n"),                                \
    [DSEBM_NOISY] = Function("x~", FUNCTION_ADD, DSEBM_X, DSEBM_NOISE)

/* One step of the way down: v of layer `l` by network `down` from u of the layer above,
 * and u by its gate. */
#define DSEBM_DOWN(v, u, l, at, down, above, h)                                          \
    [v] = Output("v" l "(" at ")", down, above), [u] = Function("u" l "(" at ")",        \
                                                                FUNCTION_GATED, v, h)

/* The value of no gate at all, and b', what the last network makes of that. */
#define DSEBM_VISIBLE(zero, visible, down, u)                                            \
    [zero] = Function("0", FUNCTION_ZERO, u), [visible] = Output("b'", down, zero)

/* The step, with a loss of this kind that moves all n networks; terms and scores. */
#define DSEBM_STEPS(squares, f, n)                                                       \
    {                                                                                    \
        { .name = "energy",                                                              \
          .loss = { { "reconstruction",                                                  \
                      squares,                                                           \
                      { DSEBM_X, f },                                                    \
                      .shown = "reconstruction" } },                                     \
          .moves = (1u << (n)) - 1u },                                                   \
            { .name = NULL },                                                            \
    }
#define DSEBM_TERMS(visible, h, f)                                                       \
    {                                                                                    \
        Term("well", TERM_HALF_SQUARES, DSEBM_X, visible),                               \
            Term("depth", TERM_MINUS_SUM, h),                                            \
            Term("reconstruction", TERM_ROOT, DSEBM_X, f), { .name = NULL },             \
    }

#define OF_DSEBM(n, v, s, t)                                                             \
    .name = "kdd-dsebm", .source = "Zhai et al., 2016", .networks = n, .values = v,      \
    .steps = s, .terms = t, .scores = scores, .recipes = recipes

#endif
