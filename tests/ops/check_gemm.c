/* Matrix products by every engine, with fused operations. */
#include "lab.h"
#include "ops/tiles.h"
#include "ref_cpu.h"

#include <math.h>

enum { SEED = 42, STEP = 5, STREAM = STREAM_DROPOUT + 3 };
static const size_t sizes[] = { 1, 9, 10, 11, 31, 32, 33, 50, 100, 121 };
enum { SIZES = sizeof sizes / sizeof *sizes };

/* One product: its inputs, in float and in double, and its output. */
typedef struct {
    size_t M, N, K;
    int ta, tb;
    float *a, *b;
    double *want;
    egad_product p;
} product;

/* C = op(A) op(B) of made-up matrices.  strided: C, A and B are parts of larger ones. */
static product prepare(size_t M, size_t N, size_t K, int ta, int tb, int strided)
{
    product x = { .M = M, .N = N, .K = K, .ta = ta, .tb = tb };
    x.a = lab_uniform(M * K, (unsigned)(M + 131 * K), 1.0f);
    x.b = lab_uniform(K * N, (unsigned)(K + 137 * N + 100000), 1.0f);
    x.want = lab_doubles(M * N);
    ref_product(x.want, lab_widen(x.a, M * K), lab_widen(x.b, K * N), M, N, K, ta, tb);
    x.p = (egad_product){ .label = "product",
                          .c = lab_tensor(M, N, strided, NULL),
                          .a = lab_tensor(ta ? K : M, ta ? M : K, strided, x.a),
                          .b = lab_tensor(tb ? N : K, tb ? K : N, strided, x.b),
                          .transposed_a = ta,
                          .transposed_b = tb };
    return x;
}

/* Append the packing of op(B), and use it in the product. */
static void pack(egad_plan *plan, product *x)
{
    const egad_tensor flat = lab_tensor(1, x->K * x->N, 0, x->b);
    const egad_gemm_entry entry = { .rows = x->tb ? x->N : x->K,
                                    .columns = x->tb ? x->K : x->N,
                                    .transposed = x->tb };
    x->p.panels = lab_tensor(1, egad_gemm_panels(lab, x->K, x->N), 0, NULL);
    CHECK_OK(egad_gemm_pack(plan, "pack", x->p.panels, flat, &entry, 1));
}

/* Engine TILES uses this tile if set. */
static const egad_tile *tile;

static float *run(egad_gemm_engine engine, product *x, int packed)
{
    egad_plan *plan = lab_plan();
    if (packed)
        pack(plan, x);
    if (engine == EGAD_GEMM_TILES && tile)
        CHECK_OK(egad_tiles_append(plan, &x->p, tile));
    else
        CHECK_OK(egad_gemm_append(plan, engine, &x->p));
    lab_run(plan);
    return lab_read(x->p.c);
}

static void check_product(egad_gemm_engine engine, size_t M, size_t N, size_t K, int ta,
                          int tb, int strided, int packed)
{
    char what[128];
    product x = prepare(M, N, K, ta, tb, strided);
    snprintf(what, sizeof what, "engine %d, %zu x %zu x %zu%s%s%s%s", (int)engine, M, N,
             K, ta ? ", A transposed" : "", tb ? ", B transposed" : "",
             strided ? ", strided" : "", packed ? ", packed" : "");
    lab_near(TOLERANCE_PRODUCT, what, run(engine, &x, packed), x.want, M * N);
}

/* Every pair of height and width, each with some depths. */
static size_t every = 1;
#define FOR_SHAPES                                                                       \
    for (size_t i = 0, M = 0, N = 0, K = 0; i < SIZES; i += every)                       \
        for (size_t j = 0; j < SIZES && (M = sizes[i], N = sizes[(3 * i + j) % SIZES],   \
                                        K = sizes[(7 * i + 3 * j) % SIZES], 1);          \
             j += every)

static void rows_products(void)
{
    FOR_SHAPES
    {
        const int kind = (int)(i + j) % 4, strided = (int)(i + j / 2) % 2;
        check_product(EGAD_GEMM_ROWS, M, N, K, kind & 1, 0, strided, 0);
        check_product(EGAD_GEMM_ROWS, M, N, K, kind & 1, kind >> 1, strided, 1);
        lab_end();
    }
}

START_TEST(rows_of_16)
{
    lab->vector = 16;
    rows_products();
}
END_TEST

START_TEST(rows_of_8)
{
    lab->vector = 8;
    rows_products();
    lab->vector = 4; /* narrower devices use vectors of 8 too */
    check_product(EGAD_GEMM_ROWS, 11, 33, 9, 0, 0, 1, 0);
}
END_TEST

START_TEST(plain_products)
{
    FOR_SHAPES
    {
        check_product(EGAD_GEMM_PLAIN, M, N, K, (int)(i + j) % 2, (int)(i + j) / 2 % 2,
                      (int)(i + j / 2) % 2, 0);
        lab_end();
    }
}
END_TEST

START_TEST(clblast_products)
{
    for (int kind = 0; kind < 4; kind++)
        for (int strided = 0; strided < 2; strided++) {
            check_product(EGAD_GEMM_CLBLAST, 50, 121, 64, kind & 1, kind >> 1, strided,
                          0);
            check_product(EGAD_GEMM_CLBLAST, 11, 33, 9, kind & 1, kind >> 1, strided, 0);
            check_product(EGAD_GEMM_CLBLAST, 1, 1, 1, kind & 1, kind >> 1, strided, 0);
        }
}
END_TEST

/* Several matrices at once, some transposed: check the panels bit for bit. */
START_TEST(packing)
{
    static const size_t shapes[][2] = { { 7, 33 }, { 33, 7 }, { 1, 1 }, { 64, 32 } };
    enum { N = sizeof shapes / sizeof *shapes, GAP = 5 };
    for (lab->vector = 8; lab->vector <= 16; lab->vector += 8) {
        const size_t panel = 2 * lab->vector;
        egad_gemm_entry entries[2 * N];
        size_t from = 3, to = 0;
        for (size_t e = 0; e < 2 * N; e++) {
            const size_t I = shapes[e / 2][0], O = shapes[e / 2][1];
            entries[e] = (egad_gemm_entry){
                .from = from, .rows = I, .columns = O, .to = to, .transposed = e % 2
            };
            from += I * O + GAP;
            to += e % 2 ? egad_gemm_panels(lab, O, I) : egad_gemm_panels(lab, I, O);
        }
        const float *weights = lab_uniform(from, 99, 1.0f);
        float *want = lab_floats(to);
        for (size_t e = 0; e < 2 * N; e++) {
            const egad_gemm_entry *x = &entries[e];
            const size_t K = x->transposed ? x->columns : x->rows;
            for (size_t r = 0; r < x->rows; r++)
                for (size_t c = 0; c < x->columns; c++) {
                    const size_t k = x->transposed ? c : r, j = x->transposed ? r : c;
                    want[x->to + j / panel * panel * K + k * panel + j % panel] =
                        weights[x->from + r * x->columns + c];
                }
        }
        const egad_tensor packed = lab_tensor(1, to, 0, NULL);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_gemm_pack(plan, "pack", packed, lab_tensor(1, from, 0, weights),
                                entries, 2 * N));
        lab_run(plan);
        lab_same("panels", lab_read(packed), want, to);
    }
}
END_TEST

/* Fuse bias, activation and dropout; the same with separate launches. */
static void check_forward(egad_gemm_engine engine, size_t M, size_t N, size_t K, int act,
                          float dropout, int strided, int packed)
{
    const ref_random at = { .seed = SEED, .step = STEP, .stream = STREAM };
    const egad_activation a = { .act = act,
                                .slope = 0.1f,
                                .dropout = dropout,
                                .random = lab_random(SEED, STEP),
                                .stream = STREAM };
    const float *bias = lab_uniform(N, 5, 1.0f);
    product x = prepare(M, N, K, 0, 0, strided);
    x.p.epilogue = PRODUCT_FORWARD;
    x.p.bias = lab_tensor(1, N, strided, bias);
    x.p.act = act;
    x.p.slope = a.slope;
    x.p.dropout = dropout;
    x.p.random = a.random;
    x.p.stream = STREAM;
    ref_forward(x.want, lab_widen(bias, N), M, N, act, (double)a.slope, (double)dropout,
                &at);
    const float *folded = run(engine, &x, packed);
    lab_near(TOLERANCE_ACTIVATION, "forward, folded", folded, x.want, M * N);

    egad_product apart = x.p;
    egad_plan *plan = lab_plan();
    apart.c = lab_tensor(M, N, strided, NULL);
    apart.epilogue = PRODUCT_ONLY;
    CHECK_OK(egad_gemm_append(plan, EGAD_GEMM_PLAIN, &apart));
    CHECK_OK(egad_pointwise_forward(plan, "forward", apart.c, x.p.bias, &a));
    lab_run(plan);
    const float *separate = lab_read(apart.c);
    lab_near(TOLERANCE_ACTIVATION, "forward, apart", separate, x.want, M * N);
    for (size_t i = 0; dropout > 0.0f && act != ACT_RELU && i < M * N; i++) {
        const int dropped = x.want[i] == 0.0;
        ck_assert_int_eq(folded[i] == 0.0f, dropped);
        ck_assert_int_eq(separate[i] == 0.0f, dropped);
    }
}

static void forward(void)
{
    FOR_SHAPES
    {
        const int act = (int)(i + j) % 5;
        const float dropout = j % 3 == 0 ? 0.0f : j % 3 == 1 ? 0.2f : 0.5f;
        check_forward(EGAD_GEMM_ROWS, M, N, K, act, dropout, (int)(i + j / 2) % 2,
                      (int)j % 2);
        lab_end();
    }
}

START_TEST(forward_of_16)
{
    lab->vector = 16;
    forward();
}
END_TEST

START_TEST(forward_of_8)
{
    lab->vector = 8;
    forward();
}
END_TEST

/* Outputs with exact zeros, for units dropped or at the kink. */
static float *outputs(size_t M, size_t N, int act, float dropout)
{
    float *y = lab_uniform(M * N, 77, 1.0f);
    const ref_random at = { .seed = SEED, .step = STEP, .stream = STREAM };
    for (size_t i = 0; i < M * N; i++) {
        y[i] = (float)ref_activate((double)y[i], act, 0.1);
        if (dropout > 0.0f)
            y[i] = ref_dropped(&at, (uint32_t)(i / N), (uint32_t)(i % N), (double)dropout)
                       ? 0.0f
                       : y[i] / (1.0f - dropout);
        if (i % 17 == 0 && act != ACT_SIGMOID)
            y[i] = 0.0f;
    }
    return y;
}

static void check_backward(egad_gemm_engine engine, size_t M, size_t N, size_t K, int tb,
                           int act, float dropout, int strided, int packed)
{
    product x = prepare(M, N, K, 0, tb, strided);
    const float *y = outputs(M, N, act, dropout);
    x.p.epilogue = PRODUCT_BACKWARD;
    x.p.y = lab_tensor(M, N, strided, y);
    x.p.act = act;
    x.p.slope = 0.1f;
    x.p.dropout = dropout;
    ref_backward(x.want, lab_widen(y, M * N), M, N, act, (double)x.p.slope,
                 (double)dropout);
    lab_near(TOLERANCE_ACTIVATION, "backward, folded", run(engine, &x, packed), x.want,
             M * N);
}

static void backward(void)
{
    FOR_SHAPES
    {
        const int act = (int)(i + j) % 5, tb = j % 3 != 0;
        const float dropout = act <= ACT_LEAKY_RELU && j % 2 ? 0.2f : 0.0f;
        check_backward(EGAD_GEMM_ROWS, M, N, K, tb, act, dropout, (int)(i + j / 2) % 2,
                       tb || j % 2);
        lab_end();
    }
}

START_TEST(backward_of_16)
{
    lab->vector = 16;
    backward();
}
END_TEST

START_TEST(backward_of_8)
{
    lab->vector = 8;
    backward();
}
END_TEST

/* dw = x^T dy fused with the column sums of dy. */
static void check_sums(egad_gemm_engine engine, size_t M, size_t N, size_t K, int strided)
{
    product x = prepare(M, N, K, 1, 0, strided);
    double *want = lab_doubles(N);
    x.p.epilogue = PRODUCT_SUMS;
    x.p.sums = lab_tensor(1, N, strided, NULL);
    ref_sums(want, lab_widen(x.b, K * N), K, N);
    lab_near(TOLERANCE_PRODUCT, "product with sums", run(engine, &x, 0), x.want, M * N);
    lab_near(TOLERANCE_SUM, "sums", lab_read(x.p.sums), want, N);
}

static void sums(void)
{
    FOR_SHAPES
    {
        check_sums(EGAD_GEMM_ROWS, M, N, K, (int)(i + j / 2) % 2);
        lab_end();
    }
}

START_TEST(sums_of_16)
{
    lab->vector = 16;
    sums();
}
END_TEST

START_TEST(sums_of_8)
{
    lab->vector = 8;
    sums();
}
END_TEST

/* Each tile at sizes around its own, whole and split, with all fused operations. */
START_TEST(tiles)
{
    static const unsigned units[] = { 1, 48 };
    tile = &egad_tiles_all[_i];
    lab->cpu = 0;
    for (size_t k = 0; k < 10; k += every) {
        const size_t M = (size_t[]){ 1, tile->m - 1, tile->m, tile->m + 1, 50 }[k % 5];
        const size_t N = (size_t[]){ tile->n + 1, 1, tile->n - 1, 121 }[k % 4];
        const size_t K = (size_t[]){ 1, tile->k + 1, 8 * tile->k + 1 }[k % 3];
        const int strided = (int)(k / 2) % 2, kind = (_i / 2 + (int)k / 5) % 4,
                  act = (int)k % 5;
        const float dropout = k % 3 == 1 ? 0.2f : 0.0f;
        lab->info.units = units[(k + k / 5) % 2];
        check_product(EGAD_GEMM_TILES, M, N, K, kind & 1, kind >> 1, strided, 0);
        check_forward(EGAD_GEMM_TILES, M, N, K, act, dropout, strided, 0);
        /* Other fused operations do not depend on the tile: one with each. */
        if (_i / 2 % 2)
            check_backward(EGAD_GEMM_TILES, M, N, K, 1, act,
                           act <= ACT_LEAKY_RELU ? dropout : 0.0f, strided, 0);
        else
            check_sums(EGAD_GEMM_TILES, M, N, K < 129 ? K : 129, strided);
        lab_end();
    }
    tile = NULL;
}
END_TEST

/* Devices with many units split K, those with few and CPUs do not: the same bits either
 * way and with any tile, so a row's results do not depend on the number of rows. */
START_TEST(parts)
{
    enum { M = 50, N = 64, K = 1000 };
    const egad_tile *small = &egad_tiles_all[1];
    product x = prepare(M, N, K, 0, 0, 0);
    const float *first = NULL;
    lab->cpu = 0;
    for (tile = egad_tiles_all; tile < egad_tiles_all + EGAD_TILES; tile++)
        for (lab->info.units = 1; lab->info.units < 1000; lab->info.units += 500) {
            const float *c = run(EGAD_GEMM_TILES, &x, 0);
            first = first ? first : c;
            lab_near(TOLERANCE_PRODUCT, "in parts", c, x.want, M * N);
            lab_same("whole and in parts", first, c, M * N);
        }
    tile = NULL;
    lab->info.units = 1;
    ck_assert_uint_eq(egad_tiles_parts(lab, small, M, N, K, 0), 1);
    lab->info.units = 1000;
    ck_assert_uint_eq(egad_tiles_parts(lab, small, M, N, K, 0), 4);
    ck_assert_uint_eq(egad_tiles_parts(lab, small, M, N, 256, 0), 1);
    lab->cpu = 1;
    ck_assert_uint_eq(egad_tiles_parts(lab, small, M, N, K, 0), 1);
}
END_TEST

/* A gradient's sum over rows is split into as many parts as the device can use, added in
 * order. */
START_TEST(parts_of_gradients)
{
    enum { M = 50, N = 64, K = 1024 };
    const egad_tile *small = &egad_tiles_all[1];
    product x = prepare(M, N, K, 1, 0, 0);
    lab->cpu = 0;
    lab->info.units = 1;
    ck_assert_uint_eq(egad_tiles_parts(lab, small, M, N, K, 1), 1);
    lab->info.units = 16;
    ck_assert_uint_gt(egad_tiles_parts(lab, small, M, N, K, 1), 2);
    ck_assert_uint_eq(egad_tiles_parts(lab, small, M, N, 1, 1), 1);
    const float *a = run(EGAD_GEMM_TILES, &x, 0), *b = run(EGAD_GEMM_TILES, &x, 0);
    lab_near(TOLERANCE_PRODUCT, "in parts", a, x.want, M * N);
    lab_same("two runs", a, b, M * N);
    lab->info.units = 1000;
    ck_assert_uint_le(egad_tiles_parts(lab, small, M, N, K, 1),
                      32); /* minimum part depth */
}
END_TEST

/* A NaN in A gives a NaN row of C, one in B a NaN column, with every activation. */
static void check_nan(egad_gemm_engine engine, int act)
{
    enum { M = 21, N = 40, K = 12, ROW = 11, COLUMN = 33 };
    product x = prepare(M, N, K, 0, 0, 0);
    x.a[ROW * K + 5] = NAN;
    x.b[7 * N + COLUMN] = NAN;
    x.p.a = lab_tensor(M, K, 0, x.a);
    x.p.b = lab_tensor(K, N, 0, x.b);
    x.p.epilogue = egad_gemm_folds(engine) ? PRODUCT_FORWARD : PRODUCT_ONLY;
    x.p.bias = lab_tensor(1, N, 0, lab_floats(N));
    x.p.act = act;
    x.p.slope = 0.1f;
    x.p.random = lab_random(SEED, STEP);
    const egad_activation a = { .act = act, .slope = 0.1f, .random = x.p.random };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_gemm_append(plan, engine, &x.p));
    if (!egad_gemm_folds(engine))
        CHECK_OK(egad_pointwise_forward(plan, "forward", x.p.c, x.p.bias, &a));
    lab_run(plan);
    const float *got = lab_read(x.p.c);
    for (int i = 0; i < M * N; i++)
        ck_assert_msg(!isnan(got[i]) == (i / N != ROW && i % N != COLUMN),
                      "engine %d, activation %d: element (%d, %d) is %g", (int)engine,
                      act, i / N, i % N, (double)got[i]);
}

START_TEST(nan_is_seen)
{
    for (int act = ACT_LINEAR; act <= ACT_SOFTPLUS; act++) {
        for (lab->vector = 8; lab->vector <= 16; lab->vector += 8)
            check_nan(EGAD_GEMM_ROWS, act);
        check_nan(EGAD_GEMM_TILES, act);
        check_nan(EGAD_GEMM_PLAIN, act);
        check_nan(EGAD_GEMM_CLBLAST, act);
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("gemm");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    /* check_gemm brief: few shapes and no CLBlast, for a simulator. */
    const int brief = argc > 1 && strcmp(argv[1], "brief") == 0;
    every = brief ? 3 : 1;
    tcase_add_test(tests, rows_of_16);
    tcase_add_test(tests, rows_of_8);
    tcase_add_test(tests, plain_products);
    tcase_add_test(tests, packing);
    tcase_add_test(tests, forward_of_16);
    tcase_add_test(tests, forward_of_8);
    tcase_add_test(tests, backward_of_16);
    tcase_add_test(tests, backward_of_8);
    tcase_add_test(tests, sums_of_16);
    tcase_add_test(tests, sums_of_8);
    tcase_add_loop_test(tests, tiles, 0, EGAD_TILES);
    tcase_add_test(tests, parts);
    tcase_add_test(tests, parts_of_gradients);
    if (!brief) {
        tcase_add_test(tests, clblast_products);
        tcase_add_test(tests, nan_is_seen);
    }
    return lab_main(suite);
}
