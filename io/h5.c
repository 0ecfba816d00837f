/* HDF5 files: named arrays and attributes.  The only file that includes hdf5.h.
 *
 * A new file is built in memory and written out by egad_h5_commit: when a disk is full
 * under HDF5 1.10's own writing, it can neither close the file nor leave the program
 * without a crash. */
#include "h5.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COMPRESS_FROM = 64 * 1024, /* bytes of an array */
    CHUNK = 1024 * 1024,       /* bytes of a chunk, about */
    GROWTH = 4 * 1024 * 1024,  /* of a new file in memory */
    /* Deflate shrinks by 1032 at most; an array that claims much more is damaged. */
    SHRINK_MOST = 2048,
    PLAIN_MOST = 64 * 1024 * 1024 /* bytes that are believed without looking */
};

struct egad_h5 {
    hid_t id;
    char *path;
    char *temporary; /* NULL: for reading, or committed */
    int fd;          /* of temporary, or negative */
};

typedef struct {
    egad_status status;
    egad_status (*visit)(void *context, const char *name, int array);
    void *context;
} visiting;

/* HDF5's names of types are variables, set when the library starts. */
static hid_t memory_type(egad_h5_type type)
{
    const hid_t types[] = { [EGAD_H5_F32] = H5T_NATIVE_FLOAT,
                            [EGAD_H5_F64] = H5T_NATIVE_DOUBLE,
                            [EGAD_H5_U8] = H5T_NATIVE_UINT8,
                            [EGAD_H5_I32] = H5T_NATIVE_INT32,
                            [EGAD_H5_U64] = H5T_NATIVE_UINT64 };
    return types[type];
}

static hid_t file_type(egad_h5_type type)
{
    const hid_t types[] = { [EGAD_H5_F32] = H5T_IEEE_F32LE,
                            [EGAD_H5_F64] = H5T_IEEE_F64LE,
                            [EGAD_H5_U8] = H5T_STD_U8LE,
                            [EGAD_H5_I32] = H5T_STD_I32LE,
                            [EGAD_H5_U64] = H5T_STD_U64LE };
    return types[type];
}

/* A type for text in memory: of variable length. */
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

static void close_id(hid_t id)
{
    /* Every identifier that this file makes is closed alike, whatever its kind. */
    if (id >= 0)
        H5Idec_ref(id);
}

/* A handle without a file yet. */
static egad_status new_handle(egad_h5 **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    NEW(file, 1);
    file->id = file->fd = -1;
    NEW(file->path, strlen(path) + 1);
    strcpy(file->path, path);
done:
    if (status != EGAD_OK) {
        free(file);
        file = NULL;
    }
    *out = file;
    return status;
}

/* HDF5 says little of why a file cannot be opened; the system says it clearly. */
static egad_status check_readable(const char *path)
{
    egad_status status = EGAD_OK;
    struct stat info;
    int fd = open(path, O_RDONLY | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &info) != 0)
        FAIL(FILE, "h5: cannot open '%s': %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        FAIL(FILE, "h5: cannot open '%s': not a regular file", path);
done:
    if (fd >= 0)
        close(fd);
    return status;
}

egad_status egad_h5_open(egad_h5 **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;

    *out = NULL;
    TRY(check_readable(path));
    TRY(new_handle(&file, path));
    if (H5Fis_hdf5(path) <= 0)
        FAIL(FORMAT,
             "h5: '%s' is not an HDF5 file, as 'egad data import' and 'egad train' "
             "write them",
             path);
    file->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file->id < 0)
        FAIL(FORMAT,
             "h5: '%s' is HDF5, but truncated, damaged or in use: copy it or make it "
             "anew",
             path);
    *out = file;
    file = NULL;
done:
    egad_h5_close(file);
    return status;
}

egad_status egad_h5_create(egad_h5 **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    struct stat info;
    char *name = NULL;
    hid_t memory = -1;

    *out = NULL;
    TRY(new_handle(&file, path));
    /* A rename would put a file where a device or a folder was. */
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        FAIL(FILE, "h5: cannot write '%s': not a regular file", path);
    size_t size = strlen(path) + 64;
    NEW(name, size);
    for (int i = 0; file->fd < 0; i++) {
        snprintf(name, size, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        file->fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file->fd < 0 && (errno != EEXIST || i == 1000))
            FAIL(FILE, "h5: cannot write '%s': %s", path, strerror(errno));
    }
    file->temporary = name;
    name = NULL;
    memory = H5Pcreate(H5P_FILE_ACCESS);
    if (memory < 0 || H5Pset_fapl_core(memory, GROWTH, 0) < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", path);
    file->id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, memory);
    if (file->id < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", path);
    *out = file;
    file = NULL;
done:
    close_id(memory);
    free(name);
    egad_h5_close(file);
    return status;
}

/* Bring a new file to the disk, under its temporary name. */
static egad_status write_out(egad_h5 *file)
{
    egad_status status = EGAD_OK;
    char *image = NULL;

    ssize_t size = H5Fflush(file->id, H5F_SCOPE_LOCAL) < 0
                       ? -1
                       : H5Fget_file_image(file->id, NULL, 0);
    if (size < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", file->path);
    NEW(image, (size_t)size);
    if (H5Fget_file_image(file->id, image, (size_t)size) != size)
        FAIL(MEMORY, "h5: out of memory for '%s'", file->path);
    for (size_t done = 0; done < (size_t)size;) {
        ssize_t n = write(file->fd, image + done, (size_t)size - done);
        if (n < 0 && errno != EINTR)
            FAIL(FILE, "h5: cannot write '%s': %s", file->path, strerror(errno));
        done += n > 0 ? (size_t)n : 0;
    }
    if (fsync(file->fd) != 0)
        FAIL(FILE, "h5: cannot flush '%s': %s", file->path, strerror(errno));
done:
    free(image);
    return status;
}

/* Make sure that a rename is on the disk and not only on its way there. */
static egad_status flush_folder(const char *path)
{
    egad_status status = EGAD_OK;
    int fd = open(path, O_RDONLY);

    /* Some file systems have no fsync of a folder and say EINVAL. */
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
        FAIL(FILE, "h5: cannot flush '%s': %s", path, strerror(errno));
done:
    if (fd >= 0)
        close(fd);
    return status;
}

egad_status egad_h5_commit(egad_h5 *file)
{
    egad_status status = EGAD_OK;
    char *folder = NULL;

    TRY(write_out(file));
    if (rename(file->temporary, file->path) != 0)
        FAIL(FILE, "h5: cannot rename '%s' to '%s': %s", file->temporary, file->path,
             strerror(errno));
    free(file->temporary);
    file->temporary = NULL;
    NEW(folder, strlen(file->path) + 2);
    strcpy(folder, file->path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[1] = 0;
    else
        strcpy(folder, ".");
    TRY(flush_folder(folder));
done:
    free(folder);
    return status;
}

void egad_h5_close(egad_h5 *file)
{
    if (!file)
        return;
    if (file->id >= 0)
        H5Fclose(file->id);
    if (file->fd >= 0)
        close(file->fd);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file);
}

int egad_h5_has(egad_h5 *file, const char *name, const char *attribute)
{
    if (strcmp(name, "/") != 0 && H5Oexists_by_name(file->id, name, H5P_DEFAULT) <= 0)
        return 0;
    return !attribute || H5Aexists_by_name(file->id, name, attribute, H5P_DEFAULT) > 0;
}

/* Open an array and its space. */
static egad_status open_array(egad_h5 *file, const char *name, hid_t *array, hid_t *space)
{
    egad_status status = EGAD_OK;

    if (!egad_h5_has(file, name, NULL))
        FAIL(FORMAT, "h5: '%s' has no %s", file->path, name);
    *array = H5Dopen2(file->id, name, H5P_DEFAULT);
    if (*array < 0)
        FAIL(FORMAT, "h5: %s in '%s' is not an array, or damaged", name, file->path);
    *space = H5Dget_space(*array);
    if (*space < 0 || H5Sget_simple_extent_type(*space) == H5S_NULL)
        FAIL(FORMAT, "h5: %s in '%s' is empty, or damaged", name, file->path);
done:
    return status;
}

egad_status egad_h5_shape(egad_h5 *file, const char *name, size_t shape[EGAD_H5_RANK],
                          int *rank)
{
    egad_status status = EGAD_OK;
    hid_t array = -1, space = -1, type = -1;
    hsize_t dims[H5S_MAX_RANK];

    TRY(open_array(file, name, &array, &space));
    int n = H5Sget_simple_extent_dims(space, dims, NULL);
    if (n < 0 || n > EGAD_H5_RANK)
        FAIL(FORMAT, "h5: %s in '%s' has rank %d, more than %d", name, file->path, n,
             EGAD_H5_RANK);
    type = H5Dget_type(array);
    size_t bytes = type < 0 ? 0 : H5Tget_size(type);
    for (int i = 0; i < n; i++)
        if (__builtin_mul_overflow(bytes, dims[i], &bytes))
            FAIL(FORMAT, "h5: %s in '%s' claims an impossible size", name, file->path);
    if (bytes > PLAIN_MOST && bytes / SHRINK_MOST > H5Dget_storage_size(array))
        FAIL(FORMAT, "h5: %s in '%s' claims %zu bytes, more than the file can hold", name,
             file->path, bytes);
    for (int i = 0; i < n; i++)
        shape[i] = (size_t)dims[i];
    *rank = n;
done:
    close_id(type);
    close_id(space);
    close_id(array);
    return status;
}

int egad_h5_is_u8(egad_h5 *file, const char *name)
{
    hid_t array = H5Dopen2(file->id, name, H5P_DEFAULT);
    hid_t type = array < 0 ? -1 : H5Dget_type(array);
    int yes = type >= 0 && H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 &&
              H5Tget_sign(type) == H5T_SGN_NONE;
    close_id(type);
    close_id(array);
    return yes;
}

/* 1 for what converts to a number; an enumeration is what h5py makes of bool. */
static int is_number(hid_t type)
{
    H5T_class_t class = H5Tget_class(type);
    return class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM;
}

egad_status egad_h5_read(egad_h5 *file, const char *name, egad_h5_type type, size_t n,
                         void *out)
{
    egad_status status = EGAD_OK;
    hid_t array = -1, space = -1, stored = -1;

    TRY(open_array(file, name, &array, &space));
    hssize_t have = H5Sget_simple_extent_npoints(space);
    if (have < 0 || (size_t)have != n)
        FAIL(FORMAT, "h5: %s in '%s' has %lld elements, wanted %zu", name, file->path,
             (long long)have, n);
    stored = H5Dget_type(array);
    if (stored < 0 || !is_number(stored))
        FAIL(FORMAT, "h5: %s in '%s' does not hold numbers", name, file->path);
    if (n && H5Dread(array, memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0)
        FAIL(FORMAT, "h5: cannot read %s in '%s': truncated or damaged", name,
             file->path);
done:
    close_id(stored);
    close_id(space);
    close_id(array);
    return status;
}

/* What H5Dcreate2 is told: parents are made; */
static hid_t link_properties(void)
{
    hid_t id = H5Pcreate(H5P_LINK_CREATE);
    if (id >= 0)
        H5Pset_create_intermediate_group(id, 1);
    return id;
}

/* and a large array is chunked and compressed. */
static hid_t array_properties(egad_h5_type type, int rank, const hsize_t *dims)
{
    hid_t id = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[EGAD_H5_RANK], row = H5Tget_size(memory_type(type));

    if (id < 0 || rank == 0)
        return id;
    for (int i = 1; i < rank; i++)
        row *= chunk[i] = dims[i];
    /* HDF5 takes no chunk of 4 GiB. */
    if (row == 0 || row > UINT32_MAX || row * dims[0] < COMPRESS_FROM)
        return id;
    chunk[0] = row > CHUNK ? 1 : CHUNK / row;
    if (chunk[0] > dims[0])
        chunk[0] = dims[0];
    H5Pset_chunk(id, rank, chunk);
    H5Pset_shuffle(id);
    H5Pset_deflate(id, 1);
    return id;
}

egad_status egad_h5_write(egad_h5 *file, const char *name, egad_h5_type type, int rank,
                          const size_t *shape, const void *data)
{
    egad_status status = EGAD_OK;
    hid_t space = -1, links = -1, properties = -1, array = -1;
    hsize_t dims[EGAD_H5_RANK];
    size_t n = 1;

    for (int i = 0; i < rank; i++)
        n *= shape[i], dims[i] = shape[i];
    space = rank ? H5Screate_simple(rank, dims, NULL) : H5Screate(H5S_SCALAR);
    links = link_properties();
    properties = array_properties(type, rank, dims);
    array = H5Dcreate2(file->id, name, file_type(type), space, links, properties,
                       H5P_DEFAULT);
    if (array < 0)
        FAIL(FILE, "h5: cannot make %s in '%s'", name, file->path);
    if (n && H5Dwrite(array, memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        FAIL(FILE, "h5: cannot write %s in '%s': out of memory?", name, file->path);
done:
    close_id(array);
    close_id(properties);
    close_id(links);
    close_id(space);
    return status;
}

/* Write one value of any type as an attribute. */
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
        links = link_properties();
        object = H5Gcreate2(file->id, name, links, H5P_DEFAULT, H5P_DEFAULT);
    }
    space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL);
    if (object >= 0)
        id = H5Acreate2(object, attribute, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0 || H5Awrite(id, memory, value) < 0)
        FAIL(FILE, "h5: cannot write attribute %s of %s in '%s'", attribute, name,
             file->path);
done:
    close_id(id);
    close_id(links);
    close_id(object);
    close_id(space);
    return status;
}

/* Open an attribute of one value, and its type. */
static egad_status open_attribute(egad_h5 *file, const char *name, const char *attribute,
                                  size_t n, hid_t *id, hid_t *type)
{
    egad_status status = EGAD_OK;
    hid_t space = -1;

    if (!egad_h5_has(file, name, attribute))
        FAIL(FORMAT, "h5: %s in '%s' has no attribute %s", name, file->path, attribute);
    *id = H5Aopen_by_name(file->id, name, attribute, H5P_DEFAULT, H5P_DEFAULT);
    *type = *id < 0 ? -1 : H5Aget_type(*id);
    space = *id < 0 ? -1 : H5Aget_space(*id);
    if (*type < 0 || space < 0)
        FAIL(FORMAT, "h5: attribute %s of %s in '%s' is damaged", attribute, name,
             file->path);
    if (H5Sget_simple_extent_npoints(space) != (hssize_t)n)
        FAIL(FORMAT, "h5: attribute %s of %s in '%s' does not hold %zu value%s",
             attribute, name, file->path, n, n == 1 ? "" : "s");
done:
    close_id(space);
    return status;
}

static egad_status read_attribute(egad_h5 *file, const char *name, const char *attribute,
                                  hid_t memory, size_t n, void *value)
{
    egad_status status = EGAD_OK;
    hid_t id = -1, type = -1;

    TRY(open_attribute(file, name, attribute, n, &id, &type));
    if (!is_number(type) || H5Aread(id, memory, value) < 0)
        FAIL(FORMAT, "h5: attribute %s of %s in '%s' is not a number", attribute, name,
             file->path);
done:
    close_id(type);
    close_id(id);
    return status;
}

egad_status egad_h5_write_number(egad_h5 *file, const char *name, const char *attribute,
                                 double value)
{
    return write_attribute(file, name, attribute, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1,
                           &value);
}

egad_status egad_h5_read_number(egad_h5 *file, const char *name, const char *attribute,
                                double *value)
{
    return read_attribute(file, name, attribute, H5T_NATIVE_DOUBLE, 1, value);
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

egad_status egad_h5_write_text(egad_h5 *file, const char *name, const char *attribute,
                               const char *text)
{
    hid_t type = text_type(H5T_CSET_UTF8);
    egad_status status = write_attribute(file, name, attribute, type, type, 1, &text);
    close_id(type);
    return status;
}

/* Texts are stored by h5py, numpy and C programs in two ways: variable length, each its
 * own allocation, and fixed length, padded.  Both become strings of their own. */
static egad_status copy_texts(char **out, size_t n, const char *buffer, size_t width)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; i < n; i++) {
        const char *text = width ? buffer + i * width : ((char *const *)buffer)[i];
        size_t length = !text ? 0 : width ? strnlen(text, width) : strlen(text);
        NEW(out[i], length + 1);
        if (length)
            memcpy(out[i], text, length);
    }
done:
    return status;
}

/* Read the `n` texts of an attribute or array `id`, of type `stored`. */
static egad_status read_texts(egad_h5 *file, const char *name, int attribute, hid_t id,
                              hid_t stored, hid_t space, size_t n, char **out)
{
    egad_status status = EGAD_OK;
    hid_t memory = -1;
    char *buffer = NULL;
    int variable = H5Tis_variable_str(stored) > 0, got = 0;
    size_t width = H5Tget_size(stored);

    if (H5Tget_class(stored) != H5T_STRING || width == 0)
        FAIL(FORMAT, "h5: %s in '%s' does not hold text", name, file->path);
    memory = variable ? text_type(H5Tget_cset(stored)) : H5Tcopy(stored);
    if (!variable && n > SIZE_MAX / width)
        FAIL(FORMAT, "h5: %s in '%s' claims an impossible size", name, file->path);
    NEW(buffer, variable ? n * sizeof(char *) : n * width);
    herr_t read = attribute ? H5Aread(id, memory, buffer)
                            : H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    if (n && read < 0)
        FAIL(FORMAT, "h5: cannot read %s in '%s': damaged", name, file->path);
    got = 1;
    TRY(copy_texts(out, n, buffer, variable ? 0 : width));
done:
    if (got && variable && n)
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, buffer);
    close_id(memory);
    free(buffer);
    return status;
}

egad_status egad_h5_read_text(egad_h5 *file, const char *name, const char *attribute,
                              char **text)
{
    egad_status status = EGAD_OK;
    hid_t id = -1, type = -1, space = -1;

    *text = NULL;
    TRY(open_attribute(file, name, attribute, 1, &id, &type));
    space = H5Aget_space(id);
    TRY(read_texts(file, attribute, 1, id, type, space, 1, text));
done:
    close_id(space);
    close_id(type);
    close_id(id);
    return status;
}

egad_status egad_h5_write_texts(egad_h5 *file, const char *name, char *const *texts,
                                size_t n)
{
    egad_status status = EGAD_OK;
    hsize_t dims = n;
    hid_t type = text_type(H5T_CSET_UTF8), links = link_properties(), array = -1;
    hid_t space = H5Screate_simple(1, &dims, NULL);

    array = H5Dcreate2(file->id, name, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    if (array < 0 ||
        (n && H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) < 0))
        FAIL(FILE, "h5: cannot write %s in '%s'", name, file->path);
done:
    close_id(array);
    close_id(space);
    close_id(links);
    close_id(type);
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
    TRY(open_array(file, name, &array, &space));
    type = H5Dget_type(array);
    NEW(list, shape[0]);
    count = shape[0];
    TRY(read_texts(file, name, 0, array, type, space, count, list));
    *texts = list;
    *n = count;
    list = NULL;
done:
    for (size_t i = 0; list && i < count; i++)
        free(list[i]);
    free(list);
    close_id(type);
    close_id(space);
    close_id(array);
    return status;
}

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info,
                         void *data)
{
    visiting *v = data;
    char *path = NULL;

    /* Links by name may lead out of the file. */
    if (info->type != H5L_TYPE_HARD)
        return 0;
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    int array = object >= 0 && H5Iget_type(object) == H5I_DATASET;
    close_id(object);
    size_t size = strlen(name) + 2;
    path = malloc(size);
    if (!path) {
        v->status = egad_status_fail(EGAD_MEMORY, __FILE__, __LINE__, "out of memory");
    } else {
        snprintf(path, size, "/%s", name);
        v->status = v->visit(v->context, path, array);
    }
    free(path);
    return v->status != EGAD_OK;
}

egad_status egad_h5_visit(egad_h5 *file,
                          egad_status (*visit)(void *context, const char *name,
                                               int array),
                          void *context)
{
    egad_status status = EGAD_OK;
    visiting v = { EGAD_OK, visit, context };

    herr_t walked = H5Lvisit(file->id, H5_INDEX_NAME, H5_ITER_INC, visit_link, &v);
    TRY(v.status);
    if (walked < 0)
        FAIL(FORMAT, "h5: cannot list '%s': damaged", file->path);
done:
    return status;
}

typedef struct {
    egad_status status;
    egad_h5 *file;
    const char *name, *indent;
    FILE *out;
} printing;

/* One attribute as text: a string, or up to eight numbers. */
static egad_status print_attribute(printing *p, const char *attribute)
{
    egad_status status = EGAD_OK;
    enum { MOST = 8 };
    double values[MOST];
    char *text = NULL;
    hid_t id = H5Aopen_by_name(p->file->id, p->name, attribute, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = id < 0 ? -1 : H5Aget_type(id), space = id < 0 ? -1 : H5Aget_space(id);
    const hssize_t n = space < 0 ? 0 : H5Sget_simple_extent_npoints(space);

    fprintf(p->out, "%s%s:", p->indent, attribute);
    if (type >= 0 && H5Tget_class(type) == H5T_STRING) {
        TRY(egad_h5_read_text(p->file, p->name, attribute, &text));
        fprintf(p->out, " %s", text);
    } else if (type >= 0 && is_number(type) && n >= 1 && n <= MOST) {
        TRY(read_attribute(p->file, p->name, attribute, H5T_NATIVE_DOUBLE, (size_t)n,
                           values));
        for (hssize_t i = 0; i < n; i++)
            fprintf(p->out, " %.17g", values[i]);
    } else {
        fputs(" (not shown)", p->out);
    }
    fputc('\n', p->out);
done:
    free(text);
    close_id(space);
    close_id(type);
    close_id(id);
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
    printing p = { EGAD_OK, file, name, indent, open_memstream(text, &size) };
    if (!p.out)
        FAIL(MEMORY, "out of memory for the attributes of %s", name);
    herr_t walked = H5Aiterate_by_name(file->id, name, H5_INDEX_NAME, H5_ITER_INC, NULL,
                                       visit_attribute, &p, H5P_DEFAULT);
    fclose(p.out);
    TRY(p.status);
    if (walked < 0)
        FAIL(FORMAT, "h5: cannot list the attributes of %s in '%s': damaged", name,
             file->path);
done:
    if (status != EGAD_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}
