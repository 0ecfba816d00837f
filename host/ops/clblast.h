/* Matrix products by CLBlast. */
#ifndef EGAD_CLBLAST_H
#define EGAD_CLBLAST_H

#include "product.h"

/* Names of the parameter sets that can replace CLBlast's own; "" ends the list. */
extern const char *const egad_clblast_sets[];

/* Use this parameter set on this device from now on, in the whole process; it cannot be
 * undone.  EGAD_ARGUMENT if the set does not exist. */
egad_status egad_clblast_set(egad_device *device, const char *name);

/* Append C = op(A) op(B), without an epilogue. */
egad_status egad_clblast_append(egad_plan *plan, const egad_product *p);

#endif
