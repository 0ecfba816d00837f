/* Distances to the nearest training rows, in scaled x.  Every other detector should beat
 * them; on many tables few do (docs/detectors.md). */
#include "model.h"

#include <stddef.h>

/* clang-format off */
static const egad_term terms[] = {
  { .name = "nearest", .kind = 0 },
  { .name = "fifth", .kind = 1 },
  { .name = "local", .kind = 2 },
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
    .method = "nearest",
    .images = -1,
    .recipes = recipes,
    .terms = terms,
    .scores = scores,
};
