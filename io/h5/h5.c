/* HDF5 files: open, create, commit and list.  h5_array.c handles arrays, h5_attribute.c
 * attributes, h5_text.c text; h5_find.c decides which objects are accepted.
 *
 * A new file is built in memory and written by egad_h5_commit, because HDF5 1.10 cannot
 * close a file on a full disk and crashes when the program exits. */
#include "base/file.h"
#include "h5_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    INDEX = 4,               /* half the number of chunks in an index node */
    GROWTH = 4 * 1024 * 1024 /* increment of a new file's memory, in bytes */
};

/* Allocate a handle without a file. */
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

/* What HDF5 calls a file in memory: it takes two open ones of one name for the same. */
static void name_memory(char name[48], const egad_h5 *file)
{
    snprintf(name, 48, "egad-memory-%p", (const void *)file);
}

/* Open with the system first: its error messages are clear, those of HDF5 are not. */
static egad_status open_readable(egad_h5 *file)
{
    egad_status status = EGAD_OK;
    struct stat info;

    file->fd = open(file->path, O_RDONLY | O_NONBLOCK);
    if (file->fd < 0 || fstat(file->fd, &info) != 0)
        FAIL(FILE, "h5: cannot open '%s': %s", file->path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        FAIL(FILE, "h5: cannot open '%s': not a regular file", file->path);
    file->size = (uint64_t)info.st_size;
done:
    return status;
}

/* 1 if the name ends in .csv or .csv.gz. */
static int is_csv(const char *path)
{
    size_t n = strlen(path);

    if (n > 3 && strcasecmp(path + n - 3, ".gz") == 0)
        n -= 3;
    return n > 4 && strncasecmp(path + n - 4, ".csv", 4) == 0;
}

/* How a file is opened for reading: without a lock, which some network file systems do
 * not have.  Files are replaced by rename, so that none changes while it is read, and
 * their checksums tell of programs that write in place.  HDF5_USE_FILE_LOCKING, where it
 * is set, decides instead. */
static hid_t reading(void)
{
    const hid_t how = H5Pcreate(H5P_FILE_ACCESS);
#if H5_VERSION_GE(1, 10, 7)
    if (how >= 0)
        H5Pset_file_locking(how, 0, 1);
#endif
    return how;
}

egad_status egad_h5_open(egad_h5 **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    hid_t how = -1;

    *out = NULL;
    TRY(new_handle(&file, path));
    TRY(open_readable(file));
    TRY(egad_h5_check_checksum(file));
    if (H5Fis_hdf5(path) <= 0 && is_csv(path))
        FAIL(FORMAT,
             "h5: '%s' is not an HDF5 file: 'egad data import csv' makes a data file of "
             "it, and 'egad train' a model of that",
             path);
    if (H5Fis_hdf5(path) <= 0)
        FAIL(FORMAT,
             "h5: '%s' is not an HDF5 file; data files are written by 'egad data "
             "import', model files by 'egad train'",
             path);
    how = reading();
    file->id = H5Fopen(path, H5F_ACC_RDONLY, how < 0 ? H5P_DEFAULT : how);
    if (file->id < 0)
        FAIL(FORMAT,
             "h5: '%s' is HDF5, but truncated, damaged or in use: copy it again or "
             "recreate it",
             path);
    TRY(egad_h5_check_cut(file));
    *out = file;
    file = NULL;
done:
    egad_h5_close_id(how);
    egad_h5_close(file);
    return status;
}

egad_status egad_h5_open_bytes(egad_h5 **out, const void *bytes, size_t n,
                               const char *name)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    hid_t how = -1;
    char own[48];

    *out = NULL;
    TRY(new_handle(&file, name));
    name_memory(own, file);
    file->bytes = bytes;
    file->size = n;
    TRY(egad_h5_check_checksum(file));
    how = H5Pcreate(H5P_FILE_ACCESS);
    /* HDF5 copies the image, and does not change it. */
    if (n == 0 || how < 0 || H5Pset_fapl_core(how, GROWTH, 0) < 0 ||
        H5Pset_file_image(how, (void *)(uintptr_t)bytes, n) < 0)
        FAIL(FORMAT, "h5: '%s' is not HDF5" EGAD_H5_ANEW, name);
    file->id = H5Fopen(own, H5F_ACC_RDONLY, how);
    if (file->id < 0)
        FAIL(FORMAT, "h5: '%s' is not HDF5, truncated or damaged" EGAD_H5_ANEW, name);
    *out = file;
    file = NULL;
done:
    egad_h5_close_id(how);
    egad_h5_close(file);
    return status;
}

/* Start the content of a new file. */
static egad_status create_content(egad_h5 *file)
{
    egad_status status = EGAD_OK;
    const char *path = file->path;
    hid_t memory = -1, sizes = -1;
    char own[48];

    memory = H5Pcreate(H5P_FILE_ACCESS);
    if (memory < 0 || H5Pset_fapl_core(memory, GROWTH, 0) < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", path);
    /* An index node reserves space for twice this many chunks, used or not. */
    sizes = H5Pcreate(H5P_FILE_CREATE);
    if (sizes < 0 || H5Pset_istore_k(sizes, INDEX) < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", path);
    name_memory(own, file);
    file->id = H5Fcreate(own, H5F_ACC_TRUNC, sizes, memory);
    if (file->id < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", path);
done:
    egad_h5_close_id(sizes);
    egad_h5_close_id(memory);
    return status;
}

egad_status egad_h5_create(egad_h5 **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    struct stat info;

    *out = NULL;
    TRY(new_handle(&file, path));
    /* A rename can replace only a regular file. */
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        FAIL(FILE, "h5: cannot write '%s': not a regular file", path);
    TRY(egad_file_new(&file->made, path));
    TRY(create_content(file));
    *out = file;
    file = NULL;
done:
    egad_h5_close(file);
    return status;
}

egad_status egad_h5_create_bytes(egad_h5 **out, const char *name)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;

    *out = NULL;
    TRY(new_handle(&file, name));
    TRY(create_content(file));
    *out = file;
    file = NULL;
done:
    egad_h5_close(file);
    return status;
}

egad_status egad_h5_take_bytes(egad_h5 *file, unsigned char **bytes, size_t *n)
{
    egad_status status = EGAD_OK;
    char *image = NULL;

    *bytes = NULL;
    ssize_t size = H5Fflush(file->id, H5F_SCOPE_LOCAL) < 0
                       ? -1
                       : H5Fget_file_image(file->id, NULL, 0);
    if (size < 0)
        FAIL(MEMORY, "h5: out of memory for '%s'", file->path);
    const size_t all = (size_t)size + EGAD_H5_CHECKSUM;
    NEW(image, all + 1);
    if (H5Fget_file_image(file->id, image, (size_t)size) != size)
        FAIL(MEMORY, "h5: out of memory for '%s'", file->path);
    egad_h5_checksum(image + size, image, (size_t)size);
    *bytes = (unsigned char *)image;
    *n = all;
    image = NULL;
done:
    free(image);
    return status;
}

egad_status egad_h5_commit(egad_h5 *file)
{
    egad_status status = EGAD_OK;
    unsigned char *image = NULL;
    size_t n = 0;

    TRY(egad_h5_take_bytes(file, &image, &n));
    TRY(egad_file_write(file->made, image, n));
    TRY(egad_file_commit(file->made));
done:
    free(image);
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
    egad_file_free(file->made);
    free(file->path);
    free(file);
}

uint64_t egad_h5_size(const egad_h5 *file)
{
    return file->size;
}

typedef struct {
    egad_status status;
    egad_status (*visit)(void *context, const char *name, int array);
    void *context;
} visiting;

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info,
                         void *data)
{
    visiting *v = data;
    char *path = NULL;

    /* Soft and external links may lead out of the file. */
    if (info->type != H5L_TYPE_HARD)
        return 0;
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    int array = object >= 0 && H5Iget_type(object) == H5I_DATASET;
    egad_h5_close_id(object);
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
        FAIL(FORMAT, "h5: cannot list '%s': damaged" EGAD_H5_ANEW, file->path);
done:
    return status;
}
