/* A model's values and steps in words, and as a graph for graphviz. */
#include "graph_inside.h"

#include <stdio.h>

static const char *name_of(const egad_model *model, int v)
{
    return model->values[v].name;
}

/* "CE(D(x), 1)", "|x - G(E(x))|", "|z - E(G(z))|^2" */
static void print_entropy(FILE *out, const egad_model *model, int of, float label)
{
    fprintf(out, "CE(%s, %g)", name_of(model, of), (double)label);
}

static void print_distance(FILE *out, const egad_model *model, const int of[2],
                           int squares)
{
    fprintf(out, "|%s - %s|%s", name_of(model, of[0]), name_of(model, of[1]),
            squares ? "^2" : "");
}

/* "-log N(x; m(z), exp v(z))", "KL of N(mean, exp log variance)" */
static void print_gaussian(FILE *out, const egad_model *model, const int of[3])
{
    fprintf(out, "-log N(%s; %s, exp %s + %g)", name_of(model, of[0]),
            name_of(model, of[1]), name_of(model, of[2]), (double)VARIANCE_FLOOR);
}

static void print_bernoulli(FILE *out, const egad_model *model, const int of[2])
{
    fprintf(out, "CE(%s, %s)", name_of(model, of[1]), name_of(model, of[0]));
}

static void print_divergence(FILE *out, const egad_model *model, const int of[2])
{
    fprintf(out, "KL of N(%s, exp %s) from N(0, 1)", name_of(model, of[0]),
            name_of(model, of[1]));
}

/* "energy of E(x) beside features, by gamma" */
static void print_mixture(FILE *out, const egad_model *model, const char *what,
                          const int of[3])
{
    fprintf(out, "%s of %s beside %s, parts softmax(%s)", what, name_of(model, of[0]),
            name_of(model, of[1]), name_of(model, of[2]));
}

/* The same with a weight. */
static void print_loss(FILE *out, const egad_model *model, const egad_loss *loss)
{
    if (loss->weight != 0.0f && loss->weight != 1.0f)
        fprintf(out, "%g ", (double)loss->weight);
    switch (loss->kind) {
    case LOSS_CROSS_ENTROPY:
        print_entropy(out, model, loss->of[0], loss->label);
        break;
    case LOSS_DIVERGENCE:
        print_divergence(out, model, loss->of);
        break;
    case LOSS_GAUSSIAN:
        print_gaussian(out, model, loss->of);
        break;
    case LOSS_BERNOULLI:
        print_bernoulli(out, model, loss->of);
        break;
    case LOSS_ENERGY:
        print_mixture(out, model, "energy in the batch's mixture", loss->of);
        break;
    case LOSS_BOUND:
        print_mixture(out, model, "bound of the energy in the batch's mixture", loss->of);
        break;
    case LOSS_PENALTY:
        print_mixture(out, model, "sum of 1 / variance in the batch's mixture", loss->of);
        break;
    default:
        print_distance(out, model, loss->of, loss->kind != LOSS_DISTANCE);
        fputs(loss->kind == LOSS_MEAN_SQUARES ? " / columns" : "", out);
    }
}

/* "term 2 of the method nearest, of whitened x" */
static void print_method(FILE *out, const egad_model_method *m, int term)
{
    static const char *const views[] = { [VIEW_SCALED] = "x",
                                         [VIEW_LOG] = "rows after the logarithm",
                                         [VIEW_SQUASHED] =
                                             "standardised rows after the logarithm" };
    fprintf(out, "term %d of the method %s, of %s%s", term + 1, m->method, views[m->view],
            m->shrinkage > 0.0 ? ", whitened" : "");
}

/* What one row's term is. */
static void print_term(FILE *out, const egad_model *model, const egad_term *term)
{
    if (term->kind == TERM_METHOD) {
        print_method(out, &model->methods[term->of[0]], term->of[1]);
        return;
    }
    const char *a = name_of(model, term->of[0]), *b = name_of(model, term->of[1]);
    if (term->samples)
        fprintf(out, "%s over %d samples of ",
                term->samples == SAMPLES_MEAN ? "mean" : "-log mean exp -",
                model->samples);
    switch (term->kind) {
    case TERM_DISTANCE:
        print_distance(out, model, term->of, 0);
        break;
    case TERM_CROSS_ENTROPY:
        print_entropy(out, model, term->of[0], 1.0f);
        break;
    case TERM_ROOT:
        fprintf(out, "root of ");
        print_distance(out, model, term->of, 1);
        break;
    case TERM_HALF_SQUARES:
        print_distance(out, model, term->of, 1);
        fputs(" / 2", out);
        break;
    case TERM_MINUS_SUM:
        fprintf(out, "-sum of %s", a);
        break;
    case TERM_DIVERGENCE:
        print_divergence(out, model, term->of);
        break;
    case TERM_GAUSSIAN:
        print_gaussian(out, model, term->of);
        break;
    case TERM_BERNOULLI:
        print_bernoulli(out, model, term->of);
        break;
    case TERM_ENERGY:
        print_mixture(out, model, "energy in the training rows' mixture", term->of);
        break;
    case TERM_SPREAD:
        fprintf(out, "squared Mahalanobis distance of %s", a);
        break;
    case TERM_SPREAD_BOTH:
        fprintf(out, "squared Mahalanobis distance of %s beside its difference from %s",
                a, b);
        break;
    case TERM_NEAR:
        fprintf(out, "distance to the nearest training rows, by %s and %s", a, b);
        break;
    default:
        fprintf(out, "the same, relative to the distances of these rows to theirs");
    }
}

void egad_graph_print_terms(FILE *out, const egad_model *model, unsigned which)
{
    fputs("terms\n", out);
    for (int k = 0; model->terms[k].name; k++)
        if (which >> k & 1u) {
            fprintf(out, "  %-13s ", model->terms[k].name);
            print_term(out, model, &model->terms[k]);
            fputc('\n', out);
        }
}

static void print_part(FILE *out, const egad_model *model, const egad_value *value)
{
    const char *of = name_of(model, value->from[0]);
    if (value->columns == AS_X)
        fprintf(out, "columns of %s, as many as x has, %s\n", of,
                value->first == AS_X ? "after as many" : "from the first on");
    else
        fprintf(out, "columns %d to %d of %s\n", value->first + 1,
                value->first + value->columns, of);
}

static void print_value(FILE *out, const egad_model *model, int v)
{
    static const char *const functions[] = {
        [FUNCTION_SAMPLE] = "%s + exp(%s / 2) %s",
        [FUNCTION_SIGMOID] = "sigmoid(%s)",
        [FUNCTION_GATE] = "1 - exp(-%s)",
        [FUNCTION_GATED] = "%s (1 - exp(-%s))",
        [FUNCTION_ADD] = "%s + %s",
        [FUNCTION_ZERO] = "0, as many as %s",
        [FUNCTION_FEATURES] = "relative distance and cosine of %s and %s",
    };
    const egad_value *value = &model->values[v];
    const egad_network *network = &model->networks[value->network];
    fprintf(out, "  %-16s ", value->name);
    switch (value->kind) {
    case VALUE_ROWS:
        fputs("training rows, scaled\n", out);
        break;
    case VALUE_NOISE:
        if (value->columns == AS_X)
            fputs("noise N(0, 1), as many columns as x has\n", out);
        else
            fprintf(out, "noise N(0, 1), %d columns\n",
                    value->columns ? value->columns : model->z_dim);
        break;
    case VALUE_PART:
        print_part(out, model, value);
        break;
    case VALUE_FUNCTION:
        fprintf(out, functions[value->function], name_of(model, value->from[0]),
                name_of(model, value->from[1]), name_of(model, value->from[2]));
        fputc('\n', out);
        break;
    case VALUE_FEATURES:
        fprintf(out, "features: the starred layer's output on the way to %s\n",
                name_of(model, value->from[0]));
        break;
    default:
        fprintf(out, "%s of %s", network->name, name_of(model, value->from[0]));
        for (int i = 1; i < egad_graph_sources(model, v); i++)
            fprintf(out, ", %s", name_of(model, value->from[i]));
        fputc('\n', out);
    }
}

void egad_graph_print(FILE *out, const egad_model *model)
{
    fputs("values\n", out);
    for (int v = 0; model->values[v].name; v++)
        print_value(out, model, v);
    fputs("steps of an iteration\n", out);
    for (const egad_step *s = model->steps; s->name; s++) {
        const char *between = "";
        fprintf(out, "  %-11s minimises ", s->name);
        for (int i = 0; i < MODEL_LOSSES && s->loss[i].name; i++) {
            fprintf(out, "%s%s = ", i ? ", " : "", s->loss[i].name);
            print_loss(out, model, &s->loss[i]);
        }
        fputs("; moves ", out);
        for (int k = 0; model->networks[k].name; k++)
            if (s->moves >> k & 1u) {
                fprintf(out, "%s%s", between, model->networks[k].name);
                between = ", ";
            }
        fputc('\n', out);
    }
}

/* 1 if the graph shows value v: training computes it, or it is shown to users. */
static int shown(const egad_model *model, int v)
{
    const egad_loss *loss[MODEL_LOSSES];
    const int losses = egad_graph_losses(model, loss);
    int seen = v == model->rebuilt && v;
    for (int i = 0; i < losses; i++)
        for (int k = 0; k < egad_graph_arguments(loss[i]); k++)
            seen |= egad_graph_depends(model, loss[i]->of[k], v);
    return seen;
}

/* 1 if value v depends on network k. */
static int uses(const egad_model *model, int v, int k)
{
    const egad_value *value = &model->values[v];
    int used = value->kind == VALUE_OUTPUT && value->network == k;
    for (int i = 0; i < egad_graph_sources(model, v); i++)
        used |= uses(model, value->from[i], k);
    return used;
}

static int loss_uses(const egad_model *model, const egad_loss *loss, int k)
{
    int used = 0;
    for (int i = 0; i < egad_graph_arguments(loss); i++)
        used |= uses(model, loss->of[i], k);
    return used;
}

/* Values are boxes, with the network on the edges that lead to them; losses are ellipses
 * in the colour of their step. */
void egad_graph_draw(FILE *out, const egad_model *model)
{
    static const char *const colours[MODEL_STEPS] = { "#c0392b", "#2471a3", "#1e8449" };
    fprintf(out,
            "digraph \"%s\" {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
            "  edge [fontname=\"sans-serif\", fontsize=10];\n",
            model->name);
    for (int v = 0; model->values[v].name; v++) {
        const egad_value *value = &model->values[v];
        const egad_network *network = &model->networks[value->network];
        const int output = value->kind == VALUE_OUTPUT;
        if (!shown(model, v))
            continue;
        fprintf(out, "  v%d [label=\"%s\", shape=box%s];\n", v, value->name,
                output ? "" : ", style=rounded");
        for (int i = 0; output && i < egad_graph_sources(model, v); i++)
            fprintf(out, "  v%d -> v%d [label=\"%s\"];\n", value->from[i], v,
                    network->name);
        for (int i = 0; value->kind == VALUE_FUNCTION && i < egad_graph_sources(model, v);
             i++)
            fprintf(out, "  v%d -> v%d;\n", value->from[i], v);
        if (value->kind == VALUE_PART)
            fprintf(out, "  v%d -> v%d [style=dotted];\n", value->from[0], v);
    }
    for (int s = 0; model->steps[s].name; s++)
        for (int i = 0; i < MODEL_LOSSES && model->steps[s].loss[i].name; i++) {
            const egad_loss *loss = &model->steps[s].loss[i];
            fprintf(out, "  l%d_%d [label=\"%s\\n", s, i, loss->name);
            print_loss(out, model, loss);
            fprintf(out, "\\nmoves");
            for (int k = 0; model->networks[k].name; k++)
                if ((model->steps[s].moves >> k & 1u) && loss_uses(model, loss, k))
                    fprintf(out, " %s", model->networks[k].name);
            fprintf(out, "\", color=\"%s\", fontcolor=\"%s\"];\n", colours[s],
                    colours[s]);
            for (int k = 0; k < egad_graph_arguments(loss); k++)
                fprintf(out, "  v%d -> l%d_%d [color=\"%s\"];\n", loss->of[k], s, i,
                        colours[s]);
        }
    fputs("}\n", out);
}
