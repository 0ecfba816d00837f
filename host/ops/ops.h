/* All operators except mlp.h.  An operator appends launches to a plan and runs nothing.
 *
 * N rows of a batch; I inputs and O outputs of a layer; C columns; Z latent dimension.
 * dx is the gradient of the loss with respect to x.  Arguments: destination first, then
 * inputs; the caller owns all tensors, which must outlive the plan.  A tensor without
 * memory (mem NULL) is left out where the comment says so.  Errors: EGAD_BUILD,
 * EGAD_OPENCL, EGAD_MEMORY. */
#ifndef EGAD_OPS_H
#define EGAD_OPS_H

#include "conv2d_shape.h"
#include "gemm.h"

/* An activation followed by dropout. */
typedef struct {
    int act; /* ACT_* */
    float slope, dropout;
    egad_random random; /* for dropout */
    unsigned stream;    /* STREAM_DROPOUT + ... */
} egad_activation;

/* ---- dense.c: dense layers, y = dropout(act(x W + b)) ----------------- */

/* y: (N, O).  x: (N, I).  w: (I, O).  bias: (1, O); no memory: y = x W.  panels: w packed
 * by egad_gemm_pack, or no memory. */
egad_status egad_dense_forward(egad_plan *plan, const char *label, egad_tensor y,
                               egad_tensor x, egad_tensor w, egad_tensor panels,
                               egad_tensor bias, const egad_activation *a);

/* dw = x^T dy, db = column sums of dy.  dw: (I, O).  db: (1, O), or no memory.  x: (N,
 * I).  dy: (N, O), the gradient before the activation. */
egad_status egad_dense_weights(egad_plan *plan, const char *label, egad_tensor dw,
                               egad_tensor db, egad_tensor x, egad_tensor dy);

/* dx = (dy w^T) act'(y).  dx: (N, I), the gradient before the activation `a` of the layer
 * below, whose output is y: (N, I).  w: (I, O).  panels: w^T packed, or no memory. */
egad_status egad_dense_input(egad_plan *plan, const char *label, egad_tensor dx,
                             egad_tensor dy, egad_tensor w, egad_tensor panels,
                             egad_tensor y, const egad_activation *a);

/* ---- conv2d.c: convolutions and their adjoints (conv2d_shape.h) ---------- */

/* What is applied to the result: times act'(y) if y has memory, where y is the output of
 * the layer below; else act(. + bias) if bias has memory; else nothing.  No dropout. */
typedef struct {
    egad_tensor bias, y;
    egad_activation a;
} egad_conv2d_end;

/* small = convolution of large.  w: (K, K, C, O).  panels: w packed, or no memory. */
egad_status egad_conv2d_forward(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor small, egad_tensor large, egad_tensor w,
                                egad_tensor panels, const egad_conv2d_end *end);
/* large = adjoint convolution of small.  w: (K, K, C, O).  panels: w packed for the
 * adjoint; required by an engine that packs if egad_conv2d_panels is not 0. */
egad_status egad_conv2d_adjoint(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor large, egad_tensor small, egad_tensor w,
                                egad_tensor panels, const egad_conv2d_end *end);
/* dw = gradient of the kernel (K, K, C, O), where large or small holds the gradient.
 * sums (1, O) = sums of small over rows and pixels, if it has memory; rows of small must
 * then be contiguous. */
egad_status egad_conv2d_weights(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor dw, egad_tensor sums, egad_tensor large,
                                egad_tensor small);

/* Size in floats of a packed kernel; and the entries of egad_gemm_pack, at most K * K,
 * that pack w at offset `from` to panels at offset `to`.  Returns their number. */
size_t egad_conv2d_panels(const egad_device *device, const egad_conv2d *g, int adjoint);
size_t egad_conv2d_pack(const egad_device *device, const egad_conv2d *g, int adjoint,
                        size_t from, size_t to, egad_gemm_entry *entries);

/* The method: products by the engine of gemm.h, which gathers pixels or reads patches;
 * or, for stride 1, products of Fourier transforms (conv2d_fft.c). */
typedef enum { EGAD_CONV2D_DIRECT, EGAD_CONV2D_FFT } egad_conv2d_engine;
typedef enum {
    EGAD_CONV2D_FORWARD,
    EGAD_CONV2D_ADJOINT,
    EGAD_CONV2D_WEIGHTS
} egad_conv2d_work;

/* Choose the engine for a batch of N: EGAD_CONV if it is set and possible; else
 * transforms where they were measured to be faster, so far on CPU devices only.
 * EGAD_ARGUMENT if EGAD_CONV is not an engine. */
egad_status egad_conv2d_choose(egad_conv2d_engine *engine, egad_device *device,
                               const egad_conv2d *g, size_t N, egad_conv2d_work work);

/* ---- conv2d_fft.c: convolutions by Fourier transforms, for conv2d.c --- */

/* c = convolution of x, or its adjoint, followed by `end`.  dw: the kernel's gradient, as
 * above, of images x and y. */
egad_status egad_conv2d_fft_images(egad_plan *plan, const char *label,
                                   const egad_conv2d *g, int adjoint, egad_tensor c,
                                   egad_tensor x, egad_tensor w,
                                   const egad_conv2d_end *end);
egad_status egad_conv2d_fft_weights(egad_plan *plan, const char *label,
                                    const egad_conv2d *g, egad_tensor dw, egad_tensor x,
                                    egad_tensor y);

/* Cost: operations of the transforms, and bytes of scratch memory. */
typedef struct {
    double flops, bytes;
} egad_conv2d_cost;
egad_conv2d_cost egad_conv2d_fft_cost(const egad_conv2d *g, size_t N,
                                      egad_conv2d_work work);

/* ---- conv2d_patches.c: convolutions as products of patches --------------- */

/* Arguments as for egad_conv2d_forward, egad_conv2d_adjoint and egad_conv2d_weights. */
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

/* ---- conv2d_compose.c: two convolutions composed into one ----------------- */

/* Two convolutions with only a bias between them.  x is unfolded: its T = K * K * C + 1
 * channels are the pixels under the first kernel, and 1 for the bias.  `joined` is the
 * second convolution on that.  If C is small this takes few products, and the image
 * between the two is never stored. */
typedef struct {
    egad_conv2d first, second, joined;
} egad_conv2d_compose;

egad_conv2d_compose egad_conv2d_compose_of(const egad_conv2d *first,
                                           const egad_conv2d *second);
size_t egad_conv2d_compose_weights(
    const egad_conv2d_compose *j); /* size of the composed kernel in floats */

/* First kernel and bias, views of one buffer, and second kernel; or their gradients. */
typedef struct {
    egad_tensor w, bias, second;
} egad_conv2d_compose_kernels;

/* u = x unfolded.  u: (N, h * w * T), contiguous rows; (h, w) is the output size of the
 * first convolution.  x: (N, H * W * C). */
egad_status egad_conv2d_compose_unfold(egad_plan *plan, const char *label,
                                       const egad_conv2d_compose *j, egad_tensor u,
                                       egad_tensor x);
/* joined = the composed kernel: applied to u it gives the second convolution's output. */
egad_status egad_conv2d_compose_kernel(egad_plan *plan, const char *label,
                                       const egad_conv2d_compose *j, egad_tensor joined,
                                       const egad_conv2d_compose_kernels *of);
/* d = the gradients of both kernels and the bias, from that of the composed kernel. */
egad_status egad_conv2d_compose_gradients(egad_plan *plan, const char *label,
                                          const egad_conv2d_compose *j,
                                          const egad_conv2d_compose_kernels *d,
                                          egad_tensor djoined,
                                          const egad_conv2d_compose_kernels *of);

/* ---- batchnorm.c: y = act(gamma (h - mean) / sqrt(variance + epsilon) + beta) --- */

/* Batch normalisation.  Moments are taken per channel over rows and pixels, separately
 * for each of `groups` equal groups of rows (the paper's networks: TensorFlow's
 * batch_normalization, epsilon 1e-3, momentum .99, biased variance). */
typedef struct {
    size_t groups, C;
    egad_tensor h;                          /* (N, pixels * C), contiguous rows */
    egad_tensor y;                          /* (N, pixels * C) */
    egad_tensor gamma, beta, dgamma, dbeta; /* (1, C) */
    egad_tensor moving;                     /* (2, C) mean, variance */
    egad_tensor stats; /* (groups, 2 C): mean, 1 / sqrt(variance + epsilon) */
    egad_activation a; /* without dropout */
} egad_batchnorm;

/* Compute stats, and y if it has memory.  move: 1 to update the moving statistics, one
 * group after the other. */
egad_status egad_batchnorm_forward(egad_plan *plan, const char *label,
                                   const egad_batchnorm *b, int move);
/* Replace d (N, pixels * C), the gradient before the activation, by the one before the
 * normalisation.  weights: 1 to compute dgamma and dbeta, summed over groups. */
egad_status egad_batchnorm_backward(egad_plan *plan, const char *label,
                                    const egad_batchnorm *b, egad_tensor d, int weights);

/* ---- pointwise.c: elementwise operators and column sums --------------- */

/* y = dropout(act(y + bias)) in place.  y: (N, C).  bias: (1, C). */
egad_status egad_pointwise_forward(egad_plan *plan, const char *label, egad_tensor y,
                                   egad_tensor bias, const egad_activation *a);
/* dy *= act'(y).  y: the activation's output after dropout.  Both (N, C). */
egad_status egad_pointwise_backward(egad_plan *plan, const char *label, egad_tensor dy,
                                    egad_tensor y, const egad_activation *a);
/* to = to + from, or 0 without memory in `from`.  Both (N, C). */
egad_status egad_pointwise_add(egad_plan *plan, const char *label, egad_tensor to,
                               egad_tensor from);
/* to = from^T, added to `to` if `add`.  to: (N, C).  from: (C, N). */
egad_status egad_pointwise_transpose(egad_plan *plan, const char *label, egad_tensor to,
                                     egad_tensor from, int add);
/* sums[j] = sum of column j of x.  sums: (1, C).  x: (N, C), or (N, pixels * C) with
 * contiguous rows, then summed over pixels too. */
egad_status egad_pointwise_sums(egad_plan *plan, const char *label, egad_tensor sums,
                                egad_tensor x);
/* x = clip((f(x) - offset) scale) in place, |x| <= limit.  x: (N, C).  fit: (3, C):
 * offset, scale, and a flag: if not 0, f(x) = sign(x) log(1 + |x|), else f(x) = x. */
egad_status egad_pointwise_scale(egad_plan *plan, const char *label, egad_tensor x,
                                 egad_tensor fit, float limit);

/* ---- batch.c: the inputs of a training step --------------------------- */

/* x = a batch of training rows, in a random order per epoch; the clock says which batch.
 * x: (N, C).  data: the rows, (n, C) in each of the `pieces` tensors, one piece after the
 * other.  An epoch has rows / N batches.  Each `stream` has its own order. */
egad_status egad_batch_gather(egad_plan *plan, const char *label, egad_tensor x,
                              const egad_tensor *data, size_t pieces, egad_random random,
                              unsigned stream);
/* z ~ N(0, I).  z: (N, Z). */
egad_status egad_batch_noise(egad_plan *plan, const char *label, egad_tensor z,
                             egad_random random, unsigned stream);
/* z = start of a latent search: standard normal, truncated at 2 standard deviations.  z:
 * (N, Z).  rows: (1, N), row numbers as the bits of unsigned ints; the noise is a
 * function of row number, seed and clock. */
egad_status egad_batch_start(egad_plan *plan, const char *label, egad_tensor z,
                             egad_tensor rows, egad_random random);
/* Advance the clock by one iteration. */
egad_status egad_batch_tick(egad_plan *plan, egad_random random);

/* ---- loss.c: losses of a training step --------------------------------- */

/* The target of a block of rows: the label of its rows, a factor of the gradient, and the
 * column of the ring (RING, LOSSES) that takes their mean loss.  The clock gives the
 * ring's row. */
typedef struct {
    float label, weight;
    int slot;
} egad_target;

/* dlogits = gradient of the mean of CE(logits, label), times weight, for each of `blocks`
 * (1 or 2) equal blocks of the rows; added to dlogits if add is 1.  dlogits, logits:
 * (blocks * N, 1).  targets: one per block. */
egad_status egad_loss_cross_entropy(egad_plan *plan, const char *label,
                                    egad_tensor dlogits, egad_tensor logits,
                                    egad_tensor ring, egad_random random,
                                    const egad_target *targets, size_t blocks, int add);
/* The mean over the rows of sum |a - b|, or of sum (a - b)^2, by_column 1: divided by C,
 * to a column of the ring.  a, b: (N, C). */
egad_status egad_loss_distance(egad_plan *plan, const char *label, egad_tensor a,
                               egad_tensor b, int squares, int by_column,
                               egad_tensor ring, egad_random random, int slot);
/* d = the gradient of weight * sum |a - b| or sum (a - b)^2 before the activation whose
 * output, after dropout, is a; added to d if add is 1.  d, a, b: (N, C). */
egad_status egad_loss_distance_back(egad_plan *plan, const char *label, egad_tensor d,
                                    egad_tensor a, egad_tensor b, double weight,
                                    int squares, const egad_activation *activation,
                                    int add);

/* ---- adam.c: the optimiser -------------------------------------------- */

/* Adam's constants that no recipe changes (paper, section 4: the defaults). */
#define ADAM_BETA2 0.999
#define ADAM_EPSILON 1e-8

typedef struct {
    egad_tensor w, g, m, v, ema; /* (1, n), each at offset 0 of its buffer; ema: or no
                                  * memory */
    egad_tensor rates;           /* (1, RING): bias-corrected learning rates by
                                  * iteration */
    double beta1, ema_decay;
} egad_adam;

/* One step of Adam, and of the parameters' moving average. */
egad_status egad_adam_step(egad_plan *plan, const char *label, const egad_adam *a,
                           egad_random random);
/* Bias-corrected rate of iteration t (from 0): lr sqrt(1 - b2^(t+1)) / (1 - b1^(t+1)). */
double egad_adam_rate(double lr, double beta1, uint64_t t);

/* ---- terms.c: terms of a score, columns of (N, TERMS) ------------------ */

/* terms[first] = sum |a - b| and terms[second] = sum (a - b)^2 per row; -1 skips one.  a,
 * b: (N, C); b without memory: 0. */
egad_status egad_terms_distance(egad_plan *plan, const char *label, egad_tensor terms,
                                egad_tensor a, egad_tensor b, int first, int second);
/* terms[which] = CE(logits, 1).  logits: (N, 1). */
egad_status egad_terms_sigma(egad_plan *plan, const char *label, egad_tensor terms,
                             egad_tensor logits, int which);
/* Gradient of `weight` times a term with respect to a, before the activation that
 * produced a (without dropout).  It replaces d, or is added to d if `add`.  d, a, b: (N,
 * C). */
egad_status egad_terms_distance_back(egad_plan *plan, const char *label, egad_tensor d,
                                     egad_tensor a, egad_tensor b, double weight,
                                     const egad_activation *activation, int add);
/* The same for the term of egad_terms_sigma.  d, logits: (N, 1). */
egad_status egad_terms_sigma_back(egad_plan *plan, const char *label, egad_tensor d,
                                  egad_tensor logits, double weight);
/* e = (a, a - b) - mean, the features of the score.  e: (N, 2 C).  a, b: (N, C).  mean:
 * (1, 2 C). */
egad_status egad_terms_features(egad_plan *plan, const char *label, egad_tensor e,
                                egad_tensor a, egad_tensor b, egad_tensor mean);

#endif
