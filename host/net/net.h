/* Networks: a table of layers becomes parameters in one flat buffer.  pass.h runs batches
 * through them. */
#ifndef EGAD_NET_H
#define EGAD_NET_H

#include "models/model.h"
#include "ops/ops.h"

/* A network is one or more sections, each a table: E and G have one, the discriminator of
 * a BiGAN has D(x), D(z), and D(x,z), which takes the outputs of the first two side by
 * side. */
enum { SECTION_DX = 0, SECTION_DZ = 1, SECTION_DXZ = 2, SECTIONS = 3 };

typedef struct {
    egad_layer row;       /* from the model's table, units resolved */
    char name[24];        /* "dx_conv1", the name in model files */
    size_t in[3], out[3]; /* H, W, C of a row; {1, 1, n} for vectors */
    size_t I, O;          /* their products */
    egad_conv2d conv;     /* convolution from in to out; transposed: from out to in */
    size_t channels;      /* length of bias and batch normalisation: O, or feature maps */
    size_t part;          /* inputs from D(x) if the layer takes D(x) and D(z); else I */
    size_t weights;       /* of the kernel: (I, O); (K, K, in, out); transposed: (K, K,
                           * out, in) */
    size_t kernel, bias;  /* offsets in the flat buffers, in floats */
    size_t gamma, beta;   /* likewise, with batch normalisation */
    size_t moving;        /* offset in `moving`: (2, channels) mean, variance */
    size_t panels;        /* offset of the packed kernel in `panels` */
    size_t panels_t[2];   /* offsets of training's packed transposes in `panels_t`, by
                           * part */
    size_t panels_w;      /* likewise, of a dense layer's untransposed kernel */
} egad_net_layer;

typedef struct {
    const char *name; /* "encoder", "generator", "discriminator" */
    float slope;      /* leaky ReLU */
    size_t n;         /* layers of all sections, in order */
    egad_net_layer *layer;
    size_t first[SECTIONS], count[SECTIONS]; /* layers per section */
    size_t parameters;                       /* number of trained parameters */
    /* Flat buffers (1, size) with equal offsets, padded to vectors; the padding stays
     * zero. */
    egad_tensor w, g, m, v, ema;
    egad_tensor moving;           /* batch normalisation statistics, or no memory */
    egad_tensor panels, panels_t; /* packed weights, if the engine reads them */
    egad_gemm_engine engine;
    /* If only a bias stands between the first two convolutions: their composition as one,
     * and its kernel for scoring and for training. */
    int joins;
    egad_conv2d_compose join;
    egad_tensor joined, joined_t;
} egad_net;

/* Build a network from up to three tables (NULL: no such section) of a model.  inputs[s]:
 * H, W, C of section s's external input; x: H, W, C that AS_X stands for.  EGAD_SHAPE if
 * the shapes do not fit. */
egad_status egad_net_new(egad_net **out, egad_device *device, const char *name,
                         const egad_layer *const tables[SECTIONS],
                         const size_t inputs[SECTIONS][3], const size_t x[3],
                         float slope);
void egad_net_free(egad_net *net);

/* Initialise: kernels normal with this deviation (paper's images), or Xavier-uniform if
 * it is 0 (SPEC: limit sqrt(6 / (fan in + fan out))); biases and beta 0, gamma 1, moving
 * mean 0 and variance 1; ema equals w.  `first_tensor` numbers the kernels in the seed's
 * random streams. */
egad_status egad_net_initialise(egad_net *net, egad_device *device, uint64_t seed,
                                unsigned first_tensor, float deviation);

/* Outputs of the last layer of a section. */
size_t egad_net_outputs(const egad_net *net, int section);

/* The index of the starred layer f_D; the network must have one. */
size_t egad_net_starred(const egad_net *net);

/* A named array of a layer, in a flat buffer or in `moving`. */
typedef struct {
    const char *name; /* "kernel" */
    size_t at, n;     /* first float, and number of floats */
    int rank;
    size_t shape[4];
} egad_net_array;
enum { NET_ARRAYS = 4 };
/* List kernel, bias and, with batch normalisation, gamma, beta; or moving_mean,
 * moving_variance.  Returns their number. */
size_t egad_net_trained(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);
size_t egad_net_moving(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);

/* Views of a flat buffer: a layer's kernel, (I, O) if dense, else (1, weights); n floats
 * at an offset. */
egad_tensor egad_net_kernel(const egad_net_layer *layer, egad_tensor flat);
egad_tensor egad_net_view(egad_tensor flat, size_t at, size_t n);

/* A new (1, size) copy of the weights `flat` with batch normalisation (moving statistics)
 * folded into kernels and biases: a layer is then a product, a bias and an activation. */
egad_status egad_net_fold(const egad_net *net, egad_device *device, egad_tensor flat,
                          egad_tensor *folded);

/* A frozen copy of `net` for latent search: w is `flat`, folded, and packed for both
 * passes; no gradients, moments or averages.  Independent of further training of
 * `net`. */
egad_status egad_net_freeze(egad_net **out, egad_device *device, const egad_net *net,
                            egad_tensor flat);

/* Views of the kernels of the two composed layers in a flat buffer. */
egad_conv2d_compose_kernels egad_net_join_kernels(const egad_net *net, egad_tensor flat);

/* Append the packing of the kernels of `flat` for scoring, or of w for training: dense
 * kernels, their transposes for input gradients, transposed convolutions and the composed
 * kernel.  Appends nothing if the engine does not read panels. */
egad_status egad_net_pack_score(egad_net *net, egad_plan *plan, egad_tensor flat);
egad_status egad_net_pack_train(egad_net *net, egad_plan *plan);

/* List the packing of a dense kernel for training: the kernel, at `w` of the packed
 * buffer, and the transposes of its parts.  Returns the number of entries, at most
 * NET_DENSE_ENTRIES. */
enum { NET_DENSE_ENTRIES = 3 };
size_t egad_net_dense_entries(const egad_net_layer *layer, size_t w,
                              const size_t transposed[2], egad_gemm_entry *entries);

#endif
