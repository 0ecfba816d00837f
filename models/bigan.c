/* What the networks of a BiGAN are applied to, the steps of its training (paper, section
 * 2: V(D, E, G)), and the terms of its scores (section 3).  E and G minimise the
 * cross-entropy with swapped labels. */
#include "scores.h"

enum { E, G, D }; /* in the order of BIGAN_NETWORKS */
enum {
    X,
    Z,
    EX = BIGAN_LATENT,
    GZ = BIGAN_GENERATED,
    REAL,
    FAKE,
    REBUILT = BIGAN_REBUILT,
    AGAIN,
    F_X,
    F_REBUILT
};

const egad_value egad_bigan_values[] = {
    [X] = Rows("x"),
    [Z] = Noise("z"),
    [EX] = Output("E(x)", E, X),
    [GZ] = Output("G(z)", G, Z),
    [REAL] = Output("D(x, E(x))", D, X, EX),
    [FAKE] = Output("D(G(z), z)", D, GZ, Z),
    [REBUILT] = Output("G(E(x))", G, EX),
    [AGAIN] = Output("D(G(E(x)), E(x))", D, REBUILT, EX),
    [F_X] = Features("f(x, E(x))", REAL),
    [F_REBUILT] = Features("f(G(E(x)), E(x))", AGAIN),
    { .name = NULL },
};

const egad_step egad_bigan_steps[] = {
    DISCRIMINATOR_STEP(D, REAL, FAKE),
    { .name = "G and E",
      .loss = { { "gen", LOSS_CROSS_ENTROPY, { FAKE }, .label = 1, .shown = "gen" },
                { "enc", LOSS_CROSS_ENTROPY, { REAL }, .label = 0, .shown = "enc" } },
      .moves = 1u << G | 1u << E,
      .statistics = REBUILT },
    { .name = NULL },
};

/* The distances to the nearest training rows.  Two views of tables: one keeps columns as
 * they are but for heavy tails, the other finds rows that no column alone gives away. One
 * of images: their edges. */
const egad_model_method egad_bigan_methods[] = {
    [NEAREST] = { "nearest_log", "nearest", VIEW_LOG, 0, 0.125 },
    [NEAREST_WHITE] = { "nearest_white", "nearest", VIEW_SQUASHED, 0.1, 0.125 },
    { .name = NULL },
};
const egad_model_method egad_bigan_image_methods[] = {
    [NEAREST] = { "nearest_gradients", "nearest", VIEW_GRADIENTS, 0, 0 },
    { .name = NULL },
};

/* The scores of a model decide which distances to training rows it has. */
#define OF_NETWORKS                                                                      \
    Term("l1", TERM_DISTANCE, X, REBUILT), Term("sigma", TERM_CROSS_ENTROPY, REAL),      \
        Term("sigma_rebuilt", TERM_CROSS_ENTROPY, AGAIN),                                \
        Term("fm", TERM_DISTANCE, F_X, F_REBUILT),                                       \
        Term("features", TERM_SPREAD, F_X, F_REBUILT),                                   \
        Term("evidence", TERM_SPREAD_BOTH, F_X, F_REBUILT),                              \
        Term("near", TERM_NEAR, F_X, EX), Term("local", TERM_LOCAL, F_X, EX)

const egad_term egad_bigan_terms[] = { OF_NETWORKS, NEAREST_TERMS, { .name = NULL } };
const egad_term egad_bigan_image_terms[] = {
    OF_NETWORKS,
    Term("nearest", TERM_METHOD, NEAREST, 0),
    Term("fifth", TERM_METHOD, NEAREST, 1),
    Term("local_nearest", TERM_METHOD, NEAREST, 2),
    { .name = NULL },
};
