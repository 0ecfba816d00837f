/* Fused dense layers: one launch takes a block of rows through a list of steps.  mlp.c
 * lists the steps, mlp_run.c launches them. */
#ifndef EGAD_MLP_H
#define EGAD_MLP_H

#include "ops.h"

/* A list of steps for every block of rows.  Intermediate values stay in the cache of a
 * CPU or in the local memory of a GPU's work-group.  Steps work on slots: columns of a
 * block's scratch memory, reserved and released like a stack.  Weights are copied from
 * host memory. */
typedef struct egad_mlp egad_mlp;
typedef struct {
    size_t at, room; /* first column in scratch memory, and columns; 0: no slot */
    int half;        /* in training: 1 if it holds the generated rows only */
} egad_slot;

/* *offered: whether fused launches are worthwhile.  On a CPU: if the engine packs.  On a
 * GPU: yes, but not for training, and not if EGAD_GEMM requests another engine. */
egad_status egad_mlp_offered(int *offered, egad_device *device);
egad_status egad_mlp_new(egad_mlp **out, egad_device *device);
void egad_mlp_free(egad_mlp *mlp);

egad_slot egad_mlp_reserve(egad_mlp *mlp, size_t columns);
egad_slot egad_mlp_columns(egad_slot slot, size_t first);
void egad_mlp_release(egad_mlp *mlp, egad_slot slot); /* and all reserved after it */

/* y = the input rows, scaled by `fit` (3, columns) as by egad_pointwise_scale; NULL:
 * unscaled. */
egad_status egad_mlp_input(egad_mlp *mlp, egad_slot y, const float *fit, size_t columns,
                           float limit);
/* y = act(x w + bias).  w: (I, O).  bias: (O), or NULL.  triangular: w is 0 below its
 * diagonal. */
egad_status egad_mlp_dense(egad_mlp *mlp, egad_slot y, egad_slot x, const float *w,
                           const float *bias, size_t I, size_t O, int act, float slope,
                           int triangular);
/* dx = (dy w^T) act'(y), where y is the output of the layer below; without slot y, dx =
 * dy w^T.  w: (I, O).  dy: (O).  dx, y: (I). */
egad_status egad_mlp_dense_back(egad_mlp *mlp, egad_slot dx, egad_slot dy, const float *w,
                                size_t I, size_t O, egad_slot y, int act, float slope);
/* y = the rows of `state` (N, columns), which other launches fill; and rows of `state` =
 * x. */
egad_status egad_mlp_load(egad_mlp *mlp, egad_slot y, size_t columns);
egad_status egad_mlp_store(egad_mlp *mlp, egad_slot x, size_t columns);
/* y (C) = x. */
egad_status egad_mlp_copy(egad_mlp *mlp, egad_slot y, egad_slot x, size_t C);
/* One step of Adam on w (C) with gradient g; m and v start at zero.  The bias-corrected
 * rate of repetition t < turns is rates[t]. */
egad_status egad_mlp_adam(egad_mlp *mlp, egad_slot w, egad_slot g, egad_slot m,
                          egad_slot v, size_t C, double beta1, const float *rates,
                          size_t turns);
/* egad_mlp_steps: the number of steps so far.  egad_mlp_repeat: execute the steps from
 * number `first` on `turns` times in all, at least once. */
size_t egad_mlp_steps(const egad_mlp *mlp);
egad_status egad_mlp_repeat(egad_mlp *mlp, size_t first, size_t turns);

/* Like the egad_terms_* functions of the same names. */
egad_status egad_mlp_distance_back(egad_mlp *mlp, egad_slot d, egad_slot a, egad_slot b,
                                   size_t C, double weight, int act, float slope,
                                   int add);
egad_status egad_mlp_sigma_back(egad_mlp *mlp, egad_slot d, egad_slot logits,
                                double weight);
egad_status egad_mlp_distance(egad_mlp *mlp, egad_slot a, egad_slot b, size_t C,
                              int first, int second);
egad_status egad_mlp_sigma(egad_mlp *mlp, egad_slot logits, int which);
egad_status egad_mlp_features(egad_mlp *mlp, egad_slot e, egad_slot a, egad_slot b,
                              size_t C, const float *mean);

/* y (C) = a function of a, b and, one row for all, c: FUNCTION_*.  b without slot and c
 * NULL if it has fewer arguments.  c: (samples, C), a row for each repetition. */
egad_status egad_mlp_function(egad_mlp *mlp, egad_slot y, egad_slot a, egad_slot b,
                              const float *c, size_t samples, size_t C, int which);
/* A number of each row of x, m and l (C): DENSITY_*; those that the kind does not have
 * are without slot.  To column `repetition` of slot `to`, or without slot to a term. */
egad_status egad_mlp_density(egad_mlp *mlp, egad_slot x, egad_slot m, egad_slot l,
                             size_t C, int kind, egad_slot to, int term);
/* A term from samples (L), as egad_density_average. */
egad_status egad_mlp_average(egad_mlp *mlp, egad_slot samples, size_t L, int term,
                             int logarithm);

/* ---- Training: a block has as many generated rows as real rows. A slot has room for
 * both, real rows first; a step works on both halves or on one, and its slot is then that
 * half. Weights are read from the launch's own buffer, packed at offsets from
 * egad_mlp_room.  */

/* The generated half of a slot. */
egad_slot egad_mlp_generated(egad_slot slot);
/* Reserve panels for weights (I, O) in the launch's own buffer, at offset *at; and get
 * that buffer, (1, size), after which no steps may be added.  egad_gemm_pack fills the
 * panels.  The buffer belongs to mlp. */
egad_status egad_mlp_room(egad_mlp *mlp, size_t I, size_t O, size_t *at);
egad_status egad_mlp_numbers(egad_mlp *mlp, egad_tensor *numbers);
/* Like egad_mlp_dense and egad_mlp_dense_back, with weights (I, O) packed at offset w of
 * the launch's buffer (backward: their transpose) and the bias at offset `bias`.
 * dropout: the rate that was applied to y. */
egad_status egad_mlp_forward(egad_mlp *mlp, egad_slot y, egad_slot x, size_t w,
                             size_t bias, size_t I, size_t O, int act, float slope,
                             int halves);
egad_status egad_mlp_backward(egad_mlp *mlp, egad_slot dx, egad_slot dy, size_t w,
                              size_t I, size_t O, egad_slot y, int act, float slope,
                              float dropout, int halves);
/* Dropout as in egad_pointwise_forward, for one half of y (C). */
egad_status egad_mlp_dropout(egad_mlp *mlp, egad_slot y, size_t C, float dropout,
                             unsigned stream, int generated);
/* Like egad_loss_cross_entropy, for one half.  `at`: where the loss goes in the
 * gradients' buffer, after all gradients. */
egad_status egad_mlp_loss(egad_mlp *mlp, egad_slot logits, egad_slot d, int label,
                          size_t at);
/* Gradients of weights (I, O) and bias (O), written at offsets dw and db of the
 * gradients' buffer. */
egad_status egad_mlp_weights(egad_mlp *mlp, egad_slot x, egad_slot dy, size_t I, size_t O,
                             size_t dw, size_t db, int halves);

enum { MLP_LOSSES = 8 };
typedef struct {
    size_t first, end; /* range of steps (egad_mlp_steps) */
    egad_tensor x, z;  /* inputs (N, columns); what loads read (2N, ...), from row N on */
    egad_tensor a, b;  /* (1, n): destinations of the gradients, consecutive; b may be
                        * without memory */
    egad_tensor ring;  /* (RING, LOSSES) */
    int slot, losses;  /* ring column of the first of the step's losses; their number, at
                        * most MLP_LOSSES */
    egad_random random;
} egad_mlp_training;
/* Append two launches: gradients per block of rows, then their sum. */
egad_status egad_mlp_train(egad_mlp *mlp, egad_plan *plan,
                           const egad_mlp_training *training);

/* 1 if a block fits into a GPU's local memory; always 1 on a CPU. */
int egad_mlp_fits(const egad_mlp *mlp);
/* Append the launch.  terms: (N, TERMS).  x: (N, columns), contiguous rows; without
 * memory if every run is preceded by egad_mlp_rebind.  state: (N, ...) for loads and
 * stores, contiguous rows, or no memory. */
egad_status egad_mlp_append(egad_mlp *mlp, egad_plan *plan, const char *label,
                            egad_tensor terms, egad_tensor x, egad_tensor state);
/* Let the first launch of `plan`, appended by egad_mlp_append, read the rows x: as many
 * columns as before, and at most as many rows as `terms`. */
egad_status egad_mlp_rebind(egad_plan *plan, egad_tensor x);
/* The same for n rows in host memory.  A CPU device reads them in place through *wrapped,
 * which the caller frees after the run; for other devices they are first copied to x. */
egad_status egad_mlp_give(egad_plan *plan, egad_tensor *wrapped, egad_tensor x,
                          const float *from, size_t n);

#endif
