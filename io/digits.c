/* Single precision keeps seven digits of a value, and the signed logarithm of the recipe
 * `sound` fewer of one far from 0: here columns get offsets where that is too little. */
#include "digits.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum {
    LOOKED = 1024,       /* training rows that decide */
    SMALL = 1024 * 1024, /* values of a table whose digits are all kept */
    DIGITS = 7           /* decimal digits that single precision keeps */
};

void egad_digits_put(egad_dataset *data, size_t row, const double *value)
{
    const egad_schema *schema = &data->schema;
    const size_t width = data->shape[0] * data->shape[1] * data->shape[2];

    for (size_t i = 0; i < width; i++) {
        const double offset = schema->offsets ? schema->offset[i] : 0.0;
        data->x[row * width + i] = (float)(value[i] - offset);
        if (data->wide)
            data->wide[row * width + i] = value[i];
    }
}

static int compare_values(const void *a, const void *b)
{
    const double *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

/* What is left of a value: in x, and after the logarithm. */
static double rounded(double value, double offset, int logarithm)
{
    const float x = (float)(value - offset);
    return logarithm ? (double)(float)copysign(log1p(fabs((double)x)), (double)x)
                     : (double)x;
}

static size_t count_distinct(const double *sorted, size_t n)
{
    size_t distinct = n > 0;
    for (size_t i = 1; i < n; i++)
        distinct += sorted[i] != sorted[i - 1];
    return distinct;
}

/* Rounding keeps the order, so that equal values are neighbours. */
static size_t count_left(const double *sorted, size_t n, double offset, int logarithm)
{
    size_t left = n > 0;
    for (size_t i = 1; i < n; i++)
        left += rounded(sorted[i], offset, logarithm) !=
                rounded(sorted[i - 1], offset, logarithm);
    return left;
}

/* Count what is left of n ascending values.  A column with an offset has no
 * logarithm. */
static void count(egad_coarse *c, const double *sorted, size_t n, double offset,
                  int logarithm)
{
    c->distinct = count_distinct(sorted, n);
    c->left = count_left(sorted, n, offset, 0);
    const size_t after =
        logarithm && offset == 0.0 ? count_left(sorted, n, 0.0, 1) : c->left;
    c->logarithm = after < c->left;
    if (c->logarithm)
        c->left = after;
}

static int is_coarse(const egad_coarse *c)
{
    return 4 * c->left < 3 * c->distinct;
}

/* An offset for n ascending values whose middle 80 % are close together, far from 0: near
 * the median, with few digits, so that differences from it are exact.  Else 0. */
static double find_offset(const double *sorted, size_t n)
{
    const double median = sorted[n / 2];
    double width = sorted[9 * n / 10] - sorted[n / 10];
    int exponent;

    if (width == 0.0)
        width = sorted[n - 1] - sorted[0];
    if (!(width <= fabs(median) / 4.0))
        return 0.0;
    frexp(width, &exponent);
    return ldexp(rint(ldexp(median, -exponent)), exponent);
}

/* Columns of numbers of a data set, in the order of the features. */
typedef struct {
    size_t column, feature;
    int number, logarithm; /* `sound` takes the logarithm of columns with a name */
} place;

static int is_train(const egad_digits *from, size_t row)
{
    return !from->part || from->part[row] == EGAD_TRAIN;
}

/* The values of a column in these rows, ascending, without missing ones; returns their
 * number. */
static size_t gather(double *out, const egad_digits *from, const place *at,
                     const size_t *row, size_t rows)
{
    size_t n = 0;

    for (size_t i = 0; i < rows; i++) {
        out[n] = from->value(from->of, row[i], at->column, at->feature);
        n += isnan(out[n]) ? 0 : 1;
    }
    qsort(out, n, sizeof *out, compare_values);
    return n;
}

static int next_place(const egad_dataset *data, place *at)
{
    const egad_schema *schema = &data->schema;
    const egad_column *before =
        schema->n && at->column != SIZE_MAX ? &schema->column[at->column] : NULL;

    if (at->column != SIZE_MAX)
        at->feature += before && before->categories ? before->categories : 1;
    at->column++;
    if (at->column == (schema->n ? schema->n : data->shape[2]))
        return 0;
    at->number = !schema->n || !schema->column[at->column].categories;
    at->logarithm = schema->n > 0;
    return 1;
}

static egad_status add_coarse(egad_dataset *data, const egad_digits *from,
                              const place *at, double offset, const size_t *train,
                              size_t n)
{
    egad_status status = EGAD_OK;
    egad_coarse c = { .column = at->column };
    double *value = NULL;

    NEW(value, n);
    count(&c, value, gather(value, from, at, train, n), offset, at->logarithm);
    GROW(data->coarse, (size_t){ data->coarse_n }, data->coarse_n + 1);
    data->coarse[data->coarse_n++] = c;
done:
    free(value);
    return status;
}

/* Choose the offset of one column by the rows that are looked at. */
static egad_status settle_column(egad_dataset *data, const egad_digits *from,
                                 const place *at, const size_t *train, size_t n)
{
    egad_status status = EGAD_OK;
    const size_t looked = n < LOOKED ? n : LOOKED;
    size_t row[LOOKED];
    double value[LOOKED];
    egad_coarse before = { 0 }, after = { 0 };
    egad_schema *schema = &data->schema;

    for (size_t i = 0; i < looked; i++)
        row[i] = train[i * n / looked];
    const size_t values = gather(value, from, at, row, looked);
    count(&before, value, values, 0.0, at->logarithm);
    if (!is_coarse(&before))
        goto done;
    double offset = find_offset(value, values);
    count(&after, value, values, offset, at->logarithm);
    if (after.left <= before.left)
        offset = 0.0;
    if (offset != 0.0 && !schema->offsets) {
        schema->offsets = data->shape[2];
        NEW(schema->offset, schema->offsets);
    }
    if (offset != 0.0)
        schema->offset[at->feature] = offset;
    if (is_coarse(offset != 0.0 ? &after : &before))
        TRY(add_coarse(data, from, at, offset, train, n));
done:
    return status;
}

/* 1 for a value of more than DIGITS decimal digits. */
static int is_long(double value)
{
    if ((double)(float)value == value || isnan(value))
        return 0;
    const double unit = pow(10.0, DIGITS - 1 - floor(log10(fabs(value))));
    return fabs(rint(value * unit) / unit - value) > 4 * DBL_EPSILON * fabs(value);
}

static int has_long(const egad_digits *from, const place *at)
{
    size_t i = 0;
    while (i < from->rows && !is_long(from->value(from->of, i, at->column, at->feature)))
        i++;
    return i < from->rows;
}

egad_status egad_digits_settle(egad_dataset *data, const egad_digits *from, int *wide)
{
    egad_status status = EGAD_OK;
    const int images = egad_dataset_images(&data->schema, data->shape);
    const int small = from->rows <= SMALL / data->shape[2];
    size_t *train = NULL, n = 0;
    place at = { .column = SIZE_MAX };

    *wide = 0;
    if (images)
        goto done;
    NEW(train, from->rows);
    for (size_t i = 0; i < from->rows; i++)
        if (is_train(from, i))
            train[n++] = i;
    while (next_place(data, &at)) {
        if (!at.number)
            continue;
        TRY(settle_column(data, from, &at, train, n));
        *wide = *wide || (small && has_long(from, &at));
    }
    *wide = *wide || data->schema.offsets || data->coarse_n;
done:
    free(train);
    return status;
}

int egad_digits_mean(const egad_digits *from, size_t column, size_t feature,
                     double offset, double *mean)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < from->rows; i++) {
        const double value = from->value(from->of, i, column, feature);
        if (!is_train(from, i) || isnan(value))
            continue;
        sum += (double)(float)(value - offset);
        n++;
    }
    *mean = n ? offset + (double)(float)(sum / (double)n) : 0.0;
    return n > 0;
}
