/* Growable arrays, and lists of names for messages. */
#ifndef EGAD_ARRAY_H
#define EGAD_ARRAY_H

#include "status.h"

/* Returns `array`, reallocated if it is NULL or holds fewer than `need` elements of
 * `size` bytes; *room is its capacity and grows by half at least.  NULL if memory is out;
 * `array` is then unchanged and still the caller's. */
void *egad_array_grow(void *array, size_t *room, size_t need, size_t size);

/* Ascending. */
void egad_array_sort(float *values, size_t n);

#define GROW(pointer, room, need)                                                        \
    do {                                                                                 \
        void *grown = egad_array_grow(pointer, &(room), need, sizeof *(pointer));        \
        if (!grown)                                                                      \
            FAIL(MEMORY, "out of memory for %zu x %zu bytes", (size_t)(need),            \
                 sizeof *(pointer));                                                     \
        (pointer) = grown;                                                               \
    } while (0)

/* Call `item` for each item of a comma-separated list, trimmed of spaces, until a call
 * fails.  An item in double quotes may contain commas, or be empty; a quote in it is
 * written twice.  A list may have several lines: one that is among the n `names` as it
 * stands is a single item.  `list` NULL is an empty list. */
egad_status egad_array_each(const char *list, char *const *names, size_t n, void *context,
                            egad_status (*item)(void *context, const char *text));
/* Write a text as an item of such a list, in quotes if it needs them, to `out` (`size`
 * bytes) and return `out`. */
const char *egad_array_typed(char *out, size_t size, const char *text);
/* Copy a text; the caller frees it with free(). */
egad_status egad_array_text(char **out, const char *text);
/* Copy n texts; the caller frees *out with egad_array_clear, after a failure too. */
egad_status egad_array_copy(char ***out, size_t n, char *const *text);
/* Append a copy of a text to *n texts, which egad_array_clear frees. */
egad_status egad_array_add(char ***texts, size_t *n, const char *text);
/* 1 if both hold the same n texts. */
int egad_array_same(char *const *a, char *const *b, size_t n);
/* Copy a path without trailing slashes; the caller frees it with free().  *last points to
 * its last component, inside the copy. */
egad_status egad_array_path(char **out, const char **last, const char *path);
/* Free n texts and the array that holds them. */
void egad_array_clear(char **texts, size_t n);
/* Write "a, b, c and 7 more" to `out` (`size` bytes) and return `out`; at most ten
 * names. */
const char *egad_array_list(char *out, size_t size, char *const *names, size_t n);
/* Write "no column 'Kind', but 'kind'; its columns are kind, bytes" to `out` (`size`
 * bytes) and return `out`. */
const char *egad_array_no_column(char *out, size_t size, const char *name,
                                 char *const *names, size_t n);

#endif
