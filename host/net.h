/* Networks: a table of layers becomes parameters in one flat buffer; a pass of a batch
 * through a part of it becomes launches in a plan. */
#ifndef EGAD_NET_H
#define EGAD_NET_H

#include "../models/model.h"
#include "ops.h"

/* A network is one or more sections, each a table: E and G have one, the discriminator of
 * a BiGAN has D(x), D(z), and D(x,z), which takes the outputs of the first two side by
 * side. */
enum { SECTION_DX = 0, SECTION_DZ = 1, SECTION_DXZ = 2, SECTIONS = 3 };

typedef struct {
    egad_layer row;     /* of the table, units resolved */
    char name[24];      /* "dx_dense1", the name in model files */
    size_t I, O;        /* inputs, outputs */
    size_t part;        /* inputs that come from D(x), where a layer takes two; else I */
    size_t kernel;      /* offsets in the flat buffers, in floats: (I, O) */
    size_t bias;        /* (O) */
    size_t panels;      /* offset of the packed kernel in `panels` */
    size_t panels_t[2]; /* of its packed transpose in `panels_t`, part by part */
} egad_net_layer;

typedef struct {
    const char *name; /* "encoder", "generator", "discriminator" */
    float slope;      /* leaky ReLU */
    size_t n;         /* layers, of all sections in order */
    egad_net_layer *layer;
    size_t first[SECTIONS], count[SECTIONS]; /* of each section */
    size_t parameters;                       /* numbers that are trained */
    /* Flat buffers (1, size), the same offsets in all; offsets are padded to vectors, and
     * what lies between parameters stays zero. */
    egad_tensor w, g, m, v, ema;
    egad_tensor panels, panels_t; /* packed weights, for an engine that reads them */
    egad_tensor table, table_t;   /* of their packing */
    egad_gemm_engine engine;
} egad_net;

/* Build a network from up to three tables (NULL: no such section).  inputs[s]: columns
 * that section s takes from outside; x_units: what AS_X stands for. */
egad_status egad_net_new(egad_net **out, egad_device *device, const char *name,
                         const egad_layer *const tables[SECTIONS],
                         const size_t inputs[SECTIONS], size_t x_units, float slope);
void egad_net_free(egad_net *net);

/* Xavier-uniform kernels (SPEC: limit sqrt(6 / (I + O))), biases 0; ema likewise.
 * `first_tensor` numbers the kernels within the seed's stream. */
egad_status egad_net_initialise(egad_net *net, egad_device *device, uint64_t seed,
                                unsigned first_tensor);

/* Views of a layer's kernel or bias in one of the flat buffers. */
egad_tensor egad_net_kernel(const egad_net_layer *layer, egad_tensor flat);
egad_tensor egad_net_bias(const egad_net_layer *layer, egad_tensor flat);

/* Append the packing of the kernels of `flat` (forward, for scoring), or of the
 * transposes of w (backward); nothing for an engine that does not read panels. */
egad_status egad_net_pack_forward(egad_net *net, egad_plan *plan, egad_tensor flat);
egad_status egad_net_pack_backward(egad_net *net, egad_plan *plan);

/* A batch's way through one section: the outputs of its layers, and the gradients before
 * their activations. */
typedef struct {
    egad_net *net;
    size_t first, n;   /* layers of the net */
    egad_tensor x;     /* (N, I) */
    egad_tensor *y;    /* (N, O) by layer, after activation and dropout */
    egad_tensor *dpre; /* (N, O) by layer, before the activation; NULL: no gradients */
    int borrowed;      /* 1: the last y belongs to the caller */
} egad_pass;

/* Reserve a pass of x.n rows.  out: where the last layer writes, or no memory to let the
 * pass have its own. */
egad_status egad_pass_new(egad_pass *pass, egad_device *device, egad_net *net,
                          int section, egad_tensor x, egad_tensor out, int gradients);
void egad_pass_free(egad_pass *pass);

/* Append the forward pass with the weights `flat` (w or ema).  packed: 1 to read the
 * panels of egad_net_pack_forward.  random NULL: no dropout.  `second` moves the dropout
 * to another stream. */
egad_status egad_pass_forward(const egad_pass *pass, egad_plan *plan, egad_tensor flat,
                              int packed, const egad_random *random, unsigned second);

/* Given the gradient before the activation of the last layer, append the gradients of
 * all weights (if asked) and those before the activations of all layers below, for rows
 * first_row .. first_row + rows of the pass (weights: always of all rows). */
egad_status egad_pass_backward(const egad_pass *pass, egad_plan *plan, int weights,
                               size_t first_row, size_t rows);

/* Append the gradient that crosses from the first layer of `upper`, part 0 or 1 of its
 * inputs, to before the last activation of `lower`: rows first_row .. of upper are the
 * rows from lower_row of lower. */
egad_status egad_pass_cross(const egad_pass *upper, int part, size_t first_row,
                            const egad_pass *lower, size_t lower_row, size_t rows,
                            egad_plan *plan);

/* The output of the starred layer f_D, and the last one's. */
egad_tensor egad_pass_features(const egad_pass *pass);
egad_tensor egad_pass_output(const egad_pass *pass);

#endif
