/* Device memory with a shape.  A tensor is a matrix: one row per sample, holding its
 * H*W*C elements, H, W and C being the business of the layer.  Rows stand `stride` floats
 * apart, so that two operators can fill the columns of one matrix, and one a part of its
 * rows, and nothing ever needs to be copied together. */
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

/* Floats beyond the end of every allocation that kernels may read, not write: vector
 * loads run over the last column, blocks of rows over the last row. */
enum { EGAD_TENSOR_SLACK_ROWS = 16, EGAD_TENSOR_SLACK = 64 };

/* A new (n, c) tensor, all zero.  egad_tensor_free releases what _new made, not views. */
egad_status egad_tensor_new(egad_tensor *out, egad_device *device, size_t n, size_t c);
void egad_tensor_free(egad_tensor *t);

/* A new (1, n) tensor, all zero, of numbers that are no row of a batch, such as weights:
 * no block of rows runs over its end. */
egad_status egad_tensor_flat(egad_tensor *out, egad_device *device, size_t n);

/* An (n, c) tensor that is the caller's own memory, for reading: without slack, and only
 * as long as that memory stays.  egad_tensor_free releases it. */
egad_status egad_tensor_wrap(egad_tensor *out, egad_device *device, const float *from,
                             size_t n, size_t c);

/* Views; they live as long as what they are taken of. */
egad_tensor egad_tensor_rows(egad_tensor t, size_t first, size_t n);
egad_tensor egad_tensor_columns(egad_tensor t, size_t first, size_t c);
/* (n, c) at element `offset` of a tensor of one row. */
egad_tensor egad_tensor_view(egad_tensor flat, size_t offset, size_t n, size_t c);

/* Bytes of all n * c elements. */
double egad_tensor_bytes(egad_tensor t);

/* Copy all n * c elements from or to host memory (rows close together); waits until they
 * are read there, or have come. */
egad_status egad_tensor_write(egad_device *device, egad_tensor t, const float *from);
egad_status egad_tensor_read(egad_device *device, egad_tensor t, float *to);

#endif
