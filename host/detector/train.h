/* A training step as plans (train_step.c), for train.c, and for tests that supply the
 * batch. */
#ifndef EGAD_TRAIN_H
#define EGAD_TRAIN_H

#include "detector.h"
#include "net/pass.h"
#include "ops/mlp.h"

/* One iteration (paper, section 2; SPEC: D first, then G and E against the updated D).
 * The buffers have two halves, real rows above generated rows:
 *
 *     x (2N, X) = [ x    ]    z (2N, Z) = [ E(x) ]    D sees both halves in one pass
 *                 [ G(z) ]                [ z    ]
 *
 * so that D(x, E(x)) and D(G(z), z) form one batch of 2N rows and nothing is copied. */
typedef struct egad_train_room egad_train_room;
typedef struct {
    egad_detector *detector;
    size_t N;
    egad_tensor data; /* (rows, X) scaled training rows, or no memory */
    egad_tensor x, z;
    egad_tensor hidden; /* (2N, ...) outputs of D(x) and D(z), side by side */
    egad_tensor ring;   /* (RING, LOSSES), by iteration */
    egad_tensor rates;  /* (1, RING), by iteration */
    egad_tensor clock;  /* the current iteration, one unsigned int */
    egad_random random;
    int dropout;                 /* 0: without dropout (tests) */
    egad_pass e, g, dx, dz, dxz; /* dz, dxz: BiGAN only */
    egad_pass rebuild;           /* G(E(x)), only to update moving statistics */
    egad_mlp *mlp;               /* replaces the passes: all gradients in one launch */
    egad_train_room *room[NETS]; /* offsets of its packed weights, by layer */
    egad_plan *feed_d, *gradients_d, *update_d, *feed_g, *gradients_g, *update_g;
} egad_train;

/* Prepare batches of N rows.  `rows`: numbers of the n training rows of `data`, which are
 * copied to the device and scaled there.  data NULL: the caller fills x and z.  The
 * caller frees *out with egad_train_free; `detector` must outlive it. */
egad_status egad_train_new(egad_train **out, egad_detector *detector, size_t N,
                           int dropout, const egad_dataset *data, const size_t *rows,
                           size_t n);
void egad_train_free(egad_train *train);

/* Set the clock to iteration `step`. */
egad_status egad_train_set_clock(egad_train *train, uint64_t step);

/* Learning rate of iteration `step` of `steps`, before Adam's bias correction. */
double egad_train_rate(const egad_recipe *recipe, uint64_t step, uint64_t steps);

#endif
