/* What tests know of the paper's models: their networks, the sections of a BiGAN's
 * discriminator, and the columns of their terms. */
#ifndef EGAD_PAPER_H
#define EGAD_PAPER_H

#include "detector/detector.h"

enum { PAPER_E, PAPER_G, PAPER_D, PAPER_NETS };
enum { PAPER_DX, PAPER_DZ, PAPER_DXZ };
enum {
    BIGAN_L1,
    BIGAN_SIGMA,
    BIGAN_SIGMA_REBUILT,
    BIGAN_FM,
    BIGAN_FEATURES,
    BIGAN_EVIDENCE,
    BIGAN_NEAR,
    BIGAN_LOCAL,
    BIGAN_NEAREST,
    BIGAN_FIFTH,
    BIGAN_NEAREST_WHITE,
    BIGAN_FIFTH_WHITE,
    BIGAN_LOCAL_WHITE,
    BIGAN_TERMS, /* of tables; those of images end with three distances, not five */
    BIGAN_IMAGE_TERMS = BIGAN_TERMS - 2
};
enum { GAN_L1, GAN_SIGMA_REBUILT, GAN_FM };

/* Network k; NULL for the encoder of a plain GAN. */
static inline egad_net *paper_net(const egad_detector *d, int k)
{
    const int missing = PAPER_NETS - (int)d->networks;
    return k < missing ? NULL : d->network[k - missing];
}

#endif
