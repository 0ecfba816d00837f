/* Charts of scores: histogram by class, precision over recall, ROC curve. */
#include "pictures.h"
#include "shell/shell.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 960, HEIGHT = 600, BINS = 64 };

cli_about plots_about(const egad_detector_info *info, const char *path, const char *rows,
                      ...)
{
    cli_about about;
    char which[96];
    va_list args;
    va_start(args, rows);
    vsnprintf(which, sizeof which, rows, args);
    va_end(args);
    snprintf(about.text, sizeof about.text,
             "%s, recipe %s, %d of %d epochs; '%.100s', %s", info->model, info->recipe,
             info->epoch, info->epochs, output_base(path).text, which);
    return about;
}

/* ---- Histogram ------------------------------------------------------------ */

static int is_of(const cli_scores *s, size_t i, int anomalies)
{
    return (s->y && s->y[i] != 0) == anomalies;
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
        return message_error("out of memory for %s scores", text_count(s->n).text);
    for (size_t i = 0; i < s->n; i++)
        if (is_of(s, i, anomalies) && isfinite(s->score[i]))
            c->score[c->n++] = s->score[i];
    chart_sort(c->score, c->n);
    return CLI_DONE;
}

static double quantile(const class_scores *c, double q)
{
    return (double)c->score[(size_t)(q * (double)(c->n - 1) + 0.5)];
}

/* The range of the axis: nearly all rows of each class, so that neither outliers nor a
 * small class decides; the thresholds; and all rows if that takes little more. */
static void choose_range(cli_axis *a, const class_scores class[2],
                         const double threshold[2])
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
    for (int k = 0; k < 2; k++)
        if (isfinite(threshold[k])) {
            a->low = fmin(a->low, threshold[k]);
            a->high = fmax(a->high, threshold[k]);
        }
    if (!(a->low <= a->high)) { /* no score is finite */
        a->low = least = 0;
        a->high = most = 1;
    }
    a->logarithmic = a->low > 0 && a->high > 40 * middle;
    if (a->logarithmic) {
        if (least > 0 && most / least < pow(a->high / a->low, 1.5)) {
            a->low = fmin(a->low, least);
            a->high = fmax(a->high, most);
        }
        a->low /= 1.05;
        a->high *= 1.05;
        return;
    }
    if (most - least < 1.5 * (a->high - a->low)) {
        a->low = fmin(a->low, least);
        a->high = fmax(a->high, most);
    }
    double margin = 0.01 * (a->high - a->low);
    if (!(margin > 1e-6 * fmax(fabs(a->low), fabs(a->high))))
        margin = fmax(0.5, 0.05 * fabs(a->high));
    a->low -= margin;
    a->high += margin;
}

/* Rows of a class: per bin, below and above all bins, and with a non-finite score. */
typedef struct {
    size_t bin[BINS], below, above, none;
} counts;

static counts count(const cli_scores *s, const cli_axis *a, int anomalies)
{
    const cli_axis bins = { a->low, a->high, 0, BINS, a->logarithmic, 0 };
    counts c = { .below = 0 };
    for (size_t i = 0; i < s->n; i++) {
        const double v = (double)s->score[i];
        if (!is_of(s, i, anomalies))
            continue;
        if (isnan(v)) {
            c.none++;
        } else if (v < a->low) {
            c.below++;
        } else if (v > a->high) {
            c.above++;
        } else {
            const size_t k = (size_t)chart_at(&bins, v);
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

/* Draw the steps of the bins, filled and outlined. */
static void draw_steps(const cli_chart *c, const counts *n, uint32_t color)
{
    cli_point p[2 * BINS + 2];
    const double width = (c->x.to - c->x.from) / BINS;
    p[0] = (cli_point){ c->x.from, c->y.from };
    p[2 * BINS + 1] = (cli_point){ c->x.to, c->y.from };
    for (int i = 0; i < BINS; i++) {
        const double y = n->bin[i] ? chart_at(&c->y, (double)n->bin[i]) : c->y.from;
        p[2 * i + 1] = (cli_point){ c->x.from + i * width, y };
        p[2 * i + 2] = (cli_point){ c->x.from + (i + 1) * width, y };
    }
    draw_area(c->picture, p, 2 * BINS + 2, color, 0.45);
    draw_line(c->picture, p, 2 * BINS + 2, color, 1.5, 0);
}

/* Report the rows beyond an end of the axis. */
static void say_beyond(const cli_chart *c, const cli_scores *s, const counts n[2],
                       int above)
{
    const size_t first = above ? n[0].above : n[0].below;
    const size_t second = above ? n[1].above : n[1].below;
    const cli_style style = { above ? CLI_RIGHT : CLI_LEFT, 12, CLI_GREY, 0, 0 };
    char rows[128];
    if (!first && !second)
        return;
    if (s->y)
        snprintf(rows, sizeof rows, "%s normal, %s anomalies", text_count(first).text,
                 text_count(second).text);
    else
        snprintf(rows, sizeof rows, "%s rows", text_count(first).text);
    draw_text(c->picture, above ? c->x.to : c->x.from, c->y.from + 44, &style,
              above ? "beyond the axis: %s >" : "< beyond the axis: %s", rows);
}

static void draw_threshold(cli_chart *c, double threshold, uint32_t color,
                           const char *text)
{
    const double x = chart_at(&c->x, threshold);
    const cli_point line[] = { { x, c->y.from }, { x, c->y.to } };
    draw_line(c->picture, line, 2, color, 1.5, 1);
    chart_key(c, CLI_KEY_DASHES, color, text);
}

/* Draw the threshold of the model, and that of the decision, which uses the labels. */
static void draw_thresholds(cli_chart *c, const cli_scores *s, const double threshold[2])
{
    char text[96];
    if (isfinite(threshold[0])) {
        snprintf(text, sizeof text, "%.3g %% false alarms: %.5g",
                 100 * s->own->false_alarms, threshold[0]);
        draw_threshold(c, threshold[0], CLI_THIRD, text);
    }
    if (isfinite(threshold[1])) {
        snprintf(text, sizeof text, "top %.3g %%: %.5g", 100 * s->metrics->fraction,
                 threshold[1]);
        draw_threshold(c, threshold[1], CLI_INK, text);
    }
}

static void draw_classes(cli_chart *c, const cli_scores *s)
{
    static const uint32_t colors[] = { CLI_NORMAL, CLI_ANOMALY };
    const counts n[] = { count(s, &c->x, 0), count(s, &c->x, 1) };
    const size_t most = largest(&n[0]) > largest(&n[1]) ? largest(&n[0]) : largest(&n[1]);
    const size_t anomalies = s->y ? s->metrics->anomalies : 0;
    char text[64];
    c->y.logarithmic = most > 30;
    c->y.whole = 1;
    c->y.low = c->y.logarithmic ? 0.6 : 0;
    c->y.high = c->y.logarithmic ? 3.0 * (double)most : 1.25 * (double)(most ? most : 1);
    snprintf(text, sizeof text, "%s score%s", s->name,
             c->x.logarithmic ? " (logarithmic)" : "");
    chart_axes(c, text, c->y.logarithmic ? "rows per bin (logarithmic)" : "rows per bin");
    for (int k = 0; k < (s->y ? 2 : 1); k++) {
        draw_steps(c, &n[k], colors[k]);
        snprintf(text, sizeof text, "%s%s rows",
                 k      ? "anomalies: "
                 : s->y ? "normal: "
                        : "",
                 text_count(k ? anomalies : s->n - anomalies).text);
        chart_key(c, CLI_KEY_AREA, colors[k], text);
    }
    chart_base(c);
    say_beyond(c, s, n, 0);
    say_beyond(c, s, n, 1);
    if (n[0].none + n[1].none)
        draw_text(c->picture, c->x.to, c->y.to - 6,
                  &(cli_style){ CLI_RIGHT, 12, CLI_GREY, 0, 0 },
                  "rows with a non-finite score: %s",
                  text_count(n[0].none + n[1].none).text);
}

int plots_histogram(cli_picture **out, const cli_scores *s)
{
    const double threshold[] = { s->own ? (double)s->own->score : NAN,
                                 s->metrics ? s->metrics->threshold : NAN };
    cli_chart c = { 0 };
    class_scores class[2] = { 0 };
    char title[64];
    int code = gather(&class[0], s, 0);
    if (code == CLI_DONE)
        code = gather(&class[1], s, 1);
    if (code == CLI_DONE) {
        snprintf(title, sizeof title, "Scores%s: %s", s->y ? " by class" : "", s->name);
        code = chart_new(&c, WIDTH, HEIGHT, title, s->about);
    }
    if (code == CLI_DONE) {
        choose_range(&c.x, class, threshold);
        draw_classes(&c, s);
        draw_thresholds(&c, s, threshold);
    }
    free(class[0].score);
    free(class[1].score);
    *out = c.picture;
    return code;
}

/* ---- Curves ------------------------------------------------------------------ */

enum { CURVE_WIDTH = 800, CURVE_HEIGHT = 720 };

/* A chart for a curve of shares over shares, the points of the curve, and a buffer for
 * them and one more as a line. */
typedef struct {
    cli_chart chart;
    egad_curve_point *point;
    cli_point *line;
    size_t n;
} curve;

static int curve_new(curve *v, const cli_scores *s, const char *name)
{
    char title[64];
    int code = CLI_DONE;
    *v = (curve){ 0 };
    CLI_TRY(egad_metrics_curve(&v->point, &v->n, s->score, s->y, s->n));
    v->line = malloc((v->n + 1) * sizeof *v->line);
    if (!v->line)
        return message_error("out of memory for a curve of %s points",
                             text_count(v->n).text);
    snprintf(title, sizeof title, "%s: %s", name, s->name);
    code = chart_new(&v->chart, CURVE_WIDTH, CURVE_HEIGHT, title, s->about);
    v->chart.x.high = v->chart.y.high = 1;
done:
    return code;
}

static void curve_free(curve *v)
{
    free(v->point);
    free(v->line);
}

/* Draw the band of 95 % of the bootstrap samples. */
static int draw_band(const cli_chart *c, const double *low, const double *high)
{
    double x[EGAD_BAND];
    for (int i = 0; i < EGAD_BAND; i++)
        x[i] = (double)i / (EGAD_BAND - 1);
    return chart_band(c, x, low, high, EGAD_BAND, CLI_NORMAL);
}

static void say_area(cli_chart *c, const cli_scores *s, const char *name, double value,
                     double low, double high)
{
    char text[96];
    if (s->intervals)
        snprintf(text, sizeof text, "%s %.4f (%.4f to %.4f)", name, value, low, high);
    else
        snprintf(text, sizeof text, "%s %.4f", name, value);
    chart_key(c, CLI_KEY_LINE, CLI_NORMAL, text);
}

static double f1(const egad_curve_point *p)
{
    const double sum = p->precision + p->recall;
    return sum > 0 ? 2 * p->precision * p->recall / sum : 0;
}

/* Draw the point of the model's threshold. */
static egad_curve_point decide(const curve *v, const cli_scores *s)
{
    egad_curve_point decided = { .precision = 1 }; /* no row is called an anomaly */
    for (size_t i = 0; i < v->n && v->point[i].threshold >= s->own->score; i++)
        decided = v->point[i];
    return decided;
}

static void draw_f1(cli_chart *c, const egad_curve_point *p, uint32_t color,
                    const char *name)
{
    char text[96];
    draw_dot(c->picture, chart_at(&c->x, p->recall), chart_at(&c->y, p->precision), 7,
             color);
    snprintf(text, sizeof text, "F1 %.4f, %.60s", f1(p), name);
    chart_key(c, CLI_KEY_DOT, color, text);
}

/* The curve's line with its band (low NULL: none) and what random scores give. */
static int draw_shape(curve *v, const double *low, const double *high,
                      const cli_point chance[2])
{
    cli_chart *c = &v->chart;
    int code = low ? draw_band(c, low, high) : CLI_DONE;
    if (code == CLI_DONE)
        code = chart_line(c, chance, 2, CLI_GREY, 2, 1);
    if (code == CLI_DONE)
        code = chart_line(c, v->line, v->n + 1, CLI_NORMAL, 2.5, 0);
    return code;
}

static int draw_precision(curve *v, const cli_scores *s)
{
    const egad_metrics *m = s->metrics;
    const egad_bootstrap *b = s->intervals;
    const egad_curve_point *best = v->point;
    cli_chart *c = &v->chart;
    char text[96];
    chart_axes(c, "recall: share of anomalies called anomalous",
               "precision: share of anomalies among rows called anomalous");
    v->line[0] = (cli_point){ 0, 1 }; /* start of the curve by definition */
    for (size_t i = 0; i < v->n; i++) {
        v->line[i + 1] = (cli_point){ v->point[i].recall, v->point[i].precision };
        if (f1(&v->point[i]) > f1(best))
            best = &v->point[i];
    }
    const int code =
        draw_shape(v, b ? b->pr_low : NULL, b ? b->pr_high : NULL,
                   (cli_point[]){ { 0, m->chance_auprc }, { 1, m->chance_auprc } });
    say_area(c, s, "AUPRC", m->auprc, b ? b->low.auprc : NAN, b ? b->high.auprc : NAN);
    snprintf(text, sizeof text, "chance %.4f", m->chance_auprc);
    chart_key(c, CLI_KEY_DASHES, CLI_GREY, text);
    /* F1 at the threshold of the model; without one, at the best threshold. */
    const egad_curve_point shown = s->own ? decide(v, s) : *best;
    draw_f1(c, &shown, s->own ? CLI_THIRD : CLI_ANOMALY, s->own ? "model" : "best");
    snprintf(text, sizeof text, "top %.3g %%", 100 * m->fraction);
    draw_f1(c, &(egad_curve_point){ .precision = m->precision, .recall = m->recall },
            CLI_INK, text);
    return code;
}

static int draw_roc(curve *v, const cli_scores *s)
{
    const egad_metrics *m = s->metrics;
    const egad_bootstrap *b = s->intervals;
    cli_chart *c = &v->chart;
    char text[96];
    chart_axes(c, "false-alarm rate: share of normal rows called anomalous",
               "recall: share of anomalies called anomalous");
    v->line[0] = (cli_point){ 0, 0 };
    for (size_t i = 0; i < v->n; i++)
        v->line[i + 1] = (cli_point){ v->point[i].false_alarms, v->point[i].recall };
    const int code = draw_shape(v, b ? b->roc_low : NULL, b ? b->roc_high : NULL,
                                (cli_point[]){ { 0, 0 }, { 1, 1 } });
    say_area(c, s, "AUROC", m->auroc, b ? b->low.auroc : NAN, b ? b->high.auroc : NAN);
    chart_key(c, CLI_KEY_DASHES, CLI_GREY, "chance");
    if (s->own) {
        const egad_curve_point decided = decide(v, s);
        draw_dot(c->picture, chart_at(&c->x, decided.false_alarms),
                 chart_at(&c->y, decided.recall), 7, CLI_THIRD);
        snprintf(text, sizeof text, "model: recall %.3g %%, false alarms %.3g %%",
                 100 * decided.recall, 100 * decided.false_alarms);
        chart_key(c, CLI_KEY_DOT, CLI_THIRD, text);
    }
    return code;
}

static int plot(cli_picture **out, const cli_scores *s, const char *name,
                int (*draw)(curve *, const cli_scores *))
{
    curve v;
    int code = curve_new(&v, s, name);
    if (code == CLI_DONE)
        code = draw(&v, s);
    *out = v.chart.picture;
    curve_free(&v);
    return code;
}

int plots_curve(cli_picture **out, const cli_scores *s)
{
    return plot(out, s, "Precision and recall", draw_precision);
}

int plots_roc(cli_picture **out, const cli_scores *s)
{
    return plot(out, s, "ROC curve", draw_roc);
}
