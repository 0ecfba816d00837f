/* Principal components of the training rows, in scaled x. */
#include "layers.h"

/* clang-format off */
static const egad_term terms[] = {
  Term("residual", TERM_METHOD, 0, 0),
  Term("l1", TERM_METHOD, 0, 1),
  Term("mahalanobis", TERM_METHOD, 0, 2),
  { .name = NULL },
};
static const egad_model_method methods[] = {
  { "method", "pca", VIEW_SCALED, 0, 0 },
  { .name = NULL },
};
static const egad_score scores[] = {
  { .name = "residual",    .combination = ALONE, .terms = { "residual" },
    .help = "distance from the main components" },
  { .name = "l1",          .combination = ALONE, .terms = { "l1" },
    .help = "the same as a sum of absolute differences" },
  { .name = "mahalanobis", .combination = ALONE, .terms = { "mahalanobis" },
    .help = "Mahalanobis distance, by a covariance with shrinkage" },
  { .name = NULL },
};
static const egad_recipe recipes[] = {
  { .name = "sound",  .scaling = SCALE_STANDARD, .variance = 0.9, .hold_out = 0.05 },
  { .name = "minmax", .scaling = SCALE_MINMAX,   .components = 2, .hold_out = 0.05 },
  { .name = NULL },
};
/* clang-format on */

const egad_model egad_model_pca = {
    .name = "pca",
    .methods = methods,
    .images = -1,
    .recipes = recipes,
    .terms = terms,
    .scores = scores,
};
