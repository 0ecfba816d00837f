/* Reads structs that callers fill. */
#include "sized.h"

#include <string.h>

/* No struct is that large: more is memory that nobody filled. */
enum { MOST = 4096 };

egad_status egad_sized_read(void *to, size_t known, const void *from, const char *type)
{
    egad_status status = EGAD_OK;
    const unsigned char *bytes = from;
    size_t size = 0;
    if (!from)
        return EGAD_OK;
    memcpy(&size, from, sizeof size);
    if (size < sizeof size || size > MOST)
        FAIL(ARGUMENT, "%s says that its size is %zu bytes; make it with EGAD_SIZED",
             type, size);
    for (size_t i = known; i < size; i++)
        if (bytes[i])
            FAIL(ARGUMENT,
                 "%s of %zu bytes sets a field that egad %s, which knows %zu, does not "
                 "have: use a newer library",
                 type, size, egad_status_version(), known);
    memcpy(to, from, size < known ? size : known);
    memcpy(to, &known, sizeof known);
done:
    return status;
}
