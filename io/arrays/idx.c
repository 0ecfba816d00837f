/* IDX files, the format of MNIST: a magic number (two zero bytes, element type, number of
 * dimensions), the dimensions, the elements; all big-endian. */
#include "elements.h"

#include <stdlib.h>
#include <string.h>

enum { WIDE = 4 }; /* bytes per dimension */

static egad_status read_kind(const char *path, unsigned char code, egad_element *kind)
{
    static const struct {
        unsigned char code;
        egad_element kind;
    } kinds[] = { { 0x08, EGAD_ELEMENT_U8 },  { 0x09, EGAD_ELEMENT_I8 },
                  { 0x0b, EGAD_ELEMENT_I16 }, { 0x0c, EGAD_ELEMENT_I32 },
                  { 0x0d, EGAD_ELEMENT_F32 }, { 0x0e, EGAD_ELEMENT_F64 } };
    egad_status status = EGAD_OK;
    size_t i = 0, n = sizeof kinds / sizeof *kinds;

    while (i < n && kinds[i].code != code)
        i++;
    if (i == n)
        FAIL(FORMAT,
             "idx: '%s' holds elements of an unknown type, 0x%02x: copy the file again",
             path, code);
    *kind = kinds[i].kind;
done:
    return status;
}

egad_status egad_idx_read(const char *path, egad_elements *out)
{
    egad_status status = EGAD_OK;
    egad_input *text = NULL;
    egad_elements e = { .big_endian = 1 };
    unsigned char head[4] = { 0 }, dims[EGAD_ELEMENT_RANK][WIDE];
    size_t got;

    TRY(egad_input_open(&text, path));
    TRY(egad_input_fill(text, head, sizeof head, &got));
    if (got < sizeof head || head[0] || head[1] || !head[2] || !head[3])
        FAIL(FORMAT,
             "idx: '%s' is not an IDX file: its first bytes are %02x %02x %02x %02x, "
             "wanted 00 00 TYPE RANK: give another file",
             path, head[0], head[1], got > 2 ? head[2] : 0, got > 3 ? head[3] : 0);
    TRY(read_kind(path, head[2], &e.kind));
    if (head[3] > EGAD_ELEMENT_RANK)
        FAIL(FORMAT, "idx: '%s' has %d dimensions, wanted %d at most", path, head[3],
             EGAD_ELEMENT_RANK);
    e.rank = head[3];
    TRY(egad_input_fill(text, dims, (size_t)e.rank * WIDE, &got));
    if (got < (size_t)e.rank * WIDE)
        FAIL(FORMAT, "idx: '%s' ends within its header: copy it again", path);
    for (int i = 0; i < e.rank; i++)
        e.shape[i] = (size_t)egad_element_value(EGAD_ELEMENT_U32, 1, dims[i]);
    TRY(egad_elements_take(&e, "idx", path, text));
    *out = e;
    e.bytes = NULL;
done:
    free(e.bytes);
    egad_input_close(text);
    return status;
}

egad_status egad_idx_import(egad_dataset **out, const char *path,
                            const egad_image_options *options)
{
    return egad_elements_import(out, "idx", path, egad_idx_read, options);
}
