/* Shared by the checks of mlp: a chain of steps, its launch, and the expected result.
 *
 * A launch outputs only terms.  So an input row holds the input of a layer and its
 * expected output, and the terms measure the distance to that output. */
#ifndef EGAD_CHAIN_H
#define EGAD_CHAIN_H

#include "lab.h"
#include "ops/mlp.h"

#define CHAIN_SLOPE 0.1f
static const egad_slot chain_nowhere = { 0 };
enum { CHAIN_SUM = 0, CHAIN_BESIDE = 64 }; /* a term; guard rows behind the terms */

extern egad_mlp *chain;         /* set by chain_start */
extern egad_plan *chain_plan;   /* set by chain_launch, to launch again */
extern egad_tensor chain_state; /* of the next launch; no memory if unused */
extern egad_tensor chain_terms; /* its terms, and CHAIN_BESIDE guard rows */

/* Set-up and tear-down of every test: lab's, and freeing the chain. */
void chain_begin(void);
void chain_end(void);
/* Start a new chain and free the last.  `kind`, the loop index of the test: a CPU with
 * either vector size of the kernel, with 6 rows in registers and blocks of 12, or 13 and
 * 26; or a GPU with one unit, whose groups take up to 8 rows, or with so many that each
 * takes one. */
enum { CHAIN_CPU = 2, CHAIN_KINDS = CHAIN_CPU + LAB_KINDS - 1 };
void chain_start(int kind);

/* ---- A launch -------------------------------------------------------------- */

egad_slot chain_reserve(size_t columns);
/* The input rows, unscaled. */
egad_slot chain_take(size_t columns);
/* Launch for N rows; returns the terms; checks that nothing is written beyond them. */
const float *chain_launch(const float *x, size_t N, size_t columns);
/* One term of N rows; and a check that no step wrote it. */
float *chain_column(const float *got, size_t N, int which);
void chain_untouched(const float *got, size_t N, int which);

/* ---- Expected results ------------------------------------------------------ */

/* Append steps that compare C columns of y with those of `want`. */
void chain_compare(egad_slot y, egad_slot want, size_t C);
/* Check their results: the root of the summed squared errors, which bounds the error of
 * every element, and the sums themselves. */
void chain_check(const char *what, tolerance limit, const float *got, const double *want,
                 size_t N, size_t C);
/* (N, a + b): (N, a) beside (N, b), which is rounded to float. */
float *chain_beside(const float *left, size_t a, const double *right, size_t b, size_t N);

/* (I, O), with zeros below the diagonal if triangular. */
float *chain_weights(size_t I, size_t O, unsigned key, int triangular);
/* y = act(x w + bias), in double. */
double *chain_dense(const double *x, const float *w, const float *bias, size_t N,
                    size_t I, size_t O, int act);

#endif
