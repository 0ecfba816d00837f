/* Patches: the pixels under a kernel as rows of a matrix, for convolutions by an engine
 * for plain matrix products; and the inverse with its epilogue.
 *
 * Host side: host/ops/conv2d_patches.c.  Test: tests/ops/check_conv2d.c.  Build macros:
 * WG, items of a group; VECTOR, floats that an item takes, 4 or 1: IMAGE_C is a multiple
 * of it; EPILOGUE, one of EPILOGUE_*; and those of patches.h. */
#include "shared.h"

#ifndef WG
#error "patches.cl: build with -DWG=<work-group size>"
#endif
#ifndef VECTOR
#error "patches.cl: build with -DVECTOR=<1 or 4>"
#endif

#include "patches.h"

#define IMAGE (IMAGE_H * IMAGE_W)
#define COLUMNS (SIDE * SIDE * IMAGE_C)
/* Offset of pixel `row` of all images. */
#define ROW(row, ld) ((row) / IMAGE * (ld) + (row) % IMAGE * IMAGE_C)

#include "rng.h"
#include "vector.h"
#include "epilogue.h"
#include "derivative.h"
#include "end.h"

/* p[(n, i, j), (kh, kw, c)] = x[n, i STEP + kh - before, j STEP + kw - before, c], 0
 * outside.  p: (N * h * w, SIDE * SIDE * C).  x: (N, H * W * C).  Groups: ceil(N * h * w *
 * SIDE * SIDE * C / VECTOR / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void patches_gather(__global float *restrict p, __global const float *restrict x_mem,
                    const int x_at, const int ldx, const int N)
{
    const size_t id = get_global_id(0);
    const size_t row = id / (COLUMNS / VECTOR), column = id % (COLUMNS / VECTOR) * VECTOR;
    if (row >= (size_t)N * SMALL)
        return;
    const int from = patch_at((int)row, (int)column, ldx);
    const FLOATV v = from < 0 ? (FLOATV)(0.0f) : LOADV(0, x_mem + x_at + from);
    STOREG(v, 0, p + row * COLUMNS + column);
}

/* x[n, y, x, c] = sum of what patches_gather would have copied from there, in the order of
 * (kh, kw), and its epilogue.  Groups: ceil(N * H * W * C / VECTOR / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void patches_sum(__global float *restrict x_mem, const int x_at, const int ldx,
                 __global const float *restrict p, const int N END_PARAMETERS)
{
    const int id = (int)get_global_id(0);
    const int row = id / (IMAGE_C / VECTOR), c = id % (IMAGE_C / VECTOR) * VECTOR;
    if (row >= N * IMAGE)
        return;
    const int n = row / IMAGE, y = row / IMAGE_W % IMAGE_H, x = row % IMAGE_W;
    FLOATV sum = (FLOATV)(0.0f);
    for (int kh = (y + BEFORE_H) % STEP; kh < SIDE; kh += STEP) {
        const int i = (y + BEFORE_H - kh) / STEP;
        if (kh > y + BEFORE_H || i >= SMALL_H)
            continue;
        for (int kw = (x + BEFORE_W) % STEP; kw < SIDE; kw += STEP) {
            const int j = (x + BEFORE_W - kw) / STEP;
            if (kw > x + BEFORE_W || j >= SMALL_W)
                continue;
            const size_t from = (size_t)((n * SMALL_H + i) * SMALL_W + j) * COLUMNS;
            sum += LOADV(0, p + from + (kh * SIDE + kw) * IMAGE_C + c);
        }
    }
    STOREG(END(sum, row, c), 0, x_mem + x_at + ROW(row, ldx) + c);
}
