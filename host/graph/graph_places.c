/* Buffers for the inputs and outputs of a graph's nodes.
 *
 * The inputs of a batch lie in one buffer, block after block, part beside part.  What a
 * node computes goes straight to the place where the first batch reads it; others copy.
 */
#include "graph_inside.h"

static egad_status new_buffer(egad_graph *g, int n, size_t columns, int *buffer)
{
    egad_status status = EGAD_OK;
    if (g->buffers == GRAPH_BUFFERS)
        FAIL(ARGUMENT, "model %s: more than %d buffers", g->model->name, GRAPH_BUFFERS);
    *buffer = g->buffers++;
    g->buffer[*buffer] = (egad_graph_buffer){ n, columns };
done:
    return status;
}

egad_graph_place egad_graph_where(const egad_graph *g, int v)
{
    const egad_value *value = &g->model->values[v];
    if (value->kind != VALUE_PART)
        return g->home[v];
    egad_graph_place place = egad_graph_where(g, value->from[0]);
    size_t first;
    place.columns = egad_graph_part(value, g->X, &first);
    place.column += first;
    return place;
}

static const egad_net_layer *first_layer(const egad_graph_node *node,
                                         egad_net *const *network)
{
    const egad_net *net = network[node->network];
    return &net->layer[net->first[node->section]];
}

static int two_parts(const egad_graph_node *node, egad_net *const *network)
{
    const egad_net_layer *l = first_layer(node, network);
    return l->part < l->I;
}

/* 1 if the node reads a buffer of its own: inputs of two parts, or of several blocks. */
static int gathers(const egad_graph_node *node, egad_net *const *network)
{
    return node->network >= 0 &&
           (two_parts(node, network) || (node->n > 1 && node->source[0] < 0));
}

/* These columns of the node's input buffer become the home of what has none.  The outputs
 * of a batch stay together, so that they move in only as a whole section. */
static void take_home(egad_graph *g, const egad_graph_node *node, int part, size_t column,
                      size_t columns)
{
    const int buffer = node->in.buffer;
    if (node->source[part] >= 0) {
        egad_graph_node *source = &g->node[node->source[part]];
        if (source->out.buffer < 0)
            source->out = (egad_graph_place){ buffer, 0, node->n, column, columns };
        return;
    }
    for (int i = 0; i < node->n; i++) {
        const int v = node->input[part][i], made = g->producer[v];
        if (g->model->values[v].kind == VALUE_PART || g->home[v].buffer >= 0 ||
            (made >= 0 ? g->node[made].n > 1 : g->apart))
            continue;
        g->home[v] = (egad_graph_place){ buffer, i, 1, column, columns };
        if (made >= 0)
            g->node[made].out = g->home[v];
    }
}

/* A buffer for the inputs of a batch, or of a node with two parts. */
static egad_status give_input(egad_graph *g, egad_net *const *network,
                              egad_graph_node *node)
{
    egad_status status = EGAD_OK;
    const egad_net_layer *l = first_layer(node, network);
    int buffer = -1;
    TRY(new_buffer(g, node->n, l->I, &buffer));
    node->in = (egad_graph_place){ buffer, 0, node->n, 0, l->I };
    take_home(g, node, 0, 0, l->part);
    if (l->part < l->I)
        take_home(g, node, 1, l->part, l->I - l->part);
done:
    return status;
}

/* A buffer for an output that lies in nobody's input. */
static egad_status give_output(egad_graph *g, egad_net *const *network,
                               egad_graph_node *node)
{
    egad_status status = EGAD_OK;
    const size_t O = node->network < 0
                         ? egad_graph_width(g->model, network, g->X, node->value[0])
                         : egad_net_outputs(network[node->network], node->section);
    int buffer = -1;
    if (node->out.buffer < 0) {
        TRY(new_buffer(g, node->n, O, &buffer));
        node->out = (egad_graph_place){ buffer, 0, node->n, 0, O };
    }
    for (int i = 0; node->last && i < node->n; i++)
        g->home[node->value[i]] = (egad_graph_place){ node->out.buffer, node->out.at + i,
                                                      1, node->out.column, O };
done:
    return status;
}

static egad_status give_data(egad_graph *g, int v, size_t columns)
{
    egad_status status = EGAD_OK;
    int buffer = -1;
    if (g->home[v].buffer < 0) {
        TRY(new_buffer(g, 1, columns, &buffer));
        g->home[v] = (egad_graph_place){ buffer, 0, 1, 0, columns };
    }
done:
    return status;
}

egad_status egad_graph_give_places(egad_graph *g, egad_net *const *network)
{
    egad_status status = EGAD_OK;
    for (int v = 0; v < MODEL_VALUES; v++)
        g->home[v].buffer = -1;
    /* Larger batches first, so that smaller ones find their inputs there. */
    for (int n = GRAPH_STACK; n > 0; n--)
        for (int k = 0; k < g->nodes; k++)
            if (g->node[k].n == n && gathers(&g->node[k], network))
                TRY(give_input(g, network, &g->node[k]));
    for (int k = 0; k < g->nodes; k++)
        TRY(give_output(g, network, &g->node[k]));
    for (int v = 0; v < g->values; v++)
        if (g->model->values[v].kind == VALUE_ROWS)
            TRY(give_data(g, v, g->X));
        else if (g->model->values[v].kind == VALUE_NOISE && !g->apart)
            TRY(give_data(g, v, egad_graph_width(g->model, network, g->X, v)));
    for (int k = 0; k < g->nodes; k++) {
        egad_graph_node *node = &g->node[k];
        if (node->network >= 0 && node->in.buffer < 0)
            node->in = node->source[0] >= 0 ? g->node[node->source[0]].out
                                            : egad_graph_where(g, node->input[0][0]);
    }
done:
    return status;
}
