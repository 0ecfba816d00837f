/* A score's terms of dense layers in one launch; encode.c does it launch by launch. */
#include "encode_inside.h"

#include <stdlib.h>

/* Add a section's layers: its output goes to slot y, that of its starred layer to slot
 * `starred`, if valid. */
static egad_status fuse_section(egad_mlp *m, const egad_net *net, const float *flat,
                                int section, egad_slot x, egad_slot y, egad_slot starred)
{
    egad_status status = EGAD_OK;
    const size_t last = net->first[section] + net->count[section] - 1;
    const egad_slot bottom = egad_mlp_reserve(m, 0);
    for (size_t i = net->first[section]; i <= last; i++) {
        const egad_net_layer *l = &net->layer[i];
        egad_slot to = y;
        if (l->row.mark == STAR && starred.room)
            to = starred;
        else if (i < last)
            to = egad_mlp_reserve(m, l->O);
        TRY(egad_mlp_dense(m, to, x, flat + l->kernel, flat + l->bias, l->I, l->O,
                           l->row.act, net->slope, 0));
        x = to;
    }
    egad_mlp_release(m, bottom);
done:
    return status;
}

/* D's three sections, and the term of its logit if requested. */
static egad_status fuse_d(egad_mlp *m, const egad_net *D, const float *flat, egad_slot x,
                          egad_slot z, egad_slot features, int sigma)
{
    egad_status status = EGAD_OK;
    const egad_slot nowhere = { 0 };
    const size_t a = egad_net_outputs(D, SECTION_DX), b = egad_net_outputs(D, SECTION_DZ);
    const egad_slot hidden = egad_mlp_reserve(m, a + b), logit = egad_mlp_reserve(m, 1);
    /* Order matters: the left half's last panel may overwrite the start of the right
     * half. */
    TRY(fuse_section(m, D, flat, SECTION_DX, x, hidden, nowhere));
    TRY(fuse_section(m, D, flat, SECTION_DZ, z, egad_mlp_columns(hidden, a), nowhere));
    TRY(fuse_section(m, D, flat, SECTION_DXZ, hidden, logit, features));
    if (sigma >= 0)
        TRY(egad_mlp_sigma(m, logit, sigma));
    egad_mlp_release(m, hidden);
done:
    return status;
}

static egad_status fuse_evidence(egad_encode *s, egad_slot real, egad_slot fake)
{
    egad_status status = EGAD_OK;
    const egad_calibration *c = &s->detector->calibration;
    const egad_slot nowhere = { 0 };
    const egad_slot e = egad_mlp_reserve(s->mlp, c->n),
                    white = egad_mlp_reserve(s->mlp, c->n);
    TRY(egad_mlp_features(s->mlp, e, real, fake, c->n / 2, c->mean));
    TRY(egad_mlp_dense(s->mlp, white, e, c->whitening, NULL, c->n, c->n, ACT_LINEAR, 0.0f,
                       1));
    TRY(egad_mlp_distance(s->mlp, white, nowhere, c->n / 2, -1, TERM_FEATURES));
    TRY(egad_mlp_distance(s->mlp, white, nowhere, c->n, -1, TERM_EVIDENCE));
done:
    return status;
}

egad_status egad_encode_fuse(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    egad_net *const *net = d->net;
    const size_t C = d->columns, F = egad_detector_features(d);
    const egad_slot nowhere = { 0 };
    float *flat[NETS] = { NULL };
    for (int k = 0; k < NETS; k++) {
        NEW(flat[k], s->folded[k].c);
        TRY(egad_tensor_read(d->device, s->folded[k], flat[k]));
    }
    TRY(egad_mlp_new(&s->mlp, d->device));
    egad_mlp *m = s->mlp;
    const egad_slot x = egad_mlp_reserve(m, C), rebuilt = egad_mlp_reserve(m, C);
    const egad_slot z = egad_mlp_reserve(m, (size_t)d->model->z_dim);
    const egad_slot real = egad_mlp_reserve(m, F), fake = egad_mlp_reserve(m, F);
    TRY(egad_mlp_input(m, x, egad_detector_scales(d) ? d->fit : NULL, C,
                       egad_detector_limit(d)));
    TRY(fuse_section(m, net[NET_E], flat[NET_E], 0, x, z, nowhere));
    TRY(fuse_section(m, net[NET_G], flat[NET_G], 0, z, rebuilt, nowhere));
    if (wants(s, TERM_L1))
        TRY(egad_mlp_distance(m, x, rebuilt, C, TERM_L1, -1));
    if (wants_real(s))
        TRY(fuse_d(m, net[NET_D], flat[NET_D], x, z, real,
                   wants(s, TERM_SIGMA) ? TERM_SIGMA : -1));
    if (wants_fake(s))
        TRY(fuse_d(m, net[NET_D], flat[NET_D], rebuilt, z, fake,
                   wants(s, TERM_SIGMA_REBUILT) ? TERM_SIGMA_REBUILT : -1));
    if (wants(s, TERM_FM))
        TRY(egad_mlp_distance(m, real, fake, F, TERM_FM, -1));
    if (wants_white(s))
        TRY(fuse_evidence(s, real, fake));
    if (!egad_mlp_fits(m)) {
        egad_mlp_free(m);
        s->mlp = NULL;
        goto done;
    }
    s->x = (egad_tensor){ .n = s->batch, .c = C, .stride = C }; /* set by each run */
    if (!d->device->cpu)
        TRY(egad_tensor_new(&s->x, d->device, s->batch, C));
    TRY(egad_plan_new(&s->full.plan, d->device, "score"));
    TRY(egad_mlp_append(m, s->full.plan, "score", s->terms, s->x, (egad_tensor){ 0 }));
done:
    for (int k = 0; k < NETS; k++)
        free(flat[k]);
    return status;
}
