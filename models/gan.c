/* What the networks of a plain GAN are applied to, the steps of its training, and the
 * terms of its scores: without an encoder, z is searched for each row, and G(z) takes the
 * place of a reconstruction (paper, section 2). */
#include "layers.h"
#include "scores.h"

enum { G, D }; /* in the order of GAN_NETWORKS */
enum { X, Z = GAN_LATENT, GZ = GAN_REBUILT, REAL, FAKE, F_X, F_REBUILT };

const egad_value egad_gan_values[] = {
    [X] = Rows("x"),
    [Z] = Noise("z"),
    [GZ] = Output("G(z)", G, Z),
    [REAL] = Output("D(x)", D, X),
    [FAKE] = Output("D(G(z))", D, GZ),
    [F_X] = Features("f(x)", REAL),
    [F_REBUILT] = Features("f(G(z))", FAKE),
    { .name = NULL },
};

const egad_step egad_gan_steps[] = {
    DISCRIMINATOR_STEP(D, REAL, FAKE),
    { .name = "G",
      .loss = { { "gen", LOSS_CROSS_ENTROPY, { FAKE }, .label = 1, .shown = "gen" } },
      .moves = 1u << G },
    { .name = NULL },
};

const egad_term egad_gan_terms[] = {
    { .name = "l1", .kind = TERM_DISTANCE, .of = { X, GZ } },
    { .name = "sigma_rebuilt", .kind = TERM_CROSS_ENTROPY, .of = { FAKE } },
    { .name = "fm", .kind = TERM_DISTANCE, .of = { F_X, F_REBUILT } },
    { .name = NULL },
};

const egad_score egad_gan_scores[] = {
    { SIGMA, .terms = { "l1", "sigma_rebuilt" } },
    FM,
    { .name = NULL },
};
