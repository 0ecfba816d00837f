/* Passes: run a batch forward and backward through one section of a network, one or a few
 * launches per layer. */
#ifndef EGAD_PASS_H
#define EGAD_PASS_H

#include "net.h"

/* The purpose of a pass.  Scoring uses parameters with batch normalisation folded in
 * (egad_net_fold), packed by egad_net_pack_score.  Latent search also runs backward,
 * through a network made by egad_net_freeze.  Training normalises by the moments of its
 * own batch and reads what egad_net_pack_train packs. */
typedef enum {
    PASS_SCORE,
    PASS_SEARCH,
    PASS_MOMENTS, /* training, forward only */
    PASS_TRAIN
} egad_pass_mode;

typedef struct {
    egad_pass_mode mode;
    size_t groups;             /* equal groups of rows, normalised separately; 0: one */
    const egad_random *random; /* dropout's random numbers; NULL: no dropout */
    unsigned stream;           /* added to the number of dropout's stream */
    int joins;                 /* 1: use the composed convolution, if the network has
                                * one; the first layer's output then does not exist */
} egad_pass_options;

/* The tensors of a pass: the outputs of its layers and, in training, the values before
 * batch normalisation and the gradients before the activations.  Backward, a layer's
 * gradient is replaced by the one before batch normalisation. */
typedef struct {
    egad_net *net;
    egad_pass_mode mode;
    size_t groups;
    size_t first, n;    /* range of the network's layers */
    egad_tensor x;      /* (N, I) */
    egad_tensor g;      /* where gradients of weights go, by default the network's g */
    egad_tensor *y;     /* (N, O) per layer, after activation and dropout */
    egad_tensor *h;     /* (N, O) per layer, before batch normalisation, or no memory */
    egad_tensor *stats; /* (groups, 2 * channels), see egad_batchnorm, or no memory */
    egad_tensor *dpre;  /* (N, O) per layer; NULL: no gradients */
    egad_tensor pair;   /* (N, I): gradient of a convolution's input of two images */
    int borrowed;       /* 1: the last y belongs to the caller */
    int joins;          /* 1: the first two layers are one convolution of `unfolded` */
    egad_tensor unfolded,
        djoined; /* x unfolded for egad_conv2d_compose; gradient of the composed kernel */
    int dropout; /* 1: apply dropout, with `random` */
    egad_random random;
    unsigned stream;
} egad_pass;

/* Allocate a pass of x.n rows; x must outlive it.  out: destination of the last layer, or
 * no memory to allocate it.  options NULL: scoring.  The caller frees it with
 * egad_pass_free. */
egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out,
                          const egad_pass_options *options);
void egad_pass_free(egad_pass *pass);

/* Append the forward pass with parameters `flat` (w, ema or folded).  move: 1 to update
 * batch normalisation's moving statistics.  `second` is added to the number of dropout's
 * stream. */
egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int move, unsigned second);
/* Append just the part of the forward pass that updates moving statistics. */
egad_status egad_pass_move(const egad_pass *pass, egad_plan *plan, egad_tensor flat);

/* Append the backward pass.  Input: the gradient before the last layer's activation.
 * Computes the gradients of the layers below for rows first_row .. first_row + rows,
 * which must be whole groups, and with `weights` 1 those of all parameters from these
 * rows. */
egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows);

/* Append the gradient of the inputs, dx (N, I), from the one before the first layer's
 * activation. */
egad_status egad_pass_inputs(const egad_pass *pass, egad_plan *plan, egad_tensor dx);

/* Append the gradient from the first layer of `upper` (part 0 or 1 of its inputs) to
 * before the last activation of `lower`; rows first_row .. of `upper` correspond to rows
 * lower_row .. of `lower`. */
egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan);
/* The same into `to`, where y is the output of an activation, after dropout: what the
 * part is, or some columns of it.  to, y: (rows, columns of the part). */
egad_status egad_pass_part(const egad_pass *upper, int part, size_t first_row,
                           egad_tensor to, egad_tensor y, const egad_activation *a,
                           egad_plan *plan);
/* The activation and dropout of the last layer. */
egad_activation egad_pass_end(const egad_pass *pass);

/* A view of the pass that ends at the starred layer f_D, for both directions; it is not
 * freed.  And the output of that layer, and of the last layer. */
egad_pass egad_pass_starred(const egad_pass *pass);
egad_tensor egad_pass_features(const egad_pass *pass);
egad_tensor egad_pass_output(const egad_pass *pass);

#endif
