/* Arrays of numbers from a file, and data sets made of them: shared by IDX and NPY. */
#include "elements.h"
#include "io/digits.h"
#include "io/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 1024 * 1024 };

/* "60000 x 28 x 28" */
static const char *shape_text(const egad_elements *e, char out[200])
{
    size_t used = 0;

    out[0] = 0;
    for (int i = 0; i < e->rank; i++)
        used += (size_t)snprintf(out + used, 200 - used, "%s%zu", i ? " x " : "",
                                 e->shape[i]);
    return out;
}

/* Allocate by what the file holds, not by what its header claims. */
egad_status egad_elements_take(egad_elements *e, const char *who, const char *path,
                               egad_input *text)
{
    egad_status status = EGAD_OK;
    size_t room = 0, want = egad_element_size(e->kind), have = 0, got = 1;
    char shape[200], extra;

    e->n = 1;
    shape_text(e, shape);
    for (int i = 0; i < e->rank; i++) {
        if (e->shape[i] == 0)
            FAIL(DATA, "%s: '%s' is empty: its header says %s", who, path, shape);
        if (__builtin_mul_overflow(want, e->shape[i], &want))
            want = SIZE_MAX;
        e->n *= e->shape[i];
    }
    if (want > PTRDIFF_MAX)
        FAIL(FORMAT, "%s: '%s' claims an impossible size, %s: copy it again", who, path,
             shape);
    while (have < want && got > 0) {
        size_t next = want - have < AT_ONCE ? want - have : AT_ONCE;
        GROW(e->bytes, room, have + next);
        TRY(egad_input_fill(text, e->bytes + have, next, &got));
        have += got;
    }
    if (have < want)
        FAIL(FORMAT,
             "%s: '%s' is truncated: its header says %s, %zu bytes, but %zu follow: copy "
             "it again",
             who, path, shape, want, have);
    TRY(egad_input_fill(text, &extra, 1, &got));
    if (got)
        FAIL(FORMAT, "%s: '%s' holds more than the %s of its header: copy it again", who,
             path, shape);
    egad_input_sha256(text, e->sha256);
done:
    return status;
}

/* Where element i of the array, in C order, is in the file. */
static size_t place_of(const egad_elements *e, size_t i)
{
    size_t at = i;

    if (e->fortran) {
        size_t stride = e->n;
        at = 0;
        for (int d = e->rank; d-- > 0; i /= e->shape[d])
            at += i % e->shape[d] * (stride /= e->shape[d]);
    }
    return at;
}

static double value_at(const egad_elements *e, size_t i)
{
    return egad_element_value(e->kind, e->big_endian,
                              e->bytes + place_of(e, i) * egad_element_size(e->kind));
}

static egad_status read_missing(const char *who, const egad_image_options *o,
                                const egad_elements *rows, egad_table_missing *out)
{
    egad_status status = EGAD_OK;

    TRY(egad_table_policy(who, o->missing, out));
    if (*out != EGAD_TABLE_FAIL && rows->rank != 2)
        FAIL(ARGUMENT, "%s: --missing is for tables, (rows, features), not for images",
             who);
done:
    return status;
}

/* Numbers only, unless gaps are allowed; `hint` ends the message. */
static egad_status check_values(const egad_elements *e, const char *who, const char *path,
                                size_t width, int gaps_too, const char *hint)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; egad_element_floats(e->kind) && i < e->n; i++) {
        const double value = value_at(e, i);
        if (!isfinite(value) && !gaps_too)
            FAIL(DATA, "%s: '%s', row %zu, value %zu: %s, wanted numbers only%s", who,
                 path, i / width, i % width,
                 isnan(value) ? "not a number (NaN)" : "infinite", hint);
        if (isfinite(value) && !isfinite((float)value))
            FAIL(DATA, "%s: '%s', row %zu, value %zu: %g is too large for float32", who,
                 path, i / width, i % width, value);
    }
done:
    return status;
}

static int has_gap(const egad_elements *e, size_t row, size_t width)
{
    for (size_t k = 0; k < width; k++)
        if (!isfinite(value_at(e, row * width + k)))
            return 1;
    return 0;
}

/* Keep the rows with keep[row], in C order. */
static egad_status keep_rows(egad_elements *e, const unsigned char *keep)
{
    egad_status status = EGAD_OK;
    const size_t rows = e->shape[0], width = e->n / rows;
    const size_t size = egad_element_size(e->kind);
    unsigned char *bytes = NULL;
    size_t n = 0;

    NEW(bytes, e->n * size);
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; keep[i] && k < width; k++)
            memcpy(bytes + (n * width + k) * size,
                   e->bytes + place_of(e, i * width + k) * size, size);
        n += keep[i];
    }
    free(e->bytes);
    e->bytes = bytes;
    e->fortran = 0;
    e->shape[0] = n;
    e->n = n * width;
done:
    return status;
}

/* Leave out rows with gaps, and their labels (NULL: there are none). */
static egad_status drop_rows(egad_elements *rows, egad_elements *labels, const char *who,
                             const char *path)
{
    egad_status status = EGAD_OK;
    const size_t n = rows->shape[0], width = rows->n / n;
    unsigned char *keep = NULL;
    size_t kept = 0;

    NEW(keep, n);
    for (size_t i = 0; i < n; i++)
        kept += keep[i] = !has_gap(rows, i, width);
    if (kept == 0)
        FAIL(DATA,
             "%s: '%s': no row is left: each lacks a value; impute values with --missing "
             "mean",
             who, path);
    TRY(keep_rows(rows, keep));
    if (labels && labels->n == n) {
        labels->shape[0] = n;
        labels->rank = 1;
        TRY(keep_rows(labels, keep));
    }
done:
    free(keep);
    return status;
}

static double element_at(const void *of, size_t row, size_t column, size_t feature)
{
    const egad_elements *e = of;
    const double value = value_at(e, row * (e->n / e->shape[0]) + column);
    (void)feature;
    return isfinite(value) ? value : (double)NAN;
}

/* Names for the columns of a table, and the means of the training rows for what is
 * missing. */
static egad_status make_columns(egad_dataset *data)
{
    egad_status status = EGAD_OK;
    char name[32];

    NEW(data->schema.column, data->shape[2]);
    for (; data->schema.n < data->shape[2]; data->schema.n++) {
        snprintf(name, sizeof name, "column%zu", data->schema.n + 1);
        TRY(egad_array_text(&data->schema.column[data->schema.n].name, name));
        data->schema.column[data->schema.n].filled = 1;
    }
done:
    return status;
}

static egad_status find_fills(egad_dataset *data, const egad_digits *from,
                              const char *who, const char *path)
{
    egad_status status = EGAD_OK;
    egad_schema *schema = &data->schema;

    for (size_t i = 0; i < schema->n; i++)
        if (!egad_digits_mean(from, i, i, schema->offsets ? schema->offset[i] : 0.0,
                              &schema->column[i].fill))
            FAIL(
                DATA,
                "%s: '%s', value %zu of a row: no training row has it: remove the column",
                who, path, i);
done:
    return status;
}

/* The values of a row, imputed where they are missing. */
static void read_values(const egad_elements *e, egad_dataset *data, size_t row,
                        double *value)
{
    const size_t width = e->n / data->rows;

    for (size_t k = 0; k < width; k++) {
        value[k] = value_at(e, row * width + k);
        if (isfinite(value[k]))
            continue;
        value[k] = data->schema.column[k].fill;
        data->filled[row * width + k] = 1;
    }
}

/* Fill x, whose split is known. */
static egad_status fill_x(const egad_elements *e, egad_dataset *data,
                          egad_table_missing how, const char *who, const char *path)
{
    egad_status status = EGAD_OK;
    const egad_digits from = { data->rows, data->split, element_at, e };
    double *value = NULL;
    int wide = 0;

    if (how == EGAD_TABLE_MEAN) {
        TRY(make_columns(data));
        NEW(data->filled, e->n);
    }
    TRY(egad_digits_settle(data, &from, &wide));
    TRY(find_fills(data, &from, who, path));
    if (wide)
        NEW(data->wide, e->n);
    NEW(value, e->n / data->rows);
    for (size_t i = 0; i < data->rows; i++) {
        read_values(e, data, i, value);
        egad_digits_put(data, i, value);
    }
    if (data->filled && !memchr(data->filled, 1, e->n)) {
        free(data->filled);
        data->filled = NULL;
    }
done:
    free(value);
    return status;
}

/* Make a data set of features or images, with x still 0, freed by the caller. */
static egad_status make_dataset(egad_dataset **out, const egad_elements *e,
                                const char *who, const char *path)
{
    egad_status status = EGAD_OK;
    egad_dataset *data = NULL;
    size_t shape[3] = { 1, 1, 1 };
    char text[200];

    *out = NULL;
    if (e->rank < 2 || e->rank > 4)
        FAIL(SHAPE,
             "%s: '%s' is %s, wanted (rows, features), (rows, H, W) or (rows, H, W, C)",
             who, path, shape_text(e, text));
    if (e->rank == 2)
        shape[2] = e->shape[1];
    else
        memcpy(shape, e->shape + 1, (size_t)(e->rank - 1) * sizeof *shape);
    TRY(egad_dataset_new(&data, e->shape[0], shape));
    data->rows_read = data->rows;
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    return status;
}

static int compare_numbers(const void *a, const void *b)
{
    const int64_t *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

/* Classes from integer labels, named and sorted by value. */
static egad_status classify(egad_dataset *data, const int64_t *label, const char *who,
                            const char *path)
{
    egad_status status = EGAD_OK;
    int64_t *sorted = NULL;
    size_t n = 0;
    char name[32];

    NEW(sorted, data->rows);
    memcpy(sorted, label, data->rows * sizeof *sorted);
    qsort(sorted, data->rows, sizeof *sorted, compare_numbers);
    for (size_t i = 0; i < data->rows; i++)
        if (i == 0 || sorted[i] != sorted[n - 1])
            sorted[n++] = sorted[i];
    if (n > EGAD_TABLE_WORDS)
        FAIL(DATA, "%s: '%s' holds %zu different labels, wanted at most %d", who, path, n,
             EGAD_TABLE_WORDS);
    NEW(data->class_of, data->rows);
    NEW(data->class_name, n);
    for (; data->classes < n; data->classes++) {
        snprintf(name, sizeof name, "%lld", (long long)sorted[data->classes]);
        TRY(egad_array_text(&data->class_name[data->classes], name));
    }
    for (size_t i = 0; i < data->rows; i++)
        data->class_of[i] =
            (int32_t)((int64_t *)bsearch(&label[i], sorted, n, sizeof *sorted,
                                         compare_numbers) -
                      sorted);
done:
    free(sorted);
    return status;
}

/* The greatest dimension: (n, 1) and (1, n) are n labels. */
static size_t longest(const egad_elements *e)
{
    size_t most = 0;

    for (int i = 0; i < e->rank; i++)
        most = e->shape[i] > most ? e->shape[i] : most;
    return most;
}

egad_status egad_elements_label(egad_dataset *data, const egad_elements *e,
                                const char *who, const char *path)
{
    egad_status status = EGAD_OK;
    int64_t *label = NULL;
    char text[200];

    if (e->rank < 1 || e->n != longest(e))
        FAIL(SHAPE, "%s: '%s' is %s, wanted one label for each row", who, path,
             shape_text(e, text));
    if (e->n != data->rows)
        FAIL(SHAPE, "%s: '%s' holds %zu labels for %zu rows", who, path, e->n,
             data->rows);
    NEW(label, e->n);
    for (size_t i = 0; i < e->n; i++) {
        double value = value_at(e, i);
        if (!(fabs(value) < 9e15 && value == floor(value)))
            FAIL(DATA, "%s: '%s', row %zu: the label is %g, wanted a whole number", who,
                 path, i, value);
        label[i] = (int64_t)value;
    }
    TRY(classify(data, label, who, path));
done:
    free(label);
    return status;
}

static egad_status check_options(const char *who, const egad_roles *roles,
                                 const egad_image_options *how)
{
    egad_status status = EGAD_OK;

    TRY(egad_roles_check(roles));
    if (how->height || how->width)
        FAIL(ARGUMENT,
             "%s: the file sets the size of these rows; height and width do not apply",
             who);
done:
    return status;
}

egad_status egad_elements_build(egad_dataset **out, const char *who, egad_elements *rows,
                                const char *path, egad_elements *labels,
                                const char *labels_path, const egad_image_options *how)
{
    egad_status status = EGAD_OK;
    const size_t read = rows->rank ? rows->shape[0] : 0;
    egad_dataset *data = NULL;
    egad_table_missing missing = EGAD_TABLE_FAIL;
    const egad_roles roles = { .who = who,
                               .path = labels_path,
                               .remedy =
                                   "without these options all rows are training rows",
                               .normal = how->normal,
                               .anomalous = how->anomalous,
                               .test_fraction = how->test_fraction,
                               .seed = how->seed };

    *out = NULL;
    TRY(check_options(who, &roles, how));
    TRY(read_missing(who, how, rows, &missing));
    if (read)
        TRY(check_values(rows, who, path, rows->n / read, missing != EGAD_TABLE_FAIL,
                         rows->rank == 2 ? "; drop such rows with --missing drop, or "
                                           "impute values with --missing mean"
                                         : ""));
    if (missing == EGAD_TABLE_DROP)
        TRY(drop_rows(rows, labels, who, path));
    TRY(make_dataset(&data, rows, who, path));
    data->rows_read = read;
    if (labels) {
        TRY(egad_elements_label(data, labels, who, labels_path));
        TRY(egad_roles_apply(&roles, data));
    }
    TRY(fill_x(rows, data, missing, who, path));
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    return status;
}

egad_status egad_elements_import(egad_dataset **out, const char *who, const char *path,
                                 egad_elements_reader *read,
                                 const egad_image_options *options)
{
    egad_status status = EGAD_OK;
    egad_image_options how = { .labels = NULL };
    egad_elements rows = { .bytes = NULL }, labels = { .bytes = NULL };
    egad_dataset *data = NULL;

    *out = NULL;
    READ_SIZED(egad_image_options, &how, options);
    if (!how.labels && (how.normal || how.anomalous))
        FAIL(ARGUMENT, "%s: normal or anomalous labels need a file of labels", who);
    if (how.rows)
        FAIL(ARGUMENT, "%s: the file holds one array, which needs no name", who);
    TRY(read(path, &rows));
    if (how.labels)
        TRY(read(how.labels, &labels));
    TRY(egad_elements_build(&data, who, &rows, path, how.labels ? &labels : NULL,
                            how.labels, &how));
    TRY(egad_dataset_origin(data, who, path, rows.sha256));
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    free(rows.bytes);
    free(labels.bytes);
    return status;
}
