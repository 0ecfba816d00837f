/* Arrays of numbers (element.c, elements.c), as IDX files (idx.c), NPY files (npy.c) and
 * files of several arrays with names (named.c: npz.c, mat.c) hold them. */
#ifndef EGAD_ELEMENTS_H
#define EGAD_ELEMENTS_H

#include "io/io.h"

typedef enum {
    EGAD_ELEMENT_U8,
    EGAD_ELEMENT_I8,
    EGAD_ELEMENT_U16,
    EGAD_ELEMENT_I16,
    EGAD_ELEMENT_U32,
    EGAD_ELEMENT_I32,
    EGAD_ELEMENT_U64,
    EGAD_ELEMENT_I64,
    EGAD_ELEMENT_F16, /* from here on floating-point numbers */
    EGAD_ELEMENT_F32,
    EGAD_ELEMENT_F64
} egad_element;

enum { EGAD_ELEMENT_RANK = 4 };

size_t egad_element_size(egad_element kind);
int egad_element_floats(egad_element kind);
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
/* Make a data set of rows and their labels (or NULL): apply the options.  `who` starts
 * messages, `path` and `labels_path` name the arrays in them.  The caller frees *out. */
egad_status egad_elements_build(egad_dataset **out, const char *who, egad_elements *rows,
                                const char *path, egad_elements *labels,
                                const char *labels_path, const egad_image_options *how);
/* Import a file with one array, and labels from another: read them, make the data set.
 * The caller frees *out. */
egad_status egad_elements_import(egad_dataset **out, const char *who, const char *path,
                                 egad_elements_reader *read,
                                 const egad_image_options *options);

/* ---- idx.c, npy.c --------------------------------------------------------- */

egad_status egad_idx_read(const char *path, egad_elements *out);
/* The array of an NPY file that `input` reads; `path` names it in messages.  The caller
 * frees out->bytes. */
egad_status egad_npy_read(const char *path, egad_input *input, egad_elements *out);

/* ---- named.c: files of several arrays with names --------------------------- */

typedef struct {
    const char *who, *path; /* for messages */
    size_t n;
    char **name; /* (n): the names of the arrays */
    /* Read array i; `path` names it in messages. */
    egad_status (*read)(void *of, size_t i, const char *path, egad_elements *out);
    void *of;
} egad_named;

/* Import rows and labels by their names, X and y unless the options say otherwise.  The
 * caller frees *out. */
egad_status egad_named_import(egad_dataset **out, const egad_named *file,
                              const egad_image_options *options);

/* ---- zip.c: through libzip -------------------------------------------------- */

typedef struct egad_zip egad_zip;

/* Open an archive for reading; egad_zip_close frees *out. */
egad_status egad_zip_open(egad_zip **out, const char *who, const char *path);
size_t egad_zip_members(const egad_zip *zip);
/* The name of member i; NULL if it has none. */
const char *egad_zip_name(const egad_zip *zip, size_t i);
/* Begin to read member i, by egad_zip_more with `zip` as its argument.  One member is
 * read at a time. */
egad_status egad_zip_begin(egad_zip *zip, size_t i);
egad_input_more egad_zip_more;
void egad_zip_close(egad_zip *zip);

#endif
