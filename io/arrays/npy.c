/* NumPy's array files, format 1.0 to 3.0: a magic number, the version, the length of the
 * header, the header (a Python dictionary of descr, fortran_order and shape), the
 * elements. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
#include "elements.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 6, HEADER_MOST = 65536, KIND = 40 };

/* The text after 'key': in the dictionary; NULL if absent. */
static const char *find(const char *header, const char *key)
{
    char quoted[32];

    snprintf(quoted, sizeof quoted, "'%s'", key);
    const char *at = strstr(header, quoted);
    if (!at)
        return NULL;
    at += strlen(quoted);
    at += strspn(at, " ");
    if (*at++ != ':')
        return NULL;
    return at + strspn(at, " ");
}

/* '<f4', '|u1', '>i8': byte order, type, size. */
static egad_status read_descr(const char *path, const char *header, egad_elements *e)
{
    static const struct {
        const char *name;
        egad_element kind;
    } kinds[] = {
        { "b1", EGAD_ELEMENT_U8 },  { "u1", EGAD_ELEMENT_U8 },
        { "i1", EGAD_ELEMENT_I8 },  { "u2", EGAD_ELEMENT_U16 },
        { "i2", EGAD_ELEMENT_I16 }, { "u4", EGAD_ELEMENT_U32 },
        { "i4", EGAD_ELEMENT_I32 }, { "u8", EGAD_ELEMENT_U64 },
        { "i8", EGAD_ELEMENT_I64 }, { "f2", EGAD_ELEMENT_F16 },
        { "f4", EGAD_ELEMENT_F32 }, { "f8", EGAD_ELEMENT_F64 },
    };
    egad_status status = EGAD_OK;
    const char *at = find(header, "descr");
    char descr[KIND] = "";

    if (!at)
        FAIL(FORMAT, "npy: the header of '%s' has no 'descr': save it again", path);
    if (*at == '\'' && strcspn(at + 1, "'") < KIND)
        memcpy(descr, at + 1, strcspn(at + 1, "'"));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (*descr && strchr("<>|=", *descr) && strcmp(descr + 1, kinds[i].name) == 0) {
            e->kind = kinds[i].kind;
            e->big_endian = *descr == '>';
            goto done;
        }
    if (strcmp(descr, "|O") == 0)
        FAIL(FORMAT,
             "npy: '%s' holds Python objects ('|O'), wanted numbers: save it again with "
             "astype('float32')",
             path);
    FAIL(FORMAT,
         "npy: '%s' holds elements of type %.*s, wanted b1, u1 to u8, i1 to i8, f2, f4 "
         "or f8",
         path, *at == '\'' ? (int)strcspn(at + 1, "'") + 2 : 12, at);
done:
    return status;
}

static egad_status read_shape(const char *path, const char *header, egad_elements *e)
{
    egad_status status = EGAD_OK;
    const char *at = find(header, "shape");

    if (!at || *at++ != '(')
        FAIL(FORMAT, "npy: the header of '%s' has no 'shape': save it again", path);
    for (at += strspn(at, " "); isdigit((unsigned char)*at); at += strspn(at, " ,L")) {
        if (e->rank == EGAD_ELEMENT_RANK)
            FAIL(FORMAT, "npy: '%s' has more than %d dimensions: reshape it", path,
                 EGAD_ELEMENT_RANK);
        size_t value = 0;
        for (; isdigit((unsigned char)*at); at++)
            if (__builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, (size_t)(*at - '0'), &value))
                FAIL(FORMAT, "npy: '%s' claims an impossible size", path);
        e->shape[e->rank++] = value;
    }
    if (*at != ')')
        FAIL(FORMAT, "npy: the header of '%s' has an invalid 'shape': save it again",
             path);
done:
    return status;
}

static egad_status read_header(const char *path, egad_input *text, char **header)
{
    egad_status status = EGAD_OK;
    unsigned char head[MAGIC + 6] = { 0 };
    size_t got, more = 2;

    TRY(egad_input_fill(text, head, MAGIC + 2, &got));
    if (got < MAGIC + 2 || memcmp(head, "\x93NUMPY", MAGIC) != 0)
        FAIL(FORMAT, "npy: '%s' is not an array written by numpy.save%s", path,
             got >= 2 && memcmp(head, "PK", 2) == 0
                 ? ", but a zip file: 'egad data import npz' reads it"
                 : "");
    if (head[MAGIC] < 1 || head[MAGIC] > 3)
        FAIL(FORMAT, "npy: '%s' has format %d.%d, wanted 1.0 to 3.0", path, head[MAGIC],
             head[MAGIC + 1]);
    if (head[MAGIC] > 1)
        more = 4;
    TRY(egad_input_fill(text, head + MAGIC + 2, more, &got));
    size_t size = (size_t)egad_element_value(
        more == 2 ? EGAD_ELEMENT_U16 : EGAD_ELEMENT_U32, 0, head + MAGIC + 2);
    if (got < more || size > HEADER_MOST)
        FAIL(FORMAT, "npy: the header of '%s' is truncated or damaged: copy it again",
             path);
    NEW(*header, size + 1);
    TRY(egad_input_fill(text, *header, size, &got));
    if (got < size)
        FAIL(FORMAT, "npy: the header of '%s' is truncated or damaged: copy it again",
             path);
done:
    return status;
}

egad_status egad_npy_read(const char *path, egad_input *input, egad_elements *out)
{
    egad_status status = EGAD_OK;
    egad_elements e = { .bytes = NULL };
    char *header = NULL;

    TRY(read_header(path, input, &header));
    TRY(read_descr(path, header, &e));
    const char *order = find(header, "fortran_order");
    if (!order || (strncmp(order, "True", 4) != 0 && strncmp(order, "False", 5) != 0))
        FAIL(FORMAT, "npy: the header of '%s' has no 'fortran_order': save it again",
             path);
    e.fortran = *order == 'T';
    TRY(read_shape(path, header, &e));
    TRY(egad_elements_take(&e, "npy", path, input));
    *out = e;
    e.bytes = NULL;
done:
    free(e.bytes);
    free(header);
    return status;
}

static egad_status read_file(const char *path, egad_elements *out)
{
    egad_status status = EGAD_OK;
    egad_input *input = NULL;

    TRY(egad_input_open(&input, path));
    TRY(egad_npy_read(path, input, out));
done:
    egad_input_close(input);
    return status;
}

egad_status egad_npy_import(egad_dataset **out, const char *path,
                            const egad_image_options *options)
{
    return egad_elements_import(out, "npy", path, read_file, options);
}
