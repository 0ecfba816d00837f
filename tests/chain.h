/* What the checks of mlp share: a chain of steps, its launch, and what it should give.
 *
 * Only terms leave the launch.  So a row of the input holds, beside what a layer takes,
 * what the layer should make of it, and the terms are how far the two are apart. */
#ifndef EGAD_CHAIN_H
#define EGAD_CHAIN_H

#include "lab.h"
#include "ops/mlp.h"

#define CHAIN_SLOPE 0.1f
static const egad_slot chain_nowhere = { 0 };
enum { CHAIN_SUM = 0, CHAIN_BESIDE = 64 }; /* a term; rows of terms after the last */

extern egad_mlp *chain;         /* set by chain_start */
extern egad_plan *chain_plan;   /* set by chain_launch, for those who launch again */
extern egad_tensor chain_state; /* of the next launch, or no memory */
extern egad_tensor chain_terms; /* its terms, and CHAIN_BESIDE rows more */

/* Set-up and tear-down of every test: lab's, and the end of the chain. */
void chain_begin(void);
void chain_end(void);
/* A new chain; the last one ends.  `kind` is of the test, which runs as on a CPU with
 * both vectors of the kernel, 6 rows in registers and blocks of 12, or 13 and 26; and as
 * on a GPU of one unit, whose groups take up to 8 rows, or of so many that each takes
 * one. */
enum { CHAIN_CPU = 2, CHAIN_KINDS = CHAIN_CPU + LAB_KINDS - 1 };
void chain_start(int kind);

/* ---- A launch -------------------------------------------------------------- */

egad_slot chain_reserve(size_t columns);
/* The rows of the input as they are. */
egad_slot chain_take(size_t columns);
/* Launch for N rows; the terms, which nothing but rows of them was written to. */
const float *chain_launch(const float *x, size_t N, size_t columns);
/* One term of N rows. */
float *chain_column(const float *got, size_t N, int which);
void chain_untouched(const float *got, size_t N, int which);

/* ---- What it should give --------------------------------------------------- */

/* Steps that hold C columns of y against those of `want`. */
void chain_compare(egad_slot y, egad_slot want, size_t C);
/* What they found: the root of the sum of squared errors, so that no element is further
 * off, and the sums themselves. */
void chain_check(const char *what, tolerance limit, const float *got, const double *want,
                 size_t N, size_t C);
/* (N, a + b) of (N, a) and (N, b), which is rounded. */
float *chain_beside(const float *left, size_t a, const double *right, size_t b, size_t N);

/* (I, O), with zeros below the diagonal if triangular. */
float *chain_weights(size_t I, size_t O, unsigned key, int triangular);
/* y = act(x w + bias), in double. */
double *chain_dense(const double *x, const float *w, const float *bias, size_t N,
                    size_t I, size_t O, int act);

#endif
