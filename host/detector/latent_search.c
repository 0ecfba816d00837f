/* AnoGAN's latent search: launch by launch, or for dense layers in one launch
 * (latent_search_fused.c).
 *
 * z, Adam's moments, the learning rate and the step count stay on the device: a search
 * repeats one plan, and the host waits only to write the next rates.  Rows are
 * independent, so a block of rows can run all steps in one launch (mlp.c), and only z and
 * terms leave the cache. */
#include "latent_search_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    FUSED_ROWS = 4096,        /* rows of a bulk, in one launch... */
    UNIT_ROWS = 32,           /* and per unit of a GPU, which may also drive a display */
    LAUNCHED_ROWS = 32768,    /* launch by launch... */
    LAUNCHED_FLOATS = 1 << 24 /* and floats; more on a device with its own memory */
};
static const egad_tensor none = { 0 };

typedef egad_search_launches launches;

static double score(const egad_latent_search *s, const float *terms)
{
    return s->course.alpha * terms[s->course.term[0]] +
           (1.0 - s->course.alpha) * terms[s->course.term[1]];
}

/* ---- Launch by launch ------------------------------------------------------ */

static void free_launches(launches *l)
{
    egad_plan_free(l->begin);
    egad_plan_free(l->step);
    egad_plan_free(l->end);
    egad_pass_free(&l->g);
    egad_pass_free(&l->d);
    *l = (launches){ 0 };
}

static egad_tensor some(egad_tensor t, size_t n)
{
    return egad_tensor_rows(t, 0, n);
}

/* The first n rows as one vector. */
static egad_tensor flat(egad_tensor t, size_t n)
{
    assert(t.stride == t.c && t.offset == 0);
    return (egad_tensor){ .mem = t.mem, .n = 1, .c = n * t.c, .stride = n * t.c };
}

static egad_activation last_activation(const egad_pass *pass)
{
    return (egad_activation){ .act = pass->net->layer[pass->first + pass->n - 1].row.act,
                              .slope = pass->net->slope };
}

/* Scale the rows and compute their f_D, in the buffers of G(z). */
static egad_status plan_begin(egad_latent_search *s, launches *l)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = s->detector;
    const egad_pass starred = egad_pass_starred(&l->d);
    const egad_tensor x = some(s->x, l->n);
    TRY(egad_plan_new(&l->begin, d->device, "begin to search"));
    if (egad_detector_scales(d))
        TRY(egad_pointwise_scale(l->begin, "rows", x, d->fit_on, egad_detector_limit(d)));
    TRY(egad_plan_copy(l->begin, "rows", some(s->rebuilt, l->n), x));
    TRY(egad_pass_forward(&starred, l->begin, s->d->w, 0, 0));
    TRY(egad_plan_copy(l->begin, "features", some(s->of_x, l->n),
                       egad_pass_output(&starred)));
done:
    return status;
}

/* The gradient of A before the activation of the last layer of `d`. */
static egad_status seed_gradient(egad_latent_search *s, launches *l, const egad_pass *d)
{
    const double weight = 1.0 - s->course.alpha;
    const egad_activation a = last_activation(d);
    const egad_tensor to = d->dpre[d->n - 1], y = egad_pass_output(d);
    if (egad_latent_search_by_features(s))
        return egad_terms_distance_back(l->step, "features", to, y, some(s->of_x, l->n),
                                        weight, &a, 0);
    return egad_terms_sigma_back(l->step, "sigma", to, y, weight);
}

static egad_status plan_step(egad_latent_search *s, launches *l)
{
    egad_status status = EGAD_OK;
    const egad_pass d =
        egad_latent_search_by_features(s) ? egad_pass_starred(&l->d) : l->d;
    const egad_activation a = last_activation(&l->g);
    const size_t n = l->n;
    const egad_random clock = { .clock = s->clock.mem };
    const egad_adam adam = { .w = flat(s->z, n),
                             .g = flat(s->dz, n),
                             .m = flat(s->m, n),
                             .v = flat(s->v, n),
                             .rates = s->ring,
                             .beta1 = SEARCH_BETA1 };
    TRY(egad_plan_new(&l->step, s->detector->device, "step of the search"));
    TRY(egad_pass_forward(&l->g, l->step, s->g->w, 0, 0));
    TRY(egad_pass_forward(&d, l->step, s->d->w, 0, 0));
    TRY(seed_gradient(s, l, &d));
    TRY(egad_pass_backward(&d, l->step, 0, 0, n));
    TRY(egad_pass_cross(&d, 0, 0, &l->g, 0, n, l->step));
    TRY(egad_terms_distance_back(l->step, "reconstruction", l->g.dpre[l->g.n - 1],
                                 egad_pass_output(&l->g), some(s->x, n), s->course.alpha,
                                 &a, 1));
    TRY(egad_pass_backward(&l->g, l->step, 0, 0, n));
    TRY(egad_pass_inputs(&l->g, l->step, some(s->dz, n)));
    TRY(egad_adam_step(l->step, "latent", &adam, clock));
    TRY(egad_batch_tick(l->step, clock));
done:
    return status;
}

static egad_status plan_end(egad_latent_search *s, launches *l)
{
    egad_status status = EGAD_OK;
    const egad_term *terms = s->detector->model->terms;
    const size_t n = l->n;
    TRY(egad_plan_new(&l->end, s->detector->device, "end of the search"));
    TRY(egad_pass_forward(&l->g, l->end, s->g->w, 0, 0));
    TRY(egad_pass_forward(&l->d, l->end, s->d->w, 0, 0));
    for (int k = 0; terms[k].name; k++)
        if (terms[k].kind == TERM_CROSS_ENTROPY)
            TRY(egad_terms_sigma(l->end, terms[k].name, s->terms, egad_pass_output(&l->d),
                                 k));
        else if (terms[k].of[1] == s->of.rebuilt)
            TRY(egad_terms_distance(l->end, terms[k].name, s->terms, some(s->x, n),
                                    egad_pass_output(&l->g), k, -1));
        else
            TRY(egad_terms_distance(l->end, terms[k].name, s->terms, some(s->of_x, n),
                                    egad_pass_features(&l->d), k, -1));
done:
    return status;
}

static egad_status prepare(egad_latent_search *s, launches *l, size_t n)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    const egad_pass_options both_ways = { .mode = PASS_SEARCH };
    if (l->n == n)
        return EGAD_OK;
    free_launches(l);
    TRY(egad_pass_new(&l->g, device, s->g, 0, some(s->z, n), some(s->rebuilt, n),
                      &both_ways));
    TRY(egad_pass_new(&l->d, device, s->d, 0, some(s->rebuilt, n), none, &both_ways));
    l->n = n;
    TRY(plan_begin(s, l));
    TRY(plan_step(s, l));
    TRY(plan_end(s, l));
done:
    if (status != EGAD_OK)
        free_launches(l);
    return status;
}

static egad_status reserve(egad_latent_search *s)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    TRY(egad_tensor_new(&s->of_x, device, s->batch, s->features));
    TRY(egad_tensor_new(&s->dz, device, s->batch, s->Z));
    TRY(egad_tensor_new(&s->m, device, s->batch, s->Z));
    TRY(egad_tensor_new(&s->v, device, s->batch, s->Z));
    TRY(egad_tensor_flat(&s->ring, device, RING));
    TRY(egad_tensor_flat(&s->clock, device, 1));
    TRY(prepare(s, &s->full, s->batch));
done:
    return status;
}

/* ---- Both ------------------------------------------------------------------ */

/* The network that a value is the output of. */
static egad_net *network_of(const egad_detector *d, int value)
{
    return d->network[d->model->values[value].network];
}

static egad_status freeze(egad_latent_search *s)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = s->detector;
    const egad_net *G = network_of(d, s->of.rebuilt), *D = network_of(d, s->of.seen);
    const int plain = d->recipe.sigma_of_rebuilt; /* recipe release */
    TRY(egad_net_freeze(&s->g, d->device, G, G->ema));
    TRY(egad_net_freeze(&s->d, d->device, D, plain ? D->w : D->ema));
done:
    return status;
}

egad_status egad_latent_search_new(egad_latent_search **out, egad_detector *d,
                                   const egad_search_course *course, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_latent_search *s = NULL;
    int one_launch = 0;
    *out = NULL;
    NEW(s, 1);
    s->detector = d;
    s->course = *course;
    s->batch = batch;
    s->Z = (size_t)d->model->z_dim;
    egad_latent_search_values_of(&s->of, d->model);
    const egad_net *D = network_of(d, s->of.seen);
    s->features = D->layer[egad_net_starred(D)].O;
    TRY(egad_latent_search_rates(&s->rate, &s->course));
    NEW(s->found_terms, batch * TERMS);
    NEW(s->found_z, batch * s->Z);
    TRY(egad_tensor_new(&s->x, d->device, batch, d->columns));
    TRY(egad_tensor_new(&s->z, d->device, batch, s->Z));
    TRY(egad_tensor_new(&s->rebuilt, d->device, batch, d->columns));
    TRY(egad_tensor_new(&s->terms, d->device, batch, TERMS));
    TRY(egad_tensor_flat(&s->rows, d->device, batch));
    TRY(egad_tensor_flat(&s->restart, d->device, 1));
    TRY(egad_plan_new(&s->start, d->device, "start of the search"));
    TRY(egad_batch_start(
        s->start, "start", s->z, s->rows,
        (egad_random){ .clock = s->restart.mem, .seed = s->course.seed }));
    TRY(freeze(s));
    TRY(egad_mlp_offered(&one_launch, d->device));
    if (one_launch && egad_detector_dense(d))
        TRY(egad_latent_search_fuse(s));
    if (!s->mlp)
        TRY(reserve(s));
    *out = s;
    s = NULL;
done:
    egad_latent_search_free(s);
    return status;
}

void egad_latent_search_free(egad_latent_search *s)
{
    if (!s)
        return;
    egad_plan_free(s->start);
    egad_plan_free(s->fused);
    egad_mlp_free(s->mlp);
    free_launches(&s->full);
    free_launches(&s->rest);
    egad_net_free(s->g);
    egad_net_free(s->d);
    egad_tensor *const tensors[] = { &s->x,       &s->z,       &s->terms, &s->rows,
                                     &s->restart, &s->rebuilt, &s->of_x,  &s->dz,
                                     &s->m,       &s->v,       &s->ring,  &s->clock };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
    free(s->rate);
    free(s->found_terms);
    free(s->found_z);
    free(s);
}

/* Write words to the first elements of a tensor. */
static egad_status write_words(egad_latent_search *s, egad_tensor t,
                               const uint32_t *words, size_t n)
{
    egad_status status = EGAD_OK;
    float *bits = NULL;
    NEW(bits, n);
    memcpy(bits, words, n * sizeof *words);
    TRY(egad_tensor_write(s->detector->device, egad_tensor_view(t, 0, 1, n), bits));
done:
    free(bits);
    return status;
}

/* Starting z of the n rows from number s->done on. */
static egad_status begin_at(egad_latent_search *s, size_t n, uint32_t restart)
{
    egad_status status = EGAD_OK;
    uint32_t *rows = NULL;
    if (s->course.start)
        return egad_tensor_write(s->detector->device, some(s->z, n),
                                 s->course.start + s->done * s->Z);
    NEW(rows, s->batch);
    for (size_t i = 0; i < n; i++)
        rows[i] = (uint32_t)(s->course.row ? s->course.row[s->done + i] : s->done + i);
    TRY(write_words(s, s->rows, rows, s->batch));
    TRY(write_words(s, s->restart, &restart, 1));
    TRY(egad_plan_run(s->start));
done:
    free(rows);
    return status;
}

/* Run all steps, from zero moments, for the rows in x. */
static egad_status run_launches(egad_latent_search *s, const launches *l)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    const uint32_t begin = 0;
    float *zero = NULL, ring[RING] = { 0 };
    NEW(zero, l->n * s->Z);
    TRY(egad_tensor_write(device, some(s->m, l->n), zero));
    TRY(egad_tensor_write(device, some(s->v, l->n), zero));
    TRY(write_words(s, s->clock, &begin, 1));
    for (int k = 0; k < s->course.steps; k++) {
        if (k % RING == 0) {
            const int left = s->course.steps - k;
            memcpy(ring, s->rate + k, (size_t)(left < RING ? left : RING) * sizeof *ring);
            TRY(egad_tensor_write(device, s->ring, ring));
        }
        TRY(egad_plan_run(l->step));
    }
    TRY(egad_plan_run(l->end));
done:
    free(zero);
    return status;
}

/* Search for up to `batch` rows. */
static egad_status search(egad_latent_search *s, const float *x, size_t n, float *terms,
                          float *z)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    launches *l = n == s->batch ? &s->full : &s->rest;
    egad_tensor rows = none;
    if (s->mlp) {
        TRY(egad_mlp_give(s->fused, &rows, s->x, x, n));
    } else {
        TRY(prepare(s, l, n));
        TRY(egad_tensor_write(device, some(s->x, n), x));
        TRY(egad_plan_run(l->begin));
    }
    for (int r = 0; r < s->course.restarts; r++) {
        TRY(begin_at(s, n, (uint32_t)r));
        if (s->mlp)
            TRY(egad_plan_run(s->fused));
        else
            TRY(run_launches(s, l));
        TRY(egad_tensor_read(device, some(s->terms, n), s->found_terms));
        TRY(egad_tensor_read(device, some(s->z, n), s->found_z));
        for (size_t i = 0; i < n; i++) {
            const float *found = s->found_terms + i * TERMS;
            if (r && !(score(s, found) < score(s, terms + i * TERMS)))
                continue;
            memcpy(terms + i * TERMS, found, TERMS * sizeof *terms);
            if (z)
                memcpy(z + i * s->Z, s->found_z + i * s->Z, s->Z * sizeof *z);
        }
    }
    s->done += n;
done:
    egad_tensor_free(&rows);
    return status;
}

egad_status egad_latent_search_run(egad_latent_search *s, const float *x, size_t rows,
                                   float *terms, float *z)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        TRY(search(s, x + i * s->detector->columns, n, terms + i * TERMS,
                   z ? z + i * s->Z : NULL));
    }
done:
    return status;
}

/* A plan, and how often a batch runs it. */
static egad_status profile(const egad_plan *plan, int calls, int times,
                           egad_profile **list, size_t *n)
{
    egad_status status = EGAD_OK;
    size_t i = *n;
    TRY(egad_plan_profile(plan, times, list, n));
    for (; i < *n; i++)
        (*list)[i].calls = calls;
done:
    return status;
}

egad_status egad_latent_search_profile(egad_latent_search *s, const float *x, int times,
                                       egad_profile **list, size_t *n)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    const int steps = s->course.steps, restarts = s->course.restarts;
    float ring[RING] = { 0 };
    egad_tensor rows = none;
    if (times > 0 && s->mlp) {
        TRY(egad_mlp_give(s->fused, &rows, s->x, x, s->batch));
    } else if (times > 0) {
        TRY(egad_tensor_write(device, s->x, x));
        memcpy(ring, s->rate, (size_t)(steps < RING ? steps : RING) * sizeof *ring);
        TRY(egad_tensor_write(device, s->ring, ring));
    }
    if (!s->mlp)
        TRY(profile(s->full.begin, 1, times, list, n));
    TRY(profile(s->start, restarts, times, list, n));
    if (s->mlp) {
        TRY(profile(s->fused, restarts, times, list, n));
    } else {
        TRY(profile(s->full.step, restarts * steps, times, list, n));
        TRY(profile(s->full.end, restarts, times, list, n));
    }
done:
    egad_tensor_free(&rows);
    return status;
}

egad_status egad_latent_search_rebuild(egad_latent_search *s, const float *x,
                                       const float *z, size_t rows, float *scaled,
                                       float *rebuilt)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = s->detector;
    const size_t C = d->columns;
    egad_plan *plan = NULL;
    egad_pass g = { 0 };
    TRY(egad_pass_new(&g, d->device, s->g, 0, s->z, s->rebuilt, NULL));
    TRY(egad_plan_new(&plan, d->device, "rebuild"));
    if (egad_detector_scales(d))
        TRY(egad_pointwise_scale(plan, "rows", s->x, d->fit_on, egad_detector_limit(d)));
    TRY(egad_pass_forward(&g, plan, s->g->w, 0, 0));
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        TRY(egad_tensor_write(d->device, some(s->x, n), x + i * C));
        TRY(egad_tensor_write(d->device, some(s->z, n), z + i * s->Z));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(d->device, some(s->x, n), scaled + i * C));
        TRY(egad_tensor_read(d->device, some(s->rebuilt, n), rebuilt + i * C));
    }
done:
    egad_plan_free(plan);
    egad_pass_free(&g);
    return status;
}

egad_tensor egad_latent_search_gradient(const egad_latent_search *s)
{
    return s->dz;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t egad_latent_search_bulk(const egad_detector *d)
{
    const size_t own =
        d->device->cpu ? 0 : (size_t)(d->device->info.memory / 16 / sizeof(float));
    const size_t room = own > LAUNCHED_FLOATS ? own : LAUNCHED_FLOATS;
    size_t floats = 3 * d->columns;
    int one_launch = 0;
    for (size_t k = 0; k < d->networks; k++)
        for (size_t i = 0; i < d->network[k]->n; i++)
            floats += 2 * d->network[k]->layer[i].O; /* outputs and gradients */
    const size_t launched = least(room / floats + 1, LAUNCHED_ROWS);
    if (!egad_detector_dense(d) || egad_mlp_offered(&one_launch, d->device) != EGAD_OK ||
        !one_launch)
        return launched;
    if (d->device->cpu)
        return FUSED_ROWS;
    const size_t units = d->device->info.units;
    return least(launched, least(FUSED_ROWS, UNIT_ROWS * (units + !units)));
}
