/* The steps of mlp.cl that only training has, for one block of rows.  `add`: 1 to add to
 * the results of the group's earlier blocks. */

/* Dropout of ROWS rows of C columns from row `first` of the doubled batch on (real rows,
 * then generated ones).  The same random numbers as in pointwise.cl: the four outputs of
 * a counter are two rows of 16 + 16 columns. */
static void dropout(__global float *restrict y, const int C, const float share,
                    const float scale, const int first, const uint clock,
                    const uint stream, const uint key0, const uint key1)
{
    const uint limit = (uint)(share * 4294967296.0f);
    for (int r = -(first % 2); r < ROWS; r += 2)
        for (int j = 0; j < C; j += j % 16 + VECTOR == 16 ? VECTOR + 16 : VECTOR) {
            UINTV c0 = AS_UINTV(LANES) + (uint)(j / 32 * 16 + j % 16);
            UINTV c1 = (UINTV)((uint)(first + r) / 2), c2 = (UINTV)(clock);
            UINTV c3 = (UINTV)(stream);
            PHILOXV(key0, key1)
            const UINTV random[2][2] = { { c0, c1 }, { c2, c3 } };
            for (int k = max(0, -r); k < min(2, ROWS - r); k++)
                for (int right = 0; right < 2 && j + 16 * right < C; right++) {
                    __global float *at = y + (r + k) * STRIDE + j + 16 * right;
                    STOREG(select(LOADV(0, at) * scale, (FLOATV)(0.0f),
                                  AS_INTV(random[k][right] < (UINTV)(limit))),
                           0, at);
                }
        }
}

/* d = the gradient of the mean over n of CE(l, label), and these rows' part of that mean
 * (loss.cl).  l, d: (ROWS, 1), `rows` of them valid; d is 0 in the others and in the rest
 * of its panel. */
static void loss(__global const float *restrict l, __global float *restrict d,
                 const float label, __global float *mean, const int rows, const int n,
                 const int add)
{
    float sum = 0.0f;
    for (int r = 0; r < ROWS; r++, l += STRIDE, d += STRIDE) {
        STOREG((FLOATV)(0.0f), 0, d);
        STOREG((FLOATV)(0.0f), 1, d);
        if (r < rows) {
            const float2 ce = cross_entropy(l[0], label);
            sum += ce.x;
            d[0] = ce.y / (float)n;
        }
    }
    mean[0] = (add ? mean[0] : 0.0f) + sum / (float)n;
}

/* Past the last column, values read after `at` are not stored. */
static void put(const FLOATV v, __global float *at, const int n, const int add)
{
    store(add ? LOADV(0, at) + v : v, at, n);
}

/* dw (I, O) = x^T dy and db (O) = the sums of dy, over `height` rows, ROWS or twice as
 * many.  x: (height, I).  dy: (height, O). */
static void weights(__global float *restrict dw, __global float *restrict db,
                    __global const float *restrict x, __global const float *restrict dy,
                    const int I, const int O, const int height, const int add)
{
    for (int j = 0; j < O; j += PANEL) {
        FLOATV sum0 = (FLOATV)(0.0f), sum1 = (FLOATV)(0.0f);
        for (int r = 0; r < height; r++) {
            sum0 += LOADV(0, dy + r * STRIDE + j);
            sum1 += LOADV(1, dy + r * STRIDE + j);
        }
        put(sum0, db + j, O - j, add);
        put(sum1, db + j + VECTOR, O - j - VECTOR, add);
        for (int i = 0; i < I; i += ROWS) {
            FLOATV left[ROWS], right[ROWS];
            __global const float *a = x + i, *b = dy + j;
#pragma unroll
            for (int k = 0; k < ROWS; k++)
                left[k] = right[k] = (FLOATV)(0.0f);
            for (int r = 0; r < height; r++, a += STRIDE, b += STRIDE) {
                const FLOATV b0 = LOADV(0, b), b1 = LOADV(1, b);
#pragma unroll
                for (int k = 0; k < ROWS; k++) {
                    const FLOATV v = (FLOATV)(a[k]);
                    left[k] = fma(v, b0, left[k]);
                    right[k] = fma(v, b1, right[k]);
                }
            }
#pragma unroll
            for (int k = 0; k < ROWS; k++)
                if (i + k < I) {
                    __global float *to = dw + (i + k) * O + j;
                    put(left[k], to, O - j, add);
                    put(right[k], to + VECTOR, O - j - VECTOR, add);
                }
        }
    }
}

/* sums (MLP_SUMS, part) = sum k over parts k, k + MLP_SUMS, ... of the `count` parts, in
 * order; with `more`, these are added to sums, one after the other.  part: whole vectors.
 * Groups: ceil(part / MLP_CHUNK) by MLP_SUMS, of one item. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void mlp_add(__global float *restrict sums, __global const float *restrict parts,
             const int part, const int count, const int more)
{
    const int k = (int)get_group_id(1), begin = (int)get_group_id(0) * MLP_CHUNK;
    sums += (size_t)k * (size_t)part;
    for (int i = begin; i < min(part, begin + MLP_CHUNK); i += VECTOR) {
        FLOATV sum = LOADV(0, (more ? sums : parts + (size_t)k * (size_t)part) + i);
        for (int p = more ? k : k + MLP_SUMS; p < count; p += MLP_SUMS)
            sum += LOADV(0, parts + (size_t)p * (size_t)part + i);
        STOREG(sum, 0, sums + i);
    }
}

/* a, b = the sums, in order, over `count` parts of their first na floats and of the next
 * nb; the losses after these go to slots slot .. slot + losses of the ring.  Groups:
 * ceil((na + nb) / MLP_CHUNK), of one item; na and nb whole vectors. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void mlp_sum(__global float *restrict a, const int na, __global float *restrict b,
             const int nb, __global const float *restrict parts, const int part,
             const int count, __global float *restrict ring,
             __global const uint *restrict clock, const int slot, const int losses)
{
    const int group = (int)get_group_id(0);
    for (int i = group * MLP_CHUNK; i < min(na + nb, (group + 1) * MLP_CHUNK); i += VECTOR) {
        FLOATV sum = LOADV(0, parts + i);
        for (int p = 1; p < count; p++)
            sum += LOADV(0, parts + (size_t)p * (size_t)part + i);
        STOREG(sum, 0, i < na ? a + i : b + i - na);
    }
    if (group == 0)
        for (int k = 0; k < losses; k++) {
            float sum = 0.0f;
            for (int p = 0; p < count; p++)
                sum += parts[(size_t)p * (size_t)part + na + nb + k];
            ring[clock[0] % RING * LOSSES + slot + k] = sum;
        }
}
