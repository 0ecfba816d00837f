/* Mean power spectra of images, by fft.c.
 *
 * Two real images a and b share a complex plane a + i b, since |A + i B|^2 (k) + |A + i
 * B|^2 (-k) = 2 (|A|^2 + |B|^2) (k).  So planes are summed, and k and -k combined at the
 * end. */
#include "ops/fft.h"

#include <math.h>
#include <stdlib.h>

enum {
    FLOATS = 1 << 22
}; /* of planes on the device at once, unless one plane is
    * larger */

size_t egad_spectrum_side(size_t side)
{
    while (side > 0 && !egad_fft_takes(side))
        side--;
    return side;
}

/* n planes on the device, their transform, and a host copy. */
typedef struct {
    size_t n, distance; /* complex numbers from one plane to the next */
    egad_tensor on, work;
    egad_plan *plan;
    float *here;
} planes;

static egad_status planes_new(planes *p, egad_device *device, size_t H, size_t W,
                              size_t most)
{
    egad_status status = EGAD_OK;
    egad_fft fft;
    const size_t distance = egad_fft_distance(H, W), fit = FLOATS / (2 * distance);
    *p = (planes){ .n = fit == 0 ? 1 : fit < most ? fit : most, .distance = distance };
    NEW(p->here, 2 * distance * p->n);
    TRY(egad_tensor_flat(&p->on, device, 2 * distance * p->n));
    TRY(egad_plan_new(&p->plan, device, "spectrum"));
    TRY(egad_fft_prepare(&fft, p->plan, H, W, p->n));
    TRY(egad_tensor_flat(&p->work, device, fft.work ? fft.work : 1));
    TRY(egad_fft_append(p->plan, "images", fft, p->on.mem, p->work.mem, 0));
done:
    return status;
}

static void planes_free(planes *p)
{
    egad_plan_free(p->plan);
    egad_tensor_free(&p->on);
    egad_tensor_free(&p->work);
    free(p->here);
}

/* Write an image minus its mean to every second number of `to`.  step: distance between
 * its pixels. */
static void place(float *to, const float *image, size_t pixels, size_t step)
{
    double sum = 0.0;
    for (size_t p = 0; p < pixels; p++)
        sum += (double)image[p * step];
    const double mean = sum / (double)pixels;
    for (size_t p = 0; p < pixels; p++)
        to[2 * p] = (float)((double)image[p * step] - mean);
}

/* Fill the planes with images (channels of rows) from number `first` on, two per plane;
 * the rest is 0. */
static void fill(const planes *p, const float *x, size_t first, size_t images,
                 const size_t shape[3])
{
    const size_t pixels = shape[0] * shape[1], C = shape[2];
    for (size_t i = 0; i < 2 * p->n; i++) {
        float *to = p->here + 2 * p->distance * (i / 2) + i % 2;
        const size_t at = first + i;
        if (at < images)
            place(to, x + at / C * pixels * C + at % C, pixels, C);
        else
            for (size_t k = 0; k < pixels; k++)
                to[2 * k] = 0.0f;
    }
}

static void add(double *sum, const planes *p, size_t pixels)
{
    for (size_t i = 0; i < p->n; i++) {
        const float *plane = p->here + 2 * p->distance * i;
        for (size_t k = 0; k < pixels; k++) {
            const double re = (double)plane[2 * k], im = (double)plane[2 * k + 1];
            sum[k] += re * re + im * im;
        }
    }
}

/* Sums over planes to the mean of images. */
static void average(double *power, const double *sum, size_t H, size_t W, size_t images)
{
    const double share = 0.5 / ((double)(H * W) * (double)images);
    for (size_t u = 0; u < H; u++)
        for (size_t v = 0; v < W; v++)
            power[u * W + v] =
                share * (sum[u * W + v] + sum[(H - u) % H * W + (W - v) % W]);
}

egad_status egad_spectrum_measure(egad_device *device, const float *x, size_t rows,
                                  const size_t shape[3], double *power)
{
    egad_status status = EGAD_OK;
    const size_t H = shape[0], W = shape[1], images = rows * shape[2];
    planes p = { 0 };
    double *sum = NULL;
    if (H * W < 2 || shape[2] == 0)
        FAIL(SHAPE, "a spectrum needs images; the rows are %zu x %zu x %zu", H, W,
             shape[2]);
    if (!egad_fft_takes(H) || !egad_fft_takes(W))
        FAIL(SHAPE,
             "cannot transform images of %zu x %zu: a side must not have a prime factor "
             "above 13; crop them to %zu x %zu",
             H, W, egad_spectrum_side(H), egad_spectrum_side(W));
    if (rows == 0)
        FAIL(DATA, "a mean spectrum needs at least one image");
    NEW(sum, H * W);
    TRY(planes_new(&p, device, H, W, (images + 1) / 2));
    for (size_t i = 0; i < images; i += 2 * p.n) {
        fill(&p, x, i, images, shape);
        TRY(egad_tensor_write(device, p.on, p.here));
        TRY(egad_plan_run(p.plan));
        TRY(egad_tensor_read(device, p.on, p.here));
        add(sum, &p, H * W);
    }
    average(power, sum, H, W, images);
done:
    planes_free(&p);
    free(sum);
    return status;
}

/* ---- Rings ------------------------------------------------------------------- */

/* Absolute frequency of index i, in steps. */
static double steps(size_t k, size_t side)
{
    return (double)(k < side - k ? k : side - k);
}

/* The ring of frequency (u, v); n or more: none.  On a border between two rings all
 * values are integers, so rounding cannot decide. */
static size_t ring_of(size_t u, size_t v, size_t H, size_t W, size_t n)
{
    const double fy = steps(u, H) * (double)W, fx = steps(v, W) * (double)H;
    const double all = (double)(H * W), f = 2.0 * sqrt(fy * fy + fx * fx);
    return f == all ? n - 1 : (size_t)((double)n * f / all);
}

void egad_spectrum_rings(const double *power, size_t H, size_t W, double *ring, size_t n)
{
    enum { SOME = 64 }; /* rings at a time, to bound the memory for counts */
    for (size_t first = 0; first < n; first += SOME) {
        const size_t some = n - first < SOME ? n - first : SOME;
        double sum[SOME] = { 0.0 };
        size_t count[SOME] = { 0 };
        for (size_t k = 1; k < H * W; k++) {
            const size_t i = ring_of(k / W, k % W, H, W, n) - first;
            if (i < some) { /* rings before `first` wrap around to large numbers */
                sum[i] += power[k];
                count[i]++;
            }
        }
        for (size_t i = 0; i < some; i++)
            ring[first + i] = count[i] ? sum[i] / (double)count[i] : NAN;
    }
}
