/* Image files of any format. */
#include "picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const egad_picture_endings[] = { ".png",  ".jpg", ".jpeg", ".tif",
                                             ".tiff", ".bmp", ".webp", NULL };

int egad_picture_ends(const char *name, const char *ending)
{
    const size_t n = strlen(name), m = strlen(ending);
    return n > m && strcasecmp(name + n - m, ending) == 0;
}

/* The format of a file by its first bytes. */
static egad_status find_format(const char *path, const char **out)
{
    static const struct {
        const char *name;
        size_t at, n; /* bytes of `text` at this offset */
        const char *text;
    } formats[] = {
        { "PNG", 0, 8, "\211PNG\r\n\032\n" },
        { "JPEG", 0, 3, "\377\330\377" },
        { "TIFF", 0, 4, "II*\0" },
        { "TIFF", 0, 4, "MM\0*" },
        { "TIFF", 0, 4, "II+\0" },
        { "TIFF", 0, 4, "MM\0+" },
        { "WEBP", 8, 4, "WEBP" },
        { "BMP", 0, 2, "BM" },
    };
    egad_status status = EGAD_OK;
    char head[12] = { 0 };
    FILE *file = fopen(path, "rb");

    if (!file)
        FAIL(FILE, "images: cannot open '%s': %s", path, strerror(errno));
    const size_t got = fread(head, 1, sizeof head, file);
    if (ferror(file))
        FAIL(FILE, "images: cannot read '%s': %s", path, strerror(errno));
    if (got == 0)
        FAIL(FORMAT, "images: '%s' is empty: copy it again or remove it", path);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (memcmp(head + formats[i].at, formats[i].text, formats[i].n) == 0) {
            *out = formats[i].name;
            goto done;
        }
    FAIL(
        FORMAT,
        "images: '%s' is not an image of a format that egad reads (PNG, JPEG, TIFF, BMP, "
        "WebP): convert it or remove it",
        path);
done:
    if (file)
        fclose(file);
    return status;
}

egad_status egad_picture_describe(egad_picture *out, const char *path)
{
    egad_status status = EGAD_OK;
    const char *format;
    float *rgba = NULL;

    TRY(find_format(path, &format));
    if (strcmp(format, "PNG") == 0)
        TRY(egad_png_describe(out, path));
    else
        TRY(egad_magick_read(path, format, out, &rgba));
done:
    free(rgba);
    return status;
}

static egad_status read_other(const char *path, const char *format,
                              const egad_picture *picture, size_t channels, float *pixels)
{
    egad_status status = EGAD_OK;
    egad_picture now;
    float *rgba = NULL;

    TRY(egad_magick_read(path, format, &now, &rgba));
    if (now.height != picture->height || now.width != picture->width ||
        now.channels > channels)
        FAIL(FILE, "images: '%s' changed while it was read", path);
    for (size_t i = 0; i < now.height * now.width; i++)
        egad_pixels_blend(pixels + i * channels, rgba + 4 * i, channels);
done:
    free(rgba);
    return status;
}

egad_status egad_picture_read(const char *path, const egad_picture *picture,
                              size_t channels, float *pixels)
{
    egad_status status = EGAD_OK;
    const char *format;

    TRY(find_format(path, &format));
    if (strcmp(format, "PNG") == 0)
        TRY(egad_png_read(path, picture, channels, pixels));
    else
        TRY(read_other(path, format, picture, channels, pixels));
done:
    return status;
}
