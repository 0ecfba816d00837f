/* Records and propagates failures: FAIL, TRY and the single exit `done:`.  The status
 * codes and the functions that read them are in egad.h. */
#ifndef EGAD_STATUS_H
#define EGAD_STATUS_H

#include "egad.h"

/* Record a failure's message (as printf) and source position; returns `s`. */
egad_status egad_status_fail(egad_status s, const char *file, int line,
                             const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Record a failure and go to `done:`. */
#define FAIL(code, ...)                                                                  \
    do {                                                                                 \
        status = egad_status_fail(EGAD_##code, __FILE__, __LINE__, __VA_ARGS__);         \
        goto done;                                                                       \
    } while (0)

/* Call a function that returns egad_status; go to `done:` if it failed.  The callee has
 * recorded the message. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        status = (call);                                                                 \
        if (status != EGAD_OK)                                                           \
            goto done;                                                                   \
    } while (0)

/* Allocate `n` zeroed elements, or fail with EGAD_MEMORY; freed with free(). */
#define NEW(pointer, n)                                                                  \
    do {                                                                                 \
        (pointer) = calloc((n) > 0 ? (n) : 1, sizeof *(pointer));                        \
        if (!(pointer))                                                                  \
            FAIL(MEMORY, "out of memory for %zu x %zu bytes", (size_t)(n),               \
                 sizeof *(pointer));                                                     \
    } while (0)

#endif
