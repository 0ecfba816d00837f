/* Windows of a series (window.c): each row is made of several successive rows, the oldest
 * first; the columns of the last one keep their names, the k-th before it has NAME[-k].
 */
#ifndef EGAD_WINDOW_H
#define EGAD_WINDOW_H

#include "io.h"

/* The schema of the last row of windows of so many rows.  The caller clears *out. */
egad_status egad_window_last(egad_schema *out, const egad_schema *windows, size_t window);
/* Window of the rows up to `last` of x (rows, width): out (window, width).  Rows before
 * the first are equal to it. */
void egad_window_fill(float *out, const float *x, size_t last, size_t width,
                      size_t window);
/* Replace *data by windows that end at these n rows. */
egad_status egad_window_make(egad_dataset **data, size_t window, const size_t *last,
                             size_t n);

#endif
