/* CLBlast, behind one file. */
#ifndef EGAD_CLBLAST_H
#define EGAD_CLBLAST_H

#include "product.h"

/* Sets of parameters that CLBlast can be given instead of its own; "" ends the list. */
extern const char *const egad_clblast_sets[];

/* From now on CLBlast goes by this set on this device: in the whole process, and with no
 * way back.  EGAD_ARGUMENT if there is no such set. */
egad_status egad_clblast_set(egad_device *device, const char *name);

/* Append C = op(A) op(B), no epilogue. */
egad_status egad_clblast_append(egad_plan *plan, const egad_product *p);

#endif
