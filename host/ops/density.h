/* Numbers of rows that are sums over columns: DENSITY_* of cl/shared.h, whose formulas
 * are in cl/density.h.  For errors and tensors see ops.h. */
#ifndef EGAD_DENSITY_H
#define EGAD_DENSITY_H

#include "ops.h"

/* What the numbers are of.  x, m, l: (N, C), the last three as the kind needs them. */
typedef struct {
    int kind; /* DENSITY_* */
    egad_tensor x, m, l;
} egad_density;

/* to (N, 1) = the number of each row. */
egad_status egad_density_rows(egad_plan *plan, const char *label, const egad_density *of,
                              egad_tensor to);
/* The mean of the numbers to slot `slot` of the ring (RING, LOSSES). */
egad_status egad_density_loss(egad_plan *plan, const char *label, const egad_density *of,
                              egad_tensor ring, egad_random random, int slot);
/* The mean of rows (N, 1), contiguous, to that slot. */
egad_status egad_density_mean(egad_plan *plan, const char *label, egad_tensor ring,
                              egad_random random, int slot, egad_tensor rows);
/* d (N, C) = weight times the gradient of the numbers with respect to m or, of_l 1, l;
 * add_to_d 1: added to d.  Not of DENSITY_DISTANCE and those after it. */
egad_status egad_density_back(egad_plan *plan, const char *label, const egad_density *of,
                              int of_l, egad_tensor d, double weight, int add_to_d);
/* Term `which` of each row of terms (N, TERMS) from its samples (N, L): their mean, or
 * with `logarithm` -log of the mean of exp(-sample). */
egad_status egad_density_average(egad_plan *plan, const char *label, egad_tensor terms,
                                 int which, egad_tensor samples, int logarithm);

#endif
