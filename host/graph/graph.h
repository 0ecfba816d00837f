/* A model's tables of values and steps (models/model.h) as lists of operations.  Training
 * and scoring each have two back ends that run these: one or a few launches each
 * (train_launch.c, encode.c), and as steps of one launch (train_fused.c,
 * encode_fused.c).  The way back is derived here.
 *
 * Applications of one network that do not depend on each other are stacked: they run as
 * one batch, the rows of the first above those of the second.  D(x, E(x)) and D(G(z), z)
 * are one batch of 2N rows.  A function without weights is a node of its own. */
#ifndef EGAD_GRAPH_H
#define EGAD_GRAPH_H

#include "models/model.h"
#include "net/net.h"

#include <stdio.h>

enum {
    GRAPH_STACK = 4,    /* most applications in a batch */
    GRAPH_NODES = 24,   /* most sections applied */
    GRAPH_BUFFERS = 32, /* most buffers of inputs */
    GRAPH_OPS = 160     /* most operations of a step */
};

/* Rows of a buffer: blocks at .. at + n of N rows each. */
typedef struct {
    int buffer; /* index into `buffer`; -1: no place */
    int at, n;
    size_t column, columns;
} egad_graph_place;

typedef struct {
    int n;          /* blocks of N rows */
    size_t columns; /* of each row */
} egad_graph_buffer;

/* A section of a network, applied to a batch; or a function without weights, network -1,
 * which reads the places of its arguments and has no input of its own. */
typedef struct {
    int network, section;
    int n;                     /* applications in the batch, */
    int value[GRAPH_STACK];    /* and the values that they lead to */
    int last;                  /* 1: its output is the network's, these values */
    int source[2];             /* of each part of its input: a node, or -1: */
    int input[2][GRAPH_STACK]; /* values, by block; -1: none */
    egad_graph_place in, out;  /* out: no place if nothing reads it */
} egad_graph_node;

typedef struct {
    enum {
        GRAPH_COPY,    /* place `from` to place `to`, in the input of `node` */
        GRAPH_FORWARD, /* `node`; with `weights` 1, it moves its moving statistics */
        GRAPH_APPLY,   /* the function of `node` */
        GRAPH_MOVE,    /* the moving statistics that computing `value` moves */
        GRAPH_LOSS,  /* one or two losses of the step, of adjacent blocks, and gradient[k]
                      * 1: the gradient of of[k], with add[k] 1 added to what is there */
        GRAPH_CLEAR, /* gradient of the output of `node` = 0 */
        GRAPH_BACKWARD, /* gradients within `node`, from the one of its output, for blocks
                         * first .. first + n; with `weights` 1, of its weights too */
        GRAPH_UNDO,     /* from the gradient of the function's value to those of its
                         * arguments, likewise */
        GRAPH_CROSS     /* the gradient of a part of node's input, for blocks first ..
                         * first + n, to that of the output of node `to_node` from block
                         * to_first on */
    } kind;
    int node, first, n, part;
    int to_node, to_first;
    size_t column; /* of the output of to_node, where the part starts */
    int weights, value;
    int add[MODEL_ARGUMENTS]; /* CROSS, and weights of BACKWARD: add[0] */
    int gradient[MODEL_ARGUMENTS];
    int loss[2]; /* numbers in the step; second -1: only one */
    egad_graph_place from, to;
} egad_graph_op;

/* A step: which losses, and its operations. */
typedef struct {
    const egad_step *table;
    int losses, slot; /* their number, and the ring column of the first */
    int n;
    egad_graph_op op[GRAPH_OPS];
} egad_graph_step;

typedef struct {
    const egad_model *model;
    size_t X; /* columns of rows */
    int values, nodes, buffers, steps, losses;
    egad_graph_node node[GRAPH_NODES];
    egad_graph_buffer buffer[GRAPH_BUFFERS];
    egad_graph_place home[MODEL_VALUES]; /* of each value; no place: not used */
    int producer[MODEL_VALUES], block[MODEL_VALUES]; /* node and its block; -1: none.  Of
                                                      * VALUE_FEATURES: the node that has
                                                      * the starred layer */
    int apart; /* 1: for scoring: no batches, and training rows lie in no node's input */
    unsigned stream[MODEL_NETWORKS]; /* added to the number of dropout's stream */
    egad_graph_step step[MODEL_STEPS];
} egad_graph;

/* Derive the graph of a model for rows of X columns.  network: as built from the model's
 * tables.  EGAD_ARGUMENT if the tables contradict each other or exceed a limit, with the
 * table and the entry in the message.  The caller frees *out with free(). */
egad_status egad_graph_new(egad_graph **out, const egad_model *model,
                           egad_net *const *network, size_t X);

/* The graph of some values, wanted[v] 1, for scoring: each application by itself, and all
 * operations of step[0] lead forward.  EGAD_ARGUMENT likewise. */
egad_status egad_graph_score(egad_graph **out, const egad_model *model,
                             egad_net *const *network, size_t X,
                             const int wanted[MODEL_VALUES]);

/* Where value v is: its home, or for a part some columns of another value's.  No place:
 * not in the graph, or VALUE_FEATURES. */
egad_graph_place egad_graph_where(const egad_graph *g, int v);
/* Columns of value v. */
size_t egad_graph_width(const egad_model *model, egad_net *const *network, size_t X,
                        int v);
/* 1 if value v is computed from value `from`, or is it. */
int egad_graph_depends(const egad_model *model, int v, int from);
/* The columns of a VALUE_PART, from *first on, where rows have X; returns their number.
 */
size_t egad_graph_part(const egad_value *value, size_t X, size_t *first);
/* 1 if value v is computed from noise; and if a network is applied to noise on the way,
 * or the noise has other columns than Z. */
int egad_graph_random(const egad_model *model, int v);
int egad_graph_noisy(const egad_model *model, int v);
/* The number of values that a term has. */
int egad_graph_term_arguments(const egad_term *term);
/* 1 if network k is applied to rows and noise only, not to what networks compute: then no
 * step needs the gradient of its input. */
int egad_graph_first(const egad_model *model, int k);

/* The losses of a model in order of its steps, and their number. */
int egad_graph_losses(const egad_model *model, const egad_loss *list[MODEL_LOSSES]);
/* The distinct names `shown` of these, in order, and their number. */
int egad_graph_curves(const egad_model *model, const char *list[MODEL_CURVES]);

/* ---- graph_text.c -------------------------------------------------------- */

/* The values and steps of a model in words; and as a graph in graphviz's language, DOT.
 */
void egad_graph_print(FILE *out, const egad_model *model);
/* The terms, of which `which` has bit 1u << its place. */
void egad_graph_print_terms(FILE *out, const egad_model *model, unsigned which);
void egad_graph_draw(FILE *out, const egad_model *model);

#endif
