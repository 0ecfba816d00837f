/* The terms of rows by the networks of a model's table: launch by launch, or for dense
 * layers in one launch.
 *
 * Of a BiGAN, E and G reconstruct a row, D sees the row and its reconstruction, and the
 * terms compare the two.  Both ways compute the same; the single launch (encode_fused.c)
 * is faster because only rows and terms leave the cache and nothing waits for
 * launches. */
#include "encode_inside.h"
#include "fitted.h"

#include <stdlib.h>

/* ---- What is wanted ---------------------------------------------------------- */

/* Mark the values that these terms are of. */
static void mark_values(const egad_model *model, unsigned terms, int wanted[MODEL_VALUES])
{
    for (int k = 0; model->terms[k].name; k++)
        for (int i = 0; i < egad_graph_term_arguments(&model->terms[k]); i++)
            if (terms >> k & 1u)
                wanted[model->terms[k].of[i]] = 1;
}

/* The terms that average over samples, as bits. */
static unsigned averaged(const egad_model *model)
{
    unsigned terms = 0;
    for (int k = 0; model->terms[k].name; k++)
        terms |= (unsigned)(model->terms[k].samples != SAMPLES_NONE) << k;
    return terms;
}

/* Mark the values that the wanted outputs are.  Those of terms that average over samples
 * may be computed from noise that functions read. */
static egad_status find_values(const egad_encode *s, int wanted[MODEL_VALUES])
{
    egad_status status = EGAD_OK;
    const egad_model *model = s->detector->model;
    int sampled[MODEL_VALUES] = { 0 }, plain[MODEL_VALUES] = { 0 };
    mark_values(model, s->wanted, wanted);
    for (int i = 0; i < 2 && egad_encode_compares(s); i++)
        wanted[s->by.of[i]] = 1;
    for (int i = 0; i < 3 && s->wanted == INFER_MIXTURE; i++)
        wanted[s->mixed[i]] = 1;
    if (s->wanted == INFER_REBUILT)
        wanted[model->latent] = wanted[model->rebuilt] = 1;
    mark_values(model, s->wanted & averaged(model), sampled);
    mark_values(model, s->wanted & ~averaged(model), plain);
    for (int v = 0; model->values[v].name; v++)
        if (wanted[v] && (sampled[v] && !plain[v] ? egad_graph_noisy(model, v)
                                                  : egad_graph_random(model, v)))
            FAIL(ARGUMENT,
                 "model %s: %s is computed from noise, and no score's term may be",
                 model->name, model->values[v].name);
done:
    return status;
}

/* ---- Launch by launch ------------------------------------------------------ */

/* The matrix that turns features into a Mahalanobis distance. */
static egad_status reserve_whitening(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    const egad_calibration *c = &s->detector->calibration;
    const size_t n = c->n;
    egad_gemm_engine engine;
    egad_plan *plan = NULL;
    TRY(egad_tensor_new(&s->white, device, s->batch, n));
    TRY(egad_tensor_flat(&s->whitening, device, n * n));
    TRY(egad_tensor_write(device, s->whitening, c->whitening));
    TRY(egad_tensor_write(device, s->mean, c->mean));
    TRY(egad_gemm_choose(&engine, device));
    if (egad_gemm_packs(engine)) {
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

static egad_status reserve_evidence(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    TRY(egad_tensor_new(&s->evidence, device, s->batch, s->by.n));
    TRY(egad_tensor_flat(&s->mean, device, s->by.n));
    if (s->wanted == INFER_EVIDENCE)
        goto done;
    if (s->by.nearest)
        TRY(egad_neighbours_new(&s->near, device, &s->detector->calibration.points,
                                s->batch));
    else
        TRY(reserve_whitening(s));
done:
    return status;
}

/* The noise of all samples, and room for the terms that average over them. */
static egad_status reserve_samples(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    float *noise = NULL;
    TRY(egad_encode_draw(d, s->samples, &noise));
    TRY(egad_tensor_new(&s->noise, d->device, s->samples, (size_t)d->model->z_dim));
    TRY(egad_tensor_write(d->device, s->noise, noise));
    for (int k = 0; d->model->terms[k].name; k++)
        if (egad_encode_wants(s, k) && d->model->terms[k].samples)
            TRY(egad_tensor_new(&s->sampled[k], d->device, s->batch, s->samples));
done:
    free(noise);
    return status;
}

static egad_status reserve(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    const egad_graph *g = s->graph;
    if (s->samples)
        TRY(reserve_samples(s));
    for (int b = 0; b < g->buffers; b++)
        TRY(egad_tensor_new(&s->buffer[b], d->device, s->batch, g->buffer[b].columns));
    s->x = s->buffer[g->home[0].buffer];
    for (int k = 0; k < g->nodes; k++) {
        const egad_graph_node *node = &g->node[k];
        if (node->network < 0)
            continue;
        const egad_pass_options options = {
            .mode = PASS_SCORE, .joins = egad_graph_first(d->model, node->network)
        };
        TRY(egad_pass_new(&s->pass[k], d->device, d->network[node->network],
                          node->section, egad_encode_at(s, &node->in, s->batch),
                          egad_encode_at(s, &node->out, s->batch), &options));
    }
    if (egad_encode_compares(s))
        TRY(reserve_evidence(s));
    if (s->wanted == INFER_MIXTURE)
        TRY(egad_tensor_new(&s->evidence, d->device, s->batch, s->z + s->logits));
    else if (s->mixed && d->calibration.mixture)
        TRY(egad_mixture_send(&s->parts, d->device, d->calibration.mixture));
done:
    return status;
}

/* Fold and pack the weights for scoring. */
static egad_status pack(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    TRY(egad_plan_new(&plan, s->detector->device, "pack"));
    for (size_t k = 0; k < s->detector->networks; k++)
        TRY(egad_net_pack_score(s->detector->network[k], plan, s->folded[k]));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(s->detector->device));
done:
    egad_plan_free(plan);
    return status;
}

/* A function, of sample `sample`. */
static egad_status apply(const egad_encode *s, int node, egad_plan *plan, size_t n,
                         size_t sample)
{
    const int v = s->graph->node[node].value[0];
    const egad_value *of = &s->detector->model->values[v];
    egad_tensor arguments[FUNCTION_ARGUMENTS] = { 0 };
    for (int i = 0; i < egad_function_arguments(of->function); i++) {
        arguments[i] = egad_encode_value(s, of->from[i], n);
        if (arguments[i].stride == 0)
            arguments[i].offset += sample * s->noise.stride;
    }
    return egad_function_forward(plan, of->name, of->function, egad_encode_value(s, v, n),
                                 arguments);
}

/* The same pass for its first n rows. */
static egad_status forward(const egad_encode *s, int node, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_pass *pass = &s->pass[node];
    egad_pass some = *pass;
    egad_tensor *y = NULL;
    NEW(y, pass->n);
    for (size_t i = 0; i < pass->n; i++)
        if (pass->y[i].mem)
            y[i] = egad_tensor_rows(pass->y[i], 0, n);
    some.x = egad_tensor_rows(pass->x, 0, n);
    some.y = y;
    TRY(egad_pass_forward(&some, plan, s->folded[s->graph->node[node].network], 0, 0));
done:
    free(y);
    return status;
}

/* The operations that lead to values; `random`: those from noise, of sample `sample`, or
 * the others. */
static egad_status append_operations(const egad_encode *s, egad_plan *plan, size_t n,
                                     int random, size_t sample)
{
    egad_status status = EGAD_OK;
    const egad_graph_step *step = &s->graph->step[0];
    for (int i = 0; i < step->n; i++) {
        const egad_graph_op *op = &step->op[i];
        if (op->kind == GRAPH_COPY && !random)
            TRY(egad_plan_copy(plan, "input", egad_encode_at(s, &op->to, n),
                               egad_encode_at(s, &op->from, n)));
        if (op->kind == GRAPH_COPY || egad_encode_random(s, op->node) != random)
            continue;
        TRY(op->kind == GRAPH_APPLY ? apply(s, op->node, plan, n, sample)
                                    : forward(s, op->node, plan, n));
    }
done:
    return status;
}

/* What is computed from noise, for each sample, and the terms that average. */
static egad_status append_samples(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_term *terms = s->detector->model->terms;
    for (size_t i = 0; i < s->samples; i++) {
        TRY(append_operations(s, plan, n, 1, i));
        for (int k = 0; terms[k].name; k++)
            if (s->sampled[k].mem)
                TRY(egad_encode_append_density(s, plan, k, n, s->sampled[k], i));
    }
    for (int k = 0; terms[k].name; k++)
        if (s->sampled[k].mem)
            TRY(egad_density_average(plan, terms[k].name, s->terms, k,
                                     egad_tensor_rows(s->sampled[k], 0, n),
                                     terms[k].samples == SAMPLES_LOG_MEAN));
done:
    return status;
}

static egad_status prepare(egad_encode *s, egad_encode_launches *p, size_t n)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    if (p->n == n)
        return EGAD_OK;
    egad_plan_free(p->plan);
    *p = (egad_encode_launches){ 0 };
    TRY(egad_plan_new(&p->plan, d->device, "score"));
    if (egad_detector_scales(d))
        TRY(egad_pointwise_scale(p->plan, "rows", egad_tensor_rows(s->x, 0, n), d->fit_on,
                                 egad_detector_limit(d)));
    TRY(append_operations(s, p->plan, n, 0, 0));
    TRY(egad_encode_append_terms(s, p->plan, n));
    TRY(append_samples(s, p->plan, n));
    p->n = n;
done:
    return status;
}

/* ---- Both ------------------------------------------------------------------ */

egad_status egad_encode_new(egad_encode **out, egad_detector *d, unsigned wanted,
                            size_t batch)
{
    egad_status status = EGAD_OK;
    egad_encode *s = NULL;
    int one_launch = 0, values[MODEL_VALUES] = { 0 };
    *out = NULL;
    NEW(s, 1);
    s->detector = d;
    s->by = egad_score_evidence(d);
    s->mixed = egad_score_mixed(d, &s->z, &s->logits);
    s->wanted = wanted > INFER_TERMS
                    ? wanted
                    : wanted & egad_score_available(d) & ~egad_fitted_terms(d);
    s->batch = batch;
    if (s->wanted <= INFER_TERMS && (s->wanted & averaged(d->model)))
        s->samples = (size_t)d->model->samples;
    TRY(find_values(s, values));
    TRY(egad_graph_score(&s->graph, d->model, d->network, d->columns, values));
    TRY(egad_tensor_new(&s->terms, d->device, batch, TERMS));
    TRY(egad_mlp_offered(&one_launch, d->device));
    for (size_t k = 0; k < d->networks; k++)
        TRY(egad_net_fold(d->network[k], d->device, d->network[k]->ema, &s->folded[k]));
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

void egad_encode_free(egad_encode *s)
{
    if (!s)
        return;
    egad_plan_free(s->full.plan);
    egad_plan_free(s->rest.plan);
    for (int k = 0; k < GRAPH_NODES; k++)
        egad_pass_free(&s->pass[k]);
    egad_neighbours_free(&s->near);
    for (int k = 0; k < MODEL_NETWORKS; k++)
        egad_tensor_free(&s->folded[k]);
    for (int k = 0; k < TERMS; k++)
        egad_tensor_free(&s->sampled[k]);
    egad_tensor_free(&s->noise);
    if (s->mlp)
        egad_tensor_free(&s->x);
    for (int b = 0; b < GRAPH_BUFFERS; b++)
        egad_tensor_free(&s->buffer[b]);
    egad_mlp_free(s->mlp);
    egad_tensor *const tensors[] = {
        &s->wrapped, &s->terms,     &s->evidence, &s->white,
        &s->mean,    &s->whitening, &s->panels,   &s->parts
    };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
    free(s->graph);
    free(s);
}

size_t egad_encode_floats(const egad_detector *d)
{
    const egad_model *model = d->model;
    int wanted[MODEL_VALUES] = { 0 };
    size_t floats = d->columns;
    if (egad_detector_dense(d))
        return 0;
    mark_values(model, egad_score_used(d), wanted);
    for (int v = 0; model->values[v].name; v++) {
        const egad_net *net = d->network[model->values[v].network];
        int applied = 0;
        for (int w = 0; model->values[w].name; w++)
            applied |= wanted[w] && egad_graph_depends(model, w, v);
        if (applied && model->values[v].kind == VALUE_OUTPUT)
            for (size_t i = 0; i < net->n; i++)
                floats += net->layer[i].O;
    }
    return floats + d->calibration.points.rows;
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
    egad_encode_launches *p = s->mlp || n == s->batch ? &s->full : &s->rest;
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
    const egad_tensor result = s->wanted == INFER_EVIDENCE || s->wanted == INFER_MIXTURE
                                   ? s->evidence
                                   : s->terms;
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
    const egad_model *model = s->detector->model;
    const size_t C = s->detector->columns;
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        TRY(send(s, x + i * C, n));
        TRY(launch(s, n));
        TRY(egad_tensor_read(device, egad_tensor_rows(s->x, 0, n), scaled + i * C));
        TRY(egad_tensor_read(device, egad_encode_value(s, model->rebuilt, n),
                             rebuilt + i * C));
        if (z)
            TRY(egad_tensor_read(device, egad_encode_value(s, model->latent, n),
                                 z + i * (size_t)model->z_dim));
    }
done:
    return status;
}
