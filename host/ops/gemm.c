/* Matrix products: chooses the engine and launches the kernels of gemm.cl. */
#include "gemm.h"

#include "cl/shared.h"
#include "clblast.h"
#include "device/tune.h"
#include "tiles.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 10, PLAIN_GROUP = 64 }; /* as in gemm.cl */

static const char *const names[] = { "rows", "tiles", "clblast", "plain" };
enum { NAMES = sizeof names / sizeof *names };

static int is_called(const char *name)
{
    int i = 0;
    while (i < NAMES && strcmp(name, names[i]) != 0)
        i++;
    return i;
}

egad_status egad_gemm_choose(egad_gemm_engine *engine, egad_device *device)
{
    egad_status status = EGAD_OK;
    const char *tuned = egad_tune_of(device)->engine;
    *engine = device->cpu ? EGAD_GEMM_ROWS : EGAD_GEMM_TILES;
    if (device->gemm[0]) {
        const int i = is_called(device->gemm);
        if (i == NAMES)
            FAIL(ARGUMENT, "EGAD_GEMM is '%s'; it must be rows, tiles, clblast or plain",
                 device->gemm);
        *engine = (egad_gemm_engine)i;
    } else if (tuned[0]) {
        *engine = (egad_gemm_engine)is_called(tuned);
    }
done:
    return status;
}

/* The tuned entry of a product, or NULL. */
static const egad_tuned *tuned_product(egad_device *device, const egad_product *p)
{
    return egad_tune_find(egad_tune_of(device), p->c.n, p->c.c, egad_product_depth(p),
                          p->transposed_a, p->transposed_b);
}

egad_status egad_gemm_pick(egad_gemm_engine *engine, egad_device *device,
                           const egad_product *p)
{
    egad_status status = EGAD_OK;
    const egad_tuned *tuned = tuned_product(device, p);
    TRY(egad_gemm_choose(engine, device));
    if (!device->gemm[0] && tuned && !egad_gemm_packs(*engine))
        *engine = (egad_gemm_engine)is_called(tuned->engine);
done:
    return status;
}

int egad_gemm_folds(egad_gemm_engine engine)
{
    return engine == EGAD_GEMM_ROWS || engine == EGAD_GEMM_TILES;
}

int egad_gemm_packs(egad_gemm_engine engine)
{
    return engine == EGAD_GEMM_ROWS;
}

int egad_gemm_gathers(egad_gemm_engine engine)
{
    return engine == EGAD_GEMM_TILES;
}

static void options(char *out, size_t size, const egad_device *device, int transposed_a,
                    int epilogue)
{
    snprintf(out, size, "-DVECTOR=%zu -DTRANSPOSED_A=%d -DEPILOGUE=%d",
             egad_device_vector(device), transposed_a, epilogue);
}

/* Number of panels (of `floats` floats each) that neighbouring work-items of gemm_rows
 * process side by side.  For gradients of weights, as many as the cache holds, so that
 * the pages of the gradient are visited less often. */
static size_t beside(const egad_product *p, size_t panels, size_t floats)
{
    const size_t cached = 262144, most = 32;
    size_t n = cached / floats;
    if (!p->transposed_a || n < 1)
        return 1;
    n = n > most ? most : n;
    n = n > panels ? panels : n;
    const size_t times = (panels + n - 1) / n; /* spread evenly over the rounds */
    return (panels + times - 1) / times;
}

static egad_status rows(egad_plan *plan, const egad_product *p)
{
    const egad_device *device = egad_plan_device(plan);
    const size_t M = p->c.n, N = p->c.c, K = egad_product_depth(p);
    const size_t panel = 2 * egad_device_vector(device);
    const int packed = p->panels.mem != NULL;
    const egad_tensor b = packed ? p->panels : p->b;
    const size_t ldb = packed ? panel : b.stride;
    const size_t next = packed ? K * panel : panel;
    const size_t panels = (N + panel - 1) / panel, side = beside(p, panels, K * panel);
    char build[64];
    assert(packed || !p->transposed_b);
    options(build, sizeof build, device, p->transposed_a, (int)p->epilogue);

    const egad_launch launch = { .label = p->label,
                                 .source = egad_cl_gemm,
                                 .kernel = "gemm_rows",
                                 .options = build,
                                 .groups = { (M + ROWS - 1) / ROWS * side,
                                             (panels + side - 1) / side },
                                 .local = 1,
                                 .flops = egad_product_flops(p),
                                 .bytes = egad_product_bytes(p) };
    return ADD_ENDED(plan, &launch, p, MATRIX(p->c), MATRIX(p->a), TENSOR(b), INT(ldb),
                     INT(next), INT(side), INT(M), INT(N), INT(K));
}

static egad_status tiles(egad_plan *plan, const egad_product *p)
{
    egad_device *device = egad_plan_device(plan);
    const egad_tuned *tuned = tuned_product(device, p);
    egad_tile tile;
    if (!tuned || !egad_tiles_find(&tile, device, tuned->tile))
        tile = egad_tiles_choose(device, p->c.n, p->c.c, egad_product_depth(p),
                                 p->transposed_a);
    return egad_tiles_append(plan, p, &tile);
}

/* CLBlast, with the parameter set that was tuned for this device. */
static egad_status clblast(egad_plan *plan, const egad_product *p)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    const char *set = egad_tune_of(device)->clblast;
    if (set[0] && strcmp(set, device->blas) != 0)
        TRY(egad_clblast_set(device, set));
    TRY(egad_clblast_append(plan, p));
done:
    return status;
}

/* Count a product for `egad tune`. */
static egad_status note(egad_tuning *seen, const egad_product *p)
{
    egad_status status = EGAD_OK;
    egad_tuned *entry;
    TRY(egad_tune_entry(&entry, seen, p->c.n, p->c.c, egad_product_depth(p),
                        p->transposed_a, p->transposed_b));
    entry->count++;
done:
    return status;
}

static egad_status plain(egad_plan *plan, const egad_product *p)
{
    const size_t M = p->c.n, N = p->c.c, K = egad_product_depth(p);
    char build[64];
    options(build, sizeof build, egad_plan_device(plan), 0, PRODUCT_ONLY);
    const egad_launch launch = { .label = p->label,
                                 .source = egad_cl_gemm,
                                 .kernel = "gemm_plain",
                                 .options = build,
                                 .groups = { (M * N + PLAIN_GROUP - 1) / PLAIN_GROUP, 1 },
                                 .local = PLAIN_GROUP,
                                 .flops = egad_product_flops(p),
                                 .bytes = egad_product_bytes(p) };
    return ADD(plan, &launch, MATRIX(p->c), MATRIX(p->a), MATRIX(p->b), INT(M), INT(N),
               INT(K), INT(p->transposed_a), INT(p->transposed_b));
}

egad_status egad_gemm_append(egad_plan *plan, egad_gemm_engine engine,
                             const egad_product *p)
{
    const size_t M = p->transposed_a ? p->a.c : p->a.n, K = egad_product_depth(p);
    assert(M == p->c.n);
    assert(K == (p->transposed_b ? p->b.c : p->b.n));
    assert((p->transposed_b ? p->b.n : p->b.c) == p->c.c);
    assert(egad_gemm_gathers(engine) || !p->gather);
    assert(egad_gemm_folds(engine) || p->epilogue == PRODUCT_ONLY);
    (void)M;
    (void)K;
    egad_tuning *seen = egad_plan_device(plan)->seen;
    if (seen && note(seen, p) != EGAD_OK)
        return EGAD_MEMORY;
    switch (engine) {
    case EGAD_GEMM_ROWS:
        return rows(plan, p);
    case EGAD_GEMM_TILES:
        return tiles(plan, p);
    case EGAD_GEMM_CLBLAST:
        return clblast(plan, p);
    case EGAD_GEMM_PLAIN:
        break;
    }
    return plain(plan, p);
}

size_t egad_gemm_panels(const egad_device *device, size_t K, size_t N)
{
    const size_t panel = 2 * egad_device_vector(device);
    return (N + panel - 1) / panel * panel * K;
}

egad_status egad_gemm_pack(egad_plan *plan, const char *label, egad_tensor packed,
                           egad_tensor weights, const egad_gemm_entry *entries, size_t n)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    const size_t panel = 2 * egad_device_vector(device);
    size_t groups = 0;
    double bytes = 0.0;
    char build[64];
    cl_int *values = NULL;
    cl_mem table = NULL;

    NEW(values, 5 * n);
    for (size_t e = 0; e < n; e++) {
        const egad_gemm_entry *x = &entries[e];
        const size_t N = x->transposed ? x->rows : x->columns;
        values[5 * e] = (cl_int)groups;
        values[5 * e + 1] = (cl_int)x->from;
        values[5 * e + 2] = x->transposed ? -(cl_int)x->rows : (cl_int)x->rows;
        values[5 * e + 3] = (cl_int)x->columns;
        values[5 * e + 4] = (cl_int)x->to;
        groups += (N + panel - 1) / panel;
        bytes += 2.0 * (double)(x->rows * x->columns * sizeof(float));
    }
    TRY(egad_plan_table(plan, values, 5 * n, &table));
    options(build, sizeof build, device, 0, PRODUCT_ONLY);
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_gemm,
                                 .kernel = "gemm_pack",
                                 .options = build,
                                 .groups = { groups, 1 },
                                 .local = 1,
                                 .bytes = bytes };
    TRY(ADD(plan, &launch, TENSOR(packed), TENSOR(weights), MEM(table), INT(n)));
done:
    free(values);
    return status;
}
