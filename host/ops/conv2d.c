/* Convolutions: chooses the engine, and launches implicit products on CPU devices.
 *
 * A convolution and its adjoint (a transposed convolution, or the gradient of the input)
 * differ only in the table of input pixels per result: cl/conv2d.cl. */
#include "cl/shared.h"
#include "ops.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 10, PIXELS = 16, DEPTH = 64, TAPS = 16 }; /* as in conv2d.cl */
enum { FEW = 4 };   /* conv2d_dots and conv2d_few handle up to so many channels */
enum { BLOCK = 8 }; /* rows of the kernel kept in registers */

static double flops(const egad_conv2d *g, size_t N)
{
    return 2.0 * (double)(N * egad_conv2d_h(g) * egad_conv2d_w(g)) *
           (double)(g->K * g->K * g->C * g->O);
}

/* ---- Tables of conv2d.cl --------------------------------------------------- */

typedef struct {
    cl_int *value;
    size_t n;
    cl_mem mem;
} table;

/* Add the taps of phase (ph, pw) of the adjoint; a convolution has one phase. */
static void add_phase(table *t, const egad_conv2d *g, int adjoint, size_t phase)
{
    const int K = (int)g->K, S = adjoint ? (int)g->S : 1;
    const int ph = (int)phase / S, pw = (int)phase % S;
    const int top = egad_conv2d_before(g->H, g), left = egad_conv2d_before(g->W, g);
    cl_int *head = t->value + CONV_PHASES_AT + CONV_PHASE * (int)phase;
    head[CONV_PH] = ph;
    head[CONV_PW] = pw;
    head[CONV_FIRST_TAP] = (cl_int)t->n;
    for (int kh = 0; kh < K; kh++)
        for (int kw = 0; kw < K; kw++) {
            int dh = kh - top, dw = kw - left;
            if (adjoint) {
                if ((ph - dh) % S != 0 || (pw - dw) % S != 0)
                    continue;
                dh = (ph - dh) / S;
                dw = (pw - dw) / S;
            }
            t->value[t->n + CONV_DH] = dh;
            t->value[t->n + CONV_DW] = dw;
            t->value[t->n + CONV_KERNEL_TAP] = kh * K + kw;
            t->n += CONV_TAP;
            head[CONV_TAPS]++;
        }
}

/* Write the table of a convolution for `plan`, followed by zeros for padding. */
static egad_status make_table(table *t, egad_plan *plan, const egad_conv2d *g,
                              int adjoint)
{
    egad_status status = EGAD_OK;
    const size_t h = egad_conv2d_h(g), w = egad_conv2d_w(g);
    const size_t phases = adjoint ? g->S * g->S : 1, depth = adjoint ? g->O : g->C;
    const size_t head = CONV_PHASES_AT + CONV_PHASE * phases;
    NEW(t->value, head + CONV_TAP * g->K * g->K + depth);
    t->value[CONV_IN_H] = (cl_int)(adjoint ? h : g->H);
    t->value[CONV_IN_W] = (cl_int)(adjoint ? w : g->W);
    t->value[CONV_IN_C] = (cl_int)depth;
    t->value[CONV_IN_STEP] = (cl_int)(adjoint ? 1 : g->S);
    t->value[CONV_OUT_H] = (cl_int)(adjoint ? g->H : h);
    t->value[CONV_OUT_W] = (cl_int)(adjoint ? g->W : w);
    t->value[CONV_OUT_C] = (cl_int)(adjoint ? g->C : g->O);
    t->value[CONV_OUT_STEP] = (cl_int)(adjoint ? g->S : 1);
    t->value[CONV_GRID_H] = (cl_int)h;
    t->value[CONV_GRID_W] = (cl_int)w;
    t->n = head;
    for (size_t p = 0; p < phases; p++)
        add_phase(t, g, adjoint, p);
    TRY(egad_plan_table(plan, t->value, t->n + depth, &t->mem));
done:
    free(t->value);
    t->value = NULL;
    return status;
}

/* ---- Implicit products ------------------------------------------------------ */

static void options(char *out, size_t size, const egad_device *device, int epilogue,
                    int block)
{
    snprintf(out, size, "-DVECTOR=%zu -DEPILOGUE=%d -DBLOCK=%d",
             egad_device_vector(device), epilogue, block);
}

/* c = the convolution of `a` with w, or its adjoint, followed by `end`. */
static egad_status implicit(egad_plan *plan, const char *label, const egad_conv2d *g,
                            int adjoint, egad_tensor c, egad_tensor a, egad_tensor w,
                            egad_tensor panels, const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    const egad_device *device = egad_plan_device(plan);
    const size_t panel = 2 * egad_device_vector(device), N = c.n;
    const size_t O = adjoint ? g->C : g->O, depth = adjoint ? g->O : g->C;
    const size_t pixels = N * egad_conv2d_h(g) * egad_conv2d_w(g);
    const size_t phases = adjoint ? g->S * g->S : 1, taps = g->K * g->K;
    const int dots = adjoint && O <= FEW, packed = panels.mem != NULL;
    const int epilogue = end->y.mem      ? PRODUCT_BACKWARD
                         : end->bias.mem ? PRODUCT_FORWARD
                                         : PRODUCT_ONLY;
    size_t ldb = O, tap = depth * O, next = panel;
    table t = { 0 };
    char build[64];

    assert(end->a.dropout <= 0.0f);
    options(build, sizeof build, device, epilogue, 1);
    TRY(make_table(&t, plan, g, adjoint));
    egad_launch launch = { .label = label,
                           .source = egad_cl_conv2d,
                           .kernel = dots ? "conv2d_dots" : "conv2d_rows",
                           .options = build,
                           .local = 1,
                           .flops = flops(g, N),
                           .bytes = egad_tensor_bytes(c) + egad_tensor_bytes(a) +
                                    egad_tensor_bytes(w) + egad_tensor_bytes(end->y) };
    /* Consecutive work-items read the same pixels, which stay in the cache. */
    launch.groups[0] = phases * (dots ? O : (O + panel - 1) / panel);
    launch.groups[1] = (pixels + (dots ? PIXELS : ROWS) - 1) / (dots ? PIXELS : ROWS);
    if (packed) {
        ldb = panel;
        next = (adjoint ? depth : taps * depth) * panel;
        tap = adjoint ? egad_gemm_panels(device, depth, O) : depth * panel;
    }
    assert(dots || packed || !adjoint);
    const egad_tensor b = packed ? panels : w;
#define ROWS_OF                                                                          \
    MATRIX(c), MATRIX(a), TENSOR(b), INT(ldb), INT(tap), INT(next), MEM(t.mem),          \
        INT(t.n), INT(N)
#define DOTS_OF MATRIX(c), MATRIX(a), TENSOR(w), MEM(t.mem), INT(t.n), INT(N)
#define FORWARD TENSOR(end->bias), INT(end->a.act), FLOAT(end->a.slope)
#define BACKWARD MATRIX(end->y), INT(end->a.act), FLOAT(end->a.slope)
    if (dots && epilogue == PRODUCT_FORWARD)
        TRY(ADD(plan, &launch, DOTS_OF, FORWARD));
    else if (dots && epilogue == PRODUCT_BACKWARD)
        TRY(ADD(plan, &launch, DOTS_OF, BACKWARD));
    else if (dots)
        TRY(ADD(plan, &launch, DOTS_OF));
    else if (epilogue == PRODUCT_FORWARD)
        TRY(ADD(plan, &launch, ROWS_OF, FORWARD));
    else if (epilogue == PRODUCT_BACKWARD)
        TRY(ADD(plan, &launch, ROWS_OF, BACKWARD));
    else
        TRY(ADD(plan, &launch, ROWS_OF));
#undef ROWS_OF
#undef DOTS_OF
#undef FORWARD
#undef BACKWARD
done:
    return status;
}

/* Parts of a gradient per work-item: at most `most`, and few enough that every compute
 * unit gets one. */
static size_t parts(const egad_device *device, size_t n, size_t most)
{
    const size_t units = device->info.units ? device->info.units : 1;
    const size_t share = (n + units - 1) / units;
    return share < most ? share : most;
}

static egad_status implicit_weights(egad_plan *plan, const char *label,
                                    const egad_conv2d *g, egad_tensor dw,
                                    egad_tensor sums, egad_tensor x, egad_tensor y)
{
    egad_status status = EGAD_OK;
    const egad_device *device = egad_plan_device(plan);
    const size_t panel = 2 * egad_device_vector(device),
                 panels = (g->O + panel - 1) / panel;
    const size_t taps = g->K * g->K, deep = (g->C + DEPTH - 1) / DEPTH;
    const int few = g->C <= FEW;
    /* Divided among the items: rows of the kernel, or taps. */
    const size_t n = few ? taps * g->C : taps;
    const size_t each = parts(device, n * deep * panels, few ? BLOCK : TAPS);
    table t = { 0 };
    char build[64];
    options(build, sizeof build, device, PRODUCT_ONLY, few ? (int)each : BLOCK);
    TRY(make_table(&t, plan, g, 0));
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_conv2d,
                                 .kernel = few ? "conv2d_few" : "conv2d_weights",
                                 .options = build,
                                 .groups = { (n + each - 1) / each * deep, panels },
                                 .local = 1,
                                 .flops = flops(g, x.n),
                                 .bytes = egad_tensor_bytes(dw) + egad_tensor_bytes(x) +
                                          egad_tensor_bytes(y) };
    /* The kernel needs a buffer here, even if it does not write to it. */
    const egad_tensor to = sums.mem ? sums : dw;
    TRY(ADD(plan, &launch, TENSOR(dw), MATRIX(x), MATRIX(y), TENSOR(to),
            INT(sums.mem != NULL), MEM(t.mem), INT(few ? n : each), INT(x.n), INT(g->O)));
done:
    return status;
}

/* ---- Any engine ------------------------------------------------------------- */

/* Are transforms faster? Yes, by bench/results/conv2d_fft.md (one CPU), if the direct
 * product, with whole panels, has GAIN times the operations of the transforms.  (For 20
 * images of 28 x 28 x 32 and 32 outputs: kernels of 15 or larger.  In small batches,
 * transforming the kernel costs too much.) With fewer than CHANNELS channels there is
 * hardly a gain; nor for gradients of kernels nearly as large as the image, where the
 * direct method skips taps outside of it. */
static int faster_by_fft(const egad_device *device, const egad_conv2d *g, size_t N,
                         egad_conv2d_work work)
{
    enum { GAIN = 60, CHANNELS = 16 };
    const egad_conv2d_cost fft = egad_conv2d_fft_cost(g, N, work);
    const size_t panel = 2 * egad_device_vector(device);
    const size_t O = work == EGAD_CONV2D_ADJOINT ? g->C : g->O;
    const double whole = (double)((O + panel - 1) / panel * panel) / (double)O;
    if (g->C < CHANNELS || g->O < CHANNELS)
        return 0;
    if (work == EGAD_CONV2D_WEIGHTS && (4 * g->K > 3 * g->H || 4 * g->K > 3 * g->W))
        return 0;
    return fft.bytes < (double)device->info.largest / 4 &&
           whole * flops(g, N) >= GAIN * fft.flops;
}

egad_status egad_conv2d_choose(egad_conv2d_engine *engine, egad_device *device,
                               const egad_conv2d *g, size_t N, egad_conv2d_work work)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine products;
    int fft = strcmp(device->conv, "fft") == 0;
    *engine = EGAD_CONV2D_DIRECT;
    if (device->conv[0] && !fft && strcmp(device->conv, "direct") != 0)
        FAIL(ARGUMENT, "EGAD_CONV is '%s'; it must be fft or direct", device->conv);
    TRY(egad_gemm_choose(&products, device));
    if (!device->conv[0] && device->cpu && egad_gemm_packs(products))
        fft = faster_by_fft(device, g, N, work);
    if (fft && g->S == 1)
        *engine = EGAD_CONV2D_FFT;
done:
    return status;
}

static egad_status images(egad_plan *plan, const char *label, const egad_conv2d *g,
                          int adjoint, egad_tensor c, egad_tensor a, egad_tensor w,
                          egad_tensor panels, const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    egad_conv2d_engine engine;
    egad_gemm_engine products;
    TRY(egad_conv2d_choose(&engine, device, g, a.n,
                           adjoint ? EGAD_CONV2D_ADJOINT : EGAD_CONV2D_FORWARD));
    if (engine == EGAD_CONV2D_FFT)
        return egad_conv2d_fft_images(plan, label, g, adjoint, c, a, w, end);
    TRY(egad_gemm_choose(&products, device));
    if (egad_gemm_packs(products))
        TRY(implicit(plan, label, g, adjoint, c, a, w, panels, end));
    else if (adjoint)
        TRY(egad_conv2d_patches_adjoint(plan, label, g, c, a, w, end));
    else
        TRY(egad_conv2d_patches_forward(plan, label, g, c, a, w, end));
done:
    return status;
}

egad_status egad_conv2d_forward(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor y, egad_tensor x, egad_tensor w,
                                egad_tensor panels, const egad_conv2d_end *end)
{
    return images(plan, label, g, 0, y, x, w, panels, end);
}

egad_status egad_conv2d_adjoint(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor x, egad_tensor y, egad_tensor w,
                                egad_tensor panels, const egad_conv2d_end *end)
{
    return images(plan, label, g, 1, x, y, w, panels, end);
}

egad_status egad_conv2d_weights(egad_plan *plan, const char *label, const egad_conv2d *g,
                                egad_tensor dw, egad_tensor sums, egad_tensor x,
                                egad_tensor y)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    egad_conv2d_engine engine;
    egad_gemm_engine products;
    TRY(egad_conv2d_choose(&engine, device, g, x.n, EGAD_CONV2D_WEIGHTS));
    TRY(egad_gemm_choose(&products, device));
    if (engine != EGAD_CONV2D_FFT && egad_gemm_packs(products))
        return implicit_weights(plan, label, g, dw, sums, x, y);
    if (engine == EGAD_CONV2D_FFT)
        TRY(egad_conv2d_fft_weights(plan, label, g, dw, x, y));
    else
        TRY(egad_conv2d_patches_weights(plan, label, g, dw, x, y));
    if (sums.mem)
        TRY(egad_pointwise_sums(plan, label, sums, y));
done:
    return status;
}

size_t egad_conv2d_panels(const egad_device *device, const egad_conv2d *g, int adjoint)
{
    const size_t taps = g->K * g->K;
    if (!adjoint)
        return egad_gemm_panels(device, taps * g->C, g->O);
    return g->C <= FEW ? 0 : taps * egad_gemm_panels(device, g->O, g->C);
}

size_t egad_conv2d_pack(const egad_device *device, const egad_conv2d *g, int adjoint,
                        size_t from, size_t to, egad_gemm_entry *entries)
{
    const size_t taps = g->K * g->K;
    if (!adjoint) {
        entries[0] = (egad_gemm_entry){
            .from = from, .rows = taps * g->C, .columns = g->O, .to = to
        };
        return 1;
    }
    if (g->C <= FEW)
        return 0;
    for (size_t t = 0; t < taps; t++)
        entries[t] =
            (egad_gemm_entry){ .from = from + t * g->C * g->O,
                               .rows = g->C,
                               .columns = g->O,
                               .to = to + t * egad_gemm_panels(device, g->O, g->C),
                               .transposed = 1 };
    return taps;
}
