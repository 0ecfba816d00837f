/* Radial kernels k(x, y) = exp(-gamma |x - y|^2) of N rows x and S points y, from their
 * products.  For errors and tensors see ops.h. */
#ifndef EGAD_RADIAL_H
#define EGAD_RADIAL_H

#include "ops/ops.h"

typedef struct {
    egad_tensor products; /* (N, S): x.y.  S: a multiple of EGAD_RADIAL_POINTS */
    egad_tensor rows;     /* (1, N), the squares of the lengths of x, */
    egad_tensor points;   /* (1, S), and of y */
    egad_tensor weight;   /* (1, S), at offset 0 of its buffer: of each point */
    double gamma;
} egad_radial;

/* Points come in multiples of this: add some of weight 0. */
enum { EGAD_RADIAL_POINTS = 16 };

/* products = k(x, y), in place.  `weight` is not used. */
egad_status egad_radial_rows(egad_plan *plan, const char *label, const egad_radial *of);
/* The sum of weight k(x, y) over the points, in parts: the sum of a row's parts is the
 * caller's.  parts: (N, egad_radial_parts(S)), at offset 0, rows contiguous. */
egad_status egad_radial_sums(egad_plan *plan, const char *label, const egad_radial *of,
                             egad_tensor parts);
size_t egad_radial_parts(size_t points);
/* products = weight k(x, y) / the sum of these over the points, in place.  `rows` is not
 * used.  A weight above 0 is needed. */
egad_status egad_radial_shares(egad_plan *plan, const char *label, const egad_radial *of);

#endif
