/* Decides which objects of an HDF5 file are accepted, as a file may come from anybody:
 * those stored in the file itself, with filters built into HDF5.  An object that would
 * make HDF5 open another file or load code is refused. */
#include "base/input.h"
#include "h5_inside.h"

#include <stdlib.h>
#include <string.h>

typedef enum { ABSENT, BY_NAME, THERE } way;

/* How to reach an object.  A soft, external or user-defined link may lead to another
 * file. */
static way way_to(egad_h5 *file, const char *name)
{
    H5L_info_t link;
    char *path = malloc(strlen(name) + 1);
    way found = path ? THERE : ABSENT;

    /* Check "/a", then "/a/b": HDF5 follows all links but the last. */
    for (size_t n = 1; found == THERE && name[1] && name[n - 1]; n++) {
        n += strcspn(name + n, "/");
        memcpy(path, name, n);
        path[n] = 0;
        if (H5Lexists(file->id, path, H5P_DEFAULT) <= 0 ||
            H5Lget_info(file->id, path, &link, H5P_DEFAULT) < 0)
            found = ABSENT;
        else if (link.type != H5L_TYPE_HARD)
            found = BY_NAME;
    }
    free(path);
    return found;
}

int egad_h5_has(egad_h5 *file, const char *name, const char *attribute)
{
    const way found = way_to(file, name);

    /* An object behind such a link is present here; egad_h5_find reports the link. */
    return found == BY_NAME ||
           (found == THERE && (!attribute || H5Aexists_by_name(file->id, name, attribute,
                                                               H5P_DEFAULT) > 0));
}

egad_status egad_h5_find(egad_h5 *file, const char *name)
{
    egad_status status = EGAD_OK;
    const way found = way_to(file, name);

    if (found == ABSENT)
        FAIL(FORMAT, "h5: '%s' has no %s" EGAD_H5_ANEW, file->path, name);
    if (found == BY_NAME)
        FAIL(FORMAT,
             "h5: %s in '%s' is a soft or external link, which egad does not follow: put "
             "a copy in its place",
             name, file->path);
done:
    return status;
}

static H5Z_filter_t filter_of(hid_t how, int i)
{
    unsigned flags;
    return H5Pget_filter2(how, (unsigned)i, &flags, NULL, NULL, 0, NULL, NULL);
}

enum { CHECKSUM = 4 }; /* bytes that fletcher32 appends */

/* Require that an array is stored in the file, with known filters only; HDF5 would search
 * shared libraries for others.  Deflate must be used at most once and followed by nothing
 * but checksums, so that the size of a stored chunk's content can be computed. */
static egad_status check_storage(egad_h5 *file, const char *name, hid_t array)
{
    egad_status status = EGAD_OK;
    const hid_t how = H5Dget_create_plist(array);
    int deflated = 0;

    if (how < 0)
        FAIL(FORMAT, "h5: %s in '%s' is damaged" EGAD_H5_ANEW, name, file->path);
    if (H5Pget_layout(how) == H5D_VIRTUAL || H5Pget_external_count(how) != 0)
        FAIL(FORMAT, "h5: %s in '%s' is stored in other files: put a copy in its place",
             name, file->path);
    for (int i = 0; i < H5Pget_nfilters(how); i++) {
        const H5Z_filter_t filter = filter_of(how, i);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32)
            FAIL(FORMAT,
                 "h5: %s in '%s' is stored by filter %d: egad reads deflate (\"gzip\"), "
                 "shuffle and fletcher32",
                 name, file->path, (int)filter);
        if (deflated && filter != H5Z_FILTER_FLETCHER32)
            FAIL(FORMAT,
                 "h5: %s in '%s' is compressed twice, or shuffled after compression: "
                 "egad reads shuffle before one deflate (\"gzip\")",
                 name, file->path);
        deflated |= filter == H5Z_FILTER_DEFLATE;
    }
done:
    egad_h5_close_id(how);
    return status;
}

/* HDF5 1.10.8 reads beyond the end of a compact array that is too short. */
static egad_status check_compact(egad_h5 *file, const char *name, hid_t array,
                                 hid_t space)
{
    egad_status status = EGAD_OK;
    const hid_t how = H5Dget_create_plist(array), type = H5Dget_type(array);
    const hssize_t n = H5Sget_simple_extent_npoints(space);

    if (how < 0 || type < 0 || n < 0)
        FAIL(FORMAT, "h5: %s in '%s' is damaged" EGAD_H5_ANEW, name, file->path);
    const hsize_t width = H5Tis_variable_str(type) > 0 ? 16 : H5Tget_size(type);
    if (H5Pget_layout(how) == H5D_COMPACT && n &&
        (width == 0 || H5Dget_storage_size(array) / width < (hsize_t)n))
        FAIL(FORMAT, "h5: %s in '%s' claims an impossible size" EGAD_H5_ANEW, name,
             file->path);
done:
    egad_h5_close_id(type);
    egad_h5_close_id(how);
    return status;
}

/* Without filters, HDF5 offers only the total size.  A single chunk that is too short
 * does no harm: see egad_h5_open_array. */
static egad_status check_sum(egad_h5 *file, const char *name, hid_t array, hid_t space,
                             size_t bytes)
{
    egad_status status = EGAD_OK;
    hsize_t n;

    if (H5Dget_num_chunks(array, space, &n) < 0)
        FAIL(FORMAT, "h5: cannot read %s in '%s': truncated or damaged" EGAD_H5_ANEW,
             name, file->path);
    if (H5Dget_storage_size(array) / bytes < n)
        FAIL(FORMAT, "h5: a chunk of %s in '%s' is too short" EGAD_H5_ANEW, name,
             file->path);
done:
    return status;
}

/* An array whose chunks have filters. */
typedef struct {
    egad_h5 *file;
    const char *name;
    hid_t array, how;
    int rank;
    hsize_t dims[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
    size_t bytes; /* of an unfiltered chunk */
} filtered;

/* 1 if this chunk lies on the array's edge, where the array applies no filters. */
static int is_bare(const filtered *f, const hsize_t *at)
{
    unsigned options = 0;
    int edge = 0;

    for (int i = 0; i < f->rank; i++)
        edge |= f->dims[i] - at[i] < f->chunk[i];
    return edge && H5Pget_chunk_opts(f->how, &options) >= 0 &&
           (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
}

/* *whole: 1 if the filters of a stored chunk of `size` bytes, without the skipped ones,
 * yield exactly a chunk's bytes, including the space for checksums. */
static egad_status is_whole(int *whole, const filtered *f, const void *stored,
                            size_t size, uint32_t skipped)
{
    egad_status status = EGAD_OK;
    size_t given = f->bytes, behind = 0; /* bytes before deflate; bytes of checksums
                                          * after it */
    int deflated = 0;

    for (int i = 0; i < H5Pget_nfilters(f->how); i++) {
        const H5Z_filter_t filter = filter_of(f->how, i);
        if (skipped & UINT32_C(1) << i)
            continue;
        if (filter == H5Z_FILTER_FLETCHER32)
            *(deflated ? &behind : &given) += CHECKSUM;
        deflated |= filter == H5Z_FILTER_DEFLATE;
    }
    *whole = deflated ? size > behind : size == given;
    if (deflated && *whole)
        TRY(egad_input_inflates(whole, stored, size - behind, given));
done:
    return status;
}

/* Check one chunk, by its position: H5Dget_chunk_info_by_coord would search all chunks.
 * For a missing chunk one of the two calls fails; *found counts the existing ones. */
static egad_status check_chunk(const filtered *f, const hsize_t *at, hsize_t *found)
{
    egad_status status = EGAD_OK;
    hsize_t size = 0;
    uint32_t skipped;
    char *stored = NULL;
    int whole;

    if (H5Dget_chunk_storage_size(f->array, at, &size) < 0)
        goto done;
    if (size > f->file->size)
        FAIL(FORMAT, "h5: %s in '%s' claims an impossible size" EGAD_H5_ANEW, f->name,
             f->file->path);
    NEW(stored, (size_t)size);
    if (H5Dread_chunk(f->array, H5P_DEFAULT, at, &skipped, stored) < 0) {
        if (size == 0)
            goto done;
        FAIL(FORMAT, "h5: cannot read %s in '%s': truncated or damaged" EGAD_H5_ANEW,
             f->name, f->file->path);
    }
    ++*found;
    if (is_bare(f, at))
        skipped = UINT32_MAX;
    TRY(is_whole(&whole, f, stored, (size_t)size, skipped));
    if (!whole)
        FAIL(FORMAT,
             "h5: a chunk of %s in '%s' is damaged: it does not decompress to %zu "
             "bytes" EGAD_H5_ANEW,
             f->name, f->file->path, f->bytes);
done:
    free(stored);
    return status;
}

/* Check every chunk of the array, and that the file has no more: a chunk with a damaged
 * position would otherwise silently be read as zeros. */
static egad_status check_filtered(const filtered *f, hid_t space)
{
    egad_status status = EGAD_OK;
    hsize_t at[H5S_MAX_RANK] = { 0 }, found = 0, stored = 0;

    for (int i = 0; i >= 0;) {
        TRY(check_chunk(f, at, &found));
        for (i = f->rank - 1; i >= 0 && (at[i] += f->chunk[i]) >= f->dims[i]; i--)
            at[i] = 0;
    }
    if (H5Dget_num_chunks(f->array, space, &stored) < 0 || stored != found)
        FAIL(FORMAT, "h5: a chunk of %s in '%s' lies outside of the array" EGAD_H5_ANEW,
             f->name, f->file->path);
done:
    return status;
}

egad_status egad_h5_check_chunks(egad_h5 *file, const char *name, hid_t array,
                                 hid_t space)
{
    egad_status status = EGAD_OK;
    const hid_t how = H5Dget_create_plist(array), type = H5Dget_type(array);
    const int rank = H5Sget_simple_extent_ndims(space);
    filtered f = { .file = file, .name = name, .array = array, .how = how, .rank = rank };

    if (H5Pget_layout(how) != H5D_CHUNKED)
        goto done;
    if (H5Sget_simple_extent_dims(space, f.dims, NULL) != rank ||
        H5Pget_chunk(how, rank, f.chunk) != rank)
        FAIL(FORMAT, "h5: %s in '%s' is damaged" EGAD_H5_ANEW, name, file->path);
    f.bytes = H5Tis_variable_str(type) > 0 ? 16 : H5Tget_size(type);
    for (int i = 0; i < rank; i++)
        if (__builtin_mul_overflow(f.bytes, f.chunk[i], &f.bytes))
            FAIL(FORMAT, "h5: %s in '%s' claims an impossible size" EGAD_H5_ANEW, name,
                 file->path);
    if (f.bytes == 0)
        FAIL(FORMAT, "h5: %s in '%s' is damaged" EGAD_H5_ANEW, name, file->path);
    if (H5Pget_nfilters(how) == 0)
        TRY(check_sum(file, name, array, space, f.bytes));
    else
        TRY(check_filtered(&f, space));
done:
    egad_h5_close_id(type);
    egad_h5_close_id(how);
    return status;
}

/* Open without a chunk cache: then HDF5 reads a full unfiltered chunk from the file,
 * whatever size the file states.  A cache is useless for reading whole arrays. */
egad_status egad_h5_open_array(egad_h5 *file, const char *name, hid_t *array,
                               hid_t *space)
{
    egad_status status = EGAD_OK;
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);

    if (access < 0 || H5Pset_chunk_cache(access, 0, 0, 0) < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", file->path);
    TRY(egad_h5_find(file, name));
    *array = H5Dopen2(file->id, name, access);
    if (*array < 0)
        FAIL(FORMAT, "h5: %s in '%s' is not an array, or damaged" EGAD_H5_ANEW, name,
             file->path);
    TRY(check_storage(file, name, *array));
    *space = H5Dget_space(*array);
    if (*space < 0 || H5Sget_simple_extent_type(*space) == H5S_NULL)
        FAIL(FORMAT, "h5: %s in '%s' is empty, or damaged" EGAD_H5_ANEW, name,
             file->path);
    TRY(check_compact(file, name, *array, *space));
done:
    egad_h5_close_id(access);
    return status;
}
