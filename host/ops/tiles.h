/* Matrix products by tiles in local memory: the engine for GPUs. */
#ifndef EGAD_TILES_H
#define EGAD_TILES_H

#include "product.h"

/* A tile of C has m x n results and proceeds along K in steps of k; each work-item
 * computes block_m x block_n results.  Costs in microseconds on an NVIDIA H200, of which
 * only the ratios matter: `edge` before and after the steps, at least `step` per step;
 * `rate`: operations per microsecond of a fully occupied compute unit. */
typedef struct {
    size_t m, n, k, block_m, block_n;
    double edge, step, rate;
    int usual; /* 1: may be chosen without tuning */
} egad_tile;

/* All tiles; and whether the device allows a tile's work-group. */
enum { EGAD_TILES = 8 };
extern const egad_tile egad_tiles_all[EGAD_TILES];
int egad_tiles_fit(const egad_device *device, const egad_tile *tile);

/* A tile's name, "64x64x16/8x4"; and the tile with a name: 0 if there is none, or it does
 * not fit the device. */
enum { EGAD_TILES_NAME = 32 };
void egad_tiles_name(char name[EGAD_TILES_NAME], const egad_tile *tile);
int egad_tiles_find(egad_tile *tile, const egad_device *device, const char *name);

/* The tile for C (M, N) with depth K, by estimated cost.  gradient: 1 for the gradient of
 * a kernel, whose A is transposed. */
egad_tile egad_tiles_choose(const egad_device *device, size_t M, size_t N, size_t K,
                            int gradient);

/* Number of parts into which K is split, so that the device has enough groups to run. */
size_t egad_tiles_parts(const egad_device *device, const egad_tile *tile, size_t M,
                        size_t N, size_t K, int gradient);

/* Append the product and its epilogue, with this tile. */
egad_status egad_tiles_append(egad_plan *plan, const egad_product *p,
                              const egad_tile *tile);

#endif
