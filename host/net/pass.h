/* Passes: a batch forward and backward through one section of a network, as launches. */
#ifndef EGAD_PASS_H
#define EGAD_PASS_H

#include "net.h"

/* The purpose of a pass.  Scoring uses folded weights (egad_net_fold), packed by
 * egad_net_pack_score; latent search also runs backward, through a network from
 * egad_net_freeze; training normalises by the batch's own moments and reads weights
 * packed by egad_net_pack_train. */
typedef enum {
    PASS_SCORE,
    PASS_SEARCH,
    PASS_MOMENTS, /* training, forward only */
    PASS_TRAIN
} egad_pass_mode;

typedef struct {
    egad_pass_mode mode;
    size_t groups;             /* equal groups of rows, normalised separately; 0: one */
    const egad_random *random; /* random numbers of dropout; NULL: no dropout */
    int joins;                 /* 1: run the two composed layers as one; the output of the
                                * first is then not computed */
} egad_pass_options;

/* The tensors of a pass: the outputs of its layers; in training also values before batch
 * normalisation, and gradients before activations (once a layer's backward pass has run:
 * before batch normalisation). */
typedef struct {
    egad_net *net;
    egad_pass_mode mode;
    size_t groups;
    size_t first, n;    /* its layers, in the net */
    egad_tensor x;      /* (N, I) */
    egad_tensor *y;     /* (N, O) by layer, after activation and dropout */
    egad_tensor *h;     /* (N, O) by layer, before batch normalisation, or no memory */
    egad_tensor *stats; /* (groups, 2 * channels), see egad_batchnorm, or no memory */
    egad_tensor *dpre;  /* (N, O) by layer; NULL: no gradients */
    int borrowed;       /* 1: the caller owns the last y */
    int joins;          /* 1: the first two layers are one convolution of `unfolded` */
    egad_tensor unfolded,
        djoined; /* x unfolded by egad_conv2d_compose; gradient of the composed kernel */
    int dropout; /* 1: dropout by `random`, as in training */
    egad_random random;
} egad_pass;

/* Reserve a pass of x.n rows.  out: output of the last layer, or no memory: the pass
 * allocates it.  options NULL: scoring. */
egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out,
                          const egad_pass_options *options);
void egad_pass_free(egad_pass *pass);

/* Append the forward pass with the weights `flat` (w, ema or folded).  move: 1 to update
 * the moving averages of batch normalisation.  `second`: use dropout's second random
 * stream. */
egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int move, unsigned second);
/* Likewise, but only up to the last layer with moving averages. */
egad_status egad_pass_move(const egad_pass *pass, egad_plan *plan, egad_tensor flat);

/* Given the gradient before the last layer's activation, append the gradients of all
 * layers below, for rows first_row .. first_row + rows of the pass (whole groups), and if
 * requested those of all weights (over all rows). */
egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows);

/* Append the gradient of the inputs, (N, I), from that before the first layer's
 * activation. */
egad_status egad_pass_inputs(const egad_pass *pass, egad_plan *plan, egad_tensor dx);

/* Append the gradient from the first layer of `upper`, part 0 or 1 of its inputs, to
 * before the last activation of `lower`: rows first_row .. of upper are rows lower_row ..
 * of lower. */
egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan);

/* A view of the pass up to the starred layer f_D, for both passes; not freed.  The
 * outputs of that layer and of the last one. */
egad_pass egad_pass_starred(const egad_pass *pass);
egad_tensor egad_pass_features(const egad_pass *pass);
egad_tensor egad_pass_output(const egad_pass *pass);

#endif
