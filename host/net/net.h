/* Networks: a table of layers becomes parameters in one flat buffer.  pass.h takes
 * batches through them. */
#ifndef EGAD_NET_H
#define EGAD_NET_H

#include "models/model.h"
#include "ops/ops.h"

/* A network is one or more sections, each a table: E and G have one, the discriminator of
 * a BiGAN has D(x), D(z), and D(x,z), which takes the outputs of the first two side by
 * side. */
enum { SECTION_DX = 0, SECTION_DZ = 1, SECTION_DXZ = 2, SECTIONS = 3 };

typedef struct {
    egad_layer row;       /* of the table, units resolved */
    char name[24];        /* "dx_conv1", the name in model files */
    size_t in[3], out[3]; /* H, W, C of a sample; {1, 1, n} for vectors */
    size_t I, O;          /* their products */
    egad_conv2d conv;     /* from in to out, or transposed: from out to in */
    size_t channels;      /* of bias and batch normalisation: O, or feature maps */
    size_t part;          /* inputs that come from D(x), where a layer takes two; or I */
    size_t weights;       /* of the kernel: (I, O); (K, K, in, out); transposed: (K, K,
                           * out, in) */
    size_t kernel, bias;  /* offsets in the flat buffers, in floats */
    size_t gamma, beta;   /* likewise, with batch normalisation */
    size_t moving;        /* offset in `moving`: (2, channels) mean, variance */
    size_t panels;        /* offset of the packed kernel in `panels` */
    size_t panels_t[2];   /* of what training packs in `panels_t`, part by part */
    size_t panels_w;      /* likewise, of a dense layer's kernel as it is */
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
    egad_tensor moving;           /* statistics of batch normalisation, or no memory */
    egad_tensor panels, panels_t; /* packed weights, for an engine that reads them */
    egad_gemm_engine engine;
    /* Where the first two layers are convolutions with no more than a bias between them:
     * how they are one, and its kernel as scoring and as training have it. */
    int joins;
    egad_conv2d_compose join;
    egad_tensor joined, joined_t;
} egad_net;

/* Build a network from up to three tables (NULL: no such section) of a model.  inputs[s]:
 * H, W, C that section s takes from outside; x: H, W, C that AS_X stands for.  EGAD_SHAPE
 * where no such network can be. */
egad_status egad_net_new(egad_net **out, egad_device *device, const char *name,
                         const egad_layer *const tables[SECTIONS],
                         const size_t inputs[SECTIONS][3], const size_t x[3],
                         float slope);
void egad_net_free(egad_net *net);

/* Kernels normal with this deviation (paper's images), or Xavier-uniform if it is 0
 * (SPEC: limit sqrt(6 / (fan in + fan out))), biases and beta 0, gamma 1, moving mean 0
 * and variance 1; ema likewise.  `first_tensor` numbers the kernels within the seed's
 * stream. */
egad_status egad_net_initialise(egad_net *net, egad_device *device, uint64_t seed,
                                unsigned first_tensor, float deviation);

/* Outputs of the last layer of a section. */
size_t egad_net_outputs(const egad_net *net, int section);

/* The number of the starred layer f_D, in a network that has one. */
size_t egad_net_starred(const egad_net *net);

/* The named arrays of a layer, in a flat buffer or in `moving`. */
typedef struct {
    const char *name; /* "kernel" */
    size_t at, n;     /* first float, and how many */
    int rank;
    size_t shape[4];
} egad_net_array;
enum { NET_ARRAYS = 4 };
/* kernel, bias and perhaps gamma, beta; or moving_mean, moving_variance: how many. */
size_t egad_net_trained(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);
size_t egad_net_moving(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);

/* Views of one of the flat buffers: a layer's kernel, (I, O) of a dense layer and else
 * (1, weights); n floats at an offset. */
egad_tensor egad_net_kernel(const egad_net_layer *layer, egad_tensor flat);
egad_tensor egad_net_view(egad_tensor flat, size_t at, size_t n);

/* The weights `flat` with batch normalisation by the moving statistics folded into
 * kernels and biases, so that a layer is a product, a bias and an activation: a new (1,
 * size). */
egad_status egad_net_fold(const egad_net *net, egad_device *device, egad_tensor flat,
                          egad_tensor *folded);

/* A network to search through: the layers of `net` with its weights `flat`, folded, as w,
 * packed for passes both ways; no gradients, moments or averages.  Training `net` on does
 * not touch it. */
egad_status egad_net_freeze(egad_net **out, egad_device *device, const egad_net *net,
                            egad_tensor flat);

/* Kernels of the joined layers in a flat buffer. */
egad_conv2d_compose_kernels egad_net_join_kernels(const egad_net *net, egad_tensor flat);

/* Append the packing of the kernels of `flat` for scoring, or of w for what training
 * reads packed: dense kernels, their transposes for gradients of inputs, and transposed
 * convolutions, and the joined kernel; nothing for an engine that does not read panels.
 */
egad_status egad_net_pack_score(egad_net *net, egad_plan *plan, egad_tensor flat);
egad_status egad_net_pack_train(egad_net *net, egad_plan *plan);

/* What packs a dense kernel for training: itself to `w` of the packed buffer, and the
 * transposes of its parts.  Returns how many entries, NET_DENSE_ENTRIES at most. */
enum { NET_DENSE_ENTRIES = 3 };
size_t egad_net_dense_entries(const egad_net_layer *layer, size_t w,
                              const size_t transposed[2], egad_gemm_entry *entries);

#endif
