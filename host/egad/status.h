/* Status codes and error messages. */
#ifndef EGAD_STATUS_PUBLIC_H
#define EGAD_STATUS_PUBLIC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EGAD_API __attribute__((visibility("default")))
#else
#define EGAD_API
#endif

/* ---- Status ------------------------------------------------------------- */

/* One list defines both the enum and its texts, so that they stay in step. */
#define EGAD_STATUS_LIST(X)                                                              \
    X(OK, "no error")                                                                    \
    X(MEMORY, "out of host memory")                                                      \
    X(ARGUMENT, "invalid argument")                                                      \
    X(SHAPE, "an array has the wrong shape")                                             \
    X(FILE, "a file could not be read or written")                                       \
    X(FORMAT, "a file has invalid content")                                              \
    X(DATA, "the data is not usable for this")                                           \
    X(DEVICE, "no OpenCL device matches")                                                \
    X(BUILD, "an OpenCL program did not build")                                          \
    X(OPENCL, "an OpenCL call failed")

typedef enum {
#define X(code, text) EGAD_##code,
    EGAD_STATUS_LIST(X)
#undef X
} egad_status;

/* The general meaning of a status.  Never NULL. */
EGAD_API const char *egad_status_text(egad_status s);

/* The message of this thread's last failure: one line without a final newline.  Empty
 * before any failure. */
EGAD_API const char *egad_status_last(void);

/* A struct that a caller fills begins with its size, as the caller was compiled: a
 * library of another version reads only that much of it, and takes defaults for fields
 * that it does not contain.  0 and NULL are defaults.  EGAD_ARGUMENT if the size is 0, or
 * if the struct sets a field that the library does not have.
 *
 *     egad_csv_import(&data, "flows.csv", &EGAD_SIZED(egad_csv_options, .drop = "id"));
 *
 * A static one begins with .size = sizeof(TYPE). */
#define EGAD_SIZED(type, ...) ((type){ .size = sizeof(type), __VA_ARGS__ })

/* The library's version, "0.1.0". */
EGAD_API const char *egad_status_version(void);

/* The name among n that `text` most likely misspells or abbreviates, for messages; NULL
 * if none is close.  Ignores case and leading hyphens. */
EGAD_API const char *egad_array_near(const char *text, const char *const *names,
                                     size_t n);

#ifdef __cplusplus
}
#endif
#endif
