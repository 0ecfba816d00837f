/* Convolutions of stride 1 by Fourier transforms.  The kernels are in cl/fft.cl, the
 * transforms in fft.c.
 *
 * All three have the form c[a, b] = sum over k of the circular convolution of x[a, k] and
 * y[b, k], where x and y are images or kernels, some of them flipped:
 *
 *   forward   c[n, o] from x[n, c] and the flipped kernel, w[o, c]
 *   adjoint   c[n, c] from y[n, o] and the kernel, w[c, o]
 *   weights   c[c, o] from x[c, n] and the flipped y[o, n]
 *
 * The transforms are long enough that wrapped-around values meet only zeros in the pixels
 * that are used.  Two real planes of one side are packed into one complex plane, which
 * packs those of c likewise.  In forward and adjoint it is the kernel's side, so that no
 * image affects the result of another. */
#include "cl/shared.h"
#include "fft.h"
#include "ops.h"

#include <assert.h>
#include <stdio.h>

/* ---- Sizes ------------------------------------------------------------------- */

/* One axis of a transform.  Only some of the kernel's taps, from `first` on, can reach a
 * pixel of the image; they cover offsets from -low on. */
typedef struct {
    size_t length, first, taps;
    int low;
} circle;

static circle circle_of(size_t side, size_t K)
{
    const size_t before = (K - 1) / 2, after = K - 1 - before; /* padding SAME */
    const size_t low = before < side ? before : side - 1;
    const size_t high = after < side ? after : side - 1;
    return (circle){ .length = egad_fft_side(side + (low > high ? low : high)),
                     .first = before - low,
                     .taps = low + 1 + high,
                     .low = (int)low };
}

static size_t half(size_t n)
{
    return (n + 1) / 2;
}

/* The planes of both sides and of the results. */
typedef struct {
    circle h, w;
    size_t as, bs, depth; /* numbers of planes; a pair counts once */
    size_t distance;
} frame;

static frame frame_of(const egad_conv2d *g, size_t as, size_t bs, size_t depth)
{
    frame f = {
        .h = circle_of(g->H, g->K), .w = circle_of(g->W, g->K), .as = as, .bs = bs
    };
    f.depth = depth;
    f.distance = egad_fft_distance(f.h.length, f.w.length);
    return f;
}

static size_t inputs(const frame *f)
{
    return (f->as + f->bs) * f->depth;
}

static frame frame_of_work(const egad_conv2d *g, size_t N, egad_conv2d_work work)
{
    if (work == EGAD_CONV2D_FORWARD)
        return frame_of(g, N, half(g->O), g->C);
    if (work == EGAD_CONV2D_ADJOINT)
        return frame_of(g, N, half(g->C), g->O);
    return g->C > g->O ? frame_of(g, half(g->C), g->O, N)
                       : frame_of(g, g->C, half(g->O), N);
}

/* Bytes of n planes. */
static double planes(const frame *f, size_t n)
{
    return 8.0 * (double)(f->distance * n);
}

egad_conv2d_cost egad_conv2d_fft_cost(const egad_conv2d *g, size_t N,
                                      egad_conv2d_work work)
{
    const frame f = frame_of_work(g, N, work);
    const size_t in = inputs(&f), out = f.as * f.bs;
    return (egad_conv2d_cost){ .flops = egad_fft_flops(f.h.length, f.w.length) *
                                        (double)(in + out),
                               .bytes = planes(&f, in + out + (in > out ? in : out)) };
}

/* ---- Launches ----------------------------------------------------------------- */

static size_t group(const egad_device *device)
{
    return device->cpu ? 1 : 64;
}

static egad_launch launch_of(egad_plan *plan, const char *label, const char *kernel,
                             char build[64], size_t vector, int epilogue, size_t columns,
                             size_t rows)
{
    const size_t wg = group(egad_plan_device(plan));
    snprintf(build, 64, "-DWG=%zu -DVECTOR=%zu -DEPILOGUE=%d", wg, vector, epilogue);
    return (egad_launch){ .label = label,
                          .source = egad_cl_fft,
                          .kernel = kernel,
                          .options = build,
                          .groups = { (columns + wg - 1) / wg, rows },
                          .local = wg };
}

/* The source of the planes: (rows, depth) of (H, W), with the distances in floats between
 * consecutive ones. */
typedef struct {
    egad_tensor t; /* the buffer and offset */
    size_t rows, row, deep, down, right, H, W;
    int turn, shift_h, shift_w; /* arguments of the kernel fft_place */
    int paired;
} side;

static side images(egad_tensor t, size_t channels, const egad_conv2d *g)
{
    return (side){ .t = t,
                   .rows = t.n,
                   .row = t.stride,
                   .deep = 1,
                   .down = g->W * channels,
                   .right = channels,
                   .H = g->H,
                   .W = g->W,
                   .turn = 1 };
}

/* Channels as rows, images as depth. */
static side channels_of(egad_tensor t, size_t channels, const egad_conv2d *g)
{
    side s = images(t, channels, g);
    s.rows = channels;
    s.row = 1;
    s.deep = t.stride;
    return s;
}

static side kernels(egad_tensor w, const egad_conv2d *g, const frame *f, int adjoint)
{
    const size_t tap = g->C * g->O;
    w.offset += (f->h.first * g->K + f->w.first) * tap;
    return (side){ .t = w,
                   .rows = adjoint ? g->C : g->O,
                   .row = adjoint ? g->O : 1,
                   .deep = adjoint ? 1 : g->O,
                   .down = g->K * tap,
                   .right = tap,
                   .H = f->h.taps,
                   .W = f->w.taps,
                   .turn = adjoint ? 1 : -1,
                   .shift_h = f->h.low,
                   .shift_w = f->w.low,
                   .paired = 1 };
}

static egad_status place(egad_plan *plan, const char *label, const frame *f, cl_mem z,
                         size_t first, const side *s)
{
    egad_status status = EGAD_OK;
    const size_t rows = s->paired ? half(s->rows) : s->rows;
    char build[64];
    egad_launch launch = launch_of(plan, label, "fft_place", build, 1, PRODUCT_ONLY,
                                   f->depth, rows * f->h.length);
    launch.bytes = planes(f, rows * f->depth) + egad_tensor_bytes(s->t);
    TRY(ADD(plan, &launch, MEM(z), INT(first), INT(f->depth), INT(f->distance),
            INT(f->h.length), INT(f->w.length), TENSOR(s->t), INT(s->rows),
            INT(s->paired ? rows : 0), INT(s->row), INT(s->deep), INT(s->down),
            INT(s->right), INT(s->H), INT(s->W), INT(s->turn), INT(s->shift_h),
            INT(s->shift_w)));
done:
    return status;
}

static egad_status products(egad_plan *plan, const char *label, const frame *f, cl_mem r,
                            cl_mem z)
{
    egad_status status = EGAD_OK;
    const size_t vector = egad_device_vector(egad_plan_device(plan));
    const size_t down = vector == 16 ? 3 : 2, across = vector == 16 ? 4 : 2;
    const size_t tiles = (f->as + down - 1) / down * ((f->bs + across - 1) / across);
    char build[64];
    egad_launch launch = launch_of(plan, label, "fft_products", build, vector,
                                   PRODUCT_ONLY, tiles * (2 * f->distance / vector), 1);
    launch.flops = 8.0 * (double)f->distance * (double)(f->as * f->bs * f->depth);
    launch.bytes = planes(f, inputs(f) + f->as * f->bs);
    TRY(ADD(plan, &launch, MEM(r), MEM(z), INT(f->as), INT(f->bs), INT(f->depth),
            INT(f->distance)));
done:
    return status;
}

/* Transform both sides, multiply, and transform back to *results. */
static egad_status convolve(egad_plan *plan, const char *label, const frame *f,
                            const side *a, const side *b, cl_mem *results)
{
    egad_status status = EGAD_OK;
    const size_t out = f->as * f->bs, H = f->h.length, W = f->w.length;
    egad_fft there, back;
    cl_mem part[3]; /* both sides, the results, clFFT's scratch memory */
    assert((a->paired ? half(a->rows) : a->rows) == f->as);
    assert((b->paired ? half(b->rows) : b->rows) == f->bs);

    TRY(egad_fft_prepare(&there, plan, H, W, inputs(f)));
    TRY(egad_fft_prepare(&back, plan, H, W, out));
    const size_t work = there.work > back.work ? there.work : back.work;
    const size_t floats[3] = { 2 * f->distance * inputs(f), 2 * f->distance * out,
                               work ? work : 1 };
    TRY(egad_plan_parts(plan, floats, 3, part));
    TRY(place(plan, label, f, part[0], 0, a));
    TRY(place(plan, label, f, part[0], f->as * f->depth, b));
    TRY(egad_fft_append(plan, label, there, part[0], part[2], 0));
    TRY(products(plan, label, f, part[1], part[0]));
    TRY(egad_fft_append(plan, label, back, part[1], part[2], 1));
    *results = part[1];
done:
    return status;
}

/* ---- Forward, adjoint, weights -------------------------------------------- */

egad_status egad_conv2d_fft_images(egad_plan *plan, const char *label,
                                   const egad_conv2d *g, int adjoint, egad_tensor c,
                                   egad_tensor x, egad_tensor w,
                                   const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    const frame f =
        frame_of_work(g, x.n, adjoint ? EGAD_CONV2D_ADJOINT : EGAD_CONV2D_FORWARD);
    const size_t channels = adjoint ? g->C : g->O;
    const side a = images(x, f.depth, g), b = kernels(w, g, &f, adjoint);
    const int epilogue = end->y.mem      ? PRODUCT_BACKWARD
                         : end->bias.mem ? PRODUCT_FORWARD
                                         : PRODUCT_ONLY;
    char build[64];
    cl_mem results;

    assert(g->S == 1 && end->a.dropout <= 0.0f);
    TRY(convolve(plan, label, &f, &a, &b, &results));
    egad_launch launch =
        launch_of(plan, label, "fft_take", build, 1, epilogue, channels, x.n * g->H);
    launch.bytes = planes(&f, f.as * f.bs) + egad_tensor_bytes(c);
#define TAKE                                                                             \
    MATRIX(c), INT(1), INT(g->W *channels), INT(channels), INT(g->H), INT(g->W),         \
        MEM(results), INT(channels), INT(f.bs), INT(1), INT(f.distance),                 \
        INT(f.h.length), INT(f.w.length), INT(0), INT(0), INT(0), INT(g->H), INT(0),     \
        INT(g->W)
    if (epilogue == PRODUCT_FORWARD)
        TRY(ADD(plan, &launch, TAKE, TENSOR(end->bias), INT(end->a.act),
                FLOAT(end->a.slope)));
    else if (epilogue == PRODUCT_BACKWARD)
        TRY(ADD(plan, &launch, TAKE, MATRIX(end->y), INT(end->a.act),
                FLOAT(end->a.slope)));
    else
        TRY(ADD(plan, &launch, TAKE));
#undef TAKE
done:
    return status;
}

egad_status egad_conv2d_fft_weights(egad_plan *plan, const char *label,
                                    const egad_conv2d *g, egad_tensor dw, egad_tensor x,
                                    egad_tensor y)
{
    egad_status status = EGAD_OK;
    const frame f = frame_of_work(g, x.n, EGAD_CONV2D_WEIGHTS);
    const size_t before = (g->K - 1) / 2;
    side a = channels_of(x, g->C, g), b = channels_of(y, g->O, g);
    char build[64];
    cl_mem results;

    assert(g->S == 1);
    a.paired = g->C > g->O;
    b.paired = !a.paired;
    b.turn = -1;
    TRY(convolve(plan, label, &f, &a, &b, &results));
    egad_launch launch =
        launch_of(plan, label, "fft_take", build, 1, PRODUCT_ONLY, g->O, g->C * g->K);
    launch.bytes = planes(&f, f.as * f.bs) + egad_tensor_bytes(dw);
    TRY(ADD(plan, &launch, TENSOR(dw), INT(g->O), INT(1), INT(g->K * g->C * g->O),
            INT(g->C * g->O), INT(g->K), INT(g->K), MEM(results), INT(g->O),
            INT(a.paired ? f.as : f.bs), INT(b.paired), INT(f.distance), INT(f.h.length),
            INT(f.w.length), INT(-(int)before), INT(-(int)before), INT(f.h.first),
            INT(f.h.first + f.h.taps), INT(f.w.first), INT(f.w.first + f.w.taps)));
done:
    return status;
}
