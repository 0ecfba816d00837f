/* Networks: a table of layers becomes parameters in one flat buffer.  pass.h takes
 * batches through them. */
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

#endif
