/* Matrix products by tiles in local memory, behind one file: an engine for GPUs. */
#ifndef EGAD_TILES_H
#define EGAD_TILES_H

#include "product.h"

/* A tile of C: m x n results over a depth of k at a time, block_m x block_n of them by
 * one work-item.  What it costs, in microseconds as measured on an NVIDIA H200, of which
 * only proportions matter: `edge` before and after, `step` for a depth of k at least; and
 * operations that a unit does in one where it has enough to do. */
typedef struct {
    size_t m, n, k, block_m, block_n;
    double edge, step, rate;
    int usual; /* taken without being measured */
} egad_tile;

/* The tiles that there are; and those among them whose groups the device can have. */
enum { EGAD_TILES = 8 };
extern const egad_tile egad_tiles_all[EGAD_TILES];
int egad_tiles_fit(const egad_device *device, const egad_tile *tile);

/* A tile's name, "64x64x16/8x4", and the tile of a name; 0: there is none, or it does
 * not fit. */
enum { EGAD_TILES_NAME = 32 };
void egad_tiles_name(char name[EGAD_TILES_NAME], const egad_tile *tile);
int egad_tiles_find(egad_tile *tile, const egad_device *device, const char *name);

/* The tile for C (M, N) over a depth of K, as long as nothing has been measured.
 * gradient: the product is one of a kernel, its A transposed. */
egad_tile egad_tiles_choose(const egad_device *device, size_t M, size_t N, size_t K,
                            int gradient);

/* How many parts K falls into, so that a device has enough groups of this tile to do. */
size_t egad_tiles_parts(const egad_device *device, const egad_tile *tile, size_t M,
                        size_t N, size_t K, int gradient);

/* Append the product with its epilogue, by this tile. */
egad_status egad_tiles_append(egad_plan *plan, const egad_product *p,
                              const egad_tile *tile);

#endif
