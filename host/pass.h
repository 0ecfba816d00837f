/* Passes: a batch's way through one section of a network, and back, as launches. */
#ifndef EGAD_PASS_H
#define EGAD_PASS_H

#include "net.h"

/* The tensors of a pass: the outputs of its layers, and the gradients before
 * their activations. */
typedef struct {
    egad_net *net;
    size_t first, n;   /* layers of the net */
    egad_tensor x;     /* (N, I) */
    egad_tensor *y;    /* (N, O) by layer, after activation and dropout */
    egad_tensor *dpre; /* (N, O) by layer, before the activation; NULL: no gradients */
    int borrowed;      /* 1: the last y belongs to the caller */
    int dropout;       /* 1: drops, as training does, by `random` */
    egad_random random;
} egad_pass;

/* Reserve a pass of x.n rows.  out: where the last layer writes, or no memory to let the
 * pass have its own.  random: what dropout draws from; NULL: none drops. */
egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out, int gradients,
                          const egad_random *random);
void egad_pass_free(egad_pass *pass);

/* Append the forward pass with the weights `flat` (w or ema).  packed: 1 to read the
 * panels of egad_net_pack_forward.  `second` moves the dropout to another stream. */
egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int packed, unsigned second);

/* Given the gradient before the activation of the last layer, append the gradients of
 * all weights (if asked) and those before the activations of all layers below, for rows
 * first_row .. first_row + rows of the pass (weights: always of all rows). */
egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows);

/* Append the gradient that crosses from the first layer of `upper`, part 0 or 1 of its
 * inputs, to before the last activation of `lower`: rows first_row .. of upper are the
 * rows from lower_row of lower. */
egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan);

/* The output of the starred layer f_D, and the last one's. */
egad_tensor egad_pass_features(const egad_pass *pass);
egad_tensor egad_pass_output(const egad_pass *pass);

#endif
