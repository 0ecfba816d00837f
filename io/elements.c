/* Arrays of numbers from a file, and data sets made of them: shared by IDX and NPY. */
#include "elements.h"
#include "digits.h"
#include "table.h"

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

/* Element i of the array in C order, whatever the order in the file. */
static double value_at(const egad_elements *e, size_t i)
{
    size_t at = i;

    if (e->fortran) {
        size_t stride = e->n;
        at = 0;
        for (int d = e->rank; d-- > 0; i /= e->shape[d])
            at += i % e->shape[d] * (stride /= e->shape[d]);
    }
    return egad_element_value(e->kind, e->big_endian,
                              e->bytes + at * egad_element_size(e->kind));
}

/* Where a value is, for messages: "row 3, value 17". */
static egad_status check_values(const egad_elements *e, const char *who, const char *path,
                                size_t width)
{
    egad_status status = EGAD_OK;
    const int floats = e->kind == EGAD_ELEMENT_F32 || e->kind == EGAD_ELEMENT_F64;

    for (size_t i = 0; floats && i < e->n; i++) {
        const double value = value_at(e, i);
        if (!isfinite(value))
            FAIL(DATA, "%s: '%s', row %zu, value %zu: %s, wanted numbers only", who, path,
                 i / width, i % width, isnan(value) ? "not a number (NaN)" : "infinite");
        if (!isfinite((float)value))
            FAIL(DATA, "%s: '%s', row %zu, value %zu: %g is too large for float32", who,
                 path, i / width, i % width, value);
    }
done:
    return status;
}

static double element_at(const void *of, size_t row, size_t column, size_t feature)
{
    const egad_elements *e = of;
    (void)feature;
    return value_at(e, row * (e->n / e->shape[0]) + column);
}

/* Fill x, whose split is known. */
static egad_status fill_x(const egad_elements *e, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    const size_t width = e->n / data->rows;
    const egad_digits from = { data->rows, data->split, element_at, e };
    double *value = NULL;
    int wide = 0;

    TRY(egad_digits_settle(data, &from, &wide));
    if (wide)
        NEW(data->wide, e->n);
    NEW(value, width);
    for (size_t i = 0; i < data->rows; i++) {
        for (size_t k = 0; k < width; k++)
            value[k] = value_at(e, i * width + k);
        egad_digits_put(data, i, value);
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
    TRY(check_values(e, who, path, e->n / data->rows));
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

egad_status egad_elements_label(egad_dataset *data, const egad_elements *e,
                                const char *who, const char *path)
{
    egad_status status = EGAD_OK;
    int64_t *label = NULL;
    char text[200];

    if (e->rank != 1)
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
    const egad_roles roles = { .who = who,
                               .path = how.labels,
                               .remedy =
                                   "without these options all rows are training rows",
                               .normal = how.normal,
                               .anomalous = how.anomalous,
                               .test_fraction = how.test_fraction,
                               .seed = how.seed };
    TRY(egad_roles_check(&roles));
    if (!how.labels && (how.normal || how.anomalous))
        FAIL(ARGUMENT, "%s: normal or anomalous labels need a file of labels", who);
    if (how.height || how.width)
        FAIL(ARGUMENT,
             "%s: the file sets the size of these rows; height and width do not apply",
             who);
    TRY(read(path, &rows));
    TRY(make_dataset(&data, &rows, who, path));
    if (how.labels) {
        TRY(read(how.labels, &labels));
        TRY(egad_elements_label(data, &labels, who, how.labels));
        TRY(egad_roles_apply(&roles, data));
    }
    TRY(fill_x(&rows, data));
    TRY(egad_dataset_origin(data, who, path, rows.sha256));
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    free(rows.bytes);
    free(labels.bytes);
    return status;
}
