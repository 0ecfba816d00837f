/* DAGMM's features and energies on the device; its losses on the host, between launches.
 */
#include "mixture_launch.h"

#include "cl/shared.h"
#include "density.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

egad_status egad_mixture_features(egad_plan *plan, const char *label, egad_tensor y,
                                  egad_tensor x, egad_tensor r)
{
    const egad_arg args[] = { MATRIX(y), MATRIX(x), MATRIX(r), INT(x.c) };
    assert(y.c == 2 && x.c == r.c);
    return egad_plan_add_groups(plan, egad_cl_mixture, label, "mixture_features", y.n,
                                egad_tensor_bytes(x) + egad_tensor_bytes(r), args,
                                sizeof args / sizeof *args);
}

egad_status egad_mixture_features_back(egad_plan *plan, const char *label, egad_tensor d,
                                       egad_tensor dy, egad_tensor x, egad_tensor r,
                                       const egad_activation *a, int add_to_d)
{
    const egad_arg args[] = { MATRIX(d),       MATRIX(dy),        MATRIX(x),
                              MATRIX(r),       INT(x.c),          INT(a->act),
                              FLOAT(a->slope), FLOAT(a->dropout), INT(add_to_d) };
    assert(dy.c == 2 && x.c == r.c && d.c == r.c);
    return egad_plan_add_groups(plan, egad_cl_mixture, label, "mixture_features_back",
                                d.n, (3 + add_to_d) * egad_tensor_bytes(d), args,
                                sizeof args / sizeof *args);
}

/* ---- Energies ------------------------------------------------------------------- */

/* w = L^-1, both lower triangular. */
static void invert(const egad_mixture *m, size_t k, double w[][MIXTURE_COLUMNS])
{
    for (size_t c = 0; c < m->d; c++)
        for (size_t i = 0; i < m->d; i++) {
            double rest = i == c;
            for (size_t j = c; j < i; j++)
                rest -= m->lower[k][i][j] * w[j][c];
            w[i][c] = i < c ? 0.0 : rest / m->lower[k][i][i];
        }
}

egad_status egad_mixture_send(egad_tensor *parts, egad_device *device,
                              const egad_mixture *m)
{
    egad_status status = EGAD_OK;
    const size_t d = m->d, each = 1 + 2 * d + d * d;
    float *host = NULL;
    NEW(host, m->K * each);
    for (size_t k = 0; k < m->K; k++) {
        float *of = host + k * each;
        double w[MIXTURE_COLUMNS][MIXTURE_COLUMNS];
        of[0] = (float)m->constant[k];
        if (!(m->phi[k] > 0.0))
            continue;
        invert(m, k, w);
        for (size_t i = 0; i < d; i++) {
            of[1 + i] = (float)m->mu[k][i];
            of[1 + d + i] = (float)(m->mu[k][i] - (double)of[1 + i]);
            for (size_t j = 0; j < d; j++)
                of[1 + 2 * d + i * d + j] = (float)w[i][j];
        }
    }
    TRY(egad_tensor_flat(parts, device, m->K * each));
    TRY(egad_tensor_write(device, *parts, host));
done:
    free(host);
    return status;
}

egad_status egad_mixture_append_energy(egad_plan *plan, const char *label,
                                       egad_tensor terms, int which, egad_tensor c,
                                       egad_tensor f, egad_tensor parts, size_t K)
{
    const size_t local = egad_plan_device(plan)->cpu ? 1 : 64;
    const egad_arg args[] = { MEM(terms.mem), INT(which), MATRIX(c),
                              MATRIX(f),      INT(c.c),   INT(c.c + f.c),
                              MEM(parts.mem), INT(K),     INT(c.n) };
    assert(terms.offset == 0 && parts.offset == 0);
    return egad_plan_add_groups(
        plan, egad_cl_mixture, label, "mixture_energy", (c.n + local - 1) / local,
        egad_tensor_bytes(c) + egad_tensor_bytes(f), args, sizeof args / sizeof *args);
}

/* ---- Losses --------------------------------------------------------------------- */

/* A loss between launches: rows come to the host, gradients and the value go back. */
typedef struct {
    egad_device *device;
    egad_mixture_kind kind;
    size_t N, d, K;
    double weight;
    egad_tensor in;      /* (N, d + K): z and logits */
    egad_tensor out;     /* (N + 1, d + K): their gradients, and the value */
    float *rows, *slope; /* the same on the host */
    float *z, *logits, *dz, *dlogits;
} exchange;

static void release(void *object)
{
    exchange *e = object;
    egad_tensor_free(&e->in);
    egad_tensor_free(&e->out);
    free(e->rows);
    free(e->slope);
    free(e->z);
    free(e->logits);
    free(e->dz);
    free(e->dlogits);
    free(e);
}

static egad_status run(cl_command_queue queue, const void *context)
{
    egad_status status = EGAD_OK;
    const exchange *e = *(exchange *const *)context;
    const size_t d = e->d, K = e->K, width = d + K;
    double value = 0.0;
    (void)queue; /* that of the device */
    TRY(egad_tensor_read(e->device, e->in, e->rows));
    for (size_t i = 0; i < e->N * width; i++)
        if (i % width < d)
            e->z[i / width * d + i % width] = e->rows[i];
        else
            e->logits[i / width * K + i % width - d] = e->rows[i];
    TRY(egad_mixture_loss(e->kind, e->z, e->logits, e->N, d, K, e->weight, &value, e->dz,
                          e->dlogits));
    for (size_t i = 0; i < e->N * width; i++)
        e->slope[i] = i % width < d ? e->dz[i / width * d + i % width]
                                    : e->dlogits[i / width * K + i % width - d];
    e->slope[e->N * width] = (float)value;
    TRY(egad_tensor_write(e->device, e->out, e->slope));
done:
    return status;
}

static egad_status prepare(exchange **out, egad_plan *plan, const egad_mixture_rows *of)
{
    egad_status status = EGAD_OK;
    exchange *e = NULL;
    *out = NULL;
    NEW(e, 1);
    TRY(egad_plan_own(plan, e, release)); /* which releases it if it fails, too */
    e->device = egad_plan_device(plan);
    e->N = of->c.n;
    e->d = of->c.c + of->f.c;
    e->K = of->logits.c;
    assert(e->d <= MIXTURE_COLUMNS && e->K <= MIXTURE_PARTS);
    TRY(egad_tensor_new(&e->in, e->device, e->N, e->d + e->K));
    TRY(egad_tensor_new(&e->out, e->device, e->N + 1, e->d + e->K));
    NEW(e->rows, e->N * (e->d + e->K));
    NEW(e->slope, (e->N + 1) * (e->d + e->K));
    NEW(e->z, e->N * e->d);
    NEW(e->logits, e->N * e->K);
    NEW(e->dz, e->N * e->d);
    NEW(e->dlogits, e->N * e->K);
    *out = e;
done:
    return status;
}

egad_status egad_mixture_append_loss(egad_plan *plan, const char *label,
                                     egad_mixture_kind kind, const egad_mixture_rows *of,
                                     double weight, egad_tensor ring, egad_random random,
                                     int slot, const egad_tensor d[3],
                                     const int add_to[3])
{
    egad_status status = EGAD_OK;
    const egad_tensor from[] = { of->c, of->f, of->logits };
    exchange *e = NULL;
    TRY(prepare(&e, plan, of));
    e->kind = kind;
    e->weight = weight;
    for (size_t k = 0, first = 0; k < 3; first += from[k++].c)
        TRY(egad_plan_copy(plan, label, egad_tensor_columns(e->in, first, from[k].c),
                           from[k]));
    TRY(egad_plan_call(plan, label, "mixture on the host", run, &e, sizeof e, 0.0,
                       egad_tensor_bytes(e->in) + egad_tensor_bytes(e->out)));
    TRY(egad_density_mean(plan, label, ring, random, slot,
                          egad_tensor_columns(egad_tensor_rows(e->out, e->N, 1), 0, 1)));
    for (size_t k = 0, first = 0; k < 3; first += from[k++].c) {
        const egad_tensor slope =
            egad_tensor_columns(egad_tensor_rows(e->out, 0, e->N), first, from[k].c);
        if (d[k].mem)
            TRY(add_to[k] ? egad_pointwise_add(plan, label, d[k], slope)
                          : egad_plan_copy(plan, label, d[k], slope));
    }
done:
    return status;
}
