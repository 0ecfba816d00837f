/* Distances to the nearest training rows, in scaled x.  Every other detector should beat
 * them; on many tables few do (docs/detectors.md). */
#include "layers.h"

/* clang-format off */
static const egad_term terms[] = {
  Term("nearest", TERM_METHOD, 0, 0),
  Term("fifth", TERM_METHOD, 0, 1),
  Term("local", TERM_METHOD, 0, 2),
  { .name = NULL },
};
static const egad_model_method methods[] = {
  { "method", "nearest", VIEW_SCALED, 0, 0 },
  { .name = NULL },
};
static const egad_score scores[] = {
  { .name = "distance", .combination = ALONE, .terms = { "nearest" },
    .help = "distance to the nearest training row" },
  { .name = "fifth",   .combination = ALONE, .terms = { "fifth" },
    .help = "distance to the fifth nearest training row" },
  { .name = "local",   .combination = ALONE, .terms = { "local" },
    .help = "that distance, relative to the same of the nearest rows" },
  { .name = NULL },
};
/* All training rows at once; thresholds from these, each left out. */
static const egad_recipe recipes[] = {
  { .name = "sound",  .scaling = SCALE_STANDARD },
  { .name = "minmax", .scaling = SCALE_MINMAX },
  { .name = NULL },
};
/* clang-format on */

const egad_model egad_model_nearest = {
    .name = "nearest",
    .methods = methods,
    .images = -1,
    .recipes = recipes,
    .terms = terms,
    .scores = scores,
};
