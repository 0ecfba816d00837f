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

struct egad_latent_search {
    egad_detector *detector;
    egad_search_course course;
    size_t batch, Z, features;
    size_t done; /* rows so far, over all runs */
    egad_net *g, *d;
    float *rate; /* (steps) learning rates, bias correction included */
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

/* Make the single launch (mlp, fused); leaves both NULL if it does not fit the device. */
egad_status egad_latent_search_fuse(egad_latent_search *search);

#endif
