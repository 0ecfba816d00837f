/* What the tables of variational autoencoders share (vae.c). */
#ifndef EGAD_VAE_H
#define EGAD_VAE_H

#include "layers.h"

enum { VAE_HIDDEN = 400, VAE_Z = 200, VAE_SAMPLES = 10 };

/* Networks, E and G, and numbers of the values that all have. */
enum { VAE_E, VAE_G };
enum {
    VAE_X,
    VAE_NOISE,
    VAE_EX,
    VAE_MEAN,
    VAE_SPREAD,
    VAE_SAMPLE,
    VAE_GZ,
    VAE_GMEAN,
    VAE_MADE,
    VAE_OWN
};

/* x, noise; E(x), its halves and z from them; G of z, of the mean and of noise. */
#define VAE_VALUES                                                                       \
    [VAE_X] = Rows("x"), [VAE_NOISE] = Noise("e"),                                       \
    [VAE_EX] = Output("E(x)", VAE_E, VAE_X),                                             \
    [VAE_MEAN] = Part("mean", VAE_EX, 0, VAE_Z),                                         \
    [VAE_SPREAD] = Part("log variance", VAE_EX, VAE_Z, VAE_Z),                           \
    [VAE_SAMPLE] = Function("z", FUNCTION_SAMPLE, VAE_MEAN, VAE_SPREAD, VAE_NOISE),      \
    [VAE_GZ] = Output("G(z)", VAE_G, VAE_SAMPLE),                                        \
    [VAE_GMEAN] = Output("G(mean)", VAE_G, VAE_MEAN),                                    \
    [VAE_MADE] = Output("G(e)", VAE_G, VAE_NOISE)

extern const egad_layer egad_vae_e[];
extern const egad_recipe egad_recipes_vae_tables[], egad_recipes_vae_images[];
extern const egad_score egad_vae_scores[];

#define VAE_NETWORKS(g)                                                                  \
    {                                                                                    \
        { "encoder", { OF_X }, { { egad_vae_e, { INPUT(0) }, NULL } } },                 \
            { "decoder", { OF_Z }, { { g, { INPUT(0) }, NULL } } }, { .name = NULL },    \
    }

/* The step and the terms, by what `likelihood` (GAUSSIAN or BERNOULLI) says of x. */
#define VAE_STEPS(likelihood, ...)                                                       \
    {                                                                                    \
        { .name = "E and G",                                                             \
          .loss = { { "reconstruction",                                                  \
                      LOSS_##likelihood,                                                 \
                      { VAE_X, __VA_ARGS__ },                                            \
                      .shown = "reconstruction" },                                       \
                    { "kl",                                                              \
                      LOSS_DIVERGENCE,                                                   \
                      { VAE_MEAN, VAE_SPREAD },                                          \
                      .shown = "kl" } },                                                 \
          .moves = 1u << VAE_E | 1u << VAE_G },                                          \
            { .name = NULL },                                                            \
    }
#define VAE_TERMS(likelihood, rebuilt, ...)                                              \
    {                                                                                    \
        { .name = "rp",                                                                  \
          .kind = TERM_##likelihood,                                                     \
          .of = { VAE_X, __VA_ARGS__ },                                                  \
          .samples = SAMPLES_MEAN },                                                     \
            { .name = "rp_log_mean",                                                     \
              .kind = TERM_##likelihood,                                                 \
              .of = { VAE_X, __VA_ARGS__ },                                              \
              .samples = SAMPLES_LOG_MEAN },                                             \
            { .name = "kl", .kind = TERM_DIVERGENCE, .of = { VAE_MEAN, VAE_SPREAD } },   \
            { .name = "l2", .kind = TERM_ROOT, .of = { VAE_X, rebuilt } },               \
            { .name = "l1", .kind = TERM_DISTANCE, .of = { VAE_X, rebuilt } },           \
            { .name = NULL },                                                            \
    }

#define OF_VAE                                                                           \
    .source = "An and Cho, 2015", .z_dim = VAE_Z, .samples = VAE_SAMPLES,                \
    .networks = networks, .values = values, .steps = steps, .latent = VAE_MEAN,          \
    .terms = terms, .scores = egad_vae_scores

#endif
