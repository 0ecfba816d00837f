/* Data sets: creation, selection of rows, samples.  dataset_file.c reads and writes
 * them. */
#include "io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything but x; *n: the number of its values. */
static egad_status new_rows(egad_dataset **out, size_t rows, const size_t shape[3],
                            size_t *n)
{
    egad_status status = EGAD_OK;

    *out = NULL;
    *n = rows;
    for (int i = 0; i < 3; i++)
        if (__builtin_mul_overflow(*n, shape[i], n))
            *n = SIZE_MAX;
    if (*n == 0 || *n > PTRDIFF_MAX / sizeof(float))
        FAIL(SHAPE, "dataset: cannot hold %zu rows of %zu x %zu x %zu values", rows,
             shape[0], shape[1], shape[2]);
    NEW(*out, 1);
    (*out)->rows = rows;
    memcpy((*out)->shape, shape, sizeof(*out)->shape);
done:
    return status;
}

egad_status egad_dataset_new(egad_dataset **out, size_t rows, const size_t shape[3])
{
    egad_status status = EGAD_OK;
    egad_dataset *data = NULL;
    size_t n;

    *out = NULL;
    TRY(new_rows(&data, rows, shape, &n));
    NEW(data->x, n);
    *out = data;
    data = NULL;
done:
    free(data);
    return status;
}

egad_status egad_dataset_borrow(egad_dataset **out, const float *x, size_t rows,
                                const size_t shape[3])
{
    egad_status status = EGAD_OK;
    egad_dataset *data = NULL;
    size_t n;

    *out = NULL;
    TRY(new_rows(&data, rows, shape, &n));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            FAIL(DATA, "dataset: row %zu, column %zu is %g, wanted a finite number",
                 i / (n / rows), i % (n / rows), (double)x[i]);
    data->x = (float *)x;
    data->borrowed = 1;
    *out = data;
    data = NULL;
done:
    free(data);
    return status;
}

int egad_dataset_images(const egad_schema *schema, const size_t shape[3])
{
    return !schema->n && (shape[0] > 1 || shape[1] > 1);
}

void egad_dataset_free(egad_dataset *data)
{
    if (!data)
        return;
    if (!data->borrowed)
        free(data->x);
    free(data->y);
    free(data->split);
    free(data->class_of);
    free(data->filled);
    egad_array_clear(data->class_name, data->classes);
    egad_array_clear(data->file, data->rows);
    egad_schema_clear(&data->schema);
    free(data->protocol);
    free(data->source);
    free(data->sha256);
    free(data->command);
    free(data->wide);
    free(data->coarse);
    free(data->id_column);
    egad_array_clear(data->id, data->rows);
    free(data->text_name);
    egad_array_clear(data->text, data->rows);
    free(data);
}

egad_status egad_dataset_origin(egad_dataset *data, const char *protocol,
                                const char *path, const char *sha256)
{
    egad_status status = EGAD_OK;
    char *whole = NULL;
    const char *last;

    TRY(egad_array_text(&data->protocol, protocol));
    TRY(egad_array_path(&whole, &last, path));
    TRY(egad_array_text(&data->source, last));
    TRY(egad_array_text(&data->sha256, sha256));
done:
    free(whole);
    return status;
}

uint64_t egad_dataset_sum(const egad_dataset *data)
{
    const size_t values = data->rows * data->shape[0] * data->shape[1] * data->shape[2];
    unsigned long crc = egad_input_crc(0, data->x, values * sizeof *data->x);
    if (data->split)
        crc = egad_input_crc(crc, data->split, data->rows);
    return UINT64_C(1) << 32 | crc;
}

egad_status egad_dataset_select(const egad_dataset *data, int part, size_t **rows,
                                size_t *n)
{
    egad_status status = EGAD_OK;
    size_t *list = NULL, found = 0;

    *rows = NULL;
    if (part != EGAD_TRAIN && part != EGAD_TEST && part != -1)
        FAIL(ARGUMENT, "dataset: part %d is neither train, test nor all", part);
    NEW(list, data->rows);
    for (size_t i = 0; i < data->rows; i++)
        if (part == -1 || !data->split || data->split[i] == part)
            list[found++] = i;
    *rows = list;
    *n = found;
done:
    return status;
}

egad_status egad_dataset_sample(const egad_dataset *data, int part, size_t n,
                                uint32_t seed, size_t **rows)
{
    egad_status status = EGAD_OK;
    size_t *all = NULL, of = 0, kept = 0;
    uint32_t *permutation = NULL;
    unsigned char *drawn = NULL;

    *rows = NULL;
    TRY(egad_dataset_select(data, part, &all, &of));
    if (n > of)
        FAIL(ARGUMENT, "dataset: cannot sample %zu rows of %zu", n, of);
    NEW(permutation, of);
    NEW(drawn, of);
    egad_permutation_legacy(seed, of, permutation);
    for (size_t i = 0; i < n; i++)
        drawn[permutation[i]] = 1;
    for (size_t i = 0; i < of; i++)
        if (drawn[i])
            all[kept++] = all[i];
    *rows = all;
    all = NULL;
done:
    free(all);
    free(permutation);
    free(drawn);
    return status;
}

/* Hash of the bits of a row's values. */
static uint64_t hash_row(const float *x, size_t width)
{
    uint64_t hash = 0x9e3779b97f4a7c15u;

    for (size_t i = 0; i < width; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        hash = (hash ^ bits) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    return hash;
}

egad_status egad_dataset_copies(const egad_dataset *data, size_t *copies, size_t *of)
{
    egad_status status = EGAD_OK;
    const size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    const size_t bytes = width * sizeof *data->x;
    size_t *slot = NULL, slots = 1, found = 0, tested = 0;

    while (data->split && slots < 2 * data->rows)
        slots *= 2;
    NEW(slot, slots); /* 1 + a training row, at its hash or the next free slot */
    for (int part = EGAD_TRAIN; data->split && part <= EGAD_TEST; part++)
        for (size_t i = 0; i < data->rows; i++) {
            const float *x = data->x + i * width;
            if (data->split[i] != part || (part == EGAD_TEST && data->y && data->y[i]))
                continue;
            size_t at = hash_row(x, width) & (slots - 1);
            while (slot[at] && memcmp(data->x + (slot[at] - 1) * width, x, bytes) != 0)
                at = (at + 1) & (slots - 1);
            if (part == EGAD_TRAIN)
                slot[at] = i + 1;
            found += part == EGAD_TEST && slot[at];
            tested += part == EGAD_TEST;
        }
    *copies = found;
    *of = tested;
done:
    free(slot);
    return status;
}
