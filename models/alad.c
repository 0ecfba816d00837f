/* Adversarially learned anomaly detection: H. Zenati, M. Romain, C.-S. Foo, B. Lecouat
 * and V. Chandrasekhar, ICDM 2018 (arXiv:1812.02288).  A BiGAN whose E and G must also
 * fool D_xx, which tells (x, x) from (x, G(E(x))), and D_zz, which tells (z, z) from (z,
 * E(G(z))): so both round trips are learnt.
 *
 * The layers are those of the authors' code.  The recipe `release` follows it but for
 *   Adam's correction of its bias: the code's five optimisers share one count of steps,
 *     here each network has its own, as Adam is meant;
 *   the moving averages, which follow Adam here; the code leaves the order open;
 *   the gradients of G and E: both are of the weights before the step; in the code one of
 *     them may see the other's new weights;
 *   spectral normalisation: the code's backward pass reads the vector u after its update.
 *     Here u and v are constants (Miyato et al. 2018), and scoring does not change u. */
#include "alad.h"

const egad_value egad_alad_values[] = {
    [ALAD_X] = Rows("x"),
    [ALAD_Z] = Noise("z"),
    [ALAD_EX] = Output("E(x)", ALAD_E, ALAD_X),
    [ALAD_GZ] = Output("G(z)", ALAD_G, ALAD_Z),
    [ALAD_REBUILT] = Output("G(E(x))", ALAD_G, ALAD_EX),
    [ALAD_AGAIN] = Output("E(G(z))", ALAD_E, ALAD_GZ),
    [ALAD_XZ_REAL] = Output("D_xz(x, E(x))", ALAD_XZ, ALAD_X, ALAD_EX),
    [ALAD_XZ_FAKE] = Output("D_xz(G(z), z)", ALAD_XZ, ALAD_GZ, ALAD_Z),
    [ALAD_XX_REAL] = Output("D_xx(x, x)", ALAD_XX, ALAD_X, ALAD_X),
    [ALAD_XX_FAKE] = Output("D_xx(x, G(E(x)))", ALAD_XX, ALAD_X, ALAD_REBUILT),
    [ALAD_ZZ_REAL] = Output("D_zz(z, z)", ALAD_ZZ, ALAD_Z, ALAD_Z),
    [ALAD_ZZ_FAKE] = Output("D_zz(z, E(G(z)))", ALAD_ZZ, ALAD_Z, ALAD_AGAIN),
    [ALAD_F_X] = Features("f(x, x)", ALAD_XX_REAL),
    [ALAD_F_REBUILT] = Features("f(x, G(E(x)))", ALAD_XX_FAKE),
    { .name = NULL },
};

#define CROSS_ENTROPY(text, value, to, sum)                                              \
    {                                                                                    \
        .name = (text), .kind = LOSS_CROSS_ENTROPY, .of = { value }, .label = (to),      \
        .shown = (sum)                                                                   \
    }

/* Each D has its own losses, E and G those of D_xz with swapped labels, and both cycles.
 */
const egad_step egad_alad_steps[] = {
    { .name = "D",
      .loss = { CROSS_ENTROPY("xz_real", ALAD_XZ_REAL, 1, "dis_xz"),
                CROSS_ENTROPY("xz_fake", ALAD_XZ_FAKE, 0, "dis_xz"),
                CROSS_ENTROPY("xx_real", ALAD_XX_REAL, 1, "dis_xx"),
                CROSS_ENTROPY("xx_fake", ALAD_XX_FAKE, 0, "dis_xx"),
                CROSS_ENTROPY("zz_real", ALAD_ZZ_REAL, 1, "dis_zz"),
                CROSS_ENTROPY("zz_fake", ALAD_ZZ_FAKE, 0, "dis_zz") },
      .moves = 1u << ALAD_XZ | 1u << ALAD_XX | 1u << ALAD_ZZ },
    { .name = "G and E",
      .loss = { CROSS_ENTROPY("enc", ALAD_XZ_REAL, 0, "enc"),
                CROSS_ENTROPY("gen", ALAD_XZ_FAKE, 1, "gen"),
                CROSS_ENTROPY("cycle_x_real", ALAD_XX_REAL, 0, "cycle_x"),
                CROSS_ENTROPY("cycle_x_fake", ALAD_XX_FAKE, 1, "cycle_x"),
                CROSS_ENTROPY("cycle_z_real", ALAD_ZZ_REAL, 0, "cycle_z"),
                CROSS_ENTROPY("cycle_z_fake", ALAD_ZZ_FAKE, 1, "cycle_z") },
      .moves = 1u << ALAD_G | 1u << ALAD_E },
    { .name = NULL },
};

const egad_term egad_alad_terms[] = {
    Term("fm", TERM_DISTANCE, ALAD_F_X, ALAD_F_REBUILT),
    Term("ch", TERM_CROSS_ENTROPY, ALAD_XX_FAKE),
    Term("l1", TERM_DISTANCE, ALAD_X, ALAD_REBUILT),
    Term("l2", TERM_ROOT, ALAD_X, ALAD_REBUILT),
    Term("features", TERM_SPREAD, ALAD_F_X, ALAD_F_REBUILT),
    Term("evidence", TERM_SPREAD_BOTH, ALAD_F_X, ALAD_F_REBUILT),
    NEAREST_TERMS,
    { .name = NULL },
};
