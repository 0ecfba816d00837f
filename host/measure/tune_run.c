/* Tuning measurements: a model's matrix products by each engine and tile. */
#include "detector/detector.h"
#include "device/rng.h"
#include "device/tune.h"
#include "ops/clblast.h"
#include "ops/gemm.h"
#include "ops/tiles.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS, TILES, CLBLAST }; /* as in egad.h */
enum { ROUNDS = 3, MOST = 50 };
static const double SECONDS = 5e-3; /* approximate seconds of a round */

typedef struct {
    egad_device *device;
    egad_tensor a, b, c;
    size_t done, of;
    void (*progress)(void *context, size_t done, size_t of);
    void *context;
} bench;

/* ---- Products of a model ------------------------------------------------------- */

/* Record the products of one score while a scorer is prepared. */
static egad_status look_at_score(egad_detector *d, const char *score, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_scorer *scorer = NULL;
    egad_profile *launches = NULL;
    size_t n;
    TRY(egad_score_new(&scorer, d, &EGAD_SCORING(score, EGAD_ALPHA), batch));
    TRY(egad_score_profile(&launches, &n, scorer, NULL, 0));
done:
    free(launches);
    egad_score_free(scorer);
    return status;
}

/* Record all products of training and scoring in `t`. */
static egad_status look(egad_tuning *t, egad_detector *d, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_device *device = d->device;
    egad_profile *launches = NULL;
    char gemm[sizeof device->gemm], conv[sizeof device->conv];
    size_t n;
    memcpy(gemm, device->gemm, sizeof gemm);
    memcpy(conv, device->conv, sizeof conv);
    /* Prepare with all products as plain matrices, appended one by one. */
    snprintf(device->gemm, sizeof device->gemm, "clblast");
    snprintf(device->conv, sizeof device->conv, "direct");
    device->seen = t;
    TRY(egad_train_profile(&launches, &n, d, 0));
    for (size_t i = 0; egad_score_describe(d, i).name; i++)
        if (!egad_score_describe(d, i).calibrated)
            TRY(look_at_score(d, egad_score_describe(d, i).name, batch));
done:
    device->seen = NULL;
    memcpy(device->gemm, gemm, sizeof gemm);
    memcpy(device->conv, conv, sizeof conv);
    free(launches);
    return status;
}

/* ---- Time of one product -------------------------------------------------------- */

/* Seconds of one run of a plan, the minimum over several rounds.  A plan much slower than
 * `best` (0: none yet) runs once. */
static egad_status clock_plan(double *seconds, egad_device *device, egad_plan *plan,
                              double best)
{
    egad_status status = EGAD_OK;
    int times = 1;
    TRY(egad_plan_run(plan)); /* drivers compile at a kernel's first run */
    TRY(egad_device_finish(device));
    *seconds = INFINITY;
    for (int round = 0; round <= ROUNDS; round++) {
        const double start = egad_device_clock();
        for (int i = 0; i < times; i++)
            TRY(egad_plan_run(plan));
        TRY(egad_device_finish(device));
        const double one = (egad_device_clock() - start) / times;
        *seconds = one < *seconds ? one : *seconds;
        if (best > 0.0 && *seconds > 3.0 * best)
            break;
        times = *seconds * MOST > SECONDS ? (int)(SECONDS / *seconds) + 1 : MOST;
    }
done:
    return status;
}

/* The product by one engine; tile: for TILES, else NULL.  ROWS includes the packing if
 * op(B) is transposed. */
static egad_status append(egad_plan *plan, const egad_product *p, int engine,
                          const egad_tile *tile, egad_tensor *panels)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    egad_product packed = *p;
    if (engine == TILES)
        return egad_tiles_append(plan, p, tile);
    if (engine == CLBLAST)
        return egad_clblast_append(plan, p);
    if (p->transposed_b) {
        const egad_gemm_entry entry = { .rows = p->b.n,
                                        .columns = p->b.c,
                                        .transposed = 1 };
        TRY(egad_tensor_flat(panels, device, egad_gemm_panels(device, p->b.c, p->b.n)));
        TRY(egad_gemm_pack(plan, "pack", *panels, p->b, &entry, 1));
        packed.panels = *panels;
    }
    TRY(egad_gemm_append(plan, EGAD_GEMM_ROWS, &packed));
done:
    return status;
}

/* Its seconds, or INFINITY if the device or driver does not support it. */
static double measure(bench *b, const egad_product *p, int engine, const egad_tile *tile,
                      double best)
{
    egad_plan *plan = NULL;
    egad_tensor panels = { 0 };
    double seconds = INFINITY;
    if (egad_plan_new(&plan, b->device, "tune") != EGAD_OK ||
        append(plan, p, engine, tile, &panels) != EGAD_OK ||
        clock_plan(&seconds, b->device, plan, best) != EGAD_OK)
        seconds = INFINITY;
    egad_plan_free(plan);
    egad_tensor_free(&panels);
    b->done++;
    if (b->progress)
        b->progress(b->context, b->done, b->of);
    return seconds;
}

/* A view of `t` as a matrix; `t` is large enough. */
static egad_tensor matrix(egad_tensor t, size_t rows, size_t columns)
{
    return egad_tensor_view(t, 0, rows, columns);
}

static egad_product product_of(const bench *b, const egad_tuned *p)
{
    return (egad_product){
        .label = "product",
        .c = matrix(b->c, p->M, p->N),
        .a = p->transposed_a ? matrix(b->a, p->K, p->M) : matrix(b->a, p->M, p->K),
        .b = p->transposed_b ? matrix(b->b, p->N, p->K) : matrix(b->b, p->K, p->N),
        .transposed_a = p->transposed_a,
        .transposed_b = p->transposed_b
    };
}

/* ---- All products ---------------------------------------------------------------- */

/* 0 in the file if never measured. */
static double known(double seconds)
{
    return isinf(seconds) ? 0.0 : seconds;
}

static void measure_own(bench *b, egad_tuned *p)
{
    const egad_product product = product_of(b, p);
    double best = INFINITY;
    p->tile[0] = '\0';
    for (int i = 0; i < EGAD_TILES; i++) {
        const egad_tile *tile = &egad_tiles_all[i];
        const double seconds = egad_tiles_fit(b->device, tile)
                                   ? measure(b, &product, TILES, tile, known(best))
                                   : INFINITY;
        if (seconds < best) {
            best = seconds;
            egad_tiles_name(p->tile, tile);
        }
    }
    p->seconds[TILES] = known(best);
    /* One work-item per block suits CPUs only. */
    p->seconds[ROWS] =
        b->device->cpu ? known(measure(b, &product, ROWS, NULL, 0.0)) : 0.0;
}

/* Time all products with CLBlast's current parameters into `seconds`; returns the sum
 * weighted by count. */
static double measure_clblast(bench *b, const egad_tuning *now, double *seconds)
{
    double sum = 0.0;
    for (size_t i = 0; i < now->n; i++) {
        const egad_product product = product_of(b, &now->product[i]);
        seconds[i] = measure(b, &product, CLBLAST, NULL, 0.0);
        sum += (double)now->product[i].count * seconds[i];
    }
    return sum;
}

/* Time CLBlast with its default parameters and with each parameter set; the best is
 * recorded and stays active. */
static egad_status measure_sets(bench *b, egad_tuning *now)
{
    egad_status status = EGAD_OK;
    double *seconds = NULL, best;
    NEW(seconds, now->n);
    best = measure_clblast(b, now, seconds);
    for (size_t i = 0; i < now->n; i++)
        now->product[i].seconds[CLBLAST] = known(seconds[i]);
    for (int s = 0; egad_clblast_sets[s][0]; s++) {
        if (egad_clblast_set(b->device, egad_clblast_sets[s]) != EGAD_OK)
            continue; /* it may not support this set */
        const double sum = measure_clblast(b, now, seconds);
        if (sum >= best)
            continue;
        best = sum;
        snprintf(now->clblast, sizeof now->clblast, "%s", egad_clblast_sets[s]);
        for (size_t i = 0; i < now->n; i++)
            now->product[i].seconds[CLBLAST] = known(seconds[i]);
    }
done:
    free(seconds);
    return status;
}

/* The fastest combinable engine of each product. */
static void decide_product(egad_tuned *p)
{
    const int tiles =
        p->seconds[TILES] > 0.0 &&
        (p->seconds[CLBLAST] <= 0.0 || p->seconds[TILES] < p->seconds[CLBLAST]);
    snprintf(p->engine, sizeof p->engine, "%s", tiles ? "tiles" : "clblast");
}

static double sum_of(const egad_profile *list, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += list[i].calls * list[i].seconds;
    return sum;
}

/* Seconds of a training iteration plus scoring a batch with one engine. */
static egad_status clock_model(double *seconds, egad_tuning *t, const char *engine,
                               egad_detector *d, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_device *device = d->device;
    egad_tuning *before = device->tuning;
    egad_scorer *scorer = NULL;
    egad_profile *train = NULL, *score = NULL;
    float *x = NULL;
    size_t trains, scores;
    snprintf(t->engine, sizeof t->engine, "%s", engine);
    device->tuning = t;
    NEW(x, batch * d->columns);
    TRY(egad_train_profile(&train, &trains, d, 2));
    TRY(egad_score_new(&scorer, d,
                       &EGAD_SCORING(egad_score_describe(d, 0).name, EGAD_ALPHA), batch));
    TRY(egad_score_profile(&score, &scores, scorer, x, 2));
    *seconds = sum_of(train, trains) + sum_of(score, scores);
done:
    device->tuning = before;
    egad_score_free(scorer);
    free(train);
    free(score);
    free(x);
    return status;
}

/* The engine for products not measured: the one that takes most of the time.  On CPUs it
 * is ROWS if that is faster for the whole model, because its panels and fused kernels pay
 * off over whole networks. */
static egad_status decide(egad_tuning *t, egad_detector *d, size_t batch)
{
    egad_status status = EGAD_OK;
    double sum[EGAD_TUNE_ENGINES] = { 0 }, rows, mixed;
    for (size_t i = 0; i < t->n; i++)
        for (int e = 0; e < EGAD_TUNE_ENGINES; e++)
            sum[e] += (double)t->product[i].count * t->product[i].seconds[e];
    const char *other = sum[TILES] < sum[CLBLAST] ? "tiles" : "clblast";
    snprintf(t->engine, sizeof t->engine, "%s", other);
    if (!d->device->cpu)
        return EGAD_OK;
    TRY(clock_model(&mixed, t, other, d, batch));
    TRY(clock_model(&rows, t, "rows", d, batch));
    if (mixed < rows)
        snprintf(t->engine, sizeof t->engine, "%s", other);
done:
    return status;
}

/* The matrices that contain all products, with nonzero values: some devices are faster
 * with zeros. */
static egad_status reserve(bench *b, const egad_tuning *now)
{
    egad_status status = EGAD_OK;
    egad_tensor *const to[] = { &b->a, &b->b, &b->c };
    size_t most[3] = { 0 };
    float *values = NULL;
    for (size_t i = 0; i < now->n; i++) {
        const egad_tuned *p = &now->product[i];
        const size_t size[3] = { p->M * p->K, p->K * p->N, p->M * p->N };
        for (int k = 0; k < 3; k++)
            most[k] = size[k] > most[k] ? size[k] : most[k];
    }
    for (int k = 0; k < 3; k++) {
        TRY(egad_tensor_flat(to[k], b->device, most[k]));
        NEW(values, most[k]);
        egad_rng_uniform(1, (uint32_t)k, 1.0f, most[k], values);
        TRY(egad_tensor_write(b->device, *to[k], values));
        free(values);
        values = NULL;
    }
done:
    free(values);
    return status;
}

egad_status egad_tune_run(egad_tuning **out, egad_detector *detector, size_t batch,
                          void (*progress)(void *context, size_t done, size_t of),
                          void *context)
{
    egad_status status = EGAD_OK;
    bench b = { .device = detector->device, .progress = progress, .context = context };
    egad_tuning *all = NULL, *now = NULL;
    char gemm[sizeof b.device->gemm];
    *out = NULL;
    memcpy(gemm, b.device->gemm, sizeof gemm);
    b.device->gemm[0] = '\0'; /* ignore EGAD_GEMM here */
    TRY(egad_tune_read(&all, &detector->device->info));
    NEW(now, 1);
    TRY(look(now, detector, batch));
    TRY(reserve(&b, now));
    b.of = now->n * (size_t)(b.device->cpu ? 1 : 0);
    for (int i = 0; i < EGAD_TILES; i++)
        b.of += egad_tiles_fit(b.device, &egad_tiles_all[i]) ? now->n : 0;
    b.of += now->n;
    for (int s = 0; egad_clblast_sets[s][0]; s++)
        b.of += now->n;
    TRY(measure_sets(&b, now));
    for (size_t i = 0; i < now->n; i++) {
        const egad_tuned *p = &now->product[i];
        egad_tuned *to;
        measure_own(&b, &now->product[i]);
        decide_product(&now->product[i]);
        TRY(egad_tune_entry(&to, all, p->M, p->N, p->K, p->transposed_a,
                            p->transposed_b));
        *to = *p;
    }
    memcpy(all->clblast, now->clblast, sizeof all->clblast);
    TRY(decide(all, detector, batch));
    *out = all;
    all = NULL;
done:
    memcpy(b.device->gemm, gemm, sizeof gemm);
    egad_tensor_free(&b.a);
    egad_tensor_free(&b.b);
    egad_tensor_free(&b.c);
    egad_tune_free(all);
    egad_tune_free(now);
    return status;
}
