/* Private to latent_search.c and latent_search_fused.c. */
#ifndef EGAD_SEARCH_INSIDE_H
#define EGAD_SEARCH_INSIDE_H

#include "latent_search.h"

#include "net/pass.h"
#include "ops/mlp.h"

#define SEARCH_BETA1 0.9 /* of Adam */

/* Launches for n rows. */
typedef struct {
    size_t n;
    egad_pass g, d;
    egad_plan *begin, *step, *end;
} egad_search_launches;

/* The values of the model's table that a search knows; the terms are of these. */
typedef struct {
    int x, rebuilt, seen; /* x, G(z), D(G(z)) */
    int of_x, of_rebuilt; /* features of D(x) and of D(G(z)); 0: none */
} egad_search_values;

struct egad_latent_search {
    egad_detector *detector;
    egad_search_course course;
    size_t batch, Z, features;
    size_t done; /* rows so far, over all runs */
    egad_search_values of;
    egad_net *g, *d; /* frozen: the networks of G(z) and D(G(z)) */
    float *rate;     /* (steps) learning rates, bias correction included */
    egad_tensor x, z, terms;
    egad_tensor rows;    /* (1, batch), row numbers */
    egad_tensor restart; /* one unsigned: number of the search for a row */
    egad_plan *start;    /* draws z */
    egad_mlp *mlp;       /* the single launch; NULL: what is below */
    egad_plan *fused;
    egad_search_launches full, rest;
    egad_tensor rebuilt, of_x, dz, m, v; /* of_x: f_D(x) */
    egad_tensor ring, clock;
    float *found_terms, *found_z; /* of one search, if there are several */
};

/* ---- latent_search_course.c ---------------------------------------------- */

/* Find the values that the terms of a model are of.  Returns 0 if a term is of others
 * than a search knows. */
int egad_latent_search_values_of(egad_search_values *out, const egad_model *model);
/* The learning rates of all steps, bias correction included: (steps), freed by the
 * caller. */
egad_status egad_latent_search_rates(float **out, const egad_search_course *course);
/* 1 if the second term of the score is of features, 0 if of D(G(z)) itself. */
int egad_latent_search_by_features(const egad_latent_search *search);

/* ---- latent_search_fused.c ----------------------------------------------- */

/* Make the single launch (mlp, fused); leaves both NULL if it does not fit the device. */
egad_status egad_latent_search_fuse(egad_latent_search *search);

#endif
