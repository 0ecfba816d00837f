/* The operations of a step: forward through what its losses need, and the way back from
 * the losses to the weights of the networks that the step moves. */
#include "graph_inside.h"

/* What is known of a step while its operations are listed. */
typedef struct {
    egad_graph *g;
    egad_graph_step *step;
    egad_net *const *network;
    int forward[GRAPH_NODES]; /* 1: the step runs this node */
    int need[GRAPH_NODES]
            [GRAPH_STACK]; /* 1: its output depends on a network that moves */
    int given[GRAPH_NODES][GRAPH_STACK]; /* 1: the gradient of its output has a part... */
    int clear[GRAPH_NODES];              /* ... or is 0 */
    int weights[MODEL_NETWORKS][MODEL_SECTIONS]; /* 1: has gradients already */
} listing;

static int moves(const listing *l, int network)
{
    return network >= 0 && (l->step->table->moves >> network & 1u) != 0;
}

static egad_status append(listing *l, const egad_graph_op *op)
{
    egad_status status = EGAD_OK;
    if (l->step->n == GRAPH_OPS)
        FAIL(ARGUMENT, "model %s, step %s: more than %d operations", l->g->model->name,
             l->step->table->name, GRAPH_OPS);
    l->step->op[l->step->n++] = *op;
done:
    return status;
}

/* ---- Forward ----------------------------------------------------------------- */

static int arguments(const listing *l, int v)
{
    return egad_graph_sources(l->g->model, v);
}

/* Mark what value v is computed from: all sections of its batch, and their inputs. */
static void mark(listing *l, int v)
{
    const egad_value *value = &l->g->model->values[v];
    const int last = l->g->producer[v];
    if (value->kind == VALUE_PART || value->kind == VALUE_FEATURES)
        mark(l, value->from[0]);
    if (last < 0 || l->forward[last])
        return;
    for (int i = 0; value->kind == VALUE_FUNCTION && i < arguments(l, v); i++)
        mark(l, value->from[i]);
    for (int k = last - l->g->node[last].section; k <= last; k++) {
        const egad_graph_node *node = &l->g->node[k];
        l->forward[k] = 1;
        for (int p = 0; p < 2; p++)
            for (int i = 0; i < node->n && node->input[p][i] >= 0; i++)
                mark(l, node->input[p][i]);
    }
}

static int same_place(const egad_graph_place *a, const egad_graph_place *b)
{
    return a->buffer == b->buffer && a->at == b->at && a->column == b->column;
}

/* Copy the inputs of a node that lie elsewhere. */
static egad_status copy_inputs(listing *l, const egad_graph_node *node)
{
    egad_status status = EGAD_OK;
    const egad_net *net = l->network[node->network];
    const egad_net_layer *layer = &net->layer[net->first[node->section]];
    for (int p = 0; p < (layer->part < layer->I ? 2 : 1); p++)
        for (int i = 0; i < (node->source[p] < 0 ? node->n : 1); i++) {
            egad_graph_op op = { .kind = GRAPH_COPY,
                                 .node = (int)(node - l->g->node),
                                 .to = node->in };
            op.from = node->source[p] < 0 ? egad_graph_where(l->g, node->input[p][i])
                                          : l->g->node[node->source[p]].out;
            op.to.at += i;
            op.to.n = op.from.n;
            op.to.column += p ? layer->part : 0;
            op.to.columns = op.from.columns;
            if (!same_place(&op.from, &op.to))
                TRY(append(l, &op));
        }
done:
    return status;
}

/* Moving statistics follow when all that the value is computed from has been. */
static egad_status list_forward(listing *l)
{
    egad_status status = EGAD_OK;
    const egad_step *table = l->step->table;
    for (int i = 0; i < l->step->losses; i++)
        for (int k = 0; k < egad_graph_arguments(&table->loss[i]); k++)
            mark(l, table->loss[i].of[k]);
    for (int k = 0; k < l->g->nodes; k++)
        if (l->forward[k] && l->g->node[k].network < 0) {
            TRY(append(l, &(egad_graph_op){ .kind = GRAPH_APPLY, .node = k }));
        } else if (l->forward[k]) {
            TRY(copy_inputs(l, &l->g->node[k]));
            TRY(append(l,
                       &(egad_graph_op){ .kind = GRAPH_FORWARD,
                                         .node = k,
                                         .weights = moves(l, l->g->node[k].network) }));
        }
    if (table->statistics &&
        l->network[l->g->model->values[table->statistics].network]->moving.mem)
        TRY(append(l,
                   &(egad_graph_op){ .kind = GRAPH_MOVE, .value = table->statistics }));
done:
    return status;
}

/* ---- Backward ---------------------------------------------------------------- */

/* 1 if value v depends on a network that the step moves. */
static int value_needs(const listing *l, int v)
{
    const egad_value *value = &l->g->model->values[v];
    if (value->kind == VALUE_PART)
        return value_needs(l, value->from[0]);
    return l->g->producer[v] >= 0 && l->need[l->g->producer[v]][l->g->block[v]];
}

static void find_needs(listing *l)
{
    for (int k = 0; k < l->g->nodes; k++) {
        const egad_graph_node *node = &l->g->node[k];
        for (int i = 0; i < node->n; i++) {
            l->need[k][i] = moves(l, node->network);
            for (int p = 0; p < 2; p++)
                if (node->source[p] >= 0)
                    l->need[k][i] |= l->need[node->source[p]][i];
                else if (node->input[p][i] >= 0)
                    l->need[k][i] |= value_needs(l, node->input[p][i]);
            for (int p = 0; node->network < 0 && p < arguments(l, node->value[0]); p++)
                l->need[k][i] |=
                    value_needs(l, l->g->model->values[node->value[0]].from[p]);
        }
    }
}

/* The node and block whose output value v is, or some columns of it from *column on. */
static int made_by(const listing *l, int v, int *block, size_t *column)
{
    const egad_value *value = &l->g->model->values[v];
    if (value->kind == VALUE_PART) {
        const int k = made_by(l, value->from[0], block, column);
        size_t first;
        egad_graph_part(value, l->g->X, &first);
        *column += first;
        return k;
    }
    *block = l->g->block[v];
    *column = 0;
    return l->g->producer[v];
}

/* The gradient of block i of node k gets another part: 1 if that is to be added. */
static int give(listing *l, int k, int i)
{
    const int add = l->given[k][i] || l->clear[k];
    l->given[k][i] = 1;
    return add;
}

/* Gradients that only some columns will be added to start from 0. */
static egad_status clear_parts(listing *l)
{
    egad_status status = EGAD_OK;
    for (int v = 0; v < l->g->values; v++) {
        const egad_value *value = &l->g->model->values[v];
        const int k = value->kind == VALUE_PART ? l->g->producer[value->from[0]] : -1;
        if (k < 0 || l->clear[k] || !l->forward[k] || !value_needs(l, v))
            continue;
        l->clear[k] = 1;
        TRY(append(
            l, &(egad_graph_op){ .kind = GRAPH_CLEAR, .node = k, .n = l->g->node[k].n }));
    }
done:
    return status;
}

/* The operation gives gradients to those of n values whose networks move. */
static void give_values(listing *l, egad_graph_op *op, const int *of, int n)
{
    for (int k = 0; k < n; k++) {
        size_t column;
        int block;
        const int node = made_by(l, of[k], &block, &column);
        op->gradient[k] = value_needs(l, of[k]);
        if (op->gradient[k])
            op->add[k] = give(l, node, block);
    }
}

/* The loss as an operation of its own. */
static egad_graph_op loss_op(listing *l, int i)
{
    const egad_loss *loss = &l->step->table->loss[i];
    egad_graph_op op = { .kind = GRAPH_LOSS, .loss = { i, -1 } };
    give_values(l, &op, loss->of, egad_graph_arguments(loss));
    return op;
}

/* 1 if loss b is of the rows after those of loss a. */
static int follows(const listing *l, const egad_graph_op *a, const egad_graph_op *b)
{
    const egad_loss *loss = l->step->table->loss;
    const int va = loss[a->loss[0]].of[0], vb = loss[b->loss[0]].of[0];
    return l->g->producer[va] == l->g->producer[vb] && l->g->producer[va] >= 0 &&
           l->g->block[va] + 1 == l->g->block[vb];
}

/* Cross entropies of adjacent blocks are one operation. */
static egad_status list_losses(listing *l)
{
    egad_status status = EGAD_OK;
    for (int i = 0; i < l->step->losses; i++) {
        const int kind = l->step->table->loss[i].kind;
        egad_graph_op op = loss_op(l, i);
        egad_graph_op *before = l->step->n ? &l->step->op[l->step->n - 1] : NULL;
        const int pair = kind == LOSS_CROSS_ENTROPY && before && !op.add[0] &&
                         before->kind == GRAPH_LOSS && before->loss[1] < 0 &&
                         !before->add[0] &&
                         l->step->table->loss[before->loss[0]].kind == kind;
        if (pair && follows(l, before, &op)) {
            before->loss[1] = i;
        } else if (pair && follows(l, &op, before)) {
            before->loss[1] = before->loss[0];
            before->loss[0] = i;
        } else {
            TRY(append(l, &op));
        }
    }
done:
    return status;
}

/* Where the gradient of block i of a part of the node's input goes: node, block, column;
 * -1 if no network there moves. */
static int below(const listing *l, const egad_graph_node *node, int part, int i,
                 int *block, size_t *column)
{
    *block = i;
    *column = 0;
    if (node->source[part] >= 0)
        return l->need[node->source[part]][i] ? node->source[part] : -1;
    if (node->input[part][i] < 0 || !value_needs(l, node->input[part][i]))
        return -1;
    return made_by(l, node->input[part][i], block, column);
}

/* From blocks first .. first + n of node k to what its inputs are outputs of: one
 * operation for blocks that are adjacent there, too. */
static egad_status list_crosses(listing *l, int k, int part, int first, int n)
{
    egad_status status = EGAD_OK;
    const egad_graph_node *node = &l->g->node[k];
    egad_graph_op op = { .n = 0 };
    for (int i = first; i <= first + n; i++) {
        size_t column = 0;
        int block = 0, to = -1, add = 0;
        if (i < first + n)
            to = below(l, node, part, i, &block, &column);
        if (to >= 0)
            add = give(l, to, block);
        if (op.n && op.to_node == to && op.to_first + op.n == block &&
            op.column == column && op.add[0] == add) {
            op.n++;
            continue;
        }
        if (op.n)
            TRY(append(l, &op));
        op = (egad_graph_op){ .kind = GRAPH_CROSS,
                              .node = k,
                              .part = part,
                              .first = i,
                              .n = to >= 0,
                              .to_node = to,
                              .to_first = block,
                              .column = column,
                              .add = { add } };
    }
done:
    return status;
}

/* From the value of a function to its arguments. */
static egad_status list_function(listing *l, int k)
{
    egad_status status = EGAD_OK;
    const int v = l->g->node[k].value[0];
    egad_graph_op op = { .kind = GRAPH_UNDO, .node = k };
    if (!l->given[k][0])
        return EGAD_OK;
    give_values(l, &op, l->g->model->values[v].from, arguments(l, v));
    TRY(append(l, &op));
done:
    return status;
}

/* Blocks of node k that have a gradient, in one piece. */
static egad_status list_node(listing *l, int k)
{
    egad_status status = EGAD_OK;
    const egad_graph_node *node = &l->g->node[k];
    int *done_before = &l->weights[node->network][node->section];
    for (int first = 0, n; first < node->n; first += n + !n) {
        for (n = 0; first + n < node->n && l->given[k][first + n];)
            n++;
        if (n == 0)
            continue;
        const int weights = moves(l, node->network);
        TRY(append(l, &(egad_graph_op){ .kind = GRAPH_BACKWARD,
                                        .node = k,
                                        .first = first,
                                        .n = n,
                                        .weights = weights,
                                        .add = { weights && *done_before } }));
        *done_before |= weights;
        for (int p = 0; p < 2; p++)
            TRY(list_crosses(l, k, p, first, n));
    }
done:
    return status;
}

/* Every section of a network that moves must have got a gradient, and a network that
 * shares a kernel with it moves, too. */
static egad_status check_moved(const listing *l)
{
    egad_status status = EGAD_OK;
    for (int k = 0; l->g->model->networks[k].name; k++) {
        for (size_t i = 0; i < l->network[k]->n; i++) {
            const int owner = l->network[k]->layer[i].owner;
            if (owner >= 0 && moves(l, k) != moves(l, owner))
                FAIL(ARGUMENT,
                     "model %s, step %s: the %s and the %s share a kernel, and the step "
                     "moves one of them",
                     l->g->model->name, l->step->table->name,
                     l->g->model->networks[k].name, l->g->model->networks[owner].name);
        }
        for (size_t s = 0; moves(l, k) && s < l->network[k]->sections; s++)
            if (!l->weights[k][s])
                FAIL(ARGUMENT, "model %s, step %s: no loss depends on the %s",
                     l->g->model->name, l->step->table->name,
                     l->g->model->networks[k].name);
    }
done:
    return status;
}

egad_status egad_graph_order(egad_graph *g, egad_graph_step *step,
                             egad_net *const *network, const int *wanted)
{
    egad_status status = EGAD_OK;
    listing l = { .g = g, .step = step, .network = network };
    for (int v = 0; wanted && v < g->values; v++)
        if (wanted[v])
            mark(&l, v);
    TRY(list_forward(&l));
    find_needs(&l);
    TRY(clear_parts(&l));
    TRY(list_losses(&l));
    for (int k = g->nodes; k-- > 0;)
        TRY(g->node[k].network < 0 ? list_function(&l, k) : list_node(&l, k));
    TRY(check_moved(&l));
done:
    return status;
}
