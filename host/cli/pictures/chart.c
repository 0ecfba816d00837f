/* A chart: two axes with ticks, a title, a legend, lines and bands; drawn with draw.c. */
#include "pictures.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>

enum { TICKS_MAX = 40 };

/* ---- Axes --------------------------------------------------------------- */

double chart_at(const cli_axis *a, double v)
{
    const double share = a->logarithmic ? log(v / a->low) / log(a->high / a->low)
                                        : (v - a->low) / (a->high - a->low);
    return a->from + fmin(fmax(share, 0), 1) * (a->to - a->from);
}

/* Step of the ticks: 1, 2 or 5 times a power of ten, for about `n` steps in `span`. */
static double round_step(double span, int n)
{
    const double power = pow(10, floor(log10(span / n)));
    const double digit = span / n / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

/* Round values on the axis, at most TICKS_MAX. */
static int ticks(const cli_axis *a, int wanted, double *tick)
{
    int n = 0;
    if (!a->logarithmic) {
        double step = round_step(a->high - a->low, wanted);
        if (a->whole && step < 1)
            step = 1;
        for (double i = ceil(a->low / step - 1e-9);
             i <= a->high / step + 1e-9 && n < TICKS_MAX; i++)
            tick[n++] = i == 0 ? 0 : i * step;
        return n;
    }
    /* Every power of ten or every k-th; with few of them also 2 and 5 times each. */
    const double decades = log10(a->high / a->low);
    const double step = fmax(1, ceil(decades / wanted));
    for (double k = step * floor(log10(a->low) / step);
         k <= log10(a->high) && n < TICKS_MAX; k += step)
        for (int i = 0; i < (decades < 2.5 ? 3 : 1); i++) {
            const double v = pow(10, k) * (const double[]){ 1, 2, 5 }[i];
            if (v >= a->low * (1 - 1e-9) && v <= a->high * (1 + 1e-9) && n < TICKS_MAX)
                tick[n++] = v;
        }
    return n;
}

static const char *tick_text(double v, char text[40])
{
    if (v >= 1000 && v < 1e10 && v == floor(v))
        snprintf(text, 40, "%s", text_count((uint64_t)v).text);
    else
        snprintf(text, 40, "%.6g", v);
    return text;
}

/* ---- A sheet with a title, a legend and two axes -------------------------- */

void chart_base(const cli_chart *c)
{
    draw_box(c->picture, c->x.from, floor(c->y.from) - 1, c->x.to - c->x.from, 2, CLI_INK,
             1);
}

void chart_axes(const cli_chart *c, const char *x_title, const char *y_title)
{
    const cli_style number = { CLI_CENTRED, 13, CLI_INK, 0, 0 };
    const cli_style right = { CLI_RIGHT, 13, CLI_INK, 0, 0 };
    const cli_axis *x = &c->x, *y = &c->y;
    char text[40];
    double tick[TICKS_MAX];
    for (int i = ticks(y, 6, tick) - 1; i >= 0; i--) {
        const double v = chart_at(y, tick[i]);
        draw_box(c->picture, x->from, floor(v), x->to - x->from, 1, CLI_RULE, 1);
        draw_text(c->picture, x->from - 8, v + 5, &right, "%s", tick_text(tick[i], text));
    }
    for (int i = ticks(x, 10, tick) - 1; i >= 0; i--) {
        const double v = chart_at(x, tick[i]);
        draw_box(c->picture, floor(v), y->from, 1, 5, CLI_INK, 1);
        draw_text(c->picture, v, y->from + 20, &number, "%s", tick_text(tick[i], text));
    }
    chart_base(c);
    draw_text(c->picture, (x->from + x->to) / 2, y->from + 44,
              &(cli_style){ CLI_CENTRED, 14, CLI_INK, 0, 0 }, "%s", x_title);
    draw_text(c->picture, 24, (y->from + y->to) / 2,
              &(cli_style){ CLI_UPWARDS, 14, CLI_INK, 0, 0 }, "%s", y_title);
}

int chart_new(cli_chart *c, double width, double height, const char *title,
              const char *subtitle)
{
    int code = draw_new(&c->picture, width, height);
    if (code != CLI_DONE)
        return code;
    c->legend = 24;
    c->x.from = 92;
    c->x.to = width - 28;
    c->y.from = height - 64;
    c->y.to = 112;
    draw_text(c->picture, 24, 34, &(cli_style){ CLI_LEFT, 18, CLI_INK, 1, width - 48 },
              "%s", title);
    draw_text(c->picture, 24, 58, &(cli_style){ CLI_LEFT, 13, CLI_GREY, 0, width - 48 },
              "%s", subtitle);
    return CLI_DONE;
}

void chart_key(cli_chart *c, cli_key kind, uint32_t color, const char *text)
{
    const double x = c->legend, y = 88;
    const cli_style style = { CLI_LEFT, 13, CLI_INK, 0, c->x.to + 20 - x - 26 };
    const cli_point line[] = { { x, y - 4.5 }, { x + 20, y - 4.5 } };
    if (kind == CLI_KEY_AREA)
        draw_box(c->picture, x + 2, y - 11, 16, 13, color, 0.75);
    else if (kind == CLI_KEY_DOT)
        draw_dot(c->picture, x + 10, y - 4.5, 6, color);
    else
        draw_line(c->picture, line, 2, color, 2, kind == CLI_KEY_DASHES);
    c->legend += 26 + draw_text(c->picture, x + 26, y, &style, "%s", text) + 24;
}

/* ---- Values --------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void chart_sort(float *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
}

/* ---- Lines ---------------------------------------------------------------- */

int chart_line(const cli_chart *c, const cli_point *value, size_t n, uint32_t color,
               double width, int dashed)
{
    cli_point *line = malloc((n + 1) * sizeof *line);
    size_t used = 0;
    if (!line)
        return message_error("out of memory for a line of %s points", text_count(n).text);
    for (size_t i = 0; i < n; i++) {
        const cli_point p = { chart_at(&c->x, value[i].x), chart_at(&c->y, value[i].y) };
        if (i == 0 || i + 1 == n ||
            hypot(p.x - line[used - 1].x, p.y - line[used - 1].y) > 0.25)
            line[used++] = p;
    }
    draw_line(c->picture, line, used, color, width, dashed);
    free(line);
    return CLI_DONE;
}

int chart_band(const cli_chart *c, const double *x, const double *low, const double *high,
               size_t n, uint32_t color)
{
    cli_point *edge = malloc((2 * n + 1) * sizeof *edge);
    if (!edge)
        return message_error("out of memory for a band of %s points", text_count(n).text);
    for (size_t i = 0; i < n; i++) {
        const double at = chart_at(&c->x, x[i]);
        edge[i] = (cli_point){ at, chart_at(&c->y, high[i]) };
        edge[2 * n - 1 - i] = (cli_point){ at, chart_at(&c->y, low[i]) };
    }
    draw_area(c->picture, edge, 2 * n, color, 0.2);
    free(edge);
    return CLI_DONE;
}
