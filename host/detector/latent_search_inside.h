/* What latent_search.c and latent_search_fused.c share; no other file includes this one.
 */
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
    size_t done; /* rows, over all runs */
    egad_net *g, *d;
    float *rate; /* (steps), corrected for bias */
    egad_tensor x, z, terms;
    egad_tensor rows;    /* (1, batch), their numbers */
    egad_tensor restart; /* one unsigned: which search it is of a row's */
    egad_plan *start;    /* draws z */
    egad_mlp *mlp;       /* the one launch, or NULL: what is below */
    egad_plan *fused;
    egad_search_launches full, rest;
    egad_tensor rebuilt, of_x, dz, m, v; /* of_x: f_D(x) */
    egad_tensor ring, clock;
    float *found_terms, *found_z; /* of one search, where there are several */
};

/* Make the one launch, mlp and fused; where it does not fit the device, neither. */
egad_status egad_latent_search_fuse(egad_latent_search *search);

#endif
