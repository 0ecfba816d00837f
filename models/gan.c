/* What the networks of a plain GAN are applied to, and the steps of its training. */
#include "layers.h"

enum { G, D }; /* in the order of GAN_NETWORKS */
enum { X, Z, GZ, REAL, FAKE };

const egad_value egad_gan_values[] = {
    [X] = Rows("x"),
    [Z] = Noise("z"),
    [GZ] = Output("G(z)", G, Z),
    [REAL] = Output("D(x)", D, X),
    [FAKE] = Output("D(G(z))", D, GZ),
    { .name = NULL },
};

const egad_step egad_gan_steps[] = {
    DISCRIMINATOR_STEP(D, REAL, FAKE),
    { .name = "G",
      .loss = { { "gen", LOSS_CROSS_ENTROPY, { FAKE }, .label = 1, .shown = "gen" } },
      .moves = 1u << G },
    { .name = NULL },
};
