/* Charts of a trained model: losses, rows in latent space, and the spectrum of generated
 * images. */
#include "pictures.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>

enum { WIDTH = 960, HEIGHT = 560 };

/* Minimum and maximum of the finite values; of those above 0 if `positive`. */
static void stretch(cli_axis *a, double v, int positive)
{
    if (!isfinite(v) || (positive && v <= 0))
        return;
    a->low = fmin(a->low, v);
    a->high = fmax(a->high, v);
}

/* ---- Losses --------------------------------------------------------------- */

static const uint32_t loss_color[EGAD_LOSSES] = { CLI_ANOMALY, CLI_NORMAL, CLI_THIRD,
                                                  0x8E44AD,    0xB9770E,   0x16A085,
                                                  0x7F8C8D,    0x212F3C };
enum { WIDE_RATIO = 30 };

static void choose_losses(cli_axis *y, const egad_detector_info *info)
{
    y->low = INFINITY;
    y->high = -INFINITY;
    for (int i = 0; i < info->epoch; i++)
        for (int k = 0; info->losses[k]; k++)
            stretch(y, (double)info->history[i].loss[k], 0);
    if (!(y->low <= y->high))
        y->low = y->high = 0;
    y->logarithmic = y->low > 0 && y->high > WIDE_RATIO * y->low;
    if (y->logarithmic) {
        y->low /= 1.3;
        y->high *= 1.3;
    } else {
        y->low = fmin(y->low, 0);
        y->high += 0.08 * (y->high - y->low) + (y->high > y->low ? 0 : 1);
    }
}

static int draw_losses(cli_chart *c, const egad_detector_info *info)
{
    const size_t n = (size_t)info->epoch;
    cli_point *line = malloc((n + 1) * sizeof *line);
    int code = line ? CLI_DONE : message_error("out of memory for %zu epochs", n);
    for (int k = 0; n && info->losses[k] && code == CLI_DONE; k++) {
        const uint32_t color = loss_color[k];
        for (size_t i = 0; i < n; i++)
            line[i] = (cli_point){ (double)(i + 1), (double)info->history[i].loss[k] };
        code = chart_line(c, line, n, color, 2, 0);
        if (n == 1)
            draw_dot(c->picture, chart_at(&c->x, 1), chart_at(&c->y, line[0].y), 6,
                     color);
        chart_key(c, CLI_KEY_LINE, color, info->losses[k]);
    }
    free(line);
    return code;
}

int plots_losses(cli_picture **out, const egad_detector_info *info, const char *about)
{
    cli_chart c = { 0 };
    int code = chart_new(&c, WIDTH, HEIGHT, "Losses", about);
    if (code == CLI_DONE) {
        choose_losses(&c.y, info);
        c.x.whole = 1;
        c.x.low = info->epoch > 1 ? 1 : 0;
        c.x.high = info->epoch > 1 ? info->epoch : 2;
        chart_axes(&c, "epoch",
                   c.y.logarithmic ? "mean loss per epoch (logarithmic)"
                                   : "mean loss per epoch");
        code = draw_losses(&c, info);
    }
    *out = c.picture;
    return code;
}

/* ---- Latent space --------------------------------------------------------- */

enum { PLANE_WIDTH = 800, PLANE_HEIGHT = 720 };

/* The range of nearly all rows in one direction, so that outliers do not crowd the others
 * together. */
static int choose_side(cli_axis *a, const cli_plane *p, size_t side)
{
    float *v = malloc((p->n + 1) * sizeof *v);
    size_t n = 0;
    if (!v)
        return message_error("out of memory for a picture of %s rows",
                             text_count(p->n).text);
    for (size_t i = 0; i < p->n; i++)
        if (isfinite(p->point[2 * i + side]))
            v[n++] = p->point[2 * i + side];
    chart_sort(v, n);
    a->low = n ? (double)v[n / 200] : 0;
    a->high = n ? (double)v[n - 1 - n / 200] : 0;
    const double margin = a->high > a->low ? 0.15 * (a->high - a->low) : 1;
    a->low -= margin;
    a->high += margin;
    free(v);
    return CLI_DONE;
}

static int inside(const cli_axis *a, float v)
{
    return (double)v >= a->low && (double)v <= a->high;
}

static void draw_points(cli_chart *c, const cli_plane *p)
{
    size_t beyond = 0;
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < p->n; i++) {
            const float x = p->point[2 * i], y = p->point[2 * i + 1];
            if ((p->y && p->y[i]) != k)
                continue;
            if (!inside(&c->x, x) || !inside(&c->y, y)) {
                beyond++;
                continue;
            }
            draw_box(c->picture, chart_at(&c->x, (double)x) - 2,
                     chart_at(&c->y, (double)y) - 2, 4, 4, k ? CLI_ANOMALY : CLI_NORMAL,
                     0.45);
        }
    if (beyond)
        draw_text(c->picture, c->x.to, c->y.to - 6,
                  &(cli_style){ CLI_RIGHT, 12, CLI_GREY, 0, 0 },
                  "%s rows lie beyond the axes", text_count(beyond).text);
}

int plots_plane(cli_picture **out, const cli_plane *p)
{
    cli_chart c = { 0 };
    char x_title[80], y_title[80];
    int code =
        chart_new(&c, PLANE_WIDTH, PLANE_HEIGHT, "Rows in latent space, E(x)", p->about);
    if (code == CLI_DONE)
        code = choose_side(&c.x, p, 0);
    if (code == CLI_DONE)
        code = choose_side(&c.y, p, 1);
    if (code == CLI_DONE) {
        snprintf(x_title, sizeof x_title, "first principal component, %.1f %%",
                 100 * p->share[0]);
        snprintf(y_title, sizeof y_title, "second, %.1f %%", 100 * p->share[1]);
        chart_axes(&c, x_title, y_title);
        draw_points(&c, p);
        chart_key(&c, CLI_KEY_AREA, CLI_NORMAL, p->y ? "normal" : "rows");
        if (p->y)
            chart_key(&c, CLI_KEY_AREA, CLI_ANOMALY, "anomalies");
    }
    *out = c.picture;
    return code;
}

/* ---- Spectrum ------------------------------------------------------------- */

enum { KINDS = 2, RINGS_TO = 590, PLANES_FROM = 660, PLANE_SIDE = 186 };
static const char *const kind_name[] = { "real", "generated" };
static const uint32_t kind_color[] = { CLI_NORMAL, CLI_ANOMALY };

/* Power from `low` to `high`, in logarithms, as white to black. */
static uint32_t shade(double power, double low, double high)
{
    const double share = power > 0 ? log(power / low) / log(high / low) : 0;
    return (uint32_t)lrint(255 * (1 - fmin(fmax(share, 0), 1))) * 0x10101u;
}

/* Draw a plane of power, with frequency 0 in the middle. */
static int draw_plane(const cli_chart *c, const cli_spectrum *s, const double *power,
                      double top, const char *name, const cli_axis *range)
{
    const size_t H = s->H, W = s->W;
    const double side = (double)(H > W ? H : W);
    const double zoom = side < PLANE_SIDE ? floor(PLANE_SIDE / side) : PLANE_SIDE / side;
    uint32_t *pixels = malloc(H * W * sizeof *pixels);
    if (!pixels)
        return message_error("out of memory for a picture");
    for (size_t i = 0; i < H * W; i++) {
        const size_t row = (i / W + H - H / 2) % H, column = (i % W + W - W / 2) % W;
        pixels[i] = shade(power[row * W + column], range->low, range->high);
    }
    draw_text(c->picture, PLANES_FROM, top - 8,
              &(cli_style){ CLI_LEFT, 13, CLI_INK, 0, 0 }, "%s", name);
    const int code = draw_pixels(c->picture, PLANES_FROM, top, zoom, H, W, pixels);
    draw_frame(c->picture, PLANES_FROM, top, zoom * (double)W, zoom * (double)H,
               CLI_GREY);
    free(pixels);
    return code;
}

static size_t rings_of(const cli_spectrum *s)
{
    const size_t side = s->H < s->W ? s->H : s->W;
    return side / 2;
}

/* Draw the mean power per ring of frequencies, of real and generated images. */
static int draw_rings(cli_chart *c, const cli_spectrum *s)
{
    const size_t n = rings_of(s);
    double *ring = malloc(KINDS * n * sizeof *ring);
    cli_point *line = malloc((n + 1) * sizeof *line);
    int code = ring && line ? CLI_DONE : message_error("out of memory for a picture");
    c->y = (cli_axis){
        .low = INFINITY, .high = -INFINITY, .from = c->y.from, .to = c->y.to
    };
    for (size_t k = 0; k < KINDS && code == CLI_DONE; k++) {
        egad_spectrum_rings(k ? s->made : s->real, s->H, s->W, ring + k * n, n);
        for (size_t i = 0; i < n; i++)
            stretch(&c->y, ring[k * n + i], 1);
    }
    if (!(c->y.low < c->y.high))
        c->y.low = 0.1, c->y.high = 10;
    c->y.low /= 1.5;
    c->y.high *= 1.5;
    c->y.logarithmic = 1;
    chart_axes(c, "frequency, in units of the sampling rate", "mean power (logarithmic)");
    for (size_t k = 0; k < KINDS && code == CLI_DONE; k++) {
        size_t used = 0;
        for (size_t i = 0; i < n; i++)
            if (ring[k * n + i] > 0)
                line[used++] =
                    (cli_point){ 0.5 * ((double)i + 0.5) / (double)n, ring[k * n + i] };
        code = chart_line(c, line, used, kind_color[k], 2.5, 0);
        if (used == 1)
            draw_dot(c->picture, chart_at(&c->x, line[0].x), chart_at(&c->y, line[0].y),
                     6, kind_color[k]);
        chart_key(c, CLI_KEY_LINE, kind_color[k], kind_name[k]);
    }
    free(ring);
    free(line);
    return code;
}

int plots_spectrum(cli_picture **out, const cli_spectrum *s)
{
    cli_chart c = { 0 };
    cli_axis range = { .low = INFINITY, .high = -INFINITY };
    int code =
        chart_new(&c, WIDTH, HEIGHT, "Spectrum of real and generated images", s->about);
    if (code == CLI_DONE) {
        c.x.to = RINGS_TO;
        c.x.high = 0.5;
        code = draw_rings(&c, s);
    }
    for (size_t i = 1; i < s->H * s->W; i++) {
        stretch(&range, s->real[i], 1);
        stretch(&range, s->made[i], 1);
    }
    if (!(range.low < range.high))
        range.low = 0.1, range.high = 10;
    for (int k = 0; k < KINDS && code == CLI_DONE; k++)
        code = draw_plane(&c, s, k ? s->made : s->real, c.y.to + k * (PLANE_SIDE + 26),
                          kind_name[k], &range);
    if (code == CLI_DONE)
        draw_text(c.picture, PLANES_FROM, HEIGHT - 20,
                  &(cli_style){ CLI_LEFT, 12, CLI_GREY, 0, 0 },
                  "frequency 0 in the middle; darker: more power");
    *out = c.picture;
    return code;
}
