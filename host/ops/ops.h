/* Every operator on one page, but mlp.h.  An operator appends launches to a plan; nothing
 * runs here.
 *
 * N rows of a batch; I inputs and O outputs of a layer; C columns; Z latent dimension.
 * Gradients take `d`: dx is the gradient of the loss with respect to x.  Destination
 * first, then inputs.  Failures: EGAD_BUILD, EGAD_OPENCL, EGAD_MEMORY. */
#ifndef EGAD_OPS_H
#define EGAD_OPS_H

#include "conv2d_shape.h"
#include "gemm.h"

/* An activation and the dropout behind it. */
typedef struct {
    int act; /* ACT_* */
    float slope, dropout;
    egad_random random; /* for dropout */
    unsigned stream;    /* STREAM_DROPOUT + ... */
} egad_activation;

/* ---- dense.c: y = dropout(act(x W + b)) ------------------------------- */

/* y: (N, O).  x: (N, I).  w: (I, O).  panels: w packed for the engine, or no memory. */
egad_status egad_dense_forward(egad_plan *plan, const char *label, egad_tensor y,
                               egad_tensor x, egad_tensor w, egad_tensor panels,
                               egad_tensor bias, const egad_activation *a);

/* dw = x^T dy, db = column sums of dy.  dw: (I, O).  x: (N, I).  dy: (N, O), the gradient
 * before the activation. */
egad_status egad_dense_weights(egad_plan *plan, const char *label, egad_tensor dw,
                               egad_tensor db, egad_tensor x, egad_tensor dy);

/* dx = (dy w^T) act'(y): dx: (N, I), the gradient before the activation `a` of the layer
 * below, whose output is y: (N, I).  w: (I, O).  panels: w^T packed, or no memory. */
egad_status egad_dense_input(egad_plan *plan, const char *label, egad_tensor dx,
                             egad_tensor dy, egad_tensor w, egad_tensor panels,
                             egad_tensor y, const egad_activation *a);

/* ---- conv2d.c: convolutions and their adjoints (conv2d_shape.h) ---------- */

/* What comes after the products: act(. + bias), or with y times act'(y), y being the
 * output of what is below, or nothing if neither has memory.  No dropout. */
typedef struct {
    egad_tensor bias, y;
    egad_activation a;
} egad_conv2d_end;

/* small = convolution of large.  panels: w packed, or no memory. */
egad_status egad_conv2d_forward(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor small, egad_tensor large, egad_tensor w,
                                egad_tensor panels, const egad_conv2d_end *end);
/* large = adjoint applied to small.  panels: w packed for it; engines that pack need it
 * where egad_conv2d_panels is not 0. */
egad_status egad_conv2d_adjoint(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor large, egad_tensor small, egad_tensor w,
                                egad_tensor panels, const egad_conv2d_end *end);
/* dw = gradient of the kernel, one of large and small being a gradient; sums = sums of
 * small, whose rows are then close together, over its pixels, if it has memory.  dw: as
 * w. sums: (1, O). */
egad_status egad_conv2d_weights(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor dw, egad_tensor sums, egad_tensor large,
                                egad_tensor small);

/* Floats of a packed kernel; and the entries of egad_gemm_pack that pack it, at most K *
 * K of them, for w at `from` to panels at `to`: how many. */
size_t egad_conv2d_panels(const egad_device *device, const egad_conv2d *g, int adjoint);
size_t egad_conv2d_pack(const egad_device *device, const egad_conv2d *g, int adjoint,
                        size_t from, size_t to, egad_gemm_entry *entries);

/* How: by products of the engine of gemm.h, gathered as they go or as patches; or by
 * products of transforms, for a step of 1 (conv2d_fft.c). */
typedef enum { EGAD_CONV2D_DIRECT, EGAD_CONV2D_FFT } egad_conv2d_engine;
typedef enum {
    EGAD_CONV2D_FORWARD,
    EGAD_CONV2D_ADJOINT,
    EGAD_CONV2D_WEIGHTS
} egad_conv2d_work;

/* The engine for a batch of N: what EGAD_CONV says, where it can; else transforms where
 * they were measured to be faster, which so far is on CPU devices.  EGAD_ARGUMENT if
 * EGAD_CONV names none. */
egad_status egad_conv2d_choose(egad_conv2d_engine *engine, egad_device *device,
                               const egad_conv2d *g, size_t N, egad_conv2d_work work);

/* ---- conv2d_fft.c: an engine of conv2d.c ------------------------------ */

/* c = convolution of x, or its adjoint, and what `end` says.  dw as above. */
egad_status egad_conv2d_fft_images(egad_plan *plan, const char *label,
                                   const egad_conv2d *g, int adjoint, egad_tensor c,
                                   egad_tensor x, egad_tensor w,
                                   const egad_conv2d_end *end);
egad_status egad_conv2d_fft_weights(egad_plan *plan, const char *label,
                                    const egad_conv2d *g, egad_tensor dw, egad_tensor x,
                                    egad_tensor y);

/* What it takes: operations of the transforms, and scratch. */
typedef struct {
    double flops, bytes;
} egad_conv2d_cost;
egad_conv2d_cost egad_conv2d_fft_cost(const egad_conv2d *g, size_t N,
                                      egad_conv2d_work work);

/* ---- conv2d_patches.c: another one --------------------------------------- */

/* As egad_conv2d_forward, egad_conv2d_adjoint and egad_conv2d_weights. */
egad_status egad_conv2d_patches_forward(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor small,
                                        egad_tensor large, egad_tensor w,
                                        const egad_conv2d_end *end);
egad_status egad_conv2d_patches_adjoint(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor large,
                                        egad_tensor small, egad_tensor w,
                                        const egad_conv2d_end *end);
egad_status egad_conv2d_patches_weights(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor dw,
                                        egad_tensor large, egad_tensor small);

/* ---- conv2d_compose.c: two convolutions with nothing between them but a bias, as one
 * ---- */

/* The first as an unfolding of x, whose channels are the pixels under its kernel and a 1,
 * T = K * K * C + 1 in all; and what that makes of the second.  Where C is small, few
 * products are left, and no image between the two. */
typedef struct {
    egad_conv2d first, second, joined;
} egad_conv2d_compose;

egad_conv2d_compose egad_conv2d_compose_of(const egad_conv2d *first,
                                           const egad_conv2d *second);
size_t egad_conv2d_compose_weights(
    const egad_conv2d_compose *j); /* numbers of the joined kernel */

/* Kernel and bias of the first, views of one buffer, and the kernel of the second; or
 * their gradients. */
typedef struct {
    egad_tensor w, bias, second;
} egad_conv2d_compose_kernels;

/* u = the unfolding of x.  u: (N, h * w * T), rows close together, h and w those behind
 * the first.  x: (N, H * W * C). */
egad_status egad_conv2d_compose_unfold(egad_plan *plan, const char *label,
                                       const egad_conv2d_compose *j, egad_tensor u,
                                       egad_tensor x);
/* joined = the kernel that makes of u what the two make of x. */
egad_status egad_conv2d_compose_kernel(egad_plan *plan, const char *label,
                                       const egad_conv2d_compose *j, egad_tensor joined,
                                       const egad_conv2d_compose_kernels *of);
/* d = the gradients of both kernels and the bias, given that of the joined one. */
egad_status egad_conv2d_compose_gradients(egad_plan *plan, const char *label,
                                          const egad_conv2d_compose *j,
                                          const egad_conv2d_compose_kernels *d,
                                          egad_tensor djoined,
                                          const egad_conv2d_compose_kernels *of);

/* ---- batchnorm.c: y = act(gamma (h - mean) / sqrt(variance + epsilon) + beta) --- */

/* Moments are over all but the channels, of each of `groups` equal groups of the samples
 * by itself (paper's networks: TensorFlow's batch_normalization, epsilon 1e-3, momentum
 * .99, biased variance). */
typedef struct {
    size_t groups, C;
    egad_tensor h;                          /* (N, pixels * C), samples close together */
    egad_tensor y;                          /* (N, pixels * C) */
    egad_tensor gamma, beta, dgamma, dbeta; /* (1, C) */
    egad_tensor moving;                     /* (2, C) mean, variance */
    egad_tensor stats; /* (groups, 2 C): mean, 1 / sqrt(variance + epsilon) */
    egad_activation a; /* without dropout */
} egad_batchnorm;

/* y from h, if it has memory, filling stats; move: 1 to move the moving averages, group
 * after group. */
egad_status egad_batchnorm_forward(egad_plan *plan, const char *label,
                                   const egad_batchnorm *b, int move);
/* d: (N, pixels * C), gradient before the activation, becomes that before the
 * normalisation; weights: 1 for dgamma and dbeta, sums over the groups. */
egad_status egad_batchnorm_backward(egad_plan *plan, const char *label,
                                    const egad_batchnorm *b, egad_tensor d, int weights);

/* ---- pointwise.c ------------------------------------------------------ */

/* y = dropout(act(y + bias)).  y: (N, C). */
egad_status egad_pointwise_forward(egad_plan *plan, const char *label, egad_tensor y,
                                   egad_tensor bias, const egad_activation *a);
/* dy *= act'(y), y: the activation's output after dropout.  Both (N, C). */
egad_status egad_pointwise_backward(egad_plan *plan, const char *label, egad_tensor dy,
                                    egad_tensor y, const egad_activation *a);
/* sums[j] = sum of column j of x.  sums: (1, C).  x: (N, C), or (N, pixels * C) with rows
 * close together: then over pixels too. */
egad_status egad_pointwise_sums(egad_plan *plan, const char *label, egad_tensor sums,
                                egad_tensor x);
/* x = clip((f(x) - offset) scale) in place, |x| <= limit.  x: (N, C).  fit: (3, C)
 * offset, scale, and not 0 where f is the signed logarithm of 1 + |x|. */
egad_status egad_pointwise_scale(egad_plan *plan, const char *label, egad_tensor x,
                                 egad_tensor fit, float limit);

/* ---- batch.c: what a training step is fed with ------------------------ */

/* x = a batch of the epoch's order of `data`, by the clock.  x: (N, C).  data: (rows, C).
 * The epochs have rows / N batches; `stream` tells orders apart. */
egad_status egad_batch_gather(egad_plan *plan, const char *label, egad_tensor x,
                              egad_tensor data, egad_random random, unsigned stream);
/* z ~ N(0, I).  z: (N, Z). */
egad_status egad_batch_noise(egad_plan *plan, const char *label, egad_tensor z,
                             egad_random random, unsigned stream);
/* z = where searches begin: normal, but cut at 2 deviations.  z: (N, Z).  rows: (1, N),
 * bits of the unsigned numbers of the rows, which decide with the seed and the clock. */
egad_status egad_batch_start(egad_plan *plan, const char *label, egad_tensor z,
                             egad_tensor rows, egad_random random);
/* The clock moves on by one iteration. */
egad_status egad_batch_tick(egad_plan *plan, egad_random random);

/* ---- loss.c ----------------------------------------------------------- */

/* One half of a batch of logits: all with this label, their mean loss to slot `slot` of
 * the ring (RING, LOSSES) at the clock. */
typedef struct {
    float label;
    int slot; /* LOSS_* */
} egad_target;

/* dlogits = gradient of the mean of CE(logits, label), for each of `halves` (1 or 2)
 * equal halves of the rows.  dlogits, logits: (halves * N, 1). */
egad_status egad_loss_cross_entropy(egad_plan *plan, const char *label,
                                    egad_tensor dlogits, egad_tensor logits,
                                    egad_tensor ring, egad_random random,
                                    const egad_target *targets, size_t halves);

/* ---- adam.c ----------------------------------------------------------- */

/* What is never changed of Adam (paper, section 4: its defaults). */
#define ADAM_BETA2 0.999
#define ADAM_EPSILON 1e-8

typedef struct {
    egad_tensor w, g, m, v, ema; /* (1, n), all at element 0 of their memory; ema: or no
                                  * memory, for none */
    egad_tensor rates;           /* (1, RING), bias-corrected rate by iteration */
    double beta1, ema_decay;
} egad_adam;

/* One step of Adam and of the moving average. */
egad_status egad_adam_step(egad_plan *plan, const char *label, const egad_adam *a,
                           egad_random random);
/* Adam's rate for iteration t (from 0) of rate lr: lr sqrt(1 - b2^(t+1)) / (1 -
 * b1^(t+1)).
 */
double egad_adam_rate(double lr, double beta1, uint64_t t);

/* ---- terms.c: terms of a score, columns TERM_* of (N, TERMS) ----------- */

/* terms[first] = sum |a - b|, terms[second] = sum (a - b)^2 per row; -1 for neither.  a,
 * b: (N, C); b without memory stands for 0. */
egad_status egad_terms_distance(egad_plan *plan, const char *label, egad_tensor terms,
                                egad_tensor a, egad_tensor b, int first, int second);
/* terms[which] = CE(logits, 1).  logits: (N, 1). */
egad_status egad_terms_sigma(egad_plan *plan, const char *label, egad_tensor terms,
                             egad_tensor logits, int which);
/* Their gradients, of `weight` times the term.  d = that with respect to a before the
 * activation that a is the output of (without dropout), or d plus it if `add`.  d, a, b:
 * (N, C). */
egad_status egad_terms_distance_back(egad_plan *plan, const char *label, egad_tensor d,
                                     egad_tensor a, egad_tensor b, double weight,
                                     const egad_activation *activation, int add);
/* d, logits: (N, 1). */
egad_status egad_terms_sigma_back(egad_plan *plan, const char *label, egad_tensor d,
                                  egad_tensor logits, double weight);
/* e = (a, a - b) - mean.  e: (N, 2 C).  a, b: (N, C).  mean: (1, 2 C). */
egad_status egad_terms_features(egad_plan *plan, const char *label, egad_tensor e,
                                egad_tensor a, egad_tensor b, egad_tensor mean);

/* ---- neighbours.c: how far rows are from training rows ------------------- */

/* Training rows as points: what is known of a row, its evidence e (n), on P directions.
 */
typedef struct {
    size_t n;           /* columns of evidence; 0: none */
    size_t P;           /* directions */
    size_t rows;        /* points */
    float *map;         /* (n, P), */
    float *offset;      /* (P): e map + offset is a point */
    float *point;       /* (rows, P) */
    float *local_scale; /* (rows) logarithm of the mean distance to its own nearest */
} egad_points;

/* Points on the device, with room for a batch. */
typedef struct {
    size_t n, P; /* points, columns of each */
    egad_tensor map, offset, points, squares, local_scale;
    egad_tensor packed;   /* map, then points transposed, for an engine that packs */
    egad_tensor place;    /* (batch, P) */
    egad_tensor products; /* (batch, n) */
} egad_neighbours;

egad_status egad_neighbours_new(egad_neighbours *out, egad_device *device,
                                const egad_points *points, size_t batch);
void egad_neighbours_free(egad_neighbours *neighbours);

/* The first N rows of `place` = e map + offset.  e: (N, columns of evidence). */
egad_status egad_neighbours_place(const egad_neighbours *b, egad_plan *plan,
                                  egad_tensor e);
/* terms NEAR and LOCAL of the N rows in `place`: the mean distance d to the NEIGHBOURS
 * points nearest to each, and d over the geometric mean of these points' own mean
 * distances (local_scale).  first >= 0: row r is point first + r, which is left out.
 * terms: (N, TERMS). */
egad_status egad_neighbours_nearest(const egad_neighbours *b, egad_plan *plan,
                                    egad_tensor terms, size_t N, long first);

#endif
