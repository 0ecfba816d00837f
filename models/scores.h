/* The scores of the paper (section 3) and egad's own, for the model files. */
#ifndef EGAD_SCORES_H
#define EGAD_SCORES_H

#include "layers.h"

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

/* The distances to the nearest training rows, for tables (egad_bigan_methods).  Two
 * views: one keeps columns as they are but for heavy tails, the other finds rows that no
 * column alone gives away. */
enum { NEAREST, NEAREST_WHITE };
#define NEAREST_TERMS                                                                    \
    Term("nearest", TERM_METHOD, NEAREST, 0), Term("fifth", TERM_METHOD, NEAREST, 1),    \
        Term("nearest_white", TERM_METHOD, NEAREST_WHITE, 0),                            \
        Term("fifth_white", TERM_METHOD, NEAREST_WHITE, 1),                              \
        TermAbove("local_white", TERM_METHOD, NEAREST_WHITE, 2)

/* Beside these, the features of D; without them, what E, G and D make of a row. */
#define COMBINED_OF_TABLES                                                               \
    {                                                                                    \
        .name = "combined", .combination = COMBINED,                                     \
        .terms = { "l1", "features", "evidence" },                                       \
        .beside = { "features",      "nearest",     "fifth",                             \
                    "nearest_white", "fifth_white", "local_white" },                     \
        .weight = { 0.25, 1, 1, 1, 1, 0.5 }, /* bench/results/quality.md */              \
            .help = "distances to training rows, in x and in features of D"              \
    }

#endif
