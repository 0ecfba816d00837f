/* Convolutions, their adjoints and the gradients of their kernels, by every engine. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { LARGEST = 6 }; /* images in a batch */

/* Even and odd sides, kernels and strides, uneven SAME padding, channels around the size
 * of a vector and a panel, and few channels, which have a special kernel. */
static const egad_conv2d shapes[] = {
    { .H = 28, .W = 28, .C = 1, .K = 3, .S = 1, .O = 32 },
    { .H = 14, .W = 14, .C = 5, .K = 3, .S = 2, .O = 9 },
    { .H = 8, .W = 12, .C = 33, .K = 4, .S = 2, .O = 31 },
    { .H = 7, .W = 5, .C = 16, .K = 4, .S = 2, .O = 33 },
    { .H = 9, .W = 10, .C = 2, .K = 5, .S = 3, .O = 17 },
    { .H = 4, .W = 4, .C = 65, .K = 4, .S = 2, .O = 7 },
    { .H = 6, .W = 3, .C = 4, .K = 1, .S = 1, .O = 64 },
    { .H = 5, .W = 6, .C = 3, .K = 2, .S = 3, .O = 1 },
    { .H = 1, .W = 1, .C = 8, .K = 3, .S = 1, .O = 15 },
    { .H = 3, .W = 11, .C = 1, .K = 7, .S = 2, .O = 12 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Stride 1, for products of transforms: kernels up to larger than the image, where
 * circular convolution does not hold all taps. */
static const egad_conv2d of_fft[] = {
    { .H = 16, .W = 15, .C = 1, .K = 3, .S = 1, .O = 32 },
    { .H = 6, .W = 3, .C = 4, .K = 1, .S = 1, .O = 64 },
    { .H = 1, .W = 1, .C = 8, .K = 3, .S = 1, .O = 15 },
    { .H = 9, .W = 7, .C = 3, .K = 2, .S = 1, .O = 5 },
    { .H = 8, .W = 6, .C = 5, .K = 4, .S = 1, .O = 6 },
    { .H = 9, .W = 7, .C = 16, .K = 5, .S = 1, .O = 3 },
    { .H = 5, .W = 3, .C = 2, .K = 7, .S = 1, .O = 9 },
    { .H = 8, .W = 6, .C = 7, .K = 9, .S = 1, .O = 17 },
    { .H = 12, .W = 11, .C = 9, .K = 11, .S = 1, .O = 1 },
    { .H = 4, .W = 4, .C = 33, .K = 13, .S = 1, .O = 31 },
    { .H = 9, .W = 10, .C = 2, .K = 15, .S = 1, .O = 12 },
};
enum { OF_FFT = sizeof of_fft / sizeof *of_fft };

/* One convolution and its data, in float and in double. */
typedef struct {
    egad_conv2d g;
    size_t N, large_n, small_n, w_n; /* numbers of elements */
    float *large, *small, *w, *bias, *below;
    char name[96];
} experiment;

static experiment prepare(const egad_conv2d *shape, size_t i, const char *what)
{
    experiment e = { .g = *shape, .N = 1 + i % LARGEST };
    const egad_conv2d *g = &e.g;
    e.large_n = e.N * g->H * g->W * g->C;
    e.small_n = e.N * egad_conv2d_h(g) * egad_conv2d_w(g) * g->O;
    e.w_n = g->K * g->K * g->C * g->O;
    e.large = lab_uniform(e.large_n, (unsigned)i, 1.0f);
    e.small = lab_uniform(e.small_n, (unsigned)i + 1000, 1.0f);
    /* Sums of about 1, where tanh is nonlinear. */
    e.w = lab_uniform(e.w_n, (unsigned)i + 2000,
                      3.0f / sqrtf((float)(g->K * g->K * (g->C > g->O ? g->C : g->O))));
    e.bias = lab_uniform(g->C > g->O ? g->C : g->O, (unsigned)i + 3000, 1.0f);
    e.below = lab_uniform(e.large_n > e.small_n ? e.large_n : e.small_n,
                          (unsigned)i + 4000, 1.0f);
    snprintf(e.name, sizeof e.name,
             "%s of %zu x (%zu, %zu, %zu), %zu x %zu, step %zu, %zu", what, e.N, g->H,
             g->W, g->C, g->K, g->K, g->S, g->O);
    return e;
}

/* The kernel packed into panels, if the engine uses them. */
static egad_tensor pack(egad_plan *plan, const experiment *e, egad_tensor w, int adjoint)
{
    egad_gemm_entry entries[15 * 15];
    const size_t n = egad_conv2d_pack(lab, &e->g, adjoint, 0, 0, entries);
    const size_t size = egad_conv2d_panels(lab, &e->g, adjoint);
    if (n == 0)
        return (egad_tensor){ 0 };
    const egad_tensor panels = lab_tensor(1, size, 0, NULL);
    CHECK_OK(egad_gemm_pack(plan, "pack", panels, w, entries, n));
    return panels;
}

/* Epilogues: none, bias and activation, derivative. */
enum { BARE, BIAS, BELOW, ENDS };

static egad_conv2d_end end_of(const experiment *e, int kind, size_t channels, size_t n,
                              int strided)
{
    egad_conv2d_end end = { .a = { .act = ACT_LEAKY_RELU, .slope = 0.1f } };
    if (kind == BIAS) {
        end.bias = lab_tensor(1, channels, 0, e->bias);
        end.a.act = ACT_TANH;
    } else if (kind == BELOW) {
        end.y = lab_tensor(e->N, n / e->N, strided, e->below);
    }
    return end;
}

static void finish(double *want, const experiment *e, const egad_conv2d_end *end,
                   int kind, size_t channels, size_t n)
{
    if (kind == BIAS)
        ref_forward(want, lab_widen(e->bias, channels), n / channels, channels,
                    end->a.act, 0.1, 0.0, NULL);
    else if (kind == BELOW)
        ref_backward(want, lab_widen(e->below, n), 1, n, end->a.act, 0.1, 0.0);
}

static void forward(const egad_conv2d *shape, size_t i, int kind, int strided, int packed)
{
    experiment e = prepare(shape, i, "forward");
    egad_plan *plan = lab_plan();
    const egad_tensor w = lab_tensor(1, e.w_n, 0, e.w);
    const egad_tensor x = lab_tensor(e.N, e.large_n / e.N, 1, e.large);
    const egad_tensor y = lab_tensor(e.N, e.small_n / e.N, strided, NULL);
    const egad_tensor panels = packed ? pack(plan, &e, w, 0) : (egad_tensor){ 0 };
    const egad_conv2d_end end = end_of(&e, kind, e.g.O, e.small_n, strided);
    double *want = lab_doubles(e.small_n);
    CHECK_OK(egad_conv2d_forward(plan, "forward", &e.g, y, x, w, panels, &end));
    lab_run(plan);
    ref_conv2d(want, lab_widen(e.large, e.large_n), lab_widen(e.w, e.w_n), &e.g, e.N);
    finish(want, &e, &end, kind, e.g.O, e.small_n);
    lab_near(TOLERANCE_CONV, e.name, lab_read(y), want, e.small_n);
}

static void adjoint(const egad_conv2d *shape, size_t i, int kind, int strided,
                    int strided_small)
{
    experiment e = prepare(shape, i, "adjoint");
    egad_plan *plan = lab_plan();
    const egad_tensor w = lab_tensor(1, e.w_n, 0, e.w);
    const egad_tensor small = lab_tensor(e.N, e.small_n / e.N, strided_small, e.small);
    const egad_tensor large = lab_tensor(e.N, e.large_n / e.N, strided, NULL);
    const egad_tensor panels = pack(plan, &e, w, 1);
    const egad_conv2d_end end = end_of(&e, kind, e.g.C, e.large_n, strided);
    double *want = lab_doubles(e.large_n);
    CHECK_OK(egad_conv2d_adjoint(plan, "adjoint", &e.g, large, small, w, panels, &end));
    lab_run(plan);
    ref_conv2d_adjoint(want, lab_widen(e.small, e.small_n), lab_widen(e.w, e.w_n), &e.g,
                       e.N);
    finish(want, &e, &end, kind, e.g.C, e.large_n);
    lab_near(TOLERANCE_CONV, e.name, lab_read(large), want, e.large_n);
}

static void weights(const egad_conv2d *shape, size_t i, int strided)
{
    experiment e = prepare(shape, i, "weights");
    egad_plan *plan = lab_plan();
    const egad_tensor x = lab_tensor(e.N, e.large_n / e.N, 1, e.large);
    const egad_tensor y = lab_tensor(e.N, e.small_n / e.N, strided, e.small);
    const egad_tensor dw = lab_tensor(1, e.w_n, 0, NULL);
    const egad_tensor db = lab_tensor(1, e.g.O, 0, NULL), none = { 0 };
    double *want = lab_doubles(e.w_n), *sums = lab_doubles(e.g.O);
    CHECK_OK(egad_conv2d_weights(plan, "weights", &e.g, dw, strided ? none : db, x, y));
    lab_run(plan);
    ref_conv2d_weights(want, lab_widen(e.large, e.large_n), lab_widen(e.small, e.small_n),
                       &e.g, e.N);
    lab_near(TOLERANCE_CONV_SUM, e.name, lab_read(dw), want, e.w_n);
    if (strided)
        return;
    ref_sums(sums, lab_widen(e.small, e.small_n), e.small_n / e.g.O, e.g.O);
    lab_near(TOLERANCE_CONV_SUM, e.name, lab_read(db), sums, e.g.O);
}

/* All operations on every shape, with results and inputs also as parts of larger
 * matrices; loose: the engine also takes a strided small image. */
static void all(const egad_conv2d *of, size_t n, int loose)
{
    for (size_t i = 0; i < n; i++)
        for (int kind = 0; kind < ENDS; kind++) {
            forward(&of[i], i, kind, (kind + (int)i) % 2, (int)i % 2);
            forward(&of[i], i, kind, 0, (int)i % 2 == 0);
            adjoint(&of[i], i, kind, (kind + (int)i) % 2, loose && (kind + (int)i) % 2);
            weights(&of[i], i, loose && kind % 2);
            lab_end();
        }
}

/* Set explicitly: a GPU's default engine takes no strided small image. */
START_TEST(implicit_of_16)
{
    lab_engine("rows");
    lab->vector = 16;
    lab_convolution("direct");
    all(shapes, SHAPES, 1);
}
END_TEST

START_TEST(implicit_of_8)
{
    lab_engine("rows");
    lab->vector = 8;
    lab_convolution("direct");
    all(shapes, SHAPES, 1);
}
END_TEST

START_TEST(patches_plain)
{
    lab_engine("plain");
    lab_convolution("direct");
    all(shapes, SHAPES, 0);
}
END_TEST

/* Implicit patches, on devices of few and many units. */
START_TEST(patches_tiles)
{
    lab_engine("tiles");
    lab_convolution("direct");
    lab->cpu = 0;
    for (int parts = 0; parts < 2; parts++) {
        lab->info.units = parts ? 48 : 1;
        all(shapes, SHAPES, 0);
    }
}
END_TEST

START_TEST(patches_clblast)
{
    lab_engine("clblast");
    lab_convolution("direct");
    adjoint(&shapes[2], 2, BELOW, 0, 0);
    forward(&shapes[2], 2, BIAS, 1, 0);
    weights(&shapes[2], 2, 0);
}
END_TEST

START_TEST(fft_of_16)
{
    lab->vector = 16;
    lab_convolution("fft");
    all(of_fft, OF_FFT, 1);
}
END_TEST

/* As on a GPU: groups of 64. */
START_TEST(fft_of_8)
{
    lab->vector = 8;
    lab->cpu = 0;
    lab_convolution("fft");
    all(of_fft, OF_FFT, 1);
}
END_TEST

/* Two runs give equal bits. */
static void repeat(const egad_conv2d *shape, size_t i)
{
    float *first[2] = { NULL };
    for (int run = 0; run < 2; run++) {
        experiment e = prepare(shape, i, "weights");
        egad_plan *plan = lab_plan();
        const egad_tensor w = lab_tensor(1, e.w_n, 0, e.w);
        const egad_tensor x = lab_tensor(e.N, e.large_n / e.N, 0, e.large);
        const egad_tensor y = lab_tensor(e.N, e.small_n / e.N, 0, e.small);
        const egad_tensor c = lab_tensor(e.N, e.small_n / e.N, 0, NULL);
        const egad_tensor dw = lab_tensor(1, e.w_n, 0, NULL);
        const egad_conv2d_end end = { 0 };
        CHECK_OK(
            egad_conv2d_weights(plan, "weights", &e.g, dw, (egad_tensor){ 0 }, x, y));
        CHECK_OK(egad_conv2d_forward(plan, "forward", &e.g, c, x, w, (egad_tensor){ 0 },
                                     &end));
        lab_run(plan);
        if (run == 1) {
            lab_same("weights", first[0], lab_read(dw), e.w_n);
            lab_same("forward", first[1], lab_read(c), e.small_n);
        }
        first[0] = lab_read(dw);
        first[1] = lab_read(c);
    }
}

START_TEST(repeats)
{
    lab_convolution("direct");
    repeat(&shapes[3], 3);
    lab_convolution("fft");
    repeat(&of_fft[5], 5);
}
END_TEST

/* A NaN in one image does not affect the results of others. */
START_TEST(images_stay_apart)
{
    lab_convolution("fft");
    experiment e = prepare(&of_fft[5], 5, "forward");
    const size_t pixels = e.large_n / e.N, results = e.small_n / e.N;
    const egad_tensor w = lab_tensor(1, e.w_n, 0, e.w);
    const egad_tensor y = lab_tensor(e.N, results, 0, NULL);
    const egad_conv2d_end end = { 0 };
    float *got[2];
    for (int run = 0; run < 2; run++) {
        egad_plan *plan = lab_plan();
        e.large[2 * pixels] = run ? NAN : 1.0f; /* of image 2 */
        const egad_tensor x = lab_tensor(e.N, pixels, 0, e.large);
        CHECK_OK(egad_conv2d_forward(plan, "forward", &e.g, y, x, w, (egad_tensor){ 0 },
                                     &end));
        lab_run(plan);
        got[run] = lab_read(y);
    }
    lab_same("images before", got[0], got[1], 2 * results);
    lab_same("images behind", got[0] + 3 * results, got[1] + 3 * results,
             (e.N - 3) * results);
    ck_assert(isnan(got[1][2 * results]));
}
END_TEST

/* Convolutions of stride 2 are direct, whatever EGAD_CONV says. */
START_TEST(strides_are_direct)
{
    lab_convolution("fft");
    forward(&shapes[1], 1, BIAS, 0, 1);
    adjoint(&shapes[1], 1, BELOW, 0, 0);
    weights(&shapes[1], 1, 0);
}
END_TEST

START_TEST(unknown_engine)
{
    egad_conv2d_engine engine;
    lab_convolution("winograd");
    CHECK_FAILS(egad_conv2d_choose(&engine, lab, &of_fft[0], 1, EGAD_CONV2D_FORWARD),
                ARGUMENT, "EGAD_CONV is 'winograd'; it must be fft or direct");
}
END_TEST

static int chosen(size_t side, size_t C, size_t O, size_t K, size_t S, size_t N,
                  egad_conv2d_work work)
{
    egad_conv2d_engine engine;
    const egad_conv2d g = { .H = side, .W = side, .C = C, .K = K, .S = S, .O = O };
    CHECK_OK(egad_conv2d_choose(&engine, lab, &g, N, work));
    return engine == EGAD_CONV2D_FFT;
}

/* The choice as documented in bench/results/conv2d_fft.md. */
START_TEST(choice)
{
    const egad_conv2d_work forward = EGAD_CONV2D_FORWARD, adjoint = EGAD_CONV2D_ADJOINT,
                           weights = EGAD_CONV2D_WEIGHTS;
    lab_engine("");
    lab_convolution("");
    lab->cpu = 1;
    lab->vector = 16;
    for (int work = forward; work <= (int)weights; work++) {
        const egad_conv2d_work w = (egad_conv2d_work)work;
        ck_assert(chosen(28, 32, 32, 15, 1, 20, w));
        ck_assert(chosen(64, 16, 16, 15, 1, 20, w));
        ck_assert(chosen(28, 64, 64, 15, 1, 20, w));
        ck_assert(!chosen(28, 32, 32, 11, 1, 20, w));
        ck_assert(!chosen(64, 16, 16, 11, 1, 20, w));
        ck_assert(!chosen(28, 32, 32, 5, 1, 20, w));
        ck_assert(!chosen(28, 32, 32, 15, 1, 1, w)); /* one image */
        ck_assert(!chosen(28, 1, 32, 31, 1, 20, w)); /* one channel */
        ck_assert(!chosen(28, 32, 1, 31, 1, 20, w));
        ck_assert(!chosen(28, 32, 32, 15, 2, 20, w));     /* stride 2 */
        ck_assert(!chosen(1024, 64, 64, 31, 1, 1000, w)); /* memory */
    }
    ck_assert(chosen(14, 64, 64, 15, 1, 20, forward));
    ck_assert(chosen(14, 64, 64, 15, 1, 20, adjoint));
    ck_assert(!chosen(14, 64, 64, 15, 1, 20, weights)); /* about the image's size */
    ck_assert(!chosen(14, 64, 64, 13, 1, 20, weights));
    ck_assert(chosen(28, 32, 32, 21, 1, 20, weights));
    ck_assert(!chosen(28, 32, 32, 31, 1, 20, weights));
    lab_engine("clblast"); /* EGAD_GEMM set: products */
    ck_assert(!chosen(28, 32, 32, 15, 1, 20, forward));
    lab_convolution("fft");
    ck_assert(chosen(28, 1, 32, 3, 1, 1, forward));
    ck_assert(!chosen(28, 1, 32, 3, 2, 1, forward));
    lab_engine("");
    lab_convolution("");
    lab->cpu = 0; /* not measured on GPUs */
    ck_assert(!chosen(28, 32, 32, 15, 1, 20, forward));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conv2d");
    TCase *tests = tcase_create("conv2d");
    tcase_add_checked_fixture(tests, lab_begin, lab_end);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, implicit_of_16);
    tcase_add_test(tests, implicit_of_8);
    tcase_add_test(tests, patches_plain);
    tcase_add_test(tests, patches_tiles);
    tcase_add_test(tests, patches_clblast);
    tcase_add_test(tests, fft_of_16);
    tcase_add_test(tests, fft_of_8);
    tcase_add_test(tests, repeats);
    tcase_add_test(tests, images_stay_apart);
    tcase_add_test(tests, strides_are_direct);
    tcase_add_test(tests, unknown_engine);
    tcase_add_test(tests, choice);
    suite_add_tcase(suite, tests);
    return lab_main(suite);
}
