/* The networks of DAGMM for KDDCUP, its scores and recipes (dagmm.h).
 *
 * The paper fixes the networks, Adam's rate, batch, epochs, lambda1 and lambda2.  It
 * leaves open the initial weights (here Xavier-uniform), Adam's betas, and how columns
 * are scaled. Nobody of its authors released code, so there is no recipe `release`. */
#include "dagmm.h"

/* clang-format off */
static const egad_layer e[] = {
/* operation units    BN?    non-linearity dropout           */
  { Dense, 60,   NO_BN, Tanh,         0.0f,   PLAIN },
  { Dense, 30,   NO_BN, Tanh,         0.0f,   PLAIN },
  { Dense, 10,   NO_BN, Tanh,         0.0f,   PLAIN },
  { Dense, 1,    NO_BN, Linear,       0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer d[] = {
  { Dense, 10,   NO_BN, Tanh,         0.0f,   PLAIN },
  { Dense, 30,   NO_BN, Tanh,         0.0f,   PLAIN },
  { Dense, 60,   NO_BN, Tanh,         0.0f,   PLAIN },
  { Dense, AS_X, NO_BN, Linear,       0.0f,   PLAIN },
  END_OF_TABLE
};
static const egad_layer gamma[] = {
  { Dense, 10,   NO_BN, Tanh,         0.5f,   PLAIN },
  { Dense, 4,    NO_BN, Linear,       0.0f,   PLAIN },
  END_OF_TABLE
};

const egad_term egad_dagmm_terms[] = {
  Term("energy", TERM_ENERGY, DAGMM_OF),
  Term("l2", TERM_ROOT, DAGMM_X, DAGMM_REBUILT),
  { .name = NULL },
};
const egad_score egad_dagmm_scores[] = {
  { .name = "energy", .combination = ALONE, .terms = { "energy" },
    .help = "-log density in the mixture of all training rows" },
  { .name = "l2",     .combination = ALONE, .terms = { "l2" },
    .help = "reconstruction error of the autoencoder alone" },
  { .name = NULL },
};

#define ADAM .lr = 1e-4, .beta1 = 0.9, .batch = 1024, .scaling = SCALE_MINMAX
const egad_recipe egad_recipes_dagmm[] = {
  { .name = "sound", ADAM, .lr_end = 0.0, .epochs = 60, .least_steps = 6000, .ema_decay = 0.999,
    .hold_out = 0.05 },
  { .name = "paper", ADAM, .lr_end = 1.0, .epochs = 200 },
  { .name = NULL },
};
/* clang-format on */

const egad_network egad_dagmm_networks[] = DAGMM_NETWORKS(e, d, gamma);
const egad_value egad_dagmm_values[] = DAGMM_VALUES;
