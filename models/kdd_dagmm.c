/* DAGMM for tables (dagmm.h). */
#include "dagmm.h"

static const egad_step steps[] = DAGMM_STEPS(LOSS_ENERGY);

const egad_model egad_model_kdd_dagmm = { .name = "kdd-dagmm", OF_DAGMM };
