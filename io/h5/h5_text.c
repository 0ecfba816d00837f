/* Reads text of attributes and arrays in HDF5 files.
 *
 * h5py stores text with variable length: each text is a reference into a global heap.
 * HDF5 1.10 trusts these references, and a wrong one makes it access memory out of
 * bounds.  So HDF5 only reads the references; the heaps are read here by the format's
 * specification (HDF5 File Format Specification, III.E), and all sizes are checked
 * against the file's. */
#include "h5_inside.h"

#include <stdlib.h>
#include <string.h>

enum {
    REFERENCE = 16, /* length (4), address of the heap (8), number in it (4) */
    HEAD = 16       /* of a heap: "GCOL", version, 3 unused, size (8); of an object in
                     * it: number (2), reference count (2), 4 unused, size (8) */
};

/* Read an n-byte little-endian number. */
static uint64_t number_at(const unsigned char *bytes, int n)
{
    uint64_t value = 0;
    while (n--)
        value = value << 8 | bytes[n];
    return value;
}

/* Conversion from variable-length text to opaque bytes that keeps the stored
 * reference. */
static herr_t keep_reference(hid_t from, hid_t to, H5T_cdata_t *how, size_t n,
                             size_t stride, size_t background_stride, void *values,
                             void *background, hid_t properties)
{
    (void)n;
    (void)stride;
    (void)background_stride;
    (void)values;
    (void)background;
    (void)properties;
    if (how->command != H5T_CONV_INIT)
        return 0;
    how->need_bkg = H5T_BKG_NO;
    return H5Tis_variable_str(from) > 0 && H5Tget_size(to) == REFERENCE ? 0 : -1;
}

/* A type of references in memory, to which HDF5 can convert text; negative on failure.
 * The caller closes it. */
static hid_t reference_type(hid_t stored)
{
    H5T_cdata_t *known;
    hid_t type = H5Tcreate(H5T_OPAQUE, REFERENCE);

    if (type >= 0 && !H5Tfind(stored, type, &known) &&
        H5Tregister(H5T_PERS_SOFT, "egad", stored, type, keep_reference) < 0) {
        egad_h5_close_id(type);
        type = -1;
    }
    return type;
}

/* ---- Heaps --------------------------------------------------------------- */

typedef struct {
    egad_h5 *file;
    const char *name; /* of the text that is read, for messages */
    uint64_t base;    /* offset of the file's addresses */
    uint64_t left;    /* bytes that the remaining texts may have in all */
    uint64_t address; /* of the heap in `bytes`; meaningless if that is NULL */
    size_t size;
    unsigned char *bytes;
} heap;

static egad_status damaged(const heap *h)
{
    return egad_status_fail(EGAD_FORMAT, __FILE__, __LINE__,
                            "h5: cannot read %s in '%s': damaged" EGAD_H5_ANEW, h->name,
                            h->file->path);
}

/* Read exactly n bytes of the file from position `at`. */
static egad_status read_bytes(const heap *h, uint64_t at, void *bytes, size_t n)
{
    egad_status status = EGAD_OK;
    size_t got;

    if (at > h->file->size || n > h->file->size - at)
        TRY(damaged(h));
    TRY(egad_h5_read_at(h->file, at, bytes, n, &got));
    if (got < n)
        TRY(damaged(h));
done:
    return status;
}

/* Load the heap at this address into `bytes`. */
static egad_status load(heap *h, uint64_t address)
{
    egad_status status = EGAD_OK;
    unsigned char head[HEAD];

    if (h->bytes && h->address == address)
        return EGAD_OK;
    free(h->bytes);
    h->bytes = NULL;
    if (address > h->file->size)
        TRY(damaged(h));
    TRY(read_bytes(h, h->base + address, head, HEAD));
    const uint64_t size = number_at(head + 8, 8);
    if (memcmp(head, "GCOL\1", 5) != 0 || size < HEAD || size > h->file->size)
        TRY(damaged(h));
    h->address = address;
    h->size = (size_t)size;
    NEW(h->bytes, h->size);
    TRY(read_bytes(h, h->base + address, h->bytes, h->size));
done:
    return status;
}

/* Find the object `number` of the heap, of at least n bytes; NULL if there is none. */
static const unsigned char *object(const heap *h, uint64_t number, uint64_t n)
{
    for (size_t at = HEAD; h->size - at >= HEAD;) {
        const uint64_t size = number_at(h->bytes + at + 8, 8);
        const uint64_t id = number_at(h->bytes + at, 2);
        at += HEAD;
        if (id == 0 || size > h->size - at) /* object 0: the free space at the end */
            break;
        if (id == number)
            return size >= n ? h->bytes + at : NULL;
        const size_t room = (size_t)(size + 7) & ~(size_t)7;
        if (room > h->size - at)
            break;
        at += room;
    }
    return NULL;
}

/* ---- Texts --------------------------------------------------------------- */

static egad_status copy_text(char **out, const void *text, size_t most)
{
    egad_status status = EGAD_OK;
    const size_t n = text ? strnlen(text, most) : 0;

    NEW(*out, n + 1);
    if (n)
        memcpy(*out, text, n);
done:
    return status;
}

/* Copy the texts of n references. */
static egad_status follow(heap *h, char **out, size_t n, const unsigned char *references)
{
    egad_status status = EGAD_OK;
    size_t address_bytes, length_bytes;
    hsize_t before = 0;
    const hid_t how = H5Fget_create_plist(h->file->id);

    if (how < 0 || H5Pget_sizes(how, &address_bytes, &length_bytes) < 0 ||
        H5Pget_userblock(how, &before) < 0 || address_bytes != 8 || length_bytes != 8)
        FAIL(FORMAT, "h5: '%s' has addresses of a size that egad does not support",
             h->file->path);
    h->base = before;
    h->left = h->file->size;
    for (size_t i = 0; i < n; i++) {
        const unsigned char *reference = references + i * REFERENCE;
        const uint64_t length = number_at(reference, 4);
        const uint64_t address = number_at(reference + 4, 8);
        const unsigned char *text = NULL;
        if (length && address) {
            TRY(load(h, address));
            text = object(h, number_at(reference + 12, 4), length);
            /* Texts do not share memory, so that together they cannot be larger than the
             * file. */
            if (!text || length > h->left)
                TRY(damaged(h));
            h->left -= length;
        }
        TRY(copy_text(&out[i], text, (size_t)length));
    }
done:
    egad_h5_close_id(how);
    return status;
}

egad_status egad_h5_take_texts(egad_h5 *file, const char *name, int attribute, hid_t id,
                               hid_t stored, size_t n, char **out)
{
    egad_status status = EGAD_OK;
    heap h = { .file = file, .name = name };
    hid_t memory = -1;
    unsigned char *buffer = NULL;
    const int variable = H5Tis_variable_str(stored) > 0;
    const size_t width = variable ? REFERENCE : H5Tget_size(stored);

    if (H5Tget_class(stored) != H5T_STRING || width == 0)
        FAIL(FORMAT, "h5: %s in '%s' does not hold text", name, file->path);
    if (n > SIZE_MAX / width || (attribute && n * width > file->size))
        FAIL(FORMAT, "h5: %s in '%s' claims an impossible size" EGAD_H5_ANEW, name,
             file->path);
    if (attribute && H5Aget_storage_size(id) < n * width)
        TRY(damaged(&h));
    memory = variable ? reference_type(stored) : H5Tcopy(stored);
    NEW(buffer, n * width);
    const herr_t read = attribute
                            ? H5Aread(id, memory, buffer)
                            : H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    if (n && read < 0)
        TRY(damaged(&h));
    if (variable)
        TRY(follow(&h, out, n, buffer));
    for (size_t i = 0; !variable && i < n; i++)
        TRY(copy_text(&out[i], buffer + i * width, width));
done:
    egad_h5_close_id(memory);
    free(h.bytes);
    free(buffer);
    return status;
}
