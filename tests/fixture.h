/* What the checks of tests/reference share: a file of values of an independent program, a
 * detector of its model, comparisons within the tolerances that the file itself gives,
 * and the forward pass, which is compared before and after training. */
#ifndef EGAD_FIXTURE_H
#define EGAD_FIXTURE_H

#include "../host/pass.h"
#include "../host/score.h"
#include "lab.h"

/* The file that is open, and a detector with its initial weights. */
extern struct fixture {
    egad_h5 *file;
    egad_detector *detector;
    size_t X, Z; /* columns of rows, and of latent ones */
} fixture;

/* Open every file of the folder that EGAD_REFERENCE names, or of tests/reference, check
 * it, and print how many values were compared.  what: the word for them. */
void fixture_each_file(const char *what, void (*check)(void));

#define PATH(out, ...)                                                                   \
    char out[256];                                                                       \
    ck_assert(snprintf(out, sizeof out, __VA_ARGS__) < (int)sizeof out)

/* ---- Reading --------------------------------------------------------------- */

double fixture_number(const char *name, const char *attribute);
/* All of an array, freed by the caller. */
double *fixture_doubles(const char *name);
/* Inputs `name` below /inputs as a tensor of `columns` columns; one step of the stack if
 * step is not negative. */
egad_tensor fixture_inputs(const char *name, size_t columns, int step);

/* ---- Comparing ------------------------------------------------------------- */

/* A tensor (n, c) on the device, as doubles; freed by the caller. */
double *fixture_fetch(egad_tensor t);
/* Every value within the array's own tolerance, but for so many `exceptions`, which are
 * off by no more than `bound`. */
void fixture_compare(const char *path, const double *have, size_t n, size_t exceptions,
                     double bound);
/* One element of an array. */
void fixture_compare_at(const char *path, size_t at, double have);
void fixture_compare_tensor(const char *path, egad_tensor t);
/* A summary: sum, l2, samples, and the mean change from `initial` if that is given.  In
 * training, some samples may be off by whole steps of Adam (reference README). */
void fixture_compare_summary(const char *path, egad_tensor t, const double *initial,
                             size_t exceptions, double bound);

/* ---- Weights --------------------------------------------------------------- */

/* Call `f` for every parameter of the model: its path below /initial, where it is in the
 * flat buffers, which network. */
void fixture_each_parameter(void (*f)(const char *path, egad_net *net, size_t offset,
                                      size_t n, void *context),
                            void *context);
/* Weights and averages as they are at first, moments 0. */
void fixture_reset(void);

/* ---- The forward pass (fixture_pass.c) ------------------------------------- */

/* A pass through one section with the weights w or ema of its network, run at once. */
void fixture_through(egad_pass *pass, int net, int section, egad_tensor x,
                     egad_tensor out, int ema);
/* D on (x, z), or on x for a plain GAN; `passes` are dx, dz, dxz. */
const egad_pass *fixture_discriminate(egad_pass passes[3], egad_tensor *hidden,
                                      egad_tensor x, egad_tensor z, int ema);
/* Everything that `group` holds of the forward passes on x and z; which of it depends on
 * the model and on whether the group keeps whole arrays. */
void fixture_compare_inference(const char *group, egad_tensor x, egad_tensor z, int ema_g,
                               int ema_d);

#endif
