/* A picture and its PNG file.  The only file that includes cairo.h; chart.c and the other
 * files of pictures.h decide what to draw. */
#include "pictures.h"
#include "shell/shell.h"

#include <cairo.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct cli_picture {
    cairo_surface_t *surface;
    cairo_t *cr;
    const char *family;
};

/* ---- Fonts -------------------------------------------------------------- */

/* Whether the selected font has letters and digits: with no font, or only one of symbols,
 * they are drawn as boxes or not at all. */
static int has_letters(cairo_t *cr)
{
    static const char probe[] = "A0z";
    cairo_scaled_font_t *font = cairo_get_scaled_font(cr);
    cairo_glyph_t *glyphs = NULL;
    int n = 0, good;
    if (cairo_scaled_font_text_to_glyphs(font, 0, 0, probe, -1, &glyphs, &n, NULL, NULL,
                                         NULL) != CAIRO_STATUS_SUCCESS)
        return 0;
    good = n == (int)strlen(probe);
    for (int i = 0; i < n; i++) {
        cairo_text_extents_t size;
        cairo_scaled_font_glyph_extents(font, &glyphs[i], 1, &size);
        good = good && glyphs[i].index != 0 && size.width > 0 && size.height > 0;
    }
    cairo_glyph_free(glyphs);
    return good;
}

/* The sans serif of the system, or the plain font built into cairo. */
static const char *find_font(cairo_t *cr)
{
    static const char system[] = "sans-serif", own[] = "@cairo:";
    cairo_select_font_face(cr, system, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, 16);
    return has_letters(cr) ? system : own;
}

/* ---- Sheets ------------------------------------------------------------- */

int draw_new(cli_picture **out, double width, double height)
{
    cli_picture *p = calloc(1, sizeof *p);
    *out = NULL;
    if (!p)
        return message_error("out of memory for a picture");
    p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width),
                                            (int)ceil(height));
    p->cr = cairo_create(p->surface);
    if (cairo_status(p->cr) != CAIRO_STATUS_SUCCESS) {
        int code =
            message_error("cannot make a picture of %.0f by %.0f pixels: %s", width,
                          height, cairo_status_to_string(cairo_status(p->cr)));
        draw_free(p);
        return code;
    }
    p->family = find_font(p->cr);
    cairo_set_source_rgb(p->cr, 1, 1, 1);
    cairo_paint(p->cr);
    *out = p;
    return CLI_DONE;
}

void draw_free(cli_picture *p)
{
    if (!p)
        return;
    cairo_destroy(p->cr);
    cairo_surface_destroy(p->surface);
    free(p);
}

static cairo_status_t write_bytes(void *stream, const unsigned char *bytes, unsigned n)
{
    return fwrite(bytes, 1, n, stream) == n ? CAIRO_STATUS_SUCCESS
                                            : CAIRO_STATUS_WRITE_ERROR;
}

int draw_write(cli_picture *p, FILE *out, const char *name)
{
    cairo_status_t status = cairo_status(p->cr);
    if (status != CAIRO_STATUS_SUCCESS)
        return message_error("cannot draw '%s': %s", name,
                             cairo_status_to_string(status));
    errno = 0;
    status = cairo_surface_write_to_png_stream(p->surface, write_bytes, out);
    if (status == CAIRO_STATUS_SUCCESS)
        return CLI_DONE;
    return message_error("cannot write '%s': %s", name,
                         ferror(out) && errno ? strerror(errno)
                                              : cairo_status_to_string(status));
}

int draw_save(cli_picture *p, const char *path)
{
    cli_output file;
    int code = output_open(&file, path);
    if (code != CLI_DONE)
        return code;
    code = draw_write(p, file.stream, path);
    if (code == CLI_DONE)
        return output_close(&file);
    output_drop(&file);
    return code;
}

/* ---- Shapes ------------------------------------------------------------- */

static void set_color(cairo_t *cr, uint32_t color, double opacity)
{
    cairo_set_source_rgba(cr, (color >> 16 & 255) / 255.0, (color >> 8 & 255) / 255.0,
                          (color & 255) / 255.0, opacity);
}

void draw_box(cli_picture *p, double x, double y, double width, double height,
              uint32_t color, double opacity)
{
    set_color(p->cr, color, opacity);
    cairo_rectangle(p->cr, x, y, width, height);
    cairo_fill(p->cr);
}

void draw_frame(cli_picture *p, double x, double y, double width, double height,
                uint32_t color)
{
    set_color(p->cr, color, 1);
    cairo_set_line_width(p->cr, 1);
    cairo_rectangle(p->cr, x - 0.5, y - 0.5, width + 1, height + 1);
    cairo_stroke(p->cr);
}

static void trace(cairo_t *cr, const cli_point *points, size_t n)
{
    cairo_new_path(cr);
    for (size_t i = 0; i < n; i++)
        cairo_line_to(cr, points[i].x, points[i].y);
}

void draw_line(cli_picture *p, const cli_point *points, size_t n, uint32_t color,
               double width, int dashed)
{
    trace(p->cr, points, n);
    set_color(p->cr, color, 1);
    cairo_set_line_width(p->cr, width);
    cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(p->cr, (const double[]){ 6, 4 }, dashed ? 2 : 0, 0);
    cairo_stroke(p->cr);
    cairo_set_dash(p->cr, NULL, 0, 0);
}

void draw_area(cli_picture *p, const cli_point *points, size_t n, uint32_t color,
               double opacity)
{
    trace(p->cr, points, n);
    cairo_close_path(p->cr);
    set_color(p->cr, color, opacity);
    cairo_fill(p->cr);
}

void draw_dot(cli_picture *p, double x, double y, double radius, uint32_t color)
{
    cairo_new_path(p->cr);
    cairo_arc(p->cr, x, y, radius, 0, 2 * acos(-1.0));
    set_color(p->cr, color, 1);
    cairo_fill_preserve(p->cr);
    set_color(p->cr, 0xffffff, 1);
    cairo_set_line_width(p->cr, 1.5);
    cairo_stroke(p->cr);
}

/* ---- Text --------------------------------------------------------------- */

static void select_font(cli_picture *p, const cli_style *style)
{
    cairo_select_font_face(p->cr, p->family, CAIRO_FONT_SLANT_NORMAL,
                           style->bold ? CAIRO_FONT_WEIGHT_BOLD
                                       : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(p->cr, style->size);
}

static double width_of(cli_picture *p, const char *text)
{
    cairo_text_extents_t size;
    cairo_text_extents(p->cr, text, &size);
    return size.x_advance;
}

/* Shorten `text` with dots where it is wider than the style allows. */
static double fit(cli_picture *p, char *text, size_t room, double most)
{
    double width = width_of(p, text);
    size_t n = strlen(text);
    while (most > 0 && width > most && n > 0) {
        do
            n--;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80);
        snprintf(text + n, room - n, "...");
        width = width_of(p, text);
    }
    return width;
}

double draw_text(cli_picture *p, double x, double y, const cli_style *style,
                 const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text - 4, format, args);
    va_end(args);
    text_mend(text, 1); /* cairo rejects text that is not UTF-8 */
    select_font(p, style);
    const double width = fit(p, text, sizeof text, style->most);
    set_color(p->cr, style->color, 1);
    cairo_save(p->cr);
    cairo_translate(p->cr, x, y);
    if (style->place == CLI_UPWARDS)
        cairo_rotate(p->cr, -acos(0.0));
    cairo_move_to(p->cr,
                  style->place == CLI_LEFT    ? 0
                  : style->place == CLI_RIGHT ? -width
                                              : -width / 2,
                  0);
    cairo_show_text(p->cr, text);
    cairo_restore(p->cr);
    return width;
}

/* ---- Pixels ------------------------------------------------------------- */

int draw_pixels(cli_picture *p, double x, double y, double zoom, size_t rows,
                size_t columns, const uint32_t *pixels)
{
    cairo_surface_t *s =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)columns, (int)rows);
    int code = CLI_DONE;
    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
        code = message_error("cannot make a picture of %zu by %zu pixels: %s", columns,
                             rows, cairo_status_to_string(cairo_surface_status(s)));
        goto done;
    }
    cairo_surface_flush(s);
    unsigned char *bytes = cairo_image_surface_get_data(s);
    const size_t stride = (size_t)cairo_image_surface_get_stride(s);
    for (size_t i = 0; i < rows; i++)
        memcpy(bytes + i * stride, pixels + i * columns, columns * sizeof *pixels);
    cairo_surface_mark_dirty(s);
    cairo_save(p->cr);
    cairo_translate(p->cr, x, y);
    cairo_scale(p->cr, zoom, zoom);
    cairo_set_source_surface(p->cr, s, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(p->cr),
                             zoom >= 1 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
    cairo_rectangle(p->cr, 0, 0, (double)columns, (double)rows);
    cairo_fill(p->cr);
    cairo_restore(p->cr);
done:
    cairo_surface_destroy(s);
    return code;
}
