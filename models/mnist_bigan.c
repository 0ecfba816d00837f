/* Table 4 of the paper: MNIST BiGAN.
 *
 * Where the table and the authors' released code differ, this follows the table:
 *   E, row 1   table: Linear        code: leaky ReLU
 *   D          table: no dropout    code: dropout 0.5 after every leaky ReLU
 *   D, last    table: Sigmoid       code: logits, and the sigmoid in the loss.  Here too:
 *              the row says Linear.
 *
 * The table gives no padding; the code uses SAME everywhere.  H, W and C are those of the
 * data: the table's 7 x 7 x 128 units are H/4 x W/4 x 128 here, and its one output map is
 * C. */
#include "layers.h"
#include "scores.h"

#include <stddef.h>

/* clang-format off */
static const egad_layer e[] = {
/*  operation   kernel stride  units   BN?    non-linearity  dropout          */
  { Conv,       3,     1,      32,     NO_BN, Linear,        0.0f,   PLAIN },
  { Conv,       3,     2,      64,     BN,    LeakyReLU,     0.0f,   PLAIN },
  { Conv,       3,     2,      128,    BN,    LeakyReLU,     0.0f,   PLAIN },
  { Dense,                     200,    NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer g[] = {
  { Dense,                     1024,   BN,    ReLU,          0.0f,   PLAIN },
  { DenseMaps(4),              128,    BN,    ReLU,          0.0f,   PLAIN },
  { TransConv,  4,     2,      64,     BN,    ReLU,          0.0f,   PLAIN },
  { TransConv,  4,     2,      AS_X,   NO_BN, Tanh,          0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dx[] = {
  { Conv,       4,     2,      64,     NO_BN, LeakyReLU,     0.0f,   PLAIN },
  { Conv,       4,     2,      64,     BN,    LeakyReLU,     0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dz[] = {
  { Dense,                     512,    NO_BN, LeakyReLU,     0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dxz[] = {
  { Dense,                     1024,   NO_BN, LeakyReLU,     0.0f,   STAR  },
  { Dense,                     1,      NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_score scores[] = {
  SIGMA_AND_FM,
  { .name = "combined", .combination = COMBINED, .terms = { "near", "local" },
    .beside = { "nearest", "fifth", "local_nearest" },
    .weight = { 1, 1, 2 },
    .help = "distance to the nearest training rows, also relative to theirs" },
  { .name = NULL },
};
/* clang-format on */

static const egad_network networks[] = BIGAN_NETWORKS(e, g, dx, dz, dxz);

const egad_model egad_model_mnist_bigan = {
    .name = "mnist-bigan",
    .table = 4,
    .z_dim = 200,
    .networks = networks,
    OF_BIGAN,
    .slope = 0.1f,
    .images = 4,
    .methods = egad_bigan_image_methods,
    .terms = egad_bigan_image_terms,
    .deviation = 0.02f,
    .recipes = egad_recipes_images,
    .scores = scores,
};
