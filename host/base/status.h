/* How a failure is recorded and passed on: FAIL, TRY and the one exit `done:`.
 * The codes and what a program reads of them are in egad.h. */
#ifndef EGAD_STATUS_H
#define EGAD_STATUS_H

#include "egad.h"

/* Record the text of a failure, as printf, with where it was found; returns `s`. */
egad_status egad_status_fail(egad_status s, const char *file, int line,
                             const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Record a failure and leave through the one exit, `done:`. */
#define FAIL(code, ...)                                                                  \
    do {                                                                                 \
        status = egad_status_fail(EGAD_##code, __FILE__, __LINE__, __VA_ARGS__);         \
        goto done;                                                                       \
    } while (0)

/* Call something that returns egad_status; leave if it failed.  Its text is already
 * recorded, nearest to the fault. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        status = (call);                                                                 \
        if (status != EGAD_OK)                                                           \
            goto done;                                                                   \
    } while (0)

/* Allocate `n` zeroed elements into a pointer, or leave with EGAD_MEMORY. */
#define NEW(pointer, n)                                                                  \
    do {                                                                                 \
        (pointer) = calloc((n) > 0 ? (n) : 1, sizeof *(pointer));                        \
        if (!(pointer))                                                                  \
            FAIL(MEMORY, "out of memory for %zu x %zu bytes", (size_t)(n),               \
                 sizeof *(pointer));                                                     \
    } while (0)

#endif
