/* How usual a training row is among others that nobody sorted: the distances of this
 * model decide which training rows a contaminated training leaves out
 * (host/detector/detector_trim.c).  Not in the list of models. */
#include "layers.h"

/* clang-format off */
static const egad_term terms[] = {
  Term("fifth", TERM_METHOD, 0, 1),
  Term("fifth_white", TERM_METHOD, 1, 1),
  Term("centre_white", TERM_METHOD, 1, 3),
  { .name = NULL },
};
/* The fifth of a quarter of the rows is about the twentieth of all: anomalies that are
 * alike do not vouch for each other. */
static const egad_model_method methods[] = {
  { "nearest_log", "nearest", VIEW_LOG, 0, 0.25 },
  { "nearest_white", "nearest", VIEW_SQUASHED, 0.1, 0.25 },
  { .name = NULL },
};
static const egad_score scores[] = {
  { .name = "density", .combination = COMBINED,
    .terms = { "fifth", "fifth_white", "centre_white" },
    .help = "distances to training rows and to their mean" },
  { .name = NULL },
};
static const egad_recipe recipes[] = {
  { .name = "sound", .scaling = SCALE_NONE, .contamination = 0.25 },
  { .name = NULL },
};
/* clang-format on */

const egad_model egad_model_density = {
    .name = "density",
    .methods = methods,
    .recipes = recipes,
    .terms = terms,
    .scores = scores,
};
