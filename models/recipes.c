/* All recipes.  Adam's beta1 is that of the released code; the paper does not state it.
 *   sound    egad's own, and the default
 *   release  what produced the paper's numbers: on tables, the released code discards
 *            the scaled inputs, and evaluates sigma on the reconstruction
 *   paper    the paper's text, literally (section 4 and its appendix)
 *
 * On images, the data of release differs from that of paper, too: it leaks (egad data
 * import mnist). */
#include "model.h"

#include <stddef.h>

/* clang-format off */
#define SOUND                                                                            \
    .name = "sound", .lr_end = 0.0, .beta1 = 0.5, .ema_decay = 0.999, .hold_out = 0.05,  \
    .combined = 1
#define RELEASE .name = "release", .sigma_of_rebuilt = 1
#define PAPER .lr = 1e-5, .lr_end = 1.0, .beta1 = 0.5 /* also used by release */
#define PAPER_TABLES PAPER, .ema_decay = 0.9999, .batch = 50, .epochs = 50
#define SOUND_TABLES                                                                     \
    SOUND, .scaling = SCALE_STANDARD, .lr = 4e-4, .batch = 250, .epochs = 12,            \
           .least_steps = 3000 /* three times the memory of the moving averages */
#define PAPER_IMAGES PAPER, .ema_decay = 0.999, .batch = 100, .epochs = 100

const egad_recipe egad_recipes_tables[] = {
    { SOUND_TABLES },
    { RELEASE,         .scaling = SCALE_NONE,   PAPER_TABLES },
    { .name = "paper", .scaling = SCALE_MINMAX, PAPER_TABLES },
    { .name = NULL },
};

/* alad.c says how far `release` is that of ALAD's code. */
const egad_recipe egad_recipes_alad_tables[] = {
    { SOUND_TABLES },
    { .name = "release",
      .scaling = SCALE_NONE,
      PAPER,
      .ema_decay = 0.999,
      .batch = 50,
      .epochs = 100 },
    { .name = NULL },
};

const egad_recipe egad_recipes_images[] = {
    { SOUND,
      .scaling = SCALE_PIXELS,
      .lr = 2e-4,
      .batch = 100,
      .epochs = 2,
      .least_steps = 900 },
    { RELEASE,         .scaling = SCALE_PIXELS, PAPER_IMAGES },
    { .name = "paper", .scaling = SCALE_PIXELS, PAPER_IMAGES },
    { .name = NULL },
};

const egad_recipe egad_recipes_alad_images[] = {
    { SOUND,
      .scaling = SCALE_PIXELS,
      .lr = 2e-4,
      .batch = 100,
      .epochs = 2,
      .least_steps = 900 },
    { .name = "release",
      .scaling = SCALE_PIXELS,
      .lr = 2e-4,
      .lr_end = 1.0,
      .beta1 = 0.5,
      .ema_decay = 0.999,
      .batch = 32,
      .epochs = 100 },
    { .name = NULL },
};
/* clang-format on */
