/* The text description of a detector: its networks, layer by layer. */
#include "detector.h"

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

static void print_section(FILE *out, const egad_net *net, int s, const char *title)
{
    static const char *const acts[] = { "Linear", "ReLU", "Leaky ReLU", "Tanh",
                                        "Sigmoid" };
    static const char *const ops[] = {
        [OP_DENSE] = "Dense", [OP_CONV] = "Conv", [OP_TCONV] = "TransConv"
    };
    char from[64], to[64], kernel[32];
    if (!net || !net->count[s])
        return;
    fprintf(out, "%s\n", title);
    for (size_t i = net->first[s]; i < net->first[s] + net->count[s]; i++) {
        const egad_net_layer *l = &net->layer[i];
        const egad_layer *row = &l->row;
        kernel[0] = '\0';
        if (row->op != OP_DENSE)
            snprintf(kernel, sizeof kernel, " %dx%d/%d", row->kernel, row->kernel,
                     row->stride);
        fprintf(out, "  %-11s %-9s%-6s %9s -> %-9s  %-2s  %-10s  dropout %.1f%s\n",
                l->name, ops[row->op], kernel, shape_text(from, sizeof from, l->in),
                shape_text(to, sizeof to, l->out), row->bn ? "BN" : "", acts[row->act],
                (double)row->dropout, row->mark == STAR ? "  f_D" : "");
    }
}

egad_status egad_detector_print(const egad_detector *d, char **text)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    if (!out)
        FAIL(MEMORY, "out of memory for a description");
    if (d->model->images)
        fprintf(out, "%s: table %d of the paper, for images of %zu x %zu x %zu\n",
                d->model->name, d->model->table, d->shape[0], d->shape[1], d->shape[2]);
    else
        fprintf(out, "%s: table %d of the paper, for rows of %zu columns\n",
                d->model->name, d->model->table, d->columns);
    print_section(out, d->net[NET_E], 0, "E(x)");
    print_section(out, d->net[NET_G], 0, "G(z)");
    print_section(out, d->net[NET_D], SECTION_DX, "D(x)");
    print_section(out, d->net[NET_D], SECTION_DZ, "D(z)");
    print_section(out, d->net[NET_D], SECTION_DXZ, "D(x,z)");
    fprintf(out, "parameters: E %zu, G %zu, D %zu\n",
            d->net[NET_E] ? d->net[NET_E]->parameters : 0, d->net[NET_G]->parameters,
            d->net[NET_D]->parameters);
    fclose(out);
done:
    return status;
}
