/* Private to encode.c and encode_fused.c. */
#ifndef EGAD_INFER_INSIDE_H
#define EGAD_INFER_INSIDE_H

#include "encode.h"
#include "score.h"

#include "net/pass.h"
#include "ops/mlp.h"

/* D on (x, E(x)) or on (G(E(x)), E(x)): the first layers' outputs side by side, and its
 * three sections. */
typedef struct {
    egad_tensor hidden;
    egad_pass x, z, xz;
} egad_infer_d;

/* Launches for n rows. */
typedef struct {
    size_t n;
    egad_plan *plan;
} egad_infer_launches;

struct egad_encode {
    egad_detector *detector;
    unsigned wanted;
    size_t batch;
    egad_tensor x, terms, evidence;
    egad_tensor wrapped;            /* rows in host memory, valid until the launch */
    egad_mlp *mlp;                  /* the single launch; NULL: the launches below */
    egad_infer_launches full, rest; /* for `batch` rows, and for a smaller last batch */
    egad_tensor folded[NETS];       /* moving averages, batch normalisation folded in */
    egad_tensor z, rebuilt, white;
    egad_tensor mean, whitening, panels; /* of the features */
    egad_neighbours near;                /* or the nearest training rows */
    egad_pass e, g;
    egad_infer_d real, fake;
};

/* ---- Terms and their inputs ------------------------------- */

static inline int wants(const egad_encode *s, int term)
{
    return (s->wanted >> term & 1u) != 0;
}

static inline int wants_white(const egad_encode *s)
{
    return (s->wanted & TERMS_SPREAD) != 0;
}

static inline int wants_near(const egad_encode *s)
{
    return (s->wanted & TERMS_NEAREST) != 0;
}

static inline int wants_evidence(const egad_encode *s)
{
    return wants_white(s) || wants_near(s) || s->wanted == INFER_EVIDENCE;
}

static inline int by_nearest(const egad_encode *s)
{
    return (egad_score_kinds(s->detector) & TERMS_NEAREST) != 0;
}

static inline int wants_real(const egad_encode *s)
{
    return wants(s, TERM_SIGMA) || wants(s, TERM_FM) || wants_evidence(s);
}

static inline int wants_fake(const egad_encode *s)
{
    return wants(s, TERM_SIGMA_REBUILT) || wants(s, TERM_FM) ||
           (wants_evidence(s) && !by_nearest(s));
}

/* encode_fused.c: prepare the single launch; s->mlp stays NULL if the networks do not
 * fit. */
egad_status egad_encode_fuse(egad_encode *s);

#endif
