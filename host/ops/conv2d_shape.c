/* The shape of a convolution: size of the small image, and padding. */
#include "conv2d_shape.h"

static size_t small(size_t side, size_t step)
{
    return (side + step - 1) / step;
}

size_t egad_conv2d_h(const egad_conv2d *g)
{
    return small(g->H, g->S);
}

size_t egad_conv2d_w(const egad_conv2d *g)
{
    return small(g->W, g->S);
}

int egad_conv2d_before(size_t side, const egad_conv2d *g)
{
    const size_t needed = (small(side, g->S) - 1) * g->S + g->K;
    return needed > side ? (int)((needed - side) / 2) : 0;
}
