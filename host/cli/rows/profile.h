/* Work launch by launch: profile.c. */
#ifndef PROFILE_H
#define PROFILE_H

#include "egad.h"

/* As a table, list of launches by list; with their times, where they were run, and
 * `peak`, or NULL, beside them. */
void profile_print(const egad_profile *launches, size_t n, const egad_peak *peak);
/* Useful operations of them all, and seconds. */
double profile_flops(const egad_profile *launches, size_t n);
double profile_seconds(const egad_profile *launches, size_t n);

#endif
