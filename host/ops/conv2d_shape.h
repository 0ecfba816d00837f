/* The shape of a convolution. */
#ifndef EGAD_CONV2D_SHAPE_H
#define EGAD_CONV2D_SHAPE_H

#include <stddef.h>

/* A convolution from the large image (H, W, C) to the small image (h, w, O), where h =
 * ceil(H / S).  The kernel is (K, K, C, O).  Padding SAME as in TensorFlow: as much as
 * needed, of which half, rounded down, precedes the first pixel.  A transposed
 * convolution is the adjoint, from the small to the large image: it has O inputs and C
 * outputs.  Tensors: large (N, H * W * C), small (N, h * w * O). */
typedef struct {
    size_t H, W, C, K, S, O;
} egad_conv2d;

size_t egad_conv2d_h(const egad_conv2d *g); /* size of the small image */
size_t egad_conv2d_w(const egad_conv2d *g);
/* Pixels of padding before the first, on an axis of `side` pixels of the large image. */
int egad_conv2d_before(size_t side, const egad_conv2d *g);

#endif
