/* What h5.c and h5_attribute.c share.  The only file that includes hdf5.h; no other file
 * includes this one. */
#ifndef EGAD_H5_INSIDE_H
#define EGAD_H5_INSIDE_H

#include "h5.h"

#include <hdf5.h>

struct egad_h5 {
    hid_t id;
    char *path;
    char *temporary; /* NULL: for reading, or committed */
    int fd;          /* of temporary, or negative */
};

/* Close any identifier but that of a file; negative: there is none. */
void egad_h5_close_id(hid_t id);

/* 1 for a type that converts to a number; an enumeration is what h5py makes of bool. */
int egad_h5_is_number(hid_t type);

/* What a new object is told: its parents are made too. */
hid_t egad_h5_link_properties(void);

/* Open an array and its space. */
egad_status egad_h5_open_array(egad_h5 *file, const char *name, hid_t *array,
                               hid_t *space);

#endif
