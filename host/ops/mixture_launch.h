/* What DAGMM computes on the device beside its networks: launches of cl/mixture.cl, and
 * the losses of mixture.h within a plan.  For errors and tensors see ops.h. */
#ifndef EGAD_MIXTURE_LAUNCH_H
#define EGAD_MIXTURE_LAUNCH_H

#include "mixture.h"
#include "ops.h"

/* y (N, 2) = the relative distance and the cosine of x and r, both (N, C). */
egad_status egad_mixture_features(egad_plan *plan, const char *label, egad_tensor y,
                                  egad_tensor x, egad_tensor r);
/* d (N, C) = the gradient with respect to r, which is the output of activation `a`,
 * before that activation, from dy (N, 2); add_to_d 1: added to d. */
egad_status egad_mixture_features_back(egad_plan *plan, const char *label, egad_tensor d,
                                       egad_tensor dy, egad_tensor x, egad_tensor r,
                                       const egad_activation *a, int add_to_d);

/* Rows z = c beside f, and their logits. */
typedef struct {
    egad_tensor c, f, logits; /* (N, m), (N, d - m), (N, K) */
} egad_mixture_rows;

/* The loss to slot `slot` of the ring; d[k] (as c, f, logits) = weight times its
 * gradients, of those with memory; add[k] 1: added. */
egad_status egad_mixture_append_loss(egad_plan *plan, const char *label,
                                     egad_mixture_kind kind, const egad_mixture_rows *of,
                                     double weight, egad_tensor ring, egad_random random,
                                     int slot, const egad_tensor d[3], const int add[3]);

/* A prepared mixture for egad_mixture_append_energy: (1, .), freed by
 * egad_tensor_free. */
egad_status egad_mixture_send(egad_tensor *parts, egad_device *device,
                              const egad_mixture *mixture);
/* Term `which` of terms (N, TERMS) = the energy of rows z = c beside f. */
egad_status egad_mixture_append_energy(egad_plan *plan, const char *label,
                                       egad_tensor terms, int which, egad_tensor c,
                                       egad_tensor f, egad_tensor parts, size_t K);

#endif
