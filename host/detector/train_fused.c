/* The operations of a training step as steps of one launch, for dense layers on a CPU.
 *
 * A block of the launch has as many rows of the batch as rows of noise: values computed
 * from training rows are its real half, those computed from noise its generated half, and
 * a batch of two applications is both halves of its slots.  The weights are packed into
 * the launch's own buffer. */
#include "train.h"

#include "ops/mlp.h"

#include <stdlib.h>

enum { SPARES = 8 };

/* Offsets of a layer's weights: packed as they are, the transposes by part, and the
 * bias. */
typedef struct {
    size_t w, transposed[2], bias;
} room;

typedef struct {
    egad_mlp *mlp;
    egad_tensor x, z;           /* (N, X), and (2N, Z), read from row N on */
    room *room[MODEL_NETWORKS]; /* by layer */
    egad_slot buffer[GRAPH_BUFFERS];
    egad_slot *y[GRAPH_NODES]; /* by layer, after dropout, for both halves */
    egad_slot d[GRAPH_NODES];  /* gradient before an activation; no slot: none */
    egad_slot spare[SPARES];   /* slots of the widest layer */
    int spares;
    size_t first[MODEL_STEPS + 1]; /* number of the first step of each plan */
    int half[MODEL_VALUES];        /* 1: of the generated half */
} fused;

/* ---- Weights ----------------------------------------------------------------- */

static egad_status make_room(egad_train *t, size_t k)
{
    egad_status status = EGAD_OK;
    fused *s = t->state;
    const egad_net *net = t->detector->network[k];
    NEW(s->room[k], net->n);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        room *r = &s->room[k][i];
        TRY(egad_mlp_room(s->mlp, l->I, l->O, &r->w));
        TRY(egad_mlp_room(s->mlp, 1, l->O, &r->bias));
        TRY(egad_mlp_room(s->mlp, l->O, l->part, &r->transposed[0]));
        if (l->part < l->I)
            TRY(egad_mlp_room(s->mlp, l->O, l->I - l->part, &r->transposed[1]));
    }
done:
    return status;
}

static egad_status pack(egad_train *t, egad_plan *plan, size_t k)
{
    egad_status status = EGAD_OK;
    const fused *s = t->state;
    const egad_net *net = t->detector->network[k];
    egad_gemm_entry *entries = NULL;
    egad_tensor numbers;
    size_t n = 0;
    NEW(entries, (NET_DENSE_ENTRIES + 1) * net->n);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const room *r = &s->room[k][i];
        n += egad_net_dense_entries(l, r->w, r->transposed, entries + n);
        entries[n++] = (egad_gemm_entry){
            .from = l->bias, .rows = 1, .columns = l->O, .to = r->bias
        };
    }
    TRY(egad_mlp_numbers(s->mlp, &numbers));
    TRY(egad_gemm_pack(plan, net->name, numbers, net->w, entries, n));
done:
    free(entries);
    return status;
}

/* ---- Slots ------------------------------------------------------------------- */

/* Blocks first .. first + n of a slot of this node. */
static egad_slot blocks(const egad_train *t, int node, int first, egad_slot slot)
{
    const egad_graph_node *of = &t->graph->node[node];
    const int half = of->n > 1 ? first : ((fused *)t->state)->half[of->value[0]];
    return half ? egad_mlp_generated(slot) : slot;
}

static egad_slot at(const egad_train *t, const egad_graph_place *place)
{
    const fused *s = t->state;
    return egad_mlp_columns(s->buffer[place->buffer], place->column);
}

static egad_slot take(const egad_train *t)
{
    fused *s = t->state;
    size_t widest = 1;
    if (s->spares)
        return s->spare[--s->spares];
    for (size_t k = 0; k < t->detector->networks; k++)
        for (size_t i = 0; i < t->detector->network[k]->n; i++) {
            const size_t O = t->detector->network[k]->layer[i].O;
            widest = O > widest ? O : widest;
        }
    return egad_mlp_reserve(s->mlp, widest);
}

static void give_back(const egad_train *t, egad_slot *slot)
{
    fused *s = t->state;
    if (slot->room && s->spares < SPARES)
        s->spare[s->spares++] = *slot;
    *slot = (egad_slot){ 0 };
}

/* ---- Operations -------------------------------------------------------------- */

/* A node's layers, and their weights. */
typedef struct {
    const egad_graph_node *node;
    const egad_net *net;
    const egad_net_layer *layer;
    const room *room;
    size_t n;
} section;

static section of_node(const egad_train *t, int k)
{
    const fused *s = t->state;
    const egad_graph_node *node = &t->graph->node[k];
    const egad_net *net = t->detector->network[node->network];
    const size_t first = net->first[node->section];
    return (section){ node, net, net->layer + first, s->room[node->network] + first,
                      net->count[node->section] };
}

static float dropout(const egad_train *t, const section *c, size_t i)
{
    return t->dropout ? c->layer[i].row.dropout : 0.0f;
}

static egad_status forward(egad_train *t, int k, unsigned second)
{
    egad_status status = EGAD_OK;
    fused *s = t->state;
    const section c = of_node(t, k);
    const unsigned stream = STREAM_DROPOUT + second + t->graph->stream[c.node->network] +
                            (unsigned)(c.layer - c.net->layer);
    egad_slot x = blocks(t, k, 0, at(t, &c.node->in));
    for (size_t i = 0; i < c.n; i++) {
        const egad_net_layer *l = &c.layer[i];
        const float drop = dropout(t, &c, i);
        const egad_slot y = blocks(t, k, 0, s->y[k][i]);
        TRY(egad_mlp_forward(s->mlp, y, x, c.room[i].w, c.room[i].bias, l->I, l->O,
                             l->row.act, c.net->slope, c.node->n));
        for (int b = 0; b < c.node->n && drop > 0.0f; b++)
            TRY(egad_mlp_dropout(s->mlp, blocks(t, k, b, s->y[k][i]), l->O, drop,
                                 stream + (unsigned)i, b));
        x = y;
    }
done:
    return status;
}

/* Offset of a network's gradients among those of the step. */
static size_t offset(const egad_train *t, int step, int network)
{
    size_t sum = 0;
    for (int k = 0; k < network; k++)
        if (t->graph->model->steps[step].moves >> k & 1u)
            sum += t->detector->network[k]->g.c;
    return sum;
}

static egad_status losses(egad_train *t, int step, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    fused *s = t->state;
    const size_t end = offset(t, step, (int)t->detector->networks);
    for (int i = 0; i < 2 && op->loss[i] >= 0; i++) {
        const egad_loss *loss = &t->graph->step[step].table->loss[op->loss[i]];
        const int k = t->graph->producer[loss->of[0]], b = t->graph->block[loss->of[0]];
        const egad_slot logits = s->y[k][of_node(t, k).n - 1];
        if (!s->d[k].room)
            s->d[k] = take(t);
        TRY(egad_mlp_loss(s->mlp, blocks(t, k, b, logits), blocks(t, k, b, s->d[k]),
                          (int)loss->label, end + (size_t)op->loss[i]));
    }
done:
    return status;
}

static egad_status backward(egad_train *t, int step, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    fused *s = t->state;
    const int k = op->node, first = op->first;
    const section c = of_node(t, k);
    const size_t to = offset(t, step, c.node->network);
    for (int above = k + 1; above < t->graph->nodes; above++)
        give_back(t, &s->d[above]);
    egad_slot spare = c.n > 1 ? take(t) : (egad_slot){ 0 };
    for (size_t i = c.n; i-- > 0;) {
        const egad_net_layer *l = &c.layer[i];
        const egad_slot from = s->d[k];
        const egad_slot x = i ? s->y[k][i - 1] : at(t, &c.node->in);
        if (op->weights)
            TRY(egad_mlp_weights(s->mlp, blocks(t, k, first, x),
                                 blocks(t, k, first, from), l->I, l->O, to + l->kernel,
                                 to + l->bias, op->n));
        if (i == 0)
            break;
        TRY(egad_mlp_backward(s->mlp, blocks(t, k, first, spare),
                              blocks(t, k, first, from), c.room[i].transposed[0], l->I,
                              l->O, blocks(t, k, first, x), c.layer[i - 1].row.act,
                              c.net->slope, dropout(t, &c, i - 1), op->n));
        s->d[k] = spare;
        spare = from;
    }
    give_back(t, &spare);
done:
    return status;
}

static egad_status cross(egad_train *t, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    fused *s = t->state;
    const section from = of_node(t, op->node), to = of_node(t, op->to_node);
    const egad_net_layer *l = from.layer;
    if (!s->d[op->to_node].room)
        s->d[op->to_node] = take(t);
    TRY(egad_mlp_backward(
        s->mlp, blocks(t, op->to_node, op->to_first, s->d[op->to_node]),
        blocks(t, op->node, op->first, s->d[op->node]), from.room->transposed[op->part],
        op->part ? l->I - l->part : l->part, l->O,
        blocks(t, op->to_node, op->to_first, s->y[op->to_node][to.n - 1]),
        to.layer[to.n - 1].row.act, to.net->slope, dropout(t, &to, to.n - 1), op->n));
done:
    return status;
}

/* The steps of a training step.  Nodes are in order of their sections: the last panel of
 * the left part of an input may extend into the right part, which comes after it. */
static egad_status list(egad_train *t, int step)
{
    egad_status status = EGAD_OK;
    fused *s = t->state;
    const egad_graph *g = t->graph;
    for (int v = 0; v < g->values; v++)
        if (g->model->values[v].kind == VALUE_ROWS)
            TRY(egad_mlp_input(s->mlp, at(t, &g->home[v]), NULL, t->detector->columns,
                               0.0f));
        else if (g->model->values[v].kind == VALUE_NOISE)
            TRY(egad_mlp_load(s->mlp, egad_mlp_generated(at(t, &g->home[v])),
                              g->home[v].columns));
    for (int i = 0; i < g->step[step].n; i++) {
        const egad_graph_op *op = &g->step[step].op[i];
        if (op->kind == GRAPH_FORWARD)
            TRY(forward(t, op->node, (unsigned)step * STREAM_STEP));
        else if (op->kind == GRAPH_LOSS)
            TRY(losses(t, step, op));
        else if (op->kind == GRAPH_BACKWARD)
            TRY(backward(t, step, op));
        else if (op->kind == GRAPH_CROSS)
            TRY(cross(t, op));
    }
    for (int k = 0; k < g->nodes; k++)
        give_back(t, &s->d[k]);
done:
    return status;
}

/* ---- The back end -------------------------------------------------------------- */

/* The half of each value: that of what it is computed from.  Returns 0 if these differ,
 * or if a batch of two is not a real and a generated half, in this order. */
static int find_halves(const egad_graph *g, int half[MODEL_VALUES])
{
    int rows = 0, noises = 0;
    for (int v = 0; v < g->values; v++) {
        const egad_value *value = &g->model->values[v];
        rows += value->kind == VALUE_ROWS;
        noises += value->kind == VALUE_NOISE;
        half[v] = value->kind == VALUE_NOISE;
        if (value->kind == VALUE_PART || value->kind == VALUE_FUNCTION)
            return 0;
        if (g->producer[v] < 0)
            continue;
        const egad_network *network = &g->model->networks[value->network];
        half[v] = half[value->from[0]];
        for (int i = 1; i < MODEL_INPUTS && network->input[i]; i++)
            if (half[value->from[i]] != half[v])
                return 0;
        if (g->node[g->producer[v]].n > 2 ||
            (g->node[g->producer[v]].n == 2 && g->block[v] != half[v]))
            return 0;
    }
    return rows == 1 && noises == 1;
}

/* 1 if the fused launch has this operation. */
static int has(const egad_graph_step *step, const egad_graph_op *op)
{
    for (int i = 0; i < 2 && op->kind == GRAPH_LOSS && op->loss[i] >= 0; i++) {
        const egad_loss *loss = &step->table->loss[op->loss[i]];
        if (loss->kind != LOSS_CROSS_ENTROPY ||
            (loss->label != 0.0f && loss->label != 1.0f) ||
            (loss->weight != 0.0f && loss->weight != 1.0f))
            return 0;
    }
    return op->kind != GRAPH_COPY && op->kind != GRAPH_CLEAR && op->kind != GRAPH_MOVE &&
           !op->add[0] && !op->add[1];
}

/* 1 if a layer has no bias. */
static int bare(const egad_net *net)
{
    for (size_t i = 0; i < net->n; i++)
        if (net->layer[i].row.mark & NO_BIAS)
            return 1;
    return 0;
}

int egad_train_fused_offered(const egad_train *t)
{
    const egad_graph *g = t->graph;
    egad_gemm_engine engine;
    int half[MODEL_VALUES];
    if (egad_gemm_choose(&engine, t->detector->device) != EGAD_OK)
        return 0; /* egad_gemm_choose will report the error again */
    if (!t->detector->device->cpu || !egad_gemm_packs(engine) ||
        !egad_detector_dense(t->detector) || !find_halves(g, half))
        return 0;
    for (size_t k = 0; k < t->detector->networks; k++)
        if (t->detector->network[k]->moving.mem || bare(t->detector->network[k]))
            return 0;
    for (int s = 0; s < g->steps; s++) {
        int moved = 0;
        for (size_t k = 0; k < t->detector->networks; k++)
            moved += (int)(g->model->steps[s].moves >> k & 1u);
        for (int i = 0; i < g->step[s].n; i++)
            if (!has(&g->step[s], &g->step[s].op[i]))
                return 0;
        if (moved > 2 || g->step[s].losses > MLP_LOSSES)
            return 0;
    }
    return 1;
}

static egad_status reserve(egad_train *t)
{
    egad_status status = EGAD_OK;
    const egad_graph *g = t->graph;
    egad_device *device = t->detector->device;
    fused *s = NULL;
    NEW(s, 1);
    t->state = s;
    find_halves(g, s->half);
    for (int v = 0; v < g->values; v++)
        if (g->model->values[v].kind == VALUE_ROWS) {
            TRY(egad_tensor_new(&s->x, device, t->N, t->detector->columns));
            t->batch[v] = s->x;
        } else if (g->model->values[v].kind == VALUE_NOISE) {
            TRY(egad_tensor_new(&s->z, device, 2 * t->N, g->home[v].columns));
            t->batch[v] = egad_tensor_rows(s->z, t->N, t->N);
        }
    TRY(egad_mlp_new(&s->mlp, device));
    for (size_t k = 0; k < t->detector->networks; k++)
        TRY(make_room(t, k));
    for (int b = 0; b < g->buffers; b++)
        s->buffer[b] = egad_mlp_reserve(s->mlp, g->buffer[b].columns);
    for (int k = 0; k < g->nodes; k++) {
        const section c = of_node(t, k);
        NEW(s->y[k], c.n);
        for (size_t i = 0; i < c.n; i++)
            s->y[k][i] = i + 1 == c.n ? at(t, &c.node->out)
                                      : egad_mlp_reserve(s->mlp, c.layer[i].O);
    }
    /* All steps before the first launch, as the launches share one buffer of weights. */
    for (int k = 0; k < g->steps; k++) {
        s->first[k] = egad_mlp_steps(s->mlp);
        TRY(list(t, k));
        s->first[k + 1] = egad_mlp_steps(s->mlp);
    }
done:
    return status;
}

static egad_status append(egad_train *t, egad_plan *plan, int k)
{
    const fused *s = t->state;
    const egad_graph_step *step = &t->graph->step[k];
    egad_mlp_training training = { .first = s->first[k],
                                   .end = s->first[k + 1],
                                   .x = s->x,
                                   .z = s->z,
                                   .ring = t->ring,
                                   .slot = step->slot,
                                   .losses = step->losses,
                                   .random = t->random };
    egad_tensor *to = &training.a;
    for (size_t i = 0; i < t->detector->networks; i++)
        if (step->table->moves >> i & 1u) {
            *to = t->detector->network[i]->g;
            to = &training.b;
        }
    return egad_mlp_train(s->mlp, plan, &training);
}

static void release(egad_train *t)
{
    fused *s = t->state;
    if (!s)
        return;
    for (int k = 0; k < GRAPH_NODES; k++)
        free(s->y[k]);
    for (int k = 0; k < MODEL_NETWORKS; k++)
        free(s->room[k]);
    egad_mlp_free(s->mlp);
    egad_tensor_free(&s->x);
    egad_tensor_free(&s->z);
    free(s);
}

const egad_train_backend egad_train_fused = { reserve, append, pack, release };
