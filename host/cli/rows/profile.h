/* Launches of a plan: profile.c. */
#ifndef PROFILE_H
#define PROFILE_H

#include "egad.h"

/* Print a table per plan, with times if measured, and shares of `peak` unless it is
 * NULL. */
void profile_print(const egad_profile *launches, size_t n, const egad_peak *peak);
/* Total of useful operations, and of seconds. */
double profile_flops(const egad_profile *launches, size_t n);
double profile_seconds(const egad_profile *launches, size_t n);

#endif
