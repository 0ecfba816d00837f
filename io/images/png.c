/* PNG files.  The only file that includes png.h. */
#include "picture.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIGNATURE = 8,
    DECODED = 8 + 3 * sizeof(float), /* largest pixel while reading, in bytes */
    /* Deflate compresses at most 1032 times; an image that claims much more is
     * damaged. */
    SHRINK_MOST = 2048,
    PLAIN_MOST = 64 * 1024 * 1024 /* file sizes accepted without this check */
};

/* libpng fails by longjmp; everything to free is in here. */
typedef struct {
    const char *path;
    FILE *file;
    png_structp png;
    png_infop info;
    png_bytep bytes;
    png_bytepp row;
    char message[120];
    jmp_buf leave;
} reader;

static void on_error(png_structp png, png_const_charp message)
{
    reader *r = png_get_error_ptr(png);
    snprintf(r->message, sizeof r->message, "%s", message);
    longjmp(r->leave, 1);
}

/* Warnings concern colour profiles and the like, which are not used. */
static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void close_reader(reader *r)
{
    if (r->png)
        png_destroy_read_struct(&r->png, &r->info, NULL);
    if (r->file)
        fclose(r->file);
    free(r->bytes);
    free(r->row);
}

/* 1 if the image, or its whole palette, is grey. */
static int is_grey(const reader *r)
{
    png_colorp palette;
    int n = 0;

    if (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_PALETTE) {
        if (!png_get_PLTE(r->png, r->info, &palette, &n))
            return 0;
        for (int i = 0; i < n; i++)
            if (palette[i].red != palette[i].green || palette[i].red != palette[i].blue)
                return 0;
        return 1;
    }
    return !(png_get_color_type(r->png, r->info) & PNG_COLOR_MASK_COLOR);
}

static egad_status check_size(reader *r, const egad_picture *out)
{
    egad_status status = EGAD_OK;
    const size_t bytes = png_get_rowbytes(r->png, r->info) * out->height;
    const size_t pixels = out->height * out->width;
    long size = 0;

    if (pixels * DECODED <= PLAIN_MOST)
        goto done;
    const long at = ftell(r->file);
    if (at < 0 || fseek(r->file, 0, SEEK_END) != 0 || (size = ftell(r->file)) < 0 ||
        fseek(r->file, at, SEEK_SET) != 0)
        FAIL(FILE, "png: cannot read '%s': %s", r->path, strerror(errno));
    if (bytes / SHRINK_MOST > (size_t)size)
        FAIL(FORMAT, "png: '%s' claims %zu x %zu pixels, more than the file can hold",
             r->path, out->height, out->width);
    if (pixels > EGAD_PICTURE_PIXELS)
        FAIL(DATA,
             "png: '%s' has %zu x %zu pixels, more than %d in total: make it smaller",
             r->path, out->height, out->width, EGAD_PICTURE_PIXELS);
done:
    return status;
}

static egad_status open_reader(reader *r, egad_picture *out)
{
    egad_status status = EGAD_OK;
    unsigned char signature[SIGNATURE];

    r->file = fopen(r->path, "rb");
    if (!r->file)
        FAIL(FILE, "png: cannot open '%s': %s", r->path, strerror(errno));
    const size_t got = fread(signature, 1, SIGNATURE, r->file);
    if (ferror(r->file))
        FAIL(FILE, "png: cannot read '%s': %s", r->path, strerror(errno));
    if (got < SIGNATURE || png_sig_cmp(signature, 0, SIGNATURE) != 0)
        FAIL(FORMAT, "png: '%s' is not a PNG file", r->path);
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, on_error, on_warning);
    if (!r->png || !(r->info = png_create_info_struct(r->png)))
        FAIL(MEMORY, "out of memory to read '%s'", r->path);
    if (setjmp(r->leave))
        FAIL(FORMAT, "png: '%s' is truncated or damaged (%s): copy it again or remove it",
             r->path, r->message);
    png_init_io(r->png, r->file);
    png_set_sig_bytes(r->png, SIGNATURE);
    png_set_user_limits(r->png, EGAD_PICTURE_SIDE, EGAD_PICTURE_SIDE);
    png_read_info(r->png, r->info);
    out->height = png_get_image_height(r->png, r->info);
    out->width = png_get_image_width(r->png, r->info);
    out->channels = is_grey(r) ? 1 : 3;
    TRY(check_size(r, out));
done:
    return status;
}

egad_status egad_png_describe(egad_picture *out, const char *path)
{
    egad_status status = EGAD_OK;
    reader r = { .path = path };
    egad_picture png;

    TRY(open_reader(&r, &png));
    *out = png;
done:
    close_reader(&r);
    return status;
}

/* Convert every format to RGBA of 8 or 16 bits per channel. */
static egad_status decode(reader *r, size_t height)
{
    egad_status status = EGAD_OK;

    if (setjmp(r->leave))
        FAIL(FORMAT, "png: '%s' is truncated or damaged (%s): copy it again or remove it",
             r->path, r->message);
    png_set_expand(r->png);
    png_set_gray_to_rgb(r->png);
    png_set_add_alpha(r->png, 0xffff, PNG_FILLER_AFTER);
    png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    const size_t stride = png_get_rowbytes(r->png, r->info);
    r->bytes = malloc(height * stride);
    r->row = malloc(height * sizeof *r->row);
    if (!r->bytes || !r->row)
        FAIL(MEMORY, "out of memory for the %zu x %zu bytes of '%s'", height, stride,
             r->path);
    for (size_t i = 0; i < height; i++)
        r->row[i] = r->bytes + i * stride;
    png_read_image(r->png, r->row);
    png_read_end(r->png, NULL);
done:
    return status;
}

/* Sample i of a row, from 0 to 255. */
static float sample(const unsigned char *row, size_t i, int wide)
{
    return wide ? (float)(row[2 * i] << 8 | row[2 * i + 1]) / 257.0f : (float)row[i];
}

egad_status egad_png_read(const char *path, const egad_picture *png, size_t channels,
                          float *pixels)
{
    egad_status status = EGAD_OK;
    reader r = { .path = path };
    egad_picture now;

    TRY(open_reader(&r, &now));
    if (now.height != png->height || now.width != png->width || now.channels > channels)
        FAIL(FILE, "png: '%s' changed while it was read", path);
    TRY(decode(&r, now.height));
    const int wide = png_get_bit_depth(r.png, r.info) == 16;
    for (size_t y = 0; y < now.height; y++)
        for (size_t x = 0; x < now.width; x++, pixels += channels) {
            float rgba[4];
            for (size_t c = 0; c < 4; c++)
                rgba[c] = sample(r.row[y], 4 * x + c, wide);
            egad_pixels_blend(pixels, rgba, channels);
        }
done:
    close_reader(&r);
    return status;
}
