/* Convolutions as products of a matrix of patches, by any engine of gemm.h.  Engines that
 * do not gather get the matrix written out. */
#include "ops.h"

#include <assert.h>
#include <stdio.h>

enum { WG = 64 };

/* A (rows, columns) view of contiguous memory. */
static egad_tensor matrix(egad_tensor t, size_t rows, size_t columns)
{
    assert(t.n * t.c == rows * columns && (t.stride == t.c || t.n == 1));
    return (egad_tensor){
        .mem = t.mem, .offset = t.offset, .n = rows, .c = columns, .stride = columns
    };
}

/* The patches of N images. */
static egad_gather patches_of(const egad_conv2d *g, size_t N)
{
    return (egad_gather){ .images = N,
                          .H = g->H,
                          .W = g->W,
                          .C = g->C,
                          .h = egad_conv2d_h(g),
                          .w = egad_conv2d_w(g),
                          .side = g->K,
                          .step = g->S,
                          .before_h = egad_conv2d_before(g->H, g),
                          .before_w = egad_conv2d_before(g->W, g) };
}

/* A launch of patches.cl for this many elements, with its build macros. */
enum { OPTIONS = 64 + EGAD_PRODUCT_GEOMETRY };
static egad_launch patches(char options[OPTIONS], const char *label, const char *kernel,
                           const egad_gather *how, int epilogue, size_t numbers,
                           double bytes)
{
    char geometry[EGAD_PRODUCT_GEOMETRY];
    const size_t vector = how->C % 4 ? 1 : 4, items = numbers / vector;
    egad_product_geometry(geometry, how);
    snprintf(options, OPTIONS, "-DWG=%d -DVECTOR=%zu -DEPILOGUE=%d%s", WG, vector,
             epilogue, geometry);
    return (egad_launch){ .label = label,
                          .source = egad_cl_patches,
                          .kernel = kernel,
                          .options = options,
                          .groups = { (items + WG - 1) / WG, 1 },
                          .local = WG,
                          .bytes = bytes };
}

/* Reserve the matrix of patches (N * h * w, K * K * C) and `more` floats after it, in the
 * plan's scratch memory. */
static egad_status reserve(egad_plan *plan, const egad_conv2d *g, size_t N, size_t more,
                           egad_tensor *p, egad_tensor *behind)
{
    egad_status status = EGAD_OK;
    const size_t rows = N * egad_conv2d_h(g) * egad_conv2d_w(g);
    const size_t columns = g->K * g->K * g->C;
    egad_tensor all;
    TRY(egad_plan_scratch(plan, rows * columns + more, &all));
    *p = egad_tensor_view(all, 0, rows, columns);
    *behind = egad_tensor_view(all, rows * columns, 1, more);
done:
    return status;
}

/* A product whose A is the patches of x, gathered as `how` says.  op(A) is (rows,
 * columns); an engine that gathers never stores it. */
static egad_product product_of_patches(const char *label, const egad_gather *how,
                                       egad_tensor x)
{
    x.n = x.n * how->h * how->w;
    x.c = how->side * how->side * how->C;
    return (egad_product){ .label = label, .a = x, .gather = how };
}

/* Write the matrix of patches to p, and let the product read it there. */
static egad_status gather(egad_plan *plan, egad_product *product, egad_tensor p)
{
    egad_status status = EGAD_OK;
    const egad_gather *how = product->gather;
    const egad_tensor x = product->a;
    char options[OPTIONS];
    const egad_launch launch =
        patches(options, product->label, "patches_gather", how, PRODUCT_ONLY, p.n * p.c,
                egad_tensor_bytes(p) +
                    sizeof(float) * (double)(how->images * how->H * how->W * how->C));
    TRY(ADD(plan, &launch, MEM(p.mem), MATRIX(x), INT(how->images)));
    product->a = p;
    product->gather = NULL;
done:
    return status;
}

/* Make `end` the epilogue of p; its c and y are rows of images. */
static void end_with(egad_product *p, const egad_conv2d_end *end)
{
    const int below = end->y.mem != NULL;
    if (!below && !end->bias.mem)
        return;
    p->epilogue = below ? PRODUCT_BACKWARD : PRODUCT_FORWARD;
    p->y = end->y;
    p->bias = end->bias;
    p->act = end->a.act;
    p->slope = end->a.slope;
}

/* Apply `end` by separate launches, for engines that do not fold, to contiguous results
 * c; copy them to `to` if that is elsewhere. */
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

egad_status egad_conv2d_patches_forward(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor y,
                                        egad_tensor x, egad_tensor w,
                                        const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    const egad_gather how = patches_of(g, x.n);
    egad_gemm_engine engine;
    egad_tensor p, c = y;
    egad_product product = product_of_patches(label, &how, x);
    product.b = matrix(w, product.a.c, g->O);
    product.c = y;
    product.c.n = product.a.n;
    product.c.c = g->O;
    assert(end->a.dropout <= 0.0f);
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    if (egad_gemm_gathers(engine)) {
        end_with(&product, end);
        return egad_gemm_append(plan, engine, &product);
    }
    TRY(reserve(plan, g, x.n, y.n * y.c, &p, &c));
    c = y.stride == y.c ? y : egad_tensor_view(c, 0, y.n, y.c);
    product.c = matrix(c, product.a.n, g->O);
    TRY(gather(plan, &product, p));
    TRY(egad_gemm_append(plan, engine, &product));
    TRY(finish(plan, label, y, c, g->O, end));
done:
    return status;
}

egad_status egad_conv2d_patches_adjoint(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor x,
                                        egad_tensor y, egad_tensor w,
                                        const egad_conv2d_end *end)
{
    egad_status status = EGAD_OK;
    const egad_gather how = patches_of(g, x.n);
    egad_gemm_engine engine;
    egad_tensor p, none;
    egad_product sum = { .epilogue = PRODUCT_ONLY };
    char options[OPTIONS];
    TRY(reserve(plan, g, x.n, 0, &p, &none));
    const egad_product product = { .label = label,
                                   .c = p,
                                   .a = matrix(y, p.n, g->O),
                                   .b = matrix(w, p.c, g->O),
                                   .transposed_b = 1 };
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    TRY(egad_gemm_append(plan, engine, &product));
    end_with(&sum, end);
    const egad_launch launch =
        patches(options, label, "patches_sum", &how, (int)sum.epilogue, x.n * x.c,
                egad_tensor_bytes(p) + egad_tensor_bytes(x) + egad_tensor_bytes(end->y));
    TRY(ADD_ENDED(plan, &launch, &sum, MATRIX(x), MEM(p.mem), INT(x.n)));
done:
    return status;
}

egad_status egad_conv2d_patches_weights(egad_plan *plan, const char *label,
                                        const egad_conv2d *g, egad_tensor dw,
                                        egad_tensor x, egad_tensor y)
{
    egad_status status = EGAD_OK;
    const egad_gather how = patches_of(g, x.n);
    egad_gemm_engine engine;
    egad_tensor p, none;
    egad_product product = product_of_patches(label, &how, x);
    product.transposed_a = 1;
    product.b = matrix(y, product.a.n, g->O);
    product.c = matrix(dw, product.a.c, g->O);
    TRY(egad_gemm_pick(&engine, egad_plan_device(plan), &product));
    if (!egad_gemm_gathers(engine)) {
        TRY(reserve(plan, g, x.n, 0, &p, &none));
        TRY(gather(plan, &product, p));
    }
    TRY(egad_gemm_append(plan, engine, &product));
done:
    return status;
}
