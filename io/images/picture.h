/* Single image files: picture.c, by png.c and magick.c; pixels.c. */
#ifndef EGAD_PICTURE_H
#define EGAD_PICTURE_H

#include "io/io.h"

enum {
    EGAD_PICTURE_SIDE = 65535,             /* most pixels of a side, */
    EGAD_PICTURE_PIXELS = 64 * 1024 * 1024 /* and of an image */
};

typedef struct {
    size_t height, width;
    size_t channels; /* 1 grey, 3 colour */
} egad_picture;

/* ---- picture.c ------------------------------------------------------------- */

/* The endings of the names of image files, ".png" first, NULL at the end. */
extern const char *const egad_picture_endings[];
/* 1 if a name has this ending, in any case. */
int egad_picture_ends(const char *name, const char *ending);
/* Find size and channels.  The format is found by the content. */
egad_status egad_picture_describe(egad_picture *out, const char *path);
/* Read the pixels, (H, W, channels), as 0 to 255. 16-bit values are scaled to that range;
 * transparency is blended with white.  channels: 3, or 1 if the file is grey. */
egad_status egad_picture_read(const char *path, const egad_picture *picture,
                              size_t channels, float *pixels);

/* ---- pixels.c --------------------------------------------------------------- */

/* A pixel as `channels` values of `out`: red, green, blue and opacity of 0 to 255, over
 * white. */
void egad_pixels_blend(float *out, const float rgba[4], size_t channels);
/* Resize `in`, of the size `from` and shape[2] channels, to `shape`: H, W and channels.
 * Pixels stay whole numbers. */
egad_status egad_pixels_resize(float *out, const size_t shape[3], const float *in,
                               const egad_picture *from);

/* ---- png.c: through libpng ------------------------------------------------- */

/* The same for PNG files. */
egad_status egad_png_describe(egad_picture *out, const char *path);
egad_status egad_png_read(const char *path, const egad_picture *png, size_t channels,
                          float *pixels);

/* ---- tiff.c ----------------------------------------------------------------- */

/* EGAD_DATA if the first image of a TIFF file, n bytes, has pixels of more than 16 bits
 * or floating-point numbers. */
egad_status egad_tiff_check(const char *path, const unsigned char *bytes, size_t n);

/* ---- magick.c: through GraphicsMagick --------------------------------------- */

/* Decode a file of this format, "JPEG", "TIFF", "BMP" or "WEBP": *out and, freed with
 * free(), (H, W, 4) red, green, blue and opacity of 0 to 255. */
egad_status egad_magick_read(const char *path, const char *format, egad_picture *out,
                             float **rgba);

#endif
