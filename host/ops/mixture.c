/* The Gaussian mixture of DAGMM, and its losses by hand-derived gradients. */
#include "mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double least_share = 1e-10;

/* ---- A mixture ------------------------------------------------------------------ */

static void softmax(double *gamma, double *logarithm, const float *logits, size_t K)
{
    double most = -INFINITY, sum = 0.0;
    for (size_t k = 0; k < K; k++)
        most = fmax(most, (double)logits[k]);
    for (size_t k = 0; k < K; k++)
        sum += exp((double)logits[k] - most);
    for (size_t k = 0; k < K; k++) {
        const double v = (double)logits[k] - most - log(sum);
        gamma[k] = exp(v);
        if (logarithm)
            logarithm[k] = v;
    }
}

/* L of sigma = L L', and the logarithm of its determinant. */
static egad_status decompose(double lower[][MIXTURE_COLUMNS], double *log_det,
                             const double sigma[][MIXTURE_COLUMNS], size_t d)
{
    egad_status status = EGAD_OK;
    *log_det = 0.0;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
            double rest = sigma[i][j];
            for (size_t c = 0; c < j; c++)
                rest -= lower[i][c] * lower[j][c];
            if (i == j && !(rest > 0.0 && isfinite(rest)))
                FAIL(DATA, "a covariance of the mixture is not positive definite");
            lower[i][j] = i == j ? sqrt(rest) : rest / lower[j][j];
            *log_det += i == j ? 2.0 * log(lower[i][i]) : 0.0;
        }
done:
    return status;
}

egad_status egad_mixture_prepare(egad_mixture *m)
{
    egad_status status = EGAD_OK;
    for (size_t k = 0; k < m->K; k++) {
        double log_det = 0.0;
        m->constant[k] = -INFINITY;
        if (!(m->phi[k] > 0.0))
            continue;
        TRY(decompose(m->lower[k], &log_det,
                      (const double(*)[MIXTURE_COLUMNS])m->sigma[k], m->d));
        m->constant[k] =
            log(m->phi[k]) - log_det / 2.0 - (double)m->d / 2.0 * log(2.0 * acos(-1.0));
    }
done:
    return status;
}

void egad_mixture_add(egad_mixture_sums *s, const float *z, const float *logits, size_t n)
{
    const size_t d = s->d, K = s->K;
    double gamma[MIXTURE_PARTS], apart[MIXTURE_COLUMNS];
    for (size_t i = 0; i < n; i++, z += d, logits += K) {
        for (size_t j = 0; j < d && s->rows + i == 0; j++)
            s->shift[j] = (double)z[j];
        for (size_t j = 0; j < d; j++)
            apart[j] = (double)z[j] - s->shift[j];
        softmax(gamma, NULL, logits, K);
        for (size_t k = 0; k < K; k++) {
            s->s0[k] += gamma[k];
            for (size_t a = 0; a < d; a++) {
                s->s1[k][a] += gamma[k] * apart[a];
                for (size_t b = 0; b <= a; b++)
                    s->s2[k][a][b] += gamma[k] * apart[a] * apart[b];
            }
        }
    }
    s->rows += n;
}

egad_status egad_mixture_of_sums(egad_mixture *out, const egad_mixture_sums *s)
{
    const size_t d = s->d;
    *out = (egad_mixture){ .d = d, .K = s->K };
    for (size_t k = 0; k < s->K; k++) {
        const double s0 = s->s0[k];
        if (s0 < least_share * (double)s->rows)
            continue;
        out->phi[k] = s0 / (double)s->rows;
        for (size_t a = 0; a < d; a++) {
            out->mu[k][a] = s->shift[a] + s->s1[k][a] / s0;
            for (size_t b = 0; b <= a; b++)
                out->sigma[k][a][b] = out->sigma[k][b][a] =
                    s->s2[k][a][b] / s0 - s->s1[k][a] / s0 * (s->s1[k][b] / s0) +
                    (a == b ? MIXTURE_EPSILON : 0.0);
        }
    }
    return egad_mixture_prepare(out);
}

/* v = L^-1 c, and with `both` L'^-1 L^-1 c. */
static void solve(double *v, const double lower[][MIXTURE_COLUMNS], const double *c,
                  size_t d, int both)
{
    for (size_t i = 0; i < d; i++) {
        v[i] = c[i];
        for (size_t j = 0; j < i; j++)
            v[i] -= lower[i][j] * v[j];
        v[i] /= lower[i][i];
    }
    for (size_t i = d; both && i-- > 0;) {
        for (size_t j = i + 1; j < d; j++)
            v[i] -= lower[j][i] * v[j];
        v[i] /= lower[i][i];
    }
}

#define LOWER(m, k) ((const double(*)[MIXTURE_COLUMNS])(m)->lower[k])

static double joint_of(const egad_mixture *m, size_t k, const double *z)
{
    double apart[MIXTURE_COLUMNS], v[MIXTURE_COLUMNS], square = 0.0;
    if (!(m->phi[k] > 0.0))
        return -INFINITY;
    for (size_t j = 0; j < m->d; j++)
        apart[j] = z[j] - m->mu[k][j];
    solve(v, LOWER(m, k), apart, m->d, 0);
    for (size_t j = 0; j < m->d; j++)
        square += v[j] * v[j];
    return m->constant[k] - square / 2.0;
}

double egad_mixture_energy(const egad_mixture *m, const float *z, double *joint)
{
    double own[MIXTURE_PARTS], wide[MIXTURE_COLUMNS], most = -INFINITY, sum = 0.0;
    double *l = joint ? joint : own;
    for (size_t j = 0; j < m->d; j++)
        wide[j] = (double)z[j];
    for (size_t k = 0; k < m->K; k++) {
        l[k] = joint_of(m, k, wide);
        most = l[k] > most || l[k] != l[k] ? l[k] : most; /* NaN stays */
    }
    for (size_t k = 0; k < m->K; k++)
        sum += exp(l[k] - most);
    return -(most + log(sum));
}

/* ---- Losses --------------------------------------------------------------------- */

/* A batch on its way, in double. */
typedef struct {
    size_t N, d, K;
    const float *z, *logits;
    egad_mixture mixture;
    double *gamma, *log_gamma, *joint; /* (N, K) */
    double *energy;                    /* (N) */
    double *djoint, *dgamma;           /* (N, K) */
    double *dz;                        /* (N, d) */
} batch;

static void clear(batch *b)
{
    double *const arrays[] = { b->gamma,  b->log_gamma, b->joint, b->energy,
                               b->djoint, b->dgamma,    b->dz };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
}

/* The mixture of the batch: means first, then what is apart from them. */
static egad_status fit(batch *b)
{
    const size_t d = b->d, K = b->K;
    egad_mixture *m = &b->mixture;
    *m = (egad_mixture){ .d = d, .K = K };
    for (size_t i = 0; i < b->N; i++)
        for (size_t k = 0; k < K; k++)
            m->phi[k] += b->gamma[i * K + k];
    for (size_t i = 0; i < b->N; i++)
        for (size_t k = 0; k < K; k++)
            for (size_t j = 0; j < d; j++)
                m->mu[k][j] += b->gamma[i * K + k] * (double)b->z[i * d + j] / m->phi[k];
    for (size_t i = 0; i < b->N; i++)
        for (size_t k = 0; k < K; k++)
            for (size_t a = 0; a < d; a++)
                for (size_t c = 0; c < d; c++)
                    m->sigma[k][a][c] += b->gamma[i * K + k] / m->phi[k] *
                                         ((double)b->z[i * d + a] - m->mu[k][a]) *
                                         ((double)b->z[i * d + c] - m->mu[k][c]);
    for (size_t k = 0; k < K; k++) {
        for (size_t a = 0; a < d; a++)
            m->sigma[k][a][a] += MIXTURE_EPSILON;
        m->phi[k] =
            m->phi[k] < least_share * (double)b->N ? 0.0 : m->phi[k] / (double)b->N;
    }
    return egad_mixture_prepare(m);
}

static egad_status begin(batch *b)
{
    egad_status status = EGAD_OK;
    const size_t N = b->N, K = b->K;
    NEW(b->gamma, N * K);
    NEW(b->log_gamma, N * K);
    NEW(b->joint, N * K);
    NEW(b->energy, N);
    NEW(b->djoint, N * K);
    NEW(b->dgamma, N * K);
    NEW(b->dz, N * b->d);
    for (size_t i = 0; i < N; i++)
        softmax(b->gamma + i * K, b->log_gamma + i * K, b->logits + i * K, K);
    TRY(fit(b));
    for (size_t i = 0; i < N; i++)
        b->energy[i] =
            egad_mixture_energy(&b->mixture, b->z + i * b->d, b->joint + i * K);
done:
    return status;
}

/* The loss, and the gradients that it has with respect to l and gamma directly. */
static double measure(batch *b, egad_mixture_kind kind, double weight)
{
    const size_t N = b->N, K = b->K;
    const double share = weight / (double)N;
    double sum = 0.0;
    for (size_t k = 0; k < K && kind == MIXTURE_PENALTY; k++)
        for (size_t j = 0; j < b->d && b->mixture.phi[k] > 0.0; j++)
            sum += 1.0 / b->mixture.sigma[k][j][j];
    for (size_t i = 0; i < N && kind != MIXTURE_PENALTY; i++) {
        sum += kind == MIXTURE_ENERGY ? b->energy[i] / (double)N : 0.0;
        for (size_t k = 0; k < K; k++) {
            const size_t at = i * K + k;
            if (!(b->mixture.phi[k] > 0.0))
                continue;
            const double more = b->log_gamma[at] - b->joint[at];
            b->djoint[at] =
                -share * (kind == MIXTURE_ENERGY ? exp(b->joint[at] + b->energy[i])
                                                 : b->gamma[at]);
            if (kind == MIXTURE_ENERGY)
                continue;
            sum += b->gamma[at] * more / (double)N;
            b->dgamma[at] = share * (more + 1.0);
        }
    }
    return sum;
}

/* dSigma of part k, symmetric: by l, or of the penalty. */
static void slope_of_sigma(double ds[][MIXTURE_COLUMNS], const batch *b, size_t k,
                           egad_mixture_kind kind, double weight)
{
    const egad_mixture *m = &b->mixture;
    const size_t d = b->d;
    double all = 0.0, unit[MIXTURE_COLUMNS], column[MIXTURE_COLUMNS];
    memset(ds, 0, d * sizeof *ds);
    for (size_t i = 0; i < b->N; i++) {
        const double g = b->djoint[i * b->K + k];
        double apart[MIXTURE_COLUMNS], w[MIXTURE_COLUMNS];
        all += g;
        for (size_t j = 0; j < d; j++)
            apart[j] = (double)b->z[i * d + j] - m->mu[k][j];
        solve(w, LOWER(m, k), apart, d, 1);
        for (size_t a = 0; a < d; a++)
            for (size_t c = 0; c < d; c++)
                ds[a][c] += g * w[a] * w[c] / 2.0;
    }
    for (size_t c = 0; c < d; c++) {
        for (size_t a = 0; a < d; a++)
            unit[a] = a == c;
        solve(column, LOWER(m, k), unit, d, 1);
        for (size_t a = 0; a < d; a++)
            ds[a][c] -= all * column[a] / 2.0;
        if (kind == MIXTURE_PENALTY)
            ds[c][c] -= weight / (m->sigma[k][c][c] * m->sigma[k][c][c]);
    }
}

/* Back through part k: from l, phi, mu and Sigma to z and gamma. */
static void back(batch *b, size_t k, egad_mixture_kind kind, double weight)
{
    const egad_mixture *m = &b->mixture;
    const size_t N = b->N, d = b->d, K = b->K;
    const double s = m->phi[k] * (double)N;
    double ds[MIXTURE_COLUMNS][MIXTURE_COLUMNS], dmu[MIXTURE_COLUMNS] = { 0 };
    double dphi = 0.0, trace = 0.0;
    slope_of_sigma(ds, b, k, kind, weight);
    for (size_t a = 0; a < d; a++)
        for (size_t c = 0; c < d; c++)
            trace += ds[a][c] * (m->sigma[k][c][a] - (a == c ? MIXTURE_EPSILON : 0.0));
    for (int pass = 0; pass < 2; pass++) /* dmu first, then what needs it */
        for (size_t i = 0; i < N; i++) {
            const double g = b->djoint[i * K + k], part = b->gamma[i * K + k] / s;
            double apart[MIXTURE_COLUMNS], w[MIXTURE_COLUMNS], square = 0.0, along = 0.0;
            for (size_t j = 0; j < d; j++)
                apart[j] = (double)b->z[i * d + j] - m->mu[k][j];
            solve(w, LOWER(m, k), apart, d, 1);
            for (size_t j = 0; j < d; j++) {
                double bent = 0.0;
                for (size_t c = 0; c < d; c++)
                    bent += ds[j][c] * apart[c];
                if (!pass) {
                    dmu[j] += g * w[j];
                    continue;
                }
                b->dz[i * d + j] += -g * w[j] + 2.0 * part * bent + part * dmu[j];
                square += apart[j] * bent;
                along += apart[j] * dmu[j];
            }
            if (!pass)
                dphi += g / m->phi[k];
            else
                b->dgamma[i * K + k] += (square - trace + along) / s + dphi / (double)N;
        }
}

egad_status egad_mixture_loss(egad_mixture_kind kind, const float *z, const float *logits,
                              size_t N, size_t d, size_t K, double weight, double *value,
                              float *dz, float *dlogits)
{
    egad_status status = EGAD_OK;
    batch b = { .N = N, .d = d, .K = K, .z = z, .logits = logits };
    TRY(begin(&b));
    *value = measure(&b, kind, weight);
    for (size_t k = 0; k < K; k++)
        if (b.mixture.phi[k] > 0.0)
            back(&b, k, kind, weight);
    for (size_t i = 0; i < N * d; i++)
        dz[i] = (float)b.dz[i];
    for (size_t i = 0; i < N; i++) {
        double mean = 0.0;
        for (size_t k = 0; k < K; k++)
            mean += b.gamma[i * K + k] * b.dgamma[i * K + k];
        for (size_t k = 0; k < K; k++)
            dlogits[i * K + k] =
                (float)(b.gamma[i * K + k] * (b.dgamma[i * K + k] - mean));
    }
done:
    clear(&b);
    return status;
}
