/* The reference for kernels: plain loops in double, one for each formula, on arrays of
 * contiguous rows.  Nothing here is fast. */
#ifndef EGAD_REF_CPU_H
#define EGAD_REF_CPU_H

#include "paper.h"

/* c (M, N) = op(a) op(b); op(a) is (M, K), stored (K, M) if ta; op(b) likewise. */
void ref_product(double *c, const double *a, const double *b, size_t M, size_t N,
                 size_t K, int ta, int tb);
double ref_activate(double x, int act, double slope);
/* The derivative of the activation with output y before dropout. */
double ref_derivative(double y, int act, double slope);
/* Random numbers for dropout masks; NULL means no dropout. */
typedef struct {
    uint64_t seed;
    uint32_t step, stream; /* of layer 0, if several layers use dropout */
} ref_random;
/* Is the element dropped? */
int ref_dropped(const ref_random *random, uint32_t row, uint32_t column, double p);
/* y (N, C) = dropout(act(y + bias)). */
void ref_forward(double *y, const double *bias, size_t N, size_t C, int act, double slope,
                 double dropout, const ref_random *random);
/* dy (N, C) *= act'(y), y after dropout: dropped elements have y = 0. */
void ref_backward(double *dy, const double *y, size_t N, size_t C, int act, double slope,
                  double dropout);
void ref_sums(double *sums, const double *x, size_t N, size_t C);
/* x (N, C) in place; fit: (3, C) offset, scale, logarithm. */
void ref_scale(double *x, const double *fit, size_t N, size_t C, double limit);

/* small (N, h, w, O) = convolution of large (N, H, W, C); large = the adjoint of it; dw
 * (K, K, C, O) = its gradient. */
void ref_conv2d(double *small, const double *large, const double *w, const egad_conv2d *g,
                size_t N);
void ref_conv2d_adjoint(double *large, const double *small, const double *w,
                        const egad_conv2d *g, size_t N);
void ref_conv2d_weights(double *dw, const double *large, const double *small,
                        const egad_conv2d *g, size_t N);
/* y = gamma (h - mean) / sqrt(variance + 1e-3) + beta by the moments of R rows of h,
 * stored in moments (2, C) if not NULL. */
void ref_batchnorm(double *y, double *moments, const double *h, const double *gamma,
                   const double *beta, size_t R, size_t C);

/* CE(l, y) by definition, or its limit where sigmoid(l) rounds to 0 or 1. */
double ref_cross_entropy(double logit, double label);
double ref_sigmoid(double x);

/* One step of Adam, `rate` being corrected for bias, and of the moving average. */
void ref_adam(double *w, const double *g, double *m, double *v, double *ema, size_t n,
              double rate, double beta1, double beta2, double epsilon, double decay);

/* The row at position `at` in the order of n rows of an epoch. */
uint32_t ref_order(uint32_t at, uint32_t n, uint64_t seed, uint32_t epoch,
                   uint32_t stream);
/* Element of the noise of iteration `step`. */
double ref_noise(uint32_t row, uint32_t column, uint64_t seed, uint32_t step,
                 uint32_t stream);

/* One section of a network with batch normalisation by the moments of each of `groups`
 * parts of the rows, or with groups 0 none (folded into w): y (N, O of the last layer),
 * and the output of the starred layer in `features` if not NULL.  w: the flat weights.
 * rows: N of x (N, I). */
void ref_section(double *y, double *features, const egad_net *net, int section,
                 const double *w, const double *x, size_t N, size_t groups,
                 const ref_random *random);
/* D of a GAN (z NULL) or a BiGAN: logits (N), and f_D (N, ...) if not NULL. */
void ref_discriminate(double *logits, double *features, const egad_net *net,
                      const double *w, const double *x, const double *z, size_t N,
                      size_t groups, const ref_random *random);
/* The losses of one iteration of a GAN or a BiGAN, which have these numbers in its steps:
 * x (N, X), z (N, Z), w by network. */
enum { DIS_REAL, DIS_FAKE, GEN, ENC, REF_LOSSES };
void ref_losses(double losses[REF_LOSSES], const egad_detector *detector,
                double *const w[PAPER_NETS], const double *x, const double *z, size_t N,
                const ref_random *random);
/* ---- ref_terms.c: scores.  Returned arrays are freed after the test ----------- */

/* The weights `flat` of a network on the lab's device, for ref_section with groups 0:
 * batch normalisation folded in. */
double *ref_folded(const egad_net *net, egad_tensor flat);
/* p (P) = evidence e (n) projected to a point. */
void ref_place(double *p, const egad_points *points, const double *e);
/* Terms NEAR and LOCAL of a point p (P).  own: index in `points` to skip, or -1. Of
 * points equally near, the first is taken. */
void ref_nearest(double *near, double *local, const egad_points *points, const double *p,
                 long own);
/* The evidence of N scaled rows x: (N, columns of evidence). */
void ref_evidence(double *e, const egad_detector *detector, double *const w[PAPER_NETS],
                  const double *x, size_t N);
/* All their terms, (N, TERMS); distances are 0 without a calibration. */
void ref_terms(double *terms, const egad_detector *detector, double *const w[PAPER_NETS],
               const double *x, size_t N);

#endif
