/* The Gaussian mixture of DAGMM (Zong et al. 2018), in double on the host: parts of rows
 * z by logits, energies of rows, and the losses of a batch with their gradients.
 *
 *     gamma = softmax(logits), s_k = sum gamma_ik, phi_k = s_k / N, mu_k = sum gamma_ik
 * z_i / s_k Sigma_k = sum gamma_ik (z_i - mu_k)(z_i - mu_k)' / s_k + MIXTURE_EPSILON I
 *     l_ik = log phi_k - (z_i - mu_k)' Sigma_k^-1 (z_i - mu_k) / 2 - log det(2 pi
 * Sigma_k) / 2 energy_i = -log sum_k exp l_ik
 *
 * A part that nearly no row belongs to, s_k < 1e-10 N, is left out: phi_k and exp l_ik
 * are 0. */
#ifndef EGAD_MIXTURE_H
#define EGAD_MIXTURE_H

#include "base/status.h"
#include "cl/shared.h"

#define MIXTURE_EPSILON 1e-6

typedef struct {
    size_t d, K; /* columns of z, parts */
    double phi[MIXTURE_PARTS], mu[MIXTURE_PARTS][MIXTURE_COLUMNS];
    double sigma[MIXTURE_PARTS][MIXTURE_COLUMNS][MIXTURE_COLUMNS];
    double lower[MIXTURE_PARTS][MIXTURE_COLUMNS][MIXTURE_COLUMNS]; /* Sigma = L L' */
    double constant[MIXTURE_PARTS]; /* of l_ik; -INFINITY: left out */
} egad_mixture;

/* Sums over rows, for a mixture of more rows than are at hand at once.  Begin with d, K
 * and zeros. */
typedef struct {
    size_t d, K, rows;
    double shift[MIXTURE_COLUMNS]; /* the first row, about which the others are summed */
    double s0[MIXTURE_PARTS], s1[MIXTURE_PARTS][MIXTURE_COLUMNS];
    double s2[MIXTURE_PARTS][MIXTURE_COLUMNS][MIXTURE_COLUMNS];
} egad_mixture_sums;

/* z: (n, d).  logits: (n, K). */
void egad_mixture_add(egad_mixture_sums *sums, const float *z, const float *logits,
                      size_t n);
/* EGAD_DATA if a covariance is not positive definite, as with rows that are not finite.
 */
egad_status egad_mixture_of_sums(egad_mixture *out, const egad_mixture_sums *sums);
/* From phi, mu and sigma alone, as a model file has them. */
egad_status egad_mixture_prepare(egad_mixture *mixture);

/* The energy of a row z (d).  joint: (K), l_ik, or NULL. */
double egad_mixture_energy(const egad_mixture *mixture, const float *z, double *joint);

/* Losses of a batch. */
typedef enum {
    MIXTURE_ENERGY, /* mean energy */
    MIXTURE_BOUND,  /* mean of sum gamma_ik (log gamma_ik - l_ik), which is no less */
    MIXTURE_PENALTY /* sum of 1 / Sigma_kjj */
} egad_mixture_kind;

/* *value = the loss of N rows; dz (N, d), dlogits (N, K) = weight times its gradients, to
 * which phi, mu and Sigma, functions of the batch, belong.  Errors as above, and
 * EGAD_MEMORY. */
egad_status egad_mixture_loss(egad_mixture_kind kind, const float *z, const float *logits,
                              size_t N, size_t d, size_t K, double weight, double *value,
                              float *dz, float *dlogits);

#endif
