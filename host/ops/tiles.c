/* Matrix products by tiles in local memory: chooses the tile and the number of parts, and
 * launches. */
#include "tiles.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { FINISH = 64, VECTOR = 4, STRETCH = 320 }; /* as in tiles.cl */
enum { OPTIONS = 256 + EGAD_PRODUCT_GEOMETRY };
enum {
    LEAST = 2, /* fewest tiles along K in a part */
    MOST = 64  /* most parts */
};
/* Cost in microseconds of a launch, and of one that adds up parts; floats per microsecond
 * that the latter reads.  Measured as in tiles.h. */
static const double LAUNCH = 2.8, ADD_UP = 3.7, READ = 1.3e6;

/* clang-format off */
const egad_tile egad_tiles_all[EGAD_TILES] = {
    {  16,  64, 32, 2, 4, 0.5, 0.95, 0.131e6, 1 },
    {  32,  32, 16, 4, 4, 0.3, 0.69, 0.185e6, 1 },
    {  32,  64, 32, 4, 4, 0.7, 0.90, 0.150e6, 0 },
    {  64,  64, 16, 4, 4, 0.7, 0.70, 0.210e6, 0 },
    {  64,  64, 16, 8, 4, 0.7, 0.76, 0.254e6, 1 },
    {  64, 128, 16, 8, 8, 1.0, 0.90, 0.250e6, 0 },
    { 128,  64, 16, 8, 8, 1.0, 0.90, 0.240e6, 0 },
    { 128, 128, 16, 8, 8, 1.4, 1.20, 0.275e6, 0 },
};
/* clang-format on */

static size_t over(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t items(const egad_tile *t)
{
    return t->m / t->block_m * (t->n / t->block_n);
}

static size_t tiles(const egad_tile *t, size_t M, size_t N)
{
    return over(M, t->m) * over(N, t->n);
}

int egad_tiles_fit(const egad_device *device, const egad_tile *tile)
{
    return items(tile) <= device->group;
}

void egad_tiles_name(char name[EGAD_TILES_NAME], const egad_tile *t)
{
    snprintf(name, EGAD_TILES_NAME, "%zux%zux%zu/%zux%zu", t->m, t->n, t->k, t->block_m,
             t->block_n);
}

int egad_tiles_find(egad_tile *tile, const egad_device *device, const char *name)
{
    for (int i = 0; i < EGAD_TILES; i++) {
        char own[EGAD_TILES_NAME];
        egad_tiles_name(own, &egad_tiles_all[i]);
        if (!strcmp(own, name) && egad_tiles_fit(device, &egad_tiles_all[i])) {
            *tile = egad_tiles_all[i];
            return 1;
        }
    }
    return 0;
}

/* Estimated microseconds of a product with K split into `parts`. */
static double cost(const egad_device *device, const egad_tile *t, size_t M, size_t N,
                   size_t K, size_t parts)
{
    const size_t side_by_side = over(tiles(t, M, N) * parts, device->info.units);
    const size_t steps = over(over(K, parts), t->k); /* for stretches approximately */
    const double busy =
        (double)side_by_side * 2.0 * (double)(t->m * t->n * t->k) / t->rate;
    const double product = t->edge + (double)steps * (busy > t->step ? busy : t->step);
    return LAUNCH + product + (parts > 1 ? ADD_UP + (double)(parts * M * N) / READ : 0.0);
}

/* The next candidate after `parts`, or 0.  For layers: one part, or a fixed number;
 * either sums in the same order, so that a row's result does not depend on the other
 * rows.  For gradients of kernels, which sum over rows, more choices. */
static size_t more(size_t parts, size_t K, int gradient, const egad_tile *t)
{
    const size_t stretches = over(K, STRETCH);
    if (!gradient)
        return parts < stretches ? stretches : 0;
    parts = parts % 3 ? parts + (parts + 1) / 2 : parts / 3 * 4; /* 2, 3, 4, 6, 8, 12 */
    return parts <= MOST && parts * LEAST * t->k <= K ? parts : 0;
}

size_t egad_tiles_parts(const egad_device *device, const egad_tile *tile, size_t M,
                        size_t N, size_t K, int gradient)
{
    size_t best = 1;
    for (size_t parts = 1; parts && !device->cpu; parts = more(parts, K, gradient, tile))
        if (cost(device, tile, M, N, K, parts) < cost(device, tile, M, N, K, best))
            best = parts;
    return best;
}

egad_tile egad_tiles_choose(const egad_device *device, size_t M, size_t N, size_t K,
                            int gradient)
{
    const egad_tile *best = &egad_tiles_all[0];
    double least = 0.0;
    for (int i = 0; i < EGAD_TILES; i++) {
        const egad_tile *t = &egad_tiles_all[i];
        if (!t->usual || !egad_tiles_fit(device, t))
            continue;
        const double c =
            cost(device, t, M, N, K, egad_tiles_parts(device, t, M, N, K, gradient));
        if (least > 0.0 && c >= least)
            continue;
        best = t;
        least = c;
    }
    return *best;
}

static int aligned(egad_tensor t)
{
    return t.offset % VECTOR == 0 && t.stride % VECTOR == 0;
}

/* Build macros of a kernel of tiles.cl for this product; whole: 1 if K is in one part. */
static void options(char out[OPTIONS], const egad_product *p, const egad_tile *t,
                    int whole)
{
    char geometry[EGAD_PRODUCT_GEOMETRY];
    egad_product_geometry(geometry, p->gather);
    snprintf(out, OPTIONS,
             "-DTILE_M=%zu -DTILE_N=%zu -DTILE_K=%zu -DBLOCK_M=%zu -DBLOCK_N=%zu "
             "-DVECTOR=%d -DALIGNED=%d -DTRANSPOSED_A=%d -DTRANSPOSED_B=%d -DGATHER=%d "
             "-DSTRETCHES=%d -DEPILOGUE=%d%s",
             t->m, t->n, t->k, t->block_m, t->block_n, VECTOR,
             aligned(p->a) && aligned(p->b) && aligned(p->c), p->transposed_a,
             p->transposed_b, p->gather != NULL,
             whole && !p->transposed_a && p->a.c > STRETCH, (int)p->epilogue, geometry);
}

static egad_status product(egad_plan *plan, const egad_product *p, const egad_tile *t,
                           size_t parts, size_t next)
{
    const size_t M = p->c.n, N = p->c.c, K = egad_product_depth(p);
    const size_t depth = p->transposed_a ? over(over(K, parts), t->k) * t->k
                         : parts > 1     ? STRETCH
                                         : K;
    char build[OPTIONS];
    options(build, p, t, parts == 1);
    const egad_launch launch = { .label = p->label,
                                 .source = egad_cl_tiles,
                                 .kernel = "tiles_product",
                                 .options = build,
                                 .groups = { over(M, t->m) * parts, over(N, t->n) },
                                 .local = items(t),
                                 .flops = egad_product_flops(p),
                                 .bytes = egad_product_bytes(p) };
    return ADD_ENDED(plan, &launch, p, MATRIX(p->c), MATRIX(p->a), MATRIX(p->b), INT(M),
                     INT(N), INT(K), INT(parts), INT(depth), INT(next));
}

egad_status egad_tiles_append(egad_plan *plan, const egad_product *p, const egad_tile *t)
{
    static const egad_tile smallest = {
        .m = 1, .n = VECTOR, .k = VECTOR, .block_m = 1, .block_n = VECTOR
    };
    egad_status status = EGAD_OK;
    const size_t M = p->c.n, N = p->c.c, K = egad_product_depth(p);
    const size_t parts =
        egad_tiles_parts(egad_plan_device(plan), t, M, N, K, p->transposed_a);
    const int sums = p->epilogue == PRODUCT_SUMS;
    const size_t rows = M + (size_t)sums, next = rows * N;
    egad_tensor all;
    char build[OPTIONS];

    if (parts == 1)
        return product(plan, p, t, 1, 0);
    TRY(egad_plan_partial(plan, parts * next, &all));
    egad_product part = *p;
    part.c = egad_tensor_view(all, 0, M, N);
    if (p->gather && !p->transposed_a)
        part.c.stride = p->gather->h * p->gather->w * N; /* from one image to the next */
    part.sums = egad_tensor_view(all, M * N, 1, sums ? N : 0);
    part.epilogue = sums ? PRODUCT_SUMS : PRODUCT_ONLY;
    TRY(product(plan, &part, t, parts, next));
    options(build, p, &smallest, 0);
    const egad_launch launch = { .label = p->label,
                                 .source = egad_cl_tiles,
                                 .kernel = "tiles_finish",
                                 .options = build,
                                 .groups = { over(rows * over(N, VECTOR), FINISH), 1 },
                                 .local = FINISH,
                                 .bytes = egad_tensor_bytes(all) +
                                          egad_tensor_bytes(p->c) +
                                          egad_tensor_bytes(p->bias) +
                                          egad_tensor_bytes(p->y) };
    TRY(ADD_ENDED(plan, &launch, p, MATRIX(p->c), TENSOR(all), INT(M), INT(N), INT(parts),
                  INT(next)));
done:
    return status;
}
