/* Standard error: failures with their exit codes, usage errors, warnings; and whether it
 * is a terminal. */
#include "shell.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int message_fail(void)
{
    return message_error("%s", egad_status_last());
}

static void print_error(const char *format, va_list args)
{
    char line[2048];
    vsnprintf(line, sizeof line, format, args);
    /* A message is one line, even if a file name has control characters. */
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    /* Where both streams go to one file, results come before the error. */
    fflush(stdout);
    fprintf(stderr, "egad: %s\n", line);
}

int message_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_error(format, args);
    va_end(args);
    return CLI_FAILED;
}

const char *message_gap(const char *name)
{
    return *name && *name != '-' ? " " : "";
}

int message_usage(const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_error(format, args);
    va_end(args);
    fprintf(stderr, "see 'egad%s%s --help'\n", message_gap(name), name);
    return CLI_USAGE;
}

/* Asks the pipe itself: errno may come from a later call. */
static int is_read(int file)
{
    struct pollfd pipe = { .fd = file, .events = POLLOUT };
    return poll(&pipe, 1, 0) < 0 || !(pipe.revents & POLLERR);
}

int message_flush(int code)
{
    if (code != CLI_DONE || (fflush(stdout) == 0 && !ferror(stdout)))
        return code;
    if (!is_read(STDOUT_FILENO))
        return CLI_UNREAD;
    return message_error("cannot write standard output: %s", strerror(errno));
}

void message_warning(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    message_error("warning: %s", text);
}

double message_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int message_terminal(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb");
}
