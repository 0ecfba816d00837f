/* Private to encode.c and encode_fused.c. */
#ifndef EGAD_ENCODE_INSIDE_H
#define EGAD_ENCODE_INSIDE_H

#include "encode.h"
#include "score.h"

#include "graph/graph.h"
#include "net/pass.h"
#include "ops/density.h"
#include "ops/function.h"
#include "ops/mixture_launch.h"
#include "ops/mlp.h"

/* Launches for n rows. */
typedef struct {
    size_t n;
    egad_plan *plan;
} egad_encode_launches;

struct egad_encode {
    egad_detector *detector;
    egad_graph *graph;
    egad_evidence by; /* which terms compare with the training rows, and by what */
    unsigned wanted;
    size_t batch;
    egad_tensor x;       /* (batch, columns): the rows, scaled there */
    egad_tensor wrapped; /* rows in host memory, valid until the launch */
    egad_tensor terms, evidence;
    egad_tensor
        folded[MODEL_NETWORKS];      /* moving averages, batch normalisation folded in */
    egad_mlp *mlp;                   /* the single launch; NULL: the launches below */
    egad_encode_launches full, rest; /* for `batch` rows, and for a smaller last batch */
    egad_tensor buffer[GRAPH_BUFFERS]; /* (batch, columns) */
    egad_pass pass[GRAPH_NODES];
    egad_tensor white, mean, whitening, panels; /* of the features */
    egad_neighbours near;                       /* or the nearest training rows */
    const int *mixed; /* egad_score_mixed, and the columns of its values */
    size_t z, logits;
    egad_tensor parts;          /* of the mixture of all training rows */
    size_t samples;             /* of noise; 0: no term averages */
    egad_tensor noise;          /* (samples, Z), the same for all rows */
    egad_tensor sampled[TERMS]; /* (batch, samples): of such terms */
};

/* 1 if the term in this place of the model's table is wanted; -1: there is none. */
static inline int egad_encode_wants(const egad_encode *s, int term)
{
    return term >= 0 && (s->wanted >> term & 1u) != 0;
}

/* 1 if features are compared with the training rows. */
static inline int egad_encode_compares(const egad_encode *s)
{
    return s->wanted == INFER_EVIDENCE || (s->wanted & s->by.terms) != 0;
}
/* encode_terms.c: the first n rows of a place of the graph; of a value, of noise that of
 * sample 0 for each row.  Append the number that a term has of each of n rows, to column
 * `column` of `to`; and all terms but those that average over samples. */
egad_tensor egad_encode_at(const egad_encode *s, const egad_graph_place *place, size_t n);
egad_tensor egad_encode_value(const egad_encode *s, int v, size_t n);
egad_status egad_encode_append_density(const egad_encode *s, egad_plan *plan, int term,
                                       size_t n, egad_tensor to, size_t column);
egad_status egad_encode_append_terms(egad_encode *s, egad_plan *plan, size_t n);

/* 1 if a node of the graph is computed from noise: it is run for each sample. */
static inline int egad_encode_random(const egad_encode *s, int node)
{
    return egad_graph_random(s->detector->model, s->graph->node[node].value[0]);
}
/* DENSITY_* of a term's kind; -1: it has none. */
int egad_encode_density(const egad_term *term);
/* The values of such a term that are x, m and l of cl/density.h; -1: none. */
void egad_encode_values_of(const egad_term *term, int of[3]);
/* encode_samples.c: draw the noise, (samples, Z), which the caller frees. */
egad_status egad_encode_draw(const egad_detector *detector, size_t samples, float **out);

/* encode_fused.c: prepare the single launch; s->mlp stays NULL if the networks or the
 * terms do not fit. */
egad_status egad_encode_fuse(egad_encode *s);

#endif
