/* Output files and folders, checked before work begins and written through egad_file. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "output.h"
#include "shell.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int output_open(cli_output *out, const char *path)
{
    *out = (cli_output){ .stream = stdout };
    if (!path)
        return CLI_DONE;
    if (egad_file_new(&out->file, path) != EGAD_OK)
        return message_error("%s", egad_status_last());
    out->stream = egad_file_stream(out->file);
    return CLI_DONE;
}

int output_close(cli_output *out)
{
    int code = CLI_DONE;
    if (!out->file)
        code = message_flush(CLI_DONE);
    else if (egad_file_commit(out->file) != EGAD_OK)
        code = message_error("%s", egad_status_last());
    output_drop(out);
    return code;
}

void output_drop(cli_output *out)
{
    egad_file_free(out->file);
    *out = (cli_output){ 0 };
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
    if (!out && copy) /* does not exist yet: made there */
        out = realpath(dirname(copy), NULL);
    const size_t n = in ? strlen(in) : 0;
    const int inside = in && out && stat(in, &about) == 0 && S_ISDIR(about.st_mode) &&
                       !strncmp(in, out, n) && (n == 1 || out[n] == '/' || !out[n]);
    free(copy);
    free(in);
    free(out);
    if (inside)
        return message_error(
            "the output '%s' is inside '%s', the input folder: choose another", folder,
            input);
    return CLI_DONE;
}

/* Whether the parent folder of a new file or folder exists. */
static int check_folder(const char *path)
{
    struct stat about;
    char *copy = strdup(path);
    const char *folder = copy ? dirname(copy) : ".";
    int code = CLI_DONE;
    if (stat(folder, &about) != 0 && errno == ENOENT)
        code = message_error("the folder '%s' does not exist: create it first", folder);
    free(copy);
    return code;
}

/* The folder created by this run, if any; lives until the program ends. */
static char *made;

static void leave_made(void)
{
    rmdir(made); /* fails, as it should, unless it is empty */
    free(made);
}

int output_folder(const char *path)
{
    struct stat about;
    if (check_folder(path) != CLI_DONE)
        return CLI_FAILED;
    const int fresh = mkdir(path, 0777) == 0;
    if (!fresh && errno != EEXIST)
        return message_error("cannot create the folder '%s': %s", path, strerror(errno));
    if (fresh && !made && (made = strdup(path)))
        atexit(leave_made);
    if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode))
        return message_error("'%s' is a file, not a folder to write to", path);
    if (access(path, W_OK | X_OK) != 0)
        return message_error("cannot write to the folder '%s': %s", path,
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
        return message_error("the output '%s' is a folder: give the name of a file",
                             path);
    if (!S_ISREG(out.st_mode))
        return CLI_DONE;
    for (; *inputs; inputs++)
        if (stat(*inputs, &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return message_error(
                "the output '%s' would overwrite the input '%s': choose another name",
                path, *inputs);
    return CLI_DONE;
}
