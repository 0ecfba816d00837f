/* The one-class support vector machine (Schoelkopf et al. 2001) with a radial kernel, in
 * scaled x. */
#include "layers.h"

/* clang-format off */
static const egad_term terms[] = {
  Term("decision", TERM_METHOD, 0, 0),
  { .name = NULL },
};
static const egad_model_method methods[] = {
  { "method", "ocsvm", VIEW_SCALED, 0, 0 },
  { .name = NULL },
};
static const egad_score scores[] = {
  { .name = "decision", .combination = ALONE, .terms = { "decision" },
    .help = "rho - sum of alpha k(x, support vector)" },
  { .name = NULL },
};
/* nu bounds the share of training rows outside: egad's rate of false alarms; and about
 * what gives the published figures on KDD99. */
static const egad_recipe recipes[] = {
  { .name = "sound", .scaling = SCALE_STANDARD, .nu = 0.01, .hold_out = 0.05 },
  { .name = "paper", .scaling = SCALE_MINMAX,   .nu = 0.1 },
  { .name = NULL },
};
/* clang-format on */

const egad_model egad_model_ocsvm = {
    .name = "ocsvm",
    .methods = methods,
    .images = -1,
    .recipes = recipes,
    .terms = terms,
    .scores = scores,
};
