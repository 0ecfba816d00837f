/* The truth that kernels are compared with: plain loops in double, one for each formula,
 * on arrays whose rows stand close together.  Nothing here is fast. */
#ifndef EGAD_REF_CPU_H
#define EGAD_REF_CPU_H

#include "detector/detector.h"

/* c (M, N) = op(a) op(b); op(a) is (M, K), stored (K, M) if ta; op(b) likewise. */
void ref_product(double *c, const double *a, const double *b, size_t M, size_t N,
                 size_t K, int ta, int tb);
double ref_activate(double x, int act, double slope);
/* The derivative of the activation whose output, before dropout, was y. */
double ref_derivative(double y, int act, double slope);
/* Where dropout draws its masks: NULL means no dropout. */
typedef struct {
    uint64_t seed;
    uint32_t step, stream; /* of layer 0, where several layers draw */
} ref_random;
/* Is the element dropped? */
int ref_dropped(const ref_random *random, uint32_t row, uint32_t column, double p);
/* y (N, C) = dropout(act(y + bias)). */
void ref_forward(double *y, const double *bias, size_t N, size_t C, int act, double slope,
                 double dropout, const ref_random *random);
/* dy (N, C) *= act'(y), y after dropout: what was dropped has y = 0. */
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
 * which go to moments (2, C) if not NULL. */
void ref_batchnorm(double *y, double *moments, const double *h, const double *gamma,
                   const double *beta, size_t R, size_t C);

/* CE(l, y) by the definition, where sigmoid(l) is neither 0 nor 1: else its limit. */
double ref_cross_entropy(double logit, double label);
double ref_sigmoid(double x);

/* One step of Adam with a rate that is corrected for bias, and of the moving average. */
void ref_adam(double *w, const double *g, double *m, double *v, double *ema, size_t n,
              double rate, double beta1, double beta2, double epsilon, double decay);

/* Row `at` of the order of n rows of an epoch. */
uint32_t ref_order(uint32_t at, uint32_t n, uint64_t seed, uint32_t epoch,
                   uint32_t stream);
/* Element of the noise at iteration `step`. */
double ref_noise(uint32_t row, uint32_t column, uint64_t seed, uint32_t step,
                 uint32_t stream);

/* One section of a network, batch normalisation by the moments of each of `groups` parts
 * of the rows, or with groups 0 none (it is folded into w): y (N, O of the last layer),
 * and if not NULL the output of the starred layer, `features`.  w: the flat weights.
 * rows: N of x (N, I). */
void ref_section(double *y, double *features, const egad_net *net, int section,
                 const double *w, const double *x, size_t N, size_t groups,
                 const ref_random *random);
/* D of a GAN (z NULL) or a BiGAN: logits (N), and f_D (N, ...) if not NULL. */
void ref_discriminate(double *logits, double *features, const egad_net *net,
                      const double *w, const double *x, const double *z, size_t N,
                      size_t groups, const ref_random *random);
/* The losses of one iteration, LOSS_*: x: (N, X), z: (N, Z), w: by network. */
void ref_losses(double losses[LOSSES], const egad_detector *detector,
                double *const w[NETS], const double *x, const double *z, size_t N,
                const ref_random *random);
/* ---- ref_terms.c: scores.  What is returned ends with the test ---------------- */

/* The weights `flat` of a network of the lab's device as ref_section takes them with
 * groups 0: batch normalisation folded in. */
double *ref_folded(const egad_net *net, egad_tensor flat);
/* p (P) = the point that evidence e (n) is. */
void ref_place(double *p, const egad_points *points, const double *e);
/* Terms NEAR and LOCAL of a point p (P).  own: one of `points` that does not count, or
 * -1. Of points equally near, the first counts first. */
void ref_nearest(double *near, double *local, const egad_points *points, const double *p,
                 long own);
/* The evidence of N rows of inputs x, already scaled: (N, columns of evidence). */
void ref_evidence(double *e, const egad_detector *detector, double *const w[NETS],
                  const double *x, size_t N);
/* All terms of them, (N, TERMS); distances are 0 without a calibration. */
void ref_terms(double *terms, const egad_detector *detector, double *const w[NETS],
               const double *x, size_t N);

#endif
