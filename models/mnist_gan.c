/* Table 3 of the paper: MNIST GAN, used by AnoGAN.  mnist_bigan.c lists the deviations
 * from the paper's tables. */
#include "layers.h"

/* clang-format off */
static const egad_layer g[] = {
/*  operation   kernel stride  units   BN?    non-linearity  dropout          */
  { Dense,                     1024,   BN,    ReLU,          0.0f,   PLAIN },
  { DenseMaps(4),              128,    BN,    ReLU,          0.0f,   PLAIN },
  { TransConv,  4,     2,      64,     BN,    ReLU,          0.0f,   PLAIN },
  { TransConv,  4,     2,      AS_X,   NO_BN, Tanh,          0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dx[] = {
  { Conv,       4,     2,      64,     NO_BN, LeakyReLU,     0.0f,   PLAIN },
  { Conv,       4,     2,      64,     BN,    LeakyReLU,     0.0f,   PLAIN },
  { Dense,                     1024,   BN,    LeakyReLU,     0.0f,   STAR  },
  { Dense,                     1,      NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
/* clang-format on */

static const egad_network networks[] = GAN_NETWORKS(g, dx);

const egad_model egad_model_mnist_gan = {
    .name = "mnist-gan",
    .table = 3,
    .z_dim = 200,
    .networks = networks,
    OF_GAN,
    .slope = 0.1f,
    .search = { 200, 300 },
    .images = 4,
    .deviation = 0.02f,
    .recipes = egad_recipes_images,
};
