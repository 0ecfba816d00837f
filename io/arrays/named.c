/* Import from files that hold several arrays with names: which are the rows, which the
 * labels. */
#include "elements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The index of the array `name`; n: none. */
static size_t find(const egad_named *file, const char *name)
{
    size_t i = 0;

    while (i < file->n && strcmp(file->name[i], name) != 0)
        i++;
    return i;
}

/* An array that an option names must be there. */
static egad_status find_given(const egad_named *file, const char *name,
                              const char *option, size_t *at)
{
    egad_status status = EGAD_OK;
    char list[400];

    *at = find(file, name);
    if (*at == file->n)
        FAIL(ARGUMENT,
             "%s: '%s' has no array '%s'; its arrays are %s: choose one with %s",
             file->who, file->path, name,
             egad_array_list(list, sizeof list, file->name, file->n), option);
done:
    return status;
}

/* The array of the rows: X, or the only one beside the labels. */
static egad_status find_rows(const egad_named *file, const char *name, size_t labels,
                             size_t *at)
{
    egad_status status = EGAD_OK;
    char list[400];

    if (file->n == 0)
        FAIL(DATA, "%s: '%s' holds no arrays of numbers", file->who, file->path);
    if (name) {
        TRY(find_given(file, name, "--rows", at));
        goto done;
    }
    *at = find(file, "X");
    if (*at == file->n)
        *at = find(file, "x");
    if (*at == file->n && file->n == 1 + (labels < file->n))
        *at = labels == 0;
    if (*at == file->n)
        FAIL(DATA,
             "%s: '%s' has no array 'X'; its arrays are %s: choose the rows with --rows",
             file->who, file->path,
             egad_array_list(list, sizeof list, file->name, file->n));
done:
    return status;
}

/* The array of the labels, n if there is none: y, unless the option says another. */
static egad_status find_labels(const egad_named *file, const char *name, size_t *at)
{
    egad_status status = EGAD_OK;

    *at = find(file, "y");
    if (name && strcmp(name, "none") == 0)
        *at = file->n;
    else if (name)
        TRY(find_given(file, name, "--labels", at));
done:
    return status;
}

/* 1 if the labels are 0 and 1, and both occur. */
static int are_flags(const egad_elements *e)
{
    const size_t size = egad_element_size(e->kind);
    size_t n[2] = { 0, 0 };

    for (size_t i = 0; i < e->n; i++) {
        const double value =
            egad_element_value(e->kind, e->big_endian, e->bytes + i * size);
        if (value != 0.0 && value != 1.0)
            return 0;
        n[value != 0.0]++;
    }
    return n[0] && n[1];
}

/* Without an option, labels of 0 and 1 say what is anomalous.  note: what to tell of
 * that once the import has succeeded. */
static void choose_roles(egad_image_options *how, const egad_elements *labels,
                         const char *name, char note[400])
{
    const char *text;

    if (how->normal || how->anomalous)
        return;
    if (are_flags(labels)) {
        how->anomalous = "1";
        text = "is the label: 0 normal, 1 anomalous (--labels none leaves it out)";
    } else {
        text = "holds labels other than 0 and 1: they are classes; --normal or "
               "--anomalous says which of them are anomalies";
    }
    snprintf(note, 400, "'%.60s' %s", name, text);
}

/* Read array i; *path, its name for messages, is freed with free(). */
static egad_status read_one(const egad_named *file, size_t i, egad_elements *out,
                            char **path)
{
    egad_status status = EGAD_OK;
    const size_t size = strlen(file->path) + strlen(file->name[i]) + 2;

    NEW(*path, size);
    snprintf(*path, size, "%s/%s", file->path, file->name[i]);
    TRY(file->read(file->of, i, *path, out));
done:
    return status;
}

egad_status egad_named_import(egad_dataset **out, const egad_named *file,
                              const egad_image_options *options)
{
    egad_status status = EGAD_OK;
    egad_image_options how = { .labels = NULL };
    egad_elements rows = { .bytes = NULL }, labels = { .bytes = NULL };
    char *rows_path = NULL, *labels_path = NULL, sha256[65], note[400] = "";
    egad_dataset *data = NULL;
    size_t at = 0, label = 0;

    *out = NULL;
    READ_SIZED(egad_image_options, &how, options);
    TRY(find_labels(file, how.labels, &label));
    TRY(find_rows(file, how.rows, label, &at));
    if (label == file->n && (how.normal || how.anomalous))
        FAIL(ARGUMENT,
             "%s: '%s' has no labels 'y', which --normal and --anomalous need: name them "
             "with --labels",
             file->who, file->path);
    TRY(read_one(file, at, &rows, &rows_path));
    if (label < file->n) {
        TRY(read_one(file, label, &labels, &labels_path));
        choose_roles(&how, &labels, file->name[label], note);
    }
    TRY(egad_elements_build(&data, file->who, &rows, rows_path,
                            label < file->n ? &labels : NULL, labels_path, &how));
    TRY(egad_input_sum(file->path, sha256));
    TRY(egad_dataset_origin(data, file->who, file->path, sha256));
    if (*note && how.note)
        how.note(how.context, note);
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    free(rows.bytes);
    free(labels.bytes);
    free(rows_path);
    free(labels_path);
    return status;
}
