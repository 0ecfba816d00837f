/* Data sets of rows that a program has in memory: their columns, and values in double
 * precision. */
#include "digits.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

egad_status egad_dataset_columns(egad_dataset *data, const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    const size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    egad_schema copy = { .n = 0 };

    if (data->shape[0] != 1 || data->shape[1] != 1)
        FAIL(SHAPE, "dataset: rows of %zu x %zu are images, which have no columns",
             data->shape[0], data->shape[1]);
    if (egad_schema_features(schema) != width)
        FAIL(SHAPE, "dataset: the columns have %zu features, the rows %zu",
             egad_schema_features(schema), width);
    TRY(egad_schema_copy(&copy, schema));
    egad_schema_clear(&data->schema);
    data->schema = copy;
done:
    return status;
}

typedef struct {
    const double *value; /* (rows, width) */
    size_t width;
} values;

static double value_at(const void *of, size_t row, size_t column, size_t feature)
{
    const values *v = of;
    (void)column;
    return v->value[row * v->width + feature];
}

/* Set the fill of each column that is `filled`, and fill (width): NaN elsewhere. */
static egad_status find_fills(egad_schema *schema, const egad_digits *from, double *fill,
                              size_t width)
{
    egad_status status = EGAD_OK;

    for (size_t j = 0; j < width; j++)
        fill[j] = (double)NAN;
    for (size_t i = 0, j = 0; i < schema->n; i++) {
        egad_column *c = &schema->column[i];
        if (!c->categories && c->filled) {
            if (!egad_digits_mean(from, i, j, schema->offsets ? schema->offset[j] : 0.0,
                                  &c->fill))
                FAIL(DATA, "dataset: column '%s' has no value in the training rows",
                     c->name);
            fill[j] = c->fill;
        }
        j += c->categories ? c->categories : 1;
    }
done:
    return status;
}

egad_status egad_dataset_put(egad_dataset *data, const double *value)
{
    egad_status status = EGAD_OK;
    const values v = { value, data->shape[0] * data->shape[1] * data->shape[2] };
    const egad_digits from = { data->rows, data->split, value_at, &v };
    double *fill = NULL, *row = NULL;
    int wide = 0;

    if (data->borrowed || data->wide)
        FAIL(ARGUMENT, "dataset: its rows are %s",
             data->borrowed ? "borrowed, and stay as they are" : "set already");
    NEW(fill, v.width);
    NEW(row, v.width);
    TRY(egad_digits_settle(data, &from, &wide));
    TRY(find_fills(&data->schema, &from, fill, v.width));
    if (wide)
        NEW(data->wide, data->rows * v.width);
    for (size_t i = 0; i < data->rows; i++) {
        for (size_t j = 0; j < v.width; j++) {
            row[j] = value[i * v.width + j];
            row[j] = isnan(row[j]) ? fill[j] : row[j];
            if (!(fabs(row[j]) <= (double)FLT_MAX))
                FAIL(DATA, "dataset: row %zu, column %zu is %g, wanted a finite number",
                     i, j, row[j]);
        }
        egad_digits_put(data, i, row);
    }
done:
    free(fill);
    free(row);
    return status;
}
