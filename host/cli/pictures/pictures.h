/* Pictures: a sheet to draw on (draw.c), a chart with two axes (chart.c), and what is
 * drawn: scores (plots.c, plots_many.c), a trained model (plots_model.c), images
 * (panels.c).  A function that makes a picture returns an exit code; free the picture
 * with draw_free. */
#ifndef PICTURES_H
#define PICTURES_H

#include "rows/explained.h"
#include "rows/rows.h"

/* ---- A sheet: draw.c -------------------------------------------------- */

/* A white sheet; coordinates are pixels from the upper left corner, colors 0xRRGGBB. */
typedef struct cli_picture cli_picture;

typedef struct {
    double x, y;
} cli_point;

typedef enum { CLI_LEFT, CLI_CENTRED, CLI_RIGHT, CLI_UPWARDS } cli_place;

typedef struct {
    cli_place place; /* position of (x, y) in the text; upwards: centred and rotated */
    double size;
    uint32_t color;
    int bold;
    double most; /* longest width of the text; 0: no limit */
} cli_style;

/* These four return an exit code. */
int draw_new(cli_picture **out, double width, double height);
/* Save as PNG, to a file that appears when it is complete; or to a stream, with `name`
 * for errors. */
int draw_save(cli_picture *picture, const char *path);
int draw_write(cli_picture *picture, FILE *out, const char *name);
/* Draw an image of (rows, columns) colors, each a square of `zoom` pixels of the
 * sheet. */
int draw_pixels(cli_picture *picture, double x, double y, double zoom, size_t rows,
                size_t columns, const uint32_t *pixels);
void draw_free(cli_picture *picture);

void draw_box(cli_picture *picture, double x, double y, double width, double height,
              uint32_t color, double opacity);
/* Draw a thin frame around a box. */
void draw_frame(cli_picture *picture, double x, double y, double width, double height,
                uint32_t color);
void draw_line(cli_picture *picture, const cli_point *points, size_t n, uint32_t color,
               double width, int dashed);
void draw_area(cli_picture *picture, const cli_point *points, size_t n, uint32_t color,
               double opacity);
void draw_dot(cli_picture *picture, double x, double y, double radius, uint32_t color);
/* Draw text with its baseline at y.  Returns its width. */
double draw_text(cli_picture *picture, double x, double y, const cli_style *style,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- Two axes: chart.c -------------------------------------------------- */

enum {
    CLI_INK = 0x222222,
    CLI_GREY = 0x666666,
    CLI_RULE = 0xe4e4e4,
    CLI_NORMAL = 0x2f6db5,
    CLI_ANOMALY = 0xe0701a,
    CLI_THIRD = 0x3c8a4e /* a third line */
};

/* An axis: values from `low` to `high` are drawn at pixels from `from` to `to`. */
typedef struct {
    double low, high, from, to;
    int logarithmic, whole; /* whole: no ticks between whole numbers */
} cli_axis;

/* The pixel of a value, limited to the axis. */
double chart_at(const cli_axis *axis, double value);

/* A sheet with a title and a legend; the ranges of its axes are still to be set. */
typedef struct {
    cli_picture *picture;
    cli_axis x, y;
    double legend; /* x of its next entry */
} cli_chart;

int chart_new(cli_chart *chart, double width, double height, const char *title,
              const char *subtitle);
/* Draw ticks, rules and titles; and the base line again, over what was drawn on it. */
void chart_axes(const cli_chart *chart, const char *x_title, const char *y_title);
void chart_base(const cli_chart *chart);

typedef enum { CLI_KEY_AREA, CLI_KEY_LINE, CLI_KEY_DASHES, CLI_KEY_DOT } cli_key;
void chart_key(cli_chart *chart, cli_key kind, uint32_t color, const char *text);

/* Draw a line through n points; points within the same pixel are merged.  Returns an exit
 * code. */
int chart_line(const cli_chart *chart, const cli_point *value, size_t n, uint32_t color,
               double width, int dashed);
/* Sort n values, none of them NaN, for quantiles. */
void chart_sort(float *values, size_t n);
/* Fill the band between two lines over the same x. */
int chart_band(const cli_chart *chart, const double *x, const double *low,
               const double *high, size_t n, uint32_t color);

/* ---- Scores: plots.c --------------------------------------------------- */

/* The subtitle of pictures: the model, the data file without its folder, and which
 * rows. */
typedef struct {
    char text[256];
} cli_about;
cli_about plots_about(const egad_detector_info *info, const char *path, const char *rows,
                      ...) __attribute__((format(printf, 3, 4)));

/* Scores of rows, and their evaluation. */
typedef struct {
    const char *name;  /* of the score */
    const char *about; /* subtitle: model, data, rows */
    const float *score;
    const unsigned char *y; /* labels; NULL: none, and no metrics and intervals */
    size_t n;
    const egad_metrics *metrics;
    const egad_bootstrap *intervals; /* NULL: none are drawn */
    const egad_threshold *own;       /* threshold of the model, or NULL */
} cli_scores;

int plots_histogram(cli_picture **out, const cli_scores *scores);
int plots_curve(cli_picture **out, const cli_scores *scores);
int plots_roc(cli_picture **out, const cli_scores *scores);

/* ---- Several scores of the same rows: plots_many.c ---------------------- */

/* A score, as one line: the mean of its curves over several trainings. */
typedef struct {
    const char *name;           /* with the metric that the picture shows: "A 0.95" */
    const float *const *scores; /* (trainings), each of the rows */
} cli_many_line;

typedef struct {
    const char *about;
    const cli_many_line *line; /* (n) */
    size_t n, trainings;
    const unsigned char *y;
    size_t rows;
} cli_many;

/* ROC curves; precision over recall. */
int plots_many_roc(cli_picture **out, const cli_many *many);
int plots_many_curve(cli_picture **out, const cli_many *many);
/* A matrix of correlations (n, n), each a coloured field; NAN: unknown. */
int plots_many_matrix(cli_picture **out, const double *rho, const char *const *names,
                      size_t n, const char *about);

/* A line of dots for each row: the values from 0 to 1 of all columns. */
typedef struct {
    const char *title, *about;
    const char *const *row;    /* (rows) names */
    const char *const *column; /* (columns) names */
    size_t rows, columns;
    const double *value; /* (rows, columns); NAN: none */
} cli_dots;
int plots_many_dots(cli_picture **out, const cli_dots *dots);

/* ---- A trained model: plots_model.c ------------------------------------ */

/* Losses by epoch. */
int plots_losses(cli_picture **out, const egad_detector_info *info, const char *about);

/* Rows as points of a plane. */
typedef struct {
    const char *about;
    const float *point;     /* (n, 2) */
    const unsigned char *y; /* NULL: unknown */
    size_t n;
    double share[2]; /* of the variance, per direction */
} cli_plane;

int plots_plane(cli_picture **out, const cli_plane *plane);

/* Mean power of real and of generated images, (H, W) as in egad_spectrum_measure. */
typedef struct {
    const char *about;
    size_t H, W;
    const double *real, *made;
} cli_spectrum;

int plots_spectrum(cli_picture **out, const cli_spectrum *spectrum);

/* ---- Images: panels.c --------------------------------------------------- */

/* Shape (H, W, C) of images, and the values drawn as black and white. */
typedef struct {
    size_t shape[3];
    float low, high;
} cli_image_kind;

/* One image with its explanation by egad_explain_rows, (H*W*C) each. */
typedef struct {
    size_t row;
    double score;
    const char *label; /* its class, or "" */
    const char *file;  /* file name, or NULL */
    int anomaly;       /* 0, 1, or -1: unknown */
    const float *x, *rebuilt, *residual;
} cli_image;

/* The shape and values of the images of a data set; values are taken to range over 0 to
 * 1, -1 to 1 or 0 to 255. */
cli_image_kind panels_kind(const egad_dataset *data);
/* Draw one image: input, reconstruction, residual. */
int panels_draw(cli_picture **out, const cli_image_kind *kind, const cli_image *image,
                const char *title, const char *about);

/* Row i of the explanations, which is row `row` of `data`, as an image; borrows from
 * all. */
cli_image panels_of(const cli_explained *explained, size_t i, const egad_dataset *data,
                    size_t row, double score, const cli_label *label);
/* Draw the most and the least anomalous rows of a data set, by scores that were computed
 * as in `how`. */
int panels_extremes(cli_picture **out, egad_detector *detector, const egad_dataset *data,
                    const cli_rows *rows, const egad_scoring *how, const float *scores,
                    const char *about);
/* Draw n real and n generated images, every `step`-th of those given. */
int panels_kinds(cli_picture **out, const cli_image_kind *kind, const float *real,
                 const float *made, size_t n, size_t step, const char *about);

#endif
