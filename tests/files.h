/* Writers of input files for import tests: IDX, NPY and PNG. */
#ifndef EGAD_FILES_H
#define EGAD_FILES_H

#include "support.h"

#include <png.h>
#include <stdint.h>
#include <sys/stat.h>

/* An IDX file whose header states this kind and shape, with `bytes` bytes of elements. */
static inline void files_idx(const char *path, unsigned char kind, int rank,
                             const uint32_t *shape, const void *elements, size_t bytes)
{
    unsigned char *file = malloc(4 + 4 * (size_t)rank + bytes), *at = file + 4;

    memcpy(file, (unsigned char[]){ 0, 0, kind, (unsigned char)rank }, 4);
    for (int i = 0; i < rank; i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            *at++ = (unsigned char)(shape[i] >> shift);
    memcpy(at, elements, bytes);
    support_write(path, file, 4 + 4 * (size_t)rank + bytes);
    free(file);
}

/* An NPY file with this text as its header. */
static inline void files_npy(const char *path, int version, const char *header,
                             const void *elements, size_t bytes)
{
    const size_t n = strlen(header), wide = version > 1 ? 4 : 2;
    unsigned char *file = calloc(1, 8 + wide + n + bytes);

    memcpy(file, "\x93NUMPY", 6);
    file[6] = (unsigned char)version;
    file[8] = (unsigned char)n;
    file[9] = (unsigned char)(n >> 8);
    memcpy(file + 8 + wide, header, n);
    memcpy(file + 8 + wide + n, elements, bytes);
    support_write(path, file, 8 + wide + n + bytes);
    free(file);
}

typedef struct {
    int type, depth, interlace;
    png_color *palette;
    int colours;
    unsigned char *clear; /* opacity of the palette's colours, or NULL */
    png_color_16 *key;    /* transparent colour of an image without a palette, or NULL */
} files_png_kind;

/* A PNG file; 16 bits are big-endian.  Rows have `stride` bytes. */
static inline void files_png(const char *path, size_t height, size_t width,
                             files_png_kind kind, const unsigned char *bytes,
                             size_t stride)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_bytep row[64];

    ck_assert_uint_le(height, 64);
    for (size_t i = 0; i < height; i++)
        row[i] = (png_bytep)bytes + i * stride;
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, kind.depth,
                 kind.type, kind.interlace, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (kind.palette)
        png_set_PLTE(png, info, kind.palette, kind.colours);
    if (kind.clear || kind.key)
        png_set_tRNS(png, info, kind.clear, kind.colours, kind.key);
    png_set_rows(png, info, row);
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(file);
}

/* A grey image of one value. */
static inline void files_grey(const char *path, size_t height, size_t width,
                              unsigned char value)
{
    unsigned char bytes[64 * 64];

    memset(bytes, value, sizeof bytes);
    files_png(path, height, width,
              (files_png_kind){ .type = PNG_COLOR_TYPE_GRAY, .depth = 8 }, bytes, 64);
}

#endif
