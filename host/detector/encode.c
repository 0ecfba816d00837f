/* A score's terms by the encoder: launch by launch, or for dense layers in one launch.
 *
 * E and G reconstruct a row, D sees the row and its reconstruction, and the terms compare
 * the two.  Both ways compute the same; the single launch (encode_fused.c) is faster
 * because only rows and terms leave the cache and nothing waits for launches. */
#include "encode_inside.h"

#include <assert.h>
#include <stdlib.h>

static const egad_tensor none = { 0 };

/* ---- Launch by launch ------------------------------------------------------ */

static egad_status reserve_d(egad_encode *s, egad_tensor x, egad_infer_d *d)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    egad_net *D = s->detector->net[NET_D];
    const size_t a = egad_net_outputs(D, SECTION_DX), b = egad_net_outputs(D, SECTION_DZ);
    TRY(egad_tensor_new(&d->hidden, device, s->batch, a + b));
    TRY(egad_pass_new(&d->x, device, D, SECTION_DX, x,
                      egad_tensor_columns(d->hidden, 0, a), NULL));
    TRY(egad_pass_new(&d->z, device, D, SECTION_DZ, s->z,
                      egad_tensor_columns(d->hidden, a, b), NULL));
    TRY(egad_pass_new(&d->xz, device, D, SECTION_DXZ, d->hidden, none, NULL));
done:
    return status;
}

/* The matrix that turns features into a Mahalanobis distance. */
static egad_status reserve_whitening(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    const egad_calibration *c = &s->detector->calibration;
    const size_t n = c->n;
    egad_plan *plan = NULL;
    TRY(egad_tensor_new(&s->white, device, s->batch, n));
    TRY(egad_tensor_flat(&s->whitening, device, n * n));
    TRY(egad_tensor_write(device, s->whitening, c->whitening));
    TRY(egad_tensor_write(device, s->mean, c->mean));
    if (s->detector->net[NET_D]->panels.mem) {
        TRY(egad_tensor_flat(&s->panels, device, egad_gemm_panels(device, n, n)));
        TRY(egad_plan_new(&plan, device, "pack the whitening"));
        TRY(egad_gemm_pack(plan, "whitening", s->panels, s->whitening,
                           &(egad_gemm_entry){ .rows = n, .columns = n }, 1));
        TRY(egad_plan_run(plan));
        TRY(egad_device_finish(device));
    }
done:
    egad_plan_free(plan);
    return status;
}

static egad_status reserve(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    egad_device *device = d->device;
    const size_t evidence = egad_score_features(d);
    TRY(egad_tensor_new(&s->x, device, s->batch, d->columns));
    TRY(egad_tensor_new(&s->z, device, s->batch, (size_t)d->model->z_dim));
    TRY(egad_tensor_new(&s->rebuilt, device, s->batch, d->columns));
    const egad_pass_options joins = { .mode = PASS_SCORE, .joins = 1 };
    TRY(egad_pass_new(&s->e, device, d->net[NET_E], 0, s->x, s->z, &joins));
    TRY(egad_pass_new(&s->g, device, d->net[NET_G], 0, s->z, s->rebuilt, NULL));
    if (wants_real(s))
        TRY(reserve_d(s, s->x, &s->real));
    if (wants_fake(s))
        TRY(reserve_d(s, s->rebuilt, &s->fake));
    if (wants_evidence(s)) {
        TRY(egad_tensor_new(&s->evidence, device, s->batch, evidence));
        TRY(egad_tensor_flat(&s->mean, device, evidence));
    }
    if (wants_near(s))
        TRY(egad_neighbours_new(&s->near, device, &d->calibration.points, s->batch));
    if (wants_white(s))
        TRY(reserve_whitening(s));
done:
    return status;
}

/* Fold and pack the weights for scoring. */
static egad_status pack(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    TRY(egad_plan_new(&plan, s->detector->device, "pack"));
    for (int k = 0; k < NETS; k++)
        TRY(egad_net_pack_score(s->detector->net[k], plan, s->folded[k]));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(s->detector->device));
done:
    egad_plan_free(plan);
    return status;
}

/* The same pass through network k for its first n rows. */
static egad_status forward(const egad_encode *s, int k, const egad_pass *pass,
                           egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    egad_pass some = *pass;
    egad_tensor *y = NULL;
    NEW(y, pass->n);
    for (size_t i = 0; i < pass->n; i++)
        if (pass->y[i].mem)
            y[i] = egad_tensor_rows(pass->y[i], 0, n);
    some.x = egad_tensor_rows(pass->x, 0, n);
    some.y = y;
    TRY(egad_pass_forward(&some, plan, s->folded[k], 0, 0));
done:
    free(y);
    return status;
}

static egad_status forward_d(const egad_encode *s, const egad_infer_d *d, egad_plan *plan,
                             size_t n)
{
    egad_status status = EGAD_OK;
    TRY(forward(s, NET_D, &d->x, plan, n));
    TRY(forward(s, NET_D, &d->z, plan, n));
    TRY(forward(s, NET_D, &d->xz, plan, n));
done:
    return status;
}

/* Features for the nearest rows: f(x, E(x)) beside E(x). */
static egad_status append_near(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_tensor e = egad_tensor_rows(s->evidence, 0, n);
    const size_t F = egad_detector_features(s->detector);
    TRY(egad_plan_copy(plan, "features of the row", egad_tensor_columns(e, 0, F),
                       egad_tensor_rows(egad_pass_features(&s->real.xz), 0, n)));
    TRY(egad_plan_copy(plan, "E(x)", egad_tensor_columns(e, F, e.c - F),
                       egad_tensor_rows(s->z, 0, n)));
    if (wants_near(s)) {
        TRY(egad_neighbours_place(&s->near, plan, e));
        TRY(egad_neighbours_nearest(&s->near, plan, s->terms, n, -1));
    }
done:
    return status;
}

static egad_status append_evidence(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    const egad_tensor e = egad_tensor_rows(s->evidence, 0, n);
    const size_t columns =
        s->detector->calibration.n; /* all features, or the first half */
    TRY(egad_terms_features(
        plan, "evidence", e, egad_tensor_rows(egad_pass_features(&s->real.xz), 0, n),
        egad_tensor_rows(egad_pass_features(&s->fake.xz), 0, n), s->mean));
    if (!wants_white(s))
        return EGAD_OK;
    const egad_tensor white = egad_tensor_rows(s->white, 0, n);
    const egad_product product = { .label = "whitening",
                                   .c = white,
                                   .a = e,
                                   .b = egad_tensor_view(s->whitening, 0, columns,
                                                         columns),
                                   .panels = s->panels };
    TRY(egad_gemm_pick(&engine, s->detector->device, &product));
    TRY(egad_gemm_append(plan, engine, &product));
    /* The whitening is triangular: its first half is that of the features alone. */
    TRY(egad_terms_distance(plan, "features of the row", s->terms,
                            egad_tensor_columns(white, 0, columns / 2), none, -1,
                            TERM_FEATURES));
    TRY(egad_terms_distance(plan, "evidence", s->terms, white, none, -1, TERM_EVIDENCE));
done:
    return status;
}

static egad_status append_terms(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    if (wants(s, TERM_L1))
        TRY(egad_terms_distance(plan, "reconstruction", s->terms,
                                egad_tensor_rows(s->x, 0, n),
                                egad_tensor_rows(s->rebuilt, 0, n), TERM_L1, -1));
    if (wants(s, TERM_SIGMA))
        TRY(egad_terms_sigma(plan, "sigma", s->terms,
                             egad_tensor_rows(egad_pass_output(&s->real.xz), 0, n),
                             TERM_SIGMA));
    if (wants(s, TERM_SIGMA_REBUILT))
        TRY(egad_terms_sigma(plan, "sigma of the rebuilt", s->terms,
                             egad_tensor_rows(egad_pass_output(&s->fake.xz), 0, n),
                             TERM_SIGMA_REBUILT));
    if (wants(s, TERM_FM))
        TRY(egad_terms_distance(plan, "features", s->terms,
                                egad_tensor_rows(egad_pass_features(&s->real.xz), 0, n),
                                egad_tensor_rows(egad_pass_features(&s->fake.xz), 0, n),
                                TERM_FM, -1));
    if (wants_evidence(s))
        TRY(by_nearest(s) ? append_near(s, plan, n) : append_evidence(s, plan, n));
done:
    return status;
}

static egad_status prepare(egad_encode *s, egad_infer_launches *p, size_t n)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    if (p->n == n)
        return EGAD_OK;
    egad_plan_free(p->plan);
    *p = (egad_infer_launches){ 0 };
    TRY(egad_plan_new(&p->plan, d->device, "score"));
    if (egad_detector_scales(d))
        TRY(egad_pointwise_scale(p->plan, "rows", egad_tensor_rows(s->x, 0, n), d->fit_on,
                                 egad_detector_limit(d)));
    TRY(forward(s, NET_E, &s->e, p->plan, n));
    TRY(forward(s, NET_G, &s->g, p->plan, n));
    if (wants_real(s))
        TRY(forward_d(s, &s->real, p->plan, n));
    if (wants_fake(s))
        TRY(forward_d(s, &s->fake, p->plan, n));
    TRY(append_terms(s, p->plan, n));
    p->n = n;
done:
    return status;
}

size_t egad_encode_floats(const egad_detector *d)
{
    size_t floats = d->columns;
    if (egad_detector_dense(d))
        return 0;
    for (int k = 0; k < NETS; k++) {
        const egad_net *net = d->net[k];
        for (size_t i = 0; net && i < net->n; i++)
            floats += net->layer[i].O * (k == NET_D ? 2 : 1); /* of the row, of the
                                                               * reconstruction */
    }
    return floats + d->calibration.points.rows;
}

/* ---- Both ------------------------------------------------------------------ */

/* `wanted` without the distances to training rows that no score of this model has. */
static unsigned available(const egad_detector *d, unsigned wanted)
{
    const unsigned kinds = egad_score_kinds(d);
    if (wanted > INFER_TERMS)
        return wanted;
    return wanted & ~((kinds & TERMS_SPREAD ? 0u : TERMS_SPREAD) |
                      (kinds & TERMS_NEAREST ? 0u : TERMS_NEAREST));
}

egad_status egad_encode_new(egad_encode **out, egad_detector *d, unsigned wanted,
                            size_t batch)
{
    egad_status status = EGAD_OK;
    egad_encode *s = NULL;
    int one_launch = 0;
    *out = NULL;
    assert(d->net[NET_E] != NULL);
    NEW(s, 1);
    s->detector = d;
    s->wanted = available(d, wanted);
    s->batch = batch;
    TRY(egad_tensor_new(&s->terms, d->device, batch, TERMS));
    TRY(egad_mlp_offered(&one_launch, d->device));
    for (int k = 0; k < NETS; k++)
        TRY(egad_net_fold(d->net[k], d->device, d->net[k]->ema, &s->folded[k]));
    if (one_launch && wanted <= INFER_TERMS && egad_detector_dense(d))
        TRY(egad_encode_fuse(s));
    if (!s->mlp) {
        TRY(reserve(s));
        TRY(pack(s));
        TRY(prepare(s, &s->full, batch));
    }
    *out = s;
    s = NULL;
done:
    egad_encode_free(s);
    return status;
}

static void free_d(egad_infer_d *d)
{
    egad_pass_free(&d->x);
    egad_pass_free(&d->z);
    egad_pass_free(&d->xz);
    egad_tensor_free(&d->hidden);
}

void egad_encode_free(egad_encode *s)
{
    if (!s)
        return;
    egad_plan_free(s->full.plan);
    egad_plan_free(s->rest.plan);
    egad_mlp_free(s->mlp);
    egad_pass_free(&s->e);
    egad_pass_free(&s->g);
    free_d(&s->real);
    free_d(&s->fake);
    egad_neighbours_free(&s->near);
    for (int k = 0; k < NETS; k++)
        egad_tensor_free(&s->folded[k]);
    egad_tensor *const tensors[] = { &s->x,         &s->wrapped, &s->terms, &s->evidence,
                                     &s->z,         &s->rebuilt, &s->white, &s->mean,
                                     &s->whitening, &s->panels };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
    free(s);
}

/* Copy up to `batch` rows to the input of the next launches. */
static egad_status send(egad_encode *s, const float *x, size_t n)
{
    egad_tensor_free(&s->wrapped);
    if (s->mlp)
        return egad_mlp_give(s->full.plan, &s->wrapped, s->x, x, n);
    return egad_tensor_write(s->detector->device, egad_tensor_rows(s->x, 0, n), x);
}

static egad_status launch(egad_encode *s, size_t n)
{
    egad_status status = EGAD_OK;
    egad_infer_launches *p = s->mlp || n == s->batch ? &s->full : &s->rest;
    if (!s->mlp)
        TRY(prepare(s, p, n));
    TRY(egad_plan_run(p->plan));
    egad_tensor_free(&s->wrapped);
done:
    return status;
}

egad_status egad_encode_profile(egad_encode *s, const float *x, int times,
                                egad_profile **list, size_t *n)
{
    egad_status status = EGAD_OK;
    if (times > 0)
        TRY(send(s, x, s->batch));
    TRY(egad_plan_profile(s->full.plan, times, list, n));
    egad_tensor_free(&s->wrapped);
done:
    return status;
}

egad_status egad_encode_run(egad_encode *s, const float *x, size_t rows, float *out)
{
    egad_status status = EGAD_OK;
    const egad_tensor result = s->wanted == INFER_EVIDENCE ? s->evidence : s->terms;
    const size_t C = s->detector->columns, first = rows < s->batch ? rows : s->batch;
    if (rows)
        TRY(send(s, x, first));
    for (size_t i = 0, n = first, next; i < rows; i += n, n = next) {
        const size_t left = rows - i - n;
        next = left < s->batch ? left : s->batch;
        TRY(launch(s, n));
        if (next) /* the copy overlaps with the device's work */
            TRY(send(s, x + (i + n) * C, next));
        TRY(egad_tensor_read(s->detector->device, egad_tensor_rows(result, 0, n),
                             out + i * result.c));
    }
done:
    return status;
}

egad_status egad_encode_rebuild(egad_encode *s, const float *x, size_t rows,
                                float *scaled, float *rebuilt, float *z)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    const size_t C = s->detector->columns;
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        TRY(send(s, x + i * C, n));
        TRY(launch(s, n));
        TRY(egad_tensor_read(device, egad_tensor_rows(s->x, 0, n), scaled + i * C));
        TRY(egad_tensor_read(device, egad_tensor_rows(s->rebuilt, 0, n),
                             rebuilt + i * C));
        if (z)
            TRY(egad_tensor_read(device, egad_tensor_rows(s->z, 0, n), z + i * s->z.c));
    }
done:
    return status;
}
