/* Sections of a report on the model: rows in latent space, and the spectrum of generated
 * images. */
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Latent space ----------------------------------------------------------- */

enum { PLANE_ROWS = 2000 }; /* most rows of each class */

/* Indices of rows, evenly spaced within each class. */
static size_t choose_plane(const cli_report *r, size_t *row)
{
    const size_t of[] = { r->in.rows.n - r->in.anomalies, r->in.anomalies };
    size_t seen[2] = { 0 }, n = 0;
    for (size_t i = 0; i < r->in.rows.n; i++) {
        const int class = r->in.rows.y && r->in.rows.y[i];
        const size_t all = r->in.rows.y ? of[class] : r->in.rows.n;
        const size_t most = all < PLANE_ROWS ? all : PLANE_ROWS;
        /* Row k of `all` is chosen where k most / all steps up. */
        const size_t k = seen[class]++;
        if ((k + 1) * most / all > k * most / all)
            row[n++] = i;
    }
    return n;
}

/* Keep the rows with a finite place; returns their number. */
static size_t keep_numbers(float *latent, unsigned char *y, size_t rows, size_t z_dim)
{
    size_t n = 0;
    for (size_t i = 0; i < rows; i++) {
        int good = 1;
        for (size_t j = 0; j < z_dim; j++)
            good = good && isfinite(latent[i * z_dim + j]);
        if (!good)
            continue;
        memmove(latent + n * z_dim, latent + i * z_dim, z_dim * sizeof *latent);
        y[n++] = y[i];
    }
    return n;
}

static int put_plane(const cli_report *r, cli_page *page)
{
    const size_t width = r->in.info.shape[0] * r->in.info.shape[1] * r->in.info.shape[2];
    const size_t most = r->in.rows.n < 2 * PLANE_ROWS ? r->in.rows.n : 2 * PLANE_ROWS;
    const size_t z = r->in.info.z_dim;
    cli_about about;
    size_t *row = malloc(r->in.rows.n * sizeof *row);
    float *x = malloc(most * width * sizeof *x), *latent = malloc(most * z * sizeof *x),
          *point = malloc(2 * most * sizeof *x);
    unsigned char *y = malloc(most);
    cli_plane plane = { .point = point, .y = r->in.rows.y ? y : NULL };
    cli_picture *picture = NULL;
    int code = CLI_DONE;
    if (!row || !x || !latent || !point || !y) {
        code = message_error("out of memory for a picture of %zu rows", most);
        goto done;
    }
    plane.n = choose_plane(r, row);
    for (size_t i = 0; i < plane.n; i++) {
        memcpy(x + i * width, r->in.rows.x + row[i] * width, width * sizeof *x);
        y[i] = r->in.rows.y && r->in.rows.y[row[i]];
    }
    CLI_TRY(egad_explain_rows(r->in.detector, x, plane.n, NULL,
                              &EGAD_SIZED(egad_explanation, .latent = latent)));
    const size_t chosen = plane.n;
    plane.n = keep_numbers(latent, y, chosen, z);
    if (plane.n < chosen)
        page_text(page, "For %s of them the encoder output is not finite.",
                  text_count(chosen - plane.n).text);
    if (!plane.n)
        goto done;
    about = plots_about(&r->in.info, r->file, "%s of %s rows", text_count(plane.n).text,
                        text_count(r->in.rows.n).text);
    plane.about = about.text;
    CLI_TRY(egad_explain_plane(point, plane.share, latent, plane.n, z));
    code = plots_plane(&picture, &plane);
    code = page_picture(page, picture, "rows in latent space", code);
done:
    free(row);
    free(x);
    free(latent);
    free(point);
    free(y);
    return code;
}

int report_latent(cli_report *r, cli_page *page)
{
    if (!egad_detector_encodes(r->in.info.model)) {
        page_text(page, "The model has no encoder, so rows have no place in latent space "
                        "without a search.");
        return CLI_DONE;
    }
    page_text(
        page,
        "The encoder maps each row to a latent space of %zu dimensions. Shown is the "
        "plane of the first two principal components, for at most %d rows of each class. "
        "The generator was trained on points from a standard normal distribution.",
        r->in.info.z_dim, PLANE_ROWS);
    return put_plane(r, page);
}

/* ---- Spectrum --------------------------------------------------------------- */

enum { SPECTRUM_IMAGES = 2000, GRID = 16 };

/* Real images and generated ones, (n, H*W*C) each. */
typedef struct {
    size_t n, width;
    float *real, *made;
    const char *what; /* kind of the real images */
    cli_about about;  /* subtitle of their pictures */
} images;

/* Keep the rows labelled normal, if there are any; then returns 1. */
static int keep_normal(const egad_dataset *data, size_t *row, size_t *n)
{
    size_t kept = 0;
    for (size_t i = 0; data->y && i < *n; i++)
        if (!data->y[row[i]])
            row[kept++] = row[i];
    *n = kept ? kept : *n;
    return kept > 0;
}

/* Real images: training images if there are any, else those not labelled anomalies, else
 * all. */
static int gather_images(images *s, const cli_report *r)
{
    size_t *row = NULL, all = 0;
    int code = CLI_DONE;
    s->width = r->in.info.shape[0] * r->in.info.shape[1] * r->in.info.shape[2];
    CLI_TRY(
        egad_dataset_select(r->in.data, r->in.data->split ? EGAD_TRAIN : -1, &row, &all));
    s->what = "training";
    if (!r->in.data->split || !all) {
        free(row);
        CLI_TRY(egad_dataset_select(r->in.data, -1, &row, &all));
        s->what = keep_normal(r->in.data, row, &all) ? "normal" : "real";
    }
    s->n = all < SPECTRUM_IMAGES ? all : SPECTRUM_IMAGES;
    s->real = malloc((s->n * s->width + 1) * sizeof *s->real);
    s->made = malloc((s->n * s->width + 1) * sizeof *s->made);
    if (!s->real || !s->made) {
        code = message_error("out of memory for %zu images", s->n);
        goto done;
    }
    for (size_t i = 0; i < s->n; i++)
        memcpy(s->real + i * s->width, r->in.data->x + row[i * all / s->n] * s->width,
               s->width * sizeof *s->real);
    CLI_TRY(egad_generate_rows(r->in.detector, NULL, 0, s->n, s->made));
    s->about = plots_about(&r->in.info, r->file, "%s of each", text_count(s->n).text);
done:
    free(row);
    return code;
}

/* Crop each image to its middle, in place, to a size that the FFT supports. */
static void crop(images *s, const size_t from[3], const size_t to[3])
{
    float *const both[] = { s->real, s->made };
    const size_t top = (from[0] - to[0]) / 2, left = (from[1] - to[1]) / 2;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < s->n; i++)
            for (size_t h = 0; h < to[0]; h++)
                memmove(both[k] + ((i * to[0] + h) * to[1]) * to[2],
                        both[k] + i * s->width + ((top + h) * from[1] + left) * to[2],
                        to[1] * to[2] * sizeof(float));
}

static int put_grid(const cli_report *r, cli_page *page, const images *s)
{
    const cli_image_kind kind = panels_kind(r->in.data);
    const size_t n = s->n < GRID ? s->n : GRID;
    cli_picture *picture = NULL;
    int code = panels_kinds(&picture, &kind, s->real, s->made, n, s->n / (n ? n : 1),
                            s->about.text);
    return page_picture(page, picture, "real and generated images", code);
}

static int put_spectrum_of(const cli_report *r, cli_page *page, images *s)
{
    const size_t *shape = r->in.info.shape;
    const size_t side[3] = { egad_spectrum_side(shape[0]), egad_spectrum_side(shape[1]),
                             shape[2] };
    double *real = malloc(side[0] * side[1] * sizeof *real),
           *made = malloc(side[0] * side[1] * sizeof *made);
    cli_picture *picture = NULL;
    int code = CLI_DONE;
    if (!real || !made) {
        code = message_error("out of memory for a spectrum");
        goto done;
    }
    if (side[0] < shape[0] || side[1] < shape[1]) {
        page_note(page, "Of the middle %zu x %zu pixels, a size that the FFT supports.",
                  side[0], side[1]);
        crop(s, shape, side);
    }
    CLI_TRY(egad_spectrum_measure(r->in.device, s->real, s->n, side, real));
    CLI_TRY(egad_spectrum_measure(r->in.device, s->made, s->n, side, made));
    code = plots_spectrum(&picture, &(cli_spectrum){ .about = s->about.text,
                                                     .H = side[0],
                                                     .W = side[1],
                                                     .real = real,
                                                     .made = made });
    code = page_picture(page, picture, "spectrum of real and generated images", code);
done:
    free(real);
    free(made);
    return code;
}

int report_spectrum(cli_report *r, cli_page *page)
{
    images s = { 0 };
    int code = gather_images(&s, r);
    if (code == CLI_DONE) {
        page_text(page,
                  "%s %s images, and as many generated from random latent points. A "
                  "well-trained generator has the same power at every frequency as real "
                  "images.%s",
                  text_count(s.n).text, s.what,
                  egad_detector_images(r->in.info.model)
                      ? " Its two transposed convolutions double the sides; artefacts of "
                        "them are dots or lines in its plane, at a half and a quarter of "
                        "the sampling rate, that real images do not have."
                      : "");
        code = put_grid(r, page, &s);
    }
    if (code == CLI_DONE)
        code = put_spectrum_of(r, page, &s);
    free(s.real);
    free(s.made);
    return code;
}
