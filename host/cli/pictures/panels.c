/* Pictures of images: input, reconstruction and residual; drawn with draw.c. */
#include "pictures.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INK 0x222222
#define GREY 0x666666
#define LINES 0xbbbbbb
#define NORMAL 0x2f6db5
#define ANOMALY 0xc4560a
/* Colors of residuals: where an image has more and less than expected. */
#define MORE 0xd7301f
#define LESS 0x2166ac

/* ---- From numbers to colors ----------------------------------------------- */

cli_image_kind panels_kind(const egad_dataset *data)
{
    static const float usual[][2] = { { 0, 1 }, { -1, 1 }, { 0, 255 } };
    cli_image_kind kind = { .low = INFINITY, .high = -INFINITY };
    memcpy(kind.shape, data->shape, sizeof kind.shape);
    const size_t n = data->rows * data->shape[0] * data->shape[1] * data->shape[2];
    for (size_t i = 0; i < n; i++) {
        kind.low = fminf(kind.low, data->x[i]);
        kind.high = fmaxf(kind.high, data->x[i]);
    }
    for (size_t i = 0; i < 3; i++)
        if (kind.low >= usual[i][0] && kind.high <= usual[i][1]) {
            kind.low = usual[i][0];
            kind.high = usual[i][1];
            break;
        }
    if (!(kind.high > kind.low))
        kind.high = kind.low + 1;
    return kind;
}

static uint32_t level(const cli_image_kind *kind, float v)
{
    const float share = (v - kind->low) / (kind->high - kind->low);
    return share > 0 ? share < 1 ? (uint32_t)lrintf(255 * share) : 255 : 0;
}

static float mean(const float *v, size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return sum / (float)n;
}

static uint32_t grey(const cli_image_kind *kind, const float *v)
{
    return level(kind, mean(v, kind->shape[2])) * 0x10101u;
}

/* Three channels are colors; any other number is shown as its mean. */
static uint32_t pixel(const cli_image_kind *kind, const float *v)
{
    if (kind->shape[2] == 3)
        return level(kind, v[0]) << 16 | level(kind, v[1]) << 8 | level(kind, v[2]);
    return grey(kind, v);
}

/* The residual of a pixel: what its channels add to the score, with the sign of their
 * sum. */
static float residual_of(const cli_image_kind *kind, const float *v)
{
    float size = 0, sum = 0;
    for (size_t i = 0; i < kind->shape[2]; i++) {
        size += fabsf(v[i]);
        sum += v[i];
    }
    return copysignf(size, sum);
}

static uint32_t blend(uint32_t a, uint32_t b, double share)
{
    uint32_t mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        const double x = (double)(a >> shift & 255), y = (double)(b >> shift & 255);
        mixed |= (uint32_t)lrint(x + (y - x) * share) << shift;
    }
    return mixed;
}

/* The color of a residual over the background; `most`: the size drawn in full color. */
static uint32_t heat(float residual, float most, uint32_t behind)
{
    const double size = fmin(1, fabs((double)residual) / (double)most);
    return blend(behind, residual > 0 ? MORE : LESS, sqrt(size) * size);
}

/* The size of residual drawn in full color: the largest except for 0.2 % of the pixels,
 * so that single pixels do not make the others pale. */
static int find_most(float *most, const cli_image_kind *kind, const cli_image *image,
                     size_t n)
{
    const size_t pixels = kind->shape[0] * kind->shape[1];
    float *size = malloc((n * pixels + 1) * sizeof *size);
    if (!size)
        return message_error("out of memory for a picture");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < pixels; k++)
            size[i * pixels + k] =
                fabsf(residual_of(kind, image[i].residual + k * kind->shape[2]));
    chart_sort(size, n * pixels);
    *most = n ? size[(size_t)(0.998 * (double)(n * pixels - 1) + 0.5)] : 0;
    if (!(*most > 0) || !isfinite(*most))
        *most = 1;
    free(size);
    return CLI_DONE;
}

/* ---- Panels ----------------------------------------------------------------- */

typedef enum { INPUT, REBUILT, RESIDUAL, PANELS } panel;
static const char *const panel_name[] = { "input", "reconstruction", "residual" };

enum {
    MARGIN = 24,
    TOP = 58,
    BAR = 18,
    BAR_ROOM = 96,
    BAR_LEAST = 90,
    GAP = 16,
    LEGEND_ROOM = 62
};

typedef struct {
    cli_picture *picture;
    const cli_image_kind *kind;
    double side;    /* of the square that an image is fitted into */
    double zoom;    /* pixels of the sheet per pixel of the image */
    double tall;    /* height of the drawn image */
    double caption; /* height of the caption above each, if there are many */
    float most;
} sheet;

/* A whole number of pixels per pixel of the image, if that fits. */
static sheet sheet_of(const cli_image_kind *kind, double side)
{
    const size_t *shape = kind->shape;
    double zoom = side / (double)(shape[0] > shape[1] ? shape[0] : shape[1]);
    zoom = zoom >= 1 ? floor(zoom) : zoom;
    return (sheet){
        .kind = kind, .side = side, .zoom = zoom, .tall = ceil(zoom * (double)shape[0])
    };
}

static int draw_panel(const sheet *s, double x, double y, const cli_image *image,
                      panel which)
{
    const cli_image_kind *kind = s->kind;
    const size_t *shape = kind->shape, n = shape[0] * shape[1], C = shape[2];
    const double zoom = s->zoom;
    const double width = zoom * (double)shape[1], height = zoom * (double)shape[0];
    uint32_t *pixels = malloc(n * sizeof *pixels);
    if (!pixels)
        return message_error("out of memory for a picture");
    for (size_t i = 0; i < n; i++) {
        const float *v = image->x + i * C;
        if (which == RESIDUAL)
            pixels[i] = heat(residual_of(kind, image->residual + i * C), s->most,
                             blend(grey(kind, v), 0xffffff, 0.82));
        else
            pixels[i] = pixel(kind, which == REBUILT ? image->rebuilt + i * C : v);
    }
    x += floor((s->side - width) / 2);
    int code = draw_pixels(s->picture, x, y, zoom, shape[0], shape[1], pixels);
    draw_frame(s->picture, x, y, width, height, LINES);
    free(pixels);
    return code;
}

/* Legend of the residual colors. */
static void draw_bar(const sheet *s, double x, double y, double height)
{
    const cli_style small = { CLI_LEFT, 12, INK, 0, 0 };
    const int steps = (int)fmax(height, BAR_LEAST);
    for (int i = 0; i < steps; i++) {
        const double share = 1 - 2 * (i + 0.5) / steps;
        draw_box(s->picture, x, y + i, BAR, 1,
                 heat((float)share * s->most, s->most, 0xf5f5f5), 1);
    }
    draw_frame(s->picture, x, y, BAR, steps, LINES);
    for (int i = 0; i <= 4; i++) {
        const double share = 1 - i / 2.0, v = share * (double)s->most;
        draw_box(s->picture, x + BAR, floor(y + i / 4.0 * steps), 4, 1, INK, 1);
        draw_text(s->picture, x + 26, y + i / 4.0 * steps + 4.5, &small, "%s%.3g",
                  i == 0   ? ">= "
                  : i == 4 ? "<= "
                           : "",
                  v);
    }
}

/* Notes below the panels: the meaning of colors and grey levels. */
static void draw_legend(const sheet *s, double y, double width)
{
    const cli_style small = { CLI_LEFT, 12, GREY, 0, width - 2 * MARGIN };
    draw_text(s->picture, MARGIN, y, &small,
              "Residual: input - reconstruction in scaled units, whose absolute values "
              "the score sums; red: more than expected, blue: less.");
    draw_text(s->picture, MARGIN, y + 17, &small,
              "Pixel values range from %.4g%s to %.4g%s.", (double)s->kind->low,
              s->kind->shape[2] == 3 ? "" : " (black)", (double)s->kind->high,
              s->kind->shape[2] == 3 ? "" : " (white)");
}

static void draw_title(const sheet *s, double width, const char *title, const char *about)
{
    const double most = width - 2 * MARGIN;
    draw_text(s->picture, MARGIN, 34, &(cli_style){ CLI_LEFT, 18, INK, 1, most }, "%s",
              title);
    draw_text(s->picture, MARGIN, TOP, &(cli_style){ CLI_LEFT, 13, GREY, 0, most }, "%s",
              about);
}

static int sheet_new(sheet *s, double width, double height, const char *title,
                     const char *about)
{
    int code = draw_new(&s->picture, width, height);
    if (code != CLI_DONE)
        return code;
    draw_title(s, width, title, about);
    draw_legend(s, height - 36, width);
    return CLI_DONE;
}

/* ---- One image --------------------------------------------------------------- */

int panels_draw(cli_picture **out, const cli_image_kind *kind, const cli_image *image,
                const char *title, const char *about)
{
    sheet s = sheet_of(kind, 280);
    const double top = TOP + 46, width = 2 * MARGIN + 3 * s.side + 3 * GAP + BAR_ROOM;
    int code = find_most(&s.most, kind, image, 1);
    if (code == CLI_DONE)
        code = sheet_new(&s, width, top + fmax(s.tall, BAR_LEAST) + LEGEND_ROOM, title,
                         about);
    for (int k = 0; k < PANELS && code == CLI_DONE; k++) {
        const double x = MARGIN + k * (s.side + GAP);
        draw_text(s.picture, x + s.side / 2, top - 12,
                  &(cli_style){ CLI_CENTRED, 14, INK, 0, 0 }, "%s", panel_name[k]);
        code = draw_panel(&s, x, top, image, (panel)k);
    }
    if (code == CLI_DONE)
        draw_bar(&s, width - MARGIN - BAR_ROOM, top, s.tall);
    *out = s.picture;
    return code;
}

/* ---- Contact sheet ------------------------------------------------------------ */

enum { SIDE = 112, CAPTION = 66, FILE_LINE = 16, NAMES = 112, BLOCK_GAP = 22 };

/* Height of a row of panels, and of a block. */
static double row_height(const sheet *s)
{
    return s->tall + 6;
}

static double block_height(const sheet *s)
{
    return s->caption + fmax(PANELS * row_height(s), BAR_LEAST) + BLOCK_GAP;
}

/* Three rows of panels; each column has its row and score above it. */
static int draw_block(const sheet *s, double y, const char *name, const cli_image *image,
                      size_t n)
{
    int code = CLI_DONE;
    draw_text(s->picture, MARGIN, y + 18, &(cli_style){ CLI_LEFT, 15, INK, 1, 0 }, "%s",
              name);
    for (int k = 0; k < PANELS; k++)
        draw_text(s->picture, MARGIN + NAMES - 12,
                  y + s->caption + k * row_height(s) + s->tall / 2 + 4,
                  &(cli_style){ CLI_RIGHT, 13, INK, 0, 0 }, "%s", panel_name[k]);
    for (size_t i = 0; i < n; i++) {
        const double x = MARGIN + NAMES + (double)i * (SIDE + 8);
        const cli_style line = { CLI_CENTRED, 12, GREY, 0, SIDE };
        cli_style class = line;
        class.color = image[i].anomaly < 0 ? GREY : image[i].anomaly ? ANOMALY : NORMAL;
        draw_text(s->picture, x + SIDE / 2.0, y + s->caption - 22, &line, "row %zu: %.3g",
                  image[i].row, image[i].score);
        if (image[i].file)
            draw_text(s->picture, x + SIDE / 2.0, y + s->caption - 38, &line, "%s",
                      output_base(image[i].file).text);
        draw_text(s->picture, x + SIDE / 2.0, y + s->caption - 6, &class, "%s",
                  image[i].label);
        for (int k = 0; k < PANELS && code == CLI_DONE; k++)
            code =
                draw_panel(s, x, y + s->caption + k * row_height(s), &image[i], (panel)k);
    }
    return code;
}

/* Draw 2 n images: the n most anomalous, then the n least anomalous. */
static int draw_sheet(cli_picture **out, const cli_image_kind *kind,
                      const cli_image *images, size_t n, const char *title,
                      const char *about)
{
    sheet s = sheet_of(kind, SIDE);
    s.caption = n && images[0].file ? CAPTION + FILE_LINE : CAPTION;
    const double block = block_height(&s);
    const size_t columns = n < 5 ? 5 : n; /* room for the title and the legend */
    const double width =
        2 * MARGIN + NAMES + (double)columns * (SIDE + 8) + GAP + BAR_ROOM;
    int code = find_most(&s.most, kind, images, 2 * n);
    if (code == CLI_DONE)
        code = sheet_new(&s, width, TOP + 12 + 2 * block + LEGEND_ROOM - 8, title, about);
    if (code == CLI_DONE)
        code = draw_block(&s, TOP + 12, "most anomalous", images, n);
    if (code == CLI_DONE)
        code = draw_block(&s, TOP + 12 + block, "least anomalous", images + n, n);
    if (code == CLI_DONE)
        draw_bar(&s, width - MARGIN - BAR_ROOM, TOP + 12 + s.caption,
                 PANELS * row_height(&s) - 6);
    *out = s.picture;
    return code;
}

/* ---- Real and generated --------------------------------------------------------- */

enum { LINE = 8 }; /* images per line */

int panels_kinds(cli_picture **out, const cli_image_kind *kind, const float *real,
                 const float *made, size_t n, size_t step, const char *about)
{
    static const char *const names[] = { "real", "generated" };
    sheet s = sheet_of(kind, SIDE);
    const size_t lines = (n + LINE - 1) / LINE,
                 width = kind->shape[0] * kind->shape[1] * kind->shape[2];
    const double block = 30 + (double)lines * row_height(&s) + BLOCK_GAP;
    const double across = 2 * MARGIN + LINE * (SIDE + 8);
    int code = draw_new(&s.picture, across, TOP + 12 + 2 * block);
    if (code == CLI_DONE)
        draw_title(&s, across, "Real and generated images", about);
    for (size_t k = 0; k < 2 && code == CLI_DONE; k++) {
        const double top = TOP + 12 + (double)k * block;
        draw_text(s.picture, MARGIN, top + 18, &(cli_style){ CLI_LEFT, 15, INK, 1, 0 },
                  "%s", names[k]);
        for (size_t i = 0; i < n && code == CLI_DONE; i++) {
            const cli_image image = { .x = (k ? made : real) + i * step * width };
            code =
                draw_panel(&s, MARGIN + (double)(i % LINE) * (SIDE + 8),
                           top + 30 + (double)(i / LINE) * row_height(&s), &image, INPUT);
        }
    }
    *out = s.picture;
    return code;
}

/* ---- Rows of a data set --------------------------------------------------------- */

cli_image panels_of(const cli_explained *e, size_t i, const egad_dataset *data,
                    size_t row, double score, const cli_label *label)
{
    return (cli_image){ .row = row,
                        .score = score,
                        .label = label->text,
                        .file = data->file ? data->file[row] : NULL,
                        .anomaly = data->y ? data->y[row] != 0 : -1,
                        .x = e->x + i * e->width,
                        .rebuilt = e->rebuilt + i * e->width,
                        .residual = e->residual + i * e->width };
}

enum { IMAGES = 8 }; /* images per block of the sheet */

/* The n highest and the n lowest scores: their rows in the data set, and their positions
 * among the scored rows. */
typedef struct {
    size_t n, at[2 * IMAGES], row[2 * IMAGES];
} extremes;

static int find_extremes(extremes *e, const cli_rows *rows, const float *scores)
{
    size_t *order = NULL;
    const int code = explained_order(&order, scores, rows->n);
    const size_t half = rows->n > 1 ? rows->n / 2 : 1; /* a single row is both */
    e->n = half < IMAGES ? half : IMAGES;
    for (size_t i = 0; code == CLI_DONE && i < 2 * e->n; i++) {
        e->at[i] = order[i < e->n ? i : rows->n - 1 - (i - e->n)];
        e->row[i] = rows->row[e->at[i]];
    }
    free(order);
    return code;
}

int panels_extremes(cli_picture **out, egad_detector *detector, const egad_dataset *data,
                    const cli_rows *rows, const egad_scoring *how, const float *scores,
                    const char *about)
{
    const cli_image_kind kind = panels_kind(data);
    extremes e;
    cli_explained explained = { 0 };
    cli_label label[2 * IMAGES];
    cli_image image[2 * IMAGES];
    char title[64];
    *out = NULL;
    int code = find_extremes(&e, rows, scores);
    if (code == CLI_DONE)
        code = explained_rows(&explained, detector, data, e.row, 2 * e.n, how);
    for (size_t i = 0; code == CLI_DONE && i < 2 * e.n; i++) {
        label[i] = explained_label(data, e.row[i]);
        image[i] =
            panels_of(&explained, i, data, e.row[i], (double)scores[e.at[i]], &label[i]);
    }
    snprintf(title, sizeof title, "%s: %s",
             rows->n > 1 ? "Most and least anomalous images" : "The image", how->score);
    if (code == CLI_DONE && rows->n > 1)
        code = draw_sheet(out, &kind, image, e.n, title, about);
    else if (code == CLI_DONE)
        code = panels_draw(out, &kind, image, title, about);
    explained_free(&explained);
    return code;
}
