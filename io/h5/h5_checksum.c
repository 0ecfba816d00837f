/* The checksum at the end of a file written by egad, over all bytes before it.  HDF5
 * ignores it, as a file may be longer than its header says, and removes it when it
 * modifies the file.  A file changed by another program thus has no checksum, and is not
 * checked. */
#include "base/input.h"
#include "h5_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char word[] = "egad-sum"; /* followed by eight hexadecimal digits */

enum { PIECE = 1024 * 1024 };

static void form(char sum[EGAD_H5_CHECKSUM + 1], unsigned long crc)
{
    snprintf(sum, EGAD_H5_CHECKSUM + 1, "%s%08lx", word, crc);
}

void egad_h5_checksum(char sum[EGAD_H5_CHECKSUM + 1], const void *bytes, size_t n)
{
    form(sum, egad_input_crc(0, bytes, n));
}

egad_status egad_h5_read_at(const egad_h5 *file, uint64_t at, void *bytes, size_t n,
                            size_t *got)
{
    egad_status status = EGAD_OK;

    *got = 0;
    if (file->bytes && at < file->size) {
        *got = n < file->size - at ? n : (size_t)(file->size - at);
        memcpy(bytes, file->bytes + at, *got);
    }
    while (!file->bytes && *got < n) {
        const ssize_t some =
            pread(file->fd, (char *)bytes + *got, n - *got, (off_t)(at + *got));
        if (some == 0)
            break;
        if (some < 0 && errno != EINTR)
            FAIL(FILE, "h5: cannot read '%s': %s", file->path, strerror(errno));
        *got += some > 0 ? (size_t)some : 0;
    }
done:
    return status;
}

/* Read exactly n bytes from offset `at`. */
static egad_status read_all(const egad_h5 *file, uint64_t at, char *bytes, size_t n)
{
    egad_status status = EGAD_OK;
    size_t got;

    TRY(egad_h5_read_at(file, at, bytes, n, &got));
    if (got < n)
        FAIL(FILE, "h5: cannot read '%s': it became shorter while it was read",
             file->path);
done:
    return status;
}

egad_status egad_h5_check_checksum(const egad_h5 *file)
{
    egad_status status = EGAD_OK;
    char *piece = NULL, sum[EGAD_H5_CHECKSUM + 1] = "", want[EGAD_H5_CHECKSUM + 1];
    unsigned long crc = 0;

    if (file->size < EGAD_H5_CHECKSUM)
        goto done;
    const uint64_t n = file->size - EGAD_H5_CHECKSUM;
    TRY(read_all(file, n, sum, EGAD_H5_CHECKSUM));
    if (strncmp(sum, word, strlen(word)) != 0)
        goto done;
    NEW(piece, PIECE);
    for (uint64_t at = 0; at < n;) {
        const size_t some = n - at < PIECE ? (size_t)(n - at) : PIECE;
        TRY(read_all(file, at, piece, some));
        crc = egad_input_crc(crc, piece, some);
        at += some;
    }
    form(want, crc);
    if (strcmp(sum, want) != 0)
        FAIL(FORMAT, "h5: '%s' is damaged: its checksum does not match" EGAD_H5_ANEW,
             file->path);
done:
    free(piece);
    return status;
}

egad_status egad_h5_check_cut(const egad_h5 *file)
{
    egad_status status = EGAD_OK;
    char rest[EGAD_H5_CHECKSUM];
    haddr_t end;

    if (H5Fget_eoa(file->id, &end) < 0 || file->size <= end ||
        file->size - end >= EGAD_H5_CHECKSUM)
        goto done;
    const size_t n = (size_t)(file->size - end), length = strlen(word);
    TRY(read_all(file, end, rest, n));
    if (strncmp(rest, word, n < length ? n : length) == 0)
        FAIL(FORMAT, "h5: '%s' is HDF5, but truncated" EGAD_H5_ANEW, file->path);
done:
    return status;
}
