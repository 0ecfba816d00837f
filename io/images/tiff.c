/* What GraphicsMagick does not tell of a TIFF file: whether its pixels are whole numbers
 * of 16 bits at most.  https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf,
 * page 13 */
#include "picture.h"

enum { BITS = 258, FORMAT = 339, FLOATS = 3, BITS_MOST = 16 };

typedef struct {
    const unsigned char *bytes;
    size_t n;
    int big_endian;
} text;

/* The whole number of so many bytes at a place; 0 if the file ends before. */
static uint64_t number(const text *t, uint64_t at, size_t size)
{
    uint64_t value = 0;

    if (at > t->n || t->n - at < size)
        return 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | t->bytes[at + (t->big_endian ? i : size - 1 - i)];
    return value;
}

/* The first value of a field whose values are of 16 bits, in the first directory; 0:
 * none. wide: 1 for the variant with offsets of 64 bits. */
static unsigned field(const text *t, unsigned tag, int wide)
{
    const size_t size = wide ? 8 : 4, entry = wide ? 20 : 12;
    uint64_t at = number(t, wide ? 8 : 4, size);
    const uint64_t entries = number(t, at, wide ? 8 : 2);

    at += wide ? 8 : 2;
    for (uint64_t i = 0; i < entries && at < t->n; i++, at += entry) {
        if (number(t, at, 2) != tag)
            continue;
        const uint64_t values = number(t, at + 4, size), value = at + 4 + size;
        return (unsigned)number(t, 2 * values > size ? number(t, value, size) : value, 2);
    }
    return 0;
}

egad_status egad_tiff_check(const char *path, const unsigned char *bytes, size_t n)
{
    egad_status status = EGAD_OK;
    const text t = { bytes, n, n > 0 && *bytes == 'M' };
    const int wide = number(&t, 2, 2) == 43;

    if (field(&t, FORMAT, wide) == FLOATS || field(&t, BITS, wide) > BITS_MOST)
        FAIL(DATA,
             "images: the pixels of '%s' are floating-point numbers or of more than %d "
             "bits, wanted whole numbers of 8 or %d bits: convert it, or import an array "
             "with 'egad data import npy'",
             path, BITS_MOST, BITS_MOST);
done:
    return status;
}
