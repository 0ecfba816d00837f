/* The message of the last failure, one per thread. */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char last[1024] = "";

const char *egad_status_text(egad_status s)
{
    switch (s) {
#define X(code, text)                                                                    \
    case EGAD_##code:                                                                    \
        return text;
        EGAD_STATUS_LIST(X)
#undef X
    }
    return "unknown status";
}

const char *egad_status_last(void)
{
    return last;
}

const char *egad_status_version(void)
{
    return EGAD_VERSION;
}

egad_status egad_status_fail(egad_status s, const char *file, int line,
                             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(last, sizeof last, format, args);
    va_end(args);
    /* Names and values from files may contain control characters. */
    for (char *c = last; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
#ifdef NDEBUG
    (void)file;
    (void)line;
    (void)n;
#else
    if (n >= 0 && (size_t)n < sizeof last)
        snprintf(last + n, sizeof last - (size_t)n, " [%s:%d]", file, line);
#endif
    return s;
}
