/* Arrays that grow, and lists of names made readable. */
#include "io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 10 }; /* names in a message, at most */

void *egad_array_grow(void *array, size_t *room, size_t need, size_t size)
{
    size_t want = *room + *room / 2, bytes;

    if (need <= *room && array)
        return array;
    if (want < need)
        want = need;
    if (want < 16)
        want = 16;
    if (__builtin_mul_overflow(want, size, &bytes))
        return NULL;
    void *grown = realloc(array, bytes);
    if (grown)
        *room = want;
    return grown;
}

egad_status egad_array_each(const char *list, void *context,
                            egad_status (*item)(void *context, const char *text))
{
    egad_status status = EGAD_OK;
    char *copy = NULL, *rest = NULL;

    if (!list)
        goto done;
    TRY(egad_array_text(&copy, list));
    for (char *s = strtok_r(copy, ",", &rest); s; s = strtok_r(NULL, ",", &rest)) {
        s += strspn(s, " ");
        for (size_t n = strlen(s); n && s[n - 1] == ' '; n--)
            s[n - 1] = 0;
        if (*s)
            TRY(item(context, s));
    }
done:
    free(copy);
    return status;
}

egad_status egad_array_text(char **out, const char *text)
{
    egad_status status = EGAD_OK;

    NEW(*out, strlen(text) + 1);
    strcpy(*out, text);
done:
    return status;
}

egad_status egad_array_path(char **out, const char **last, const char *path)
{
    egad_status status = EGAD_OK;

    TRY(egad_array_text(out, path));
    for (size_t n = strlen(*out); n > 1 && (*out)[n - 1] == '/'; n--)
        (*out)[n - 1] = 0;
    const char *slash = strrchr(*out, '/');
    *last = slash && slash[1] ? slash + 1 : *out;
done:
    return status;
}

void egad_array_clear(char **texts, size_t n)
{
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
}

const char *egad_array_list(char *out, size_t size, char *const *names, size_t n)
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < n; i++) {
        /* Room for what says that there are more. */
        if (i == LISTED || used + strlen(names[i]) + 32 > size) {
            snprintf(out + used, size - used, " and %zu more", n - i);
            break;
        }
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", names[i]);
    }
    return out;
}
