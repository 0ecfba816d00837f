/* What the files of this folder share; none calls one above it:
 *
 *     h5.c, h5_attribute.c   files; attributes and arrays of text
 *     h5_array.c             arrays of numbers
 *     h5_find.c, h5_text.c   what is taken of a file; how text is read
 *     h5_checksum.c          bytes of a file, and its checksum
 *     h5_ids.c               identifiers of HDF5
 *
 * The only file that includes hdf5.h; no other file includes this one. */
#ifndef EGAD_H5_INSIDE_H
#define EGAD_H5_INSIDE_H

#include "h5.h"

#include <hdf5.h>

/* What to do about a file that is damaged: the end of what is said of one. */
#define EGAD_H5_ANEW ": copy the file, or make it, anew"

struct egad_h5 {
    hid_t id;
    char *path;
    egad_file *made; /* NULL: for reading */
    int fd;          /* of the file that is read, or negative */
    uint64_t size;   /* its bytes */
};

/* The bytes from `at` on as the file has them, n or, at its end, fewer: h5_checksum.c. */
egad_status egad_h5_read_at(const egad_h5 *file, uint64_t at, void *bytes, size_t n,
                            size_t *got);

/* The bytes behind what HDF5 reads, of a file of these n bytes: h5_checksum.c. */
enum { EGAD_H5_CHECKSUM = 16 };
void egad_h5_checksum(char seal[EGAD_H5_CHECKSUM + 1], const void *bytes, size_t n);
/* A file that ends so has the bytes that it was written with. */
egad_status egad_h5_check_checksum(const egad_h5 *file);
/* A part of them alone is what a copy broken off has left. */
egad_status egad_h5_check_cut(const egad_h5 *file);

/* Close any identifier but that of a file; negative: there is none. */
void egad_h5_close_id(hid_t id);

/* 1 for a type that converts to a number; an enumeration is what h5py makes of bool. */
int egad_h5_is_number(hid_t type);

/* What a new object is told: its parents are made too. */
hid_t egad_h5_link_properties(void);

/* Of a new array: it does not note when it was made, so that what is the same is so to
 * the bit. */
hid_t egad_h5_array_properties(void);

/* An object is there, in this file. */
egad_status egad_h5_find(egad_h5 *file, const char *name);

/* The `n` texts of an attribute or array `id`, of type `stored`, of a file that was
 * opened for reading.  `name` is for errors.  Each of out[i] is freed with free(), also
 * after a failure. */
egad_status egad_h5_take_texts(egad_h5 *file, const char *name, int attribute, hid_t id,
                               hid_t stored, size_t n, char **out);

/* Open an array and its space; refuse one whose values are not in this file, or behind
 * filters other than shuffle, then deflate, and fletcher32. */
egad_status egad_h5_open_array(egad_h5 *file, const char *name, hid_t *array,
                               hid_t *space);

/* Refuse an array of one element or more a chunk of which has fewer bytes than
 * HDF5 1.10.8 reads of it, or behind filters, from which HDF5 takes what they give, has
 * or makes more or fewer than it should. */
egad_status egad_h5_check_chunks(egad_h5 *file, const char *name, hid_t array,
                                 hid_t space);

#endif
