/* Networks: their layers, built from tables, and their parameters in one flat buffer.
 * pass.h runs batches through them. */
#ifndef EGAD_NET_H
#define EGAD_NET_H

#include "models/model.h"
#include "ops/ops.h"

/* A network has one or more sections of layers: most have one.  The discriminator of a
 * BiGAN has three: D(x), D(z), and D(x,z), whose input is the outputs of the first two
 * side by side. */

typedef struct {
    egad_layer row;       /* the table's row, with AS_X resolved */
    char name[24];        /* "dx_conv1", the name in model files */
    size_t in[3], out[3]; /* H, W, C of a row; {1, 1, n} for vectors */
    size_t I, O;          /* their products */
    egad_conv2d conv;     /* from in to out; of a transposed convolution from out to in */
    int owner;           /* tied layers (tie.h): the number of the network whose kernel it
                          * has, -1: its own; */
    int transposes;      /* 1: it has the transpose */
    size_t channels;     /* size of bias and batch normalisation: O, or the feature
                          * maps */
    size_t part;         /* of a section's first layer with two inputs: the columns of
                          * the first; else I */
    size_t weights;      /* size of the kernel: (I, O); (K, K, in, out); transposed:
                          * (K, K, out, in) */
    size_t kernel, bias; /* offsets in the flat buffers, in floats */
    size_t gamma, beta;  /* likewise; with batch normalisation only */
    size_t moving;       /* offset in `moving` of (2, channels): mean, variance */
    size_t u;            /* with spectral normalisation, offset in `moving` of its vector,
                          * and in `kept` */
    size_t kept;
    size_t panels;      /* offset of the packed kernel in `panels`, for scoring */
    size_t panels_t[2]; /* for training: offsets in `panels_t` of the packed kernel,
                         * by part of the input */
    size_t panels_w;    /* likewise, of a dense layer's kernel, not transposed */
} egad_net_layer;

typedef struct {
    const egad_network *table;
    const char *name; /* "encoder", "generator", "discriminator" */
    float slope;      /* of leaky ReLU */
    size_t n;         /* layers of all sections, in order */
    egad_net_layer *layer;
    size_t sections;
    size_t first[MODEL_SECTIONS], count[MODEL_SECTIONS]; /* layers of each section */
    size_t parameters;                                   /* number of trained values */
    /* Flat buffers (1, size) with the same offsets: parameters, gradients, Adam's
     * moments, and the moving average of the parameters.  Offsets are padded to vectors;
     * the padding stays zero. */
    egad_tensor w, g, m, v, ema;
    egad_tensor moving;           /* moving statistics of batch normalisation, and vectors
                                   * of spectral normalisation, or no memory */
    egad_tensor applied;          /* what passes of training read: w, or with spectral
                                   * normalisation a copy with divided kernels */
    egad_tensor kept;             /* of spectral normalisation, for the way back; no
                                   * memory without it */
    egad_tensor panels, panels_t; /* packed kernels, if the engine reads them */
    egad_gemm_engine engine;
    /* If the first two layers are convolutions with only a bias between them, they can be
     * composed into one: its shape, and its kernel for scoring and for training. */
    int joins;
    egad_conv2d_compose join;
    egad_tensor joined, joined_t;
} egad_net;

/* Build a network from its table.  inputs[k]: H, W, C of input k; x: H, W, C that AS_X
 * stands for.  EGAD_SHAPE if the layers do not fit x.  The caller frees *out with
 * egad_net_free; the table is borrowed. */
egad_status egad_net_new(egad_net **out, egad_device *device, const egad_network *table,
                         const size_t inputs[MODEL_INPUTS][3], const size_t x[3],
                         float slope);
void egad_net_free(egad_net *net);

/* Initialise w and ema alike.  Kernels: normal with standard deviation `deviation` (the
 * paper's images), or if that is 0 Xavier-uniform (SPEC: limit sqrt(6 / (fan in + fan
 * out))).  Biases and beta 0, gamma 1, moving mean 0, moving variance 1.  The kernels use
 * the seed's streams from number `first_tensor` on. */
egad_status egad_net_initialise(egad_net *net, egad_device *device, uint64_t seed,
                                unsigned first_tensor, float deviation);

/* Size of the output of a section's last layer. */
size_t egad_net_outputs(const egad_net *net, int section);

/* Index of the starred layer; without one, of the last layer. */
size_t egad_net_starred(const egad_net *net);

/* A named array of a layer: its place in a flat buffer or in `moving`. */
typedef struct {
    const char *name; /* "kernel" */
    size_t at, n;     /* offset and size, in floats */
    int rank;
    size_t shape[4];
} egad_net_array;
enum { NET_ARRAYS = 4 };
/* List a layer's kernel, unless it is tied, its bias, if it has one, and, if it is
 * normalised, gamma and beta; or its moving_mean and moving_variance, and the vector u of
 * spectral normalisation.  Returns their number. */
size_t egad_net_trained(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);
size_t egad_net_moving(const egad_net_layer *layer, egad_net_array arrays[NET_ARRAYS]);

/* Views of a flat buffer: a layer's kernel, (I, O) for a dense layer, else (1, weights);
 * and n floats at an offset. */
egad_tensor egad_net_kernel(const egad_net_layer *layer, egad_tensor flat);
egad_tensor egad_net_view(egad_tensor flat, size_t at, size_t n);

/* Divide the kernels of `flat` by their spectral norms, of one iteration from u, which
 * stays as it is; fold batch normalisation with its moving statistics into kernels and
 * biases: so every layer is a product, a bias and an activation.  *folded is a new
 * (1, size); the caller frees it. */
egad_status egad_net_fold(const egad_net *net, egad_device *device, egad_tensor flat,
                          egad_tensor *folded);

/* Copy a network for latent search: layers of `net`, with parameters `flat` folded and
 * packed for forward and backward passes; without gradients, moments or averages.  Later
 * training of `net` does not change it.  The caller frees *out with egad_net_free. */
egad_status egad_net_freeze(egad_net **out, egad_device *device, const egad_net *net,
                            egad_tensor flat);

/* Views of the kernels that are composed, in a flat buffer. */
egad_conv2d_compose_kernels egad_net_join_kernels(const egad_net *net, egad_tensor flat);

/* Append launches that pack kernels, of `flat` for scoring and of w for training: dense
 * kernels, for training also their transposes (for gradients of inputs), transposed
 * convolutions, and the composed kernel.  They append nothing if the engine reads no
 * panels. */
egad_status egad_net_pack_score(egad_net *net, egad_plan *plan, egad_tensor flat);
egad_status egad_net_pack_train(egad_net *net, egad_plan *plan);

/* ---- net_spectral.c ------------------------------------------------------ */

/* With spectral normalisation: append one power iteration of each marked layer, which
 * moves its u, and what fills `applied`; and after a backward pass, what turns the
 * gradients g of divided kernels into those of w.  Else they append nothing. */
egad_status egad_net_apply(const egad_net *net, egad_plan *plan);
egad_status egad_net_apply_back(const egad_net *net, egad_plan *plan);

/* Entries that pack a dense kernel for training: the kernel itself to `w` of the packed
 * buffer, and the transposes of its parts.  Returns their number, at most
 * NET_DENSE_ENTRIES. */
enum { NET_DENSE_ENTRIES = 3 };
size_t egad_net_dense_entries(const egad_net_layer *layer, size_t w,
                              const size_t transposed[2], egad_gemm_entry *entries);

#endif
