/* Patches: the pixels under a kernel as rows of a matrix, for convolutions as products of
 * an engine that takes plain matrices; and the way back.  The large image is (H, W, C),
 * the small one (h, w), kernels have K x K taps, a step of S and `before` pixels of
 * padding before the first.
 *
 * Host side: host/op_conv2d_patches.c.  Test: tests/check_conv2d.c.
 * Build macros: WG, items of a group. */
#ifndef WG
#error "patches.cl: build with -DWG=<work-group size>"
#endif

/* p[(n, i, j), (kh, kw, c)] = x[n, i S + kh - before, j S + kw - before, c], 0 outside.
 * p: (N * h * w, K * K * C).  x: (N, H * W * C).  Groups: ceil(N * h * w * K * K * C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void patches_gather(__global float *restrict p, __global const float *restrict x_mem,
                    const int x_at, const int ldx, const int N, const int H, const int W,
                    const int C, const int h, const int w, const int K, const int S,
                    const int before_h, const int before_w)
{
    const size_t id = get_global_id(0), size = (size_t)(N * h * w) * (size_t)(K * K * C);
    if (id >= size)
        return;
    const int row = (int)(id / (size_t)(K * K * C)), column = (int)(id % (size_t)(K * K * C));
    const int n = row / (h * w), i = row / w % h, j = row % w;
    const int kh = column / (K * C), kw = column / C % K, c = column % C;
    const int y = i * S + kh - before_h, x = j * S + kw - before_w;
    float v = 0.0f;
    if (y >= 0 && y < H && x >= 0 && x < W)
        v = x_mem[x_at + n * ldx + (y * W + x) * C + c];
    p[id] = v;
}

/* x[n, y, x, c] = sum of what patches_gather would have copied from there, in the order of
 * (kh, kw).  Groups: ceil(N * H * W * C / WG). */
__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void patches_sum(__global float *restrict x_mem, const int x_at, const int ldx,
                 __global const float *restrict p, const int N, const int H, const int W,
                 const int C, const int h, const int w, const int K, const int S,
                 const int before_h, const int before_w)
{
    const int id = (int)get_global_id(0);
    if (id >= N * H * W * C)
        return;
    const int c = id % C, x = id / C % W, y = id / C / W % H, n = id / C / W / H;
    float sum = 0.0f;
    for (int kh = 0; kh < K; kh++) {
        const int i = y + before_h - kh;
        if (i < 0 || i % S != 0 || i / S >= h)
            continue;
        for (int kw = 0; kw < K; kw++) {
            const int j = x + before_w - kw;
            if (j < 0 || j % S != 0 || j / S >= w)
                continue;
            const size_t row = (size_t)((n * h + i / S) * w + j / S);
            sum += p[row * (size_t)(K * K * C) + (size_t)((kh * K + kw) * C + c)];
        }
    }
    x_mem[x_at + n * ldx + (y * W + x) * C + c] = sum;
}
