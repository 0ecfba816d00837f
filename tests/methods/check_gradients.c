/* Histograms of oriented gradients against their definition, in double precision. */
#include "methods/gradients.h"

#include "lab.h"

#include <math.h>
#include <string.h>

enum { BINS = 12, MOST = 32 * 32 * 3, SIZES = 7 };
static const size_t size[SIZES][3] = { { 28, 28, 1 }, { 32, 32, 3 }, { 9, 13, 2 },
                                       { 40, 70, 1 }, { 4, 3, 1 },   { 3, 3, 3 },
                                       { 1, 1, 1 } };

static double at(const double *x, const size_t shape[3], long i, long j, size_t c)
{
    const long H = (long)shape[0], W = (long)shape[1];
    i = i < 0 ? 0 : i < H ? i : H - 1;
    j = j < 0 ? 0 : j < W ? j : W - 1;
    return x[(size_t)(i * W + j) * shape[2] + c];
}

static void blur(double *out, const double *x, const size_t shape[3])
{
    for (size_t i = 0; i < shape[0]; i++)
        for (size_t j = 0; j < shape[1]; j++)
            for (size_t c = 0; c < shape[2]; c++) {
                double sum = 0;
                for (long a = -1; a <= 1; a++)
                    for (long b = -1; b <= 1; b++)
                        sum += (a ? 0.25 : 0.5) * (b ? 0.25 : 0.5) *
                               at(x, shape, (long)i + a, (long)j + b, c);
                out[(i * shape[1] + j) * shape[2] + c] = sum;
            }
}

/* How near a pixel is to cell k of n across so many pixels: 1 at its centre, 0 at the
 * centres of its neighbours. */
static double nearness(size_t pixel, size_t pixels, size_t k, size_t n)
{
    const double width = (double)pixels / (double)n;
    const double centre = ((double)k + 0.5) * width;
    return fmax(0, 1 - fabs((double)pixel + 0.5 - centre) / width);
}

static double direction(double turn, size_t bin)
{
    double away = fabs(turn * BINS - (double)bin);
    away = fmin(away, BINS - away);
    return fmax(0, 1 - away);
}

static size_t cells(size_t pixels)
{
    const size_t n = pixels / 4;
    return n < 1 ? 1 : n > 8 ? 8 : n;
}

static void plain(double *out, const float *image, const size_t shape[3])
{
    const size_t H = shape[0], W = shape[1], C = shape[2], down = cells(H),
                 across = cells(W), n = down * across * BINS;
    double x[MOST], soft[MOST], square = 0;
    for (size_t i = 0; i < H * W * C; i++)
        x[i] = (double)image[i];
    blur(soft, x, shape);
    memset(out, 0, n * sizeof *out);
    for (size_t i = 1; i + 1 < H; i++)
        for (size_t j = 1; j + 1 < W; j++) {
            double most = 0, turn = 0;
            for (size_t c = 0; c < C; c++) {
                const long a = (long)i, b = (long)j;
                const double v = at(soft, shape, a + 1, b, c) -
                                 at(soft, shape, a - 1, b, c),
                             h = at(soft, shape, a, b + 1, c) -
                                 at(soft, shape, a, b - 1, c);
                if (hypot(v, h) > most) {
                    most = hypot(v, h);
                    turn = atan2(v, h) / (2 * acos(-1));
                }
            }
            turn += turn < 0;
            for (size_t k = 0; k < n; k++)
                out[k] += most * nearness(i, H, k / BINS / across, down) *
                          nearness(j, W, k / BINS % across, across) *
                          direction(turn, k % BINS);
        }
    for (size_t k = 0; k < n; k++)
        square += out[k] * out[k];
    for (size_t k = 0; k < n; k++)
        out[k] = square > 0 ? sqrt(out[k] / sqrt(square)) : 0;
}

START_TEST(definition)
{
    const size_t *shape = size[_i], P = shape[0] * shape[1] * shape[2],
                 n = egad_gradients_columns(shape);
    float *x = lab_uniform(P, (unsigned)_i, 1.0f), out[MOST];
    double want[MOST];
    plain(want, x, shape);
    egad_gradients_of(out, x, shape);
    ck_assert_uint_eq(n, cells(shape[0]) * cells(shape[1]) * BINS);
    for (size_t k = 0; k < n; k++)
        ck_assert_msg(fabs((double)out[k] - want[k]) < 2e-4, "%zu: %g instead of %g", k,
                      (double)out[k], want[k]);
}
END_TEST

/* An edge between dark on the left and bright on the right has direction 0; contrast and
 * brightness do not count. */
START_TEST(edge)
{
    const size_t shape[3] = { 12, 12, 1 };
    float a[144], b[144], of_a[9 * BINS], of_b[9 * BINS];
    for (size_t i = 0; i < 144; i++) {
        a[i] = i % 12 >= 6 ? 1.0f : -1.0f;
        b[i] = 3.0f + 0.25f * a[i];
    }
    egad_gradients_of(of_a, a, shape);
    egad_gradients_of(of_b, b, shape);
    for (size_t k = 0; k < 9 * BINS; k++) {
        ck_assert(k % BINS == 0 || of_a[k] == 0.0f);
        ck_assert_float_eq_tol(of_a[k], of_b[k], 1e-5f);
    }
    ck_assert(of_a[4 * BINS] > of_a[0]); /* the middle cell has most of it */
}
END_TEST

START_TEST(extremes)
{
    const size_t shape[3] = { 8, 8, 1 };
    float x[64], out[4 * BINS];
    for (size_t i = 0; i < 64; i++)
        x[i] = 0.5f;
    egad_gradients_of(out, x, shape);
    for (size_t k = 0; k < 4 * BINS; k++)
        ck_assert(out[k] == 0.0f);
    x[0] = NAN;
    egad_gradients_of(out, x, shape);
    ck_assert(isnan(out[0]) && isnan(out[4 * BINS - 1]));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gradients");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_loop_test(tests, definition, 0, SIZES);
    tcase_add_test(tests, edge);
    tcase_add_test(tests, extremes);
    return support_run(suite);
}
