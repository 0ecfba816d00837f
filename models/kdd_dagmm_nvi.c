/* DAGMM with the bound of neural variational inference in place of the energy: gamma is
 * the approximate posterior (dagmm.h). */
#include "dagmm.h"

static const egad_step steps[] = DAGMM_STEPS(LOSS_BOUND);

const egad_model egad_model_kdd_dagmm_nvi = { .name = "kdd-dagmm-nvi", OF_DAGMM };
