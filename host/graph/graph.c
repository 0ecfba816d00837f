/* From tables of values to batches of applications. */
#include "graph_inside.h"

#include <stdlib.h>
#include <string.h>

int egad_graph_losses(const egad_model *model, const egad_loss *list[MODEL_LOSSES])
{
    int n = 0;
    for (const egad_step *s = model->steps; s && s->name; s++)
        for (int i = 0; i < MODEL_LOSSES && s->loss[i].name; i++)
            if (n < MODEL_LOSSES)
                list[n++] = &s->loss[i];
    return n;
}

int egad_graph_curves(const egad_model *model, const char *list[MODEL_LOSSES])
{
    const egad_loss *loss[MODEL_LOSSES];
    const int losses = egad_graph_losses(model, loss);
    int n = 0;
    for (int i = 0; i < losses; i++) {
        int k = 0;
        while (k < n && strcmp(list[k], loss[i]->shown) != 0)
            k++;
        if (k == n)
            list[n++] = loss[i]->shown;
    }
    return n;
}

/* ---- Batches of applications ------------------------------------------------- */

/* Applications of a network that run as one batch. */
typedef struct {
    int network, n, value[GRAPH_STACK];
} batch;

typedef struct {
    int n;
    batch at[GRAPH_NODES];
    int of[MODEL_VALUES]; /* the batch of each value; -1: none */
} batches;

static int arity(const egad_network *network)
{
    int n = 0;
    while (n < MODEL_INPUTS && network->input[n])
        n++;
    return n;
}

/* The number of values that v is computed from. */
static int sources(const egad_model *model, int v)
{
    const egad_value *value = &model->values[v];
    return value->kind == VALUE_OUTPUT ? arity(&model->networks[value->network])
                                       : value->kind == VALUE_PART;
}

/* 1 if a value of batch b is computed, directly or not, from one of batch `from`. */
static int depends(const egad_model *model, const batches *all, int b, int from);

static int value_depends(const egad_model *model, const batches *all, int v, int from)
{
    for (int i = 0; i < sources(model, v); i++) {
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
    return all->at[b].network == model->values[v].network && all->at[b].n < GRAPH_STACK &&
           !value_depends(model, all, v, b);
}

/* Put value v and what it is computed from into batches. */
static egad_status place_value(const egad_model *model, batches *all, int v)
{
    egad_status status = EGAD_OK;
    int b = 0;
    for (int i = 0; i < sources(model, v); i++)
        TRY(place_value(model, all, model->values[v].from[i]));
    if (model->values[v].kind != VALUE_OUTPUT || all->of[v] >= 0)
        goto done;
    while (b < all->n && !joins(model, all, v, b))
        b++;
    if (b == GRAPH_NODES)
        FAIL(ARGUMENT, "model %s: more than %d batches", model->name, GRAPH_NODES);
    if (b == all->n) {
        all->at[b] = (batch){ .network = model->values[v].network };
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

/* All batches that losses need, each after those that it depends on. */
static egad_status find_batches(const egad_model *model, batches *out)
{
    egad_status status = EGAD_OK;
    batches all = { 0 };
    int wanted[MODEL_VALUES] = { 0 }, taken[GRAPH_NODES] = { 0 };
    for (int v = 0; v < MODEL_VALUES; v++)
        all.of[v] = -1;
    for (const egad_step *s = model->steps; s->name; s++)
        for (int i = 0; i < MODEL_LOSSES && s->loss[i].name; i++)
            for (int k = 0; k < egad_graph_arguments(&s->loss[i]); k++)
                wanted[s->loss[i].of[k]] = 1;
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
    const egad_network *table = network[b->network]->table;
    const int sections = (int)network[b->network]->sections, first = g->nodes;
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
            const int from = table->section[s].from[k];
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

egad_status egad_graph_new(egad_graph **out, const egad_model *model,
                           egad_net *const *network, size_t X)
{
    egad_status status = EGAD_OK;
    egad_graph *g = NULL;
    batches all;
    const egad_loss *losses[MODEL_LOSSES];
    *out = NULL;
    NEW(g, 1);
    g->model = model;
    for (int v = 0; v < MODEL_VALUES; v++)
        g->producer[v] = -1;
    while (model->values[g->values].name)
        g->values++;
    find_streams(g, network);
    TRY(find_batches(model, &all));
    for (int b = 0; b < all.n; b++)
        TRY(add_nodes(g, network, &all.at[b]));
    TRY(egad_graph_give_places(g, network, X));
    g->losses = egad_graph_losses(model, losses);
    for (int slot = 0; model->steps[g->steps].name; g->steps++) {
        egad_graph_step *step = &g->step[g->steps];
        step->table = &model->steps[g->steps];
        step->slot = slot;
        while (step->losses < MODEL_LOSSES && step->table->loss[step->losses].name)
            step->losses++;
        slot += step->losses;
        TRY(egad_graph_order(g, step, network));
    }
    *out = g;
    g = NULL;
done:
    free(g);
    return status;
}
