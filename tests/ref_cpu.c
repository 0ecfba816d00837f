/* Plain loops in double: the reference for kernels. */
#include "ref_cpu.h"

#include "device/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *room(size_t n)
{
    return calloc(n ? n : 1, sizeof(double));
}

void ref_product(double *c, const double *a, const double *b, size_t M, size_t N,
                 size_t K, int ta, int tb)
{
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < N; n++) {
            double sum = 0.0;
            for (size_t k = 0; k < K; k++)
                sum += (ta ? a[k * M + m] : a[m * K + k]) *
                       (tb ? b[n * K + k] : b[k * N + n]);
            c[m * N + n] = sum;
        }
}

double ref_activate(double x, int act, double slope)
{
    switch (act) {
    case ACT_RELU:
        return x <= 0.0 ? 0.0 : x;
    case ACT_LEAKY_RELU:
        return x <= 0.0 ? slope * x : x;
    case ACT_TANH:
        return tanh(x);
    case ACT_SIGMOID:
        return ref_sigmoid(x);
    case ACT_SOFTPLUS:
        return fmax(x, 0.0) + log1p(exp(-fabs(x)));
    default:
        return x;
    }
}

double ref_derivative(double y, int act, double slope)
{
    switch (act) {
    case ACT_RELU:
        return y > 0.0 ? 1.0 : 0.0;
    case ACT_LEAKY_RELU:
        return y > 0.0 ? 1.0 : y < 0.0 ? slope : 0.0;
    case ACT_TANH:
        return 1.0 - y * y;
    case ACT_SIGMOID:
        return y * (1.0 - y);
    case ACT_SOFTPLUS:
        return -expm1(-y);
    default:
        return 1.0;
    }
}

/* Visit every product of a convolution: element of the large image, kernel, small image.
 */
#define FOR_PRODUCTS(g, N)                                                               \
    const size_t h = ((g)->H + (g)->S - 1) / (g)->S,                                     \
                 w_ = ((g)->W + (g)->S - 1) / (g)->S;                                    \
    const long top = before((g)->H, g), left = before((g)->W, g);                        \
    for (size_t n = 0; n < (N); n++)                                                     \
        for (size_t i = 0; i < h; i++)                                                   \
            for (size_t j = 0; j < w_; j++)                                              \
                for (size_t t = 0; t < (g)->K * (g)->K; t++) {                           \
                    const long y = (long)(i * (g)->S + t / (g)->K) - top;                \
                    const long x = (long)(j * (g)->S + t % (g)->K) - left;               \
                    if (y < 0 || y >= (long)(g)->H || x < 0 || x >= (long)(g)->W)        \
                        continue;                                                        \
                    for (size_t c = 0; c < (g)->C; c++)                                  \
                        for (size_t o = 0; o < (g)->O; o++) {                            \
                            const size_t L =                                             \
                                ((n * (g)->H + (size_t)y) * (g)->W + (size_t)x) *        \
                                    (g)->C +                                             \
                                c;                                                       \
                            const size_t Q = (t * (g)->C + c) * (g)->O + o;              \
                            const size_t T = ((n * h + i) * w_ + j) * (g)->O + o;
#define END_PRODUCTS                                                                     \
    }                                                                                    \
    }

/* SAME: half of the padding that the last output needs, rounded down. */
static long before(size_t side, const egad_conv2d *g)
{
    const long missing =
        (long)(((side + g->S - 1) / g->S - 1) * g->S + g->K) - (long)side;
    return missing > 0 ? missing / 2 : 0;
}

void ref_conv2d(double *small, const double *large, const double *w, const egad_conv2d *g,
                size_t N)
{
    memset(small, 0,
           N * ((g->H + g->S - 1) / g->S) * ((g->W + g->S - 1) / g->S) * g->O *
               sizeof *small);
    FOR_PRODUCTS(g, N)
    small[T] += large[L] * w[Q];
    END_PRODUCTS
}

void ref_conv2d_adjoint(double *large, const double *small, const double *w,
                        const egad_conv2d *g, size_t N)
{
    memset(large, 0, N * g->H * g->W * g->C * sizeof *large);
    FOR_PRODUCTS(g, N)
    large[L] += small[T] * w[Q];
    END_PRODUCTS
}

void ref_conv2d_weights(double *dw, const double *large, const double *small,
                        const egad_conv2d *g, size_t N)
{
    memset(dw, 0, g->K * g->K * g->C * g->O * sizeof *dw);
    FOR_PRODUCTS(g, N)
    dw[Q] += large[L] * small[T];
    END_PRODUCTS
}

void ref_batchnorm(double *y, double *moments, const double *h, const double *gamma,
                   const double *beta, size_t R, size_t C)
{
    for (size_t c = 0; c < C; c++) {
        double mean = 0.0, variance = 0.0;
        for (size_t r = 0; r < R; r++)
            mean += h[r * C + c] / (double)R;
        for (size_t r = 0; r < R; r++)
            variance += (h[r * C + c] - mean) * (h[r * C + c] - mean) / (double)R;
        for (size_t r = 0; r < R; r++)
            y[r * C + c] =
                gamma[c] * (h[r * C + c] - mean) / sqrt(variance + 1e-3) + beta[c];
        if (moments) {
            moments[c] = mean;
            moments[C + c] = variance;
        }
    }
}

int ref_dropped(const ref_random *random, uint32_t row, uint32_t column, double p)
{
    const uint32_t counter[4] = { column / 32 * 16 + column % 16, row / 2, random->step,
                                  random->stream };
    uint32_t bits[4];
    egad_rng_bits(random->seed, counter, bits);
    return bits[row % 2 * 2 + column % 32 / 16] < (uint32_t)((float)p * 4294967296.0f);
}

/* y (N, C) = dropout(act(y)). */
static void activations(double *y, size_t N, size_t C, int act, double slope,
                        double dropout, const ref_random *random)
{
    for (size_t i = 0; i < N * C; i++) {
        y[i] = ref_activate(y[i], act, slope);
        if (random && dropout > 0.0)
            y[i] = ref_dropped(random, (uint32_t)(i / C), (uint32_t)(i % C), dropout)
                       ? 0.0
                       : y[i] / (1.0 - dropout);
    }
}

void ref_forward(double *y, const double *bias, size_t N, size_t C, int act, double slope,
                 double dropout, const ref_random *random)
{
    for (size_t i = 0; i < N * C; i++)
        y[i] += bias[i % C];
    activations(y, N, C, act, slope, dropout, random);
}

void ref_backward(double *dy, const double *y, size_t N, size_t C, int act, double slope,
                  double dropout)
{
    for (size_t i = 0; i < N * C; i++)
        if (dropout > 0.0)
            dy[i] *= y[i] == 0.0 ? 0.0
                                 : ref_derivative(y[i] * (1.0 - dropout), act, slope) /
                                       (1.0 - dropout);
        else
            dy[i] *= ref_derivative(y[i], act, slope);
}

void ref_sums(double *sums, const double *x, size_t N, size_t C)
{
    for (size_t j = 0; j < C; j++)
        sums[j] = 0.0;
    for (size_t i = 0; i < N * C; i++)
        sums[i % C] += x[i];
}

void ref_scale(double *x, const double *fit, size_t N, size_t C, double limit)
{
    for (size_t i = 0; i < N * C; i++) {
        const size_t j = i % C;
        double v = x[i];
        if (fit[2 * C + j] != 0.0)
            v = v < 0.0 ? -log1p(-v) : log1p(v);
        v = (v - fit[j]) * fit[C + j];
        x[i] = v > limit ? limit : v < -limit ? -limit : v;
    }
}

double ref_sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

double ref_cross_entropy(double logit, double label)
{
    /* -log sigmoid(l) and -log(1 - sigmoid(l)); linear beyond 30. */
    const double of_one = logit < -30.0 ? -logit : log1p(exp(-logit));
    const double of_zero = logit > 30.0 ? logit : log1p(exp(logit));
    return label * of_one + (1.0 - label) * of_zero;
}

void ref_adam(double *w, const double *g, double *m, double *v, double *ema, size_t n,
              double rate, double beta1, double beta2, double epsilon, double decay)
{
    for (size_t i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1.0 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1.0 - beta2) * g[i] * g[i];
        w[i] -= rate * m[i] / (sqrt(v[i]) + epsilon);
        ema[i] = decay * ema[i] + (1.0 - decay) * w[i];
    }
}

uint32_t ref_order(uint32_t at, uint32_t n, uint64_t seed, uint32_t epoch,
                   uint32_t stream)
{
    uint32_t width = 1;
    while ((UINT64_C(1) << (2 * width)) < n)
        width++;
    const uint32_t mask = (UINT32_C(1) << width) - 1;
    do {
        uint32_t left = at >> width, right = at & mask;
        for (uint32_t round = 0; round < 4; round++) {
            const uint32_t counter[4] = { right, round, epoch, stream };
            uint32_t bits[4];
            egad_rng_bits(seed, counter, bits);
            const uint32_t next = left ^ (bits[0] & mask);
            left = right;
            right = next;
        }
        at = left << width | right;
    } while (at >= n);
    return at;
}

double ref_noise(uint32_t row, uint32_t column, uint64_t seed, uint32_t step,
                 uint32_t stream)
{
    const uint32_t counter[4] = { column / 4, row, step, stream }, pair = column % 4 / 2;
    uint32_t bits[4];
    egad_rng_bits(seed, counter, bits);
    const double u = ((double)(bits[2 * pair] >> 9) + 0.5) / 8388608.0;
    const double t = ((double)(bits[2 * pair + 1] >> 9) + 0.5) / 8388608.0;
    const double angle = 2.0 * acos(-1.0) * t;
    return sqrt(-2.0 * log(u)) * (column % 2 ? sin(angle) : cos(angle));
}

/* out (N, O) = a layer of x before its activation; batch normalisation by the moments of
 * each of `groups` parts of the rows, or none if groups is 0. */
static void layer(double *out, const egad_net_layer *l, const double *w, const double *x,
                  size_t N, size_t groups)
{
    const size_t C = l->channels, part = groups ? N / groups : N;
    double *h = room(N * l->O);
    if (l->row.op == OP_DENSE)
        ref_product(h, x, w + l->kernel, N, l->O, l->I, 0, 0);
    else if (l->row.op == OP_CONV)
        ref_conv2d(h, x, w + l->kernel, &l->conv, N);
    else
        ref_conv2d_adjoint(h, x, w + l->kernel, &l->conv, N);
    for (size_t i = 0; i < N * l->O; i++)
        h[i] += w[l->bias + i % C];
    if (l->row.bn && groups)
        for (size_t g = 0; g < groups; g++)
            ref_batchnorm(out + g * part * l->O, NULL, h + g * part * l->O, w + l->gamma,
                          w + l->beta, part * l->O / C, C);
    else
        memcpy(out, h, N * l->O * sizeof *h);
    free(h);
}

void ref_section(double *y, double *features, const egad_net *net, int section,
                 const double *w, const double *x, size_t N, size_t groups,
                 const ref_random *random)
{
    double *in = NULL;
    for (size_t i = net->first[section]; i < net->first[section] + net->count[section];
         i++) {
        const egad_net_layer *l = &net->layer[i];
        double *out = room(N * l->O);
        ref_random of_layer = { 0 };
        if (random) {
            of_layer = *random;
            of_layer.stream += (uint32_t)i;
        }
        layer(out, l, w, in ? in : x, N, groups);
        activations(out, N, l->O, l->row.act, net->slope, l->row.dropout,
                    random ? &of_layer : NULL);
        if (features && (l->row.mark & STAR))
            memcpy(features, out, N * l->O * sizeof *out);
        free(in);
        in = out;
    }
    const size_t last = net->first[section] + net->count[section] - 1;
    memcpy(y, in, N * net->layer[last].O * sizeof *in);
    free(in);
}

void ref_discriminate(double *logits, double *features, const egad_net *net,
                      const double *w, const double *x, const double *z, size_t N,
                      size_t groups, const ref_random *random)
{
    if (!z) {
        ref_section(logits, features, net, PAPER_DX, w, x, N, groups, random);
        return;
    }
    const egad_net_layer *top = &net->layer[net->first[PAPER_DXZ]];
    const size_t a = top->part, b = top->I - top->part;
    double *of_x = room(N * a), *of_z = room(N * b), *both = room(N * (a + b));
    ref_section(of_x, NULL, net, PAPER_DX, w, x, N, groups, random);
    ref_section(of_z, NULL, net, PAPER_DZ, w, z, N, groups, random);
    for (size_t i = 0; i < N; i++) {
        memcpy(both + i * (a + b), of_x + i * a, a * sizeof *both);
        memcpy(both + i * (a + b) + a, of_z + i * b, b * sizeof *both);
    }
    ref_section(logits, features, net, PAPER_DXZ, w, both, N, groups, random);
    free(of_x);
    free(of_z);
    free(both);
}

void ref_losses(double losses[REF_LOSSES], const egad_detector *d,
                double *const w[PAPER_NETS], const double *x, const double *z, size_t N,
                const ref_random *random)
{
    const size_t X = d->columns, Z = (size_t)d->model->z_dim;
    const int bigan = paper_net(d, PAPER_E) != NULL;
    double *all_x = room(2 * N * X), *all_z = room(2 * N * Z), *logits = room(2 * N);
    /* Real half before fake half: dropout masks depend on the row's position. */
    memcpy(all_x, x, N * X * sizeof *x);
    ref_section(all_x + N * X, NULL, paper_net(d, PAPER_G), 0, w[PAPER_G], z, N, 1, NULL);
    if (bigan)
        ref_section(all_z, NULL, paper_net(d, PAPER_E), 0, w[PAPER_E], x, N, 1, NULL);
    memcpy(all_z + N * Z, z, N * Z * sizeof *z);
    ref_discriminate(logits, NULL, paper_net(d, PAPER_D), w[PAPER_D], all_x,
                     bigan ? all_z : NULL, 2 * N, 2, random);
    for (int k = 0; k < REF_LOSSES; k++)
        losses[k] = 0.0;
    for (size_t i = 0; i < N; i++) {
        losses[DIS_REAL] += ref_cross_entropy(logits[i], 1.0) / (double)N;
        losses[DIS_FAKE] += ref_cross_entropy(logits[N + i], 0.0) / (double)N;
        losses[GEN] += ref_cross_entropy(logits[N + i], 1.0) / (double)N;
        losses[ENC] += ref_cross_entropy(logits[i], 0.0) / (double)N;
    }
    free(all_x);
    free(all_z);
    free(logits);
}
