/* ALAD for tables (alad.c): the networks of its authors' code for KDD99.  Spectral
 * normalisation is not among them, although the code has an option for it. */
#include "alad.h"

/* clang-format off */
static const egad_layer e[] = {
/* operation units BN?  non-linearity dropout    */
  { Dense, 64,   NO_BN, LeakyReLU,   0.0f,   PLAIN },
  { Dense, 32,   NO_BN, Linear,      0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer g[] = {
  { Dense, 64,   NO_BN, ReLU,        0.0f,   PLAIN },
  { Dense, 128,  NO_BN, ReLU,        0.0f,   PLAIN },
  { Dense, AS_X, NO_BN, Linear,      0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dx[] = {
  { Dense, 128,  BN,    LeakyReLU,   0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dz[] = {
  { Dense, 128,  NO_BN, LeakyReLU,   0.5f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dy[] = {
  { Dense, 128,  NO_BN, LeakyReLU,   0.5f,   PLAIN },
  { Dense, 1,    NO_BN, Linear,      0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dxx[] = {
  { Dense, 128,  NO_BN, LeakyReLU,   0.2f,   STAR  },
  { Dense, 1,    NO_BN, Linear,      0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer dzz[] = {
  { Dense, 32,   NO_BN, LeakyReLU,   0.2f,   PLAIN },
  { Dense, 1,    NO_BN, Linear,      0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_score scores[] = { ALAD_SCORES, COMBINED_OF_TABLES, { .name = NULL } };
/* clang-format on */

static const egad_network networks[] = ALAD_NETWORKS(e, g, dx, dz, dy, dxx, dzz);

const egad_model egad_model_kdd_alad = {
    .name = "kdd-alad",
    OF_ALAD,
    .z_dim = 32,
    .networks = networks,
    .methods = egad_bigan_methods,
    .recipes = egad_recipes_alad_tables,
    .scores = scores,
};
