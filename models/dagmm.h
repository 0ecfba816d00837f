/* What the tables of DAGMM share (dagmm.c): B. Zong, Q. Song, M. R. Min, W. Cheng, C.
 * Lumezanu, D. Cho, H. Chen, "Deep autoencoding Gaussian mixture model for unsupervised
 * anomaly detection", ICLR 2018. */
#ifndef EGAD_DAGMM_H
#define EGAD_DAGMM_H

#include "layers.h"

/* Networks, and values. */
enum { DAGMM_E, DAGMM_D, DAGMM_GAMMA };
enum { DAGMM_X, DAGMM_CODE, DAGMM_REBUILT, DAGMM_FEATURES, DAGMM_LOGITS };

/* The mixture is of the code beside two features of the reconstruction. */
#define DAGMM_VALUES                                                                     \
    {                                                                                    \
        [DAGMM_X] = Rows("x"), [DAGMM_CODE] = Output("E(x)", DAGMM_E, DAGMM_X),          \
        [DAGMM_REBUILT] = Output("D(E(x))", DAGMM_D, DAGMM_CODE),                        \
        [DAGMM_FEATURES] =                                                               \
            Function("features", FUNCTION_FEATURES, DAGMM_X, DAGMM_REBUILT),             \
        [DAGMM_LOGITS] = Output("gamma", DAGMM_GAMMA, DAGMM_CODE, DAGMM_FEATURES),       \
        { .name = NULL },                                                                \
    }

#define DAGMM_NETWORKS(e, d, gamma)                                                      \
    {                                                                                    \
        { "encoder", { OF_X }, { { e, { INPUT(0) }, NULL } } },                          \
            { "decoder", { OF_Z }, { { d, { INPUT(0) }, NULL } } },                      \
            { "estimation", { OF_Z, 2 }, { { gamma, { INPUT(0), INPUT(1) }, NULL } } },  \
            { .name = NULL },                                                            \
    }

/* The step, by the energy or by its bound; weights lambda1 and lambda2 of the paper. */
#define DAGMM_OF DAGMM_CODE, DAGMM_FEATURES, DAGMM_LOGITS
#define DAGMM_STEPS(energy)                                                              \
    {                                                                                    \
        { .name = "all",                                                                 \
          .loss = { { "reconstruction",                                                  \
                      LOSS_SQUARES,                                                      \
                      { DAGMM_X, DAGMM_REBUILT },                                        \
                      .shown = "reconstruction" },                                       \
                    { "energy",                                                          \
                      energy,                                                            \
                      { DAGMM_OF },                                                      \
                      .weight = 0.1f,                                                    \
                      .shown = "energy" },                                               \
                    { "penalty",                                                         \
                      LOSS_PENALTY,                                                      \
                      { DAGMM_OF },                                                      \
                      .weight = 0.005f,                                                  \
                      .shown = "penalty" } },                                            \
          .moves = 1u << DAGMM_E | 1u << DAGMM_D | 1u << DAGMM_GAMMA },                  \
            { .name = NULL },                                                            \
    }

extern const egad_value egad_dagmm_values[];
extern const egad_network egad_dagmm_networks[];
extern const egad_term egad_dagmm_terms[];
extern const egad_score egad_dagmm_scores[];
extern const egad_recipe egad_recipes_dagmm[];

#define OF_DAGMM                                                                         \
    .source = "Zong et al., 2018", .z_dim = 1, .networks = egad_dagmm_networks,          \
    .values = egad_dagmm_values, .steps = steps, .rebuilt = DAGMM_REBUILT,               \
    .latent = DAGMM_CODE, .terms = egad_dagmm_terms, .scores = egad_dagmm_scores,        \
    .recipes = egad_recipes_dagmm

#endif
