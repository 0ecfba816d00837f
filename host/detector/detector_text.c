/* The text description of a detector: its networks, layer by layer, what they are applied
 * to, the steps of training, the recipes. */
#include "detector.h"
#include "graph/graph.h"
#include "score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* "28x28x64" or "1024". */
static const char *shape_text(char *out, size_t size, const size_t shape[3])
{
    if (shape[0] == 1 && shape[1] == 1)
        snprintf(out, size, "%zu", shape[2]);
    else
        snprintf(out, size, "%zux%zux%zu", shape[0], shape[1], shape[2]);
    return out;
}

/* "discriminator dxz, of dx, dz"; "discriminator_xx, of x, x" */
static void print_title(FILE *out, const egad_net *net, size_t s)
{
    const egad_section *section = &net->table->section[s];
    const char *name = section->name ? section->name : "";
    fprintf(out, "%s%s%s, of ", net->name, *name ? " " : "", name);
    for (int k = 0; k < 2 && section->from[k]; k++) {
        const int from = section->from[k];
        fputs(k ? ", " : "", out);
        if (from < 0)
            fputs(net->table->section[-from - 1].name, out);
        else if (net->table->input[from - 1] > 0)
            fprintf(out, "%d columns", net->table->input[from - 1]);
        else
            fputs(net->table->input[from - 1] == OF_X ? "x" : "z", out);
    }
    fputc('\n', out);
}

/* "  kernel of up1, transposed" */
static void print_marks(FILE *out, const egad_model *model, const egad_net_layer *l)
{
    static const struct {
        int mark;
        const char *text;
    } marks[] = { { STAR, "f_D" }, { NO_BIAS, "no bias" }, { SN, "spectral norm" } };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (l->row.mark & marks[i].mark)
            fprintf(out, "  %s", marks[i].text);
    if (l->owner >= 0)
        fprintf(out, "  kernel of %s%s", model->networks[l->owner].name,
                l->transposes ? ", transposed" : "");
    fputc('\n', out);
}

static void print_section(FILE *out, const egad_model *model, const egad_net *net,
                          size_t s)
{
    static const char *const acts[] = { "Linear", "ReLU",    "Leaky ReLU",
                                        "Tanh",   "Sigmoid", "Softplus" };
    static const char *const ops[] = {
        [OP_DENSE] = "Dense", [OP_CONV] = "Conv", [OP_TCONV] = "TransConv"
    };
    char from[64], to[64], kernel[32];
    print_title(out, net, s);
    for (size_t i = net->first[s]; i < net->first[s] + net->count[s]; i++) {
        const egad_net_layer *l = &net->layer[i];
        const egad_layer *row = &l->row;
        kernel[0] = '\0';
        if (row->op != OP_DENSE)
            snprintf(kernel, sizeof kernel, " %dx%d/%d", row->kernel, row->kernel,
                     row->stride);
        fprintf(out, "  %-11s %-9s%-6s %9s -> %-9s  %-2s  %-10s  dropout %.1f", l->name,
                ops[row->op], kernel, shape_text(from, sizeof from, l->in),
                shape_text(to, sizeof to, l->out), row->bn ? "BN" : "", acts[row->act],
                (double)row->dropout);
        print_marks(out, model, l);
    }
}

static void print_recipes(FILE *out, const egad_recipe *r)
{
    static const char *const scalings[] = {
        [SCALE_NONE] = "unscaled",
        [SCALE_MINMAX] = "scaled to [0, 1]",
        [SCALE_STANDARD] = "standardised",
        [SCALE_PIXELS] = "pixels to [-1, 1]",
        [SCALE_UNIT] = "pixels to [0, 1]",
        [SCALE_NUMERIC] = "numeric columns standardised"
    };
    fputs("recipes\n", out);
    for (; r->name; r++) {
        if (!r->batch) {
            fprintf(out, "  %-11s x %s; ", r->name, scalings[r->scaling]);
            if (r->nu > 0.0)
                fprintf(out, "nu %g, gamma 1 / columns; ", r->nu);
            fprintf(out, "held out %g %%\n", 100.0 * r->hold_out);
            continue;
        }
        fprintf(out,
                "  %-11s x %s; Adam, learning rate %g%s, beta1 %g; batch %d, epochs %d; "
                "average of parameters %g; held out %g %%%s\n",
                r->name, scalings[r->scaling], r->lr, r->lr_end < 1.0 ? " decaying" : "",
                r->beta1, r->batch, r->epochs, r->ema_decay, 100.0 * r->hold_out,
                r->variant ? "; with networks of its own" : "");
    }
}

egad_status egad_detector_draw(const egad_detector *d, char **text)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    *text = NULL;
    if (!d->networks)
        FAIL(ARGUMENT, "%s has no networks to draw", d->model->name);
    FILE *out = open_memstream(text, &size);
    if (!out)
        FAIL(MEMORY, "out of memory for a graph");
    egad_graph_draw(out, d->model);
    fclose(out);
done:
    return status;
}

static void print_head(FILE *out, const egad_detector *d)
{
    char source[64];
    snprintf(source, sizeof source, "table %d of the paper", d->model->table);
    if (d->model->source)
        snprintf(source, sizeof source, "%s", d->model->source);
    if (!d->networks)
        fprintf(out, "%s: without networks, for rows of %zu columns\n%s", d->model->name,
                d->columns, d->fitted[0].fitted ? "" : "fitted to: not fitted\n");
    else if (d->model->images)
        fprintf(out, "%s: %s, for images of %zu x %zu x %zu\n", d->model->name, source,
                d->shape[0], d->shape[1], d->shape[2]);
    else
        fprintf(out, "%s: %s, for rows of %zu columns\n", d->model->name, source,
                d->columns);
}

/* "mixture: phi 0.99, 0.01; smallest variance 1e-05" */
static void print_mixture(FILE *out, const egad_mixture *m)
{
    double least = INFINITY;
    fputs("mixture: phi", out);
    for (size_t k = 0; k < m->K; k++) {
        fprintf(out, "%s %.4g", k ? "," : "", m->phi[k]);
        for (size_t j = 0; j < m->d && m->phi[k] > 0.0; j++)
            least = fmin(least, m->sigma[k][j][j]);
    }
    fprintf(out, "; smallest variance %.3g\n", least);
}

static void print_found(FILE *out, const egad_detector *d)
{
    const egad_mixture *m = d->calibration.mixture;
    char fitted[256];
    if (m)
        print_mixture(out, m);
    if (d->networks || !d->fitted[0].fitted)
        return;
    d->fitted[0].method->describe(d->fitted[0].fitted, fitted, sizeof fitted);
    fprintf(out, "fitted to: %s\n", fitted);
}

egad_status egad_detector_found(const egad_detector *d, char **text)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    if (!out)
        FAIL(MEMORY, "out of memory for a description");
    print_found(out, d);
    fclose(out);
done:
    return status;
}

static void print_parameters(FILE *out, const egad_detector *d)
{
    fputs("parameters:", out);
    for (size_t k = 0; k < d->networks; k++)
        fprintf(out, "%s %s %zu", k ? "," : "", d->network[k]->name,
                d->network[k]->parameters);
    fputc('\n', out);
}

/* "mean of standardised log of a (weight 0.25), b; with recipes other than sound: of c"
 */
static void print_mean(FILE *out, const egad_score *s)
{
    const char *const *other = s->beside[0] ? s->beside : s->terms;
    fputs("mean of standardised log of ", out);
    for (size_t i = 0; i < SCORE_TERMS && other[i]; i++) {
        fprintf(out, "%s%s", i ? ", " : "", other[i]);
        if (s->beside[0] && s->weight[i] > 0.0)
            fprintf(out, " (weight %g)", s->weight[i]);
    }
    for (size_t i = 0; s->beside[0] && i < SCORE_TERMS && s->terms[i]; i++)
        fprintf(out, "%s%s", i ? ", " : "; with recipes other than sound: of ",
                s->terms[i]);
}

/* "alpha l1 + (1 - alpha) fm" */
static void print_scores(FILE *out, const egad_model *model)
{
    fputs("scores\n", out);
    for (const egad_score *s = model->scores; s->name; s++) {
        fprintf(out, "  %-11s %s: ", s->name, s->help);
        if (s->combination == WEIGHTED)
            fprintf(out, "alpha %s + (1 - alpha) %s", s->terms[0], s->terms[1]);
        else if (s->combination == ALONE)
            fputs(s->terms[0], out);
        else if (s->combination == COMBINED)
            print_mean(out, s);
        for (size_t i = 0; s->combination == SUM && i < SCORE_TERMS && s->terms[i]; i++)
            fprintf(out, "%s%s", i ? " + " : "", s->terms[i]);
        fputc('\n', out);
    }
}

/* Bits of the terms of methods beside the networks. */
static unsigned beside(const egad_model *model)
{
    unsigned bits = 0;
    for (int k = 0; model->methods && model->terms[k].name; k++)
        bits |= (unsigned)(model->terms[k].kind == TERM_METHOD) << k;
    return bits;
}

egad_status egad_detector_print(const egad_detector *d, char **text)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    if (!out)
        FAIL(MEMORY, "out of memory for a description");
    print_head(out, d);
    print_found(out, d);
    for (size_t k = 0; k < d->networks; k++)
        for (size_t i = 0; i < d->network[k]->sections; i++)
            print_section(out, d->model, d->network[k], i);
    if (d->networks)
        print_parameters(out, d);
    if (d->networks)
        egad_graph_print(out, d->model);
    if (d->networks)
        egad_graph_print_terms(out, d->model, egad_score_used(d) | beside(d->model));
    print_scores(out, d->model);
    print_recipes(out, d->model->recipes);
    fclose(out);
done:
    return status;
}
