/* Device memory with a shape.  A tensor is a matrix with one sample per row; the layers
 * know its H, W and C.  Rows are `stride` floats apart, so that operators can write to
 * some columns or rows of a matrix and nothing has to be concatenated by a copy. */
#ifndef EGAD_TENSOR_H
#define EGAD_TENSOR_H

#include "device.h"

typedef struct {
    cl_mem mem;
    size_t offset; /* first element, in floats */
    size_t n;      /* rows */
    size_t c;      /* columns */
    size_t stride; /* floats from one row to the next */
} egad_tensor;

/* Floats beyond the end of each allocation that kernels may read but not write: vector
 * loads pass the last column, and blocks of rows pass the last row. */
enum { EGAD_TENSOR_SLACK_ROWS = 16, EGAD_TENSOR_SLACK = 64 };

/* Allocate an (n, c) tensor of zeros.  egad_tensor_free releases it; views are not
 * freed. */
egad_status egad_tensor_new(egad_tensor *out, egad_device *device, size_t n, size_t c);
void egad_tensor_free(egad_tensor *t);

/* Allocate a (1, n) tensor of zeros for data without samples, such as parameters: without
 * the slack for blocks of rows. */
egad_status egad_tensor_flat(egad_tensor *out, egad_device *device, size_t n);

/* The most rows of c columns that a tensor of egad_tensor_new may have on this device; at
 * least 1, though even one row may be too large. */
size_t egad_tensor_most(const egad_device *device, size_t c);

/* Wrap the caller's memory as an (n, c) tensor for reading, without slack.  It is valid
 * as long as `from`; egad_tensor_free releases it. */
egad_status egad_tensor_wrap(egad_tensor *out, egad_device *device, const float *from,
                             size_t n, size_t c);

/* Views of rows or columns; valid as long as the tensor. */
egad_tensor egad_tensor_rows(egad_tensor t, size_t first, size_t n);
egad_tensor egad_tensor_columns(egad_tensor t, size_t first, size_t c);
/* An (n, c) view of a tensor of one row, starting at element `offset`. */
egad_tensor egad_tensor_view(egad_tensor flat, size_t offset, size_t n, size_t c);

/* Bytes of all n * c elements. */
double egad_tensor_bytes(egad_tensor t);

/* Copy all n * c elements from or to host memory with contiguous rows.  On return `from`
 * may be reused, and `to` is filled. */
egad_status egad_tensor_write(egad_device *device, egad_tensor t, const float *from);
egad_status egad_tensor_read(egad_device *device, egad_tensor t, float *to);

#endif
