/* The geometry of patches: the large image is (H, W, C), the small one (h, w), kernels
 * have SIDE x SIDE taps, a step of STEP and BEFORE_* pixels of padding before the first.
 * All are build macros, IMAGE_* and SMALL_*, so that divisors are constants. */
#if !defined(IMAGE_H) || !defined(IMAGE_W) || !defined(IMAGE_C)
#error "patches.h: build with -DIMAGE_H=<rows> -DIMAGE_W=<columns> -DIMAGE_C=<channels>"
#endif
#if !defined(SMALL_H) || !defined(SMALL_W)
#error "patches.h: build with -DSMALL_H=<rows> -DSMALL_W=<columns>"
#endif
#if !defined(SIDE) || !defined(STEP) || !defined(BEFORE_H) || !defined(BEFORE_W)
#error "patches.h: build with -DSIDE=<taps> -DSTEP=<pixels> -DBEFORE_H=, -DBEFORE_W=<pixels>"
#endif

#define SMALL (SMALL_H * SMALL_W)

/* Offset of element (row, column) of the patch matrix in images ldx floats apart; -1:
 * outside the image. */
static inline int patch_at(const int row, const int column, const int ldx)
{
    const int n = row / SMALL, i = row / SMALL_W % SMALL_H, j = row % SMALL_W;
    const int tap = column / IMAGE_C;
    const int y = i * STEP + tap / SIDE - BEFORE_H, x = j * STEP + tap % SIDE - BEFORE_W;
    if (y < 0 || y >= IMAGE_H || x < 0 || x >= IMAGE_W)
        return -1;
    return n * ldx + (y * IMAGE_W + x) * IMAGE_C + column % IMAGE_C;
}
