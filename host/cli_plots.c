/* Charts of scores: how many rows of each class have which score, and the curve of
 * precision over recall.  Drawn with cli_draw.c. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 960, HEIGHT = 600, BINS = 64, TICKS_MAX = 40 };

#define INK 0x222222
#define GREY 0x666666
#define RULE 0xe4e4e4
#define NORMAL 0x2f6db5
#define ANOMALY 0xe0701a

/* ---- Axes --------------------------------------------------------------- */

/* Values from `low` to `high` lie on pixels from `from` to `to`. */
typedef struct {
    double low, high, from, to;
    int logarithmic, whole; /* whole: no ticks between whole numbers */
} axis;

static double at(const axis *a, double v)
{
    const double share = a->logarithmic ? log(v / a->low) / log(a->high / a->low)
                                        : (v - a->low) / (a->high - a->low);
    return a->from + fmin(fmax(share, 0), 1) * (a->to - a->from);
}

/* 1, 2 or 5 times a power of ten: about `n` steps in `span`. */
static double round_step(double span, int n)
{
    const double power = pow(10, floor(log10(span / n)));
    const double digit = span / n / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

/* Round values on the axis, no more than TICKS_MAX of them. */
static int ticks(const axis *a, int wanted, double *tick)
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
    /* Every power of ten or every so many; with few of them 2 and 5 times it as well. */
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
        snprintf(text, 40, "%s", cli_count((uint64_t)v).text);
    else
        snprintf(text, 40, "%.6g", v);
    return text;
}

/* ---- A sheet with a title, a legend and two axes -------------------------- */

typedef struct {
    cli_picture *picture;
    axis x, y;
    double legend; /* where its next entry begins */
} chart;

static void draw_base(const chart *c)
{
    cli_draw_box(c->picture, c->x.from, floor(c->y.from) - 1, c->x.to - c->x.from, 2, INK,
                 1);
}

static void draw_axes(chart *c, const char *x_title, const char *y_title)
{
    const cli_style number = { CLI_CENTRED, 13, INK, 0, 0 };
    const cli_style right = { CLI_RIGHT, 13, INK, 0, 0 };
    const axis *x = &c->x, *y = &c->y;
    char text[40];
    double tick[TICKS_MAX];
    for (int i = ticks(y, 6, tick) - 1; i >= 0; i--) {
        const double v = at(y, tick[i]);
        cli_draw_box(c->picture, x->from, floor(v), x->to - x->from, 1, RULE, 1);
        cli_draw_text(c->picture, x->from - 8, v + 5, &right, "%s",
                      tick_text(tick[i], text));
    }
    for (int i = ticks(x, 10, tick) - 1; i >= 0; i--) {
        const double v = at(x, tick[i]);
        cli_draw_box(c->picture, floor(v), y->from, 1, 5, INK, 1);
        cli_draw_text(c->picture, v, y->from + 20, &number, "%s",
                      tick_text(tick[i], text));
    }
    draw_base(c);
    cli_draw_text(c->picture, (x->from + x->to) / 2, y->from + 44,
                  &(cli_style){ CLI_CENTRED, 14, INK, 0, 0 }, "%s", x_title);
    cli_draw_text(c->picture, 24, (y->from + y->to) / 2,
                  &(cli_style){ CLI_UPWARDS, 14, INK, 0, 0 }, "%s", y_title);
}

static int chart_new(chart *c, double width, double height, const char *title,
                     const char *subtitle)
{
    int code = cli_draw_new(&c->picture, width, height);
    if (code != CLI_DONE)
        return code;
    c->legend = 24;
    c->x.from = 92;
    c->x.to = width - 28;
    c->y.from = height - 64;
    c->y.to = 112;
    cli_draw_text(c->picture, 24, 34, &(cli_style){ CLI_LEFT, 18, INK, 1, width - 48 },
                  "%s", title);
    cli_draw_text(c->picture, 24, 58, &(cli_style){ CLI_LEFT, 13, GREY, 0, width - 48 },
                  "%s", subtitle);
    return CLI_DONE;
}

static int chart_save(chart *c, const char *path)
{
    int code = cli_draw_save(c->picture, path);
    cli_draw_free(c->picture);
    return code;
}

typedef enum { KEY_AREA, KEY_LINE, KEY_DASHES, KEY_DOT } key;

static void legend(chart *c, key kind, uint32_t color, const char *text)
{
    const double x = c->legend, y = 88;
    const cli_style style = { CLI_LEFT, 13, INK, 0, c->x.to + 20 - x - 26 };
    const cli_point line[] = { { x, y - 4.5 }, { x + 20, y - 4.5 } };
    if (kind == KEY_AREA)
        cli_draw_box(c->picture, x + 2, y - 11, 16, 13, color, 0.75);
    else if (kind == KEY_DOT)
        cli_draw_dot(c->picture, x + 10, y - 4.5, 6, color);
    else
        cli_draw_line(c->picture, line, 2, color, 2, kind == KEY_DASHES);
    c->legend += 26 + cli_draw_text(c->picture, x + 26, y, &style, "%s", text) + 24;
}

/* ---- Histogram ------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The finite scores of one class, sorted. */
typedef struct {
    float *score;
    size_t n;
} class_scores;

static int gather(class_scores *c, const cli_scores *s, int anomalies)
{
    c->score = malloc((s->n + 1) * sizeof *c->score);
    if (!c->score)
        return cli_error("out of memory for %s scores", cli_count(s->n).text);
    for (size_t i = 0; i < s->n; i++)
        if ((s->y[i] != 0) == anomalies && isfinite(s->score[i]))
            c->score[c->n++] = s->score[i];
    qsort(c->score, c->n, sizeof *c->score, by_value);
    return CLI_DONE;
}

static double quantile(const class_scores *c, double q)
{
    return (double)c->score[(size_t)(q * (double)(c->n - 1) + 0.5)];
}

/* What the axis shows: nearly all of each class, so that neither a few rows far out nor
 * a small class decides; the threshold; and all rows where that takes little more. */
static void choose_range(axis *a, const class_scores class[2], double threshold)
{
    double least = INFINITY, most = -INFINITY, middle = INFINITY;
    a->low = INFINITY;
    a->high = -INFINITY;
    for (int k = 0; k < 2; k++)
        if (class[k].n) {
            a->low = fmin(a->low, quantile(&class[k], 0.005));
            a->high = fmax(a->high, quantile(&class[k], 0.985));
            middle = fmin(middle, quantile(&class[k], 0.5));
            least = fmin(least, quantile(&class[k], 0));
            most = fmax(most, quantile(&class[k], 1));
        }
    if (isfinite(threshold)) {
        a->low = fmin(a->low, threshold);
        a->high = fmax(a->high, threshold);
    }
    if (!(a->low <= a->high)) { /* no score is finite */
        a->low = least = 0;
        a->high = most = 1;
    }
    a->logarithmic = a->low > 0 && a->high > 40 * middle;
    if (a->logarithmic) {
        if (least > 0 && most / least < pow(a->high / a->low, 1.5)) {
            a->low = least;
            a->high = most;
        }
        a->low /= 1.05;
        a->high *= 1.05;
        return;
    }
    if (most - least < 1.5 * (a->high - a->low)) {
        a->low = least;
        a->high = most;
    }
    double margin = 0.01 * (a->high - a->low);
    if (!(margin > 1e-6 * fmax(fabs(a->low), fabs(a->high))))
        margin = fmax(0.5, 0.05 * fabs(a->high));
    a->low -= margin;
    a->high += margin;
}

/* Rows of a class per bin, and those below and above all bins. */
typedef struct {
    size_t bin[BINS], below, above;
} counts;

static counts count(const cli_scores *s, const axis *a, int anomalies)
{
    const axis bins = { a->low, a->high, 0, BINS, a->logarithmic, 0 };
    counts c = { .below = 0 };
    for (size_t i = 0; i < s->n; i++) {
        const double v = (double)s->score[i];
        if ((s->y[i] != 0) != anomalies)
            continue;
        if (v < a->low) {
            c.below++;
        } else if (v > a->high) {
            c.above++;
        } else {
            const size_t k = (size_t)at(&bins, v);
            c.bin[k < BINS ? k : BINS - 1]++;
        }
    }
    return c;
}

static size_t largest(const counts *c)
{
    size_t n = 0;
    for (int i = 0; i < BINS; i++)
        n = c->bin[i] > n ? c->bin[i] : n;
    return n;
}

/* Steps of the bins, filled and outlined. */
static void draw_steps(const chart *c, const counts *n, uint32_t color)
{
    cli_point p[2 * BINS + 2];
    const double width = (c->x.to - c->x.from) / BINS;
    p[0] = (cli_point){ c->x.from, c->y.from };
    p[2 * BINS + 1] = (cli_point){ c->x.to, c->y.from };
    for (int i = 0; i < BINS; i++) {
        const double y = n->bin[i] ? at(&c->y, (double)n->bin[i]) : c->y.from;
        p[2 * i + 1] = (cli_point){ c->x.from + i * width, y };
        p[2 * i + 2] = (cli_point){ c->x.from + (i + 1) * width, y };
    }
    cli_draw_area(c->picture, p, 2 * BINS + 2, color, 0.45);
    cli_draw_line(c->picture, p, 2 * BINS + 2, color, 1.5, 0);
}

/* Rows that lie beyond an end of the axis are said, not lost. */
static void say_beyond(const chart *c, const counts n[2], int above)
{
    const size_t normal = above ? n[0].above : n[0].below;
    const size_t anomalies = above ? n[1].above : n[1].below;
    const cli_style style = { above ? CLI_RIGHT : CLI_LEFT, 12, GREY, 0, 0 };
    const double x = above ? c->x.to : c->x.from;
    if (!normal && !anomalies)
        return;
    cli_draw_text(c->picture, x, c->y.from + 44, &style,
                  above ? "beyond the axis: %s normal, %s anomalies >"
                        : "< beyond the axis: %s normal, %s anomalies",
                  cli_count(normal).text, cli_count(anomalies).text);
}

static void draw_threshold(chart *c, double threshold, double fraction)
{
    char text[96];
    if (!isfinite(threshold))
        return;
    const double x = at(&c->x, threshold);
    const cli_point line[] = { { x, c->y.from }, { x, c->y.to } };
    cli_draw_line(c->picture, line, 2, INK, 1.5, 1);
    snprintf(text, sizeof text, "threshold %.6g: the highest %.3g %%", threshold,
             100 * fraction);
    legend(c, KEY_DASHES, INK, text);
}

static void draw_classes(chart *c, const cli_scores *s)
{
    static const uint32_t colors[] = { NORMAL, ANOMALY };
    const counts n[] = { count(s, &c->x, 0), count(s, &c->x, 1) };
    const size_t most = largest(&n[0]) > largest(&n[1]) ? largest(&n[0]) : largest(&n[1]);
    char text[64];
    c->y.logarithmic = most > 30;
    c->y.whole = 1;
    c->y.low = c->y.logarithmic ? 0.6 : 0;
    c->y.high = c->y.logarithmic ? 3.0 * (double)most : 1.25 * (double)(most ? most : 1);
    snprintf(text, sizeof text, "%s score%s", s->name,
             c->x.logarithmic ? " (logarithmic)" : "");
    draw_axes(c, text,
              c->y.logarithmic ? "rows in a bin (logarithmic)" : "rows in a bin");
    for (int k = 0; k < 2; k++) {
        draw_steps(c, &n[k], colors[k]);
        snprintf(text, sizeof text, "%s: %s rows", k ? "anomalies" : "normal",
                 cli_count(k ? s->metrics->anomalies
                             : s->metrics->rows - s->metrics->anomalies)
                     .text);
        legend(c, KEY_AREA, colors[k], text);
    }
    draw_base(c);
    say_beyond(c, n, 0);
    say_beyond(c, n, 1);
}

int cli_plots_histogram(const char *path, const cli_scores *s)
{
    chart c = { 0 };
    class_scores class[2] = { 0 };
    char title[64];
    int code = gather(&class[0], s, 0);
    if (code == CLI_DONE)
        code = gather(&class[1], s, 1);
    if (code == CLI_DONE) {
        snprintf(title, sizeof title, "Scores by class: %s", s->name);
        code = chart_new(&c, WIDTH, HEIGHT, title, s->about);
    }
    if (code == CLI_DONE) {
        choose_range(&c.x, class, s->metrics->threshold);
        draw_classes(&c, s);
        draw_threshold(&c, s->metrics->threshold, s->metrics->fraction);
        code = chart_save(&c, path);
    }
    free(class[0].score);
    free(class[1].score);
    return code;
}

/* ---- Precision and recall -------------------------------------------------- */

static double f1(const egad_curve_point *p)
{
    const double sum = p->precision + p->recall;
    return sum > 0 ? 2 * p->precision * p->recall / sum : 0;
}

/* From (0, 1), where the curve begins by definition; what one pixel cannot show apart is
 * one point. */
static int draw_curve(const chart *c, const egad_curve_point *point, size_t n)
{
    cli_point *line = malloc((n + 1) * sizeof *line);
    size_t used = 1;
    if (!line)
        return cli_error("out of memory for a curve of %s points", cli_count(n).text);
    line[0] = (cli_point){ at(&c->x, 0), at(&c->y, 1) };
    for (size_t i = 0; i < n; i++) {
        const cli_point p = { at(&c->x, point[i].recall), at(&c->y, point[i].precision) };
        if (i + 1 == n || hypot(p.x - line[used - 1].x, p.y - line[used - 1].y) > 0.25)
            line[used++] = p;
    }
    cli_draw_line(c->picture, line, used, NORMAL, 2.5, 0);
    free(line);
    return CLI_DONE;
}

static int draw_all(chart *c, const cli_scores *s, const egad_curve_point *point,
                    size_t n)
{
    const egad_metrics *m = s->metrics;
    size_t best = 0;
    char text[96];
    draw_axes(c, "recall: share of the anomalies that are found",
              "precision: share of the rows found that are anomalies");
    const double chance = at(&c->y, m->chance_auprc);
    cli_draw_line(c->picture, (cli_point[]){ { c->x.from, chance }, { c->x.to, chance } },
                  2, GREY, 2, 1);
    int code = draw_curve(c, point, n);
    for (size_t i = 1; i < n; i++)
        if (f1(&point[i]) > f1(&point[best]))
            best = i;
    cli_draw_dot(c->picture, at(&c->x, m->recall), at(&c->y, m->precision), 7, INK);
    cli_draw_dot(c->picture, at(&c->x, point[best].recall),
                 at(&c->y, point[best].precision), 7, ANOMALY);
    snprintf(text, sizeof text, "AUPRC %.4f", m->auprc);
    legend(c, KEY_LINE, NORMAL, text);
    snprintf(text, sizeof text, "chance %.4f", m->chance_auprc);
    legend(c, KEY_DASHES, GREY, text);
    snprintf(text, sizeof text, "best F1 %.4f, from %.4g on", f1(&point[best]),
             (double)point[best].threshold);
    legend(c, KEY_DOT, ANOMALY, text);
    snprintf(text, sizeof text, "F1 of the decision %.4f", m->f1);
    legend(c, KEY_DOT, INK, text);
    return code;
}

int cli_plots_curve(const char *path, const cli_scores *s)
{
    chart c = { 0 };
    egad_curve_point *point = NULL;
    size_t n = 0;
    char title[64];
    int code = CLI_DONE;
    CLI_TRY(egad_metrics_curve(&point, &n, s->score, s->y, s->n));
    snprintf(title, sizeof title, "Precision and recall: %s", s->name);
    code = chart_new(&c, 800, 720, title, s->about);
    if (code != CLI_DONE)
        goto done;
    c.x.high = c.y.high = 1;
    code = draw_all(&c, s, point, n);
    if (code == CLI_DONE)
        code = chart_save(&c, path);
    else
        cli_draw_free(c.picture);
done:
    free(point);
    return code;
}
