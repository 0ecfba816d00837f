/* Output files: a text file is written to a temporary name beside its own, flushed and
 * renamed, so that a failure leaves an old file whole. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "output.h"
#include "shell.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* `path` with links followed, if there is such a file, else a copy; freed by caller. */
static char *follow(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : strdup(path);
}

/* 1: a temporary of `base`, as open_temporary calls them, of a process that is no more.
 */
static int is_orphan(const char *name, const char *base)
{
    const size_t n = strlen(base);
    char *end;
    if (strncmp(name, base, n) != 0 || name[n] != '.' ||
        !isdigit((unsigned char)name[n + 1]))
        return 0;
    errno = 0;
    const long pid = strtol(name + n + 1, &end, 10);
    return !errno && pid > 0 && (pid_t)pid == pid && !strcmp(end, ".part") &&
           kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* What a process that was killed while it wrote has left beside `path`. */
static void remove_orphans(const char *path)
{
    char *copy = strdup(path);
    DIR *entries = copy ? opendir(dirname(copy)) : NULL;
    const cli_path base = output_base(path);
    for (struct dirent *e; entries && (e = readdir(entries));)
        if (is_orphan(e->d_name, base.text))
            unlinkat(dirfd(entries), e->d_name, 0);
    if (entries)
        closedir(entries);
    free(copy);
}

static FILE *open_temporary(cli_output *out)
{
    size_t size = strlen(out->path) + 32;
    out->temporary = malloc(size);
    if (!out->temporary)
        return NULL;
    snprintf(out->temporary, size, "%s.%ld.part", out->path, (long)getpid());
    int file = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (file < 0)
        return NULL;
    FILE *stream = fdopen(file, "w");
    if (!stream)
        close(file);
    return stream;
}

static void release(cli_output *out)
{
    free(out->path);
    free(out->temporary);
    *out = (cli_output){ 0 };
}

int output_open(cli_output *out, const char *path)
{
    *out = (cli_output){ .stream = stdout, .shown = path };
    if (!path)
        return CLI_DONE;
    struct stat about;
    /* A pipe or a device is written to, not replaced. */
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        out->stream = fopen(path, "w");
    } else {
        out->path = follow(path);
        if (out->path)
            remove_orphans(out->path);
        out->stream = out->path ? open_temporary(out) : NULL;
    }
    if (out->stream)
        return CLI_DONE;
    int code = message_error("'%s' could not be written: %s", path, strerror(errno));
    release(out);
    return code;
}

int output_close(cli_output *out)
{
    if (out->stream == stdout)
        return message_flush(CLI_DONE);
    int failed = fflush(out->stream) != 0 || ferror(out->stream);
    int error = errno;
    if (!failed && out->temporary && fsync(fileno(out->stream)) != 0)
        failed = 1, error = errno;
    if (fclose(out->stream) != 0 && !failed)
        failed = 1, error = errno;
    if (!failed && out->temporary && rename(out->temporary, out->path) != 0)
        failed = 1, error = errno;
    if (failed && out->temporary)
        unlink(out->temporary);
    int code = CLI_DONE;
    if (failed)
        code =
            message_error("'%s' could not be written: %s", out->shown, strerror(error));
    release(out);
    return code;
}

void output_drop(cli_output *out)
{
    if (out->stream != stdout)
        fclose(out->stream);
    if (out->temporary)
        unlink(out->temporary);
    release(out);
}

void output_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', out);
}

void output_field(FILE *out, const char *text)
{
    const size_t n = strlen(text);
    if (strpbrk(text, ",\"\r\n") ||
        (n && (strchr(" \t", text[0]) || strchr(" \t", text[n - 1]))))
        output_quoted(out, text);
    else
        fputs(text, out);
}

int output_apart(const char *folder, const char *input)
{
    char *in = realpath(input, NULL), *out = realpath(folder, NULL);
    char *copy = strdup(folder);
    struct stat about;
    if (!out && copy) /* it is still to be made, there */
        out = realpath(dirname(copy), NULL);
    const size_t n = in ? strlen(in) : 0;
    const int inside = in && out && stat(in, &about) == 0 && S_ISDIR(about.st_mode) &&
                       !strncmp(in, out, n) && (n == 1 || out[n] == '/' || !out[n]);
    free(copy);
    free(in);
    free(out);
    if (inside)
        return message_error("'%s' is in '%s', the folder that is read: name another",
                             folder, input);
    return CLI_DONE;
}

/* Whether a file or folder that is not there yet has a folder to be made in. */
static int check_folder(const char *path)
{
    struct stat about;
    char *copy = strdup(path);
    const char *folder = copy ? dirname(copy) : ".";
    int code = CLI_DONE;
    if (stat(folder, &about) != 0 && errno == ENOENT)
        code = message_error("there is no folder '%s': make it first", folder);
    free(copy);
    return code;
}

/* The folder that was made here, one in a run, until the program ends. */
static char *made;

static void leave_made(void)
{
    rmdir(made); /* it stays if anything is in it */
    free(made);
}

int output_folder(const char *path)
{
    struct stat about;
    if (check_folder(path) != CLI_DONE)
        return CLI_FAILED;
    const int fresh = mkdir(path, 0777) == 0;
    if (!fresh && errno != EEXIST)
        return message_error("the folder '%s' could not be made: %s", path,
                             strerror(errno));
    if (fresh && !made && (made = strdup(path)))
        atexit(leave_made);
    if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode))
        return message_error("'%s' is a file, wanted a folder to write to", path);
    if (access(path, W_OK | X_OK) != 0)
        return message_error("the folder '%s' cannot be written to: %s", path,
                             strerror(errno));
    return CLI_DONE;
}

cli_path output_join(const char *folder, const char *name)
{
    cli_path path;
    const size_t n = strlen(folder);
    snprintf(path.text, sizeof path.text, "%s%s%s", folder,
             n && folder[n - 1] == '/' ? "" : "/", name);
    return path;
}

cli_path output_base(const char *path)
{
    cli_path base;
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    size_t start = n;
    while (start && path[start - 1] != '/')
        start--;
    if (start == n)
        start = 0;
    snprintf(base.text, sizeof base.text, "%.*s", (int)(n - start), path + start);
    return base;
}

int output_is_hdf5(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".h5") || !strcmp(dot, ".hdf5"));
}

int output_check(const char *path, const char *const *inputs)
{
    struct stat out, in;
    if (!path)
        return CLI_DONE;
    if (stat(path, &out) != 0)
        return check_folder(path);
    if (S_ISDIR(out.st_mode))
        return message_error("'%s' is a folder, wanted the name of a file", path);
    if (!S_ISREG(out.st_mode))
        return CLI_DONE;
    for (; *inputs; inputs++)
        if (stat(*inputs, &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return message_error("the output '%s' would replace the input '%s'", path,
                                 *inputs);
    return CLI_DONE;
}
