/* Histograms of oriented gradients, on the host. */
#include "gradients.h"

#include <math.h>

enum {
    BINS = 12,     /* directions */
    CELL = 4,      /* pixels across a cell, at least, */
    MOST_CELLS = 8 /* and cells across an image, at most */
};

static size_t cells(size_t pixels)
{
    const size_t n = pixels / CELL;
    return n < 1 ? 1 : n < MOST_CELLS ? n : MOST_CELLS;
}

size_t egad_gradients_columns(const size_t shape[3])
{
    return cells(shape[0]) * cells(shape[1]) * BINS;
}

/* ---- Smoothing ------------------------------------------------------------- */

/* 1 2 1 along an axis of n values, `step` apart; values beyond the ends equal those at
 * the ends. */
static void smooth(float *x, size_t n, size_t step)
{
    float before = x[0];
    for (size_t i = 0; i < n; i++) {
        const float here = x[i * step], after = x[(i + 1 < n ? i + 1 : i) * step];
        x[i * step] = 0.25f * (before + 2.0f * here + after);
        before = here;
    }
}

static void smooth_image(float *x, const size_t shape[3])
{
    const size_t H = shape[0], W = shape[1], C = shape[2];
    for (size_t i = 0; i < H; i++)
        for (size_t c = 0; c < C; c++)
            smooth(x + i * W * C + c, W, C);
    for (size_t k = 0; k < W * C; k++)
        smooth(x + k, H, W * C);
}

/* ---- Histograms ------------------------------------------------------------- */

/* Two neighbours on an axis of n places, and how near they are; of a cycle, or of places
 * whose ends have none beyond. */
typedef struct {
    size_t at[2];
    float part[2];
} between;

static between place(float position, size_t n, int cycle)
{
    const float below = floorf(position), f = position - below;
    const long k = (long)below, last = (long)n - 1;
    between b = { { (size_t)(k < 0 ? 0 : k), (size_t)(k < last ? k + 1 : last) },
                  { 1.0f - f, f } };
    if (cycle) {
        b.at[0] %= n;
        b.at[1] = (b.at[0] + 1) % n;
    } else if (k < 0)
        b.part[0] = 0.0f;
    else if (k >= last)
        b.part[1] = 0.0f;
    return b;
}

static between cell_of(size_t pixel, size_t pixels)
{
    const size_t n = cells(pixels);
    return place(((float)pixel + 0.5f) * (float)n / (float)pixels - 0.5f, n, 0);
}

/* The largest gradient of the channels of a pixel at x: (vertical, horizontal). */
static void gradient(float g[2], const float *x, size_t row, size_t C)
{
    float most = -1.0f;
    for (size_t c = 0; c < C; c++) {
        const float v = x[c + row] - *(x + c - row), h = x[c + C] - *(x + c - C);
        if (v * v + h * h > most) {
            most = v * v + h * h;
            g[0] = v;
            g[1] = h;
        }
    }
}

static void add(float *out, const float g[2], between down, between across,
                size_t across_cells)
{
    const float magnitude = sqrtf(g[0] * g[0] + g[1] * g[1]),
                turn = atan2f(g[0], g[1]) / 6.2831853f;
    const between way = place((turn < 0.0f ? turn + 1.0f : turn) * BINS, BINS, 1);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            for (int b = 0; b < 2; b++)
                out[(down.at[i] * across_cells + across.at[j]) * BINS + way.at[b]] +=
                    magnitude * down.part[i] * across.part[j] * way.part[b];
}

static void normalise(float *out, size_t n)
{
    double square = 0.0;
    for (size_t i = 0; i < n; i++)
        square += (double)out[i] * (double)out[i];
    const double norm = sqrt(square);
    for (size_t i = 0; i < n; i++)
        out[i] = norm > 0.0 ? (float)sqrt((double)out[i] / norm) : 0.0f;
}

static int is_finite(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return 0;
    return 1;
}

void egad_gradients_of(float *out, float *x, const size_t shape[3])
{
    const size_t H = shape[0], W = shape[1], C = shape[2];
    const size_t columns = egad_gradients_columns(shape);
    const int good = is_finite(x, H * W * C);
    for (size_t i = 0; i < columns; i++)
        out[i] = good ? 0.0f : NAN;
    if (!good)
        return;
    smooth_image(x, shape);
    for (size_t i = 1; i + 1 < H; i++) {
        const between down = cell_of(i, H);
        for (size_t j = 1; j + 1 < W; j++) {
            float g[2] = { 0.0f, 0.0f };
            gradient(g, x + (i * W + j) * C, W * C, C);
            if (g[0] != 0.0f || g[1] != 0.0f)
                add(out, g, down, cell_of(j, W), cells(W));
        }
    }
    normalise(out, columns);
}
