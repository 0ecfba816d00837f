/* Histograms of oriented gradients of images: where edges are and which way they run,
 * whatever the brightness (N. Dalal and B. Triggs, CVPR 2005, with one normalisation for
 * the whole image). */
#ifndef EGAD_GRADIENTS_H
#define EGAD_GRADIENTS_H

#include <stddef.h>

/* Numbers per image of H, W, C: 12 directions in each of up to 8 x 8 cells. */
size_t egad_gradients_columns(const size_t shape[3]);

/* out (egad_gradients_columns) of an image x (H*W*C), which is overwritten.  At each
 * pixel the channel with the largest gradient counts, after smoothing with 1 2 1 both
 * ways.  Its magnitude goes to the two nearest of 12 directions and the four nearest
 * cells, by their nearness.  All are divided by their norm, and roots are taken: sums of
 * squares of differences then compare distributions.  An image without edges has zeros,
 * one with a pixel that is not finite NaN. */
void egad_gradients_of(float *out, float *x, const size_t shape[3]);

#endif
