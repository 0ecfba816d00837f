/* Writes files: the bytes go to a temporary file beside the target, which is flushed to
 * the disk and renamed.  After a failure or a crash the old file is still complete.
 *
 * The temporary of NAME is NAME.PID-I.part: PID is the process, I the first free number.
 * Earlier versions wrote NAME.PID-I.tmp and NAME.PID.part. */
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
    LINKS = 40,  /* longest chain of links followed */
    LINK = 4096, /* bytes of a link's target */
    TRIES = 1000 /* names tried for a temporary file */
};

struct egad_file {
    FILE *stream;    /* NULL: closed */
    char *shown;     /* the caller's path, for messages */
    char *path;      /* the target, links resolved */
    char *temporary; /* NULL: written in place, or already renamed */
};

/* ---- Paths ------------------------------------------------------------------- */

/* Length of a path up to and including its last slash. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The folder of a file, with a trailing slash; the caller frees it with free(). */
static egad_status folder_of(char **out, const char *path)
{
    egad_status status = EGAD_OK;
    const size_t n = folder_size(path);

    NEW(*out, n + 3);
    memcpy(*out, n ? path : "./", n ? n : 2);
done:
    return status;
}

/* Replace `*path`, a symbolic link, by its target. */
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

/* Resolve the links of `path`, which need not exist; the caller frees *out with
 * free(). */
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

/* 1 if `name` is a temporary file of `base` whose process no longer runs. */
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

/* Remove the temporary files of `path` that killed processes left. */
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

/* Give a new file the mode of the file it replaces, and its owner if permitted. */
static void keep_owner(int fd, const struct stat *old)
{
    mode_t mode = old->st_mode & 0777;

    /* If the group cannot be kept, the new group gets only the rights of others. */
    if (fchown(fd, old->st_uid, old->st_gid) != 0 &&
        fchown(fd, (uid_t)-1, old->st_gid) != 0)
        mode = (mode & 0707) | (mode & 07) << 3;
    fchmod(fd, mode); /* on failure the file stays private */
}

/* `old`: the file to replace, or NULL. */
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
    /* A link in /proc may point to a file without a path. */
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

/* Close a stream; flush it to the disk first if `sync`. */
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

/* Flush a file's folder, so that its new name is on the disk. */
static egad_status flush_folder(const char *path)
{
    egad_status status = EGAD_OK;
    char *folder = NULL;
    int fd = -1;

    TRY(folder_of(&folder, path));
    fd = open(folder, O_RDONLY);
    /* Some file systems cannot fsync a folder (EINVAL), and a folder may be writable but
     * not readable (EACCES). */
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
