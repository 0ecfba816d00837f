/* Functions of values without weights: FUNCTION_* of cl/shared.h, whose formulas are in
 * cl/function.h.  For errors and tensors see ops.h. */
#ifndef EGAD_FUNCTION_H
#define EGAD_FUNCTION_H

#include "ops.h"

enum { FUNCTION_ARGUMENTS = 3 };

/* The number of arguments of a function, at most FUNCTION_ARGUMENTS. */
int egad_function_arguments(int which);

/* Columns of its value for arguments of so many. */
size_t egad_function_width(int which, size_t columns);

/* y = f(of[0], ...), of FUNCTION_ARGUMENTS tensors.  y and all arguments: (N, C), but y
 * of FUNCTION_FEATURES (N, 2), see mixture_launch.h; an argument of one row for all has
 * stride 0. */
egad_status egad_function_forward(egad_plan *plan, const char *label, int which,
                                  egad_tensor y, const egad_tensor *of);
/* d = the gradient with respect to of[argument], which is the output of activation `a`,
 * before that activation, from dy; add_to_d 1: added to d. */
egad_status egad_function_backward(egad_plan *plan, const char *label, int which,
                                   int argument, egad_tensor d, egad_tensor dy,
                                   const egad_tensor *of, const egad_activation *a,
                                   int add_to_d);

#endif
