/* ALAD for images (alad.c): the networks of its authors' code for SVHN and CIFAR-10, for
 * images of any number of channels whose H and W are divisible by 8.
 *
 * There, images are 32 x 32: E's last layer is a convolution without padding, G's first a
 * transposed one, from and to 4 x 4 maps.  These are dense layers here, the latter with
 * one bias per map.  D_xx sees x above the other image: its first layers compare the two
 * only where they meet. */
#include "alad.h"

/* clang-format off */
static const egad_layer e[] = {
/*  operation   kernel stride  units   BN?    non-linearity  dropout          */
  { Conv,       4,     2,      128,    BN,    LeakyReLU,     0.0f,   SN    },
  { Conv,       4,     2,      256,    BN,    LeakyReLU,     0.0f,   SN    },
  { Conv,       4,     2,      512,    BN,    LeakyReLU,     0.0f,   SN    },
  { Dense,                     100,    NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer g[] = {
  { DenseMaps(8),              512,    BN,    ReLU,          0.0f,   MAPS  },
  { TransConv,  4,     2,      256,    BN,    ReLU,          0.0f,   PLAIN },
  { TransConv,  4,     2,      128,    BN,    ReLU,          0.0f,   PLAIN },
  { TransConv,  4,     2,      AS_X,   NO_BN, Tanh,          0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dx[] = {
  { Conv,       4,     2,      128,    NO_BN, LeakyReLU,     0.0f,   SN    },
  { Conv,       4,     2,      256,    BN,    LeakyReLU,     0.0f,   SN    },
  { Conv,       4,     2,      512,    BN,    LeakyReLU,     0.0f,   SN    },
  END_OF_TABLE
};
static const egad_layer dz[] = {
  { Dense,                     512,    NO_BN, LeakyReLU,     0.2f,   SN    },
  { Dense,                     512,    NO_BN, LeakyReLU,     0.2f,   SN    },
  END_OF_TABLE
};
static const egad_layer dy[] = {
  { Dense,                     1024,   NO_BN, LeakyReLU,     0.2f,   SN    },
  { Dense,                     1,      NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dxx[] = {
  { Conv,       5,     2,      64,     NO_BN, LeakyReLU,     0.2f,   SN    },
  { Conv,       5,     2,      128,    NO_BN, LeakyReLU,     0.2f,   STAR | SN },
  { Dense,                     1,      NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dzz[] = {
  { Dense,                     64,     NO_BN, LeakyReLU,     0.2f,   SN    },
  { Dense,                     32,     NO_BN, LeakyReLU,     0.2f,   SN    },
  { Dense,                     1,      NO_BN, Linear,        0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_score scores[] = { ALAD_SCORES, { .name = NULL } };
/* clang-format on */

static const egad_network networks[] = ALAD_NETWORKS(e, g, dx, dz, dy, dxx, dzz);

const egad_model egad_model_image_alad = {
    .name = "image-alad",
    OF_ALAD,
    .z_dim = 100,
    .networks = networks,
    .images = 8,
    .deviation = 0.01f,
    .recipes = egad_recipes_alad_images,
    .scores = scores,
};
