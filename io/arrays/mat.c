/* MATLAB's files, versions 5 to 7.3.  The only file that includes matio.h. */
#include "elements.h"

#include <errno.h>
#include <matio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PLAIN_MOST = 64 * 1024 * 1024, /* bytes of an array that are read without a look at */
    SHRINK_MOST = 2048             /* the size of the file, else at most these per byte */
};

/* The kind of the elements of a variable; 0: they are no real numbers, or there are none,
 * or too many dimensions. */
static int find_kind(const matvar_t *v, egad_element *kind)
{
    static const struct {
        enum matio_classes class;
        egad_element kind;
    } kinds[] = {
        { MAT_C_DOUBLE, EGAD_ELEMENT_F64 }, { MAT_C_SINGLE, EGAD_ELEMENT_F32 },
        { MAT_C_INT8, EGAD_ELEMENT_I8 },    { MAT_C_UINT8, EGAD_ELEMENT_U8 },
        { MAT_C_INT16, EGAD_ELEMENT_I16 },  { MAT_C_UINT16, EGAD_ELEMENT_U16 },
        { MAT_C_INT32, EGAD_ELEMENT_I32 },  { MAT_C_UINT32, EGAD_ELEMENT_U32 },
        { MAT_C_INT64, EGAD_ELEMENT_I64 },  { MAT_C_UINT64, EGAD_ELEMENT_U64 }
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (v->class_type == kinds[i].class) {
            *kind = kinds[i].kind;
            return !v->isComplex && v->rank >= 1 && v->rank <= EGAD_ELEMENT_RANK;
        }
    return 0;
}

/* Set kind and shape; the file must be able to hold the elements. */
static egad_status take_shape(const char *path, off_t size, const matvar_t *v,
                              egad_elements *e)
{
    egad_status status = EGAD_OK;
    const uint16_t one = 1;
    size_t bytes;

    if (!find_kind(v, &e->kind))
        FAIL(FORMAT, "mat: '%s' is no array of real numbers of at most %d dimensions",
             path, EGAD_ELEMENT_RANK);
    e->big_endian = *(const unsigned char *)&one == 0;
    e->fortran = 1;
    e->rank = v->rank;
    e->n = 1;
    bytes = egad_element_size(e->kind);
    for (int i = 0; i < v->rank; i++) {
        e->shape[i] = v->dims[i];
        if (v->dims[i] == 0)
            FAIL(DATA, "mat: '%s' is empty", path);
        if (__builtin_mul_overflow(bytes, v->dims[i], &bytes))
            bytes = SIZE_MAX;
        e->n *= v->dims[i];
    }
    if (bytes > PLAIN_MOST && bytes / SHRINK_MOST > (size_t)size)
        FAIL(FORMAT,
             "mat: '%s' claims more elements than the file can hold: copy it again",
             path);
done:
    return status;
}

typedef struct {
    mat_t *mat;
    off_t size; /* of the file */
    const egad_named *file;
} opened;

static egad_status read_array(void *of, size_t i, const char *path, egad_elements *out)
{
    egad_status status = EGAD_OK;
    const opened *o = of;
    egad_elements e = { .bytes = NULL };
    matvar_t *v = Mat_VarReadInfo(o->mat, o->file->name[i]);

    if (!v)
        FAIL(FORMAT, "mat: '%s' is damaged: copy the file again", path);
    TRY(take_shape(path, o->size, v, &e));
    const size_t bytes = e.n * egad_element_size(e.kind);
    if (Mat_VarReadDataAll(o->mat, v) != 0 || !v->data || v->nbytes < bytes)
        FAIL(FORMAT, "mat: '%s' is truncated or damaged: copy the file again", path);
    NEW(e.bytes, bytes);
    memcpy(e.bytes, v->data, bytes);
    *out = e;
done:
    Mat_VarFree(v);
    return status;
}

/* The names of the arrays of numbers. */
static egad_status list(mat_t *mat, egad_named *file)
{
    egad_status status = EGAD_OK;
    egad_element kind;
    matvar_t *v = NULL;

    while ((v = Mat_VarReadNextInfo(mat)) != NULL) {
        if (v->name && find_kind(v, &kind))
            TRY(egad_array_add(&file->name, &file->n, v->name));
        Mat_VarFree(v);
    }
done:
    Mat_VarFree(v);
    return status;
}

/* The whole number of 4 bytes in a file of this byte order. */
static uint64_t number(const unsigned char *bytes, int big_endian)
{
    return (uint64_t)egad_element_value(EGAD_ELEMENT_U32, big_endian, bytes);
}

/* matio reads what a truncated file of version 5 lacks as if it were there.  The elements
 * of such a file, each a type, a size and so many bytes, must fill it. */
static egad_status check_whole(const char *path, off_t size)
{
    enum { HEADER = 128, TAG = 8, ORDER = 126 };
    egad_status status = EGAD_OK;
    unsigned char head[HEADER], tag[TAG];
    off_t at = HEADER;
    FILE *file = fopen(path, "rb");

    if (!file || fread(head, 1, HEADER, file) != HEADER)
        FAIL(FILE, "mat: cannot read '%s'", path);
    while (at < size) {
        if (fseeko(file, at, SEEK_SET) != 0 || fread(tag, 1, TAG, file) != TAG)
            break;
        at += TAG + (off_t)number(tag + 4, head[ORDER] == 'M');
    }
    if (at != size)
        FAIL(FORMAT, "mat: '%s' is truncated or damaged: copy it again", path);
done:
    if (file)
        fclose(file);
    return status;
}

/* Version 4 has nothing to be known by. */
static egad_status check_version(const opened *o, const char *path)
{
    egad_status status = EGAD_OK;
    const enum mat_ft version = o->mat ? Mat_GetVersion(o->mat) : MAT_FT_UNDEFINED;

    if (version != MAT_FT_MAT5 && version != MAT_FT_MAT73)
        FAIL(FORMAT,
             "mat: '%s' is not a file of MATLAB 5 to 7.3: save it again with save -v7",
             path);
    if (version == MAT_FT_MAT5)
        TRY(check_whole(path, o->size));
done:
    return status;
}

egad_status egad_mat_import(egad_dataset **out, const char *path,
                            const egad_image_options *options)
{
    egad_status status = EGAD_OK;
    opened o = { .mat = NULL };
    egad_named file = { .who = "mat", .path = path, .read = read_array, .of = &o };
    struct stat about;

    *out = NULL;
    if (stat(path, &about) != 0)
        FAIL(FILE, "mat: cannot open '%s': %s", path, strerror(errno));
    o.size = about.st_size;
    o.file = &file;
    if (S_ISREG(about.st_mode))
        o.mat = Mat_Open(path, MAT_ACC_RDONLY);
    TRY(check_version(&o, path));
    TRY(list(o.mat, &file));
    TRY(egad_named_import(out, &file, options));
done:
    egad_array_clear(file.name, file.n);
    if (o.mat)
        Mat_Close(o.mat);
    return status;
}
