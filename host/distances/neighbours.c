/* Nearest points: the points in tiles on the device, and the launches of
 * cl/neighbours.cl. */
#include "neighbours.h"
#include "cl/shared.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { GROUP = 64, SEGMENTS = 64 }; /* items of a group; segments of points, at most */

static size_t divided(size_t n, size_t by)
{
    return (n + by - 1) / by;
}

static egad_status write_new(egad_tensor *t, egad_device *device, size_t n,
                             const float *values)
{
    egad_status status = EGAD_OK;
    TRY(egad_tensor_flat(t, device, n));
    TRY(egad_tensor_write(device, *t, values));
done:
    return status;
}

/* The map, packed, if the engine packs. */
static egad_status pack(egad_neighbours *b, egad_device *device, size_t columns)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    TRY(egad_tensor_flat(&b->packed, device, egad_gemm_panels(device, columns, b->P)));
    TRY(egad_plan_new(&plan, device, "pack"));
    TRY(egad_gemm_pack(plan, "directions", b->packed, b->map,
                       &(egad_gemm_entry){ .rows = columns, .columns = b->P }, 1));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(device));
done:
    egad_plan_free(plan);
    return status;
}

static egad_status project(egad_neighbours *b, egad_device *device,
                           const egad_points *points)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    TRY(write_new(&b->map, device, points->n * b->P, points->map));
    TRY(write_new(&b->offset, device, b->P, points->offset));
    TRY(egad_gemm_choose(&engine, device));
    if (egad_gemm_packs(engine))
        TRY(pack(b, device, points->n));
done:
    return status;
}

/* ---- Tiles and their boxes -------------------------------------------------- */

/* Least and largest values of column k in box `at`. */
static float *box_of(float *boxes, size_t at, size_t P, size_t k)
{
    return boxes + (at / NEAR_BOXES * P + k) * 2 * NEAR_BOXES + at % NEAR_BOXES;
}

/* Extend box `to` by a box or a point. */
static void extend(float *boxes, size_t to, size_t P, size_t k, float least, float most)
{
    float *box = box_of(boxes, to, P, k);
    box[0] = fminf(box[0], least);
    box[NEAR_BOXES] = fmaxf(box[NEAR_BOXES], most);
}

/* Points in tiles, their numbers, and the boxes around each tile and around each panel of
 * tiles. */
static egad_status tile(egad_neighbours *b, egad_device *device, const float *point)
{
    egad_status status = EGAD_OK;
    const size_t n = b->n, P = b->P, T = divided(n, NEAR_TILE);
    const size_t panels = divided(T, NEAR_BOXES), uppers = divided(panels, NEAR_BOXES);
    const size_t size = (panels + uppers) * P * 2 * NEAR_BOXES;
    float *tiles = NULL, *boxes = NULL;
    uint32_t *order = NULL;
    union {
        cl_int *ints;
        float *floats;
    } number = { .ints = NULL };
    NEW(order, n);
    NEW(tiles, T * P * NEAR_TILE);
    NEW(boxes, size);
    NEW(number.ints, T * NEAR_TILE);
    TRY(egad_neighbours_order(order, point, n, P));
    for (size_t i = 0; i < size; i++)
        boxes[i] = i / NEAR_BOXES % 2 ? -INFINITY : INFINITY;
    for (size_t i = 0; i < T * NEAR_TILE; i++) {
        const size_t t = i / NEAR_TILE;
        number.ints[i] = (cl_int)(i < n ? order[i] : n);
        for (size_t k = 0; k < P; k++) {
            const float v = i < n ? point[order[i] * P + k] : INFINITY;
            tiles[(t * P + k) * NEAR_TILE + i % NEAR_TILE] = v;
            if (i < n)
                extend(boxes, t, P, k, v, v);
        }
    }
    for (size_t t = 0; t < T; t++)
        for (size_t k = 0; k < P; k++) {
            const float *box = box_of(boxes, t, P, k);
            extend(boxes, panels * NEAR_BOXES + t / NEAR_BOXES, P, k, box[0],
                   box[NEAR_BOXES]);
        }
    TRY(write_new(&b->tiles, device, T * P * NEAR_TILE, tiles));
    TRY(write_new(&b->boxes, device, size, boxes));
    TRY(write_new(&b->number, device, T * NEAR_TILE, number.floats));
done:
    free(order);
    free(tiles);
    free(boxes);
    free(number.ints);
    return status;
}

/* Segments into which the points are divided for N queries: enough groups to keep the
 * device busy. */
static size_t segments_for(const egad_device *device, size_t n, size_t N)
{
    const size_t block = device->cpu ? NEAR_BLOCK : GROUP, groups = divided(N, block);
    const size_t tiles = divided(n, NEAR_TILE);
    const size_t most = device->cpu ? divided(tiles, NEAR_BOXES * NEAR_BOXES) : tiles;
    const size_t wanted = divided(4 * device->info.units, groups);
    const size_t least = wanted < SEGMENTS ? wanted : SEGMENTS;
    return least < most ? least : most;
}

egad_status egad_neighbours_new(egad_neighbours *out, egad_device *device,
                                const egad_points *points, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_neighbours b = { .n = points->rows, .P = points->P };
    size_t lists = 0;
    *out = (egad_neighbours){ 0 };
    if (points->map)
        TRY(project(&b, device, points));
    if (points->local_scale)
        TRY(write_new(&b.local_scale, device, b.n, points->local_scale));
    TRY(tile(&b, device, points->point));
    for (size_t N = 1; N <= batch; N++) {
        const size_t all = N * segments_for(device, b.n, N);
        lists = all > lists ? all : lists;
    }
    TRY(egad_tensor_new(&b.place, device, batch, b.P));
    TRY(egad_tensor_flat(&b.part_squares, device, lists * NEIGHBOURS));
    TRY(egad_tensor_flat(&b.part_at, device, lists * NEIGHBOURS));
    TRY(egad_tensor_new(&b.squares, device, batch, NEIGHBOURS));
    TRY(egad_tensor_new(&b.at, device, batch, NEIGHBOURS));
    *out = b;
    b = (egad_neighbours){ 0 };
done:
    egad_neighbours_free(&b);
    return status;
}

void egad_neighbours_free(egad_neighbours *b)
{
    egad_tensor *const tensors[] = { &b->map,     &b->offset,  &b->packed,
                                     &b->tiles,   &b->number,  &b->boxes,
                                     &b->place,   &b->at,      &b->part_squares,
                                     &b->squares, &b->part_at, &b->local_scale };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
}

egad_status egad_neighbours_place(const egad_neighbours *b, egad_plan *plan,
                                  egad_tensor e)
{
    const egad_tensor map = egad_tensor_view(b->map, 0, e.c, b->P);
    return egad_dense_forward(plan, "directions", egad_tensor_rows(b->place, 0, e.n), e,
                              map, b->packed, b->offset,
                              &(egad_activation){ .act = ACT_LINEAR });
}

/* ---- Launches ------------------------------------------------------------------ */

typedef struct {
    char options[48];
    size_t local;
} build;

static build build_for(const egad_device *device)
{
    build made = { .local = device->cpu ? 1 : GROUP };
    snprintf(made.options, sizeof made.options, "-DWG=%zu -DVECTOR=%zu", made.local,
             egad_device_vector(device));
    return made;
}

egad_status egad_neighbours_find(const egad_neighbours *b, egad_plan *plan, size_t N,
                                 long first)
{
    egad_status status = EGAD_OK;
    const egad_device *device = egad_plan_device(plan);
    const size_t segments = segments_for(device, b->n, N), T = divided(b->n, NEAR_TILE);
    const build made = build_for(device);
    const egad_tensor p = egad_tensor_rows(b->place, 0, N);
    const egad_launch search = {
        .label = "nearest points",
        .source = egad_cl_neighbours,
        .kernel = device->cpu ? "neighbours_rows" : "neighbours_group",
        .options = made.options,
        .groups = { divided(N, device->cpu ? NEAR_BLOCK : GROUP), segments },
        .local = made.local
    };
    const egad_launch merge = { .label = "nearest points",
                                .source = egad_cl_neighbours,
                                .kernel = "neighbours_merge",
                                .options = made.options,
                                .groups = { divided(N, made.local), 1 },
                                .local = made.local };
    if (device->cpu)
        TRY(ADD(plan, &search, MEM(b->part_squares.mem), MEM(b->part_at.mem), MATRIX(p),
                MEM(b->tiles.mem), MEM(b->number.mem), MEM(b->boxes.mem), INT(N),
                INT(b->n), INT(b->P), INT(T), INT(segments), INT(first)));
    else
        TRY(ADD(plan, &search, MEM(b->part_squares.mem), MEM(b->part_at.mem), MATRIX(p),
                MEM(b->tiles.mem), MEM(b->number.mem), INT(N), INT(b->n), INT(b->P),
                INT(T), INT(segments), INT(first)));
    TRY(ADD(plan, &merge, MEM(b->squares.mem), MEM(b->at.mem), MEM(b->part_squares.mem),
            MEM(b->part_at.mem), MATRIX(p), INT(N), INT(b->n), INT(b->P), INT(segments)));
done:
    return status;
}

egad_status egad_neighbours_nearest(const egad_neighbours *b, egad_plan *plan,
                                    egad_tensor terms, size_t N, long first,
                                    const int column[2])
{
    egad_status status = EGAD_OK;
    const size_t others = first < 0 ? b->n : b->n - 1;
    const build made = build_for(egad_plan_device(plan));
    const egad_launch launch = { .label = "distances",
                                 .source = egad_cl_neighbours,
                                 .kernel = "neighbours_terms",
                                 .options = made.options,
                                 .groups = { divided(N, made.local), 1 },
                                 .local = made.local };
    TRY(egad_neighbours_find(b, plan, N, first));
    TRY(ADD(plan, &launch, MEM(terms.mem), MEM(b->squares.mem), MEM(b->at.mem),
            MEM(b->local_scale.mem), INT(N), INT(b->n),
            INT(others < NEIGHBOURS ? others : NEIGHBOURS), INT(column[0]),
            INT(column[1])));
done:
    return status;
}
