/* From tables of values to batches of applications. */
#include "graph_inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- Batches of applications ------------------------------------------------- */

/* Applications of a network that run as one batch; network -1: a function. */
typedef struct {
    int network, n, value[GRAPH_STACK];
} batch;

typedef struct {
    int n, most; /* most: applications in a batch */
    batch at[GRAPH_NODES];
    int of[MODEL_VALUES]; /* the batch of each value; -1: none */
} batches;

/* 1 if a value of batch b is computed, directly or not, from one of batch `from`. */
static int depends(const egad_model *model, const batches *all, int b, int from);

static int value_depends(const egad_model *model, const batches *all, int v, int from)
{
    for (int i = 0; i < egad_graph_sources(model, v); i++) {
        const int w = model->values[v].from[i], b = all->of[w];
        if (b >= 0 ? b == from || depends(model, all, b, from)
                   : value_depends(model, all, w, from))
            return 1;
    }
    return 0;
}

static int depends(const egad_model *model, const batches *all, int b, int from)
{
    for (int i = 0; i < all->at[b].n; i++)
        if (value_depends(model, all, all->at[b].value[i], from))
            return 1;
    return 0;
}

/* Whether v can join batch b: then all that is computed from b waits for v's inputs, so
 * that these must not be computed from b. */
static int joins(const egad_model *model, const batches *all, int v, int b)
{
    return model->values[v].kind == VALUE_OUTPUT &&
           all->at[b].network == model->values[v].network && all->at[b].n < all->most &&
           !value_depends(model, all, v, b);
}

/* Put value v and what it is computed from into batches. */
static egad_status place_value(const egad_model *model, batches *all, int v)
{
    egad_status status = EGAD_OK;
    const int kind = model->values[v].kind;
    int b = 0;
    for (int i = 0; i < egad_graph_sources(model, v); i++)
        TRY(place_value(model, all, model->values[v].from[i]));
    if ((kind != VALUE_OUTPUT && kind != VALUE_FUNCTION) || all->of[v] >= 0)
        goto done;
    while (b < all->n && !joins(model, all, v, b))
        b++;
    if (b == GRAPH_NODES)
        FAIL(ARGUMENT, "model %s: more than %d batches", model->name, GRAPH_NODES);
    if (b == all->n) {
        all->at[b] =
            (batch){ .network = kind == VALUE_OUTPUT ? model->values[v].network : -1 };
        all->n++;
    }
    all->at[b].value[all->at[b].n++] = v;
    all->of[v] = b;
done:
    return status;
}

static int ready(const egad_model *model, const batches *all, const int *taken, int b)
{
    for (int other = 0; other < all->n; other++)
        if (!taken[other] && other != b && depends(model, all, b, other))
            return 0;
    return !taken[b];
}

/* All batches that lead to wanted values, each after those that it depends on. */
static egad_status find_batches(const egad_model *model, int most, const int *wanted,
                                batches *out)
{
    egad_status status = EGAD_OK;
    batches all = { .most = most };
    int taken[GRAPH_NODES] = { 0 };
    for (int v = 0; v < MODEL_VALUES; v++)
        all.of[v] = -1;
    for (int v = 0; model->values[v].name; v++)
        if (wanted[v])
            TRY(place_value(model, &all, v));
    *out = all;
    for (out->n = 0; out->n < all.n; out->n++) {
        int b = 0;
        while (!ready(model, &all, taken, b))
            b++;
        taken[b] = 1;
        out->at[out->n] = all.at[b];
    }
done:
    return status;
}

/* ---- Nodes ------------------------------------------------------------------- */

static egad_status add_nodes(egad_graph *g, egad_net *const *network, const batch *b)
{
    egad_status status = EGAD_OK;
    const egad_network *table = b->network < 0 ? NULL : network[b->network]->table;
    const int sections = table ? (int)network[b->network]->sections : 1, first = g->nodes;
    for (int s = 0; s < sections; s++) {
        if (g->nodes == GRAPH_NODES)
            FAIL(ARGUMENT, "model %s: more than %d sections are applied", g->model->name,
                 GRAPH_NODES);
        egad_graph_node *node = &g->node[g->nodes];
        *node = (egad_graph_node){ .network = b->network,
                                   .section = s,
                                   .n = b->n,
                                   .last = s + 1 == sections,
                                   .source = { -1, -1 },
                                   .in = { .buffer = -1 },
                                   .out = { .buffer = -1 } };
        memcpy(node->value, b->value, sizeof node->value);
        for (int k = 0; k < 2; k++) {
            const int from = table ? table->section[s].from[k] : 0;
            if (from < 0)
                node->source[k] = first - from - 1;
            for (int i = 0; i < GRAPH_STACK; i++)
                node->input[k][i] = from > 0 && i < b->n
                                        ? g->model->values[b->value[i]].from[from - 1]
                                        : -1;
        }
        for (int i = 0; node->last && i < b->n; i++) {
            g->producer[b->value[i]] = g->nodes;
            g->block[b->value[i]] = i;
        }
        g->nodes++;
    }
done:
    return status;
}

/* Each layer of the networks that have dropout draws from a stream of its own. */
static void find_streams(egad_graph *g, egad_net *const *network)
{
    unsigned layers = 0;
    for (int k = 0; g->model->networks[k].name; k++) {
        int drops = 0;
        for (size_t i = 0; i < network[k]->n; i++)
            drops |= network[k]->layer[i].row.dropout > 0.0f;
        g->stream[k] = layers;
        layers += drops ? (unsigned)network[k]->n : 0;
    }
}

/* The values that losses need. */
static egad_status find_wanted(const egad_model *model, int wanted[MODEL_VALUES])
{
    egad_status status = EGAD_OK;
    for (const egad_step *s = model->steps; s->name; s++)
        for (int i = 0; i < MODEL_LOSSES && s->loss[i].name; i++)
            for (int k = 0; k < egad_graph_arguments(&s->loss[i]); k++) {
                const egad_value *value = &model->values[s->loss[i].of[k]];
                if (value->kind == VALUE_FEATURES)
                    FAIL(ARGUMENT, "model %s, step %s: the loss %s is of %s, features",
                         model->name, s->name, s->loss[i].name, value->name);
                wanted[s->loss[i].of[k]] = 1;
            }
done:
    return status;
}

/* The nodes with the starred layers of wanted features. */
static egad_status find_features(egad_graph *g, egad_net *const *network,
                                 const int wanted[MODEL_VALUES])
{
    egad_status status = EGAD_OK;
    for (int v = 0; v < g->values; v++) {
        const egad_value *value = &g->model->values[v];
        if (value->kind != VALUE_FEATURES || !wanted[v])
            continue;
        const int last = g->producer[value->from[0]];
        const egad_net *net =
            last < 0 || g->node[last].network < 0 ? NULL : network[g->node[last].network];
        const size_t star = net ? egad_net_starred(net) : 0;
        if (!net || !(net->layer[star].row.mark & STAR))
            FAIL(ARGUMENT, "model %s: there is no starred layer on the way to %s",
                 g->model->name, value->name);
        g->producer[v] = last - g->node[last].section;
        while (star >= net->first[g->node[g->producer[v]].section] +
                           net->count[g->node[g->producer[v]].section])
            g->producer[v]++;
    }
done:
    return status;
}

/* The nodes that lead to wanted values, and their places. */
static egad_status lay_out(egad_graph *g, egad_net *const *network, size_t X, int most,
                           const int wanted[MODEL_VALUES])
{
    egad_status status = EGAD_OK;
    batches all;
    g->X = X;
    for (int v = 0; v < MODEL_VALUES; v++)
        g->producer[v] = -1;
    while (g->model->values[g->values].name)
        g->values++;
    TRY(find_batches(g->model, most, wanted, &all));
    for (int b = 0; b < all.n; b++)
        TRY(add_nodes(g, network, &all.at[b]));
    TRY(egad_graph_give_places(g, network));
done:
    return status;
}

egad_status egad_graph_new(egad_graph **out, const egad_model *model,
                           egad_net *const *network, size_t X)
{
    egad_status status = EGAD_OK;
    egad_graph *g = NULL;
    int wanted[MODEL_VALUES] = { 0 };
    const egad_loss *losses[MODEL_LOSSES];
    *out = NULL;
    NEW(g, 1);
    g->model = model;
    find_streams(g, network);
    TRY(find_wanted(model, wanted));
    TRY(lay_out(g, network, X, GRAPH_STACK, wanted));
    g->losses = egad_graph_losses(model, losses);
    for (int slot = 0; model->steps[g->steps].name; g->steps++) {
        egad_graph_step *step = &g->step[g->steps];
        step->table = &model->steps[g->steps];
        step->slot = slot;
        while (step->losses < MODEL_LOSSES && step->table->loss[step->losses].name)
            step->losses++;
        slot += step->losses;
        TRY(egad_graph_order(g, step, network, NULL));
    }
    *out = g;
    g = NULL;
done:
    free(g);
    return status;
}

egad_status egad_graph_score(egad_graph **out, const egad_model *model,
                             egad_net *const *network, size_t X,
                             const int wanted[MODEL_VALUES])
{
    static const egad_step scoring = { .name = "score" };
    egad_status status = EGAD_OK;
    egad_graph *g = NULL;
    *out = NULL;
    NEW(g, 1);
    g->model = model;
    g->apart = 1;
    g->steps = 1;
    g->step[0].table = &scoring;
    TRY(lay_out(g, network, X, 1, wanted));
    TRY(find_features(g, network, wanted));
    TRY(egad_graph_order(g, &g->step[0], network, wanted));
    *out = g;
    g = NULL;
done:
    free(g);
    return status;
}
