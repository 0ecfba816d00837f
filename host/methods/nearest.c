/* The method nearest: distances to the nearest training rows, exact (cl/neighbours.cl).
 * Copies of a row are kept once, with their number. */
#include "cl/shared.h"
#include "distances/neighbours.h"
#include "distinct.h"
#include "method.h"
#include "whiten.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST, FIFTH, LOCAL, KEPT, CENTRE = KEPT, COUNT }; /* the terms */

enum { BATCH = 8192, BATCH_FLOATS = 1 << 25 }; /* rows and floats of a launch, at most */

typedef struct {
    egad_device *device;
    size_t rows, n, P; /* training rows; the different ones kept; their columns */
    double shrinkage;  /* of whitening; 0: none */
    float *map;        /* (P, P) and */
    float *offset;     /* (P): a point is a row times map + offset; NULL: it is the row */
    float *point;      /* (n, P), the different rows */
    float *copies;     /* (n), how often each occurs; whole numbers below 2^24 */
    float *scale;      /* (n), distance of each to the fifth of the other points; 0: there
                        * is no other */
    float *left_out;   /* (n, KEPT), the terms of each, with one copy left out */
    size_t batch;
    egad_neighbours near;
    egad_tensor row; /* (batch, P), rows to be mapped */
} nearest;

static void destroy(void *fitted)
{
    nearest *f = fitted;
    if (!f)
        return;
    egad_neighbours_free(&f->near);
    egad_tensor_free(&f->row);
    free(f->map);
    free(f->offset);
    free(f->point);
    free(f->copies);
    free(f->scale);
    free(f->left_out);
    free(f);
}

/* The points on the device; `n`, `P`, `point`, `map` and `offset` are set. */
static egad_status prepare(nearest *f)
{
    egad_status status = EGAD_OK;
    const size_t P = f->P, most = BATCH_FLOATS / P + 1;
    f->batch = most < BATCH ? most : BATCH;
    if (f->n + NEAR_TILE > INT32_MAX / f->P) /* kernels index with ints */
        FAIL(DATA,
             "nearest keeps %zu different training rows of %zu columns, more than 2^31 "
             "numbers in all: choose fewer rows",
             f->n, f->P);
    TRY(egad_neighbours_new(&f->near, f->device,
                            &(egad_points){ .n = f->map ? P : 0,
                                            .P = P,
                                            .rows = f->n,
                                            .map = f->map,
                                            .offset = f->offset,
                                            .point = f->point },
                            f->batch));
    if (f->map)
        TRY(egad_tensor_new(&f->row, f->device, f->batch, P));
done:
    return status;
}

/* Put n rows x of a batch at their place among the points.  points: they are points
 * already. */
static egad_status put(nearest *f, egad_plan *plan, const float *x, size_t n, int points)
{
    egad_status status = EGAD_OK;
    const int mapped = f->map && !points;
    const egad_tensor to = egad_tensor_rows(mapped ? f->row : f->near.place, 0, n);
    TRY(egad_tensor_write(f->device, to, x));
    if (mapped)
        TRY(egad_neighbours_place(&f->near, plan, to));
done:
    return status;
}

/* Distances of the first n rows of a batch, which are mapped, to the mean, which is
 * mapped to 0. */
static egad_status measure_centre(nearest *f, size_t n, float *centre)
{
    egad_status status = EGAD_OK;
    float *point = NULL;
    NEW(point, n * f->P);
    TRY(egad_tensor_read(f->device, egad_tensor_rows(f->near.place, 0, n), point));
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < f->P; j++)
            sum += (double)point[i * f->P + j] * (double)point[i * f->P + j];
        centre[i] = (float)sqrt(sum);
    }
done:
    free(point);
    return status;
}

/* The NEIGHBOURS nearest points of n rows x; with `own`, the rows are the points, and
 * each is left out.  square, at: (n, NEIGHBOURS).  centre: (n) of mapped rows, or NULL.
 */
static egad_status find(nearest *f, const float *x, size_t n, int own, float *square,
                        cl_int *at, float *centre)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    for (size_t i = 0; i < n; i += f->batch) {
        const size_t some = n - i < f->batch ? n - i : f->batch;
        union {
            cl_int *ints;
            float *floats;
        } to = { .ints = at + i * NEIGHBOURS };
        egad_plan_free(plan);
        TRY(egad_plan_new(&plan, f->device, "nearest"));
        TRY(put(f, plan, x + i * f->P, some, own));
        TRY(egad_neighbours_find(&f->near, plan, some, own ? (long)i : -1));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(f->device, egad_tensor_rows(f->near.squares, 0, some),
                             square + i * NEIGHBOURS));
        TRY(egad_tensor_read(f->device, egad_tensor_rows(f->near.at, 0, some),
                             to.floats));
        if (centre && f->map)
            TRY(measure_centre(f, some, centre + i));
    }
done:
    egad_plan_free(plan);
    return status;
}

/* Distance to the k-th nearest row, of `zeros` rows at distance 0 and the copies of the
 * `count` points found. */
static float kth(const nearest *f, double k, double zeros, const float *square,
                 const cl_int *at, size_t count)
{
    double rows = zeros;
    size_t i = 0;
    if (rows >= k || count == 0)
        return 0.0f;
    for (; i + 1 < count; i++) {
        if ((size_t)at[i] < f->n)
            rows += f->copies[at[i]];
        if (rows >= k)
            break;
    }
    return sqrtf(square[i]);
}

/* The terms of a row: `zeros` as above, `count` the number of points that it may have. */
static void terms_of(const nearest *f, float *terms, double zeros, const float *square,
                     const cl_int *at, size_t count)
{
    double around = 0.0;
    terms[NEAREST] = kth(f, 1.0, zeros, square, at, count);
    terms[FIFTH] = kth(f, (double)NEIGHBOURS, zeros, square, at, count);
    terms[LOCAL] = count ? sqrtf(square[count - 1]) : 0.0f;
    for (size_t i = 0; i < count; i++)
        if ((size_t)at[i] < f->n && f->scale[at[i]] > 0.0f)
            around += log(f->scale[at[i]]) / (double)count;
    terms[LOCAL] = (float)(terms[LOCAL] / exp(around));
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* scale and left_out: each point against all others. */
static egad_status measure(nearest *f)
{
    egad_status status = EGAD_OK;
    const size_t count = least(NEIGHBOURS, f->n - 1);
    float *square = NULL;
    cl_int *at = NULL;
    NEW(square, f->n * NEIGHBOURS);
    NEW(at, f->n * NEIGHBOURS);
    NEW(f->scale, f->n);
    NEW(f->left_out, f->n * KEPT);
    TRY(find(f, f->point, f->n, 1, square, at, NULL));
    for (size_t i = 0; i < f->n && count; i++)
        f->scale[i] = sqrtf(square[i * NEIGHBOURS + count - 1]);
    for (size_t i = 0; i < f->n; i++)
        terms_of(f, f->left_out + i * KEPT, (double)f->copies[i] - 1.0,
                 square + i * NEIGHBOURS, at + i * NEIGHBOURS, count);
done:
    free(square);
    free(at);
    return status;
}

/* The map that whitens n different rows. */
static egad_status whiten(nearest *f, const float *rows, size_t n)
{
    egad_status status = EGAD_OK;
    NEW(f->map, f->P * f->P);
    NEW(f->offset, f->P);
    TRY(egad_whiten_fit(f->map, f->offset, f->device, rows, n, f->P, f->shrinkage));
done:
    return status;
}

/* The points of n different rows: the same bits as those that rows get later.  A first
 * point at 0 stands for all. */
static egad_status map_rows(nearest *f, float *rows)
{
    egad_status status = EGAD_OK;
    const size_t n = f->n;
    egad_plan *plan = NULL;
    NEW(f->point, n * f->P);
    f->n = 1;
    TRY(prepare(f));
    f->n = n;
    for (size_t i = 0; i < n; i += f->batch) {
        const size_t some = n - i < f->batch ? n - i : f->batch;
        egad_plan_free(plan);
        TRY(egad_plan_new(&plan, f->device, "whiten"));
        TRY(put(f, plan, rows + i * f->P, some, 0));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(f->device, egad_tensor_rows(f->near.place, 0, some),
                             f->point + i * f->P));
    }
    egad_neighbours_free(&f->near);
    egad_tensor_free(&f->row);
done:
    egad_plan_free(plan);
    return status;
}

/* Keep at most `most` of the different rows, evenly chosen. */
static void thin(egad_distinct *d, size_t most, size_t columns)
{
    const size_t n = d->n;
    if (!most || n <= most)
        return;
    for (size_t i = 0; i < most; i++) {
        const size_t from = i * n / most;
        memmove(d->row + i * columns, d->row + from * columns, columns * sizeof *d->row);
        d->copies[i] = d->copies[from];
    }
    d->n = most;
}

/* Keep a share of the rows: those whose multiple of the golden ratio has a fraction below
 * it, as even as every fourth row, and in step with no period of the data. */
static void draw(egad_distinct *d, double share, size_t rows, size_t columns)
{
    enum { LEAST = 20 };
    size_t n = 0;
    if (share * (double)rows < (double)LEAST)
        share = (double)LEAST / (double)rows;
    memset(d->copies, 0, d->n * sizeof *d->copies);
    for (size_t i = 0; i < rows; i++)
        d->copies[d->of[i]] += fmod((double)i * 0.6180339887498949, 1.0) < share;
    for (size_t i = 0; i < d->n; i++) {
        if (!d->copies[i])
            continue;
        memmove(d->row + n * columns, d->row + i * columns, columns * sizeof *d->row);
        d->copies[n++] = d->copies[i];
    }
    d->n = n;
}

static egad_status fit(void **out, egad_device *device,
                       const egad_method_settings *settings, const float *x, size_t rows,
                       size_t columns)
{
    egad_status status = EGAD_OK;
    egad_distinct d = { 0 };
    nearest *f = NULL;
    *out = NULL;
    if (rows < 1)
        FAIL(DATA, "nearest needs a training row, and the data has none");
    if (rows >= 1u << 24)
        FAIL(DATA,
             "nearest keeps all different training rows, and counts up to 16,777,215 "
             "rows; the data has %zu: choose fewer",
             rows);
    TRY(egad_distinct_find(&d, x, rows, columns));
    if (settings->share == 0.0)
        thin(&d, settings->most, columns);
    NEW(f, 1);
    f->device = device;
    f->rows = rows;
    f->P = columns;
    f->shrinkage = settings->shrinkage;
    if (f->shrinkage > 0.0)
        TRY(whiten(f, d.row, d.n));
    if (settings->share > 0.0)
        draw(&d, settings->share, rows, columns);
    f->n = d.n;
    NEW(f->copies, d.n);
    for (size_t i = 0; i < d.n; i++)
        f->copies[i] = (float)d.copies[i];
    if (f->shrinkage > 0.0) {
        TRY(map_rows(f, d.row));
    } else {
        f->point = d.row;
        d.row = NULL;
    }
    TRY(prepare(f));
    TRY(measure(f));
    *out = f;
    f = NULL;
done:
    egad_distinct_clear(&d);
    destroy(f);
    return status;
}

static egad_status terms(void *fitted, const float *x, size_t rows, int trained,
                         float *out)
{
    egad_status status = EGAD_OK;
    nearest *f = fitted;
    egad_distinct d = { 0 };
    float *square = NULL, *centre = NULL;
    cl_int *at = NULL;
    TRY(egad_distinct_find(&d, x, rows, f->P));
    NEW(square, d.n * NEIGHBOURS);
    NEW(at, d.n * NEIGHBOURS);
    NEW(centre, d.n);
    TRY(find(f, d.row, d.n, 0, square, at, centre));
    for (size_t i = 0; i < rows; i++) {
        const float *s = square + d.of[i] * NEIGHBOURS;
        const cl_int *a = at + d.of[i] * NEIGHBOURS;
        if (trained && s[0] == 0.0f) /* it is a point: its own terms are known */
            for (int k = 0; k < KEPT; k++)
                out[i * COUNT + (size_t)k] = f->left_out[(size_t)a[0] * KEPT + (size_t)k];
        else
            terms_of(f, out + i * COUNT, 0.0, s, a, least(NEIGHBOURS, f->n));
        out[i * COUNT + CENTRE] = /* of a broken row NaN, too */
            f->map ? centre[d.of[i]] : 0.0f * out[i * COUNT + NEAREST];
    }
done:
    egad_distinct_clear(&d);
    free(square);
    free(centre);
    free(at);
    return status;
}

static egad_status rebuild(void *fitted, const float *x, size_t rows, int trained,
                           float *rebuilt)
{
    egad_status status = EGAD_OK;
    nearest *f = fitted;
    float *square = NULL;
    cl_int *at = NULL;
    if (f->map)
        FAIL(ARGUMENT, "nearest keeps whitened rows, and no reconstruction");
    NEW(square, rows * NEIGHBOURS);
    NEW(at, rows * NEIGHBOURS);
    TRY(find(f, x, rows, 0, square, at, NULL));
    for (size_t i = 0; i < rows; i++) {
        const cl_int *a = at + i * NEIGHBOURS;
        const int own = trained && square[i * NEIGHBOURS] == 0.0f && f->n > 1 &&
                        f->copies[a[0]] == 1.0f; /* the only copy of this row */
        const size_t k = (size_t)a[own];
        for (size_t j = 0; j < f->P; j++)
            rebuilt[i * f->P + j] = k < f->n ? f->point[k * f->P + j] : NAN;
    }
done:
    free(square);
    free(at);
    return status;
}

/* ---- Files ------------------------------------------------------------------- */

/* Write or read each array of the group. */
static egad_status arrays(nearest *f, egad_h5 *file, const char *group,
                          egad_h5_floats *call)
{
    egad_status status = EGAD_OK;
    const size_t n = f->n, P = f->P;
    const struct {
        const char *name;
        size_t shape[2];
        float *values;
    } array[] = {
        { "rows", { n, P }, f->point }, { "copies", { n }, f->copies },
        { "scale", { n }, f->scale },   { "left_out", { n, KEPT }, f->left_out },
        { "map", { P, P }, f->map },    { "offset", { P }, f->offset }
    };
    for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
        char path[METHOD_PATH];
        if (!array[i].values)
            continue;
        snprintf(path, sizeof path, "%s/%s", group, array[i].name);
        TRY(call(file, path, array[i].shape[1] ? 2 : 1, array[i].shape, array[i].values));
    }
done:
    return status;
}

static egad_status save(const void *fitted, egad_h5 *file, const char *group)
{
    nearest f = *(const nearest *)fitted;
    return arrays(&f, file, group, egad_h5_write_floats);
}

/* EGAD_FORMAT unless the numbers of a group are possible. */
static egad_status check(nearest *f, const char *group)
{
    egad_status status = EGAD_OK;
    double rows = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        const float copies = f->copies[i];
        if (!(copies >= 1.0f && copies == floorf(copies)))
            FAIL(FORMAT,
                 "model: '%s/copies' holds %g, which is no number of "
                 "rows" EGAD_H5_RETRAIN,
                 group, (double)copies);
        if (!(f->scale[i] >= 0.0f))
            FAIL(FORMAT, "model: '%s/scale' holds the distance %g" EGAD_H5_RETRAIN, group,
                 (double)f->scale[i]);
        rows += copies;
    }
    f->rows = (size_t)rows;
done:
    return status;
}

static egad_status load(void **out, egad_device *device, egad_h5 *file, const char *group,
                        size_t columns)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    nearest *f = NULL;
    char path[METHOD_PATH];
    *out = NULL;
    snprintf(path, sizeof path, "%s/rows", group);
    TRY(egad_h5_shape(file, path, shape, &rank));
    if (rank != 2 || shape[0] < 1 || shape[0] >= 1u << 24 || shape[1] != columns)
        FAIL(FORMAT, "model: '%s' has an impossible shape" EGAD_H5_RETRAIN, path);
    NEW(f, 1);
    f->device = device;
    f->n = shape[0];
    f->P = columns;
    NEW(f->point, f->n * f->P);
    NEW(f->copies, f->n);
    NEW(f->scale, f->n);
    NEW(f->left_out, f->n * KEPT);
    snprintf(path, sizeof path, "%s/map", group);
    if (egad_h5_has(file, path, NULL)) {
        NEW(f->map, columns * columns);
        NEW(f->offset, columns);
    }
    TRY(arrays(f, file, group, egad_h5_read_floats));
    TRY(check(f, group));
    TRY(prepare(f));
    *out = f;
    f = NULL;
done:
    destroy(f);
    return status;
}

static void describe(const void *fitted, char *out, size_t size)
{
    const nearest *f = fitted;
    snprintf(out, size, "%zu different training rows of %zu, %zu columns", f->n, f->rows,
             f->P);
}

const egad_method egad_nearest_method = { .name = "nearest",
                                          .term = { "nearest", "fifth", "local",
                                                    "centre" },
                                          .fit = fit,
                                          .terms = terms,
                                          .rebuild = rebuild,
                                          .save = save,
                                          .load = load,
                                          .describe = describe,
                                          .free = destroy };
