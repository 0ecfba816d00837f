/* Arrays of numbers in HDF5 files: shape, reading and writing. */
#include "h5_inside.h"

#include <math.h>

enum {
    COMPRESS_FROM = 64 * 1024, /* bytes of an array; smaller ones stay uncompressed */
    LOOKED_AT = 16 * 1024,     /* elements that tell whether an array compresses well */
    CHUNK = 1024 * 1024,       /* approximate bytes of a chunk */
    /* Deflate compresses 1032 times at most; an array that claims much more is
     * damaged. */
    SHRINK_MOST = 2048,
    PLAIN_MOST = 64 * 1024 * 1024 /* bytes that are allocated without this check */
};

/* HDF5's type names are variables that are set when the library starts. */
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

egad_status egad_h5_shape(egad_h5 *file, const char *name, size_t shape[EGAD_H5_RANK],
                          int *rank)
{
    egad_status status = EGAD_OK;
    hid_t array = -1, space = -1, type = -1;
    hsize_t dims[H5S_MAX_RANK];

    TRY(egad_h5_open_array(file, name, &array, &space));
    int n = H5Sget_simple_extent_dims(space, dims, NULL);
    if (n < 0 || n > EGAD_H5_RANK)
        FAIL(FORMAT, "h5: %s in '%s' has rank %d, more than %d", name, file->path, n,
             EGAD_H5_RANK);
    type = H5Dget_type(array);
    size_t bytes = type < 0 ? 0 : H5Tget_size(type);
    for (int i = 0; i < n; i++)
        if (__builtin_mul_overflow(bytes, dims[i], &bytes))
            FAIL(FORMAT, "h5: %s in '%s' claims an impossible size" EGAD_H5_ANEW, name,
                 file->path);
    if (bytes > PLAIN_MOST && bytes / SHRINK_MOST > H5Dget_storage_size(array))
        FAIL(FORMAT,
             "h5: %s in '%s' claims %zu bytes, more than the file can hold" EGAD_H5_ANEW,
             name, file->path, bytes);
    for (int i = 0; i < n; i++)
        shape[i] = (size_t)dims[i];
    *rank = n;
done:
    egad_h5_close_id(type);
    egad_h5_close_id(space);
    egad_h5_close_id(array);
    return status;
}

/* The type of an array's values in the file, closed with egad_h5_close_id; negative:
 * there is no such array. */
static hid_t stored_type(egad_h5 *file, const char *name)
{
    hid_t array = -1, space = -1;
    hid_t type = egad_h5_open_array(file, name, &array, &space) != EGAD_OK
                     ? -1
                     : H5Dget_type(array);
    egad_h5_close_id(space);
    egad_h5_close_id(array);
    return type;
}

int egad_h5_is_u8(egad_h5 *file, const char *name)
{
    hid_t type = stored_type(file, name);
    int yes = type >= 0 && H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 &&
              H5Tget_sign(type) == H5T_SGN_NONE;
    egad_h5_close_id(type);
    return yes;
}

int egad_h5_fits_f32(egad_h5 *file, const char *name)
{
    hid_t type = stored_type(file, name);
    const size_t bytes = type < 0 ? 0 : H5Tget_size(type);
    const int whole = bytes && H5Tget_class(type) == H5T_INTEGER;
    egad_h5_close_id(type);
    return bytes && bytes <= (whole ? 2 : 4);
}

egad_status egad_h5_read(egad_h5 *file, const char *name, egad_h5_type type, size_t n,
                         void *out)
{
    egad_status status = EGAD_OK;
    hid_t array = -1, space = -1, stored = -1;

    TRY(egad_h5_open_array(file, name, &array, &space));
    hssize_t have = H5Sget_simple_extent_npoints(space);
    if (have < 0 || (size_t)have != n)
        FAIL(FORMAT, "h5: %s in '%s' has %lld elements, wanted %zu" EGAD_H5_ANEW, name,
             file->path, (long long)have, n);
    stored = H5Dget_type(array);
    if (stored < 0 || !egad_h5_is_number(stored))
        FAIL(FORMAT, "h5: %s in '%s' does not hold numbers" EGAD_H5_ANEW, name,
             file->path);
    if (n)
        TRY(egad_h5_check_chunks(file, name, array, space));
    if (n && H5Dread(array, memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0)
        FAIL(FORMAT, "h5: cannot read %s in '%s': truncated or damaged" EGAD_H5_ANEW,
             name, file->path);
done:
    egad_h5_close_id(stored);
    egad_h5_close_id(space);
    egad_h5_close_id(array);
    return status;
}

/* Whether n elements of `width` bytes take less than three quarters of their size, by the
 * entropy of the bytes of each place, which is how shuffle orders them.  Trained weights
 * take .86, for most of the time that a save needs.  Elements are looked at in steps that
 * follow no column. */
static int compresses_well(const unsigned char *data, size_t width, size_t n)
{
    const size_t seen = n < LOOKED_AT ? n : LOOKED_AT;
    double bits = 0.0;
    for (size_t place = 0; place < width; place++) {
        size_t count[256] = { 0 };
        for (size_t i = 0; i < seen; i++)
            count[data[i * 2654435761u % n * width + place]]++;
        for (int byte = 0; byte < 256; byte++)
            if (count[byte])
                bits += (double)count[byte] * log2((double)seen / (double)count[byte]) /
                        (double)seen;
    }
    return bits < 0.75 * 8.0 * (double)width;
}

/* Arrays are chunked, as only chunks have checksums; chunks of large arrays are
 * compressed where that pays. */
static hid_t array_properties(egad_h5_type type, int rank, const hsize_t *dims,
                              const void *data)
{
    hid_t id = egad_h5_array_properties();
    const hsize_t width = H5Tget_size(memory_type(type));
    hsize_t chunk[EGAD_H5_RANK], row = width;

    if (id < 0 || rank == 0)
        return id;
    for (int i = 1; i < rank; i++)
        row *= chunk[i] = dims[i];
    /* HDF5 allows no chunk of 4 GiB or more, and no empty chunk. */
    if (row == 0 || row > UINT32_MAX || dims[0] == 0)
        return id;
    chunk[0] = row > CHUNK ? 1 : CHUNK / row;
    if (chunk[0] > dims[0])
        chunk[0] = dims[0];
    H5Pset_chunk(id, rank, chunk);
    if (row * dims[0] >= COMPRESS_FROM &&
        compresses_well(data, width, row * dims[0] / width)) {
        H5Pset_shuffle(id);
        H5Pset_deflate(id, 1);
    }
    H5Pset_fletcher32(id);
    return id;
}

egad_status egad_h5_read_floats(egad_h5 *file, const char *name, int rank,
                                const size_t *shape, float *values)
{
    egad_status status = EGAD_OK;
    size_t have[EGAD_H5_RANK], n = 1;
    int have_rank = 0;
    TRY(egad_h5_shape(file, name, have, &have_rank));
    for (int i = 0; i < rank; i++) {
        n *= shape[i];
        if (have_rank != rank || have[i] != shape[i])
            FAIL(FORMAT,
                 "model: '%s' does not have the shape that the model "
                 "requires" EGAD_H5_RETRAIN,
                 name);
    }
    TRY(egad_h5_read(file, name, EGAD_H5_F32, n, values));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            FAIL(FORMAT, "model: '%s' holds a value that is not finite" EGAD_H5_RETRAIN,
                 name);
done:
    return status;
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
    links = egad_h5_link_properties();
    properties = array_properties(type, rank, dims, data);
    array = H5Dcreate2(file->id, name, file_type(type), space, links, properties,
                       H5P_DEFAULT);
    if (array < 0)
        FAIL(FILE, "h5: cannot create %s in '%s'", name, file->path);
    if (n && H5Dwrite(array, memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        FAIL(FILE, "h5: cannot write %s in '%s': out of memory?", name, file->path);
done:
    egad_h5_close_id(array);
    egad_h5_close_id(properties);
    egad_h5_close_id(links);
    egad_h5_close_id(space);
    return status;
}

egad_status egad_h5_write_floats(egad_h5 *file, const char *name, int rank,
                                 const size_t *shape, float *values)
{
    return egad_h5_write(file, name, EGAD_H5_F32, rank, shape, values);
}
