/* The deep structured energy-based model: S. Zhai, Y. Cheng, W. Lu and Z. Zhang, "Deep
 * structured energy based models for anomaly detection", ICML 2016, arXiv:1605.07717.
 *
 * h1 = softplus(x W1 + b1), h2 = softplus(h1 W2 + b2), and the energy of a row is
 * |x - b'|^2 / 2 - sum h2.  f(x) = x - dE/dx is one step down the energy: up through W1
 * and W2, down through their transposes, with the slopes of softplus, its gates, in place
 * of activations.  It learns to take noise away: denoising score matching.
 *
 * No code of these authors is public.  The recipe `release` has the networks of what the
 * authors of the paper on BiGAN published later, below. */
#include "dsebm.h"

enum { UP1, UP2, DOWN2, DOWN1, NETWORKS };

/* clang-format off */
static const egad_layer up1[] = {
/* operation            units         BN?    non-linearity dropout */
  { Dense,              DSEBM_FIRST,  NO_BN, SoftPlus,     0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer up2[] = {
  { Dense,              DSEBM_SECOND, NO_BN, SoftPlus,     0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer down2[] = {
  { TransposeOf(UP2),   DSEBM_FIRST,  NO_BN, Linear,       0.0f, NO_BIAS },
  END_OF_TABLE
};
static const egad_layer down1[] = { /* its bias is b' */
  { TransposeOf(UP1),   AS_X,         NO_BN, Linear,       0.0f, FROM_MEAN },
  END_OF_TABLE
};

static const egad_network networks[] = {
    [UP1] = { "up1", { OF_X }, { { up1, { INPUT(0) }, NULL } } },
    [UP2] = { "up2", { DSEBM_FIRST }, { { up2, { INPUT(0) }, NULL } } },
    [DOWN2] = { "down2", { DSEBM_SECOND }, { { down2, { INPUT(0) }, NULL } } },
    [DOWN1] = { "down1", { DSEBM_FIRST }, { { down1, { INPUT(0) }, NULL } } },
    { .name = NULL },
};

/* Up and down from the value x, called `at`. */
#define UP_AND_DOWN(h1, h2, u2, v1, u1, f, x, at)                                        \
    [h1] = Output("h1(" at ")", UP1, x), [h2] = Output("h2(" at ")", UP2, h1),           \
    [u2] = Function("u2(" at ")", FUNCTION_GATE, h2),                                    \
    DSEBM_DOWN(v1, u1, "1", at, DOWN2, u2, h1), [f] = Output("f(" at ")", DOWN1, u1)
/* clang-format on */

enum {
    NOISY_H1 = DSEBM_OWN,
    NOISY_H2,
    NOISY_U2,
    NOISY_V1,
    NOISY_U1,
    NOISY_F,
    H1,
    H2,
    U2,
    V1,
    U1,
    F,
    ZERO,
    VISIBLE
};
static const egad_value values[] = {
    DSEBM_INPUTS,
    UP_AND_DOWN(NOISY_H1, NOISY_H2, NOISY_U2, NOISY_V1, NOISY_U1, NOISY_F, DSEBM_NOISY,
                "x~"),
    UP_AND_DOWN(H1, H2, U2, V1, U1, F, DSEBM_X, "x"),
    DSEBM_VISIBLE(ZERO, VISIBLE, DOWN1, U1),
    { .name = NULL },
};
static const egad_step steps[] = DSEBM_STEPS(LOSS_SQUARES, NOISY_F, NETWORKS);
static const egad_term terms[] = DSEBM_TERMS(VISIBLE, H2, F);

/* clang-format off */
static const egad_score scores[] = {
  { .name = "energy",         .combination = SUM,   .terms = { "well", "depth" },
    .help = "the energy itself" },
  { .name = "reconstruction", .combination = ALONE, .terms = { "reconstruction" },
    .help = "distance from one step down the energy" },
  { .name = NULL },
};
/* clang-format on */

/* ---- The recipe `release` ------------------------------------------------------ */

/* The energy of the released code
 * (https://github.com/houssamzenati/Adversarially-Learned-Anomaly-Detection, dsebm/): two
 * more layers, with the kernels of the first two transposed and biases of their own, all
 * softplus, and the energy sums the outputs of the last.
 *
 * What differs: there, b' has a row for each row of a batch, so that a row's score
 * depends on its place; here it is one row.  There, the biases and b' start as random as
 * kernels do; here biases start at 0 and b' at the mean of the training rows. */
enum { R_UP1, R_UP2, R_UP3, R_UP4, R_DOWN4, R_DOWN3, R_DOWN2, R_DOWN1, R_NETWORKS };

/* clang-format off */
static const egad_layer r_up3[] = {
  { TransposeOf(R_UP2),   DSEBM_FIRST,  NO_BN, SoftPlus,     0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer r_up4[] = {
  { TransposeOf(R_UP1),   AS_X,         NO_BN, SoftPlus,     0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer r_down4[] = {
  { KernelOf(R_UP1),      DSEBM_FIRST,  NO_BN, Linear,       0.0f, NO_BIAS },
  END_OF_TABLE
};
static const egad_layer r_down3[] = {
  { KernelOf(R_UP2),      DSEBM_SECOND, NO_BN, Linear,       0.0f, NO_BIAS },
  END_OF_TABLE
};
static const egad_layer r_down2[] = {
  { TransposeOf(R_UP2),   DSEBM_FIRST,  NO_BN, Linear,       0.0f, NO_BIAS },
  END_OF_TABLE
};
static const egad_layer r_down1[] = { /* its bias is b' */
  { TransposeOf(R_UP1),   AS_X,         NO_BN, Linear,       0.0f, FROM_MEAN },
  END_OF_TABLE
};

static const egad_network r_networks[] = {
    [R_UP1] = { "up1", { OF_X }, { { up1, { INPUT(0) }, NULL } } },
    [R_UP2] = { "up2", { DSEBM_FIRST }, { { up2, { INPUT(0) }, NULL } } },
    [R_UP3] = { "up3", { DSEBM_SECOND }, { { r_up3, { INPUT(0) }, NULL } } },
    [R_UP4] = { "up4", { DSEBM_FIRST }, { { r_up4, { INPUT(0) }, NULL } } },
    [R_DOWN4] = { "down4", { OF_X }, { { r_down4, { INPUT(0) }, NULL } } },
    [R_DOWN3] = { "down3", { DSEBM_FIRST }, { { r_down3, { INPUT(0) }, NULL } } },
    [R_DOWN2] = { "down2", { DSEBM_SECOND }, { { r_down2, { INPUT(0) }, NULL } } },
    [R_DOWN1] = { "down1", { DSEBM_FIRST }, { { r_down1, { INPUT(0) }, NULL } } },
    { .name = NULL },
};

/* Up and down from the value x, called `at`; the values are numbered from n on. */
#define R_UP_AND_DOWN(n, x, at)                                                          \
    [(n) + R_H1] = Output("h1(" at ")", R_UP1, x),                                       \
    [(n) + R_H2] = Output("h2(" at ")", R_UP2, (n) + R_H1),                              \
    [(n) + R_H3] = Output("h3(" at ")", R_UP3, (n) + R_H2),                              \
    [(n) + R_H4] = Output("h4(" at ")", R_UP4, (n) + R_H3),                              \
    [(n) + R_U4] = Function("u4(" at ")", FUNCTION_GATE, (n) + R_H4),                    \
    DSEBM_DOWN((n) + R_V3, (n) + R_U3, "3", at, R_DOWN4, (n) + R_U4, (n) + R_H3),        \
    DSEBM_DOWN((n) + R_V2, (n) + R_U2, "2", at, R_DOWN3, (n) + R_U3, (n) + R_H2),        \
    DSEBM_DOWN((n) + R_V1, (n) + R_U1, "1", at, R_DOWN2, (n) + R_U2, (n) + R_H1),        \
    [(n) + R_F] = Output("f(" at ")", R_DOWN1, (n) + R_U1)
/* clang-format on */

enum { R_H1, R_H2, R_H3, R_H4, R_U4, R_V3, R_U3, R_V2, R_U2, R_V1, R_U1, R_F, R_CHAIN };
enum {
    R_NOISY = DSEBM_OWN,
    R_CLEAN = R_NOISY + R_CHAIN,
    R_ZERO = R_CLEAN + R_CHAIN,
    R_VISIBLE
};

static const egad_value r_values[] = {
    DSEBM_INPUTS,
    R_UP_AND_DOWN(R_NOISY, DSEBM_NOISY, "x~"),
    R_UP_AND_DOWN(R_CLEAN, DSEBM_X, "x"),
    DSEBM_VISIBLE(R_ZERO, R_VISIBLE, R_DOWN1, R_CLEAN + R_U1),
    { .name = NULL },
};
static const egad_step r_steps[] =
    DSEBM_STEPS(LOSS_MEAN_SQUARES, R_NOISY + R_F, R_NETWORKS);
static const egad_term r_terms[] = DSEBM_TERMS(R_VISIBLE, R_CLEAN + R_H4, R_CLEAN + R_F);

static const egad_recipe recipes[4]; /* below */
static const egad_model release = { OF_DSEBM(r_networks, r_values, r_steps, r_terms),
                                    .rebuilt = R_CLEAN + R_F };

/* ---- Recipes ------------------------------------------------------------------- */

/* clang-format off */
#define PAPER .lr = 1e-4, .lr_end = 1.0, .beta1 = 0.9, .batch = 100

/* The paper's settings are not known; those of `paper` are of this project's
 * specification, those of `release` of the released code, which has no default for the
 * number of epochs. */
static const egad_recipe recipes[4] = {
  { .name = "sound", .scaling = SCALE_STANDARD, .lr = 1e-3, .lr_end = 0.0, .beta1 = 0.9,
    .ema_decay = 0.999, .batch = 100, .epochs = 5, .least_steps = 3000, .hold_out = 0.05,
    .combined = 1 },
  { .name = "release", .scaling = SCALE_NONE,   PAPER, .epochs = 1,
    .variant = &release },
  { .name = "paper",   .scaling = SCALE_MINMAX, PAPER, .epochs = 10 },
  { .name = NULL },
};
/* clang-format on */

const egad_model egad_model_kdd_dsebm = { OF_DSEBM(networks, values, steps, terms),
                                          .rebuilt = F };
