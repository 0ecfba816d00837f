/* HDF5 files (h5.c): named arrays (h5_array.c), attributes (h5_attribute.c) and text
 * (h5_text.c), restricted to safe objects (h5_find.c).  All data and model files are read
 * and written through this header; the files of this folder alone include hdf5.h, by
 * h5_inside.h.
 *
 * Names are absolute paths inside the file ("/model/encoder/dense1/kernel").  Every error
 * message names the file and the object.  HDF5's own error printing is off. */
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

/* Open for reading; closed with egad_h5_close. */
egad_status egad_h5_open(egad_h5 **out, const char *path);
/* The same of the n bytes of a file, which must live as long; `name`: for messages. */
egad_status egad_h5_open_bytes(egad_h5 **out, const void *bytes, size_t n,
                               const char *name);

/* Start a new file in memory; egad_h5_commit writes it through an egad_file.  A path that
 * cannot be written is an error at once.  Closing without a commit discards the file. */
egad_status egad_h5_create(egad_h5 **out, const char *path);
egad_status egad_h5_commit(egad_h5 *file);
/* The same for a file that stays in memory: its n bytes, as a file would have them, freed
 * with free(). */
egad_status egad_h5_create_bytes(egad_h5 **out, const char *name);
egad_status egad_h5_take_bytes(egad_h5 *file, unsigned char **bytes, size_t *n);
void egad_h5_close(egad_h5 *file);

/* Size in bytes of a file opened for reading. */
uint64_t egad_h5_size(const egad_h5 *file);

/* 1 if an object exists, or its attribute if `attribute` is not NULL. */
int egad_h5_has(egad_h5 *file, const char *name, const char *attribute);

/* Shape of an array, of rank 0..EGAD_H5_RANK; a scalar has rank 0. */
egad_status egad_h5_shape(egad_h5 *file, const char *name, size_t shape[EGAD_H5_RANK],
                          int *rank);

/* 1 if the array's type is unsigned bytes, as for many images. */
int egad_h5_is_u8(egad_h5 *file, const char *name);
/* 1 if float32 holds all values of the array's type: floating point numbers of 32 bits,
 * or integers of 16, or smaller ones. */
int egad_h5_fits_f32(egad_h5 *file, const char *name);

/* Read a whole array, converted to `type`; it must have exactly n elements. */
egad_status egad_h5_read(egad_h5 *file, const char *name, egad_h5_type type, size_t n,
                         void *out);

/* Write an array; missing parent groups are created.  Arrays of 64 KiB or more are
 * chunked along the first axis, shuffled, and deflated at level 1. */
egad_status egad_h5_write(egad_h5 *file, const char *name, egad_h5_type type, int rank,
                          const size_t *shape, const void *data);

/* Read or write an array of a model file: float32.  When reading, it must have this shape
 * and finite values. */
typedef egad_status egad_h5_floats(egad_h5 *file, const char *name, int rank,
                                   const size_t *shape, float *values);
egad_h5_floats egad_h5_read_floats, egad_h5_write_floats;
/* How a message about a malformed model file ends: what to do. */
#define EGAD_H5_RETRAIN ": copy it again or retrain"

/* Attributes of the object `name` ("/": the file; a missing group is created).  Text can
 * only be read from a file opened for reading; the caller frees it with free(). */
egad_status egad_h5_write_text(egad_h5 *file, const char *name, const char *attribute,
                               const char *text);
egad_status egad_h5_read_text(egad_h5 *file, const char *name, const char *attribute,
                              char **text);
egad_status egad_h5_write_number(egad_h5 *file, const char *name, const char *attribute,
                                 double value);
egad_status egad_h5_read_number(egad_h5 *file, const char *name, const char *attribute,
                                double *value);
/* The same for an attribute of n numbers. */
egad_status egad_h5_read_numbers(egad_h5 *file, const char *name, const char *attribute,
                                 double *values, size_t n);
/* The same for whole numbers up to 2^64 - 1, stored as uint64: one, or n of them. */
egad_status egad_h5_write_counts(egad_h5 *file, const char *name, const char *attribute,
                                 const uint64_t *values, size_t n);
egad_status egad_h5_read_counts(egad_h5 *file, const char *name, const char *attribute,
                                uint64_t *values, size_t n);
egad_status egad_h5_write_count(egad_h5 *file, const char *name, const char *attribute,
                                uint64_t value);
egad_status egad_h5_read_count(egad_h5 *file, const char *name, const char *attribute,
                               uint64_t *value);

/* Require the attribute format to be `format`, and format_version to be at most this
 * version.  The message reads "'PATH' is not a WHAT: ...; 'WRITER' writes them". */
egad_status egad_h5_expect(egad_h5 *file, const char *path, const char *format,
                           const char *what, const char *writer, uint64_t version);

/* A one-dimensional array of variable-length UTF-8 strings.  When reading, the caller
 * frees *texts and each of its *n strings with free(). */
egad_status egad_h5_write_texts(egad_h5 *file, const char *name, char *const *texts,
                                size_t n);
egad_status egad_h5_read_texts(egad_h5 *file, const char *name, char ***texts, size_t *n);

/* Print an object's attributes in alphabetical order, as lines "  name: value" after
 * `indent`.  The caller frees *text with free(). */
egad_status egad_h5_print_attributes(egad_h5 *file, const char *name, const char *indent,
                                     char **text);

/* Call `visit` for every object below "/", in alphabetical order, with its path and
 * `array`: 1 for an array, 0 for a group.  Stops at the first failure. */
egad_status egad_h5_visit(egad_h5 *file,
                          egad_status (*visit)(void *context, const char *name,
                                               int array),
                          void *context);

#endif
