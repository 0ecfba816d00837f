/* Models of ALAD that are tables of tests only. */
#include "alad.h"

/* clang-format off */
static const egad_layer e[] = {
  { Dense, 256,  NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense, 128,  NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense, 64,   NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer g[] = {
  { Dense, 128,  NO_BN, ReLU,      0.0f, PLAIN },
  { Dense, 256,  NO_BN, ReLU,      0.0f, PLAIN },
  { Dense, AS_X, NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dx[] = {
  { Dense, 128,  BN,    LeakyReLU, 0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dz[] = {
  { Dense, 128,  NO_BN, LeakyReLU, 0.5f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dy[] = {
  { Dense, 256,  NO_BN, LeakyReLU, 0.5f, PLAIN },
  { Dense, 1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dxx[] = {
  { Dense, 256,  NO_BN, LeakyReLU, 0.2f, PLAIN },
  { Dense, 128,  NO_BN, LeakyReLU, 0.2f, STAR  },
  { Dense, 1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dzz[] = {
  { Dense, 64,   NO_BN, LeakyReLU, 0.2f, PLAIN },
  { Dense, 32,   NO_BN, LeakyReLU, 0.2f, PLAIN },
  { Dense, 1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_score scores[] = { ALAD_SCORES, COMBINED_OF_TABLES, { .name = NULL } };
/* clang-format on */

static const egad_network networks[] = ALAD_NETWORKS(e, g, dx, dz, dy, dxx, dzz);

const egad_model alad_arrhythmia = {
    .name = "alad-arrhythmia",
    OF_ALAD,
    .z_dim = 64,
    .networks = networks,
    .methods = egad_bigan_methods,
    .recipes = egad_recipes_alad_tables,
    .scores = scores,
};
