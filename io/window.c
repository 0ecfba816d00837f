/* Windows of a series. */
#include "window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

egad_status egad_window_last(egad_schema *out, const egad_schema *windows, size_t window)
{
    egad_status status = EGAD_OK;
    egad_schema last = { .n = windows->n / window };
    const size_t before = windows->n - last.n;

    if (windows->n % window)
        FAIL(FORMAT, "schema: %zu columns are no window of %zu rows", windows->n, window);
    last.column = windows->column + before;
    last.offsets = windows->offsets ? egad_schema_features(&last) : 0;
    if (last.offsets)
        last.offset = windows->offset + (windows->offsets - last.offsets);
    TRY(egad_schema_copy(out, &last));
done:
    return status;
}

/* The row that is `before` rows before the last; the first if there are not so many. */
static size_t row_before(size_t last, size_t before)
{
    return last > before ? last - before : 0;
}

void egad_window_fill(float *out, const float *x, size_t last, size_t width,
                      size_t window)
{
    for (size_t k = 0; k < window; k++)
        memcpy(out + k * width, x + row_before(last, window - 1 - k) * width,
               width * sizeof *x);
}

/* Append the columns of a row that is `before` rows before the last. */
static egad_status add_columns(egad_schema *out, const egad_schema *row, size_t before)
{
    egad_status status = EGAD_OK;
    egad_schema copy = { .n = 0 };

    TRY(egad_schema_copy(&copy, row));
    for (size_t i = 0; i < copy.n; i++) {
        egad_column *c = &copy.column[i];
        const size_t size = strlen(c->name) + 32;
        char *name = NULL;
        if (before) {
            NEW(name, size);
            snprintf(name, size, "%s[-%zu]", c->name, before);
            free(c->name);
            c->name = name;
        }
        out->column[out->n++] = *c;
        *c = (egad_column){ .name = NULL };
    }
done:
    egad_schema_clear(&copy);
    return status;
}

static egad_status make_schema(egad_schema *out, const egad_schema *row, size_t window)
{
    egad_status status = EGAD_OK;

    NEW(out->column, window * row->n);
    for (size_t k = window; k-- > 0;)
        TRY(add_columns(out, row, k));
    if (row->offsets) {
        out->offsets = window * row->offsets;
        NEW(out->offset, out->offsets);
        for (size_t k = 0; k < window; k++)
            memcpy(out->offset + k * row->offsets, row->offset,
                   row->offsets * sizeof *out->offset);
    }
    TRY(egad_reading_copy(out, row));
done:
    return status;
}

/* x, and what else has several values per row. */
static egad_status take_values(egad_dataset *out, const egad_dataset *data, size_t window,
                               const size_t *last)
{
    egad_status status = EGAD_OK;
    const size_t width = data->shape[2], columns = data->schema.n;

    if (data->wide)
        NEW(out->wide, out->rows * window * width);
    if (data->filled)
        NEW(out->filled, out->rows * window * columns);
    for (size_t i = 0; i < out->rows; i++) {
        egad_window_fill(out->x + i * window * width, data->x, last[i], width, window);
        for (size_t k = 0; k < window; k++) {
            const size_t from = row_before(last[i], window - 1 - k), to = i * window + k;
            if (data->wide)
                memcpy(out->wide + to * width, data->wide + from * width,
                       width * sizeof *out->wide);
            if (data->filled)
                memcpy(out->filled + to * columns, data->filled + from * columns,
                       columns);
        }
    }
done:
    return status;
}

static void move(char **to, char **from)
{
    *to = *from;
    *from = NULL;
}

/* What has one value per row: that of the last. */
static egad_status take_labels(egad_dataset *out, egad_dataset *data, const size_t *last)
{
    egad_status status = EGAD_OK;

    if (data->y)
        NEW(out->y, out->rows);
    if (data->split)
        NEW(out->split, out->rows);
    if (data->class_of)
        NEW(out->class_of, out->rows);
    if (data->id)
        NEW(out->id, out->rows);
    if (data->text)
        NEW(out->text, out->rows);
    for (size_t i = 0; i < out->rows; i++) {
        if (data->id)
            move(&out->id[i], &data->id[last[i]]);
        if (data->text)
            move(&out->text[i], &data->text[last[i]]);
        if (data->y)
            out->y[i] = data->y[last[i]];
        if (data->split)
            out->split[i] = data->split[last[i]];
        if (data->class_of)
            out->class_of[i] = data->class_of[last[i]];
    }
    out->classes = data->classes;
    out->class_name = data->class_name;
    data->classes = 0;
    data->class_name = NULL;
    move(&out->id_column, &data->id_column);
    move(&out->text_name, &data->text_name);
    out->texts = data->texts;
done:
    return status;
}

egad_status egad_window_make(egad_dataset **data, size_t window, const size_t *last,
                             size_t n)
{
    egad_status status = EGAD_OK;
    egad_dataset *from = *data, *out = NULL;
    size_t width;

    if (__builtin_mul_overflow(window, from->shape[2], &width))
        FAIL(MEMORY, "out of memory for windows of %zu rows", window);
    TRY(egad_dataset_new(&out, n, (const size_t[]){ 1, 1, width }));
    TRY(make_schema(&out->schema, &from->schema, window));
    TRY(take_values(out, from, window, last));
    TRY(take_labels(out, from, last));
    out->rows_read = from->rows_read;
    out->coarse_n = from->coarse_n;
    out->coarse = from->coarse;
    from->coarse_n = 0;
    from->coarse = NULL;
    /* Columns of the last row have these numbers. */
    for (size_t i = 0; i < out->coarse_n; i++)
        out->coarse[i].column += (window - 1) * from->schema.n;
    egad_dataset_free(from);
    *data = out;
    out = NULL;
done:
    egad_dataset_free(out);
    return status;
}
