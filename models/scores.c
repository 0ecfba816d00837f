/* The scores of the paper's GANs; those of a BiGAN are in its file. */
#include "scores.h"

#include <stddef.h>

const egad_score egad_scores_gan[] = {
    { SIGMA, .terms = { "l1", "sigma_rebuilt" } },
    FM,
    { .name = NULL },
};
