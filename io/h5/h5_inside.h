/* Shared by the files of this folder only.  Each calls only files further down:
 *
 *     h5.c, h5_attribute.c   files; attributes and arrays of text
 *     h5_array.c             arrays of numbers
 *     h5_find.c, h5_text.c   accepted objects; reading text
 *     h5_checksum.c          bytes of a file, and its checksum
 *     h5_ids.c               HDF5's identifiers
 *
 * The only file that includes hdf5.h. */
#ifndef EGAD_H5_INSIDE_H
#define EGAD_H5_INSIDE_H

#include "h5.h"

#include <hdf5.h>

/* How a message about a damaged file ends: what to do. */
#define EGAD_H5_ANEW ": copy it again or recreate it"

struct egad_h5 {
    hid_t id;
    char *path;
    egad_file *made; /* the file to write; NULL: opened for reading, or without one */
    int fd;          /* descriptor of the file that is read, or negative */
    const unsigned char *bytes; /* or its content; NULL: it has a descriptor */
    uint64_t size;              /* its size in bytes */
};

/* Read n bytes of the file from offset `at`; *got is smaller at the end
 * (h5_checksum.c). */
egad_status egad_h5_read_at(const egad_h5 *file, uint64_t at, void *bytes, size_t n,
                            size_t *got);

/* The checksum of n bytes, as the text that follows them in a file (h5_checksum.c). */
enum { EGAD_H5_CHECKSUM = 16 };
void egad_h5_checksum(char sum[EGAD_H5_CHECKSUM + 1], const void *bytes, size_t n);
/* Fail if the file ends in a checksum that does not match. */
egad_status egad_h5_check_checksum(const egad_h5 *file);
/* Fail if the file ends within a checksum, as after an interrupted copy. */
egad_status egad_h5_check_cut(const egad_h5 *file);

/* Close any identifier except a file's; a negative one is ignored. */
void egad_h5_close_id(hid_t id);

/* 1 if the type converts to a number.  Enumerations do, as h5py stores bool as one. */
int egad_h5_is_number(hid_t type);

/* Link properties of a new object: missing parent groups are created. */
hid_t egad_h5_link_properties(void);

/* Properties of a new array: no timestamps, so that the same content gives the same
 * bytes. */
hid_t egad_h5_array_properties(void);

/* Fail if an object does not exist in this file itself. */
egad_status egad_h5_find(egad_h5 *file, const char *name);

/* Read the n texts of an attribute or array `id` of type `stored`, in a file opened for
 * reading.  `name` is for messages.  The caller frees each out[i] with free(), after a
 * failure too. */
egad_status egad_h5_take_texts(egad_h5 *file, const char *name, int attribute, hid_t id,
                               hid_t stored, size_t n, char **out);

/* Open an array and its data space; the caller closes both, after a failure too.  Refuses
 * arrays stored in other files, and filters other than shuffle, then deflate, and
 * fletcher32. */
egad_status egad_h5_open_array(egad_h5 *file, const char *name, hid_t *array,
                               hid_t *space);

/* Refuse a non-empty array that has a damaged chunk: without filters, fewer bytes than
 * HDF5 1.10.8 reads; with filters, a content of the wrong size. */
egad_status egad_h5_check_chunks(egad_h5 *file, const char *name, hid_t array,
                                 hid_t space);

#endif
