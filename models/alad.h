/* What the tables of ALAD share (alad.c). */
#ifndef EGAD_ALAD_H
#define EGAD_ALAD_H

#include "scores.h"

/* Networks, and numbers of the values that all have. */
enum { ALAD_E, ALAD_G, ALAD_XZ, ALAD_XX, ALAD_ZZ };
enum {
    ALAD_X,
    ALAD_Z,
    ALAD_EX,
    ALAD_GZ,
    ALAD_REBUILT,
    ALAD_AGAIN,
    ALAD_XZ_REAL,
    ALAD_XZ_FAKE,
    ALAD_XX_REAL,
    ALAD_XX_FAKE,
    ALAD_ZZ_REAL,
    ALAD_ZZ_FAKE,
    ALAD_F_X,
    ALAD_F_REBUILT
};

/* E(x), G(z), and three discriminators of pairs: D_xz with its sections for x, for z and
 * for both, D_xx of two rows side by side, D_zz of two codes. */
#define ALAD_NETWORKS(e, g, dx, dz, dy, dxx, dzz)                                        \
    {                                                                                    \
        { "encoder", { OF_X }, { { e, { INPUT(0) }, NULL } } },                          \
            { "generator", { OF_Z }, { { g, { INPUT(0) }, NULL } } },                    \
            { "discriminator_xz",                                                        \
              { OF_X, OF_Z },                                                            \
              { { dx, { INPUT(0) }, "x" },                                               \
                { dz, { INPUT(1) }, "z" },                                               \
                { dy, { SECTION(0), SECTION(1) }, "y" } } },                             \
            { "discriminator_xx",                                                        \
              { OF_X, OF_X },                                                            \
              { { dxx, { INPUT(0), INPUT(1) }, "" } } },                                 \
            { "discriminator_zz",                                                        \
              { OF_Z, OF_Z },                                                            \
              { { dzz, { INPUT(0), INPUT(1) }, "" } } },                                 \
            { .name = NULL },                                                            \
    }

extern const egad_value egad_alad_values[];
extern const egad_step egad_alad_steps[];
extern const egad_term egad_alad_terms[];
extern const egad_recipe egad_recipes_alad_tables[], egad_recipes_alad_images[];
/* recipes.c */

#define OF_ALAD                                                                          \
    .source = "Zenati et al., 2018, ALAD", .values = egad_alad_values,                   \
    .steps = egad_alad_steps, .rebuilt = ALAD_REBUILT, .latent = ALAD_EX,                \
    .generated = ALAD_GZ, .slope = 0.2f, .terms = egad_alad_terms

/* The scores of the paper. */
#define ALAD_SCORES                                                                      \
    { .name = "fm",                                                                      \
      .combination = ALONE,                                                              \
      .terms = { "fm" },                                                                 \
      .help = "reconstruction error in features of D_xx" },                              \
        { .name = "ch",                                                                  \
          .combination = ALONE,                                                          \
          .terms = { "ch" },                                                             \
          .help = "loss of D_xx of a row beside its reconstruction" },                   \
        { .name = "l1",                                                                  \
          .combination = ALONE,                                                          \
          .terms = { "l1" },                                                             \
          .help = "reconstruction error, a sum of absolute differences" },               \
    {                                                                                    \
        .name = "l2", .combination = ALONE, .terms = { "l2" },                           \
        .help = "the same as a Euclidean distance"                                       \
    }

#endif
