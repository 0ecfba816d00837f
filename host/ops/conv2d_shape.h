/* The shape of a convolution. */
#ifndef EGAD_CONV2D_SHAPE_H
#define EGAD_CONV2D_SHAPE_H

#include <stddef.h>

/* A convolution from the large image (H, W, C) to the small one (h, w, O), h = ceil(H /
 * S), with a kernel (K, K, C, O), padding SAME as TensorFlow has it: what is needed,
 * floor of half of it before the first pixel.  A transposed convolution is the adjoint
 * of one: from the small image to the large one, O being its inputs and C its outputs.
 * Tensors: large (N, H * W * C), small (N, h * w * O). */
typedef struct {
    size_t H, W, C, K, S, O;
} egad_conv2d;

size_t egad_conv2d_h(const egad_conv2d *g); /* of the small image */
size_t egad_conv2d_w(const egad_conv2d *g);
/* Pixels of padding before the first, along a side of the large image. */
int egad_conv2d_before(size_t side, const egad_conv2d *g);

#endif
