/* Single image files (png.c). */
#ifndef EGAD_PICTURE_H
#define EGAD_PICTURE_H

#include "io/io.h"

/* ---- png.c: through libpng ------------------------------------------------ */

typedef struct {
    size_t height, width;
    size_t channels; /* 1 grey, 3 colour */
} egad_png;

/* Read the header. */
egad_status egad_png_describe(egad_png *out, const char *path);
/* Read the pixels, (H, W, channels), as 0 to 255. 16-bit values are scaled to that range;
 * transparency is blended with white.  channels: 3, or 1 if the file is grey. */
egad_status egad_png_read(const char *path, const egad_png *png, size_t channels,
                          float *pixels);

#endif
