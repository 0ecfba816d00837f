/* The terms of scores by definition, in double. */
#include "detector/score.h"
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

double *ref_folded(const egad_net *net, egad_tensor flat)
{
    egad_tensor folded;
    CHECK_OK(egad_net_fold(net, lab, flat, &folded));
    double *out = lab_widen(lab_read(folded), folded.c);
    egad_tensor_free(&folded);
    return out;
}

void ref_place(double *p, const egad_points *points, const double *e)
{
    for (size_t k = 0; k < points->P; k++) {
        p[k] = (double)points->offset[k];
        for (size_t j = 0; j < points->n; j++)
            p[k] += e[j] * (double)points->map[j * points->P + k];
    }
}

void ref_nearest(double *near, double *local, const egad_points *points, const double *p,
                 long own)
{
    double best[NEIGHBOURS], around = 0.0;
    size_t at[NEIGHBOURS], found = 0;
    for (size_t j = 0; j < points->rows; j++) {
        double d = 0.0;
        if ((long)j == own)
            continue;
        for (size_t k = 0; k < points->P; k++)
            d += pow(p[k] - (double)points->point[j * points->P + k], 2.0);
        size_t i = found < NEIGHBOURS ? found++ : NEIGHBOURS;
        for (; i > 0 && d < best[i - 1]; i--)
            if (i < NEIGHBOURS) {
                best[i] = best[i - 1];
                at[i] = at[i - 1];
            }
        if (i < NEIGHBOURS) {
            best[i] = d;
            at[i] = j;
        }
    }
    *near = 0.0;
    for (size_t i = 0; i < found; i++) {
        *near += sqrt(best[i]) / (double)found;
        around += (double)points->local_scale[at[i]] / (double)found;
    }
    *local = *near / exp(around);
}

/* Outputs of E, G and D for N rows. */
typedef struct {
    size_t F, Z; /* columns of features, and of z */
    double *z, *rebuilt, *real, *fake, *f_real, *f_fake;
} seen;

static seen look(const egad_detector *d, double *const w[PAPER_NETS], const double *x,
                 size_t N)
{
    const size_t X = d->columns, Z = (size_t)d->model->z_dim;
    const egad_net *D = paper_net(d, PAPER_D);
    size_t F = 0;
    for (size_t i = 0; i < D->n; i++)
        if (D->layer[i].row.mark == STAR)
            F = D->layer[i].O;
    const seen s = { .F = F,
                     .Z = Z,
                     .z = lab_doubles(N * Z),
                     .rebuilt = lab_doubles(N * X),
                     .real = lab_doubles(N),
                     .fake = lab_doubles(N),
                     .f_real = lab_doubles(N * F),
                     .f_fake = lab_doubles(N * F) };
    ref_section(s.z, NULL, paper_net(d, PAPER_E), 0, w[PAPER_E], x, N, 0, NULL);
    ref_section(s.rebuilt, NULL, paper_net(d, PAPER_G), 0, w[PAPER_G], s.z, N, 0, NULL);
    ref_discriminate(s.real, s.f_real, D, w[PAPER_D], x, s.z, N, 0, NULL);
    ref_discriminate(s.fake, s.f_fake, D, w[PAPER_D], s.rebuilt, s.z, N, 0, NULL);
    return s;
}

/* Evidence (N, E), and E: f and its difference to the reconstruction's, or f and E(x). */
static double *evidence(const egad_detector *d, const seen *s, size_t N, size_t *columns)
{
    const size_t F = s->F, Z = s->Z;
    const int nearest = egad_score_evidence(d).nearest;
    const size_t E = F + (nearest ? Z : F);
    double *e = lab_doubles(N * E);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < E; j++)
            e[i * E + j] = j < F ? s->f_real[i * F + j]
                           : nearest
                               ? s->z[i * Z + j - F]
                               : s->f_real[i * F + j - F] - s->f_fake[i * F + j - F];
    *columns = E;
    return e;
}

void ref_evidence(double *e, const egad_detector *d, double *const w[PAPER_NETS],
                  const double *x, size_t N)
{
    const seen s = look(d, w, x, N);
    size_t E;
    const double *all = evidence(d, &s, N, &E);
    memcpy(e, all, N * E * sizeof *e);
}

void ref_terms(double *terms, const egad_detector *d, double *const w[PAPER_NETS],
               const double *x, size_t N)
{
    const size_t X = d->columns;
    const egad_calibration *c = &d->calibration;
    const seen s = look(d, w, x, N);
    size_t E;
    const double *e = evidence(d, &s, N, &E);
    for (size_t i = 0; i < N; i++, e += E) {
        double *t = terms + i * TERMS;
        for (int k = 0; k < TERMS; k++)
            t[k] = 0.0;
        for (size_t j = 0; j < X; j++)
            t[BIGAN_L1] += fabs(x[i * X + j] - s.rebuilt[i * X + j]);
        for (size_t j = 0; j < s.F; j++)
            t[BIGAN_FM] += fabs(s.f_real[i * s.F + j] - s.f_fake[i * s.F + j]);
        t[BIGAN_SIGMA] = ref_cross_entropy(s.real[i], 1.0);
        t[BIGAN_SIGMA_REBUILT] = ref_cross_entropy(s.fake[i], 1.0);
        for (size_t j = 0; c->whitening && j < E; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < E; k++)
                sum += (e[k] - (double)c->mean[k]) * (double)c->whitening[k * E + j];
            t[BIGAN_FEATURES] += j < s.F ? sum * sum : 0.0;
            t[BIGAN_EVIDENCE] += sum * sum;
        }
        if (c->points.n) {
            double *p = lab_doubles(c->points.P);
            ref_place(p, &c->points, e);
            ref_nearest(&t[BIGAN_NEAR], &t[BIGAN_LOCAL], &c->points, p, -1);
        }
    }
}
