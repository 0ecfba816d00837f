/* The vocabulary of the paper's tables, for the model files. */
#ifndef EGAD_LAYERS_H
#define EGAD_LAYERS_H

#include "model.h"

#include <stddef.h>

#define Dense OP_DENSE, 0, 0
#define KernelOf(network) OP_DENSE, KERNEL(network), 0 /* tied */
#define TransposeOf(network) OP_DENSE, TRANSPOSE(network), 0
#define DenseMaps(by) OP_DENSE, 0, by /* maps of H / by x W / by */
#define Conv OP_CONV
#define TransConv OP_TCONV
#define Linear ACT_LINEAR
#define ReLU ACT_RELU
#define LeakyReLU ACT_LEAKY_RELU
#define Tanh ACT_TANH
#define Sigmoid ACT_SIGMOID
#define SoftPlus ACT_SOFTPLUS
#define END_OF_TABLE                                                                     \
    {                                                                                    \
        OP_END, 0, 0, 0, NO_BN, 0, 0.0f, PLAIN                                           \
    }

/* Values by name: training rows, noise, a network's output for values, columns of one,
 * the starred layer's output on the way to one. */
#define Rows(text)                                                                       \
    {                                                                                    \
        .name = (text), .kind = VALUE_ROWS                                               \
    }
#define Noise(text)                                                                      \
    {                                                                                    \
        .name = (text), .kind = VALUE_NOISE                                              \
    }
#define NoiseAsX(text)                                                                   \
    {                                                                                    \
        .name = (text), .kind = VALUE_NOISE, .columns = AS_X                             \
    }
#define Output(text, of, ...)                                                            \
    {                                                                                    \
        .name = (text), .kind = VALUE_OUTPUT, .network = (of), .from = { __VA_ARGS__ }   \
    }
#define Function(text, of, ...)                                                          \
    {                                                                                    \
        .name = (text), .kind = VALUE_FUNCTION, .function = (of), .from = {              \
            __VA_ARGS__                                                                  \
        }                                                                                \
    }
#define Part(text, value, at, n)                                                         \
    {                                                                                    \
        .name = (text), .kind = VALUE_PART, .from = { value }, .first = (at),            \
        .columns = (n)                                                                   \
    }
#define Features(text, value)                                                            \
    {                                                                                    \
        .name = (text), .kind = VALUE_FEATURES, .from = { value }                        \
    }

/* A term of a kind, of values or of a method and its term; and one that counts only where
 * it is above the mean of training rows. */
#define Term(text, what, ...)                                                            \
    {                                                                                    \
        .name = (text), .kind = (what), .of = { __VA_ARGS__ }                            \
    }
#define TermAbove(text, what, ...)                                                       \
    {                                                                                    \
        .name = (text), .kind = (what), .of = { __VA_ARGS__ }, .above = 1                \
    }

/* The networks of a BiGAN, for egad_bigan_values and _steps: E(x), G(z), and D with its
 * sections D(x), D(z) and D(x, z). */
#define BIGAN_NETWORKS(e, g, dx, dz, dxz)                                                \
    {                                                                                    \
        { "encoder", { OF_X }, { { e, { INPUT(0) }, NULL } } },                          \
            { "generator", { OF_Z }, { { g, { INPUT(0) }, NULL } } },                    \
            { "discriminator",                                                           \
              { OF_X, OF_Z },                                                            \
              { { dx, { INPUT(0) }, "dx" },                                              \
                { dz, { INPUT(1) }, "dz" },                                              \
                { dxz, { SECTION(0), SECTION(1) }, "dxz" } } },                          \
            { .name = NULL },                                                            \
    }

/* Those of a plain GAN, for egad_gan_values and _steps: G(z), D(x). */
#define GAN_NETWORKS(g, dx)                                                              \
    {                                                                                    \
        { "generator", { OF_Z }, { { g, { INPUT(0) }, NULL } } },                        \
            { "discriminator", { OF_X }, { { dx, { INPUT(0) }, "dx" } } },               \
            { .name = NULL },                                                            \
    }

/* What else a model takes from bigan.c or gan.c, and numbers of their values. */
enum {
    BIGAN_LATENT = 2,
    BIGAN_GENERATED,
    BIGAN_REBUILT = 6,
    GAN_LATENT = 1,
    GAN_REBUILT
};
#define OF_BIGAN                                                                         \
    .values = egad_bigan_values, .steps = egad_bigan_steps, .rebuilt = BIGAN_REBUILT,    \
    .latent = BIGAN_LATENT, .generated = BIGAN_GENERATED
#define OF_GAN                                                                           \
    .values = egad_gan_values, .steps = egad_gan_steps, .rebuilt = GAN_REBUILT,          \
    .latent = GAN_LATENT, .generated = GAN_REBUILT, .terms = egad_gan_terms,             \
    .scores = egad_gan_scores

/* The step of network D: its outputs for real rows are to be 1, for generated ones 0. */
#define DISCRIMINATOR_STEP(D, real, fake)                                                \
    {                                                                                    \
        .name = "D",                                                                     \
        .loss = { { "dis_real",                                                          \
                    LOSS_CROSS_ENTROPY,                                                  \
                    { real },                                                            \
                    .label = 1,                                                          \
                    .shown = "dis" },                                                    \
                  { "dis_fake",                                                          \
                    LOSS_CROSS_ENTROPY,                                                  \
                    { fake },                                                            \
                    .label = 0,                                                          \
                    .shown = "dis" } },                                                  \
        .moves = 1u << (D)                                                               \
    }

#endif
