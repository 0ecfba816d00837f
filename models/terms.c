/* The terms of the paper's models. */
#include "model.h"

#include <stddef.h>

/* clang-format off */
/* Of latent search: D takes x alone, and G(z) replaces the reconstruction. */
const egad_term egad_terms_gan[] = {
    { "l1",            TERM_L1 },
    { "sigma_rebuilt", TERM_SIGMA_REBUILT },
    { "fm",            TERM_FM },
    { NULL, 0 },
};

/* The scores of a model decide which distances to training rows it has: the last four. */
const egad_term egad_terms_bigan[] = {
    { "l1",            TERM_L1 },
    { "sigma",         TERM_SIGMA },
    { "sigma_rebuilt", TERM_SIGMA_REBUILT },
    { "fm",            TERM_FM },
    { "features",      TERM_FEATURES },
    { "evidence",      TERM_EVIDENCE },
    { "near",          TERM_NEAR },
    { "local",         TERM_LOCAL },
    { NULL, 0 },
};
/* clang-format on */
