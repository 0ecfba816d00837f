/* Charts of several scores of the same rows: their ROC and precision-recall curves, and
 * how far they agree. */
#include "pictures.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>

/* ---- Curves ------------------------------------------------------------------ */

enum {
    HEIGHT = 640,
    SQUARE = 520, /* side of the field of a curve */
    LEGEND = 340, /* width to the right of it */
    GRID = 1001,  /* points of a mean curve */
    COLORS = 8
};

/* Further lines are dashed. */
static const uint32_t colors[COLORS] = { CLI_NORMAL, CLI_ANOMALY, CLI_THIRD, 0xa23b8f,
                                         0x17a2b0,   0x8a6d1f,    0xc93545,  0x6b63c4 };

/* Which curve: shares x and y of a point; steps: y holds from the point before. */
typedef struct {
    const char *title, *x_title, *y_title;
    double (*x)(const egad_curve_point *point), (*y)(const egad_curve_point *point);
    int steps;
} kind;

static double false_alarms(const egad_curve_point *p)
{
    return p->false_alarms;
}

static double recall(const egad_curve_point *p)
{
    return p->recall;
}

static double precision(const egad_curve_point *p)
{
    return p->precision;
}

/* Add a curve at GRID values of x, divided by `of`.  A ROC curve is a line through its
 * points, and counts with the upper end where it is vertical, as in egad_bootstrap.
 * Precision at a recall is that of the first point with it, at 0 of the first with any,
 * so that the area below is average precision. */
static void add(double *sum, const kind *k, const egad_curve_point *point, size_t n,
                double of)
{
    double x0 = 0, y0 = 0;
    size_t at = 0;
    for (int i = 0; i < GRID; i++) {
        const double x = (double)i / (GRID - 1);
        while (at + 1 < n &&
               (k->x(&point[at]) < x ||
                (k->steps ? k->x(&point[at]) <= 0 : k->x(&point[at]) <= x))) {
            x0 = k->x(&point[at]);
            y0 = k->y(&point[at++]);
        }
        const double x1 = k->x(&point[at]), y1 = k->y(&point[at]);
        sum[i] += (k->steps || x1 <= x ? y1 : y0 + (y1 - y0) * (x - x0) / (x1 - x0)) / of;
    }
}

static int draw_line_of(const cli_chart *c, const kind *k, const cli_many *m, size_t i)
{
    static const size_t most = COLORS;
    double sum[GRID] = { 0 };
    cli_point line[GRID + 1] = { { 0, 0 } };
    const int from = k->steps; /* a ROC curve starts at the origin */
    egad_curve_point *point = NULL;
    size_t n = 0;
    int code = CLI_DONE;
    for (size_t t = 0; t < m->trainings; t++) {
        CLI_TRY(egad_metrics_curve(&point, &n, m->line[i].scores[t], m->y, m->rows));
        add(sum, k, point, n, (double)m->trainings);
        free(point);
        point = NULL;
    }
    for (int g = 0; g < GRID; g++)
        line[g + 1] = (cli_point){ (double)g / (GRID - 1), sum[g] };
    code = chart_line(c, line + from, (size_t)(GRID + 1 - from), colors[i % most], 2,
                      i >= most);
done:
    free(point);
    return code;
}

/* The legend is a column at the right: names are long. */
static void draw_name(const cli_chart *c, size_t place, uint32_t color, int dashed,
                      const char *name)
{
    const double x = c->x.to + 28, y = c->y.to + 14 + 24 * (double)place;
    const cli_point line[] = { { x, y - 4.5 }, { x + 24, y - 4.5 } };
    draw_line(c->picture, line, 2, color, 2.5, dashed);
    draw_text(c->picture, x + 32, y,
              &(cli_style){ CLI_LEFT, 13, CLI_INK, 0, LEGEND - 60 }, "%s", name);
}

static int plot(cli_picture **out, const cli_many *m, const kind *k,
                const cli_point chance[2])
{
    const double column = 112 + 24 * ((double)m->n + 2);
    const double height = fmax(HEIGHT, column + 64);
    cli_chart c = { 0 };
    int code = chart_new(&c, 92 + SQUARE + LEGEND, height, k->title, m->about);
    *out = c.picture;
    if (code != CLI_DONE)
        return code;
    c.x.to = c.x.from + SQUARE;
    c.y.to = 84;
    c.y.from = c.y.to + HEIGHT - 64 - 84;
    c.x.high = c.y.high = 1;
    chart_axes(&c, k->x_title, k->y_title);
    code = chart_line(&c, chance, 2, CLI_GREY, 2, 1);
    /* The first, which is the best, on top. */
    for (size_t i = m->n; i-- > 0 && code == CLI_DONE;)
        code = draw_line_of(&c, k, m, i);
    for (size_t i = 0; i < m->n; i++)
        draw_name(&c, i, colors[i % COLORS], i >= COLORS, m->line[i].name);
    draw_name(&c, m->n, CLI_GREY, 1, "chance");
    return code;
}

int plots_many_roc(cli_picture **out, const cli_many *m)
{
    static const kind roc = { "ROC curves",
                              "false-alarm rate: share of normal rows called anomalous",
                              "recall: share of anomalies called anomalous",
                              false_alarms,
                              recall,
                              0 };
    return plot(out, m, &roc, (cli_point[]){ { 0, 0 }, { 1, 1 } });
}

int plots_many_curve(cli_picture **out, const cli_many *m)
{
    static const kind curve = {
        "Precision and recall",
        "recall: share of anomalies called anomalous",
        "precision: share of anomalies among rows called anomalous",
        recall,
        precision,
        1
    };
    double share = 0;
    for (size_t i = 0; i < m->rows; i++)
        share += (m->y[i] != 0) / (double)m->rows;
    return plot(out, m, &curve, (cli_point[]){ { 0, share }, { 1, share } });
}

/* ---- A matrix --------------------------------------------------------------- */

/* White for 0, blue towards 1, orange towards -1. */
static uint32_t shade(double rho)
{
    const uint32_t full = rho < 0 ? CLI_ANOMALY : CLI_NORMAL;
    uint32_t color = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        const double part = (double)(full >> shift & 255);
        color |= (uint32_t)lround(255 + (part - 255) * fabs(rho)) << shift;
    }
    return color;
}

int plots_many_matrix(cli_picture **out, const double *rho, const char *const *names,
                      size_t n, const char *about)
{
    enum { NAMES = 250, FIELD = 58, ROW = 34, TOP = 116 };
    const cli_style left = { CLI_LEFT, 13, CLI_INK, 0, NAMES - 40 };
    const double width = fmax(24 + NAMES + FIELD * (double)n + 24, 640);
    cli_picture *p;
    const int code = draw_new(out, width, TOP + ROW * (double)n + 30);
    if (code != CLI_DONE)
        return code;
    p = *out;
    draw_text(p, 24, 34, &(cli_style){ CLI_LEFT, 18, CLI_INK, 1, width - 48 },
              "Rank correlation of scores");
    draw_text(p, 24, 58, &(cli_style){ CLI_LEFT, 13, CLI_GREY, 0, width - 48 }, "%s",
              about);
    for (size_t i = 0; i < n; i++) {
        const double y = TOP + ROW * (double)i;
        draw_text(p, 24, y + 22, &left, "%zu  %s", i + 1, names[i]);
        draw_text(p, 24 + NAMES + FIELD * ((double)i + 0.5), TOP - 10,
                  &(cli_style){ CLI_CENTRED, 13, CLI_INK, 0, 0 }, "%zu", i + 1);
        for (size_t j = 0; j < n; j++) {
            const double x = 24 + NAMES + FIELD * (double)j, r = rho[i * n + j];
            const uint32_t ink = !isnan(r) && fabs(r) > 0.6 ? 0xffffff : CLI_INK;
            draw_box(p, x + 1, y + 1, FIELD - 2, ROW - 2, isnan(r) ? CLI_RULE : shade(r),
                     1);
            if (!isnan(r))
                draw_text(p, x + FIELD / 2.0, y + 22,
                          &(cli_style){ CLI_CENTRED, 13, ink, 0, 0 }, "%.2f", r);
        }
    }
    return CLI_DONE;
}

/* ---- Dots --------------------------------------------------------------------- */

int plots_many_dots(cli_picture **out, const cli_dots *d)
{
    enum { NAMES = 200, FIELD = 620, LEGEND_LEFT = 24, ROW = 24, TOP = 96 };
    const double bottom = TOP + ROW * (double)d->rows,
                 height = fmax(bottom, TOP + 24 * (double)d->columns) + 44;
    const cli_style left = { CLI_LEFT, 13, CLI_INK, 0, NAMES - 30 };
    double low = 1;
    for (size_t i = 0; i < d->rows * d->columns; i++)
        low = fmin(low, isnan(d->value[i]) ? 1 : floor(10 * d->value[i]) / 10);
    const cli_axis x = { low < 1 ? low : 0, 1, NAMES, NAMES + FIELD, 0, 0 };
    const int code = draw_new(out, NAMES + FIELD + LEGEND, height);
    if (code != CLI_DONE)
        return code;
    cli_picture *p = *out;
    draw_text(p, 24, 34, &(cli_style){ CLI_LEFT, 18, CLI_INK, 1, NAMES + FIELD }, "%s",
              d->title);
    draw_text(p, 24, 58,
              &(cli_style){ CLI_LEFT, 13, CLI_GREY, 0, NAMES + FIELD + LEGEND - 48 },
              "%s", d->about);
    for (double tick = x.low; tick < 1.001; tick += 0.1) {
        const double at = chart_at(&x, tick);
        draw_line(p, (cli_point[]){ { at, TOP - 12 }, { at, bottom } }, 2, CLI_RULE, 1,
                  0);
        draw_text(p, at, bottom + 20, &(cli_style){ CLI_CENTRED, 13, CLI_GREY, 0, 0 },
                  "%.1f", tick);
    }
    for (size_t i = 0; i < d->rows; i++) {
        const double y = TOP + ROW * (double)i;
        draw_line(p, (cli_point[]){ { x.from, y }, { x.to, y } }, 2, CLI_RULE, 1, 0);
        draw_text(p, 24, y + 4.5, &left, "%s", d->row[i]);
        /* The first on top. */
        for (size_t k = d->columns; k-- > 0;)
            if (!isnan(d->value[i * d->columns + k]))
                draw_dot(p, chart_at(&x, d->value[i * d->columns + k]), y, 5.5,
                         colors[k % COLORS]);
    }
    for (size_t k = 0; k < d->columns; k++) {
        const double y = TOP + 24 * (double)k;
        draw_dot(p, x.to + LEGEND_LEFT, y, 5.5, colors[k % COLORS]);
        draw_text(p, x.to + LEGEND_LEFT + 16, y + 4.5,
                  &(cli_style){ CLI_LEFT, 13, CLI_INK, 0, LEGEND - 60 }, "%s",
                  d->column[k]);
    }
    return CLI_DONE;
}
