/* The columns of a table: names, categories of categorical columns, and imputed values of
 * numeric ones. */
#include "io.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t egad_schema_features(const egad_schema *schema)
{
    size_t features = 0;

    for (size_t i = 0; i < schema->n; i++)
        features += schema->column[i].categories ? schema->column[i].categories : 1;
    return features;
}

int egad_schema_no_category(size_t categories, const float *x)
{
    size_t i = 0;

    while (i < categories && x[i] == 0.0f)
        i++;
    return categories > 0 && i == categories;
}

size_t egad_schema_unseen(const egad_schema *schema, const float *x)
{
    size_t unseen = 0;

    for (size_t i = 0; i < schema->n; i++) {
        const size_t categories = schema->column[i].categories;
        unseen += (size_t)egad_schema_no_category(categories, x);
        x += categories ? categories : 1;
    }
    return unseen;
}

double egad_schema_value(const egad_schema *schema, size_t i, float x)
{
    return schema->offsets ? schema->offset[i] + (double)x : (double)x;
}

egad_status egad_schema_shift(egad_schema *out, const egad_schema *from)
{
    egad_status status = EGAD_OK;

    free(out->offset);
    out->offset = NULL;
    out->offsets = 0;
    if (!from->offsets)
        goto done;
    NEW(out->offset, from->offsets);
    memcpy(out->offset, from->offset, from->offsets * sizeof *out->offset);
    out->offsets = from->offsets;
done:
    return status;
}

int egad_schema_shifted(const egad_schema *a, const egad_schema *b)
{
    return a->offsets != b->offsets ||
           (a->offsets && memcmp(a->offset, b->offset, a->offsets * sizeof *a->offset));
}

egad_status egad_schema_copy(egad_schema *out, const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    egad_schema copy = { .n = 0 };

    NEW(copy.column, schema->n);
    TRY(egad_schema_shift(&copy, schema));
    for (; copy.n < schema->n; copy.n++) {
        const egad_column *from = &schema->column[copy.n];
        egad_column *to = &copy.column[copy.n];
        TRY(egad_array_text(&to->name, from->name));
        to->filled = from->filled;
        to->fill = from->fill;
        if (from->categories == 0)
            continue;
        NEW(to->category, from->categories);
        for (; to->categories < from->categories; to->categories++)
            TRY(egad_array_text(&to->category[to->categories],
                                from->category[to->categories]));
    }
    TRY(egad_reading_copy(&copy, schema));
    *out = copy;
    copy = (egad_schema){ .n = 0 };
done:
    if (copy.column)
        copy.n = schema->n;
    egad_schema_clear(&copy);
    return status;
}

void egad_schema_clear(egad_schema *schema)
{
    for (size_t i = 0; schema->column && i < schema->n; i++) {
        free(schema->column[i].name);
        egad_array_clear(schema->column[i].category, schema->column[i].categories);
    }
    free(schema->column);
    free(schema->offset);
    egad_array_clear(schema->reading, schema->readings);
    *schema = (egad_schema){ .n = 0 };
}

egad_status egad_schema_feature_name(const egad_schema *schema, size_t i, char **name)
{
    egad_status status = EGAD_OK;
    size_t first = 0, wide;

    *name = NULL;
    for (size_t k = 0; k < schema->n; k++, first += wide) {
        const egad_column *c = &schema->column[k];
        wide = c->categories ? c->categories : 1;
        if (i - first >= wide)
            continue;
        const char *value = c->categories ? c->category[i - first] : "";
        size_t size = strlen(c->name) + strlen(value) + 2;
        NEW(*name, size);
        snprintf(*name, size, "%s%s%s", c->name, c->categories ? "=" : "", value);
        goto done;
    }
    FAIL(ARGUMENT, "schema: feature %zu of %zu", i, first);
done:
    return status;
}

/* "<group>/<name>", or "<group>/categories/<i>"; freed with free(). */
static egad_status member_path(char **out, const char *group, const char *name)
{
    egad_status status = EGAD_OK;
    size_t size = strlen(group) + strlen(name) + 2;

    NEW(*out, size);
    snprintf(*out, size, "%s/%s", group, name);
done:
    return status;
}

static egad_status categories_path(char **out, const char *group, size_t i)
{
    egad_status status = EGAD_OK;
    size_t size = strlen(group) + 48;

    NEW(*out, size);
    snprintf(*out, size, "%s/categories/%zu", group, i);
done:
    return status;
}

static egad_status write_fill(egad_h5 *file, const char *group, const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    double *fill = NULL;
    float *brief = NULL;
    char *path = NULL;
    int filled = 0, exact = 1;

    NEW(fill, schema->n);
    NEW(brief, schema->n);
    for (size_t i = 0; i < schema->n; i++) {
        const egad_column *c = &schema->column[i];
        fill[i] = c->filled ? c->fill : (double)NAN;
        brief[i] = (float)fill[i];
        filled |= c->filled;
        exact = exact && (!c->filled || (double)brief[i] == fill[i]);
    }
    if (!filled)
        goto done;
    TRY(member_path(&path, group, "fill"));
    if (exact)
        TRY(egad_h5_write(file, path, EGAD_H5_F32, 1, &schema->n, brief));
    else
        TRY(egad_h5_write(file, path, EGAD_H5_F64, 1, &schema->n, fill));
done:
    free(path);
    free(fill);
    free(brief);
    return status;
}

/* Absent in older files, and without `missing` "mean". */
static egad_status read_fill(egad_h5 *file, const char *group, egad_schema *schema)
{
    egad_status status = EGAD_OK;
    double *fill = NULL;
    char *path = NULL;

    TRY(member_path(&path, group, "fill"));
    if (!egad_h5_has(file, path, NULL))
        goto done;
    NEW(fill, schema->n);
    TRY(egad_h5_read(file, path, EGAD_H5_F64, schema->n, fill));
    for (size_t i = 0; i < schema->n; i++) {
        egad_column *c = &schema->column[i];
        if (isnan(fill[i]))
            continue;
        if (!(fabs(fill[i]) <= (double)FLT_MAX) || c->categories)
            FAIL(FORMAT, "schema: column '%s': invalid imputed value %g", c->name,
                 fill[i]);
        c->filled = 1;
        c->fill = fill[i];
    }
done:
    free(path);
    free(fill);
    return status;
}

egad_status egad_schema_write(egad_h5 *file, const char *group, const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    char **names = NULL, *path = NULL;

    NEW(names, schema->n);
    for (size_t i = 0; i < schema->n; i++)
        names[i] = schema->column[i].name;
    TRY(member_path(&path, group, "columns"));
    TRY(egad_h5_write_texts(file, path, names, schema->n));
    TRY(write_fill(file, group, schema));
    free(path);
    path = NULL;
    TRY(member_path(&path, group, "reading"));
    TRY(egad_reading_write(file, path, schema));
    for (size_t i = 0; i < schema->n; i++) {
        const egad_column *c = &schema->column[i];
        if (c->categories == 0)
            continue;
        free(path);
        path = NULL;
        TRY(categories_path(&path, group, i));
        TRY(egad_h5_write_texts(file, path, c->category, c->categories));
    }
done:
    free(path);
    free(names);
    return status;
}

egad_status egad_schema_read(egad_h5 *file, const char *group, egad_schema *out)
{
    egad_status status = EGAD_OK;
    egad_schema schema = { .n = 0 };
    char **names = NULL, *path = NULL;
    size_t n = 0;

    TRY(member_path(&path, group, "columns"));
    TRY(egad_h5_read_texts(file, path, &names, &n));
    NEW(schema.column, n);
    schema.n = n;
    for (size_t i = 0; i < n; i++) {
        egad_column *c = &schema.column[i];
        c->name = names[i];
        names[i] = NULL;
        free(path);
        path = NULL;
        TRY(categories_path(&path, group, i));
        if (!egad_h5_has(file, path, NULL))
            continue;
        TRY(egad_h5_read_texts(file, path, &c->category, &c->categories));
        if (c->categories == 0)
            FAIL(FORMAT, "schema: column '%s' has no categories", c->name);
        for (size_t k = 1; k < c->categories; k++)
            if (strcmp(c->category[k - 1], c->category[k]) >= 0)
                FAIL(FORMAT, "schema: categories of column '%s' are not sorted", c->name);
    }
    TRY(read_fill(file, group, &schema));
    free(path);
    path = NULL;
    TRY(member_path(&path, group, "reading"));
    TRY(egad_reading_read(file, path, &schema));
    *out = schema;
    schema = (egad_schema){ .n = 0 };
done:
    egad_schema_clear(&schema);
    egad_array_clear(names, n);
    free(path);
    return status;
}
