/* The operations of a training step, launch by launch. */
#include "train.h"

#include "ops/density.h"
#include "ops/function.h"
#include "ops/mixture_launch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const egad_tensor none = { 0 };

typedef struct {
    egad_tensor buffer[GRAPH_BUFFERS]; /* (n N, columns) */
    egad_pass pass[GRAPH_NODES];
    egad_tensor d[GRAPH_NODES];       /* gradients of the values of functions */
    egad_pass moves[MODEL_STEPS];     /* what moves statistics only */
    egad_tensor spare;                /* a part of a gradient that is added */
    egad_tensor more[MODEL_NETWORKS]; /* (1, size): gradients of weights to add */
} launches;

/* ---- Places ------------------------------------------------------------------ */

static egad_tensor at(const egad_train *t, const egad_graph_place *place)
{
    const launches *s = t->state;
    return egad_tensor_columns(egad_tensor_rows(s->buffer[place->buffer],
                                                (size_t)place->at * t->N,
                                                (size_t)place->n * t->N),
                               place->column, place->columns);
}

/* 1 if a step computes the gradient of the node's input. */
static int crossed(const egad_graph *g, int node)
{
    for (int s = 0; s < g->steps; s++)
        for (int i = 0; i < g->step[s].n; i++)
            if (g->step[s].op[i].kind == GRAPH_CROSS && g->step[s].op[i].node == node)
                return 1;
    return 0;
}

static egad_status reserve_node(egad_train *t, int k)
{
    launches *s = t->state;
    const egad_graph_node *node = &t->graph->node[k];
    if (node->network < 0)
        return egad_tensor_new(&s->d[k], t->detector->device, t->N, node->out.columns);
    const egad_pass_options options = { .mode = PASS_TRAIN,
                                        .groups = (size_t)node->n,
                                        .random = t->dropout ? &t->random : NULL,
                                        .stream = t->graph->stream[node->network],
                                        .joins = !crossed(t->graph, k) };
    return egad_pass_new(&s->pass[k], t->detector->device,
                         t->detector->network[node->network], node->section,
                         at(t, &node->in), at(t, &node->out), &options);
}

/* What adding needs: memory for a part of a gradient, and for gradients of weights. */
static egad_status reserve_sums(egad_train *t)
{
    egad_status status = EGAD_OK;
    launches *s = t->state;
    const egad_graph *g = t->graph;
    egad_device *device = t->detector->device;
    size_t floats = 0;
    for (int k = 0; k < g->steps; k++)
        for (int i = 0; i < g->step[k].n; i++) {
            const egad_graph_op *op = &g->step[k].op[i];
            if (!op->add[0])
                continue;
            if (op->kind == GRAPH_CROSS) {
                const egad_net_layer *l =
                    &s->pass[op->node].net->layer[s->pass[op->node].first];
                const size_t n = (size_t)op->n * t->N * l->I;
                floats = n > floats ? n : floats;
            } else if (op->kind == GRAPH_BACKWARD) {
                const int network = g->node[op->node].network;
                if (!s->more[network].mem)
                    TRY(egad_tensor_flat(&s->more[network], device,
                                         t->detector->network[network]->g.c));
            }
        }
    if (floats)
        TRY(egad_tensor_flat(&s->spare, device, floats));
done:
    return status;
}

static egad_status reserve(egad_train *t)
{
    egad_status status = EGAD_OK;
    const egad_graph *g = t->graph;
    launches *s = NULL;
    const egad_pass_options moments = { .mode = PASS_MOMENTS };
    NEW(s, 1);
    t->state = s;
    for (int b = 0; b < g->buffers; b++)
        TRY(egad_tensor_new(&s->buffer[b], t->detector->device,
                            (size_t)g->buffer[b].n * t->N, g->buffer[b].columns));
    for (int k = 0; k < g->nodes; k++)
        TRY(reserve_node(t, k));
    for (int v = 0; v < g->values; v++)
        if (g->model->values[v].kind == VALUE_ROWS ||
            g->model->values[v].kind == VALUE_NOISE)
            t->batch[v] = at(t, &g->home[v]);
    for (int k = 0; k < g->steps; k++)
        for (int i = 0; i < g->step[k].n; i++)
            if (g->step[k].op[i].kind == GRAPH_MOVE) {
                const egad_value *value = &g->model->values[g->step[k].op[i].value];
                TRY(egad_pass_new(&s->moves[k], t->detector->device,
                                  t->detector->network[value->network], 0,
                                  at(t, &g->home[value->from[0]]), none, &moments));
            }
    TRY(reserve_sums(t));
done:
    return status;
}

static void release(egad_train *t)
{
    launches *s = t->state;
    if (!s)
        return;
    for (int k = 0; k < GRAPH_NODES; k++) {
        egad_pass_free(&s->pass[k]);
        egad_tensor_free(&s->d[k]);
    }
    for (int k = 0; k < MODEL_STEPS; k++)
        egad_pass_free(&s->moves[k]);
    for (int b = 0; b < GRAPH_BUFFERS; b++)
        egad_tensor_free(&s->buffer[b]);
    for (int k = 0; k < MODEL_NETWORKS; k++)
        egad_tensor_free(&s->more[k]);
    egad_tensor_free(&s->spare);
    free(s);
}

/* ---- Operations -------------------------------------------------------------- */

/* The gradient of the output of blocks first .. first + n of a node, before its
 * activation. */
static egad_tensor gradient(const egad_train *t, int node, int first, int n)
{
    const launches *s = t->state;
    const egad_pass *pass = &s->pass[node];
    const egad_tensor d =
        t->graph->node[node].network < 0 ? s->d[node] : pass->dpre[pass->n - 1];
    return egad_tensor_rows(d, (size_t)first * t->N, (size_t)n * t->N);
}

/* The activation that the output of a node comes from. */
static egad_activation end_of(const egad_train *t, int node)
{
    return t->graph->node[node].network < 0
               ? (egad_activation){ .act = ACT_LINEAR }
               : egad_pass_end(&((launches *)t->state)->pass[node]);
}

/* Columns of a value's gradient, its values, and the activation that they come from. */
static egad_tensor gradient_of(const egad_train *t, int v, egad_tensor *y,
                               egad_activation *a)
{
    const egad_value *value = &t->graph->model->values[v];
    if (value->kind == VALUE_PART) {
        size_t first;
        const size_t n = egad_graph_part(value, t->graph->X, &first);
        const egad_tensor d = gradient_of(t, value->from[0], y, a);
        *y = egad_tensor_columns(*y, first, n);
        return d.mem ? egad_tensor_columns(d, first, n) : d;
    }
    const int node = t->graph->producer[v];
    *y = at(t, &t->graph->home[v]);
    if (node < 0)
        return none;
    *a = end_of(t, node);
    return gradient(t, node, t->graph->block[v], 1);
}

static double weight_of(const egad_train *t, const egad_loss *loss)
{
    return (loss->weight != 0.0f ? (double)loss->weight : 1.0) / (double)t->N;
}

/* A loss that is a number per row (cl/density.h). */
static egad_status loss_density(egad_train *t, egad_plan *plan, const egad_loss *loss,
                                const egad_graph_op *op, int slot)
{
    egad_status status = EGAD_OK;
    const int first = loss->kind != LOSS_DIVERGENCE; /* the argument m */
    egad_density of = { .kind = loss->kind == LOSS_GAUSSIAN    ? DENSITY_GAUSSIAN
                                : loss->kind == LOSS_BERNOULLI ? DENSITY_BERNOULLI
                                                               : DENSITY_DIVERGENCE };
    egad_tensor d[2] = { none, none };
    egad_activation a = { .act = ACT_LINEAR };
    assert(!first || !op->gradient[0]); /* x is what a network is to learn */
    if (first)
        gradient_of(t, loss->of[0], &of.x, &a);
    d[0] = gradient_of(t, loss->of[first], &of.m, &a);
    assert(a.act == ACT_LINEAR && a.dropout <= 0.0f);
    if (loss->kind != LOSS_BERNOULLI)
        d[1] = gradient_of(t, loss->of[first + 1], &of.l, &a);
    assert(a.act == ACT_LINEAR && a.dropout <= 0.0f);
    TRY(egad_density_loss(plan, loss->name, &of, t->ring, t->random, slot));
    for (int k = 0; k < 2; k++)
        if (d[k].mem && op->gradient[first + k])
            TRY(egad_density_back(plan, loss->name, &of, k, d[k], weight_of(t, loss),
                                  op->add[first + k]));
done:
    return status;
}

/* A loss of the mixture of the batch. */
static egad_status loss_mixture(egad_train *t, egad_plan *plan, const egad_loss *loss,
                                const egad_graph_op *op, int slot)
{
    const egad_mixture_kind kind = loss->kind == LOSS_ENERGY  ? MIXTURE_ENERGY
                                   : loss->kind == LOSS_BOUND ? MIXTURE_BOUND
                                                              : MIXTURE_PENALTY;
    egad_tensor y[3], d[3];
    egad_activation a;
    for (int k = 0; k < 3; k++) {
        d[k] = gradient_of(t, loss->of[k], &y[k], &a);
        d[k] = op->gradient[k] ? d[k] : none;
        assert(a.act == ACT_LINEAR && a.dropout <= 0.0f);
    }
    return egad_mixture_append_loss(
        plan, loss->name, kind, &(egad_mixture_rows){ y[0], y[1], y[2] },
        weight_of(t, loss) * (double)t->N, t->ring, t->random, slot, d, op->add);
}

static egad_status loss_distance(egad_train *t, egad_plan *plan, const egad_loss *loss,
                                 const egad_graph_op *op, int slot)
{
    egad_status status = EGAD_OK;
    const int squares = loss->kind != LOSS_DISTANCE,
              by_column = loss->kind == LOSS_MEAN_SQUARES;
    egad_tensor y[2], d[2];
    egad_activation a[2];
    for (int k = 0; k < 2; k++)
        d[k] = gradient_of(t, loss->of[k], &y[k], &a[k]);
    TRY(egad_loss_distance(plan, loss->name, y[0], y[1], squares, by_column, t->ring,
                           t->random, slot));
    const double share = by_column ? 1.0 / (double)y[0].c : 1.0;
    for (int k = 0; k < 2; k++)
        if (op->gradient[k])
            TRY(egad_loss_distance_back(plan, loss->name, d[k], y[k], y[!k],
                                        weight_of(t, loss) * share, squares, &a[k],
                                        op->add[k]));
done:
    return status;
}

static egad_status loss(egad_train *t, egad_plan *plan, const egad_graph_step *step,
                        const egad_graph_op *op)
{
    const egad_loss *first = &step->table->loss[op->loss[0]];
    egad_target targets[2];
    egad_activation a;
    egad_tensor y;
    char text[64];
    if (first->kind == LOSS_DIVERGENCE || first->kind == LOSS_GAUSSIAN ||
        first->kind == LOSS_BERNOULLI)
        return loss_density(t, plan, first, op, step->slot + op->loss[0]);
    if (first->kind >= LOSS_ENERGY)
        return loss_mixture(t, plan, first, op, step->slot + op->loss[0]);
    if (first->kind != LOSS_CROSS_ENTROPY)
        return loss_distance(t, plan, first, op, step->slot + op->loss[0]);
    const size_t blocks = op->loss[1] < 0 ? 1 : 2;
    for (size_t k = 0; k < blocks; k++) {
        const egad_loss *l = &step->table->loss[op->loss[k]];
        targets[k] = (egad_target){ .label = l->label,
                                    .weight = l->weight != 0.0f ? l->weight : 1.0f,
                                    .slot = step->slot + op->loss[k] };
    }
    egad_tensor d = gradient_of(t, first->of[0], &y, &a);
    d.n *= blocks;
    y.n *= blocks;
    assert(a.act == ACT_LINEAR && a.dropout <= 0.0f);
    snprintf(text, sizeof text, "loss%s of %s", blocks > 1 ? "es" : "",
             step->table->name);
    return egad_loss_cross_entropy(plan, text, d, y, t->ring, t->random, targets, blocks,
                                   op->add[0]);
}

static egad_status backward(egad_train *t, egad_plan *plan, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    launches *s = t->state;
    egad_pass pass = s->pass[op->node];
    const egad_net *net = pass.net;
    const egad_net_layer *first = &net->layer[pass.first];
    const size_t row = (size_t)op->first * t->N, rows = (size_t)op->n * t->N;
    if (!op->add[0])
        return egad_pass_backward(&pass, plan, op->weights, row, rows);
    pass.g = s->more[t->graph->node[op->node].network];
    const size_t end = pass.first + pass.n < net->n ? first[pass.n].kernel : net->g.c;
    TRY(egad_pass_backward(&pass, plan, 1, row, rows));
    TRY(egad_pointwise_add(plan, net->name,
                           egad_net_view(net->g, first->kernel, end - first->kernel),
                           egad_net_view(pass.g, first->kernel, end - first->kernel)));
done:
    return status;
}

static egad_status cross(egad_train *t, egad_plan *plan, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    const launches *s = t->state;
    const egad_pass *from = &s->pass[op->node];
    const egad_net_layer *l = &from->net->layer[from->first];
    const size_t columns = op->part ? l->I - l->part : l->part,
                 rows = (size_t)op->n * t->N, row = (size_t)op->to_first * t->N;
    const egad_tensor d = egad_tensor_columns(
        gradient(t, op->to_node, op->to_first, op->n), op->column, columns);
    const egad_tensor y = egad_tensor_columns(
        egad_tensor_rows(at(t, &t->graph->node[op->to_node].out), row, rows), op->column,
        columns);
    const egad_activation a = end_of(t, op->to_node);
    const egad_tensor part =
        op->add[0] ? egad_tensor_view(s->spare, 0, rows, columns) : d;
    TRY(egad_pass_part(from, op->part, (size_t)op->first * t->N, part, y, &a, plan));
    if (op->add[0])
        TRY(egad_pointwise_add(plan, "sum of gradients", d, part));
done:
    return status;
}

static egad_status forward(egad_train *t, egad_plan *plan, const egad_graph_op *op,
                           unsigned second)
{
    const egad_pass *pass = &((launches *)t->state)->pass[op->node];
    return egad_pass_forward(pass, plan, pass->net->applied, op->weights, second);
}

/* The function of a node: its value, or the gradients of its arguments. */
static egad_status function(egad_train *t, egad_plan *plan, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    const int v = t->graph->node[op->node].value[0];
    const egad_value *value = &t->graph->model->values[v];
    const int arguments = egad_function_arguments(value->function);
    egad_tensor of[FUNCTION_ARGUMENTS] = { 0 }, d[FUNCTION_ARGUMENTS];
    egad_activation a[FUNCTION_ARGUMENTS];
    for (int k = 0; k < arguments; k++)
        d[k] = gradient_of(t, value->from[k], &of[k], &a[k]);
    if (op->kind == GRAPH_APPLY)
        return egad_function_forward(plan, value->name, value->function,
                                     at(t, &t->graph->home[v]), of);
    for (int k = 0; k < arguments; k++)
        if (op->gradient[k])
            TRY(egad_function_backward(plan, value->name, value->function, k, d[k],
                                       gradient(t, op->node, 0, 1), of, &a[k],
                                       op->add[k]));
done:
    return status;
}

static egad_status append(egad_train *t, egad_plan *plan, int k)
{
    egad_status status = EGAD_OK;
    launches *s = t->state;
    const egad_graph_step *step = &t->graph->step[k];
    for (int i = 0; i < step->n; i++) {
        const egad_graph_op *op = &step->op[i];
        switch (op->kind) {
        case GRAPH_COPY:
            TRY(egad_plan_copy(plan, "input", at(t, &op->to), at(t, &op->from)));
            break;
        case GRAPH_FORWARD:
            TRY(forward(t, plan, op, (unsigned)k * STREAM_STEP));
            break;
        case GRAPH_APPLY:
        case GRAPH_UNDO:
            TRY(function(t, plan, op));
            break;
        case GRAPH_MOVE:
            TRY(egad_pass_move(&s->moves[k], plan, s->moves[k].net->applied));
            break;
        case GRAPH_LOSS:
            TRY(loss(t, plan, step, op));
            break;
        case GRAPH_CLEAR:
            TRY(egad_pointwise_add(plan, "clear", gradient(t, op->node, 0, op->n), none));
            break;
        case GRAPH_BACKWARD:
            TRY(backward(t, plan, op));
            break;
        case GRAPH_CROSS:
            TRY(cross(t, plan, op));
            break;
        }
    }
done:
    return status;
}

static egad_status pack(egad_train *t, egad_plan *plan, size_t k)
{
    return egad_net_pack_train(t->detector->network[k], plan);
}

const egad_pass *egad_train_launch_pass(const egad_train *t, int node)
{
    return &((const launches *)t->state)->pass[node];
}

const egad_train_backend egad_train_launch = { reserve, append, pack, release };
