/* JPEG, TIFF, BMP and WebP files.  The only file that includes GraphicsMagick's header.
 * The library is told the format, so that none of its other decoders sees the bytes. */
#include "picture.h"

#include <magick/api.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BYTES_MOST = 1 << 30,         /* of a file */
    PLAIN_MOST = 4 * 1024 * 1024, /* pixels that are decoded without a look at the */
    SHRINK_MOST = 2048            /* size of the file, else at most these per byte */
};

static void begin(void)
{
    ExceptionInfo exception;

    GetExceptionInfo(&exception);
    InitializeMagickEx(NULL, MAGICK_OPT_NO_SIGNAL_HANDER, &exception);
    DestroyExceptionInfo(&exception);
    SetMagickResourceLimit(PixelsResource, EGAD_PICTURE_PIXELS);
    SetMagickResourceLimit(WidthResource, EGAD_PICTURE_SIDE);
    SetMagickResourceLimit(HeightResource, EGAD_PICTURE_SIDE);
    /* Pixels stay in memory. */
    SetMagickResourceLimit(DiskResource, 0);
    SetMagickResourceLimit(MapResource, 0);
    SetMagickResourceLimit(ThreadsResource, 1);
}

/* *bytes is freed with free(). */
static egad_status read_file(const char *path, unsigned char **bytes, size_t *n)
{
    egad_status status = EGAD_OK;
    FILE *file = fopen(path, "rb");
    size_t room = 0, got = 1;

    *n = 0;
    if (!file)
        FAIL(FILE, "images: cannot open '%s': %s", path, strerror(errno));
    while (got) {
        GROW(*bytes, room, *n + 65536);
        got = fread(*bytes + *n, 1, room - *n, file);
        *n += got;
        if (*n > BYTES_MOST)
            FAIL(DATA, "images: '%s' has more than %d bytes: make it smaller", path,
                 BYTES_MOST);
    }
    if (ferror(file))
        FAIL(FILE, "images: cannot read '%s': %s", path, strerror(errno));
done:
    if (file)
        fclose(file);
    return status;
}

/* Damage that a decoder works around is reported as a warning. */
static egad_status judge(const char *path, const Image *image, const ExceptionInfo *e)
{
    egad_status status = EGAD_OK;

    if (e->severity == ResourceLimitError || e->severity == ResourceLimitFatalError)
        FAIL(DATA,
             "images: '%s' has more than %d pixels, or needs more memory than is "
             "free: make it smaller",
             path, EGAD_PICTURE_PIXELS);
    if (!image || e->severity >= ErrorException || e->severity == CorruptImageWarning)
        FAIL(FORMAT,
             "images: '%s' is truncated or damaged (%.80s%s%.80s): copy it again or "
             "remove it",
             path, e->reason ? e->reason : "no reason is known",
             e->description && *e->description ? ": " : "",
             e->description ? e->description : "");
done:
    return status;
}

/* Check what the header says before memory is allocated for it. */
static egad_status check_claim(const char *path, const ImageInfo *info,
                               const unsigned char *bytes, size_t n)
{
    egad_status status = EGAD_OK;
    ExceptionInfo exception;
    Image *image = NULL;

    GetExceptionInfo(&exception);
    image = PingBlob(info, bytes, n, &exception);
    TRY(judge(path, image, &exception));
    if (GetImageListLength(image) > 1)
        FAIL(DATA,
             "images: '%s' holds %lu images, wanted one: save each in a file of its own",
             path, GetImageListLength(image));
    const size_t pixels = (size_t)image->columns * image->rows;
    if (pixels > PLAIN_MOST && pixels / SHRINK_MOST > n)
        FAIL(FORMAT, "images: '%s' claims %lu x %lu pixels, more than the file can hold",
             path, image->rows, image->columns);
done:
    if (image)
        DestroyImageList(image);
    DestroyExceptionInfo(&exception);
    return status;
}

/* Colours as red, green and blue, turned as the camera was held. */
static egad_status settle(const char *path, Image **image, ExceptionInfo *exception)
{
    egad_status status = EGAD_OK;

    if ((*image)->colorspace == CMYKColorspace)
        TransformColorspace(*image, RGBColorspace);
    Image *upright = AutoOrientImage(*image, (*image)->orientation, exception);
    TRY(judge(path, upright, exception));
    DestroyImageList(*image);
    *image = upright;
done:
    return status;
}

static egad_status take_pixels(const char *path, const Image *image, egad_picture *out,
                               float **rgba, ExceptionInfo *exception)
{
    egad_status status = EGAD_OK;
    const size_t n = 4 * (size_t)image->rows * image->columns;
    unsigned short *wide = NULL;

    *out = (egad_picture){ image->rows, image->columns,
                           IsGrayImage(image, exception) ? 1 : 3 };
    NEW(wide, n);
    NEW(*rgba, n);
    if (!DispatchImage(image, 0, 0, image->columns, image->rows, "RGBA", ShortPixel, wide,
                       exception))
        TRY(judge(path, NULL, exception));
    for (size_t i = 0; i < n; i++)
        (*rgba)[i] = (float)wide[i] / 257.0f;
done:
    free(wide);
    return status;
}

egad_status egad_magick_read(const char *path, const char *format, egad_picture *out,
                             float **rgba)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    egad_status status = EGAD_OK;
    unsigned char *bytes = NULL;
    size_t n;
    ImageInfo *info = NULL;
    Image *image = NULL;
    ExceptionInfo exception;

    GetExceptionInfo(&exception);
    pthread_once(&once, begin);
    TRY(read_file(path, &bytes, &n));
    if (strcmp(format, "TIFF") == 0)
        TRY(egad_tiff_check(path, bytes, n));
    info = CloneImageInfo(NULL);
    snprintf(info->magick, sizeof info->magick, "%s", format);
    TRY(check_claim(path, info, bytes, n));
    image = BlobToImage(info, bytes, n, &exception);
    TRY(judge(path, image, &exception));
    TRY(settle(path, &image, &exception));
    TRY(take_pixels(path, image, out, rgba, &exception));
done:
    if (image)
        DestroyImageList(image);
    if (info)
        DestroyImageInfo(info);
    DestroyExceptionInfo(&exception);
    free(bytes);
    return status;
}
