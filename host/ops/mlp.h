/* Layers and terms of a block of rows in one launch: mlp.c has the steps, mlp_run.c the
 * launches. */
#ifndef EGAD_MLP_H
#define EGAD_MLP_H

#include "ops.h"

/* A list of steps that every block of rows goes through; what lies between the steps
 * stays in the cache of a CPU, or in the local memory of a GPU's group.  Steps work on
 * slots, columns of a block's scratch memory, reserved and released like a stack; weights
 * come from host memory and are copied. */
typedef struct egad_mlp egad_mlp;
typedef struct {
    size_t at, room; /* first column of the scratch memory, and how many, 0: no slot */
    int half;        /* in training: 1 for the generated half of the rows */
} egad_slot;

/* Whether to add steps for a device: on a CPU where the engine of products packs; on a
 * GPU, but not for training, unless EGAD_GEMM asks for another engine. */
egad_status egad_mlp_offered(int *offered, egad_device *device);
egad_status egad_mlp_new(egad_mlp **out, egad_device *device);
void egad_mlp_free(egad_mlp *mlp);

egad_slot egad_mlp_reserve(egad_mlp *mlp, size_t columns);
egad_slot egad_mlp_columns(egad_slot slot, size_t first);
void egad_mlp_release(egad_mlp *mlp, egad_slot slot); /* and all reserved after it */

/* y = the rows of the input, scaled by `fit` (3, columns) as egad_pointwise_scale has it;
 * NULL: as they are. */
egad_status egad_mlp_input(egad_mlp *mlp, egad_slot y, const float *fit, size_t columns,
                           float limit);
/* y = act(x w + bias).  w: (I, O).  bias: (O), NULL: none.  triangular: w is 0 below its
 * diagonal. */
egad_status egad_mlp_dense(egad_mlp *mlp, egad_slot y, egad_slot x, const float *w,
                           const float *bias, size_t I, size_t O, int act, float slope,
                           int triangular);
/* dx = (dy w^T) act'(y), y being what an activation gave below; no slot: dx = dy w^T.  w:
 * (I, O).  dy: (O).  dx, y: (I). */
egad_status egad_mlp_dense_back(egad_mlp *mlp, egad_slot dx, egad_slot dy, const float *w,
                                size_t I, size_t O, egad_slot y, int act, float slope);
/* y = the rows of `state` (N, columns), which other launches fill; and these rows = x. */
egad_status egad_mlp_load(egad_mlp *mlp, egad_slot y, size_t columns);
egad_status egad_mlp_store(egad_mlp *mlp, egad_slot x, size_t columns);
/* Adam on w (C) from its gradient g; m and v begin at zero.  In turn t of a repetition
 * the rate, corrected for bias, is rates[t], t < turns. */
egad_status egad_mlp_adam(egad_mlp *mlp, egad_slot w, egad_slot g, egad_slot m,
                          egad_slot v, size_t C, double beta1, const float *rates,
                          size_t turns);
/* Do the steps from number `first` on (egad_mlp_steps, when they were yet to be added)
 * `turns` times in all, at least once. */
size_t egad_mlp_steps(const egad_mlp *mlp);
egad_status egad_mlp_repeat(egad_mlp *mlp, size_t first, size_t turns);

/* As the egad_terms_* of these names. */
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

/* ---- Training: a block is some real rows and as many generated ones.  A slot has room
 * for both, the real ones first: a step is for both halves, or for one, which the slot is
 * then of.  Weights change, and are packed where egad_mlp_room says. */

/* The generated half of a slot. */
egad_slot egad_mlp_generated(egad_slot slot);
/* Room for (I, O) in panels among the numbers, and these themselves, (1, ...): no steps
 * may be added after that.  egad_gemm_pack packs for the same panels. */
egad_status egad_mlp_room(egad_mlp *mlp, size_t I, size_t O, size_t *at);
egad_status egad_mlp_numbers(egad_mlp *mlp, egad_tensor *numbers);
/* As egad_mlp_dense and _back, of weights (I, O) at w of the numbers, there transposed,
 * and a bias; dropout: the share that was dropped of y. */
egad_status egad_mlp_forward(egad_mlp *mlp, egad_slot y, egad_slot x, size_t w,
                             size_t bias, size_t I, size_t O, int act, float slope,
                             int halves);
egad_status egad_mlp_backward(egad_mlp *mlp, egad_slot dx, egad_slot dy, size_t w,
                              size_t I, size_t O, egad_slot y, int act, float slope,
                              float dropout, int halves);
/* As egad_pointwise_forward has dropout, for one half of y (C). */
egad_status egad_mlp_dropout(egad_mlp *mlp, egad_slot y, size_t C, float dropout,
                             unsigned stream, int generated);
/* As egad_loss_cross_entropy, for one half; `at`: where in the gradients the loss goes,
 * behind the last of them. */
egad_status egad_mlp_loss(egad_mlp *mlp, egad_slot logits, egad_slot d, int label,
                          size_t at);
/* Gradients of weights (I, O) and bias (O), to dw and db of the gradients. */
egad_status egad_mlp_weights(egad_mlp *mlp, egad_slot x, egad_slot dy, size_t I, size_t O,
                             size_t dw, size_t db, int halves);

typedef struct {
    size_t first, end; /* steps (egad_mlp_steps) */
    egad_tensor x, z;  /* (N, columns) of the inputs; (2N, ...) of loads, from N on */
    egad_tensor a, b;  /* (1, n) gradients, and those behind them, or no memory */
    egad_tensor ring;  /* (RING, LOSSES) */
    int slot;          /* of the two losses of the step, the first */
    egad_random random;
} egad_mlp_training;
/* Append two launches: gradients of blocks of rows, and their sum. */
egad_status egad_mlp_train(egad_mlp *mlp, egad_plan *plan,
                           const egad_mlp_training *training);

/* Are the steps narrow enough for the device? */
int egad_mlp_fits(const egad_mlp *mlp);
/* Append the one launch.  terms: (N, TERMS).  x: (N, columns), rows close together;
 * without memory if every run is to be bound to rows of its own.  state: (N, ...) of
 * loads and stores, rows close together, or no memory. */
egad_status egad_mlp_append(egad_mlp *mlp, egad_plan *plan, const char *label,
                            egad_tensor terms, egad_tensor x, egad_tensor state);
/* Let the first launch of `plan`, which egad_mlp_append made, read other rows of as many
 * columns: no more of them than `terms` has. */
egad_status egad_mlp_rebind(egad_plan *plan, egad_tensor x);
/* Let it read n rows of the caller's: on a CPU where they are, which *wrapped, freed when
 * they have been read, stands for; else they are copied to x first. */
egad_status egad_mlp_give(egad_plan *plan, egad_tensor *wrapped, egad_tensor x,
                          const float *from, size_t n);

#endif
