/* A training iteration as plans (train_step.c), for train.c, and for tests that supply
 * the batch. */
#ifndef EGAD_TRAIN_H
#define EGAD_TRAIN_H

#include "detector.h"
#include "graph/graph.h"
#include "net/pass.h"

/* A back end: how the operations of a step run. */
typedef struct egad_train egad_train;
typedef struct {
    /* Allocate train->state, and set train->batch to where the batch goes. */
    egad_status (*reserve)(egad_train *train);
    /* Append step number `step`, forward, losses and gradients, to the plan. */
    egad_status (*step)(egad_train *train, egad_plan *plan, int step);
    /* Append what packs the weights of network k after an update. */
    egad_status (*pack)(egad_train *train, egad_plan *plan, size_t k);
    void (*free)(egad_train *train);
} egad_train_backend;

struct egad_train {
    egad_detector *detector;
    size_t N;
    egad_graph *graph;
    const egad_train_backend *backend;
    void *state;
    egad_tensor *data; /* scaled training rows, (n, X) in each of the pieces, no larger
                        * than the device allows */
    size_t pieces;     /* 0: the caller fills `batch` */
    egad_tensor batch[MODEL_VALUES]; /* (N, columns): the values VALUE_ROWS and NOISE */
    egad_tensor ring;                /* (RING, LOSSES), by iteration */
    egad_tensor rates;               /* (1, RING), by iteration */
    egad_tensor clock;               /* the current iteration, one unsigned int */
    egad_random random;
    int dropout; /* 0: without dropout (tests) */
    struct {
        egad_plan *feed, *gradients, *update;
    } step[MODEL_STEPS];
};

/* Prepare batches of N rows.  `rows`: numbers of the n training rows of `data`, which are
 * copied to the device and scaled there.  data NULL: the caller fills `batch`.  The
 * caller frees *out with egad_train_free; `detector` must outlive it. */
egad_status egad_train_new(egad_train **out, egad_detector *detector, size_t N,
                           int dropout, const egad_dataset *data, const size_t *rows,
                           size_t n);
void egad_train_free(egad_train *train);

/* Set the clock to iteration `step`. */
egad_status egad_train_set_clock(egad_train *train, uint64_t step);

/* Learning rate of iteration `step` of `steps`, before Adam's bias correction. */
double egad_train_rate(const egad_recipe *recipe, uint64_t step, uint64_t steps);

/* ---- train_launch.c: one or a few launches per layer --------------------------- */

extern const egad_train_backend egad_train_launch;
/* For tests: the pass of a node of the graph. */
const egad_pass *egad_train_launch_pass(const egad_train *train, int node);

/* ---- train_fused.c: all gradients of a step in one launch ---------------------- */

extern const egad_train_backend egad_train_fused;
/* 1 if the device, the layers and the graph allow it: a CPU, dense layers without batch
 * normalisation, one value of training rows and one of noise, cross entropies. */
int egad_train_fused_offered(const egad_train *train);

#endif
