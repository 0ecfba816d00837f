/* What a model's table says of values, losses and terms. */
#include "graph_inside.h"

#include "ops/function.h"

#include <string.h>

/* ---- Losses and terms -------------------------------------------------------- */

int egad_graph_losses(const egad_model *model, const egad_loss *list[MODEL_LOSSES])
{
    int n = 0;
    for (const egad_step *s = model->steps; s && s->name; s++)
        for (int i = 0; i < MODEL_LOSSES && s->loss[i].name; i++)
            if (n < MODEL_LOSSES)
                list[n++] = &s->loss[i];
    return n;
}

int egad_graph_arguments(const egad_loss *loss)
{
    switch (loss->kind) {
    case LOSS_CROSS_ENTROPY:
        return 1;
    case LOSS_GAUSSIAN:
    case LOSS_ENERGY:
    case LOSS_BOUND:
    case LOSS_PENALTY:
        return 3;
    default:
        return 2;
    }
}

int egad_graph_term_arguments(const egad_term *term)
{
    if (term->kind == TERM_CROSS_ENTROPY || term->kind == TERM_MINUS_SUM)
        return 1;
    return term->kind == TERM_GAUSSIAN || term->kind == TERM_ENERGY ? 3 : 2;
}

int egad_graph_curves(const egad_model *model, const char *list[MODEL_CURVES])
{
    const egad_loss *loss[MODEL_LOSSES];
    const int losses = egad_graph_losses(model, loss);
    int n = 0;
    for (int i = 0; i < losses; i++) {
        int k = 0;
        while (k < n && strcmp(list[k], loss[i]->shown) != 0)
            k++;
        if (k == n && n < MODEL_CURVES)
            list[n++] = loss[i]->shown;
    }
    return n;
}

/* ---- Values ------------------------------------------------------------------ */

static int arity(const egad_network *network)
{
    int n = 0;
    while (n < MODEL_INPUTS && network->input[n])
        n++;
    return n;
}

int egad_graph_sources(const egad_model *model, int v)
{
    const egad_value *value = &model->values[v];
    if (value->kind == VALUE_FUNCTION)
        return egad_function_arguments(value->function);
    return value->kind == VALUE_OUTPUT
               ? arity(&model->networks[value->network])
               : value->kind == VALUE_PART || value->kind == VALUE_FEATURES;
}

int egad_graph_depends(const egad_model *model, int v, int from)
{
    int found = v == from;
    for (int i = 0; i < egad_graph_sources(model, v); i++)
        found |= egad_graph_depends(model, model->values[v].from[i], from);
    return found;
}

int egad_graph_random(const egad_model *model, int v)
{
    int random = model->values[v].kind == VALUE_NOISE;
    for (int i = 0; i < egad_graph_sources(model, v); i++)
        random |= egad_graph_random(model, model->values[v].from[i]);
    return random;
}

int egad_graph_noisy(const egad_model *model, int v)
{
    int noisy = model->values[v].kind == VALUE_NOISE && model->values[v].columns != 0;
    for (int i = 0; i < egad_graph_sources(model, v); i++) {
        const int from = model->values[v].from[i];
        noisy |= egad_graph_noisy(model, from);
        noisy |= model->values[v].kind == VALUE_OUTPUT &&
                 model->values[from].kind == VALUE_NOISE;
    }
    return noisy;
}

int egad_graph_first(const egad_model *model, int k)
{
    for (int v = 0; model->values[v].name; v++)
        for (int i = 0; i < egad_graph_sources(model, v); i++) {
            const int kind = model->values[model->values[v].from[i]].kind;
            if (model->values[v].kind == VALUE_OUTPUT && model->values[v].network == k &&
                kind != VALUE_ROWS && kind != VALUE_NOISE)
                return 0;
        }
    return 1;
}

size_t egad_graph_part(const egad_value *value, size_t X, size_t *first)
{
    *first = value->first == AS_X ? X : (size_t)value->first;
    return value->columns == AS_X ? X : (size_t)value->columns;
}

size_t egad_graph_width(const egad_model *model, egad_net *const *network, size_t X,
                        int v)
{
    const egad_value *value = &model->values[v];
    const egad_net *net;
    size_t first;
    switch (value->kind) {
    case VALUE_ROWS:
        return X;
    case VALUE_NOISE:
        return value->columns == AS_X ? X
               : value->columns       ? (size_t)value->columns
                                      : (size_t)model->z_dim;
    case VALUE_PART:
        return egad_graph_part(value, X, &first);
    case VALUE_FUNCTION:
        return egad_function_width(value->function,
                                   egad_graph_width(model, network, X, value->from[0]));
    case VALUE_FEATURES:
        net = network[model->values[value->from[0]].network];
        return net->layer[egad_net_starred(net)].O;
    default:
        net = network[value->network];
        return egad_net_outputs(net, (int)net->sections - 1);
    }
}
