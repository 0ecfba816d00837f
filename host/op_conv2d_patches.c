/* Convolutions as products of patches, by any engine of gemm.h: the matrix of patches is
 * written out where the engine does not gather it. */
#include "ops.h"

#include <assert.h>

enum { WG = 64 };

/* (rows, columns) of memory that is as one row after the other. */
static egad_tensor matrix(egad_tensor t, size_t rows, size_t columns)
{
    assert(t.n * t.c == rows * columns && (t.stride == t.c || t.n == 1));
    return (egad_tensor){
        .mem = t.mem, .offset = t.offset, .n = rows, .c = columns, .stride = columns
    };
}

#define GEOMETRY                                                                         \
    INT(N), INT(g->H), INT(g->W), INT(g->C), INT(egad_conv2d_h(g)),                      \
        INT(egad_conv2d_w(g)), INT(g->K), INT(g->S), INT(egad_conv2d_before(g->H, g)),   \
        INT(egad_conv2d_before(g->W, g))

static egad_launch patches(const char *label, const char *kernel, size_t items,
                           double bytes)
{
    return (egad_launch){ .label = label,
                          .source = egad_cl_patches,
                          .kernel = kernel,
                          .options = "-DWG=64",
                          .groups = { (items + WG - 1) / WG, 1 },
                          .local = WG,
                          .bytes = bytes };
}

/* (N * h * w, K * K * C) for a matrix of patches, and behind it (n, c) for results, in
 * the plan's scratch. */
static egad_status reserve(egad_plan *plan, const egad_conv2d *g, size_t N, size_t n,
                           size_t c, egad_tensor *p, egad_tensor *results)
{
    egad_status status = EGAD_OK;
    const size_t rows = N * egad_conv2d_h(g) * egad_conv2d_w(g);
    const size_t columns = g->K * g->K * g->C;
    egad_tensor all;
    TRY(egad_plan_scratch(plan, rows * columns + n * c, &all));
    *p = egad_tensor_view(all, 0, rows, columns);
    *results = egad_tensor_view(all, rows * columns, n, c);
done:
    return status;
}

/* The matrix of patches of x. */
static egad_status gather(egad_plan *plan, const char *label, const egad_conv2d *g,
                          egad_tensor x, egad_tensor p)
{
    const size_t N = x.n;
    const egad_launch launch = patches(label, "patches_gather", p.n * p.c,
                                       egad_tensor_bytes(p) + egad_tensor_bytes(x));
    return ADD(plan, &launch, MEM(p.mem), MATRIX(x), GEOMETRY);
}

/* Bias and activation, or derivative, on results that stand close together; then they go
 * where they belong, if that is elsewhere. */
static egad_status finish(egad_plan *plan, const char *label, egad_tensor to,
                          egad_tensor c, size_t O, const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    if (end->y.mem)
        TRY(egad_pointwise_backward(plan, label, c, end->y, &end->a));
    else if (end->bias.mem)
        TRY(egad_pointwise_forward(plan, label, matrix(c, c.n * c.c / O, O), end->bias,
                                   &end->a));
    if (to.stride != to.c)
        TRY(egad_plan_copy(plan, label, to, c));
done:
    return status;
}

/* The product of the patches of x, which `how` receives: op(A) of it is (rows, columns),
 * and its matrix is never there for an engine that gathers. */
static egad_product product_of_patches(const char *label, const egad_conv2d *g,
                                       egad_tensor x, egad_gather *how)
{
    const size_t h = egad_conv2d_h(g), w = egad_conv2d_w(g);
    *how = (egad_gather){ .images = x.n,
                          .H = g->H,
                          .W = g->W,
                          .C = g->C,
                          .h = h,
                          .w = w,
                          .side = g->K,
                          .step = g->S,
                          .before_h = egad_conv2d_before(g->H, g),
                          .before_w = egad_conv2d_before(g->W, g) };
    x.n = x.n * h * w;
    x.c = g->K * g->K * g->C;
    return (egad_product){ .label = label, .a = x, .gather = how };
}

/* Let the product do what `end` says, where what it needs stands close together: 1. */
static int fold(egad_product *p, const egad_conv2d_end *end)
{
    const int below = end->y.mem != NULL;
    if (below ? end->y.n > 1 && end->y.stride != end->y.c : end->bias.mem == NULL)
        return 0;
    p->epilogue = below ? PRODUCT_BACKWARD : PRODUCT_FORWARD;
    if (below)
        p->y = matrix(end->y, p->c.n, p->c.c);
    p->bias = end->bias;
    p->act = end->a.act;
    p->slope = end->a.slope;
    return 1;
}

egad_status egad_conv2d_patches_forward(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor y,
                                        egad_tensor x, egad_tensor w,
                                        const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    egad_gather how;
    egad_gemm_engine engine;
    egad_tensor p = { 0 }, c = y;
    int folded = 0;
    egad_product product = product_of_patches(label, g, x, &how);
    product.b = matrix(w, product.a.c, g->O);
    product.c = (egad_tensor){ .n = product.a.n, .c = g->O };
    assert(end->a.dropout <= 0.0f);
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    if (!egad_gemm_gathers(engine)) {
        TRY(reserve(plan, g, x.n, y.n, y.c, &p, &c));
        TRY(gather(plan, label, g, x, p));
        product.a = p;
        product.gather = NULL;
    } else if (y.stride != y.c) {
        TRY(egad_plan_scratch(plan, y.n * y.c, &c));
        c = egad_tensor_view(c, 0, y.n, y.c);
    }
    if (y.stride == y.c)
        c = y;
    product.c = matrix(c, product.a.n, g->O);
    if (egad_gemm_folds(engine))
        folded = fold(&product, end);
    TRY(egad_gemm_append(plan, engine, &product));
    TRY(finish(plan, label, y, c, g->O, folded ? &(egad_conv2d_end){ 0 } : end));
done:
    return status;
}

egad_status egad_conv2d_patches_adjoint(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor x,
                                        egad_tensor y, egad_tensor w,
                                        const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    const size_t N = x.n;
    egad_gemm_engine engine;
    egad_tensor p, results;
    TRY(reserve(plan, g, N, x.n, x.c, &p, &results));
    const egad_tensor c = x.stride == x.c ? x : results;
    const egad_product product = { .label = label,
                                   .c = p,
                                   .a = matrix(y, p.n, g->O),
                                   .b = matrix(w, p.c, g->O),
                                   .transposed_b = 1 };
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    TRY(egad_gemm_append(plan, engine, &product));
    const egad_launch launch = patches(label, "patches_sum", N * g->H * g->W * g->C,
                                       egad_tensor_bytes(p) + egad_tensor_bytes(c));
    TRY(ADD(plan, &launch, MATRIX(c), MEM(p.mem), GEOMETRY));
    TRY(finish(plan, label, x, c, g->C, end));
done:
    return status;
}

egad_status egad_conv2d_patches_weights(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor dw,
                                        egad_tensor x, egad_tensor y)
{
    egad_status status = EGAD_OK;
    egad_gather how;
    egad_gemm_engine engine;
    egad_tensor p, none;
    egad_product product = product_of_patches(label, g, x, &how);
    product.transposed_a = 1;
    product.b = matrix(y, product.a.n, g->O);
    product.c = matrix(dw, product.a.c, g->O);
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    if (!egad_gemm_gathers(engine)) {
        TRY(reserve(plan, g, x.n, 0, 0, &p, &none));
        TRY(gather(plan, label, g, x, p));
        product.a = p;
        product.gather = NULL;
    }
    TRY(egad_gemm_append(plan, engine, &product));
done:
    return status;
}
