/* The one writer of files: a file is written to a temporary name beside its own, flushed
 * to the disk and renamed, so that a failure or a crash leaves an old file whole.
 *
 * The temporary of NAME is NAME.PID-I.part: of process PID, I being the first number that
 * is free.  Versions before wrote NAME.PID-I.tmp and NAME.PID.part. */
#include "file.h"

#include "array.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINKS = 40,  /* that are followed, one after another */
    LINK = 4096, /* bytes of one */
    TRIES = 1000 /* names of temporaries */
};

struct egad_file {
    FILE *stream;    /* NULL: closed */
    char *shown;     /* as the caller calls it, for messages */
    char *path;      /* the file itself, links followed */
    char *temporary; /* NULL: written to directly, or renamed */
};

/* ---- Paths ------------------------------------------------------------------- */

/* Bytes of a path before its last name, the slash among them. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The folder of a file, with its last slash; freed with free(). */
static egad_status folder_of(char **out, const char *path)
{
    egad_status status = EGAD_OK;
    const size_t n = folder_size(path);

    NEW(*out, n + 3);
    memcpy(*out, n ? path : "./", n ? n : 2);
done:
    return status;
}

/* Put what a symbolic link at `*path` names in its place. */
static egad_status replace_link(char **path, const char *target)
{
    egad_status status = EGAD_OK;
    const size_t n = *target == '/' ? 0 : folder_size(*path);
    char *next = NULL;

    NEW(next, n + strlen(target) + 1);
    memcpy(next, *path, n);
    strcpy(next + n, target);
    free(*path);
    *path = next;
done:
    return status;
}

/* The file that `path` names, there or not, links followed; freed with free(). */
static egad_status follow(char **out, const char *path)
{
    egad_status status = EGAD_OK;
    char target[LINK];
    ssize_t n;

    TRY(egad_array_text(out, path));
    for (int i = 0; (n = readlink(*out, target, LINK - 1)) >= 0; i++) {
        if (i == LINKS)
            FAIL(FILE, "cannot write '%s': %s", path, strerror(ELOOP));
        target[n] = 0;
        TRY(replace_link(out, target));
    }
done:
    return status;
}

/* ---- Orphans ----------------------------------------------------------------- */

/* 1 if a file called `name` can only be a temporary of `base`, of a process that is no
 * more. */
static int is_orphan(const char *name, const char *base)
{
    const size_t n = strlen(base);
    char *end;

    if (strncmp(name, base, n) != 0 || name[n] != '.' ||
        !isdigit((unsigned char)name[n + 1]))
        return 0;
    errno = 0;
    const long pid = strtol(name + n + 1, &end, 10);
    if (errno || pid <= 0 || (pid_t)pid != pid)
        return 0;
    const int numbered = *end == '-';
    const size_t digits = numbered ? strspn(end + 1, "0123456789") : 0;
    if (numbered && digits == 0)
        return 0;
    end += numbered ? 1 + digits : 0;
    if (strcmp(end, ".part") != 0 && !(numbered && strcmp(end, ".tmp") == 0))
        return 0;
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* What a process that was killed while it wrote has left beside `path`. */
static egad_status remove_orphans(const char *path)
{
    egad_status status = EGAD_OK;
    char *folder = NULL;
    struct stat info;
    DIR *entries = NULL;

    TRY(folder_of(&folder, path));
    entries = opendir(folder);
    for (struct dirent *e; entries && (e = readdir(entries));)
        if (is_orphan(e->d_name, path + folder_size(path)) &&
            fstatat(dirfd(entries), e->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode))
            unlinkat(dirfd(entries), e->d_name, 0);
done:
    if (entries)
        closedir(entries);
    free(folder);
    return status;
}

/* ---- Begin ------------------------------------------------------------------- */

/* A new file is as the new ones replaces is: its mode, and the owner where that may be.
 */
static void keep_owner(int fd, const struct stat *old)
{
    mode_t mode = old->st_mode & 0777;

    /* What was meant for its group is not for another, which gets the rights of all. */
    if (fchown(fd, old->st_uid, old->st_gid) != 0 &&
        fchown(fd, (uid_t)-1, old->st_gid) != 0)
        mode = (mode & 0707) | (mode & 07) << 3;
    fchmod(fd, mode); /* else it stays the owner's alone */
}

/* `old`: the file that is replaced, or NULL. */
static egad_status open_temporary(egad_file *file, const struct stat *old)
{
    egad_status status = EGAD_OK;
    const size_t size = strlen(file->path) + 64;
    char *name = NULL;
    int fd = -1;

    NEW(name, size);
    for (int i = 0; fd < 0; i++) {
        snprintf(name, size, "%s.%ld-%d.part", file->path, (long)getpid(), i);
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL, old ? 0600 : 0666);
        if (fd < 0 && (errno != EEXIST || i == TRIES))
            FAIL(FILE, "cannot write '%s': %s", file->shown, strerror(errno));
    }
    file->temporary = name;
    name = NULL;
    if (old)
        keep_owner(fd, old);
    file->stream = fdopen(fd, "wb");
    if (!file->stream)
        FAIL(FILE, "cannot write '%s': %s", file->shown, strerror(errno));
    fd = -1;
done:
    if (fd >= 0)
        close(fd);
    free(name);
    return status;
}

static egad_status open_directly(egad_file *file)
{
    egad_status status = EGAD_OK;

    file->stream = fopen(file->shown, "wb");
    if (!file->stream)
        FAIL(FILE, "cannot write '%s': %s", file->shown, strerror(errno));
done:
    return status;
}

egad_status egad_file_new(egad_file **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_file *file = NULL;
    struct stat old, named;

    *out = NULL;
    NEW(file, 1);
    TRY(egad_array_text(&file->shown, path));
    TRY(follow(&file->path, path));
    const int there = stat(path, &old) == 0;
    /* A link of /proc may name a file that has no path. */
    const int replaceable =
        !there || (S_ISREG(old.st_mode) && stat(file->path, &named) == 0 &&
                   named.st_dev == old.st_dev && named.st_ino == old.st_ino);
    if (replaceable) {
        TRY(remove_orphans(file->path));
        TRY(open_temporary(file, there ? &old : NULL));
    } else {
        TRY(open_directly(file));
    }
    *out = file;
    file = NULL;
done:
    egad_file_free(file);
    return status;
}

/* ---- Write ------------------------------------------------------------------- */

FILE *egad_file_stream(egad_file *file)
{
    return file->stream;
}

egad_status egad_file_write(egad_file *file, const void *bytes, size_t n)
{
    egad_status status = EGAD_OK;
    const char *at = bytes;

    while (n > 0) {
        const ssize_t written = write(fileno(file->stream), at, n);
        if (written < 0 && errno != EINTR)
            FAIL(FILE, "cannot write '%s': %s", file->shown, strerror(errno));
        if (written > 0)
            at += written, n -= (size_t)written;
    }
done:
    return status;
}

/* ---- End --------------------------------------------------------------------- */

/* Close a stream, flushed to the disk if `sync`. */
static egad_status close_stream(FILE *stream, const char *path, int sync)
{
    egad_status status = EGAD_OK;

    /* What the stream failed to write before has left its errno. */
    if (fflush(stream) != 0 || ferror(stream) || (sync && fsync(fileno(stream)) != 0))
        FAIL(FILE, "cannot write '%s': %s", path, strerror(errno ? errno : EIO));
done:
    if (fclose(stream) != 0 && status == EGAD_OK)
        status = egad_status_fail(EGAD_FILE, __FILE__, __LINE__, "cannot write '%s': %s",
                                  path, strerror(errno));
    return status;
}

egad_status egad_file_close(FILE *stream, const char *path)
{
    return close_stream(stream, path, 1);
}

static egad_status rename_file(const char *from, const char *to)
{
    egad_status status = EGAD_OK;

    if (rename(from, to) != 0)
        FAIL(FILE, "cannot rename '%s' to '%s': %s", from, to, strerror(errno));
done:
    return status;
}

/* Make sure that the new name of a file is on the disk and not only on its way there. */
static egad_status flush_folder(const char *path)
{
    egad_status status = EGAD_OK;
    char *folder = NULL;
    int fd = -1;

    TRY(folder_of(&folder, path));
    fd = open(folder, O_RDONLY);
    /* Some file systems have no fsync of a folder and say EINVAL; and a folder may be
     * written to by one who may not read it. */
    if (fd < 0 ? errno != EACCES : fsync(fd) != 0 && errno != EINVAL)
        FAIL(FILE, "cannot flush '%s': %s", folder, strerror(errno));
done:
    if (fd >= 0)
        close(fd);
    free(folder);
    return status;
}

egad_status egad_file_rename(const char *from, const char *to)
{
    egad_status status = EGAD_OK;

    TRY(rename_file(from, to));
    TRY(flush_folder(to));
done:
    return status;
}

egad_status egad_file_commit(egad_file *file)
{
    egad_status status = EGAD_OK;
    FILE *stream = file->stream;

    file->stream = NULL;
    TRY(close_stream(stream, file->shown, file->temporary != NULL));
    if (!file->temporary)
        goto done;
    TRY(rename_file(file->temporary, file->path));
    free(file->temporary);
    file->temporary = NULL;
    TRY(flush_folder(file->path));
done:
    return status;
}

void egad_file_free(egad_file *file)
{
    if (!file)
        return;
    if (file->stream)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file->shown);
    free(file);
}
