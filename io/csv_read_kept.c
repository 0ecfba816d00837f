/* What is kept of a row that is read for a trained detector, beside its features: its
 * identifier, and all its fields as text. */
#include "csv_read_inside.h"

#include <stdlib.h>
#include <string.h>

/* The texts one after another, each with its final 0. */
static egad_status join(char **out, size_t n, const char *const *text)
{
    egad_status status = EGAD_OK;
    size_t size = 1;

    for (size_t i = 0; i < n; i++)
        size += strlen(text[i]) + 1;
    NEW(*out, size);
    char *to = *out;
    for (size_t i = 0; i < n; i++)
        to = stpcpy(to, text[i]) + 1;
done:
    return status;
}

/* Names of the fields: those of the header, of the training data, or of the schema. */
egad_status egad_csv_kept_begin(egad_csv_kept *k, size_t n, char *const *field,
                                const egad_header *header)
{
    egad_status status = EGAD_OK;
    const egad_schema *schema = header->schema;
    char **name = NULL;
    const char **of = NULL;

    k->id_at = header->id_at;
    if (!k->texts)
        goto done;
    free(k->names); /* of a line above the table */
    k->names = NULL;
    NEW(of, n);
    for (size_t i = 0; i < n; i++)
        of[i] = header->found                 ? field[i]
                : n == header->reading->names ? header->reading->name[i]
                                              : "";
    if (!header->found && n != header->reading->names)
        for (size_t i = 0; i < schema->n; i++)
            of[header->at[i]] = schema->column[i].name;
    TRY(egad_header_names(&name, n, (char *const *)of));
    TRY(join(&k->names, n, (const char *const *)name));
    k->fields = n;
done:
    egad_array_clear(name, n);
    free(of);
    return status;
}

void egad_csv_kept_forget(egad_csv_kept *k)
{
    free(k->last_id);
    free(k->last);
    k->last_id = k->last = NULL;
}

egad_status egad_csv_kept_take(egad_csv_kept *k, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;

    if (k->id)
        TRY(egad_array_text(&k->last_id, field[k->id_at]));
    if (k->texts)
        TRY(join(&k->last, n, (const char *const *)field));
done:
    return status;
}

/* Move the last row's to the rows of a file. */
egad_status egad_csv_kept_add(egad_csv_kept *k)
{
    egad_status status = EGAD_OK;

    if (k->id) {
        GROW(k->all_id, k->id_room, k->rows + 1);
        k->all_id[k->rows] = k->last_id;
        k->last_id = NULL;
    }
    if (k->texts) {
        GROW(k->all, k->room, k->rows + 1);
        k->all[k->rows] = k->last;
        k->last = NULL;
    }
    k->rows++;
done:
    return status;
}

egad_status egad_csv_kept_give(egad_csv_kept *k, egad_dataset *data)
{
    egad_status status = EGAD_OK;

    if (k->id)
        TRY(egad_array_text(&data->id_column, k->id));
    data->id = k->all_id;
    data->text = k->all;
    data->texts = k->fields;
    data->text_name = k->names;
    k->all_id = k->all = NULL;
    k->names = NULL;
done:
    return status;
}

void egad_csv_kept_end(egad_csv_kept *k)
{
    egad_csv_kept_forget(k);
    free(k->names);
    egad_array_clear(k->all_id, k->rows);
    egad_array_clear(k->all, k->rows);
}
