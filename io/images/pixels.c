/* Pixels in memory: over white, and resized. */
#include "picture.h"

#include <stdlib.h>

void egad_pixels_blend(float *out, const float rgba[4], size_t channels)
{
    const float opaque = rgba[3] / 255;

    for (size_t c = 0; c < channels; c++)
        out[c] = opaque < 1 ? 255 + opaque * (rgba[c] - 255) : rgba[c];
}

/* The source pixels, of `from`, of a row or column of the new image: the mean of those it
 * covers if more than one, else interpolation of the two next to its centre. */
typedef struct {
    double start, end;
} span;

static span covered(size_t i, size_t to, size_t from)
{
    const double scale = (double)from / (double)to, center = ((double)i + 0.5) * scale;
    const double half = scale > 1 ? scale / 2 : 0.5;
    return (span){ center - half, center + half };
}

/* How much of pixel k the span covers.  Pixels outside equal the outermost one. */
static double share(span s, long k, size_t n)
{
    const double low = k == 0 ? s.start : (double)k;
    const double high = k == (long)n - 1 ? s.end : (double)(k + 1);
    const double a = low > s.start ? low : s.start, b = high < s.end ? high : s.end;
    return b > a ? (b - a) / (s.end - s.start) : 0;
}

static void bounds(span s, size_t n, long *first, long *last)
{
    *first = s.start < 0 ? 0 : (long)s.start;
    *last = s.end >= (double)n ? (long)n - 1 : (long)s.end;
}

/* Resize one axis: `from` lines of `step` values become `to`. */
static void shrink(float *out, size_t to, const float *in, size_t from, size_t step)
{
    for (size_t i = 0; i < to; i++) {
        const span s = covered(i, to, from);
        long first, last;
        bounds(s, from, &first, &last);
        for (size_t c = 0; c < step; c++) {
            double sum = 0;
            for (long k = first; k <= last; k++)
                sum += share(s, k, from) * (double)in[(size_t)k * step + c];
            out[i * step + c] = (float)sum;
        }
    }
}

/* Rows first, then columns. */
egad_status egad_pixels_resize(float *out, const size_t shape[3], const float *in,
                               const egad_picture *from)
{
    egad_status status = EGAD_OK;
    const size_t line = from->width * shape[2];
    float *middle = NULL;

    NEW(middle, shape[0] * line);
    shrink(middle, shape[0], in, from->height, line);
    for (size_t y = 0; y < shape[0]; y++)
        shrink(out + y * shape[1] * shape[2], shape[1], middle + y * line, from->width,
               shape[2]);
    for (size_t i = 0; i < shape[0] * shape[1] * shape[2]; i++)
        out[i] = (float)(int)(out[i] + 0.5f);
done:
    free(middle);
    return status;
}
