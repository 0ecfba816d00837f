/* Matrix products by tiles in local memory: which tile, in how many parts, the launches.
 */
#include "tiles.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { FINISH = 64 }; /* as in tiles.cl */
enum {
    WAVES = 2, /* groups for each unit of a device that make it busy */
    LEAST = 4, /* tiles deep that a part is, at least */
    MOST = 32  /* parts */
};

/* clang-format off */
const egad_tile egad_tiles_all[EGAD_TILES] = {
    {  32,  32, 16, 4, 4, 1 }, {  32,  32, 16, 4, 4, 4 },
    {  16,  64, 32, 2, 4, 1 }, {  16,  64, 32, 2, 4, 4 },
    {  64,  64, 16, 4, 4, 1 }, {  64,  64, 16, 4, 4, 4 },
    {  64,  64, 16, 8, 4, 1 }, {  64,  64, 16, 8, 4, 4 },
    { 128, 128, 16, 8, 8, 1 }, { 128, 128, 16, 8, 8, 4 },
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
    snprintf(name, EGAD_TILES_NAME, "%zux%zux%zu/%zux%zu/%zu", t->m, t->n, t->k,
             t->block_m, t->block_n, t->vector);
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

egad_tile egad_tiles_choose(const egad_device *device, size_t M, size_t N)
{
    static const int by_size[] = { 8, 4, 0 }; /* in egad_tiles_all, the largest first */
    const egad_tile *tile = NULL;
    for (int i = 0; i < 3; i++) {
        tile = &egad_tiles_all[by_size[i] + (device->vector >= 4)];
        if (egad_tiles_fit(device, tile) && M > tile->m / 2 && N > tile->n / 2 &&
            tiles(tile, M, N) >= WAVES * device->info.units)
            break;
    }
    return *tile;
}

size_t egad_tiles_parts(const egad_device *device, const egad_tile *tile, size_t M,
                        size_t N, size_t K)
{
    const size_t wanted = over(WAVES * device->info.units, tiles(tile, M, N));
    const size_t deep = K / (LEAST * tile->k);
    size_t parts = wanted < deep ? wanted : deep;
    parts = parts < MOST ? parts : MOST;
    return device->cpu || parts == 0 ? 1 : parts;
}

/* The epilogue's arguments behind those that all have. */
#define ADD_ENDED(plan, launch, p, ...)                                                  \
    ((p)->epilogue == PRODUCT_FORWARD                                                    \
         ? ADD(plan, launch, __VA_ARGS__, TENSOR((p)->bias), INT((p)->act),              \
               FLOAT((p)->slope), FLOAT((p)->dropout), MEM((p)->random.clock),           \
               UINT((p)->random.seed), UINT((p)->random.seed >> 32), UINT((p)->stream))  \
     : (p)->epilogue == PRODUCT_BACKWARD                                                 \
         ? ADD(plan, launch, __VA_ARGS__, MATRIX((p)->y), INT((p)->act),                 \
               FLOAT((p)->slope), FLOAT((p)->dropout))                                   \
     : (p)->epilogue == PRODUCT_SUMS ? ADD(plan, launch, __VA_ARGS__, TENSOR((p)->sums)) \
                                     : ADD(plan, launch, __VA_ARGS__))

static egad_status product(egad_plan *plan, const egad_product *p, const egad_tile *t,
                           size_t parts, size_t next)
{
    const size_t M = p->c.n, N = p->c.c, K = p->transposed_a ? p->a.n : p->a.c;
    const size_t depth = over(over(K, parts), t->k) * t->k;
    const egad_gather none = { 0 }, *g = p->gather ? p->gather : &none;
    char build[192];
    snprintf(build, sizeof build,
             "-DTILE_M=%zu -DTILE_N=%zu -DTILE_K=%zu -DBLOCK_M=%zu -DBLOCK_N=%zu "
             "-DVECTOR=%zu -DTRANSPOSED_A=%d -DTRANSPOSED_B=%d -DGATHER=%d "
             "-DEPILOGUE=%d",
             t->m, t->n, t->k, t->block_m, t->block_n, t->vector, p->transposed_a,
             p->transposed_b, p->gather != NULL, (int)p->epilogue);
    const egad_launch launch = { .label = p->label,
                                 .source = egad_cl_tiles,
                                 .kernel = "tiles_product",
                                 .options = build,
                                 .groups = { over(M, t->m) * parts, over(N, t->n) },
                                 .local = items(t),
                                 .flops = 2.0 * (double)M * (double)N * (double)K,
                                 .bytes = egad_gemm_bytes(p) };
#define PRODUCT                                                                          \
    MATRIX(p->c), MATRIX(p->a), MATRIX(p->b), INT(M), INT(N), INT(K), INT(parts),        \
        INT(depth), INT(next)
    if (!p->gather)
        return ADD_ENDED(plan, &launch, p, PRODUCT);
    return ADD_ENDED(plan, &launch, p, PRODUCT, INT(g->H), INT(g->W), INT(g->C),
                     INT(g->h), INT(g->w), INT(g->side), INT(g->step), INT(g->before_h),
                     INT(g->before_w));
#undef PRODUCT
}

egad_status egad_tiles_append(egad_plan *plan, const egad_product *p, const egad_tile *t)
{
    egad_status status = EGAD_OK;
    const size_t M = p->c.n, N = p->c.c, K = p->transposed_a ? p->a.n : p->a.c;
    const size_t parts = egad_tiles_parts(egad_plan_device(plan), t, M, N, K);
    const int sums = p->epilogue == PRODUCT_SUMS;
    const size_t rows = M + (size_t)sums, next = rows * N;
    egad_tensor all;
    char build[160];

    if (parts == 1)
        return product(plan, p, t, 1, 0);
    TRY(egad_plan_partial(plan, parts * next, &all));
    egad_product part = *p;
    part.c = egad_tensor_view(all, 0, M, N);
    part.sums = egad_tensor_view(all, M * N, 1, sums ? N : 0);
    part.epilogue = sums ? PRODUCT_SUMS : PRODUCT_ONLY;
    TRY(product(plan, &part, t, parts, next));
    snprintf(build, sizeof build,
             "-DTILE_M=1 -DTILE_N=%zu -DTILE_K=1 -DBLOCK_M=1 -DBLOCK_N=%zu "
             "-DVECTOR=%zu -DTRANSPOSED_A=0 -DTRANSPOSED_B=0 -DGATHER=0 "
             "-DEPILOGUE=%d",
             t->vector, t->vector, t->vector, (int)p->epilogue);
    const egad_launch launch = { .label = p->label,
                                 .source = egad_cl_tiles,
                                 .kernel = "tiles_finish",
                                 .options = build,
                                 .groups = { over(rows * over(N, t->vector), FINISH), 1 },
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
