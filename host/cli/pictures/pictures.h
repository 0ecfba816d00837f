/* Pictures: a sheet to draw on (draw.c), a chart with two axes (chart.c), and
 * what is drawn: scores (plots.c), what a model has learned (plots_model.c), and
 * images (panels.c).  Those that make a picture return an exit code; it is freed by
 * draw_free.  */
#ifndef PICTURES_H
#define PICTURES_H

#include "rows/explained.h"
#include "rows/rows.h"

/* ---- A sheet: draw.c -------------------------------------------------- */

/* A white sheet of pixels, from the upper left corner.  Colors are 0xRRGGBB. */
typedef struct cli_picture cli_picture;

typedef struct {
    double x, y;
} cli_point;

typedef enum { CLI_LEFT, CLI_CENTRED, CLI_RIGHT, CLI_UPWARDS } cli_place;

typedef struct {
    cli_place place; /* of (x, y) in the text; upwards: centred, and turned */
    double size;
    uint32_t color;
    int bold;
    double most; /* width at which text is cut off; 0: none */
} cli_style;

/* These four return an exit code. */
int draw_new(cli_picture **out, double width, double height);
/* As PNG, to a file, which appears when it is complete; or to a stream, `name` being for
 * errors. */
int draw_save(cli_picture *picture, const char *path);
int draw_write(cli_picture *picture, FILE *out, const char *name);
/* One color per pixel (rows, columns), each a square of `zoom` pixels of the sheet. */
int draw_pixels(cli_picture *picture, double x, double y, double zoom, size_t rows,
                size_t columns, const uint32_t *pixels);
void draw_free(cli_picture *picture);

void draw_box(cli_picture *picture, double x, double y, double width, double height,
              uint32_t color, double opacity);
/* A thin line around a box. */
void draw_frame(cli_picture *picture, double x, double y, double width, double height,
                uint32_t color);
void draw_line(cli_picture *picture, const cli_point *points, size_t n, uint32_t color,
               double width, int dashed);
void draw_area(cli_picture *picture, const cli_point *points, size_t n, uint32_t color,
               double opacity);
void draw_dot(cli_picture *picture, double x, double y, double radius, uint32_t color);
/* The width of the text, whose base line is at y. */
double draw_text(cli_picture *picture, double x, double y, const cli_style *style,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- Two axes: chart.c -------------------------------------------------- */

enum {
    CLI_INK = 0x222222,
    CLI_GREY = 0x666666,
    CLI_RULE = 0xe4e4e4,
    CLI_NORMAL = 0x2f6db5,
    CLI_ANOMALY = 0xe0701a,
    CLI_THIRD = 0x3c8a4e /* beside these two */
};

/* Values from `low` to `high` lie on pixels from `from` to `to`. */
typedef struct {
    double low, high, from, to;
    int logarithmic, whole; /* whole: no ticks between whole numbers */
} cli_axis;

/* The pixel of a value; that of the nearest end for what lies beyond. */
double chart_at(const cli_axis *axis, double value);

/* A sheet with a title and a legend, whose axes are to be given their ranges. */
typedef struct {
    cli_picture *picture;
    cli_axis x, y;
    double legend; /* where its next entry begins */
} cli_chart;

int chart_new(cli_chart *chart, double width, double height, const char *title,
              const char *subtitle);
/* Ticks, rules and titles; and the base line, once more over what was drawn on it. */
void chart_axes(const cli_chart *chart, const char *x_title, const char *y_title);
void chart_base(const cli_chart *chart);

typedef enum { CLI_KEY_AREA, CLI_KEY_LINE, CLI_KEY_DASHES, CLI_KEY_DOT } cli_key;
void chart_key(cli_chart *chart, cli_key kind, uint32_t color, const char *text);

/* A line through n values; those that one pixel cannot show apart are one.  Returns an
 * exit code. */
int chart_line(const cli_chart *chart, const cli_point *value, size_t n, uint32_t color,
               double width, int dashed);
/* n values, none of them NaN, in ascending order: for quantiles. */
void chart_sort(float *values, size_t n);
/* What lies between two lines over the same x. */
int chart_band(const cli_chart *chart, const double *x, const double *low,
               const double *high, size_t n, uint32_t color);

/* ---- Scores: plots.c --------------------------------------------------- */

/* A line for pictures: the model, the data without where they are, and which rows. */
typedef struct {
    char text[256];
} cli_about;
cli_about plots_about(const egad_detector_info *info, const char *path, const char *rows,
                      ...) __attribute__((format(printf, 3, 4)));

/* Scores of rows, and what came of them. */
typedef struct {
    const char *name;  /* of the score */
    const char *about; /* model, data, rows: a line below the title */
    const float *score;
    const unsigned char *y; /* NULL: not known, and so are metrics and intervals */
    size_t n;
    const egad_metrics *metrics;
    const egad_bootstrap *intervals; /* NULL: none are drawn */
    const egad_threshold *own;       /* the model's own threshold, or NULL */
} cli_scores;

int plots_histogram(cli_picture **out, const cli_scores *scores);
int plots_curve(cli_picture **out, const cli_scores *scores);
int plots_roc(cli_picture **out, const cli_scores *scores);

/* ---- What a model has learned: plots_model.c --------------------------- */

/* Losses by epoch. */
int plots_losses(cli_picture **out, const egad_detector_info *info, const char *about);

/* Rows as points of a plane. */
typedef struct {
    const char *about;
    const float *point;     /* (n, 2) */
    const unsigned char *y; /* NULL: not known */
    size_t n;
    double share[2]; /* of the variance, of each direction */
} cli_plane;

int plots_plane(cli_picture **out, const cli_plane *plane);

/* Mean power of real and of generated images, (H, W) as egad_spectrum_measure has it. */
typedef struct {
    const char *about;
    size_t H, W;
    const double *real, *made;
} cli_spectrum;

int plots_spectrum(cli_picture **out, const cli_spectrum *spectrum);

/* ---- Images: panels.c --------------------------------------------------- */

/* Their shape (H, W, C), and the values that are drawn black and white. */
typedef struct {
    size_t shape[3];
    float low, high;
} cli_image_kind;

/* One of them, and what egad_explain_rows has of it, (H*W*C) each. */
typedef struct {
    size_t row;
    double score;
    const char *label; /* its class, or "" */
    const char *file;  /* what it is called, or NULL */
    int anomaly;       /* 0, 1, or -1: not known */
    const float *x, *rebuilt, *residual;
} cli_image;

/* Those of a data set.  Values from 0 to 1, -1 to 1 and 0 to 255 are taken for that. */
cli_image_kind panels_kind(const egad_dataset *data);
/* One image: input, reconstruction, residual. */
int panels_draw(cli_picture **out, const cli_image_kind *kind, const cli_image *image,
                const char *title, const char *about);
/* 2 n images, of which the first n are the most anomalous, the others the least. */
int panels_sheet(cli_picture **out, const cli_image_kind *kind, const cli_image *images,
                 size_t n, const char *title, const char *about);

/* Row i of those explained, row `row` of `data`, as an image; borrows from all. */
cli_image panels_of(const cli_explained *explained, size_t i, const egad_dataset *data,
                    size_t row, double score, const cli_label *label);
/* A sheet of the most and the least anomalous rows of a data set, by scores that were
 * found as `how` says. */
int panels_extremes(cli_picture **out, egad_detector *detector, const egad_dataset *data,
                    const cli_rows *rows, const cli_scoring *how, const float *scores,
                    const char *about);
/* n real images and n generated ones, every `step`-th of those given. */
int panels_kinds(cli_picture **out, const cli_image_kind *kind, const float *real,
                 const float *made, size_t n, size_t step, const char *about);

#endif
