/* The scores of the paper (section 3), for the model files. */
#ifndef EGAD_SCORES_H
#define EGAD_SCORES_H

#include "model.h"

#define SIGMA                                                                            \
    .name = "sigma", .combination = WEIGHTED,                                            \
    .help = "reconstruction error, and the loss of the discriminator"
#define FM                                                                               \
    {                                                                                    \
        .name = "fm", .combination = WEIGHTED, .terms = { "l1", "fm" },                  \
        .help = "reconstruction error, and that of the discriminator's features"         \
    }
#define SIGMA_AND_FM                                                                     \
    { SIGMA, .terms = { "l1", "sigma" }, .rebuilt = { "l1", "sigma_rebuilt" } }, FM

#endif
