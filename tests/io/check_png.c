/* io/images/png.c: every PNG format, and invalid files. */
#include "files.h"
#include "io/images/picture.h"
#include "io/io.h"

#include <math.h>

static char folder[64], path[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/image.png", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

/* Write two pixels of a kind; check the values and the channels read. */
static void check_two(files_png_kind kind, const unsigned char *bytes, size_t channels,
                      const float *want)
{
    egad_picture png;
    float pixel[6], colour[6];

    files_png(path, 1, 2, kind, bytes, 16);
    CHECK_OK(egad_png_describe(&png, path));
    ck_assert(png.height == 1 && png.width == 2);
    ck_assert_uint_eq(png.channels, channels);
    CHECK_OK(egad_png_read(path, &png, channels, pixel));
    CHECK_OK(egad_png_read(path, &png, 3, colour));
    for (size_t i = 0; i < 2 * channels; i++)
        ck_assert_msg(fabsf(pixel[i] - want[i]) < 1e-4f, "type %d depth %d: %g, not %g",
                      kind.type, kind.depth, (double)pixel[i], (double)want[i]);
    for (size_t i = 0; i < 6; i++)
        ck_assert(colour[i] == pixel[channels == 1 ? i / 3 : i]);
}

START_TEST(grey)
{
    files_png_kind kind = { .type = PNG_COLOR_TYPE_GRAY };
    const struct {
        int depth;
        unsigned char bytes[4];
        float want[2];
    } cases[] = { { 1, { 0x40 }, { 0, 255 } },
                  { 2, { 0x60 }, { 85, 170 } },
                  { 4, { 0x1f }, { 17, 255 } },
                  { 8, { 3, 254 }, { 3, 254 } },
                  { 16, { 0xff, 0xff, 0x01, 0x00 }, { 255, 256 / 257.0f } } };

    for (size_t i = 0; i < 5; i++) {
        kind.depth = cases[i].depth;
        for (kind.interlace = 0; kind.interlace < 2; kind.interlace++)
            check_two(kind, cases[i].bytes, 1, cases[i].want);
    }
}
END_TEST

START_TEST(colour)
{
    files_png_kind kind = { .type = PNG_COLOR_TYPE_RGB, .depth = 8 };

    check_two(kind, (unsigned char[]){ 1, 2, 3, 4, 5, 6 }, 3,
              (float[]){ 1, 2, 3, 4, 5, 6 });
    kind.depth = 16;
    check_two(kind, (unsigned char[]){ 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6 }, 3,
              (float[]){ 1, 2, 3, 4, 5, 6 });
}
END_TEST

START_TEST(palette)
{
    png_color colours[2] = { { 1, 2, 3 }, { 7, 7, 7 } };
    unsigned char clear[2] = { 255, 51 };
    files_png_kind kind = {
        .type = PNG_COLOR_TYPE_PALETTE, .depth = 1, .palette = colours, .colours = 2
    };

    check_two(kind, (unsigned char[]){ 0x40 }, 3, (float[]){ 1, 2, 3, 7, 7, 7 });
    kind.depth = 8;
    check_two(kind, (unsigned char[]){ 1, 0 }, 3, (float[]){ 7, 7, 7, 1, 2, 3 });
    kind.clear = clear;
    check_two(kind, (unsigned char[]){ 0, 1 }, 3,
              (float[]){ 1, 2, 3, 205.4f, 205.4f, 205.4f });
    colours[0] = (png_color){ 9, 9, 9 };
    check_two(kind, (unsigned char[]){ 0, 1 }, 1, (float[]){ 9, 205.4f });
}
END_TEST

START_TEST(transparent)
{
    png_color_16 key = { .gray = 7, .red = 1, .green = 2, .blue = 3 };
    files_png_kind kind = { .type = PNG_COLOR_TYPE_GRAY_ALPHA, .depth = 8 };

    check_two(kind, (unsigned char[]){ 100, 255, 100, 0 }, 1, (float[]){ 100, 255 });
    check_two(kind, (unsigned char[]){ 100, 51, 0, 51 }, 1, (float[]){ 224, 204 });
    kind.depth = 16;
    check_two(kind, (unsigned char[]){ 0, 0, 0x33, 0x33, 1, 1, 255, 255 }, 1,
              (float[]){ 204, 1 });
    kind = (files_png_kind){ .type = PNG_COLOR_TYPE_RGB_ALPHA, .depth = 8 };
    check_two(kind, (unsigned char[]){ 1, 2, 3, 255, 9, 9, 9, 0 }, 3,
              (float[]){ 1, 2, 3, 255, 255, 255 });
    kind = (files_png_kind){ .type = PNG_COLOR_TYPE_GRAY, .depth = 8, .key = &key };
    check_two(kind, (unsigned char[]){ 7, 8 }, 1, (float[]){ 255, 8 });
    kind.type = PNG_COLOR_TYPE_RGB;
    check_two(kind, (unsigned char[]){ 1, 2, 3, 1, 2, 4 }, 3,
              (float[]){ 255, 255, 255, 1, 2, 4 });
}
END_TEST

START_TEST(not_png)
{
    egad_picture png, large = { 100, 100, 1 };
    float pixel[100 * 100];
    size_t size;

    CHECK_FAILS(egad_png_describe(&png, path), FILE, "No such file");
    CHECK_FAILS(egad_png_describe(&png, folder), FILE, "Is a directory");
    support_write(path, "GIF89a and more", 15);
    CHECK_FAILS(egad_png_describe(&png, path), FORMAT, "is not a PNG file");
    support_write(path, "\x89PN", 3);
    CHECK_FAILS(egad_png_describe(&png, path), FORMAT, "is not a PNG file");
    files_grey(path, 40, 40, 9);
    CHECK_OK(egad_png_describe(&png, path));
    CHECK_FAILS(egad_png_read(path, &large, 1, pixel), FILE, "changed while it was read");
    char *bytes = support_read(path, &size);
    for (size_t n = 8; n < size - 12; n++) {
        support_write(path, bytes, n);
        if (egad_png_describe(&png, path) == EGAD_OK)
            CHECK_FAILS(egad_png_read(path, &png, 1, pixel), FORMAT, "damaged");
    }
    bytes[50] = (char)~bytes[50];
    support_write(path, bytes, size);
    CHECK_FAILS(egad_png_read(path, &png, 1, pixel), FORMAT, "damaged");
    free(bytes);
}
END_TEST

/* PNG's checksum. */
static uint32_t crc(const unsigned char *bytes, size_t n)
{
    uint32_t c = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        c ^= bytes[i];
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    }
    return ~c;
}

/* Zeros compress well: a small file can hold a large image. */
START_TEST(large)
{
    enum { HEIGHT = 8200, WIDTH = 8192 };
    egad_picture png;
    FILE *file = fopen(path, "wb");
    png_byte row[WIDTH / 8] = { 0 };

    ck_assert_ptr_nonnull(file);
    png_structp to = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(to);
    png_init_io(to, file);
    png_set_IHDR(to, info, WIDTH, HEIGHT, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(to, info);
    for (int i = 0; i < HEIGHT; i++)
        png_write_row(to, row);
    png_write_end(to, NULL);
    png_destroy_write_struct(&to, &info);
    fclose(file);
    CHECK_FAILS(egad_png_describe(&png, path), DATA, "more than 67108864 in total");
}
END_TEST

START_TEST(headers_that_lie)
{
    egad_picture png;
    size_t size;

    files_grey(path, 4, 4, 9);
    unsigned char *bytes = (unsigned char *)support_read(path, &size);
    const uint32_t sides[] = { 0, 60000, 0x7fffffff, 8000 };
    const char *words[] = { "IHDR", "claims 60000 x 60000", "IHDR",
                            "claims 8000 x 8000" };
    for (int i = 0; i < 4; i++) {
        /* The last is small as stored but large when decoded. */
        bytes[24] = i == 3 ? 1 : 8;
        for (int k = 0; k < 4; k++)
            bytes[16 + k] = bytes[20 + k] = (unsigned char)(sides[i] >> (24 - 8 * k));
        uint32_t sum = crc(bytes + 12, 17);
        for (int k = 0; k < 4; k++)
            bytes[29 + k] = (unsigned char)(sum >> (24 - 8 * k));
        support_write(path, bytes, size);
        CHECK_FAILS(egad_png_describe(&png, path), FORMAT, words[i]);
    }
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("png");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, grey);
    tcase_add_test(tests, colour);
    tcase_add_test(tests, palette);
    tcase_add_test(tests, transparent);
    tcase_add_test(tests, not_png);
    tcase_add_test(tests, large);
    tcase_add_test(tests, headers_that_lie);
    return support_run(suite);
}
