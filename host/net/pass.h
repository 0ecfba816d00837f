/* Passes: a batch's way through one section of a network, and back, as launches. */
#ifndef EGAD_PASS_H
#define EGAD_PASS_H

#include "net.h"

/* What a pass is for.  Scoring takes weights with batch normalisation folded in
 * (egad_net_fold), packed by egad_net_pack_score; searching goes back through such
 * weights, those of a network that egad_net_freeze made; training normalises by the
 * moments of its own batch, and reads what egad_net_pack_train packs. */
typedef enum {
    PASS_SCORE,
    PASS_SEARCH,
    PASS_MOMENTS, /* training, forward only */
    PASS_TRAIN
} egad_pass_mode;

typedef struct {
    egad_pass_mode mode;
    size_t groups;             /* equal parts of the rows, normalised apart; 0: one */
    const egad_random *random; /* what dropout draws from; NULL: none drops */
    int joins;                 /* 1: layers that the network joins, as one; the output
                                * of the first is then never there */
} egad_pass_options;

/* The tensors of a pass: the outputs of its layers, and in training what stands before
 * batch normalisation, and the gradients before activations (after a layer's own way
 * back: before batch normalisation). */
typedef struct {
    egad_net *net;
    egad_pass_mode mode;
    size_t groups;
    size_t first, n;    /* layers of the net */
    egad_tensor x;      /* (N, I) */
    egad_tensor *y;     /* (N, O) by layer, after activation and dropout */
    egad_tensor *h;     /* (N, O) by layer, before batch normalisation, or no memory */
    egad_tensor *stats; /* (groups, 2 * channels), see egad_batchnorm, or no memory */
    egad_tensor *dpre;  /* (N, O) by layer; NULL: no gradients */
    int borrowed;       /* 1: the last y belongs to the caller */
    int joins;          /* 1: the first two layers are one convolution of `unfolded` */
    egad_tensor unfolded,
        djoined; /* x as egad_conv2d_compose has it; gradient of the joined kernel */
    int dropout; /* 1: drops, as training does, by `random` */
    egad_random random;
} egad_pass;

/* Reserve a pass of x.n rows.  out: where the last layer writes, or no memory to let the
 * pass have its own.  options NULL: scoring. */
egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out,
                          const egad_pass_options *options);
void egad_pass_free(egad_pass *pass);

/* Append the forward pass with the weights `flat` (w or ema, or folded).  move: 1 to move
 * the moving averages of batch normalisation.  `second` moves dropout to another
 * stream. */
egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int move, unsigned second);
/* Likewise, but only as far as there are moving averages to move. */
egad_status egad_pass_move(const egad_pass *pass, egad_plan *plan, egad_tensor flat);

/* Given the gradient before the activation of the last layer, append the gradients of
 * all weights (if asked: then of all rows), and those of all layers below, for rows
 * first_row .. first_row + rows of the pass, which are whole groups. */
egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows);

/* Append the gradient of the inputs, (N, I), given that before the first layer's
 * activation. */
egad_status egad_pass_inputs(const egad_pass *pass, egad_plan *plan, egad_tensor dx);

/* Append the gradient that crosses from the first layer of `upper`, part 0 or 1 of its
 * inputs, to before the last activation of `lower`: rows first_row .. of upper are the
 * rows from lower_row of lower. */
egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan);

/* The same pass as far as the starred layer f_D, to go through and back: a view, not to
 * be freed.  The output of that layer, and the last one's. */
egad_pass egad_pass_starred(const egad_pass *pass);
egad_tensor egad_pass_features(const egad_pass *pass);
egad_tensor egad_pass_output(const egad_pass *pass);

#endif
