/* Attributes of HDF5 objects, and arrays of text; h5_text.c reads their text. */
#include "h5_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Numbers ------------------------------------------------------------- */

/* Write an attribute of n values of type `stored`. */
static egad_status write_attribute(egad_h5 *file, const char *name, const char *attribute,
                                   hid_t stored, hid_t memory, size_t n,
                                   const void *value)
{
    const hsize_t extent = n;
    egad_status status = EGAD_OK;
    hid_t space = -1, object = -1, id = -1, links = -1;

    if (egad_h5_has(file, name, NULL)) {
        object = H5Oopen(file->id, name, H5P_DEFAULT);
    } else {
        links = egad_h5_link_properties();
        object = H5Gcreate2(file->id, name, links, H5P_DEFAULT, H5P_DEFAULT);
    }
    space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL);
    if (object >= 0)
        id = H5Acreate2(object, attribute, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0 || H5Awrite(id, memory, value) < 0)
        FAIL(FILE, "h5: cannot write attribute %s of %s in '%s'", attribute, name,
             file->path);
done:
    egad_h5_close_id(id);
    egad_h5_close_id(links);
    egad_h5_close_id(object);
    egad_h5_close_id(space);
    return status;
}

/* Open an attribute of n values, and its type; the caller closes both. */
static egad_status open_attribute(egad_h5 *file, const char *name, const char *attribute,
                                  size_t n, hid_t *id, hid_t *type)
{
    egad_status status = EGAD_OK;
    hid_t space = -1;

    TRY(egad_h5_find(file, name));
    if (!egad_h5_has(file, name, attribute))
        FAIL(FORMAT, "h5: %s in '%s' has no attribute %s" EGAD_H5_ANEW, name, file->path,
             attribute);
    *id = H5Aopen_by_name(file->id, name, attribute, H5P_DEFAULT, H5P_DEFAULT);
    *type = *id < 0 ? -1 : H5Aget_type(*id);
    space = *id < 0 ? -1 : H5Aget_space(*id);
    if (*type < 0 || space < 0)
        FAIL(FORMAT, "h5: attribute %s of %s in '%s' is damaged" EGAD_H5_ANEW, attribute,
             name, file->path);
    if (H5Sget_simple_extent_npoints(space) != (hssize_t)n)
        FAIL(FORMAT,
             "h5: attribute %s of %s in '%s' does not hold %zu value%s" EGAD_H5_ANEW,
             attribute, name, file->path, n, n == 1 ? "" : "s");
done:
    egad_h5_close_id(space);
    return status;
}

static egad_status read_attribute(egad_h5 *file, const char *name, const char *attribute,
                                  hid_t memory, size_t n, void *value)
{
    egad_status status = EGAD_OK;
    hid_t id = -1, type = -1;

    TRY(open_attribute(file, name, attribute, n, &id, &type));
    if (!egad_h5_is_number(type) || H5Aread(id, memory, value) < 0)
        FAIL(FORMAT, "h5: attribute %s of %s in '%s' is not a number" EGAD_H5_ANEW,
             attribute, name, file->path);
done:
    egad_h5_close_id(type);
    egad_h5_close_id(id);
    return status;
}

egad_status egad_h5_write_number(egad_h5 *file, const char *name, const char *attribute,
                                 double value)
{
    return write_attribute(file, name, attribute, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1,
                           &value);
}

egad_status egad_h5_read_numbers(egad_h5 *file, const char *name, const char *attribute,
                                 double *values, size_t n)
{
    return read_attribute(file, name, attribute, H5T_NATIVE_DOUBLE, n, values);
}

egad_status egad_h5_read_number(egad_h5 *file, const char *name, const char *attribute,
                                double *value)
{
    return egad_h5_read_numbers(file, name, attribute, value, 1);
}

egad_status egad_h5_write_counts(egad_h5 *file, const char *name, const char *attribute,
                                 const uint64_t *values, size_t n)
{
    return write_attribute(file, name, attribute, H5T_STD_U64LE, H5T_NATIVE_UINT64, n,
                           values);
}

egad_status egad_h5_read_counts(egad_h5 *file, const char *name, const char *attribute,
                                uint64_t *values, size_t n)
{
    return read_attribute(file, name, attribute, H5T_NATIVE_UINT64, n, values);
}

egad_status egad_h5_write_count(egad_h5 *file, const char *name, const char *attribute,
                                uint64_t value)
{
    return egad_h5_write_counts(file, name, attribute, &value, 1);
}

egad_status egad_h5_read_count(egad_h5 *file, const char *name, const char *attribute,
                               uint64_t *value)
{
    return egad_h5_read_counts(file, name, attribute, value, 1);
}

/* ---- Text ---------------------------------------------------------------- */

/* The type of text that is written: variable length. */
static hid_t text_type(H5T_cset_t set)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, set) < 0)) {
        H5Tclose(type);
        type = -1;
    }
    return type;
}

egad_status egad_h5_write_text(egad_h5 *file, const char *name, const char *attribute,
                               const char *text)
{
    hid_t type = text_type(H5T_CSET_UTF8);
    egad_status status = write_attribute(file, name, attribute, type, type, 1, &text);
    egad_h5_close_id(type);
    return status;
}

egad_status egad_h5_read_text(egad_h5 *file, const char *name, const char *attribute,
                              char **text)
{
    egad_status status = EGAD_OK;
    hid_t id = -1, type = -1;

    *text = NULL;
    TRY(open_attribute(file, name, attribute, 1, &id, &type));
    TRY(egad_h5_take_texts(file, attribute, 1, id, type, 1, text));
done:
    egad_h5_close_id(type);
    egad_h5_close_id(id);
    return status;
}

egad_status egad_h5_write_texts(egad_h5 *file, const char *name, char *const *texts,
                                size_t n)
{
    egad_status status = EGAD_OK;
    hsize_t dims = n;
    hid_t type = text_type(H5T_CSET_UTF8), links = egad_h5_link_properties(), array = -1;
    hid_t space = H5Screate_simple(1, &dims, NULL);
    hid_t properties = egad_h5_array_properties();

    array = H5Dcreate2(file->id, name, type, space, links, properties, H5P_DEFAULT);
    if (array < 0 ||
        (n && H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) < 0))
        FAIL(FILE, "h5: cannot write %s in '%s'", name, file->path);
done:
    egad_h5_close_id(array);
    egad_h5_close_id(properties);
    egad_h5_close_id(space);
    egad_h5_close_id(links);
    egad_h5_close_id(type);
    return status;
}

egad_status egad_h5_read_texts(egad_h5 *file, const char *name, char ***texts, size_t *n)
{
    egad_status status = EGAD_OK;
    hid_t array = -1, space = -1, type = -1;
    size_t shape[EGAD_H5_RANK], count = 0;
    char **list = NULL;
    int rank;

    TRY(egad_h5_shape(file, name, shape, &rank));
    if (rank != 1)
        FAIL(FORMAT, "h5: %s in '%s' has rank %d, wanted 1", name, file->path, rank);
    TRY(egad_h5_open_array(file, name, &array, &space));
    type = H5Dget_type(array);
    NEW(list, shape[0]);
    count = shape[0];
    if (count)
        TRY(egad_h5_check_chunks(file, name, array, space));
    TRY(egad_h5_take_texts(file, name, 0, array, type, count, list));
    *texts = list;
    *n = count;
    list = NULL;
done:
    for (size_t i = 0; list && i < count; i++)
        free(list[i]);
    free(list);
    egad_h5_close_id(type);
    egad_h5_close_id(space);
    egad_h5_close_id(array);
    return status;
}

egad_status egad_h5_expect(egad_h5 *file, const char *path, const char *format,
                           const char *what, const char *writer, uint64_t version)
{
    egad_status status = EGAD_OK;
    char *have = NULL;
    uint64_t made = 0;
    if (!egad_h5_has(file, "/", "format"))
        FAIL(FORMAT, "'%s' is not a %s: it has no attribute 'format'; '%s' writes them",
             path, what, writer);
    TRY(egad_h5_read_text(file, "/", "format", &have));
    if (strcmp(have, format) != 0)
        FAIL(FORMAT, "'%s' is not a %s: its format is '%s', not '%s'; '%s' writes them",
             path, what, have, format, writer);
    TRY(egad_h5_read_count(file, "/", "format_version", &made));
    if (made > version)
        FAIL(FORMAT,
             "'%s' was written by a newer egad (format %llu, this one reads %llu): "
             "update egad",
             path, (unsigned long long)made, (unsigned long long)version);
done:
    free(have);
    return status;
}

/* ---- Printing ------------------------------------------------------------ */

typedef struct {
    egad_status status;
    egad_h5 *file;
    const char *name, *indent;
    FILE *out;
} printing;

/* With at least 15 digits, and as many as are needed to read back the same number. */
static void print_real(FILE *out, double value)
{
    char text[40];
    int digits = 15;
    do
        snprintf(text, sizeof text, "%.*g", digits, value);
    while (strtod(text, NULL) != value && digits++ < 17);
    fprintf(out, " %s", text);
}

enum { PRINTED = 8 }; /* numbers of an attribute that are printed, at most */

/* Whole numbers are read as integers, as a double cannot hold all of them. */
static egad_status print_numbers(printing *p, const char *attribute, hid_t type, size_t n)
{
    egad_status status = EGAD_OK;
    double real[PRINTED];
    int64_t whole[PRINTED];
    uint64_t count[PRINTED];
    const int is_whole = H5Tget_class(type) == H5T_INTEGER;
    const int is_count = is_whole && H5Tget_sign(type) == H5T_SGN_NONE;

    TRY(read_attribute(p->file, p->name, attribute,
                       is_count   ? H5T_NATIVE_UINT64
                       : is_whole ? H5T_NATIVE_INT64
                                  : H5T_NATIVE_DOUBLE,
                       n,
                       is_count   ? (void *)count
                       : is_whole ? (void *)whole
                                  : (void *)real));
    for (size_t i = 0; i < n; i++)
        if (is_count)
            fprintf(p->out, " %llu", (unsigned long long)count[i]);
        else if (is_whole)
            fprintf(p->out, " %lld", (long long)whole[i]);
        else
            print_real(p->out, real[i]);
done:
    return status;
}

/* Print one attribute: a string or some numbers. */
static egad_status print_attribute(printing *p, const char *attribute)
{
    egad_status status = EGAD_OK;
    char *text = NULL;
    hid_t id = H5Aopen_by_name(p->file->id, p->name, attribute, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = id < 0 ? -1 : H5Aget_type(id), space = id < 0 ? -1 : H5Aget_space(id);
    const hssize_t n = space < 0 ? 0 : H5Sget_simple_extent_npoints(space);

    fprintf(p->out, "%s%s:", p->indent, attribute);
    if (type >= 0 && H5Tget_class(type) == H5T_STRING && n == 1) {
        TRY(egad_h5_read_text(p->file, p->name, attribute, &text));
        fprintf(p->out, " %s", text);
    } else if (type >= 0 && egad_h5_is_number(type) && n >= 1 && n <= PRINTED) {
        TRY(print_numbers(p, attribute, type, (size_t)n));
    } else {
        fputs(" (not shown)", p->out);
    }
    fputc('\n', p->out);
done:
    free(text);
    egad_h5_close_id(space);
    egad_h5_close_id(type);
    egad_h5_close_id(id);
    return status;
}

static herr_t visit_attribute(hid_t object, const char *attribute, const H5A_info_t *info,
                              void *data)
{
    printing *p = data;
    (void)object;
    (void)info;
    p->status = print_attribute(p, attribute);
    return p->status != EGAD_OK;
}

egad_status egad_h5_print_attributes(egad_h5 *file, const char *name, const char *indent,
                                     char **text)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    *text = NULL;
    printing p = { EGAD_OK, file, name, indent, NULL };
    TRY(egad_h5_find(file, name));
    p.out = open_memstream(text, &size);
    if (!p.out)
        FAIL(MEMORY, "out of memory for the attributes of %s", name);
    /* If one of several attributes is damaged, HDF5 1.10.8 frees attributes that it never
     * allocated.  Looking up a name that no attribute has decodes all of them and fails
     * cleanly. */
    herr_t walked = H5Aexists_by_name(file->id, name, "\n", H5P_DEFAULT);
    if (walked >= 0)
        walked = H5Aiterate_by_name(file->id, name, H5_INDEX_NAME, H5_ITER_INC, NULL,
                                    visit_attribute, &p, H5P_DEFAULT);
    fclose(p.out);
    TRY(p.status);
    if (walked < 0)
        FAIL(FORMAT, "h5: cannot list the attributes of %s in '%s': damaged" EGAD_H5_ANEW,
             name, file->path);
done:
    if (status != EGAD_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}
