/* What train_step.c and train_fused.c share; no other file includes this one. */
#ifndef EGAD_TRAIN_INSIDE_H
#define EGAD_TRAIN_INSIDE_H

#include "train.h"

/* Can the gradients of a step be one launch? */
int egad_train_fuses(const egad_train *train);

/* Append them, of train->mlp, to the plans gradients_d and gradients_g, for weights that
 * egad_train_pack packs, network by network. */
egad_status egad_train_fuse(egad_train *train);
egad_status egad_train_pack(egad_train *train, egad_plan *plan, int which);

#endif
