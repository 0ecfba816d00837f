/* Two convolutions fused into one: forward and gradients against both in double, one
 * after the other. */
#include "lab.h"
#include "ref_cpu.h"

#include <stdio.h>

static const struct {
    size_t N, H, W, C, K, S, M; /* the first convolution, */
    size_t K2, S2, O;           /* and the second */
} shapes[] = {
    { 3, 28, 28, 1, 3, 1, 32, 3, 2, 64 }, /* the encoder of the paper's images */
    { 2, 9, 7, 1, 3, 1, 5, 3, 2, 33 },    { 4, 5, 8, 3, 2, 1, 17, 4, 1, 15 },
    { 1, 11, 6, 2, 5, 2, 20, 3, 2, 16 },  { 2, 1, 4, 1, 1, 1, 3, 2, 3, 1 },
    { 5, 6, 6, 1, 4, 2, 19, 5, 1, 70 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Both convolutions and their data; `of` views the kernels on the device. */
typedef struct {
    egad_conv2d_compose j;
    size_t N, x_n, h_n, y_n, w_n, second_n; /* numbers of elements */
    float *x, *dy, *flat;                   /* flat: w, bias, the second kernel */
    egad_conv2d_compose_kernels of;
    char name[80];
} experiment;

static egad_conv2d_compose_kernels kernels(const experiment *e, egad_tensor flat)
{
    const size_t M = e->j.first.O;
    return (egad_conv2d_compose_kernels){
        .w = egad_tensor_view(flat, 0, 1, e->w_n),
        .bias = egad_tensor_view(flat, e->w_n + 3, 1, M),
        .second = egad_tensor_view(flat, e->w_n + M + 3, 1, e->second_n)
    };
}

static experiment prepare(size_t i)
{
    const egad_conv2d first = { .H = shapes[i].H,
                                .W = shapes[i].W,
                                .C = shapes[i].C,
                                .K = shapes[i].K,
                                .S = shapes[i].S,
                                .O = shapes[i].M },
                      second = { .H = egad_conv2d_h(&first),
                                 .W = egad_conv2d_w(&first),
                                 .C = shapes[i].M,
                                 .K = shapes[i].K2,
                                 .S = shapes[i].S2,
                                 .O = shapes[i].O };
    experiment e = { .j = egad_conv2d_compose_of(&first, &second), .N = shapes[i].N };
    e.x_n = e.N * first.H * first.W * first.C;
    e.h_n = e.N * second.H * second.W * second.C;
    e.y_n = e.N * egad_conv2d_h(&second) * egad_conv2d_w(&second) * second.O;
    e.w_n = first.K * first.K * first.C * first.O;
    e.second_n = second.K * second.K * second.C * second.O;
    e.x = lab_uniform(e.x_n, (unsigned)i, 1.0f);
    e.dy = lab_uniform(e.y_n, (unsigned)i + 100, 1.0f);
    e.flat = lab_uniform(e.w_n + 3 + first.O + e.second_n, (unsigned)i + 200, 0.5f);
    e.of = kernels(&e, lab_tensor(1, e.w_n + 3 + first.O + e.second_n, 0, e.flat));
    snprintf(e.name, sizeof e.name, "%zu of %zu x %zu x %zu, %zu then %zu", e.N, first.H,
             first.W, first.C, first.K, second.K);
    return e;
}

/* The output of the first convolution, in double. */
static double *between(const experiment *e)
{
    double *h = lab_doubles(e->h_n);
    ref_conv2d(h, lab_widen(e->x, e->x_n), lab_widen(e->flat, e->w_n), &e->j.first, e->N);
    for (size_t k = 0; k < e->h_n; k++)
        h[k] += e->flat[e->of.bias.offset + k % e->j.first.O];
    return h;
}

static double *second(const experiment *e)
{
    return lab_widen(e->flat + e->of.second.offset, e->second_n);
}

static egad_tensor unfolded(const experiment *e)
{
    return lab_tensor(e->N, e->h_n / e->N / e->j.first.O * e->j.joined.C, 0, NULL);
}

static void forward(size_t i, float *results[SHAPES])
{
    const experiment e = prepare(i);
    egad_plan *plan = lab_plan();
    const egad_tensor x = lab_tensor(e.N, e.x_n / e.N, 1, e.x), u = unfolded(&e);
    const egad_tensor joined = lab_tensor(1, egad_conv2d_compose_weights(&e.j), 0, NULL);
    const egad_tensor y = lab_tensor(e.N, e.y_n / e.N, 0, NULL), none = { 0 };
    double *want = lab_doubles(e.y_n);
    CHECK_OK(egad_conv2d_compose_unfold(plan, "unfold", &e.j, u, x));
    CHECK_OK(egad_conv2d_compose_kernel(plan, "kernel", &e.j, joined, &e.of));
    CHECK_OK(egad_conv2d_forward(plan, "forward", &e.j.joined, y, u, joined, none,
                                 &(egad_conv2d_end){ 0 }));
    lab_run(plan);
    ref_conv2d(want, between(&e), second(&e), &e.j.second, e.N);
    results[i] = lab_read(y);
    lab_near(TOLERANCE_CONV, e.name, results[i], want, e.y_n);
}

static void backward(size_t i)
{
    const experiment e = prepare(i);
    const egad_conv2d_compose *j = &e.j;
    egad_plan *plan = lab_plan();
    const egad_tensor x = lab_tensor(e.N, e.x_n / e.N, 0, e.x), u = unfolded(&e);
    const egad_tensor dy = lab_tensor(e.N, e.y_n / e.N, 0, e.dy), none = { 0 };
    const egad_tensor djoined = lab_tensor(1, egad_conv2d_compose_weights(j), 0, NULL);
    const size_t M = j->first.O;
    const egad_tensor flat = lab_tensor(1, e.w_n + 3 + M + e.second_n, 0, NULL);
    const egad_conv2d_compose_kernels d = kernels(&e, flat);
    double *dh = lab_doubles(e.h_n), *dw = lab_doubles(e.w_n), *db = lab_doubles(M),
           *dsecond = lab_doubles(e.second_n);
    CHECK_OK(egad_conv2d_compose_unfold(plan, "unfold", j, u, x));
    CHECK_OK(egad_conv2d_weights(plan, "weights", &j->joined, djoined, none, u, dy));
    CHECK_OK(egad_conv2d_compose_gradients(plan, "gradients", j, &d, djoined, &e.of));
    lab_run(plan);
    ref_conv2d_adjoint(dh, lab_widen(e.dy, e.y_n), second(&e), &j->second, e.N);
    ref_conv2d_weights(dw, lab_widen(e.x, e.x_n), dh, &j->first, e.N);
    ref_sums(db, dh, e.h_n / M, M);
    ref_conv2d_weights(dsecond, between(&e), lab_widen(e.dy, e.y_n), &j->second, e.N);
    const float *got = lab_read(flat);
    lab_near(TOLERANCE_CONV_SUM, e.name, got, dw, e.w_n);
    lab_near(TOLERANCE_CONV_SUM, e.name, got + d.bias.offset, db, M);
    lab_near(TOLERANCE_CONV_SUM, e.name, got + d.second.offset, dsecond, e.second_n);
    ck_assert_msg(got[e.w_n] == LAB_MARK, "between the kernel and its bias");
}

static void all(void)
{
    float *results[2][SHAPES];
    for (int run = 0; run < 2; run++)
        for (size_t i = 0; i < SHAPES; i++)
            forward(i, results[run]);
    for (size_t i = 0; i < SHAPES; i++) {
        lab_same("two runs", results[0][i], results[1][i], prepare(i).y_n);
        backward(i);
    }
}

START_TEST(vectors_of_16)
{
    lab->vector = 16;
    all();
}
END_TEST

START_TEST(vectors_of_8)
{
    lab->vector = 8;
    all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("join");
    TCase *tests = tcase_create("join");
    tcase_add_checked_fixture(tests, lab_begin, lab_end);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, vectors_of_16);
    tcase_add_test(tests, vectors_of_8);
    suite_add_tcase(suite, tests);
    return lab_main(suite);
}
