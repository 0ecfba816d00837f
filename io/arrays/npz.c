/* Files of numpy.savez: zip files whose members are NPY files, X.npy and so on. */
#include "elements.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    egad_zip *zip;
    size_t *member; /* of each array */
} archive;

static egad_status read_array(void *of, size_t i, const char *path, egad_elements *out)
{
    egad_status status = EGAD_OK;
    archive *a = of;
    egad_input *input = NULL;

    TRY(egad_zip_begin(a->zip, a->member[i]));
    TRY(egad_input_over(&input, egad_zip_more, a->zip));
    TRY(egad_npy_read(path, input, out));
done:
    egad_input_close(input);
    return status;
}

/* The names of the arrays, without .npy. */
static egad_status list(archive *a, egad_named *file)
{
    egad_status status = EGAD_OK;
    const size_t members = egad_zip_members(a->zip);

    NEW(a->member, members);
    for (size_t i = 0; i < members; i++) {
        const char *name = egad_zip_name(a->zip, i);
        const size_t n = name ? strlen(name) : 0;
        if (n <= 4 || strcmp(name + n - 4, ".npy") != 0)
            continue;
        a->member[file->n] = i;
        TRY(egad_array_add(&file->name, &file->n, name));
        file->name[file->n - 1][n - 4] = 0;
    }
done:
    return status;
}

egad_status egad_npz_import(egad_dataset **out, const char *path,
                            const egad_image_options *options)
{
    egad_status status = EGAD_OK;
    archive a = { .zip = NULL };
    egad_named file = { .who = "npz", .path = path, .read = read_array, .of = &a };

    *out = NULL;
    TRY(egad_zip_open(&a.zip, "npz", path));
    TRY(list(&a, &file));
    TRY(egad_named_import(out, &file, options));
done:
    egad_array_clear(file.name, file.n);
    free(a.member);
    egad_zip_close(a.zip);
    return status;
}
