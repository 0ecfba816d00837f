/* Spectral normalisation of a kernel W, (R, O): the columns of a convolution's kernel are
 * its outputs (cl/spectral.cl has the formulas). */
#ifndef EGAD_SPECTRAL_H
#define EGAD_SPECTRAL_H

#include "ops.h"

enum { SPECTRAL_NUMBERS = 16 }; /* floats that an operator keeps beside v */

typedef struct {
    size_t R, O;
    egad_tensor w;    /* (1, R O) */
    egad_tensor u;    /* (1, O): the vector of the power iteration, which moves it */
    egad_tensor kept; /* (1, SPECTRAL_NUMBERS + R), from forward to backward */
} egad_spectral;

/* One power iteration; to (1, R O) = W / sigma. */
egad_status egad_spectral_forward(egad_plan *plan, const char *label,
                                  const egad_spectral *s, egad_tensor to);
/* g (1, R O), the gradient of W / sigma, becomes that of W, where u and v of the last
 * forward pass are constants. */
egad_status egad_spectral_backward(egad_plan *plan, const char *label,
                                   const egad_spectral *s, egad_tensor g);
/* On the host, in double: the same iteration from u, which stays as it is; w /= sigma. */
egad_status egad_spectral_divide(float *w, const float *u, size_t R, size_t O);

#endif
