/* Read rows for a trained detector from files, by its schema; csv_read_stream.c reads
 * them line by line, csv.c imports training data. */
#include "csv_read_inside.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

typedef egad_csv_reading reading;

static egad_status make_room(reading *r)
{
    egad_status status = EGAD_OK;
    size_t need;

    if (__builtin_mul_overflow(r->rows + 1, r->features, &need))
        FAIL(MEMORY, "csv: '%s' is too long", r->path);
    GROW(r->x, r->room, need);
done:
    return status;
}

static egad_status add_label(reading *r, size_t line, char *text)
{
    egad_status status = EGAD_OK;

    if (r->roles.column)
        TRY(egad_table_add(&r->labels, line, &text));
done:
    return status;
}

static egad_status read_line(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    reading *r = context;
    int row = 0;

    TRY(make_room(r));
    TRY(egad_csv_read_row(r, line, n, field, r->x + r->rows * r->features, &row));
    if (!row)
        goto done;
    TRY(add_label(r, line, field[r->label]));
    TRY(egad_csv_kept_add(&r->kept));
    r->rows++;
done:
    return status;
}

/* An object is kept as a row: its n values of columns and label, then the identifier. */
static egad_status keep_object(reading *r, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_header header = { .schema = r->schema, .id_at = n, .found = 1 };
    const char **text = NULL;

    NEW(text, n + 1);
    for (size_t i = 0; !r->rows && i < n; i++)
        text[i] = i < r->sources ? r->source[i] : r->roles.column;
    if (!r->rows)
        TRY(egad_csv_kept_begin(&r->kept, n, (char *const *)text, &header));
    for (size_t i = 0; i < n + (r->kept.id != NULL); i++)
        text[i] = r->value[i] ? r->value[i] : "";
    TRY(egad_csv_kept_take(&r->kept, n, (char *const *)text));
    TRY(egad_csv_kept_add(&r->kept));
done:
    free(text);
    return status;
}

static egad_status read_object(void *context, size_t line, const char *text, size_t n)
{
    egad_status status = EGAD_OK;
    reading *r = context;

    const char *wrong = r->parse(r->context, text, n, r->value);
    if (wrong)
        FAIL(FORMAT, "json: '%s' line %zu: %s", r->path, line, wrong);
    TRY(make_room(r));
    const size_t labels = r->roles.column != NULL;
    const char *label = labels ? r->value[r->sources] : NULL;
    TRY(keep_object(r, r->sources + labels));
    TRY(egad_csv_read_values(r, line, r->value, r->x + r->rows * r->features));
    TRY(add_label(r, line, (char *)(label ? label : "")));
    r->rows++;
done:
    return status;
}

/* Prepare to read a whole file: labels and what is kept by these options; imputed values
 * are recorded. */
static egad_status begin_file(reading *r, const egad_csv_options *labels)
{
    egad_status status = EGAD_OK;

    r->keeps = 1;
    r->kept.id = labels->id;
    r->kept.texts = labels->texts;
    if (!labels->label)
        goto done;
    r->roles = (egad_roles){
        .who = "csv",
        .path = r->path,
        .column = labels->label,
        .remedy = "without --label, 'egad score', 'explain' and 'report' accept them",
        .normal = labels->normal,
        .anomalous = labels->anomalous
    };
    TRY(egad_roles_check(&r->roles));
    for (size_t i = 0; i < r->schema->n; i++)
        if (strcmp(r->schema->column[i].name, labels->label) == 0)
            FAIL(ARGUMENT,
                 "csv: column '%s' cannot be the labels of '%s': it is a feature of the "
                 "model; import its training data with --label and retrain",
                 labels->label, r->path);
    r->labels.path = r->path;
    TRY(egad_table_declare(&r->labels, labels->label, 0, EGAD_TABLE_WORD, 0));
    TRY(egad_roles_empty(&r->roles, &r->labels.column->empties));
done:
    return status;
}

static egad_status take_labels(reading *r, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    egad_table_column *label = r->labels.column;

    if (!r->roles.column)
        goto done;
    TRY(egad_table_settle(&r->labels, EGAD_TABLE_FAIL));
    if (label->no_word)
        FAIL(DATA,
             "%s: '%s' line %zu, column '%s': the label is missing: fill it in, or "
             "remove the row",
             r->who, r->path, label->no_word, label->name);
    TRY(egad_table_classes(&r->labels, label, NULL, data));
    r->roles.who = r->who;
    TRY(egad_roles_label(&r->roles, data));
done:
    return status;
}

static egad_status take_gaps(const reading *r, egad_dataset *data)
{
    egad_status status = EGAD_OK;

    if (r->gaps)
        NEW(data->filled, r->rows * r->schema->n);
    for (size_t i = 0; i < r->gaps; i++)
        data->filled[r->gap[i]] = 1;
done:
    return status;
}

/* A window for each row, for a model of this schema. */
static egad_status make_windows(egad_dataset **data, const egad_schema *schema,
                                size_t window)
{
    egad_status status = EGAD_OK;
    const size_t rows = (*data)->rows;
    size_t *last = NULL;

    NEW(last, rows);
    for (size_t i = 0; i < rows; i++)
        last[i] = i;
    TRY(egad_window_make(data, window, last, rows));
    egad_schema_clear(&(*data)->schema);
    TRY(egad_schema_copy(&(*data)->schema, schema));
done:
    free(last);
    return status;
}

egad_status egad_csv_read(egad_dataset **out, const char *path, const egad_schema *schema,
                          egad_csv_report *report)
{
    return egad_csv_parse(out, path, schema, NULL, report, NULL, NULL);
}

egad_status egad_csv_parse(egad_dataset **out, const char *path,
                           const egad_schema *schema, const egad_csv_options *options,
                           egad_csv_report *report, egad_csv_parser *parse, void *context)
{
    egad_status status = EGAD_OK;
    reading r = {
        .who = "csv", .path = path, .schema = schema, .parse = parse, .context = context
    };
    egad_csv_options how = { .label = NULL };
    egad_dataset *data = NULL;
    char sha256[65];

    *out = NULL;
    READ_SIZED(egad_csv_options, &how, options);
    TRY(egad_csv_read_begin(&r));
    TRY(begin_file(&r, &how));
    TRY(egad_rows_read(path,
                       &(egad_rows_how){ .delimiter = r.delimiter,
                                         .look = egad_csv_read_look,
                                         .row = read_line,
                                         .object = parse ? read_object : NULL,
                                         .context = &r },
                       sha256));
    if (r.rows == 0)
        FAIL(DATA, "csv: '%s' has no rows%s", path, r.fields ? " below its header" : "");
    NEW(data, 1);
    data->rows = r.rows;
    data->shape[0] = data->shape[1] = 1;
    data->shape[2] = r.features;
    data->x = r.x;
    r.x = NULL;
    TRY(egad_schema_copy(&data->schema, r.schema));
    TRY(take_labels(&r, data));
    TRY(take_gaps(&r, data));
    TRY(egad_csv_kept_give(&r.kept, data));
    if (r.reading.window > 1)
        TRY(make_windows(&data, schema, r.reading.window));
    TRY(egad_dataset_origin(data, "csv", path, sha256));
    if (report)
        *report = r.report;
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    free(r.x);
    egad_csv_read_end(&r);
    return status;
}
