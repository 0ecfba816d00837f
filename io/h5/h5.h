/* HDF5 files (h5.c): named arrays (h5_array.c), attributes (h5_attribute.c) and text
 * (h5_text.c), as far as they are taken (h5_find.c).  h5_inside.h, between these, is the
 * only file that includes hdf5.h; everything else that touches a data or model file goes
 * through here.
 *
 * Names are absolute paths inside the file ("/model/encoder/dense1/kernel").  Every
 * failure names the file and the object.  HDF5's own error printing is off. */
#ifndef EGAD_H5_H
#define EGAD_H5_H

#include "base/status.h"

typedef struct egad_h5 egad_h5;

typedef enum {
    EGAD_H5_F32,
    EGAD_H5_F64,
    EGAD_H5_U8,
    EGAD_H5_I32,
    EGAD_H5_U64
} egad_h5_type;

enum { EGAD_H5_RANK = 8 };

/* Open for reading. */
egad_status egad_h5_open(egad_h5 **out, const char *path);

/* Start a new file.  It is built in memory; egad_h5_commit writes it by an egad_file.  A
 * place that cannot be written fails at once.  Closing without a commit leaves nothing.
 */
egad_status egad_h5_create(egad_h5 **out, const char *path);
egad_status egad_h5_commit(egad_h5 *file);
void egad_h5_close(egad_h5 *file);

/* Bytes of a file that was opened. */
uint64_t egad_h5_size(const egad_h5 *file);

/* 1 if an object (or, with `attribute` not NULL, its attribute) is there. */
int egad_h5_has(egad_h5 *file, const char *name, const char *attribute);

/* The shape of an array: rank 0..EGAD_H5_RANK; a scalar has rank 0. */
egad_status egad_h5_shape(egad_h5 *file, const char *name, size_t shape[EGAD_H5_RANK],
                          int *rank);

/* 1 if the array is of unsigned bytes, as images often are. */
int egad_h5_is_u8(egad_h5 *file, const char *name);

/* Read all of an array, converted to `type`; it must hold exactly n elements. */
egad_status egad_h5_read(egad_h5 *file, const char *name, egad_h5_type type, size_t n,
                         void *out);

/* Write an array; parent groups are made.  Arrays from 64 KiB on are chunked along the
 * first axis, shuffled and deflated at level 1. */
egad_status egad_h5_write(egad_h5 *file, const char *name, egad_h5_type type, int rank,
                          const size_t *shape, const void *data);

/* Attributes of the object `name` ("/" for the file; a group that is not there is
 * made).  Text is read from files that were opened; it is freed with free(). */
egad_status egad_h5_write_text(egad_h5 *file, const char *name, const char *attribute,
                               const char *text);
egad_status egad_h5_read_text(egad_h5 *file, const char *name, const char *attribute,
                              char **text);
egad_status egad_h5_write_number(egad_h5 *file, const char *name, const char *attribute,
                                 double value);
egad_status egad_h5_read_number(egad_h5 *file, const char *name, const char *attribute,
                                double *value);
/* n of them at once. */
egad_status egad_h5_read_numbers(egad_h5 *file, const char *name, const char *attribute,
                                 double *values, size_t n);
/* The same for a whole number up to 2^64 - 1, stored as uint64; and for n of them. */
egad_status egad_h5_write_counts(egad_h5 *file, const char *name, const char *attribute,
                                 const uint64_t *values, size_t n);
egad_status egad_h5_read_counts(egad_h5 *file, const char *name, const char *attribute,
                                uint64_t *values, size_t n);
egad_status egad_h5_write_count(egad_h5 *file, const char *name, const char *attribute,
                                uint64_t value);
egad_status egad_h5_read_count(egad_h5 *file, const char *name, const char *attribute,
                               uint64_t *value);

/* Refuse a file whose attributes format and format_version are not these, or older:
 * "'PATH' is not a WHAT: ...; 'WRITER' writes them". */
egad_status egad_h5_expect(egad_h5 *file, const char *path, const char *format,
                           const char *what, const char *writer, uint64_t version);

/* A one-dimensional array of variable-length UTF-8 strings.  Reading: `*texts` and
 * each of its `*n` strings are freed with free(). */
egad_status egad_h5_write_texts(egad_h5 *file, const char *name, char *const *texts,
                                size_t n);
egad_status egad_h5_read_texts(egad_h5 *file, const char *name, char ***texts, size_t *n);

/* The attributes of an object as lines "  name: value" in alphabetical order, each behind
 * `indent`; `*text` is freed with free(). */
egad_status egad_h5_print_attributes(egad_h5 *file, const char *name, const char *indent,
                                     char **text);

/* Call `visit` with the path of every object below "/", in alphabetical order, and 1 if
 * it is an array, 0 for a group.  Stops at the first failure. */
egad_status egad_h5_visit(egad_h5 *file,
                          egad_status (*visit)(void *context, const char *name,
                                               int array),
                          void *context);

#endif
