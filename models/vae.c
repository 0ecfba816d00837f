/* The variational autoencoder with reconstruction probability: J. An and S. Cho,
 * "Variational autoencoder based anomaly detection using reconstruction probability",
 * SNU Data Mining Center, Special Lecture on IE 2015-2.
 *
 * The paper fixes one hidden layer of 400 units on either side, z of 200, the loss, and
 * the score, with several samples of z for a row.  It leaves open the activation (here
 * ReLU), the floor of the variance (VARIANCE_FLOOR), and all settings of training. */
#include "vae.h"

/* clang-format off */
const egad_layer egad_vae_e[] = {
/* operation units        BN?    non-linearity dropout           */
  { Dense, VAE_HIDDEN, NO_BN, ReLU,         0.0f,   PLAIN },
  { Dense, VAE_Z,      NO_BN, Linear,       0.0f,   HEADS },
  END_OF_TABLE
};

const egad_score egad_vae_scores[] = {
  { .name = "rp",          .combination = ALONE, .terms = { "rp" },
    .help = "reconstruction probability: mean of -log p(x | z) over z" },
  { .name = "rp_log_mean", .combination = ALONE, .terms = { "rp_log_mean" },
    .help = "-log of the mean of p(x | z)" },
  { .name = "elbo",        .combination = SUM,   .terms = { "rp", "kl" },
    .help = "rp and the divergence of z from noise" },
  { .name = "l2",          .combination = ALONE, .terms = { "l2" },
    .help = "reconstruction error at the mean of z" },
  { .name = "l1",          .combination = ALONE, .terms = { "l1" },
    .help = "the same as a sum of absolute differences" },
  { .name = NULL },
};

/* Nobody released code for this paper, so there is no recipe `release`. */
#define SOUND .name = "sound", .lr = 1e-3, .lr_end = 0.0, .beta1 = 0.9, .ema_decay = 0.999, \
    .hold_out = 0.05, .combined = 1
#define PAPER .name = "paper", .lr = 1e-3, .lr_end = 1.0, .beta1 = 0.9, .batch = 100, .epochs = 5

const egad_recipe egad_recipes_vae_tables[] = {
  { SOUND, .scaling = SCALE_STANDARD, .batch = 250, .epochs = 3, .least_steps = 3000 },
  { PAPER, .scaling = SCALE_NUMERIC },
  { .name = NULL },
};
const egad_recipe egad_recipes_vae_images[] = {
  { SOUND, .scaling = SCALE_UNIT, .batch = 100, .epochs = 2, .least_steps = 900 },
  { PAPER, .scaling = SCALE_UNIT },
  { .name = NULL },
};
/* clang-format on */
