/* The lists of all models and all recipes. */
#include "model.h"

#include <stddef.h>

#define X(name) &egad_model_##name,
const egad_model *const egad_models[] = { EGAD_MODEL_LIST(X) NULL };
#undef X

/* Adam's beta1 is the released code's throughout; the paper does not name it.
 *   sound    ours, and the default
 *   release  what produced the paper's numbers: the released code discards the scaled
 * inputs, and takes sigma's D at the reconstruction paper    exactly the paper's text
 * (section 4 and appendix) */
const egad_recipe egad_recipes_tables[] = {
    { .name = "sound",
      .scaling = SCALE_STANDARD,
      .lr = 4e-4,
      .lr_end = 0.0,
      .beta1 = 0.5,
      .ema_decay = 0.999,
      .batch = 250,
      .epochs = 12,
      .least_steps = 3000, /* three times the averaging time of the moving averages */
      .hold_out = 0.05,
      .combined = 1 },
    { .name = "release",
      .scaling = SCALE_NONE,
      .lr = 1e-5,
      .lr_end = 1.0,
      .beta1 = 0.5,
      .ema_decay = 0.9999,
      .batch = 50,
      .epochs = 50,
      .sigma_of_rebuilt = 1 },
    { .name = "paper",
      .scaling = SCALE_MINMAX,
      .lr = 1e-5,
      .lr_end = 1.0,
      .beta1 = 0.5,
      .ema_decay = 0.9999,
      .batch = 50,
      .epochs = 50 },
    { .name = NULL },
};

/* The paper's image experiment; release differs from paper only in its data, which leaks
 * (egad data import mnist). */
const egad_recipe egad_recipes_images[] = {
    { .name = "sound",
      .scaling = SCALE_PIXELS,
      .lr = 2e-4,
      .lr_end = 0.0,
      .beta1 = 0.5,
      .ema_decay = 0.999,
      .batch = 100,
      .epochs = 2,
      .least_steps = 900,
      .hold_out = 0.05,
      .combined = 1 },
    { .name = "release",
      .scaling = SCALE_PIXELS,
      .lr = 1e-5,
      .lr_end = 1.0,
      .beta1 = 0.5,
      .ema_decay = 0.999,
      .batch = 100,
      .epochs = 100,
      .sigma_of_rebuilt = 1 },
    { .name = "paper",
      .scaling = SCALE_PIXELS,
      .lr = 1e-5,
      .lr_end = 1.0,
      .beta1 = 0.5,
      .ema_decay = 0.999,
      .batch = 100,
      .epochs = 100 },
    { .name = NULL },
};
