/* Arrays of numbers (element.c, elements.c), as IDX files (idx.c) and NPY files (npy.c)
 * store them. */
#ifndef EGAD_ELEMENTS_H
#define EGAD_ELEMENTS_H

#include "io.h"

typedef enum {
    EGAD_ELEMENT_U8,
    EGAD_ELEMENT_I8,
    EGAD_ELEMENT_U16,
    EGAD_ELEMENT_I16,
    EGAD_ELEMENT_U32,
    EGAD_ELEMENT_I32,
    EGAD_ELEMENT_U64,
    EGAD_ELEMENT_I64,
    EGAD_ELEMENT_F32,
    EGAD_ELEMENT_F64
} egad_element;

enum { EGAD_ELEMENT_RANK = 4 };

size_t egad_element_size(egad_element kind);
double egad_element_value(egad_element kind, int big_endian, const unsigned char *at);

typedef struct {
    egad_element kind;
    int big_endian, fortran; /* fortran 1: the first index varies fastest */
    int rank;
    size_t shape[EGAD_ELEMENT_RANK], n;
    unsigned char *bytes; /* n elements; the owner frees them with free() */
    char sha256[65];      /* of the whole file, decompressed */
} egad_elements;

typedef egad_status egad_elements_reader(const char *path, egad_elements *out);

/* Read the elements after a header, whose kind, rank and shape are set; the file must end
 * there.  `who` starts messages.  The caller frees e->bytes. */
egad_status egad_elements_take(egad_elements *e, const char *who, const char *path,
                               egad_input *text);
/* Set the classes of a data set from whole numbers, one per row. */
egad_status egad_elements_label(egad_dataset *data, const egad_elements *e,
                                const char *who, const char *path);
/* Import a file: read it, make the data set, apply the options.  The caller frees
 * *out. */
egad_status egad_elements_import(egad_dataset **out, const char *who, const char *path,
                                 egad_elements_reader *read,
                                 const egad_image_options *options);

egad_status egad_idx_read(const char *path, egad_elements *out);

#endif
