/* CLBlast, behind one file. */
#ifndef EGAD_BLAS_H
#define EGAD_BLAS_H

#include "gemm.h"

/* Append C = op(A) op(B), no epilogue. */
egad_status egad_blas_append(egad_plan *plan, const egad_product *p);

#endif
