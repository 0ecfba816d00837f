/* The list of all models. */
#include "model.h"

#include <stddef.h>

#define X(name) &egad_model_##name,
const egad_model *const egad_models[] = { EGAD_MODEL_LIST(X) NULL };
#undef X
