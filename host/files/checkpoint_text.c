/* Describes the contents of a model or data file as text. */
#include "io/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    egad_h5 *file;
    FILE *out;
} inspection;

/* 1 if training changes this array. */
static int is_trained(const char *name)
{
    static const char *const groups[] = { "/model/", "/ema/", "/optimizer/" };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strncmp(name, groups[i], strlen(groups[i])) == 0)
            return 1;
    return 0;
}

/* Print the start of the values' SHA-256, by which equal models are recognised. */
static egad_status print_digest(const inspection *i, const char *name, size_t n)
{
    egad_status status = EGAD_OK;
    egad_sha256 *sha = NULL;
    float *values = NULL;
    char hex[65];
    NEW(values, n);
    TRY(egad_h5_read(i->file, name, EGAD_H5_F32, n, values));
    TRY(egad_sha256_new(&sha));
    egad_sha256_add(sha, (const char *)values, n * sizeof *values);
    egad_sha256_hex(sha, hex);
    fprintf(i->out, "  sha256 %.16s", hex);
done:
    egad_sha256_free(sha);
    free(values);
    return status;
}

static egad_status inspect_object(void *context, const char *name, int array)
{
    egad_status status = EGAD_OK;
    const inspection *i = context;
    size_t shape[EGAD_H5_RANK], n = 1;
    int rank = 0;
    char *attributes = NULL;
    fprintf(i->out, "%s", name);
    if (array) {
        TRY(egad_h5_shape(i->file, name, shape, &rank));
        for (int k = 0; k < rank; k++) {
            fprintf(i->out, "%s%zu", k ? " x " : "  (", shape[k]);
            n *= shape[k];
        }
        fputs(rank ? ")" : "  (one value)", i->out);
        if (is_trained(name))
            TRY(print_digest(i, name, n));
    }
    fputc('\n', i->out);
    TRY(egad_h5_print_attributes(i->file, name, "    ", &attributes));
    fputs(attributes, i->out);
done:
    free(attributes);
    return status;
}

/* Say whether training is complete, if the file has both epoch counts as numbers. */
static void print_training(const inspection *i)
{
    uint64_t done, of;
    if (egad_h5_has(i->file, "/", "epoch") && egad_h5_has(i->file, "/recipe", "epochs") &&
        egad_h5_read_count(i->file, "/", "epoch", &done) == EGAD_OK &&
        egad_h5_read_count(i->file, "/recipe", "epochs", &of) == EGAD_OK && done < of)
        fprintf(i->out,
                "(training stopped after %llu of %llu epochs: 'egad train --resume' "
                "continues it)\n",
                (unsigned long long)done, (unsigned long long)of);
}

egad_status egad_checkpoint_inspect(const char *path, char **text)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    char *attributes = NULL;
    inspection i = { 0 };
    *text = NULL;
    TRY(egad_h5_open(&i.file, path));
    i.out = open_memstream(text, &size);
    if (!i.out)
        FAIL(MEMORY, "out of memory for the text of '%s'", path);
    TRY(egad_h5_print_attributes(i.file, "/", "", &attributes));
    fputs(attributes, i.out);
    print_training(&i);
    TRY(egad_h5_visit(i.file, inspect_object, &i));
done:
    if (i.out)
        fclose(i.out);
    if (status != EGAD_OK) {
        free(*text);
        *text = NULL;
    }
    free(attributes);
    egad_h5_close(i.file);
    return status;
}
