/* The variational autoencoder for images of any size (vae.c) whose pixels, in [0, 1], are
 * taken as probabilities: G gives the logit of each. */
#include "vae.h"

enum { REBUILT = VAE_OWN, GENERATED };

/* clang-format off */
static const egad_layer g[] = {
  { Dense, VAE_HIDDEN, NO_BN, ReLU,   0.0f, PLAIN },
  { Dense, AS_X,       NO_BN, Linear, 0.0f, PLAIN },
  END_OF_TABLE
};
/* clang-format on */

static const egad_network networks[] = VAE_NETWORKS(g);
static const egad_value values[] = {
    VAE_VALUES,
    [REBUILT] = Function("m(mean)", FUNCTION_SIGMOID, VAE_GMEAN),
    [GENERATED] = Function("m(e)", FUNCTION_SIGMOID, VAE_MADE),
    { .name = NULL },
};
static const egad_step steps[] = VAE_STEPS(BERNOULLI, VAE_GZ);
static const egad_term terms[] = VAE_TERMS(BERNOULLI, REBUILT, VAE_GZ);

const egad_model egad_model_mnist_vae_bernoulli = {
    .name = "mnist-vae-bernoulli",
    OF_VAE,
    .images = 1,
    .rebuilt = REBUILT,
    .generated = GENERATED,
    .recipes = egad_recipes_vae_images,
};
