/* What the networks of a BiGAN are applied to, and the steps of its training (paper,
 * section 2: V(D, E, G)).  E and G minimise the cross-entropy with swapped labels. */
#include "layers.h"

enum { E, G, D }; /* in the order of BIGAN_NETWORKS */
enum { X, Z, EX, GZ, REAL, FAKE, REBUILT };

const egad_value egad_bigan_values[] = {
    [X] = Rows("x"),
    [Z] = Noise("z"),
    [EX] = Output("E(x)", E, X),
    [GZ] = Output("G(z)", G, Z),
    [REAL] = Output("D(x, E(x))", D, X, EX),
    [FAKE] = Output("D(G(z), z)", D, GZ, Z),
    [REBUILT] = Output("G(E(x))", G, EX),
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
