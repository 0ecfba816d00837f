/* What is taken of an HDF5 file: objects that lie in it, stored in ways that HDF5 itself
 * reads.  A file may come from anybody.  One that would have another file opened, or code
 * loaded, is refused at the object that would. */
#include "h5_inside.h"

#include <stdlib.h>
#include <string.h>

typedef enum { ABSENT, BY_NAME, THERE } way;

/* How an object is reached.  A link by name, soft, external or of a user's own, may lead
 * to another file. */
static way way_to(egad_h5 *file, const char *name)
{
    H5L_info_t link;
    char *path = malloc(strlen(name) + 1);
    way found = path ? THERE : ABSENT;

    /* "/a", then "/a/b": HDF5 follows all links but the last. */
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

    /* Whoever reads what is behind a link by name is told so by egad_h5_find. */
    return found == BY_NAME ||
           (found == THERE && (!attribute || H5Aexists_by_name(file->id, name, attribute,
                                                               H5P_DEFAULT) > 0));
}

egad_status egad_h5_find(egad_h5 *file, const char *name)
{
    egad_status status = EGAD_OK;
    const way found = way_to(file, name);

    if (found == ABSENT)
        FAIL(FORMAT, "h5: '%s' has no %s", file->path, name);
    if (found == BY_NAME)
        FAIL(FORMAT,
             "h5: %s in '%s' is a soft or external link, which egad does not follow: put "
             "a copy in its place",
             name, file->path);
done:
    return status;
}

/* An array lies in the file, behind filters that are known to be harmless: others would
 * be looked for in shared libraries. */
static egad_status check_storage(egad_h5 *file, const char *name, hid_t array)
{
    egad_status status = EGAD_OK;
    const hid_t how = H5Dget_create_plist(array);
    unsigned flags;

    if (how < 0)
        FAIL(FORMAT, "h5: %s in '%s' is damaged", name, file->path);
    if (H5Pget_layout(how) == H5D_VIRTUAL || H5Pget_external_count(how) != 0)
        FAIL(FORMAT,
             "h5: %s in '%s' takes its values from other files: put a copy in its place",
             name, file->path);
    for (int i = 0; i < H5Pget_nfilters(how); i++) {
        const H5Z_filter_t filter =
            H5Pget_filter2(how, (unsigned)i, &flags, NULL, NULL, 0, NULL, NULL);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32)
            FAIL(FORMAT,
                 "h5: %s in '%s' is stored by filter %d: egad reads deflate (\"gzip\"), "
                 "shuffle and fletcher32",
                 name, file->path, (int)filter);
    }
done:
    egad_h5_close_id(how);
    return status;
}

/* HDF5 1.10.8 reads past the end of an array within its object's header that is too
 * short. */
static egad_status check_compact(egad_h5 *file, const char *name, hid_t array,
                                 hid_t space)
{
    egad_status status = EGAD_OK;
    const hid_t how = H5Dget_create_plist(array), type = H5Dget_type(array);
    const hssize_t n = H5Sget_simple_extent_npoints(space);

    if (how < 0 || type < 0 || n < 0)
        FAIL(FORMAT, "h5: %s in '%s' is damaged", name, file->path);
    const hsize_t width = H5Tis_variable_str(type) > 0 ? 16 : H5Tget_size(type);
    if (H5Pget_layout(how) == H5D_COMPACT && n &&
        (width == 0 || H5Dget_storage_size(array) / width < (hsize_t)n))
        FAIL(FORMAT, "h5: %s in '%s' claims an impossible size", name, file->path);
done:
    egad_h5_close_id(type);
    egad_h5_close_id(how);
    return status;
}

/* Without filters, all that HDF5 says at once is the sum.  A chunk that is short beside a
 * long one is read from the file as far as it should go: egad_h5_open_array. */
static egad_status check_sum(egad_h5 *file, const char *name, hid_t array, hid_t space,
                             size_t bytes)
{
    egad_status status = EGAD_OK;
    hsize_t n;

    if (H5Dget_num_chunks(array, space, &n) < 0)
        FAIL(FORMAT, "h5: cannot read %s in '%s': truncated or damaged", name,
             file->path);
    if (H5Dget_storage_size(array) / bytes < n)
        FAIL(FORMAT, "h5: a part of %s in '%s' is too short", name, file->path);
done:
    return status;
}

/* 1: a chunk of `size` bytes passes over all filters of `deflate`, as where they save
 * nothing. */
static egad_status read_skips(egad_h5 *file, const char *name, hid_t array,
                              const hsize_t *at, unsigned deflate, hsize_t size,
                              int *skips)
{
    egad_status status = EGAD_OK;
    uint32_t skipped;
    char *stored = NULL;

    if (size > file->size)
        FAIL(FORMAT, "h5: %s in '%s' claims an impossible size", name, file->path);
    NEW(stored, (size_t)size);
    if (H5Dread_chunk(array, H5P_DEFAULT, at, &skipped, stored) < 0)
        FAIL(FORMAT, "h5: cannot read %s in '%s': truncated or damaged", name,
             file->path);
    *skips = !(deflate & ~skipped);
done:
    free(stored);
    return status;
}

/* Bytes of a chunk, looked up alone: H5Dget_chunk_info_by_coord goes through all of them.
 * HDF5 1.10.8 fails where there is none, and reads none of no bytes. */
static egad_status check_chunk(egad_h5 *file, const char *name, hid_t array,
                               const hsize_t *at, unsigned deflate, size_t bytes)
{
    egad_status status = EGAD_OK;
    hsize_t size;
    int skips = 1;

    if (H5Dget_chunk_storage_size(array, at, &size) < 0 || size == 0 || size >= bytes)
        goto done;
    if (deflate)
        TRY(read_skips(file, name, array, at, deflate, size, &skips));
    if (skips)
        FAIL(FORMAT, "h5: a part of %s in '%s' is too short", name, file->path);
done:
    return status;
}

/* Each chunk that is in the array, behind the filters of `how`. */
static egad_status check_filtered(egad_h5 *file, const char *name, hid_t array, hid_t how,
                                  int rank, const hsize_t *dims, const hsize_t *chunk,
                                  size_t bytes)
{
    egad_status status = EGAD_OK;
    hsize_t at[H5S_MAX_RANK] = { 0 };
    unsigned flags, deflate = 0;

    for (int i = 0; i < H5Pget_nfilters(how); i++)
        if (H5Pget_filter2(how, (unsigned)i, &flags, NULL, NULL, 0, NULL, NULL) ==
            H5Z_FILTER_DEFLATE)
            deflate |= 1u << i;
    for (int i = 0; i >= 0;) {
        TRY(check_chunk(file, name, array, at, deflate, bytes));
        for (i = rank - 1; i >= 0 && (at[i] += chunk[i]) >= dims[i]; i--)
            at[i] = 0;
    }
done:
    return status;
}

egad_status egad_h5_check_chunks(egad_h5 *file, const char *name, hid_t array,
                                 hid_t space)
{
    egad_status status = EGAD_OK;
    const hid_t how = H5Dget_create_plist(array), type = H5Dget_type(array);
    const int rank = H5Sget_simple_extent_ndims(space);
    hsize_t dims[H5S_MAX_RANK], chunk[H5S_MAX_RANK];

    if (H5Pget_layout(how) != H5D_CHUNKED)
        goto done;
    if (H5Sget_simple_extent_dims(space, dims, NULL) != rank ||
        H5Pget_chunk(how, rank, chunk) != rank)
        FAIL(FORMAT, "h5: %s in '%s' is damaged", name, file->path);
    size_t bytes = H5Tis_variable_str(type) > 0 ? 16 : H5Tget_size(type);
    for (int i = 0; i < rank; i++)
        bytes *= (size_t)chunk[i];
    if (bytes == 0)
        FAIL(FORMAT, "h5: %s in '%s' is damaged", name, file->path);
    if (H5Pget_nfilters(how) == 0)
        TRY(check_sum(file, name, array, space, bytes));
    else
        TRY(check_filtered(file, name, array, how, rank, dims, chunk, bytes));
done:
    egad_h5_close_id(type);
    egad_h5_close_id(how);
    return status;
}

/* Without a cache of chunks HDF5 reads one without filters as far as it should go, not as
 * far as the file says.  Whoever reads all of an array has nothing of a cache. */
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
        FAIL(FORMAT, "h5: %s in '%s' is not an array, or damaged", name, file->path);
    TRY(check_storage(file, name, *array));
    *space = H5Dget_space(*array);
    if (*space < 0 || H5Sget_simple_extent_type(*space) == H5S_NULL)
        FAIL(FORMAT, "h5: %s in '%s' is empty, or damaged", name, file->path);
    TRY(check_compact(file, name, *array, *space));
done:
    egad_h5_close_id(access);
    return status;
}
