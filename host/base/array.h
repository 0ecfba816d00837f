/* Arrays that grow, and lists of names. */
#ifndef EGAD_ARRAY_H
#define EGAD_ARRAY_H

#include "status.h"

/* Make room for `need` elements of `size` bytes, and more at once than asked for.
 * NULL if there is no memory; the old array is then as it was. */
void *egad_array_grow(void *array, size_t *room, size_t need, size_t size);

#define GROW(pointer, room, need)                                                        \
    do {                                                                                 \
        void *grown = egad_array_grow(pointer, &(room), need, sizeof *(pointer));        \
        if (!grown)                                                                      \
            FAIL(MEMORY, "out of memory for %zu x %zu bytes", (size_t)(need),            \
                 sizeof *(pointer));                                                     \
        (pointer) = grown;                                                               \
    } while (0)

/* Call `item` for each item of a comma-separated list until it fails, without the spaces
 * around it; `list` NULL has none. */
egad_status egad_array_each(const char *list, void *context,
                            egad_status (*item)(void *context, const char *text));
/* A copy of a text; freed with free(). */
egad_status egad_array_text(char **out, const char *text);
/* A copy of a path without slashes at its end, as folders may have, likewise; and in it
 * the last name. */
egad_status egad_array_path(char **out, const char **last, const char *path);
/* Free n texts and the array that holds them. */
void egad_array_clear(char **texts, size_t n);
/* "a, b, c and 7 more", for messages: ten names at most; returns `out`. */
const char *egad_array_list(char *out, size_t size, char *const *names, size_t n);
/* "no column 'Kind', but 'kind'; its columns are kind, bytes", in `out`. */
const char *egad_array_no_column(char *out, size_t size, const char *name,
                                 char *const *names, size_t n);

#endif
