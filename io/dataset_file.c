/* Data sets as HDF5 files:
 *
 *     /x           float32 (rows, features), or float64 where that loses digits that
 *                  matter; (rows, H, W, C) for images, stored as uint8 if all values are
 *                  whole numbers from 0 to 255
 *     /y           uint8 (rows): 0 normal, 1 anomaly
 *     /split       uint8 (rows): 0 train, 1 test
 *     /class       int32 (rows): index into /class_names (texts)
 *     /filled      uint8 (rows, columns): 1 where a number was missing and is imputed
 *     /file        texts (rows): file names of images
 *     /id          texts (rows): identifiers, by the column that attribute id_column
 * names /schema      columns, their categories and imputed values (schema.c) attributes
 * format "egad-data", format_version, protocol, source, sha256, rows_read, command,
 * egad_version
 *
 * Only /x is required, so that a file written with h5py works too.  Values are stored
 * unscaled. */
#include "digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORMAT_VERSION = 1,
    NAME_MOST = 4095 /* longest file name or identifier, in bytes */
};

static egad_status check_x(const egad_dataset *data, const char *path)
{
    egad_status status = EGAD_OK;
    size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    char *name = NULL;

    for (size_t i = 0; i < data->rows * width; i++) {
        if (isfinite(data->x[i]))
            continue;
        if (data->schema.n == 0)
            FAIL(DATA, "dataset: /x in '%s', row %zu, column %zu: %g is not finite", path,
                 i / width, i % width, (double)data->x[i]);
        TRY(egad_schema_feature_name(&data->schema, i % width, &name));
        FAIL(DATA, "dataset: /x in '%s', row %zu, column %zu (%s): %g is not finite",
             path, i / width, i % width, name, (double)data->x[i]);
    }
done:
    free(name);
    return status;
}

/* Check that schema and offsets are those of rows of this width. */
static egad_status check_width(const egad_dataset *data, const char *path)
{
    egad_status status = EGAD_OK;
    const egad_schema *schema = &data->schema;
    const size_t width = data->shape[0] * data->shape[1] * data->shape[2];

    if (schema->n && egad_schema_features(schema) != width)
        FAIL(SHAPE, "dataset: '%s': the schema has %zu features, /x has %zu columns",
             path, egad_schema_features(schema), width);
    if (schema->offsets && schema->offsets != width)
        FAIL(SHAPE, "dataset: '%s': the schema has %zu offsets, x has %zu columns", path,
             schema->offsets, width);
done:
    return status;
}

/* Check the names of rows: files or identifiers; NULL: there are none. */
static egad_status check_names(const egad_dataset *data, const char *path,
                               const char *what, char *const *name)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; name && i < data->rows; i++)
        if (strlen(name[i]) > NAME_MOST)
            FAIL(DATA, "dataset: %s in '%s', row %zu has %zu bytes, wanted %d at most",
                 what, path, i, strlen(name[i]), NAME_MOST);
done:
    return status;
}

/* Check a data set that was read or is to be written. */
static egad_status check(const egad_dataset *data, const char *path)
{
    egad_status status = EGAD_OK;

    TRY(check_width(data, path));
    for (size_t i = 0; data->y && i < data->rows; i++)
        if (data->y[i] > 1)
            FAIL(DATA, "dataset: /y in '%s', row %zu is %d, wanted 0 or 1", path, i,
                 data->y[i]);
    for (size_t i = 0; data->split && i < data->rows; i++)
        if (data->split[i] > EGAD_TEST)
            FAIL(DATA, "dataset: /split in '%s', row %zu is %d, wanted 0 or 1", path, i,
                 data->split[i]);
    for (size_t i = 0; data->class_of && i < data->rows; i++)
        if (data->class_of[i] < 0 || (size_t)data->class_of[i] >= data->classes)
            FAIL(DATA,
                 "dataset: /class in '%s', row %zu is %d, but there are %zu class names",
                 path, i, (int)data->class_of[i], data->classes);
    TRY(check_names(data, path, "/file", data->file));
    TRY(check_names(data, path, "/id", data->id));
    TRY(check_x(data, path));
done:
    return status;
}

/* Check the format and its version.  A file without a format is accepted for its
 * contents. */
static egad_status check_format(egad_h5 *file, const char *path)
{
    egad_status status = EGAD_OK;
    char *format = NULL;
    uint64_t version = 0;

    if (egad_h5_has(file, "/", "format")) {
        TRY(egad_h5_read_text(file, "/", "format", &format));
        if (strcmp(format, "egad-data") != 0)
            FAIL(FORMAT,
                 "dataset: '%s' has format '%s', wanted egad-data: 'egad data import' "
                 "makes data files, 'egad inspect' describes this one",
                 path, format);
        TRY(egad_h5_read_count(file, "/", "format_version", &version));
        if (version > FORMAT_VERSION)
            FAIL(FORMAT,
                 "dataset: '%s' was written by a newer egad (format %llu, this one reads "
                 "%d): update egad",
                 path, (unsigned long long)version, FORMAT_VERSION);
    }
    if (!egad_h5_has(file, "/x", NULL))
        FAIL(FORMAT, "dataset: '%s' has no /x, so it is not a data file", path);
done:
    free(format);
    return status;
}

/* Make the data set that /x fills. */
static egad_status load_shape(egad_h5 *file, const char *path, egad_dataset **out)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK], hwc[3] = { 1, 1, 1 };
    int rank;

    TRY(egad_h5_shape(file, "/x", shape, &rank));
    if (rank != 2 && rank != 4)
        FAIL(
            SHAPE,
            "dataset: /x in '%s' has rank %d, wanted (rows, features) or (rows, H, W, C)",
            path, rank);
    if (rank == 2)
        hwc[2] = shape[1];
    else
        memcpy(hwc, shape + 1, sizeof hwc);
    TRY(egad_dataset_new(out, shape[0], hwc));
done:
    return status;
}

/* The values of /x in double precision. */
typedef struct {
    double *value; /* (rows, width) */
    size_t width;
} wide_x;

static double value_of(const void *of, size_t row, size_t column, size_t feature)
{
    const wide_x *wide = of;
    (void)column;
    return wide->value[row * wide->width + feature];
}

/* Fill x from values in double precision: with these offsets, or with their own (NULL).
 */
static egad_status load_wide(egad_h5 *file, egad_dataset *data, const egad_schema *shift)
{
    egad_status status = EGAD_OK;
    wide_x all = { .width = data->shape[0] * data->shape[1] * data->shape[2] };
    const egad_digits from = { data->rows, data->split, value_of, &all };
    int wide = 0;

    NEW(all.value, data->rows * all.width);
    TRY(egad_h5_read(file, "/x", EGAD_H5_F64, data->rows * all.width, all.value));
    if (!shift)
        TRY(egad_digits_settle(data, &from, &wide));
    else if (shift->offsets == all.width)
        TRY(egad_schema_shift(&data->schema, shift));
    for (size_t i = 0; i < data->rows; i++)
        egad_digits_put(data, i, all.value + i * all.width);
    if (wide) {
        data->wide = all.value;
        all.value = NULL;
    }
done:
    free(all.value);
    return status;
}

/* Split and schema are known. */
static egad_status load_x(egad_h5 *file, egad_dataset *data, const egad_schema *shift)
{
    const size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    const int brief =
        egad_h5_fits_f32(file, "/x") || egad_dataset_images(&data->schema, data->shape);
    return brief && !(shift && shift->offsets)
               ? egad_h5_read(file, "/x", EGAD_H5_F32, data->rows * width, data->x)
               : load_wide(file, data, shift);
}

/* Check that an array has one value per row. */
static egad_status check_length(egad_h5 *file, const char *path, const char *name,
                                size_t rows)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank;

    TRY(egad_h5_shape(file, name, shape, &rank));
    if (rank != 1 || shape[0] != rows)
        FAIL(SHAPE, "dataset: %s in '%s' has rank %d and %zu rows, but /x has %zu rows",
             name, path, rank, rank ? shape[0] : 1, rows);
done:
    return status;
}

/* Read whole numbers from 0 to `high`, of any stored type, as doubles: converting to
 * bytes, HDF5 would silently turn -1 into 0, 300 into 255 and 0.5 into 0. */
static egad_status load_whole(egad_h5 *file, const char *path, const char *name,
                              size_t rows, double high, double **out)
{
    egad_status status = EGAD_OK;

    TRY(check_length(file, path, name, rows));
    NEW(*out, rows);
    TRY(egad_h5_read(file, name, EGAD_H5_F64, rows, *out));
    for (size_t i = 0; i < rows; i++)
        if (!((*out)[i] >= 0 && (*out)[i] <= high && (*out)[i] == floor((*out)[i])))
            FAIL(DATA, "dataset: %s in '%s', row %zu is %g, wanted a whole number 0..%g",
                 name, path, i, (*out)[i], high);
done:
    return status;
}

static egad_status load_flags(egad_h5 *file, const char *path, const char *name,
                              size_t rows, unsigned char **out)
{
    egad_status status = EGAD_OK;
    double *value = NULL;

    if (!egad_h5_has(file, name, NULL))
        goto done;
    TRY(load_whole(file, path, name, rows, 1, &value));
    NEW(*out, rows);
    for (size_t i = 0; i < rows; i++)
        (*out)[i] = (unsigned char)value[i];
done:
    free(value);
    return status;
}

static egad_status load_classes(egad_h5 *file, const char *path, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    double *value = NULL;

    if (!egad_h5_has(file, "/class", NULL))
        goto done;
    if (!egad_h5_has(file, "/class_names", NULL))
        FAIL(FORMAT, "dataset: '%s' has /class but no /class_names", path);
    TRY(egad_h5_read_texts(file, "/class_names", &data->class_name, &data->classes));
    TRY(load_whole(file, path, "/class", data->rows, (double)data->classes - 1, &value));
    NEW(data->class_of, data->rows);
    for (size_t i = 0; i < data->rows; i++)
        data->class_of[i] = (int32_t)value[i];
done:
    free(value);
    return status;
}

/* Check their number before memory is allocated for them. */
static egad_status load_names(egad_h5 *file, const char *path, const char *name,
                              size_t rows, char ***out)
{
    egad_status status = EGAD_OK;
    size_t n;

    if (!egad_h5_has(file, name, NULL))
        goto done;
    TRY(check_length(file, path, name, rows));
    TRY(egad_h5_read_texts(file, name, out, &n));
done:
    return status;
}

/* One column per column of the schema; any value but 0 is a mark. */
static egad_status load_filled(egad_h5 *file, const char *path, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    const size_t columns = data->schema.n;
    int rank;

    if (!egad_h5_has(file, "/filled", NULL))
        goto done;
    TRY(egad_h5_shape(file, "/filled", shape, &rank));
    if (rank != 2 || columns == 0 || shape[0] != data->rows || shape[1] != columns)
        FAIL(SHAPE,
             "dataset: /filled in '%s' does not have the shape (%zu rows, %zu columns)",
             path, data->rows, columns);
    NEW(data->filled, data->rows * columns);
    TRY(egad_h5_read(file, "/filled", EGAD_H5_U8, data->rows * columns, data->filled));
done:
    return status;
}

static egad_status load_text(egad_h5 *file, const char *attribute, char **out)
{
    return egad_h5_has(file, "/", attribute)
               ? egad_h5_read_text(file, "/", attribute, out)
               : EGAD_OK;
}

static egad_status load(egad_dataset **out, const char *path, const egad_schema *shift)
{
    egad_status status = EGAD_OK;
    egad_dataset *data = NULL;
    egad_h5 *file = NULL;
    uint64_t rows_read = 0;

    *out = NULL;
    TRY(egad_h5_open(&file, path));
    TRY(check_format(file, path));
    TRY(load_shape(file, path, &data));
    TRY(load_flags(file, path, "/y", data->rows, &data->y));
    TRY(load_flags(file, path, "/split", data->rows, &data->split));
    TRY(load_classes(file, path, data));
    TRY(load_names(file, path, "/file", data->rows, &data->file));
    TRY(load_names(file, path, "/id", data->rows, &data->id));
    if (data->id)
        TRY(egad_h5_read_text(file, "/", "id_column", &data->id_column));
    if (egad_h5_has(file, "/schema", NULL))
        TRY(egad_schema_read(file, "/schema", &data->schema));
    TRY(check_width(data, path));
    TRY(load_x(file, data, shift));
    TRY(load_filled(file, path, data));
    TRY(load_text(file, "protocol", &data->protocol));
    TRY(load_text(file, "source", &data->source));
    TRY(load_text(file, "sha256", &data->sha256));
    TRY(load_text(file, "command", &data->command));
    if (egad_h5_has(file, "/", "rows_read"))
        TRY(egad_h5_read_count(file, "/", "rows_read", &rows_read));
    data->rows_read = (size_t)rows_read;
    TRY(check(data, path));
    *out = data;
    data = NULL;
done:
    egad_h5_close(file);
    egad_dataset_free(data);
    return status;
}

egad_status egad_dataset_load(egad_dataset **out, const char *path)
{
    return load(out, path, NULL);
}

egad_status egad_dataset_read(egad_dataset **out, const char *path,
                              const egad_schema *schema)
{
    return load(out, path, schema);
}

static egad_status save_text(egad_h5 *file, const char *attribute, const char *text)
{
    return text ? egad_h5_write_text(file, "/", attribute, text) : EGAD_OK;
}

/* Store images as bytes where this is exact: a quarter of the size. */
static egad_status save_images(egad_h5 *file, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    const size_t shape[] = { data->rows, data->shape[0], data->shape[1], data->shape[2] };
    const size_t n = shape[0] * shape[1] * shape[2] * shape[3];
    unsigned char *bytes = NULL;
    size_t i = 0;

    NEW(bytes, n);
    for (; i < n; i++) {
        /* In this range the conversion to a byte is defined; values that it changes are
         * not whole. */
        if (!(data->x[i] >= 0 && data->x[i] <= 255))
            break;
        bytes[i] = (unsigned char)data->x[i];
        if ((float)bytes[i] != data->x[i])
            break;
    }
    if (i == n)
        TRY(egad_h5_write(file, "/x", EGAD_H5_U8, 4, shape, bytes));
    else
        TRY(egad_h5_write(file, "/x", EGAD_H5_F32, 4, shape, data->x));
done:
    free(bytes);
    return status;
}

/* The values of a table: x, or in double precision where it has lost digits or has
 * offsets. */
static egad_status save_table(egad_h5 *file, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    const size_t width = data->shape[2], shape[] = { data->rows, width };
    double *value = NULL;

    if (data->wide) {
        TRY(egad_h5_write(file, "/x", EGAD_H5_F64, 2, shape, data->wide));
    } else if (data->schema.offsets) {
        NEW(value, data->rows * width);
        for (size_t i = 0; i < data->rows * width; i++)
            value[i] = egad_schema_value(&data->schema, i % width, data->x[i]);
        TRY(egad_h5_write(file, "/x", EGAD_H5_F64, 2, shape, value));
    } else {
        TRY(egad_h5_write(file, "/x", EGAD_H5_F32, 2, shape, data->x));
    }
done:
    free(value);
    return status;
}

egad_status egad_dataset_save(const egad_dataset *data, const char *path)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    const size_t marks[] = { data->rows, data->schema.n };
    int is_table = data->shape[0] == 1 && data->shape[1] == 1;

    TRY(check(data, path));
    TRY(egad_h5_create(&file, path));
    TRY(egad_h5_write_text(file, "/", "format", "egad-data"));
    TRY(egad_h5_write_count(file, "/", "format_version", FORMAT_VERSION));
    TRY(egad_h5_write_text(file, "/", "egad_version", egad_status_version()));
    TRY(save_text(file, "protocol", data->protocol));
    TRY(save_text(file, "source", data->source));
    TRY(save_text(file, "sha256", data->sha256));
    TRY(save_text(file, "command", data->command));
    if (data->rows_read)
        TRY(egad_h5_write_count(file, "/", "rows_read", data->rows_read));
    if (is_table)
        TRY(save_table(file, data));
    else
        TRY(save_images(file, data));
    if (data->y)
        TRY(egad_h5_write(file, "/y", EGAD_H5_U8, 1, &data->rows, data->y));
    if (data->split)
        TRY(egad_h5_write(file, "/split", EGAD_H5_U8, 1, &data->rows, data->split));
    if (data->class_of) {
        TRY(egad_h5_write(file, "/class", EGAD_H5_I32, 1, &data->rows, data->class_of));
        TRY(egad_h5_write_texts(file, "/class_names", data->class_name, data->classes));
    }
    if (data->file)
        TRY(egad_h5_write_texts(file, "/file", data->file, data->rows));
    if (data->id) {
        TRY(egad_h5_write_text(file, "/", "id_column", data->id_column));
        TRY(egad_h5_write_texts(file, "/id", data->id, data->rows));
    }
    if (data->schema.n)
        TRY(egad_schema_write(file, "/schema", &data->schema));
    if (data->filled)
        TRY(egad_h5_write(file, "/filled", EGAD_H5_U8, 2, marks, data->filled));
    TRY(egad_h5_commit(file));
done:
    egad_h5_close(file);
    return status;
}
