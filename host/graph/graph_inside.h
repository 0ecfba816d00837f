/* Shared by graph.c, graph_places.c and graph_steps.c only. */
#ifndef EGAD_GRAPH_INSIDE_H
#define EGAD_GRAPH_INSIDE_H

#include "graph.h"

/* The number of values that a loss has. */
int egad_graph_arguments(const egad_loss *loss);

/* The number of values that v is computed from. */
int egad_graph_sources(const egad_model *model, int v);

/* ---- graph_places.c: buffers --------------------------------------------- */

/* Give every input, output and value of g's nodes a place. */
egad_status egad_graph_give_places(egad_graph *g, egad_net *const *network);

/* ---- graph_steps.c: operations ------------------------------------------- */

/* `wanted`: values to compute besides those that losses need; may be NULL. */
egad_status egad_graph_order(egad_graph *g, egad_graph_step *step,
                             egad_net *const *network, const int *wanted);

#endif
