/* The variational autoencoder for images of any size (vae.c), as rows of pixels in [0,
 * 1]: G gives the mean of each pixel through a sigmoid, and the logarithm of its
 * variance. */
#include "vae.h"

enum { RAW = VAE_OWN, CENTRE, SPREAD, RAW_REBUILT, REBUILT, RAW_GENERATED, GENERATED };

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
    [RAW] = Part("a(z)", VAE_GZ, 0, AS_X),
    [CENTRE] = Function("m(z)", FUNCTION_SIGMOID, RAW),
    [SPREAD] = Part("v(z)", VAE_GZ, AS_X, AS_X),
    [RAW_REBUILT] = Part("a(mean)", VAE_GMEAN, 0, AS_X),
    [REBUILT] = Function("m(mean)", FUNCTION_SIGMOID, RAW_REBUILT),
    [RAW_GENERATED] = Part("a(e)", VAE_MADE, 0, AS_X),
    [GENERATED] = Function("m(e)", FUNCTION_SIGMOID, RAW_GENERATED),
    { .name = NULL },
};
static const egad_step steps[] = VAE_STEPS(GAUSSIAN, CENTRE, SPREAD);
static const egad_term terms[] = VAE_TERMS(GAUSSIAN, REBUILT, CENTRE, SPREAD);

const egad_model egad_model_mnist_vae = {
    .name = "mnist-vae",
    OF_VAE,
    .images = 1,
    .rebuilt = REBUILT,
    .generated = GENERATED,
    .recipes = egad_recipes_vae_images,
};
