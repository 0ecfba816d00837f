/* The terms of dense layers in one launch; encode.c does it launch by launch. */
#include "encode_inside.h"

#include <stdlib.h>

static const egad_slot nowhere = { 0 };

/* Slots of the launch while its steps are listed. */
typedef struct {
    egad_encode *s;
    egad_mlp *m;
    float *flat[MODEL_NETWORKS];      /* folded parameters, on the host */
    egad_slot buffer[GRAPH_BUFFERS];  /* of the graph; those between the sections of an
                                       * application only during it */
    egad_slot features[MODEL_VALUES]; /* of VALUE_FEATURES */
    egad_slot sampled[TERMS];         /* of terms that average over samples */
    float *noise;                     /* (samples, Z) */
} listing;

/* 1 if a value lies in this buffer. */
static int keeps(const egad_graph *g, int buffer)
{
    for (int v = 0; v < g->values; v++)
        if (g->home[v].buffer == buffer)
            return 1;
    return 0;
}

static egad_slot at(const listing *l, const egad_graph_place *place)
{
    return egad_mlp_columns(l->buffer[place->buffer], place->column);
}

static egad_slot value(const listing *l, int v)
{
    const egad_graph_place place = egad_graph_where(l->s->graph, v);
    return l->features[v].room ? l->features[v] : at(l, &place);
}

static size_t width(const listing *l, int v)
{
    const egad_detector *d = l->s->detector;
    return egad_graph_width(d->model, d->network, d->columns, v);
}

/* Where the output of a layer goes if it is wanted features. */
static egad_slot starred(const listing *l, int node, const egad_net_layer *layer)
{
    const egad_graph *g = l->s->graph;
    for (int v = 0; v < g->values && (layer->row.mark & STAR); v++)
        if (l->features[v].room && g->producer[v] == node)
            return l->features[v];
    return nowhere;
}

/* Copy what lies elsewhere to the input of a node. */
static egad_status fuse_inputs(const listing *l, int k)
{
    egad_status status = EGAD_OK;
    const egad_graph_step *step = &l->s->graph->step[0];
    for (int i = 0; i < step->n; i++)
        if (step->op[i].kind == GRAPH_COPY && step->op[i].node == k)
            TRY(egad_mlp_copy(l->m, at(l, &step->op[i].to), at(l, &step->op[i].from),
                              step->op[i].from.columns));
done:
    return status;
}

static egad_status fuse_section(listing *l, int k)
{
    egad_status status = EGAD_OK;
    const egad_graph_node *node = &l->s->graph->node[k];
    const egad_net *net = l->s->detector->network[node->network];
    const float *flat = l->flat[node->network];
    const size_t first = net->first[node->section],
                 last = first + net->count[node->section] - 1;
    const egad_slot bottom = egad_mlp_reserve(l->m, 0);
    egad_slot x = at(l, &node->in);
    TRY(fuse_inputs(l, k));
    for (size_t i = first; i <= last; i++) {
        const egad_net_layer *layer = &net->layer[i];
        egad_slot to = starred(l, k, layer);
        if (!to.room)
            to = i == last ? at(l, &node->out) : egad_mlp_reserve(l->m, layer->O);
        TRY(egad_mlp_dense(l->m, to, x, flat + layer->kernel, flat + layer->bias,
                           layer->I, layer->O, layer->row.act, net->slope, 0));
        x = to;
    }
    egad_mlp_release(l->m, bottom);
done:
    return status;
}

/* The sections of an application, nodes k .. end. */
static egad_status fuse_application(listing *l, int k, int end)
{
    egad_status status = EGAD_OK;
    const egad_graph *g = l->s->graph;
    const egad_slot bottom = egad_mlp_reserve(l->m, 0);
    for (int i = k; i < end; i++)
        for (int b = 0; b < 2; b++) {
            const int buffer = b ? g->node[i].out.buffer : g->node[i].in.buffer;
            if (!l->buffer[buffer].room)
                l->buffer[buffer] = egad_mlp_reserve(l->m, g->buffer[buffer].columns);
        }
    for (int i = k; i < end; i++)
        TRY(fuse_section(l, i));
    egad_mlp_release(l->m, bottom);
    for (int b = 0; b < g->buffers; b++)
        if (!keeps(g, b))
            l->buffer[b] = nowhere;
done:
    return status;
}

static egad_status fuse_function(const listing *l, int k)
{
    const egad_model *model = l->s->detector->model;
    const int v = l->s->graph->node[k].value[0];
    const egad_value *of = &model->values[v];
    const int arguments = egad_function_arguments(of->function);
    const int drawn = arguments == 3 && model->values[of->from[2]].kind == VALUE_NOISE;
    return egad_mlp_function(l->m, value(l, v), value(l, of->from[0]),
                             arguments > 1 ? value(l, of->from[1]) : nowhere,
                             drawn ? l->noise : NULL, l->s->samples, width(l, v),
                             of->function);
}

/* The term of the values at hand, to its samples or to the term. */
static egad_status fuse_density(const listing *l, int k)
{
    const egad_term *t = &l->s->detector->model->terms[k];
    egad_slot slot[3] = { nowhere, nowhere, nowhere };
    int of[3];
    egad_encode_values_of(t, of);
    for (int i = 0; i < 3; i++)
        if (of[i] >= 0)
            slot[i] = value(l, of[i]);
    return egad_mlp_density(l->m, slot[0], slot[1], slot[2], width(l, of[1]),
                            egad_encode_density(t), l->sampled[k], k);
}

/* Applications and functions; `random`: those that are computed from noise, or the
 * others. */
static egad_status fuse_nodes(listing *l, int random)
{
    egad_status status = EGAD_OK;
    const egad_graph *g = l->s->graph;
    for (int k = 0, next; k < g->nodes; k = next) {
        next = k + 1;
        while (!g->node[next - 1].last)
            next++;
        if (egad_encode_random(l->s, next - 1) != random)
            continue;
        TRY(g->node[k].network < 0 ? fuse_function(l, k) : fuse_application(l, k, next));
    }
done:
    return status;
}

/* What is computed from noise, for each sample, and the terms that average. */
static egad_status fuse_samples(listing *l)
{
    egad_status status = EGAD_OK;
    const size_t first = egad_mlp_steps(l->m), L = l->s->samples;
    const egad_term *terms = l->s->detector->model->terms;
    if (!L)
        return EGAD_OK;
    for (int k = 0; terms[k].name; k++)
        if (egad_encode_wants(l->s, k) && terms[k].samples)
            l->sampled[k] = egad_mlp_reserve(l->m, L);
    TRY(fuse_nodes(l, 1));
    for (int k = 0; terms[k].name; k++)
        if (l->sampled[k].room)
            TRY(fuse_density(l, k));
    TRY(egad_mlp_repeat(l->m, first, L));
    for (int k = 0; terms[k].name; k++)
        if (l->sampled[k].room)
            TRY(egad_mlp_average(l->m, l->sampled[k], L, k,
                                 terms[k].samples == SAMPLES_LOG_MEAN));
done:
    return status;
}

static egad_status fuse_spread(listing *l)
{
    egad_status status = EGAD_OK;
    const egad_calibration *c = &l->s->detector->calibration;
    const egad_evidence *by = &l->s->by;
    const egad_slot e = egad_mlp_reserve(l->m, c->n),
                    white = egad_mlp_reserve(l->m, c->n);
    TRY(egad_mlp_features(l->m, e, value(l, by->of[0]), value(l, by->of[1]), c->n / 2,
                          c->mean));
    TRY(egad_mlp_dense(l->m, white, e, c->whitening, NULL, c->n, c->n, ACT_LINEAR, 0.0f,
                       1));
    for (size_t i = 0; i < 2; i++)
        if (by->column[i] >= 0)
            TRY(egad_mlp_distance(l->m, white, nowhere, i ? c->n : c->n / 2, -1,
                                  by->column[i]));
done:
    return status;
}

static egad_status fuse_terms(listing *l)
{
    egad_status status = EGAD_OK;
    const egad_term *terms = l->s->detector->model->terms;
    for (int k = 0; terms[k].name; k++) {
        if (!egad_encode_wants(l->s, k) || terms[k].samples)
            continue;
        if (egad_encode_density(&terms[k]) >= 0)
            TRY(fuse_density(l, k));
        else if (terms[k].kind == TERM_DISTANCE)
            TRY(egad_mlp_distance(l->m, value(l, terms[k].of[0]),
                                  value(l, terms[k].of[1]), width(l, terms[k].of[0]), k,
                                  -1));
        else if (terms[k].kind == TERM_CROSS_ENTROPY)
            TRY(egad_mlp_sigma(l->m, value(l, terms[k].of[0]), k));
    }
    if (l->s->wanted & l->s->by.terms)
        TRY(fuse_spread(l));
done:
    return status;
}

/* 1 if the launch has the function of a node: noise, one row for all rows, may be its
 * third argument, and nothing else. */
static int has_function(const egad_encode *s, int node)
{
    const egad_model *model = s->detector->model;
    const egad_value *of = &model->values[s->graph->node[node].value[0]];
    if (of->function == FUNCTION_FEATURES)
        return 0;
    for (int i = 0; i < egad_function_arguments(of->function); i++)
        if ((model->values[of->from[i]].kind == VALUE_NOISE) != (i == 2))
            return 0;
    return 1;
}

/* The node that computes a part of this node's input in place; -1: it is copied there. */
static int in_place(const egad_graph *g, const egad_graph_node *node, int part)
{
    const int v = node->input[part][0], made = node->source[part] >= 0
                                                   ? node->source[part]
                                               : v >= 0 ? g->producer[v]
                                                        : -1;
    return made >= 0 && g->node[made].out.buffer == node->in.buffer ? made : -1;
}

/* 1 if the launch has all that is wanted.  The last panel of the left part of an input
 * may extend into the right part: that must come after it, as copies do. */
static int offered(const egad_encode *s)
{
    const egad_graph *g = s->graph;
    for (int i = 0; i < g->step[0].n; i++) {
        const egad_graph_op *op = &g->step[0].op[i];
        if (op->kind == GRAPH_APPLY && !has_function(s, op->node))
            return 0;
        if (op->kind != GRAPH_FORWARD && op->kind != GRAPH_APPLY &&
            op->kind != GRAPH_COPY)
            return 0;
    }
    for (int k = 0; k < g->nodes; k++) {
        const int left = in_place(g, &g->node[k], 0), right = in_place(g, &g->node[k], 1);
        if (right >= 0 && right <= left)
            return 0;
    }
    return !(s->by.nearest && (s->wanted & s->by.terms));
}

static egad_status begin(listing *l)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = l->s->detector;
    const egad_graph *g = l->s->graph;
    for (size_t k = 0; k < d->networks; k++) {
        NEW(l->flat[k], l->s->folded[k].c);
        TRY(egad_tensor_read(d->device, l->s->folded[k], l->flat[k]));
    }
    for (int b = 0; b < g->buffers; b++)
        if (keeps(g, b))
            l->buffer[b] = egad_mlp_reserve(l->m, g->buffer[b].columns);
    for (int v = 0; v < g->values; v++)
        if (d->model->values[v].kind == VALUE_FEATURES && g->producer[v] >= 0)
            l->features[v] = egad_mlp_reserve(l->m, width(l, v));
    if (l->s->samples)
        TRY(egad_encode_draw(d, l->s->samples, &l->noise));
    TRY(egad_mlp_input(l->m, value(l, 0), egad_detector_scales(d) ? d->fit : NULL,
                       d->columns, egad_detector_limit(d)));
done:
    return status;
}

egad_status egad_encode_fuse(egad_encode *s)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    listing l = { .s = s };
    if (!offered(s))
        goto done;
    TRY(egad_mlp_new(&s->mlp, d->device));
    l.m = s->mlp;
    TRY(begin(&l));
    TRY(fuse_nodes(&l, 0));
    TRY(fuse_terms(&l));
    TRY(fuse_samples(&l));
    if (!egad_mlp_fits(s->mlp)) {
        egad_mlp_free(s->mlp);
        s->mlp = NULL;
        goto done;
    }
    s->x = (egad_tensor){ .n = s->batch, .c = d->columns, .stride = d->columns };
    if (!d->device->cpu) /* else set by each run */
        TRY(egad_tensor_new(&s->x, d->device, s->batch, d->columns));
    TRY(egad_plan_new(&s->full.plan, d->device, "score"));
    TRY(egad_mlp_append(s->mlp, s->full.plan, "score", s->terms, s->x,
                        (egad_tensor){ 0 }));
done:
    for (int k = 0; k < MODEL_NETWORKS; k++)
        free(l.flat[k]);
    free(l.noise);
    return status;
}
