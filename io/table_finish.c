/* The data set made of the collected columns. */
#include "digits.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>

/* The columns of a table that are features. */
typedef struct {
    const egad_table *table;
    const egad_table_column **column; /* (n) */
    size_t n;
} features;

static egad_status find_features(features *f, const egad_table *table)
{
    egad_status status = EGAD_OK;

    *f = (features){ .table = table };
    NEW(f->column, table->columns);
    for (size_t i = 0; i < table->columns; i++)
        if (table->column[i].feature)
            f->column[f->n++] = &table->column[i];
done:
    return status;
}

static double number_at(const void *of, size_t row, size_t column, size_t feature)
{
    (void)feature;
    return ((const features *)of)->column[column]->number[row];
}

/* Also for columns without missing values: rows read later may have some. */
static egad_status find_fills(const features *f, const egad_digits *from,
                              egad_schema *schema)
{
    egad_status status = EGAD_OK;

    for (size_t i = 0, j = 0; i < f->n; i++) {
        egad_column *to = &schema->column[i];
        const double offset = schema->offsets ? schema->offset[j] : 0.0;
        if (to->filled && !egad_digits_mean(from, i, j, offset, &to->fill))
            FAIL(DATA, "csv: '%s', column '%s': no training row has a value: --drop it",
                 f->table->path, to->name);
        j += to->categories ? to->categories : 1;
    }
done:
    return status;
}

static egad_status take_texts(char ***out, const egad_table_column *c)
{
    egad_status status = EGAD_OK;

    NEW(*out, c->words);
    for (size_t i = 0; i < c->words; i++) {
        (*out)[i] = c->word[i].text;
        c->word[i].text = NULL;
    }
done:
    return status;
}

/* Make a schema of the features; it takes over their words. */
static egad_status make_schema(const features *f, egad_schema *schema)
{
    egad_status status = EGAD_OK;

    NEW(schema->column, f->n);
    for (size_t i = 0; i < f->n; i++) {
        const egad_table_column *c = f->column[i];
        egad_column *to = &schema->column[schema->n++];
        TRY(egad_array_text(&to->name, c->name));
        to->filled = c->kind == EGAD_TABLE_NUMBER && f->table->missing == EGAD_TABLE_MEAN;
        if (c->kind == EGAD_TABLE_NUMBER)
            continue;
        TRY(take_texts(&to->category, c));
        to->categories = c->words;
    }
done:
    return status;
}

/* value: (features of x), all 0.  filled: a byte per column; NULL: no number is
 * missing. */
static void encode_row(const features *f, const egad_schema *schema, size_t row,
                       double *value, unsigned char *filled)
{
    for (size_t i = 0; i < f->n; i++) {
        const egad_table_column *c = f->column[i];
        const int gap = c->kind == EGAD_TABLE_NUMBER && isnan(c->number[row]);
        if (filled)
            filled[i] = (unsigned char)gap;
        if (c->kind == EGAD_TABLE_NUMBER) {
            *value++ = gap ? schema->column[i].fill : c->number[row];
        } else {
            value[c->code[row]] = 1;
            value += c->words;
        }
    }
}

/* Fill x and `filled` with the rows that are not left out. */
static egad_status encode(const features *f, const unsigned char *part,
                          egad_dataset *data)
{
    egad_status status = EGAD_OK;
    const size_t width = data->shape[2];
    double *value = NULL;
    size_t n = 0;

    NEW(value, width);
    for (size_t i = 0; i < f->table->rows; i++) {
        if (part && part[i] == EGAD_PART_LEFT_OUT)
            continue;
        for (size_t k = 0; k < width; k++)
            value[k] = 0.0;
        encode_row(f, &data->schema, i, value,
                   data->filled ? data->filled + n * data->schema.n : NULL);
        egad_digits_put(data, n++, value);
    }
done:
    free(value);
    return status;
}

egad_status egad_table_classes(const egad_table *table, egad_table_column *label,
                               const unsigned char *part, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t n = 0;

    NEW(data->class_of, data->rows);
    data->classes = label->words;
    TRY(take_texts(&data->class_name, label));
    for (size_t i = 0; i < table->rows; i++)
        if (!part || part[i] != EGAD_PART_LEFT_OUT)
            data->class_of[n++] = label->code[i];
done:
    return status;
}

/* Set split, classes and y of the rows that are not left out. */
static egad_status take_labels(const egad_table *table, const unsigned char *part,
                               const egad_table_column *label,
                               const unsigned char *anomalous, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t n = 0;

    if (part)
        NEW(data->split, data->rows);
    if (label) {
        NEW(data->y, data->rows);
        TRY(egad_table_classes(table, &table->column[label - table->column], part, data));
    }
    for (size_t i = 0; i < table->rows; i++) {
        if (part && part[i] == EGAD_PART_LEFT_OUT)
            continue;
        if (part)
            data->split[n] = part[i];
        if (label)
            data->y[n] = anomalous[label->code[i]];
        n++;
    }
done:
    return status;
}

static int has_gaps(const features *f)
{
    int gaps = 0;
    for (size_t i = 0; i < f->n; i++)
        gaps |= f->column[i]->kind == EGAD_TABLE_NUMBER && f->column[i]->no_number;
    return gaps && f->table->missing == EGAD_TABLE_MEAN;
}

egad_status egad_table_finish(egad_table *table, const unsigned char *part,
                              const egad_table_column *label,
                              const unsigned char *anomalous, egad_dataset **out)
{
    egad_status status = EGAD_OK;
    egad_schema schema = { .n = 0 };
    egad_dataset *data = NULL;
    features f = { .table = NULL };
    size_t kept = table->rows;
    int wide = 0;

    for (size_t i = 0; part && i < table->rows; i++)
        kept -= part[i] == EGAD_PART_LEFT_OUT;
    if (kept == 0)
        FAIL(DATA,
             "csv: '%s': no row is left: each lacks a value; impute values with "
             "--missing mean",
             table->path);
    TRY(find_features(&f, table));
    TRY(make_schema(&f, &schema));
    TRY(egad_dataset_new(&data, kept,
                         (const size_t[]){ 1, 1, egad_schema_features(&schema) }));
    data->rows_read = table->rows;
    data->schema = schema;
    schema = (egad_schema){ .n = 0 };
    const egad_digits from = { table->rows, part, number_at, &f };
    TRY(egad_digits_settle(data, &from, &wide));
    TRY(find_fills(&f, &from, &data->schema));
    if (wide)
        NEW(data->wide, kept * data->shape[2]);
    if (has_gaps(&f))
        NEW(data->filled, kept * data->schema.n);
    TRY(encode(&f, part, data));
    TRY(take_labels(table, part, label, anomalous, data));
    *out = data;
    data = NULL;
done:
    free(f.column);
    egad_schema_clear(&schema);
    egad_dataset_free(data);
    return status;
}
