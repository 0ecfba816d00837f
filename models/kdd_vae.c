/* The variational autoencoder for tables (vae.c): G gives the mean and the logarithm of
 * the variance of each column. */
#include "vae.h"

enum { CENTRE = VAE_OWN, SPREAD, REBUILT, GENERATED };

/* clang-format off */
static const egad_layer g[] = {
  { Dense, VAE_HIDDEN, NO_BN, ReLU,   0.0f, PLAIN },
  { Dense, AS_X,       NO_BN, Linear, 0.0f, HEADS },
  END_OF_TABLE
};
/* clang-format on */

static const egad_network networks[] = VAE_NETWORKS(g);
static const egad_value values[] = {
    VAE_VALUES,
    [CENTRE] = Part("m(z)", VAE_GZ, 0, AS_X),
    [SPREAD] = Part("v(z)", VAE_GZ, AS_X, AS_X),
    [REBUILT] = Part("m(mean)", VAE_GMEAN, 0, AS_X),
    [GENERATED] = Part("m(e)", VAE_MADE, 0, AS_X),
    { .name = NULL },
};
static const egad_step steps[] = VAE_STEPS(GAUSSIAN, CENTRE, SPREAD);
static const egad_term terms[] = VAE_TERMS(GAUSSIAN, REBUILT, CENTRE, SPREAD);

const egad_model egad_model_kdd_vae = {
    .name = "kdd-vae",
    OF_VAE,
    .rebuilt = REBUILT,
    .generated = GENERATED,
    .recipes = egad_recipes_vae_tables,
};
