/* Shared by the checks of tests/reference: a file of values of an independent program, a
 * detector of its model, comparisons within the tolerances stated in the file, and the
 * forward pass, compared before and after training. */
#ifndef EGAD_FIXTURE_H
#define EGAD_FIXTURE_H

#include "detector/score.h"
#include "detector/train.h"
#include "lab.h"
#include "net/pass.h"

/* The open file, and a detector with its initial weights. */
extern struct fixture {
    egad_h5 *file;
    egad_detector *detector;
    size_t X, Z;  /* columns of rows and of latent rows */
    double slack; /* of losses after the first iteration: a relative error that is let
                   * through, where tolerances were measured by too few runs */
    /* The name of a layer in the file, and 1 if the file has its kernel transposed; NULL:
     * the layer's, and 0. */
    const char *(*name)(const egad_net *net, const egad_net_layer *layer,
                        int *transposed);
} fixture;

/* Check every file of the folder EGAD_REFERENCE, by default tests/reference, and print
 * how many values were compared.  what: the noun for them. */
void fixture_each_file(const char *what, void (*check)(void));

/* The same for the folder of another environment variable, by default `folder`; model_of
 * finds the model by the file's name for it. */
void fixture_each_model(const char *variable, const char *folder,
                        const egad_model *(*model_of)(const char *name), const char *what,
                        void (*check)(void));

/* Call `f` for every file of the folder that this environment variable names, by default
 * `folder`. */
void fixture_each_path(const char *variable, const char *folder,
                       void (*f)(const char *path, void *context), void *context);
/* The same twice: dense layers in one launch where that is offered, and launch by
 * launch. */
void fixture_each_engine(const char *variable, const char *folder,
                         void (*f)(const char *path, void *context), void *context);

#define PATH(out, ...)                                                                   \
    char out[256];                                                                       \
    ck_assert(snprintf(out, sizeof out, __VA_ARGS__) < (int)sizeof out)

/* ---- Reading --------------------------------------------------------------- */

double fixture_number(const char *name, const char *attribute);
/* A whole array, freed by the caller. */
double *fixture_doubles(const char *name);
/* Inputs `name` below /inputs as a tensor of `columns` columns; only one step of the
 * stack if step is not negative. */
egad_tensor fixture_inputs(const char *name, size_t columns, int step);

/* ---- Comparing ------------------------------------------------------------- */

/* The name of a layer in the file. */
const char *fixture_name(const egad_net *net, const egad_net_layer *layer,
                         int *transposed);

/* A tensor (n, c) on the device, as doubles; freed by the caller. */
double *fixture_fetch(egad_tensor t);
/* Every value within the array's own tolerance, except up to `exceptions` values, which
 * are off by at most `bound`. */
void fixture_compare(const char *path, const double *have, size_t n, size_t exceptions,
                     double bound);
/* One element of an array, within the tolerance of its iteration if it has one. */
void fixture_compare_at(const char *path, size_t at, double have);
void fixture_compare_tensor(const char *path, egad_tensor t);
/* A summary: sum, l2, samples, and the mean change from `initial` if given.  After
 * training, some samples may be off by whole steps of Adam (reference README). */
void fixture_compare_summary(const char *path, egad_tensor t, const double *initial,
                             size_t exceptions, double bound);

/* ---- Weights --------------------------------------------------------------- */

/* One array of the model: its path below /initial, and its place in the flat buffers of
 * its network or in the moving statistics. */
typedef struct {
    const char *path;
    egad_net *net;
    size_t at, n;
    int moving;
    size_t rows; /* of egad's matrix, if the file has its transpose; else 0 */
} fixture_array;
/* Call `f` for every array of the model. */
void fixture_each_array(void (*f)(const fixture_array *array, void *context),
                        void *context);
/* Initial values of an array by the formula, in the file's order; freed by the caller. */
double *fixture_initial(const fixture_array *array);
/* Reset weights and averages to their initial values, moments to 0. */
void fixture_reset(void);
/* The file's key, and 24 bits of its formula: element i of stream `id`. */
uint64_t fixture_key(void);
uint64_t fixture_bits(uint64_t key, uint64_t id, uint64_t i);

/* Compare all arrays below `group`, of one network or with NULL of all: gradients, or
 * what training made of weights and moving statistics, or of the averages of weights. */
typedef enum { FIXTURE_GRADIENTS, FIXTURE_WEIGHTS, FIXTURE_AVERAGES } fixture_flat;
void fixture_compare_arrays(const char *group, const egad_net *net, fixture_flat flat,
                            double bound);

/* Give a batch of rows and noise to the next step. */
void fixture_feed(const egad_train *train, egad_tensor x, egad_tensor z);

/* ---- The forward pass (fixture_pass.c) ------------------------------------- */

/* Batch normalisation and weights of a pass: moving statistics with the weights w or with
 * their averages, or moments of the batch. */
typedef enum { BY_W, BY_EMA, BY_MOMENTS } fixture_way;
/* Run a pass through one section. */
void fixture_through(egad_pass *pass, egad_net *net, int section, egad_tensor x,
                     egad_tensor out, fixture_way way);
/* Compare the outputs of its layers, after the activation if a separate one follows, and
 * the inputs of batch normalisation, with those below `group`. */
void fixture_compare_layers(const char *group, const egad_pass *pass);
/* D on (x, z), or on x for a plain GAN; `passes` are dx, dz, dxz. */
const egad_pass *fixture_discriminate(egad_pass passes[3], egad_tensor *hidden,
                                      egad_tensor x, egad_tensor z, fixture_way way);
/* Compare all forward results in `group` on x and z; which there are depends on the model
 * and on whether the group stores whole arrays. */
void fixture_compare_inference(const char *group, egad_tensor x, egad_tensor z,
                               fixture_way way_g, fixture_way way_d);

#endif
