/* Directions in which rows vary, and how far a covariance is to be shrunk towards a
 * multiple of the identity: s times the mean variance is added to each variance. */
#ifndef EGAD_SPECTRUM_H
#define EGAD_SPECTRUM_H

#include "base/status.h"

/* The P largest eigenvalues of a symmetric (n, n) matrix, of which the upper half is read
 * and destroyed, largest first; and their eigenvectors, the rows of v (P, n), the sign of
 * each such that its largest element is positive. */
egad_status egad_spectrum_eigen(double *values, double *v, double *covariance, size_t n,
                                size_t P);

/* Replace a symmetric, positive definite matrix c (n, n), of which the upper half is
 * read, by L^-T, upper triangular, where L L^T = c: products of rows with it have the
 * covariance 1 if c is that of the rows.  EGAD_DATA if c is not positive definite. */
egad_status egad_spectrum_root(double *c, size_t n);

/* The mean log-likelihood of rows, up to a constant, under a Student t density of 4
 * degrees of freedom whose scale matrix is s times a covariance; s is its
 * maximum-likelihood estimate.  q: (rows), the squared Mahalanobis distances by that
 * covariance (n, n); determinant: the logarithm of that of its inverse root. */
double egad_spectrum_likelihood(const double *q, size_t rows, size_t n,
                                double determinant);

/* The shrinkage 1, .1, .01, ..., not below `least`, under which rows are likeliest.
 * variance: (n), none negative, along directions that do not covary, of other rows.
 * square: (rows, n), squares of the rows' coordinates along them.  q: (rows), scratch. */
double egad_spectrum_shrinkage(const double *square, size_t rows, const double *variance,
                               size_t n, double least, double *q);

#endif
