/* Shared by train_step.c and train_fused.c only. */
#ifndef EGAD_TRAIN_INSIDE_H
#define EGAD_TRAIN_INSIDE_H

#include "train.h"

/* 1 if one launch can compute a step's gradients. */
int egad_train_fuses(const egad_train *train);

/* Append that launch (train->mlp) to the plans gradients_d and gradients_g.
 * egad_train_pack packs each network's weights for it. */
egad_status egad_train_fuse(egad_train *train);
egad_status egad_train_pack(egad_train *train, egad_plan *plan, int which);

#endif
