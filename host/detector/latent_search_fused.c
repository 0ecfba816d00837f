/* AnoGAN's latent search of dense networks: all steps of a block of rows in one
 * launch. */
#include "latent_search_inside.h"

#include "net/fused.h"

static egad_status fuse_steps(egad_latent_search *s, egad_mlp *m, const egad_fused *g,
                              const egad_fused *d, egad_slot x, egad_slot z,
                              egad_slot of_x)
{
    egad_status status = EGAD_OK;
    const egad_search_course *c = &s->course;
    const egad_slot nowhere = { 0 }, rebuilt = g->y[g->n - 1];
    const size_t star = egad_net_starred(s->d), first = egad_mlp_steps(m);
    const int by_features = egad_latent_search_by_features(s);
    const size_t n = by_features ? star + 1 : d->n;
    const int act = g->layer[g->n - 1].row.act;
    const egad_slot moment = egad_mlp_reserve(m, s->Z),
                    variance = egad_mlp_reserve(m, s->Z);
    egad_slot back[2];
    for (int i = 0; i < 2; i++)
        back[i] = egad_mlp_reserve(m, egad_fused_widest(g, egad_fused_widest(d, s->Z)));
    TRY(egad_fused_forward(g, m, z, g->n));
    TRY(egad_fused_forward(d, m, rebuilt, n));
    if (by_features)
        TRY(egad_mlp_distance_back(m, back[0], d->y[star], of_x, s->features,
                                   1.0 - c->alpha, d->layer[star].row.act, s->d->slope,
                                   0));
    else
        TRY(egad_mlp_sigma_back(m, back[0], d->y[d->n - 1], 1.0 - c->alpha));
    TRY(egad_fused_backward(d, m, back, n, rebuilt, act));
    TRY(egad_mlp_distance_back(m, back[0], rebuilt, x, s->detector->columns, c->alpha,
                               act, s->g->slope, 1));
    TRY(egad_fused_backward(g, m, back, g->n, nowhere, ACT_LINEAR));
    TRY(egad_mlp_adam(m, z, back[0], moment, variance, s->Z, SEARCH_BETA1, s->rate,
                      (size_t)c->steps));
    TRY(egad_mlp_repeat(m, first, (size_t)c->steps));
done:
    return status;
}

egad_status egad_latent_search_fuse(egad_latent_search *s)
{
    egad_status status = EGAD_OK;
    egad_detector *detector = s->detector;
    const egad_term *terms = detector->model->terms;
    const size_t C = detector->columns;
    egad_fused g = { 0 }, d = { 0 };
    TRY(egad_mlp_new(&s->mlp, detector->device));
    egad_mlp *m = s->mlp;
    const egad_slot x = egad_mlp_reserve(m, C), z = egad_mlp_reserve(m, s->Z);
    const egad_slot of_x = egad_mlp_reserve(m, s->features);
    TRY(egad_fused_new(&g, m, detector->device, s->g, 0));
    TRY(egad_fused_new(&d, m, detector->device, s->d, 0));
    const size_t star = egad_net_starred(s->d);
    const egad_slot of_rebuilt = d.y[star];
    TRY(egad_mlp_input(m, x, egad_detector_scales(detector) ? detector->fit : NULL, C,
                       egad_detector_limit(detector)));
    d.y[star] = of_x;
    TRY(egad_fused_forward(&d, m, x, star + 1));
    d.y[star] = of_rebuilt;
    TRY(egad_mlp_load(m, z, s->Z));
    if (s->course.steps)
        TRY(fuse_steps(s, m, &g, &d, x, z, of_x));
    TRY(egad_fused_forward(&g, m, z, g.n));
    TRY(egad_fused_forward(&d, m, g.y[g.n - 1], d.n));
    for (int k = 0; terms[k].name; k++)
        if (terms[k].kind == TERM_CROSS_ENTROPY)
            TRY(egad_mlp_sigma(m, d.y[d.n - 1], k));
        else if (terms[k].of[1] == s->of.rebuilt)
            TRY(egad_mlp_distance(m, x, g.y[g.n - 1], C, k, -1));
        else
            TRY(egad_mlp_distance(m, of_x, of_rebuilt, s->features, k, -1));
    TRY(egad_mlp_store(m, z, s->Z));
    if (!egad_mlp_fits(m)) {
        egad_mlp_free(m);
        s->mlp = NULL;
        goto done;
    }
    TRY(egad_plan_new(&s->fused, detector->device, "search"));
    TRY(egad_mlp_append(m, s->fused, "search", s->terms,
                        (egad_tensor){ .n = s->batch, .c = C, .stride = C }, s->z));
done:
    egad_fused_free(&g);
    egad_fused_free(&d);
    return status;
}
